"""Tax numbers that a shop keeps in a metafield of its customers -> contacts that have none."""

from odoo import api, models

from ..entities import customer

_ALIAS = 'vatNumber'


class ShopifySyncCustomer(models.AbstractModel):
    _inherit = 'shopify.sync.customer'

    @api.model
    def _in_full(self, backend, document):
        document = super()._in_full(backend, document)
        wanted = self._get_vat_metafield(backend)
        return customer.with_metafields(document, wanted) if wanted else document

    @api.model
    def _bulk_metafields(self, backend):
        return {**super()._bulk_metafields(backend), **self._get_vat_metafield(backend)}

    def _get_vat_metafield(self, backend):
        namespace, _sep, key = (backend.customer_vat_metafield or '').rpartition('.')
        return {_ALIAS: (namespace, key)} if namespace and key else {}

    def _settle_more(self, batch, row, payload):
        super()._settle_more(batch, row, payload)
        number = ((payload.get(_ALIAS) or {}).get('value') or '').strip()
        if not number or batch.backend._get_owner('customer') in ('none', 'odoo'):
            return
        partner = row.partner_id
        if partner.commercial_partner_id.vat:
            return
        if partner.commercial_partner_id == partner:
            self._write_or_tell(batch, partner, row, {'vat': number})
        elif partner.commercial_partner_id.child_ids == partner:
            # The company came with this person: the number is the company's.
            self._write_or_tell(batch, partner.commercial_partner_id, row, {'vat': number})
        else:
            batch.note(
                row,
                self.env._(
                    "The customer's tax number is %(number)s. Tax numbers are those of the company %(company)s: set it there.",
                    number=number,
                    company=partner.commercial_partner_id.name,
                ),
            )
