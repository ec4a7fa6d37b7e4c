"""What Odoo's deliveries stand for in Shopify: whole units of order lines, in the parcels in which they left."""

from collections import Counter, defaultdict
from math import ceil

from odoo import api, models

from ..entities import delivery_units as units
from ..entities.fulfillment_plan import Parcel

_GOODS = '/LineItem/'
_TOLD = ('sent', 'not_needed')


class ShopifySyncDeliveryUnits(models.AbstractModel):
    """Gone through in the order of time: what a delivery stands for are the units that are complete after it and were not
    before, whatever packs, kits and steps its goods went through."""

    _name = 'shopify.sync.delivery.units'
    _description = "Shopify Parcels"

    @api.model
    def _get_parcels(self, deliveries):
        """``{delivery id: [Parcel, …]}``; no parcel where nothing is complete yet.

        :param deliveries: rows of `shopify.delivery`, of one or several stores. Those without a picking stand for services.
        """
        deliveries = deliveries.sudo()
        lines = self._lines(deliveries.sale_order_id)
        moves = self._moves(lines)
        legs = {line: self._legs(moves[line]) for line in lines}
        decided = self._decided(deliveries)
        shares = self._shares(lines, moves, legs, decided)
        services = self.env['shopify.sync.delivery.services']._get_units(deliveries, lines, moves)
        companies = self.env['shopify.sync.delivery.tracking']._get_carriers(deliveries)
        by_order, none = lines.grouped('order_id'), lines.browse()
        return {
            row.id: self._parcels(
                row, by_order.get(row.sale_order_id, none), shares, services.get(row.id, {}), companies
            )
            for row in deliveries
        }

    def _lines(self, orders):
        return (
            self.env['sale.order.line']
            .sudo()
            .search([('order_id', 'in', orders.ids), ('shopify_line_gid', 'like', _GOODS)], order='order_id, id')
        )

    def _moves(self, lines):
        """``{line: moves}`` of all states, delivery by delivery, in the order in which these were done."""
        found = self.env['stock.move'].sudo().search([('sale_line_id', 'in', lines.ids)])
        # Goods that were added to a delivery afterwards left with it.
        begun = {}
        for move in found.filtered(lambda move: move.state == 'done').sorted('date', reverse=True):
            begun[move.picking_id] = move.date
        ordered = found.sorted(lambda move: (begun.get(move.picking_id, move.date), move.picking_id.id, move.id))
        return defaultdict(self.env['stock.move'].sudo().browse, ordered.grouped('sale_line_id'))

    def _decided(self, deliveries):
        """``{order: {line gid: {picking id: units}}}`` of what Shopify was told that deliveries stand for."""
        rows = (
            self.env['shopify.delivery']
            .sudo()
            .search([('order_binding_id', 'in', deliveries.order_binding_id.ids), ('kind', '=', 'ship')])
        )
        decided = defaultdict(lambda: defaultdict(dict))
        for row in rows.filtered(lambda row: row.units and (row.state in _TOLD or row.fulfillment_ids)):
            for gid, count in row.units.items():
                decided[row.sale_order_id][gid][row.picking_id.id] = count
        return decided

    # === ONE LINE === #

    def _shares(self, lines, moves, legs, decided):
        """``{line: {(picking id, package id or None): units}}``. Where several sales lines stand for one of Shopify's, each
        has its own part of what was told, the last one the rest."""
        shares = {}
        for (order, gid), twins in lines.grouped(lambda line: (line.order_id, line.shopify_line_gid)).items():
            left = dict(decided[order].get(gid) or {})
            for line in twins[:-1]:
                own = Counter()
                for (picking, _box), count in self._share(line, moves[line], legs[line], {}).items():
                    own[picking] += count
                part = {picking: min(count, own[picking]) for picking, count in left.items()}
                shares[line] = self._share(line, moves[line], legs[line], {gid: part})
                left = {picking: count - part[picking] for picking, count in left.items()}
            shares[twins[-1]] = self._share(twins[-1], moves[twins[-1]], legs[twins[-1]], {gid: left})
        return shares

    def _share(self, line, moves, legs, decided):
        """``{(picking id, package id or None): units}`` of a line."""
        needs = self._needs(line, moves)
        is_open = any(self._is_coming(move) for move in moves)
        ordered = ceil(line.product_uom_qty)
        if needs is None:
            return self._all_or_nothing(legs, 0 if is_open else ordered)
        by_bill = any(isinstance(name, tuple) for name in needs)
        return units.units_by_leg(
            needs,
            [units.Leg(key, {self._component(move, by_bill): amount}, box) for key, box, move, amount in legs],
            decided.get(line.shopify_line_gid),
            None if is_open else ordered,
        )

    def _needs(self, line, moves):
        """``{component: amount in one unit of the line}``, or None if nobody knows."""
        moved = moves.filtered(lambda move: move.state != 'cancel').product_id
        if moved <= line.product_id:
            unit, product = line.product_uom_id, line.product_id
            return {product.id: unit._compute_quantity(1.0, product.uom_id, round=False)}
        return self._kit_needs(line, moves)

    def _component(self, move, by_bill):
        return ('bill', move.bom_line_id.id) if by_bill else move.product_id.id

    def _all_or_nothing(self, legs, ordered):
        """The last of them stands for all: what a line consists of is not known any more."""
        out = [(key, box) for key, box, _move, amount in legs if amount > 0]
        return {leg: ordered if leg == out[-1] else 0 for leg in out}

    def _is_coming(self, move):
        if move.state in ('done', 'cancel'):
            return False
        return self._leads_out(move)

    def _leads_out(self, move):
        return self._is_outside(move.location_final_id or move.location_dest_id)

    def _is_outside(self, place):
        """With the customer, or with a sister company on the way to the customer."""
        return place.usage == 'customer' or (place.usage == 'transit' and place._is_outgoing())

    def _legs(self, moves):
        """``[(picking id, package id or None, move, amount in the product's unit)]`` of what left, or came back below zero."""
        legs = []
        for move in moves:
            leaves, returns = self._is_outside(move.location_dest_id), self._is_outside(move.location_id)
            if move.state != 'done' or leaves == returns:
                continue
            for box, amount in self._boxes(move).items():
                legs.append((move.picking_id.id, box, move, amount if leaves else -amount))
        return legs

    def _boxes(self, move):
        """``{package id or None: amount}``, packages without a number of their own under None, which is the last."""
        if not any(self._box(line) for line in move.move_line_ids):
            return {None: move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id, round=False)}
        amounts = defaultdict(float)
        for line in move.move_line_ids.sorted(lambda line: (not self._box(line), self._box(line).id or 0, line.id)):
            amounts[self._box(line).id or None] += line.quantity_product_uom
        return amounts

    def _box(self, line):
        """The package with a tracking number that a move line left in: itself, or what it was packed into."""
        package = line.result_package_id
        if package.shopify_tracking_ref:
            return package
        outer = line.package_history_id.outermost_dest_id
        return outer if outer.shopify_tracking_ref else package.browse()

    # === ONE DELIVERY === #

    def _parcels(self, delivery, lines, shares, services, companies):
        picking = delivery.picking_id
        counts = defaultdict(lambda: defaultdict(int))
        for line in lines:
            for (key, box), count in shares[line].items():
                if picking and key == picking.id:
                    counts[box if delivery.kind == 'ship' else None][line.shopify_line_gid] += count
        places = self.env['shopify.sync.delivery.places']._get_places(delivery)
        if delivery.kind != 'ship':
            return [Parcel(*pair, places) for pair in units.parcels([(counts[None], ())])]
        packages = {box for box in counts if box}
        numbers = self.env['shopify.sync.delivery.tracking']._get_tracking(delivery, packages, companies)
        boxes = [(counts[box], numbers.get(box, ())) for box in sorted(counts, key=lambda box: (box is None, box or 0))]
        if None not in counts and numbers.get(None):
            boxes.append(({}, numbers[None]))
        if services:
            boxes = self._with_services(boxes, services, counts)
        return [Parcel(*pair, places, frozenset(services)) for pair in units.parcels(boxes)]

    def _with_services(self, boxes, services, counts):
        """They go with the last parcel."""
        if not counts:
            return [(services, ())]
        filled = [place for place, (units_of, _) in enumerate(boxes) if any(units_of.values())]
        last = filled[-1] if filled else 0
        return [
            ({**units_of, **services} if place == last else units_of, tracking)
            for place, (units_of, tracking) in enumerate(boxes)
        ]
