"""A new owner of customers: what that does is read and shown before, and carried out where the two sides differ."""

from odoo import api, models
from odoo.tools import SQL

from ..entities import catalog_merge, customer_values
from .customer_lookup import Lookup
from .customer_upsert import Batch

# The dialog reads these from the shop while somebody waits.
_CUSTOMERS = 200
_SIDES = ('shopify', 'odoo')


class ShopifySyncCatalog(models.AbstractModel):
    _inherit = 'shopify.sync.catalog'

    @api.model
    def _preview_owner(self, backend, groups, owner, limit):
        """Override: customers are no products, and nothing is kept of theirs that could be compared without the shop."""
        numbers = ('looked', 'product', 'unread', 'pull', 'push')
        result = {'lines': [], **{f'{name}_count': 0 for name in numbers}}
        if groups != {'customer'}:
            result = super()._preview_owner(backend, groups - {'customer'}, owner, limit)
        result |= {'customer_count': 0, 'customer_looked_count': 0}
        if 'customer' in groups and owner in _SIDES:
            self.env['shopify.sync.customer']._preview_owner(backend, owner, result)
        return result


class ShopifySyncCustomer(models.AbstractModel):
    _inherit = 'shopify.sync.customer'

    @api.model
    def _preview_owner(self, backend, owner, result):
        """Add to ``result`` what becomes of the linked customers; those with the oldest links are compared."""
        rows = self.env['shopify.customer'].search(self._alive(backend), order='id')
        known = {row.gid: row for row in rows[:_CUSTOMERS]}
        result['customer_count'] = len(rows)
        if not known:
            return
        payloads, _missing = self._read(backend, backend._get_client('catalogue'), list(known))
        batch = Batch(backend, payloads, Lookup(self.env, backend, []), known, {})
        result['customer_looked_count'] = len(known)
        lines = []
        for row, payload in batch.pairs():
            for name, shop, odoo, becomes in self._would_become(batch, row, payload, owner):
                result[f'{becomes}_count'] += 1
                lines.append(
                    {
                        'name': row.partner_id.display_name,
                        'label': row._field_labels()[name],
                        'in_shopify': shop,
                        'in_odoo': odoo,
                        'becomes': becomes,
                    }
                )
        result['lines'] = lines + result['lines']

    def _would_become(self, batch, row, payload, owner):
        """``(field, in Shopify, in Odoo, 'pull' or 'push')`` of what differs when nothing is agreed on any more."""
        shop, odoo = self._both_values(batch, row, payload)
        for name, value in shop.items():
            verdict = catalog_merge.decide(owner, catalog_merge.UNKNOWN, value, odoo[name])
            is_apart = (name == 'name' and row.partner_id.is_company) or (name == 'note' and owner == 'odoo')
            if verdict in ('pull', 'push') and not is_apart:
                yield name, value, odoo[name], verdict

    @api.model
    def _decide_anew(self, backend):
        """What was agreed on in former times is forgotten, and all linked customers are read: the owner's word counts now."""
        customers = self.env['shopify.customer'].search(self._alive(backend))
        customers.flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE shopify_customer SET payload_digest = NULL, agreed = agreed - %s::text[] WHERE id = ANY(%s)",
                list(customer_values.FIELDS),
                customers.ids,
            )
        )
        customers.invalidate_model(['payload_digest', 'agreed'])
        self.env['shopify.task']._add(backend, 'customer', customers.mapped('gid'), source='user')
        backend._wake('catalogue')

    def _alive(self, backend):
        return [
            ('backend_id', '=', backend.id),
            ('deleted_at', '=', False),
            ('redacted_at', '=', False),
            ('merged_into_id', '=', False),
        ]
