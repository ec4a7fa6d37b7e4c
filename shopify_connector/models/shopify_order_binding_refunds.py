from odoo import models


class ShopifyOrderBinding(models.Model):
    _inherit = 'shopify.order.binding'

    def _get_account_moves(self):
        """Override: also what stands for no line of the sales order, such as an invoice of what a refund has kept."""
        return super()._get_account_moves() | self.move_ids
