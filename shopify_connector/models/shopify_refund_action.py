from odoo import api, models


class ShopifyRefund(models.Model):
    """A refund that was made from a credit note of Odoo has its credit note already."""

    _inherit = 'shopify.refund'

    @api.model_create_multi
    def create(self, vals_list):
        refunds = super().create(vals_list)
        self.env['shopify.order.action'].search(
            [('result_gid', 'in', refunds.mapped('gid')), ('move_id', '!=', False)]
        )._link_credit_note(refunds)
        return refunds


class ShopifyOrderAction(models.Model):
    _inherit = 'shopify.order.action'

    def _set_done(self, message, answer=None):
        """Override: the books may have noted the refund before its answer was known."""
        result = super()._set_done(message, answer)
        made = self.filtered(lambda action: action.kind == 'refund' and action.move_id and action.result_gid)
        made._link_credit_note(
            self.env['shopify.refund'].search(
                [('backend_id', 'in', made.backend_id.ids), ('gid', 'in', made.mapped('result_gid'))]
            )
        )
        return result

    def _link_credit_note(self, refunds):
        """The credit note that a refund was made from stands for it."""
        by_gid = {action.result_gid: action.move_id for action in self}
        for refund in refunds:
            move = by_gid.get(refund.gid)
            if move and not move.shopify_refund_id:
                move.write({'shopify_refund_id': refund.id, 'shopify_order_id': refund.binding_id.id})
                if refund.state == 'by_hand' and move.state == 'posted':
                    refund.state = 'credited'
