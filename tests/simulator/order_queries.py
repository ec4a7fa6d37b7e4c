"""The roots that read orders, refunds, fulfilments and returns."""
from __future__ import annotations

from datetime import timedelta

from . import resolvers_customers  # noqa: F401  (its fields about orders are replaced here)
from .fulfillment_rules import kind_of, may
from .money import ZERO, text
from .order_returns import returnable_lines
from .resolvers import NODES, resolver
from .resolvers_shop import demand
from .search import Field, id_field, query_list, time_field

HISTORY = timedelta(days=60)  # what an app without read_all_orders sees


def sees_all(shop) -> bool:
    return "read_all_orders" in shop.app.scopes


def is_readable(shop, order) -> bool:
    return order is not None and (sees_all(shop) or shop.now() - order.created_at <= HISTORY)


def find_order(shop, gid: str):
    """The order, None when it is unknown or older than the app may see."""
    order = shop.orders.get(gid)
    return order if is_readable(shop, order) else None


def is_visible(row, info) -> bool:
    """Whether the app's scopes reach for a fulfilment order; the others are left out in silence."""
    return may(row, info, "read")


NODES["Order"] = find_order


def _under_order(shop, gid: str):
    """Anything that hangs on an order is as old as its order."""
    record = shop.nodes.get(gid)
    return record if record is None or is_readable(shop, record.order) else None


for _name in ("Refund", "OrderTransaction", "Fulfillment", "FulfillmentOrder", "Return"):
    NODES[_name] = _under_order


def _status(order) -> list[str]:
    if order.cancelled_at:
        return ["cancelled", "closed"]
    return ["closed"] if order.closed_at else ["open", "not_closed"]


def _fulfillment(order) -> str:
    return {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial",
            "ON_HOLD": "on_hold"}.get(order.display_fulfillment_status, "unfulfilled")


def _text(*path: str) -> Field:
    def get(row):
        for name in path:
            row = getattr(row, name, None)
        return row

    return Field("text", get)


ORDER_FIELDS = {
    "id": id_field(), "created_at": time_field("created_at"), "updated_at": time_field("updated_at"),
    "processed_at": time_field("processed_at"), "name": _text("name"), "email": _text("email"),
    "po_number": _text("po_number"), "confirmation_number": _text("confirmation_number"),
    "source_name": _text("source_name"), "source_identifier": _text("source_identifier"), "tag": _text("tags"),
    "tag_not": Field("text", lambda row: None), "sku": Field("text", lambda row: [line.sku for line in row.line_items]),
    "discount_code": _text("discount_codes"), "gateway": _text("payment_gateway_names"),
    "status": Field("enum", _status, ("open", "closed", "cancelled", "not_closed")),
    "financial_status": Field("enum", lambda row: (row.display_financial_status or "pending").lower(), (
        "paid", "pending", "authorized", "partially_paid", "partially_refunded", "refunded", "voided", "expired",
        "unpaid")),
    "fulfillment_status": Field("enum", _fulfillment, (
        "unshipped", "shipped", "fulfilled", "partial", "scheduled", "on_hold", "unfulfilled", "request_declined")),
    "customer_id": Field("id", lambda row: row.customer.number_id if row.customer else None),
    "location_id": Field("id", lambda row: int(row.retail_location_id.rsplit("/", 1)[1])
                         if row.retail_location_id else None),
    "test": Field("bool", lambda row: row.test),
    "current_total_price": Field("number", lambda row: row.current_total_price_set.shop),
    "subtotal_line_items_quantity": Field("number", lambda row: row.subtotal_line_items_quantity),
    "risk_level": Field("enum", lambda row: row.risk["assessments"][0]["riskLevel"].lower()
                        if row.risk["assessments"] else "low"),
    "return_status": Field("enum", lambda row: [part.status.lower() for part in row.returns]),
}
ORDER_SORTS = {
    "CREATED_AT": lambda row: row.created_at, "UPDATED_AT": lambda row: row.updated_at,
    "PROCESSED_AT": lambda row: row.processed_at, "ORDER_NUMBER": lambda row: row.number,
    "TOTAL_PRICE": lambda row: row.total_price_set.shop, "PO_NUMBER": lambda row: row.po_number or "",
    "CURRENT_TOTAL_PRICE": lambda row: row.current_total_price_set.shop,
    "CUSTOMER_NAME": lambda row: row.customer.display_name if row.customer else "",
    "DESTINATION": lambda row: (row.shipping_address.city if row.shipping_address else None) or "",
    "FINANCIAL_STATUS": lambda row: row.display_financial_status or "",
    "FULFILLMENT_STATUS": lambda row: row.display_fulfillment_status,
    "TOTAL_ITEMS_QUANTITY": lambda row: row.subtotal_line_items_quantity,
}


