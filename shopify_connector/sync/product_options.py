"""Options and their values by their ids: whatever either side calls them, they stay the same attribute and value."""

from odoo import api, models

from ..entities import catalog_merge, translation
from ..entities import product as mapping
from ..entities.catalog_fields import OPTION
from .product_attributes import key


class ShopifySyncCatalog(models.AbstractModel):
    _inherit = 'shopify.sync.catalog'

    @api.model
    def _settle(self, backend, payloads, created=False):
        """Override: first it is noted which attribute each option is."""
        self._link_options(backend, payloads)
        return super()._settle(backend, payloads, created)

    @api.model
    def _link_options(self, backend, payloads):
        """Note for ``{product binding: payload}`` which attribute each option is and which value each of its values."""
        lang = backend._get_catalog_lang()
        for binding, payload in payloads.items():
            links = self._get_option_links(binding, payload, lang)
            if links != (binding.option_links or {}):
                is_first = not binding.option_links
                binding.option_links = links or False
                if is_first:
                    self._agree_on_names(binding, payload, lang)

    def _agree_on_names(self, binding, payload, lang):
        """Products from before options were compared: whatever their options are called on either side stays, for nobody
        has asked for another name. From now on a new name travels."""
        agreed = binding.agreed or {}
        if not agreed or any(name.startswith(OPTION) for name in agreed):
            return
        shop = {
            OPTION + translation.short_id(node['id']): node['name'].strip()
            for node in translation.option_nodes(payload)
        }
        records = self.env['shopify.sync.catalog.values']._get_option_records([binding], lang)[binding]
        odoo = {OPTION + short: record.name for short, record in records.items()}
        apart = [name for name in odoo if name in shop and key(odoo[name]) != key(shop[name])]
        if apart:
            binding.agreed = catalog_merge.agree(agreed, apart, shop, odoo)

    def _get_option_links(self, binding, payload, lang):
        """``{short id: id of the attribute or value}``. Variants tell for sure; what none of them has is known from before,
        or by its name."""
        template = binding.product_tmpl_id.sudo().with_context(lang=lang)
        if not template or payload.get('hasOnlyDefaultVariant') or not payload.get('options'):
            return {}
        known, links = binding.option_links or {}, {}
        lines = {line.attribute_id.id: line for line in template.attribute_line_ids}
        names = {key(line.attribute_id.name): line for line in template.attribute_line_ids}
        used = self._get_used_values(binding, payload)
        for option in payload['options']:
            short = translation.short_id(option['id'])
            line = lines.get(known.get(short)) or names.get(key(option['name']))
            if not line or line.attribute_id.id in links.values():
                continue
            links[short] = line.attribute_id.id
            ids = set(line.value_ids.ids)
            by_name = {key(value.name): value.id for value in line.value_ids}
            for value in option.get('optionValues') or ():
                own = translation.short_id(value['id'])
                sure = used.get((option['name'], value['name'], line.attribute_id.id))
                before = known.get(own) if known.get(own) in ids else None
                found = sure or before or by_name.get(key(value['name']))
                if found:
                    links[own] = found
        return links

    def _get_used_values(self, binding, payload):
        """``{(option, value, attribute id): value id}`` by the variants that have them."""
        products = {
            row.gid: row.product_id
            for row in binding.variant_ids
            if row.product_id and row.product_id.product_tmpl_id == binding.product_tmpl_id
        }
        found = {}
        for node in mapping.variant_nodes(payload):
            for ptav in products[node['id']].product_template_attribute_value_ids if node['id'] in products else ():
                for name, value in mapping.option_pairs(node):
                    found[name, value, ptav.attribute_id.id] = ptav.product_attribute_value_id.id
        return found


class ShopifySyncCatalogValues(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.values'

    @api.model
    def _get_shop_values(self, backend, payload):
        """Override: with the names of options and values."""
        values = super()._get_shop_values(backend, payload)
        if not payload.get('hasOnlyDefaultVariant'):
            for node in translation.option_nodes(payload):
                values['product'][OPTION + translation.short_id(node['id'])] = node['name'].strip()
        return values

    @api.model
    def _get_values_of(self, backend, shapes):
        """Override: with the names of the attributes and values that options are."""
        result = super()._get_values_of(backend, shapes)
        linked = [shape for shape in shapes if shape.template and shape.binding and shape.binding.option_links]
        records = self._get_option_records([shape.binding for shape in linked], backend._get_catalog_lang())
        for shape in linked:
            into = result[shape.key]['product']
            shop = (shape.shop or {'product': {}})['product']
            agreed = shape.binding.agreed or {}
            for short, record in records[shape.binding].items():
                name = OPTION + short
                alike = [side[name] for side in (shop, agreed) if key(side.get(name)) == key(record.name)]
                into[name] = alike[0] if alike else record.name
        return result

    def _get_option_records(self, bindings, lang=None):
        """``{product binding: {short id: product.attribute or product.attribute.value}}``, all of them read at once."""
        env = self.env['product.attribute'].sudo().with_context(lang=lang or self.env.lang).env
        links = {binding: binding.option_links or {} for binding in bindings}
        found = {}
        for model, prefix in (
            ('product.attribute', 'ProductOption/'),
            ('product.attribute.value', 'ProductOptionValue/'),
        ):
            ids = {id_ for each in links.values() for short, id_ in each.items() if short.startswith(prefix)}
            found[prefix] = {record.id: record for record in env[model].browse(ids).exists()}
        return {
            binding: {
                short: found[prefix][id_]
                for short, id_ in each.items()
                if id_ in found[prefix := short.partition('/')[0] + '/']
            }
            for binding, each in links.items()
        }

    @api.model
    def _write_odoo(self, backend, changes):
        """Override: with the names of options and values, where no other product has the same attribute or value."""
        written = super()._write_odoo(backend, changes)
        wanted = {
            id_: {name: value for name, value in change['product'].items() if name.startswith(OPTION) and value}
            for id_, change in changes.items()
        }
        bindings = self.env['shopify.product.binding'].browse([id_ for id_, values in wanted.items() if values])
        records = self._get_option_records(bindings, backend._get_catalog_lang())
        for binding in bindings:
            for name, value in wanted[binding.id].items():
                record = records[binding].get(name.removeprefix(OPTION))
                if record and not self._rename_option(backend, binding, record, value):
                    sentence = self.env._(
                        "“%(old)s” is called “%(new)s” in the shop now. It is left in Odoo, because other products have the "
                        "same value or one of that name is there already. Rename it by hand.",
                        old=record.name,
                        new=value,
                    )
                    written.refuse(binding.id, None, name, sentence)
        return written

    @api.model
    def _rename_option(self, backend, binding, record, name):
        """Whether the attribute or value has that name now: it gets it where it is this product's alone."""
        if record.name == name:
            return True
        is_value = record._name == 'product.attribute.value'
        lines = record.pav_attribute_line_ids if is_value else record.attribute_line_ids
        if lines.product_tmpl_id - binding.product_tmpl_id:
            return False
        if is_value and any(key(other.name) == key(name) for other in record.attribute_id.value_ids - record):
            return False
        record.with_context(shopify_catalog_pull=backend.id).name = name
        return True
