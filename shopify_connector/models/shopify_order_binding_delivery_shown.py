from odoo import fields, models


class ShopifyOrderBinding(models.Model):
    """An order's deliveries: what Odoo has done and Shopify has to know, and what was sent for it."""

    _inherit = 'shopify.order.binding'

    delivery_ids = fields.One2many('shopify.delivery', 'order_binding_id', "Deliveries", readonly=True)
    delivery_step_ids = fields.One2many('shopify.delivery.step', 'order_binding_id', "Sent To Shopify", readonly=True)

    def action_tell_delivery(self):
        """Open the dialog that says what may be done about the delivery in Shopify."""
        self.ensure_one()
        self.check_access('read')
        return self.env['shopify.delivery.tell']._open(self)
