from odoo import models


class StockMove(models.Model):
    _inherit = 'stock.move'

    def write(self, vals):
        """Override of `stock`: what is promised without being reserved changes no quant, but what a shop may show."""
        if {'state', 'product_uom_qty', 'location_id'} & vals.keys():
            self.env['shopify.task'].sudo()._note_stock(self.sudo().product_id.filtered('is_storable'))
        return super().write(vals)
