"""Refunds: kept as rows, then as credit notes to the cent and returns of what was put back on the shelf."""

from odoo import api, models

from ..entities import refund as mapping
from ..entities import words
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
            'restock': words.known(part.restock, mapping.RESTOCKS),
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
                if sum(lines.mapped('product_uom_qty')) > part.left + max(0, self._count_beyond(binding, part)):
                    return True
        return False

    def _count_beyond(self, binding, part):
        """Units of an item that Odoo has delivered, or is still to deliver, beyond those that Shopify has left on the order."""
        unshipped = self.env['shopify.sync.goods']._get_unshipped(binding.sale_order_id, {part.line: part.unfulfilled})
        lines = self._sale_lines(binding, part.line)
        return sum(lines.mapped('qty_delivered')) + unshipped.get(part.line, 0) - part.left

    def _sale_lines(self, binding, gid):
        return binding.sale_order_id.order_line.filtered(lambda line: line.shopify_line_gid == gid)

    def _return(self, binding, row, parts):
        """Receive what a return of Shopify has planned already, then make a return for each delivery that the rest left
        with and each place it came back to."""
        goods = self.env['shopify.sync.goods']
        for place in dict.fromkeys(part.location for part in parts):
            rows = []
            for part in parts:
                lines = self._sale_lines(binding, part.line)
                # As many as Shopify has taken off the order and are still delivered here: whoever was first.
                units = min(part.units, self._count_beyond(binding, part))
                if part.location == place and lines and units > 0:
                    rows.append((lines, units))
            rows = self._receive_planned(binding, row, place, rows)
            for picking, quantities in goods._choose(rows).items():
                self._bring_back(binding, goods._plan(picking, quantities, {'shopify_refund_id': row.id}), place)

    def _receive_planned(self, binding, row, place, rows):
        """``rows`` less the units that stand in receipts of the refund's return, which are received now."""
        record = self.env['shopify.return'].search(
            [('backend_id', '=', binding.backend_id.id), ('gid', '=', row.return_gid or '')], limit=1
        )
        received = record.picking_ids.filtered(lambda picking: picking.state == 'done')
        received.filtered(lambda picking: not picking.shopify_refund_id).shopify_refund_id = row
        for picking in record.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel')):
            rows = self.env['shopify.sync.goods']._fill(picking, rows)
            if any(picking.move_ids.mapped('picked')):
                picking.shopify_refund_id = row
                self._bring_back(binding, picking, place)
        return rows

    def _bring_back(self, binding, back, place):
        location = self._shelf(binding, place)
        if location and location != back.location_dest_id:
            back.location_dest_id = location
            back.move_ids.location_dest_id = location
        if self.env['shopify.sync.goods']._receive(back):
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
