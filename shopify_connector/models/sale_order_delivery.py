from odoo import models

# What an order says in Shopify while nothing of it has left.
_NOTHING_LEFT = (False, 'unfulfilled', 'open', 'restocked', 'fulfillment_not_required')


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    def _action_confirm(self):
        """Override of `sale`: services of a paid order without goods are told when somebody confirms it."""
        result = super()._action_confirm()
        self.env['shopify.sync.delivery.services']._note(self)
        # The orders lane takes what has left of the orders that it confirms by itself.
        if not self.env.context.get('shopify_keep_date_order'):
            self._shopify_ask_for_parcels()
        return result

    def _shopify_ask_for_parcels(self):
        """What Shopify has shipped while it was a quotation has left, and nobody is to send it again."""
        for binding in self.sudo().shopify_binding_ids:
            if binding.state == 'imported' and binding.fulfillment_status not in _NOTHING_LEFT:
                binding.backend_id._enqueue('order', binding.gid)


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    def write(self, vals):
        """Override of `sale`: a service that somebody marks as delivered may be told."""
        result = super().write(vals)
        if 'qty_delivered' in vals:
            self.env['shopify.sync.delivery.services']._note(self.filtered('shopify_line_gid').order_id)
        return result
