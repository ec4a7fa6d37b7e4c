"""A delivery that Shopify could not be told of is told as soon as anybody reads that Shopify waits for its goods."""

from odoo import api, models

from ..entities.fulfillment import FULFILLABLE, INCOMPLETE

# What a change of the fulfilment orders may put right; what else has failed, fails again.
_WAITING_FOR_SHOPIFY = ('on_hold', 'nothing_left', 'cancelled', 'service', 'not_fulfillable', 'refused')


class ShopifySyncFulfillment(models.AbstractModel):
    _inherit = 'shopify.sync.fulfillment'

    @api.model
    def _note(self, binding, state):
        """Override: whoever reads an order, and why."""
        rows = super()._note(binding, state)
        # Who tells deliveries has read the order for just that.
        if state.orders and not self.env.context.get('shopify_telling'):
            self._note_released(binding, state)
        return rows

    def _note_released(self, binding, state):
        asked = {
            line.line_gid
            for order in state.orders
            if order.status in (*FULFILLABLE, INCOMPLETE)
            for line in order.lines
            if line.remaining
        }
        stuck = self._get_stuck(binding)
        if any(asked & set(delivery.units or ()) for delivery in stuck):
            self.env['shopify.task']._add(binding.backend_id, 'delivery', [binding.gid], source='shopify')

    @api.model
    def _get_stuck(self, bindings):
        """Deliveries that wait for a change of what Shopify asks for."""
        return self.env['shopify.delivery'].search(
            [
                ('order_binding_id', 'in', bindings.ids),
                ('kind', '=', 'ship'),
                ('origin', '=', 'odoo'),
                ('state', 'in', ('held', 'failed')),
                ('code', 'in', _WAITING_FOR_SHOPIFY),
            ]
        )


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _wanting_states(self, backend, payloads):
        """Override: of an order with a delivery that could not be told, it is read what Shopify waits for."""
        wanted = super()._wanting_states(backend, payloads)
        bindings = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', [payload['id'] for payload in payloads])]
        )
        stuck = self.env['shopify.sync.fulfillment']._get_stuck(bindings)
        return list(dict.fromkeys([*wanted, *stuck.order_binding_id.mapped('gid')]))
