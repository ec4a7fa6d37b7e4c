"""Imports of a catalogue: read through one bulk operation as a stream, or in parts where the shop refuses that."""

from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL

from ..entities import product_bulk, product_selection
from ..shopify import errors, paging

_FEW_PRODUCTS = 50
# A shop that was slow once is not waited for longer than this.
_LONGEST_PAUSE = 300.0
_PRODUCTS_PER_BATCH = 200
_REPORTED = ('skip', 'problem')
# The first that any variant of a product has.
_OUTCOMES = (
    ('problem', {'ambiguous', 'conflict'}),
    ('create', {'create'}),
    ('link', {'link'}),
    ('change', {'add_variant'}),
    ('same', {'linked'}),
)


class ShopifySyncHistoryProducts(models.AbstractModel):
    _name = 'shopify.sync.history.products'
    _inherit = 'shopify.sync.history'
    _description = "Shopify Imports Of Products"

    # === FIND === #

    def _look_up(self, backend, client, run):
        if run.product_codes:
            return self._find_codes(client, product_selection.codes(run.product_codes))
        if run._is_whole_catalogue() and self._are_many_known(backend):
            return None
        search = product_selection.search(run._get_product_selection())
        variables = {'query': search or None, 'limit': _FEW_PRODUCTS + 1}
        if client.query(product_selection.COUNT, variables)['productsCount']['count'] > _FEW_PRODUCTS:
            return None
        return self._list(client, search)

    def _are_many_known(self, backend):
        """Whether the catalogue is no small one, as far as Odoo knows it: the shop need not be asked."""
        known = self.env['shopify.product.binding'].search_count(
            [('backend_id', '=', backend.id), ('deleted_at', '=', False)], limit=_FEW_PRODUCTS + 1
        )
        return known > _FEW_PRODUCTS

    def _first_look_seconds(self, run):
        """When it was ready the last time, and a little later: a catalogue seldom grows by much."""
        usual = run._get_usual_seconds() if run._is_whole_catalogue() else 0.0
        return max(super()._first_look_seconds(run), min(1.1 * usual + 1.0, _LONGEST_PAUSE))

    def _find_codes(self, client, codes):
        """The gids of the products that have any of these SKUs, barcodes or handles. Variants are asked themselves: a product
        may have more of them than it can be asked for at once."""
        variants = self._having(client, codes, product_selection.FIND_CODES, 'productVariants', ('sku', 'barcode'))
        products = self._having(client, codes, product_selection.FIND_HANDLES, 'products', ('handle',))
        return list(dict.fromkeys([*(node['product']['id'] for node in variants), *(node['id'] for node in products)]))

    def _having(self, client, codes, document, root, names):
        wanted = {code.casefold() for code in codes}
        return [
            node
            for search in product_selection.code_searches(codes, names)
            for page in paging.pages(client, document, {'query': search}, (root,))
            for node in page
            if product_selection.codes_of(node, names) & wanted
        ]

    def _list(self, client, search):
        return [
            node['id']
            for page in paging.pages(client, product_selection.FIND, {'query': search or None}, ('products',))
            for node in page
        ]

    def _start(self, backend, client, run):
        """A shop that runs no bulk operation for this app is read in parts."""
        try:
            return super()._start(backend, client, run)
        except (errors.UserErrors, errors.ScopeError) as error:
            self.env['shopify.sync.log']._note(backend, 'import_products', 'warning', message=error.message)
            return self._list(client, product_selection.search(run._get_product_selection()))

    def _get_query(self, backend, client, run):
        parts = self.env['shopify.sync.product']._get_parts(backend)
        reading = product_bulk.reading(parts, product_selection.search(run._get_product_selection()))
        return reading.query, {'connections': list(reading.connections)}

    def _is_read_otherwise(self, client, run, status):
        gids = self._list(client, product_selection.search(run._get_product_selection()))
        run.write({'bulk_gid': False, 'found_gids': gids, 'found_count': len(gids)})
        return True

    # === READ === #

    def _most_a_batch(self):
        return _PRODUCTS_PER_BATCH

    def _read(self, backend, client, gids):
        payloads = self.env['shopify.sync.product']._fetch(backend, client, gids)
        found = {payload['id'] for payload in payloads}
        return payloads, [gid for gid in gids if gid not in found]

    def _payload_maker(self, run):
        connections = run.connections
        return lambda root: product_bulk.payload(root, connections)

    def _complete(self, backend, client, run, payloads):
        """Override: a bulk operation reads all there is, in no order, and more where something was deleted meanwhile."""
        kept, missing = self._without_gone(backend, client, run, payloads, 'shopify.product.binding', ['product'])
        self.env['shopify.sync.product']._put_in_order(backend, client, kept)
        return kept, missing

    def _root_filter(self, run):
        selection = run._get_product_selection()
        return lambda root: product_selection.matches(root, selection)

    # === BRING === #

    def _bring(self, backend, client, run, task, batch, pace):
        payloads, missing, position = batch
        dry = run.mode == 'dry_run'
        with self.env['shopify.engine']._turn():
            if not run._is_running():
                return False
            with pace.measured(len(payloads)):
                rows = self._plan(backend, run, payloads) if dry else self._write(backend, payloads, missing)
            rows += [self._missing_row(gid) for gid in missing]
            self._note_rows(run, task, rows, position)
        return True

    def _write(self, backend, payloads, missing=()):
        """Bring the products over; a row of values for each that is worth one, ``{'outcome': …}`` for the others.
        ``missing``: gids of those that the shop has not any more."""
        products = self.env['shopify.sync.product']
        gone = products._end_products(backend, missing)
        before = self._bindings(backend, payloads)
        changed = products._changed(backend, payloads)
        failures = products._upsert(backend, changed)
        products._retry_each(backend, failures)
        products._settle_ended(backend, gone)
        after, asking = self._bindings(backend, changed), self._asking(backend, changed)
        looked_at = {payload['id'] for payload in changed}
        rows = []
        for payload in payloads:
            gid = payload['id']
            binding = after.get(gid)
            if gid not in looked_at:
                outcome = 'same'
            elif gid in failures or gid in asking:
                outcome = 'problem'
            elif gid in before:
                outcome = 'change'
            elif not binding.product_tmpl_id:
                outcome = 'skip'
            else:
                outcome = 'create' if binding.origin == 'shopify' else 'link'
            sentence = (
                self.env['shopify.engine']._explain(failures[gid])[1]
                if gid in failures
                else binding and binding.message
            )
            rows.append(self._row_vals(payload, outcome, sentence) if outcome in _REPORTED else {'outcome': outcome})
        return rows

    def _bindings(self, backend, payloads):
        found = self.env['shopify.product.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', [payload['id'] for payload in payloads])]
        )
        return {binding.gid: binding for binding in found}

    def _asking(self, backend, payloads):
        """The gids of those of which a person has to choose something."""
        rows = self.env['shopify.match.row'].search_fetch(
            [
                ('backend_id', '=', backend.id),
                ('product_gid', 'in', [payload['id'] for payload in payloads]),
                ('state', '=', 'open'),
            ],
            ['product_gid'],
        )
        return set(rows.mapped('product_gid'))

    def _plan(self, backend, run, payloads):
        """What an import would do: the match plan, and a row here for each product. Nothing else is written."""
        self.env['shopify.match.row']._plan(backend, run, payloads)
        changed = {
            payload['id'] for payload in self.env['shopify.sync.product']._changed(backend, payloads, note=False)
        }
        verdicts = defaultdict(set)
        for row in self.env['shopify.match.row'].search_fetch(
            [('backend_id', '=', backend.id), ('product_gid', 'in', [payload['id'] for payload in payloads])],
            ['product_gid', 'verdict'],
        ):
            verdicts[row.product_gid].add(row.verdict)
        rows = []
        for payload in payloads:
            found = verdicts[payload['id']]
            outcome = next((outcome for outcome, codes in _OUTCOMES if codes & found), 'skip')
            if outcome == 'same' and payload['id'] in changed:
                outcome = 'change'
            rows.append(self._row_vals(payload, outcome))
        return rows

    def _row_vals(self, payload, outcome, sentence=False):
        return {
            'gid': payload['id'],
            'name': payload['title'],
            'outcome': outcome,
            'variants': len(payload['variants']['nodes']),
            'sentence': sentence or False,
        }

    def _missing_row(self, gid):
        return {
            'gid': gid,
            'name': gid.rsplit('/', 1)[-1],
            'outcome': 'skip',
            'sentence': self.env._("Shopify does not show this product any more: it was deleted there."),
        }

    # === END === #

    def _finish(self, backend, run, task):
        """What Odoo knows and the whole catalogue does not have is asked for once more, by itself."""
        if run.mode == 'import' and run._is_whole_catalogue():
            self._look_for_missed(backend, run)
            self._note_seen(backend, run)
        return super()._finish(backend, run, task)

    def _note_seen(self, backend, run):
        """What a bulk operation has read of the whole catalogue, the look for changes need not find again."""
        if run.bulk_gid and run.bulk_created_at:
            until = max(run.bulk_created_at, backend.products_seen_until or run.bulk_created_at)
            backend.write(
                {
                    'products_seen_until': until,
                    'products_settled_until': run.bulk_created_at,
                    'products_read_until': run.bulk_created_at,
                    'products_moved_at': fields.Datetime.now(),
                }
            )

    def _look_for_missed(self, backend, run):
        self.env['shopify.product.binding'].flush_model(['gid', 'deleted_at'])
        query = SQL(
            "SELECT gid FROM shopify_product_binding WHERE backend_id = %s AND deleted_at IS NULL AND create_date < %s",
            backend.id,
            run.started_at,
        )
        known = {gid for (gid,) in self.env.execute_query(query)}
        known.difference_update(run.found_gids or ())
        if known and run.bulk_gid and run.found_count:
            known.difference_update(self._spool(run).ids())
        self.env['shopify.task']._add(backend, 'product', sorted(known), source='shopify')

    # === WHAT IS SAID === #

    def _finished_text(self, dry, figures):
        if dry:
            return self.env._(
                "%(count)s products looked at: %(created)s would be created or linked, %(changed)s changed, %(skipped)s "
                "skipped, %(failed)s need a person. Nothing was changed.",
                **figures,
            )
        return self.env._(
            "%(count)s products looked at: %(created)s created or linked, %(changed)s changed, %(skipped)s skipped, "
            "%(failed)s need a person.",
            **figures,
        )

    def _progress_text(self, done, found):
        return self.env._("%(done)s of %(found)s products", done=done, found=found)

    def _waiting_text(self, count=None):
        if count is None:
            return self.env._("Shopify is putting the products together.")
        return self.env._("Shopify is putting the products together: %(count)s rows so far.", count=count)
