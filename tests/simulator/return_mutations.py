"""Mutations of returns, and the reasons that a return may have."""
from __future__ import annotations

from . import order_returns
from .order_events import LifeError
from .order_notices import tell
from .order_queries import find_order
from .resolvers import resolver, user_error
from .resolvers_shop import demand

# Names, handles and numbers as a development store has them.
REASONS = {"UNKNOWN": "Unknown", "UNWANTED": "Changed my mind", "NOT_AS_DESCRIBED": "Item not as described",
           "WRONG_ITEM": "Received the wrong item", "OTHER": "Other", "DEFECTIVE": "Damaged or defective",
           "SIZE_TOO_SMALL": "Too small", "SIZE_TOO_LARGE": "Too big", "STYLE": "Style", "COLOR": "Color"}
HANDLES = {"OTHER": "other-reason"}
FIRST_REASON = 1


def reason(shop, name: str) -> dict:
    """The definition of a reason."""
    names = list(REASONS)
    number = FIRST_REASON + (names.index(name) if name in names else names.index("OTHER"))
    return {"__typename": "ReturnReasonDefinition", "id": f"gid://shopify/ReturnReasonDefinition/{number}",
            "handle": HANDLES.get(name) or REASONS.get(name, "Other").lower().replace(" ", "-"),
            "name": REASONS.get(name, "Other"), "deleted": False}


def _reason_name(gid: str | None) -> str | None:
    if not gid:
        return None
    index = int(gid.rsplit("/", 1)[1]) - FIRST_REASON
    names = list(REASONS)
    return names[index] if 0 <= index < len(names) else None


@resolver("QueryRoot", "returnReasonDefinitions")
def definitions(obj, info):
    return [reason(info.context.shop, name) for name in REASONS]


def _result(action, error_path: list | None = None) -> dict:
    try:
        return {"return": action(), "userErrors": []}
    except LifeError as error:
        path = [*(error_path or []), *(error.field or [])] or None
        return {"return": None, "userErrors": [user_error(path, error.message, error.code or "INVALID")]}


def _return(info, gid: str):
    record = info.context.shop.nodes.get(demand(gid, "Return"))
    if record is None:
        raise LifeError(["id"], "Return not found.", "NOT_FOUND")
    return record


@resolver("Mutation", "returnCreate")
def return_create(obj, info, return_input):
    return _result(lambda: _create(info, return_input), ["returnInput"])


def _create(info, given: dict):
    shop = info.context.shop
    order = find_order(shop, demand(given["orderId"], "Order"))
    if order is None:
        raise LifeError(["orderId"], "Order does not exist", "NOT_FOUND")
    available = {line.id: (line, units) for line, units in order_returns.returnable_lines(order)}
    rows, asked = [], set()
    if not given["returnLineItems"]:
        raise LifeError(["returnLineItems"], "Return line items can't be blank", "BLANK")
    for index, row in enumerate(given["returnLineItems"]):
        path = ["returnLineItems", str(index)]
        line, units = available.get(row["fulfillmentLineItemId"], (None, 0))
        if row["fulfillmentLineItemId"] in asked or row["quantity"] <= 0:
            raise LifeError([*path, "quantity"], "Quantity is not available for return.", "INVALID")
        asked.add(row["fulfillmentLineItemId"])
        name = row.get("returnReason") or _reason_name(row.get("returnReasonDefinitionId"))
        if line is None:
            raise LifeError([*path, "fulfillmentLineItemId"], "Fulfillment line item not found.", "NOT_FOUND")
        if row["quantity"] > units:
            raise LifeError([*path, "quantity"], "Quantity is not available for return.", "INVALID")
        if name is None:
            raise LifeError([*path, "returnReason"], "Return reason can't be blank", "BLANK")
        if name == "OTHER" and not row.get("returnReasonNote"):
            raise LifeError([*path, "returnReasonNote"], "Return reason note can't be blank", "BLANK")
        rows.append((line, row["quantity"], name, row.get("returnReasonNote") or ""))
    return order_returns.open_return(shop, order, rows, info.context.now)


@resolver("Mutation", "returnApproveRequest")
def approve(obj, info, input):
    return _told(info, "return_approved", input, _result(
        lambda: order_returns.approve(info.context.shop, _return(info, input["id"]), info.context.now)))


def _told(info, kind: str, given: dict, answer: dict) -> dict:
    """Write to the customer when that was asked for and the mutation was no refusal."""
    if given.get("notifyCustomer") and answer["return"] is not None:
        tell(info.context.shop, kind, answer["return"].order)
    return answer


@resolver("Mutation", "returnDeclineRequest")
def decline(obj, info, input):
    return _told(info, "return_declined", input, _result(lambda: order_returns.decline(
        info.context.shop, _return(info, input["id"]), info.context.now, input["declineReason"],
        input.get("declineNote"))))


@resolver("Mutation", "returnCancel")
def cancel(obj, info, id):
    return _result(lambda: order_returns.cancel_return(info.context.shop, _return(info, id), info.context.now))


@resolver("Mutation", "returnClose")
def close(obj, info, id):
    return _result(lambda: order_returns.close_return(info.context.shop, _return(info, id), info.context.now))


@resolver("Mutation", "returnReopen")
def reopen(obj, info, id):
    return _result(lambda: order_returns.reopen_return(info.context.shop, _return(info, id), info.context.now))


