from odoo import fields, models


class ShopifyInventoryLevel(models.Model):
    """A level that Shopify refuses for a reason of its own: said at the level, and not tried again at every change."""

    _inherit = 'shopify.inventory.level'

    refused_code = fields.Char(readonly=True)
    refused_until = fields.Datetime(
        "Not Tried Before", readonly=True, help="Shopify refused the quantity. A retry by hand tries it at once."
    )

    def _is_refused(self):
        self.ensure_one()
        return bool(self.refused_until and self.refused_until > fields.Datetime.now())

    def _try_again(self):
        """What stood in the way may be gone."""
        self.filtered('refused_code').write({'refused_code': False, 'refused_until': False, 'message': False})
