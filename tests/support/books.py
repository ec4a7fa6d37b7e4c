"""What Odoo's documents say, read the way a person would read them: Odoo's side of every comparison.

Figures are ``Decimal`` in the document's currency.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal


def exact(value: float, digits: int) -> Decimal:
    """A float of Odoo as the amount that it stands for; more decimals than the currency has stay visible."""
    rounded = Decimal(str(round(value, digits)))
    return rounded if abs(float(rounded) - value) < 10 ** -(digits + 3) else Decimal(str(value))


class TaxNames:
    """Which of Shopify's taxes each of Odoo's stands for."""

    def __init__(self, env, company):
        rows = env['shopify.tax.mapping'].search([('company_id', '=', company.id)])
        self._names = {row.tax_id.id: (row.title or '', Decimal(row.rate).normalize()) for row in rows}

    def __getitem__(self, tax):
        return self._names.get(tax.id, (f'{tax.name} is not mapped', Decimal(str(tax.amount))))


def order_taxes(order, names: TaxNames, digits: int) -> Counter:
    """``{(title, percent): amount}`` as Odoo computes them for a sales order."""
    engine = order.env['account.tax']
    base_lines = [line._prepare_base_line_for_taxes_computation() for line in order._get_priced_lines()]
    engine._add_tax_details_in_base_lines(base_lines, order.company_id)
    engine._round_base_lines_tax_details(base_lines, order.company_id)
    sums = Counter()
    for base_line in base_lines:
        for row in base_line['tax_details']['taxes_data']:
            sums[names[row['tax']]] += exact(row['tax_amount_currency'], digits)
    return Counter({key: amount for key, amount in sums.items() if amount})


def order_lines(order, digits: int) -> dict:
    """``{Shopify's id: (units, net, tax)}`` of the lines that have any unit."""
    found = {}
    for number, line in enumerate(order.order_line):
        if line.product_uom_qty and not line.display_type:
            key = line.shopify_line_gid or f'a line that Shopify does not have: {line.name} ({number})'
            key = f'{key}, again ({number})' if key in found else key
            found[key] = (
                Decimal(str(line.product_uom_qty)),
                exact(line.price_subtotal, digits),
                exact(line.price_total - line.price_subtotal, digits),
            )
    return found


def payments(rows, digits: int) -> list[tuple]:
    """``[(direction, amount, day, journal id)]`` of payments that count."""
    return [
        (row.payment_type, exact(row.amount, digits), row.date, row.journal_id.id)
        if row.move_id.state == 'posted'
        else ('not posted', exact(row.amount, digits), row.date, row.journal_id.id)
        for row in rows
    ]
