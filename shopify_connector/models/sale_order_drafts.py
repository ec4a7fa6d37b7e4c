from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    shopify_draft_ids = fields.One2many(
        'shopify.draft.order', 'sale_order_id', groups='shopify_connector.group_shopify_user', copy=False
    )
    shopify_draft_name = fields.Char(
        "Shopify Draft", compute='_compute_shopify_draft_name', groups='shopify_connector.group_shopify_user'
    )

    def _compute_shopify_draft_name(self):
        for order in self:
            order.shopify_draft_name = order.shopify_draft_ids[:1].name

    def action_shopify_draft(self):
        """The draft order that the quotation came with."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.draft.order',
            'view_mode': 'form',
            'res_id': self.shopify_draft_ids[:1].id,
        }
