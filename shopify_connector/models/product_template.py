from odoo import fields, models

from .whole_html import WholeHtml


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    shopify_description_html = WholeHtml(
        "Shopify Description",
        translate=True,
        sanitize_attributes=False,
        copy=False,
        groups='shopify_connector.group_shopify_user',
        help="The product page's text. It never lands on quotations.",
    )
    shopify_binding_ids = fields.One2many(
        'shopify.product.binding', 'product_tmpl_id', "Shopify Products", groups='shopify_connector.group_shopify_user'
    )
    shopify_binding_count = fields.Integer(
        compute='_compute_shopify_binding_count', groups='shopify_connector.group_shopify_user'
    )
    shopify_placeholder = fields.Boolean(
        "Shopify Placeholder",
        copy=False,
        readonly=True,
        help="Made for an order line whose product exists in Shopify no more, or cannot be read.",
    )

    def _compute_shopify_binding_count(self):
        for template in self:
            template.shopify_binding_count = len(template.shopify_binding_ids)

    def action_view_shopify_bindings(self):
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.product.binding',
            'view_mode': 'list,form',
            'name': self.env._("In Shopify"),
            'domain': [('product_tmpl_id', 'in', self.ids)],
        }
