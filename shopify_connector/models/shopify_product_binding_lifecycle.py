from odoo import api, fields, models


class ShopifyProductBinding(models.Model):
    """What becomes of the link when the product changes its life on either side."""

    _inherit = 'shopify.product.binding'

    source_digest = fields.Char(
        readonly=True, copy=False, help="Of all that was last read of the product: the same, nothing to look at."
    )
    life = fields.Selection(
        [
            ('live', "In both"),
            ('deleted', "Deleted in Shopify"),
            ('ended', "Deleted in Odoo"),
            ('unlinked', "Not linked"),
            ('sleeping', "Archived in Odoo"),
            ('archived', "Archived in Shopify"),
        ],
        "Link",
        compute='_compute_life',
    )

    @api.depends('deleted_at', 'status', 'product_tmpl_id.active', 'variant_ids.ended_at')
    def _compute_life(self):
        for binding in self:
            if binding.deleted_at:
                binding.life = 'deleted'
            elif not binding.product_tmpl_id:
                binding.life = 'ended' if any(binding.variant_ids.mapped('ended_at')) else 'unlinked'
            elif not binding.product_tmpl_id.active:
                binding.life = 'sleeping'
            else:
                binding.life = 'archived' if binding.status == 'archived' else 'live'

    def action_make_again(self):
        """Products that were deleted in Odoo are matched and made like new ones."""
        self.check_access('write')
        self.sudo().variant_ids.ended_at = False
        self.action_refresh()
