"""Levels that show something else than what was last known: who changed them, and whose word counts."""

from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..entities import inventory as mapping
from ..entities import stock_edit

# A sweep notes orders for a moment after the time that it stands for.
_SWEEP_SECONDS = 10


class ShopifySyncLevels(models.AbstractModel):
    _inherit = 'shopify.sync.levels'

    @api.model
    def _compare(self, backend, rows, whole_items=True):
        """Levels seen for the first time are taken as they are; others must be what is known, or be explained.

        ``rows``: ``entities.inventory.Seen``. With ``whole_items`` they are all levels of their items, so that a level
        without a row is not stocked.
        """
        rows = [mapping.Seen(*row) for row in rows]
        levels = self._levels_of(backend, rows)
        seen = [(levels.pop(row[:2]), row) for row in rows if row[:2] in levels]
        nothing = self.env['shopify.inventory.level']
        odd = nothing.union(*(level for level, row in seen if self._is_odd(level, row)))
        self._note_moves(seen, odd, rows)
        explained = self.env['shopify.sync.quantity']._explained(backend, odd)
        edits, closed = [], nothing
        for level, row in seen:
            if not row.active:
                self._accept_inactive(level, row)
            elif level not in odd or self._is_believed(level, row, explained[level.id].quantity):
                self._accept_explained(backend, level, row)
                closed |= level
            elif self._has_waited(backend, level, row):
                edits.append((level, row, explained[level.id].quantity))
        self._close_asked(closed)
        if whole_items:
            self._end(nothing.union(*levels.values()), self._unstocked_note())
        if edits:
            self._decide(backend, edits)

    def _levels_of(self, backend, rows):
        """``{(item gid, location gid): level}`` at all mapped locations, of the items that are linked."""
        bindings = self.env['shopify.variant.binding'].search(
            [('backend_id', '=', backend.id), ('inventory_item_gid', 'in', list({row.item for row in rows}))]
        )
        tracked = {row.item: row.tracked for row in rows if row.tracked is not None}
        for binding in bindings:
            if binding.tracked != tracked.get(binding.inventory_item_gid, binding.tracked):
                binding.tracked = tracked[binding.inventory_item_gid]
        return {
            (level.variant_binding_id.inventory_item_gid, level.location_id.gid): level
            for level in self._ensure(backend, bindings, ended=True)
        }

    @staticmethod
    def _baseline(level):
        may_move = None if level.may_move < 0 else level.may_move
        return stock_edit.Baseline(
            level.known,
            level.committed,
            level.set_aside,
            level.may_return,
            level.may_leave,
            may_move,
            level.may_ship,
            level.parts_known,
        )

    def _note_moves(self, seen, odd, rows):
        """An order that ships from another location than before frees units at one level and commits them at another, which
        may be at a place that is not linked."""
        linked = {row[:2] for _level, row in seen}
        unlinked = {row.item for row in rows if row.active and row[:2] not in linked}
        for level, row in seen:
            if level not in odd:
                continue
            arrived = sum(
                max(stock_edit.unseen(self._baseline(other), found), 0)
                for other, found in seen
                if found.item == row.item and other != level
            )
            may_move = -1 if row.item in unlinked else arrived
            if level.may_move != may_move:
                level.may_move = may_move

    def _is_odd(self, level, row):
        """Whether another value is seen than the known one; what was not stocked is believed as it is."""
        return bool(level.is_known and level.is_active and row.active and level.known != row.available)

    def _is_believed(self, level, row, wanted):
        """Whether nobody has to be waited for: nothing is written there, or orders that Odoo has make of the level what it
        shows. By mere chance a sale of which Odoo knows nothing may make it what Odoo wants, too."""
        if wanted is None:
            return True
        return wanted == row.available and stock_edit.is_accounted(self._baseline(level), row)

    def _accept_inactive(self, level, row):
        """Stocked nowhere: either it never was, or somebody has ended it."""
        if level.is_known and level.is_active:
            self._end(level, self._unstocked_note())
        elif not level.ended_at:
            self._accept(level, row.available, False, row)

    def _accept_explained(self, backend, level, row):
        """What is seen is what Odoo wants anyway, or as known, or new. Whatever has changed is compared with Odoo again."""
        as_known = level.is_known and level.is_active and level.known == row.available
        if level.is_known and (not as_known or level.unexplained_since or level.set_aside != row.set_aside):
            self.env['shopify.task']._add(backend, 'stock', [str(level.product_id.id)], source='shopify')
        self._accept(level, row.available, row.active, row)

    # === WAIT FOR ORDERS === #

    def _has_waited(self, backend, level, row):
        """Whether a difference has stayed the same for long enough, and all orders of that time are in Odoo; else the level
        waits. What the shop has only put aside, and sales that are known of, need no waiting."""
        baseline = self._baseline(level)
        if stock_edit.is_clear(baseline, row):
            return True
        units, unseen = stock_edit.unexplained(baseline, row), stock_edit.unseen(baseline, row)
        if not level.unexplained_since or (units, unseen) != (level.difference, level.unseen):
            level.unexplained_since = fields.Datetime.now()
        level.write({'difference': units, 'unseen': unseen})
        if self._is_nobodys_sale(backend, level) and not self._orders_missing(backend, everything=unseen > 0):
            return True
        self._wait_for_orders(backend, level)
        return False

    def _is_nobodys_sale(self, backend, level):
        """Whether all orders were read since the difference was first seen, so that a person has made it."""
        since = level.unexplained_since
        if fields.Datetime.now() < since + timedelta(seconds=const.UNEXPLAINED_SECONDS):
            return False
        return bool(backend.swept_at and backend.swept_at > since + timedelta(seconds=const.SEARCH_LAG_SECONDS))

    def _orders_missing(self, backend, everything=True):
        """Whether orders are known of that are not in Odoo yet, for whatever reason: their sales are in the levels.

        Without ``everything``, only those that the last sweep may have found: later ones have changed nothing that was
        seen before it.
        """
        tasks = self.env['shopify.task'].search(
            [('backend_id', '=', backend.id), ('kind', '=', 'order'), ('state', 'in', ('pending', 'failed'))]
        )
        if not everything:
            until = backend.swept_at + timedelta(seconds=_SWEEP_SECONDS)
            tasks = tasks.filtered(lambda task: task.state == 'failed' or task.tries or task.due_at <= until)
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
