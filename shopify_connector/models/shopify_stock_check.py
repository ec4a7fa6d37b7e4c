from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ('first', "First Comparison"),
    ('full', "Full Comparison"),
    ('reconcile', "Reconciliation"),
    ('guard', "Held Back By The Guard"),
]


class ShopifyStockCheck(models.Model):
    """One comparison of a store's quantities with Odoo's: how far it is, what differs, what a person has decided.

    The guard's list is one too: quantities that are not written before somebody says yes.
    """

    _name = 'shopify.stock.check'
    _description = "Shopify Stock Comparison"
    _order = 'id desc'
    _rec_name = 'display_name'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(
        [('running', "Comparing"), ('open', "To Decide"), ('done', "Done"), ('stopped', "Stopped")],
        "Status",
        required=True,
        default='running',
        readonly=True,
    )
    preset = fields.Selection(
        [('odoo', "Write Odoo's"), ('shopify', "Take Shopify's")],
        readonly=True,
        help="The choice that stands at every difference at first.",
    )
    started_at = fields.Datetime("Started", readonly=True, default=fields.Datetime.now)
    finished_at = fields.Datetime("Finished", readonly=True)
    message = fields.Text(readonly=True)
    line_ids = fields.One2many('shopify.stock.difference', 'check_id', "Differences")

    # === PROGRESS ===
    phase = fields.Selection(
        [('start', "Start"), ('bulk', "Waiting For Shopify"), ('pages', "Reading"), ('compare', "Comparing")],
        readonly=True,
        default='start',
    )
    bulk_gid = fields.Char("Bulk Operation", readonly=True)
    cursor = fields.Json(readonly=True, help="Up to here everything is read or compared, committed.")
    read_count = fields.Integer("Quantities Read", readonly=True)
    expected_count = fields.Integer("Quantities Expected", readonly=True)
    progress = fields.Float(compute='_compute_progress')

    # === FIGURES ===
    level_count = fields.Integer("Quantities Compared", readonly=True)
    difference_count = fields.Integer("Differences", compute='_compute_counts')
    zero_count = fields.Integer("Would Become Zero", compute='_compute_counts')
    open_count = fields.Integer("To Decide", compute='_compute_counts')
    chosen_count = fields.Integer("Chosen", compute='_compute_counts')
    waiting_count = fields.Integer("Being Carried Out", compute='_compute_counts')
    done_count = fields.Integer("Set Right", compute='_compute_counts')

    _open_guard_uniq = models.UniqueIndex("(backend_id) WHERE kind = 'guard' AND state = 'open'")

    # === COMPUTE METHODS === #

    @api.depends('kind', 'backend_id.name')
    def _compute_display_name(self):
        kinds = dict(self._fields['kind']._description_selection(self.env))
        for check in self:
            check.display_name = f'{kinds.get(check.kind, "")} {check.backend_id.name or ""}'.strip()

    @api.depends('read_count', 'expected_count', 'state')
    def _compute_progress(self):
        for check in self:
            share = check.read_count / check.expected_count if check.expected_count else 0.0
            check.progress = 100.0 if check.state != 'running' else min(99.0, 100.0 * share)

    @api.depends('line_ids.state', 'line_ids.choice')
    def _compute_counts(self):
        counts = {}
        rows = self.env['shopify.stock.difference']._read_group(
            [('check_id', 'in', self.ids)], ['check_id', 'state', 'choice', 'becomes_zero'], ['__count']
        )
        for check, state, choice, zero, count in rows:
            figures = counts.setdefault(check.id, {})
            names = ['difference'] if state not in ('gone', 'left') else []
            names += [state] if state in ('open', 'waiting', 'done') else []
            names += ['chosen'] if state == 'open' and choice else []
            names += ['zero'] if zero and state in ('open', 'waiting') and choice in (False, 'odoo') else []
            for name in names:
                figures[name] = figures.get(name, 0) + count
        for check in self:
            for name in ('difference', 'zero', 'open', 'chosen', 'waiting', 'done'):
                check[f'{name}_count'] = counts.get(check.id, {}).get(name, 0)

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        if any(check.state == 'running' or check.waiting_count for check in self):
            raise UserError(self.env._("A comparison that is under way cannot be deleted. Stop it first."))
        if any(check.kind == 'guard' and check.open_count for check in self):
            raise UserError(
                self.env._("The guard holds these quantities back until somebody decides. Decide, or leave them.")
            )

    # === BUSINESS METHODS === #

    @api.model
    def _hold(self, backend, rows):
        """Keep levels from being written until a person says yes; they are on the store's one open list of the guard.

        ``rows``: ``[(level, from, to), …]``. A level that is held already gets its new figures. Returns the check.
        """
        check = self._open_guard(backend) or self.create(
            {'backend_id': backend.id, 'kind': 'guard', 'state': 'open', 'finished_at': fields.Datetime.now()}
        )
        lines = {
            line.level_id.id: line for line in check.line_ids.filtered(lambda line: line.state in ('open', 'waiting'))
        }
        differences, new = self.env['shopify.stock.difference'], []
        for level, present, wanted in rows:
            figures = {'in_shopify': present, 'in_odoo': wanted}
            if level.id in lines:
                lines[level.id].write(figures)
            else:
                new.append({**differences._level_values(level), **figures, 'check_id': check.id, 'cause': 'held'})
        differences.create(new)
        if new:
            check._tell_guard()
        return check

    @api.model
    def _held_levels(self, backend):
        """The levels that nothing but a person's yes may write: held by the guard, or chosen and not carried out yet."""
        lines = self.env['shopify.stock.difference'].search(
            [
                ('backend_id', '=', backend.id),
                ('level_id', '!=', False),
                '|',
                ('state', '=', 'waiting'),
                '&',
                ('state', '=', 'open'),
                ('check_id.kind', '=', 'guard'),
            ]
        )
        return lines.level_id

    @api.model
    def _open_guard(self, backend):
        return self.search([('backend_id', '=', backend.id), ('kind', '=', 'guard'), ('state', '=', 'open')], limit=1)

    def _tell_guard(self):
        """The store's person is told once, with the figures; the list itself grows without another word."""
        self.ensure_one()
        self.message = self.env._(
            "The guard holds these quantities back, because a large share of the store would change at once. Nothing of "
            "them is written until somebody decides."
        )
        self.backend_id._note_attention(
            self.env._(
                "Stock: the guard holds quantities of %(store)s back that would become zero or change all at once. "
                "Open them in the store's form, and decide.",
                store=self.backend_id.name,
            )
        )
