from odoo import api, models

from . import stock_notes

# What decides whether, when and where a move takes units away or brings them.
_NOTED = {
    'state', 'product_id', 'product_uom_qty', 'product_uom', 'location_id', 'location_dest_id', 'location_final_id', 'date',
}  # fmt: skip


class StockMove(models.Model):
    _inherit = 'stock.move'

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `stock`: see `write`. Drafts promise nothing yet."""
        moves = super().create(vals_list)
        moves.filtered(lambda move: move.state != 'draft')._shopify_note_change()
        return moves

    def write(self, vals):
        """Override of `stock`: what is promised or expected without being reserved changes no quant, but what a shop may
        show."""
        if _NOTED & vals.keys():
            self._shopify_note_change()
            if 'product_id' in vals:
                self._shopify_note_products()
        return super().write(vals)

    def unlink(self):
        """Override of `stock`: what was cancelled and deleted at once is told as well."""
        self._shopify_note_products()
        return super().unlink()

    def _shopify_note_change(self):
        stock_notes.note(self.env, 'stock.move', self.ids)

    def _shopify_note_products(self):
        """Nobody finds the product of these afterwards."""
        stock_notes.note(self.env, 'product.product', self.sudo().product_id.ids)
