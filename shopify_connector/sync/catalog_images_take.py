"""Pictures of a shop, downloaded in the background: beside each other, outside of any lock, some megabytes at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor

from odoo import api, models

from ..entities import media
from ..shopify import errors, files, paging, transport

_PRODUCTS_PER_PART = 20
_WORKERS = 4
# Pictures that are in memory together; whatever is left is downloaded with the next part.
_MOST_BYTES = 48 * 1024 * 1024
_NOT_READY_SECONDS = 2.0
# A big one takes Odoo about a second, while the lanes of orders and stock wait for the turn.
_PICTURES_PER_TURN = 4


class ShopifySyncCatalogImages(models.AbstractModel):
    _name = 'shopify.sync.catalog.images'
    _description = "Shopify Pictures"

    @api.model
    def _handle_images(self, backend, tasks):
        """Pictures of products (key: the product binding's id) that are to be downloaded, or that Shopify works on."""
        client = backend._get_client('catalogue')
        keys = list(dict.fromkeys(tasks.mapped('key')))
        for start in range(0, len(keys), _PRODUCTS_PER_PART):
            part = set(keys[start : start + _PRODUCTS_PER_PART])
            self._bring(backend, client, tasks.filtered(lambda task, part=part: task.key in part))
            if not self.env['shopify.engine']._is_time_left():
                break

    def _bring(self, backend, client, tasks):
        ids = [int(key) for key in tasks.mapped('key') if key.isdigit()]
        bindings = self.env['shopify.product.binding'].search([('id', 'in', ids), ('backend_id', '=', backend.id)])
        rows = bindings.media_ids.filtered(lambda row: row.state in ('waiting', 'sent'))
        found = self._ask(client, rows)
        wanted = [(row.id, found[row.gid]['image']['url']) for row in rows if self._is_to_load(row, found)]
        contents = self._download(client.endpoint, wanted)
        failures = {}
        for binding in bindings:
            self._take(binding, found, contents, failures)
        bindings = bindings.exists()
        self._show_variants(client, bindings, failures)
        unready = bindings.media_ids.filtered(lambda row: row.state in ('waiting', 'sent')).product_binding_id
        later = {str(id_) for id_ in unready.ids} - failures.keys()
        waiting = tasks.exists().filtered(lambda task: task.key in later)
        waiting._set_retry(
            'not_ready',
            self.env._("Shopify still works on pictures."),
            retry_after=_NOT_READY_SECONDS,
            counted=False,
        )
        self.env['shopify.engine']._settle_each(backend, tasks.exists() - waiting, failures)

    def _take(self, binding, found, contents, failures):
        """Put a product's pictures where they belong, some a turn."""
        key, trouble = str(binding.id), None
        loaded = [row.id for row in binding.media_ids.sorted('sequence') if isinstance(contents.get(row.id), bytes)]
        for start in range(0, len(loaded) or 1, _PICTURES_PER_TURN):
            with self.env['shopify.engine']._turn():
                if not binding.exists():
                    return
                with self.env['shopify.engine']._attempt(failures, key):
                    if not start:
                        trouble = self._note_found(binding, found, contents)
                    part = {id_: contents[id_] for id_ in loaded[start : start + _PICTURES_PER_TURN]}
                    self.env['shopify.sync.catalog.place']._place(binding, part)
            if key in failures:
                return
        if trouble:
            failures[key] = trouble

    def _show_variants(self, client, bindings, failures):
        """A hook: have variants in the shop show the pictures that are ready by now. ``failures``: ``{task key: error}``."""

    def _ask(self, client, rows):
        """``{gid: node}`` of the pictures as the shop has them at this moment."""
        gids = list(dict.fromkeys(rows.mapped('gid')))
        return {
            node['id']: node
            for _ids, nodes in paging.read_nodes(client, media.STATES, gids)
            for node in nodes
            if node and node.get('id')
        }

    @staticmethod
    def _is_to_load(row, found):
        return row.state == 'waiting' and ((found.get(row.gid) or {}).get('image') or {}).get('url')

    def _note_found(self, binding, found, contents):
        """What became of the pictures; the error of those that may come over later."""
        trouble = None
        for row in binding.media_ids.filtered(lambda row: row.state in ('waiting', 'sent')):
            node, content = found.get(row.gid), contents.get(row.id)
            if not node:
                self._fail(row, self.env._("Shopify has it no more."))
            elif node['status'] == 'FAILED':
                reasons = [error['message'] for error in node.get('mediaErrors') or ()]
                self._fail(row, self.env._("Shopify could not read it: %(reason)s", reason=' '.join(reasons)))
            elif isinstance(content, errors.GiveUpError):
                self._fail(row, content.message)
            elif isinstance(content, Exception):
                trouble = content
            elif node.get('image'):
                url = node['image']['url']
                row.write({'url': url, 'version': media.version(url)})
                if row.state == 'sent':
                    row.state = 'done'
        return trouble

    def _fail(self, row, message):
        row.write({'state': 'failed', 'message': message})

    # === DOWNLOADING === #

    @staticmethod
    def _download(endpoint, wanted):
        """``{id: content or error}`` for ``[(id, address), …]``; those are left out that would be too much at once."""
        found, size, lock = {}, [0], threading.Lock()

        def load(rows):
            session = transport.new_session()
            for id_, url in rows:
                with lock:
                    if size[0] >= _MOST_BYTES:
                        return
                try:
                    content = files.download(session, url, max_bytes=media.MAX_BYTES, endpoint=endpoint)
                except errors.ShopifyError as error:
                    found[id_] = error
                    continue
                found[id_] = content
                with lock:
                    size[0] += len(content)

        with ThreadPoolExecutor(_WORKERS) as pool:
            list(pool.map(load, [wanted[worker::_WORKERS] for worker in range(min(_WORKERS, len(wanted)))]))
        return found
