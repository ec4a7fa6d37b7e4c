"""Where goods left from or came to, as Shopify's locations."""

from odoo import api, models


class ShopifySyncDeliveryPlaces(models.AbstractModel):
    _name = 'shopify.sync.delivery.places'
    _description = "Shopify Locations Of Deliveries"

    @api.model
    def _get_places(self, delivery):
        """The gids of Shopify's locations that stand for where a row of `shopify.delivery` took its goods from, or brought
        them to, the best first; () for what never was in a warehouse of ours, and for services."""
        picking = delivery.picking_id
        if not picking or self._is_foreign(picking):
            return ()
        place = picking.location_id if delivery.kind == 'ship' else picking.location_dest_id
        warehouse = place.warehouse_id or picking.picking_type_id.warehouse_id
        rows = delivery.backend_id.location_ids.filtered('active')
        narrow = rows.filtered('source_ids')
        found = narrow.filtered(lambda row: self._holds(row, picking, delivery.kind))
        whole = (rows - narrow).filtered(lambda row: row.warehouse_id == warehouse)
        others = narrow.filtered(lambda row: row.warehouse_id == warehouse) - found
        return tuple((found + whole or others).mapped('gid'))

    def _is_foreign(self, picking):
        """Whether the goods never are in a place of ours, as with dropshipping."""
        return not picking.location_id.warehouse_id and not picking.location_dest_id.warehouse_id

    def _holds(self, row, picking, kind):
        """Whether the goods were taken out of, or put into, the places that a location stands for; a delivery in steps was
        where its first step took it from."""
        moves = picking.move_ids
        if kind == 'ship':
            moves |= moves.browse(moves._rollup_move_origs())
            places = moves.move_line_ids.location_id
        else:
            places = moves.move_line_ids.location_dest_id
        shown = row.source_ids.mapped('parent_path')
        return any(place.parent_path.startswith(path) for place in places for path in shown if path)
