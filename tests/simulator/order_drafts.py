"""Draft orders: what a merchant prepares for a customer. A draft is priced as an order of the same content would be;
completing it makes exactly that order."""
from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from . import order_factory, order_payloads, payloads
from .money import Bag, total
from .order_events import LifeError, new_event
from .order_lines import goods
from .order_people import ADDRESS_KEYS
from .order_types import LineItem, Order
from .records import Resource

SOURCE = "shopify_draft_order"


@dataclass(eq=False)
class DraftLine(Resource):
    """A line of a draft; `line` is the line of the order that the draft would become."""

    gql_type = "DraftOrderLineItem"
    id: str
    line: LineItem
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(eq=False)
class DraftOrder(Resource):
    """`priced` is the order that completing the draft makes; `order` is set once it has been made."""

    gql_type = "DraftOrder"
    id: str
    name: str
    created_at: datetime
    updated_at: datetime
    spec: dict
    priced: Order
    lines: list = field(default_factory=list)
    status: str = "OPEN"  # OPEN | INVOICE_SENT | COMPLETED
    invoice_sent_at: datetime | None = None
    completed_at: datetime | None = None
    order: Order | None = None
    metafields: dict = field(default_factory=dict)


def drafts(shop) -> dict:
    """The shop's drafts by gid."""
    return shop.extra.setdefault("drafts", {})


def create(shop, spec: dict, now: datetime) -> DraftOrder:
    """Make a draft from the keys of `order_factory.place_order`; those about payment count when it is completed."""
    number = shop.extra["draft_number"] = shop.extra.get("draft_number", 0) + 1
    spec = {"source_name": SOURCE, "seed": f"draft/{number}", **spec}
    if not spec.get("lines"):
        spec["lines"] = goods(shop, _random(shop, spec), 2)
    priced, new_customer = order_factory.calculated(shop, spec, now)
    spec.update(_settled_people(priced))
    draft = DraftOrder(shop.gid("DraftOrder"), f"#D{number}", now, now, spec, priced)
    _take_lines(shop, draft)
    drafts(shop)[draft.id] = shop.nodes[draft.id] = draft
    event_id = new_event()
    if new_customer:
        shop.emit("customers/create", payloads.customer(shop, priced.customer), priced.customer, event_id)
    shop.emit("draft_orders/create", body(shop, draft), draft, event_id)
    return draft


def _random(shop, spec: dict):
    return order_factory.Random(f"{shop.seed}/{shop.domain}/{spec['seed']}/goods")


def _settled_people(order: Order) -> dict:
    """Whom the draft is for does not change when it is calculated again."""
    found = {"customer": order.customer.id if order.customer else None, "email": order.email, "phone": order.phone}
    for name in ("billing_address", "shipping_address"):
        address = getattr(order, name)
        found[name] = address and {key: getattr(address, key) for key in ADDRESS_KEYS}
    return found


def _take_lines(shop, draft: DraftOrder) -> None:
    """Lines get new ids whenever a draft is calculated; the uuid of a line stays."""
    known = [row.uuid for row in draft.lines]
    draft.lines = [DraftLine(shop.gid("DraftOrderLineItem"), line) for line in draft.priced.line_items]
    for row, value in zip(draft.lines, known):
        row.uuid = value


def update(shop, draft: DraftOrder, args: dict, now: datetime) -> DraftOrder:
    """Change anything: `args` replace keys of the draft's spec."""
    _need_open(draft)
    spec = {**draft.spec, **args}
    if isinstance(args.get("customer"), dict):  # somebody else, with addresses of their own
        spec.update({name: args[name] for name in ("email", "phone") if name in args})
        spec = {name: value for name, value in spec.items() if name in args or name not in (
            "email", "phone", "billing_address", "shipping_address")}
    draft.priced, _new = order_factory.calculated(shop, spec, draft.created_at)
    spec.update(_settled_people(draft.priced))
    draft.spec, draft.updated_at = spec, max(now, draft.updated_at)
    _take_lines(shop, draft)
    _changed(shop, draft)
    return draft


def send_invoice(shop, draft: DraftOrder, now: datetime) -> DraftOrder:
    """The customer gets a link to pay."""
    _need_open(draft)
    draft.status, draft.invoice_sent_at, draft.updated_at = "INVOICE_SENT", now, max(now, draft.updated_at)
    _changed(shop, draft)
    return draft


def complete(shop, draft: DraftOrder, args: dict, now: datetime) -> Order:
    """The draft becomes an order. `args`: payment, gateway and other keys about payment of `place_order`; by hand and
    paid without them, pending with payment terms."""
    _need_open(draft)
    order, spec = draft.priced, {**draft.spec, **args}
    how = spec.get("payment") or ("pending" if order.payment_terms else "paid")
    order.created_at = order.processed_at = order.updated_at = now
    draft.status, draft.completed_at, draft.order = "COMPLETED", now, order
    draft.updated_at = max(now, draft.updated_at)
    order_factory.enter(shop, order, {**spec, "payment": how, "gateway": spec.get("gateway") or "manual"}, now)
    _changed(shop, draft)
    return order


def delete(shop, draft: DraftOrder) -> None:
    """Delete for good; the order of a completed one stays."""
    del drafts(shop)[draft.id]
    shop.nodes.pop(draft.id, None)
    shop.emit("draft_orders/delete", {"id": draft.number_id}, draft, new_event())


def _need_open(draft: DraftOrder) -> None:
    if draft.status == "COMPLETED":
        raise LifeError(None, "This order has been paid")


def _changed(shop, draft: DraftOrder) -> None:
    shop.emit("draft_orders/update", body(shop, draft), draft, new_event())


def order_discount(draft: DraftOrder) -> Bag:
    """What the discounts of the whole draft take off its lines: the lines' own totals know nothing of it."""
    rows = (part.amount for line in draft.priced.line_items for part in line.allocations
            if part.discount_application.level == "order")
    return total(rows, draft.priced.currencies)


def body(shop, draft: DraftOrder) -> dict:
    """The REST-shaped body of draft_orders/create and draft_orders/update."""
    row = draft.priced
    shipping = next(iter(row.shipping_lines), None)
    return {"id": draft.number_id, "admin_graphql_api_id": draft.id, "name": draft.name,
            "status": draft.status.lower(), "created_at": payloads.stamp(shop, draft.created_at),
            "updated_at": payloads.stamp(shop, draft.updated_at),
            "completed_at": payloads.stamp(shop, draft.completed_at),
            "invoice_sent_at": payloads.stamp(shop, draft.invoice_sent_at),
            "order_id": draft.order.number_id if draft.order else None, "currency": row.currencies.shop,
            "email": row.email, "note": row.note, "tags": ", ".join(row.tags), "po_number": row.po_number,
            "taxes_included": row.taxes_included, "tax_exempt": row.tax_exempt,
            "line_items": [order_payloads.line_item(part) for part in row.line_items],
            "shipping_line": order_payloads.shipping_line(shipping) if shipping else None,
            "tax_lines": [order_payloads.tax_line(tax) for tax in row.tax_lines],
            "subtotal_price": order_payloads.money(row.subtotal_price_set),
            "total_tax": order_payloads.money(row.total_tax_set),
            "total_price": order_payloads.money(row.total_price_set), "payment_terms": None,
            "customer": payloads.customer(shop, row.customer) if row.customer else None,
            "billing_address": payloads.address(row.billing_address) if row.billing_address else None,
            "shipping_address": payloads.address(row.shipping_address) if row.shipping_address else None}
