from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ('first', "First Comparison"),
    ('full', "Full Comparison"),
    ('reconcile', "Nightly Comparison"),
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
        [
            ('start', "Start"),
            ('bulk', "Waiting for Shopify"),
            ('pages', "Reading"),
            ('unseen', "Looking for the rest"),
            ('compare', "Comparing"),
            ('repair', "Setting right"),
            ('refresh', "Reading anew"),
            ('orders', "Reading orders"),
            ('carry', "Carrying out"),
        ],
        "At Work On",
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
    missing_orders = fields.Integer(
        "Open Orders Not In Odoo", readonly=True, help="Open orders of the shop that are not in Odoo; -1: not known."
    )
    difference_count = fields.Integer("Differences", compute='_compute_counts')
    zero_count = fields.Integer("Would Become Zero", compute='_compute_counts')
    open_count = fields.Integer("To Decide", compute='_compute_counts')
    chosen_count = fields.Integer("Chosen", compute='_compute_counts')
    waiting_count = fields.Integer("Being Carried Out", compute='_compute_counts')
    done_count = fields.Integer("Set Right", compute='_compute_counts')
    switches_on = fields.Boolean(compute='_compute_switches_on')
    problem = fields.Char(compute='_compute_problem')

    _open_guard_uniq = models.UniqueIndex("(backend_id) WHERE kind = 'guard' AND state = 'open'")

    # === COMPUTE METHODS === #

    @api.depends('kind', 'backend_id.name')
    def _compute_display_name(self):
        kinds = dict(self._fields['kind']._description_selection(self.env))
        for check in self:
            check.display_name = f'{kinds.get(check.kind, "")}: {check.backend_id.name or ""}'

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

    @api.depends('kind', 'backend_id.stock_export')
    def _compute_switches_on(self):
        for check in self:
            check.switches_on = check.kind == 'first' and not check.backend_id.stock_export

    def _compute_problem(self):
        """What its task waits for, or ran into last."""
        tasks = {
            task.key: task.message
            for task in self.env['shopify.task'].search(
                [
                    ('backend_id', 'in', self.backend_id.ids),
                    ('kind', '=', 'stock_check'),
                    ('key', 'in', [str(id_) for id_ in self.ids]),
                    ('state', 'in', ('pending', 'failed')),
                ],
                order='id',
            )
        }
        for check in self:
            check.problem = tasks.get(str(check.id), False)

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
    def _begin(self, backend, kind, preset=False, source='user'):
        """Have the stock lane compare all quantities; one that runs already will do. Returns the comparison."""
        running = self.search(
            [('backend_id', '=', backend.id), ('state', '=', 'running'), ('kind', '!=', 'guard')], limit=1
        )
        if running:
            if not running._pending_tasks():
                running._enqueue(source)
            return running
        check = self.create({'backend_id': backend.id, 'kind': kind, 'preset': preset})
        check._enqueue(source)
        return check

    def _enqueue(self, source='user'):
        """Have the lane look at them now; a task that waits for its time is not waited for."""
        self._pending_tasks().sudo().due_at = fields.Datetime.now()
        for check in self:
            check.backend_id._enqueue('stock_check', str(check.id), source=source)

    def _pending_tasks(self):
        return self.env['shopify.task'].search(
            [
                ('backend_id', 'in', self.backend_id.ids),
                ('kind', '=', 'stock_check'),
                ('key', 'in', [str(id_) for id_ in self.ids]),
                ('state', '=', 'pending'),
            ]
        )

    def _lines(self, states=None, domain=()):
        """Rows of these comparisons in some of the ``states``, oldest first."""
        wanted = [('state', 'in', states)] if states else []
        return self.env['shopify.stock.difference'].search([('check_id', 'in', self.ids), *wanted, *domain], order='id')

    def _supersede(self):
        """What older comparisons of the store have left to decide is decided on this list, which is newer. What a person
        has decided already is carried out; the guard's list stays."""
        self.ensure_one()
        older = self.search(
            [
                ('backend_id', '=', self.backend_id.id),
                ('id', '<', self.id),
                ('kind', '!=', 'guard'),
                ('state', '=', 'open'),
            ]
        )
        older._lines(('open',)).write(
            {'state': 'gone', 'message': self.env._("A newer comparison has taken its place.")}
        )
        older.filtered(lambda check: not check.waiting_count).write({'state': 'done'})

    def _note_differences(self, rows):
        """``rows``: ``[(level, in Shopify, in Odoo, cause), …]``; levels that are on the list already are left alone."""
        self.ensure_one()
        known = self._lines(domain=[('level_id', 'in', [row[0].id for row in rows])]).level_id
        differences = self.env['shopify.stock.difference']
        differences.create(
            [
                {
                    **differences._level_values(level),
                    'check_id': self.id,
                    'in_shopify': shown,
                    'in_odoo': wanted,
                    'cause': cause,
                }
                for level, shown, wanted, cause in rows
                if level not in known
            ]
        )

    def _conclude_lines(self):
        """Choices that stand at the lines at first, and words at those that nobody can decide about."""
        self.ensure_one()
        for cause, lines in self._lines(('open',)).grouped('cause').items():
            if cause == 'held':
                lines.write({'state': 'left', 'message': self.env._("It is on the guard's list. Decide there.")})
            elif cause in ('gone', 'untracked', 'opted_out', 'bundle'):
                lines.state = 'left'
            elif self.preset:
                lines.choice = self.preset

    def _get_summary(self):
        """How it stands, in one sentence."""
        self.ensure_one()
        left = len(self._lines(('left',), [('choice', '=', 'leave')]))
        parts = [
            (self.open_count, self.env._("%(count)s wait for a decision", count=self.open_count)),
            (self.waiting_count, self.env._("%(count)s are being carried out", count=self.waiting_count)),
            (self.done_count, self.env._("%(count)s are set right", count=self.done_count)),
            (left, self.env._("%(count)s are left as they are", count=left)),
        ]
        said = ", ".join(words for number, words in parts if number) or self.env._("all of them are right")
        if self.kind == 'guard':
            return self.env._("Quantities held back by the guard: %(said)s.", said=said)
        return self.env._("%(count)s quantities compared: %(said)s.", count=self.level_count, said=said)

    @api.model
    def _hold(self, backend, rows):
        """Keep levels from being written until a person says yes; they are on the store's one open list of the guard.

        ``rows``: ``[(level, from, to), …]``. A level that is held already gets its new figures; one that somebody has
        decided about, on whatever list, is about to be carried out. Returns the check.
        """
        check = self._open_guard(backend)
        level_ids = [level.id for level, _from, _to in rows]
        decided = self.env['shopify.stock.difference'].search(
            [('backend_id', '=', backend.id), ('state', '=', 'waiting'), ('level_id', 'in', level_ids)]
        )
        rows = [row for row in rows if row[0] not in decided.level_id]
        if rows and not check:
            check = self.create(
                {'backend_id': backend.id, 'kind': 'guard', 'state': 'open', 'finished_at': fields.Datetime.now()}
            )
        lines = {line.level_id.id: line for line in check._lines(('open',), [('level_id', 'in', level_ids)])}
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
    def _release(self, backend, levels):
        """Levels that show what Odoo says need nobody's decision any more."""
        lines = self._open_guard(backend)._lines(('open',), [('level_id', 'in', levels.ids)])
        if lines:
            lines.write({'state': 'gone', 'message': self.env._("The difference went away by itself.")})
            lines.check_id._close_when_decided()

    def _close_when_decided(self):
        for check in self.filtered(lambda check: check.state == 'open'):
            if not (check.open_count or check.waiting_count):
                check.write({'state': 'done', 'finished_at': fields.Datetime.now(), 'message': check._get_summary()})

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
        self.backend_id._note_attention(self.backend_id._get_guard_message())

    def _tell_open(self):
        """The nightly comparison has found what it may not set right by itself: an activity, one at a time."""
        self.ensure_one()
        backend = self.backend_id
        summary = self.env._("Shopify: quantities of %(store)s differ", store=backend.name)
        if backend.responsible_id and summary not in backend.activity_ids.mapped('summary'):
            backend.activity_schedule(
                'mail.mail_activity_data_todo',
                summary=summary,
                user_id=backend.responsible_id.id,
                note=self.env._(
                    "Open the last comparison on the store's page Stock: each quantity says why it differs."
                ),
            )
