from odoo import models

_NOTED = {'location_id', 'usage', 'active'}


class StockLocation(models.Model):
    _inherit = 'stock.location'

    def write(self, vals):
        """Override of `stock`: a place that moves takes its units along."""
        if not _NOTED & vals.keys():
            return super().write(vals)
        self._shopify_note_change()
        result = super().write(vals)
        self._shopify_note_change()
        return result

    def _shopify_note_change(self):
        inside = [('location_id', 'child_of', self.ids)]
        quants = self.env['stock.quant'].sudo().with_context(active_test=False)._read_group(inside, ['product_id'])
        moves = (
            self.env['stock.move']
            .sudo()
            ._read_group([*inside, ('state', 'not in', ('draft', 'done', 'cancel'))], ['product_id'])
        )
        products = self.env['product.product'].union(*(product for (product,) in [*quants, *moves]))
        self.env['shopify.task'].sudo()._note_stock(products)
