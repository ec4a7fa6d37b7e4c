"""Orders that are older than the store's date, and that somebody has asked for."""

from odoo import models


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _reason_to_skip(self, backend, payload):
        reason = super()._reason_to_skip(backend, payload)
        if reason == 'too_old' and (self.env.context.get('shopify_history') or self._was_asked_for(backend, payload)):
            return ''
        return reason

    def _was_asked_for(self, backend, payload):
        """An import that could not bring it over has left it to the orders lane."""
        return bool(
            self.env['shopify.import.row'].search_count(
                [('backend_id', '=', backend.id), ('gid', '=', payload['id']), ('mode', '=', 'import')], limit=1
            )
        )
