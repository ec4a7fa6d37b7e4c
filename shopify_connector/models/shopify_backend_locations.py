from odoo import fields, models

from ..entities import location as mapping


class ShopifyBackend(models.Model):
    """A store's locations: fetched on demand, mapped to warehouses."""

    _inherit = 'shopify.backend'

    locations_checked_at = fields.Datetime(readonly=True, copy=False)
    suggestion_count = fields.Integer(compute='_compute_suggestion_count')

    def _compute_suggestion_count(self):
        for backend in self:
            backend.suggestion_count = len(backend.location_ids.filtered('suggested_warehouse_id'))

    def action_fetch_locations(self):
        """Read the shop's locations. They also come by themselves when they change in Shopify."""
        return self._action_enqueue('location', self.env._("The locations are being read from Shopify."))

    def action_take_suggestions(self):
        """Show every suggested warehouse at the location that it was suggested for."""
        self.check_access('write')
        self.location_ids.action_take_suggestion()

    def _suggest_warehouses(self):
        """``{location id: (warehouse, why)}`` for the open locations of our own that show none yet."""
        self.ensure_one()
        locations = self.location_ids.filtered('active')
        free = locations.filtered(lambda row: not row.warehouse_id and not row.is_fulfillment_service)
        warehouses = (
            self.env['stock.warehouse'].search([('company_id', '=', self.company_id.id)]) - locations.warehouse_id
        )
        found = mapping.suggestions(
            [row._as_place() for row in free._origin], [self._warehouse_place(row) for row in warehouses]
        )
        browse = self.env['stock.warehouse'].browse
        return {location: (browse(warehouse), why) for location, (warehouse, why) in found.items()}

    def _warehouse_place(self, warehouse):
        partner = warehouse.partner_id
        return mapping.Place(
            warehouse.id,
            (warehouse.name or '', warehouse.code or ''),
            partner.street or '',
            partner.zip or '',
            partner.city or '',
            (partner.country_id or warehouse.company_id.country_id).code or '',
        )
