"""Goods that the shop has taken back with a refund, of stores whose books are not kept in Odoo: no task of the books looks at
the refunds of their orders, so that they are read with the order, where units have left Odoo that Shopify has taken off."""

from collections import Counter

from odoo import models

from ..entities import order_lines


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _read(self, backend, client, gids):
        """Override: before anybody holds a lock."""
        payloads, missing = super()._read(backend, client, gids)
        wanted = self._taken_off(backend, payloads)
        if wanted:
            books = self.env['shopify.sync.books']._read(backend, client, wanted)
            for payload in payloads:
                payload['taken_off'] = books.get(payload['id'])
        return payloads, missing

    def _taken_off(self, backend, payloads):
        """Gids of the orders with fewer units than are delivered."""
        rows = [
            payload
            for payload in payloads
            if any(
                line.get('currentQuantity', line['quantity']) < line['quantity']
                for line in order_lines.line_nodes(payload)
            )
        ]
        bindings = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', [row['id'] for row in rows]), ('state', '=', 'imported')]
        )
        known = {binding.gid: binding.sale_order_id for binding in bindings if not self._keeps_books(binding)}
        return [row['id'] for row in rows if row['id'] in known and self._has_more(known[row['id']], row)]

    def _keeps_books(self, binding):
        return binding.backend_id.register_payments or binding._get_invoice_policy() != 'manual'

    def _has_more(self, order, payload):
        delivered = Counter()
        for line in order.order_line.filtered(lambda line: line.product_id.type == 'consu'):
            delivered[line.shopify_line_gid] += line.qty_delivered
        return any(
            delivered[line['id']]
            > line.get('currentQuantity', line['quantity']) - (line.get('unfulfilledQuantity') or 0)
            for line in order_lines.line_nodes(payload)
        )

    def _upsert(self, backend, payloads, fetched_variants=frozenset()):
        """Override: what comes back by a return is here by now; the rest of what was refunded follows."""
        failures = super()._upsert(backend, payloads, fetched_variants)
        by_gid = {payload['id']: payload for payload in payloads if payload.get('taken_off')}
        bindings = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', list(by_gid)), ('sale_order_id', '!=', False)]
        )
        changed = bindings.filtered(lambda row: self._take_back(row, by_gid[row.gid]['taken_off'], failures))
        if changed:
            # An order keeps its units until they are back.
            changed.signature = False
            failures.update(super()._upsert(backend, [by_gid[gid] for gid in changed.mapped('gid')], fetched_variants))
        return failures

    def _take_back(self, binding, payload, failures):
        """Whether units of the order have come back."""
        refund, order, asked = self.env['shopify.sync.refund'], binding.sale_order_id, set()
        before = sum(order.order_line.mapped('qty_delivered'))
        with self.env['shopify.engine']._attempt(failures, binding.gid):
            refund._note(binding, payload)
            self._note_problem(failures, {'id': binding.gid}, refund._take_back(binding, payload, asked))
        return bool(asked) or sum(order.order_line.mapped('qty_delivered')) != before
