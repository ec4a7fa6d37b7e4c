"""Shipping: fulfilments, their tracking, their cancellation, holds."""
from __future__ import annotations

from datetime import datetime

from .order_events import LifeError, new_event, settled
from .order_life_types import Fulfillment, FulfillmentLine, FulfillmentOrder
from .order_notices import tell, tell_event
from .order_routing import new_fulfillment_order
from .order_types import Order

CARRIER_ADDRESSES = {"UPS": "https://www.ups.com/WebTracking?track=yes&trackNums={}",
                     "FedEx": "https://www.fedex.com/fedextrack/?trknbr={}",
                     "USPS": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
                     "DHL Express": "https://www.dhl.com/en/express/tracking.html?AWB={}"}


def tracking(info: dict | None) -> list[dict]:
    """[{company, number, url}] from a FulfillmentTrackingInput; known carriers get their address."""
    info = info or {}
    numbers = info.get("numbers") or ([info["number"]] if info.get("number") else [])
    urls = info.get("urls") or ([info["url"]] if info.get("url") else [])
    company = info.get("company")
    rows = []
    for index in range(max(len(numbers), len(urls))):
        number = numbers[index] if index < len(numbers) else None
        url = urls[index] if index < len(urls) else None
        pattern = CARRIER_ADDRESSES.get(company)
        rows.append({"company": company, "number": number, "url": url or (pattern.format(number) if pattern else None)})
    return rows


def fulfill(shop, order: Order, args: dict, now: datetime) -> list[Fulfillment]:
    """Ship. `args`: lines [{sku | line_item_id, quantity}] (without it everything that is left), location_id,
    tracking {company, number, url, numbers, urls}, notify_customer. One fulfilment for each location and each way to the
    customer."""
    wanted = _wanted(order, args.get("lines"))
    groups: dict[tuple[str, str], list] = {}
    for record in order.fulfillment_orders:
        if record.status not in ("OPEN", "IN_PROGRESS") or args.get("location_id") not in (None, record.location_id):
            continue
        for row in record.line_items:
            units = row.remaining_quantity if wanted is None else min(row.remaining_quantity,
                                                                      wanted.get(row.line_item.id, 0))
            if units:
                groups.setdefault((record.location_id, record.method), []).append((record, row, units))
                if wanted is not None:
                    wanted[row.line_item.id] -= units
    if not groups or any((wanted or {}).values()):
        raise LifeError(["fulfillment"], "Invalid fulfillment order line item quantity requested.")
    return [ship(shop, order, rows, args.get("tracking"), now, bool(args.get("notify_customer")))
            for rows in groups.values()]


def _wanted(order: Order, rows: list | None) -> dict | None:
    if rows is None:
        return None
    wanted: dict[str, int] = {}
    for row in rows:
        line = find_line(order, row)
        wanted[line.id] = wanted.get(line.id, 0) + int(row["quantity"])
    return wanted


def find_line(order: Order, row: dict):
    """The line that {line_item_id}, {index} or {sku} names."""
    key, sku = row.get("line_item_id"), row.get("sku")
    if row.get("index") is not None and int(row["index"]) < len(order.line_items):
        return order.line_items[int(row["index"])]
    for line in order.line_items:
        if key is not None and str(key) in (line.id, str(line.number_id)) or key is None and line.sku == sku:
            return line
    raise LifeError(["lineItemId"], f"Line item does not exist: {key or sku}")


def ship(shop, order: Order, rows: list[tuple], info: dict | None, now: datetime, notify: bool = False) -> Fulfillment:
    """Make one fulfilment of [(fulfilment order, its line, units)], all at one location."""
    event_id, place = new_event(), rows[0][0].location_id
    lines, orders = [], []
    for record, row, units in rows:
        row.remaining_quantity -= units
        row.line_item.open -= units
        row.line_item.fulfilled += units
        lines.append(FulfillmentLine(shop.gid("FulfillmentLineItem"), row.line_item, units, record))
        shop.nodes[lines[-1].id] = lines[-1]
        if record not in orders:
            orders.append(record)
        if row.line_item.inventory_item_id:
            shop.ship_stock(row.line_item.inventory_item_id, place, units, event_id)
    result = Fulfillment(shop.gid("Fulfillment"), order, f"{order.name}.{len(order.fulfillments) + 1}", place, now, now,
                         lines, orders, tracking_info=tracking(info), notify_customer=notify)
    for record in orders:
        record.status, record.updated_at = "IN_PROGRESS" if record.remaining else "CLOSED", now
        record.fulfillments.append(result)
    order.fulfillments.append(result)
    shop.nodes[result.id] = result
    if notify:
        tell(shop, "shipping_confirmation", order, result)
    topic = "orders/partially_fulfilled" if any(line.open for line in order.line_items) else "orders/fulfilled"
    settled(shop, order, now, [topic], event_id, fulfillments=[result])
    return result


def send_gift_cards(shop, order: Order, now: datetime) -> None:
    """Gift cards go out by e-mail as soon as the order is paid."""
    if order.display_financial_status != "PAID":
        return
    for record in list(order.fulfillment_orders):
        rows = [(record, row, row.remaining_quantity) for row in record.line_items if row.remaining_quantity]
        if record.status == "OPEN" and rows and all(row.line_item.is_gift_card for row in record.line_items):
            ship(shop, order, rows, None, now)


