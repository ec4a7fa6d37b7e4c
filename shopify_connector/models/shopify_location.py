from odoo import api, fields, models
from odoo.exceptions import ValidationError

# What a location shows depends on these fields of it.
_SHOWING = {'warehouse_id', 'source_ids', 'basis', 'forecast_days'}


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
        help="Whose quantities this location shows. Several stores may show the same warehouse. Empty: not synchronised.",
    )
    source_ids = fields.Many2many(
        'stock.location',
        'shopify_location_source_rel',
        'shopify_location_id',
        'stock_location_id',
        "Only These Places",
        check_company=True,
        domain="[('usage', 'in', ('internal', 'transit'))]",
        help="The places in Odoo, with all that they contain, whose quantities this location shows; they may belong to"
        " several warehouses. Empty: the whole warehouse.",
    )
    basis = fields.Selection(
        [('free', "Free to use"), ('on_hand', "On hand"), ('forecast', "Free and expected")],
        "Counts",
        required=True,
        default='free',
        help="Free to use: what is there and not promised to anybody. On hand: what is there, less what shops have sold."
        " Free and expected: also what is planned to arrive within the days given.",
    )
    forecast_days = fields.Integer(
        "Arriving Within Days", default=7, help="Receipts planned for later than that are not offered yet."
    )
    shared_note = fields.Char("Shown Twice", compute='_compute_shared_note')

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This location is known already.")

    @api.depends(
        'warehouse_id', 'source_ids', 'backend_id.location_ids.warehouse_id', 'backend_id.location_ids.source_ids'
    )
    def _compute_shared_note(self):
        """Two locations of one store that show the same units offer them twice."""
        for location in self:
            others = (location.backend_id.location_ids - location).filtered(location._overlaps)
            location.shared_note = (
                self.env._(
                    "%(names)s of this store shows the same units: they are offered twice. A rule with a share for each"
                    " location divides them.",
                    names=", ".join(others.mapped('name')),
                )
                if others
                else False
            )

    @api.constrains('forecast_days')
    def _check_forecast_days(self):
        if any(location.forecast_days < 0 for location in self):
            raise ValidationError(self.env._("The days within which goods arrive cannot be negative."))

    @api.onchange('source_ids')
    def _onchange_source_ids(self):
        if self.source_ids and not self.warehouse_id:
            self.warehouse_id = self.source_ids.warehouse_id[:1]._origin

    def write(self, vals):
        """What a location shows changes with its places and with what counts there."""
        result = super().write(vals)
        if vals.keys() & _SHOWING:
            for backend in self.backend_id.filtered('stock_export'):
                backend._enqueue('stock_full', str(backend.id), source='odoo')
        return result

    def _get_shown_places(self):
        """The places in Odoo, with all that they contain, whose quantities are shown."""
        self.ensure_one()
        return self.source_ids or self.warehouse_id.view_location_id

    def _overlaps(self, other):
        """Whether some unit is shown both here and at ``other``."""
        mine = [place.parent_path for place in self.sudo()._get_shown_places() if place.parent_path]
        theirs = [place.parent_path for place in other.sudo()._get_shown_places() if place.parent_path]
        return any(one.startswith(two) or two.startswith(one) for one in mine for two in theirs)
