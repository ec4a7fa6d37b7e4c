"""Mutations of fulfilment orders: holds, moves, splits, schedules, requests to services, pickup."""
from __future__ import annotations

from . import fulfillment_order_life as life
from .fulfillment_rules import kind_of, may
from .order_events import LifeError
from .resolvers import ApiError, resolver, user_error

MISSING = ("Fulfillment order does not exist.", "FULFILLMENT_ORDER_NOT_FOUND")


def _find(info, gid: str, verb: str = "write"):
    """The fulfilment order, None when it is not there for this app."""
    if "/FulfillmentOrder/" not in gid or gid.endswith("/0"):
        raise ApiError("invalid id", "RESOURCE_NOT_FOUND")
    record = info.context.shop.nodes.get(gid)
    return record if record is not None and may(record, info, "read") and may(record, info, verb) else None


def _done(info, gid: str, names: tuple, action, codes: bool = True, missing_code: bool = True) -> dict:
    """The payload {name: what the action gives} of a mutation, or its refusal. `codes`: its errors have codes."""
    record, empty = _find(info, gid), dict.fromkeys(names)
    if record is None:
        code = MISSING[1] if missing_code and codes else None
        return {**empty, "userErrors": [user_error(["id"], MISSING[0], code)]}
    try:
        values = action(record)
    except LifeError as error:
        return {**empty, "userErrors": [user_error(error.field, error.message, error.code if codes else None)]}
    return {**dict(zip(names, values, strict=True)), "userErrors": []}


@resolver("Mutation", "fulfillmentOrderHold")
def hold(obj, info, id, fulfillment_hold):
    def place(record):
        row, rest = life.hold(info.context.shop, record, fulfillment_hold, info.context.now)
        return row, record, rest

    return _done(info, id, ("fulfillmentHold", "fulfillmentOrder", "remainingFulfillmentOrder"), place)


@resolver("Mutation", "fulfillmentOrderReleaseHold")
def release_hold(obj, info, id, hold_ids=None, external_id=None):
    def let_go(record):
        life.release(info.context.shop, record, hold_ids, info.context.now)
        return (record,)

    return _done(info, id, ("fulfillmentOrder",), let_go)


@resolver("Mutation", "fulfillmentOrderMove")
def move(obj, info, id, new_location_id, fulfillment_order_line_items=None):
    def there(record):
        try:
            return life.move(info.context.shop, record, new_location_id, fulfillment_order_line_items, info.context.now)
        except LifeError as error:
            known = error.code if error.code == "CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS" else None
            raise LifeError(error.field, error.message, known) from None

    return _done(info, id, ("movedFulfillmentOrder", "originalFulfillmentOrder", "remainingFulfillmentOrder"), there,
                 missing_code=False)


@resolver("Mutation", "fulfillmentOrderSplit")
def split(obj, info, fulfillment_order_splits):
    """One after the other; the first refusal ends it."""
    rows, shop = [], info.context.shop
    for index, row in enumerate(fulfillment_order_splits):
        record, path = _find(info, row["fulfillmentOrderId"]), ["fulfillmentOrderSplits", str(index)]
        if record is None:
            return {"fulfillmentOrderSplits": None, "userErrors": [user_error(
                [*path, "fulfillmentOrderId"], *MISSING)]}
        try:
            rest = life.split(shop, record, row["fulfillmentOrderLineItems"], info.context.now)
        except LifeError as error:
            code = {"GREATER_THAN_ZERO": "GREATER_THAN", "DUPLICATED_FULFILLMENT_ORDER_LINE_ITEMS":
                    "INVALID_LINE_ITEM_QUANTITY"}.get(error.code, error.code)
            return {"fulfillmentOrderSplits": None, "userErrors": [user_error([*path, *error.field], error.message, code)]}
        rows.append({"fulfillmentOrder": record, "remainingFulfillmentOrder": rest, "replacementFulfillmentOrder": None})
    return {"fulfillmentOrderSplits": rows, "userErrors": []}


@resolver("Mutation", "fulfillmentOrderOpen")
def open_up(obj, info, id):
    def begin(record):
        life.open_up(info.context.shop, record, info.context.now)
        return (record,)

    return _done(info, id, ("fulfillmentOrder",), begin, codes=False)


@resolver("Mutation", "fulfillmentOrderReportProgress")
def report_progress(obj, info, id, progress_report=None):
    def report(record):
        life.report_progress(info.context.shop, record, info.context.now)
        return (record,)

    return _done(info, id, ("fulfillmentOrder",), report)


# -- requests -------------------------------------------------------------------------------------------------------
@resolver("Mutation", "fulfillmentOrderSubmitFulfillmentRequest")
def submit(obj, info, id, fulfillment_order_line_items=None, message=None, notify_customer=None):
    def ask(record):
        sent, rest = life.submit(info.context.shop, record, fulfillment_order_line_items, message, bool(notify_customer),
                                 info.context.now)
        return record, sent, rest

    return _done(info, id, ("originalFulfillmentOrder", "submittedFulfillmentOrder", "unsubmittedFulfillmentOrder"), ask,
                 codes=False)


def _answer(info, gid: str, name: str, message: str | None, own: bool = True) -> dict:
    def say(record):
        if own and kind_of(info.context.shop, record.location_id) != "own":
            raise LifeError(["id"], MISSING[0])
        life.answer(info.context.shop, record, name, message, info.context.now)
        return (record,)

    return _done(info, gid, ("fulfillmentOrder",), say, codes=False)


@resolver("Mutation", "fulfillmentOrderAcceptFulfillmentRequest")
def accept(obj, info, id, message=None, estimated_shipped_at=None):
    return _answer(info, id, "accept", message)


@resolver("Mutation", "fulfillmentOrderRejectFulfillmentRequest")
def reject(obj, info, id, message=None, reason=None, line_items=None):
    return _answer(info, id, "reject", message)


@resolver("Mutation", "fulfillmentOrderSubmitCancellationRequest")
def request_cancellation(obj, info, id, message=None):
    return _answer(info, id, "request_cancellation", message, own=False)


@resolver("Mutation", "fulfillmentOrderLineItemsPreparedForPickup")
def prepared(obj, info, input):
    try:
        records = [_find(info, row["fulfillmentOrderId"]) for row in input["lineItemsByFulfillmentOrder"]]
        life.prepare(info.context.shop, records, info.context.now)
    except LifeError as error:
        return {"userErrors": [user_error(error.field, error.message, error.code)]}
    return {"userErrors": []}
