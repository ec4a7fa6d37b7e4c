from odoo import fields, models

from ..entities import invoicing
from ..shopify import money


class AccountMove(models.Model):
    _inherit = 'account.move'

    shopify_order_id = fields.Many2one(
        'shopify.order.binding',
        "Shopify Order",
        copy=False,
        readonly=True,
        index='btree_not_null',
        ondelete='set null',
        groups='shopify_connector.group_shopify_user',
    )
    shopify_refund_id = fields.Many2one(
        'shopify.refund',
        "Shopify Refund",
        copy=False,
        readonly=True,
        index='btree_not_null',
        ondelete='set null',
        groups='shopify_connector.group_shopify_user',
    )

    def _post(self, soft=True):
        """Override of `account`: what a person posts for a Shopify order may settle payments and refunds that wait."""
        posted = super()._post(soft)
        posted._shopify_note_books()
        return posted

    def _shopify_note_books(self):
        if self.env.context.get('shopify_books'):
            return
        invoices = self.filtered(lambda move: move.move_type in ('out_invoice', 'out_refund'))
        self.env['shopify.order.binding'].sudo()._note_books(invoices.sudo().line_ids.sale_line_ids.order_id)


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    shopify_line_gid = fields.Char("Shopify Line", copy=False, readonly=True, index='btree_not_null')

    def _shopify_worth(self):
        """What the line books, positive on an invoice and on a credit note alike."""
        self.ensure_one()
        data = self.extra_tax_data or {}
        currency = self.currency_id
        if (
            data.get('manual_tax_amounts')
            and data['currency_id'] == currency.id
            and not currency.compare_amounts(self.price_unit, data['price_unit'])
            and not currency.compare_amounts(self.quantity, data['quantity'])
            and not self.discount
            and all(str(tax.id) in data['manual_tax_amounts'] for tax in self.tax_ids)
        ):
            return invoicing.forced_worth(data)
        base = money.rounded(money.parse(self.price_subtotal), currency.decimal_places)
        total = money.rounded(money.parse(self.price_total), currency.decimal_places)
        weights = {tax.id: money.parse(tax.amount) for tax in self.tax_ids}
        return invoicing.Worth(base, invoicing.spread(total - base, weights, currency.decimal_places))
