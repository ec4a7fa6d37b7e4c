"""Which location ships what: fulfilment orders, and the stock that they commit."""
from __future__ import annotations

from datetime import datetime

from .fulfillment_order_life import facts
from .order_life_types import FulfillmentOrder, FulfillmentOrderLine
from .order_types import LineItem, Order
from .scalars import parse_time

METHODS = {"pickup": "PICK_UP", "pickup_point": "PICKUP_POINT", "local": "LOCAL"}


def wishes(shop, spec: dict) -> dict:
    """What a spec says about the way the goods go: `method` (a key of METHODS) with `location_id`, `fulfill_at` (an
    aware time: not before it), `routes` [{sku | index, quantity, location_id}] that overrule the routing."""
    found = {name: spec[name] for name in ("routes", "fulfill_at") if spec.get(name)}
    if isinstance(found.get("fulfill_at"), str):
        found["fulfill_at"] = parse_time(found["fulfill_at"])
    if spec.get("delivery"):
        found["method"] = METHODS[spec["delivery"]]
    if spec.get("pickup_location_id") or found.get("method") == "PICK_UP":
        found["location_id"] = _named(shop, spec.get("pickup_location_id") or shop.default_location.id)
    if "routes" in found:
        found["routes"] = [{**row, "location_id": _named(shop, row["location_id"])} for row in found["routes"]]
    return found


def _named(shop, place: str) -> str:
    """The GID of a location that is named by it or by its name."""
    return next(gid for gid, row in shop.locations.items() if place in (gid, row.name))


def route(shop, order: Order, event_id: str) -> None:
    """Make the fulfilment orders of a new order and commit its stock; gift cards have one for themselves."""
    goods = [(line, line.quantity) for line in order.line_items if not line.is_tip]
    place = order.delivery.get("location_id") or order.retail_location_id
    for cards in (False, True):
        rows = [row for row in goods if row[0].is_gift_card == cards]
        for place_of_part, part in _routed(order, rows):
            assign(shop, order, part, order.created_at, event_id, place_of_part or place)
    for record in order.fulfillment_orders:
        shop.emit("fulfillment_orders/order_routing_complete", {"fulfillment_order": facts(record)}, record, event_id)
        if order.delivery.get("fulfill_at"):
            record.status, record.fulfill_at = "SCHEDULED", order.delivery["fulfill_at"]
            shop.extra.setdefault("scheduled", []).append(record)


def _routed(order: Order, goods: list[tuple[LineItem, int]]) -> list[tuple[str | None, list]]:
    """[(location or None, [(line, units)])]: what the spec sends somewhere, then what is left to the routing."""
    left, parts = dict(goods), {}
    for row in order.delivery.get("routes") or ():
        line = next((line for index, line in enumerate(order.line_items)
                     if row.get("index", -1) == index or row.get("sku") and row["sku"] == line.sku), None)
        if line in left:
            units = min(left[line], int(row.get("quantity", left[line])))
            left[line] -= units
            parts.setdefault(row["location_id"], []).append((line, units))
    rest = [(line, units) for line, units in left.items() if units or not line.quantity]
    return [*((place, rows) for place, rows in parts.items()), (None, rest)]


def assign(shop, order: Order, goods: list[tuple[LineItem, int]], now: datetime, event_id: str,
           location_id: str | None = None) -> list[FulfillmentOrder]:
    """Distribute units over locations, one fulfilment order for each and for each way to the customer; their stock is
    committed there."""
    groups: dict[tuple[str, str], list] = {}
    for line, quantity in goods:
        place = location_id or _location(shop, goods, line, quantity)
        groups.setdefault((place, _method(order, line)), []).append((line, quantity))
    made = []
    for (place, _way), rows in groups.items():
        made.append(new_fulfillment_order(shop, order, place, rows, now))
        for line, quantity in rows:
            line.open += quantity
            if line.inventory_item_id:
                shop.commit_stock(line.inventory_item_id, place, quantity, event_id)
    return made


def _method(order: Order, line: LineItem) -> str:
    if order.source_name == "pos":
        return "PICK_UP"
    return order.delivery.get("method", "SHIPPING") if line.requires_shipping else "NONE"


def new_fulfillment_order(shop, order: Order, place: str, rows: list[tuple[LineItem, int]],
                          now: datetime) -> FulfillmentOrder:
    method = _method(order, rows[0][0])
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
