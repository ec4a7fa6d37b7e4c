"""Metafields of customers in fields of their contacts."""

from odoo import api, models

from ..entities import catalog_merge, customer, metafield, metafield_values


class ShopifySyncCustomer(models.AbstractModel):
    _inherit = 'shopify.sync.customer'

    def _get_mapped(self, backend):
        rows = self.env['shopify.metafield.mapping']._of(backend, 'customer')
        return {row._alias(): (row.namespace, row.key) for row in rows}

    @api.model
    def _in_full(self, backend, document):
        """Override: with the metafields that are mapped."""
        return customer.with_metafields(super()._in_full(backend, document), self._get_mapped(backend))

    @api.model
    def _bulk_metafields(self, backend):
        """Override: with the metafields that are mapped."""
        return {**super()._bulk_metafields(backend), **self._get_mapped(backend)}

    def _settle_more(self, batch, row, payload):
        """Override: metafields are taken where Shopify's word counts. A person's own change in Odoo stays."""
        result = super()._settle_more(batch, row, payload)
        for mapping in self.env['shopify.metafield.mapping']._of(batch.backend, 'customer'):
            if mapping._alias() in payload:
                self._settle_metafield(batch, row, mapping, payload[mapping._alias()])
        return result

    def _settle_metafield(self, batch, row, mapping, found):
        name, shop = mapping._value_name(), metafield_values.canonical(found)
        agreed = dict(row.agreed or {})
        odoo, mark = mapping._get_odoo_value(row.partner_id, shop)
        if name in agreed and agreed.get(f'_{name}') == mark:
            odoo = agreed[name]
        verdict = catalog_merge.decide(
            row._get_owner(), agreed.get(name, catalog_merge.UNKNOWN), shop, odoo, wipes=True
        )
        if verdict == 'pull':
            if (found or {}).get('type') and mapping.value_type != found['type']:
                mapping.value_type = found['type']
            try:
                value = mapping._convert(found)
            except metafield.Unfit as error:
                label = f'{mapping.namespace}.{mapping.key}'
                batch.note(row, self.env._("Metafield: %(name)s was left out. %(problem)s", name=label, problem=error))
                return
            self._write_or_tell(batch, row.partner_id, row, {mapping.field_id.name: value})
            mark = mapping._get_odoo_value(row.partner_id, shop)[1]
        elif verdict != 'same':
            return
        if agreed.get(name, catalog_merge.UNKNOWN) != shop or agreed.get(f'_{name}') != mark:
            row.agreed = {**agreed, name: shop, f'_{name}': mark}
