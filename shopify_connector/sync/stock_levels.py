"""What Shopify's levels show: read, remembered, and compared with what was last known."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .. import const
from ..entities import inventory as mapping
from ..shopify import paging


class ShopifySyncLevels(models.AbstractModel):
    _name = 'shopify.sync.levels'
    _description = "Shopify Levels"

    # === SALES OF THE STORE ITSELF === #

    @api.model
    def _note_sales(self, backend, sales):
        """``sales``: ``[(product id, units, sold at)]`` of orders of this store that were just confirmed."""
        if backend.stock_export:
            self.env['shopify.level.sale'].create(
                [
                    {'backend_id': backend.id, 'product_id': product, 'quantity': units, 'sold_at': sold_at}
                    for product, units, sold_at in sales
                ]
            )

    @api.model
    def _take_sales(self, backend):
        """The store's own sales have lowered its levels: what is known follows without a request, and is looked at later.

        A sale from before the level was read is in the value already. With several locations nobody knows which one
        the sale lowered: these levels are read. Returns levels that had waited for just such a sale to explain them.
        """
        sales = self.env['shopify.level.sale']._take(backend)
        levels_of = (
            self.env['shopify.inventory.level']
            .search(
                [
                    ('backend_id', '=', backend.id),
                    ('variant_binding_id.product_id', 'in', [product_id for product_id, _units, _sold_at in sales]),
                    ('is_known', '=', True),
                    ('location_id.warehouse_id', '!=', False),
                ]
            )
            .grouped(lambda level: level.variant_binding_id.product_id.id)
        )
        explained = self.env['shopify.inventory.level']
        now = fields.Datetime.now()
        for product_id, units, sold_at in sales:
            levels = levels_of.get(product_id, explained.browse()).filtered(
                lambda level, sold_at=sold_at: level.known_at < sold_at
            )
            if len(levels) == 1:
                levels.known -= int(units)
                levels.check_after = levels.check_after or now + timedelta(seconds=const.CONCLUDED_CHECK_SECONDS)
                explained |= levels.filtered('unexplained_since')
            elif levels:
                levels.check_after = now
        return explained

    @api.model
    def _enqueue_when_due(self, backend):
        """Levels whose value was concluded, or that nothing has explained yet, are read again when their time has come."""
        due = self.env['shopify.inventory.level'].search(
            [('backend_id', '=', backend.id), ('check_after', '<=', fields.Datetime.now())]
        )
        self.env['shopify.task']._add(
            backend, 'level', [gid for gid in due.variant_binding_id.mapped('inventory_item_gid') if gid], source='poll'
        )

    # === READ === #

    @api.model
    def _handle_levels(self, backend, tasks):
        """Somebody, or a sale, has changed levels in Shopify: read them as they are."""
        if backend.stock_export:
            explained = self._take_sales(backend)
            items = self._unexpected_items(backend, tasks)
            items += [gid for gid in explained.variant_binding_id.mapped('inventory_item_gid') if gid not in items]
            if items:
                self._compare(backend, self._read_items(backend._get_client('stock'), items))
        tasks._set_done()

    def _unexpected_items(self, backend, tasks):
        """The inventory items of which a delivery tells another value than the known one, or none. The echo of our own
        writes and of sales that were imported costs no request."""
        known = {
            f'{level.variant_binding_id.inventory_item_gid}|{level.location_id.gid}': level.known
            for level in self.env['shopify.inventory.level'].search(
                [
                    ('backend_id', '=', backend.id),
                    ('is_known', '=', True),
                    ('check_after', '=', False),
                    ('variant_binding_id.inventory_item_gid', 'in', list({task.key.split('|')[0] for task in tasks})),
                ]
            )
        }
        return list(
            dict.fromkeys(
                task.key.split('|')[0] for task in tasks if not task.has_value or known.get(task.key) != task.value
            )
        )

    def _read_items(self, client, items):
        """``[entities.inventory.Seen, …]``: all levels of these items, also those where they are not stocked."""
        found = []
        for _ids, nodes in paging.read_nodes(client, mapping.LEVELS_OF_ITEMS, items):
            for node in nodes:
                if node and node.get('inventoryLevels'):
                    found += [
                        mapping.seen(
                            node['id'],
                            level['location']['id'],
                            level,
                            node.get('inventoryHistoryUrl'),
                            node.get('tracked', True),
                        )
                        for level in self._all_levels(client, node)
                    ]
        return found

    def _all_levels(self, client, node):
        levels, info = node['inventoryLevels']['nodes'], node['inventoryLevels']['pageInfo']
        if info['hasNextPage']:
            variables = {'id': node['id'], 'first': mapping.LEVELS_PER_PAGE, 'after': info['endCursor']}
            for page in paging.pages(client, mapping.MORE_LEVELS, variables, ('inventoryItem', 'inventoryLevels')):
                levels = levels + page
        return levels

    @api.model
    def _read_location(self, client, location):
        """All levels of a location, page by page."""
        variables = {'id': location.gid, 'first': mapping.LEVELS_PER_PAGE, 'after': None}
        for page in paging.pages(client, mapping.LEVELS_AT_LOCATION, variables, ('location', 'inventoryLevels')):
            yield [mapping.seen(level['item']['id'], location.gid, level) for level in page]

    # === REMEMBER === #

    @api.model
    def _ensure(self, backend, bindings):
        """A row for each of ``bindings`` at each mapped location of the store."""
        locations = backend.location_ids.filtered(lambda row: row.active and row.warehouse_id)
        levels = self.env['shopify.inventory.level'].search(
            [('variant_binding_id', 'in', bindings.ids), ('location_id', 'in', locations.ids)]
        )
        known = {(level.variant_binding_id.id, level.location_id.id) for level in levels}
        return levels + levels.create(
            [
                {'variant_binding_id': binding.id, 'location_id': location.id}
                for binding in bindings
                for location in locations
                if (binding.id, location.id) not in known
            ]
        )

    def _accept(self, level, available, active):
        level.write(
            {
                'known': available,
                'is_known': True,
                'is_active': active,
                'known_at': fields.Datetime.now(),
                'check_after': False,
                'unexplained_since': False,
                'message': False,
            }
        )

    @api.model
    def _apply_pushed(self, rows):
        """What was written is what is known, less the sales that were noted while the write was under way."""
        if rows:
            self.env.cr.execute(
                SQL(
                    """
                UPDATE shopify_inventory_level level
                   SET known = level.known + pushed.delta, is_known = true, pushed = pushed.quantity,
                       pushed_at = now() AT TIME ZONE 'UTC', known_at = now() AT TIME ZONE 'UTC', message = NULL
                  FROM unnest(%(ids)s, %(deltas)s, %(quantities)s) AS pushed(id, delta, quantity)
                 WHERE level.id = pushed.id
                """,
                    ids=[row.level_id for row in rows],
                    deltas=[row.quantity - (row.known or 0) for row in rows],
                    quantities=[row.quantity for row in rows],
                )
            )
            self.env['shopify.inventory.level'].invalidate_model()
