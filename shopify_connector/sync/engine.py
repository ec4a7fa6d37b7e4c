"""The lanes: take what is due, do it, write down how it went."""

import contextlib
import logging
import time

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_ERRORS_TO_RETRY

from .. import const
from ..shopify import errors

_logger = logging.getLogger(__name__)

_CONFLICT_TRIES = 5
_SPLIT_KINDS = {
    'order', 'product', 'customer', 'stock', 'level', 'books', 'draft', 'stock_extras', 'customer_export', 'company',
    'price_list', 'privacy', 'fulfillment_order', 'delivery', 'return',
}  # fmt: skip
# One for what writes orders, products, contacts and stock, one for the books: neither waits for the other.
_TURN_KEYS = {'orders': 7_340_000_000, 'books': 7_340_000_001}

# kind of task -> (model, method); the method gets the backend and the tasks of its kind and settles each of them.
HANDLERS = {
    'order': ('shopify.sync.order', '_handle_orders'),
    'sweep': ('shopify.sync.sweep', '_handle_sweep'),
    'orders_import': ('shopify.sync.sweep', '_handle_import'),
    'app': ('shopify.sync.connection', '_handle_uninstalled'),
    'heal': ('shopify.sync.placeholder', '_handle_heal'),
    'stock': ('shopify.sync.stock', '_handle_stock'),
    'stock_full': ('shopify.sync.stock.full', '_handle_full'),
    'level': ('shopify.sync.levels', '_handle_levels'),
    'stock_take': ('shopify.sync.levels', '_handle_take'),
    'stock_check': ('shopify.sync.stock.check', '_handle_check'),
    'stock_extras': ('shopify.sync.stock_extras', '_handle_extras'),
    'product': ('shopify.sync.product', '_handle_products'),
    'catalogue': ('shopify.sync.product', '_handle_catalogue'),
    'product_export': ('shopify.sync.catalog.push', '_handle_export'),
    'customer': ('shopify.sync.customer', '_handle_customers'),
    'customers_import': ('shopify.sync.customer', '_handle_import'),
    'catalogue_sweep': ('shopify.sync.product', '_handle_sweep'),
    'customers_sweep': ('shopify.sync.customer', '_handle_sweep'),
    'customer_merge': ('shopify.sync.customer', '_handle_merges'),
    'customer_export': ('shopify.sync.customer.push', '_handle_exports'),
    'location': ('shopify.sync.location', '_handle_locations'),
    'shop': ('shopify.sync.connection', '_handle_shop'),
    'privacy': ('shopify.sync.customer', '_handle_privacy'),
    'draft': ('shopify.sync.draft', '_handle_drafts'),
    'order_action': ('shopify.sync.order.action', '_handle_actions'),
    'fulfillment_order': ('shopify.sync.fulfillment.order', '_handle_rings'),
    'return': ('shopify.sync.returns', '_handle_rings'),
    'delivery': ('shopify.sync.delivery', '_handle_deliveries'),
    'history': ('shopify.sync.history', '_handle_history'),
    'company': ('shopify.sync.company', '_handle_companies'),
    'price_bulk': ('shopify.sync.price_bulk', '_handle_price_bulk'),
    'price_list': ('shopify.sync.price_list', '_handle_price_lists'),
    'initial': ('shopify.sync.initial', '_handle_initial'),
    'books': ('shopify.sync.books', '_handle_books'),
    'catalog_settle': ('shopify.sync.catalog', '_handle_settle'),
    'product_images': ('shopify.sync.catalog.images', '_handle_images'),
}


class ShopifyBackend(models.Model):
    _inherit = 'shopify.backend'

    @api.model
    def _cron_run_lane(self, backend_id, lane):
        """The cron's entry: ``backend_id``'s due tasks of ``lane``, until none is left or the time is up."""
        backend = self.browse(backend_id).exists()
        if backend and backend._is_live():
            self.env['shopify.engine']._run(backend, lane)
        else:
            # It may have run while the store was disconnected, so that it could not be switched off then.
            self.env['ir.cron']._commit_progress(deactivate=True)


