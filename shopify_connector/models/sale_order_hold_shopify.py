from odoo import api, models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    @api.depends('shopify_binding_ids.hold_text')
    def _compute_shopify_hold_message(self):
        return super()._compute_shopify_hold_message()

    def _shopify_hold_sentence(self, order, binding):
        """Override: what Shopify holds, Shopify lets go."""
        if binding.hold_reason != 'shopify':
            return super()._shopify_hold_sentence(order, binding)
        return self.env._(
            "The delivery of %(order)s (%(shopify)s) is held in Shopify: %(reason)s. As soon as the hold is released there, it "
            "can be delivered here.",
            order=order.name,
            shopify=binding.name,
            reason=binding.hold_text or self.env._("no reason is given"),
        )
