from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    # For everybody who works with the order, with a Shopify role or without.
    shopify_hold_message = fields.Char(compute='_compute_shopify_hold_message', compute_sudo=True)

    @api.depends('state', 'shopify_binding_ids.hold_state', 'shopify_binding_ids.hold_reason')
    def _compute_shopify_hold_message(self):
        for order in self:
            held = order.shopify_binding_ids.filtered(lambda binding: binding.hold_state == 'held')[:1]
            held = held if order.state != 'cancel' else held.browse()
            order.shopify_hold_message = self._shopify_hold_sentence(order, held) if held else False

    def _shopify_hold_sentence(self, order, binding):
        reasons = {
            'risk': self.env._("Shopify sees a risk of fraud"),
            'rule': self.env._("the rule “%(rule)s” of the store says so", rule=binding.rule_id.name or '?'),
        }
        return self.env._(
            "The delivery of %(order)s (%(shopify)s) is held: %(reason)s. Somebody with the role Shopify User looks at the "
            "order and presses Release Delivery on it.",
            order=order.name,
            shopify=binding.name,
            reason=reasons.get(binding.hold_reason, reasons['rule']),
        )

    def action_shopify_release(self):
        """Let the held delivery go, whatever Shopify says later. For people with a Shopify role."""
        if not self.env.user.has_group('shopify_connector.group_shopify_user'):
            raise UserError(self.env._("Only people with the role Shopify User release a delivery. Ask one of them."))
        self.check_access('read')
        person = self.env.user
        for order in self.sudo():
            held = order.shopify_binding_ids.filtered(lambda binding: binding.hold_state == 'held')
            if not held:
                continue
            held.hold_state = 'released'
            held._add_trail('hold_released', person=person.name)
            order._shopify_note_unheld(
                self.env._("Delivery released by %(person)s.", person=person.name), person.partner_id
            )

    def _shopify_note_unheld(self, text, author=None):
        """In the chatter, and what was to be done about the hold is done."""
        for order in self:
            order.message_post(body=text, author_id=author.id if author else None)
            order.activity_feedback(['shopify_connector.mail_activity_held_delivery'], feedback=text)
