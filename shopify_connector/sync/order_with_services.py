"""Orders whose services wait for no goods."""

from odoo import models


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _advance(self, backend, pairs, failures):
        """Override: an order that is confirmed and paid may have nothing to wait for."""
        result = super()._advance(backend, pairs, failures)
        bindings = [binding for binding, payload in pairs if payload['id'] not in failures]
        if bindings and backend.ship_export:
            orders = self.env['shopify.order.binding'].union(*bindings).sale_order_id
            self.env['shopify.sync.delivery.services']._note(orders)
        return result
