from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

_KEPT_DAYS = 60
_PRUNE_BATCH = 10_000

VERDICTS = [
    ('ambiguous', "Not Sure"),
    ('conflict', "Contradiction"),
    ('skip', "Left Out"),
    ('create', "New Product"),
    ('add_variant', "New Variant"),
    ('link', "Link"),
    ('linked', "Linked Already"),
]
REASONS = [
    ('binding', "It is linked already."),
    ('chosen', "A person has chosen this."),
    ('sku', "Same SKU."),
    ('sku_alike', "Same SKU but for case or blanks."),
    ('sku_barcode', "Same SKU, and the barcode."),
    ('sku_template', "Same SKU, in the same product."),
    ('barcode', "Same barcode."),
    ('pack', "The barcode is that of a packaging."),
    ('options', "Same options in the same product."),
    ('several_sku', "Several products have this SKU."),
    ('several_barcode', "Several products have this barcode."),
    ('sku_and_barcode', "SKU and barcode lead to different products."),
    ('archived', "The product with its code is archived."),
    ('taken', "Another variant is linked to its product."),
    ('taken_in_shop', "Another variant has the same SKU."),
    ('same_name', "No code fits; a product has its name."),
    ('options_taken', "Its options belong to another variant."),
    ('options_other_code', "Same options, but another SKU."),
    ('map_only', "Nothing fits; the store creates none."),
    ('not_found', "Nothing in Odoo has its codes."),
]


# What a reason leads to while nobody has chosen; those that are not named here link.
_VERDICTS_OF_REASONS = {
    'ambiguous': ('several_sku', 'several_barcode', 'archived', 'taken', 'taken_in_shop', 'same_name'),
    'conflict': ('sku_and_barcode', 'options_taken', 'options_other_code'),
    'skip': ('map_only',),
    'create': ('not_found',),
}


