from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import const


class ShopifyPriceList(models.Model):
    """Prices of a Shopify market or of a B2B catalog, and the pricelist of Odoo that they come from."""

    _name = 'shopify.price.list'
    _description = "Shopify Price List"
    _order = 'backend_id, name'
    _check_company_auto = True

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char(readonly=True)
    catalog_name = fields.Char("Of", readonly=True, help="The market or B2B catalog in Shopify.")
    kind = fields.Selection(
        [('market', "Market"), ('company', "B2B"), ('app', "App"), ('none', "No catalog")], readonly=True
    )
    is_active_in_shop = fields.Boolean("Active In Shopify", readonly=True)
    currency_code = fields.Char("Currency", readonly=True)
    adjustment = fields.Float(
        "Otherwise %", readonly=True, help="What Shopify adds to the shop's price where no price is fixed."
    )
    fixed_count = fields.Integer("Fixed Prices", readonly=True, help="In Shopify, when they were last read.")
    pricelist_id = fields.Many2one('product.pricelist', "Pricelist In Odoo", check_company=True, ondelete='restrict')
    is_sent = fields.Boolean("Send Prices", readonly=True, copy=False)
    read_at = fields.Datetime("Compared", readonly=True, copy=False)
    sent_at = fields.Datetime("Last Sent", readonly=True, copy=False)
    deleted_at = fields.Datetime("Deleted In Shopify", readonly=True, copy=False)
    message = fields.Text("Note", readonly=True, copy=False)
    item_ids = fields.One2many('shopify.price.list.item', 'price_list_id')
    set_count = fields.Integer("To Set", compute='_compute_counts')
    remove_count = fields.Integer("To Take Away", compute='_compute_counts')

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This price list is known already.")

    @api.depends('item_ids.state')
    def _compute_counts(self):
        groups = self.env['shopify.price.list.item']._read_group(
            [('price_list_id', 'in', self.ids)], ['price_list_id', 'state'], ['__count']
        )
        counts = {(price_list.id, state): count for price_list, state, count in groups}
        for price_list in self:
            price_list.set_count = counts.get((price_list.id, 'set'), 0)
            price_list.remove_count = counts.get((price_list.id, 'remove'), 0)

    @api.constrains('pricelist_id')
    def _check_currency(self):
        for price_list in self.filtered('pricelist_id'):
            problem = price_list._get_currency_problem()
            if problem:
                raise ValidationError(problem)

    def _get_currency_problem(self):
        """Why the pricelist does not fit, or None: amounts of one currency are never sent as another's."""
        if self.pricelist_id.currency_id.name == self.currency_code:
            return None
        return self.env._(
            "%(name)s is in %(shop)s, and the pricelist %(pricelist)s in %(odoo)s. Choose a pricelist in %(shop)s.",
            name=self.name,
            shop=self.currency_code,
            pricelist=self.pricelist_id.name,
            odoo=self.pricelist_id.currency_id.name,
        )

    def write(self, vals):
        """Prices of another pricelist are compared and agreed to anew."""
        if 'pricelist_id' in vals:
            changed = self.filtered(lambda price_list: price_list.pricelist_id.id != vals['pricelist_id'])
            super(ShopifyPriceList, changed).write({'is_sent': False, 'read_at': False})
        return super().write(vals)

    # === ACTION METHODS === #

    def action_compare(self):
        """Read the fixed prices and compare them with the pricelist. Nothing is written to the shop."""
        self.check_access('write')
        for price_list in self:
            if not price_list.pricelist_id:
                raise UserError(
                    self.env._("Choose the pricelist that the prices of %(name)s come from.", name=price_list.name)
                )
        self.write({'read_at': False, 'message': self.env._("Being compared.")})
        self._enqueue()

    def action_send(self):
        """The yes to what was compared; from now on changes follow by themselves."""
        self.check_access('write')
        for price_list in self:
            if not price_list.read_at:
                raise UserError(self.env._("Press Compare first, and look at what would change."))
        self.write({'is_sent': True})
        self._enqueue()

    def action_stop_sending(self):
        """The prices in Shopify stay as they are."""
        self.check_access('write')
        self.write({'is_sent': False, 'message': False})

    def action_view_items(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.price.list.item',
            'view_mode': 'list',
            'name': self.name,
            'domain': [('price_list_id', '=', self.id)],
            'context': {'search_default_differs': 1},
        }

    # === BUSINESS METHODS === #

    def _enqueue(self):
        for price_list in self:
            price_list.backend_id._enqueue('price_list', str(price_list.id))

    @api.model
    def _cron_compare(self):
        """Rules begin and end with a day, and somebody may have changed prices in the shop: all are read again at night."""
        price_lists = self.search(
            [('is_sent', '=', True), ('deleted_at', '=', False), ('backend_id.state', '!=', 'draft')]
        )
        price_lists.write({'read_at': False})
        price_lists._enqueue()


class ShopifyPriceListItem(models.Model):
    """The price of one variant on a price list: what Shopify has, and what Odoo's pricelist says."""

    _name = 'shopify.price.list.item'
    _description = "Price On A Shopify Price List"
    _order = 'price_list_id, id'
    _rec_name = 'variant_gid'

    price_list_id = fields.Many2one(
        'shopify.price.list', "Price List", required=True, ondelete='cascade', index=True, readonly=True
    )
    backend_id = fields.Many2one(related='price_list_id.backend_id', store=True)
    currency_code = fields.Char(related='price_list_id.currency_code')
    variant_gid = fields.Char("Shopify ID", required=True, readonly=True)
    variant_binding_id = fields.Many2one(
        'shopify.variant.binding', "Variant", ondelete='cascade', index=True, readonly=True
    )
    in_shopify = fields.Char(
        "Price In Shopify", readonly=True, help="In the currency of the price list; empty: not fixed."
    )
    compare_at = fields.Char(
        "Compare-At Price In Shopify",
        readonly=True,
        help="Of the fixed price, and sent along with another one: it stays.",
    )
    in_odoo = fields.Char(
        "Price In Odoo", readonly=True, help="By the pricelist; empty: it has no rule for this product."
    )
    is_ours = fields.Boolean("Set By Odoo", readonly=True)
    state = fields.Selection(
        [
            ('same', "Same"),
            ('set', "To Set"),
            ('remove', "To Take Away"),
            ('left', "Left Alone"),
            ('refused', "Refused"),
        ],
        "Status",
        readonly=True,
        default='same',
        index=True,
    )
    message = fields.Char("Note", readonly=True)

    _variant_uniq = models.Constraint('UNIQUE(price_list_id, variant_gid)', "A price list has one price for a variant.")


class ShopifyBackend(models.Model):
    _inherit = 'shopify.backend'

    price_list_count = fields.Integer(compute='_compute_price_list_count')

    def _compute_price_list_count(self):
        counts = dict(
            self.env['shopify.price.list']._read_group([('backend_id', 'in', self.ids)], ['backend_id'], ['__count'])
        )
        for backend in self:
            backend.price_list_count = counts.get(backend, 0)

    def action_read_price_lists(self):
        """Have the price lists of the store's markets and B2B catalogs read."""
        self.ensure_one()
        self._enqueue('price_list', const.ALL_PRICE_LISTS)
        return self._notification(
            self.env._("The price lists are being read; they are below Products, Price Lists."), 'info'
        )

    def action_view_price_lists(self):
        return self._action_view('shopify.price.list', self.env._("Price Lists"))
