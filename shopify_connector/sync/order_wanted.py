"""Orders of the past: older than the store's date and asked for by somebody, or delivered before Odoo knew the store."""

from odoo import models

from ..entities import order as mapping


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

    def _confirm_batch(self, backend, pairs, failures):
        """What had left before the store was connected asks no warehouse, supplier or factory for anything: Odoo's stock
        knows already."""
        left = [(binding, payload) for binding, payload in pairs if self._left_before(backend, payload)]
        known = {binding for binding, _payload in left}
        super()._confirm_batch(backend, [pair for pair in pairs if pair[0] not in known], failures)
        bare = self.with_context(skip_procurement=True)
        result = super(ShopifySyncOrder, bare)._confirm_batch(backend, left, failures)
        for binding, _payload in left:
            told = {entry[1] for entry in binding.trail or []}
            if binding.sale_order_id.state == 'sale' and 'shipped_before' not in told:
                binding._add_trail('shipped_before')
        return result

    @staticmethod
    def _left_before(backend, payload):
        shipped = payload.get('displayFulfillmentStatus') == 'FULFILLED' and not payload.get('cancelledAt')
        return shipped and bool(backend.connected_at) and mapping.ordered_at(payload) < backend.connected_at
