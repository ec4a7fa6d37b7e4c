import base64
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError

_AT_ONCE = 200
_GROUP = 'shopify_connector.group_shopify_manager'


class ShopifyCustomerPrivacy(models.TransientModel):
    """What Odoo keeps of a customer, to download for them or to erase."""

    _name = 'shopify.customer.privacy'
    _description = "Privacy Of A Shopify Customer"

    backend_id = fields.Many2one('shopify.backend', "Store", required=True, readonly=True)
    customer_id = fields.Many2one('shopify.customer', "Shopify Customer", readonly=True)
    task_id = fields.Many2one('shopify.task', "Request", readonly=True)
    partner_id = fields.Many2one(related='customer_id.partner_id')
    summary = fields.Text(compute='_compute_summary')
    erase_contact = fields.Boolean("Erase The Contact Too")
    data = fields.Binary("Personal Data", compute='_compute_data')
    data_name = fields.Char(compute='_compute_data')

    @api.depends('customer_id', 'backend_id')
    def _compute_summary(self):
        for wizard in self:
            wizard.customer_id.check_access('read')
            wizard.summary = '\n'.join(wizard._get_sentences() if wizard.customer_id else wizard._get_store_sentences())

    def _get_sentences(self):
        kept = self.customer_id.sudo()._get_kept()
        yield self.env._(
            "Odoo keeps %(contacts)s contacts and addresses, %(orders)s orders and %(invoices)s invoices and credit notes.",
            contacts=len(kept['contact']),
            orders=len(kept['orders']),
            invoices=len(kept['invoices']),
        )
        if self.customer_id._is_in_books():
            yield self.env._(
                "Posted entries name the customer: name, address and tax number stay as long as the books do."
            )
        if not self.customer_id._is_contact_ours():
            yield self.env._(
                "The contact was in Odoo before this store, or another store uses it: it is erased only if you say so."
            )
        yield self.env._("Messages in the chatter are not looked at: delete there what must go.")

    def _get_store_sentences(self):
        count = self.env['shopify.customer'].search_count(self._get_store_domain())
        yield self.env._("Odoo keeps %(count)s customers of %(store)s.", count=count, store=self.backend_id.name)
        yield self.env._("Names and addresses that posted entries show stay as long as the books do.")

    def _get_store_domain(self):
        return [('backend_id', '=', self.backend_id.id), ('redacted_at', '=', False)]

    @api.depends('customer_id')
    def _compute_data(self):
        for wizard in self:
            wizard.customer_id.check_access('read')
            kept = wizard.customer_id.sudo()._get_kept() if wizard.customer_id else {}
            wizard.data = base64.b64encode(json.dumps(kept, indent=1, ensure_ascii=False).encode())
            wizard.data_name = f"customer-{(wizard.customer_id.gid or '').rsplit('/', 1)[-1]}.json"

    # === ACTION METHODS === #

    def action_download(self):
        self.ensure_one()
        self._check_may()
        return {
            'type': 'ir.actions.act_url',
            'target': 'download',
            'url': f'/web/content/{self._name}/{self.id}/data?download=true&filename={self.data_name}',
        }

    def action_answered(self):
        """The customer has got the data: the request is settled."""
        self.ensure_one()
        self._check_may()
        self.task_id.sudo()._set_done(self.env._("Answered by %(user)s.", user=self.env.user.name))
        return {'type': 'ir.actions.act_window_close'}

    def action_erase(self):
        self.ensure_one()
        self._check_may()
        if self.customer_id:
            self.customer_id.sudo()._erase(with_contact=self.erase_contact)
            return self.env['shopify.backend']._notification(self.env._("The personal data was erased."))
        customers = self.env['shopify.customer'].search(self._get_store_domain())
        if not self.backend_id.sudo()._is_live():
            return self._erase_now(customers.sudo())
        keys = [f'erase:{id_}' for id_ in customers.ids]
        self.env['shopify.task'].sudo()._add(self.backend_id, 'privacy', keys, source='user')
        self.backend_id.sudo()._wake('catalogue')
        self.task_id.sudo()._set_done(
            self.env._("%(user)s had all customers of the store erased.", user=self.env.user.name)
        )
        return self.env['shopify.backend']._notification(
            self.env._("%(count)s customers are being erased. You can go on working.", count=len(customers))
        )

    # === BUSINESS METHODS === #

    def _erase_now(self, customers):
        """Lanes run for connected stores only: the next ones are erased at once, and the window shows how many are left."""
        failures, part = {}, customers[:_AT_ONCE]
        for customer in part:
            with self.env['shopify.engine']._attempt(failures, customer.id):
                customer._erase()
        if part and len(failures) == len(part):
            raise next(iter(failures.values()))
        if failures or customers - part:
            return self._show()
        self.task_id.sudo()._set_done(
            self.env._("%(user)s had all customers of the store erased.", user=self.env.user.name)
        )
        return self.env['shopify.backend']._notification(self.env._("The personal data was erased."))

    @api.model
    def _open(self, customer, task=None):
        wizard = self.create(
            {
                'backend_id': customer.backend_id.id,
                'customer_id': customer.id,
                'task_id': task.id if task else False,
                'erase_contact': customer.sudo()._is_contact_ours(),
            }
        )
        return wizard._show()

    @api.model
    def _open_store(self, task):
        return self.create({'backend_id': task.backend_id.id, 'task_id': task.id})._show()

    def _check_may(self):
        if not self.env.user.has_group(_GROUP):
            raise AccessError(
                self.env._("Privacy requests are for Shopify managers. Ask one of them, or for that role.")
            )
        for record in (self.backend_id, self.customer_id, self.task_id):
            record.check_access('read')

    def _show(self):
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("What Odoo Keeps"),
        }
