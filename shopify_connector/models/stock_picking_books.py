from odoo import fields, models


class StockPicking(models.Model):
    _inherit = 'stock.picking'

    shopify_refund_id = fields.Many2one(
        'shopify.refund',
        "Shopify Refund",
        copy=False,
        readonly=True,
        index='btree_not_null',
        ondelete='set null',
        groups='shopify_connector.group_shopify_user',
    )

    def _action_done(self):
        """Override of `stock`: what is delivered or comes back may have to be invoiced or credited."""
        result = super()._action_done()
        self.env['shopify.order.binding'].sudo()._note_books(self.sudo().sale_id.filtered('shopify_binding_ids'))
        return result
