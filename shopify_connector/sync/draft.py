"""Draft orders -> quotations: read the present state of many at once, write it, hand it over to the orders."""

from odoo import api, models

from .. import const
from ..entities import draft_order as mapping
from ..shopify import errors, paging


class ShopifySyncDraft(models.AbstractModel):
    _name = 'shopify.sync.draft'
    _description = "Shopify Draft Orders"

    @api.model
    def _handle_drafts(self, backend, tasks):
        """Every topic about a draft is the same work; the key ``const.ALL_DRAFTS`` says that the policy has changed."""
        policy = tasks.filtered(lambda task: task.key == const.ALL_DRAFTS)
        if policy:
            self._follow_policy(backend, policy)
        tasks -= policy
        if not backend.import_draft_orders:
            tasks._set_done(self.env._("This store does not import draft orders."))
            return
        gids, client = list(tasks.grouped('key')), backend._get_client('orders')
        for start in range(0, len(gids), const.ORDERS_PER_BATCH):
            batch = gids[start : start + const.ORDERS_PER_BATCH]
            self._pull(backend, client, batch, tasks.filtered(lambda task, batch=batch: task.key in batch))
            if not self.env['shopify.engine']._is_time_left():
                break

    def _follow_policy(self, backend, tasks):
        """Subscribe to drafts, or no longer; bring over those that are open."""
        if backend.webhook_uri:
            self.env['shopify.sync.connection']._restore_subscriptions(backend)
        count = self._find(backend, mapping.OPEN) if backend.import_draft_orders else 0
        tasks._set_done(self.env._("%(count)s open draft orders found.", count=count) if count else False)

    @api.model
    def _find(self, backend, query):
        """Note the drafts that a search finds and that look different from what is known; the number of them."""
        count = 0
        for page in paging.pages(backend._get_client('orders'), mapping.FOUND, {'query': query}, ('draftOrders',)):
            known = {
                row.gid: row.shopify_updated_at
                for row in self.env['shopify.draft.order'].search_fetch(
                    [('backend_id', '=', backend.id), ('gid', 'in', [node['id'] for node in page])],
                    ['gid', 'shopify_updated_at'],
                )
            }
            changed = [node['id'] for node in page if known.get(node['id']) != mapping.updated_at(node)]
            count += len(self.env['shopify.task']._add(backend, 'draft', changed, source='poll'))
        return count

    @api.model
    def _pull(self, backend, client, gids, tasks):
        """Read ``gids``, bring them over and settle ``tasks`` in the same transaction."""
        drafts, missing = self._read(backend, client, gids)
        open_ = [draft for draft in drafts if mapping.state(draft) != 'completed']
        payloads = [self._as_order(backend, draft) for draft in open_]
        fetched = self.env['shopify.sync.order']._fetch_products(backend, client, payloads)
        with self.env['shopify.engine']._turn():
            products = self.env['shopify.sync.product']
            failures = products._upsert(backend, fetched['payloads'])
            products._retry_each(backend, failures)
            failures = self._upsert(backend, list(zip(open_, payloads, strict=True)), fetched['variants'])
            for draft in drafts:
                if mapping.state(draft) == 'completed':
                    with self.env['shopify.engine']._attempt(failures, draft['id']):
                        problem = self._complete(backend, draft)
                        if problem:
                            failures[draft['id']] = problem
            failures.update(self._note_missing(backend, missing, tasks))
            self.env['shopify.engine']._settle_each(backend, tasks, failures)
            self.env['shopify.sync.log']._note(
                backend, 'drafts', 'error' if failures else 'ok', lane='orders', records=len(drafts)
            )

    # === READ === #

    def _read(self, backend, client, gids):
        """``(drafts with all their lines, gids that Shopify does not have)``."""
        drafts, missing, orders = [], [], self.env['shopify.sync.order']
        _order_document, variables = orders._reading(backend)
        for policy, some in orders._by_known_money(backend, gids, 'shopify.draft.order').items():
            pages = paging.read_nodes(
                client,
                orders._in_money(mapping.DOCUMENT, policy),
                some,
                size=const.ORDERS_PER_FIRST_REQUEST,
                variables={'terms': variables['terms']},
                whole=True,
            )
            for ids, nodes in pages:
                found = {node['id']: {**node, 'money_policy': policy} for node in nodes if node and node.get('id')}
                missing += [gid for gid in ids if gid not in found]
                drafts += [found[gid] for gid in ids if gid in found]
        for draft in drafts:
            self._read_more_lines(client, draft)
        orders._read_companies(client, drafts, mapping.COMPANIES)
        return drafts, missing

    def _read_more_lines(self, client, draft):
        info = draft['lineItems']['pageInfo']
        if info['hasNextPage']:
            document = self.env['shopify.sync.order']._in_money(mapping.MORE_LINES, draft['money_policy'])
            variables = {'id': draft['id'], 'first': mapping.LINES_PER_PAGE, 'after': info['endCursor']}
            for page in paging.pages(client, document, variables, ('draftOrder', 'lineItems'), whole=True):
                draft['lineItems']['nodes'] += page

    def _as_order(self, backend, draft):
        currency = self.env['shopify.sync.order']._currency(draft['currencyCode'])
        return mapping.as_order(draft, currency.decimal_places, draft['money_policy'])

    # === WRITE === #

    @api.model
    def _upsert(self, backend, pairs, fetched_variants=frozenset()):
        """Bring over drafts that are open; ``pairs`` are ``(draft, the same as an order)``. ``{gid: error}``."""
        failures, orders = {}, self.env['shopify.sync.order']
        known = {
            row.gid: row
            for row in self.env['shopify.draft.order'].search(
                [('backend_id', '=', backend.id), ('gid', 'in', [draft['id'] for draft, _payload in pairs])]
            )
        }
        wanted = [payload for draft, payload in pairs if self._must_write(known.get(draft['id']), payload)]
        prepared = orders._prepare(backend, wanted, fetched_variants, failures)
        for draft, payload in pairs:
            if draft['id'] not in failures:
                with self.env['shopify.engine']._attempt(failures, draft['id']):
                    refs = prepared.get(draft['id'], (None,))[0]
                    problem = self._write(backend, known.get(draft['id']), draft, payload, refs)
                    if problem:
                        failures[draft['id']] = problem
        return failures

    def _must_write(self, binding, payload):
        return (
            not binding
            or not binding.signature
            or (bool(binding.sale_order_id) and binding.signature != mapping.signature(payload))
        )

    def _write(self, backend, binding, draft, payload, refs):
        """Create the quotation or have it follow; an error when it cannot. ``refs`` is None when nothing has changed."""
        values = {**mapping.binding_vals(draft), 'money_policy': draft['money_policy']}
        if not binding:
            binding = self.env['shopify.draft.order'].create({**values, 'backend_id': backend.id, 'gid': draft['id']})
        else:
            binding.write(values)
        order = binding.sale_order_id
        if refs is None or order.state == 'cancel':
            return None
        if order.state == 'sale':
            return self._changed_late(binding, draft)
        if order:
            self._rewrite(order, payload, refs)
        else:
            binding.sale_order_id = self._create_quotation(backend, payload, refs)
            binding.currency_id = refs.currency_id
        binding.write({'signature': mapping.signature(payload), 'message': False})
        self._compare(binding)
        return None

    def _create_quotation(self, backend, payload, refs):
        orders = self.env['shopify.sync.order']
        header = orders._headers(backend, [payload], {payload['id']: (refs, [])})[payload['id']].order
        return (
            self.env['sale.order']
            .with_context(shopify_backend_id=backend.id)
            .create(
                {
                    **mapping.quotation_vals(payload, refs),
                    **{name: value for name, value in header.items() if name != 'name'},
                }
            )
            .with_env(self.env)
        )

    def _rewrite(self, order, payload, refs):
        """Lines follow the draft by what they are of, in their order; what a person has added stays."""
        orders = self.env['shopify.sync.order']
        orders._write_changed(order, mapping.header_vals(payload, refs))
        present = order.order_line.filtered('shopify_draft_key')
        for vals in mapping.quotation_lines(payload, refs):
            line = present.filtered(lambda line, vals=vals: self._is_same(line, vals))[:1]
            present -= line
            if line:
                orders._write_changed(line, {name: value for name, value in vals.items() if name != 'product_id'})
            else:
                order.write({'order_line': [(0, 0, vals)]})
        present.unlink()

    def _is_same(self, line, vals):
        return line.shopify_draft_key == vals['shopify_draft_key'] and line.product_id.id == vals['product_id']

    def _compare(self, binding):
        """Odoo's total beside Shopify's; a difference is shown, never smoothed over."""
        binding.difference = binding.currency_id.round(binding.amount_shopify - binding.sale_order_id.amount_total)

    def _changed_late(self, binding, draft):
        """The signature stays the old one, so that it is compared again whenever the draft is read again."""
        self._compare(binding)
        text = self.env._(
            "%(draft)s was changed in Shopify, but its quotation %(order)s was confirmed in Odoo already. Change the sales "
            "order by hand, or skip this task: the order that completes the draft brings all changes.",
            draft=draft['name'],
            order=binding.sale_order_id.name,
        )
        binding.message = text
        return errors.GiveUpError(text, code='draft_changed_late')
