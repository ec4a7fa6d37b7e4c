"""The match plan, and the list of what a person has to choose."""

from collections import Counter

from odoo import api, models

from ..entities import product as mapping
from ..entities import product_match as matching
from ..entities.product_match import sku_key
from .product_match import Matcher


class ShopifyMatchRow(models.Model):
    _inherit = 'shopify.match.row'

    @api.model
    def _plan(self, backend, run, payloads):
        """What an import would do with each variant of ``payloads``, as rows; returns a ``Counter`` of verdicts. Nothing
        else is written. ``run``: the dry run, may be empty."""
        matcher = Matcher(self.env, backend, payloads)
        planned = self._planned_skus(backend, run, payloads)
        values, counts = [], Counter()
        for payload in payloads:
            decided = matcher.decide(payload)
            for variant in mapping.variant_nodes(payload):
                match = self._as_planned(matcher, payload, variant, decided[variant['id']], planned)
                values.append({**self._row_vals(payload, variant, match), 'import_id': run.id})
                counts[match.verdict] += 1
            for variant in mapping.variant_nodes(payload):
                if sku_key(variant.get('sku')) and decided[variant['id']].verdict in matching.CREATING:
                    planned.setdefault(sku_key(variant['sku']), payload['id'])
        self._store(backend, values)
        return counts

    def _planned_skus(self, backend, run, payloads):
        """``{SKU key: product gid}`` of what the plan creates so far: an import would find it by its SKU."""
        codes = {
            (variant.get('sku') or '').strip() for payload in payloads for variant in mapping.variant_nodes(payload)
        }
        rows = self.search(
            [
                ('backend_id', '=', backend.id),
                ('import_id', '=', run.id),
                ('verdict', 'in', matching.CREATING),
                ('sku', 'in', list(codes - {''})),
            ]
            if run
            else [('id', '=', False)]
        )
        return {sku_key(row.sku): row.product_gid for row in rows}

    def _as_planned(self, matcher, payload, variant, match, planned):
        """A SKU that another product of the shop has too is a new product only once."""
        first = planned.get(sku_key(variant.get('sku')))
        if match.verdict in matching.CREATING and match.reason != 'chosen' and first not in (None, payload['id']):
            match.verdict = 'ambiguous' if matcher.policy.asks else 'link'
            match.reason = 'taken_in_shop'
        return match

    @api.model
    def _keep(self, backend, payload, matcher):
        """After a product was brought over: what a person has to choose is on the list, what was chosen is done."""
        variants = {variant['id']: variant for variant in mapping.variant_nodes(payload)}
        decided = matcher.matches_of(payload)
        self._keep_packs(backend, decided)
        asked = {gid for gid, match in decided.items() if match.verdict in (*matching.ASKING, 'skip')}
        rows = matcher.rows_of(payload)
        if not asked and not rows:
            return
        values = [self._row_vals(payload, variants[gid], decided[gid]) for gid in asked]
        for row in rows.filtered(lambda row: row.variant_gid in variants and row.variant_gid not in asked):
            product = matcher.linked.get(row.variant_gid)
            done = {'state': 'done', 'verdict': 'linked', 'note': False}
            row.write({**done, **({'product_id': product.id} if product else {})})
        rows.filtered(lambda row: row.variant_gid not in variants).unlink()
        self._store(backend, values)

    def _keep_packs(self, backend, decided):
        """What was found by the barcode of a packaging, or chosen as one, is sold as that."""
        units = {gid: match.unit for gid, match in decided.items() if match.verdict == 'link' and match.unit}
        if not units:
            return
        bindings = self.env['shopify.variant.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', list(units)), ('pack_uom_id', '=', False)]
        )
        for binding in bindings:
            binding.pack_uom_id = units[binding.gid]

    def _row_vals(self, payload, variant, match):
        state = 'chosen' if match.reason == 'chosen' else 'planned'
        if match.verdict == 'skip' and match.reason == 'chosen':
            state = 'done'
        elif match.verdict in (*matching.ASKING, 'skip') and match.reason != 'chosen':
            state = 'open'
        elif match.verdict == 'linked':
            state = 'done'
        return {
            'product_gid': payload['id'],
            'variant_gid': variant['id'],
            'title': payload['title'],
            'variant_title': variant['title'] if mapping.options(payload) else False,
            'sku': (variant.get('sku') or '').strip() or False,
            'barcode': (variant.get('barcode') or '').strip() or False,
            'verdict': match.verdict,
            'reason': match.reason,
            'state': state,
            'candidate_ids': [(6, 0, match.candidates.ids)],
            'product_id': match.product.id,
            'pack_uom_id': match.unit,
            'note': self._note(match),
        }

    def _note(self, match):
        if match.verdict == 'add_variant' and match.template:
            return self.env._("Becomes a variant of %(name)s.", name=match.template.display_name)
        names = match.candidates[:3].mapped('display_name')
        return ', '.join(names) + (' …' if len(match.candidates) > 3 else '') if names else False

    def _store(self, backend, values):
        """One row a variant: those that are there are brought up to date."""
        known = {
            row.variant_gid: row
            for row in self.search(
                [('backend_id', '=', backend.id), ('variant_gid', 'in', [row['variant_gid'] for row in values])]
            )
        }
        fresh = []
        for vals in values:
            row = known.get(vals['variant_gid'])
            changed = row and {name: value for name, value in vals.items() if not self._is_same(row, name, value)}
            if changed:
                # Named so that it is not taken for a person's choice.
                row.write({'verdict': vals['verdict'], **changed})
            elif not row:
                fresh.append({**vals, 'backend_id': backend.id})
        if fresh:
            self.create(fresh)

    def _is_same(self, row, name, value):
        """Most rows are what they were: nothing is written for them."""
        kind = self._fields[name].type
        if kind == 'many2many':
            return row[name].ids == value[0][2]
        return (row[name].id if kind == 'many2one' else row[name]) == value
