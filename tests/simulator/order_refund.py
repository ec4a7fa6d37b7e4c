"""Refunds: lines, shipping, duties, amounts; with and without money, with and without restocking."""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from .money import ZERO, Bag, total
from .order_events import LifeError, new_event, settled
from .order_fulfil import find_line, take_open
from .order_life_types import Adjustment, Refund, RefundLine, RefundShippingLine
from .order_payments import add_transaction, refundable_parents
from .order_totals import gone_part, shipping_part
from .order_types import LineItem, Order, ShippingLine, TaxLine

RESTOCKED = ("RETURN", "CANCEL")


def refund(shop, order: Order, args: dict, now: datetime, event_id: str | None = None, extra_topics=()) -> Refund:
    """Refund. `args`:

    lines          [{sku | line_item_id, quantity, restock_type RETURN|CANCEL|NO_RESTOCK, location_id}]
    shipping       True (all of it), or an amount in the customer's currency
    amount         money that goes back (customer's currency); without it what lines and shipping are worth
    no_money       True: nothing is paid back
    transactions   [{parent_id, amount, gateway}] instead of `amount`
    fees           True: the additional fees go back too (cancellation)
    pending        True: the refund transactions wait at the gateway
    note, processed_at, return_id
    """
    _check(order, args)
    event_id = event_id or new_event()
    record = Refund(shop.gid("Refund"), order, now, args.get("processed_at") or now, now, args.get("note"),
                    args.get("return_id"))
    for row in args.get("lines") or ():
        record.refund_line_items.append(_line(shop, order, row, record, event_id))
    record.refund_shipping_lines = _shipping(shop, order, args.get("shipping"))
    worth = worth_of(order, record)
    if args.get("fees"):
        worth = worth + order.total_fees + _fee_taxes(order)
    least, most = suggested(order, worth)
    record.transactions = _money(shop, order, args, least, now)
    gap = _discrepancy(order, record.transactions, least, most)
    if gap:
        record.order_adjustments.append(Adjustment(shop.gid("OrderAdjustment"), gap))
    order.refunds.append(record)
    shop.nodes[record.id] = record
    settled(shop, order, now, extra_topics, event_id, refunds=[record], transactions=record.transactions)
    return record


def _check(order: Order, args: dict) -> None:
    """Refuse what is not possible, before anything has moved."""
    wanted: dict[str, int] = {}
    for index, row in enumerate(args.get("lines") or ()):
        line = find_line(order, row)
        wanted[line.id] = wanted.get(line.id, 0) + int(row["quantity"])
        if wanted[line.id] > line.current_quantity or int(row["quantity"]) < 0:
            raise LifeError(["refundLineItems", str(index), "quantity"],
                            "Quantity cannot refund more items than were purchased")
    shipping = args.get("shipping")
    if shipping not in (None, False, True) and Decimal(str(shipping)) > _shipping_left(order).presentment:
        raise LifeError(["shipping", "amount"], "Shipping amount is greater than the remaining refundable amount")
    asked = [row["amount"] for row in args.get("transactions") or ()] or [args.get("amount") or 0]
    amount, net = sum((Decimal(str(value)) for value in asked), ZERO), order.net_payment_set.presentment
    if amount > net:
        raise LifeError(None, f"Refund amount ${amount:.2f} is greater than net payment received ${net:.2f}")


def _shipping_left(order: Order) -> Bag:
    return total((line.current_discounted_price_set for line in order.shipping_lines if not line.is_removed),
                 order.currencies)


def suggested(order: Order, worth: Bag) -> tuple[Bag, Bag]:
    """(least, most) money that goes with a refund of this worth: what was never paid need not go back, what the
    shop owes already may go back with it."""
    due, money = order.total_outstanding_set, order.currencies

    def side(worth: Decimal, due: Decimal) -> tuple[Decimal, Decimal]:
        return max(worth - max(due, ZERO), ZERO), max(worth - due, ZERO)

    (shop_least, shop_most), (least, most) = side(worth.shop, due.shop), side(worth.presentment, due.presentment)
    return Bag(shop_least, least, money), Bag(shop_most, most, money)


def _discrepancy(order: Order, transactions: list, least: Bag, most: Bag) -> Bag | None:
    """Suggested minus actual refund; None when money and lines agree or no money moved."""
    if not transactions:
        return None
    paid = total((row.amount - row.rounding if row.rounding else row.amount for row in transactions),
                 order.currencies)
    limit = least if paid.presentment < least.presentment else most
    if least.presentment <= paid.presentment <= most.presentment:
        return None
    return limit - paid or None


def _fee_taxes(order: Order) -> Bag:
    if order.taxes_included:
        return Bag.zero(order.currencies)
    return total((tax.price for fee in order.additional_fees for tax in fee.tax_lines), order.currencies)


def worth_of(order: Order, record: Refund) -> Bag:
    """What the refunded lines and shipping come to, tax included."""
    parts = [row.subtotal for row in [*record.refund_line_items, *record.refund_shipping_lines]]
    if not order.duties_included:
        parts += [row["amountSet"] for row in record.duties]
    if not order.taxes_included:
        parts += [row["tax"] for row in record.duties]
        parts += [row.total_tax_set for row in record.refund_line_items]
        parts += [row.tax_amount_set for row in record.refund_shipping_lines]
    return total(parts, order.currencies)


