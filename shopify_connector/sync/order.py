"""The orders lane's work: read the present state of many orders at once, then write it."""

import time
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..entities import order as mapping
from ..entities import order_documents, order_lines
from ..shopify import errors, oauth, paging

_MISSING_TRIES = 2
_DELETED_TOPIC = 'orders/delete'
_HIDDEN = 'order_hidden'


class ShopifySyncOrder(models.AbstractModel):
    _name = 'shopify.sync.order'
    _description = "Shopify Orders"

    @api.model
    def _handle_orders(self, backend, tasks):
        """Every topic about an order is the same work: what counts is the order as it is now. All tasks of one order
        are one piece of work; a delivery that comes meanwhile is a new task and makes it be read again."""
        by_gid = tasks.grouped('key')
        gids = list(by_gid)
        client = backend._get_client('orders')
        for start in range(0, len(gids), const.ORDERS_PER_BATCH):
            batch = gids[start : start + const.ORDERS_PER_BATCH]
            batch_tasks = self.env['shopify.task'].union(*(by_gid[gid] for gid in batch))
            self._pull(backend, client, batch, batch_tasks)
            if not self.env['shopify.engine']._is_time_left():
                break

    @api.model
    def _pull(self, backend, client, gids, tasks):
        """Read ``gids``, bring them over and settle ``tasks`` in the same transaction."""
        started, before = time.monotonic(), (client.usage.requests, client.usage.points_actual)
        payloads, missing = self._read(backend, client, gids)
        fetched = self._fetch_products(backend, client, payloads)
        with self.env['shopify.engine']._turn():
            backend_products = self.env['shopify.sync.product']._upsert(backend, fetched['payloads'])
            failures = self._upsert(backend, payloads, fetched['variants'])
            failures.update(self._note_missing(backend, missing, tasks))
            self.env['shopify.engine']._settle_each(backend, tasks, failures)
            self.env['shopify.sync.product']._retry_each(backend, backend_products)
            self._note_books(backend, payloads)
            self.env['shopify.sync.log']._note(
                backend,
                'orders',
                'error' if failures else 'ok',
                lane='orders',
                records=len(payloads),
                requests=client.usage.requests - before[0],
                points=float(client.usage.points_actual - before[1]),
                duration_ms=int((time.monotonic() - started) * 1000),
            )

    def _read(self, backend, client, gids):
        """``(payloads with all their pages, gids that Shopify does not have)``."""
        payloads, missing = [], []
        for money, some in self._by_money(backend, gids).items():
            for ids, nodes in self._read_nodes(backend, client, some, money):
                found = {node['id']: node for node in nodes if node and node.get('id')}
                payloads += [self._complete(client, found[gid], money) for gid in ids if gid in found]
                missing += [gid for gid in ids if gid not in found]
        self._read_companies(client, payloads)
        return payloads, missing

    def _read_nodes(self, backend, client, gids, money_policy):
        document, variables = self._reading(backend)
        return paging.read_nodes(
            client,
            self._in_money(document, money_policy),
            gids,
            size=const.ORDERS_PER_FIRST_REQUEST,
            variables=variables,
            # An order of which Shopify withholds parts, such as the customer, must not be taken for one without them.
            whole=True,
        )

    @api.model
    def _by_money(self, backend, gids):
        return self._by_known_money(backend, gids, 'shopify.order.binding')

    @api.model
    def _by_known_money(self, backend, gids, model):
        """``{money policy: gids}``: an order or draft keeps the currency that it was brought over in, whatever the store
        says later. ``model`` keeps what is known of them."""
        known = {
            row.gid: row.money_policy
            for row in self.env[model].search_fetch(
                [('backend_id', '=', backend.id), ('gid', 'in', list(gids)), ('sale_order_id', '!=', False)],
                ['gid', 'money_policy'],
            )
        }
        groups = defaultdict(list)
        for gid in gids:
            groups[known.get(gid) or backend.money_policy].append(gid)
        return groups

    @api.model
    def _in_money(self, document, money_policy):
        """The document that answers in the currency of ``money_policy``."""
        return order_documents.in_presentment(document) if money_policy == 'presentment' else document

    def _complete(self, client, order, money_policy):
        """Orders longer than a page, with many shipping lines, or with duties and fees: a request more, for them only."""
        order['money_policy'] = money_policy
        for name, document in (
            ('lineItems', order_documents.MORE_LINES),
            ('shippingLines', order_documents.MORE_SHIPPING),
        ):
            info = order[name]['pageInfo']
            if info['hasNextPage']:
                variables = {'id': order['id'], 'first': order_documents.LINES_PER_PAGE, 'after': info['endCursor']}
                pages = paging.pages(
                    client, self._in_money(document, money_policy), variables, ('order', name), whole=True
                )
                order[name]['nodes'] += [node for page in pages for node in page]
        order_lines.name_shipping(order['id'], order['shippingLines']['nodes'])
        if order_lines.has_charges(order):
            order['charges'] = self._read_charges(client, order['id'], money_policy)
        return order

    def _read_charges(self, client, gid, money_policy):
        variables = {'id': gid, 'lines': order_documents.LINES_PER_PAGE, 'after': None}
        found, more = [], True
        while more:
            node = client.query(self._in_money(order_documents.CHARGES, money_policy), variables)['order']
            found += [] if variables['after'] else node.get('additionalFees') or []
            found += [
                {**duty, 'units': (line['currentQuantity'], line['quantity'])}
                for line in node['lineItems']['nodes']
                for duty in line.get('duties') or []
            ]
            info = node['lineItems']['pageInfo']
            more, variables = info['hasNextPage'], {**variables, 'after': info['endCursor']}
        return found

    def _fetch_products(self, backend, client, payloads):
        """Products that the orders need and Odoo does not know, before anybody holds a lock."""
        products = self.env['shopify.sync.product']
        lines = [line for payload in payloads for line in mapping.needs(payload).lines]
        unknown = products._unknown_variants(backend, lines)
        found = products._fetch_of_variants(backend, client, unknown) if unknown else []
        return {'variants': set(unknown), 'payloads': found}

    def _note_books(self, backend, payloads):
        """Invoices and payments follow in a lane of their own, so that nothing that is wrong with them holds up orders.
        An order that could not be brought up to date has to be, first."""
        seen = {payload['id']: payload['updatedAt'] for payload in payloads}
        bindings = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', list(seen))]
        )
        current = bindings.filtered(lambda binding: not binding._is_behind(seen[binding.gid]))
        self.env['shopify.sync.books']._note(backend, current)

    def _note_missing(self, backend, gids, tasks):
        """Orders that are gone from Shopify, or hidden; what they led to in Odoo stays. One that Odoo has never seen is asked
        for again a little later, because a webhook may be faster than the database that answers us."""
        bindings = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', gids), ('state', '!=', 'deleted')]
        )
        told = set(tasks.filtered(lambda task: task.topic == _DELETED_TOPIC).mapped('key'))
        hidden = self._get_hidden(backend, [gid for gid in gids if gid not in told])
        gone = bindings - hidden
        gone._add_trail('deleted')
        gone.state = 'deleted'
        over = tasks.filtered(lambda task: task.key in told)._get_older_failed()
        over.filtered(lambda task: task.error_code == _HIDDEN)._set_settled()
        known = set(bindings.mapped('gid'))
        early = tasks.filtered(lambda task: task.key in gids and task.key not in known and task.tries < _MISSING_TRIES)
        problem = errors.Unavailable(self.env._("Shopify does not show this order yet. It is asked again."))
        return {**dict.fromkeys(early.mapped('key'), problem), **self._hidden_errors(hidden)}

    @api.model
    def _get_hidden(self, backend, gids):
        """Those of ``gids`` that Shopify would not show were they still there: an app without the scope sees the orders of
        the last 60 days only, while the webhooks of the others go on."""
        bindings = self.env['shopify.order.binding']
        if not oauth.missing_scopes(self.env['shopify.sync.connection']._granted(backend), ('read_all_orders',)):
            return bindings
        shown_since = fields.Datetime.now() - timedelta(days=const.DAYS_SHOWN)
        return bindings.search(
            [
                ('backend_id', '=', backend.id),
                ('gid', 'in', list(gids)),
                ('state', '!=', 'deleted'),
                ('ordered_at', '<', shown_since),
            ]
        )

    @api.model
    def _hidden_errors(self, bindings):
        """``{order gid: error}`` of hidden orders. Nobody waits for those that Odoo left out."""
        return {
            binding.gid: errors.GiveUpError(
                self.env._(
                    "%(name)s is older than 60 days, and without the scope read_all_orders Shopify shows the app nothing of "
                    "what has changed there since: a refund, a cancellation or a return is not in Odoo. Grant the scope, "
                    "check the connection and retry, or see to it by hand and skip this task.",
                    name=binding.name or binding.gid,
                ),
                code=_HIDDEN,
            )
            for binding in bindings.filtered('sale_order_id')
        }
