"""Metafields of products and variants on both sides, as texts of one spelling."""

from odoo import api, models

from ..entities import metafield, metafield_values


class ShopifySyncCatalogValues(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.values'

    def _get_mappings(self, backend, level):
        return self.env['shopify.metafield.mapping']._of(backend, level)

    @api.model
    def _get_shop_values(self, backend, payload):
        """Override: with the metafields; beside each its type."""
        values = super()._get_shop_values(backend, payload)
        nodes = [('product', payload, values['product'])]
        nodes += [('variant', node, values['variants'][node['id']]) for node in payload['variants']['nodes']]
        for level, node, into in nodes:
            for mapping in self._get_mappings(backend, level):
                if mapping._alias() in node:
                    found, name = node[mapping._alias()], mapping._value_name()
                    into[name] = metafield_values.canonical(found)
                    into[f'_{name}'] = (found or {}).get('type')
        return values

    @api.model
    def _get_values_of(self, backend, shapes):
        """Override: with the fields that are metafields in this store."""
        result = super()._get_values_of(backend, shapes)
        products, variants = self._get_mappings(backend, 'product'), self._get_mappings(backend, 'variant')
        if not (products or variants):
            return result
        templates, records = self._get_records(backend, shapes)
        for shape in shapes:
            shop = shape.shop or {'product': {}, 'variants': {}}
            if shape.template:
                self._add(result[shape.key]['product'], products, templates[shape.template.id], shop['product'])
            for key, product in shape.variants.items():
                into = result[shape.key]['variants'][key]
                self._add(into, variants, records[product.id], shop['variants'].get(key, {}))
        return result

    def _add(self, into, mappings, record, shop):
        for mapping in mappings:
            name = mapping._value_name()
            into[name], into[f'_{name}'] = mapping._get_odoo_value(record, shop.get(name))

    @api.model
    def _write_odoo(self, backend, changes):
        """Override: with the metafields. What a field cannot hold is told."""
        written = super()._write_odoo(backend, changes)
        records = self.sudo().with_context(**self._get_context(backend), shopify_catalog_pull=backend.id)
        bindings = records.env['shopify.product.binding'].with_company(backend.company_id).browse(changes)
        for binding in bindings:
            change = changes[binding.id]
            self._write_fields(backend, 'product', binding, None, binding.product_tmpl_id, change['product'], written)
            for row in binding.variant_ids:
                values = change['variants'].get(row.gid, {})
                self._write_fields(backend, 'variant', binding, row.gid, row.product_id, values, written)
        return written

    def _write_fields(self, backend, level, binding, gid, record, values, written):
        vals = {}
        for mapping in self._get_mappings(backend, level) if record else ():
            name = mapping._value_name()
            if name not in values:
                continue
            kind = values.get(f'_{name}') or mapping.value_type or ''
            if kind and mapping.value_type != kind:
                mapping.value_type = kind
            try:
                vals[mapping.field_id.name] = mapping._convert({'type': kind, 'value': values[name]})
            except metafield.Unfit as error:
                label = f'{mapping.namespace}.{mapping.key}'
                sentence = self.env._("Metafield: %(name)s was left out. %(problem)s", name=label, problem=error)
                written.refuse(binding.id, gid, name, sentence)
        if vals:
            record.write(vals)
