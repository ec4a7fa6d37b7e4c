"""Mutations of fulfilments: creating, tracking, cancelling, events."""
from __future__ import annotations

import json

from . import fulfillment_order_mutations, order_fulfil  # noqa: F401  (the first registers its own)
from .fulfillment_rules import may
from .order_events import LifeError
from .resolvers import ApiError, resolver, user_error


def find(info, gid: str, kind: str):
    """The record of a GID, None for one that there is not. A GID of another kind is a top-level error."""
    if f"/{kind}/" not in gid or gid.endswith("/0"):
        raise ApiError("invalid id", "RESOURCE_NOT_FOUND")
    return info.context.shop.nodes.get(gid)


@resolver("Mutation", "fulfillmentCreate")
def fulfillment_create(obj, info, fulfillment, message=None):
    try:
        rows = [row for group in fulfillment["lineItemsByFulfillmentOrder"] for row in _rows(info, group)]
        _check(rows)
    except LifeError as error:
        return {"fulfillment": None, "userErrors": [user_error(error.field, error.message)]}
    made = order_fulfil.ship(info.context.shop, rows[0][0].order, rows, fulfillment.get("trackingInfo"),
                             info.context.now, bool(fulfillment.get("notifyCustomer")))
    return {"fulfillment": made, "userErrors": []}


def _check(rows: list[tuple]) -> None:
    if not rows:
        raise LifeError(["fulfillment"], "Fulfillment order line items can't be blank.")
    if len({line.id for _record, line, _units in rows}) < len(rows):
        raise LifeError(["fulfillment"], "Invalid fulfillment order line item quantity requested.")
    if len({record.order.id for record, _line, _units in rows}) > 1:
        raise LifeError(["fulfillment"], "All fulfillment orders must belong to the same order.")
    if len({record.location_id for record, _line, _units in rows}) > 1:
        raise LifeError(["fulfillment"], "All fulfillment orders must be assigned to a single location. "
                                         "They can't be split across multiple locations.")
    methods = dict.fromkeys(record.method.lower() for record, _line, _units in rows)
    if len(methods) > 1:
        raise LifeError(["fulfillment"], "All fulfillment orders must have the same delivery method type. "
                                         f"Multiple delivery method types {json.dumps(list(methods))} were found.")


@resolver("Mutation", "fulfillmentCreateV2")
def fulfillment_create_v2(obj, info, fulfillment, message=None):
    return fulfillment_create(obj, info, fulfillment, message)


def _rows(info, group: dict) -> list[tuple]:
    record = find(info, group["fulfillmentOrderId"], "FulfillmentOrder")
    if record is None or not may(record, info, "read") or not may(record, info, "write"):
        raise LifeError(["fulfillment"], f"Fulfillment order {group['fulfillmentOrderId'].rsplit('/', 1)[1]} "
                                         "does not exist.")
    if record.status not in ("OPEN", "IN_PROGRESS"):
        raise LifeError(["fulfillment"], f"Fulfillment order {record.number_id} has an unfulfillable status= "
                                         f"{record.status.lower()}.")
    if record.request_status == "SUBMITTED":
        raise LifeError(["fulfillment"], f"Fulfillment order {record.number_id} has an unfulfillable request status= "
                                         "submitted.")
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


def _on_fulfillment(info, gid: str, path: list, action, missing: str = "Fulfillment does not exist.") -> dict:
    """The payload of a mutation that does something with one fulfilment."""
    record = find(info, gid, "Fulfillment")
    if record is None:
        return {"fulfillment": None, "userErrors": [user_error(path, missing)]}
    try:
        action(record)
    except LifeError as error:
        return {"fulfillment": None, "userErrors": [user_error(error.field, error.message)]}
    return {"fulfillment": record, "userErrors": []}


@resolver("Mutation", "fulfillmentTrackingInfoUpdate")
def tracking_update(obj, info, fulfillment_id, tracking_info_input, notify_customer=False):
    return _on_fulfillment(info, fulfillment_id, ["fulfillmentId"], lambda record: order_fulfil.update_tracking(
        info.context.shop, record, tracking_info_input, info.context.now, bool(notify_customer)))


@resolver("Mutation", "fulfillmentCancel")
def fulfillment_cancel(obj, info, id):
    def cancel(record):
        if record.status != "CANCELLED":  # doing it twice is a success
            order_fulfil.cancel_fulfillment(info.context.shop, record, info.context.now)

    return _on_fulfillment(info, id, ["id"], cancel, "Fulfillment not found.")


@resolver("Mutation", "fulfillmentEventCreate")
def event_create(obj, info, fulfillment_event):
    made = []
    answer = _on_fulfillment(
        info, fulfillment_event["fulfillmentId"], ["fulfillmentEvent", "fulfillmentId"],
        lambda record: made.append(order_fulfil.add_event(info.context.shop, record, fulfillment_event, info.context.now)))
    return {"fulfillmentEvent": made[0] if made else None, "userErrors": answer["userErrors"]}
