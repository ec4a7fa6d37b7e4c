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


# -- invoices and credit notes ------------------------------------------------------------------------------------------
def documents(binding):
    """Every invoice and credit note of the order, whoever made it and however it is linked."""
    return binding.env['account.move'].search(
        [
            ('move_type', 'in', ('out_invoice', 'out_refund')),
            '|',
            ('shopify_order_id', '=', binding.id),
            ('line_ids.sale_line_ids.order_id', '=', binding.sale_order_id.id),
        ],
        order='id',
    )


def booked(moves, names: TaxNames, digits: int) -> dict:
    """``{'total': …, 'tax': …, 'tax (title, percent)': …, 'line gid': (net, tax)}``: invoices less credit notes, what
    comes to nothing left out. A line that stands for nothing in Shopify is found under its own name."""
    sums, lines = Counter({'total': Decimal(0)}), {}
    for move in moves.filtered(lambda move: move.state == 'posted'):
        sign = -1 if move.move_type == 'out_refund' else 1
        sums['total'] += sign * exact(move.amount_total, digits)
        sums['tax'] += sign * exact(move.amount_tax, digits)
        for row in move.line_ids.filtered('tax_line_id'):
            sums[f'tax {names[row.tax_line_id]}'] -= exact(row.amount_currency, digits)
        for row in move.invoice_line_ids.filtered(lambda row: row.display_type == 'product'):
            key = row.shopify_line_gid or row.sale_line_ids.shopify_line_gid or row.name
            net, tax = lines.get(key, (0, 0))
            gross = exact(row.price_total, digits)
            subtotal = exact(row.price_subtotal, digits)
            lines[key] = (net + sign * subtotal, tax + sign * (gross - subtotal))
    found = {key: amount for key, amount in sums.items() if amount or key == 'total'}
    return {**found, **{f'line {key}': row for key, row in lines.items() if any(row)}}


def open_sides(moves) -> tuple[Decimal, Decimal]:
    """What is open on the customer's account in these journal entries: ``(owed by the customer, owed to the customer)``."""
    rows = moves.line_ids.filtered(
        lambda row: row.account_id.account_type == 'asset_receivable' and row.parent_state == 'posted'
    )
    residuals = [Decimal(str(round(row.amount_residual_currency, 4))) for row in rows]
    return sum((row for row in residuals if row > 0), Decimal(0)), -sum(
        (row for row in residuals if row < 0), Decimal(0)
    )
