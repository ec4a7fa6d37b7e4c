"""The order and delivery part of the control API, and the orders as JSON for tests to compare with.

POST /control/shops/<domain>/orders                    {kind?, seed?, count?, …keys of `place_order`} -> {orders: […]}
POST /control/shops/<domain>/orders/<id>/<action>      edit cancel refund fulfill pay settle return return_step
                                                       update risk close delete; fulfillment, fulfillment_order
                                                       as in `control_fulfilment`
                                                       (JSON arguments as in `order_life`) -> {order}
GET  /control/shops/<domain>/orders/<id>               -> `order_state`
GET  /control/shops/<domain>/zoo                       -> {kinds: […]}
POST /control/shops/<domain>/deliveries                knobs of `webhooks` -> {settings}
POST /control/shops/<domain>/deliveries/release        {shuffle?} -> {released}
POST /control/shops/<domain>/deliveries/wait           {seconds?, retries?} -> {idle}
GET  /control/shops/<domain>/deliveries                -> {deliveries, counters}
POST /control/shops/<domain>/webhook                   {topic, payload?, uri?}: send one by hand; compliance topics
                                                       need `uri`; app/uninstalled revokes tokens and subscriptions
"""
from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from . import control_fulfilment, order_life, webhooks, zoo
from .control import body_of, shop_of
from .money import Bag, fixed
from .order_events import LifeError, new_event
from .order_factory import place_order
from .order_notices import notices
from .order_people import ADDRESS_KEYS
from .order_totals import gone_part
from .payloads import stamp
from .records import numeric_id

KNOBS = ("drop", "duplicate", "shuffle", "shuffle_ms", "hold", "delay_ms", "retry_seconds", "secret",
         "connect_seconds", "total_seconds")
MONEY_SETS = ("original_total_price", "subtotal_price", "total_price", "total_tax", "total_discounts",
              "cart_discount_amount", "total_shipping_price", "total_tip_received", "current_subtotal_price",
              "current_total_price", "current_total_tax", "current_total_discounts", "current_shipping_price",
              "total_received", "total_refunded", "total_refunded_shipping", "total_outstanding", "net_payment",
              "total_capturable", "refund_discrepancy", "original_total_duties", "current_total_duties",
              "original_total_additional_fees")


# -- state ----------------------------------------------------------------------------------------------------------
def order_state(order) -> dict:
    """An order as JSON. Every amount is {"shop": "1.00", "presentment": "1.00"} (None where Shopify has null).

    id, legacy_id, name, kind, currency, presentment_currency, taxes_included, tax_exempt, test, email, phone, note,
    tags, po_number, source_name, created_at, processed_at, updated_at, cancelled_at, cancel_reason, closed_at, edited
    financial_status, fulfillment_status, fully_paid
    lines            [{id, sku, title, name, variant_id, product_id, quantity, current_quantity, unfulfilled_quantity,
                       fulfilled, unit_price, original_total, discount_total (all allocations), discounted_total (after
                       all of them), gift_card, tip, taxable, requires_shipping, taxes, left, duties [{id, price, taxes,
                       left}]}]; `left` is {price, taxes} of the units that are still on the order
    shipping_lines   [{id, title, code, original_total, discount_total, discounted_total, current_total, removed,
                       taxes}]
    fees             [{id, name, price, taxes}]
    taxes, current_taxes   of the order, merged by title and rate: [{title, rate, amount, channel_liable}]
    totals           {total_price, current_total_price, …} (names of MONEY_SETS)
    cash_rounding    amount
    discounts        [{kind, level, title, percentage, amount, allocation_method, target_type}]
    transactions     [{id, kind, status, gateway, amount, rounding, parent_id, processed_at}]
    refunds          [{id, lines [{line_id, sku, quantity, restock_type, location_id, subtotal, taxes}], shipping
                       [{line_id, subtotal, taxes}], adjustments [amount], total, transactions [id], note}]
    fulfillment_orders [{id, status, request_status, method, location_id, holds [{id, reason, handle, mine}],
                       lines [{id, line_id, sku, total, remaining}]}]
    fulfillments     [{id, name, status, display_status, location_id, notify, tracking [{company, number, url}],
                       events [status], lines [{id, line_id, sku, quantity}]}]
    returns          [{id, status, lines [{id, line_id, quantity, processed, reason}], dispositions [{line_id, type,
                       quantity, location_id}]}]
    notices          what was written to the customer about parcels: see `order_notices.notices`; in the shop's state
    customer         {id, email, first_name, last_name, phone} or None
    company          {id, name, external_id, location} or None: who buys when it is no person
    duties_included  whether the prices contain the duties
    billing_address, shipping_address   dicts with the keys of a webhook's address, or None
    """
    return {**_facts(order), "lines": [_line(row) for row in order.line_items],
            "shipping_lines": [_shipping(row) for row in order.shipping_lines],
            "fees": [{"id": row.id, "name": row.name, "price": both(row.price), "taxes": _taxes(row.tax_lines)}
                     for row in order.additional_fees],
            "taxes": _taxes(order.tax_lines), "current_taxes": _taxes(order.current_tax_lines),
            "totals": {name: both(getattr(order, f"{name}_set")) for name in MONEY_SETS},
            "cash_rounding": both(order.total_cash_rounding_adjustment["paymentSet"]),
            "discounts": [_discount(row) for row in order.discount_applications],
            "transactions": [_transaction(row) for row in order.transactions],
            "refunds": [_refund(row) for row in order.refunds], **_deliveries_of(order),
            "customer": _customer(order.customer), "company": _company(order.purchasing_entity),
            "billing_address": _address(order.billing_address), "shipping_address": _address(order.shipping_address)}


