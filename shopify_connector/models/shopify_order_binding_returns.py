from odoo import models


class ShopifyOrderBinding(models.Model):
    _inherit = 'shopify.order.binding'

    def _done_sentences(self):
        return {
            **super()._done_sentences(),
            'return_planned': self.env._("Shopify's return %(name)s is expected: receipt %(picking)s was planned."),
            'undone_in_shopify': self.env._(
                "%(fulfillment)s was cancelled in Shopify: the goods are back with %(picking)s, and a new delivery is planned."
            ),
            'cancelled_return': self.env._(
                "%(fulfillment)s was cancelled in Shopify: %(picking)s waits for the goods to be put back."
            ),
        }
