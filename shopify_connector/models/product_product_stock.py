from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = 'product.product'

    def write(self, vals):
        """Override of `product`: an archived product is left alone in the shops, and shown again afterwards."""
        result = super().write(vals)
        if 'active' in vals:
            self.env['shopify.task'].sudo()._note_stock(self)
        return result

    shopify_level_count = fields.Integer(
        compute='_compute_shopify_level_count', groups='shopify_connector.group_shopify_user'
    )

    def _compute_shopify_level_count(self):
        rows = self.env['shopify.inventory.level']._read_group(
            [('variant_binding_id.product_id', 'in', self.ids)], ['variant_binding_id'], ['__count']
        )
        counts = dict.fromkeys(self.ids, 0)
        for binding, number in rows:
            counts[binding.product_id.id] += number
        for product in self:
            product.shopify_level_count = counts.get(product.id, 0)

    def action_view_shopify_levels(self):
        """What the stores show of these variants, and why."""
        return self.product_tmpl_id._get_shopify_levels_action([('variant_binding_id.product_id', 'in', self.ids)])