def both(bag: Bag | None) -> dict | None:
    if bag is None:
        return None
    return {"shop": fixed(bag.shop, bag.currencies.shop), "presentment": fixed(bag.presentment,
                                                                              bag.currencies.presentment)}


def _facts(order) -> dict:
    moment = {name: value.isoformat() if (value := getattr(order, name)) else None
              for name in ("created_at", "processed_at", "updated_at", "cancelled_at", "closed_at")}
    same = {name: getattr(order, name) for name in (
        "id", "name", "kind", "taxes_included", "tax_exempt", "test", "email", "phone", "note", "tags", "po_number",
        "source_name", "cancel_reason", "edited", "fully_paid", "duties_included")}
    return {**same, **moment, "legacy_id": order.number_id, "currency": order.currencies.shop,
            "presentment_currency": order.currencies.presentment, "financial_status": order.display_financial_status,
            "fulfillment_status": order.display_fulfillment_status, "location_id": order.retail_location_id}


def _taxes(rows) -> list[dict]:
    return [{"title": row.title, "rate": str(row.rate), "amount": both(row.price),
             "channel_liable": row.channel_liable} for row in rows]


def _line(row) -> dict:
    return {"id": row.id, "sku": row.sku, "title": row.title, "name": row.name, "variant_id": row.variant_id,
            "product_id": row.product_id, "quantity": row.quantity, "current_quantity": row.current_quantity,
            "unfulfilled_quantity": row.open, "fulfilled": row.fulfilled, "unit_price": both(row.unit_price),
            "original_total": both(row.price), "discount_total": both(row.discount),
            "discounted_total": both(row.discounted), "gift_card": row.is_gift_card, "tip": row.is_tip,
            "taxable": row.taxable, "requires_shipping": row.requires_shipping, "taxes": _taxes(row.tax_lines),
            "left": _left(row, row.discounted, row.tax_lines),
            "duties": [{"id": duty.id, "price": both(duty.price), "taxes": _taxes(duty.tax_lines),
                        "left": _left(row, duty.price, duty.tax_lines)} for duty in row.duties]}


def _left(line, price, taxes) -> dict:
    rows = [replace(tax, price=gone_part(tax.price, line)) for tax in taxes]
    return {"price": both(gone_part(price, line)), "taxes": _taxes(rows)}


def _shipping(row) -> dict:
    return {"id": row.id, "title": row.title, "code": row.code, "original_total": both(row.price),
            "discount_total": both(row.discount), "discounted_total": both(row.discounted),
            "current_total": both(row.current_discounted_price_set), "removed": row.is_removed,
            "taxes": _taxes(row.tax_lines)}


def _discount(row) -> dict:
    return {"kind": row.kind, "level": row.level, "title": row.title, "allocation_method": row.allocation_method,
            "target_type": row.target_type, "percentage": None if row.percentage is None else str(row.percentage),
            "amount": None if row.amount is None else str(row.amount)}


def _transaction(row) -> dict:
    return {"id": row.id, "kind": row.kind, "status": row.status, "gateway": row.gateway, "amount": both(row.amount),
            "rounding": both(row.rounding), "processed_at": row.processed_at.isoformat(),
            "parent_id": row.parent_transaction.id if row.parent_transaction else None}


