"""Turns a spec into an order, as a checkout would: priced, taxed, paid, its stock committed, its webhooks fired."""
from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from . import metafields, order_drafts, order_people
from .money import Bag, Currencies, rounded
from .order_companies import purchasing_company
from .order_events import announce
from .order_fulfil import fulfill, send_gift_cards
from .order_journey import journey
from .order_life import edit, risk_of
from .order_lines import build_lines, build_shipping, cart_discounts, charge, tax_rules
from .order_payments import pay_at_checkout
from .order_people import ADDRESS_KEYS, make_address
from .order_routing import route, wishes
from .order_totals import recompute
from .order_types import DiscountApplication, Order
from .records import Address, Customer
from .scalars import parse_time


def place_order(shop, spec: dict, now: datetime | None = None) -> Order:
    """Place an order as a customer would and return it. Every key of `spec` may be left out.

    Money is text or Decimal in the shop's currency, rates are fractions, addresses have the keys of
    `order_people.ADDRESS_KEYS`.

    kind, seed         the name in the zoo (only noted here), the seed of what is chosen by chance
    lines              [{sku | variant_id | title (custom), quantity=1, price, taxes, taxable, gift_card, deleted,
                         requires_shipping, attributes {}, duties [{price, hs_code, country, taxes}], group {title,
                         quantity}, selling_plan, grams}]; without it one to three products by chance
    shipping           {title, code, price, taxes, nameless: its id is null} or a list of them or None
    discounts          [{kind code|automatic|manual, level line|order|shipping, title, percentage | amount,
                         method across|each|one, lines [index], units {index: quantity}}]
    taxes              [{title, rate, channel_liable}]; without it those of the delivery address
    tax_exempt, taxes_included, tax_shipping       default: no, and as the shop does
    tip, fees [{name, price, taxes}]               additional fees
    presentment        {currency, rate}
    customer           {first_name, last_name, email, phone, …}, a customer's GID, or None for a guest
    country, province  where an invented customer lives
    email, phone       of a guest
    billing_address, shipping_address              dict or None; "same" for the delivery address means the billing one
    payment            paid | pending | authorized | partial | gift_card | split | none; gateway;
                       payments [{gateway, amount}]
    settle_apart       what payments are rounded apart from the lines by in the shop's currency ("0.01"); needs presentment
    cash_rounding      the step that cash is rounded to ("0.05")
    pos, location_id   sold over the counter, taken from that location and handed over at once
    fulfilled          ship everything at once
    delivery           pickup (pickup_location_id) | pickup_point | local; without it the goods are shipped
    fulfill_at         an ISO time before which nothing is to be shipped
    routes             [{sku | index, quantity, location_id}]: which location ships what, instead of the shop's routing
    test, tags, note, attributes {}, po_number, source_name, source_identifier, locale, risk LOW|MEDIUM|HIGH
    utm                {source, medium, campaign, content, term} of the last visit; referrer  its address
    attribution        {handle, displayName}: the channel, when it is not that of the source
    metafields         [{namespace, key, type, value}]
    localized          [{key, title, value, purpose, countryCode}]: a codice fiscale, for example
    company            {name, external_id, location, location_external_id, vat, location_phone, billing_address,
                         shipping_address}; payment_terms {name, type, days}
    edits              [arguments of `order_life.edit`]: edited by the merchant right after it was placed
    created_at | days_ago
    draft              True: a merchant made a draft order of it, which was completed
    """
    now = now or shop.now()
    created = spec.get("created_at") or now - timedelta(days=float(spec.get("days_ago", 0)))
    created = parse_time(created) if isinstance(created, str) else created
    if spec.get("draft"):
        spec = {name: value for name, value in spec.items() if name != "draft"}
        return order_drafts.complete(shop, order_drafts.create(shop, spec, created), spec, created)
    order, new_customer = calculated(shop, spec, created)
    return enter(shop, order, spec, created, new_customer)


def calculated(shop, spec: dict, created: datetime) -> tuple[Order, bool]:
    """(the order that a cart would become, whether its customer is new): priced and taxed, without a number, without
    payments, not among the shop's orders."""
    rng = Random(f"{shop.seed}/{shop.domain}/{spec.get('seed', shop.order_number + 1)}")
    order = _empty_order(shop, spec, created)
    new_customer = _people(shop, order, spec, rng, created)
    _price(shop, order, spec, rng)
    recompute(order)
    return order, new_customer


