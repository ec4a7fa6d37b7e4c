"""A batch of Shopify products brought to Odoo: matched before created, bound, and then brought in step."""

from dataclasses import dataclass, field
from typing import Any

from odoo import api, models

from ..entities import media_order
from ..entities import product as mapping
from ..entities.product_match import barcode_key, sku_key
from ..shopify import when
from .product_create import Creator, Wish
from .product_match import Matcher


@dataclass
class _Batch:
    """What is known of the products of a batch while it is worked on. ``found``: ``{product gid: {variant gid: product,
    or an empty one for what stays unlinked}}``; ``made``: gids of the products that got a template of their own."""

    backend: Any
    payloads: list
    matcher: Matcher
    found: dict = field(default_factory=dict)
    notes: dict = field(default_factory=dict)
    made: set = field(default_factory=set)
    structure_notes: dict = field(default_factory=dict)


class ShopifySyncProduct(models.AbstractModel):
    _inherit = 'shopify.sync.product'

    @api.model
    def _upsert(self, backend, payloads):
        """Link, create or refresh; returns ``{product gid: error}`` of those that failed.

        All at once; when that fails by halves, so that one bad product leaves the others alone.
        """
        failures, error = {}, {}
        if not payloads:
            return failures
        with self.env['shopify.engine']._attempt(error, payloads[0]['id']):
            self._upsert_all(backend, payloads)
        if not error or len(payloads) == 1:
            return error
        middle = len(payloads) // 2
        for half in (payloads[:middle], payloads[middle:]):
            failures.update(self._upsert(backend, half))
        return failures

    @api.model
    def _changed(self, backend, payloads, note=True):
        """Those of ``payloads`` that there is something to do about: not older than what Odoo knows, and not all the same
        as when they were last looked at. Where the order of the pictures is unknown, what Shopify has touched since may
        have another one. ``note``: write down when the others were changed."""
        rows = self.env['shopify.product.binding'].search_fetch(
            [('backend_id', '=', backend.id), ('gid', 'in', [payload['id'] for payload in payloads])],
            ['gid', 'shopify_updated_at', 'source_digest', 'payload_digest', 'deleted_at'],
        )
        unlinked = self.env['shopify.variant.binding'].search_fetch(
            [
                ('product_binding_id', 'in', rows.ids),
                ('product_id', '=', False),
                ('deleted_at', '=', False),
                ('ended_at', '=', False),
            ],
            ['product_binding_id'],
        )
        known, unlinked = {row.gid: row for row in rows}, unlinked.product_binding_id
        changed = []
        for payload in payloads:
            row, updated_at = known.get(payload['id']), when.to_utc(payload['updatedAt'])
            if row and not row.deleted_at and row.shopify_updated_at and row.shopify_updated_at > updated_at:
                continue
            is_settled = row and row.payload_digest and not row.deleted_at and row not in unlinked
            is_moved = row and row.shopify_updated_at != updated_at and media_order.is_unknown(payload)
            if not is_settled or is_moved or not mapping.is_known(payload, row.source_digest):
                changed.append(payload)
            elif note:
                self._write_changed(row, {'shopify_updated_at': updated_at})
        return changed

    def _upsert_all(self, backend, payloads):
        batch = _Batch(backend, payloads, Matcher(self.env, backend, payloads))
        self._follow_structure(batch)
        self._find_products(batch)
        bindings = self._bind_products(batch)
        self._bind_variants(batch, bindings)
        self._settle_values(batch, bindings)

    # === PRODUCTS === #

    def _find_products(self, batch):
        """Match, and make what is missing: together for all, but for products whose codes another one of the batch
        brings along. Those are looked for when that one is there."""
        wishes, codes = [], set()
        for payload in batch.payloads:
            own = set(self._codes(payload))
            if own & codes:
                self._make(batch, wishes)
                wishes, codes = [], set()
            wish = self._match(batch, payload)
            if wish:
                wishes.append(wish)
                codes |= own
        self._make(batch, wishes)

    @staticmethod
    def _codes(payload):
        for variant in mapping.variant_nodes(payload):
            yield from filter(None, [sku_key(variant.get('sku')), barcode_key(variant.get('barcode'))])

    def _match(self, batch, payload):
        """What has to be made for a product, None when nothing."""
        matcher, notes = batch.matcher, []
        found = {variant['id']: matcher.match(variant, notes, payload) for variant in mapping.variant_nodes(payload)}
        batch.found[payload['id']], batch.notes[payload['id']] = found, notes
        self._leave_ended(batch, payload, found, notes)
        missing = [variant for variant in mapping.variant_nodes(payload) if found[variant['id']] is None]
        matcher.remember({gid: product for gid, product in found.items() if product})
        if not missing:
            return None
        matches = matcher.matches_of(payload)
        template = self.env['product.template'].union(*(matches[variant['id']].template for variant in missing))[:1]
        alone = {variant['id'] for variant in missing if matches[variant['id']].is_alone}
        binding = matcher.bindings.get(payload['id'])
        is_own = bool(binding and binding.origin == 'shopify' and binding.product_tmpl_id == template)
        return Wish(payload, missing, template, notes, alone, is_own)

    def _leave_ended(self, batch, payload, found, notes):
        """What somebody has deleted in Odoo is not made again by itself."""
        binding = batch.matcher.bindings.get(payload['id'])
        ended = binding.variant_ids.filtered('ended_at') if binding else ()
        left = [row for row in ended if row.gid in found and found[row.gid] is None]
        for row in left:
            found[row.gid] = self.env['product.product']
        if left:
            notes.append(
                self.env._(
                    "Deleted in Odoo, and not made again: %(names)s. Press Make Again if that is wanted.",
                    names=', '.join(row.display_name for row in left),
                )
            )

    def _make(self, batch, wishes):
        if not wishes:
            return
        values = self._get_creation_values(batch.backend, [wish.payload for wish in wishes])
        created = Creator(self.env, batch.backend, batch.matcher, values).make(wishes)
        for wish in wishes:
            own = {variant['id']: created[variant['id']] for variant in wish.variants}
            found = batch.found[wish.payload['id']]
            # One product of Shopify may be several of Odoo, which had theirs first and keep what they say.
            is_new = not wish.template and not any(product for gid, product in found.items() if gid not in own)
            found.update(own)
            batch.matcher.remember(own)
            if is_new:
                batch.made.add(wish.payload['id'])

    # === BINDINGS === #

    def _bind_products(self, batch):
        """``{product gid: binding}``; only what differs is written."""
        bindings, fresh = batch.matcher.bindings, []
        inherited = self._own_templates(batch)
        for payload in batch.payloads:
            binding = bindings.get(payload['id'])
            template = self._template_of(batch, payload, binding)
            values = {**mapping.binding_vals(payload), 'deleted_at': False, 'product_tmpl_id': template.id}
            if binding:
                self._write_changed(binding, values)
            else:
                is_own = payload['id'] in batch.made or template in inherited
                origin = 'shopify' if is_own else 'odoo'
                fresh.append({**values, 'backend_id': batch.backend.id, 'gid': payload['id'], 'origin': origin})
        created = self.env['shopify.product.binding'].create(fresh)
        return {**bindings, **{binding.gid: binding for binding in created}}

    def _own_templates(self, batch):
        """Templates that this store's import has once made for a product that the shop does not have any more."""
        fresh = [payload['id'] for payload in batch.payloads if payload['id'] not in batch.matcher.bindings]
        products = self.env['product.product'].union(*(p for gid in fresh for p in batch.found[gid].values() if p))
        domain = [('origin', '=', 'shopify'), ('deleted_at', '!=', False), ('backend_id', '=', batch.backend.id)]
        bindings = self.env['shopify.product.binding']
        if products:
            bindings = bindings.search([*domain, ('product_tmpl_id', 'in', products.product_tmpl_id.ids)])
        return bindings.product_tmpl_id

    def _template_of(self, batch, payload, binding):
        known = binding.product_tmpl_id if binding else self.env['product.template']
        products = self.env['product.product'].union(*batch.found[payload['id']].values())
        templates = products.product_tmpl_id
        return known or (templates[:1] if payload['id'] in batch.made or len(templates) == 1 else known)

    def _bind_variants(self, batch, bindings):
        fresh, gone = [], []
        for payload in batch.payloads:
            binding, found = bindings[payload['id']], batch.found[payload['id']]
            known = {row.gid: row for row in binding.variant_ids}
            for variant in mapping.variant_nodes(payload):
                values = {**mapping.variant_binding_vals(variant), 'deleted_at': False}
                row, product = known.pop(variant['id'], None), found[variant['id']]
                if row:
                    self._write_changed(row, values if row.product_id else {**values, 'product_id': product.id})
                else:
                    values.update(gid=variant['id'], product_id=product.id, product_binding_id=binding.id)
                    fresh.append({**values, 'backend_id': batch.backend.id})
            gone += known.values()
        created = self.env['shopify.variant.binding'].create(fresh)
        # A product that a new variant has taken over is in use still.
        self._retire_variants(batch.backend, gone)
        if created.product_id and batch.backend.stock_export:
            self.env['shopify.task']._add(batch.backend, 'stock', [str(id_) for id_ in created.product_id.ids])

    @api.model
    def _write_changed(self, record, values):
        """Write what differs: a second look at the same product costs no UPDATE."""
        changed = {
            name: value
            for name, value in values.items()
            if record._fields[name].convert_to_write(record[name], record) != value
        }
        if changed:
            record.write(changed)

    # === VALUES === #

    def _settle_values(self, batch, bindings):
        """What both sides have is compared, and said what was left alone."""
        catalog = self.env['shopify.sync.catalog']
        sentences = {}
        for created in (True, False):
            payloads = {
                bindings[payload['id']]: payload
                for payload in batch.payloads
                if (payload['id'] in batch.made) is created and bindings[payload['id']].product_tmpl_id
            }
            if payloads:
                sentences.update(catalog._settle(batch.backend, payloads, created=created))
        for payload in batch.payloads:
            binding = bindings[payload['id']]
            self.env['shopify.match.row']._keep(batch.backend, payload, batch.matcher)
            structure = filter(None, [batch.structure_notes.get(payload['id'])])
            notes = [*structure, *batch.notes[payload['id']], *sentences.get(binding.id, ())]
            self._write_changed(binding, {'message': '\n'.join(notes) or False})
