"""Shopify products -> product bindings and products: matched before created, nothing that exists is torn apart."""

import time

from odoo import api, models

from ..entities import product as mapping
from ..shopify import errors, paging
from .product_match import Matcher


class ShopifySyncProduct(models.AbstractModel):
    _name = 'shopify.sync.product'
    _description = "Shopify Products"

    @api.model
    def _get_parts(self, backend):
        """What is asked of this store's products; extended with ``super()._get_parts(backend).plus(…)``. Its payloads go
        through :meth:`_upsert`, be they read one by one, in pages or through a bulk operation."""
        return mapping.Parts()

    # === TASKS === #

    @api.model
    def _handle_products(self, backend, tasks):
        """Products that were created, changed or deleted."""
        failures = {}
        keys = list(dict.fromkeys(tasks.mapped('key')))
        client, parts = backend._get_client('catalogue'), self._get_parts(backend)
        for ids, nodes in paging.read_nodes(client, mapping.by_ids(parts), keys):
            found = {node['id']: self._with_all_variants(client, node, parts) for node in nodes if node}
            with self.env['shopify.engine']._turn():
                failures.update(self._upsert(backend, list(found.values())))
                self._note_deleted(backend, [key for key in ids if key not in found])
                done = tasks.filtered(lambda task, ids=ids: task.key in ids)
                self.env['shopify.engine']._settle_each(backend, done, failures)
            if not self.env['shopify.engine']._is_time_left():
                break

    @api.model
    def _handle_catalogue(self, backend, tasks):
        """The whole catalogue, a page at a time; a commit a page, so that stopping and going on lose nothing."""
        started, task = time.monotonic(), tasks[:1]
        client, parts = backend._get_client('catalogue'), self._get_parts(backend)
        total = client.query(mapping.COUNT)['productsCount']['count']
        start = {'after': task.cursor} if task.cursor else {}
        for page, cursor in paging.walk(client, mapping.pages(parts), start, ('products',)):
            payloads = [self._with_all_variants(client, node, parts) for node in page]
            with self.env['shopify.engine']._turn():
                self._retry_each(backend, self._upsert(backend, payloads))
                task._keep_position(cursor, len(page))
                task.message = self.env._("%(count)s of %(total)s products read", count=task.value, total=total)
            if cursor and not (self.env['shopify.engine']._is_time_left() and backend._is_live()):
                return
        tasks._set_done(self.env._("%(count)s products read.", count=task.value))
        self.env['shopify.sync.log']._note(
            backend,
            'import_products',
            records=task.value,
            requests=client.usage.requests,
            points=float(client.usage.points_actual),
            duration_ms=int((time.monotonic() - started) * 1000),
        )

    def _retry_each(self, backend, failures):
        """A product that failed within an import is a task of its own from then on, with its own reason and button."""
        for task in self.env['shopify.task']._add(backend, 'product', list(failures), source='shopify'):
            code, message, request_id = self.env['shopify.engine']._explain(failures[task.key])
            task._set_retry(code, message, request_id)

    def _note_deleted(self, backend, gids):
        """The link ends; the product stays, for other stores and documents use it."""
        bindings = self.env['shopify.product.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', gids), ('deleted_at', '=', False)]
        )
        bindings.write({'deleted_at': self.env.cr.now().replace(tzinfo=None, microsecond=0)})

    @api.model
    def _fetch(self, backend, client, product_gids):
        """Products with all their variants, as payloads; those that Shopify has not are left out."""
        parts = self._get_parts(backend)
        return [
            self._with_all_variants(client, node, parts)
            for _ids, nodes in paging.read_nodes(client, mapping.by_ids(parts), product_gids)
            for node in nodes
            if node
        ]

    @api.model
    def _fetch_of_variants(self, backend, client, variant_gids):
        """The products that ``variant_gids`` belong to; nothing when products may not be read."""
        try:
            owners = {
                node['product']['id']
                for _ids, nodes in paging.read_nodes(client, mapping.OF_VARIANTS, variant_gids)
                for node in nodes
                if node
            }
            return self._fetch(backend, client, sorted(owners)) if owners else []
        except errors.ScopeError:
            return []

    def _with_all_variants(self, client, node, parts):
        info = node['variants']['pageInfo']
        if info['hasNextPage']:
            variables = {'id': node['id'], 'first': mapping.VARIANTS_PER_PAGE, 'after': info['endCursor']}
            for page in paging.pages(client, mapping.more_variants(parts), variables, ('product', 'variants')):
                node['variants']['nodes'] += page
        return node

    # === UPSERT === #

    @api.model
    def _upsert(self, backend, payloads):
        """Link, create or refresh; returns ``{product gid: error}`` of those that failed."""
        failures = {}
        if not payloads:
            return failures
        matcher = Matcher(self.env, backend, payloads)
        for payload in payloads:
            with self.env['shopify.engine']._attempt(failures, payload['id']):
                self._upsert_one(backend, payload, matcher)
        return failures

    def _upsert_one(self, backend, payload, matcher):
        binding = matcher.bindings.get(payload['id'])
        values = {**mapping.binding_vals(payload), 'deleted_at': False}
        if binding:
            binding.write(values)
        else:
            binding = self.env['shopify.product.binding'].create(
                {**values, 'backend_id': backend.id, 'gid': payload['id']}
            )
            matcher.bindings[payload['id']] = binding
        notes = []
        known = {row.gid: row for row in binding.variant_ids}
        products = self._products_of(backend, payload, binding, known, matcher, notes)
        self._bind_variants(backend, payload, binding, known, products)
        binding.message = '\n'.join(notes) or False
        self._retire_variants(payload, known)
        self.env['shopify.match.row']._keep(backend, payload, matcher)

    def _products_of(self, backend, payload, binding, known, matcher, notes):
        """``{variant gid: product or empty}``: linked ones, matched ones, and new ones where the store creates them."""
        found = {
            variant['id']: known[variant['id']].product_id
            if variant['id'] in known and known[variant['id']].product_id
            else matcher.match(variant, notes, payload)
            for variant in mapping.variant_nodes(payload)
        }
        missing = [variant for variant in mapping.variant_nodes(payload) if found[variant['id']] is None]
        templates = (
            self.env['product.product'].union(*(product for product in found.values() if product)).product_tmpl_id
        )
        template = binding.product_tmpl_id or (templates if len(templates) == 1 else templates.browse())
        if missing and backend.product_policy == 'create':
            created = (
                matcher.create_template(payload, notes)
                if not templates and not template
                else matcher.add_variants(template, payload, missing, notes)
            )
            found.update(created)
            template = template or next(iter(created.values())).product_tmpl_id
        elif missing:
            notes.append(
                self.env._(
                    "Not matched, and this store creates no products: %(skus)s",
                    skus=', '.join(variant.get('sku') or variant['title'] for variant in missing),
                )
            )
        if template and binding.product_tmpl_id != template:
            binding.product_tmpl_id = template
        matcher.remember(found)
        return found

    def _bind_variants(self, backend, payload, binding, known, products):
        fresh = []
        for variant in mapping.variant_nodes(payload):
            values = mapping.variant_binding_vals(variant)
            product = products.get(variant['id'])
            if variant['id'] in known:
                row = known[variant['id']]
                row.write({**values, **({'product_id': product.id} if product and row.product_id != product else {})})
            else:
                fresh.append(
                    {
                        **values,
                        'backend_id': backend.id,
                        'product_binding_id': binding.id,
                        'gid': variant['id'],
                        'product_id': product.id if product else False,
                    }
                )
        created = self.env['shopify.variant.binding'].create(fresh)
        if created.product_id and backend.stock_export:
            self.env['shopify.task']._add(backend, 'stock', [str(id_) for id_ in created.product_id.ids])

    def _retire_variants(self, payload, known):
        """A variant that is gone from Shopify keeps its link for old orders, but no stock is written for it."""
        seen = {variant['id'] for variant in mapping.variant_nodes(payload)}
        gone = self.env['shopify.variant.binding'].union(*(row for key, row in known.items() if key not in seen))
        gone.filtered(lambda row: not row.deleted_at).deleted_at = self.env.cr.now().replace(tzinfo=None, microsecond=0)
        (self.env['shopify.variant.binding'].union(*known.values()) - gone).filtered('deleted_at').deleted_at = False
