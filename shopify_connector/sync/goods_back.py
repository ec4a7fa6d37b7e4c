"""Returns in Odoo of units that the shop names: which moves they left with, and a transfer that brings them back."""

from odoo import api, models

# More than any unit of measure has.
_DIGITS = 6


class ShopifySyncGoods(models.AbstractModel):
    _name = 'shopify.sync.goods'
    _description = "Shopify Goods That Come Back"

    @api.model
    def _choose(self, rows, pickings=None):
        """``{delivery: {move: quantity}}`` for ``rows``, ``[(sales order lines, units), …]``; the last that left comes back
        first, as people return what they got last. Of a kit every component comes back, as many as one kit has. Never
        more than is not on its way back already; with ``pickings`` only what left with these."""
        chosen = {}
        for lines, units in rows:
            delivered = sum(lines.mapped('qty_delivered'))
            if units <= 0 or delivered <= 0:
                continue
            for moves in self._delivered_moves(lines).grouped('product_id').values():
                left = units * sum(map(self._kept, moves)) / delivered
                for move in moves if pickings is None else moves & pickings.move_ids:
                    quantity = min(left, self._returnable(move))
                    if move.product_uom.compare(quantity, 0.0) > 0:
                        chosen.setdefault(move.picking_id, {})[move] = quantity
                        left -= quantity
        return chosen

    @api.model
    def _delivered_moves(self, lines):
        """The latest first."""
        moves = lines.move_ids.filtered(
            lambda move: move.state == 'done' and move.location_dest_usage == 'customer' and move.picking_id
        )
        return moves.sorted('id', reverse=True)

    @api.model
    def _get_unshipped(self, order, waiting):
        """``{order line gid: units}`` that have left neither for Shopify nor for Odoo. ``waiting``: ``{order line gid: units}``
        that Shopify still waits to see leaving; what Odoo has shipped and Shopify does not know of is with the customer."""
        lines = order.order_line.filtered(lambda line: waiting.get(line.shopify_line_gid) and line.qty_delivered > 0)
        if not lines:
            return {}
        parcels = self.env['shopify.fulfillment'].search([('sale_order_id', '=', order.id), ('state', '=', 'success')])
        known, found = parcels._get_units(), {}
        for gid, some in lines.grouped('shopify_line_gid').items():
            untold = sum(self._count_shipped(line) for line in some) - known.get(gid, 0)
            found[gid] = max(0, waiting[gid] - max(0, int(untold)))
        return found

    def _count_shipped(self, line):
        """Units that have ever left; parcels that were undone never did."""
        moves = self._delivered_moves(line)
        undone = moves.returned_move_ids.filtered(
            lambda back: back.state == 'done' and back.picking_id.shopify_purpose == 'cancel'
        )
        return self._count(line, moves) - (self._count(line, undone) if undone else 0)

    @api.model
    def _count(self, line, moves):
        """Units of a sales order line that ``moves`` of it stand for; of a kit as many as its scarcest component makes.
        What was done counts by what was done."""
        counts = []
        for product, some in moves.grouped('product_id').items():
            quantity = sum(map(self._in_stock_unit, some))
            if product == line.product_id:
                return product.uom_id._compute_quantity(quantity, line.product_uom_id, round=False)
            each = self._per_kit(line, product)
            if each:
                counts.append(quantity / each)
        # 0.7 of something is not 2.1 / 3 of it to the last digit.
        return round(min(counts, default=0.0), _DIGITS)

    def _per_kit(self, line, product):
        """Units of a component in one kit, as it was delivered."""
        moves = self._delivered_moves(line).filtered(lambda move: move.product_id == product)
        if line.qty_delivered > 0:
            return sum(map(self._kept, moves)) / line.qty_delivered
        return sum(moves.mapped('quantity')) / line.product_uom_qty if line.product_uom_qty else 0.0

    @staticmethod
    def _in_stock_unit(move):
        quantity = move.quantity if move.state == 'done' else move.product_uom_qty
        return move.product_uom._compute_quantity(quantity, move.product_id.uom_id, round=False)

    def _kept(self, move):
        """What is still with the customer."""
        returned = move.returned_move_ids.filtered(lambda back: back.state == 'done')
        return move.quantity - sum(returned.mapped('quantity'))

    def _returnable(self, move):
        """What is neither back nor on its way."""
        coming = move.returned_move_ids.filtered(lambda back: back.state not in ('done', 'cancel'))
        return self._kept(move) - sum(coming.mapped('product_uom_qty'))

    @api.model
    def _plan(self, picking, quantities, values):
        """A return of ``{move: quantity}`` of a delivery, to be received; ``values`` say why."""
        wizard = self.env['stock.return.picking'].create({'picking_id': picking.id})
        for line in wizard.product_return_moves:
            line.quantity = quantities.get(line.move_id, 0)
        back = wizard._create_return()
        back.write(values)
        return back

    @api.model
    def _fill(self, picking, rows):
        """Enter ``rows``, ``[(sales order lines, units), …]``, as received with a planned return, as far as it expects them;
        the rows that are left."""
        left = []
        for lines, units in rows:
            moves = picking.move_ids.filtered(lambda move, lines=lines: move.sale_line_id in lines)
            planned = self._count(moves.sale_line_id[:1], moves) if moves else 0
            taken = max(min(units, planned), 0)
            for move in moves if taken else ():
                move.write({'quantity': move.product_uom_qty * taken / planned, 'picked': True})
            if units > taken:
                left.append((lines, units - taken))
        return left

    @api.model
    def _receive(self, back):
        """Bring a return in; whether nothing is left of it for a person to fill in. Nothing of it is news to Shopify."""
        trouble = {}
        with self.env['shopify.engine']._attempt(trouble, back.id):
            back.with_context(shopify_from_shop=True)._shopify_receive()
        return back.state == 'done'
