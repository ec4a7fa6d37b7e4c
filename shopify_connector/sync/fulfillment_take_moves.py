"""Units of an order's lines leave Odoo's stock, whatever the route: step by step up to the customer, the rest stays open."""

from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare, float_is_zero

from ..entities import fulfillment_take as mapping

# Odoo knows three steps; a route of a person's own making may have more.
_MOST_STEPS = 8
_OPEN = ('draft', 'waiting', 'confirmed', 'partially_available', 'assigned')
FROM_SHOP = {'shopify_from_shop': True, 'skip_sms': True, 'skip_backorder': True, 'cancel_backorder': False}


class Missing(Exception):
    """What Odoo lacks for the goods to leave. ``kind``: 'stock', 'lots', 'refused'. ``rows``: ``[(move, units missing)]``
    as plain data, for the records are rolled back: ``(product name, product id, place, units, picking name)``."""

    def __init__(self, kind, rows=(), text=''):
        super().__init__(text or kind)
        self.kind, self.rows, self.text = kind, tuple(rows), text


class ShopifySyncFulfillmentMoves(models.AbstractModel):
    _name = 'shopify.sync.fulfillment.moves'
    _description = "Goods That Left According To Shopify"

    def _ship(self, units, warehouse, is_forced=False):
        """Validate what is needed so that ``{sale order line: units}`` are with the customer; transfers from ``warehouse``
        first. Returns ``{picking: {sale order line: units}}`` of those that reached the customer; units for which nothing
        is open in Odoo are left out.

        :param is_forced: whether goods may leave that Odoo's stock does not have.
        :raise Missing: nothing of this call is to be kept then; the caller has a savepoint.
        """
        needs = self._needs(units)
        for _step in range(_MOST_STEPS):
            short = self._short(needs, warehouse)
            if not short or not self._validate(self._choose(short, warehouse, self._earlier_moves), is_forced):
                break
        chosen = self._choose(needs, warehouse, self._last_moves)
        before = {line: line.qty_delivered for line in units}
        pickings = self._validate(chosen, is_forced)
        return self._by_picking(pickings, units, before)

    # === WHAT IS NEEDED === #

    def _needs(self, units):
        """``{(line, product): quantity in the product's own unit}`` of goods that have to reach the customer; of a kit its
        components."""
        needs = {}
        for line, count in units.items():
            for product, moves in self._outgoing(line).grouped('product_id').items():
                if product == line.product_id:
                    needs[line, product] = line.product_uom_id._compute_quantity(
                        count, product.uom_id, rounding_method='HALF-UP'
                    )
                else:
                    needs[line, product] = self._component_need(line, moves, count)
        return {key: quantity for key, quantity in needs.items() if quantity > 0}

    def _component_need(self, line, moves, kits):
        gone = sum(map(self._product_qty, moves.filtered(lambda move: move.state == 'done')))
        total = gone + sum(moves.filtered(self._is_open).mapped('product_qty'))
        back = sum(self._product_qty(move) for move in self._returned(line, moves.product_id))
        return mapping.still_needed(kits, line.qty_delivered, total - back, line.product_uom_qty, gone - back)

    def _product_qty(self, move):
        return move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id, rounding_method='HALF-UP')

    def _outgoing(self, line):
        """The line's moves to the customer or on the way to it, one for each unit: the last ones, and open earlier ones."""
        return line.move_ids.filtered(
            lambda move: (
                move.state != 'cancel'
                and not move.origin_returned_move_id
                and (self._is_last(move) or self._is_open(move))
                and move.location_id.usage != 'customer'
                and (move.location_final_id or move.location_dest_id)._is_outgoing()
            )
        )

    def _returned(self, line, product):
        return line.move_ids.filtered(
            lambda move: (
                move.state == 'done'
                and move.product_id == product
                and move.location_id._is_outgoing()
                and move.to_refund
            )
        )

    @staticmethod
    def _is_open(move):
        return move.state in _OPEN

    @staticmethod
    def _is_last(move):
        return move.location_dest_id._is_outgoing()

    # === WHICH MOVES === #

    def _last_moves(self, line, product):
        return self._outgoing(line).filtered(
            lambda move: move.product_id == product and self._is_open(move) and self._is_last(move)
        )

    def _earlier_moves(self, line, product):
        """Those that bring the goods nearer, the nearest to the customer first. Routes that pull have moves that name no
        line."""
        last = self._last_moves(line, product)
        before = last.browse(last._rollup_move_origs()) | self._outgoing(line)
        before = before.filtered(
            lambda move: move.product_id == product and self._is_open(move) and not self._is_last(move)
        )
        return before.sorted('id', reverse=True)

    def _ready(self, move):
        """Units that this move can take on: of one that waits for others, what these have brought."""
        if any(self._is_open(origin) for origin in move.move_orig_ids):
            return move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
        return move.product_qty

    def _short(self, needs, warehouse):
        """What of ``needs`` has not come to the last step yet. As long as ``warehouse`` can bring more of it there, what is at
        the last step of another is no help: it belongs to another parcel."""
        chosen = self._choose(needs, warehouse, self._last_moves)
        found = {}
        for (line, product), quantity in needs.items():
            last = self._last_moves(line, product)
            short = quantity - sum(units for move, units in chosen.items() if move in last)
            elsewhere = sum(chosen.get(move, 0.0) for move in last - self._moves_of(last, warehouse))
            earlier = self._moves_of(self._earlier_moves(line, product), warehouse)
            short = max(short, min(elsewhere, sum(map(self._ready, earlier))))
            if float_compare(short, 0.0, precision_rounding=product.uom_id.rounding) > 0:
                found[line, product] = short
        return found

    def _moves_of(self, moves, warehouse):
        return moves.filtered(lambda move: self._warehouse_of(move) == warehouse)

    def _choose(self, needs, warehouse, candidates):
        """``{move: units in the product's own unit}`` that together make up ``needs``, as far as there are moves."""
        chosen = {}
        for (line, product), left in needs.items():
            moves = candidates(line, product)
            here = self._moves_of(moves, warehouse)
            for move in [*here, *(moves - here)]:
                part = min(left, self._ready(move) - chosen.get(move, 0.0))
                if part > 0 and not float_is_zero(part, precision_rounding=product.uom_id.rounding):
                    chosen[move] = chosen.get(move, 0.0) + part
                    left -= part
        return chosen

    @staticmethod
    def _warehouse_of(move):
        return move.picking_type_id.warehouse_id or move.warehouse_id

    # === VALIDATE === #

    def _validate(self, chosen, is_forced):
        """Validate so many units of these moves and leave the rest open; returns the transfers, none when ``chosen`` is
        empty."""
        moves = self.env['stock.move'].union(*chosen)
        if not moves:
            return self.env['stock.picking']
        moves.filtered(lambda move: move.state in ('confirmed', 'waiting', 'partially_available'))._action_assign()
        if not is_forced:
            self._require_stock(chosen)
        pickings = moves.picking_id
        # What somebody has begun to pack of the same transfer waits with the rest of it.
        (pickings.move_ids.filtered(self._is_open) - moves).picked = False
        for move, units in chosen.items():
            move.quantity = move.product_id.uom_id._compute_quantity(units, move.product_uom, round=False)
            move.picked = True
        self._require_lots(moves)
        for picking in pickings:
            self._validate_one(picking)
        return pickings

    def _validate_one(self, picking):
        picking = picking.with_context(**FROM_SHOP)
        is_part = any(
            float_compare(move.quantity, move.product_uom_qty, precision_rounding=move.product_uom.rounding) < 0
            or not move.picked
            for move in picking.move_ids.filtered(self._is_open)
        )
        if is_part and picking.picking_type_id.create_backorder == 'never':
            # Such transfers cancel what is left: it has not left.
            self._set_aside(picking)
        try:
            answer = picking.button_validate()
        except UserError as error:
            raise Missing('refused', text=str(error)) from error
        if picking.state != 'done':
            name = answer.get('name') if isinstance(answer, dict) else ''
            raise Missing('refused', text=name or picking.display_name)

    def _set_aside(self, picking):
        rest = picking.move_ids.filtered(lambda move: self._is_open(move) and not move.picked)
        parts = picking.move_ids.filtered(lambda move: self._is_open(move) and move.picked)._create_backorder()
        picking._create_backorder(backorder_moves=rest | parts)

    def _require_stock(self, chosen):
        """Goods that are there may be promised to somebody else: they have left all the same. What is not there at all has
        not left from here."""
        wanted = defaultdict(float)
        names = {}
        for move, units in chosen.items():
            if not move._should_bypass_reservation():
                wanted[move.product_id, move.location_id] += units
                names[move.product_id, move.location_id] = move.picking_id.name
        rows = []
        for (product, place), units in wanted.items():
            there = product.with_context(location=place.id).qty_available
            if float_compare(units, there, precision_rounding=product.uom_id.rounding) > 0:
                rows.append(
                    (
                        product.display_name,
                        product.id,
                        place.display_name,
                        units - max(there, 0.0),
                        names[product, place],
                    )
                )
        if rows:
            raise Missing('stock', rows)

    def _require_lots(self, moves):
        rows = []
        for move in moves:
            kind = move.picking_type_id
            if move.product_id.tracking == 'none' or not (kind.use_create_lots or kind.use_existing_lots):
                continue
            units = sum(row.quantity for row in move.move_line_ids if not (row.lot_id or row.lot_name))
            if units:
                product = move.product_id
                rows.append(
                    (product.display_name, product.id, move.location_id.display_name, units, move.picking_id.name)
                )
        if rows:
            raise Missing('lots', rows)

    # === GIVEN UP === #

    def _open_units(self, line):
        """Units of the line that Odoo is still to deliver."""
        moves = self._outgoing(line).filtered(self._is_open)
        if moves.product_id != line.product_id:
            return max(0, mapping.whole(line.product_uom_qty - line.qty_delivered)) if moves else 0
        unit = line.product_uom_id
        return mapping.whole(sum(move.product_uom._compute_quantity(move.product_uom_qty, unit) for move in moves))

    def _give_up(self, line, units):
        """``units`` of a line are not delivered by Odoo: open moves are cancelled or made smaller, nothing leaves the stock.
        Returns how many of them there were."""
        needs = {key: quantity for key, quantity in self._needs({line: units}).items() if quantity > 0}
        if not needs:
            return 0
        shares = []
        for (_line, product), quantity in needs.items():
            moves = self._outgoing(line).filtered(lambda move, product=product: move.product_id == product)
            shares.append(self._shrink(moves.filtered(self._is_open), quantity) / quantity)
        return mapping.whole(min(shares) * units)

    def _shrink(self, moves, quantity):
        left, kept = quantity, moves.browse()
        for move in moves.sorted('id', reverse=True):
            part = min(left, move.product_qty)
            if part <= 0:
                break
            if float_compare(part, move.product_qty, precision_rounding=move.product_id.uom_id.rounding) >= 0:
                move._action_cancel()
            else:
                move.product_uom_qty -= move.product_id.uom_id._compute_quantity(part, move.product_uom, round=False)
                kept |= move
            left -= part
        kept._action_assign()
        return quantity - left

    # === WHAT LEFT === #

    def _by_picking(self, pickings, units, before):
        """``{picking: {line: units}}``: the units of each line that became complete, in the transfers in their order."""
        found, left = {}, {}
        for line, count in units.items():
            left[line] = min(count, max(0, mapping.whole(line.qty_delivered - before[line])))
        for picking in pickings.sorted('id'):
            for line in picking.move_ids.sale_line_id:
                part = self._units_of(line, picking, left.get(line, 0))
                if part:
                    found.setdefault(picking, {})[line] = part
                    left[line] -= part
            found.setdefault(picking, {})
        return found

    def _units_of(self, line, picking, most):
        moves = picking.move_ids.filtered(lambda move: move.sale_line_id == line and move.state == 'done')
        if moves.product_id != line.product_id:
            return most
        done = sum(
            move.product_uom._compute_quantity(move.quantity, line.product_uom_id, rounding_method='HALF-UP')
            for move in moves
        )
        return min(most, mapping.whole(done))
