"""Orders bring along what has left of them: read before anybody holds a lock, delivered in Odoo with the order."""

from odoo import models

from ..entities import fulfillment_take
from ..entities import order as mapping


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _read(self, backend, client, gids):
        payloads, missing = super()._read(backend, client, gids)
        wanted = self._wanting_states(backend, payloads)
        if wanted:
            states = self.env['shopify.sync.delivery']._read_states(backend, client, wanted)
            for payload in payloads:
                if payload['id'] in wanted:
                    # None: asked for and not shown, so asking again at once would be in vain.
                    payload['state'] = states.get(payload['id'])
        return payloads, missing

    def _wanting_states(self, backend, payloads):
        """The orders of which something has left, is held, ships from several places or did so when it was last read. Of
        what was all shipped before the store was connected, and is new here, Odoo's stock knows already."""
        gids = [payload['id'] for payload in payloads]
        bindings = self.env['shopify.order.binding'].search([('backend_id', '=', backend.id), ('gid', 'in', gids)])
        # A hold that is known may be over, which an order itself does not say.
        wanted = bindings.filtered(
            lambda row: row.is_state_wanted or (row.hold_state == 'held' and row.hold_reason == 'shopify')
        )
        known = set(wanted.mapped('gid'))
        known |= set(
            self.env['shopify.fulfillment']
            .search([('order_binding_id', 'in', bindings.ids)])
            .order_binding_id.mapped('gid')
        )
        old = {
            payload['id']
            for payload in payloads
            if payload.get('displayFulfillmentStatus') == 'FULFILLED'
            and payload['id'] not in set(bindings.mapped('gid'))
            and mapping.ordered_at(payload) < backend.connected_at
        }
        return [
            payload['id']
            for payload in payloads
            if payload['id'] not in old and fulfillment_take.needs_state(payload, payload['id'] in known)
        ]

    # === TAKE === #

    def _change(self, backend, binding, payload, prepared, failures):
        """Override: goods that have left are delivered before the order changes, for they may be refunded since."""
        if prepared and payload.get('state') and binding.state == 'imported' and binding.sale_order_id.state == 'sale':
            self.env['shopify.sync.fulfillment.take']._take(binding, payload)
        return super()._change(backend, binding, payload, prepared, failures)

    def _advance(self, backend, pairs, failures):
        """Override: what was read for this is noted even when there is nothing to do; an import in bulk reads no parcels, the
        orders lane does for the few orders that have some."""
        result = super()._advance(backend, pairs, failures)
        for binding, payload in pairs:
            if binding.is_state_wanted and payload.get('state'):
                binding.is_state_wanted = False
        unread = [
            payload['id']
            for binding, payload in pairs
            if 'state' not in payload and fulfillment_take.has_left_in_part(payload)
        ]
        if unread:
            self.env['shopify.task']._add(backend, 'order', unread, source='shopify')
        return result

    def _next_step(self, binding, payload):
        """Override: parcels one by one where they were read."""
        if payload.get('state') and binding.sale_order_id.state == 'sale' and not payload.get('cancelledAt'):
            return self._take_shipped
        return super()._next_step(binding, payload)

    def _take_shipped(self, backend, binding, payload):
        return self.env['shopify.sync.fulfillment.take']._take(binding, payload)
