from odoo import fields, models

MEANINGS = [
    ('variant_id', "Shopify: variant ID"),
    ('shop_sku', "Shopify: SKU"),
    ('shop_barcode', "Shopify: barcode"),
    ('odoo_code', "Odoo: internal reference"),
    ('odoo_barcode', "Odoo: barcode"),
    ('odoo_id', "Odoo: ID"),
    ('odoo_xmlid', "Odoo: external ID"),
    ('pack', "Sold as (unit of a pack)"),
]


class ShopifyMatchUploadColumn(models.TransientModel):
    """A column of an uploaded list, and what it means."""

    _name = 'shopify.match.upload.column'
    _description = "Column Of A List Of Links"
    _order = 'place'

    wizard_id = fields.Many2one('shopify.match.upload', required=True, ondelete='cascade')
    place = fields.Integer(readonly=True)
    heading = fields.Char(readonly=True)
    example = fields.Char(readonly=True)
    meaning = fields.Selection(MEANINGS)


class ShopifyMatchUploadLine(models.TransientModel):
    """A line of an uploaded list: what it links, or why it cannot."""

    _name = 'shopify.match.upload.line'
    _description = "Line Of A List Of Links"
    _order = 'rank, number'

    wizard_id = fields.Many2one('shopify.match.upload', required=True, ondelete='cascade', index=True)
    number = fields.Integer("Line", readonly=True)
    rank = fields.Integer(readonly=True)
    shop_text = fields.Char("In The List: Shopify", readonly=True)
    odoo_text = fields.Char("In The List: Odoo", readonly=True)
    variant_binding_id = fields.Many2one('shopify.variant.binding', ondelete='cascade', readonly=True)
    row_id = fields.Many2one('shopify.match.row', ondelete='cascade', readonly=True)
    variant_name = fields.Char("Variant In Shopify", readonly=True)
    old_product_id = fields.Many2one('product.product', "Linked To So Far", readonly=True)
    product_id = fields.Many2one('product.product', "Product In Odoo", readonly=True, context={'active_test': False})
    pack_uom_id = fields.Many2one('uom.uom', "Sold As", readonly=True)
    outcome = fields.Selection(
        [
            ('error', "Not possible"),
            ('relink', "Change"),
            ('link', "Link"),
            ('same', "Linked already"),
            ('linked', "Done"),
        ],
        "What Happens",
        required=True,
        readonly=True,
    )
    message = fields.Char("Why", readonly=True)
