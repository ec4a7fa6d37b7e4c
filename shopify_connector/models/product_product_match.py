from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = 'product.product'

    # SKUs that differ in case or blanks are found without reading all products.
    _shopify_sku_idx = models.Index("(lower(btrim(default_code))) WHERE default_code IS NOT NULL")

    shopify_match_row_ids = fields.One2many(
        'shopify.match.row', 'product_id', groups='shopify_connector.group_shopify_user'
    )

    def action_shopify_choose(self):
        """Be the product of the variant whose candidates are shown."""
        row = self.env['shopify.match.row'].browse(self.env.context.get('shopify_match_row_id')).exists()
        row._choose('link', self)
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}