class ShopifyMatchRow(models.Model):
    """What a variant of a shop is in Odoo, or is to become: the plan before an import, and the list of what a person has
    to choose. One for each variant, so that a choice outlives the next plan."""

    _name = 'shopify.match.row'
    _description = "Shopify Match"
    _order = 'title, id'
    _rec_name = 'display_name'
    _check_company_auto = True

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    import_id = fields.Many2one('shopify.import', "Plan", ondelete='set null', index='btree_not_null', readonly=True)
    product_gid = fields.Char(required=True, readonly=True)
    variant_gid = fields.Char(required=True, readonly=True)
    title = fields.Char("Product In Shopify", readonly=True)
    variant_title = fields.Char("Variant", readonly=True)
    sku = fields.Char("SKU", readonly=True)
    barcode = fields.Char(readonly=True)
    verdict = fields.Selection(VERDICTS, "What Happens", required=True, readonly=True)
    reason = fields.Selection(REASONS, "Why", required=True, readonly=True)
    state = fields.Selection(
        [('open', "To Choose"), ('planned', "Planned"), ('chosen', "Chosen"), ('done', "Done")],
        "Status",
        required=True,
        readonly=True,
        index=True,
    )
    candidate_ids = fields.Many2many(
        'product.product', 'shopify_match_candidate', string="Candidates", readonly=True,
        context={'active_test': False},
    )  # fmt: skip
    candidate_count = fields.Integer(compute='_compute_candidate_count')
    product_id = fields.Many2one(
        'product.product',
        "Product In Odoo",
        ondelete='set null',
        index='btree_not_null',
        check_company=True,
        context={'active_test': False},
        help="What it is linked to. Choose another here: the next import of the product takes it.",
    )
    choice = fields.Selection(
        [('link', "Link"), ('create', "Create new"), ('skip', "Leave out")], readonly=True, index='btree_not_null'
    )
    pack_uom_id = fields.Many2one(
        'uom.uom',
        "Sold As",
        ondelete='set null',
        help="The variant is a pack: so many units of the product are one of it.",
    )
    chosen_by = fields.Many2one('res.users', readonly=True)
    chosen_at = fields.Datetime(readonly=True)
    note = fields.Char(readonly=True)
    is_known = fields.Boolean("Imported Already", compute='_compute_is_known')

    _variant_uniq = models.Constraint('UNIQUE(backend_id, variant_gid)', "This variant is on the list already.")

    # === COMPUTE METHODS === #

    @api.depends('title', 'variant_title', 'sku')
    def _compute_display_name(self):
        for row in self:
            label = ' / '.join(filter(None, [row.title, row.variant_title]))
            row.display_name = f'[{row.sku}] {label}' if row.sku else label

    @api.depends('candidate_ids')
    def _compute_candidate_count(self):
        for row in self:
            row.candidate_count = len(row.candidate_ids)

    def _compute_is_known(self):
        """A choice for a product that is here already is carried out at once, others wait for their import."""
        known = {
            (backend.id, gid)
            for backend, gid in self.env['shopify.product.binding']._read_group(
                [('backend_id', 'in', self.backend_id.ids), ('gid', 'in', self.mapped('product_gid'))],
                ['backend_id', 'gid'],
            )
        }
        for row in self:
            row.is_known = (row.backend_id.id, row.product_gid) in known

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: a product that a person puts in is a choice, and so is to take it out."""
        if 'product_id' not in vals or vals.keys() & {'choice', 'verdict'}:
            return super().write(vals)
        if not vals['product_id']:
            return self._unchoose()
        result = super().write({**vals, **self._choice_vals('link')})
        self._carry_out()
        return result

    @api.autovacuum
    def _gc_rows(self):
        """What is done need not be listed for ever; what somebody wants left out is remembered."""
        limit = fields.Datetime.now() - timedelta(days=_KEPT_DAYS)
        rows = self.search(
            [('write_date', '<', limit), ('state', 'in', ('done', 'planned')), ('choice', '!=', 'skip')],
            limit=_PRUNE_BATCH,
        )
        rows.unlink()
        return len(rows), len(rows) == _PRUNE_BATCH

    # === ACTION METHODS === #

    def action_link(self):
        """Each to its candidate; those that have several wait for a choice of their own."""
        rows = self.filtered(lambda row: row.state != 'done' and len(row.candidate_ids) == 1)
        for product, same in rows.grouped('candidate_ids').items():
            same._choose('link', product)
        left = len(self) - len(rows)
        return self._chosen_notification(
            rows, left and self.env._("%(count)s have no or several candidates.", count=left)
        )

    def action_create_new(self):
        rows = self.filtered(lambda row: row.state != 'done')
        rows._choose('create')
        return self._chosen_notification(rows)

    def action_leave_out(self):
        rows = self.filtered(lambda row: row.state != 'done')
        rows._choose('skip')
        return self._chosen_notification(rows)

    def action_undo(self):
        """As if nobody had chosen: the next import, or the next reading of the product, decides again."""
        self.check_access('write')
        self.filtered('choice')._unchoose()

    def action_import_now(self):
        """Have these products brought over, with what is chosen."""
        self.check_access('write')
        for backend, rows in self.grouped('backend_id').items():
            if backend.state == 'draft':
                raise UserError(self.env._("Connect %(store)s first.", store=backend.name))
            rows._enqueue()
        return self.env['shopify.backend']._notification(self.env._("They are being brought over."))

    def action_open_candidates(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'product.product',
            'view_mode': 'list,form',
            'name': self.display_name,
            'domain': [('id', 'in', self.candidate_ids.ids)],
            'context': {'active_test': False, 'create': False},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _settle(self, backend, gids, product_id):
        """These variants are linked by now, whoever did it."""
        rows = self.search(
            [('backend_id', '=', backend.id), ('variant_gid', 'in', gids), ('state', 'in', ('open', 'chosen'))]
        )
        rows.write({'state': 'done', 'verdict': 'linked', 'product_id': product_id})

    def _choose(self, choice, product=None):
        self.check_access('write')
        self.write({**self._choice_vals(choice), 'product_id': product.id if product else False})
        self._carry_out()

    def _choice_vals(self, choice):
        return {
            'choice': choice,
            'verdict': choice,
            'state': 'chosen',
            'chosen_by': self.env.uid,
            'chosen_at': fields.Datetime.now(),
        }

    def _unchoose(self):
        verdicts = {reason: verdict for verdict, reasons in _VERDICTS_OF_REASONS.items() for reason in reasons}
        nobody = {'choice': False, 'chosen_by': False, 'chosen_at': False, 'product_id': False, 'pack_uom_id': False}
        for reason, rows in self.grouped('reason').items():
            verdict = verdicts.get(reason, 'ambiguous')
            rows.write({**nobody, 'verdict': verdict, 'state': 'planned' if verdict == 'create' else 'open'})
        self._carry_out()
        return True

    def _carry_out(self):
        """What is here already is looked at again now; what is only planned waits for its import."""
        self.filtered(lambda row: row.is_known and row.backend_id.state != 'draft')._enqueue()

    def _enqueue(self):
        for backend, rows in self.grouped('backend_id').items():
            self.env['shopify.task'].sudo()._add(backend, 'product', rows.mapped('product_gid'), source='user')
            backend._wake('catalogue')

    def _chosen_notification(self, rows, more=False):
        waiting = rows.filtered(lambda row: not row.is_known)
        texts = [self.env._("%(count)s chosen.", count=len(rows)), more]
        if waiting:
            texts.append(self.env._("The import takes up %(count)s of them.", count=len(waiting)))
        return self.env['shopify.backend']._notification(
            ' '.join(filter(None, texts)), 'success' if rows else 'warning'
        )