def enter(shop, order: Order, spec: dict, created: datetime, new_customer: bool = False) -> Order:
    """A calculated order becomes one of the shop's: it gets its number, is paid, routed, announced."""
    shop.order_number += 1
    order.number, order.name = shop.order_number, f"#{shop.order_number}"
    event_id = str(uuid.uuid4())
    pay_at_checkout(shop, order, spec, created)
    recompute(order)
    shop.orders[order.id] = order
    if order.customer:
        shop.extra.setdefault("customer_orders", {}).setdefault(order.customer.id, []).append(order)
    route(shop, order, event_id)
    recompute(order)
    _fire(shop, order, event_id, new_customer)
    send_gift_cards(shop, order, created)
    for args in spec.get("edits") or ():
        edit(shop, order, args, created)
    if spec.get("fulfilled") or spec.get("pos"):
        if any(line.open for line in order.line_items):
            fulfill(shop, order, {}, created)
    return order


def _fire(shop, order: Order, event_id: str, new_customer: bool) -> None:
    topics = ["orders/create", "orders/updated"]
    if order.display_financial_status == "PAID":
        topics.append("orders/paid")
    announce(shop, order, topics, event_id, transactions=order.transactions,
             customer_topic="customers/create" if new_customer else "customers/update")


def _empty_order(shop, spec: dict, created: datetime) -> Order:
    presentment = spec.get("presentment") or {}
    currencies = Currencies(shop.currency, presentment.get("currency", shop.currency),
                            Decimal(str(presentment.get("rate", 1))))
    attributes = [{"key": key, "value": value} for key, value in (spec.get("attributes") or {}).items()]
    order = Order(shop.gid("Order"), "", 0, created, created, created, currencies,
                  bool(spec.get("taxes_included", shop.taxes_included)), [], custom_attributes=attributes,
                  test=bool(spec.get("test")), tags=sorted(spec.get("tags") or []), note=spec.get("note"),
                  po_number=spec.get("po_number"), kind=spec.get("kind") or "plain")
    order.source_name = spec.get("source_name") or ("pos" if spec.get("pos") else "web")
    order.source_identifier, order.attribution = spec.get("source_identifier"), spec.get("attribution")
    order.journey = journey(shop, order, spec)
    for row in spec.get("metafields") or ():
        metafields.put(shop, order, row)
    order.confirmation_number = uuid.uuid5(uuid.NAMESPACE_URL, order.id).hex[:9].upper()
    order.settle_apart = Decimal(str(presentment and spec.get("settle_apart") or 0))
    order.localized_fields = list(spec.get("localized") or ())
    order.tax_exempt = bool(spec.get("tax_exempt"))
    order.tax_shipping = bool(spec.get("tax_shipping", shop.tax_shipping))
    if spec.get("pos") or spec.get("location_id"):
        order.retail_location_id = spec.get("location_id") or shop.default_location.id
    order.delivery = wishes(shop, spec)
    order.risk = risk_of(spec.get("risk"))
    order.payment_terms = _payment_terms(shop, spec.get("payment_terms"), created)
    return order


def _payment_terms(shop, terms: dict | None, created: datetime) -> dict | None:
    if not terms:
        return None
    days = int(terms.get("days", 30))
    return {"id": shop.gid("PaymentTerms"), "paymentTermsName": terms.get("name", f"Net {days}"),
            "paymentTermsType": terms.get("type", "NET"), "dueInDays": days, "overdue": False,
            "paymentSchedules": [{"id": shop.gid("PaymentSchedule"), "issuedAt": created,
                                  "dueAt": created + timedelta(days=days), "completedAt": None, "due": False}]}


# -- people ---------------------------------------------------------------------------------------------------------
def _people(shop, order: Order, spec: dict, rng: Random, created: datetime) -> bool:
    """Set customer, addresses, contact; true when the customer is a new one."""
    country = spec.get("country") or shop.country_code
    country = country if country in order_people.PLACES else "US"
    who = spec.get("customer", order_people.person(rng, country))
    known = shop.customers.get(who) if isinstance(who, str) else None
    facts = who if isinstance(who, dict) else _facts(known)
    invented = order_people.address(rng, country, facts or None, spec.get("province"))
    billing = spec.get("billing_address", invented)
    shipping = spec.get("shipping_address", "same")
    order.billing_address = make_address(shop, billing)
    order.shipping_address = make_address(shop, billing if shipping == "same" else shipping)
    order.customer_locale = spec.get("locale") or (facts or {}).get("locale") or "en"
    order.email = spec.get("email", (facts or {}).get("email"))
    order.phone = spec.get("phone", (facts or {}).get("phone") if spec.get("customer") else None)
    customer = known or (_find(shop, facts) if facts else None)
    new = customer is None and bool(facts)
    order.customer = customer or (_new_customer(shop, facts, created) if facts else None)
    if order.customer:
        order.tax_exempt = order.tax_exempt or order.customer.tax_exempt
        _remember(shop, order.customer, order.shipping_address or order.billing_address, created)
    order.purchasing_entity = purchasing_company(shop, spec.get("company"), order.customer)
    return new


