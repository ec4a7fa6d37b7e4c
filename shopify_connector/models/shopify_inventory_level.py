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
    committed = fields.Integer(
        readonly=True, help="Units at Shopify that orders have taken and that have not left yet."
    )
    set_aside = fields.Integer(
        readonly=True, help="Units that the shop keeps from sale: damaged, in quality control, reserved, safety stock."
    )
    parts_known = fields.Boolean(readonly=True, help="Whether committed and set aside units were read with the level.")
    is_active = fields.Boolean("Stocked Here", readonly=True)
    known_at = fields.Datetime(readonly=True)
    pushed = fields.Integer("Last Written", readonly=True)
    pushed_at = fields.Datetime(readonly=True)
    check_after = fields.Datetime(
        readonly=True, help="From then on the level is read again: its value was concluded, not seen."
    )
    unexplained_since = fields.Datetime(readonly=True, help="Since when Shopify shows what no order explains.")
    difference = fields.Integer(readonly=True, help="Units that no order explains, as last seen.")
    unseen = fields.Integer(readonly=True, help="Units that unknown orders have taken, as last seen.")
    may_return = fields.Integer(
        readonly=True,
        help="Units that orders have given up since the level was read, and that may be back on the shelf.",
    )
    may_leave = fields.Integer(
        readonly=True, help="Units that orders have taken since the level was read, here or at another location."
    )
    may_move = fields.Integer(
        readonly=True, help="Units that an order may have been moved to another location with; -1 when nobody can say."
    )
    may_ship = fields.Integer(readonly=True, help="Units of orders that were shipped since the level was read.")
    ended_at = fields.Datetime(
        "Not Stocked Since", readonly=True, help="Shopify no longer stocks the item here: nothing is read or written."
    )
    edit_ids = fields.One2many('shopify.inventory.level.edit', 'level_id')
    message = fields.Char("Note", readonly=True)

    _level_uniq = models.Constraint('UNIQUE(variant_binding_id, location_id)', "This level is known already.")
    _check_idx = models.Index('(backend_id, check_after) WHERE check_after IS NOT NULL')

    @api.depends('variant_binding_id', 'location_id')
    def _compute_display_name(self):
        for level in self:
            level.display_name = f'{level.variant_binding_id.display_name} @ {level.location_id.name}'

    def action_stock_again(self):
        """A person wants the item back at a location where Shopify no longer stocks it."""
        self.backend_id.check_access('write')
        for backend, levels in self.filtered('ended_at').grouped('backend_id').items():
            levels.sudo().write({'ended_at': False, 'is_known': False, 'message': False})
            self.env['shopify.task'].sudo()._add(
                backend, 'stock', [str(id_) for id_ in levels.product_id.ids], source='user'
            )
            backend._wake('stock')

    def action_open_edits(self):
        """Who changed this quantity in Shopify, and what became of it."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('shopify_connector.action_shopify_inventory_level_edit')
        return {**action, 'domain': [('level_id', '=', self.id)], 'context': {}}
