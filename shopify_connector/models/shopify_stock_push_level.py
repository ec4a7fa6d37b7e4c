from odoo import fields, models


class ShopifyInventoryLevel(models.Model):
    """What stands in the way of writing a level: Shopify refuses it for a reason of its own, which is said at the level and
    not tried again at every change, or nobody knows yet which sales are in it."""

    _inherit = 'shopify.inventory.level'

    refused_code = fields.Char(readonly=True)
    refused_until = fields.Datetime(
        "Not Tried Before", readonly=True, help="Shopify refused the quantity. A retry by hand tries it at once."
    )

    learnt_at = fields.Datetime(
        readonly=True, help="Read for the first time then; orders of that moment may not be in Odoo yet."
    )

    def _is_refused(self):
        self.ensure_one()
        return bool(self.refused_until and self.refused_until > fields.Datetime.now())

    def _try_again(self):
        """What stood in the way may be gone."""
        self.filtered('refused_code').write({'refused_code': False, 'refused_until': False, 'message': False})
