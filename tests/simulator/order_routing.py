"""Which location ships what: fulfilment orders, and the stock that they commit."""
from __future__ import annotations

from datetime import datetime

from .order_life_types import FulfillmentOrder, FulfillmentOrderLine
from .order_types import LineItem, Order


def route(shop, order: Order, event_id: str) -> None:
    """Make the fulfilment orders of a new order and commit its stock; gift cards have one for themselves."""
    goods = [(line, line.quantity) for line in order.line_items if not line.is_tip]
    for cards in (False, True):
        rows = [row for row in goods if row[0].is_gift_card == cards]
        assign(shop, order, rows, order.created_at, event_id, order.retail_location_id)


def assign(shop, order: Order, goods: list[tuple[LineItem, int]], now: datetime, event_id: str,
           location_id: str | None = None) -> list[FulfillmentOrder]:
    """Distribute units over locations, one fulfilment order each; their stock is committed there."""
    by_location: dict[str, list] = {}
    for line, quantity in goods:
        place = location_id or _location(shop, goods, line, quantity)
        by_location.setdefault(place, []).append((line, quantity))
    made = []
    for place, rows in by_location.items():
        made.append(new_fulfillment_order(shop, order, place, rows, now))
        for line, quantity in rows:
            line.open += quantity
            if line.inventory_item_id:
                shop.commit_stock(line.inventory_item_id, place, quantity, event_id)
    return made


def new_fulfillment_order(shop, order: Order, place: str, rows: list[tuple[LineItem, int]],
                          now: datetime) -> FulfillmentOrder:
    method = "PICK_UP" if order.source_name == "pos" else (
        "SHIPPING" if any(line.requires_shipping for line, _quantity in rows) else "NONE")
    lines = [FulfillmentOrderLine(shop.gid("FulfillmentOrderLineItem"), line, quantity, quantity)
             for line, quantity in rows]
    record = FulfillmentOrder(shop.gid("FulfillmentOrder"), order, place, now, now, lines)
    title = order.shipping_lines[0].title if order.shipping_lines else None
    record.delivery_method = {"id": shop.gid("DeliveryMethod"), "methodType": method, "presentedName": title,
                              "serviceCode": order.shipping_lines[0].code if order.shipping_lines else None}
    order.fulfillment_orders.append(record)
    shop.nodes[record.id] = record
    return record


def _location(shop, goods: list, line: LineItem, quantity: int) -> str:
    """The first location that has the whole order, else the line, else anything of it; else the default one."""
    places = [place for place in shop.locations.values() if place.is_active and place.fulfills_online_orders]
    if not places:
        return shop.default_location.id
    for wanted in (goods, [(line, quantity)]):
        for place in places:
            if all(_available(shop, row, place.id) >= units for row, units in wanted):
                return place.id
    stocked = [place.id for place in places if line.inventory_item_id
               and shop.level(line.inventory_item_id, place.id, create=False)]
    return stocked[0] if stocked else places[0].id


def _available(shop, line: LineItem, place: str) -> float:
    item = shop.inventory_items.get(line.inventory_item_id) if line.inventory_item_id else None
    if item is None or not item.tracked:
        return float("inf")
    level = shop.level(item.id, place, create=False)
    return level.available if level is not None and level.is_active else float("-inf")
