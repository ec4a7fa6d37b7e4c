from odoo import fields, models

_NOTED = {'active', 'is_storable', 'type', 'categ_id', 'uom_id'}


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    shopify_level_count = fields.Integer(
        compute='_compute_shopify_level_count', groups='shopify_connector.group_shopify_user'
    )

    def _compute_shopify_level_count(self):
        for template in self:
            template.shopify_level_count = sum(template.product_variant_ids.mapped('shopify_level_count'))

    def write(self, vals):
        """Override of `product`: whether a product is tracked, and which rules reach it, changes what shops show."""
        result = super().write(vals)
        if _NOTED & vals.keys():
            products = self.with_context(active_test=False).sudo().product_variant_ids
            self.env['shopify.task'].sudo()._note_stock(products)
        return result

    def action_view_shopify_levels(self):
        """What the stores show of these products, and why."""
        return self._get_shopify_levels_action([('variant_binding_id.product_id.product_tmpl_id', 'in', self.ids)])

    def _get_shopify_levels_action(self, domain):
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.inventory.level',
            'view_mode': 'list,form',
            'views': [
                (self.env.ref('shopify_connector.view_shopify_inventory_level_product_list').id, 'list'),
                (False, 'form'),
            ],
            'name': self.env._("Shopify Quantities"),
            'domain': domain,
            'context': {'create': False},
        }