@resolver("Mutation", "reverseDeliveryCreateWithShipping")
def reverse_delivery(obj, info, reverse_fulfillment_order_id, reverse_delivery_line_items, tracking_input=None,
                     label_input=None, notify_customer=True):
    shop = info.context.shop
    demand(reverse_fulfillment_order_id, "ReverseFulfillmentOrder")
    record = next((row for order in shop.orders.values() for row in order.returns
                   if any(part["id"] == reverse_fulfillment_order_id for part in row.reverse_fulfillment_orders)), None)
    try:
        if record is None:
            raise LifeError(["reverseFulfillmentOrderId"], "Reverse fulfillment order does not exist.", "NOT_FOUND")
        order_returns.send_back(shop, record, tracking_input or {}, info.context.now)
    except LifeError as error:
        return {"reverseDelivery": None, "userErrors": [user_error(error.field, error.message, error.code)]}
    if notify_customer:
        tell(shop, "return_label", record.order)
    return {"reverseDelivery": record.reverse_fulfillment_orders[0]["reverseDeliveries"][-1], "userErrors": []}


@resolver("Mutation", "returnProcess")
def process(obj, info, input):
    return _result(lambda: _process(info, input), ["input"])


def _process(info, given: dict):
    shop, record = info.context.shop, _return(info, given["returnId"])
    if record.status != "OPEN":
        raise LifeError(["returnId"], "Return is not open.", "INVALID_STATE")
    rows, parts = [], []
    for index, row in enumerate(given.get("returnLineItems") or ()):
        path = ["returnLineItems", str(index)]
        line = next((item for item in record.return_line_items if item.id == row["id"]), None)
        if line is None or any(line is known for known, _units in rows):
            raise LifeError([*path, "id"], "Return line item not found.", "NOT_FOUND")
        if not 0 < row["quantity"] <= line.unprocessed_quantity:
            raise LifeError([*path, "quantity"], "Quantity is not available.", "INVALID")
        parts += _dispositions(shop, record, line, row, path)
        rows.append((line, row["quantity"]))
    paid = ((given.get("financialTransfer") or {}).get("issueRefund") or {}).get("orderTransactions")
    transactions = [{"parent": _parent(shop, record, row["parentId"]), "amount": row["transactionAmount"]["amount"]}
                    for row in paid or ()]
    order_returns.process(shop, record, rows, info.context.now, money=bool(paid), parts=parts,
                          transactions=transactions if paid else None, exchange=_exchange(record, given))
    if given.get("notifyCustomer"):
        tell(shop, "return_processed", record.order)
    return record


def _exchange(record, given: dict) -> list[tuple]:
    """[(exchange line, units)] of those that the input names, and of no others; raises LifeError."""
    rows = []
    for index, row in enumerate(given.get("exchangeLineItems") or ()):
        path = ["exchangeLineItems", str(index)]
        line = next((item for item in record.exchange_line_items if item["id"] == row["id"]), None)
        if line is None or any(line is known for known, _units in rows):
            raise LifeError([*path, "id"], "Exchange line item not found.", "NOT_FOUND")
        if not 0 < row["quantity"] <= line["unprocessedQuantity"]:
            raise LifeError([*path, "quantity"], "Quantity is not available.", "INVALID")
        rows.append((line, row["quantity"]))
    return rows


def _dispositions(shop, record, line, given: dict, path: list) -> list[tuple]:
    """[(line, reverse row, kind, units, location)] of what is said about the units of a line; raises LifeError."""
    parts, reverse = [], order_returns.reverse_row(record, line)
    for number, part in enumerate(given.get("dispositions") or ()):
        where, kind = [*path, "dispositions", str(number)], part["dispositionType"]
        if part["reverseFulfillmentOrderLineItemId"] != reverse["id"]:
            raise LifeError([*where, "reverseFulfillmentOrderLineItemId"],
                            "Reverse fulfillment order line item does not exist.", "NOT_FOUND")
        if kind == "RESTOCKED" and part.get("locationId") not in shop.locations:
            raise LifeError([*where, "locationId"], "Location can't be blank", "BLANK")
        if part["quantity"] <= 0:
            raise LifeError([*where, "quantity"], "Quantity must be greater than 0", "GREATER_THAN")
        parts.append((line, reverse, kind, part["quantity"], part.get("locationId")))
    if sum(part[3] for part in parts) > min(given["quantity"], order_returns.undecided(reverse)):
        raise LifeError([*path, "dispositions"], "Quantity is greater than what is left", "INVALID")
    return parts


def _parent(shop, record, gid: str):
    parent = shop.nodes.get(gid)
    if parent is None or parent not in record.order.transactions:
        raise LifeError(["financialTransfer"], "Transactions require a parent_id associated with the order", "INVALID")
    return parent


@resolver("Mutation", "reverseFulfillmentOrderDispose")
def dispose(obj, info, disposition_inputs):
    shop, rows = info.context.shop, []
    try:
        for index, given in enumerate(disposition_inputs):
            found = order_returns.find_reverse_line(shop, given["reverseFulfillmentOrderLineItemId"])
            if found is None:
                raise LifeError(["dispositionInputs", str(index), "reverseFulfillmentOrderLineItemId"],
                                "Reverse fulfillment order line item does not exist.", "NOT_FOUND")
            order_returns.dispose(shop, *found, given["dispositionType"], given["quantity"], given.get("locationId"),
                                  info.context.now)
            rows.append(found[1])
    except LifeError as error:
        return {"reverseFulfillmentOrderLineItems": None,
                "userErrors": [user_error(error.field, error.message, error.code)]}
    return {"reverseFulfillmentOrderLineItems": rows, "userErrors": []}
