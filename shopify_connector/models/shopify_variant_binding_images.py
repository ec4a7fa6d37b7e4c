from odoo import fields, models


class ShopifyVariantBinding(models.Model):
    _inherit = 'shopify.variant.binding'

    image_gid = fields.Char("Picture In Shopify", readonly=True, copy=False)
    image_checksum = fields.Char(
        readonly=True, copy=False, help="Of Odoo's picture of the variant, when both were the same."
    )
    is_image_pending = fields.Boolean("Picture On Its Way", readonly=True, copy=False)
    is_image_to_send = fields.Boolean("Picture To Be Shown", readonly=True, copy=False)
