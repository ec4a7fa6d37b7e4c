"""What Shopify's levels show: read, remembered, and compared with what was last known."""

from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..entities import inventory as mapping
from ..shopify import paging


class ShopifySyncLevels(models.AbstractModel):
    _name = 'shopify.sync.levels'
    _description = "Shopify Levels"

    # === SALES OF THE STORE ITSELF === #

    @api.model
    def _note_sales(self, backend, sales):
        """``sales``: ``[(product id, units, sold at, location gid or '')]`` of orders of this store that were just placed."""
        if backend.stock_export:
            self.env['shopify.level.sale'].create(
                [
                    {
                        'backend_id': backend.id,
                        'product_id': product,
                        'quantity': units,
                        'sold_at': sold_at,
                        'location_gid': place,
                    }
                    for product, units, sold_at, place in sales
                ]
            )

    @api.model
    def _take_sales(self, backend):
        """The store's own sales have lowered its levels: what is known follows without a request, and is looked at later.

        A sale from before the level was read is in the value already. Returns levels that are to be read before anything is
        written there: those that had waited for just such a sale, and those of which nobody knows whether it was theirs.
        """
        sales = self.env['shopify.level.sale']._take(backend)
        levels_of = self._sold_levels(backend, [sale.product_id for sale in sales])
        unclear = self.env['shopify.inventory.level']
        for sale in sales:
            levels = levels_of.get(sale.product_id, unclear.browse()).filtered(
                # What may be back is looked for once more rather than not at all.
                lambda level, sale=sale: (
                    level.known_at < sale.moment or not sale.units and level.known_at == sale.moment
                )
            )
            own = (
                levels.filtered(lambda level, sale=sale: level.location_id.gid == sale.place) if sale.place else levels
            )
            if sale.units:
                self._apply_sale(own, int(sale.units))
            else:
                self._apply_change(levels, sale)
            unclear |= levels.filtered('unexplained_since') | (own if len(own) > 1 else own.browse())
        self._take_back_counted(backend, sales)
        return unclear

    def _sold_levels(self, backend, product_ids):
        """``{product id: levels}`` that are known, at all locations that are mapped."""
        return (
            self.env['shopify.inventory.level']
            .search(
                [
                    ('backend_id', '=', backend.id),
                    ('variant_binding_id.product_id', 'in', product_ids),
                    ('is_known', '=', True),
                    ('is_active', '=', True),
                    ('location_id', 'in', backend.location_ids.filtered('warehouse_id').ids),
                ]
            )
            .grouped(lambda level: level.variant_binding_id.product_id.id)
        )

    def _apply_sale(self, levels, units):
        """``levels``: the one that was sold from, or all that it may have been, which are read."""
        now = fields.Datetime.now()
        if len(levels) == 1:
            levels.known -= units
            levels.committed += units
            self._check_by(levels, now + timedelta(seconds=const.CONCLUDED_CHECK_SECONDS))
            return
        for level in levels:
            level.may_leave += units
            self._check_by(level, now)

    def _apply_change(self, levels, sale):
        """Units that somebody may have put back on any of these shelves, or sent away from them."""
        for level in levels:
            level.may_return += int(sale.may_return)
            level.may_ship += int(sale.may_ship)
            self._check_by(level, fields.Datetime.now() + timedelta(seconds=const.CONCLUDED_CHECK_SECONDS))

    def _check_by(self, level, moment):
        level.check_after = min(level.check_after or moment, moment)

    @api.model
    def _enqueue_when_due(self, backend):
        """Levels whose value was concluded, or that nothing has explained yet, are read again when their time has come.
        Those that are no longer read have nothing to wait for."""
        due = self.env['shopify.inventory.level'].search(
            [('backend_id', '=', backend.id), ('check_after', '<=', fields.Datetime.now())]
        )
        read = due.filtered(self._is_read)
        (due - read).check_after = False
        items = {*read.variant_binding_id.mapped('inventory_item_gid'), *self._settled_by_hand(backend)}
        self.env['shopify.task']._add(backend, 'level', list(items), source='poll')

    def _is_read(self, level):
        binding, location = level.variant_binding_id, level.location_id
        return bool(
            binding.inventory_item_gid
            and not binding.deleted_at
            and location.active
            and location.warehouse_id
            and not level.ended_at
        )

    # === READ === #

    @api.model
    def _handle_levels(self, backend, tasks):
        """Somebody, or a sale, has changed levels in Shopify: read them as they are."""
        if backend.stock_export:
            unclear = self._take_sales(backend)
            items = self._unexpected_items(backend, tasks)
            items += [gid for gid in unclear.variant_binding_id.mapped('inventory_item_gid') if gid not in items]
            if items:
                self._compare(backend, self._read_items(backend._get_client('stock'), items))
        tasks.exists()._set_done()

    def _unexpected_items(self, backend, tasks):
        """The inventory items of which a delivery tells another value than the known one, or none. The echo of our own
        writes and of sales that were imported costs no request, and neither do items and places that are not linked."""
        levels = self.env['shopify.inventory.level'].search(
            [
                ('backend_id', '=', backend.id),
                ('variant_binding_id.inventory_item_gid', 'in', list({task.key.split('|')[0] for task in tasks})),
            ]
        )
        known = {
            f'{level.variant_binding_id.inventory_item_gid}|{level.location_id.gid}': level.known
            for level in levels
            if level.is_known and level.is_active and not level.check_after
        }
        places = set(backend.location_ids.filtered('warehouse_id').mapped('gid'))
        linked = set(self._linked_items(backend, tasks))
        return list(
            dict.fromkeys(
                item
                for task in tasks
                for item, _bar, place in [task.key.partition('|')]
                if item in linked and (not place or place in places)
                if not task.has_value or known.get(task.key) != task.value
            )
        )

    def _linked_items(self, backend, tasks):
        return (
            self.env['shopify.variant.binding']
            .search(
                [
                    ('backend_id', '=', backend.id),
                    ('inventory_item_gid', 'in', list({task.key.split('|')[0] for task in tasks})),
                    ('deleted_at', '=', False),
                ]
            )
            .mapped('inventory_item_gid')
        )

    @api.model
    def _read_items(self, client, items):
        """``[entities.inventory.Seen, …]``: all levels of these items, also those where they are not stocked. What is no
        longer there ends quietly."""
        found, nowhere, gone = [], [], []
        for ids, nodes in paging.read_nodes(client, mapping.LEVELS_OF_ITEMS, items):
            for item, node in zip(ids, nodes, strict=True):
                if not node or not node.get('inventoryLevels'):
                    gone.append(item)
                    continue
                levels = self._all_levels(client, node)
                url, tracked = node.get('inventoryHistoryUrl'), node.get('tracked', True)
                found += [mapping.seen(item, level['location']['id'], level, url, tracked) for level in levels]
                if not levels:
                    nowhere.append(item)
        self._end_items(nowhere, gone)
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
    def _ensure(self, backend, bindings, ended=False):
        """A row for each of ``bindings`` at each mapped location of the store; without ``ended``, none where Shopify has
        been told to stock the item no longer."""
        locations = backend.location_ids.filtered(lambda row: row.active and row.warehouse_id)
        levels = self.env['shopify.inventory.level'].search(
            [('variant_binding_id', 'in', bindings.ids), ('location_id', 'in', locations.ids)]
        )
        known = {(level.variant_binding_id.id, level.location_id.id) for level in levels}
        levels += levels.create(
            [
                {'variant_binding_id': binding.id, 'location_id': location.id}
                for binding in bindings
                for location in locations
                if (binding.id, location.id) not in known
            ]
        )
        return levels if ended else levels.filtered(lambda level: not level.ended_at)

    def _accept(self, level, available, active, row=None):
        """The level is what was seen. ``row``: the ``entities.inventory.Seen`` that it comes from."""
        values = {
            'known': available,
            'is_known': True,
            'is_active': active,
            'known_at': fields.Datetime.now(),
            'check_after': False,
            'unexplained_since': False,
            'difference': 0,
            'unseen': 0,
            'may_return': 0,
            'may_leave': 0,
            'may_ship': 0,
            'ended_at': False,
            'message': False,
        }
        if row and row.committed is not None:
            values.update(committed=row.committed, set_aside=row.set_aside, parts_known=True)
        level.write(values)
