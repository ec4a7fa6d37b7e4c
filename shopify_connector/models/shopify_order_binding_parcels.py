from odoo import fields, models


class ShopifyOrderBinding(models.Model):
    """What Shopify says of an order's parcels: where they ship from, what is held, and what Odoo has to read."""

    _inherit = 'shopify.order.binding'

    fulfillment_ids = fields.One2many('shopify.fulfillment', 'order_binding_id', "Fulfilments", readonly=True)
    hold_reason = fields.Selection(selection_add=[('shopify', "Held in Shopify")])
    hold_text = fields.Char("Held Because", readonly=True, help="What Shopify says about its own hold.")
    held_units = fields.Json(readonly=True, help="Units by Shopify's order line that Shopify does not let go.")
    held_at = fields.Datetime("Hold Seen", readonly=True, help="When Shopify was last seen holding it.")
    routed = fields.Json(readonly=True, help="Units by Shopify's order line and warehouse, as Shopify has routed them.")
    is_state_wanted = fields.Boolean(readonly=True, help="Shopify has rung for the order's fulfilment orders.")

    def _done_sentences(self):
        return {
            **super()._done_sentences(),
            'parcel_taken': self.env._("%(name)s was shipped in Shopify: %(deliveries)s was validated."),
            'places': self.env._("Warehouses: Shopify ships it from several, %(warehouses)s."),
            'moved': self.env._("Shopify ships it from another place now; Odoo follows: %(warehouses)s."),
            'moved_late': self.env._(
                "Shopify ships it from another place now (%(warehouses)s). What was picked already stays where it is."
            ),
            'held_shopify': self.env._("Delivery held in Shopify: %(reason)s."),
        }
