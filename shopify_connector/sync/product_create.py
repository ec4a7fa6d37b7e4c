"""New products and variants for many Shopify products at once: each of Odoo's tables is written to once a batch."""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from ..entities import product as mapping
from .product_attributes import Attributes, key


@dataclass
class Wish:
    """What is to be made for a product: ``variants`` of it, in ``template``, in a new one when there is none; those in
    ``alone`` (gids) become products of their own. ``is_own``: the store's import has made the template. ``notes`` gets what
    a person should know."""

    payload: dict
    variants: list
    template: Any
    notes: list
    alone: set = field(default_factory=set)
    is_own: bool = False


@dataclass
class _Plan:
    """Templates and variants to make. ``hosts`` are keys: a template of Odoo, or the number of a new one."""

    templates: list = field(default_factory=list)
    variants: list = field(default_factory=list)


class Creator:
    """Makes what a batch of wishes asks for. Templates are made without their variants, and the variants then all
    together: Odoo's own way makes them template by template, which takes five times as long."""

    def __init__(self, env, backend, matcher, values=None):
        """``values``: ``{product gid: {'product': vals, 'variants': {variant gid: vals}}}`` beyond the mapping's own."""
        self.env, self.backend, self.matcher = env, backend, matcher
        self.values = values or {}
        self.barcodes = set()
        self.rate = self._rate()
        self.lang = lang = backend._get_catalog_lang()
        self.attributes = Attributes(env, lang)
        self.templates = env['product.template'].with_company(backend.company_id).with_context(lang=lang)
        self.products = env['product.product'].with_company(backend.company_id)

    def make(self, wishes):
        """``{variant gid: product}`` of all that was wished for."""
        plan = _Plan()
        found = {}
        new = [wish for wish in wishes if not wish.template]
        refs = self.attributes.refs([wish.payload for wish in new])
        for wish in new:
            self._plan_template(plan, wish, refs[wish.payload['id']])
        for wish in wishes:
            if wish.template:
                found.update(self._plan_addition(plan, wish))
        created = self.templates.with_context(create_product_product=False).create(plan.templates)
        return {**found, **self._create_variants(created, plan.variants)}

    # === PLANNING === #

    def _plan_template(self, plan, wish, refs):
        """A new template with exactly Shopify's variants."""
        refs = mapping.Refs(*refs, self.rate)
        more = self.values.get(wish.payload['id'], {})
        plan.templates.append({**mapping.template_vals(wish.payload, refs), **more.get('product', {})})
        for variant in wish.variants:
            values = [refs.values[pair] for pair in mapping.option_pairs(variant)] if refs.attributes else []
            vals = self._variant_vals(wish, variant, more.get('product', {}).get('company_id'))
            plan.variants.append((len(plan.templates) - 1, variant['id'], values, vals))

    def _plan_addition(self, plan, wish):
        """New variants of a template that exists: added where its attributes are Shopify's options, else as products
        of their own, because a template that somebody else has built is never rebuilt. Returns what is there already."""
        together = [variant for variant in wish.variants if variant['id'] not in wish.alone]
        lines = self._lines(wish, together)
        if lines is None:
            self._plan_alone(plan, wish, wish.variants)
            return {}
        self._plan_alone(plan, wish, [variant for variant in wish.variants if variant['id'] in wish.alone])
        wanted = {
            name: list(dict.fromkeys(dict(mapping.option_pairs(variant))[name] for variant in together))
            for name in lines
        }
        self.attributes.load_values([(line.attribute_id, wanted[name]) for name, line in lines.items()])
        ids = {name: self.attributes.value_ids(line.attribute_id, wanted[name]) for name, line in lines.items()}
        for name, line in lines.items():
            extend_line(line, ids[name].values())
        there = {
            frozenset(product.product_template_attribute_value_ids.product_attribute_value_id.ids): product
            for product in wish.template.with_context(active_test=False).product_variant_ids.sorted('active')
        }
        found = {}
        for variant in together:
            values = [ids[name][value] for name, value in mapping.option_pairs(variant) if name in lines]
            product = there.get(frozenset(values))
            if product:
                found[variant['id']] = product
            else:
                vals = self._variant_vals(wish, variant, wish.template.company_id)
                plan.variants.append((wish.template, variant['id'], values, vals))
        found_archived = self.products.union(*found.values()).filtered(lambda product: not product.active)
        found_archived.active = True
        return found

    def _lines(self, wish, variants):
        """``{option name: line of the template}`` where variants can be added, else None. A product without options can
        be added to a template that has neither any nor a variant."""
        names = [name for name, _values in mapping.options(wish.payload)]
        template = wish.template.with_context(lang=self.lang)
        lines = {key(line.attribute_id.name): line for line in template.attribute_line_ids}
        found = {name: lines[key(name)] for name in names if key(name) in lines}
        modes = {line.attribute_id.create_variant for line in found.values()}
        if not variants or len(found) != len(names) or len(lines) != len(names) or 'no_variant' in modes:
            return None
        # The shop's product stays one, though Odoo may fill up a template of ours when somebody edits its attributes.
        if 'dynamic' in modes or (found and wish.is_own) or self._fills_up(wish.template, found, variants):
            return found
        return None

    @staticmethod
    def _fills_up(template, lines, variants):
        """Whether all combinations are there afterwards: Odoo would make the missing ones of such a template."""
        sizes = []
        for name, line in lines.items():
            known = {key(value.name) for value in line.value_ids}
            sizes.append(len(known | {key(dict(mapping.option_pairs(variant))[name]) for variant in variants}))
        return math.prod(sizes) == len(template.product_variant_ids) + len(variants)

    def _plan_alone(self, plan, wish, variants):
        if not variants:
            return
        more = self.values.get(wish.payload['id'], {})
        names = []
        for variant in variants:
            single = {**wish.payload, 'hasOnlyDefaultVariant': True, 'variants': {'nodes': [variant]}}
            title = variant['title'] if variant['title'] != 'Default Title' else ''
            names.append(' - '.join(part for part in (wish.payload['title'], title) if part))
            vals = {**mapping.template_vals(single, mapping.Refs({}, {}, self.rate)), **more.get('product', {})}
            plan.templates.append({**vals, 'name': names[-1]})
            vals = self._variant_vals(wish, variant, vals.get('company_id'))
            plan.variants.append((len(plan.templates) - 1, variant['id'], [], vals))
        wish.notes.append(
            self.env._(
                "Created as products of their own, because the product in Odoo has other attributes: %(names)s",
                names=', '.join(names),
            )
        )

    def _variant_vals(self, wish, variant, company):
        """A barcode that another product has already is left out: Odoo allows each once."""
        more = self.values.get(wish.payload['id'], {}).get('variants', {})
        values = {**mapping.variant_vals(variant), **more.get(variant['id'], {})}
        barcode = values.get('barcode')
        if barcode and (barcode in self.barcodes or self.matcher.has_barcode(barcode, company)):
            wish.notes.append(
                self.env._("The barcode %(barcode)s belongs to another product already.", barcode=barcode)
            )
            values.pop('barcode')
        self.barcodes.add(barcode)
        return values

    # === CREATING === #

    def _create_variants(self, created, rows):
        """``rows``: ``(template or number of a created one, variant gid, ids of attribute values, values)``."""
        if not rows:
            # Even creating no product empties the caches of all workers.
            return {}
        create_template_values(created.attribute_line_ids)
        templates = [created[row[0]] if isinstance(row[0], int) else row[0] for row in rows]
        ptavs = defaultdict(dict)
        for ptav in self.templates.union(*templates).attribute_line_ids.product_template_value_ids:
            if ptav.ptav_active:
                ptavs[ptav.product_tmpl_id][ptav.product_attribute_value_id.id] = ptav.id
        products = self.products.create(
            [
                {
                    'product_tmpl_id': template.id,
                    'product_template_attribute_value_ids': [(6, 0, [ptavs[template][id_] for id_ in value_ids])],
                    **vals,
                }
                for template, (_host, _gid, value_ids, vals) in zip(templates, rows, strict=True)
            ]
        )
        return {row[1]: product for row, product in zip(rows, products, strict=True)}

    def _rate(self):
        """What one unit of the shop's currency is worth in the company's; None when nobody has entered it."""
        company = self.backend.company_id
        code = self.backend.currency_code or company.currency_id.name
        currency = self.env['res.currency'].with_context(active_test=False).search([('name', '=', code)], limit=1)
        if currency == company.currency_id:
            return 1.0
        if not currency.rate_ids:
            return None
        return self.env['res.currency']._get_conversion_rate(currency, company.currency_id, company)


