"""What Shopify holds is held in Odoo, until Shopify lets it go."""

from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..entities import fulfillment_take


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _hold_reason(self, backend, binding, payload, decision):
        """Override: the store's own reasons come first."""
        reason = super()._hold_reason(backend, binding, payload, decision)
        if reason or payload.get('cancelledAt'):
            return reason
        state, is_whole = payload.get('state'), payload.get('displayFulfillmentStatus') == 'ON_HOLD'
        if not state and not is_whole:
            # An order whose fulfilment orders were not read says nothing about a hold of some of them.
            is_kept = binding.hold_state == 'held' and binding.hold_reason == 'shopify'
            return ('shopify', 'held_shopify', {'reason': binding.hold_text or ''}) if is_kept else None
        held = fulfillment_take.held_units(state) if state else {}
        if not (held or is_whole and not (state and state.orders)):
            return None
        text = ', '.join(fulfillment_take.hold_reasons(state)) if state else ''
        if (binding.held_units or {}) != held or (binding.hold_text or '') != text:
            binding.write({'held_units': held, 'hold_text': text})
        return 'shopify', 'held_shopify', {'reason': text or self.env._("no reason is given")}

    def _settle_hold(self, backend, binding, payload, decision):
        """Override: a hold that Shopify has let go may come back for another reason, and what waited for it is told."""
        result = super()._settle_hold(backend, binding, payload, decision)
        if binding.hold_state == 'held' and binding.hold_reason == 'shopify':
            binding.held_at = fields.Datetime.now()
        elif binding.hold_state != 'held' and (binding.held_units or binding.hold_text):
            binding.write({'held_units': False, 'hold_text': False})
        state = payload.get('state')
        if state and state.orders is not None and not fulfillment_take.held_units(state):
            self._tell_waiting(binding)
        return result

    @api.model
    def _look_again_at_holds(self, backend):
        """A hold that is released changes nothing else of an order: where its webhook was lost, it would be held for ever."""
        limit = fields.Datetime.now() - timedelta(hours=const.HOLDS_HOURS)
        held = self.env['shopify.order.binding'].search(
            [
                ('backend_id', '=', backend.id),
                ('hold_state', '=', 'held'),
                ('hold_reason', '=', 'shopify'),
                ('held_at', '<', limit),
            ],
            order='held_at',
            limit=const.ORDERS_PER_BATCH,
        )
        self.env['shopify.task']._add(backend, 'order', held.mapped('gid'), source='poll')

    def _tell_waiting(self, binding):
        waiting = self.env['shopify.delivery'].search_count(
            [('order_binding_id', '=', binding.id), ('origin', '=', 'odoo'), ('state', '=', 'held')], limit=1
        )
        if waiting:
            binding.backend_id._enqueue('delivery', binding.gid, source='shopify')
