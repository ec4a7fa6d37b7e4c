"""Orders bring their returns along: read before anybody holds a lock, written with the order."""

from odoo import models

from ..entities import order_lines
from ..entities import returns as mapping


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _read(self, backend, client, gids):
        payloads, missing = super()._read(backend, client, gids)
        returns = self.env['shopify.sync.returns']
        found = returns._read(backend, client, returns._wanted(backend, payloads))
        for payload in payloads:
            payload['returns'] = found.get(payload['id'], [])
        return payloads, missing

    def _upsert(self, backend, payloads, fetched_variants=frozenset()):
        failures = super()._upsert(backend, payloads, fetched_variants)
        read = {payload['id']: payload['returns'] for payload in payloads if payload.get('returns')}
        if read:
            returned = [payload for payload in payloads if payload['id'] in read]
            again = self._note_returns(backend, returned, read, failures)
            failures.update(super()._upsert(backend, again))
        self._note_unread(backend, payloads)
        return failures

    def _note_returns(self, backend, payloads, read, failures):
        """Write the returns down. An order keeps its units until they are back: returns the payloads of those where some have
        come back just now, which are brought up to date again."""
        bindings = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', list(read)), ('sale_order_id', '!=', False)]
        )
        orders = {binding.gid: binding.sale_order_id for binding in bindings}
        before = {gid: self._delivered(order) for gid, order in orders.items()}
        current = {
            payload['id']: self._with_customer(orders[payload['id']], payload)
            for payload in payloads
            if payload['id'] in orders
        }
        failures.update(self.env['shopify.sync.returns']._upsert(backend, read, current))
        changed = bindings.filtered(
            lambda row: row.gid not in failures and self._delivered(row.sale_order_id) != before[row.gid]
        )
        changed.signature = False
        gids = set(changed.mapped('gid'))
        return [payload for payload in payloads if payload['id'] in gids]

    @staticmethod
    def _delivered(order):
        return {line.id: line.qty_delivered for line in order.order_line}

    def _with_customer(self, order, payload):
        """``{line gid: units}`` that Shopify takes to be with the customer: of those that are left on the order, what has
        been shipped."""
        unshipped = self._unshipped(order, payload)
        return {
            line['id']: line.get('currentQuantity', line['quantity']) - unshipped.get(line['id'], 0)
            for line in order_lines.line_nodes(payload)
        }

    def _note_unread(self, backend, payloads):
        """An import in bulk reads no returns: the orders lane does, for the few orders that have any."""
        unread = [payload['id'] for payload in payloads if 'returns' not in payload and mapping.has_returns(payload)]
        if unread and self.env['shopify.sync.returns']._is_readable(backend):
            self.env['shopify.task']._add(backend, 'order', unread, source='shopify')