def update_tracking(shop, fulfillment: Fulfillment, info: dict, now: datetime, notify: bool = False) -> None:
    """Replace all tracking; `notify` writes to the customer, who hears of later steps too from then on."""
    if fulfillment.status == "CANCELLED":
        raise LifeError(["fulfillmentId"], "Fulfillment has been cancelled.")
    fulfillment.tracking_info, fulfillment.updated_at = tracking(info), now
    if notify:
        fulfillment.notify_customer = True
        tell(shop, "shipping_update", fulfillment.order, fulfillment)
    settled(shop, fulfillment.order, now, [], new_event(), fulfillments=[fulfillment],
            fulfillment_topic="fulfillments/update")


TIMES = {"IN_TRANSIT": "in_transit_at", "DELIVERED": "delivered_at"}


def add_event(shop, fulfillment: Fulfillment, args: dict, now: datetime) -> dict:
    """The carrier has news. `args`: status, happenedAt, estimatedDeliveryAt, message, city …"""
    if fulfillment.status == "CANCELLED":
        raise LifeError(["fulfillmentEvent", "fulfillmentId"], "Fulfillment has been cancelled.")
    status, event_id = args["status"], new_event()
    event = {**{name: value for name, value in args.items() if name != "fulfillmentId"},
             "__typename": "FulfillmentEvent", "id": shop.gid("FulfillmentEvent"), "createdAt": now,
             "happenedAt": args.get("happenedAt") or now}
    fulfillment.events.append(event)
    shop.nodes[event["id"]] = event
    fulfillment.updated_at = now
    fulfillment.display_status = max(fulfillment.events, key=lambda row: row["happenedAt"])["status"]
    if status in TIMES:
        setattr(fulfillment, TIMES[status], event["happenedAt"])
    fulfillment.estimated_delivery_at = args.get("estimatedDeliveryAt") or fulfillment.estimated_delivery_at
    tell_event(shop, fulfillment, status)
    number = int(event["id"].rsplit("/", 1)[1])
    shop.emit("fulfillment_events/create", {
        "id": number, "admin_graphql_api_id": event["id"], "fulfillment_id": fulfillment.number_id,
        "order_id": fulfillment.order.number_id, "status": status.lower(), "message": event.get("message"),
        "happened_at": event["happenedAt"].isoformat(), "created_at": now.isoformat()}, fulfillment, event_id)
    settled(shop, fulfillment.order, now, [], event_id, fulfillments=[fulfillment],
            fulfillment_topic="fulfillments/update")
    return event


def cancel_fulfillment(shop, fulfillment: Fulfillment, now: datetime) -> None:
    """The goods are back on the shelf as committed. A fulfilment order of which something is left asks for them again;
    for those of a closed one there is a new one."""
    order, event_id = fulfillment.order, new_event()
    if fulfillment.status == "CANCELLED":
        raise LifeError(["id"], "Fulfillment is already cancelled.")
    if any(row.fulfillment_line_item in fulfillment.fulfillment_line_items for record in order.returns
           if record.status not in ("CANCELED", "DECLINED") for row in record.return_line_items):
        raise LifeError(["id"], "Fulfillment can't be cancelled: some of its items have been returned.")
    fulfillment.status, fulfillment.display_status, fulfillment.updated_at = "CANCELLED", "CANCELED", now
    rows = []
    for row in fulfillment.fulfillment_line_items:
        row.line_item.fulfilled -= row.quantity
        row.line_item.open += row.quantity
        if not _ask_again(row, now):
            rows.append((row.line_item, row.quantity))
        if row.line_item.inventory_item_id:
            shop.change_stock(row.line_item.inventory_item_id, fulfillment.location_id, event_id,
                              committed=row.quantity)
    if rows:
        new_fulfillment_order(shop, order, fulfillment.location_id, rows, now)
    settled(shop, order, now, [], event_id, fulfillments=[fulfillment], fulfillment_topic="fulfillments/update")


def _ask_again(row: FulfillmentLine, now: datetime) -> bool:
    """Whether the fulfilment order that the units came from took them back."""
    record = row.fulfillment_order
    line = next((part for part in record.line_items if part.line_item is row.line_item), None)
    if record.status != "IN_PROGRESS" or line is None:
        return False
    line.remaining_quantity += row.quantity
    record.updated_at = now
    if all(part.remaining_quantity == part.total_quantity for part in record.line_items) and not record.progress_reported:
        record.status = "OPEN" if record.request_status != "ACCEPTED" else "IN_PROGRESS"
    return True


def take_open(order: Order, line, units: int, now: datetime) -> list[tuple[str, int]]:
    """Take units of a line out of its open fulfilment orders; returns [(location, units)]."""
    taken = []
    for record in order.fulfillment_orders:
        for row in record.line_items:
            part = min(units, row.remaining_quantity) if row.line_item is line and record.is_open else 0
            if not part:
                continue
            row.remaining_quantity -= part
            row.total_quantity -= part
            line.open -= part
            units -= part
            taken.append((record.location_id, part))
            record.updated_at = now
            close_if_done(record)
    return taken


def close_if_done(record: FulfillmentOrder) -> None:
    if not record.remaining and record.is_open:
        record.status = "CLOSED"
