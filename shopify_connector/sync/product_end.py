"""Products and variants that are gone from the shop: the link ends, the product stays while anything uses it."""

from odoo import api, models


class ShopifySyncProduct(models.AbstractModel):
    _inherit = 'shopify.sync.product'

    @api.model
    def _note_deleted(self, backend, gids):
        """Products that Shopify does not have any more. Other stores and documents go on using them; the store's policy
        says whether those are archived that nothing uses. What Odoo had first stays."""
        self._settle_ended(backend, self._end_products(backend, gids))

    def _end_products(self, backend, gids):
        """The bindings that end. Their products are free from then on."""
        bindings = self.env['shopify.product.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', gids), ('deleted_at', '=', False)]
        )
        if bindings:
            bindings.deleted_at = self._now()
        return bindings

    def _settle_ended(self, backend, bindings):
        """What becomes of the products of ended bindings, when it is known whether something has taken their place."""
        self._look_again(backend, bindings.variant_ids.product_id)
        if backend.deleted_policy != 'archive':
            return
        for binding in bindings.filtered(lambda row: row.product_tmpl_id.active and row.origin == 'shopify'):
            products = binding.product_tmpl_id.product_variant_ids
            reason = self._reason_to_keep(backend, products)
            if reason:
                binding.message = self.env._("Deleted in Shopify, and kept in Odoo: %(reason)s", reason=reason)
            else:
                binding.product_tmpl_id.with_context(shopify_catalog_pull=backend.id).action_archive()

    def _retire_variants(self, backend, rows, also_last=False):
        """A variant that is gone from Shopify keeps its link for old orders, but no stock is written for it. Its product
        is archived when this store's import has made it and nothing uses it; else why it stays is said.
        ``also_last``: a product's last variant too, because others come in its place."""
        gone = self.env['shopify.variant.binding'].union(*rows).filtered(lambda row: not row.deleted_at)
        if not gone:
            return
        gone.deleted_at = self._now()
        self._look_again(backend, gone.product_id)
        for row in gone.filtered(lambda row: row.product_id.active and row.product_binding_id.origin == 'shopify'):
            reason = self._reason_to_keep(backend, row.product_id)
            if reason:
                row.message = self.env._("Deleted in Shopify, and kept in Odoo: %(reason)s", reason=reason)
            elif also_last or len(row.product_id.product_tmpl_id.product_variant_ids) > 1:
                row.product_id.with_context(shopify_catalog_pull=backend.id).active = False

    def _look_again(self, backend, products):
        """What waits for a person because one of these products was another variant's finds it free now."""
        waiting = self._waiting_for(products).filtered(lambda row: row.backend_id == backend)
        self.env['shopify.task']._add(backend, 'product', waiting.mapped('product_gid'), source='shopify')

    def _waiting_for(self, products):
        return self.env['shopify.match.row'].search(
            [
                ('state', '=', 'open'),
                ('reason', 'in', ('taken', 'options_taken')),
                ('candidate_ids', 'in', products.ids),
            ]
        )

    def _now(self):
        return self.env.cr.now().replace(tzinfo=None, microsecond=0)

    def _reason_to_keep(self, backend, products):
        """Why these products must stay as they are; False when nothing uses them."""
        ids = products.ids
        live = self.env['shopify.variant.binding'].search(
            [('product_id', 'in', ids), ('deleted_at', '=', False), ('product_binding_id.deleted_at', '=', False)]
        )
        if live:
            stores = ', '.join(sorted(set(live.backend_id.mapped('name'))))
            return self.env._("it is sold in %(stores)s.", stores=stores)
        if self._waiting_for(products):
            return self.env._("a product of the match plan may be it.")
        sudo = self.sudo().env
        if sudo['stock.quant'].search_count(
            [('product_id', 'in', ids), ('location_id.usage', 'in', ('internal', 'transit')), ('quantity', '!=', 0)],
            limit=1,
        ):
            return self.env._("there is stock of it.")
        if sudo['stock.move'].search_count(
            [('product_id', 'in', ids), ('state', 'not in', ('done', 'cancel', 'draft'))], limit=1
        ):
            return self.env._("goods of it are on their way.")
        if sudo['sale.order.line'].search_count(
            [('product_id', 'in', ids), ('state', 'in', ('draft', 'sent'))], limit=1
        ):
            return self.env._("it is on a quotation.")
        return False
