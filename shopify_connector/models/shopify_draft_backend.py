from odoo import models

from .. import const


class ShopifyBackend(models.Model):
    _inherit = 'shopify.backend'

    def write(self, vals):
        """Override to act on the policy at once: subscribe, bring over what is open."""
        before = {backend.id: backend.import_draft_orders for backend in self}
        result = super().write(vals)
        if 'import_draft_orders' in vals:
            changed = self.filtered(lambda backend: before[backend.id] != backend.import_draft_orders)
            for backend in changed.filtered(lambda backend: backend.state == 'connected'):
                backend._enqueue('draft', const.ALL_DRAFTS)
        return result
