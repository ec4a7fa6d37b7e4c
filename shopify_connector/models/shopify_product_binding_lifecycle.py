from odoo import fields, models


class ShopifyProductBinding(models.Model):
    """What becomes of the link when the product changes its life on either side."""

    _inherit = 'shopify.product.binding'

    source_digest = fields.Char(
        readonly=True, copy=False, help="Of all that was last read of the product: the same, nothing to look at."
    )
