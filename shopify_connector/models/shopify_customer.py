from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime, plaintext2html

_CONSENT = [
    ('not_subscribed', "Not subscribed"),
    ('pending', "Pending"),
    ('subscribed', "Subscribed"),
    ('unsubscribed', "Unsubscribed"),
    ('invalid', "Invalid address"),
    ('redacted', "Erased"),
]
_KEPT_ENTRIES = 50
_PARTNER_FIELDS = {'name': 'name', 'email': 'email', 'phone': 'phone', 'lang': 'lang', 'note': 'comment'}
_LEVEL = [('single_opt_in', "Single opt-in"), ('confirmed_opt_in', "Confirmed opt-in"), ('unknown', "Unknown")]


class ShopifyCustomer(models.Model):
    """A Shopify customer and the contact in Odoo, how that was found, and what only Shopify knows of the customer."""

    _name = 'shopify.customer'
    _description = "Shopify Customer"
    _order = 'name, id'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    partner_id = fields.Many2one('res.partner', "Contact", required=True, ondelete='cascade', index=True)
    name = fields.Char(readonly=True)
    email = fields.Char("E-Mail", readonly=True)
    found_by = fields.Selection(
        [
            ('created', "Created"),
            ('email', "E-mail address"),
            ('phone', "Phone number"),
            ('hand', "A person"),
            ('merged', "Merged in Shopify"),
            ('exported', "Exported from Odoo"),
            ('before', "Linked before version 1.3"),
        ],
        required=True,
        readonly=True,
        default='before',
        help="How the contact of this customer was found.",
    )
    trail = fields.Json(readonly=True, copy=False)
    trail_html = fields.Html("How The Contact Was Found", compute='_compute_trail_html')
    agreed = fields.Json(readonly=True, copy=False, help="What both sides had when they were last the same.")
    payload_digest = fields.Char(readonly=True, copy=False)
    differences = fields.Json(readonly=True, copy=False, help="What both sides have where they differ and stay so.")
    differences_html = fields.Html("Differs", compute='_compute_differences_html')
    has_differences = fields.Boolean("Differs From Shopify", compute='_compute_has_differences', store=True)
    problem = fields.Text("Could Not Be Taken Over", readonly=True)
    address_ids = fields.One2many('shopify.customer.address', 'customer_id', "Addresses")

    # === WHAT SHOPIFY SAYS ===
    account_state = fields.Selection(
        [('disabled', "No account"), ('invited', "Invited"), ('enabled', "Has an account"), ('declined', "Declined")],
        "Account",
        readonly=True,
    )
    tags = fields.Char(readonly=True)
    note = fields.Text(readonly=True)
    locale = fields.Char("Language", readonly=True)
    tax_exempt = fields.Boolean(readonly=True)
    tax_exemptions = fields.Char(readonly=True)
    email_consent = fields.Selection(_CONSENT, "E-Mail Marketing", readonly=True)
    email_consent_level = fields.Selection(_LEVEL, "E-Mail Opt-In", readonly=True)
    email_consent_at = fields.Datetime("E-Mail Consent Since", readonly=True)
    sms_consent = fields.Selection(_CONSENT, "SMS Marketing", readonly=True)
    sms_consent_level = fields.Selection(_LEVEL, "SMS Opt-In", readonly=True)
    sms_consent_at = fields.Datetime("SMS Consent Since", readonly=True)
    shopify_created_at = fields.Datetime("Created In Shopify", readonly=True)
    shopify_updated_at = fields.Datetime("Changed In Shopify", readonly=True)
    deleted_at = fields.Datetime("Deleted In Shopify", readonly=True)
    redacted_at = fields.Datetime("Erased", readonly=True)
    merged_into_id = fields.Many2one('shopify.customer', "Merged Into", ondelete='set null', readonly=True)

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This Shopify customer is linked already.")

    @api.depends('trail')
    def _compute_trail_html(self):
        for customer in self:
            rows = [
                Markup("<li><span class='text-muted'>%s</span> %s</li>")
                % (format_datetime(self.env, entry[0]), self._sentence(entry[1], entry[2]))
                for entry in customer.trail or []
            ]
            customer.trail_html = Markup("<ul>%s</ul>") % Markup().join(rows) if rows else False

    @api.depends('differences')
    def _compute_has_differences(self):
        for customer in self:
            customer.has_differences = bool(customer.differences)

    @api.depends('differences')
    def _compute_differences_html(self):
        labels = self._field_labels()
        for customer in self:
            rows = [
                Markup("<tr><td>%s</td><td>%s</td><td>%s</td></tr>") % (labels.get(name, name), shop or '', odoo or '')
                for name, (shop, odoo) in sorted((customer.differences or {}).items())
            ]
            head = Markup("<tr><th></th><th>%s</th><th>%s</th></tr>") % (
                self.env._("In Shopify"), self.env._("In Odoo")
            )  # fmt: skip
            customer.differences_html = (
                Markup("<table class='table table-sm'>%s%s</table>") % (head, Markup().join(rows)) if rows else False
            )

    def _field_labels(self):
        return {
            'name': self.env._("Name"),
            'email': self.env._("E-mail"),
            'phone': self.env._("Phone"),
            'lang': self.env._("Language"),
            'note': self.env._("Note"),
        }

    # === ACTION METHODS === #

    def action_open_in_shopify(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_url',
            'target': 'new',
            'url': f"https://{self.backend_id.shop_domain}/admin/customers/{self.gid.rsplit('/', 1)[-1]}",
        }

    def action_refresh(self):
        for customer in self:
            customer.backend_id._enqueue('customer', customer.gid)

    def action_take_shopify(self):
        """Where both differ, the contact gets what Shopify has."""
        self.check_access('write')
        for customer in self.filtered('has_differences'):
            shop = {name: pair[0] for name, pair in customer.differences.items() if pair[0]}
            customer.partner_id.with_context(shopify_customer_pull=customer.backend_id.id).write(
                {
                    _PARTNER_FIELDS[name]: plaintext2html(value) if name == 'note' else value
                    for name, value in shop.items()
                }
            )
            customer.sudo().write({'agreed': {**(customer.agreed or {}), **shop}, 'differences': False})
            customer.sudo()._add_trail('changed', fields=', '.join(sorted(shop)))

    def action_send_odoo(self):
        """Where both differ, Shopify gets what the contact has."""
        self.check_access('write')
        for backend, customers in self.filtered('has_differences').grouped('backend_id').items():
            self.env['shopify.customer.export']._ask(backend, customers.partner_id)
        return self.env['shopify.backend']._notification(self.env._("It is being written to the shop."))

    def write(self, vals):
        """Override of `base`: a person who chooses another contact is part of how it was found."""
        by_hand = 'partner_id' in vals and not self.env.su and 'found_by' not in vals
        before = {customer: customer.partner_id for customer in self} if by_hand else {}
        result = super().write(
            {**vals, 'found_by': 'hand', 'agreed': False, 'payload_digest': False} if by_hand else vals
        )
        for customer, partner in before.items():
            if customer.partner_id != partner:
                # They are contacts under the one before: the one chosen gets addresses of its own.
                customer.sudo().address_ids.unlink()
            customer.sudo()._add_trail(
                'customer_chosen',
                name=customer.partner_id.display_name or '',
                before=partner.display_name or '',
                user=self.env.user.name,
            )
        return result

    # === BUSINESS METHODS === #

    def _get_owner(self):
        """Whose word counts about this customer: 'shopify', 'odoo' or 'none'. Who was there first, when the store says so:
        a contact that Odoo had is left as it is."""
        self.ensure_one()
        owner = self.backend_id._get_owner('customer')
        if owner != 'first':
            return owner
        return 'shopify' if self.found_by == 'created' else 'none'

    def _add_trail(self, code, **values):
        """Note a decision; ``values`` are plain texts."""
        stamp = fields.Datetime.to_string(fields.Datetime.now())
        for customer in self:
            customer.trail = [*(customer.trail or []), [stamp, code, values]][-_KEPT_ENTRIES:]

    def _sentence(self, code, values):
        """A decision in the reader's language; unknown codes of other versions are shown as they are."""
        text = self._sentences().get(code)
        return text % defaultdict(lambda: '?', values) if text else f'{code} {values}'

    def _sentences(self):
        return {
            'customer_email': self.env._("%(name)s was found by the e-mail address %(email)s."),
            'customer_phone': self.env._("%(name)s was found by the phone number %(phone)s."),
            'customer_created': self.env._("%(name)s was created: nobody with this e-mail or phone was known."),
            'customer_exported': self.env._(
                "%(name)s was sent to Shopify, which had nobody with this e-mail or phone."
            ),
            'customer_chosen': self.env._("%(user)s chose %(name)s instead of %(before)s."),
            'customer_before': self.env._("%(name)s was linked before version 1.3, which keeps no more than that."),
            'person_company_created': self.env._("The company %(name)s was created, and the person under it."),
            'person_company_found': self.env._(
                "The company %(name)s was found by its name and %(by)s, and the person put under it."
            ),
            'changed': self.env._("Taken over from Shopify: %(fields)s."),
            'left': self.env._("Changed in Shopify and left as it is in Odoo: %(fields)s."),
            'unarchived': self.env._("The contact was archived, and is in use again because of a new order."),
            'deleted': self.env._("Deleted in Shopify. The contact stays."),
            'merged': self.env._("Merged in Shopify into %(name)s."),
            'merged_from': self.env._("Took over %(name)s, who was merged into this customer in Shopify."),
            'address_archived': self.env._("The address %(address)s was deleted in Shopify and is archived."),
            'address_kept': self.env._(
                "The address %(address)s was deleted in Shopify; documents use it, so it stays."
            ),
            'exported': self.env._("Written to Shopify: %(fields)s."),
            'redacted': self.env._("%(user)s erased the personal data."),
        }
