"""Levels that show something else than what was last known: who changed them, and whose word counts."""

from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..entities import inventory as mapping


class ShopifySyncLevels(models.AbstractModel):
    _inherit = 'shopify.sync.levels'

    @api.model
    def _compare(self, backend, rows, whole_items=True):
        """Levels seen for the first time are taken as they are; others must be what is known, or be explained.

        With ``whole_items`` the rows are all levels of their items, so that a level without a row is not stocked.
        """
        rows = [mapping.Seen(*row) for row in rows]
        bindings = self.env['shopify.variant.binding'].search(
            [('backend_id', '=', backend.id), ('inventory_item_gid', 'in', list({row.item for row in rows}))]
        )
        levels = {
            (level.variant_binding_id.inventory_item_gid, level.location_id.gid): level
            for level in self._ensure(backend, bindings)
        }
        seen = [
            (levels.pop((row.item, row.location)), row.available, row.active)
            for row in rows
            if (row.item, row.location) in levels
        ]
        odd = self.env['shopify.inventory.level'].union(
            *(level for level, available, _active in seen if level.is_known and level.known != available)
        )
        wanted = self.env['shopify.sync.quantity']._targets(backend, odd)
        missing = bool(odd) and self._orders_missing(backend)
        for level, available, active in seen:
            explained = wanted.get(level.id) == available or not missing and self._is_nobodys_sale(backend, level)
            self._compare_one(backend, level, (available, active), explained)
        if whole_items:
            self.env['shopify.inventory.level'].union(*levels.values()).write(
                {
                    'is_known': True,
                    'is_active': False,
                    'known': 0,
                    'known_at': fields.Datetime.now(),
                    'check_after': False,
                }
            )

    def _compare_one(self, backend, level, found, explained):
        """Another value than the known one is believed when it is what Odoo wants anyway, or ``explained``."""
        available, active = found
        as_known = not level.is_known or not level.is_active or level.known == available
        if not as_known and not explained:
            self._wait_for_orders(backend, level)
            return
        if not as_known or level.unexplained_since:
            self.env['shopify.task']._add(backend, 'stock', [str(level.product_id.id)], source='shopify')
        self._accept(level, available, active)

    def _is_nobodys_sale(self, backend, level):
        """Whether all orders were read since the other value was first seen and none explains it, so that a person has
        edited it. Odoo's word counts then, and the value seen is what the next write starts from."""
        since = level.unexplained_since
        if not since or fields.Datetime.now() < since + timedelta(seconds=const.UNEXPLAINED_SECONDS):
            return False
        return bool(backend.swept_at and backend.swept_at > since + timedelta(seconds=const.SEARCH_LAG_SECONDS))

    def _orders_missing(self, backend):
        """Whether orders are known of that are not in Odoo yet, for whatever reason: their sales are in the levels."""
        tasks = self.env['shopify.task'].search(
            [('backend_id', '=', backend.id), ('kind', '=', 'order'), ('state', 'in', ('pending', 'failed'))]
        )
        keys = set(tasks.mapped('key'))
        imported = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', list(keys))]
        )
        return bool(keys - set(imported.mapped('gid'))) or any(
            task.state == 'pending' and not task.tries for task in tasks
        )

    def _wait_for_orders(self, backend, level):
        """A sale that Odoo has not seen may be behind it: orders first, then the level again."""
        now = fields.Datetime.now()
        level.write(
            {
                'unexplained_since': level.unexplained_since or now,
                'check_after': now + timedelta(seconds=const.UNEXPLAINED_SECONDS + 1),
                'message': self.env._(
                    "Shopify shows another quantity than the last known one. Its orders are read first."
                ),
            }
        )
        self._sweep_for(backend, level.unexplained_since)
        backend._wake('stock', level.check_after)

    def _sweep_for(self, backend, since):
        """Look for orders now, and once more when Shopify's search has had the time to show those of that moment."""
        shown = since + timedelta(seconds=const.SEARCH_LAG_SECONDS + 1)
        if not backend.swept_at or backend.swept_at <= since:
            backend._enqueue('sweep', str(backend.id), source='shopify')
        if not backend.swept_at or backend.swept_at < shown:
            backend._enqueue('sweep', f'{backend.id} again', source='shopify', due_at=max(shown, fields.Datetime.now()))