def _facts(customer: Customer | None) -> dict | None:
    if customer is None:
        return None
    return {"first_name": customer.first_name, "last_name": customer.last_name, "email": customer.email,
            "phone": customer.phone, "locale": customer.locale}


def _find(shop, facts: dict) -> Customer | None:
    """The customer with that e-mail or phone: an index over `shop.customers`, checked at each use."""
    index = shop.extra.setdefault("customer_index", {})
    for key in (facts.get("email"), facts.get("phone")):
        customer = shop.customers.get(index.get(key)) if key else None
        if customer is not None and key in (customer.email, customer.phone):
            return customer
    email = facts.get("email")
    return next((row for row in shop.customers.values() if email and row.email == email), None)


def _new_customer(shop, facts: dict, created: datetime) -> Customer:
    names = ("first_name", "last_name", "email", "phone", "note", "locale", "tax_exempt", "tags")
    customer = Customer(shop.gid("Customer"), created, created,
                        **{name: facts[name] for name in names if facts.get(name) is not None})
    shop.customers[customer.id] = customer
    index = shop.extra.setdefault("customer_index", {})
    index.update({key: customer.id for key in (customer.email, customer.phone) if key})
    return customer


def _remember(shop, customer: Customer, address: Address | None, now: datetime) -> None:
    """A customer keeps the addresses that were used."""
    customer.updated_at = max(customer.updated_at, now)
    if address is None or any(_same(address, row) for row in customer.addresses):
        return
    copy = make_address(shop, {key: getattr(address, key) for key in ADDRESS_KEYS})
    customer.addresses.append(copy)
    customer.default_address_id = customer.default_address_id or copy.id


def _same(one: Address, other: Address) -> bool:
    return all(getattr(one, key) == getattr(other, key) for key in ADDRESS_KEYS)


# -- money ----------------------------------------------------------------------------------------------------------
def _price(shop, order: Order, spec: dict, rng: Random) -> None:
    place = order.shipping_address or order.billing_address
    rules = tax_rules(spec["taxes"]) if spec.get("taxes") is not None else order_people.taxes_of(
        {"country_code": place.country_code, "province_code": place.province_code} if place else None,
        shop.country_code)
    order.tax_rules = () if order.tax_exempt else rules
    order.discount_applications = [_application(index, row, order.currencies)
                                   for index, row in enumerate(spec.get("discounts") or [])]
    lines, rows = build_lines(shop, order, spec, rng)
    shipping, shipping_rows = build_shipping(shop, order, spec)
    cart_discounts(shop, order, spec, (lines, rows), (shipping, shipping_rows))
    order.line_items, order.shipping_lines = lines, shipping
    order.additional_fees = [_fee(shop, order, fee) for fee in spec.get("fees") or []]


def _application(index: int, row: dict, currencies: Currencies) -> DiscountApplication:
    level, method = row.get("level", "order"), row.get("method", "across")
    entitled = row.get("lines") is not None or row.get("units")
    amount = row.get("amount")
    return DiscountApplication(
        index, row.get("kind", "automatic"), level, method.upper(),
        ("EXPLICIT" if row.get("kind") == "manual" else "ENTITLED") if entitled else "ALL",
        "SHIPPING_LINE" if level == "shipping" else "LINE_ITEM", row.get("title") or row.get("code") or "Discount",
        None if row.get("percentage") is None else Decimal(str(row["percentage"])),
        None if amount is None else rounded(Decimal(str(amount)) * currencies.rate, currencies.presentment),
        currencies.presentment)


def _fee(shop, order: Order, fee: dict):
    rules = tax_rules(fee.get("taxes") or [])
    record = charge(shop, order, "AdditionalFee", Bag.of(Decimal(str(fee["price"])), order.currencies), rules)
    record.name, record.gql_type = fee.get("name", "Fee"), "AdditionalFee"
    return record
