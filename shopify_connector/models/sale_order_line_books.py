from odoo import models

from ..entities import invoicing
from ..shopify import money

_OWN_MONEY = {'price_unit', 'discount', 'tax_ids', 'extra_tax_data'}


class SaleOrderLine(models.Model):
    """Books exactly what was sold: whatever parts a line is invoiced in, they add up to Shopify's amounts."""

    _inherit = 'sale.order.line'

    def _prepare_invoice_line(self, **optional_values):
        """Override of `sale`: the taxes that are forced for the whole line would be lost on an invoice of a part."""
        values = super()._prepare_invoice_line(**optional_values)
        if self.shopify_line_gid and not self.display_type and not self.is_downpayment:
            values['shopify_line_gid'] = self.shopify_line_gid
            if not _OWN_MONEY & optional_values.keys() and self._shopify_is_exact():
                values.update(self._shopify_vals(self._shopify_piece(values['quantity']), values['quantity']))
        return values

    def _shopify_is_exact(self):
        """Whether the line still has Shopify's amounts; nobody has changed its quantity, price or taxes since."""
        self.ensure_one()
        if not self.product_uom_qty or not self.tax_ids:
            return not self.discount
        data, currency = self.extra_tax_data or {}, self.currency_id
        return bool(
            data.get('manual_tax_amounts')
            and not self.discount
            and not currency.compare_amounts(self.price_unit, data['price_unit'])
            and not currency.compare_amounts(self.product_uom_qty, data['quantity'])
            and all(str(tax.id) in data['manual_tax_amounts'] for tax in self.tax_ids)
        )

    def _shopify_sold(self):
        """What the whole line is worth."""
        self.ensure_one()
        if not self.product_uom_qty:
            return invoicing.Worth()
        if self.tax_ids and self._shopify_is_exact():
            return invoicing.forced_worth(self.extra_tax_data)
        digits = self.currency_id.decimal_places
        base = money.rounded(money.parse(self.price_subtotal), digits)
        total = money.rounded(money.parse(self.price_total), digits)
        weights = {tax.id: money.parse(tax.amount) for tax in self.tax_ids}
        return invoicing.Worth(base, invoicing.spread(total - base, weights, digits))

    def _shopify_bookings(self, posted_only=False):
        """The invoice lines that stand for the line, and those of its price that stand beside it."""
        self.ensure_one()
        rows = self.sudo().invoice_lines
        if rows:
            moves = self.order_id.sudo().shopify_binding_ids.move_ids
            beside = moves.filtered(lambda move: not move.shopify_refund_id).invoice_line_ids
            rows |= beside.filtered(lambda row: row.shopify_line_gid == self.shopify_line_gid and not row.sale_line_ids)
        states = ('posted',) if posted_only else ('draft', 'posted')
        return rows.filtered(
            lambda row: row.parent_state in states and row.move_id.move_type in ('out_invoice', 'out_refund')
        )

    def _shopify_booked(self, posted_only=False):
        """``(units, worth)`` of invoices less credit notes of this line. Credit notes for units that the customer keeps,
        and for money only, are none of it."""
        units, worth = money.parse(0), invoicing.Worth()
        for row in self._shopify_bookings(posted_only):
            is_invoice = row.move_id.move_type == 'out_invoice'
            worth = worth + row._shopify_worth() if is_invoice else worth - row._shopify_worth()
            if row.sale_line_ids:
                quantity = row.product_uom_id._compute_quantity(row.quantity, self.product_uom_id)
                units += money.parse(quantity if is_invoice else -quantity)
        return units, worth

    def _shopify_piece(self, quantity):
        units, worth = self._shopify_booked()
        return invoicing.piece(
            self._shopify_sold(),
            money.parse(self.product_uom_qty),
            worth,
            units,
            money.parse(quantity),
            self.currency_id.decimal_places,
        )

    def _shopify_vals(self, worth, quantity):
        """Values of an invoice line that books exactly ``worth`` for this line."""
        taxes = self.env['account.tax'].browse(worth.taxes)
        included = taxes.filtered('price_include').ids
        return invoicing.line_vals(worth, quantity, included, self.currency_id.id)
