from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.shopify_owner import OWNERS
from ..shopify import errors

# How many products the preview looks at, and how many of their differences it lists.
PRODUCTS = 500
LINES = 200


class ShopifyOwnerSwitch(models.TransientModel):
    """The yes to a new owner of groups of fields, after a look at what it does."""

    _name = 'shopify.owner.switch'
    _description = "Change Of Owner"

    backend_id = fields.Many2one('shopify.backend', "Store", required=True, readonly=True, ondelete='cascade')
    row_ids = fields.Many2many('shopify.owner', string="Fields", domain="[('backend_id', '=', backend_id)]")
    owner = fields.Selection(OWNERS, "Whose Word Counts", required=True, default='first')
    state = fields.Selection([('choose', "Choose"), ('confirm', "Confirm")], default='choose', readonly=True)
    line_ids = fields.One2many('shopify.owner.switch.line', 'wizard_id', readonly=True)
    looked_count = fields.Integer("Products Compared", readonly=True)
    product_count = fields.Integer("Products", readonly=True)
    customer_count = fields.Integer("Customers", readonly=True)
    customer_looked_count = fields.Integer("Customers Compared", readonly=True)
    unread_count = fields.Integer("Products Never Read", readonly=True)
    pull_count = fields.Integer("Values Written To Odoo", readonly=True)
    push_count = fields.Integer("Values Written To The Shop", readonly=True)
    message = fields.Text(compute='_compute_message')

    @api.depends('owner', 'backend_id')
    def _compute_message(self):
        for wizard in self:
            store = wizard.backend_id.name
            wizard.message = {
                'first': self.env._(
                    "What the import from %(store)s has made follows the shop. What Odoo had before stays as it is, on both "
                    "sides.",
                    store=store,
                ),
                'shopify': self.env._(
                    "Everything in Odoo that is linked with %(store)s gets the shop's values: now where they differ, and from "
                    "then on with each change there. Nothing is written to the shop.",
                    store=store,
                ),
                'odoo': self.env._(
                    "%(store)s gets Odoo's values: now where they differ, and from then on with each change in Odoo. What "
                    "somebody changes in the shop is shown as a difference, and not overwritten.",
                    store=store,
                ),
                'none': self.env._("Nothing is written on either side, and no difference is shown."),
            }.get(wizard.owner)

    def action_preview(self):
        """Compare what was last read of the shop's products, and what its customers are now, with Odoo, as if the new owner
        were set already."""
        self.ensure_one()
        self._check_manager()
        backend, groups = self.backend_id.sudo(), set(self.row_ids.mapped('group'))
        try:
            found = backend.env['shopify.sync.catalog']._preview_owner(backend, groups, self.owner, PRODUCTS)
        except errors.ShopifyError as error:
            raise UserError(error.message) from error
        self.write(
            {
                'state': 'confirm',
                'line_ids': [(5, 0, 0), *((0, 0, line) for line in found.pop('lines')[:LINES])],
                **found,
            }
        )
        return self._reopen()

    def action_back(self):
        self.state = 'choose'
        return self._reopen()

    def action_confirm(self):
        self.ensure_one()
        self._check_manager()
        self.row_ids.sudo()._switch(self.owner)
        if self.owner != 'none' and self.unread_count:
            self.backend_id._enqueue('catalogue', 'all')
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def _check_manager(self):
        """A transient row belongs to whoever made it; the store does not."""
        if not self.env.user.has_group('shopify_connector.group_shopify_manager'):
            raise AccessError(self.env._("Only a Shopify manager decides whose value counts. Ask one."))
        self.backend_id.check_access('write')
        self.row_ids.check_access('read')
        self.row_ids = self.row_ids.filtered(lambda row: row.backend_id == self.backend_id)

    def _reopen(self):
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'view_mode': 'form',
            'res_id': self.id,
            'target': 'new',
            'name': self.env._("Whose Word Counts"),
        }


class ShopifyOwnerSwitchLine(models.TransientModel):
    _name = 'shopify.owner.switch.line'
    _description = "Change Of Owner: A Value"

    wizard_id = fields.Many2one('shopify.owner.switch', required=True, ondelete='cascade')
    name = fields.Char("Name")
    label = fields.Char("Field")
    in_shopify = fields.Char("In Shopify Now")
    in_odoo = fields.Char("In Odoo Now")
    becomes = fields.Selection([('pull', "Odoo gets Shopify's"), ('push', "Shopify gets Odoo's")], "What Happens")
