import resource
import time
from unittest.mock import patch

from odoo import api, fields, models

# As many orders as this are a bulk operation in the benchmark too, however few they are.
SMALL = 'odoo.addons.shopify_connector.sync.history_find._FEW_NUMBERS'
SECONDS = 3600


class BenchFloor(models.AbstractModel):
    _inherit = 'bench.floor'

    @api.model
    def measure_history(self, backend_id, first, last):
        """Import the orders with the numbers from ``first`` to ``last`` through a bulk operation, in this process:
        ``{orders, seconds, queries, requests, points, kilobytes}``. The pauses while Shopify works do not count;
        ``kilobytes`` are what the process grew by after its first fifth."""
        backend = self.env['shopify.backend'].browse(backend_id)
        run = self.env['shopify.import'].create({'backend_id': backend_id, 'order_numbers': f'{first}-{last}'})
        self.env.cr.commit()
        watch = _Watch(self.env, run)
        with patch(SMALL, 0):
            run.action_import()
            while run._is_running() and watch.seconds < SECONDS:
                run._tasks().write({'due_at': fields.Datetime.now()})
                self.env.cr.commit()
                with watch:
                    self.env['shopify.engine']._run(backend, 'catalogue')
                if run.state == 'waiting':
                    time.sleep(0.2)
        return {
            'orders': run.done_count,
            'created': run.created_count,
            'seconds': watch.seconds,
            'queries': watch.queries,
            'requests': run.requests,
            'points': run.points,
            'kilobytes': watch.growth(),
        }


class _Watch:
    """Time and queries inside of ``with``, and the process's peak memory by orders that were done."""

    def __init__(self, env, run):
        self.env, self.run = env, run
        self.seconds, self.queries, self.peaks = 0.0, 0, []
        self.engine = type(env['shopify.sync.history'])

    def __enter__(self):
        self.started, self.before = time.monotonic(), self.env.cr.sql_log_count
        self.patch = patch.object(self.engine, '_note_rows', self._noting(self.engine._note_rows))
        self.patch.start()

    def __exit__(self, *_error):
        self.patch.stop()
        self.seconds += time.monotonic() - self.started
        self.queries += self.env.cr.sql_log_count - self.before

    def _noting(self, method):
        def note(model, *arguments):
            method(model, *arguments)
            self.peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

        return note

    def growth(self):
        return self.peaks[-1] - self.peaks[len(self.peaks) // 5] if self.peaks else 0
