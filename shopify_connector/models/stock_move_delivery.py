from odoo import api, models

from .stock_picking_delivery import FROM_SHOP


class StockMoveLine(models.Model):
    """Somebody corrects what has left or come back, after it has."""

    _inherit = 'stock.move.line'

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `stock`: goods that are added to a transfer that is done have left, or come back, with it."""
        lines = super().create(vals_list)
        lines._shopify_note_correction()
        return lines

    def write(self, vals):
        """Override of `stock`: see `create`."""
        result = super().write(vals)
        if 'quantity' in vals:
            self._shopify_note_correction()
        return result

    def _shopify_note_correction(self):
        if self.env.context.get(FROM_SHOP):
            return
        corrected = self.filtered(lambda line: line.move_id.state == 'done' and line.move_id.sale_line_id)
        if corrected:
            pickings = corrected.picking_id.sudo()
            pickings._shopify_note_deliveries()
            pickings._shopify_note_tracking(pickings.CORRECTED)
