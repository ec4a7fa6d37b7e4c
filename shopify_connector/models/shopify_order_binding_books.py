from odoo import models

from ..shopify import when


class ShopifyOrderBinding(models.Model):
    _inherit = 'shopify.order.binding'

    def _is_behind(self, updated_at):
        """Whether Shopify's order has changed (ISO text) since it was last brought over."""
        self.ensure_one()
        return bool(self.shopify_updated_at) and when.to_utc(updated_at) > self.shopify_updated_at
