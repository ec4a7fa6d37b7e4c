from odoo import api, models


class BasePartnerMerge(models.TransientModel):
    """Odoo merges records of any model with the code for contacts: products that are merged take their links along."""

    _inherit = 'base.partner.merge.automatic.wizard'

    @api.model
    def _update_foreign_keys_generic(self, model, src_records, dst_record):
        """Override of `base`, which moves what names the products: the stores hear of it."""
        moved = self._get_shopify_links(model, src_records)
        result = super()._update_foreign_keys_generic(model, src_records, dst_record)
        if moved:
            self.env.invalidate_all()
            moved.sudo()._after_merge(dst_record)
        return result

    def _get_shopify_links(self, model, records):
        column = {'product.template': 'product_id.product_tmpl_id', 'product.product': 'product_id'}.get(model)
        rows = self.env['shopify.variant.binding'].sudo()
        return rows.search([(column, 'in', records.ids), ('deleted_at', '=', False)]) if column else rows
