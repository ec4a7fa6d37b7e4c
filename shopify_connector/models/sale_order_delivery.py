from odoo import models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    def _action_confirm(self):
        """Override of `sale`: services of a paid order without goods are told when somebody confirms it."""
        result = super()._action_confirm()
        self.env['shopify.sync.delivery.services']._note(self)
        return result


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    def write(self, vals):
        """Override of `sale`: a service that somebody marks as delivered may be told."""
        result = super().write(vals)
        if 'qty_delivered' in vals:
            self.env['shopify.sync.delivery.services']._note(self.filtered('shopify_line_gid').order_id)
        return result