def _refund(row) -> dict:
    lines = [{"line_id": part.line_item.id, "sku": part.line_item.sku, "quantity": part.quantity,
              "restock_type": part.restock_type, "location_id": part.location_id, "subtotal": both(part.subtotal),
              "taxes": _taxes(part.taxes)} for part in row.refund_line_items]
    shipping = [{"line_id": part.shipping_line.id, "subtotal": both(part.subtotal), "taxes": _taxes(part.taxes)}
                for part in row.refund_shipping_lines]
    return {"id": row.id, "note": row.note, "lines": lines, "shipping": shipping,
            "adjustments": [both(part.amount) for part in row.order_adjustments],
            "total": both(row.total_refunded_set), "transactions": [part.id for part in row.transactions]}


def _deliveries_of(order) -> dict:
    orders = [{"id": row.id, "status": row.status, "location_id": row.location_id, "request_status": row.request_status,
               "method": (row.delivery_method or {}).get("methodType"),
               "holds": [{"id": part["id"], "reason": part["reason"], "handle": part["handle"],
                          "mine": part["heldByRequestingApp"]} for part in row.fulfillment_holds],
               "lines": [{"id": part.id, "line_id": part.line_item.id, "sku": part.line_item.sku,
                          "total": part.total_quantity, "remaining": part.remaining_quantity}
                         for part in row.line_items]} for row in order.fulfillment_orders]
    parcels = [{"id": row.id, "name": row.name, "status": row.status, "display_status": row.display_status,
                "location_id": row.location_id, "tracking": row.tracking_info, "notify": row.notify_customer,
                "events": [part["status"] for part in row.events],
                "lines": [{"id": part.id, "line_id": part.line_item.id, "sku": part.line_item.sku, "quantity": part.quantity}
                          for part in row.fulfillment_line_items]} for row in order.fulfillments]
    returns = [{"id": row.id, "status": row.status,
                "lines": [{"id": part.id, "line_id": part.fulfillment_line_item.line_item.id, "quantity": part.quantity,
                           "processed": part.processed_quantity, "reason": part.return_reason}
                          for part in row.return_line_items],
                "exchange": [{name: part[name] for name in ("id", "quantity", "processedQuantity")}
                             for part in row.exchange_line_items],
                "dispositions": [{"line_id": part["fulfillmentLineItem"].line_item.id, "type": made["type"],
                                  "quantity": made["quantity"], "location_id": made["location"].id}
                                 for reverse in row.reverse_fulfillment_orders for part in reverse["lineItems"]
                                 for made in part["dispositions"]]} for row in order.returns]
    return {"fulfillment_orders": orders, "fulfillments": parcels, "returns": returns}


def _customer(row) -> dict | None:
    return row and {name: getattr(row, name) for name in ("id", "email", "first_name", "last_name", "phone")}


def _company(entity) -> dict | None:
    company = entity and entity["company"]
    return company and {"id": company["id"], "name": company["name"], "external_id": company["externalId"],
                        "location": entity["location"]["name"]}


def _address(row) -> dict | None:
    return row and {name: getattr(row, name) for name in ADDRESS_KEYS}


def state(shop) -> dict:
    """What `/control/shops/<domain>/state` shows of orders and deliveries."""
    return {"orders": [order_state(order) for order in shop.orders.values()],
            "deliveries": [row.as_dict() for row in webhooks.log(shop)], "held": len(webhooks.held(shop)),
            "delivery_settings": shop.settings.webhook_delivery, "notices": notices(shop)}


# -- orders ---------------------------------------------------------------------------------------------------------
async def place(request: web.Request) -> web.Response:
    shop, body = shop_of(request), await body_of(request)
    count, kind, seed = int(body.pop("count", 1)), body.pop("kind", None), body.pop("seed", None)
    made = []
    for index in range(count):
        number = shop.order_number + 1 if seed is None else f"{seed}/{index}" if count > 1 else seed
        spec = {**zoo.spec_of(shop, kind, number), **body} if kind else {"seed": number, **body}
        made.append(place_order(shop, spec))
    return web.json_response({"orders": [{"id": row.number_id, "admin_graphql_api_id": row.id, "name": row.name,
                                          "kind": row.kind, "total": both(row.total_price_set)} for row in made]})


def order_of(request: web.Request):
    """(shop, order) of the path; 404 for an unknown order."""
    shop, key = shop_of(request), request.match_info["order"]
    order = shop.orders.get(f"gid://shopify/Order/{key}") or next(
        (row for row in shop.orders.values() if row.name.lstrip("#") == key), None)
    if order is None:
        raise web.HTTPNotFound(text='{"error": "no such order"}', content_type="application/json")
    return shop, order


