from odoo import api, models


class BasePartnerMerge(models.TransientModel):
    _inherit = 'base.partner.merge.automatic.wizard'

    @api.model
    def _update_reference_fields(self, src_partners, dst_partner):
        """Override of `base`, which knows foreign keys and references only: links with Shopify's companies and locations
        go along with their contact."""
        result = super()._update_reference_fields(src_partners, dst_partner)
        self.env['shopify.binding'].sudo().search(
            [('res_model', '=', 'res.partner'), ('res_id', 'in', src_partners.ids)]
        ).res_id = dst_partner.id
        return result
