from odoo import models


class ShopifyVariantBinding(models.Model):
    _inherit = 'shopify.variant.binding'

    def write(self, vals):
        """Override: what a person links here need not be chosen in the match plan any more."""
        result = super().write(vals)
        if vals.get('product_id'):
            for backend, bindings in self.grouped('backend_id').items():
                self.env['shopify.match.row'].sudo()._settle(backend, bindings.mapped('gid'), vals['product_id'])
        return result
