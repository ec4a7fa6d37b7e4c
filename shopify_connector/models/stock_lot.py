from odoo import models


class StockLot(models.Model):
    _inherit = 'stock.lot'

    def write(self, vals):
        """Override of `stock`: what has expired is not for sale (fields of `product_expiry`)."""
        if vals.keys() & {'removal_date', 'expiration_date'}:
            self.env['shopify.task'].sudo()._note_stock(self.sudo().product_id)
        return super().write(vals)
