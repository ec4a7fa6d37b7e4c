"""Returns that were approved in Shopify: receipts in Odoo for what is still to come back.

What is expected is counted anew each time a return is read, so that it makes no difference which side was first, in how
many parts the goods came, and whether the shop or Odoo has said where they are.
"""

from collections import Counter

from odoo import api, models

from ..entities import return_write

_WAITED_FOR = ('open', 'in_transit')


class ShopifySyncReturnTake(models.AbstractModel):
    _name = 'shopify.sync.return.take'
    _description = "Shopify Returns To Receive"

    @api.model
    def _take(self, record, shelf='', current=None):
        """Plan, change or give up the receipts of a return that has just been read, and receive what the shop has put on a
        shelf, ``shelf`` (a location's gid) where it was last; ``current`` as below. Returns what a person has to do."""
        order = record.sale_order_id
        if record.backend_id.take_returns != 'picking' or order.state != 'sale':
            return None
        wanted, here = self._get_expected(record, current or {})
        before = Counter({int(key): units for key, units in (record.expected or {}).items()})
        is_more = any(units > before[line] for line, units in wanted.items())
        pickings = self._get_open(record)
        if is_more or pickings:
            planned = self._change(record, pickings, wanted, is_more)
        else:
            planned = wanted
        expected = {str(line): units for line, units in planned.items() if units}
        if expected != (record.expected or {}):
            record.expected = expected
        return self._receive(record, here, shelf) if any(here.values()) else None

    def _get_open(self, record):
        return record.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel'))

    def _get_expected(self, record, current):
        """``{sales order line id: units}`` that nobody has received in Odoo, and the same of those among them that the shop
        has put on a shelf by itself. What it has said to be lost, or not for sale, is not waited for.

        ``current``: ``{order line gid: units}`` that Shopify takes to be with the customer; what Odoo has not delivered beyond
        that has come back already, by whatever way.
        """
        told = return_write.told(self._get_told(record))
        received = self._get_received(record)
        waited, shelved = Counter(), Counter()
        lines = record.line_ids.filtered(lambda line: line.kind == 'return' and line.sale_line_id)
        for line in lines:
            ours, ours_restocked = told.get(line.gid, (0, 0))
            waited[line.sale_line_id.id] += line.quantity - line.processed if record.state in _WAITED_FOR else 0
            shelved[line.sale_line_id.id] += max(0, min(line.restocked - ours_restocked, line.processed - ours))
            received[line.sale_line_id.id] -= ours
        wanted, here = Counter(), Counter()
        for sold in lines.sale_line_id:
            untold = max(0, int(received[sold.id]))
            delivered = sum(self._lines(sold).mapped('qty_delivered'))
            beyond = int(delivered - current.get(sold.shopify_line_gid, delivered))
            here[sold.id] = max(0, min(shelved[sold.id] - untold, beyond))
            wanted[sold.id] = here[sold.id] + max(0, waited[sold.id] - max(0, untold - shelved[sold.id]))
        return wanted, here

    def _lines(self, sold):
        return sold.order_id.order_line.filtered(lambda line: line.shopify_line_gid == sold.shopify_line_gid)

    def _get_told(self, record):
        """The variables of what Odoo has told about this return."""
        steps = self.env['shopify.delivery.step'].search(
            [
                ('order_binding_id', '=', record.order_binding_id.id),
                ('kind', '=', 'return_process'),
                ('state', '=', 'done'),
            ]
        )
        return [step.variables for step in steps if step.variables['input']['returnId'] == record.gid]

    def _get_received(self, record):
        """``{sales order line id: units}`` that the receipts of this return, and of its refunds, have brought in."""
        found = Counter()
        refunds = record.order_binding_id.refund_ids.filtered(lambda refund: refund.return_gid == record.gid)
        done = (record.picking_ids | refunds.picking_ids).move_ids.filtered(lambda move: move.state == 'done')
        for line, moves in done.grouped('sale_line_id').items():
            found[line.id] = self.env['shopify.sync.goods']._count(line, moves)
        return found

    def _receive(self, record, units, shelf):
        """The shop has said where they are."""
        rows = [(self.env['sale.order.line'].browse(line), count) for line, count in units.items() if count]
        binding, stuck = record.order_binding_id, self.env['stock.picking']
        for picking in self._get_open(record):
            rows = self.env['shopify.sync.goods']._fill(picking, rows)
            if any(picking.move_ids.mapped('picked')):
                self.env['shopify.sync.refund']._bring_back(binding, picking, shelf)
                stuck |= picking.filtered(lambda row: row.state != 'done')
                self._note_delivery(record, picking)
        return self.env['shopify.sync.refund']._unfinished(binding, stuck) if stuck else None

    def _note_delivery(self, record, picking):
        """Written down so that Shopify is not told its own news."""
        if picking.state == 'done':
            units = Counter()
            for line, moves in picking.move_ids.grouped('sale_line_id').items():
                units[line.shopify_line_gid] += int(self.env['shopify.sync.goods']._count(line, moves))
            self.env['shopify.delivery'].create(
                {
                    'backend_id': record.backend_id.id,
                    'order_binding_id': record.order_binding_id.id,
                    'picking_id': picking.id,
                    'kind': 'return',
                    'origin': 'shopify',
                    'state': 'sent',
                    'units': dict(units),
                }
            )

    def _change(self, record, pickings, wanted, is_more):
        """Receipts for ``wanted``; what a person has given up since, by receiving less without a backorder, is not planned
        again. Returns what is planned now."""
        goods = self.env['shopify.sync.goods']
        planned = Counter()
        for line, moves in pickings.move_ids.grouped('sale_line_id').items():
            planned[line.id] = goods._count(line, moves)
        if +planned == +wanted or (not is_more and all(planned[line] <= units for line, units in wanted.items())):
            return wanted
        if pickings:
            pickings.action_cancel()
        rows = [(self.env['sale.order.line'].browse(line), units) for line, units in wanted.items() if units]
        made = self.env['stock.picking']
        for picking, quantities in goods._choose(rows).items():
            made |= goods._plan(picking, quantities, self._prepare(record))
        if made:
            record.order_binding_id._add_trail(
                'return_planned', name=record.name, picking=', '.join(made.mapped('name'))
            )
        found = Counter()
        for line, moves in made.move_ids.grouped('sale_line_id').items():
            found[line.id] = goods._count(line, moves)
        return found

    def _prepare(self, record):
        reasons = record.line_ids.filtered(lambda line: line.kind == 'return').mapped('reason_handle')
        codes = {handle: code for code, handles in return_write.REASONS.items() for handle in handles}
        return {
            'shopify_return_id': record.id,
            'shopify_purpose': 'return',
            'shopify_reason': next((codes[handle] for handle in reasons if handle in codes), 'unknown'),
            'shopify_return_note': record.reason_text,
            'origin': f'{record.sale_order_id.name} {record.name}'.strip(),
        }
