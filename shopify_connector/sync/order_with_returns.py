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
        current = {payload['id']: self._current(payload) for payload in payloads if payload['id'] in read}
        failures.update(self.env['shopify.sync.returns']._upsert(backend, read, current))
        self._note_unread(backend, payloads)
        return failures

    @staticmethod
    def _current(payload):
        """``{line gid: units}`` that are left on the order."""
        return {line['id']: line.get('currentQuantity', line['quantity']) for line in order_lines.line_nodes(payload)}

    def _note_unread(self, backend, payloads):
        """An import in bulk reads no returns: the orders lane does, for the few orders that have any."""
        unread = [payload['id'] for payload in payloads if 'returns' not in payload and mapping.has_returns(payload)]
        if unread and self.env['shopify.sync.returns']._is_readable(backend):
            self.env['shopify.task']._add(backend, 'order', unread, source='shopify')
