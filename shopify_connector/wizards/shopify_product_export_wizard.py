from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..shopify import errors

_GROUP = 'shopify_connector.group_shopify_manager'
_GROUPS = {
    'with_text': 'text',
    'with_codes': 'codes',
    'with_price': 'price',
    'with_cost': 'cost',
    'with_logistics': 'logistics',
    'with_tax': 'tax',
    'with_category': 'category',
    'with_tags': 'tags',
    'with_status': 'status',
    'with_seo': 'seo',
    'with_images': 'images',
    'with_collections': 'collections',
    'with_metafields': 'metafields',
}
_LINES_SHOWN = 2000


class ShopifyProductExportWizard(models.TransientModel):
    """Chosen products to chosen stores: what would be written is shown before the yes, product by product."""

    _name = 'shopify.product.export.wizard'
    _description = "Export Products To Shopify"

    step = fields.Selection([('choose', "Choose"), ('look', "Look")], default='choose', required=True)
    template_ids = fields.Many2many('product.template', string="Products", required=True)
    backend_ids = fields.Many2many(
        'shopify.backend', string="Stores", domain="[('state', '!=', 'draft')]", default=lambda self: self._only_store()
    )
    scope = fields.Selection(
        [('all', "Everything Odoo knows"), ('prices', "Prices only"), ('some', "Let me choose")],
        "What To Write",
        default='all',
        required=True,
        help="To products that are in the shop already. New ones are made with everything that Odoo knows.",
    )
    with_text = fields.Boolean("Title and description", default=True)
    with_codes = fields.Boolean("SKU and barcode", default=True)
    with_price = fields.Boolean("Prices", default=True)
    with_cost = fields.Boolean("Cost", default=True)
    with_logistics = fields.Boolean("Weight and customs", default=True)
    with_tax = fields.Boolean("Taxable", default=True)
    with_category = fields.Boolean("Vendor and category", default=True)
    with_tags = fields.Boolean("Tags", default=True)
    with_status = fields.Boolean("Status")
    with_seo = fields.Boolean("Search engines", default=True)
    with_images = fields.Boolean("Images", default=True)
    with_collections = fields.Boolean("Collections and channels", default=True)
    with_metafields = fields.Boolean("Metafields", default=True)
    with_variants = fields.Boolean("New variants", default=True)
    status = fields.Selection(
        [('draft', "Draft: somebody looks at it in Shopify first"), ('active', "Active"), ('unlisted', "Unlisted")],
        "New Products Are",
        default='draft',
        required=True,
    )
    collection_ids = fields.Many2many(
        'shopify.collection',
        string="Into Collections",
        domain="[('backend_id', 'in', backend_ids), ('is_smart', '=', False)]",
    )
    publication_ids = fields.Many2many(
        'shopify.publication', string="On Sales Channels", domain="[('backend_id', 'in', backend_ids)]"
    )
    remove_variants = fields.Boolean(
        "Remove Variants", help="Variants of the shop whose product is archived or deleted in Odoo are deleted there."
    )
    line_ids = fields.One2many('shopify.product.export.line', 'wizard_id', readonly=True)
    create_count = fields.Integer("New In The Shop", compute='_compute_counts')
    change_count = fields.Integer("Changed", compute='_compute_counts')
    same_count = fields.Integer("Nothing To Write", compute='_compute_counts')
    stop_count = fields.Integer("Cannot Be Sent", compute='_compute_counts')
    remove_count = fields.Integer("Variants Deleted In The Shop", compute='_compute_counts')
    hidden_count = fields.Integer("Not Shown", readonly=True)

    @api.model
    def _only_store(self):
        stores = self.env['shopify.backend'].search([('state', '!=', 'draft')], limit=2)
        return stores if len(stores) == 1 else self.env['shopify.backend']

    @api.model
    def default_get(self, fields_list):
        """Opened from a list of products or of their variants."""
        values = super().default_get(fields_list)
        model, ids = self.env.context.get('active_model'), self.env.context.get('active_ids') or []
        if model in ('product.template', 'product.product') and 'template_ids' in fields_list:
            records = self.env[model].browse(ids).exists()
            templates = records.product_tmpl_id if model == 'product.product' else records
            values['template_ids'] = [(6, 0, templates.ids)]
        return values

    @api.depends('line_ids')
    def _compute_counts(self):
        for wizard in self:
            kinds = {
                kind: {(line.backend_id, line.product_tmpl_id) for line in lines}
                for kind, lines in wizard.line_ids.grouped('kind').items()
            }
            stopped = kinds.get('stop', set())
            wizard.create_count = len(kinds.get('create', set()) - stopped)
            wizard.change_count = len(kinds.get('change', set()) | kinds.get('remove', set()))
            wizard.same_count = len(kinds.get('same', set()))
            wizard.stop_count = len(stopped)
            wizard.remove_count = len(wizard.line_ids.filtered(lambda line: line.kind == 'remove'))

    # === ACTION METHODS === #

    def action_preview(self):
        """Read the shops and show what would be written."""
        self.ensure_one()
        self._check_may()
        self.line_ids.unlink()
        rows, hidden = [], 0
        for backend in self._engine_backends():
            hidden += max(0, len(self.template_ids) - 100)
            rows += self._preview(backend)
        self.hidden_count = hidden + max(0, len(rows) - _LINES_SHOWN)
        self.env['shopify.product.export.line'].create(rows[:_LINES_SHOWN])
        self.step = 'look'
        return self._show()

    def action_back(self):
        self.step = 'choose'
        return self._show()

    def action_export(self):
        """The yes."""
        self.ensure_one()
        self._check_may()
        for backend in self.backend_ids:
            stopped = self.line_ids.filtered(lambda line, b=backend: line.backend_id == b and line.kind == 'stop')
            templates = self.template_ids - stopped.product_tmpl_id
            if templates:
                self.env['shopify.product.export']._ask(backend, templates, self._options(backend))
        return self.env['shopify.backend']._notification(
            self.env._(
                "The products are on their way. You can go on working; Shopify, Products, Exports shows how it goes."
            )
        )

    # === BUSINESS METHODS === #

    def _check_may(self):
        if not self.env.user.has_group(_GROUP):
            raise AccessError(
                self.env._("Products are sent to shops by Shopify managers. Ask one of them, or for that role.")
            )
        if not self.template_ids:
            raise UserError(self.env._("Choose products first."))
        if not self.backend_ids:
            raise UserError(self.env._("Choose at least one store."))
        self.template_ids.check_access('read')
        self.backend_ids.check_access('read')
        for backend in self.backend_ids.sudo():
            if not backend._is_live():
                raise UserError(self.env._("%(store)s is not connected to this database.", store=backend.name))
            if not backend._may_write_products():
                raise UserError(
                    self.env._(
                        "The app may not write products to %(store)s. Add the scope write_products to it in Shopify,"
                        " release and approve it, and press Check Connection in the store.",
                        store=backend.name,
                    )
                )

    def _engine_backends(self):
        """The stores as their lanes see them."""
        for backend in self.backend_ids.sudo():
            yield backend.with_company(backend.company_id).with_context(lang=backend.env.user.lang)

    def _preview(self, backend):
        env = backend.env
        options = self._options(backend)
        templates = env['product.template'].browse(self.template_ids.ids)
        try:
            self.env['shopify.sync.catalog.places'].sudo()._refresh_when_due(backend)
            rows = env['shopify.sync.catalog.push']._preview(backend, templates, options)
        except errors.ShopifyError as error:
            raise UserError(self.env._("%(store)s: %(reason)s", store=backend.name, reason=error.message)) from error
        return [
            {
                'wizard_id': self.id,
                'backend_id': backend.id,
                'product_tmpl_id': row.template.id,
                'kind': row.kind,
                'variant': row.variant,
                'field': row.field,
                'now': row.now,
                'then': row.then,
            }
            for row in rows
        ]

    def _options(self, backend):
        """What the wish remembers of the choices."""
        return {
            'groups': self._groups(),
            'variants': self.with_variants if self.scope == 'some' else self.scope == 'all',
            'status': self.status,
            'collections': self.collection_ids.filtered(lambda row: row.backend_id == backend).mapped('gid'),
            'publications': self.publication_ids.filtered(lambda row: row.backend_id == backend).mapped('gid'),
            'remove_variants': self.remove_variants,
        }

    def _groups(self):
        if self.scope == 'prices':
            return ['price']
        if self.scope == 'all':
            # A status is somebody's decision in the shop: it is written when it is asked for.
            return [group for group in _GROUPS.values() if group != 'status']
        return [group for name, group in _GROUPS.items() if self[name]]

    def _show(self):
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
            'context': {'dialog_size': 'extra-large'},
            'name': self.env._("Export To Shopify"),
        }


class ShopifyProductExportLine(models.TransientModel):
    """One field of one product: what the shop shows, and what it would show."""

    _name = 'shopify.product.export.line'
    _description = "Export Preview"
    _order = 'id'

    wizard_id = fields.Many2one('shopify.product.export.wizard', required=True, ondelete='cascade')
    backend_id = fields.Many2one('shopify.backend', "Store", required=True, ondelete='cascade')
    product_tmpl_id = fields.Many2one('product.template', "Product", required=True, ondelete='cascade')
    kind = fields.Selection(
        [
            ('create', "New"),
            ('change', "Changed"),
            ('remove', "Deleted"),
            ('note', "Good to know"),
            ('stop', "Cannot be sent"),
            ('same', "The same"),
        ],
        "What",
        required=True,
    )
    variant = fields.Char()
    field = fields.Char()
    now = fields.Text("In The Shop Now")
    then = fields.Text("Will Be")
