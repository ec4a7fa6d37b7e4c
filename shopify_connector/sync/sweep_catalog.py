"""What webhooks missed of the catalogue: every few minutes the products that changed since the watermark, as tasks."""

from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..entities import product_selection
from ..shopify import paging, when

_OVERLAP = timedelta(minutes=const.SWEEP_OVERLAP_MINUTES)
_WIDE = timedelta(hours=const.SWEEP_WIDE_HOURS)
_LATE = timedelta(hours=const.SWEEP_LATE_HOURS)
_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)


class ShopifyEngine(models.AbstractModel):
    _inherit = 'shopify.engine'

    def _prelude(self, backend, lane):
        """Override: the sweep of the products has its time in the lane of the catalogue."""
        result = super()._prelude(backend, lane)
        if lane == 'catalogue':
            self.env['shopify.sync.product']._enqueue_when_due(backend)
        return result


class ShopifySyncProduct(models.AbstractModel):
    _inherit = 'shopify.sync.product'

    @api.model
    def _enqueue_when_due(self, backend):
        due = fields.Datetime.now() - timedelta(minutes=const.PRODUCT_SWEEP_MINUTES, seconds=-5)
        if not backend.products_swept_at or backend.products_swept_at <= due:
            self.env['shopify.task']._add(backend, 'catalogue_sweep', [str(backend.id)], source='poll')

    @api.model
    def _handle_sweep(self, backend, tasks):
        """Products whose change no webhook has told: one request when there is none. The watermark moves when all of
        them are noted."""
        now = fields.Datetime.now()
        seen = backend.products_seen_until or now
        is_wide = self._is_wide_due(backend, now)
        query = when.since(self._changed_since(backend, seen, is_wide))
        client, newest, count = backend._get_client('catalogue'), seen, 0
        for page in paging.pages(client, product_selection.CHANGED, {'query': query}, ('products',)):
            count += self._note_changed(backend, page)
            newest = max([newest, *(when.to_utc(node['updatedAt']) for node in page)])
        settled = self._settled(backend, seen, newest, now)
        if is_wide or not backend.products_wide_at:
            settled['products_wide_at'] = now
        backend.write({'products_seen_until': newest, 'products_swept_at': now, **settled})
        tasks._set_done(self.env._("%(count)s changed products found.", count=count) if count else False)

    def _is_wide_due(self, backend, now):
        """Once an hour, until a day has gone by since the newest change was found: an index that is ill shows a change
        later than one that was made after it."""
        last, moved = backend.products_wide_at, backend.products_moved_at
        return bool(last and moved and last + _HOUR <= now and last < moved + _LATE)

    def _changed_since(self, backend, seen, is_wide=False):
        """Shopify's search lags: an overlap is looked at again, as far as something in it can have been missed."""
        if not backend.products_seen_until:
            # What was there before the store was connected comes with an import, when somebody asks for it.
            return seen
        if is_wide:
            return max(seen - _WIDE, backend.products_read_until or seen - _WIDE)
        since = seen - _OVERLAP
        return max(since, backend.products_settled_until or since)

    def _settled(self, backend, seen, newest, now):
        """What to remember of a look. Whatever changed until ``seen`` should be in the search by now when an overlap has gone
        by since ``seen`` was found; only how much time went by is taken from Odoo's clock, which may be wrong."""
        if newest > seen:
            return {'products_moved_at': now}
        if backend.products_moved_at and backend.products_moved_at + _OVERLAP <= now:
            return {'products_settled_until': max(seen + _SECOND, backend.products_settled_until or seen)}
        return {}

    def _note_changed(self, backend, nodes):
        """Tasks for the products that look different from what is known; the number of them."""
        rows = self.env['shopify.product.binding'].search_fetch(
            [
                ('backend_id', '=', backend.id),
                ('gid', 'in', [node['id'] for node in nodes]),
                ('deleted_at', '=', False),
            ],
            ['gid', 'shopify_updated_at'],
        )
        known = {row.gid: row.shopify_updated_at for row in rows}
        changed = [node['id'] for node in nodes if known.get(node['id']) != when.to_utc(node['updatedAt'])]
        return len(self.env['shopify.task']._add(backend, 'product', changed, source='poll'))
