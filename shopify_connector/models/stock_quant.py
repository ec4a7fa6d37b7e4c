from odoo import api, models

from . import stock_notes

_NOTED = {'quantity', 'reserved_quantity', 'location_id', 'product_id'}


class StockQuant(models.Model):
    _inherit = 'stock.quant'

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        quants._shopify_note_change()
        return quants

    def write(self, vals):
        if _NOTED & vals.keys():
            self._shopify_note_change()
            if 'product_id' in vals:
                self._shopify_note_products()
        return super().write(vals)

    def unlink(self):
        self._shopify_note_products()
        return super().unlink()

    def _shopify_note_change(self):
        """Remember what changes; before the commit one statement tells all stores that sell it. Odoo merges quants past its
        own models, but runs what waits for the commit first."""
        stock_notes.note(self.env, 'stock.quant', self.ids)

    def _shopify_note_products(self):
        """Nobody finds the product of these afterwards."""
        stock_notes.note(self.env, 'product.product', self.sudo().product_id.ids)
