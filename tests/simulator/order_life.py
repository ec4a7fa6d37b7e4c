"""What happens to an order after it was placed, as a merchant does it: edit, cancel, pay, return.

`fulfill` and `refund` live in modules of their own and are re-exported here. Each function is one merchant action:
it moves stock, recomputes the sums, and fires its webhooks under one event id. Refusals are `LifeError`.
"""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from .money import Bag
from .order_events import LifeError, announce, new_event, settled
from .order_fulfil import cancel_fulfillment, find_line, fulfill, send_gift_cards, take_open, update_tracking
from .order_lines import build_line, build_shipping, shipping_rules, tax_line, tax_lines
from .order_payments import answer_pending, settle, void
from .order_payments import capture as capture_payment
from .order_people import make_address
from .order_pricing import TaxRule
from .order_refund import refund
from .order_returns import return_goods
from .order_returns import step as return_step
from .order_routing import assign
from .order_types import Allocation, DiscountApplication, LineItem, Order

__all__ = ["LifeError", "cancel", "cancel_fulfillment", "capture", "close", "delete", "edit", "fulfill",
           "mark_as_paid", "pay", "refund", "return_goods", "return_step", "risk_of", "set_risk",
           "settle_pending", "update", "update_tracking"]
RECOMMENDATIONS = {"LOW": "ACCEPT", "MEDIUM": "INVESTIGATE", "HIGH": "CANCEL"}


# -- editing --------------------------------------------------------------------------------------------------------
def edit(shop, order: Order, args: dict, now: datetime) -> Order:
    """Edit. `args`:

    set_quantity   [{sku | line_item_id | index, quantity, restock=True}]: the quantity that is left, 0 removes the line
    add            [line specs as in `place_order`, plus discount_percentage]
    shipping_address, billing_address, email, note, tags: replaced when given
    add_shipping   {title, price, taxes}; remove_shipping  index of a shipping line
    """
    if order.cancelled_at:
        raise LifeError(["id"], "The order cannot be edited.")
    event_id = new_event()
    changed = False
    for row in args.get("set_quantity") or ():
        line = find_line(order, row)
        if line.current_quantity - int(row["quantity"]) > line.open and line.fulfilled:
            raise LifeError(["quantity"], "Cannot remove fulfilled items")
    for row in args.get("set_quantity") or ():
        line = find_line(order, row)
        _set_quantity(shop, order, line, int(row["quantity"]), bool(row.get("restock", True)), now, event_id)
        changed = True
    for row in args.get("add") or ():
        _add(shop, order, row, now, event_id)
        changed = True
    changed = _edit_shipping(shop, order, args) or changed
    order.edited = order.edited or changed
    _apply(shop, order, args)
    settled(shop, order, now, ["orders/edited"] if changed else [], event_id)
    return order


def _set_quantity(shop, order: Order, line: LineItem, quantity: int, restock: bool, now: datetime, event_id: str):
    if quantity < line.current_quantity:
        units = line.current_quantity - quantity
        for place, part in take_open(order, line, units, now):
            if not line.inventory_item_id:
                continue
            if restock:
                shop.release_stock(line.inventory_item_id, place, part, event_id)
            else:
                shop.change_stock(line.inventory_item_id, place, event_id, committed=-part)
        line.removed += units
    elif quantity > line.current_quantity:
        _more(shop, order, line, quantity - line.current_quantity, now, event_id)


def _more(shop, order: Order, line: LineItem, units: int, now: datetime, event_id: str) -> None:
    """A line of which nothing is gone grows; otherwise the new units are a line of their own."""
    if line.gone:
        _add(shop, order, {"variant_id": line.variant_id, "title": line.title, "quantity": units,
                           "price": line.unit_price.shop}, now, event_id)
        return
    old, line.quantity = line.quantity, line.quantity + units
    line.price = line.unit_price.times(line.quantity)
    for row in line.allocations:
        row.amount = row.amount.share(line.quantity, old)
    line.tax_lines = tax_lines(order, line.discounted, _rules_of(line))
    assign(shop, order, [(line, units)], now, event_id, order.retail_location_id)


