from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    shopify_return_ids = fields.One2many(
        'shopify.return', 'sale_order_id', groups='shopify_connector.group_shopify_user', copy=False
    )
    shopify_return_count = fields.Integer(
        compute='_compute_shopify_return_count', groups='shopify_connector.group_shopify_user'
    )

    def _compute_shopify_return_count(self):
        for order in self:
            order.shopify_return_count = len(order.shopify_return_ids)

    def action_shopify_returns(self):
        """The order's returns in Shopify; a single one at once."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('shopify_connector.action_shopify_return')
        action.update(domain=[('sale_order_id', '=', self.id)], context={})
        if len(self.shopify_return_ids) == 1:
            action.update(views=[(False, 'form')], res_id=self.shopify_return_ids.id)
        return action