ACTIONS = {"edit": order_life.edit, "cancel": order_life.cancel, "refund": order_life.refund,
           "fulfill": order_life.fulfill, "pay": order_life.pay, "return": order_life.return_goods,
           "return_step": order_life.return_step,
           "update": order_life.update, "risk": order_life.set_risk,
           "settle": order_life.settle_pending, "delete": order_life.delete,
           "fulfillment": control_fulfilment.parcel, "fulfillment_order": control_fulfilment.work,
           "close": lambda shop, order, args, now: order_life.close(shop, order, now)}


async def act(request: web.Request) -> web.Response:
    shop, order = order_of(request)
    args = await body_of(request)
    try:
        ACTIONS[request.match_info["action"]](shop, order, args, shop.now())
    except LifeError as error:
        return web.json_response({"error": error.message, "field": error.field}, status=422)
    return web.json_response({"order": order_state(order)})


async def show(request: web.Request) -> web.Response:
    _shop, order = order_of(request)
    return web.json_response(order_state(order))


async def list_kinds(request: web.Request) -> web.Response:
    return web.json_response({"kinds": sorted(zoo.KINDS)})


# -- deliveries -----------------------------------------------------------------------------------------------------
async def set_knobs(request: web.Request) -> web.Response:
    shop, body = shop_of(request), await body_of(request)
    unknown = set(body) - set(KNOBS)
    if unknown:
        raise ValueError(f"unknown settings {sorted(unknown)}; there are {', '.join(KNOBS)}")
    shop.settings.webhook_delivery.update(body)
    return web.json_response({"settings": shop.settings.webhook_delivery})


async def show_deliveries(request: web.Request) -> web.Response:
    shop = shop_of(request)
    return web.json_response({"deliveries": [row.as_dict(body=True) for row in webhooks.log(shop)],
                              "held": len(webhooks.held(shop)), "counters": shop.stats.as_dict()["webhooks"]})


async def send_by_hand(request: web.Request) -> web.Response:
    shop, body = shop_of(request), await body_of(request)
    topic, number = body["topic"], numeric_id(shop.id)
    payload = body.get("payload") or compliance_body(shop, topic, number)
    if topic == "app/uninstalled":
        shop.app.tokens.clear()
        shop.app.state = "app_not_installed"
    if body.get("uri"):
        sent = webhooks.engine(shop.simulator).send_to(shop, topic, payload, body["uri"])
        return web.json_response({"delivery": sent.as_dict()})
    before = len(webhooks.log(shop))
    shop.emit(topic, payload, None, new_event())
    if topic == "app/uninstalled":
        shop.subscriptions.clear()
    return web.json_response({"deliveries": len(webhooks.log(shop)) - before})


def compliance_body(shop, topic: str, number: int) -> dict:
    """The body of a privacy topic, of app/uninstalled, or of shop/update."""
    base = {"shop_id": number, "shop_domain": shop.domain}
    customer = next(iter(shop.customers.values()), None)
    who = customer and {"id": customer.number_id, "email": customer.email, "phone": customer.phone}
    orders = [row.number_id for row in shop.orders.values() if customer and row.customer is customer]
    if topic == "customers/data_request":
        return {**base, "customer": who, "orders_requested": orders, "data_request": {"id": shop.new_id()}}
    if topic == "customers/redact":
        return {**base, "customer": who, "orders_to_redact": orders}
    if topic == "shop/redact":
        return base
    return {"id": number, "admin_graphql_api_id": shop.id, "name": shop.name, "myshopify_domain": shop.domain,
            "domain": shop.domain, "currency": shop.currency, "taxes_included": shop.taxes_included,
            "iana_timezone": shop.timezone, "country_code": shop.country_code, "updated_at": stamp(shop, shop.now())}


def routes(simulator) -> list[web.RouteDef]:
    """The routes that the control frame includes."""

    async def release(request: web.Request) -> web.Response:
        shop, body = shop_of(request), await body_of(request)
        shop.settings.webhook_delivery["hold"] = False
        return web.json_response({"released": webhooks.engine(simulator).release(shop, bool(body.get("shuffle")))})

    async def wait(request: web.Request) -> web.Response:
        body = await body_of(request)
        idle = await webhooks.engine(simulator).idle(float(body.get("seconds", 30)), bool(body.get("retries")))
        return web.json_response({"idle": idle})

    prefix = "/control/shops/{domain}"
    one = prefix + "/orders/{order}"
    return [web.post(prefix + "/orders", place), web.get(one, show), web.get(prefix + "/zoo", list_kinds),
            web.post(one + "/{action:" + "|".join(ACTIONS) + "}", act),
            web.post(prefix + "/deliveries", set_knobs), web.get(prefix + "/deliveries", show_deliveries),
            web.post(prefix + "/deliveries/release", release), web.post(prefix + "/deliveries/wait", wait),
            web.post(prefix + "/webhook", send_by_hand)]
