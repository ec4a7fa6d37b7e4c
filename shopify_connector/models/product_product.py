from odoo import api, models


class ProductProduct(models.Model):
    _inherit = 'product.product'

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        products._shopify_heal_placeholders()
        return products

    def write(self, vals):
        result = super().write(vals)
        if vals.get('default_code') or vals.get('barcode'):
            self._shopify_heal_placeholders()
        return result

    def _shopify_heal_placeholders(self):
        """Have the placeholders replaced whose SKU one of these products has. Insert-only: a lane does the work."""
        if self.env.context.get('shopify_placeholder'):
            return
        codes = {code for product in self for code in (product.default_code, product.barcode) if code}
        if not codes:
            return
        placeholders = (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [('shopify_placeholder', '=', True), ('default_code', 'in', list(codes)), ('id', 'not in', self.ids)]
            )
        )
        if placeholders:
            backends = self.env['shopify.backend'].sudo().search([('state', '!=', 'draft')])
            for backend in backends[:1]:
                backend._enqueue('heal', ','.join(map(str, placeholders.ids)), source='odoo')
