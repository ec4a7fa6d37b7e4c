"""What webhooks missed: every few minutes the orders that changed since the watermark, as tasks."""

from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..entities import order_documents
from ..shopify import errors, paging, when


class ShopifySyncSweep(models.AbstractModel):
    _name = 'shopify.sync.sweep'
    _description = "Shopify Sweep"

    @api.model
    def _enqueue_when_due(self, backend):
        now = fields.Datetime.now()
        if not backend.swept_at or backend.swept_at <= now - timedelta(minutes=const.SWEEP_MINUTES, seconds=-5):
            self.env['shopify.task']._add(backend, 'sweep', [str(backend.id)], source='poll')

    @api.model
    def _handle_sweep(self, backend, tasks):
        """Orders whose change no webhook has told. The watermark moves only when all of them are noted; it stays an
        overlap behind, because Shopify's search lags."""
        now = fields.Datetime.now()
        since = (backend.orders_seen_until or now) - timedelta(minutes=const.SWEEP_OVERLAP_MINUTES)
        client = backend._get_client('orders')
        newest, count = backend.orders_seen_until or now, 0
        for page in self._changed_orders(client, since):
            count += self._note_changed(backend, page)
            newest = max([newest, *(when.to_utc(node['updatedAt']) for node in page)])
        backend.write({'orders_seen_until': newest, 'swept_at': now})
        tasks._set_done(self.env._("%(count)s changed orders found.", count=count) if count else False)
        if self.env['shopify.engine']._is_time_left():
            self._check_subscriptions(backend)

    def _check_subscriptions(self, backend):
        """What Shopify has removed is restored. A failure must not take the orders along that were just found."""
        now = fields.Datetime.now()
        checked = backend.subscriptions_checked_at
        if checked and checked > now - timedelta(hours=const.SUBSCRIPTION_CHECK_HOURS):
            return
        backend.subscriptions_checked_at = now
        try:
            self.env['shopify.sync.connection']._restore_subscriptions(backend)
        except errors.WaitError:
            backend.subscriptions_checked_at = checked
        except errors.ShopifyError as error:
            backend._note_attention(error.message)

    @api.model
    def _handle_import(self, backend, tasks):
        """All orders since the store's date. Only noted here, read and written by the lane like any other; a commit a
        page, so that stopping loses nothing."""
        client, task = backend._get_client('orders'), tasks[:1]
        since = fields.Datetime.to_datetime(backend.orders_since) or fields.Datetime.now() - timedelta(days=60)
        start = {'query': when.since(since, 'created_at'), **({'after': task.cursor} if task.cursor else {})}
        for page, cursor in paging.walk(client, order_documents.CHANGED, start, ('orders',)):
            task._keep_position(cursor, self._note_changed(backend, page))
            task.message = self.env._("%(count)s orders found", count=task.value)
            if not (self.env['shopify.engine']._is_time_left() and backend._is_live()) and cursor:
                return
        tasks._set_done(self.env._("%(count)s orders to import.", count=task.value))

    def _changed_orders(self, client, since):
        return paging.pages(client, order_documents.CHANGED, {'query': when.since(since)}, ('orders',))

    def _note_changed(self, backend, nodes):
        """Tasks for the orders that look different from what is known; the number of them."""
        known = {
            row.gid: row.shopify_updated_at
            for row in self.env['shopify.order.binding'].search_fetch(
                [('backend_id', '=', backend.id), ('gid', 'in', [node['id'] for node in nodes])],
                ['gid', 'shopify_updated_at'],
            )
        }
        changed = [node['id'] for node in nodes if known.get(node['id']) != when.to_utc(node['updatedAt'])]
        return len(self.env['shopify.task']._add(backend, 'order', changed, source='poll'))
