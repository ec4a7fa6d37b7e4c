"""The sums and statuses of an order, computed once after each change so that reading them costs nothing.

``total…`` covers everything ever sold on the order, ``current…`` what is left after refunds, removals and
cancellation, as Shopify defines them. A part of a line is worth ``price * units / quantity``, rounded, cumulatively:
refunding the units one by one gives back exactly the whole.
"""
from __future__ import annotations

from collections.abc import Iterable

from .money import Bag, total
from .order_types import Charge, LineItem, Order, ShippingLine, TaxLine


def gone_part(amount: Bag, line: LineItem, units: int | None = None, after: int | None = None) -> Bag:
    """What `units` of the line are worth in `amount`, after `after` units are gone already."""
    before = line.gone if after is None else after
    units = line.current_quantity if units is None else units
    return amount.share(before + units, line.quantity) - amount.share(before, line.quantity)


def shipping_part(amount: Bag, line: ShippingLine, refunded: Bag) -> Bag:
    """How much of `amount` (a tax) belongs to the refunded part of the shipping price."""
    whole = line.discounted
    shop = amount.share(refunded.shop, whole.shop).shop if whole.shop else amount.shop * 0
    presentment = (amount.share(refunded.presentment, whole.presentment).presentment
                   if whole.presentment else amount.presentment * 0)
    return Bag(shop, presentment, amount.currencies)


def merged_taxes(taxes: Iterable[TaxLine]) -> list[TaxLine]:
    """One tax line for each title and rate, in order of appearance."""
    rows: dict = {}
    for tax in taxes:
        row = rows.get(tax.key)
        if row is None:
            rows[tax.key] = TaxLine(tax.title, tax.rate, tax.price, tax.channel_liable, tax.source)
        else:
            row.price = row.price + tax.price
    return list(rows.values())


def _with(tax: TaxLine, price: Bag) -> TaxLine:
    return TaxLine(tax.title, tax.rate, price, tax.channel_liable, tax.source)


def _charges(order: Order, line: LineItem | None = None) -> list[Charge]:
    lines = order.line_items if line is None else [line]
    return [duty for row in lines for duty in row.duties]


def _tax_rows(order: Order) -> tuple[list[TaxLine], list[TaxLine]]:
    """(every tax line ever charged, what is left of each)."""
    everything, current = [], []
    for line in order.line_items:
        rows = [*line.tax_lines, *(tax for duty in line.duties for tax in duty.tax_lines)]
        everything += rows
        current += [_with(tax, gone_part(tax.price, line)) for tax in rows]
    for line in order.shipping_lines:
        everything += line.tax_lines
        if not line.is_removed:
            current += [_with(tax, tax.price - shipping_part(tax.price, line, line.refunded))
                        for tax in line.tax_lines]
    fees = [tax for fee in order.additional_fees for tax in fee.tax_lines]
    return everything + fees, current + (fees if not order.cancelled_at else [])


def recompute(order: Order) -> None:
    """Set every sum and status of the order."""
    _original_sums(order)
    _current_sums(order)
    _payment_sums(order)
    order.display_financial_status = financial_status(order)
    order.display_fulfillment_status = fulfillment_status(order)


def _original_sums(order: Order) -> None:
    money = order.currencies
    goods = [line for line in order.line_items if not line.is_tip]
    shipping = list(order.shipping_lines)
    order.total_tip_received_set = total((line.price for line in order.line_items if line.is_tip), money)
    order.subtotal_price_set = total((line.discounted for line in goods), money)
    order.total_line_items_price_set = total((line.price for line in goods), money)
    order.total_discounts_set = total((row.discount for row in [*goods, *shipping]), money)
    order.cart_discount_amount_set = total(
        (part.amount for line in goods for part in line.allocations
         if part.discount_application.level == "order"), money)
    order.total_shipping_price_set = total((line.price for line in shipping), money)
    everything, current = _tax_rows(order)
    order.tax_lines, order.current_tax_lines = merged_taxes(everything), merged_taxes(current)
    order.total_tax_set = total((tax.price for tax in order.tax_lines), money)
    order.total_duties = total((duty.price for duty in _charges(order)), money)
    order.original_total_duties_set = order.total_duties if _charges(order) else None
    order.total_fees = total((fee.price for fee in order.additional_fees), money)
    order.original_total_additional_fees_set = order.total_fees if order.additional_fees else None
    order.total_price_set = (order.subtotal_price_set + order.total_tip_received_set
                             + total((line.discounted for line in shipping), money)
                             + _not_included(order, order.total_duties) + order.total_fees)
    if not order.taxes_included:
        order.total_price_set = order.total_price_set + order.total_tax_set
    if getattr(order, "original_total_price_set", None) is None:
        order.original_total_price_set = order.total_price_set
    order.subtotal_line_items_quantity = sum(line.quantity for line in goods)
    order.total_weight = str(sum(line.grams * line.quantity for line in goods))


def _not_included(order: Order, duties: Bag) -> Bag:
    return Bag.zero(order.currencies) if order.duties_included else duties


