"""The stock lane: what changed in Odoo goes to the store, many levels a request, compared before it is set."""

import time
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .. import const
from ..entities import inventory as mapping

_PRODUCTS_PER_PUSH = 5000
_LEVELS_PER_LOOK = 2000


@dataclass(frozen=True)
class Run:
    """One push: to which store, whether a person has said yes, and the ids of the stock tasks whose changes are in the
    targets that were worked out at its beginning."""

    backend: object
    client: object
    confirmed: bool
    seen: set = field(default_factory=set)


class ShopifySyncStock(models.AbstractModel):
    _name = 'shopify.sync.stock'
    _description = "Shopify Stock"

    # === TASKS === #

    @api.model
    def _handle_stock(self, backend, tasks):
        """Products whose quantities have changed, each once however often that was."""
        if not backend.stock_export:
            tasks.exists()._set_done()
            return
        keys = list(dict.fromkeys(int(task.key) for task in tasks))
        tasks_of = tasks.grouped(lambda task: int(task.key))
        for start in range(0, len(keys), _PRODUCTS_PER_PUSH):
            part = keys[start : start + _PRODUCTS_PER_PUSH]
            products = self.env['product.product'].browse(part).exists()
            bindings = self.env['shopify.sync.quantity']._bindings(backend, products)
            part_tasks = self.env['shopify.task'].union(*(tasks_of[key] for key in part))
            self._forgive(backend, part_tasks)
            if not self._push(backend, bindings):
                break
            part_tasks.exists()._set_done()
            if start + _PRODUCTS_PER_PUSH < len(keys) and not self.env['shopify.engine']._is_time_left():
                break

    def _forgive(self, backend, tasks):
        """Somebody has asked for what Shopify refused to be tried again."""
        keys = [int(task.key) for task in tasks if task.error_code == const.STOCK_REFUSED]
        if keys:
            self.env['shopify.inventory.level'].search(
                [
                    ('backend_id', '=', backend.id),
                    ('refused_code', '!=', False),
                    ('variant_binding_id.product_id', 'in', keys),
                ]
            )._try_again()

    # === WRITE === #

    @api.model
    def _push(self, backend, bindings, confirmed=False):
        """Write what differs from what is known at Shopify; nothing is asked for a level that is right already. Returns
        whether there was time for all of it.

        ``confirmed``: a person has said yes to it, so that the guard lets it pass and what Shopify refused is tried again.
        """
        return self._send_levels(backend, self.env['shopify.sync.levels']._ensure(backend, bindings), confirmed)

    @api.model
    def _push_levels(self, backend, levels, confirmed=False):
        """The same for some levels of the store; those that are not written at all are left out."""
        products = levels.variant_binding_id.product_id
        bindings = self.env['shopify.sync.quantity']._bindings(backend, products) & levels.variant_binding_id
        return self._send_levels(
            backend, levels & self.env['shopify.sync.levels']._ensure(backend, bindings), confirmed
        )

    def _send_levels(self, backend, levels, confirmed):
        started = time.monotonic()
        client = backend._get_client('stock')
        if confirmed:
            levels._try_again()
        self._take_sales(backend, client)
        self._learn_unknown(backend, client, levels)
        run = Run(backend, client, confirmed, set(self._waiting_changes(backend)))
        rows = self._differing(backend, self._sendable(levels))
        if not confirmed:
            rows = self.env['shopify.sync.guard']._let_through(backend, rows)
        self.env['ir.cron']._commit_progress()
        count = len(rows)
        is_all = self._write_all(run, self._activate(run, rows))
        if client.usage.requests:
            self.env['shopify.sync.log']._note(
                backend,
                'stock',
                lane='stock',
                records=count,
                requests=client.usage.requests,
                points=float(client.usage.points_actual),
                duration_ms=int((time.monotonic() - started) * 1000),
            )
        return is_all

    def _take_sales(self, backend, client):
        """The store's own sales are in its levels already; those that had waited for one are looked at again."""
        sync = self.env['shopify.sync.levels']
        explained = sync._take_sales(backend)
        if explained:
            items = list(dict.fromkeys(explained.variant_binding_id.mapped('inventory_item_gid')))
            sync._compare(backend, sync._read_items(client, items))

    def _sendable(self, levels):
        """The levels that may be written. Of the others each says why: it waits for orders, is not stocked any more, or
        Shopify takes none."""
        bundles = levels.filtered('variant_binding_id.is_bundle')
        note = self.env._("Shopify works out a bundle's quantity from its components, so that none is written.")
        bundles.filtered(lambda level: level.message != note).message = note
        return (levels - bundles).filtered(
            lambda level: (
                level.is_known and not level.ended_at and not level.unexplained_since and not level._is_refused()
            )
        )

    def _differing(self, backend, levels):
        """``[entities.inventory.Row, …]`` of the levels that are to show something else, or to be stocked."""
        rows = []
        for start in range(0, len(levels), _LEVELS_PER_LOOK):
            part = levels[start : start + _LEVELS_PER_LOOK]
            targets = self.env['shopify.sync.quantity']._targets(backend, part)
            rows += [
                self._row(level, targets[level.id])
                for level in part
                if (targets[level.id] != level.known if level.is_active else targets[level.id] > 0)
            ]
        return rows

    @staticmethod
    def _row(level, quantity):
        return mapping.Row(
            level.id,
            level.variant_binding_id.inventory_item_gid,
            level.location_id.gid,
            quantity,
            level.known,
            level.is_active,
        )

    def _write_all(self, run, rows):
        """All rows in full mutations. A row that Shopify refused keeps no other waiting: those go with the next one.
        Returns whether there was time for all."""
        is_fresh = True
        while rows:
            if not is_fresh and not self.env['shopify.engine']._is_time_left(0):
                return False
            batch, rows = self._next_batch(run, rows, is_fresh)
            rows = self._write(run, batch) + rows if batch else rows
            is_fresh = False
        return True

    def _next_batch(self, run, rows, is_fresh):
        """``(rows to write now, rows left)``; what has waited for other mutations is looked at again, as late as can be."""
        batch, size = [], mapping.LEVELS_PER_MUTATION
        if not is_fresh:
            self._take_sales(run.backend, run.client)
        changes = {} if is_fresh else self._waiting_changes(run.backend)
        changed = {product for id_, key in changes.items() if id_ not in run.seen for product in key.split(',')}
        while rows and len(batch) < size:
            part, rows = rows[: size - len(batch)], rows[size - len(batch) :]
            part = part if is_fresh else self._refreshed(run, part, changed)
            batch += part if run.confirmed else self._after_orders(run.backend, self._without_unread(run.backend, part))
        return batch, rows

    def _waiting_changes(self, backend):
        """``{task id: product ids as text, with commas between}``: whatever changes what a level is to show has noted a task."""
        self.env['shopify.task'].flush_model(['backend_id', 'kind', 'key', 'state'])
        self.env.cr.execute(
            SQL(
                "SELECT id, key FROM shopify_task WHERE backend_id = %s AND lane = 'stock' AND state = 'pending' "
                "AND kind = 'stock'",
                backend.id,
            )
        )
        return dict(self.env.cr.fetchall())

    def _refreshed(self, run, rows, changed):
        """The rows as they are now; targets are worked out anew for products that are in ``changed``. What would be emptied
        only now has a task of its own, and the guard sees it then."""
        quantities = {row.level_id: row.quantity for row in rows}
        levels = self.env['shopify.inventory.level'].browse(list(quantities)).exists()
        levels = self._sendable(levels.filtered('is_active'))
        moved = levels.filtered(lambda level: str(level.product_id.id) in changed) if changed else levels.browse()
        fresh = [
            self._row(level, quantities[level.id]) for level in levels - moved if quantities[level.id] != level.known
        ]
        return fresh + [
            row
            for row in self._differing(run.backend, moved)
            if row.quantity > 0 or quantities[row.level_id] <= 0 or run.confirmed
        ]

    def _without_unread(self, backend, rows):
        """The rows whose last known value no delivery contradicts, and no sale. The others would be refused, and 249 more
        with each: they wait until the level is read."""
        unread = self._unread(backend, rows)
        levels = self.env['shopify.inventory.level'].browse(row.level_id for row in rows if row.level_id in unread)
        if levels:
            self._come_back(backend, levels, fields.Datetime.now() + timedelta(seconds=const.LEVEL_DELAY_SECONDS + 1))
        return [row for row in rows if row.level_id not in unread]

    def _unread(self, backend, rows):
        """The levels that are to be read, or of which a delivery that nobody has read yet tells something else than we
        know, and told it after we had come to know it."""
        ids = {f'{row.item_gid}|{row.location_gid}': row.level_id for row in rows}
        tasks = self.env['shopify.task'].search(
            [
                ('backend_id', '=', backend.id),
                ('kind', '=', 'level'),
                ('state', '=', 'pending'),
                ('key', 'in', list(ids)),
            ]
        )
        levels = self.env['shopify.inventory.level'].browse(ids.values())
        found = set(levels.filtered(self._is_doubtful).ids)
        for task in tasks:
            level = self.env['shopify.inventory.level'].browse(ids[task.key])
            is_known = task.has_value and task.value in (level.known, level.pushed)
            if not is_known and (not level.known_at or task.create_date >= level.known_at):
                found.add(level.id)
        return found
