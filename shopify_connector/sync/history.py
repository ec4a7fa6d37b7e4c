"""Imports: of past orders, and by their heirs of products and customers. Found, read and brought over batch by batch.

The position is committed together with the batch that it stands behind. A run that is stopped by anything at all, a
crash or a person, goes on there.
"""

import contextlib
import time

from odoo import api, fields, models

from .. import const
from ..shopify import errors

# A batch keeps the other lanes, and so new orders, from writing.
_SECONDS_A_BATCH = 4.0
_FIRST_BATCH = 20
_SMALLEST_BATCH = 10


# What is imported -> who does it.
_WORKERS = {
    'orders': 'shopify.sync.history',
    'products': 'shopify.sync.history.products',
    'customers': 'shopify.sync.history.customers',
}


class Pace:
    """How many records make a batch: as many as take ``_SECONDS_A_BATCH`` to write, by what the last ones took, and at
    most ``most``."""

    def __init__(self, most):
        self.most = most
        self.size = min(_FIRST_BATCH, most)

    @contextlib.contextmanager
    def measured(self, count):
        started = time.monotonic()
        yield
        if count:
            fitting = int(_SECONDS_A_BATCH * count / max(time.monotonic() - started, 0.001))
            self.size = max(min(_SMALLEST_BATCH, self.most), min(fitting, 2 * self.size, self.most))


class ShopifySyncHistory(models.AbstractModel):
    _name = 'shopify.sync.history'
    _description = "Shopify Imports Of Past Orders"

    @api.model
    def _handle_history(self, backend, tasks):
        """The imports of a store, one after the other, each as far as the lane's time reaches."""
        for task in tasks:
            run = self.env['shopify.import'].browse(int(task.key)).exists()
            worker = self.env[_WORKERS[run.what or 'orders']]
            if run._is_running():
                worker._go_on(backend, run, task)
            else:
                worker._tidy_up(backend, run)
                task._set_done()
            if not self.env['shopify.engine']._is_time_left():
                break

    def _go_on(self, backend, run, task):
        """The next part of a run; errors that will not pass by themselves end it with their sentence."""
        client = backend._get_client('catalogue')
        started, count = time.monotonic(), run.done_count
        try:
            self._work(backend, client, run, task)
        except errors.ShopifyError as error:
            self.env.cr.rollback()
            if not isinstance(error, errors.GiveUpError):
                raise
            if not (isinstance(error, errors.ResultGoneError) and self._is_made_again(run, task, error)):
                run.write({'state': 'failed', 'message': error.message, 'done_at': fields.Datetime.now()})
                task._set_failed(error.code, error.message, error.request_id)
        run.write(
            {
                'requests': run.requests + client.usage.requests,
                'points': run.points + float(client.usage.points_actual),
            }
        )
        self.env['shopify.sync.log']._note(
            backend,
            f'import_{run.what}',
            'error' if run.state == 'failed' else 'ok',
            lane='catalogue',
            records=run.done_count - count,
            requests=client.usage.requests,
            points=float(client.usage.points_actual),
            duration_ms=int((time.monotonic() - started) * 1000),
        )

    def _is_made_again(self, run, task, error):
        """Shopify keeps a result for a week; a run that comes back later has it made again and goes on at its position. At
        once the first time, then after longer and longer pauses, and not for ever: what refuses the file may stay."""
        run.bulk_gid = False
        if task.tries >= len(const.RETRY_DELAYS):
            return False
        run.state = 'waiting'
        if task.tries:
            task._set_retry(error.code, error.message, error.request_id)
        else:
            task.tries = 1
        return True

    def _work(self, backend, client, run, task):
        if run.state == 'waiting':
            if not self._is_found(backend, client, run, task):
                return
            run.write({'state': 'reading', 'resumed_at': fields.Datetime.now(), 'resumed_count': run.done_count})
            self.env['shopify.engine']._is_time_left(0)
        pace = Pace(self._most_a_batch())
        for batch in self._batches(backend, client, run, pace):
            if not self._bring(backend, client, run, task, batch, pace):
                return
            if not (self.env['shopify.engine']._is_time_left() and backend._is_live()):
                return
        self._finish(backend, run, task)

    def _finish(self, backend, run, task):
        figures = {
            'count': run.done_count,
            'created': run.created_count + run.linked_count,
            'changed': run.changed_count,
            'skipped': run.skipped_count,
            'failed': run.failed_count,
        }
        text = self._finished_text(run.mode == 'dry_run', figures)
        run.write({'state': 'done', 'message': text, 'done_at': fields.Datetime.now()})
        task._set_done(text)
        self._spool(run).remove()

    # === WHAT IS SAID === #

    def _most_a_batch(self):
        return const.ORDERS_PER_BATCH

    def _finished_text(self, dry, figures):
        if dry:
            return self.env._(
                "%(count)s orders looked at: %(created)s would be created or linked, %(changed)s changed, %(skipped)s skipped, "
                "%(failed)s need a person. Nothing was changed.",
                **figures,
            )
        return self.env._(
            "%(count)s orders looked at: %(created)s created or linked, %(changed)s changed, %(skipped)s skipped, "
            "%(failed)s need a person.",
            **figures,
        )

    def _progress_text(self, done, found):
        return self.env._("%(done)s of %(found)s orders", done=done, found=found)

    def _waiting_text(self, count=None):
        if count is None:
            return self.env._("Shopify is putting the orders together.")
        return self.env._("Shopify is putting the orders together: %(count)s rows so far.", count=count)
