"""Changes of customers, one by one and found by the sweep."""

from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..entities import customer
from ..shopify import paging, when


class ShopifySyncCustomer(models.AbstractModel):
    _inherit = 'shopify.sync.customer'

    @api.model
    def _handle_customers(self, backend, tasks):
        """Read the customers anew. Those that are no contact yet become one when the store wants all of them."""
        keys = list(dict.fromkeys(tasks.mapped('key')))
        wants_all = backend.customer_policy == 'all'
        if not wants_all:
            # Most who look around never order: they are not even read.
            known = self.env['shopify.customer'].search_fetch(
                [('backend_id', '=', backend.id), ('gid', 'in', keys)], ['gid']
            )
            keys = [key for key in keys if key in set(known.mapped('gid'))]
        payloads, missing = self._read(backend, backend._get_client('catalogue'), keys) if keys else ([], [])
        with self.env['shopify.engine']._turn():
            _outcomes, failures = self._upsert(backend, payloads, create=wants_all)
            self._note_deleted(backend, missing)
        self.env['shopify.engine']._settle_each(backend, tasks, failures)

    @api.model
    def _handle_import(self, backend, tasks):
        """Read all customers: found by e-mail and phone, created where unknown."""
        client, task = backend._get_client('catalogue'), tasks[:1]
        start = {'after': task.cursor} if task.cursor else {}
        document = self._in_full(backend, customer.ALL)
        for page, cursor in paging.walk(client, document, start, ('customers',), whole=True):
            payloads = [self._with_all_places(client, node) for node in page]
            with self.env['shopify.engine']._turn():
                _outcomes, failures = self._upsert(backend, payloads)
                failed = self.env['shopify.task']._add(backend, 'customer', list(failures), source='shopify')
                self.env['shopify.engine']._settle_each(backend, failed, failures)
                task._keep_position(cursor, len(page))
                task.message = self.env._("%(count)s customers read", count=task.value)
            if cursor and not (self.env['shopify.engine']._is_time_left() and backend._is_live()):
                return
        tasks._set_done(self.env._("%(count)s customers read.", count=task.value))

    def _note_deleted(self, backend, gids):
        """The contacts stay, with all that belongs to them."""
        rows = self.env['shopify.customer'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', gids), ('deleted_at', '=', False)]
        )
        rows.write({'deleted_at': fields.Datetime.now()})
        rows.filtered(lambda row: not row.merged_into_id)._add_trail('deleted')

    # === SWEEP === #

    @api.model
    def _enqueue_when_due(self, backend):
        now = fields.Datetime.now()
        due = now - timedelta(minutes=const.CUSTOMER_SWEEP_MINUTES, seconds=-5)
        if not backend.customers_swept_at or backend.customers_swept_at <= due:
            self.env['shopify.task']._add(backend, 'customers_sweep', [str(backend.id)], source='poll')

    @api.model
    def _handle_sweep(self, backend, tasks):
        """Customers whose change no webhook has told. The watermark stays an overlap behind, for Shopify's search lags."""
        now = fields.Datetime.now()
        seen = backend.customers_seen_until or now
        query = when.since(seen - timedelta(minutes=const.SWEEP_OVERLAP_MINUTES))
        newest, count = seen, 0
        for page in paging.pages(backend._get_client('catalogue'), customer.CHANGED, {'query': query}, ('customers',)):
            count += self._note_changed(backend, page)
            newest = max([newest, *(when.to_utc(node['updatedAt']) for node in page)])
        backend.write({'customers_seen_until': newest, 'customers_swept_at': now})
        tasks._set_done(self.env._("%(count)s changed customers found.", count=count) if count else False)

    def _note_changed(self, backend, nodes):
        """Tasks for the customers that look different from what is known; the number of them."""
        rows = self.env['shopify.customer'].search_fetch(
            [('backend_id', '=', backend.id), ('gid', 'in', [node['id'] for node in nodes])],
            ['gid', 'shopify_updated_at'],
        )
        known = {row.gid: row.shopify_updated_at for row in rows}
        changed = [
            node['id']
            for node in nodes
            if (node['id'] in known or backend.customer_policy == 'all')
            and known.get(node['id']) != when.to_utc(node['updatedAt'])
        ]
        return len(self.env['shopify.task']._add(backend, 'customer', changed, source='poll'))
