from odoo import models
from odoo.exceptions import UserError


class ShopifyStockDifference(models.Model):
    """What a person does with single differences."""

    _inherit = 'shopify.stock.difference'

    def action_choose_odoo(self):
        self._choose('odoo')

    def action_choose_shopify(self):
        self._choose('shopify')

    def action_choose_leave(self):
        self._choose('leave')

    def action_repair(self):
        """Carry out at once what is chosen for these, Odoo's word where nothing is. Only where quantities are written
        already: a first comparison is confirmed as a whole."""
        lines = self.filtered(lambda line: line.state == 'open')
        for check, rows in lines.grouped('check_id').items():
            check._check_may_decide()
            if not check.backend_id.stock_export:
                raise UserError(
                    self.env._(
                        "Stock export of %(store)s is off. Confirm the comparison first.", store=check.backend_id.name
                    )
                )
            undecided = rows.sudo().filtered(lambda line: not line.choice)
            if undecided and check.kind == 'guard':
                raise UserError(self.env._("Choose first what is to be done with what the guard holds back."))
            undecided.choice = 'odoo'
            check._carry_out(rows)

    def _choose(self, choice):
        """Choose for all of these that are still to decide."""
        self.check_id._check_may_decide()
        self.sudo().filtered(lambda line: line.state == 'open').choice = choice

    def write(self, vals):
        """Override: what is carried out or done is decided already."""
        if 'choice' in vals and not self.env.su and any(line.state != 'open' for line in self):
            raise UserError(self.env._("This quantity is decided already."))
        return super().write(vals)
