from odoo import models


class ShopifyVariantBinding(models.Model):
    _inherit = 'shopify.variant.binding'

    def write(self, vals):
        """A variant that is tracked again, or is back, shows its quantity."""
        watched = [name for name in ('tracked', 'deleted_at') if name in vals]
        changed = self.filtered(lambda binding: any(bool(binding[name]) != bool(vals[name]) for name in watched))
        result = super().write(vals)
        self.env['shopify.task'].sudo()._note_stock(changed.product_id)
        return result
