from odoo import api, models


class ShopifyRefund(models.Model):
    """A refund that was made from a credit note of Odoo has its credit note already."""

    _inherit = 'shopify.refund'

    @api.model_create_multi
    def create(self, vals_list):
        refunds = super().create(vals_list)
        actions = self.env['shopify.order.action'].search(
            [('result_gid', 'in', refunds.mapped('gid')), ('move_id', '!=', False)]
        )
        by_gid = {action.result_gid: action.move_id for action in actions}
        for refund in refunds:
            move = by_gid.get(refund.gid)
            if move and not move.shopify_refund_id:
                move.write({'shopify_refund_id': refund.id, 'shopify_order_id': refund.binding_id.id})
        return refunds
