from odoo import api, models


class StockQuant(models.Model):
    _inherit = 'stock.quant'

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        quants._shopify_note_change()
        return quants

    def write(self, vals):
        if {'quantity', 'reserved_quantity', 'location_id'} & vals.keys():
            self._shopify_note_change()
        return super().write(vals)

    def unlink(self):
        self._shopify_note_change()
        return super().unlink()

    def _shopify_note_change(self):
        """Remember whose quantities change; before the commit one statement tells all stores that sell them."""
        self.env['shopify.task'].sudo()._note_stock(self.sudo().product_id)
