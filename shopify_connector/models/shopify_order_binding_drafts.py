from odoo import models


class ShopifyOrderBinding(models.Model):
    _inherit = 'shopify.order.binding'

    def _done_sentences(self):
        return {
            **super()._done_sentences(),
            'draft_adopted': self.env._("Draft order %(draft)s was completed: its quotation became this sales order."),
        }
