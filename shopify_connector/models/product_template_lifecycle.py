from odoo import api, models


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    @api.ondelete(at_uninstall=False)
    def _shopify_end_links(self):
        """The database deletes the variants along with it, without their own hook."""
        self.env['shopify.variant.binding']._end(self.with_context(active_test=False).product_variant_ids)


class ProductProduct(models.Model):
    _inherit = 'product.product'

    @api.ondelete(at_uninstall=False)
    def _shopify_end_links(self):
        self.env['shopify.variant.binding']._end(self)
