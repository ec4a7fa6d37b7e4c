"""Selling when empty, and what is incoming: written to a store's variants where they differ, many a request."""

from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..entities import stock_extras as mapping
from ..shopify import errors


class ShopifySyncStockExtras(models.AbstractModel):
    _name = 'shopify.sync.stock_extras'
    _description = "Shopify Stock Extras"

    # === TASKS === #

    @api.model
    def _enqueue_when_due(self, backend):
        """Every day of the shop: what is late is expected today, and today is another day."""
        if not backend.show_incoming:
            return
        today = backend._shop_day()
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
            self._define(backend, backend._get_client('catalogue'))
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
            self._send_policies(backend, client, bindings, failures)
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

    def _send_policies(self, backend, client, bindings, failures):
        """Only what Odoo says something about, and only where Shopify's setting is another one."""
        differing = self._without_contested(backend, bindings.filtered(self._differs), failures)
        calls = [
            (product.gid, rows)
            for product, all_rows in differing.grouped('product_binding_id').items()
            for rows in mapping.chunks(all_rows, mapping.VARIANTS_PER_CALL)
        ]
        for batch in mapping.chunks(calls, mapping.CALLS_PER_REQUEST):
            wanted = [(gid, [(row.gid, self._sells(row)) for row in rows]) for gid, rows in batch]
            document, variables = mapping.policy_document(len(batch)), mapping.policy_variables(wanted)
            answer = client.mutate(document, variables, idempotent=True)
            for index, (_gid, rows) in enumerate(batch):
                self._settle_policies(rows, mapping.bad_rows(self._problems(answer, index)), failures)
            self.env['ir.cron']._commit_progress()

    def _settle_policies(self, rows, bad, failures):
        refused = {row: bad.get(place, bad.get(-1)) for place, row in enumerate(rows) if place in bad or -1 in bad}
        good = rows.filtered(lambda row: row not in refused)
        for sells, group in good.grouped(self._sells).items():
            self._remember(group, {'sell_when_empty': sells, 'sell_sent': sells, 'sell_sent_at': fields.Datetime.now()})
        self._refuse(refused, failures)

    @staticmethod
    def _sells(binding):
        return binding.product_id.shopify_sell_when_empty == 'yes'

    @staticmethod
    def _differs(binding):
        wanted = binding.product_id.shopify_sell_when_empty
        return bool(wanted) and (wanted == 'yes') != binding.sell_when_empty

    def _without_contested(self, backend, bindings, failures):
        """Another app may set it too, and would never tire of it: what was changed back within the hour is told."""
        lately = fields.Datetime.now() - timedelta(hours=const.CONTESTED_HOURS)
        contested = bindings.filtered(
            lambda row: row.sell_sent_at and row.sell_sent_at > lately and row.sell_sent == self._sells(row)
        )
        for row in contested:
            row.extras_message = self.env._("Somebody, or another app, has changed it back in Shopify.")
            failures[row.product_id.id] = self.env._(
                "Sell When Empty of %(name)s was written to Shopify less than an hour ago, and somebody or another app has"
                " changed it back. Decide which of them is to set it, then try again in an hour.",
                name=row.display_name,
            )
        return bindings - contested

    def _problems(self, answer, index):
        payload = answer.get(f'c{index}')
        if payload is None:
            raise errors.UnclearError(code='no_payload')
        return payload['userErrors']

    def _remember(self, bindings, values):
        """What is written is not what was read last: whoever changes it back gives the product no new content."""
        bindings.with_context(shopify_extras_sent=True).write({**values, 'extras_message': False})
        bindings.product_binding_id.filtered('source_digest').source_digest = False

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


class ShopifyEngine(models.AbstractModel):
    _inherit = 'shopify.engine'

    def _prelude(self, backend, lane):
        result = super()._prelude(backend, lane)
        if lane == 'catalogue':
            self.env['shopify.sync.stock_extras']._enqueue_when_due(backend)
        return result
