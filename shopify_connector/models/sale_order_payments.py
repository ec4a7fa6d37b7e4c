from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    shopify_transaction_ids = fields.One2many(
        'shopify.transaction', compute='_compute_shopify_payments', groups='shopify_connector.group_shopify_user'
    )
    shopify_amount_authorized = fields.Monetary(
        "Authorised",
        compute='_compute_shopify_payments',
        groups='shopify_connector.group_shopify_user',
        help="Reserved on the customer's card and not captured yet.",
    )
    shopify_authorized_until = fields.Datetime(
        "Authorised Until", compute='_compute_shopify_payments', groups='shopify_connector.group_shopify_user'
    )

    def _compute_shopify_payments(self):
        for order in self:
            binding = order.shopify_binding_ids[:1]
            order.shopify_transaction_ids = binding.transaction_ids
            order.shopify_amount_authorized = binding.amount_authorized
            order.shopify_authorized_until = binding.authorized_until
