from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .. import const
from . import alarm


class ShopifyTask(models.Model):
    """Something that must happen with a store: why, how often it was tried, what stood in the way.

    A row is written before anybody acts on it and stays until it is done, so that no crash loses it.
    """

    _name = 'shopify.task'
    _description = "Shopify Task"
    _order = 'id desc'
    _rec_name = 'display_name'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    lane = fields.Selection(const.LANES, required=True, readonly=True)
    kind = fields.Selection(
        [
            ('order', "Order"),
            ('product', "Product"),
            ('customer', "Customer"),
            ('stock', "Quantities"),
            ('level', "Level changed in Shopify"),
            ('location', "Locations"),
            ('shop', "Shop settings"),
            ('app', "App"),
            ('privacy', "Privacy request"),
            ('sweep', "Sweep"),
            ('catalogue', "Import products"),
            ('customers_import', "Import customers"),
            ('catalogue_sweep', "Sweep of products"),
            ('customers_sweep', "Sweep of customers"),
            ('customer_merge', "Customers merged"),
            ('customer_export', "Write customer"),
            ('orders_import', "Import orders"),
            ('stock_full', "Push all quantities"),
            ('stock_take', "Take Shopify's quantities"),
            ('stock_check', "Compare quantities"),
            ('stock_extras', "Sell when empty, incoming"),
            ('heal', "Replace a placeholder"),
            ('draft', "Draft order"),
            ('order_action', "Change in Shopify"),
            ('delivery', "Deliveries of an order"),
            ('fulfillment_order', "Fulfilment order"),
            ('return', "Return"),
            ('history', "Import of past orders"),
            ('initial', "Initial import"),
            ('price_list', "Price list"),
            ('price_bulk', "Prices of all products"),
            ('company', "Company"),
            ('books', "Invoices and payments"),
            ('product_export', "Export a product"),
            ('catalog_settle', "Compare products anew"),
            ('product_images', "Pictures of a product"),
        ],
        required=True,
        readonly=True,
    )
    key = fields.Char(required=True, readonly=True, help="Which record: Shopify's id, or Odoo's for what starts here.")
    source = fields.Selection(
        [('webhook', "Webhook"), ('poll', "Sweep"), ('odoo', "Odoo"), ('user', "Person"), ('shopify', "Another task")],
        required=True,
        readonly=True,
        default='odoo',
    )
    topic = fields.Char(readonly=True)
    delivery_id = fields.Char(readonly=True)
    state = fields.Selection(
        [('pending', "Waiting"), ('done', "Done"), ('skipped', "Skipped"), ('failed', "Failed")],
        required=True,
        default='pending',
        readonly=True,
    )
    due_at = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    tries = fields.Integer(readonly=True)
    error_code = fields.Char(readonly=True)
    message = fields.Text("What Happened", readonly=True)
    value = fields.Integer(
        readonly=True, help="A level's quantity as a delivery told it; of an import, the records so far."
    )
    cursor = fields.Char(readonly=True, help="Where a long import goes on.")
    has_value = fields.Boolean(readonly=True)
    request_id = fields.Char("Shopify Request", readonly=True, help="Shopify's support asks for it.")
    done_at = fields.Datetime(readonly=True)

    _delivery_uniq = models.UniqueIndex('(backend_id, delivery_id) WHERE delivery_id IS NOT NULL')
    _due_idx = models.Index("(backend_id, lane, due_at) WHERE state = 'pending'")
    _failed_idx = models.Index("(backend_id) WHERE state = 'failed'")
    _record_idx = models.Index('(backend_id, kind, key)')

    @api.depends('kind', 'key')
    def _compute_display_name(self):
        kinds = dict(self._fields['kind']._description_selection(self.env))
        for task in self:
            first, *more = (task.key or '').rsplit('/', 1)[-1].split(',')
            task.display_name = f"{kinds.get(task.kind, task.kind)} {first}{f' + {len(more)}' if more else ''}"

    # === ACTION METHODS === #

    def action_retry(self):
        """Try again now, from the beginning."""
        failed = self.filtered(lambda task: task.state in ('failed', 'skipped', 'pending'))
        failed.sudo().write(
            {'state': 'pending', 'tries': 0, 'due_at': fields.Datetime.now(), 'done_at': False, 'cursor': False}
        )
        for backend, tasks in failed.grouped('backend_id').items():
            for lane in set(tasks.mapped('lane')):
                backend._wake(lane)

    def action_skip(self):
        """A person has decided that this need not happen."""
        self.filtered(lambda task: task.state in ('failed', 'pending')).sudo().write(
            {
                'state': 'skipped',
                'done_at': fields.Datetime.now(),
                'message': self.env._("Skipped by %(user)s.", user=self.env.user.name),
            }
        )

    # === BUSINESS METHODS === #

    @api.model
    def _add(self, backend, kind, keys, source='odoo', due_at=None):
        """One pending task for each key that has none yet. Quantities, books and deliveries are noted each time: a task
        that waits may be in the hands of a lane that has read them already."""
        waiting = (
            set()
            if kind in ('stock', 'books', 'delivery')
            else set(
                self.search(
                    [
                        ('backend_id', '=', backend.id),
                        ('kind', '=', kind),
                        ('key', 'in', list(keys)),
                        ('state', '=', 'pending'),
                        ('tries', '=', 0),
                    ]
                ).mapped('key')
            )
        )
        return self.create(
            [
                {
                    'backend_id': backend.id,
                    'lane': const.KIND_LANES[kind],
                    'kind': kind,
                    'key': key,
                    'source': source,
                    'due_at': due_at or fields.Datetime.now(),
                }
                for key in dict.fromkeys(keys)
                if key not in waiting
            ]
        )

    @api.model
    def _get_due(self, backend, lane, limit):
        return self.search(
            [
                ('backend_id', '=', backend.id),
                ('lane', '=', lane),
                ('state', '=', 'pending'),
                ('due_at', '<=', fields.Datetime.now()),
            ],
            order='source desc, id',
            limit=limit,
        )

    @api.model
    def _count_due(self, backend, lane):
        return self.search_count(
            [
                ('backend_id', '=', backend.id),
                ('lane', '=', lane),
                ('state', '=', 'pending'),
                ('due_at', '<=', fields.Datetime.now()),
            ]
        )

    @api.model
    def _wake_lanes(self, backend_ids, lane):
        """Have a lane of these stores run, without a lock on its job: users' transactions do not wait for each other."""
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO ir_cron_trigger (cron_id, call_at, create_date, create_uid)
            SELECT cron.id, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', 1
              FROM ir_cron cron
             WHERE cron.shopify_backend_id = ANY(%(backends)s) AND cron.shopify_lane = %(lane)s AND cron.active
            """,
                backends=list(backend_ids),
                lane=lane,
            )
        )
        self._ring_workers()

    @api.model
    def _ring_workers(self, seconds=0.0):
        """Have the cron workers look for work in ``seconds``, once this transaction is committed."""
        dbname = self.env.cr.dbname
        self.env.cr.postcommit.add(lambda: alarm.ring(dbname, seconds))

    def _keep_position(self, cursor, count):
        """Where an import goes on after a stop, and how many records it has seen."""
        self.write({'cursor': cursor or False, 'value': self.value + count})

    def _set_done(self, message=False, state='done'):
        self.write({'state': state, 'done_at': fields.Datetime.now(), 'message': message, 'error_code': False})

    def _get_older_failed(self):
        """What failed before of the same records."""
        return self.search(
            [
                ('backend_id', 'in', self.backend_id.ids),
                ('state', '=', 'failed'),
                ('key', 'in', self.mapped('key')),
                ('kind', 'in', self.mapped('kind')),
                ('id', 'not in', self.ids),
            ]
        )

    def _set_settled(self):
        """What failed is right by now, so it needs nobody."""
        self._set_done(self.env._("A later task has settled it."), state='skipped')

    def _set_failed(self, code, message, request_id=None):
        """A problem of one record is on the list once, however many deliveries run into it."""
        self._get_older_failed()._set_done(self.env._("It is on the list anew, with a later task."), state='skipped')
        self.write(
            {
                'state': 'failed',
                'error_code': code,
                'message': message,
                'request_id': request_id or False,
                'done_at': fields.Datetime.now(),
            }
        )
        self._notify_responsible()

    def _set_retry(self, code, message, request_id=None, retry_after=None, counted=True):
        """Wait and try again: as long as Shopify says, else longer after every try. The last try makes a dead letter.

        ``counted=False`` is for what says nothing about the task itself, such as a rate limit or an outage.
        """
        last = len(const.RETRY_DELAYS)
        for tries, tasks in self.grouped('tries').items():
            if counted and tries >= last:
                tasks._set_failed(code, message, request_id)
                continue
            delay = retry_after or const.RETRY_DELAYS[min(tries, last - 1)]
            tasks.write(
                {
                    'tries': tries + counted,
                    'error_code': code,
                    'message': message,
                    'request_id': request_id or False,
                    'due_at': fields.Datetime.now() + timedelta(seconds=max(1, delay)),
                }
            )

    def _notify_responsible(self):
        """One activity a store while anything is failed, however many tasks there are."""
        for backend in self.backend_id:
            summary = self.env._("Shopify: tasks of %(store)s need a person", store=backend.name)
            if backend.responsible_id and summary not in backend.activity_ids.mapped('summary'):
                backend.activity_schedule(
                    'mail.mail_activity_data_todo',
                    summary=summary,
                    user_id=backend.responsible_id.id,
                    note=self.env._("Open the store's failed tasks: each says what is wrong and can be retried."),
                )

    @api.model
    def _cron_prune(self):
        """Delete what is done and old, in batches."""
        for table, column, days in (
            ('shopify_task', 'done_at', const.DONE_TASKS_KEPT_DAYS),
            ('shopify_sync_log', 'create_date', const.LOG_KEPT_DAYS),
        ):
            condition = SQL("AND state IN ('done', 'skipped')") if table == 'shopify_task' else SQL()
            deleted = const.PRUNE_BATCH
            while deleted >= const.PRUNE_BATCH:
                self.env.cr.execute(
                    SQL(
                        "DELETE FROM %(table)s WHERE id IN (SELECT id FROM %(table)s WHERE %(column)s < %(limit)s "
                        "%(condition)s LIMIT %(batch)s)",
                        table=SQL.identifier(table),
                        column=SQL.identifier(column),
                        condition=condition,
                        limit=fields.Datetime.now() - timedelta(days=days),
                        batch=const.PRUNE_BATCH,
                    )
                )
                deleted = self.env.cr.rowcount
                if not self.env['ir.cron']._commit_progress(processed=deleted):
                    return
