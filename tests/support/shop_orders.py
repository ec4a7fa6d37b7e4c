"""Stories told to the simulated shops, and what the shops say of their orders: Shopify's side of every comparison.

Figures are ``Decimal`` in the shop's or the customer's currency: ``side`` is "shop" or "presentment".
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.simulator import order_life
from tests.simulator.money import decimals
from tests.simulator.order_events import LifeError
from tests.simulator.order_factory import place_order
from tests.simulator.order_totals import gone_part, shipping_part

VERBS = {
    'refund': order_life.refund,
    'edit': order_life.edit,
    'fulfill': order_life.fulfill,
    'pay': order_life.pay,
    'cancel': order_life.cancel,
    'return': order_life.return_goods,
    'settle': order_life.settle_pending,
}
ZERO = Decimal(0)


def tell(shop, story: dict):
    """Place the story's order and let happen what happens; runs on the simulator's thread.

    What the shop refuses does not happen, as a merchant would have been stopped too.
    """
    order = place(shop, story['spec'])
    for hours, verb, arguments in story.get('then') or ():
        happen(shop, order, verb, arguments, order.updated_at + timedelta(hours=hours))
    return order


def place(shop, spec: dict):
    """The order of a spec; JSON has only text as keys, buy X get Y wants numbers."""
    spec = json.loads(json.dumps(spec))
    for discount in spec.get('discounts') or ():
        if discount.get('units'):
            discount['units'] = {
                int(index): min(units, spec['lines'][int(index)].get('quantity', 1))
                for index, units in discount['units'].items()
            }
    return place_order(shop, spec)


def happen(shop, order, verb: str, arguments: dict, now) -> bool:
    """Do something to an order; whether the shop let it happen."""
    with suppress(LifeError):
        VERBS[verb](shop, order, arguments_of(order, verb, arguments), now)
        return True
    return False


def arguments_of(order, verb: str, row: dict) -> dict:
    """The shop's arguments from a story's: positions become ids, impossible quantities the nearest possible one."""
    row = dict(row)
    if verb in ('refund', 'return', 'fulfill') and 'lines' in row:
        row['lines'] = [part for part in (_part(order, verb, *pair, row) for pair in row['lines']) if part]
    if verb == 'edit':
        row['set_quantity'] = [
            {'line_item_id': order.line_items[index].id, 'quantity': units}
            for index, units in row.get('set_quantity') or ()
            if index < len(order.line_items)
        ]
        if row.get('remove_shipping') is not None and row['remove_shipping'] >= len(order.shipping_lines):
            del row['remove_shipping']
    if verb == 'refund' and row.get('shipping') not in (None, True):
        row['shipping'] = str(min(Decimal(row['shipping']), order.current_shipping_price_set.presentment)) or None
    return row


def _part(order, verb: str, index: int, units: int, row: dict) -> dict | None:
    if index >= len(order.line_items):
        return None
    line = order.line_items[index]
    most = line.open if verb == 'fulfill' else line.current_quantity
    units = min(units, most)
    kind = row.get('restock') or ('CANCEL' if line.open >= units else 'RETURN')
    return {'line_item_id': line.id, 'quantity': units, 'restock_type': kind} if units else None


# -- figures ------------------------------------------------------------------------------------------------------------
def digits(order, side: str) -> int:
    return decimals(getattr(order.currencies, side))


def totals(order, side: str) -> dict:
    """``{total, tax}`` as they are now."""
    return {
        'total': getattr(order.current_total_price_set, side),
        'tax': getattr(order.current_total_tax_set, side),
    }


def taxes(order, side: str) -> Counter:
    """``{(title, percent): amount}`` as they are now, taxes of nothing left out."""
    return tax_sums(order.current_tax_lines, side)


def tax_sums(tax_lines, side: str) -> Counter:
    sums = Counter()
    for row in tax_lines:
        sums[tax_name(row)] += getattr(row.price, side)
    return Counter({key: amount for key, amount in sums.items() if amount})


def tax_name(tax_line) -> tuple[str, Decimal]:
    """What sales channels remit themselves must stay apart from a tax of the same name that the shop remits."""
    title = f'{tax_line.title} (remitted by the sales channel)' if tax_line.channel_liable else tax_line.title
    return title, (tax_line.rate * 100).normalize()


def lines(order, side: str) -> dict:
    """``{gid: (units, what they cost without taxes, taxes)}`` of what is left: goods, shipping, duties, fees.

    A charge of nothing is no line: it may stand in Odoo or not.
    """
    found = {}
    for line in order.line_items:
        if line.current_quantity:
            left = gone_part(line.discounted, line)
            found[line.id] = (line.current_quantity, left, [gone_part(tax.price, line) for tax in line.tax_lines])
            for duty in line.duties:
                taxes = [gone_part(tax.price, line) for tax in duty.tax_lines]
                found[duty.id] = (1, gone_part(duty.price, line), taxes)
    for line in order.shipping_lines:
        if not line.is_removed:
            taxes = [tax.price - shipping_part(tax.price, line, line.refunded) for tax in line.tax_lines]
            found[line.id] = (1, line.current_discounted_price_set, taxes)
    for fee in () if order.cancelled_at else order.additional_fees:
        found[fee.id] = (1, fee.price, [tax.price for tax in fee.tax_lines])
    return without_nothing({gid: _net(order, side, *row) for gid, row in found.items()})


def without_nothing(rows: dict) -> dict:
    """``{gid: (units, net, tax)}`` without shipping, duties and fees that cost nothing."""
    return {gid: row for gid, row in rows.items() if '/LineItem/' in gid or row[1] or row[2]}


def _net(order, side, units, price, tax_bags) -> tuple:
    tax = sum((getattr(bag, side) for bag in tax_bags), ZERO)
    price = getattr(price, side)
    return Decimal(units), price - tax if order.taxes_included else price, tax


# -- books --------------------------------------------------------------------------------------------------------------
def is_waiting(refund) -> bool:
    """Whether the gateway has not decided about the money of a refund yet."""
    return any(row.status == 'PENDING' for row in refund.transactions)


def adjustments(order, side: str) -> Decimal:
    """Money that was given back beside goods and shipping, or kept (positive); of refunds that the gateway is done with."""
    return sum(
        (
            getattr(row.amount, side)
            for refund in order.refunds
            for row in refund.order_adjustments
            if not is_waiting(refund) and any(part.status == 'SUCCESS' for part in refund.transactions)
        ),
        ZERO,
    )


def owed(order, side: str) -> dict:
    """What invoices less credit notes of the order come to when everything is invoiced: the keys of ``books.booked``."""
    kept, sums = adjustments(order, side), totals(order, side)
    found = {'total': sums['total'] + kept}
    found |= {'tax': sums['tax']} if sums['tax'] else {}
    found |= {f'tax {key}': amount for key, amount in taxes(order, side).items()}
    return found | {f'line {gid}': row[1:] for gid, row in lines(order, side).items() if any(row[1:])}


def is_paid(order) -> bool:
    return order.fully_paid or order.display_financial_status in ('PAID', 'REFUNDED')


def payments(order, side: str, zone: str) -> list[tuple]:
    """``[(direction, amount, day, gateway)]`` of the money that has really moved; change is less money taken."""
    moved = [row for row in order.transactions if row.status == 'SUCCESS']
    amounts = {row.id: getattr(row.amount, side) for row in moved if row.kind in ('SALE', 'CAPTURE', 'REFUND')}
    for row in moved:
        if row.kind == 'CHANGE':
            paid = [sale for sale in moved if sale.kind == 'SALE' and sale.gateway == row.gateway]
            amounts[(row.parent_transaction or paid[-1]).id] -= getattr(row.amount, side)
    return [
        (
            'outbound' if row.kind == 'REFUND' else 'inbound',
            amounts[row.id],
            row.processed_at.astimezone(ZoneInfo(zone)).date(),
            row.gateway,
        )
        for row in moved
        if amounts.get(row.id)
    ]