def _words(order) -> list:
    return [order.name, order.email, order.note, *order.tags, *(line.title for line in order.line_items),
            order.customer.display_name if order.customer else None]


@resolver("QueryRoot", "order")
def order(obj, info, id):
    return find_order(info.context.shop, demand(id, "Order"))


@resolver("QueryRoot", "orderByIdentifier")
def order_by_identifier(obj, info, identifier):
    return find_order(info.context.shop, demand(identifier["id"], "Order")) if identifier.get("id") else None


@resolver("QueryRoot", "orders")
def orders(obj, info, query=None, sort_key="PROCESSED_AT", reverse=False):
    shop = info.context.shop
    rows = shop.orders.values()
    if not sees_all(shop):
        oldest = shop.now() - HISTORY
        rows = [row for row in rows if row.created_at >= oldest]
    return query_list(info, rows, "orders", query=query, sort_key=sort_key, reverse=reverse, fields=ORDER_FIELDS,
                      sort_keys=ORDER_SORTS, words=_words)


@resolver("QueryRoot", "ordersCount")
def orders_count(obj, info, query=None, limit=10000):
    found = len(orders(obj, info, query).rows)
    capped = limit is not None and found > limit
    return {"count": limit if capped else found, "precision": "AT_LEAST" if capped else "EXACT"}


# -- customers ------------------------------------------------------------------------------------------------------
def orders_of(shop, customer) -> list:
    """The customer's orders that the app may see, in order of placing."""
    rows = shop.extra.get("customer_orders", {}).get(customer.id, ())
    return [row for row in rows if row.id in shop.orders and is_readable(shop, row)]


@resolver("Customer", "orders")
def customer_orders(customer, info, query=None, sort_key="ID", reverse=False):
    return query_list(info, orders_of(info.context.shop, customer), "orders", query=query, sort_key=sort_key,
                      reverse=reverse, fields=ORDER_FIELDS, sort_keys=ORDER_SORTS, words=_words)


@resolver("Customer", "numberOfOrders")
def number_of_orders(customer, info):
    return len(orders_of(info.context.shop, customer))


@resolver("Customer", "lastOrder")
def last_order(customer, info):
    return next(reversed(orders_of(info.context.shop, customer)), None)


@resolver("Customer", "amountSpent")
def amount_spent(customer, info):
    shop = info.context.shop
    spent = sum((row.net_payment_set.shop for row in orders_of(shop, customer)), ZERO)
    return {"amount": text(spent), "currencyCode": shop.currency}


# -- refunds, fulfilment, returns -----------------------------------------------------------------------------------
def _single(field_name: str, type_name: str) -> None:
    def find(obj, info, id):
        return _under_order(info.context.shop, demand(id, type_name))

    resolver("QueryRoot", field_name)(find)


_single("refund", "Refund")
_single("fulfillment", "Fulfillment")
_single("return", "Return")


@resolver("QueryRoot", "fulfillmentOrder")
def fulfillment_order(obj, info, id):
    record = _under_order(info.context.shop, demand(id, "FulfillmentOrder"))
    return record if record is not None and is_visible(record, info) else None


FULFILLMENT_ORDER_FIELDS = {
    "id": id_field(), "updated_at": time_field("updated_at"),
    "status": Field("enum", lambda row: row.status.lower()),
    "assigned_location_id": Field("id", lambda row: int(row.location_id.rsplit("/", 1)[1])),
}