def _rules_of(line: LineItem) -> tuple[TaxRule, ...]:
    return tuple(TaxRule(tax.title, tax.rate, tax.channel_liable, tax.source) for tax in line.tax_lines)


def _add(shop, order: Order, row: dict, now: datetime, event_id: str) -> LineItem:
    line = build_line(shop, order, row)
    if row.get("discount_percentage"):
        _discount(order, line, Decimal(str(row["discount_percentage"])))
    tax_line(shop, order, line, row)
    order.line_items.append(line)
    assign(shop, order, [(line, line.quantity)], now, event_id, order.retail_location_id)
    return line


def _discount(order: Order, line: LineItem, percentage: Decimal) -> None:
    """A merchant's discount on one line."""
    application = DiscountApplication(len(order.discount_applications), "manual", "line", "EACH", "EXPLICIT",
                                      "LINE_ITEM", "Custom discount", percentage)
    order.discount_applications.append(application)
    line.allocations.append(Allocation(application, line.price.share(percentage, 100)))


def _edit_shipping(shop, order: Order, args: dict) -> bool:
    removed = args.get("remove_shipping")
    if removed is not None:
        order.shipping_lines[int(removed)].is_removed = True
    if args.get("add_shipping"):
        lines, rows = build_shipping(shop, order, {"shipping": args["add_shipping"]})
        for line, row in zip(lines, rows):
            line.tax_lines = tax_lines(order, line.discounted, shipping_rules(order, row))
        order.shipping_lines += lines
    return removed is not None or bool(args.get("add_shipping"))


def _apply(shop, order: Order, args: dict) -> None:
    for name in ("note", "email", "phone", "po_number"):
        if name in args:
            setattr(order, name, args[name])
    if "tags" in args:
        order.tags = sorted(args["tags"])
    if "attributes" in args:
        order.custom_attributes = [{"key": key, "value": value} for key, value in args["attributes"].items()]
    for name in ("shipping_address", "billing_address"):
        if name in args:
            setattr(order, name, make_address(shop, args[name]))


def update(shop, order: Order, args: dict, now: datetime) -> Order:
    """Change note, email, phone, po_number, tags, attributes or an address without touching money."""
    _apply(shop, order, args)
    settled(shop, order, now, [], new_event())
    return order


def risk_of(level: str | None) -> dict:
    """The OrderRiskSummary of a level: LOW | MEDIUM | HIGH."""
    level = (level or "LOW").upper()
    if level not in RECOMMENDATIONS:
        raise LifeError(["level"], f"{level} is not a level of risk")
    facts = [] if level == "LOW" else [
        {"description": "Card Verification Value (CVV) isn't correct", "sentiment": "NEGATIVE"}]
    return {"recommendation": RECOMMENDATIONS[level], "assessments": [{"riskLevel": level, "facts": facts}]}


def set_risk(shop, order: Order, args: dict, now: datetime) -> Order:
    """A fraud analysis has come to another result. `args`: level LOW|MEDIUM|HIGH."""
    order.risk, event_id = risk_of(args.get("level")), new_event()
    shop.emit("orders/risk_assessment_changed", {
        "order_id": order.number_id, "admin_graphql_api_order_id": order.id, "provider_id": None,
        "risk_level": order.risk["assessments"][0]["riskLevel"].lower()}, order, event_id)
    settled(shop, order, now, [], event_id)
    return order


