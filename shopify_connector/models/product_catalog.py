from odoo import fields, models

_GROUP = 'shopify_connector.group_shopify_user'
STATUSES = [('active', "Active"), ('archived', "Archived"), ('draft', "Draft"), ('unlisted', "Unlisted")]


class ProductTemplate(models.Model):
    """What shops know of a product and Odoo has no field for. Copies start blank: they are made by people who may not
    read these fields, and a handle is unique."""

    _inherit = 'product.template'

    shopify_vendor = fields.Char("Vendor", copy=False, groups=_GROUP)
    shopify_product_type = fields.Char(
        "Product Type", copy=False, groups=_GROUP, help="Shopify's own text. Its category here: Shopify, Configuration."
    )
    shopify_taxonomy_gid = fields.Char("Shopify Category ID", copy=False, groups=_GROUP)
    shopify_taxonomy_name = fields.Char(
        "Shopify Category", copy=False, groups=_GROUP, help="Of Shopify's standard product taxonomy."
    )
    shopify_status = fields.Selection(
        STATUSES, "Status In Shops", copy=False, groups=_GROUP, help="Empty: each shop has its own."
    )
    shopify_seo_title = fields.Char("Page Title", translate=True, copy=False, groups=_GROUP)
    shopify_seo_description = fields.Char("Meta Description", translate=True, copy=False, groups=_GROUP)
    shopify_handle = fields.Char("Handle", copy=False, groups=_GROUP, help="The end of the product page's address.")
    shopify_description_source = fields.Json(
        copy=False,
        groups=_GROUP,
        help="The description as the shop wrote it, and what Odoo made of it: as long as nobody changes that, the shops get the "
        "original.",
    )


class ProductProduct(models.Model):
    _inherit = 'product.product'

    shopify_hs_code = fields.Char(
        "HS Code", copy=False, groups=_GROUP, help="Of this variant. Empty: the product's, where Odoo has one."
    )
    shopify_origin_id = fields.Many2one(
        'res.country',
        "Country Of Origin",
        copy=False,
        groups=_GROUP,
        help="Of this variant. Empty: the product's, where Odoo has one.",
    )
