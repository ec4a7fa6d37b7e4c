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
        return self.picking_type_code == 'incoming' or self.location_id.usage == 'customer'

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
