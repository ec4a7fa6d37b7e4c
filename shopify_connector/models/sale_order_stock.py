from odoo import models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    def write(self, vals):
        """Override of `sale`: a quotation holds its units in the stores that show its warehouse."""
        if vals.keys() & {'warehouse_id', 'state'}:
            # People who sell need no right on Shopify's records.
            self.sudo().filtered('shopify_binding_ids')._shopify_note_stock()
        return super().write(vals)
