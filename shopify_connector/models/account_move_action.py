from odoo import fields, models

_USER = 'shopify_connector.group_shopify_user'


class AccountMove(models.Model):
    """A credit note that a person has made for an order from Shopify: nothing goes back there by itself."""

    _inherit = 'account.move'

    shopify_refund_offer = fields.Boolean(compute='_compute_shopify_refund_offer', groups=_USER)

    def _compute_shopify_refund_offer(self):
        for move in self:
            binding = move._shopify_binding().sudo()
            asked = move in binding.action_ids.filtered(lambda action: action.state != 'failed').move_id
            move.shopify_refund_offer = (
                move.move_type == 'out_refund'
                and move.state == 'posted'
                and not move.shopify_refund_id
                and not move.shopify_order_id
                and binding.state == 'imported'
                and binding.financial_status not in ('refunded', 'voided', 'pending')
                and not asked
            )

    def _shopify_binding(self):
        # Whoever may see the credit note need not see sales orders; the order's own rules are checked by the dialog.
        orders = self.sudo().invoice_line_ids.sale_line_ids.order_id
        return self.env['shopify.order.binding'].browse(orders.shopify_binding_ids[:1].id)

    def action_shopify_refund(self):
        """Open the refund dialog with the credit note's goods."""
        self.ensure_one()
        return self.env['shopify.order.action.wizard']._open(self._shopify_binding(), 'refund', self)
