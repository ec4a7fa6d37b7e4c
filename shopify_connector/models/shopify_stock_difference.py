from odoo import api, fields, models


class ShopifyStockDifference(models.Model):
    """A quantity of a store that is not what Odoo says: both figures, why, and what a person wants done."""

    _name = 'shopify.stock.difference'
    _description = "Shopify Stock Difference"
    _order = 'check_id desc, id'

    check_id = fields.Many2one(
        'shopify.stock.check', "Comparison", required=True, ondelete='cascade', index=True, readonly=True
    )
    backend_id = fields.Many2one(related='check_id.backend_id', store=True, index=True)
    kind = fields.Selection(related='check_id.kind')
    switches_on = fields.Boolean(related='check_id.switches_on')
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    level_id = fields.Many2one('shopify.inventory.level', ondelete='set null', index='btree_not_null', readonly=True)
    variant_binding_id = fields.Many2one(
        'shopify.variant.binding', "Variant", ondelete='cascade', index='btree_not_null', readonly=True
    )
    product_id = fields.Many2one(related='variant_binding_id.product_id', store=True)
    location_id = fields.Many2one('shopify.location', "Location", ondelete='cascade', readonly=True)
    in_shopify = fields.Integer("In Shopify", readonly=True)
    in_odoo = fields.Integer("From Odoo", readonly=True)
    difference = fields.Integer(compute='_compute_difference', store=True)
    becomes_zero = fields.Boolean(compute='_compute_difference', store=True)
    cause = fields.Selection(
        [
            ('edited', "Edited in Shopify"),
            ('not_sent', "Not sent yet"),
            ('sale_unseen', "A sale that Odoo has not seen"),
            ('refused', "Refused by Shopify"),
            ('not_stocked', "Not stocked at the location"),
            ('untracked', "Not tracked in Shopify"),
            ('opted_out', "Not exported"),
            ('bundle', "A bundle: Shopify works it out"),
            ('gone', "No longer in Shopify"),
            ('held', "Held back by the guard"),
            ('unknown', "Unknown"),
        ],
        required=True,
        default='unknown',
        readonly=True,
    )
    choice = fields.Selection(
        [('odoo', "Write Odoo's"), ('shopify', "Take Shopify's"), ('leave', "Leave")], "What To Do"
    )
    state = fields.Selection(
        [
            ('open', "To decide"),
            ('waiting', "Being carried out"),
            ('done', "Set right"),
            ('left', "Left"),
            ('gone', "Gone"),
        ],
        "Status",
        required=True,
        default='open',
        readonly=True,
        help="Gone: the difference went away by itself, or the variant did.",
    )
    taken = fields.Boolean(
        readonly=True, help="Odoo's stock was changed for it, or is about to be: once and not again."
    )
    chosen_at = fields.Datetime(readonly=True, help="When a person has said yes.")
    message = fields.Char("Note", readonly=True)
    explanation = fields.Char(related='level_id.explanation')

    _open_idx = models.Index("(backend_id, level_id) WHERE state IN ('open', 'waiting')")

    @api.depends('level_id', 'variant_binding_id')
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.level_id.display_name or line.variant_binding_id.display_name

    @api.depends('in_shopify', 'in_odoo')
    def _compute_difference(self):
        for line in self:
            line.difference = line.in_odoo - line.in_shopify
            line.becomes_zero = line.in_odoo == 0 and line.in_shopify > 0

    @api.model
    def _level_values(self, level):
        """What a difference takes from its level."""
        return {
            'level_id': level.id,
            'variant_binding_id': level.variant_binding_id.id,
            'location_id': level.location_id.id,
        }

    def _figures(self):
        """What a decision was about: it stands as long as neither figure changes."""
        self.ensure_one()
        return self.level_id.id, self.in_shopify, self.in_odoo
