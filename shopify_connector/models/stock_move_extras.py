from odoo import models

# What changes when the next units come, and how many.
_ARRIVAL = {'state', 'date', 'product_uom_qty', 'location_dest_id'}


class StockMove(models.Model):
    _inherit = 'stock.move'

    def write(self, vals):
        """Override of `stock`: stores that show what is incoming are told when it changes."""
        result = super().write(vals)
        if vals.keys() & _ARRIVAL:
            shows_incoming, _sells = self.env['shopify.backend']._extras_in_use()
            if shows_incoming:
                self.env['shopify.task'].sudo()._note_extras(self.sudo().product_id)
        return result
