"""Products that the shop has not: looked for first, written down, made once, and linked."""

from odoo import api, fields, models

from ..entities import product_write as writing
from ..entities import product_write_calls as calling
from ..shopify import errors, paging


class ShopifySyncCatalogPush(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.push'

    def _make(self, run, wishes):
        """See that each wish's product is in the shop and linked. ``wishes``: ``{task key: wish}``."""
        waiting = {key: wish for key, wish in wishes.items() if wish.state == 'waiting' and wish.product_tmpl_id}
        bound = self._live_bindings(run.backend, self._templates(waiting)).product_tmpl_id
        missing = {key: wish for key, wish in waiting.items() if wish.product_tmpl_id not in bound}
        if not missing:
            return
        shapes = self._shapes(run.backend, self._templates(missing))
        missing = self._sendable(run, missing, shapes)
        self._link_known(run, missing, shapes)
        bound = self._live_bindings(run.backend, self._templates(missing)).product_tmpl_id
        self._send_new(
            run,
            {
                key: wish
                for key, wish in missing.items()
                if key not in run.failures and wish.product_tmpl_id not in bound
            },
            shapes,
        )

    def _templates(self, wishes):
        return self.env['product.template'].union(*(wish.product_tmpl_id for wish in wishes.values()))

    def _sendable(self, run, wishes, shapes):
        """Without those that Shopify would refuse; each says why."""
        good = {}
        for key, wish in wishes.items():
            stops, _notes = self._obstacles(run.backend, wish.product_tmpl_id, shapes[wish.product_tmpl_id])
            if stops:
                self._refuse(run, key, wish, '\n'.join(stops))
            else:
                good[key] = wish
        return good

    def _refuse(self, run, key, wish, sentence, request_id=None):
        if wish:
            wish._close('refused', sentence, request_id)
        run.failures[key] = errors.GiveUpError(sentence, code='export_refused', request_id=request_id)

    # === WHAT THE SHOP HAS ALREADY === #

    def _link_known(self, run, wishes, shapes):
        """A product that an earlier request has made, or one that has the SKU already, is linked and not made again."""
        made = self._look_up(run.client, list(wishes.values()))
        self._bind(run, made, shapes, is_found=True)
        rest = {key: wish for key, wish in wishes.items() if wish not in made}
        found = self._find_by_sku(run, {wish: shapes[wish.product_tmpl_id] for wish in rest.values()})
        for key, wish in rest.items():
            if found.get(wish):
                self._link(run, key, wish, found[wish])

    def _look_up(self, client, wishes):
        """``{wish: product gid}`` of the products that carry their id of Odoo."""
        found = {}
        for start in range(0, len(wishes), calling.LOOKUPS_PER_REQUEST):
            part = wishes[start : start + calling.LOOKUPS_PER_REQUEST]
            variables = {f'identifier{index}': writing.identifier(wish.key) for index, wish in enumerate(part)}
            data = self._with_definition(client, calling.lookup_document(len(part)), variables)
            found.update({wish: data[f'c{index}']['id'] for index, wish in enumerate(part) if data.get(f'c{index}')})
        return found

    def _with_definition(self, client, document, variables):
        """The answer to a lookup. A shop that nothing was exported to lacks the definition: it is made, and nothing found."""
        try:
            return client.query(document, variables)
        except errors.RequestError as error:
            if error.code != 'not_found':
                raise
        payload = client.mutate(calling.CREATE_DEFINITION, {'definition': writing.DEFINITION}, idempotent=True)
        problems = (payload.get('metafieldDefinitionCreate') or {}).get('userErrors') or []
        if problems and not {problem.get('code') for problem in problems} <= calling.KNOWN_CODES:
            raise errors.UserErrors.of(problems)
        return {}

    def _find_by_sku(self, run, shapes):
        """``{wish: product gids}`` of the shop's products with one of the SKUs that belong to no product of Odoo's yet."""
        owners = {}
        for wish, shape in shapes.items():
            for variant in shape.variants:
                if variant.values.get('sku'):
                    owners.setdefault(variant.values['sku'].casefold(), []).append(wish)
        skus = sorted(owners)
        found = {}
        for start in range(0, len(skus), calling.SKUS_PER_REQUEST):
            query = calling.sku_query(skus[start : start + calling.SKUS_PER_REQUEST])
            pages = paging.pages(run.client, calling.BY_SKU, {'query': query}, 'productVariants')
            for node in (node for page in pages for node in page):
                for wish in owners.get((node.get('sku') or '').strip().casefold(), ()):
                    found.setdefault(wish, set()).add(node['product']['id'])
        taken = set(
            self.env['shopify.product.binding']
            .search(
                [
                    ('backend_id', '=', run.backend.id),
                    ('gid', 'in', [gid for gids in found.values() for gid in gids]),
                    ('product_tmpl_id', '!=', False),
                    ('deleted_at', '=', False),
                ]
            )
            .mapped('gid')
        )
        return {wish: sorted(gids - taken) for wish, gids in found.items() if gids - taken}

    def _link(self, run, key, wish, gids):
        """The shop's own product is linked as an import does it; what it cannot tell is a person's to say."""
        sync = self.env['shopify.sync.product']
        payloads = sync._fetch(run.backend, run.client, gids)
        with self.env['shopify.engine']._turn():
            troubles = sync._upsert(run.backend, payloads)
        if troubles:
            run.failures[key] = next(iter(troubles.values()))
        elif not self._live_bindings(run.backend, wish.product_tmpl_id):
            names = ', '.join(payload['title'] for payload in payloads)
            self._refuse(
                run,
                key,
                wish,
                self.env._(
                    "The shop has a product with one of these SKUs already: %(names)s. Link it under Shopify, Products, or"
                    " change the SKU, then export again.",
                    names=names,
                ),
            )

    # === MAKING === #

    def _send_new(self, run, wishes, shapes):
        keys = {wish: key for key, wish in wishes.items()}
        for batch in calling.batches([self._make_call(wish, shapes) for wish in keys]):
            made = {}
            again = self._send_some(run, batch, shapes, keys, made)
            for rest in calling.batches(again):
                self._send_some(run, rest, shapes, keys, made)
            self._bind(run, made, shapes)

    def _send_some(self, run, batch, shapes, keys, made):
        """One request: what was made goes to ``made``. Returns the calls to be sent once more, without a handle that
        another product of the shop has."""
        again = []
        for answer in self._send_made(run, batch, shapes):
            wish, gid = answer.call.key, ((answer.payload or {}).get('product') or {}).get('id')
            if gid and not answer.is_refused:
                made[wish] = gid
            elif calling.is_handle_taken(answer) and 'handle' in answer.call.arguments['input']:
                again.append(self._without_handle(answer.call))
            elif answer.is_unclear:
                run.failures[keys[wish]] = calling.error_of(answer)
            else:
                self._refuse(run, keys[wish], wish, self._refusal([*answer.general, *answer.rows.values()]))
        return again

    def _make_call(self, wish, shapes):
        values = writing.set_input(shapes[wish.product_tmpl_id], (wish.options or {}).get('status'))
        return calling.Call(wish, 'make', {'identifier': writing.identifier(wish.key), 'input': values})

    @staticmethod
    def _without_handle(call):
        """Another product of the shop has the handle: Shopify finds one."""
        values = {name: value for name, value in call.arguments['input'].items() if name != 'handle'}
        return calling.Call(call.key, 'make', {**call.arguments, 'input': values})

    def _send_made(self, run, batch, shapes):
        """Write down, commit, send. A request that is wrong as a whole is sent again call by call, to tell whose fault."""
        wishes = self.env['shopify.product.export'].union(*(call.key for call in batch))
        for call in batch:
            call.key.write(
                {
                    'state': 'open',
                    'kind': 'create',
                    'sent_at': fields.Datetime.now(),
                    'variables': dict(call.arguments),
                    'rows': self._lines_of_new(shapes[call.key.product_tmpl_id], call.key.options or {}),
                }
            )
        self.env['ir.cron']._commit_progress()
        try:
            data = self._mutate(run, calling.document(batch), calling.variables(batch), wishes)
        except errors.GiveUpError as error:
            if len(batch) > 1:
                return [answer for call in batch for answer in self._send_made(run, [call], shapes)]
            problem = {'field': [], 'message': error.message}
            data = {'c0': {'product': None, 'userErrors': [problem]}}
        run.sent += len(batch)
        return calling.answers(batch, data)

    def _rows_of_shape(self, shape):
        labels = self._labels()
        rows = [
            ['', labels[name], '', self._shown(value)]
            for name, value in shape.values.items()
            if name in labels and value
        ]
        for variant in shape.variants:
            who = self._variant_label(variant)
            rows += [
                [who, labels[name], '', self._shown(value)]
                for name, value in variant.values.items()
                if name in labels and value not in (None, '')
            ]
        return rows

    @staticmethod
    def _variant_label(variant):
        return variant.values.get('sku') or ' / '.join(value for _name, value in variant.options)

    def _shown(self, value):
        """A canonical value as people read it."""
        if isinstance(value, bool):
            return self.env._("Yes") if value else self.env._("No")
        if isinstance(value, list):
            return self.env['shopify.difference']._get_text(value)
        text = '' if value is None else str(value)
        return text if len(text) <= 500 else f'{text[:500]}…'

    # === AFTER A CRASH === #

    @api.model
    def _settle_open(self, backend):
        """Before anything looks at the store's products: those of which no answer came are looked for in the shop and
        linked; what was to be changed is read anew by its task."""
        wishes = self.env['shopify.product.export']._get_open(backend)
        if not wishes:
            return
        changed = wishes.filtered(lambda wish: wish.kind == 'update')
        self._settle_changed(backend, changed)
        # A deletion is simply sent again, by its own task.
        wishes = wishes.filtered(lambda wish: wish.kind == 'create')
        made = wishes.filtered('product_tmpl_id')
        (wishes - made)._close('unclear', self.env._("The product was deleted in Odoo meanwhile."))
        if made:
            from_shop = self._run_of(backend)
            found = self._look_up(from_shop.client, list(made))
            self._bind(from_shop, found, self._shapes(backend, made.product_tmpl_id), is_found=True)
            (made - made.browse().union(*found)).write({'state': 'waiting', 'variables': False})
        self.env['ir.cron']._commit_progress()
