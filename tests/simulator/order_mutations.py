"""Mutations of orders, their payments and refunds, with the userErrors that the real API gives."""
from __future__ import annotations

import uuid

from . import metafields, order_life  # noqa: F401  (the tag mutations of metafields are extended here)
from .order_events import LifeError, new_event, settled
from .order_queries import find_order
from .order_refund import refund as make_refund
from .resolvers import RESOLVERS, resolver, user_error
from .resolvers_shop import demand


def refusal(error: LifeError) -> dict:
    return user_error(error.field, error.message, error.code)


def _order(info, gid: str):
    return find_order(info.context.shop, demand(gid, "Order"))


def _missing(path: list, name: str = "order", **more) -> dict:
    return {name: None, "userErrors": [user_error(path, "Order does not exist")], **more}


def _change(info, order, action, **result) -> dict:
    """Run a life function; its refusal becomes a userError."""
    try:
        action()
    except LifeError as error:
        return {"order": order, "userErrors": [refusal(error)], **result}
    return {"order": order, "userErrors": [], **result}


# -- cancel, close, open, update ------------------------------------------------------------------------------------
@resolver("Mutation", "orderCancel")
def order_cancel(obj, info, order_id, reason, restock, refund=None, refund_method=None, staff_note=None,
                 notify_customer=False):
    shop, order, errors = info.context.shop, _order(info, order_id), []
    if order is None:
        errors.append(user_error(["orderId"], "Order does not exist", "NOT_FOUND"))
    elif refund is not None and refund_method is not None:
        errors.append(user_error(["refund"], "Only one of the arguments `refund` or `refund_method` is allowed.",
                                 "INVALID"))
    elif staff_note and len(staff_note) > 255:
        errors.append(user_error(["staffNote"], "Staff note is too long. Maximum length is 255 characters.",
                                 "INVALID"))
    job = None
    if not errors:
        money = bool(refund) or bool((refund_method or {}).get("originalPaymentMethodsRefund"))
        try:
            order_life.cancel(shop, order, {"reason": reason, "restock": restock, "refund": money,
                                            "staff_note": staff_note}, info.context.now)
            gid = f"gid://shopify/Job/{uuid.uuid4()}"
            shop.jobs[gid] = {"__typename": "Job", "id": gid, "done": True}
            job = {**shop.jobs[gid], "done": False}
        except LifeError as error:
            errors.append(refusal(error))
    return {"job": job, "orderCancelUserErrors": errors, "userErrors": errors}


@resolver("Mutation", "orderClose")
def order_close(obj, info, input):
    order = _order(info, input["id"])
    if order is None:
        return _missing(["id"])
    return _change(info, order, lambda: order_life.close(info.context.shop, order, info.context.now))


@resolver("Mutation", "orderOpen")
def order_open(obj, info, input):
    order = _order(info, input["id"])
    if order is None:
        return _missing(["id"])
    if not order.cancelled_at:
        order.closed_at = None
    return _change(info, order, lambda: order_life.update(info.context.shop, order, {}, info.context.now))


ADDRESS_INPUT = {"firstName": "first_name", "lastName": "last_name", "company": "company", "address1": "address1",
                 "address2": "address2", "city": "city", "provinceCode": "province_code", "zip": "zip",
                 "countryCode": "country_code", "phone": "phone"}


@resolver("Mutation", "orderUpdate")
def order_update(obj, info, input):
    order = _order(info, input["id"])
    if order is None:
        return _missing(["id"])
    if len(input) == 1:
        return {"order": None, "userErrors": [user_error(None, "No valid update parameters have been provided")]}
    args = {name: input[key] for key, name in (("note", "note"), ("email", "email"), ("phone", "phone"),
                                               ("poNumber", "po_number"), ("tags", "tags")) if key in input}
    if "customAttributes" in input:
        args["attributes"] = {row["key"]: row["value"] for row in input["customAttributes"] or ()}
    if input.get("shippingAddress"):
        args["shipping_address"] = _address(order, input["shippingAddress"])
    return _change(info, order, lambda: order_life.update(info.context.shop, order, args, info.context.now))


def _address(order, given: dict) -> dict:
    values = {name: given[key] for key, name in ADDRESS_INPUT.items() if key in given}
    old = order.shipping_address
    names = (*ADDRESS_INPUT.values(), "province", "country")
    return {**({name: getattr(old, name) for name in names} if old else {}), **values}


# -- payments -------------------------------------------------------------------------------------------------------
@resolver("Mutation", "orderMarkAsPaid")
def order_mark_as_paid(obj, info, input):
    order = _order(info, input["id"])
    if order is None:
        return _missing(["id"])
    return _change(info, order, lambda: order_life.mark_as_paid(info.context.shop, order, info.context.now))


