from odoo import fields, models
from odoo.tools import format_datetime


class ShopifyBackend(models.Model):
    _inherit = 'shopify.backend'

    edit_policy = fields.Selection(
        [('odoo', "Odoo's quantity is written again"), ('shopify', "Odoo takes it over")],
        "Quantities Changed In Shopify",
        default='odoo',
        required=True,
        tracking=True,
        help="What happens to a quantity that somebody changes in the shop, once its orders are read and none explains it. "
        "Taken over, it becomes an inventory adjustment in Odoo, or a transfer between two locations, and reaches the "
        "other stores.",
    )

    def _get_moment_text(self):
        """Now, as the people of the shop write it."""
        self.ensure_one()
        return format_datetime(self.env, fields.Datetime.now(), tz=self.timezone or 'UTC', dt_format='short')
