from odoo import models


class ShopifyOrderBinding(models.Model):
    _inherit = 'shopify.order.binding'

    def write(self, vals):
        """A quotation whose parcels have left in Shopify holds nothing any more."""
        if 'fulfillment_status' in vals:
            changed = self.filtered(lambda binding: binding.fulfillment_status != vals['fulfillment_status'])
            changed.sale_order_id.filtered(lambda order: order.state in ('draft', 'sent'))._shopify_note_stock()
        return super().write(vals)