def _current_sums(order: Order) -> None:
    money = order.currencies
    goods = [line for line in order.line_items if not line.is_tip]
    order.current_subtotal_price_set = total((gone_part(line.discounted, line) for line in goods), money)
    order.current_cart_discount_amount_set = total(
        (gone_part(part.amount, line) for line in goods for part in line.allocations
         if part.discount_application.level == "order"), money)
    left = [line for line in order.shipping_lines if not line.is_removed]
    order.current_total_discounts_set = (
        total((gone_part(line.price, line) - gone_part(line.discounted, line) for line in goods), money)
        + total((line.discount for line in left), money))
    order.current_shipping_price_set = total((line.current_discounted_price_set for line in left), money)
    order.current_total_tax_set = total((tax.price for tax in order.current_tax_lines), money)
    duties = total((gone_part(duty.price, line) for line in goods for duty in line.duties), money)
    order.current_total_duties_set = duties if _charges(order) else None
    fees = Bag.zero(money) if order.cancelled_at else order.total_fees
    order.current_total_additional_fees_set = fees if order.additional_fees else None
    tips = total((gone_part(line.price, line) for line in order.line_items if line.is_tip), money)
    order.current_total_price_set = (order.current_subtotal_price_set + order.current_shipping_price_set + tips
                                     + _not_included(order, duties) + fees)
    if not order.taxes_included:
        order.current_total_price_set = order.current_total_price_set + order.current_total_tax_set
    order.current_subtotal_line_items_quantity = sum(line.current_quantity for line in goods)
    order.current_total_weight = str(sum(line.grams * line.current_quantity for line in goods))
    refunded = [row for refund in order.refunds for row in refund.refund_shipping_lines]
    order.total_refunded_shipping_set = total((row.subtotal for row in refunded), money)


def _payment_sums(order: Order) -> None:
    money = order.currencies
    done = [row for row in order.transactions if row.status == "SUCCESS"]

    def amount(*kinds: str) -> Bag:
        return total((row.amount for row in done if row.kind in kinds), money)

    order.total_received_set = amount("SALE", "CAPTURE") - amount("CHANGE")
    order.total_refunded_set = amount("REFUND")
    order.net_payment_set = order.total_received_set - order.total_refunded_set
    held = amount("AUTHORIZATION") - amount("CAPTURE")
    voided = any(row.kind == "VOID" for row in done)
    order.total_capturable_set = Bag.zero(money) if voided or held.presentment < 0 else held
    order.refund_discrepancy_set = total(
        (row.amount for refund in order.refunds for row in refund.order_adjustments), money)
    rounding = total((row.rounding for row in done if row.rounding and row.kind != "REFUND"), money)
    given = total((row.rounding for row in done if row.rounding and row.kind == "REFUND"), money)
    order.total_cash_rounding_adjustment = {"paymentSet": rounding, "refundSet": given}
    order.total_outstanding_set = (order.current_total_price_set + rounding - given - order.net_payment_set
                                   + order.refund_discrepancy_set)
    order.fully_paid = (order.total_received_set - rounding).presentment >= order.current_total_price_set.presentment
    order.unpaid = not order.total_received_set and bool(order.total_price_set)
    order.can_mark_as_paid = (order.total_outstanding_set.presentment > 0 and not order.cancelled_at
                              and not order.total_capturable_set)
    order.capturable = bool(order.total_capturable_set)
    order.refundable = bool(order.net_payment_set) or any(line.current_quantity for line in order.line_items)


def financial_status(order: Order) -> str | None:
    """What the shop's admin shows about the money; None when nobody has tried to pay yet."""
    if order.total_refunded_set:
        return "PARTIALLY_REFUNDED" if order.net_payment_set.presentment > 0 else "REFUNDED"
    if order.total_received_set:
        return "PAID" if order.total_outstanding_set.presentment <= 0 else "PARTIALLY_PAID"
    if order.total_capturable_set:
        return "AUTHORIZED"
    if order.cancelled_at or any(row.kind == "VOID" for row in order.transactions):
        return "VOIDED"
    if order.total_outstanding_set.presentment <= 0:
        return "PAID"
    return "PENDING" if order.transactions or order.payment_terms else None


def fulfillment_status(order: Order) -> str:
    """What the shop's admin shows about the goods; NOT_REQUIRED is renamed by the resolver for old versions."""
    fulfilled = sum(line.fulfilled for line in order.line_items)
    open_units = sum(line.open for line in order.line_items)
    if not fulfilled and not open_units and not any(row.line_items for row in order.fulfillment_orders):
        return "FULFILLMENT_NOT_REQUIRED"
    if open_units and any(row.status == "ON_HOLD" for row in order.fulfillment_orders):
        return "ON_HOLD"
    waiting = [row for row in order.fulfillment_orders if row.is_open and row.remaining]
    if waiting and all(row.status == "SCHEDULED" for row in waiting):
        return "SCHEDULED"
    if fulfilled:
        return "PARTIALLY_FULFILLED" if open_units else "FULFILLED"
    return "UNFULFILLED"
