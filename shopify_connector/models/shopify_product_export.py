from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

_KEPT_DAYS = 60
_NAMED = 3


class ShopifyProductExport(models.Model):
    """A product on its way to a store: who wanted it, and what is sent, written down and committed before Shopify is
    asked. After a crash or a lost answer the product is looked for in the shop before anything is sent again.
    Afterwards it is the record of what was written."""

    _name = 'shopify.product.export'
    _description = "Product Sent To Shopify"
    _order = 'id desc'
    _rec_name = 'name'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    name = fields.Char("Product", readonly=True)
    product_tmpl_id = fields.Many2one(
        'product.template', "Product In Odoo", ondelete='set null', index='btree_not_null', readonly=True
    )
    binding_id = fields.Many2one(
        'shopify.product.binding', "Shopify Product", ondelete='set null', index='btree_not_null', readonly=True
    )
    user_id = fields.Many2one(
        'res.users',
        "Confirmed By",
        readonly=True,
        ondelete='set null',
        help="Empty: sent by itself, because Odoo's word counts in this store.",
    )
    kind = fields.Selection(
        [('create', "Created"), ('update', "Changed"), ('delete', "Deleted")], "What", required=True, readonly=True
    )
    state = fields.Selection(
        [
            ('waiting', "Waiting"),
            ('open', "Under way"),
            ('done', "Written"),
            ('same', "Nothing to write"),
            ('refused', "Refused"),
            ('unclear', "Answer lost, product read"),
        ],
        "Status",
        default='waiting',
        required=True,
        readonly=True,
    )
    options = fields.Json(readonly=True, help="What the dialog's choices were.")
    key = fields.Char(readonly=True, help="The product's own id in Odoo, by which it is found in the shop.")
    variables = fields.Json(readonly=True, help="What is sent; forgotten once the answer is there.")
    rows = fields.Json(readonly=True, help="[[variant or '', field, before, after], …]")
    sent_at = fields.Datetime("Sent", readonly=True)
    done_at = fields.Datetime("Answered", readonly=True)
    message = fields.Text("What Happened", readonly=True)
    request_id = fields.Char("Shopify Request", readonly=True, help="Shopify's support asks for it.")
    summary = fields.Char("Fields", compute='_compute_lines')
    lines = fields.Text("Changes", compute='_compute_lines')

    _open_idx = models.Index("(backend_id) WHERE state = 'open'")
    _sent_idx = models.Index('(backend_id, sent_at)')

    @api.depends('rows')
    def _compute_lines(self):
        for export in self:
            rows = export.rows or []
            texts = [
                f'{variant + " " if variant else ""}{field}: {before + " → " if before else ""}{after}'
                for variant, field, before, after in rows
            ]
            fields_ = list(dict.fromkeys(row[1] for row in rows))
            more = len(fields_) - _NAMED
            export.lines = '\n'.join(texts)
            export.summary = ', '.join(fields_[:_NAMED]) + (
                self.env._(" and %(count)s more", count=more) if more > 0 else ''
            )

    # === BUSINESS METHODS === #

    @api.model
    def _key_of(self, template):
        """The same for good, and no other product's: not that of another database either."""
        return f"{template.id}@{self.env['ir.config_parameter'].sudo().get_param('database.uuid')}"

    @api.model
    def _ask(self, backend, templates, options):
        """A person wants ``templates`` in a store: one wish each, and a task that carries it out. A wish that waits is
        replaced by the newer one."""
        self.sudo().search(
            [
                ('backend_id', '=', backend.id),
                ('product_tmpl_id', 'in', templates.ids),
                ('state', '=', 'waiting'),
                ('user_id', '!=', False),
            ]
        )._close('same', self.env._("A later export took its place."))
        exports = self.sudo().create(
            [
                {
                    'backend_id': backend.id,
                    'product_tmpl_id': template.id,
                    'name': template.display_name,
                    'kind': 'create',
                    'user_id': self.env.user.id,
                    'options': options,
                    'key': self._key_of(template),
                }
                for template in templates
            ]
        )
        self.env['shopify.task'].sudo()._add(
            backend, 'product_export', [export._task_key() for export in exports], source='user'
        )
        backend.sudo()._wake('catalogue')
        return exports

    @api.model
    def _ask_deletion(self, bindings):
        """A person wants products of shops deleted there. The products in Odoo stay."""
        for backend, rows in bindings.grouped('backend_id').items():
            exports = self.sudo().create(
                [
                    {
                        'backend_id': backend.id,
                        'product_tmpl_id': row.product_tmpl_id.id,
                        'binding_id': row.id,
                        'name': row.name,
                        'kind': 'delete',
                        'user_id': self.env.user.id,
                    }
                    for row in rows
                ]
            )
            keys = [export._task_key() for export in exports]
            self.env['shopify.task'].sudo()._add(backend, 'product_export', keys, source='user')
            backend.sudo()._wake('catalogue')

    def _task_key(self):
        self.ensure_one()
        return f'export:{self.id}'

    @api.model
    def _of_keys(self, keys):
        """``{task key: wish}`` of the keys that name one."""
        ids = {key: int(key.partition(':')[2]) for key in keys if key.startswith('export:')}
        alive = self.browse(list(ids.values())).exists()
        return {key: alive.filtered(lambda row, id_=id_: row.id == id_) for key, id_ in ids.items()}

    @api.model
    def _get_open(self, backend):
        return self.search([('backend_id', '=', backend.id), ('state', '=', 'open')], order='id')

    def _close(self, state, message=False, request_id=False):
        self.write(
            {
                'state': state,
                'done_at': fields.Datetime.now(),
                'message': message,
                'variables': False,
                'request_id': request_id or False,
            }
        )

    def action_export_again(self):
        """What was refused is tried once more, as it is in Odoo now."""
        if not self.env.user.has_group('shopify_connector.group_shopify_manager'):
            raise AccessError(self.env._("Products are sent to shops by Shopify managers. Ask one of them."))
        self.check_access('read')
        for row in self.filtered(
            lambda row: row.state in ('refused', 'unclear') and row.user_id and row.product_tmpl_id
        ):
            self._ask(row.backend_id, row.product_tmpl_id, row.options)

    def _is_repeatable(self):
        return self.state in ('refused', 'unclear') and self.kind != 'delete' and self.user_id and self.product_tmpl_id

    @api.autovacuum
    def _gc_old(self):
        self.env.cr.execute(
            SQL(
                "DELETE FROM shopify_product_export WHERE state NOT IN ('waiting', 'open') AND create_date < %s",
                fields.Datetime.now() - timedelta(days=_KEPT_DAYS),
            )
        )
