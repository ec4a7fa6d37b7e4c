from odoo import fields, models

from ..entities import return_write


class ShopifyReturnDecline(models.TransientModel):
    """The no to a customer's request, with the reason that Shopify tells them."""

    _name = 'shopify.return.decline'
    _description = "Decline A Return"

    return_id = fields.Many2one('shopify.return', "Return", required=True, readonly=True, ondelete='cascade')
    reason = fields.Selection(
        [
            ('RETURN_PERIOD_ENDED', "The time for returns is over"),
            ('FINAL_SALE', "It was sold for good"),
            ('OTHER', "Another reason"),
        ],
        default='RETURN_PERIOD_ENDED',
        required=True,
    )
    note = fields.Char("Message To The Customer", size=500)
    notify = fields.Boolean("Shopify Tells The Customer", default=True)

    def action_confirm(self):
        """The no: the lane tells Shopify."""
        self.ensure_one()
        record = self.return_id
        record._decide(return_write.decline(record.gid, self.reason, self.note or '', self.notify))
