from odoo import models


class ShopifyTask(models.Model):
    """The task of a change that a person has confirmed: when it ends, the change ends with it."""

    _inherit = 'shopify.task'

    def action_skip(self):
        """Override: the order is free for the next change."""
        actions = self.filtered(lambda task: task.state in ('failed', 'pending'))._get_order_actions()
        result = super().action_skip()
        actions._give_up()
        return result

    def _set_failed(self, code, message, request_id=None):
        """Override: what is not tried any more has failed, whatever stood in its way."""
        result = super()._set_failed(code, message, request_id)
        for action in self._get_order_actions().filtered(lambda action: action._is_open()):
            action._set_failed(message, request_id, refused=not action.sent_at)
        return result

    def _get_order_actions(self):
        keys = [int(task.key) for task in self if task.kind == 'order_action']
        return self.env['shopify.order.action'].sudo().browse(keys).exists()
