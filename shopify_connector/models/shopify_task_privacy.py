from odoo import models
from odoo.exceptions import AccessError, UserError

_MANAGER = 'shopify_connector.group_shopify_manager'


class ShopifyTask(models.Model):
    _inherit = 'shopify.task'

    def action_privacy(self):
        """Act on a privacy request."""
        self.ensure_one()
        if self.kind != 'privacy':
            raise UserError(self.env._("This task is no privacy request."))
        if not self.env.user.has_group(_MANAGER):
            raise AccessError(
                self.env._("Privacy requests are for Shopify managers. Ask one of them, or for that role.")
            )
        if self.key.startswith('customers/'):
            raise UserError(
                self.env._(
                    "Shopify did not say which customer this is about. Look the request up in Shopify, open the customer in "
                    "Odoo, download or erase there what Odoo keeps, and skip this task."
                )
            )
        if not self.key.startswith('gid://'):
            return self.env['shopify.customer.privacy']._open_store(self)
        customer = self.env['shopify.customer']._get_of_keys(self.backend_id, [self.key]).get(self.key)
        if customer:
            return self.env['shopify.customer.privacy']._open(customer, self)
        self.sudo()._set_done(self.env._("Odoo keeps nothing of this customer."))
        return self.backend_id._notification(self.env._("Odoo keeps nothing of this customer."))
