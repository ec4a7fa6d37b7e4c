"""Which product a Shopify variant is: found by SKU, then barcode, then options; what fits several is left for a person."""

from dataclasses import dataclass, replace
from typing import Any

from ..entities import product as mapping
from ..entities import product_match as matching
from ..entities.product_match import barcode_key, clean, sku_key
from .product_match_find import Finder, twin


@dataclass
class Match:
    """What becomes of a variant, as records. ``product`` is what it is linked to, ``template`` where it is added,
    ``unit`` the id of the unit that it is a pack of; ``is_alone``: to be created as a product of its own."""

    verdict: str
    reason: str
    product: Any
    candidates: Any
    template: Any
    unit: int | bool = False
    is_alone: bool = False


class Matcher:
    """What a batch of Shopify products knows of Odoo's: bindings, products by SKU and barcode, choices of people."""

    def __init__(self, env, backend, payloads):
        self.env, self.backend = env, backend
        self.finder = Finder(env, backend)
        self.products = env['product.product'].with_company(backend.company_id)
        self.lang = backend._get_catalog_lang()
        self.policy = matching.Policy(creates=backend.product_policy == 'create', asks=backend.match_policy == 'ask')
        self.bindings = {
            row.gid: row
            for row in env['shopify.product.binding'].search(
                [('backend_id', '=', backend.id), ('gid', 'in', [payload['id'] for payload in payloads])]
            )
        }
        rows = env['shopify.variant.binding'].union(*(binding.variant_ids for binding in self.bindings.values()))
        self.linked = {row.gid: row.product_id for row in rows if row.product_id}
        self.packs = {row.gid for row in rows if row.pack_uom_id}
        self._decided = {}
        self._load([(payload, variant) for payload in payloads for variant in mapping.variant_nodes(payload)])

    def _load(self, pairs):
        """The facts of those that are not linked yet; nothing is asked for the others."""
        self.rows = self._rows([variant['id'] for _payload, variant in pairs])
        fresh = [(payload, variant) for payload, variant in pairs if variant['id'] not in self.linked]
        variants = [variant for _payload, variant in fresh]
        self.by_sku = self.finder.by_sku({variant.get('sku') for variant in variants})
        self.by_barcode = self.finder.by_barcode({variant.get('barcode') for variant in variants})
        self.barcodes = self.finder.barcodes({clean(variant.get('barcode')) for variant in variants} - {''})
        hits = [hit for rows in self.by_sku.values() for _code, hit in rows]
        hits += [hit for rows in self.by_barcode.values() for hit in rows]
        bound = self.env['product.template'].union(*(row.product_tmpl_id for row in self.bindings.values()))
        templates = self.products.browse({hit.id for hit in hits}).product_tmpl_id | bound if fresh else bound.browse()
        self.taken = self.finder.taken(templates.with_context(active_test=False).product_variant_ids)
        self._free_what_is_gone({variant['id'] for _payload, variant in pairs})
        nameless = {
            payload['title'] for payload, variant in fresh if not self._hits(variant)[0] + self._hits(variant)[1]
        }
        self.namesakes = self.finder.namesakes(nameless) if self.policy.asks or not self.policy.creates else {}

    def _free_what_is_gone(self, there):
        """A variant that its product in the shop has no more takes nothing from the one that was made in its place."""
        gone = {row.gid for binding in self.bindings.values() for row in binding.variant_ids} - there
        for gids in self.taken.values():
            gids -= gone

    def _rows(self, gids):
        """``{product gid: rows}`` of what people had or have to choose."""
        rows = self.env['shopify.match.row'].search(
            [
                ('backend_id', '=', self.backend.id),
                ('variant_gid', 'in', gids),
                '|',
                ('state', '!=', 'done'),
                ('choice', '=', 'skip'),
            ]
        )
        self.choices = {row.variant_gid: row for row in rows if row.choice}
        return rows.grouped('product_gid')

    def rows_of(self, payload):
        return self.rows.get(payload['id'], self.env['shopify.match.row'])

    def _hits(self, variant):
        sku, barcode = clean(variant.get('sku')), clean(variant.get('barcode'))
        by_sku = tuple(
            hit if clean(code) == sku else replace(hit, exact=False) for code, hit in self.by_sku.get(sku_key(sku), ())
        )
        return by_sku, tuple(self.by_barcode.get(barcode_key(barcode), ()))

    # === DECIDING === #

    def match(self, variant, notes, payload):
        """The product of a variant, ``None`` when it is to be created, and an empty recordset when it stays unlinked: that
        is said in ``notes``."""
        match = self.matches_of(payload)[variant['id']]
        if match.verdict in matching.CREATING:
            return None
        if not match.product:
            notes.append(self._sentence(variant, match))
        return match.product

    def matches_of(self, payload):
        """``{variant gid: Match}``, decided once."""
        if payload['id'] not in self._decided:
            decided = self._decided[payload['id']] = self.decide(payload)
            self.packs |= {gid for gid, match in decided.items() if match.unit}
        return self._decided[payload['id']]

    def decide(self, payload):
        """``{variant gid: Match}`` for all variants of a product. First what codes and people say; what is left is looked
        for in the template that these have led to."""
        found = {}
        for variant in mapping.variant_nodes(payload):
            found[variant['id']] = self._taking(variant['id'], self._by_code(variant))
        template = self._template(payload, found)
        for variant in mapping.variant_nodes(payload):
            match = found[variant['id']]
            if match is None or (match.verdict in ('ambiguous', 'create') and match.reason != 'chosen'):
                found[variant['id']] = self._taking(variant['id'], self._by_template(payload, variant, template))
            elif match.verdict == 'add_variant':
                self._place(payload, variant, match, template)
        return found

    def _taking(self, gid, match):
        """What is linked is taken for the variants that follow."""
        if match and match.verdict == 'link' and not match.unit:
            self.taken[match.product.id].add(gid)
        return match

    def _by_code(self, variant):
        """What is linked, chosen or found by a code; None when nothing speaks of the variant."""
        gid = variant['id']
        if gid in self.linked:
            return self._match(matching.Verdict('linked', 'binding', self.linked[gid].id))
        if gid in self.choices:
            return self._chosen(self.choices[gid])
        sku, barcode = self._hits(variant)
        if not sku and not barcode:
            return None
        taken = self._taken_for(gid, [hit.id for hit in (*sku, *barcode)])
        return self._match(matching.decide(matching.Facts(sku, barcode, taken), self.policy))

    def _by_template(self, payload, variant, template):
        sku, barcode = self._hits(variant)
        same = self._twin(template, payload, variant)
        verdict = matching.decide(
            matching.Facts(
                sku,
                barcode,
                self._taken_for(variant['id'], [same.id, *(hit.id for hit in (*sku, *barcode))]),
                template=frozenset(template.product_variant_ids.ids),
                has_template=bool(template),
                twin=same.id,
                twin_is_free=not (
                    same.default_code and variant.get('sku') and sku_key(same.default_code) != sku_key(variant['sku'])
                ),
                namesakes=tuple(self.namesakes.get(payload['title'], self.products).ids),
            ),
            self.policy,
        )
        return self._match(verdict, template)

    def _taken_for(self, gid, ids):
        """Those of the products ``ids`` that other variants of the shop are linked to."""
        return frozenset(id_ for id_ in ids if self.taken.get(id_, set()) - {gid})

    def _template(self, payload, found):
        """The one template that the product is; none when its variants are found in several."""
        binding = self.bindings.get(payload['id'])
        if binding and binding.product_tmpl_id:
            return binding.product_tmpl_id
        templates = self.products.union(*(match.product for match in found.values() if match)).product_tmpl_id
        return templates if len(templates) == 1 else templates.browse()

    def _chosen(self, row):
        verdict = {'link': 'link', 'create': 'add_variant', 'skip': 'skip'}[row.choice]
        product = row.product_id if row.choice == 'link' else self.products
        if row.choice == 'link' and not product:
            return None
        return self._match(matching.Verdict(verdict, 'chosen', product.id, tuple(product.ids), row.pack_uom_id.id))

    def _place(self, payload, variant, match, template):
        """Where a product goes that a person wants created: into the template, unless its options are there already."""
        if not template:
            match.verdict = 'create'
        match.template = template
        match.is_alone = bool(self._twin(template, payload, variant))

    def _twin(self, template, payload, variant):
        """In the language that the shop is written in."""
        return twin(template.with_context(lang=self.lang), payload, variant) if template else self.products

    def _match(self, verdict, template=None):
        products = self.products.browse
        return Match(
            verdict.verdict,
            verdict.reason,
            products(verdict.id or ()),
            products(verdict.candidates),
            self.env['product.template'].browse() if template is None else template,
            verdict.unit,
        )

    def _sentence(self, variant, match):
        """Why a variant stays unlinked, and where to do something about it."""
        name = (variant.get('sku') or '').strip() or variant['title']
        if match.reason == 'map_only':
            return self.env._("Not matched, and this store creates no products: %(skus)s", skus=name)
        reasons = dict(self.env['shopify.match.row']._fields['reason']._description_selection(self.env))
        return self.env._(
            "%(code)s: %(reason)s %(names)s Choose in the match plan.",
            code=name,
            reason=reasons[match.reason],
            names=', '.join(match.candidates.mapped('display_name')) + ('.' if match.candidates else ''),
        )

    # === REMEMBERING === #

    def remember(self, found):
        """What the following products of the batch have to know of this one. ``found``: ``{variant gid: product}``."""
        for gid, product in found.items():
            if product:
                self.linked[gid] = product
                if gid not in self.packs:
                    self.taken[product.id].add(gid)
                self._remember_code(product)

    def _remember_code(self, product):
        hit = self.finder._hit(product)
        rows = self.by_sku[sku_key(product.default_code)] if product.default_code else []
        if product.default_code and hit.id not in {other.id for _code, other in rows}:
            rows.append((product.default_code, hit))
        rows = self.by_barcode[barcode_key(product.barcode)] if product.barcode else []
        if product.barcode and hit.id not in {other.id for other in rows}:
            rows.append(hit)

    def has_barcode(self, barcode, company):
        """Whether a product or a packaging has it already: Odoo allows each once in a company, and what belongs to no
        ``company`` shares it with none."""
        return bool(self.by_barcode.get(barcode_key(barcode))) or (not company and barcode in self.barcodes)
