"""Refunds: kept as rows, then as credit notes to the cent and returns of what was put back on the shelf."""

from odoo import api, models

from ..entities import refund as mapping
from ..shopify import errors


class ShopifySyncRefund(models.AbstractModel):
    _name = 'shopify.sync.refund'
    _description = "Shopify Refunds"

    # === NOTE === #

    @api.model
    def _note(self, binding, payload):
        """Keep what Shopify says about the refunds of an order."""
        if not payload['refunds']:
            return
        known = {row.gid: row for row in binding.refund_ids}
        names = {line.shopify_line_gid: line.name for line in binding.sale_order_id.order_line if line.shopify_line_gid}
        nodes = {node['id']: node for node in payload['refunds']}
        for refund in mapping.read(payload, self._digits(binding)):
            vals = {**mapping.vals(nodes[refund.gid]), **self._amounts(refund, payload)}
            row = known.get(refund.gid)
            if row:
                changed = {name: value for name, value in vals.items() if row[name] != value}
                if changed:
                    row.write(changed)
            else:
                vals['line_ids'] = [(0, 0, self._line_vals(part, names)) for part in refund.parts]
                self.env['shopify.refund'].create({**vals, 'gid': refund.gid, 'binding_id': binding.id})

    def _digits(self, binding):
        return binding.sale_order_id.currency_id.decimal_places

    def _amounts(self, refund, payload):
        lines = sum(part.net for part in refund.parts)
        if not payload['taxesIncluded']:
            lines += sum(sum(part.taxes.values()) for part in refund.parts)
        return {
            'amount_lines': float(lines),
            'amount_adjustment': float(refund.adjustment),
            'amount_paid': float(refund.paid),
        }

    def _line_vals(self, part, names):
        return {
            'gid': part.gid,
            'line_gid': part.line,
            'kind': part.kind,
            'name': (names.get(part.line) or '').partition('\n')[0],
            'quantity': part.units,
            'restock': part.restock.lower() or False,
            'amount': float(part.net),
            'tax': float(sum(part.taxes.values())),
        }

    # === TAKE BACK === #

    @api.model
    def _take_back(self, binding, payload, asked):
        """Return what was put back on the shelf in Shopify after it had left Odoo's warehouse; returns an error when a
        person has to do it. An order whose lines must shrink for that is read again first: its id goes to ``asked``."""
        if not payload['refunds'] or binding.sale_order_id.state != 'sale':
            return None
        problem = None
        for refund in mapping.read(payload, self._digits(binding)):
            row = binding.refund_ids.filtered(lambda row, gid=refund.gid: row.gid == gid)
            parts = [part for part in refund.parts if part.restocked and part.restock in ('RETURN', 'LEGACY_RESTOCK')]
            if parts and not row.picking_ids.filtered(lambda picking: picking.state != 'cancel'):
                self._return(binding, row, parts)
            unfinished = row.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel'))
            problem = problem or (self._unfinished(binding, unfinished) if unfinished else None)
            if not row.is_order_asked and self._is_too_large(binding, refund):
                row.is_order_asked = True
                asked.add(binding.id)
        if binding.id in asked:
            binding.signature = False
            self.env['shopify.task']._add(binding.backend_id, 'order', [binding.gid], source='shopify')
            binding.backend_id._wake('orders')
        return problem

    def _is_too_large(self, binding, refund):
        """Whether the sales order still has units that Shopify has refunded and nobody has, or will be sent."""
        for part in refund.parts:
            lines = self._sale_lines(binding, part.line)
            if part.kind == 'item' and lines and lines.product_id.filtered(lambda product: product.type != 'service'):
                if sum(lines.mapped('product_uom_qty')) > max(part.left, sum(lines.mapped('qty_delivered'))):
                    return True
        return False

    def _sale_lines(self, binding, gid):
        return binding.sale_order_id.order_line.filtered(lambda line: line.shopify_line_gid == gid)

    def _return(self, binding, row, parts):
        """One return for each delivery that the goods left with and each place they came back to. Of a kit every
        component comes back, as many as one kit has."""
        wanted = {}
        for part in parts:
            lines = self._sale_lines(binding, part.line)
            delivered = sum(lines.mapped('qty_delivered'))
            kits = min(part.units, delivered - part.left)
            if kits <= 0:
                continue
            for moves in self._delivered_moves(lines).grouped('product_id').values():
                left = kits * sum(map(self._returnable, moves)) / delivered
                for move in moves:
                    units = min(left, self._returnable(move))
                    if units > 0:
                        wanted.setdefault((move.picking_id, part.location), []).append((move, units))
                        left -= units
        for (picking, place), moves in wanted.items():
            self._return_of(binding, row, picking, place, moves)

    def _delivered_moves(self, lines):
        """The latest first, as people return what they got last."""
        moves = lines.move_ids.filtered(
            lambda move: move.state == 'done' and move.location_dest_usage == 'customer' and move.picking_id
        )
        return moves.sorted('id', reverse=True)

    def _returnable(self, move):
        returned = move.returned_move_ids.filtered(lambda back: back.state != 'cancel')
        return move.quantity - sum(back.product_uom_qty for back in returned)

    def _return_of(self, binding, row, picking, place, moves):
        wizard = self.env['stock.return.picking'].create({'picking_id': picking.id})
        units = {move.id: quantity for move, quantity in moves}
        for line in wizard.product_return_moves:
            line.quantity = units.get(line.move_id.id, 0)
            line.to_refund = True
        back = wizard._create_return()
        back.shopify_refund_id = row
        location = self._shelf(binding, place)
        if location and location != back.location_dest_id:
            back.location_dest_id = location
            back.move_ids.location_dest_id = location
        for move in back.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        trouble = {}
        with self.env['shopify.engine']._attempt(trouble, binding.gid):
            back.with_context(skip_sms=True, skip_backorder=True).button_validate()
        if back.state == 'done':
            binding._add_trail('returned', name=back.name)

    def _shelf(self, binding, gid):
        location = self.env['shopify.location'].search(
            [('backend_id', '=', binding.backend_id.id), ('gid', '=', gid)], limit=1
        )
        return location.warehouse_id.lot_stock_id

    def _unfinished(self, binding, pickings):
        return errors.GiveUpError(
            self.env._(
                "%(order)s was refunded and its goods are back in Shopify's stock, but the return %(names)s could not be "
                "validated. Fill in what it asks for (lot or serial numbers, for example) and validate it.",
                order=binding.name,
                names=', '.join(pickings.mapped('name')),
            ),
            code='return_not_validated',
        )
