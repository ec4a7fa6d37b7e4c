from odoo import fields, models


class ShopifyBackend(models.Model):
    """What a look for changes need not look at again."""

    _inherit = 'shopify.backend'

    products_moved_at = fields.Datetime(
        readonly=True, copy=False, help="When (Odoo's clock) a look for changes last found a newer product."
    )
    products_settled_until = fields.Datetime(
        readonly=True,
        copy=False,
        help="Every change before this moment (Shopify's clock, UTC) should be known: an import has read the whole catalogue "
        "after it, or Shopify's search has had the time to show it.",
    )
    products_read_until = fields.Datetime(
        readonly=True,
        copy=False,
        help="Every change before this moment (Shopify's clock, UTC) is known for certain: an import has read the whole "
        "catalogue after it.",
    )
    products_wide_at = fields.Datetime(
        readonly=True, copy=False, help="When (Odoo's clock) a look for changes last went back by hours."
    )
