from odoo import models


class ShopifyOrderBinding(models.Model):
    _inherit = 'shopify.order.binding'

    def _found_sentences(self):
        return {
            **super()._found_sentences(),
            'carrier': self.env._("Delivery method: Shopify's “%(title)s” is %(carrier)s."),
        }
