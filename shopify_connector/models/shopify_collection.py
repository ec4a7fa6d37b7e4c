from odoo import fields, models


class ShopifyCollection(models.Model):
    """A collection of a shop. Products are put into those that are made by hand; a smart one chooses for itself."""

    _name = 'shopify.collection'
    _description = "Shopify Collection"
    _order = 'backend_id, name, id'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char(readonly=True)
    handle = fields.Char(readonly=True)
    is_smart = fields.Boolean("Chosen By Rules", readonly=True, help="Shopify puts products into it by its own rules.")
    active = fields.Boolean(default=True, readonly=True)

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This collection is known already.")
