from odoo import models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    def write(self, vals):
        """Override of `sale`: a warehouse that a person chooses ships everything."""
        if 'warehouse_id' in vals:
            routed = self.sudo().filtered(lambda order: order.warehouse_id.id != vals['warehouse_id']).order_line
            routed.filtered('shopify_places').shopify_places = False
        return super().write(vals)
