from odoo import api, models


class StockPicking(models.Model):
    _inherit = 'stock.picking'

    @api.depends('move_ids.sale_line_id.product_uom_qty', 'sale_id.shopify_binding_ids.held_units')
    def _compute_shopify_hold_message(self):
        """Override: Shopify may hold a part of an order only."""
        result = super()._compute_shopify_hold_message()
        for picking in self.filtered('shopify_hold_message'):
            if not picking._shopify_is_held_there():
                picking.shopify_hold_message = False
        return result

    def _shopify_is_held_there(self):
        """Whether some line of this transfer has nothing left that Shopify lets go; other holds are of whole orders."""
        held = self.sale_id.shopify_binding_ids.filtered(lambda row: row.hold_state == 'held')[:1]
        if held.hold_reason != 'shopify' or not held.held_units:
            return True
        for line in self.move_ids.filtered(lambda move: move.state not in ('done', 'cancel')).sale_line_id:
            units = held.held_units.get(line.shopify_line_gid)
            if units and line.product_uom_qty - line.qty_delivered <= units:
                return True
        return False
