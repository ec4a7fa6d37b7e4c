"""What happens to fulfilment orders: holds, moves, splits, schedules, requests to fulfilment services, pickup.

The API's mutations and the control API (a merchant or a service by hand) come here. Refusals are `LifeError`.
"""
from __future__ import annotations

from datetime import datetime

from .fulfillment_rules import (
    IN_OTHER_HANDS,
    REQUESTABLE,
    actions,
    is_part,
    kind_of,
    shipped,
    stocks,
    take_out,
    units_of,
)
from .order_events import LifeError, new_event, settled
from .order_life_types import FulfillmentOrder
from .order_notices import tell

HOLDS = 10  # of one app on one fulfilment order
HOLD_REASONS = {"AWAITING_PAYMENT": "Awaiting payment", "HIGH_RISK_OF_FRAUD": "High risk of fraud",
                "INCORRECT_ADDRESS": "Incorrect address", "INVENTORY_OUT_OF_STOCK": "Inventory out of stock",
                "UNKNOWN_DELIVERY_DATE": "Unknown delivery date", "AWAITING_RETURN_ITEMS": "Awaiting return items"}


def facts(record: FulfillmentOrder) -> dict:
    """The small body of a fulfilment order in a webhook: it does not name the order."""
    return {"id": record.id, "status": record.status.lower(), "request_status": record.request_status.lower()}


def told(shop, record: FulfillmentOrder, topic: str, now: datetime, event_id: str | None = None, **more) -> None:
    """The end of every action."""
    record.updated_at, event_id = now, event_id or new_event()
    shop.emit(f"fulfillment_orders/{topic}", {"fulfillment_order": facts(record), **more}, record, event_id)
    settled(shop, record.order, now, [], event_id)


# -- holds ----------------------------------------------------------------------------------------------------------
def hold(shop, record: FulfillmentOrder, args: dict, now: datetime, app: bool = True) -> tuple[dict, object]:
    """(the hold, what stays outside of it). `args`: reason, reasonNotes, handle, fulfillmentOrderLineItems; `app` is
    False for a hold of the merchant or of another app."""
    handle, mine = args.get("handle") or "", [row for row in record.fulfillment_holds if row["heldByRequestingApp"]]
    if record.status not in ("OPEN", "IN_PROGRESS", "ON_HOLD") or record.request_status in IN_OTHER_HANDS:
        raise LifeError(["id"], "The fulfillment order is not in a status that can be held.")
    if app and any(row["handle"] == handle for row in mine):
        raise LifeError(["fulfillmentHold", "handle"], "The handle provided for the fulfillment hold is already in use by "
                        "this app for another hold on this fulfillment order.", "DUPLICATE_FULFILLMENT_HOLD_HANDLE")
    if app and len(mine) >= HOLDS:
        raise LifeError(["id"], "The maximum number of fulfillment holds for this fulfillment order has been reached for "
                        "this app.", "FULFILLMENT_ORDER_HOLD_LIMIT_REACHED")
    rest = _leave(shop, record, args.get("fulfillmentOrderLineItems"), now)
    reason, first, event_id = args["reason"], record.status != "ON_HOLD", new_event()
    row = {"id": shop.gid("FulfillmentHold"), "reason": reason, "reasonNotes": args.get("reasonNotes"),
           "handle": handle, "displayReason": HOLD_REASONS.get(reason, "Other"), "heldByRequestingApp": app}
    record.fulfillment_holds.append(row)
    record.status = "ON_HOLD"
    told_hold(shop, record, row, "added", event_id)
    if first:
        told(shop, record, "placed_on_hold", now, event_id, remaining_fulfillment_order=rest and facts(rest),
             fulfillment_hold={"id": row["id"], "reason": reason.lower()})
    return row, rest


def told_hold(shop, record: FulfillmentOrder, row: dict, what: str, event_id: str) -> None:
    shop.emit(f"fulfillment_holds/{what}", {"fulfillment_order": facts(record), "fulfillment_hold": {
        "id": row["id"], "reason": row["reason"].lower(), "handle": row["handle"]}}, record, event_id)


def _leave(shop, record: FulfillmentOrder, asked: list | None, now: datetime) -> FulfillmentOrder | None:
    """Put what was not asked for into a fulfilment order of its own; None when everything was."""
    units = units_of(record, asked, ["fulfillmentHold", "fulfillmentOrderLineItems"])
    if not is_part(record, units):
        return None
    if record.status == "ON_HOLD":
        raise LifeError(["id"], "The fulfillment order is not in a splittable state.", "FULFILLMENT_ORDER_NOT_SPLITTABLE")
    rest = {row.id: row.remaining_quantity - units.get(row.id, 0) for row in record.line_items}
    return take_out(shop, record, rest, record.location_id, now)


