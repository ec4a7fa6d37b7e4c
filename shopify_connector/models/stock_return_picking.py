from odoo import api, fields, models
from odoo.exceptions import UserError


class StockReturnPicking(models.TransientModel):
    """A return of goods of a Shopify order: did the customer send them back, or did the parcel never leave?"""

    _inherit = 'stock.return.picking'

    shopify_is_order = fields.Boolean(compute='_compute_shopify_is_order', compute_sudo=True)
    shopify_is_told = fields.Boolean(compute='_compute_shopify_is_order', compute_sudo=True)
    shopify_purpose = fields.Selection(
        [
            ('return', "The customer sends them back"),
            ('cancel', "The parcel never left: undo the delivery"),
        ],
        "Why",
        default='return',
        required=True,
        help="An undone delivery is back on the shelf at once, its fulfilment in Shopify is cancelled, and a new delivery is "
        "planned. Of a part of a delivery the fulfilment is made again for the rest, without telling the customer.",
    )
    shopify_reason = fields.Selection(
        lambda self: self.env['stock.picking']._selection_shopify_reason(),
        "Reason",
        default='unknown',
        help="Shopify's return gives it as the reason.",
    )
    shopify_return_note = fields.Char("Note", size=200, help="Shown beside the reason, also in Shopify.")

    @api.depends('picking_id')
    def _compute_shopify_is_order(self):
        for wizard in self:
            picking = wizard.picking_id
            wizard.shopify_is_order = picking.location_dest_id.usage == 'customer' and any(
                line.shopify_line_gid for line in picking.move_ids.sale_line_id
            )
            stores = picking.move_ids.sale_line_id.order_id.shopify_binding_ids.backend_id
            wizard.shopify_is_told = wizard.shopify_is_order and any(
                store.tell_returns or store.ship_export for store in stores
            )

    def _create_return(self):
        """Override of `stock`: keep why, and undo at once what never left."""
        back = super()._create_return()
        if self.shopify_is_order:
            is_return = self.shopify_purpose == 'return'
            back.write(
                {
                    'shopify_purpose': self.shopify_purpose,
                    'shopify_reason': is_return and self.shopify_reason,
                    'shopify_return_note': is_return and self.shopify_return_note,
                }
            )
            # Odoo copies the delivery's. Once the goods come back to another warehouse, it would take that rule for the one that
            # the whole route begins with, and count what left with two steps twice.
            back.move_ids.rule_id = False
            back._shopify_count_return(False)
        return back

    def action_create_exchanges(self):
        """Override of `stock`: Shopify would take the second parcel for one that nobody has ordered."""
        if self.shopify_is_told:
            raise UserError(
                self.env._(
                    "Exchanges of Shopify orders begin in Shopify: open a return there with what goes out instead. It becomes a "
                    "line of the order and is delivered like any other. For the goods that come back, press Return here."
                )
            )
        return super().action_create_exchanges()

    def action_shopify_undo(self):
        """Undo the delivery, or the part of it that was entered, and show the return; it is done already, unless it asks
        for something that only a person knows."""
        self.ensure_one()
        self.shopify_purpose = 'cancel'
        is_part = any(line.quantity for line in self.product_return_moves)
        action = self.action_create_returns() if is_part else self.action_create_returns_all()
        self.env['stock.picking'].browse(action['res_id'])._shopify_receive()
        return action