def extend_line(line, value_ids):
    """Values added to a template's attribute, without Odoo going over its variants: that brings archived ones back."""
    missing = [id_ for id_ in value_ids if id_ not in line.value_ids.ids]
    if missing:
        quiet = line.with_context(update_product_template_attribute_values=False)
        quiet.write({'value_ids': [(4, id_) for id_ in missing]})
        create_template_values(line)


def create_template_values(lines):
    """The values of templates that belong to ``lines``, as Odoo makes them when it is not told to leave the variants
    alone. No extra price: Shopify's prices are whole ones."""
    there = defaultdict(dict)
    for ptav in lines.with_context(active_test=False).product_template_value_ids:
        there[ptav.attribute_line_id.id][ptav.product_attribute_value_id.id] = ptav
    back = [
        ptav
        for line in lines
        for id_, ptav in there[line.id].items()
        if not ptav.ptav_active and id_ in line.value_ids.ids
    ]
    if back:
        lines.env['product.template.attribute.value'].union(*back).ptav_active = True
    lines.env['product.template.attribute.value'].create(
        [
            {'attribute_line_id': line.id, 'product_attribute_value_id': id_, 'price_extra': 0.0}
            for line in lines
            for id_ in line.value_ids.ids
            if id_ not in there[line.id]
        ]
    )
