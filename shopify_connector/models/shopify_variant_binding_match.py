from odoo import models


class ShopifyVariantBinding(models.Model):
    _inherit = 'shopify.variant.binding'

    def write(self, vals):
        """Override: what a person links here need not be chosen in the match plan any more, and its values are compared
        when the product is read the next time."""
        result = super().write(vals)
        if 'product_id' in vals:
            self.product_binding_id.filtered('payload_digest').payload_digest = False
        if vals.get('product_id'):
            for backend, bindings in self.grouped('backend_id').items():
                self.env['shopify.match.row'].sudo()._settle(backend, bindings.mapped('gid'), vals['product_id'])
        return result
