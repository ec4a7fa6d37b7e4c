"""What an import of customers (``shopify.import``) needs: how they are found and read, and what became of each."""

from odoo import api, models

from ..entities import address, customer
from ..shopify import gid, paging, when

# So many are read quicker than Shopify starts a bulk operation.
_FEW_CUSTOMERS = 50


class ShopifySyncCustomer(models.AbstractModel):
    _inherit = 'shopify.sync.customer'

    @api.model
    def _import_search(self, created_from=None, created_to=None):
        """Shopify's search, see :func:`customer.search`."""
        return customer.search(created_from, created_to)

    @api.model
    def _import_ids(self, backend, client, search):
        """The gids of a small selection, oldest first; None when it is not small."""
        counted = client.query(customer.COUNT, {'query': search or None, 'limit': _FEW_CUSTOMERS + 1})
        if counted['customersCount']['count'] > _FEW_CUSTOMERS:
            return None
        return self._import_list(client, search)

    @api.model
    def _import_list(self, client, search):
        """The gids of all whom the search finds, oldest first."""
        found = {
            node['id']: node['createdAt']
            for page in paging.pages(client, customer.FIND, {'query': search or None}, ('customers',))
            for node in page
        }
        return sorted(found, key=lambda id_: (found[id_], gid.gid_number(id_)))

    @api.model
    def _import_query(self, backend, search):
        """The text of the bulk operation."""
        return customer.bulk_query(search, self._bulk_metafields(backend))

    @api.model
    def _import_payload(self, root):
        """A customer as single ones are read, from a root of the bulk operation's result."""
        return customer.bulk_payload(root)

    @api.model
    def _import_read(self, backend, client, gids):
        """``(payloads, gids that Shopify does not have)``."""
        return self._read(backend, client, gids)

    @api.model
    def _import_bring(self, backend, payloads, dry=False):
        """Bring customers over inside the caller's turn; a row of values for ``shopify.import.row`` for each. What fails is
        a task of its own from then on. ``dry``: the caller undoes it."""
        newer = self._get_newer(backend, payloads)
        wanted = [payload for payload in payloads if payload['id'] not in newer]
        newest = self.env['res.partner'].with_context(active_test=False).search([], order='id desc', limit=1).id
        outcomes, failures = self._upsert(backend, wanted)
        outcomes.update(dict.fromkeys(newer, 'same'))
        if failures and not dry:
            tasks = self.env['shopify.task']._add(backend, 'customer', list(failures), source='shopify')
            self.env['shopify.engine']._settle_each(backend, tasks, failures)
        rows = self.env['shopify.customer'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', [payload['id'] for payload in payloads])]
        )
        known = {row.gid: row for row in rows}
        return [
            self._import_row(payload, outcomes.get(payload['id']), failures.get(payload['id']), known, newest)
            for payload in payloads
        ]

    def _get_newer(self, backend, payloads):
        """Gids of those whom Odoo knows in a later state: a bulk result is as old as its operation."""
        times = {payload['id']: when.to_utc(payload['updatedAt']) for payload in payloads if self._is_dated(payload)}
        rows = self.env['shopify.customer'].search_fetch(
            [('backend_id', '=', backend.id), ('gid', 'in', list(times)), ('shopify_updated_at', '!=', False)],
            ['gid', 'shopify_updated_at'],
        )
        return {row.gid for row in rows if row.shopify_updated_at > times[row.gid]}

    @staticmethod
    def _is_dated(payload):
        try:
            return bool(when.to_utc(payload.get('updatedAt')))
        except ValueError:
            return False

    def _import_row(self, payload, outcome, failure, known, newest):
        row = known.get(payload['id'], self.env['shopify.customer'])
        name = address.customer_name(payload, address.clean(payload.get('defaultAddress')), customer.email_of(payload))
        values = {
            'gid': payload['id'],
            'name': name or payload['id'].rsplit('/', 1)[-1],
            'ordered_at': False,
            'outcome': 'problem' if failure else outcome or 'skip',
            'customer': row.partner_id.display_name or False,
            'customer_is_new': row.partner_id.id > newest if row and newest else False,
        }
        sentences = [self.env['shopify.engine']._explain(failure)[1]] if failure else []
        if outcome in ('create', 'link', 'change'):
            sentences += [row._sentence(code, told) for _stamp, code, told in (row.trail or [])[-3:]]
        sentences += [row.problem] if row.problem else []
        return {**values, 'sentence': '\n'.join(sentences) or False}
