from odoo import api, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    _inherit = 'stock.picking'

    # People in the warehouse see it without any right on Shopify's records.
    shopify_hold_message = fields.Char(compute='_compute_shopify_hold_message', compute_sudo=True)

    @api.depends('state', 'sale_id.shopify_hold_message')
    def _compute_shopify_hold_message(self):
        for picking in self:
            is_held = picking.sale_id and picking.state not in ('done', 'cancel') and not picking._shopify_is_return()
            picking.shopify_hold_message = picking.sale_id.shopify_hold_message if is_held else False

    def _shopify_is_return(self):
        """Whether goods come back with it, or are put away since."""
        if self.picking_type_code == 'incoming' or self.location_id.usage == 'customer':
            return True
        moves = self.move_ids
        if self.picking_type_code != 'internal' or 'customer' in moves.location_final_id.mapped('usage'):
            return False
        return 'customer' in moves.browse(moves._rollup_move_origs()).location_id.mapped('usage')

    def action_cancel(self):
        """Override of `stock`: what has come back is put away, although its order is cancelled."""
        pickings = self
        if self.env.context.get('shopify_keep_returns'):
            pickings = self.filtered(lambda picking: not picking._shopify_is_return())
        return super(StockPicking, pickings).action_cancel()

    def _shopify_require_released(self):
        if self.env.context.get('shopify_from_shop'):
            # It has left already: nobody can hold it.
            return
        for picking in self:
            if picking.shopify_hold_message:
                raise UserError(picking.shopify_hold_message)

    def button_validate(self):
        """Override of `stock`: said before any question about lots or backorders."""
        self._shopify_require_released()
        return super().button_validate()

    def _action_done(self):
        """Override of `stock`: whatever way leads here."""
        self._shopify_require_released()
        return super()._action_done()
