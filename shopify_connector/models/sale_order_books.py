from odoo import models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    def _action_confirm(self):
        """Override of `sale`: money that has come in already waits for the moment in which the order is sold."""
        result = super()._action_confirm()
        # The orders lane, which keeps the customer's date, notes the books of all that it has read by itself.
        if not self.env.context.get('shopify_keep_date_order'):
            self._shopify_note_books()
        return result

    def _action_cancel(self):
        """Override of `sale`: what was invoiced or paid may have to be given back."""
        result = super()._action_cancel()
        self._shopify_note_books()
        return result

    def _shopify_note_books(self):
        self.env['shopify.order.binding'].sudo()._note_books(self.sudo().filtered('shopify_binding_ids'))
