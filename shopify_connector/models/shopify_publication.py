from odoo import fields, models


class ShopifyPublication(models.Model):
    """A sales channel of a shop: where a product is to be seen, or not."""

    _name = 'shopify.publication'
    _description = "Shopify Sales Channel"
    _order = 'backend_id, name, id'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char(readonly=True)
    active = fields.Boolean(default=True, readonly=True)

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This sales channel is known already.")
