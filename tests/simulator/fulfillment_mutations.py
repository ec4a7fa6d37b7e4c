"""Mutations of fulfilments and fulfilment orders."""
from __future__ import annotations

from . import order_fulfil
from .order_events import LifeError, new_event, settled
from .order_queries import is_visible
from .order_routing import new_fulfillment_order
from .resolvers import ApiError, resolver, user_error

HOLD_REASONS = {"AWAITING_PAYMENT": "Awaiting payment", "HIGH_RISK_OF_FRAUD": "High risk of fraud",
                "INCORRECT_ADDRESS": "Incorrect address", "INVENTORY_OUT_OF_STOCK": "Inventory out of stock",
                "UNKNOWN_DELIVERY_DATE": "Unknown delivery date", "AWAITING_RETURN_ITEMS": "Awaiting return items"}


def _find(info, gid: str, kind: str):
    record = info.context.shop.nodes.get(gid)
    if f"/{kind}/" not in gid or gid.endswith("/0"):
        raise ApiError("invalid id", "RESOURCE_NOT_FOUND")
    return record


@resolver("Mutation", "fulfillmentCreate")
def fulfillment_create(obj, info, fulfillment, message=None):
    try:
        rows = [row for group in fulfillment["lineItemsByFulfillmentOrder"] for row in _rows(info, group)]
        if not rows:
            raise LifeError(["fulfillment"], "Fulfillment order line items can't be blank.")
        orders = {record.order.id for record, _line, _units in rows}
        if len(orders) > 1:
            raise LifeError(["fulfillment"], "All fulfillment orders must belong to the same order.")
        if len({record.location_id for record, _line, _units in rows}) > 1:
            raise LifeError(["fulfillment"], "All fulfillment orders must be assigned to a single location. "
                                             "They can't be split across multiple locations.")
    except LifeError as error:
        return {"fulfillment": None, "userErrors": [user_error(error.field, error.message)]}
    made = order_fulfil.ship(info.context.shop, rows[0][0].order, rows, fulfillment.get("trackingInfo"),
                             info.context.now, bool(fulfillment.get("notifyCustomer")))
    return {"fulfillment": made, "userErrors": []}


@resolver("Mutation", "fulfillmentCreateV2")
def fulfillment_create_v2(obj, info, fulfillment, message=None):
    return fulfillment_create(obj, info, fulfillment, message)


def _rows(info, group: dict) -> list[tuple]:
    record = _find(info, group["fulfillmentOrderId"], "FulfillmentOrder")
    if record is None or not is_visible(record, info):
        raise LifeError(["fulfillment"], f"Fulfillment order {group['fulfillmentOrderId'].rsplit('/', 1)[1]} "
                                         "does not exist.")
    if record.status not in ("OPEN", "IN_PROGRESS"):
        raise LifeError(["fulfillment"], f"Fulfillment order {record.number_id} has an unfulfillable status= "
                                         f"{record.status.lower()}.")
    asked = group.get("fulfillmentOrderLineItems")
    if not asked:
        return [(record, row, row.remaining_quantity) for row in record.line_items if row.remaining_quantity]
    return [(record, *_line(record, row)) for row in asked]


def _line(record, asked: dict) -> tuple:
    found = next((row for row in record.line_items if row.id == asked["id"]), None)
    if found is None:
        raise LifeError(["fulfillment"], "Fulfillment order line item does not exist.")
    if not 0 < asked["quantity"] <= found.remaining_quantity:
        raise LifeError(["fulfillment"], "Invalid fulfillment order line item quantity requested.")
    return found, asked["quantity"]


@resolver("Mutation", "fulfillmentTrackingInfoUpdate")
def tracking_update(obj, info, fulfillment_id, tracking_info_input, notify_customer=False):
    record = _find(info, fulfillment_id, "Fulfillment")
    if record is None:
        return {"fulfillment": None, "userErrors": [user_error(["fulfillmentId"], "Fulfillment does not exist.")]}
    order_fulfil.update_tracking(info.context.shop, record, tracking_info_input, info.context.now)
    return {"fulfillment": record, "userErrors": []}


@resolver("Mutation", "fulfillmentCancel")
def fulfillment_cancel(obj, info, id):
    record = _find(info, id, "Fulfillment")
    if record is None:
        return {"fulfillment": None, "userErrors": [user_error(["id"], "Fulfillment not found.")]}
    if record.status != "CANCELLED":  # doing it twice is a success
        order_fulfil.cancel_fulfillment(info.context.shop, record, info.context.now)
    return {"fulfillment": record, "userErrors": []}


@resolver("Mutation", "fulfillmentEventCreate")
def event_create(obj, info, fulfillment_event):
    record = _find(info, fulfillment_event["fulfillmentId"], "Fulfillment")
    if record is None:
        return {"fulfillmentEvent": None, "userErrors": [
            user_error(["fulfillmentEvent", "fulfillmentId"], "Fulfillment does not exist.")]}
    shop, now = info.context.shop, info.context.now
    status = fulfillment_event["status"]
    event = {"__typename": "FulfillmentEvent", "id": shop.gid("FulfillmentEvent"), "status": status, "createdAt": now,
             "happenedAt": fulfillment_event.get("happenedAt") or now, "message": fulfillment_event.get("message")}
    record.events.append(event)
    shop.nodes[event["id"]] = event
    record.updated_at = now
    if status in ("IN_TRANSIT", "DELIVERED"):
        record.display_status = status
        setattr(record, "delivered_at" if status == "DELIVERED" else "in_transit_at", event["happenedAt"])
    settled(shop, record.order, now, [], new_event(), fulfillments=[record], fulfillment_topic="fulfillments/update")
    return {"fulfillmentEvent": event, "userErrors": []}


