"""A batch of past orders brought over by the same code as new ones; in a dry run inside a savepoint that is undone."""

from odoo import models
from odoo.tools import SQL

from ..entities import order as mapping
from ..shopify import when

_COUNTERS = {
    'create': 'created_count',
    'link': 'linked_count',
    'change': 'changed_count',
    'same': 'same_count',
    'skip': 'skipped_count',
    'problem': 'failed_count',
}
_REPORTED = ('skip', 'problem')


class _Undone(Exception):
    """Ends the savepoint of a dry run."""


class ShopifySyncHistory(models.AbstractModel):
    _inherit = 'shopify.sync.history'

    def _bring(self, backend, client, run, task, batch, pace):
        """Write a batch and the position behind it in one transaction; False when the run was stopped meanwhile."""
        payloads, missing, position = batch
        fresh = self._refreshed(backend, client, payloads)
        dry = run.mode == 'dry_run'
        here = self.with_context(shopify_history=True, shopify_dry_run=dry, shopify_books_choice=run.books_choice)
        backend = backend.with_env(here.env)
        here.env['shopify.sync.order']._read_localized(client, fresh)
        fetched = here.env['shopify.sync.order']._fetch_products(backend, client, fresh)
        with self.env['shopify.engine']._turn():
            if not run._is_running():
                return False
            with pace.measured(len(fresh)):
                rows = here._rehearse(backend, fresh, fetched) if dry else here._write(backend, fresh, fetched)
            rows += [here._missing_row(gid) for gid in missing]
            self._note_rows(run, task, rows, position)
        return True

    def _refreshed(self, backend, client, payloads):
        """The payloads, those read again that are older than what Odoo knows or told in another currency: a bulk result
        is as old as its operation, and the shop has gone on since."""
        known = {
            binding.gid: binding
            for binding in self.env['shopify.order.binding'].search(
                [('backend_id', '=', backend.id), ('gid', 'in', [payload['id'] for payload in payloads])]
            )
        }
        again = [gid for gid, binding in known.items() if self._is_outdated(binding, payloads)]
        if not again:
            return payloads
        read = {payload['id']: payload for payload in self.env['shopify.sync.order']._read(backend, client, again)[0]}
        return [read.get(payload['id'], payload) for payload in payloads]

    @staticmethod
    def _is_outdated(binding, payloads):
        payload = next(payload for payload in payloads if payload['id'] == binding.gid)
        newer = binding.shopify_updated_at and binding.shopify_updated_at > when.to_utc(payload['updatedAt'])
        return newer or bool(binding.sale_order_id and binding.money_policy != payload['money_policy'])

    def _rehearse(self, backend, payloads, fetched):
        """The rows of :meth:`_write`, while nothing of it stays: no record, no number, nothing in memory."""
        rows = []
        try:
            with self.env.cr.savepoint():
                rows = self._write(backend, payloads, fetched)
                raise _Undone
        except _Undone:
            # What the undone records have put into the caches of this process.
            self.env.registry.reset_changes()
        return rows

    def _write(self, backend, payloads, fetched):
        """Bring the orders over; a row of values for each that is worth one, ``{'outcome': …}`` for the others."""
        self._decide_anew(backend, payloads)
        before = {gid: self._marks(binding) for gid, binding in self._bindings(backend, payloads).items()}
        newest = self._newest()
        products = self.env['shopify.sync.product']._upsert(backend, fetched['payloads'])
        failures = self.env['shopify.sync.order']._upsert(backend, payloads, fetched['variants'])
        bindings = self._bindings(backend, payloads)
        dry = self.env.context.get('shopify_dry_run')
        rows = []
        for payload in payloads:
            gid = payload['id']
            binding = bindings.get(gid, self.env['shopify.order.binding'])
            outcome = self._outcome(binding, before.get(gid), failures.get(gid))
            row = {'outcome': outcome}
            if dry or outcome in _REPORTED:
                row.update(self._row_vals(payload, binding, before.get(gid), failures.get(gid), newest))
            rows.append(row)
        if not dry:
            self._note_failures(backend, products, failures)
            self._choose_books([binding for gid, binding in bindings.items() if gid not in before])
            self.env['shopify.sync.order']._note_books(backend, payloads)
        return rows

    def _choose_books(self, created):
        """What the import says about invoices and payments holds for the orders that it has brought."""
        choice = self.env.context.get('shopify_books_choice')
        if choice and created:
            self.env['shopify.order.binding'].union(*created).books_choice = choice

    def _bindings(self, backend, payloads):
        found = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', [payload['id'] for payload in payloads])]
        )
        return {binding.gid: binding for binding in found}

    def _decide_anew(self, backend, payloads):
        """Whoever imports orders on purpose wants those too that were left out when they came by themselves."""
        self.env['shopify.order.binding'].search(
            [
                ('backend_id', '=', backend.id),
                ('gid', 'in', [payload['id'] for payload in payloads]),
                ('state', '=', 'skipped'),
                ('sale_order_id', '=', False),
            ]
        ).unlink()

    def _note_failures(self, backend, products, failures):
        """What failed is a task of its own from now on, with its own reason and button."""
        self.env['shopify.sync.product']._retry_each(backend, products)
        tasks = self.env['shopify.task']._add(backend, 'order', list(failures), source='shopify')
        self.env['shopify.engine']._settle_each(backend, tasks, failures)

    # === ROWS === #

    @staticmethod
    def _marks(binding):
        """What changes when an order that Odoo knows is changed."""
        order = binding.sale_order_id
        return {
            'values': (
                binding.state,
                binding.signature,
                binding.financial_status,
                binding.fulfillment_status,
                order.state,
                order.amount_total,
            ),
            'trail': len(binding.trail or []),
        }

    def _outcome(self, binding, before, failure):
        if failure:
            return 'problem'
        if binding.state == 'skipped' or not binding:
            return 'skip'
        if before:
            marks = self._marks(binding)
            return 'same' if marks == before else 'change'
        codes = {entry[1] for entry in binding.trail or []}
        return 'link' if 'adopted' in codes else 'create'

    def _newest(self):
        """The highest ids of what an order may bring along: what is above them afterwards is new."""
        rows = self.env.execute_query(
            SQL("SELECT (SELECT max(id) FROM res_partner), (SELECT coalesce(max(id), 0) FROM product_product)")
        )
        return dict(zip(('partner', 'product'), rows[0], strict=True))

    def _row_vals(self, payload, binding, before, failure, newest):
        order = binding.sale_order_id
        trail = (binding.trail or [])[before['trail'] if before else 0 :]
        taxes = [values.get('tax', '') for _stamp, code, values in trail if code == 'tax_created']
        products = order.order_line.product_id.filtered(lambda product: product.type != 'service')
        placeholders = products.filtered('shopify_placeholder')
        fresh = (products - placeholders).filtered(lambda product: product.id > newest['product'])
        sentences = [self.env['shopify.engine']._explain(failure)[1]] if failure else []
        sentences += [binding._sentence(code, values) for _stamp, code, values in trail]
        return {
            'gid': payload['id'],
            'name': payload['name'],
            'ordered_at': mapping.ordered_at(payload),
            'result': {'draft': 'quotation', 'sent': 'quotation', 'sale': 'sale', 'cancel': 'cancel'}.get(order.state),
            'customer': order.partner_id.display_name or False,
            'customer_is_new': order.partner_id.id > newest['partner'],
            'products_known': len(products - placeholders - fresh),
            'products_new': len(fresh),
            'placeholders': len(placeholders),
            'taxes_new': ', '.join(dict.fromkeys(taxes)) or False,
            'currency_id': binding.currency_id.id,
            'amount_shopify': binding.amount_shopify,
            'amount_odoo': order.amount_total,
            'difference': binding.difference,
            'sentence': '\n'.join(sentences) or False,
        }

    def _missing_row(self, gid):
        return {
            'gid': gid,
            'name': gid.rsplit('/', 1)[-1],
            'outcome': 'problem',
            'sentence': self.env._(
                "Shopify does not show this order: it was deleted there, or this app may not read it."
            ),
        }

    def _note_rows(self, run, task, rows, position):
        """How far it is, and the list; all of it in the batch's own transaction."""
        values = {'position': position, 'done_count': run.done_count + len(rows)}
        for outcome, counter in _COUNTERS.items():
            count = sum(1 for row in rows if row['outcome'] == outcome)
            if count:
                values[counter] = run[counter] + count
        text = self._progress_text(values['done_count'], run.found_count)
        run.write({**values, 'message': text})
        self.env['shopify.import.row'].create([{**row, 'import_id': run.id} for row in rows if 'gid' in row])
        task.message = text
