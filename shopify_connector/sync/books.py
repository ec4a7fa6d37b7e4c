"""The books lane's work: what money moved in Shopify, brought into Odoo's books.

It is done by state: a task reads what is true in Shopify and makes the books say the same. Done twice it changes
nothing. It never touches the sales order itself, so that trouble with accounting never holds back an order.
"""

import time

from odoo import api, models

from .. import const
from ..entities import order_documents, order_lines
from ..entities import refund as refunds
from ..entities import transaction as transactions
from ..shopify import errors, paging

# What a person does by hand, and says by skipping the task: no later work on the order ends it.
_TOLD_ONCE = ('doubtful_refund', 'refund_elsewhere')
_MOVED = {'paid', 'partially_paid', 'partially_refunded', 'refunded', 'authorized', 'voided'}


class ShopifySyncBooks(models.AbstractModel):
    _name = 'shopify.sync.books'
    _description = "Shopify Invoices and Payments"

    @api.model
    def _note(self, backend, bindings):
        """Have the books of these orders looked at: those that are sold, or whose money has moved."""
        wanted = bindings.filtered(
            lambda binding: (
                binding.sale_order_id
                and (backend.register_payments or binding._get_invoice_policy() != 'manual')
                and (binding.sale_order_id.state in ('sale', 'cancel') or binding.financial_status in _MOVED)
            )
        )
        if wanted and self.env['shopify.task']._add(backend, 'books', wanted.mapped('gid'), source='shopify'):
            backend._wake('books')

    @api.model
    def _handle_books(self, backend, tasks):
        """Many orders are read at once and few are written at a time."""
        obstacle = backend._get_books_obstacle()
        if obstacle:
            raise errors.AskPersonError(obstacle, code='no_chart')
        by_gid = tasks.grouped('key')
        gids = list(by_gid)
        client = backend._get_client('books')
        for start in range(0, len(gids), const.ORDERS_PER_BATCH):
            batch = gids[start : start + const.ORDERS_PER_BATCH]
            requests, points = client.usage.requests, client.usage.points_actual
            payloads = self._read(backend, client, batch)
            used = {
                'requests': client.usage.requests - requests,
                'points': float(client.usage.points_actual - points),
            }
            for first in range(0, len(batch), const.BOOKS_PER_BATCH):
                part = batch[first : first + const.BOOKS_PER_BATCH]
                part_tasks = self.env['shopify.task'].union(*(by_gid[gid] for gid in part))
                self._write(backend, {gid: payloads[gid] for gid in part if gid in payloads}, part_tasks, used)
                used = {}
                if not self.env['shopify.engine']._is_time_left():
                    return

    def _write(self, backend, payloads, tasks, used):
        """Book these orders and settle their tasks in the same transaction. ``used`` is what the reading took."""
        started = time.monotonic()
        with self.env['shopify.engine']._turn('books'):
            failures = self._settle(backend, payloads)
            orders = self.env['shopify.sync.order']
            failures.update(orders._hidden_errors(orders._get_hidden(backend, set(tasks.mapped('key')) - payloads.keys())))
            self.env['shopify.engine']._settle_each(backend, tasks, failures)
            older = tasks.filtered(lambda task: task.key not in failures)._get_older_failed()
            older.filtered(lambda task: task.error_code not in _TOLD_ONCE)._set_settled()
            self.env['shopify.sync.log']._note(
                backend,
                'books',
                'error' if failures else 'ok',
                lane='books',
                records=len(payloads),
                duration_ms=int((time.monotonic() - started) * 1000),
                **used,
            )

    # === READ === #

    def _read(self, backend, client, gids):
        """``{order gid: {id, updatedAt, transactions, refunds}}``; orders that Shopify does not have any more are missing.

        Refunds are read for those orders only that have any, in the currency of the sales order.
        """
        payloads = {}
        for document in (transactions.DOCUMENT, refunds.ORDERS):
            for node in self._nodes(client, document, gids):
                payloads.setdefault(node['id'], {'transactions': [], 'refunds': []}).update(node)
        self._read_all_transactions(client, payloads)
        by_order = {row['id']: gid for gid, payload in payloads.items() for row in payload['refunds']}
        for payload in payloads.values():
            payload['refunds'] = []
        foreign = self._in_presentment(backend, payloads)
        for is_foreign in (False, True):
            wanted = [gid for gid, order in by_order.items() if (order in foreign) == is_foreign]
            for node in self._read_refunds(backend, client, wanted, is_foreign):
                gid = by_order[node['id']]
                order_lines.name_shipping(gid, [row['shippingLine'] for row in node['refundShippingLines']['nodes']])
                payloads[gid]['refunds'].append(node)
        return payloads

    def _in_presentment(self, backend, payloads):
        """The orders that are kept in the customer's currency, which is not the shop's."""
        bindings = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', list(payloads)), ('sale_order_id', '!=', False)]
        )
        return {
            binding.gid
            for binding in bindings
            if binding.sale_order_id.currency_id.name != payloads[binding.gid]['currencyCode']
        }

    def _read_all_transactions(self, client, payloads):
        """An order of uncommonly many transactions is asked for again, alone."""
        for gid, payload in payloads.items():
            if not transactions.is_whole(payload):
                for node in self._nodes(client, transactions.DOCUMENT, [gid], {'each': transactions.MOST}):
                    payload.update(node)

    def _read_refunds(self, backend, client, gids, in_presentment):
        """Which return a refund belongs to is told only to apps that may read returns; the rest is told to all."""
        variables = {'returns': self.env['shopify.sync.returns']._is_readable(backend)}
        document, more = refunds.DOCUMENT, refunds.MORE_LINES
        if in_presentment:
            document, more = order_documents.in_presentment(document), order_documents.in_presentment(more)
        for node in self._nodes(client, document, gids, variables):
            if any((node[name].get('pageInfo') or {}).get('hasNextPage') for name in refunds.CONNECTIONS):
                most = {'lines': refunds.MOST, 'few': refunds.MOST, **variables}
                node = next(self._nodes(client, document, [node['id']], most), node)
            info = node['refundLineItems']['pageInfo']
            if info['hasNextPage']:
                page_of = {'id': node['id'], 'first': refunds.MOST, 'after': info['endCursor']}
                for page in paging.pages(client, more, page_of, ('node', 'refundLineItems'), whole=True):
                    node['refundLineItems']['nodes'] += page
            yield node

    def _nodes(self, client, document, gids, variables=None):
        """The records that exist."""
        for _ids, nodes in paging.read_nodes(client, document, gids, variables=variables, whole=True):
            yield from (node for node in nodes if node and node.get('id'))

    # === SETTLE === #

    @api.model
    def _settle(self, backend, payloads):
        """Make the books of these orders say what Shopify says; returns ``{order gid: error}``.

        Each step of each order stands for itself: a payment is booked although an invoice could not be.
        """
        failures, asked, credited = {}, set(), set()
        payment, refund = self.env['shopify.sync.payment'], self.env['shopify.sync.refund']
        bindings = self._wanted(self._current(backend, payloads), payloads, failures)
        self._note_transactions(failures, bindings, payloads)
        for binding in bindings.filtered(lambda binding: payloads[binding.gid]['refunds']):
            payload = payloads[binding.gid]
            self._step(failures, binding, refund._note, payload)
            self._step(failures, binding, refund._take_back, payload, asked)
        ready = bindings.filtered(lambda binding: binding.id not in asked)
        self._merge(failures, self.env['shopify.sync.invoice']._settle(ready, payloads))
        self._merge(failures, payment._settle_batch(bindings))
        for binding in ready:
            self._step(failures, binding, refund._settle, payloads[binding.gid], credited)
        if credited:
            self._merge(failures, payment._settle_batch(bindings.filtered(lambda binding: binding.id in credited)))
        bindings._audit()
        return failures

    def _note_transactions(self, failures, bindings, payloads):
        trouble = {}
        self.env['shopify.sync.order']._by_halves(
            [{'id': binding.gid, 'pair': (binding, payloads[binding.gid])} for binding in bindings],
            trouble,
            lambda rows: self.env['shopify.sync.payment']._note_batch([row['pair'] for row in rows]) or {},
        )
        self._merge(failures, trouble)

    def _wanted(self, bindings, payloads, failures):
        """The orders that belong into the books. Of the others money that goes back now is told, each refund once:
        nothing books it."""
        left_out = bindings.filtered(lambda binding: not binding._wants_books(payloads[binding.gid]['transactions']))
        left_out._tell_left_out()
        for binding in left_out:
            refunded = binding._tell_refunds(payloads[binding.gid]['refunds'])
            if refunded:
                failures[binding.gid] = errors.GiveUpError(
                    self.env._(
                        "%(name)s is not in Odoo's books, and a refund was made in Shopify on %(day)s. Book it where the order "
                        "was booked, and skip this task.",
                        name=binding.name,
                        day=refunded,
                    ),
                    code='refund_elsewhere',
                )
        return bindings - left_out

    def _current(self, backend, payloads):
        """The orders whose sales order is as new as what was read of their money. The others are read first, which
        notes their books again: a refund is booked by what the sales order has become through it. One that cannot be
        brought up to date is on the list already, and its books wait for that."""
        bindings = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', list(payloads)), ('sale_order_id', '!=', False)], order='id'
        )
        late = bindings.filtered(lambda binding: binding._is_behind(payloads[binding.gid]['updatedAt']))
        tasks = self.env['shopify.task'].search(
            [
                ('backend_id', '=', backend.id),
                ('kind', '=', 'order'),
                ('key', 'in', bindings.mapped('gid')),
                ('state', 'in', ('pending', 'failed')),
            ]
        )
        known = set(tasks.mapped('key'))
        unasked = late.filtered(lambda binding: binding.gid not in known)
        if unasked:
            self.env['shopify.task']._add(backend, 'order', unasked.mapped('gid'), source='shopify')
            backend._wake('orders')
        coming = set(tasks.filtered(lambda task: task.state == 'pending' and not task.tries).mapped('key'))
        return (bindings - late).filtered(lambda binding: binding.gid not in coming)

    def _step(self, failures, binding, work, *args):
        """One step for one order. What it returns or raises is told by the task; the steps after it are done."""
        trouble = {}
        with self.env['shopify.engine']._attempt(trouble, binding.gid):
            problem = work(binding, *args)
            if problem:
                trouble[binding.gid] = problem
        self._merge(failures, trouble)

    def _merge(self, failures, trouble):
        """Several sentences about one order become one error that a person decides about."""
        for gid, error in trouble.items():
            if gid in failures:
                told = [self.env['shopify.engine']._explain(known) for known in (failures[gid], error)]
                error = errors.GiveUpError(' '.join(message for _code, message, _id in told), code=told[0][0])
            failures[gid] = error