# -- cancelling -----------------------------------------------------------------------------------------------------
def cancel(shop, order: Order, args: dict, now: datetime) -> Order:
    """Cancel. `args`: reason (CUSTOMER …), restock=True, refund=True (money back), staff_note."""
    if order.cancelled_at:
        raise LifeError(["orderId"], "Cannot cancel an order that has already been canceled", "INVALID")
    if any(row.status == "SUCCESS" for row in order.fulfillments):
        raise LifeError(["orderId"], "Cannot cancel an order that has outstanding fulfillments", "INVALID")
    event_id = new_event()
    voided = void(shop, order, now)
    order.cancelled_at = order.closed_at = now
    order.cancel_reason, order.staff_note = (args.get("reason") or "OTHER").upper(), args.get("staff_note")
    kind = "CANCEL" if args.get("restock", True) else "NO_RESTOCK"
    lines = [{"line_item_id": line.id, "quantity": line.current_quantity, "restock_type": kind}
             for line in order.line_items if line.current_quantity]
    money = bool(args.get("refund", True)) and bool(order.net_payment_set)
    refund(shop, order, {"lines": lines, "shipping": True, "fees": True, "no_money": not money}, now, event_id,
           extra_topics=["orders/cancelled"])
    announce(shop, order, [], event_id, transactions=voided)
    return order


def close(shop, order: Order, now: datetime) -> Order:
    """Archive."""
    order.closed_at = order.closed_at or now
    settled(shop, order, now, [], new_event())
    return order


# -- money ----------------------------------------------------------------------------------------------------------
def _received(shop, order: Order, rows: list, now: datetime) -> None:
    """The end of everything about payments."""
    settled(shop, order, now, [], new_event(), transactions=rows)
    send_gift_cards(shop, order, now)


def mark_as_paid(shop, order: Order, now: datetime) -> Order:
    """Receive everything that is outstanding, by hand."""
    if not order.can_mark_as_paid:
        raise LifeError(["id"], "Order cannot be marked as paid.")
    rows = settle(shop, order, order.total_outstanding_set, now)
    _received(shop, order, rows, now)
    return order


def capture(shop, order: Order, amount: Decimal | None, now: datetime, parent=None):
    """Capture an authorisation, all of what is held or a part (customer's currency)."""
    held = order.total_capturable_set
    wanted = held if amount is None else Bag.of_presentment(amount, order.currencies)
    if not held or wanted.presentment > held.presentment:
        raise LifeError(["amount"], "The amount exceeds what can be captured.")
    row = capture_payment(shop, order, wanted, now, parent)
    _received(shop, order, [row], now)
    return row


def settle_pending(shop, order: Order, args: dict, now: datetime) -> Order:
    """The gateway answers about pending payments and refunds. `args`: success=True."""
    rows = answer_pending(order, bool(args.get("success", True)), now)
    _received(shop, order, rows, now)
    return order


def delete(shop, order: Order, args: dict, now: datetime) -> Order:
    """Delete for good; only what is cancelled or archived can be."""
    if not order.closed_at:
        raise LifeError(["orderId"], "Order must be cancelled or archived before it can be deleted")
    del shop.orders[order.id]
    for record in (*order.refunds, *order.fulfillments, *order.fulfillment_orders, *order.transactions, *order.returns):
        shop.nodes.pop(record.id, None)
    shop.emit("orders/delete", {"id": order.number_id}, order, new_event())
    return order


def pay(shop, order: Order, args: dict, now: datetime) -> Order:
    """Pay. `args`: amount (customer's currency; without it what is outstanding), gateway, void=True to give up an
    authorisation. An authorised order is captured."""
    if args.get("void"):
        rows = void(shop, order, now)
        _received(shop, order, rows, now)
        return order
    amount = None if args.get("amount") is None else Decimal(str(args["amount"]))
    if order.total_capturable_set:
        capture(shop, order, amount, now)
        return order
    due = order.total_outstanding_set if amount is None else Bag.of_presentment(amount, order.currencies)
    if due.presentment <= 0:
        raise LifeError(["id"], "Order cannot be marked as paid.")
    rows = settle(shop, order, due, now, args.get("gateway") or "manual")
    _received(shop, order, rows, now)
    return order
