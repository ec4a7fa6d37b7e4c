"""Comparisons of all quantities of a store: begun by a person or by the clock, gone on with as far as the lane's time
reaches, and carried out as a person has decided.

What is done is committed together with the position behind it: whatever stops a comparison, it goes on there.
"""

from datetime import datetime, timedelta, timezone

from odoo import api, fields, models

from ..shopify import errors, when


class ShopifySyncStockCheck(models.AbstractModel):
    _name = 'shopify.sync.stock.check'
    _description = "Shopify Stock Comparisons"

    @api.model
    def _handle_check(self, backend, tasks):
        """The comparisons of a store, one after the other. Each settles its task or gives it a time to come back at."""
        for task in tasks:
            check = self.env['shopify.stock.check'].browse(int(task.key)).exists()
            if check.state == 'running':
                self._compare_on(backend, check, task)
            elif check.waiting_count:
                self._carry_on(backend, check, task)
            else:
                self._tidy_up(backend, check)
                task._set_done()
            if not self.env['shopify.engine']._is_time_left(0):
                break

    def _compare_on(self, backend, check, task):
        """The next part of a comparison; what will not pass by itself ends it with its sentence."""
        try:
            self._read_on(backend, check, task)
        except errors.GiveUpError as error:
            self.env.cr.rollback()
            check.write({'state': 'stopped', 'message': error.message, 'finished_at': fields.Datetime.now()})
            task._set_failed(error.code, error.message, error.request_id)

    def _come_back(self, check, task, seconds, text):
        """Nothing can be done before then; the text says what is waited for."""
        if check.state == 'running':
            check.message = text
        task.write(
            {
                'due_at': fields.Datetime.now() + timedelta(seconds=seconds),
                'message': text,
                'error_code': False,
            }
        )

    # === BY THE CLOCK === #

    @api.model
    def _enqueue_when_due(self, backend):
        """Begin the nightly comparison once the store's hour has come; one that somebody has begun since will do, and one
        that did not get to its end goes on."""
        if not (backend.stock_export and backend.reconcile_nightly):
            return
        moment = self._last_moment(backend, fields.Datetime.now())
        checks = self.env['shopify.stock.check']
        recent = checks.search_count(
            [
                ('backend_id', '=', backend.id),
                ('kind', 'in', ('first', 'full', 'reconcile')),
                ('started_at', '>=', moment),
            ],
            limit=1,
        )
        if not recent and (not backend.connected_at or backend.connected_at < moment):
            checks._begin(backend, 'reconcile', source='poll')

    @staticmethod
    def _last_moment(backend, now):
        """When it was the store's hour last, naive UTC, by the clock of the shop."""
        here = now.replace(tzinfo=timezone.utc).astimezone(when.zone_of(backend.timezone))
        minutes = round(backend.reconcile_hour * 60)
        moment = datetime.combine(here.date(), datetime.min.time()) + timedelta(minutes=minutes)
        if moment > here.replace(tzinfo=None):
            moment -= timedelta(days=1)
        return when.from_local(moment, backend.timezone)


class ShopifyEngine(models.AbstractModel):
    _inherit = 'shopify.engine'

    def _prelude(self, backend, lane):
        result = super()._prelude(backend, lane)
        if lane == 'stock':
            self.env['shopify.sync.stock.check']._enqueue_when_due(backend)
        return result
