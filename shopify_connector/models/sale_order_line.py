from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    shopify_line_gid = fields.Char("Shopify Line", copy=False, readonly=True, index='btree_not_null')

    def write(self, vals):
        """Override of `sale`: a quotation holds its units in the stores."""
        if 'product_uom_qty' in vals:
            self._shopify_note_stock()
        return super().write(vals)

    def unlink(self):
        """Override of `sale`: see `write`."""
        self._shopify_note_stock()
        return super().unlink()

    def _shopify_note_stock(self):
        held = self.sudo().filtered(lambda line: line.shopify_line_gid and line.state in ('draft', 'sent'))
        self.env['shopify.task'].sudo()._note_stock(held.product_id)
