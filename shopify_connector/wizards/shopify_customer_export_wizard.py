from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..shopify import errors

_GROUP = 'shopify_connector.group_shopify_manager'
_SCOPE = 'write_customers'
_PARTNERS_SHOWN = 100


class ShopifyCustomerExportWizard(models.TransientModel):
    """Chosen contacts to a store: what would be written is shown before the yes."""

    _name = 'shopify.customer.export.wizard'
    _description = "Export Contacts To Shopify"

    step = fields.Selection([('choose', "Choose"), ('look', "Look")], default='choose', required=True)
    partner_ids = fields.Many2many('res.partner', string="Contacts", required=True)
    backend_id = fields.Many2one(
        'shopify.backend',
        "Store",
        required=True,
        domain="[('state', '!=', 'draft')]",
        default=lambda self: self._only_store(),
    )
    line_ids = fields.One2many('shopify.customer.export.line', 'wizard_id', readonly=True)
    hidden_count = fields.Integer("Not Shown", readonly=True)

    @api.model
    def _only_store(self):
        stores = self.env['shopify.backend'].search([('state', '!=', 'draft')], limit=2)
        return stores if len(stores) == 1 else self.env['shopify.backend']

    @api.model
    def default_get(self, fields_list):
        """Opened from a list of contacts."""
        values = super().default_get(fields_list)
        if self.env.context.get('active_model') == 'res.partner' and 'partner_ids' in fields_list:
            partners = self.env['res.partner'].browse(self.env.context.get('active_ids') or []).exists()
            values['partner_ids'] = [(6, 0, partners.ids)]
        return values

    def action_preview(self):
        """Read the shop and show what would be written."""
        self.ensure_one()
        self._check_may()
        self.line_ids.unlink()
        shown = self.partner_ids[:_PARTNERS_SHOWN]
        self.hidden_count = len(self.partner_ids) - len(shown)
        backend = self.backend_id.sudo()
        backend = backend.with_company(backend.company_id)
        push = backend.env['shopify.sync.customer.push']
        try:
            plans = push._plan(backend, backend._get_client('catalogue'), shown.with_env(backend.env))
        except errors.ShopifyError as error:
            raise UserError(error.message) from error
        self.env['shopify.customer.export.line'].create([vals for plan in plans for vals in self._lines(plan)])
        self.step = 'look'
        return self._show()

    def action_back(self):
        self.step = 'choose'
        return self._show()

    def action_export(self):
        """The yes."""
        self.ensure_one()
        self._check_may()
        stopped = self.line_ids.filtered(lambda line: line.kind == 'stop').partner_id
        if partners := self.partner_ids - stopped:
            self.env['shopify.customer.export']._ask(self.backend_id, partners)
        return self.env['shopify.backend']._notification(
            self.env._(
                "The contacts are on their way. You can go on working; Shopify, Customers, Exports shows how it goes."
            )
        )

    def _check_may(self):
        if not self.env.user.has_group(_GROUP):
            raise AccessError(
                self.env._("Contacts are sent to shops by Shopify managers. Ask one of them, or for that role.")
            )
        self.partner_ids.check_access('read')
        self.backend_id.check_access('read')
        if not self.partner_ids:
            raise UserError(self.env._("Choose contacts first."))
        backend = self.backend_id.sudo()
        if not backend._is_live():
            raise UserError(self.env._("%(store)s is not connected to this database.", store=backend.name))
        if _SCOPE not in self.env['shopify.sync.connection']._granted(backend):
            raise UserError(
                self.env._(
                    "The app may not write customers to %(store)s. Add the scope write_customers to it in Shopify, release "
                    "and approve it, and press Check Connection in the store.",
                    store=backend.name,
                )
            )

    def _lines(self, plan):
        """One line a field; one for a contact that has nothing to send, or cannot be sent."""
        base = {'wizard_id': self.id, 'partner_id': plan.partner.id}
        if plan.stop:
            return [{**base, 'kind': 'stop', 'then': plan.stop}]
        if plan.is_same:
            return [{**base, 'kind': 'same'}]
        labels = self.env['shopify.customer']._field_labels()
        labels.update(tags=self.env._("Tags"), addresses=self.env._("Address"))
        kind = 'change' if plan.gid else 'create'
        return [
            {
                **base,
                'kind': kind,
                'field': labels.get(name) or name.removeprefix('metafield:'),
                'now': now or False,
                'then': then or False,
            }
            for name, (now, then) in plan.changes.items()
        ]

    def _show(self):
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Export To Shopify"),
        }


class ShopifyCustomerExportLine(models.TransientModel):
    """One field of one contact: what the shop shows, and what it would show."""

    _name = 'shopify.customer.export.line'
    _description = "Export Preview Of A Contact"
    _order = 'id'

    wizard_id = fields.Many2one('shopify.customer.export.wizard', required=True, ondelete='cascade')
    partner_id = fields.Many2one('res.partner', "Contact", required=True, ondelete='cascade')
    kind = fields.Selection(
        [('create', "New"), ('change', "Changed"), ('stop', "Cannot be sent"), ('same', "The same")],
        "What",
        required=True,
    )
    field = fields.Char()
    now = fields.Text("In The Shop Now")
    then = fields.Text("Will Be")
