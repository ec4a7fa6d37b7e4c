from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ShopifyBackend(models.Model):
    """When so much would change at once that a person is asked first."""

    _inherit = 'shopify.backend'

    guard_zero_percent = fields.Float(
        "Ask Before Emptying (%)",
        default=20.0,
        tracking=True,
        help="When more than this share of the quantities that sell would become zero within an hour, those are held back "
        "until somebody confirms them. 0: never ask.",
    )
    guard_change_percent = fields.Float(
        "Ask Before Changing (%)",
        default=0.0,
        tracking=True,
        help="When more than this share of the store's quantities would change within an hour, they are held back until "
        "somebody confirms them. 0: never ask.",
    )
    guard_minimum = fields.Integer(
        "Never Ask For Fewer Than", default=10, tracking=True, help="Fewer quantities than these are never held back."
    )

    @api.constrains('guard_zero_percent', 'guard_change_percent', 'guard_minimum')
    def _check_guard(self):
        for backend in self:
            if not (0 <= backend.guard_zero_percent <= 100 and 0 <= backend.guard_change_percent <= 100):
                raise ValidationError(self.env._("The guard's shares are between 0 and 100 %."))
            if backend.guard_minimum < 0:
                raise ValidationError(self.env._("The guard's smallest number of quantities cannot be negative."))
