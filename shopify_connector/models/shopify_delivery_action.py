from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

_USER = 'shopify_connector.group_shopify_user'
_TO_TELL = ('waiting', 'failed', 'held', 'not_needed')


class ShopifyDelivery(models.Model):
    """What people see of a delivery for Shopify, and what they do about one that Shopify does not know of."""

    _inherit = 'shopify.delivery'

    # Whoever sees the row may know the transfer's name without any right on transfers.
    transfer_name = fields.Char("Transfer", compute='_compute_transfer_name', compute_sudo=True)
    status_text = fields.Char("Status", compute='_compute_status_text')

    @api.depends('picking_id.name')
    def _compute_transfer_name(self):
        for delivery in self:
            delivery.transfer_name = delivery.picking_id.name

    @api.depends('state', 'origin')
    def _compute_status_text(self):
        states = dict(self._fields['state']._description_selection(self.env))
        for delivery in self:
            mirrors = delivery.state == 'sent' and delivery.origin == 'shopify'
            delivery.status_text = self.env._("Came From Shopify") if mirrors else states.get(delivery.state)

    @api.model
    def _untold_domain(self, minutes):
        """What Shopify should know by now and does not; ``minutes`` is how long a delivery may wait."""
        limit = fields.Datetime.now() - timedelta(minutes=minutes)
        return [
            ('origin', '=', 'odoo'),
            '|',
            ('state', 'in', ('failed', 'held')),
            '&',
            ('state', '=', 'waiting'),
            ('noted_at', '<', limit),
        ]

    # === ACTION METHODS === #

    def action_retry(self):
        """Have Shopify told now; also what somebody had decided not to tell."""
        self._check_may_decide()
        again = self.sudo().filtered(lambda delivery: delivery.origin == 'odoo' and delivery.state in _TO_TELL)
        again._set_waiting()
        for order in again.order_binding_id:
            order.backend_id._enqueue('delivery', order.gid)

    def action_give_up(self):
        """Shopify need not be told: somebody has seen to it there, or nobody has to."""
        self._check_may_decide()
        if any(delivery.state == 'sent' for delivery in self):
            raise UserError(
                self.env._("Shopify was told already. Cancel the fulfilment in Shopify, or undo the delivery in Odoo.")
            )
        self.sudo()._set_not_needed(
            'given_up', self.env._("%(user)s decided that Shopify is not told.", user=self.env.user.name)
        )

    def _check_may_decide(self):
        if not self.env.user.has_group(_USER):
            raise AccessError(self.env._("Only people with the role Shopify User decide about this. Ask one of them."))
        self.check_access('read')

    def action_open_transfer(self):
        self.ensure_one()
        return self.picking_id._get_records_action()

    def action_open_in_shopify(self):
        self.ensure_one()
        return self.order_binding_id.action_open_in_shopify()
