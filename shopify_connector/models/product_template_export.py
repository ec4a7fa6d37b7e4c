from odoo import api, models


class ProductTemplate(models.Model):
    """A product that is archived or deleted may have to leave shops; which, and how, is each store's policy."""

    _inherit = 'product.template'

    def write(self, vals):
        """Override of `product`: stores with a policy for products that are gone are told."""
        result = super().write(vals)
        if 'active' in vals:
            self._shopify_note_policy()
        return result

    @api.ondelete(at_uninstall=False)
    def _shopify_note_deleted(self):
        bindings = self._shopify_note_policy()
        bindings.gone_in_odoo = True

    def _shopify_note_policy(self):
        """A task for each of their products in the shops; nothing at all happens while no store has such a policy."""
        bindings = self.env['shopify.product.binding'].sudo()
        if not self.env['shopify.backend'].sudo().search_count([('gone_policy', '!=', 'nothing')], limit=1):
            return bindings
        bindings = bindings.search(
            [
                ('product_tmpl_id', 'in', self.ids),
                ('deleted_at', '=', False),
                ('backend_id.gone_policy', '!=', 'nothing'),
                ('backend_id.state', '!=', 'draft'),
            ]
        )
        for backend, rows in bindings.grouped('backend_id').items():
            self.env['shopify.task'].sudo()._add(backend, 'product_export', [str(id_) for id_ in rows.ids])
            backend._wake('catalogue')
        return bindings


class ProductProduct(models.Model):
    _inherit = 'product.product'

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `product`: a new variant of a product belongs into the shops that take theirs from Odoo."""
        products = super().create(vals_list)
        self.env['shopify.task'].sudo()._note_catalog({'codes'}, products.product_tmpl_id)
        return products
