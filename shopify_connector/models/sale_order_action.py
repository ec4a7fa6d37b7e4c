from odoo import fields, models

_USER = 'shopify_connector.group_shopify_user'


class SaleOrder(models.Model):
    """Changing the Shopify order that a sales order comes from; Odoo never does it by itself."""

    _inherit = 'sale.order'

    shopify_action_ids = fields.Many2many(
        'shopify.order.action', string="Changes Made From Odoo", compute='_compute_shopify_actions', groups=_USER
    )
    shopify_still_open = fields.Boolean(compute='_compute_shopify_actions', groups=_USER)

    def _compute_shopify_actions(self):
        """An order that was cancelled here and is open in the shop: somebody has to decide about it there."""
        for order in self:
            binding = order.shopify_binding_ids[:1]
            order.shopify_action_ids = binding.action_ids
            order.shopify_still_open = (
                order.state == 'cancel'
                and binding.state == 'imported'
                and not binding.cancelled_at
                and binding.financial_status not in ('refunded', 'voided')
                and not binding.action_ids.filtered(
                    lambda action: action.kind == 'cancel' and action.state in ('waiting', 'sent', 'unclear')
                )
            )

    def action_shopify_change(self):
        """Open the dialog for the change that the context names."""
        self.ensure_one()
        return self.shopify_binding_ids[:1].action_change()
