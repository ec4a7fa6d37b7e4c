from odoo import api, fields, models


class ShopifyInventoryLevel(models.Model):
    """A variant at a location: the value last known at Shopify, and the last one that we wrote."""

    _name = 'shopify.inventory.level'
    _description = "Shopify Inventory Level"
    _order = 'variant_binding_id, location_id'

    variant_binding_id = fields.Many2one(
        'shopify.variant.binding', "Variant", required=True, ondelete='cascade', index=True, readonly=True
    )
    location_id = fields.Many2one('shopify.location', required=True, ondelete='cascade', index=True, readonly=True)
    backend_id = fields.Many2one(related='location_id.backend_id', store=True, index=True)
    company_id = fields.Many2one(related='backend_id.company_id')
    product_id = fields.Many2one(related='variant_binding_id.product_id')
    known = fields.Integer("Last Known", readonly=True, help="Available at Shopify, as last read or written.")
    is_known = fields.Boolean(readonly=True)
    is_active = fields.Boolean("Stocked Here", readonly=True)
    known_at = fields.Datetime(readonly=True)
    pushed = fields.Integer("Last Written", readonly=True)
    pushed_at = fields.Datetime(readonly=True)
    check_after = fields.Datetime(
        readonly=True, help="From then on the level is read again: its value was concluded, not seen."
    )
    unexplained_since = fields.Datetime(readonly=True, help="Since when Shopify shows what no order explains.")
    message = fields.Char("Note", readonly=True)

    _level_uniq = models.Constraint('UNIQUE(variant_binding_id, location_id)', "This level is known already.")
    _check_idx = models.Index('(backend_id, check_after) WHERE check_after IS NOT NULL')

    @api.depends('variant_binding_id', 'location_id')
    def _compute_display_name(self):
        for level in self:
            level.display_name = f'{level.variant_binding_id.display_name} @ {level.location_id.name}'