@resolver("QueryRoot", "fulfillmentOrders")
def fulfillment_orders(obj, info, query=None, sort_key="ID", reverse=False, include_closed=False):
    shop = info.context.shop
    rows = [row for order in shop.orders.values() if is_readable(shop, order) for row in order.fulfillment_orders
            if (include_closed or row.is_open) and is_visible(row, info)]
    sorts = {"CREATED_AT": lambda row: row.created_at, "UPDATED_AT": lambda row: row.updated_at,
             "FULFILL_BY": lambda row: row.fulfill_by}
    return query_list(info, rows, "fulfillmentOrders", query=query, sort_key=sort_key, reverse=reverse,
                      fields=FULFILLMENT_ORDER_FIELDS, sort_keys=sorts)


ASSIGNMENTS = {"FULFILLMENT_REQUESTED": ("SUBMITTED",), "FULFILLMENT_ACCEPTED": ("ACCEPTED",),
               "CANCELLATION_REQUESTED": ("CANCELLATION_REQUESTED",), "FULFILLMENT_UNSUBMITTED": ("UNSUBMITTED",)}


@resolver("QueryRoot", "assignedFulfillmentOrders")
def assigned_fulfillment_orders(obj, info, assignment_status=None, location_ids=None):
    """Those at the places where the app is the fulfilment service."""
    shop = info.context.shop
    wanted = ASSIGNMENTS.get(assignment_status)
    return [row for order in shop.orders.values() for row in order.fulfillment_orders
            if row.is_open and kind_of(shop, row.location_id) == "own" and is_readable(shop, order)
            and (not location_ids or row.location_id in location_ids)
            and (wanted is None or row.request_status in wanted)]


@resolver("QueryRoot", "returnableFulfillments")
def returnable_fulfillments(obj, info, order_id):
    return _returnable(find_order(info.context.shop, demand(order_id, "Order")))


def _returnable(record) -> list[dict]:
    rows: dict = {}
    for line, units in returnable_lines(record) if record else ():
        parcel = next(row for row in record.fulfillments if line in row.fulfillment_line_items)
        rows.setdefault(parcel.id, (parcel, []))[1].append({"fulfillmentLineItem": line, "quantity": units})
    return [{"__typename": "ReturnableFulfillment", "id": gid.replace("/Fulfillment/", "/ReturnableFulfillment/"),
             "fulfillment": parcel, "returnableFulfillmentLineItems": lines} for gid, (parcel, lines) in rows.items()]


def _find_returnable(shop, gid: str) -> dict | None:
    parcel = _under_order(shop, gid.replace("/ReturnableFulfillment/", "/Fulfillment/"))
    return next((row for row in _returnable(parcel.order) if row["id"] == gid), None) if parcel else None


def _find_reverse(shop, gid: str) -> dict | None:
    return next((row for order in shop.orders.values() if is_readable(shop, order) for record in order.returns
                 for row in record.reverse_fulfillment_orders if row["id"] == gid), None)


NODES.update(ReturnableFulfillment=_find_returnable, ReverseFulfillmentOrder=_find_reverse)


@resolver("QueryRoot", "tenderTransactions")
def tender_transactions(obj, info, query=None, reverse=False):
    shop = info.context.shop
    rows = [row for order in shop.orders.values() if is_readable(shop, order) for row in order.transactions
            if row.kind in ("SALE", "CAPTURE", "REFUND") and row.status == "SUCCESS"]
    return [{"id": row.id.replace("/OrderTransaction/", "/TenderTransaction/"), "order": row.order, "test": row.test,
             "amount": (-row.amount if row.kind == "REFUND" else row.amount).presentment_money,
             "paymentMethod": "credit_card" if row.payment_details else row.gateway, "processedAt": row.processed_at,
             "remoteReference": row.payment_id} for row in rows]


@resolver("QueryRoot", "shopifyPaymentsAccount")
def shopify_payments(obj, info):
    """None: what the API answers when payouts are not there to be read."""
    return None
