from odoo import api, fields, models

from .. import const


class ShopifyPartnerLink(models.AbstractModel):
    """Something of Shopify's that is a contact in Odoo. ``shopify.binding`` and ``shopify.customer`` know which."""

    _name = 'shopify.partner.link'
    _description = "Contact Of Something In Shopify"
    _link_field = 'gid'

    partner_id = fields.Many2one('res.partner', "Contact In Odoo", compute='_compute_partner_id')

    def _compute_partner_id(self):
        for backend, records in self.grouped('backend_id').items():
            gids = set(records.mapped(self._link_field)) - {False}
            found = self.env['shopify.binding'].sudo()._get_ids(backend.sudo(), 'res.partner', gids)
            for record in records:
                record.partner_id = found.get(record[self._link_field], False)


class ShopifyCompany(models.Model):
    """A company that buys from the shop (B2B). Its contact in Odoo is the one that its orders are of."""

    _name = 'shopify.company'
    _inherit = 'shopify.partner.link'
    _description = "Shopify Company"
    _order = 'name, id'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char(readonly=True)
    external_id = fields.Char("Company ID In Shopify", readonly=True)
    note = fields.Text(readonly=True)
    customer_since = fields.Datetime(readonly=True)
    shopify_updated_at = fields.Datetime("Changed In Shopify", readonly=True)
    deleted_at = fields.Datetime("Deleted In Shopify", readonly=True)
    message = fields.Text("How It Was Found", readonly=True)
    location_ids = fields.One2many('shopify.company.location', 'shopify_company_id', "Locations")
    contact_ids = fields.One2many('shopify.company.contact', 'shopify_company_id', "Contacts")
    location_count = fields.Integer("Locations", compute='_compute_counts')
    contact_count = fields.Integer("Contacts", compute='_compute_counts')

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This company is known already.")

    @api.depends('location_ids', 'contact_ids')
    def _compute_counts(self):
        for company in self:
            company.location_count = len(company.location_ids)
            company.contact_count = len(company.contact_ids)


class ShopifyCompanyLocation(models.Model):
    """Where a company buys: an address of its own, a tax number, terms."""

    _name = 'shopify.company.location'
    _inherit = 'shopify.partner.link'
    _description = "Location Of A Shopify Company"
    _order = 'shopify_company_id, name, id'

    shopify_company_id = fields.Many2one(
        'shopify.company', "Company", required=True, ondelete='cascade', index=True, readonly=True
    )
    backend_id = fields.Many2one(related='shopify_company_id.backend_id', store=True)
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char(readonly=True)
    external_id = fields.Char(readonly=True)
    tax_registration = fields.Char("Tax Number", readonly=True)
    tax_exempt = fields.Boolean(readonly=True)
    payment_terms = fields.Char(readonly=True)
    currency_code = fields.Char("Currency", readonly=True)
    deleted_at = fields.Datetime("Deleted In Shopify", readonly=True)

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This location is known already.")


class ShopifyCompanyContact(models.Model):
    """A customer who buys for a company, and what they may do where."""

    _name = 'shopify.company.contact'
    _inherit = 'shopify.partner.link'
    _description = "Contact Of A Shopify Company"
    _link_field = 'customer_gid'
    _order = 'shopify_company_id, is_main desc, id'

    shopify_company_id = fields.Many2one(
        'shopify.company', "Company", required=True, ondelete='cascade', index=True, readonly=True
    )
    backend_id = fields.Many2one(related='shopify_company_id.backend_id', store=True)
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    customer_gid = fields.Char(readonly=True)
    title = fields.Char("Job Title", readonly=True)
    is_main = fields.Boolean("Main Contact", readonly=True)
    roles = fields.Char(readonly=True, help="Each role with the locations where it holds.")
    deleted_at = fields.Datetime("Deleted In Shopify", readonly=True)

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This contact is known already.")


class ShopifyBackend(models.Model):
    _inherit = 'shopify.backend'

    def action_read_companies(self):
        """Have the shop's companies brought over. They come with their orders too."""
        self.ensure_one()
        self._enqueue('company', const.ALL_COMPANIES)
        return self._notification(
            self.env._("The companies are being read; they are below Customers, Companies."), 'info'
        )
