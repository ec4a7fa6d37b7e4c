from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    shopify_transaction_ids = fields.One2many(
        'shopify.transaction', compute='_compute_shopify_transaction_ids', groups='shopify_connector.group_shopify_user'
    )

    def _compute_shopify_transaction_ids(self):
        for order in self:
            order.shopify_transaction_ids = order.shopify_binding_ids[:1].transaction_ids
