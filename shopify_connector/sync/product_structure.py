"""Options and values that changed in the shop, followed on templates that this store's import has made.

A template that somebody else has built, or that another store is linked to, is never rebuilt.
"""

from collections import Counter

from odoo import models
from odoo.tools import SQL

from ..entities import product as mapping
from ..entities.product_match import barcode_key, sku_key
from .product_attributes import Attributes, key
from .product_create import create_template_values, extend_line


class ShopifySyncProduct(models.AbstractModel):
    _inherit = 'shopify.sync.product'

    def _follow_structure(self, batch):
        """Before variants are matched: the known ones get the options that they have now, so that new ones find their
        place beside them."""
        own = {
            payload['id']: payload
            for payload in batch.payloads
            if (binding := batch.matcher.bindings.get(payload['id']))
            and binding.origin == 'shopify'
            and binding.product_tmpl_id
        }
        shared = self._shared_templates(batch, own)
        lang = batch.backend._get_catalog_lang()
        attributes = Attributes(self.env, lang)
        for gid, payload in own.items():
            binding = batch.matcher.bindings[gid]
            linked = {
                variant: product.with_context(lang=lang) for variant, product in self._linked(binding, payload).items()
            }
            if binding.product_tmpl_id in shared or not (linked or self._is_to_be_filled(batch, binding, payload)):
                continue
            if not self._has_structure(binding, payload, linked, lang):
                self._restructure(batch, binding, payload, linked, attributes)

    def _shared_templates(self, batch, own):
        """Templates that other products of shops are linked to."""
        bindings = self.env['shopify.product.binding'].union(*(batch.matcher.bindings[gid] for gid in own))
        others = self.env['shopify.product.binding'].search(
            [
                ('product_tmpl_id', 'in', bindings.product_tmpl_id.ids),
                ('id', 'not in', bindings.ids),
                ('deleted_at', '=', False),
            ]
        )
        return others.product_tmpl_id

    def _linked(self, binding, payload):
        """``{variant gid: product}`` of the template's own variants that the shop still has, or has made anew."""
        there = {variant['id'] for variant in mapping.variant_nodes(payload)}
        own = binding.variant_ids.filtered(lambda row: row.product_id.product_tmpl_id == binding.product_tmpl_id)
        known = {row.gid: row.product_id for row in own if row.gid in there}
        gone = own.filtered(lambda row: row.gid not in there and row.product_id.active).product_id
        return {**self._successors(payload, known, gone), **known}

    @staticmethod
    def _successors(payload, known, gone):
        """``{variant gid: product}`` of new variants with the SKU of one that is gone."""
        skus = Counter(sku_key(variant.get('sku')) for variant in mapping.variant_nodes(payload))
        products = (gone - gone.browse().union(*known.values())).grouped(lambda product: sku_key(product.default_code))
        found = {}
        for variant in mapping.variant_nodes(payload):
            code = sku_key(variant.get('sku'))
            if code and skus[code] == 1 and variant['id'] not in known and len(products.get(code, ())) == 1:
                found[variant['id']] = products[code]
        return found

    @staticmethod
    def _is_to_be_filled(batch, binding, payload):
        """Whether variants will be made for a product none of whose old ones the shop has any more."""
        known = set(binding.variant_ids.mapped('gid'))
        return batch.matcher.policy.creates and any(
            variant['id'] not in known and not any(batch.matcher._hits(variant))
            for variant in mapping.variant_nodes(payload)
        )

    @staticmethod
    def _names(payload):
        return {key(name) for name, _values in mapping.options(payload)}

    def _has_structure(self, binding, payload, linked, lang):
        """Whether the products have the options that the shop shows; the template, where all variants were made anew."""
        if not linked:
            lines = binding.product_tmpl_id.with_context(lang=lang).attribute_line_ids
            return self._names(payload) == {key(line.attribute_id.name) for line in lines}
        return all(
            self._own_pairs(linked[variant['id']]) == self._shop_pairs(payload, variant)
            for variant in mapping.variant_nodes(payload)
            if variant['id'] in linked
        )

    @staticmethod
    def _shop_pairs(payload, variant):
        names = {name for name, _values in mapping.options(payload)}
        return {(key(name), key(value)) for name, value in mapping.option_pairs(variant) if name in names}

    @staticmethod
    def _own_pairs(product):
        return {
            (key(ptav.attribute_id.name), key(ptav.product_attribute_value_id.name))
            for ptav in product.product_template_attribute_value_ids
        }

    def _restructure(self, batch, binding, payload, linked, attributes):
        """Lines and values are added, the variants moved to them, and what nothing uses any more goes."""
        template = binding.product_tmpl_id.with_context(lang=batch.backend._get_catalog_lang())
        products = self.env['product.product'].union(*linked.values())
        kept = template.product_variant_ids - products
        has_names = self._names(payload) == {key(line.attribute_id.name) for line in template.attribute_line_ids}
        if not has_names and self._retire_early(batch, binding, kept):
            batch.structure_notes[payload['id']] = self.env._(
                "The options in Shopify are others now: %(names)s. They were left as they are in Odoo, because variants that "
                "the shop does not have any more are still in use.",
                names=', '.join(name for name, _values in mapping.options(payload)) or self.env._("none"),
            )
            return
        lines = self._add_lines(template, payload, attributes)
        ids = self._value_ids(payload, lines, attributes)
        ptavs = {
            ptav.product_attribute_value_id.id: ptav.id
            for ptav in template.attribute_line_ids.product_template_value_ids
            if ptav.ptav_active
        }
        wanted = {
            linked[variant['id']]: {
                ptavs[ids[name][value]] for name, value in mapping.option_pairs(variant) if name in lines
            }
            for variant in mapping.variant_nodes(payload)
            if variant['id'] in linked
        }
        if not self._is_in_the_way(batch, binding, kept, wanted):
            self._move(wanted)
        self._drop_unused(template, lines, products)

    def _is_in_the_way(self, batch, binding, kept, wanted):
        """Whether a product that the shop has no more, and that is in use still, has what another one is to get."""
        combinations = {frozenset(ids) for ids in wanted.values()}
        there = kept.filtered(
            lambda product: frozenset(product.product_template_attribute_value_ids.ids) in combinations
        )
        there = self._retire_early(batch, binding, there)
        if there:
            batch.structure_notes[binding.gid] = self.env._(
                "The options in Shopify are others now, and they belong to what the shop does not have: %(names)s. "
                "They were left as they are in Odoo. Archive it, and read the product again.",
                names=', '.join(there.mapped('display_name')),
            )
        return bool(there)

    def _retire_early(self, batch, binding, products):
        """Those that the shop has no more, and that no product of the batch may be, make way. Returns those that stay."""
        there = {variant['id'] for payload in batch.payloads for variant in mapping.variant_nodes(payload)}
        codes = {code for payload in batch.payloads for code in self._codes(payload)}
        rows = binding.variant_ids.filtered(
            lambda row: (
                row.product_id in products
                and row.gid not in there
                and not codes & {sku_key(row.product_id.default_code), barcode_key(row.product_id.barcode)}
            )
        )
        self._retire_variants(batch.backend, rows, also_last=True)
        return products.filtered('active')

    def _move(self, wanted):
        """Give products their values, ``{product: ids}``, also those that change places: no two may have one combination,
        not even for the moment between two rows."""
        moving = {
            product: ids
            for product, ids in wanted.items()
            if set(product.product_template_attribute_value_ids.ids) != ids
        }
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE product_product SET combination_indices = 'moving-' || id WHERE id IN %s",
                tuple(product.id for product in moving) or (0,),
            )
        )
        for product, ids in moving.items():
            product.product_template_attribute_value_ids = [(6, 0, sorted(ids))]

    def _add_lines(self, template, payload, attributes):
        """``{option name: line}``."""
        lines = {key(line.attribute_id.name): line for line in template.attribute_line_ids}
        missing = [name for name, _values in mapping.options(payload) if key(name) not in lines]
        chosen = attributes._chosen(payload) if missing else {}
        for name, values in mapping.options(payload):
            if name in missing:
                attributes.load_values([(chosen[name], values)])
                value_ids = list(attributes.value_ids(chosen[name], values).values())
                quiet = self.env['product.template.attribute.line'].with_context(create_product_product=False)
                lines[key(name)] = quiet.create(
                    {
                        'product_tmpl_id': template.id,
                        'attribute_id': chosen[name].id,
                        'value_ids': [(6, 0, value_ids)],
                    }
                )
                create_template_values(lines[key(name)])
        return {name: lines[key(name)] for name, _values in mapping.options(payload)}

    def _value_ids(self, payload, lines, attributes):
        """``{option name: {value: id}}``, all of them on their lines."""
        found = {}
        for name, values in mapping.options(payload):
            attributes.load_values([(lines[name].attribute_id, values)])
            found[name] = attributes.value_ids(lines[name].attribute_id, values)
            extend_line(lines[name], found[name].values())
        return found

    def _drop_unused(self, template, lines, linked):
        """Values that no variant has, and options that none in use has. Lines are archived, as Odoo does with those that
        were used once; nothing looks for variants to make or to archive meanwhile."""
        self.env.flush_all()
        template.invalidate_recordset()
        used = template.with_context(active_test=False).product_variant_ids.product_template_attribute_value_ids
        in_use = (template.product_variant_ids | linked).product_template_attribute_value_ids
        wanted = self.env['product.template.attribute.line'].union(*lines.values())
        for line in template.attribute_line_ids:
            unused = line.product_template_value_ids.filtered('ptav_active') - used
            quiet = line.with_context(update_product_template_attribute_values=False)
            if line not in wanted and not in_use & line.product_template_value_ids:
                line.product_template_value_ids.ptav_active = False
                quiet.write({'active': False})
            elif unused and used & line.product_template_value_ids:
                unused.ptav_active = False
                quiet.write({'value_ids': [(3, id_) for id_ in unused.product_attribute_value_id.ids]})
        template.invalidate_recordset()
