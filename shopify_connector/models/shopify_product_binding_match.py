from odoo import models


class ShopifyProductBinding(models.Model):
    _inherit = 'shopify.product.binding'

    def write(self, vals):
        """Override: of a product that was deleted in Shopify, nobody has to choose anything."""
        if vals.get('deleted_at'):
            rows = self.env['shopify.match.row'].sudo()
            for backend, bindings in self.grouped('backend_id').items():
                rows += rows.search([('backend_id', '=', backend.id), ('product_gid', 'in', bindings.mapped('gid'))])
            rows.unlink()
        return super().write(vals)
