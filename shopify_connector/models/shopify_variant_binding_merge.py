from odoo import models


class ShopifyVariantBinding(models.Model):
    """What becomes of links whose products were merged with another one."""

    _inherit = 'shopify.variant.binding'

    def _after_merge(self, kept):
        """The links are the kept product's now: its quantity goes to all of their variants, and each product of the shop is
        compared with it anew. ``kept``: a product.template or product.product."""
        template = kept if kept._name == 'product.template' else kept.product_tmpl_id
        parents = self.product_binding_id
        for parent in parents:
            templates = parent.variant_ids.product_id.product_tmpl_id
            if parent.product_tmpl_id != template and templates == template:
                parent.product_tmpl_id = template
        for backend, rows in self.grouped('backend_id').items():
            tasks = self.env['shopify.task'].sudo()
            if backend.stock_export:
                tasks._add(backend, 'stock', [str(id_) for id_ in rows.product_id.ids])
            tasks._add(backend, 'product', rows.product_binding_id.mapped('gid'), source='user')
            backend.sudo()._wake('catalogue')
            backend.sudo()._wake('stock')
        self._say_shared()

    def _say_shared(self):
        """Several variants of one store that are one product now each show all of its quantity: that may be meant or not."""
        for (_backend, product), rows in self._get_siblings().items():
            if len(rows) > 1:
                rows.message = self.env._(
                    "%(product)s is sold as several variants of this store since products were merged in Odoo, and each shows "
                    "the whole quantity: %(names)s. Link one of them with another product, or delete it in Shopify, if that "
                    "is not meant.",
                    product=product.display_name,
                    names=', '.join(rows.mapped('display_name')),
                )

    def _get_siblings(self):
        rows = self.search(
            [
                ('backend_id', 'in', self.backend_id.ids),
                ('product_id', 'in', self.product_id.ids),
                ('deleted_at', '=', False),
                ('product_binding_id.deleted_at', '=', False),
            ]
        )
        return rows.grouped(lambda row: (row.backend_id, row.product_id))
