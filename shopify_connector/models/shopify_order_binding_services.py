from odoo import models


class ShopifyOrderBinding(models.Model):
    _inherit = 'shopify.order.binding'

    def write(self, vals):
        """Override: what an order that was held has without goods may be told now."""
        result = super().write(vals)
        if vals.get('hold_state', 'held') != 'held':
            self.env['shopify.sync.delivery.services']._note(self.sale_order_id)
        return result
