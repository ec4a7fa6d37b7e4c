"""Shopify products -> product bindings and products: matched before created, nothing that exists is torn apart."""

import time

from odoo import api, models

from ..entities import product as mapping
from ..shopify import errors, paging


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
                done = tasks.filtered(lambda task, ids=ids: task.key in ids)
                # Whoever asks for a product has a reason to, though it may be the same in the shop.
                asked = {task.key for task in done if task.source in ('user', 'odoo')}
                told = self._changed(backend, [node for gid, node in found.items() if gid not in asked])
                # What is gone gives its products free for what was made in its place, and only then is anything archived.
                gone = self._end_products(backend, [key for key in ids if key not in found])
                failures.update(self._upsert(backend, [*told, *(found[gid] for gid in asked if gid in found)]))
                self._settle_ended(backend, gone)
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
                self._retry_each(backend, self._upsert(backend, self._changed(backend, payloads)))
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
