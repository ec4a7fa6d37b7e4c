from odoo import api, fields, models
from odoo.exceptions import UserError

_WRITE_SCOPE = 'write_inventory'


class ShopifyStockConfirm(models.TransientModel):
    """The yes to what was chosen in a comparison: how many quantities are written, taken and left."""

    _name = 'shopify.stock.confirm'
    _description = "Carry Out A Stock Comparison"

    check_id = fields.Many2one('shopify.stock.check', "Comparison", required=True, readonly=True, ondelete='cascade')
    backend_id = fields.Many2one(related='check_id.backend_id')
    kind = fields.Selection(related='check_id.kind')
    exports = fields.Boolean(related='backend_id.stock_export')
    missing_orders = fields.Integer(related='check_id.missing_orders')
    mark = fields.Char(help="Of the choices that the dialog shows.")
    switch_on = fields.Boolean(
        "Switch Stock Export On",
        compute='_compute_switch_on',
        store=True,
        readonly=False,
        help="From then on Odoo's quantities are written to this store as soon as they change.",
    )
    write_count = fields.Integer("Written To Shopify", compute='_compute_counts')
    zero_count = fields.Integer("Of Them To Zero", compute='_compute_counts')
    take_count = fields.Integer("Taken Into Odoo", compute='_compute_counts')
    leave_count = fields.Integer("Left As They Are", compute='_compute_counts')
    undecided_count = fields.Integer("Not Decided", compute='_compute_counts')

    @api.model
    def default_get(self, fields_list):
        """The mark is made with the dialog, and not with its yes."""
        values = super().default_get(fields_list)
        check = self.env['shopify.stock.check'].browse(values.get('check_id'))
        return {**values, 'mark': check._get_choices_mark()} if check else values

    @api.depends('check_id')
    def _compute_switch_on(self):
        """A comparison that was begun to take Shopify's quantities does not switch anything on by itself."""
        for wizard in self:
            wizard.switch_on = wizard.check_id.switches_on and wizard.check_id.preset != 'shopify'

    @api.depends('check_id')
    def _compute_counts(self):
        for wizard in self:
            lines = wizard.check_id._open_lines().grouped('choice')
            empty = self.env['shopify.stock.difference']
            written = lines.get('odoo', empty)
            wizard.write_count = len(written)
            wizard.zero_count = len(written.filtered('becomes_zero'))
            wizard.take_count = len(lines.get('shopify', empty))
            wizard.leave_count = len(lines.get('leave', empty))
            wizard.undecided_count = len(lines.get(False, empty))

    def action_confirm(self):
        """The yes. It is about what stands in the dialog: choices and figures that were changed since are asked for again."""
        self.ensure_one()
        if self.mark != self.check_id._get_choices_mark():
            raise UserError(
                self.env._(
                    "The list has changed since this dialog was opened. Close it, look at the list, and try again."
                )
            )
        switch_on = self.switch_on and self.check_id.switches_on
        if switch_on:
            self._check_scope()
        if not (switch_on or self.write_count or self.take_count or self.leave_count):
            raise UserError(self.env._("Nothing is chosen yet. Choose for all, or quantity by quantity."))
        self.check_id._carry_out(self.check_id._open_lines(), switch_on=switch_on)
        return self.backend_id._notification(self.env._("It is being carried out. You can go on working."))

    def _check_scope(self):
        scopes = self.env['shopify.sync.connection']._granted(self.backend_id)
        if self.backend_id.granted_scopes and _WRITE_SCOPE not in scopes:
            raise UserError(
                self.env._(
                    "The app may not write quantities to this shop. Add the scope write_inventory to it in Shopify, release "
                    "and approve it, and press Check Connection in the store."
                )
            )
