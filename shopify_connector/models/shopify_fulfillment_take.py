from odoo import fields, models
from odoo.exceptions import UserError


class ShopifyFulfillment(models.Model):
    """A parcel that Shopify, a till or a service has shipped, and what Odoo could not do about it by itself."""

    _inherit = 'shopify.fulfillment'

    proposal = fields.Text("What To Do", readonly=True)
    taken_units = fields.Json(
        readonly=True, help="Units by Shopify's order line that stand in Odoo, of a parcel taken in part."
    )
    is_forced = fields.Boolean(readonly=True, help="A person wants it validated although Odoo does not have the goods.")

    # === UNITS === #

    def _get_untaken(self):
        """``{order line gid: units}`` that nothing in Odoo stands for yet."""
        self.ensure_one()
        if self.taken not in ('no', 'by_hand', 'ignored'):
            return {}
        known = self.taken_units or {}
        left = {gid: units - known.get(gid, 0) for gid, units in self._get_units().items()}
        return {gid: units for gid, units in left.items() if units > 0}

    def _get_taken(self):
        """``{order line gid: units}`` that stand in Odoo."""
        self.ensure_one()
        return self._get_units() if self.taken == 'done' else dict(self.taken_units or {})

    def _add_taken(self, units, pickings):
        """So many units by order line are what these transfers have done; all of them together make the parcel done."""
        self.ensure_one()
        known = self.taken_units or {}
        self.taken_units = {gid: known.get(gid, 0) + units.get(gid, 0) for gid in {**known, **units}}
        self.picking_ids |= pickings
        if not self._get_untaken():
            self.write({'taken': 'done', 'message': False, 'proposal': False, 'is_forced': False})

    # === DECISIONS === #

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
