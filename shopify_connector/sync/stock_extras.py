"""Selling when empty, and what is incoming: written to a store's variants where they differ, many a request."""

from odoo import api, fields, models
from odoo.fields import Domain

from .. import const
from ..entities import stock_extras as mapping
from ..shopify import errors

_COMING = ('waiting', 'confirmed', 'partially_available', 'assigned')


class ShopifySyncStockExtras(models.AbstractModel):
    _name = 'shopify.sync.stock_extras'
    _description = "Shopify Stock Extras"

    # === TASKS === #

    @api.model
    def _enqueue_when_due(self, backend):
        """Every day of the shop: what is late is expected today, and today is another day."""
        if not backend.show_incoming:
            return
        today = mapping.day_of(fields.Datetime.now(), backend.timezone)
        if backend.incoming_day != today:
            backend.incoming_day = today
            self.env['shopify.task']._add(backend, 'stock_extras', [const.ALL_EXTRAS], source='poll')

    @api.model
    def _handle_extras(self, backend, tasks):
        """Products that may show something else now, or all of the store."""
        if backend._has_extras() and not backend._may_write_products():
            self._lack_scope(backend, tasks)
            return
        everything = tasks.filtered(lambda task: task.key == const.ALL_EXTRAS)
        try:
            if everything:
                self._send_all(backend, everything)
            else:
                self._send_products(backend, tasks)
        except errors.ScopeError:
            self._lack_scope(backend, tasks)

    def _send_products(self, backend, tasks):
        products = self.env['product.product'].browse({int(task.key) for task in tasks})
        failures = self._send(backend, self._bindings(backend, [('product_id', 'in', products.ids)]))
        good = tasks.filtered(lambda task: int(task.key) not in failures)
        good._set_done()
        for key, bad in (tasks - good).grouped('key').items():
            bad[1:]._set_done()
            bad[:1]._set_failed('refused', failures[int(key)])

    def _send_all(self, backend, tasks):
        """All variants of the store, a part at a time. One such task after the other: what was switched while the first
        was on its way is the business of the next."""
        task = tasks.sorted('id')[:1]
        if backend.show_incoming and not task.cursor:
            self._define(backend._get_client('catalogue'))
        while bindings := self._bindings(
            backend, [('id', '>', int(task.cursor or 0))], order='id', limit=const.EXTRAS_PER_PART
        ):
            last = str(bindings[-1].id)
            failures = self._send(backend, bindings)
            for product, message in failures.items():
                self._fail(backend, str(product), 'refused', message)
            task._keep_position(last, len(bindings))
            if not (self.env['shopify.engine']._is_time_left() and backend._is_live()):
                return
        self._settle_lacking(backend)
        task._set_done()

    def _bindings(self, backend, domain, **options):
        return self.env['shopify.variant.binding'].search(
            [
                ('backend_id', '=', backend.id),
                ('deleted_at', '=', False),
                ('product_binding_id.deleted_at', '=', False),
                '|',
                ('product_id', '!=', False),
                ('incoming_sent', '!=', False),
                *domain,
            ],
            **options,
        )

    # === WHAT STANDS IN THE WAY === #

    def _lack_scope(self, backend, tasks):
        """Said once for the store, not once for every product; when the scope is granted everything is sent anew."""
        tasks._set_done(self.env._("The app lacks the scope write_products."), state='skipped')
        known = self.env['shopify.task'].search_count(self._lacking(backend), limit=1)
        if not known:
            self._fail(
                backend,
                const.ALL_EXTRAS,
                'missing_scope',
                self.env._(
                    "The app lacks the scope write_products, so neither Sell When Empty nor incoming dates are written. Add it"
                    " to the app, release it, approve it in the Shopify admin and press Check Connection."
                ),
            )

    def _lacking(self, backend):
        return [
            ('backend_id', '=', backend.id),
            ('kind', '=', 'stock_extras'),
            ('state', '=', 'failed'),
            ('error_code', '=', 'missing_scope'),
        ]

    def _settle_lacking(self, backend):
        self.env['shopify.task'].search(self._lacking(backend))._set_done(
            self.env._("Everything was written meanwhile."), state='skipped'
        )

    def _fail(self, backend, key, code, message):
        tasks = self.env['shopify.task']
        waiting = tasks.search(
            [
                ('backend_id', '=', backend.id),
                ('kind', '=', 'stock_extras'),
                ('key', '=', key),
                ('state', '=', 'pending'),
            ],
            limit=1,
        )
        (waiting or tasks._add(backend, 'stock_extras', [key], source='shopify'))._set_failed(code, message)

    # === SEND === #

    @api.model
    def _send(self, backend, bindings):
        """Write what differs; ``{product id: sentence}`` of what Shopify refuses."""
        client = backend._get_client('catalogue')
        failures = {}
        if backend.sell_when_empty_policy == 'odoo':
            self._send_policies(client, bindings, failures)
        if backend.show_incoming or any(bindings.mapped('incoming_sent')):
            self._send_incoming(backend, client, bindings, failures)
        if client.usage.requests:
            self.env['shopify.sync.log']._note(
                backend,
                'stock_extras',
                lane='catalogue',
                records=len(bindings),
                requests=client.usage.requests,
                points=float(client.usage.points_actual),
            )
        return failures

    def _send_policies(self, client, bindings, failures):
        """Only what Odoo says something about, and only where Shopify's setting is another one."""
        differing = bindings.filtered(
            lambda row: (
                row.product_id.shopify_sell_when_empty
                and (row.product_id.shopify_sell_when_empty == 'yes') != row.sell_when_empty
            )
        )
        calls = [
            (product.gid, rows)
            for product, all_rows in differing.grouped('product_binding_id').items()
            for rows in mapping.chunks(all_rows, mapping.VARIANTS_PER_CALL)
        ]
        for batch in mapping.chunks(calls, mapping.CALLS_PER_REQUEST):
            wanted = [
                (gid, [(row.gid, row.product_id.shopify_sell_when_empty == 'yes') for row in rows])
                for gid, rows in batch
            ]
            answer = client.mutate(
                mapping.policy_document(len(batch)), mapping.policy_variables(wanted), idempotent=True
            )
            for index, (_gid, rows) in enumerate(batch):
                bad = mapping.bad_rows(self._problems(answer, index))
                good = rows.browse() if -1 in bad else rows.browse(self._others(rows, bad))
                for sells, group in good.grouped(lambda row: row.product_id.shopify_sell_when_empty == 'yes').items():
                    self._remember(group, {'sell_when_empty': sells})
                self._refuse(
                    {row: bad.get(place, bad.get(-1)) for place, row in enumerate(rows) if row not in good}, failures
                )
            self.env['ir.cron']._commit_progress()

    @staticmethod
    def _others(rows, bad):
        return [row.id for place, row in enumerate(rows) if place not in bad]

    def _problems(self, answer, index):
        payload = answer.get(f'c{index}')
        if payload is None:
            raise errors.UnclearError(code='no_payload')
        return payload['userErrors']

    def _remember(self, bindings, values):
        bindings.with_context(shopify_extras_sent=True).write({**values, 'extras_message': False})

    def _refuse(self, refused, failures):
        """``refused``: ``{binding: userError}``. What was deleted in Shopify is looked at again as a product."""
        for binding, problem in refused.items():
            if mapping.is_gone(problem):
                self.env['shopify.task']._add(
                    binding.backend_id, 'product', [binding.product_binding_id.gid], source='shopify'
                )
                continue
            binding.extras_message = problem['message']
            failures[binding.product_id.id] = self.env._(
                "Shopify refuses %(name)s: %(reason)s", name=binding.display_name, reason=problem['message']
            )

    # === INCOMING === #

    def _define(self, client):
        """Metafields that have a definition have a name in the admin, and themes and the storefront may read them."""
        for definition in mapping.DEFINITIONS:
            payload = client.mutate(mapping.CREATE_DEFINITION, {'definition': definition}, idempotent=True)[
                'metafieldDefinitionCreate'
            ]
            problems = [row for row in payload['userErrors'] if row.get('code') not in mapping.KNOWN_CODES]
            if problems:
                raise errors.UserErrors.of(problems)

    def _send_incoming(self, backend, client, bindings, failures):
        expected = self._expected(backend, bindings.product_id) if backend.show_incoming else {}
        wanted = {row: expected.get(row.product_id.id) for row in bindings}
        differing = [
            (row, found) for row, found in wanted.items() if (str(found) if found else False) != row.incoming_sent
        ]
        self._write_metafields(
            client,
            [(row, mapping.set_rows(row.gid, found), str(found)) for row, found in differing if found],
            (mapping.set_document, 'metafieldsSet'),
            failures,
        )
        self._write_metafields(
            client,
            [(row, mapping.delete_rows(row.gid), False) for row, found in differing if not found],
            (mapping.delete_document, 'metafieldsDelete'),
            failures,
        )

    def _write_metafields(self, client, entries, document, failures):
        """``entries``: ``[(binding, rows of metafields, what is remembered when they are written), …]``. A call is written
        as a whole or not at all: what Shopify refuses is left out, and the rest of its call is sent again."""
        build, _name = document
        per_call = mapping.METAFIELDS_PER_CALL // 2
        calls = [list(part) for part in mapping.chunks(entries, per_call)]
        while calls:
            batch, calls = calls[: mapping.CALLS_PER_REQUEST], calls[mapping.CALLS_PER_REQUEST :]
            variables = {
                f'rows{index}': [row for _binding, rows, _sent in call for row in rows]
                for index, call in enumerate(batch)
            }
            answer = client.mutate(build(len(batch)), variables, idempotent=True)
            for index, call in enumerate(batch):
                rest = self._settle_call(call, mapping.bad_rows(self._problems(answer, index)), failures)
                calls += [rest] if rest else []
            self.env['ir.cron']._commit_progress()

    def _settle_call(self, call, bad, failures):
        """The entries of a call that have to be sent again because another one was refused."""
        if not bad:
            for binding, _rows, sent in call:
                self._remember(binding, {'incoming_sent': sent})
            return []
        refused = {place // 2: problem for place, problem in bad.items()} if -1 not in bad else {}
        self._refuse(
            {
                entry[0]: refused.get(place, bad.get(-1))
                for place, entry in enumerate(call)
                if place in refused or -1 in bad
            },
            failures,
        )
        return [] if -1 in bad else [entry for place, entry in enumerate(call) if place not in refused]

    def _expected(self, backend, products):
        """``{product id: Incoming}`` at the places that the store shows."""
        locations = backend.location_ids.filtered('warehouse_id').sudo()
        places = self.env['stock.location'].sudo().union(*(location._get_shown_places() for location in locations))
        if not (places and products):
            return {}
        kits = self.env['shopify.sync.quantity'].sudo()._kits(products)
        parts = {part for needed in kits.values() for part in needed}
        simple = (products | products.browse(parts)).sudo().with_context(location=places.ids)
        today = mapping.day_of(fields.Datetime.now(), backend.timezone)
        arrivals = self._arrivals(simple, backend.timezone)
        found = {
            product.id: mapping.next_incoming(arrivals[product.id], today)
            for product in products
            if product.id in arrivals and product.id not in kits
        }
        have = simple.browse(parts)._compute_quantities_dict(None, None, None) if kits else {}
        for kit, needed in kits.items():
            rows = [(units, have[part]['free_qty'], arrivals.get(part, ())) for part, units in needed.items()]
            found[kit] = mapping.next_kits(rows, today)
        return {product: incoming for product, incoming in found.items() if incoming}

    def _arrivals(self, products, zone):
        """``{product id: [(day of the shop, units), …]}``, by what Odoo itself counts as incoming there."""
        _here, coming, _leaving = products._get_domain_locations()
        domain = Domain([('product_id', 'in', products.ids), ('state', 'in', _COMING)]) & coming
        found = {}
        for move in self.env['stock.move'].sudo().search_fetch(domain, ['product_id', 'date', 'product_qty']):
            found.setdefault(move.product_id.id, []).append((mapping.day_of(move.date, zone), move.product_qty))
        return found


class ShopifyEngine(models.AbstractModel):
    _inherit = 'shopify.engine'

    def _prelude(self, backend, lane):
        super()._prelude(backend, lane)
        if lane == 'catalogue':
            self.env['shopify.sync.stock_extras']._enqueue_when_due(backend)