@resolver("Mutation", "orderCapture")
def order_capture(obj, info, input):
    order, shop = _order(info, input["id"]), info.context.shop
    if order is None:
        return _missing(["id"], "transaction")
    parent = shop.nodes.get(input["parentTransactionId"])
    if parent is None or parent not in order.transactions or parent.kind != "AUTHORIZATION":
        return {"transaction": None, "userErrors": [
            user_error(["parentTransactionId"], "Transaction does not exist")]}
    try:
        _check_currency(order, input.get("currency"))
        row = order_life.capture(shop, order, input["amount"], info.context.now, parent)
    except LifeError as error:
        return {"transaction": None, "userErrors": [refusal(error)]}
    return {"transaction": row, "userErrors": []}


# -- refunds --------------------------------------------------------------------------------------------------------
@resolver("Mutation", "refundCreate")
def refund_create(obj, info, input):
    order, shop = _order(info, input["orderId"]), info.context.shop
    if order is None:
        return _missing(["orderId"], "refund", order=None)
    try:
        args = _refund_args(shop, order, input)
        record = make_refund(shop, order, args, info.context.now)
    except LifeError as error:
        return {"refund": None, "order": order, "userErrors": [refusal(error)]}
    return {"refund": record, "order": order, "userErrors": []}


def _refund_args(shop, order, input: dict) -> dict:
    """The arguments of `refund`; refuses before anything is changed."""
    _check_currency(order, input.get("currency"))
    lines = []
    for index, row in enumerate(input.get("refundLineItems") or ()):
        lines.append(_refund_line(shop, order, row, ["refundLineItems", str(index)]))
    shipping = input.get("shipping") or {}
    rows = [_refund_transaction(shop, order, row, ["transactions", str(index)])
            for index, row in enumerate(input.get("transactions") or ())]
    amount = sum((row["amount"] for row in rows), 0)
    net = order.net_payment_set.presentment
    if amount > net:
        raise LifeError(None, f"Refund amount ${amount:.2f} is greater than net payment received ${net:.2f}")
    return {"lines": lines, "shipping": True if shipping.get("fullRefund") else shipping.get("amount"),
            "transactions": rows, "no_money": not rows, "note": input.get("note"),
            "processed_at": input.get("processedAt")}


def _check_currency(order, given: str | None) -> None:
    """Two currencies: the customer's must be named, and no other one can be."""
    money = order.currencies
    if given is None and money.shop != money.presentment:
        raise LifeError(["currency"], "Currency must be specified for orders with multiple currencies")
    if given not in (None, money.presentment):
        raise LifeError(["currency"], "Currency must match the presentment currency of the order")


def _refund_line(shop, order, row: dict, path: list) -> dict:
    line = next((item for item in order.line_items if item.id == row["lineItemId"]), None)
    kind = row.get("restockType") or "NO_RESTOCK"
    if line is None:
        raise LifeError([*path, "lineItemId"], "Line item does not exist")
    if row["quantity"] > line.current_quantity:
        raise LifeError([*path, "quantity"], "Quantity cannot refund more items than were purchased")
    if kind == "LEGACY_RESTOCK":
        raise LifeError([*path, "restockType"], "Restock type is not valid")
    if kind in ("RETURN", "CANCEL") and not row.get("locationId"):
        raise LifeError([*path, "locationId"], "Location must be present when restocking")
    if row.get("locationId") and row["locationId"] not in shop.locations:
        raise LifeError([*path, "locationId"], "Location does not exist")
    return {"line_item_id": line.id, "quantity": row["quantity"], "restock_type": kind,
            "location_id": row.get("locationId")}


def _refund_transaction(shop, order, row: dict, path: list) -> dict:
    parent = shop.nodes.get(row.get("parentId") or "")
    if row["kind"] != "REFUND":
        raise LifeError([*path, "kind"], "Kind must be refund")
    if parent is None or parent not in order.transactions:
        raise LifeError(None, "Transactions require a parent_id associated with the order")
    return {"parent": parent, "amount": row["amount"]}


# -- tags -----------------------------------------------------------------------------------------------------------
def _telling(name: str) -> None:
    """An order whose tags change tells it with a webhook, as for any other change."""
    change = RESOLVERS["Mutation"][name]

    def run(obj, info, id, tags):
        order = info.context.shop.orders.get(id)
        before = list(order.tags) if order else None
        result = change(obj, info, id=id, tags=tags)
        if order is not None and order.tags != before:
            settled(info.context.shop, order, info.context.now, [], new_event())
        return result

    resolver("Mutation", name)(run)


for _name in ("tagsAdd", "tagsRemove"):
    _telling(_name)
