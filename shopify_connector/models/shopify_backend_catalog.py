from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class ShopifyBackend(models.Model):
    """Whose word counts for the catalogue of a store, and where its prices stand."""

    _inherit = 'shopify.backend'

    owner_ids = fields.One2many('shopify.owner', 'backend_id', "Owners", copy=False)
    difference_ids = fields.One2many('shopify.difference', 'backend_id')
    difference_count = fields.Integer(compute='_compute_difference_count')
    category_mapping_ids = fields.One2many('shopify.category.mapping', 'backend_id')
    catalog_pricelist_id = fields.Many2one(
        'product.pricelist',
        "Pricelist",
        ondelete='restrict',
        check_company=True,
        copy=False,
        tracking=True,
        domain="[('currency_id.name', '=', currency_code)]",
        context={'active_test': False},
        help="What this store sells by, in its currency. Empty: Odoo's sales prices; the first price that comes from Shopify and "
        "differs makes a pricelist of the store's own.",
    )
    compare_pricelist_id = fields.Many2one(
        'product.pricelist',
        "Pricelist Before Discount",
        ondelete='restrict',
        check_company=True,
        copy=False,
        tracking=True,
        domain="[('currency_id.name', '=', currency_code)]",
        context={'active_test': False},
        help="The prices that the shop shows crossed out. Products that no rule of it names have none.",
    )
    catalog_lang_id = fields.Many2one(
        'res.lang',
        "Language Of The Catalogue",
        tracking=True,
        help="The language that the shop's texts are in. Empty: the language of the company.",
    )

    # === COMPUTE METHODS === #

    @api.depends('difference_ids.choice')
    def _compute_difference_count(self):
        counts = dict(
            self.env['shopify.difference']._read_group(
                [('backend_id', 'in', self.ids), ('choice', '=', False)], ['backend_id'], ['__count']
            )
        )
        for backend in self:
            backend.difference_count = counts.get(backend, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains('catalog_pricelist_id', 'compare_pricelist_id')
    def _check_catalog_currency(self):
        for backend in self.filtered('currency_code'):
            for pricelist in backend.catalog_pricelist_id | backend.compare_pricelist_id:
                if pricelist.currency_id.name != backend.currency_code:
                    raise ValidationError(
                        self.env._(
                            "%(store)s sells in %(currency)s, and %(pricelist)s is in %(other)s. Choose a pricelist in the "
                            "shop's currency, so that no price moves with the rate of exchange.",
                            store=backend.name,
                            currency=backend.currency_code,
                            pricelist=pricelist.name,
                            other=pricelist.currency_id.name,
                        )
                    )
            if backend.catalog_pricelist_id and backend.catalog_pricelist_id == backend.compare_pricelist_id:
                raise ValidationError(self.env._("The prices and those before discount need a pricelist each."))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a new store has the table of owners at once."""
        backends = super().create(vals_list)
        self.env['shopify.owner'].sudo()._fill(backends)
        return backends

    # === ACTION METHODS === #

    def action_view_differences(self):
        return self._action_view('shopify.difference', self.env._("Differences"), {'search_default_open': 1})

    def action_view_categories(self):
        return {
            **self._action_view('shopify.category.mapping', self.env._("Categories"), {'default_backend_id': self.id}),
            'view_mode': 'list',
        }

    def action_change_owners(self):
        self.ensure_one()
        action = self.owner_ids.browse().action_change()
        return {**action, 'context': {'default_backend_id': self.id}}

    # === BUSINESS METHODS === #

    def _get_owners(self):
        """``{group: 'first' | 'shopify' | 'odoo' | 'none'}`` of one store."""
        self.ensure_one()
        return self._get_owners_cached(self.id)

    def _get_owner(self, group):
        """'first' | 'shopify' | 'odoo' | 'none'."""
        return self._get_owners().get(group, 'first')

    @api.model
    @tools.ormcache('backend_id')
    def _get_owners_cached(self, backend_id):
        rows = self.env['shopify.owner'].sudo().search_fetch([('backend_id', '=', backend_id)], ['group', 'owner'])
        return {row.group: row.owner for row in rows}

    @api.model
    @tools.ormcache()
    def _get_groups_from_odoo(self):
        """The groups of fields that any store takes from Odoo. Asked with every change of a product."""
        return frozenset(self.env['shopify.owner'].sudo().search([('owner', '=', 'odoo')]).mapped('group'))

    def _get_catalog_lang(self):
        """The code of the language that titles and descriptions are read and written in."""
        self.ensure_one()
        return self.sudo().catalog_lang_id.code or self.company_id.sudo().partner_id.lang or 'en_US'

    def _get_shop_currency(self):
        self.ensure_one()
        found = self._get_currency_id(self.currency_code)
        return self.env['res.currency'].browse(found) if found else self.company_id.currency_id

    @api.model
    @tools.ormcache('code')
    def _get_currency_id(self, code):
        return self.env['res.currency'].sudo().with_context(active_test=False).search([('name', '=', code)], limit=1).id

    def _has_shop_rate(self):
        """Whether somebody has entered what the shop's currency is worth."""
        currency = self._get_shop_currency()
        own = self.company_id.currency_id
        return currency == own or bool(currency.sudo().rate_ids) or bool(own.sudo().rate_ids)

    def _get_shop_rate(self):
        """Units of the shop's currency for one of the company's; 0.0 when nobody knows."""
        currency, company = self._get_shop_currency(), self.company_id
        if currency == company.currency_id:
            return 1.0
        if not self._has_shop_rate():
            return 0.0
        return self.env['res.currency']._get_conversion_rate(company.currency_id, currency, company)

    def _get_catalog_pricelist(self, name):
        """The store's pricelist for 'price' or 'compare_at_price'; one of its own is made at first need. It is archived, so
        that no quotation takes it by itself."""
        self.ensure_one()
        column = 'catalog_pricelist_id' if name == 'price' else 'compare_pricelist_id'
        if not self[column]:
            title = (
                self.env._("%(store)s: prices", store=self.name)
                if name == 'price'
                else self.env._("%(store)s: prices before discount", store=self.name)
            )
            self[column] = self.env['product.pricelist'].create(
                {
                    'name': title,
                    'currency_id': self._get_shop_currency().id,
                    'company_id': self.company_id.id,
                    'active': False,
                }
            )
        return self[column]