def refund_part(order: Order, line: LineItem, units: int) -> tuple[Bag, list[TaxLine]]:
    """(price after discounts, taxes) of the next units of a line."""
    taxes = [TaxLine(tax.title, tax.rate, gone_part(tax.price, line, units), tax.channel_liable, tax.source)
             for tax in line.tax_lines]
    return gone_part(line.discounted, line, units), taxes


def _line(shop, order: Order, row: dict, refunded: Refund, event_id: str) -> RefundLine:
    line, units = find_line(order, row), int(row["quantity"])
    kind = row.get("restock_type") or ("CANCEL" if line.open >= units else "RETURN")
    subtotal, taxes = refund_part(order, line, units)
    waiting = 0 if kind == "RETURN" or row.get("has_left") else min(line.open, units)
    place = _restock(shop, order, line, units, kind, row.get("location_id"), waiting, refunded.created_at, event_id)
    refunded.duties += [
        {"amountSet": gone_part(duty.price, line, units), "originalDuty": duty,
         "tax": total((gone_part(tax.price, line, units) for tax in duty.tax_lines), order.currencies)}
        for duty in line.duties]
    restocked = kind in RESTOCKED and bool(line.inventory_item_id)
    line.refunded += units
    record = RefundLine(shop.gid("RefundLineItem"), line, units, kind, restocked, place, subtotal, taxes,
                        subtotal.share(1, units))
    shop.nodes[record.id] = record
    return record


def _restock(shop, order: Order, line: LineItem, units: int, kind: str, place: str | None, waiting: int, now: datetime,
             event_id: str) -> str | None:
    """Move the stock, of `waiting` units that have not left; returns the location that took the goods back."""
    taken = take_open(order, line, waiting, now)
    where = place or (taken[0][0] if taken else _shipped_from(order, line)) if kind in RESTOCKED else None
    if not line.inventory_item_id:
        return where
    for location, part in taken:
        if kind == "CANCEL" and location == (place or location):
            shop.release_stock(line.inventory_item_id, location, part, event_id)
        else:
            shop.change_stock(line.inventory_item_id, location, event_id, committed=-part)
            if kind == "CANCEL":
                shop.restock(line.inventory_item_id, place, part, event_id)
    back = units - sum(part for _location, part in taken)
    if kind in RESTOCKED and back:
        shop.restock(line.inventory_item_id, where or shop.default_location.id, back, event_id)
    return where


def _shipped_from(order: Order, line: LineItem) -> str | None:
    for record in order.fulfillments:
        if record.status != "CANCELLED" and any(row.line_item is line for row in record.fulfillment_line_items):
            return record.location_id
    return order.fulfillment_orders[0].location_id if order.fulfillment_orders else None


def _shipping(shop, order: Order, asked) -> list[RefundShippingLine]:
    if asked in (None, False):
        return []
    amount = _shipping_left(order) if asked is True else Bag.of_presentment(Decimal(str(asked)), order.currencies)
    rows = []
    for line in order.shipping_lines:
        part = _at_most(amount, line.current_discounted_price_set)
        if part and not line.is_removed:
            rows.append(RefundShippingLine(shop.gid("RefundShippingLine"), line, part, shipping_taxes(line, part)))
            line.refunded = line.refunded + part
            amount = amount - part
    return rows


def shipping_taxes(line: ShippingLine, part: Bag) -> list[TaxLine]:
    """The taxes of the next refunded part of a shipping line."""
    return [TaxLine(tax.title, tax.rate, shipping_part(tax.price, line, line.refunded + part)
                    - shipping_part(tax.price, line, line.refunded), tax.channel_liable, tax.source)
            for tax in line.tax_lines]


def _at_most(amount: Bag, limit: Bag) -> Bag:
    return limit if amount.presentment >= limit.presentment else amount


def _money(shop, order: Order, args: dict, least: Bag, now: datetime) -> list:
    if args.get("no_money"):
        return []
    net, rounding = order.net_payment_set, None
    if args.get("transactions") is not None:
        rows = [(row["parent"], Bag.of_presentment(Decimal(str(row["amount"])), order.currencies))
                for row in args["transactions"]]
    elif args.get("amount") is not None:
        rows = split_refund(order, Bag.of_presentment(Decimal(str(args["amount"])), order.currencies))
    else:
        cash = order.total_cash_rounding_adjustment
        left = cash["paymentSet"] - cash["refundSet"]
        full = least.presentment >= (net - left).presentment
        rounding = left if full and left else None
        rows = split_refund(order, net if full else _at_most(least, net))
    status = "PENDING" if args.get("pending") else "SUCCESS"
    made = [add_transaction(shop, order, "REFUND", amount, parent.gateway, now, parent_transaction=parent,
                            status=status) for parent, amount in rows if amount]
    if made and rounding:
        made[-1].rounding = rounding
    return made


def split_refund(order: Order, wanted: Bag) -> list[tuple]:
    """Distribute an amount over the payments, in their order; more than all of them goes on the last one."""
    rows, left = [], wanted
    parents = refundable_parents(order)
    for index, (parent, available) in enumerate(parents):
        part = left if index == len(parents) - 1 else _at_most(left, available)
        if part.presentment > 0:
            rows.append((parent, part))
            left = left - part
    return rows
