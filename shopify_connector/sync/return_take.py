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
    def _take(self, record):
        """Plan, change or give up the receipts of a return that has just been read."""
        order = record.sale_order_id
        if record.backend_id.take_returns != 'picking' or order.state != 'sale':
            return
        wanted = self._get_expected(record)
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

    def _get_open(self, record):
        return record.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel'))

    def _get_expected(self, record):
        """``{sales order line id: units}`` that nobody has received in Odoo. What the shop has put on a shelf by itself is
        received when its refund is booked; what it has said to be lost, or not for sale, is not waited for."""
        told = return_write.told(self._get_told(record))
        received = self._get_received(record)
        wanted = Counter()
        for line in record.line_ids.filtered(lambda line: line.kind == 'return' and line.sale_line_id):
            ours, ours_restocked = told.get(line.gid, (0, 0))
            waited = line.quantity - line.processed if record.state in _WAITED_FOR else 0
            by_shop = max(0, min(line.restocked - ours_restocked, line.processed - ours))
            wanted[line.sale_line_id.id] += waited + by_shop
            received[line.sale_line_id.id] -= ours
        return Counter({line: max(0, int(units - max(0, received[line]))) for line, units in wanted.items()})

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
        """``{sales order line id: units}`` that the receipts of this return have brought in."""
        found = Counter()
        done = record.picking_ids.move_ids.filtered(lambda move: move.state == 'done')
        for line, moves in done.grouped('sale_line_id').items():
            found[line.id] = self.env['shopify.sync.goods']._count(line, moves)
        return found

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
