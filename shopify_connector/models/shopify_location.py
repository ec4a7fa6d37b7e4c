from odoo import fields, models


class ShopifyLocation(models.Model):
    """A Shopify location and the Odoo stock that it shows."""

    _name = 'shopify.location'
    _description = "Shopify Location"
    _order = 'backend_id, name'
    _check_company_auto = True

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    place = fields.Char(readonly=True)
    active = fields.Boolean(default=True, readonly=True)
    fulfills_online_orders = fields.Boolean(readonly=True)
    is_fulfillment_service = fields.Boolean(readonly=True)
    warehouse_id = fields.Many2one(
        'stock.warehouse',
        check_company=True,
        ondelete='restrict',
        help="Whose free quantities this location shows. Several stores may show the same warehouse. Empty: not synchronised.",
    )

    def write(self, vals):
        """What a location shows changes with its warehouse."""
        result = super().write(vals)
        if 'warehouse_id' in vals:
            for backend in self.backend_id.filtered('stock_export'):
                backend._enqueue('stock_full', str(backend.id), source='odoo')
        return result

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This location is known already.")
