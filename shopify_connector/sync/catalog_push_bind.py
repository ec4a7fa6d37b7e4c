"""What was made in the shop is linked: the product by its number, each variant by its options."""

from odoo import fields, models

from ..entities import catalog_fields
from ..entities import product as mapping
from ..entities import product_write as writing
from ..shopify import errors
from .catalog_push_decide import ELSEWHERE


class ShopifySyncCatalogPush(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.push'

    # === LINKING === #

    def _bind(self, run, made, shapes, is_found=False):
        """Link what was made: ``{wish: product gid}``. Each variant by its options, which nobody else's has. ``is_found``: an
        earlier request has made it, so that ``shapes`` may be newer than what was sent."""
        if not made:
            return
        payloads = {
            payload['id']: payload
            for payload in self.env['shopify.sync.product']._fetch(run.backend, run.client, sorted(set(made.values())))
        }
        with self.env['shopify.engine']._turn():
            agreed, odoo = {}, {}
            for wish, gid in made.items():
                if gid not in payloads:
                    wish.write({'state': 'waiting', 'variables': False})
                    run.failures[wish._task_key()] = errors.UnclearError()
                    continue
                with self.env['shopify.engine']._attempt(run.failures, wish._task_key()):
                    binding, answer = self._bind_one(run.backend, wish, payloads[gid], shapes[wish.product_tmpl_id])
                    odoo[binding.id] = self._sent_values(binding, shapes[wish.product_tmpl_id])
                    agreed[binding] = self._only_same(answer, odoo[binding.id]) if is_found else answer
            if agreed:
                self.env['shopify.sync.catalog']._agree_all(run.backend, agreed, odoo)

    def _bind_one(self, backend, wish, payload, shape):
        """``(binding, what both sides have now)``, the second as `_agree_all` takes it."""
        bindings = self.env['shopify.product.binding']
        values = {**mapping.binding_vals(payload), 'product_tmpl_id': wish.product_tmpl_id.id, 'deleted_at': False}
        binding = bindings.search([('backend_id', '=', backend.id), ('gid', '=', payload['id'])])
        if binding:
            binding.write(values)
        else:
            binding = bindings.create({**values, 'backend_id': backend.id, 'gid': payload['id'], 'origin': 'odoo'})
        self._bind_variants(backend, binding, payload, shape)
        options = wish.options or {}
        binding.with_context(shopify_places_read=True).write(
            {
                'exported_at': fields.Datetime.now(),
                'export_message': False,
                'collection_ids': [
                    (4, id_) for id_ in self._ids_of('shopify.collection', backend, options.get('collections'))
                ],
                'publication_ids': [
                    (4, id_) for id_ in self._ids_of('shopify.publication', backend, options.get('publications'))
                ],
            }
        )
        shop = self.env['shopify.sync.catalog.values']._get_shop_values(backend, payload)
        wish.write({'binding_id': binding.id, 'state': 'waiting', 'variables': False})
        return binding, (shop, *self._sent_names(binding, shop, shape))

    def _ids_of(self, model, backend, gids):
        return self.env[model].search([('backend_id', '=', backend.id), ('gid', 'in', gids or [])]).ids

    def _sent_names(self, binding, shop, shape):
        """``(product names, {variant gid: names})`` of what was sent: what Shopify made of it is agreed. What goes by ways
        of its own comes afterwards."""
        sent = {variant.key: self._names_of(variant.values, 'variant') for variant in shape.variants}
        names = self._names_of(shape.values, 'product') & shop['product'].keys()
        return names - {'status', 'collections', 'publications'}, {
            row.gid: sent[row.product_id.id] & shop['variants'].get(row.gid, {}).keys()
            for row in binding.variant_ids
            if row.product_id.id in sent and row.gid in shop['variants']
        }

    @staticmethod
    def _names_of(values, level):
        return {
            name
            for name, value in values.items()
            if value is not None
            and not name.startswith('_')
            and catalog_fields.field_of(name, level).group not in ELSEWHERE
        }

    @staticmethod
    def _only_same(answer, odoo):
        """Of an answer as `_agree_all` takes it the names of what both sides have alike."""
        shop, names, variants = answer
        return (
            shop,
            {name for name in names if odoo['product'].get(name) == shop['product'][name]},
            {
                gid: {name for name in found if odoo['variants'][gid].get(name) == shop['variants'][gid][name]}
                for gid, found in variants.items()
            },
        )

    def _sent_values(self, binding, shape, odoo=None):
        """Odoo's values as they were when they were sent, by the variants' gids: ``odoo`` of those that the shop had, the
        shape's of those that are new there."""
        found = odoo or {'product': shape.values, 'variants': {}}
        new = {variant.key: variant.values for variant in shape.variants} if shape else {}
        fresh = {row.gid: new[row.product_id.id] for row in binding.variant_ids if row.product_id.id in new}
        return {'product': found['product'], 'variants': {**fresh, **found['variants']}}

    def _bind_variants(self, backend, binding, payload, shape):
        """Rows for the variants that have none yet; those of the shop that Odoo has not are left without a product."""
        known = {row.gid: row for row in binding.variant_ids}
        fresh = []
        for node in mapping.variant_nodes(payload):
            variant = next((one for one in shape.variants if writing.same_options(one, node)), None)
            values = {**mapping.variant_binding_vals(node), 'deleted_at': False}
            if node['id'] in known:
                row = known[node['id']]
                self._write_changed(
                    row, {**values, **({'product_id': variant.key} if variant and not row.product_id.active else {})}
                )
            else:
                fresh.append(
                    {
                        **values,
                        'backend_id': backend.id,
                        'product_binding_id': binding.id,
                        'gid': node['id'],
                        'product_id': variant.key if variant else False,
                    }
                )
        created = self.env['shopify.variant.binding'].create(fresh)
        if created.product_id and backend.stock_export:
            self.env['shopify.task']._add(backend, 'stock', [str(id_) for id_ in created.product_id.ids])
