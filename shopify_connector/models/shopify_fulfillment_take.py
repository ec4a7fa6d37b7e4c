from odoo import fields, models
from odoo.exceptions import UserError


class ShopifyFulfillment(models.Model):
    """A parcel that Shopify, a till or a service has shipped, and what Odoo could not do about it by itself."""

    _inherit = 'shopify.fulfillment'

    proposal = fields.Text("What To Do", readonly=True)
    is_forced = fields.Boolean(readonly=True, help="A person wants it validated although Odoo does not have the goods.")

    def _require_untaken(self):
        for row in self:
            if row.origin != 'shopify' or row.taken in ('done', 'undone') or row.state != 'success':
                raise UserError(
                    self.env._(
                        "There is nothing left to decide about %(name)s: its goods are settled.", name=row.name or '?'
                    )
                )

    def action_take_validate(self):
        """Deliver the same in Odoo, whether the stock is there or not."""
        self.check_access('read')
        self._require_untaken()
        self.sudo().write({'is_forced': True, 'taken': 'no'})
        self._take_again()

    def action_take_retry(self):
        """Try again, now that the stock was corrected or lots were entered."""
        self.check_access('read')
        self._require_untaken()
        self.sudo().write({'taken': 'no'})
        self._take_again()

    def action_take_by_hand(self):
        """Somebody delivers it in Odoo by hand, or has done so."""
        self._decide('by_hand', self.env._("%(user)s delivers it by hand.", user=self.env.user.name))

    def action_take_ignore(self):
        """Odoo's stock knows of it already."""
        self._decide('ignored', self.env._("Ignored by %(user)s.", user=self.env.user.name))

    def _decide(self, taken, message):
        self.check_access('read')
        self._require_untaken()
        self.sudo().write({'taken': taken, 'message': message, 'proposal': False})
        for row in self.sudo():
            self.env['shopify.sync.fulfillment.take'].sudo()._close_tasks(row)

    def _take_again(self):
        for binding in self.sudo().order_binding_id:
            binding.backend_id._enqueue('order', binding.gid, source='user')