def release(shop, record: FulfillmentOrder, hold_ids: list | None, now: datetime) -> None:
    """Release these holds, without ids all of them."""
    event_id = new_event()
    gone = [row for row in record.fulfillment_holds if hold_ids is None or row["id"] in hold_ids]
    record.fulfillment_holds[:] = [row for row in record.fulfillment_holds if row not in gone]
    for row in gone:
        told_hold(shop, record, row, "released", event_id)
    if record.status == "ON_HOLD" and not record.fulfillment_holds:
        record.status = "IN_PROGRESS" if shipped(record) else "OPEN"
        told(shop, record, "hold_released", now, event_id)


# -- places ---------------------------------------------------------------------------------------------------------
def move(shop, record: FulfillmentOrder, place: str, asked: list | None, now: datetime) -> tuple:
    """(moved, original, remaining or None). The original itself goes, when nothing of it was shipped and nothing else
    of the order is at the destination; otherwise the units get a fulfilment order of their own there."""
    _check_move(shop, record, place)
    units, source, event_id = units_of(record, asked, ["fulfillmentOrderLineItems"]), record.location_id, new_event()
    for row in record.line_items:
        if units.get(row.id) and not stocks(shop, row.line_item.inventory_item_id, place):
            raise LifeError(["newLocationId"], "The new location doesn't stock some of the items.")
    there = any(row.location_id == place and row.is_open for row in record.order.fulfillment_orders)
    if shipped(record) or there:
        moved = take_out(shop, record, units, place, now)
        rest = record if record.remaining else None
    else:
        left = {row.id: row.remaining_quantity - units.get(row.id, 0) for row in record.line_items}
        moved, rest = record, take_out(shop, record, left, source, now) if any(left.values()) else None
        record.location_id = place
    moved.request_status = "UNSUBMITTED"
    if moved.status == "INCOMPLETE":
        moved.status = "OPEN"
    for row in moved.line_items:
        item, part = row.line_item.inventory_item_id, row.remaining_quantity
        if item and part:
            shop.release_stock(item, source, part, event_id)
            shop.commit_stock(item, place, part, event_id)
    shop.emit("fulfillment_orders/moved", {
        "original_fulfillment_order": facts(record), "moved_fulfillment_order": facts(moved),
        "source_location_id": source, "destination_location_id": place}, record, event_id)
    record.updated_at = moved.updated_at = now
    settled(shop, record.order, now, [], event_id)
    return moved, record, rest


def _check_move(shop, record: FulfillmentOrder, place: str) -> None:
    location = shop.locations.get(place)
    if location is None or not location.is_active:
        raise LifeError(["newLocationId"], "Location not found or inactive.")
    if record.progress_reported:
        raise LifeError(["id"], "Cannot move a fulfillment order that has had progress reported.",
                        "CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS")
    if "MOVE" not in actions(shop, record) or not record.remaining:
        raise LifeError(["id"], f"Cannot move a fulfillment order with the status {record.status.lower()} and the request "
                                f"status {record.request_status.lower()}.")
    if place == record.location_id:
        raise LifeError(["newLocationId"], "The fulfillment order is already assigned to this location.")


def split(shop, record: FulfillmentOrder, asked: list, now: datetime) -> FulfillmentOrder:
    """The fulfilment order of the rest: what was asked for stays in `record`."""
    if not asked:
        raise LifeError(["fulfillmentOrderLineItems"], "The fulfillment order must have at least one line item input to "
                        "split.", "NO_LINE_ITEMS_PROVIDED_TO_SPLIT")
    units = units_of(record, asked, ["fulfillmentOrderLineItems"])
    if "SPLIT" not in actions(shop, record) or not is_part(record, units):
        raise LifeError(["fulfillmentOrderId"], "The fulfillment order line item quantity is invalid.",
                        "INVALID_LINE_ITEM_QUANTITY")
    rest = {row.id: row.remaining_quantity - units.get(row.id, 0) for row in record.line_items}
    made = take_out(shop, record, rest, record.location_id, now)
    told(shop, record, "split", now, remaining_fulfillment_order=facts(made), replacement_fulfillment_order=None)
    return made


# -- time and progress ----------------------------------------------------------------------------------------------
def schedule(shop, record: FulfillmentOrder, at: datetime, now: datetime) -> None:
    """It can be fulfilled from a time on; `clockwork` opens it then."""
    record.status, record.fulfill_at = "SCHEDULED", at
    shop.extra.setdefault("scheduled", []).append(record)
    told(shop, record, "rescheduled", now)


def open_up(shop, record: FulfillmentOrder, now: datetime) -> None:
    if record.status == "SCHEDULED":
        record.status, record.fulfill_at = "OPEN", now
        told(shop, record, "scheduled_fulfillment_order_ready", now)
    elif record.status == "IN_PROGRESS" and record.progress_reported:
        record.status, record.progress_reported = "OPEN", False
        told(shop, record, "manually_reported_progress_stopped", now)
    else:
        raise LifeError(["id"], "The fulfillment order can't be marked as open.")