# -- holds and moves ------------------------------------------------------------------------------------------------
def _unknown(**names) -> dict:
    return {**names, "userErrors": [user_error(["id"], "Fulfillment order does not exist.",
                                               "FULFILLMENT_ORDER_NOT_FOUND")]}


@resolver("Mutation", "fulfillmentOrderHold")
def hold(obj, info, id, fulfillment_hold):
    record = _find(info, id, "FulfillmentOrder")
    empty = {"fulfillmentHold": None, "fulfillmentOrder": None, "remainingFulfillmentOrder": None}
    if record is None:
        return _unknown(**empty)
    handle = fulfillment_hold.get("handle") or ""
    if record.status not in ("OPEN", "IN_PROGRESS", "ON_HOLD"):
        return {**empty, "userErrors": [user_error(["id"], "The fulfillment order is not in a status that can be held.",
                                                   "INVALID_FULFILLMENT_ORDER_STATUS")]}
    if any(row["handle"] == handle for row in record.fulfillment_holds):
        return {**empty, "userErrors": [user_error(
            ["fulfillmentHold", "handle"], "The handle provided for the fulfillment hold is already in use by this app "
            "for another hold on this fulfillment order.", "DUPLICATE_FULFILLMENT_HOLD_HANDLE")]}
    shop, reason = info.context.shop, fulfillment_hold["reason"]
    row = {"id": shop.gid("FulfillmentHold"), "reason": reason, "reasonNotes": fulfillment_hold.get("reasonNotes"),
           "handle": handle, "displayReason": HOLD_REASONS.get(reason, "Other"), "heldByRequestingApp": True}
    rest = _split(shop, record, fulfillment_hold.get("fulfillmentOrderLineItems"), info.context.now)
    record.fulfillment_holds.append(row)
    _held(shop, record, "ON_HOLD", "fulfillment_orders/placed_on_hold", info.context.now)
    return {"fulfillmentHold": row, "fulfillmentOrder": record, "remainingFulfillmentOrder": rest, "userErrors": []}


@resolver("Mutation", "fulfillmentOrderReleaseHold")
def release_hold(obj, info, id, hold_ids=None):
    record = _find(info, id, "FulfillmentOrder")
    if record is None:
        return _unknown(fulfillmentOrder=None)
    record.fulfillment_holds[:] = [row for row in record.fulfillment_holds
                                   if hold_ids is not None and row["id"] not in hold_ids]
    if not record.fulfillment_holds and record.status == "ON_HOLD":
        shipped = any(row.remaining_quantity < row.total_quantity for row in record.line_items)
        _held(info.context.shop, record, "IN_PROGRESS" if shipped else "OPEN", "fulfillment_orders/hold_released",
              info.context.now)
    return {"fulfillmentOrder": record, "userErrors": []}


@resolver("Mutation", "fulfillmentOrderMove")
def move(obj, info, id, new_location_id, fulfillment_order_line_items=None):
    record, shop = _find(info, id, "FulfillmentOrder"), info.context.shop
    empty = {"movedFulfillmentOrder": None, "originalFulfillmentOrder": None, "remainingFulfillmentOrder": None}
    if record is None:
        return _unknown(**empty)
    if new_location_id not in shop.locations or not record.is_open:
        path = ["newLocationId"] if record.is_open else ["id"]
        return {**empty, "userErrors": [user_error(path, "Cannot move this fulfillment order.",
                                                   "CANNOT_MOVE_FULFILLMENT_ORDER")]}
    rest = _split(shop, record, fulfillment_order_line_items, info.context.now)
    event_id = new_event()
    for row in record.line_items:
        item = row.line_item.inventory_item_id
        if item and row.remaining_quantity:
            shop.release_stock(item, record.location_id, row.remaining_quantity, event_id)
            shop.commit_stock(item, new_location_id, row.remaining_quantity, event_id)
    record.location_id, record.updated_at = new_location_id, info.context.now
    settled(shop, record.order, info.context.now, [], event_id)
    return {"movedFulfillmentOrder": record, "originalFulfillmentOrder": record, "remainingFulfillmentOrder": rest,
            "userErrors": []}


def _split(shop, record, asked: list | None, now):
    """Put what was not asked for into a fulfilment order of its own; None when everything was."""
    if not asked:
        return None
    wanted = {row["id"]: row["quantity"] for row in asked}
    rest = []
    for row in record.line_items:
        spare = row.remaining_quantity - wanted.get(row.id, 0)
        if spare > 0:
            rest.append((row.line_item, spare))
            row.remaining_quantity -= spare
            row.total_quantity -= spare
    record.line_items[:] = [row for row in record.line_items if row.total_quantity]
    return new_fulfillment_order(shop, record.order, record.location_id, rest, now) if rest else None


def _held(shop, record, status: str, topic: str, now) -> None:
    record.status, record.updated_at, event_id = status, now, new_event()
    shop.emit(topic, {"fulfillment_order": {"id": record.id, "status": status.lower()}}, record, event_id)
    settled(shop, record.order, now, [], event_id)
