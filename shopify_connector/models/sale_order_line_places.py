from collections import defaultdict

from odoo import api, fields, models

from ..entities import fulfillment_take


class SaleOrderLine(models.Model):
    """Lines that Shopify ships from other places than the order's warehouse, perhaps each unit from another."""

    _inherit = 'sale.order.line'

    shopify_places = fields.Json(
        copy=False, readonly=True, help="Units by warehouse, as Shopify has routed them. Empty: the order's warehouse."
    )

    @api.depends('shopify_places')
    def _compute_warehouse_id(self):
        """Override of `sale_stock`: where most of the units ship from. A route that was chosen says it better."""
        result = super()._compute_warehouse_id()
        for line in self.filtered(lambda line: line.shopify_places and not line.route_ids):
            known = self.env['stock.warehouse'].browse(map(int, line.shopify_places)).exists()
            if known:
                line.warehouse_id = max(known, key=lambda place: (line.shopify_places[str(place.id)], -place.id))
        return result

    def _create_procurements(self, product_qty, procurement_uom, values):
        """Override of `sale_stock`: each warehouse is asked for its part."""
        procurements = super()._create_procurements(product_qty, procurement_uom, values)
        wanted = self._shopify_wanted_places()
        if not wanted or len(procurements) != 1 or self.route_ids:
            return procurements
        quantity = procurement_uom._compute_quantity(product_qty, self.product_uom_id, round=False)
        present, waiting = self._shopify_units_by_place(), self._shopify_units_by_place('open')
        parts = fulfillment_take.spread(quantity, wanted, present, self.warehouse_id.id, waiting)
        return [
            self._shopify_procurement(procurements[0], place, units, procurement_uom) for place, units in parts.items()
        ]

    def _shopify_procurement(self, procurement, place, units, unit):
        return procurement._replace(
            product_qty=self.product_uom_id._compute_quantity(units, unit, round=False),
            product_uom=unit,
            values={**procurement.values, 'warehouse_id': self.env['stock.warehouse'].browse(place)},
        )

    def _shopify_wanted_places(self):
        """``{warehouse id: units}``; empty where the order's warehouse ships everything."""
        self.ensure_one()
        places = {int(place): units for place, units in (self.shopify_places or {}).items()}
        known = self.env['stock.warehouse'].browse(places).exists().ids
        return {place: units for place, units in places.items() if place in known}

    def _shopify_units_wanted_at(self, warehouses):
        """Units of the line that are to ship from these warehouses."""
        wanted = self._shopify_wanted_places()
        if not wanted:
            return self.product_uom_qty if self.order_id.warehouse_id in warehouses else 0.0
        parts = fulfillment_take.spread(self.product_uom_qty, wanted, {}, self.warehouse_id.id)
        return sum(units for place, units in parts.items() if place in warehouses.ids)

    def _shopify_units_by_place(self, which='all'):
        """``{warehouse id: units of this line}`` that are, or were, to be delivered from there; ``open`` ones that have not left,
        or ``untouched`` ones that nobody has begun to pick."""
        moves = self.env['shopify.sync.fulfillment.moves'].sudo()._outgoing(self.sudo())
        if which == 'untouched':
            moves = moves.filtered(self._shopify_is_untouched)
        elif which == 'open' and moves.product_id <= self.product_id:
            # Of kits nobody can say it by one of their parts.
            moves = moves.filtered(lambda move: move.state != 'done')
        per_kit = self._shopify_units_of_a_kit(moves)
        found = defaultdict(float)
        for move in moves:
            if move.product_id == self.product_id:
                quantity = move.quantity if move.state == 'done' else move.product_uom_qty
                found[move.warehouse_id.id] += move.product_uom._compute_quantity(
                    quantity, self.product_uom_id, rounding_method='HALF-UP'
                )
            elif move.product_id.id == next(iter(per_kit), None):
                quantity = move.product_uom._compute_quantity(
                    move.quantity if move.state == 'done' else move.product_uom_qty, move.product_id.uom_id
                )
                found[move.warehouse_id.id] += quantity / per_kit[move.product_id.id]
        return dict(found)

    @staticmethod
    def _shopify_is_untouched(move):
        """Of a route with steps, only what is still to be picked."""
        picking = move.picking_id
        return (
            move.state in ('draft', 'confirmed', 'partially_available', 'assigned')
            and not move.picked
            and not picking.printed
            and not any(origin.state == 'done' for origin in move.move_orig_ids)
        )

    def _shopify_units_of_a_kit(self, moves):
        """``{component's id: its units in one of this line}``, the first component only; empty for what is no kit."""
        if moves.product_id <= self.product_id or 'bom_line_id' not in moves._fields:
            return {}
        kit = (
            self.env['mrp.bom']
            .sudo()
            ._bom_find(self.product_id, company_id=self.company_id.id, bom_type='phantom')[self.product_id]
        )
        parts = self._get_bom_component_qty(kit) if kit else {}
        factor = self.product_uom_id._compute_quantity(1, self.product_id.uom_id, round=False)
        return {part: row['qty'] * factor for part, row in sorted(parts.items())[:1] if row['qty']}
