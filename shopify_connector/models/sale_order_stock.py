from odoo import models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    def write(self, vals):
        """Override of `sale`: a quotation holds its units in the stores that show its warehouse."""
        if 'warehouse_id' in vals:
            self.filtered(lambda order: order.state in ('draft', 'sent'))._shopify_note_stock()
        return super().write(vals)
