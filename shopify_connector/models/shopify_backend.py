from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from .. import const
from ..shopify import oauth

# Taken from the form into the vault; dropped from memory at once, for the form's own answer reads the fields back.
_WRITE_ONLY = ('client_secret', 'access_token')
# What the webhook controller keeps in memory of a store; any change of it empties that memory in all workers.
_ACCOUNT_FIELDS = {'shop_domain', 'state', 'active', 'client_secret', 'company_id'}


class ShopifyBackend(models.Model):
    """One Shopify store: who it is, how to sign in, what its policies are."""

    _name = 'shopify.backend'
    _description = "Shopify Store"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'sequence, name, id'
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    color = fields.Integer()
    state = fields.Selection(
        [('draft', "Not Connected"), ('connected', "Connected"), ('attention', "Needs Attention")],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    state_message = fields.Text(readonly=True, copy=False)

    shop_domain = fields.Char(
        "Shop Domain",
        copy=False,
        tracking=True,
        index='btree_not_null',
        help="The store's own address, such as my-shop.myshopify.com. A pasted link is understood.",
    )
    auth_method = fields.Selection(
        [
            ('client_credentials', "Dev Dashboard app (client id and secret)"),
            ('access_token', "Existing custom app (Admin API token)"),
        ],
        string="Sign In With",
        default='client_credentials',
        required=True,
        tracking=True,
    )
    client_id = fields.Char("Client ID", copy=False, tracking=True)
    client_secret = fields.Char(
        "Client Secret",
        compute='_compute_write_only',
        inverse='_inverse_client_secret',
        help="The app's secret (API secret key). It signs the webhooks. It is stored encrypted and never shown again.",
    )
    access_token = fields.Char(
        "Admin API Token",
        compute='_compute_write_only',
        inverse='_inverse_access_token',
        help="Stored encrypted and never shown again.",
    )
    has_client_secret = fields.Boolean(compute='_compute_has_secrets')
    has_access_token = fields.Boolean(compute='_compute_has_secrets')
    api_version = fields.Selection(
        const.API_VERSIONS, default=const.DEFAULT_API_VERSION, required=True, string="API Version", tracking=True
    )
    public_url = fields.Char(
        "Address Of This Odoo",
        copy=False,
        help="Where Shopify reaches this Odoo, such as https://erp.example.com. Empty: the web.base.url parameter.",
    )

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company, tracking=True)
    warehouse_id = fields.Many2one(
        'stock.warehouse',
        check_company=True,
        tracking=True,
        compute='_compute_warehouse_id',
        store=True,
        readonly=False,
        precompute=True,
    )
    team_id = fields.Many2one('crm.team', "Sales Team", check_company=True)
    user_id = fields.Many2one('res.users', "Salesperson")
    responsible_id = fields.Many2one(
        'res.users',
        "Responsible",
        default=lambda self: self.env.user,
        copy=False,
        help="Who gets an activity when something needs a person.",
    )
    order_policy = fields.Selection(
        [
            ('paid', "When paid"),
            ('paid_or_authorized', "When paid or authorised"),
            ('always', "Always"),
            ('never', "Never: keep quotations"),
        ],
        string="Confirm Orders",
        default='paid',
        required=True,
        tracking=True,
    )
    product_policy = fields.Selection(
        [('create', "Create missing products"), ('match', "Only match existing products")],
        default='create',
        required=True,
        tracking=True,
    )
    orders_since = fields.Date(
        "Import Orders Since", copy=False, help="For the button Import Orders. Empty: the last 60 days."
    )
    import_test_orders = fields.Boolean(tracking=True)
    stock_export = fields.Boolean(
        "Stock Export",
        copy=False,
        tracking=True,
        help="Odoo's free quantities are written to this store as soon as they change.",
    )

    shop_name = fields.Char(readonly=True, copy=False)
    shop_gid = fields.Char(readonly=True, copy=False)
    plan_name = fields.Char("Plan", readonly=True, copy=False)
    is_test_store = fields.Boolean(readonly=True, copy=False)
    currency_code = fields.Char("Shop Currency", readonly=True, copy=False)
    taxes_included = fields.Boolean("Prices Include Taxes", readonly=True, copy=False)
    timezone = fields.Char(readonly=True, copy=False)
    granted_scopes = fields.Char(readonly=True, copy=False)
    connection_report = fields.Text(readonly=True, copy=False)
    connection_ok = fields.Boolean(readonly=True, copy=False)
    checked_at = fields.Datetime(readonly=True, copy=False)
    connected_at = fields.Datetime(readonly=True, copy=False)
    connected_database = fields.Char(readonly=True, copy=False)
    webhook_uri = fields.Char(readonly=True, copy=False)
    orders_seen_until = fields.Datetime(
        "Orders Seen Until", readonly=True, copy=False, help="Up to here (UTC) the sweep has seen every changed order."
    )
    swept_at = fields.Datetime("Last Sweep", readonly=True, copy=False)
    subscriptions_checked_at = fields.Datetime(readonly=True, copy=False)
    progress_message = fields.Char(compute='_compute_progress_message')

    location_ids = fields.One2many('shopify.location', 'backend_id')
    cron_ids = fields.One2many(
        'ir.cron', 'shopify_backend_id', context={'active_test': False}, groups='base.group_system'
    )
    last_order_at = fields.Datetime(compute='_compute_figures')
    order_count = fields.Integer(compute='_compute_figures')
    product_count = fields.Integer(compute='_compute_figures')
    pending_count = fields.Integer(compute='_compute_figures')
    failed_count = fields.Integer(compute='_compute_figures')

    _shop_domain_uniq = models.UniqueIndex(
        '(shop_domain) WHERE shop_domain IS NOT NULL', "This shop is connected already."
    )

    # === COMPUTE METHODS === #

    @api.depends('company_id')
    def _compute_warehouse_id(self):
        for backend in self:
            if backend.warehouse_id.company_id != backend.company_id:
                backend.warehouse_id = self.env['stock.warehouse'].search(
                    [('company_id', '=', backend.company_id.id)], limit=1
                )

    def _compute_write_only(self):
        self.client_secret = False
        self.access_token = False

    def _compute_has_secrets(self):
        for backend in self:
            credentials = self.env['shopify.credentials'].sudo().search([('backend_id', '=', backend._origin.id)])
            backend.has_client_secret = bool(credentials.client_secret)
            backend.has_access_token = bool(credentials.access_token)

    def _inverse_client_secret(self):
        for backend in self.filtered('client_secret'):
            self.env['shopify.credentials']._of(backend)._set_client_secret(
                backend.client_secret.strip(), const.PREVIOUS_SECRET_HOURS
            )
        self.env.registry.clear_cache()

    def _inverse_access_token(self):
        for backend in self.filtered('access_token'):
            self.env['shopify.credentials']._of(backend)._set_token(backend.access_token.strip())

    def _compute_figures(self):
        orders = {
            backend.id: (count, last)
            for backend, count, last in self.env['shopify.order.binding']._read_group(
                [('backend_id', 'in', self.ids)], ['backend_id'], ['__count', 'ordered_at:max']
            )
        }
        products = dict(
            self.env['shopify.product.binding']._read_group(
                [('backend_id', 'in', self.ids)], ['backend_id'], ['__count']
            )
        )
        tasks = {
            (backend.id, state): count
            for backend, state, count in self.env['shopify.task']._read_group(
                [('backend_id', 'in', self.ids), ('state', 'in', ('pending', 'failed'))],
                ['backend_id', 'state'],
                ['__count'],
            )
        }
        for backend in self:
            backend.order_count, backend.last_order_at = orders.get(backend.id, (0, False))
            backend.product_count = products.get(backend, 0)
            backend.pending_count = tasks.get((backend.id, 'pending'), 0)
            backend.failed_count = tasks.get((backend.id, 'failed'), 0)

    def _compute_progress_message(self):
        """How far the imports are that run just now. It stands on their tasks, so that nothing else that happens to the
        store gets in their way."""
        running = (
            self.env['shopify.task']
            .search(
                [
                    ('backend_id', 'in', self.ids),
                    ('state', '=', 'pending'),
                    ('kind', 'in', ('catalogue', 'customers_import', 'orders_import', 'stock_take', 'stock_full')),
                ]
            )
            .grouped('backend_id')
        )
        for backend in self:
            tasks = running.get(backend, self.env['shopify.task'])
            backend.progress_message = ', '.join(task.message or task.display_name for task in tasks) or False

    # === CONSTRAINT METHODS === #

    @api.constrains('company_id')
    def _check_company_unchanged(self):
        for backend in self:
            other = (
                self.env['shopify.order.binding']
                .sudo()
                .search_count(
                    [('backend_id', '=', backend.id), ('sale_order_id.company_id', '!=', backend.company_id.id)],
                    limit=1,
                )
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "%(store)s has orders in another company already, so it stays there.",
                        store=backend.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        backends = super().create([self._clean_domain(vals) for vals in vals_list])
        backends.invalidate_recordset(_WRITE_ONLY)
        return backends

    def write(self, vals):
        vals = self._clean_domain(vals)
        if 'shop_domain' in vals and any(b.state != 'draft' and b.shop_domain != vals['shop_domain'] for b in self):
            raise UserError(self.env._("Disconnect the store before you change its shop domain."))
        if vals.get('active') is False:
            self._disconnect_quietly()
        if vals.get('auth_method'):
            self._forget_tokens(self.filtered(lambda backend: backend.auth_method != vals['auth_method']))
        result = super().write(vals)
        self.invalidate_recordset(_WRITE_ONLY)
        if _ACCOUNT_FIELDS & vals.keys():
            self.env.registry.clear_cache()
        return result

    def _forget_tokens(self, changed):
        """A token belongs to the way of signing in that it was made for."""
        for backend in changed:
            self.env['shopify.credentials']._of(backend)._set_token(False)

    @api.ondelete(at_uninstall=False)
    def _unlink_disconnected(self):
        self._disconnect_quietly()
        self.sudo().with_context(active_test=False).cron_ids.unlink()
        self.env.registry.clear_cache()

    def copy_data(self, default=None):
        return [
            {**vals, 'name': self.env._("%(name)s (copy)", name=backend.name)}
            for backend, vals in zip(self, super().copy_data(default=default), strict=True)
        ]

    def _clean_domain(self, vals):
        if not vals.get('shop_domain'):
            return vals
        try:
            return {**vals, 'shop_domain': oauth.clean_shop_domain(vals['shop_domain'])}
        except oauth.BadDomain:
            raise ValidationError(
                self.env._(
                    "“%(domain)s” is not the address of a Shopify store. Enter the one that ends in .myshopify.com; "
                    "you find it in the Shopify admin under Settings, Domains.",
                    domain=vals['shop_domain'],
                )
            ) from None

    # === ACTION METHODS === #

    def action_check_connection(self):
        """Ask the shop who it is and what we may do there; the answer stands in ``connection_report``."""
        self.ensure_one()
        return self.env['shopify.sync.connection']._check(self)

    def action_connect(self):
        self.ensure_one()
        return self.env['shopify.sync.connection']._connect(self)

    def action_disconnect(self):
        self.ensure_one()
        return self.env['shopify.sync.connection']._disconnect(self)

    def action_import_products(self):
        return self._action_enqueue('catalogue', self.env._("The catalogue is being read. You can go on working."))

    def action_import_customers(self):
        return self._action_enqueue(
            'customers_import', self.env._("The customers are being read. You can go on working.")
        )

    def action_import_orders(self):
        return self._action_enqueue('orders_import', self.env._("The orders are being read. You can go on working."))

    def action_import_stock(self):
        return self._action_enqueue('stock_take', self.env._("Shopify's quantities are being counted into Odoo."))

    def action_push_stock(self):
        self.ensure_one()
        self.check_access('write')
        if not self.stock_export:
            return self.action_switch_on_stock_export()
        return self._action_enqueue('stock_full', self.env._("All quantities are being compared and written."))

    def action_sweep(self):
        return self._action_enqueue('sweep', self.env._("Looking for changes that Shopify did not tell us about."))

    def action_retry_failed(self):
        self.env['shopify.task'].search([('backend_id', 'in', self.ids), ('state', '=', 'failed')]).action_retry()

    def action_view_tasks(self):
        return self._action_view('shopify.task', self.env._("Tasks"), {'search_default_open': 1})

    def action_view_orders(self):
        return self._action_view('shopify.order.binding', self.env._("Orders"))

    def action_view_products(self):
        return self._action_view('shopify.product.binding', self.env._("Products"))

    def _action_view(self, model, name, context=None):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': model,
            'view_mode': 'list,form',
            'name': name,
            'domain': [('backend_id', '=', self.id)],
            'context': context or {},
        }

    def _action_enqueue(self, kind, message):
        if kind != 'sweep':
            self.check_access('write')
        for backend in self:
            if backend.state == 'draft':
                raise UserError(self.env._("Connect %(store)s first.", store=backend.name))
            backend._enqueue(kind, str(backend.id))
        return self._notification(message)

    @api.model
    def _notification(self, message, kind='success', title=None):
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': kind,
                'title': title or '',
                'message': message,
                'sticky': kind == 'danger',
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    # === BUSINESS METHODS === #

    def _enqueue(self, kind, key, source='user', due_at=None):
        """Note something to do and wake the lane that does it."""
        self.ensure_one()
        task = self.env['shopify.task'].sudo()._add(self, kind, [key], source=source, due_at=due_at)
        self._wake(const.KIND_LANES[kind], due_at)
        return task

    def _wake(self, lane, at=None):
        """Have the lane's cron run now, or at ``at`` (naive UTC) unless it runs before that anyway."""
        for cron in self.sudo().cron_ids.filtered(lambda cron: cron.shopify_lane == lane):
            if not at or not self.env['ir.cron.trigger'].sudo().search_count(
                [('cron_id', '=', cron.id), ('call_at', '>', fields.Datetime.now()), ('call_at', '<=', at)], limit=1
            ):
                cron._trigger(at)

    def _is_live(self):
        """Whether this database may talk to the shop: a copied database may not, even when nobody has neutralised it."""
        self.ensure_one()
        uuid = self.env['ir.config_parameter'].sudo().get_param('database.uuid')
        return self.active and self.state != 'draft' and self.connected_database == uuid

    def _disconnect_quietly(self):
        for backend in self.filtered(lambda backend: backend.state != 'draft'):
            self.env['shopify.sync.connection']._disconnect(backend, quietly=True)

    def _get_base_url(self):
        self.ensure_one()
        return (self.public_url or self.env['ir.config_parameter'].sudo().get_param('web.base.url') or '').rstrip('/')

    @api.model
    @tools.ormcache()
    def _get_webhook_accounts(self):
        """``{shop domain: (backend id, ((secret, valid until or None), …), {lane: cron id})}`` of the connected stores.

        One entry of the cache for all of them: unknown shops are refused without a look into the database.
        """
        accounts = {}
        for backend in self.sudo().search([('state', '!=', 'draft')]):
            if backend._is_live():
                crons = {cron.shopify_lane: cron.id for cron in backend.cron_ids if cron.active}
                secrets = self.env['shopify.credentials']._of(backend)._get_dated_secrets()
                accounts[backend.shop_domain] = (backend.id, secrets, crons)
        return accounts
