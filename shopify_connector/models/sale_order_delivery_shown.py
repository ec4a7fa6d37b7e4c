from odoo import fields, models

_USER = 'shopify_connector.group_shopify_user'


class SaleOrder(models.Model):
    """The deliveries of an order from Shopify, as the store knows them."""

    _inherit = 'sale.order'

    shopify_fulfillment_ids = fields.One2many('shopify.fulfillment', 'sale_order_id', readonly=True, groups=_USER)
    shopify_delivery_ids = fields.One2many('shopify.delivery', 'sale_order_id', readonly=True, groups=_USER)

    def action_shopify_tell_delivery(self):
        """Open the dialog that says what may be done about the delivery in Shopify."""
        self.ensure_one()
        return self.shopify_binding_ids[:1].action_tell_delivery()
