"""The stock lane: what changed in Odoo goes to the store, many levels a request, compared before it is set."""

import time
import uuid

from odoo import api, models

from ..entities import inventory as mapping
from ..shopify import errors


class ShopifySyncStock(models.AbstractModel):
    _name = 'shopify.sync.stock'
    _description = "Shopify Stock"

    # === TASKS === #

    @api.model
    def _handle_stock(self, backend, tasks):
        """Products whose quantities have changed, each once however often that was."""
        products = self.env['product.product'].browse({int(task.key) for task in tasks}).exists()
        if backend.stock_export:
            self._push(backend, self.env['shopify.sync.quantity']._bindings(backend, products))
        tasks.exists()._set_done()

    @api.model
    def _handle_full(self, backend, tasks):
        """Everything: read all levels, then write what differs."""
        if backend.stock_export:
            client = backend._get_client('stock')
            levels = self.env['shopify.sync.levels']
            levels._take_sales(backend)
            for location in backend.location_ids.filtered('warehouse_id'):
                for rows in levels._read_location(client, location):
                    levels._compare(backend, rows, whole_items=False)
                    self.env['ir.cron']._commit_progress()
            self._push(backend, self.env['shopify.sync.quantity']._bindings(backend))
        tasks.exists()._set_done()

    @api.model
    def _get_preview(self, backend):
        """``([{variant_binding_id, location_id, present, wanted}, …], number of levels that are right)`` of a store
        whose stock is not exported yet; reads the shop, writes nothing."""
        client = backend._get_client('stock')
        levels_sync = self.env['shopify.sync.levels']
        bindings = {row.inventory_item_gid: row for row in self.env['shopify.sync.quantity']._bindings(backend)}
        rows, same = [], 0
        for location in backend.location_ids.filtered('warehouse_id'):
            wanted = self.env['shopify.sync.quantity']._wanted_at(
                location, self.env['shopify.variant.binding'].union(*bindings.values())
            )
            for page in levels_sync._read_location(client, location):
                known = [(bindings[row.item], row.available) for row in page if row.item in bindings]
                differing = [(binding, available) for binding, available in known if wanted[binding.id] != available]
                same += len(known) - len(differing)
                rows += [
                    {
                        'variant_binding_id': binding.id,
                        'location_id': location.id,
                        'present': available,
                        'wanted': wanted[binding.id],
                    }
                    for binding, available in differing
                ]
        return rows, same

    # === WRITE === #

    @api.model
    def _push(self, backend, bindings):
        """Write what differs from what is known at Shopify; nothing is asked for a level that is right already."""
        started = time.monotonic()
        client = backend._get_client('stock')
        levels_sync = self.env['shopify.sync.levels']
        explained = levels_sync._take_sales(backend)
        if explained:
            items = list(dict.fromkeys(explained.variant_binding_id.mapped('inventory_item_gid')))
            levels_sync._compare(backend, levels_sync._read_items(client, items))
            bindings |= explained.variant_binding_id
        levels = levels_sync._ensure(backend, bindings)
        self._learn_unknown(backend, client, levels)
        targets = self.env['shopify.sync.quantity']._targets(backend, levels)
        self._activate(
            client, levels.filtered(lambda level: level.is_known and not level.is_active and targets[level.id])
        )
        rows = [
            mapping.Row(
                level.id,
                level.variant_binding_id.inventory_item_gid,
                level.location_id.gid,
                targets[level.id],
                level.known,
            )
            for level in levels
            if level.is_active and level.is_known and not level.unexplained_since and targets[level.id] != level.known
        ]
        self.env['ir.cron']._commit_progress()
        for start in range(0, len(rows), mapping.LEVELS_PER_MUTATION):
            self._write(backend, client, rows[start : start + mapping.LEVELS_PER_MUTATION])
        if client.usage.requests:
            self.env['shopify.sync.log']._note(
                backend,
                'stock',
                lane='stock',
                records=len(rows),
                requests=client.usage.requests,
                points=float(client.usage.points_actual),
                duration_ms=int((time.monotonic() - started) * 1000),
            )

    def _learn_unknown(self, backend, client, levels):
        unknown = levels.filtered(lambda level: not level.is_known)
        items = list(dict.fromkeys(unknown.variant_binding_id.mapped('inventory_item_gid')))
        if items:
            sync = self.env['shopify.sync.levels']
            sync._compare(backend, sync._read_items(client, items))

    def _activate(self, client, levels):
        """An item that is not stocked at the location yet is stocked there, so that its quantity sells."""
        for level in levels:
            variables = {
                'item': level.variant_binding_id.inventory_item_gid,
                'location': level.location_id.gid,
                'key': str(uuid.uuid4()),
            }
            answer = client.mutate(mapping.ACTIVATE, variables, idempotent=True)['inventoryActivate']
            if answer['userErrors']:
                level.message = answer['userErrors'][0]['message']
                continue
            level.write({'is_active': True, 'known': mapping.quantity_of(answer['inventoryLevel']), 'message': False})

    def _write(self, backend, client, rows):
        """Up to 250 levels. Rows that Shopify calls stale are looked into; the others are written without them."""
        reference = f'gid://odoo-connector/StockSync/{backend.id}-{uuid.uuid4().hex[:12]}'
        variables = {'input': mapping.payload(rows, reference), 'key': str(uuid.uuid4())}
        problems = client.mutate(mapping.SET, variables, idempotent=True)['inventorySetQuantities']['userErrors']
        if not problems:
            self.env['shopify.sync.levels']._apply_pushed(rows)
            self.env['ir.cron']._commit_progress()
            return
        if any(problem.get('code') == 'IDEMPOTENCY_CONCURRENT_REQUEST' for problem in problems):
            raise errors.Unavailable(code='idempotency_concurrent_request', retry_after=5.0)
        bad = mapping.refused_rows(problems)
        if not bad:
            raise errors.UserErrors.of(problems)
        self._look_into(backend, client, rows, bad)
        self.env['ir.cron']._commit_progress()
        rest = [row for index, row in enumerate(rows) if index not in bad]
        if rest:
            self._write(backend, client, rest)

    def _look_into(self, backend, client, rows, bad):
        """Stale levels are read, and believed once orders explain them; what else Shopify refuses is kept at the level
        and told by a task, and keeps no other level waiting. ``bad``: ``{index: userError}``."""
        stale = [rows[index] for index, problem in bad.items() if problem.get('code') in mapping.STALE_CODES]
        if stale:
            sync = self.env['shopify.sync.levels']
            sync._compare(backend, sync._read_items(client, list(dict.fromkeys(row.item_gid for row in stale))))
        for index, problem in bad.items():
            if problem.get('code') not in mapping.STALE_CODES:
                level = self.env['shopify.inventory.level'].browse(rows[index].level_id)
                level.message = problem['message']
                task = self.env['shopify.task']._add(backend, 'stock', [str(level.product_id.id)], source='shopify')
                task._set_failed(
                    (problem.get('code') or 'refused').lower(),
                    self.env._(
                        "Shopify refuses the quantity of %(name)s: %(reason)s",
                        name=level.display_name,
                        reason=problem['message'],
                    ),
                )
