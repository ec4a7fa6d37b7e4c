from odoo import api, fields, models
from odoo.tools import format_date

from ..entities import location as mapping


class ShopifyLocation(models.Model):
    """Where a location is, whether Shopify still has it, and which warehouse it probably is."""

    _inherit = 'shopify.location'

    street = fields.Char(readonly=True)
    zip = fields.Char("ZIP", readonly=True)
    city = fields.Char(readonly=True)
    country_code = fields.Char(readonly=True)
    closed_at = fields.Datetime("Switched Off In Shopify", readonly=True)
    deleted_at = fields.Datetime("Deleted In Shopify", readonly=True)
    closed_note = fields.Char("State", compute='_compute_closed_note')
    suggested_warehouse_id = fields.Many2one('stock.warehouse', compute='_compute_suggestion', compute_sudo=True)
    suggestion = fields.Char(compute='_compute_suggestion', compute_sudo=True)

    @api.depends('active', 'closed_at', 'deleted_at')
    def _compute_closed_note(self):
        for location in self:
            day = format_date(self.env, location.deleted_at or location.closed_at)
            if location.deleted_at:
                location.closed_note = self.env._(
                    "Deleted in Shopify, seen on %(day)s. Its quantities and its warehouse are kept as they were.",
                    day=day,
                )
            elif location.active:
                location.closed_note = False
            elif day:
                location.closed_note = self.env._(
                    "Switched off in Shopify on %(day)s. Nothing is read or written until it is switched on again.",
                    day=day,
                )
            else:
                location.closed_note = self.env._(
                    "Switched off in Shopify. Nothing is read or written until it is switched on again."
                )

    @api.depends(
        'active',
        'warehouse_id',
        'name',
        'street',
        'zip',
        'city',
        'country_code',
        'is_fulfillment_service',
        'company_id',
    )
    def _compute_suggestion(self):
        self.suggested_warehouse_id = False
        self.suggestion = False
        for backend, locations in self.grouped('backend_id').items():
            found = backend._suggest_warehouses()
            for location in locations.filtered(lambda row, found=found: row._origin.id in found):
                warehouse, why = found[location._origin.id]
                location.suggested_warehouse_id = warehouse
                location.suggestion = self._describe_suggestion(warehouse, why)

    def _describe_suggestion(self, warehouse, why):
        texts = {
            'name': self.env._("%(warehouse)s (same name)", warehouse=warehouse.name),
            'address': self.env._("%(warehouse)s (same address)", warehouse=warehouse.name),
            'similar': self.env._("%(warehouse)s (similar name)", warehouse=warehouse.name),
            'zip': self.env._("%(warehouse)s (same ZIP code)", warehouse=warehouse.name),
            'city': self.env._("%(warehouse)s (same city)", warehouse=warehouse.name),
        }
        return texts[why]

    @api.onchange('warehouse_id')
    def _onchange_warehouse_of_service(self):
        if not (self.is_fulfillment_service and self.warehouse_id):
            return None
        return {
            'warning': {
                'title': self.env._("This location belongs to a fulfilment service"),
                'message': self.env._(
                    "%(name)s is counted by the service that runs it. With a warehouse here, Odoo writes its quantities "
                    "over that count.",
                    name=self.name,
                ),
            }
        }

    # === ACTION METHODS === #

    def action_take_suggestion(self):
        """Show the warehouse that is suggested. Locations without a suggestion stay as they are."""
        for location in self:
            if location.suggested_warehouse_id:
                location.warehouse_id = location.suggested_warehouse_id

    # === BUSINESS METHODS === #

    def _as_place(self):
        self.ensure_one()
        return mapping.Place(
            self.id, (self.name or '',), self.street or '', self.zip or '', self.city or '', self.country_code or ''
        )

    def _set_closed(self):
        """Nothing is read or written there any more. What was known of the levels may be old when it comes back, so
        that they are read first then."""
        levels = self.env['shopify.inventory.level'].sudo().search([('location_id', 'in', self.ids)])
        levels.write(
            {
                'is_known': False,
                'check_after': False,
                'unexplained_since': False,
                'message': self.env._("Shopify has switched this location off."),
            }
        )

    def _set_open(self):
        """Whatever its levels say of the time when it was closed is over."""
        levels = self.env['shopify.inventory.level'].sudo().search([('location_id', 'in', self.ids)])
        levels.message = False
