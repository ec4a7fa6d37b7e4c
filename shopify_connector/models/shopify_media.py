from odoo import fields, models


class ShopifyMedia(models.Model):
    """A picture of a product in a store, and which picture of Odoo it is: the one with the same checksum."""

    _name = 'shopify.media'
    _description = "Shopify Picture"
    _order = 'product_binding_id, sequence, id'
    _rec_name = 'gid'

    product_binding_id = fields.Many2one(
        'shopify.product.binding', "Shopify Product", required=True, ondelete='cascade', index=True, readonly=True
    )
    backend_id = fields.Many2one(related='product_binding_id.backend_id', store=True, index=True)
    company_id = fields.Many2one(related='backend_id.company_id')
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    alt = fields.Char("Alternative Text", readonly=True)
    url = fields.Char("Address", readonly=True)
    version = fields.Char(readonly=True, help="Changes with the picture's content in Shopify.")
    checksum = fields.Char(readonly=True, index='btree_not_null', help="Of Odoo's picture.")
    is_from_shop = fields.Boolean(
        "Came From Shopify", readonly=True, help="Odoo's picture was made of this one, and goes with it."
    )
    state = fields.Selection(
        [
            ('waiting', "To Be Downloaded"),
            ('sent', "Shopify Works On It"),
            ('done', "In Both"),
            ('failed', "Not Taken"),
            ('gone', "Gone From Shopify"),
        ],
        required=True,
        default='waiting',
        readonly=True,
    )
    message = fields.Char("Why", readonly=True)

    _gid_uniq = models.Constraint('UNIQUE(product_binding_id, gid)', "This picture is known already.")