def report_progress(shop, record: FulfillmentOrder, now: datetime) -> None:
    if record.status not in ("OPEN", "IN_PROGRESS"):
        raise LifeError(["id"], "The fulfillment order's status is invalid.", "FULFILLMENT_ORDER_STATUS_INVALID")
    if kind_of(shop, record.location_id) == "foreign":
        raise LifeError(["id"], "The fulfillment order is assigned to another fulfillment service.",
                        "FULFILLMENT_ORDER_INVALID_FULFILLMENT_SERVICE_OWNERSHIP")
    record.status, record.progress_reported = "IN_PROGRESS", True
    told(shop, record, "progress_reported", now)


# -- requests to services -------------------------------------------------------------------------------------------
def submit(shop, record: FulfillmentOrder, asked: list | None, message: str | None, notify: bool, now: datetime) -> tuple:
    """(submitted, the rest or None)"""
    if kind_of(shop, record.location_id) == "merchant":
        raise LifeError(["id"], "The fulfillment order is not assigned to a fulfillment service.")
    if record.status not in ("OPEN", "INCOMPLETE") or record.request_status not in REQUESTABLE:
        raise LifeError(["id"], "Cannot request fulfillment for the fulfillment order.")
    units = units_of(record, asked, ["fulfillmentOrderLineItems"])
    left = {row.id: row.remaining_quantity - units.get(row.id, 0) for row in record.line_items}
    rest = take_out(shop, record, left, record.location_id, now) if any(left.values()) else None
    record.status, record.request_status = "OPEN", "SUBMITTED"
    row = _request(shop, record, "FULFILLMENT_REQUEST", message, {"notify_customer": notify}, now)
    shop.emit("fulfillment_orders/fulfillment_request_submitted", {
        "original_fulfillment_order": facts(record), "submitted_fulfillment_order": facts(record),
        "fulfillment_order_merchant_request": {"id": row["id"], "message": message}}, record)
    settled(shop, record.order, now, [], new_event())
    return record, rest


def _request(shop, record: FulfillmentOrder, kind: str, message: str | None, options: dict, now: datetime) -> dict:
    row = {"__typename": "FulfillmentOrderMerchantRequest", "id": shop.gid("FulfillmentOrderMerchantRequest"),
           "kind": kind, "message": message, "requestOptions": options, "responseData": None, "sentAt": now,
           "fulfillmentOrder": record}
    record.merchant_requests.append(row)
    shop.nodes[row["id"]] = row
    record.updated_at = now
    return row


ANSWERS = {  # what the service says -> (request status before, after, status after, topic)
    "accept": ("SUBMITTED", "ACCEPTED", "IN_PROGRESS", "fulfillment_request_accepted"),
    "reject": ("SUBMITTED", "REJECTED", "OPEN", "fulfillment_request_rejected"),
    "request_cancellation": ("ACCEPTED", "CANCELLATION_REQUESTED", None, "cancellation_request_submitted"),
    "accept_cancellation": ("CANCELLATION_REQUESTED", "CANCELLATION_ACCEPTED", "OPEN", "cancellation_request_accepted"),
    "reject_cancellation": ("CANCELLATION_REQUESTED", "CANCELLATION_REJECTED", None, "cancellation_request_rejected"),
    "fail": ("ACCEPTED", "CLOSED", "INCOMPLETE", "fulfillment_service_failed_to_complete"),
}


def answer(shop, record: FulfillmentOrder, name: str, message: str | None, now: datetime) -> None:
    """The next word between merchant and service: a name of ANSWERS."""
    before, after, status, topic = ANSWERS[name]
    if record.request_status != before or not record.is_open:
        raise LifeError(["id"], f"The fulfillment order's request status {record.request_status.lower()} doesn't allow this.")
    record.request_status, record.status = after, status or record.status
    if name == "request_cancellation":
        _request(shop, record, "CANCELLATION_REQUEST", message, {}, now)
    told(shop, record, topic, now, message=message)


# -- pickup ---------------------------------------------------------------------------------------------------------
def prepare(shop, records: list[FulfillmentOrder], now: datetime) -> None:
    """The goods wait for the customer, who is told; nothing of what can be read changes by it."""
    for index, record in enumerate(records):
        path = ["input", "lineItemsByFulfillmentOrder", str(index), "fulfillmentOrderId"]
        if record is None or (record.delivery_method or {}).get("methodType") != "PICK_UP":
            raise LifeError(path, "Invalid fulfillment order ID provided.", "FULFILLMENT_ORDER_INVALID")
        if record.prepared or not record.remaining or record.status not in ("OPEN", "IN_PROGRESS"):
            raise LifeError(path, "The fulfillment order does not have any line items that can be prepared.",
                            "NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER")
    for record in records:
        record.prepared = True
        told(shop, record, "line_items_prepared_for_pickup", now)
        tell(shop, "ready_for_pickup", record.order)
