from odoo import api, fields, models
from odoo.fields import Domain

_BLANK = (
    'email', 'phone', 'street', 'street2', 'city', 'zip', 'state_id', 'country_id', 'company_name', 'vat', 'ref', 'comment',
    'website', 'function', 'image_1920', 'category_id',
)  # fmt: skip
# Books must show whom they were written for.
_IN_BOOKS = ('street', 'street2', 'city', 'zip', 'state_id', 'country_id', 'company_name', 'vat', 'ref')
_OF_ORDERS = (
    'note',
    'order_attributes',
    'localized_fields',
    'status_page_url',
    'referrer_url',
    'landing_page',
    'metafields',
)
_NAMING = ('customer_', 'address_', 'person_', 'company_', 'number_')


class ShopifyCustomer(models.Model):
    """What Odoo keeps of a customer, and how it is erased."""

    _inherit = 'shopify.customer'

    # === ACTION METHODS === #

    def action_privacy(self):
        """Show what is kept, to download or erase it."""
        self.ensure_one()
        return self.env['shopify.customer.privacy']._open(self)

    # === BUSINESS METHODS === #

    @api.model
    def _get_of_keys(self, backend, keys):
        """``{gid: customer}`` of those that are known and not erased."""
        found = self.search([('backend_id', '=', backend.id), ('gid', 'in', keys), ('redacted_at', '=', False)])
        return {customer.gid: customer for customer in found}

    def _get_contacts(self):
        """The contact and the addresses under it. Under it whoever has a user or is another customer is somebody else,
        and so is all that they have under them."""
        self.ensure_one()
        found = self.env['res.partner'].with_context(active_test=False)
        under = found.search([('parent_id', 'child_of', self.partner_id.id)])
        others = under.sudo().filtered(lambda partner: partner.user_ids or partner.shopify_customer_ids - self)
        theirs = found.search([('id', 'child_of', others.ids)]) if others else found
        return self.partner_id | (under - theirs)

    def _get_orders(self):
        """The orders that name the customer. A company's orders have the company as their customer."""
        ids = self._get_contacts().ids
        names = ('partner_id', 'partner_invoice_id', 'partner_shipping_id')
        return self.env['sale.order'].search(Domain.OR([(name, 'in', ids)] for name in names), order='id')

    def _get_moves_domain(self):
        """An invoice names the contact it was written to, its lines name the company above."""
        ids = self._get_contacts().ids
        return Domain('partner_id', 'in', ids) | Domain('partner_shipping_id', 'in', ids)

    def _get_kept(self):
        """Everything that Odoo keeps of the customer, as plain texts and numbers."""
        self.ensure_one()
        contacts = self._get_contacts()
        orders = self._get_orders()
        moves = self.env['account.move'].search(self._get_moves_domain(), order='id')
        return {
            'store': self.backend_id.name,
            'shopify_id': self.gid,
            'contact': [
                {
                    name: partner[name] or ''
                    for name in ('name', 'email', 'phone', 'street', 'street2', 'zip', 'city', 'vat')
                }
                | {'country': partner.country_id.name or '', 'state': partner.state_id.name or ''}
                for partner in contacts
            ],
            'marketing': {
                'email': [self.email_consent or '', fields.Datetime.to_string(self.email_consent_at) or ''],
                'sms': [self.sms_consent or '', fields.Datetime.to_string(self.sms_consent_at) or ''],
            },
            'tags': self.tags or '',
            'note': self.note or '',
            'language': self.locale or '',
            'how_found': [[stamp, self._sentence(code, values)] for stamp, code, values in self.trail or []],
            'orders': [
                [order.name, fields.Datetime.to_string(order.date_order), order.amount_total, order.currency_id.name]
                for order in orders
            ],
            'invoices': [
                [move.name, fields.Date.to_string(move.date), move.amount_total, move.currency_id.name]
                for move in moves
            ],
        }

    def _is_in_books(self):
        """Whether posted entries name the customer: their name and address stay as long as the books do."""
        self.ensure_one()
        customer = self.sudo()
        moves = customer._get_moves_domain() & Domain('state', '=', 'posted')
        lines = [('partner_id', 'in', customer._get_contacts().ids), ('parent_state', '=', 'posted')]
        return bool(
            customer.env['account.move'].search_count(moves, limit=1)
            or customer.env['account.move.line'].search_count(lines, limit=1)
        )

    def _is_contact_ours(self):
        """Whether all that the contact holds came from this store."""
        self.ensure_one()
        others = self.partner_id.sudo().shopify_customer_ids - self
        return self.found_by in ('created', 'merged') and not others.filtered(lambda row: not row.redacted_at)

    def _erase(self, with_contact=None):
        """Erase what may be erased: all that came from Shopify, and the contact where it is this store's own or
        ``with_contact`` says so. Whoever has a user, or belongs to a company that is a contact too, is left."""
        for customer in self.filtered(lambda row: not row.redacted_at):
            with_it = customer._is_contact_ours() if with_contact is None else with_contact
            customer._erase_orders()
            if with_it and not customer.partner_id.with_context(active_test=False).user_ids:
                customer._erase_contact()
            customer.address_ids.unlink()
            customer.write(customer._get_erased_vals())
            customer._add_trail('redacted', user=self.env.user.name)
            customer._settle_requests()

    def _get_erased_vals(self):
        blank = (
            'name',
            'email',
            'note',
            'tags',
            'locale',
            'agreed',
            'differences',
            'payload_digest',
            'problem',
            'trail',
        )
        return {
            **dict.fromkeys(blank, False),
            'email_consent': 'redacted',
            'sms_consent': 'redacted',
            'redacted_at': fields.Datetime.now(),
            'found_by': self.found_by,
        }

    def _erase_contact(self):
        contacts, in_books = self._get_contacts(), self._is_in_books()
        kept = _IN_BOOKS if in_books else ()
        vals = {name: False for name in _BLANK if name not in kept and name in contacts._fields}
        contacts = contacts.with_context(shopify_customer_pull=self.backend_id.id, tracking_disable=True)
        # An address under a company is the company's, and blanks would become its own.
        own = contacts.filtered(lambda partner: not (partner.parent_id.is_company and partner.type == 'contact'))
        own.write(vals)
        (contacts - own).write({name: False for name in vals if name in ('email', 'phone', 'comment', 'image_1920')})
        for partner in contacts:
            if not in_books:
                partner.name = self.env._("Erased customer %(number)s", number=self.gid.rsplit('/', 1)[-1])
        self.env['mail.tracking.value'].sudo().search(
            [('mail_message_id.model', '=', 'res.partner'), ('mail_message_id.res_id', 'in', contacts.ids)]
        ).unlink()
        contacts.active = False

    def _erase_orders(self):
        """What stands on the Shopify orders beside goods and money."""
        orders = self.sudo()._get_orders()
        bindings = self.env['shopify.order.binding'].search(
            [('backend_id', '=', self.backend_id.id), ('sale_order_id', 'in', orders.ids)]
        )
        bindings.write({name: False for name in _OF_ORDERS if name in bindings._fields})
        for binding in bindings:
            binding.trail = [entry for entry in binding.trail or [] if not entry[1].startswith(_NAMING)]

    def _settle_requests(self):
        tasks = self.env['shopify.task'].search(
            [
                ('backend_id', '=', self.backend_id.id),
                ('kind', '=', 'privacy'),
                ('key', '=', self.gid),
                ('state', 'in', ('pending', 'failed')),
            ]
        )
        tasks._set_done(self.env._("%(user)s erased the personal data.", user=self.env.user.name))
