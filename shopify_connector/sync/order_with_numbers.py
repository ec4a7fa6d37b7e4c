"""What some countries ask of an order: tax numbers of people, addresses for electronic invoices, customs numbers."""

from psycopg2 import IntegrityError

from odoo import api, models
from odoo.exceptions import UserError

from ..entities import order_documents, order_header
from ..shopify import errors, paging


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _read(self, backend, client, gids):
        payloads, missing = super()._read(backend, client, gids)
        self._read_localized(client, payloads)
        return payloads, missing

    @api.model
    def _read_localized(self, client, payloads):
        """Join the localized fields to the orders of countries that have any; no request when there are none. What may not
        be read holds up no order."""
        asked = {
            payload['id']: payload
            for payload in payloads
            if order_header.has_localized_fields(payload) and 'localizedFields' not in payload
        }
        try:
            for _ids, nodes in paging.read_nodes(client, order_documents.LOCALIZED, list(asked)):
                for node in nodes:
                    if node and node.get('localizedFields'):
                        asked[node['id']]['localizedFields'] = node['localizedFields']
        except errors.ScopeError:
            return

    def _prepare_together(self, backend, payloads, fetched_variants):
        prepared = super()._prepare_together(backend, payloads, fetched_variants)
        for payload in payloads:
            refs, trail = prepared[payload['id']]
            partner = self.env['res.partner'].browse(refs.partner_id)
            # A person of a company has a number of their own, which is not the company's.
            if not partner.parent_id:
                self._fill_in_numbers(partner, order_header.partner_numbers(payload), trail)
        return prepared

    def _fill_in_numbers(self, partner, numbers, trail):
        """Where the contact has none; only what Odoo takes, for no order waits for that."""
        for name, value in numbers.items():
            if name not in partner._fields or partner[name]:
                continue
            try:
                with self.env.cr.savepoint():
                    partner[name] = value
            except (UserError, IntegrityError):
                partner.invalidate_recordset([name])
                trail.append(('number_invalid', {'number': value}))
