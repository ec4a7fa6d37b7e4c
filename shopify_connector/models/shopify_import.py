from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..entities import order_selection

_RUNNING = ('waiting', 'reading')
_ALL_ORDERS_SCOPE = 'read_all_orders'
_DAYS_WITHOUT_SCOPE = 60


class ShopifyImport(models.Model):
    """One import of past orders: which ones, how far it is, what came of it. A dry run is the same without the result."""

    _name = 'shopify.import'
    _description = "Shopify Import"
    _order = 'id desc'
    _rec_name = 'display_name'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, domain=[('state', '!=', 'draft')]
    )
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    mode = fields.Selection([('import', "Import"), ('dry_run', "Dry Run")], default='import', required=True)
    state = fields.Selection(
        [
            ('draft', "New"),
            ('waiting', "Waiting For Shopify"),
            ('reading', "Running"),
            ('paused', "Paused"),
            ('done', "Done"),
            ('stopped', "Stopped"),
            ('failed', "Failed"),
        ],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
    )
    # === SELECTION ===
    created_from = fields.Date("Placed From", help="A day of the shop. Empty: from the first order on.")
    created_to = fields.Date("Placed Until", help="A day of the shop, included.")
    order_status = fields.Selection([('open', "Open"), ('closed', "Closed"), ('cancelled', "Cancelled")], "Status")
    financial_status = fields.Selection(
        lambda self: self.env['shopify.order.binding']._fields['financial_status'].selection, "Payment"
    )
    fulfillment_status = fields.Selection(
        [('unfulfilled', "Unfulfilled"), ('partial', "Partially fulfilled"), ('fulfilled', "Fulfilled")], "Fulfilment"
    )
    order_numbers = fields.Char(
        help="Single numbers and ranges, such as 1001, 1005-1020. Prefixes and suffixes of the shop may be left out."
    )
    gids = fields.Json("Chosen Orders", help="Shopify's ids, when the orders were chosen one by one.")
    books_choice = fields.Selection(
        [('with', "As the store's policy says"), ('without', "None: they are in the books already")],
        "Invoices And Payments",
        default='with',
        required=True,
    )
    books_hint = fields.Char(compute='_compute_books_hint')
    chosen_count = fields.Integer(compute='_compute_chosen_count')
    selection_text = fields.Char("Orders", compute='_compute_selection_text')
    warning = fields.Char(compute='_compute_warning')

    # === PROGRESS ===
    found_gids = fields.Json(readonly=True, copy=False, help="The orders of a small selection, looked up directly.")
    bulk_gid = fields.Char("Bulk Operation", readonly=True, copy=False)
    connections = fields.Json(readonly=True, copy=False)
    money_policy = fields.Char(readonly=True, copy=False)
    position = fields.Json(readonly=True, copy=False, help="Up to here everything is done, committed.")
    found_count = fields.Integer("Found", readonly=True, copy=False)
    done_count = fields.Integer("Looked At", readonly=True, copy=False)
    created_count = fields.Integer("Created", readonly=True, copy=False)
    linked_count = fields.Integer("Linked", readonly=True, copy=False)
    changed_count = fields.Integer("Changed", readonly=True, copy=False)
    same_count = fields.Integer("Unchanged", readonly=True, copy=False)
    skipped_count = fields.Integer("Skipped", readonly=True, copy=False)
    failed_count = fields.Integer("Need A Person", readonly=True, copy=False)
    progress = fields.Float(compute='_compute_progress')
    time_left = fields.Char(compute='_compute_time_left')
    requests = fields.Integer(readonly=True, copy=False, help="Requests to Shopify so far.")
    points = fields.Float(readonly=True, copy=False, help="Of Shopify's rate limit, so far.")
    message = fields.Text(readonly=True, copy=False)
    problem = fields.Text(compute='_compute_problem')
    started_at = fields.Datetime("Started", readonly=True, copy=False)
    resumed_at = fields.Datetime(readonly=True, copy=False)
    resumed_count = fields.Integer(readonly=True, copy=False)
    done_at = fields.Datetime("Finished", readonly=True, copy=False)
    row_ids = fields.One2many('shopify.import.row', 'import_id', "Orders")
    row_count = fields.Integer(compute='_compute_row_count')

    # === COMPUTE METHODS === #

    @api.depends('backend_id', 'books_choice')
    def _compute_books_hint(self):
        for run in self:
            run.books_hint = run._get_books_hint()

    def _get_books_hint(self):
        """What the import will do to the company's books, in one sentence."""
        self.ensure_one()
        store = self.backend_id
        if self.books_choice == 'without' or (store.invoice_policy == 'manual' and not store.register_payments):
            return self.env._("No invoice and no payment will be created for these orders.")
        return self.env._(
            "New orders get posted invoices and payments as the store's policies say, dated on the days of the orders and "
            "payments. Days in closed periods become the first open day."
        )

    @api.depends('backend_id', 'mode')
    def _compute_display_name(self):
        modes = dict(self._fields['mode']._description_selection(self.env))
        for run in self:
            run.display_name = f'{modes.get(run.mode, "")} {run.id or ""} {run.backend_id.name or ""}'.strip()

    @api.depends('gids')
    def _compute_chosen_count(self):
        for run in self:
            run.chosen_count = len(run.gids or [])

    @api.depends(
        'created_from', 'created_to', 'order_status', 'financial_status', 'fulfillment_status', 'order_numbers', 'gids'
    )
    def _compute_selection_text(self):
        for run in self:
            run.selection_text = ', '.join(run._selection_words()) or self.env._("All orders")

    def _selection_words(self):
        """What was chosen, in words, a condition each."""
        self.ensure_one()
        if self.gids:
            yield self.env._("%(count)s chosen orders", count=len(self.gids))
        if self.order_numbers:
            yield self.order_numbers
        if self.created_from:
            yield self.env._("from %(day)s", day=fields.Date.to_string(self.created_from))
        if self.created_to:
            yield self.env._("until %(day)s", day=fields.Date.to_string(self.created_to))
        for name in ('order_status', 'financial_status', 'fulfillment_status'):
            if self[name]:
                yield dict(self._fields[name]._description_selection(self.env))[self[name]].lower()

    @api.depends('backend_id', 'created_from', 'order_numbers', 'gids')
    def _compute_warning(self):
        """Shopify leaves out what the app may not see without a word; it is said here before anything starts."""
        limit = fields.Date.today() - timedelta(days=_DAYS_WITHOUT_SCOPE)
        for run in self:
            scopes = self.env['shopify.sync.connection']._granted(run.backend_id)
            reaches = not run.gids and (not run.created_from or run.created_from < limit)
            run.warning = (
                self.env._(
                    "Orders placed before %(day)s will be missing, because this app may read the last 60 days only. To have "
                    "them, add the scope read_all_orders to the app in Shopify, release and approve it, and press Check "
                    "Connection in the store.",
                    day=fields.Date.to_string(limit),
                )
                if run.backend_id and reaches and _ALL_ORDERS_SCOPE not in scopes
                else False
            )

    @api.depends('done_count', 'found_count', 'state')
    def _compute_progress(self):
        for run in self:
            share = run.done_count / run.found_count if run.found_count else float(run.state == 'done')
            run.progress = min(100.0, 100.0 * share)

    @api.depends('done_count', 'found_count', 'state', 'resumed_at')
    def _compute_time_left(self):
        for run in self:
            done, left = run.done_count - run.resumed_count, run.found_count - run.done_count
            if run.state != 'reading' or done <= 0 or not run.resumed_at:
                run.time_left = False
                continue
            seconds = (fields.Datetime.now() - run.resumed_at).total_seconds() / done * left
            run.time_left = (
                self.env._("%(count)s minutes", count=round(seconds / 60))
                if seconds >= 90
                else self.env._("about a minute")
            )

    def _compute_problem(self):
        """What its task ran into last, while it waits to be tried again or has given up."""
        tasks = {
            task.key: task.message
            for task in self.env['shopify.task'].search(
                [
                    ('backend_id', 'in', self.backend_id.ids),
                    ('kind', '=', 'history'),
                    ('key', 'in', [str(id_) for id_ in self.ids]),
                    ('state', 'in', ('pending', 'failed')),
                    ('error_code', '!=', False),
                ],
                order='id',
            )
        }
        for run in self:
            run.problem = tasks.get(str(run.id), False)

    @api.depends('row_ids')
    def _compute_row_count(self):
        counts = dict(
            self.env['shopify.import.row']._read_group([('import_id', 'in', self.ids)], ['import_id'], ['__count'])
        )
        for run in self:
            run.row_count = counts.get(run, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains('created_from', 'created_to')
    def _check_days(self):
        for run in self:
            if run.created_from and run.created_to and run.created_from > run.created_to:
                raise ValidationError(self.env._("The first day comes after the last one."))

    @api.constrains('order_numbers')
    def _check_order_numbers(self):
        for run in self:
            try:
                order_selection.numbers(run.order_numbers)
            except order_selection.BadNumbers as error:
                raise ValidationError(
                    self.env._(
                        "“%(text)s” is no order number. Enter numbers and ranges, such as 1001, 1005-1020.",
                        text=error.text,
                    )
                ) from None

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if any(run._is_running() for run in self):
            raise UserError(self.env._("An import that runs cannot be deleted. Stop it first."))

    # === ACTION METHODS === #

    def action_import(self):
        return self._start('import')

    def action_dry_run(self):
        return self._start('dry_run')

    def action_import_after_dry_run(self):
        """Bring over what a dry run has shown: a run of its own, for the shop has gone on since."""
        self.ensure_one()
        run = self.copy({'mode': 'import'})
        run.action_import()
        return run._open()

    def action_pause(self):
        """What is done stays done; the rest goes on with Resume."""
        running = self.filtered(lambda run: run.state in _RUNNING)
        running.check_access('write')
        running.write({'state': 'paused'})
        running._tasks().action_skip()

    def action_stop(self):
        """For good: what is done stays done. The lane ends what runs at Shopify."""
        runs = self.filtered(lambda run: run.state in (*_RUNNING, 'paused', 'failed'))
        runs.check_access('write')
        runs.write({'state': 'stopped', 'done_at': fields.Datetime.now()})
        runs._enqueue()

    def action_resume(self):
        runs = self.filtered(lambda run: run.state in ('paused', 'failed'))
        runs.check_access('write')
        runs.write({'state': 'waiting', 'message': False, 'done_at': False})
        runs._enqueue()

    def action_view_rows(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.import.row',
            'view_mode': 'list,form',
            'name': self.display_name,
            'domain': [('import_id', '=', self.id)],
            'context': {'search_default_by_outcome': 1} if self.mode == 'dry_run' else {},
        }

    # === BUSINESS METHODS === #

    def _start(self, mode):
        self.check_access('write')
        for run in self:
            if run.state != 'draft':
                raise UserError(self.env._("This import has been started already."))
            if run.backend_id.state == 'draft':
                raise UserError(self.env._("Connect %(store)s first.", store=run.backend_id.name))
        self.write({'mode': mode, 'state': 'waiting', 'started_at': fields.Datetime.now()})
        self._enqueue()

    def _enqueue(self):
        """Have the lane look at them now; a task that waits for Shopify is not waited for."""
        tasks = self._tasks()
        tasks.filtered(lambda task: task.state == 'failed').action_skip()
        tasks.filtered(lambda task: task.state == 'pending').sudo().due_at = fields.Datetime.now()
        for run in self:
            run.backend_id._enqueue('history', str(run.id))

    def _tasks(self):
        """Its open tasks."""
        return self.env['shopify.task'].search(
            [
                ('backend_id', 'in', self.backend_id.ids),
                ('kind', '=', 'history'),
                ('key', 'in', [str(id_) for id_ in self.ids]),
                ('state', 'in', ('pending', 'failed')),
            ]
        )

    def _open(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'name': self.display_name,
        }

    def _is_running(self):
        return self.state in _RUNNING

    def _get_selection(self):
        """The choice as ``order_selection.Selection``, in the shop's days."""
        self.ensure_one()
        names, ranges = order_selection.numbers(self.order_numbers)
        first, last = order_selection.days(self.created_from, self.created_to, self.backend_id.timezone)
        return order_selection.Selection(
            created_from=first,
            created_to=last,
            financial=self.financial_status or '',
            fulfilment=self.fulfillment_status or '',
            status=self.order_status or '',
            names=names,
            ranges=ranges,
        )
