from odoo import models


class ShopifyOrderBinding(models.Model):
    _inherit = 'shopify.order.binding'

    def _found_sentences(self):
        """Override of `shopify_connector`: companies that consumers name in their addresses."""
        return {
            **super()._found_sentences(),
            'person_company_created': self.env._(
                "Customer: the company %(name)s was created, with the person under it."
            ),
            'person_company_found': self.env._(
                "Customer: the person was put under %(name)s, found by its name and %(by)s."
            ),
        }