class ShopifyEngine(models.AbstractModel):
    _name = 'shopify.engine'
    _description = "Shopify Engine"

    @api.model
    def _run(self, backend, lane):
        backend = backend.with_company(backend.company_id).with_context(
            tracking_disable=True,
            mail_create_nosubscribe=True,
            mail_create_nolog=True,
            mail_notrack=True,
            active_test=True,
            lang=backend.env.user.lang,
        )
        self = self.with_env(backend.env)
        self._prelude(backend, lane)
        while True:
            self._unfold(backend, lane)
            most = const.STOCK_TASKS_PER_ROUND if lane == 'stock' else const.TASKS_PER_ROUND
            tasks = self.env['shopify.task']._get_due(backend, lane, most)
            if not tasks:
                break
            for kind, kind_tasks in tasks.grouped('kind').items():
                self._run_handler(backend, kind, kind_tasks)
                if not self._is_time_left(0):
                    break
            settled = tasks.exists().filtered(lambda task: task.state != 'pending')
            left = self.env['shopify.task']._count_due(backend, lane)
            if not self._is_time_left(len(settled), left):
                break
        self._wake_for_later(backend, lane)
        self._let_others(backend, lane)

    def _unfold(self, backend, lane):
        """Many changes may be one row, written by somebody who did not want to wait: each gets a task of its own."""
        while lane == 'stock' and self.env['shopify.task']._unfold_stock(backend):
            self._renew_snapshot()
        if lane == 'catalogue' and self.env['shopify.task']._unfold_prices(backend):
            self._renew_snapshot()

    def _let_others(self, backend, lane):
        """What is left is a run of its own. Odoo would call this one ten times over, longer than a worker may take, while
        the other lanes wait."""
        if self.env['shopify.task']._count_due(backend, lane):
            backend._wake(lane)
        self.env['ir.cron']._commit_progress(remaining=0)

    @api.model
    def _is_time_left(self, processed=1, remaining=None):
        """Commit, and say whether the lane may go on. Odoo ends a cron that takes too long: long work stops in time,
        stays due and goes on in the next run."""
        return bool(self.env['ir.cron']._commit_progress(processed, remaining=remaining))

    def _prelude(self, backend, lane):
        """What a lane does by itself when its time has come, before the tasks."""
        if lane == 'orders':
            self.env['shopify.sync.sweep']._enqueue_when_due(backend)
            self.env['shopify.sync.delivery']._enqueue_when_due(backend)
        elif lane == 'stock':
            self.env['shopify.sync.levels']._enqueue_when_due(backend)

    def _wake_for_later(self, backend, lane):
        """What waits for its time calls the lane itself: the regular run would come minutes late."""
        moments = (
            self.env['shopify.task']
            .search(
                [('backend_id', '=', backend.id), ('lane', '=', lane), ('state', '=', 'pending')],
                order='due_at',
                limit=1,
            )
            .mapped('due_at')
        )
        if lane == 'stock':
            moments += (
                self.env['shopify.inventory.level']
                .search([('backend_id', '=', backend.id), ('check_after', '!=', False)], order='check_after', limit=1)
                .mapped('check_after')
            )
        if moments:
            backend._wake(lane, min(moments))
        self._ring_for_next(backend)

    def _ring_for_next(self, backend):
        """The next of the store's triggers, when it is near, is not left to the workers' own minute."""
        now = fields.Datetime.now()
        following = self.env['ir.cron.trigger'].search(
            [('cron_id', 'in', backend.sudo().cron_ids.ids), ('call_at', '>', now)], order='call_at', limit=1
        )
        if following:
            self.env['shopify.task']._ring_workers((following.call_at - now).total_seconds() + 0.5)

    def _run_handler(self, backend, kind, tasks):
        """One kind of task. Whatever happens is written to the tasks after the rollback, and stops no other kind."""
        model, method = HANDLERS[kind]
        handler = getattr(self.env[model], method)
        for attempt in range(_CONFLICT_TRIES):
            try:
                open_tasks = tasks.exists().filtered(lambda task: task.state == 'pending')
                if open_tasks:
                    self._settle_before(backend, open_tasks)
                    handler(backend, open_tasks)
                break
            except OperationalError as error:
                self.env.cr.rollback()
                if error.pgcode not in PG_CONCURRENCY_ERRORS_TO_RETRY:
                    raise
                if attempt + 1 == _CONFLICT_TRIES:
                    self._settle_error(backend, tasks, error)
                else:
                    time.sleep(0.05 * 2**attempt)
            except Exception as error:
                self.env.cr.rollback()
                self._settle_or_split(backend, kind, tasks, error)
                break
        self.env['ir.cron']._commit_progress()

    def _settle_before(self, backend, tasks):
        """Nobody looks at levels while a write of them has no answer yet."""
        if tasks[:1].lane == 'stock':
            self.env['shopify.sync.stock']._settle_open(backend)

    def _settle_or_split(self, backend, kind, tasks, error):
        """One bad record must not fail those that are done together with it: they are tried again by halves."""
        groups = list(tasks.exists().filtered(lambda task: task.state == 'pending').grouped('key').values())
        if len(groups) < 2 or kind not in _SPLIT_KINDS or isinstance(error, (errors.WaitError, errors.AskPersonError)):
            self._settle_error(backend, tasks, error)
            return
        middle = len(groups) // 2
        for half in (groups[:middle], groups[middle:]):
            self._run_handler(backend, kind, self.env['shopify.task'].union(*half))

    def _settle_error(self, backend, tasks, error):
        """What the error says to do next: wait, ask a person, give up."""
        tasks = tasks.exists().filtered(lambda task: task.state == 'pending')
        code, message, request_id = self._explain(error)
        if isinstance(error, errors.WaitError):
            tasks._set_retry(code, message, request_id, retry_after=error.retry_after, counted=False)
        elif isinstance(error, errors.AskPersonError):
            backend._note_attention(message)
            tasks._set_retry(code, message, request_id, retry_after=300.0, counted=False)
        elif isinstance(error, errors.GiveUpError):
            tasks._set_failed(code, message, request_id)
        else:
            if not isinstance(error, (OperationalError, errors.UnclearError)):
                _logger.error("A Shopify task of %s failed.", backend.name, exc_info=error)
            tasks._set_retry(code, message, request_id)
        self.env['shopify.sync.log']._note(
            backend,
            tasks[:1].kind or 'task',
            'error',
            message=message,
            request_id=request_id or False,
            records=len(tasks),
        )

    @api.model
    def _explain(self, error):
        """``(code, sentence, Shopify's request id)`` of any exception."""
        if isinstance(error, errors.ShopifyError):
            return error.code, error.message, error.request_id
        if isinstance(error, OperationalError):
            return (
                'conflict',
                self.env._("Somebody else worked on the same records. It is tried again by itself."),
                None,
            )
        text = str(error).strip().splitlines()
        return type(error).__name__, text[0] if text else type(error).__name__, None

    @api.model
    @contextlib.contextmanager
    def _attempt(self, failures, key):
        """A savepoint for one record: its error goes to ``failures[key]`` and leaves the others alone.

        Conflicts with other transactions are no record's fault and pass through.
        """
        try:
            with self.env.cr.savepoint():
                yield
        except OperationalError:
            raise
        except errors.WaitError:
            raise
        except Exception as error:
            self.env.invalidate_all()
            if not isinstance(error, errors.ShopifyError):
                _logger.info("Shopify record %s failed.", key, exc_info=error)
            failures[key] = error

    @api.model
    @contextlib.contextmanager
    def _turn(self, what='orders'):
        """One lane at a time writes products, contacts, orders and stock, and one books. Two stores that sell the same
        products would otherwise create them twice, rewrite the same quantities and undo each other's transactions.

        The lock outlives the commit that renews the snapshot: what the one before us wrote is seen.
        """
        self._renew_snapshot()
        self.env.cr.execute("SELECT pg_advisory_lock(%s)", [_TURN_KEYS[what]])
        try:
            self._renew_snapshot()
            yield
            self._renew_snapshot()
        except BaseException:
            self.env.cr.rollback()
            raise
        finally:
            self.env.cr.execute("SELECT pg_advisory_unlock(%s)", [_TURN_KEYS[what]])

    def _renew_snapshot(self):
        self.env['ir.cron']._commit_progress()

    @api.model
    def _settle_each(self, backend, tasks, failures):
        """Tasks whose key is in ``failures`` get that error, the others are done."""
        good = tasks.filtered(lambda task: task.key not in failures)
        good._set_done()
        for key, bad in (tasks - good).grouped('key').items():
            error = failures[key]
            code, message, request_id = self._explain(error)
            if isinstance(error, errors.GiveUpError):
                bad[1:]._set_done()
                bad[:1]._set_failed(code, message, request_id)
            else:
                bad._set_retry(code, message, request_id)
