from odoo import fields, models


class ShopifyOrderBinding(models.Model):
    """What was done to an order in Shopify from here."""

    _inherit = 'shopify.order.binding'

    action_ids = fields.One2many('shopify.order.action', 'binding_id', "Changes Made From Odoo", readonly=True)

    def action_change(self):
        """Open the dialog for the change that the context names: ``shopify_change``."""
        self.ensure_one()
        return self.env['shopify.order.action.wizard']._open(self, self.env.context.get('shopify_change'))

    def _done_sentences(self):
        """Override to add what people have done in Shopify from Odoo."""
        return {
            **super()._done_sentences(),
            'action_mark_paid': self.env._("Marked as paid in Shopify from Odoo by %(user)s."),
            'action_capture': self.env._("Payment captured in Shopify from Odoo by %(user)s."),
            'action_cancel': self.env._("Cancelled in Shopify from Odoo by %(user)s."),
            'action_refund': self.env._("Refunded in Shopify from Odoo by %(user)s."),
            'action_tags': self.env._("Tags changed in Shopify from Odoo by %(user)s."),
            'action_note': self.env._("Note changed in Shopify from Odoo by %(user)s."),
        }
