"""The guard: so much at once that a person is asked before a shop shows it."""

from datetime import timedelta

from odoo import api, fields, models

from ..entities import stock_push as mapping

_WINDOW = timedelta(hours=1)


class ShopifySyncGuard(models.AbstractModel):
    _name = 'shopify.sync.guard'
    _description = "Shopify Stock Guard"

    @api.model
    def _let_through(self, backend, rows):
        """The rows that may be written; the others go on the guard's list.

        What was written within the last hour counts together with ``rows``, so that many small pushes are one large one.
        A level that is on the list stays there until somebody decides, however small the next push is.
        """
        check = self.env['shopify.stock.check']
        held_ids = set(check._held_levels(backend).ids)
        still_held, free = self._sort_held(backend, rows, held_ids)
        tripping = self._tripping(backend, free)
        if still_held or tripping:
            self._hold(backend, still_held + tripping)
        stopped = set(tripping)
        passing = [row for row in free if row not in stopped]
        if released := [row.level_id for row in passing if row.level_id in held_ids]:
            check._release(backend, self.env['shopify.inventory.level'].browse(released))
        return passing

    def _sort_held(self, backend, rows, held_ids):
        """``(rows that wait for a person already, the others)``. A level that was held because it would have become zero
        is free again when it would not any more."""
        if not held_ids:
            return [], rows
        emptied = set(
            self.env['shopify.stock.difference']
            .search(
                [
                    ('backend_id', '=', backend.id),
                    ('level_id', 'in', [row.level_id for row in rows if row.quantity > 0]),
                    ('state', '=', 'open'),
                    ('check_id.kind', '=', 'guard'),
                    ('in_odoo', '=', 0),
                ]
            )
            .level_id.ids
        )
        waits = held_ids - emptied
        return [row for row in rows if row.level_id in waits], [row for row in rows if row.level_id not in waits]

    def _tripping(self, backend, rows):
        """The rows that are too many."""
        emptying = [row for row in rows if mapping.is_emptied(row.known, row.quantity)]
        percent, minimum = backend.guard_change_percent, backend.guard_minimum
        if not rows or not (percent > 0 or emptying):
            return []
        written = self.env['shopify.stock.push']._get_written(backend, fields.Datetime.now() - _WINDOW)
        changed = {level for level, _before, _after in written} | {row.level_id for row in rows}
        if percent > 0 and mapping.trips(changed, self._count(backend), percent, minimum):
            return rows
        emptied = self._still_empty({level for level, before, after in written if mapping.is_emptied(before, after)})
        base = self._count(backend, ('known', '>', 0)) + len(emptied)
        emptied |= {row.level_id for row in emptying}
        return emptying if mapping.trips(emptied, base, backend.guard_zero_percent, minimum) else []

    def _still_empty(self, level_ids):
        return set(self.env['shopify.inventory.level'].search([('id', 'in', list(level_ids)), ('known', '<=', 0)]).ids)

    def _count(self, backend, *conditions):
        return self.env['shopify.inventory.level'].search_count(
            [
                ('backend_id', '=', backend.id),
                ('location_id.active', '=', True),
                ('is_known', '=', True),
                ('is_active', '=', True),
                *conditions,
            ]
        )

    def _hold(self, backend, rows):
        levels = self.env['shopify.inventory.level'].browse([row.level_id for row in rows])
        self.env['shopify.stock.check']._hold(
            backend, [(level, row.known, row.quantity) for level, row in zip(levels, rows, strict=True)]
        )
        note = self.env._("The guard holds this quantity back until somebody decides.")
        levels.filtered(lambda level: level.message != note).message = note
