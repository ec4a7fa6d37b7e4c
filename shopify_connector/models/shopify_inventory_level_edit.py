from odoo import api, fields, models


class ShopifyInventoryLevelEdit(models.Model):
    """A quantity that was changed in Shopify by nobody's order: what was seen, and what became of it.

    Shopify tells apps neither who changed it nor why; its own page of the item's history does.
    """

    _name = 'shopify.inventory.level.edit'
    _description = "Quantity Changed In Shopify"
    _order = 'id desc'

    level_id = fields.Many2one(
        'shopify.inventory.level', "Level", required=True, ondelete='cascade', index=True, readonly=True
    )
    backend_id = fields.Many2one(related='level_id.backend_id', store=True, index=True)
    company_id = fields.Many2one(related='backend_id.company_id')
    location_id = fields.Many2one(related='level_id.location_id', store=True)
    variant_binding_id = fields.Many2one(related='level_id.variant_binding_id')
    product_id = fields.Many2one(
        'product.product', "Product", ondelete='set null', index='btree_not_null', readonly=True
    )
    known = fields.Integer("Was", readonly=True, help="What the level had to show after all orders.")
    seen = fields.Integer("Is", readonly=True)
    units = fields.Integer("Changed By", readonly=True, help="Units that no order explains.")
    unseen = fields.Integer(readonly=True, help="Units that orders had taken which Odoo had not seen.")
    known_at = fields.Datetime("After", readonly=True)
    seen_at = fields.Datetime("Before", required=True, readonly=True, default=fields.Datetime.now)
    outcome = fields.Selection(
        [
            ('odoo', "Odoo's quantity written"),
            ('adjusted', "Counted into Odoo"),
            ('transferred', "Transferred in Odoo"),
            ('asked', "Waits for a person"),
            ('gone', "Gone by itself"),
            ('reversed', "Taken back"),
        ],
        required=True,
        readonly=True,
    )
    choice = fields.Selection([('odoo', "Write Odoo's"), ('shopify', "Take Shopify's")], "Decision", readonly=True)
    chosen_by_id = fields.Many2one('res.users', "Decided By", readonly=True, ondelete='set null')
    move_id = fields.Many2one('stock.move', "Stock Move", readonly=True, ondelete='set null', index='btree_not_null')
    message = fields.Char("Note", readonly=True)
    history_url = fields.Char("History In Shopify", readonly=True)

    _asked_idx = models.Index("(backend_id) WHERE outcome = 'asked'")

    @api.depends('level_id', 'seen_at')
    def _compute_display_name(self):
        for edit in self:
            edit.display_name = f'{edit.level_id.display_name} ({edit.seen_at})'

    def action_write_odoo(self):
        """Odoo's quantity counts."""
        self._choose('odoo')

    def action_take(self):
        """Shopify's quantity counts."""
        self._choose('shopify')

    def action_open_history(self):
        """Shopify's page of the item's history names who changed it."""
        self.ensure_one()
        return {'type': 'ir.actions.act_url', 'url': self.history_url, 'target': 'new'}

    def _choose(self, choice):
        """The level is read again and the decision carried out by the stock lane. It changes what stock is worth, so it
        takes who may change the store."""
        self.backend_id.check_access('write')
        asked = self.sudo().filtered(lambda edit: edit.outcome == 'asked')
        asked.write({'choice': choice, 'chosen_by_id': self.env.user.id})
        for backend, edits in asked.grouped('backend_id').items():
            self.env['shopify.task'].sudo()._add(backend, 'level', edits._task_keys(), source='user')
            backend._wake('stock')

    def _task_keys(self):
        return [f'{edit.variant_binding_id.inventory_item_gid}|{edit.location_id.gid}' for edit in self]
