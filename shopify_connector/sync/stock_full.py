"""All quantities of a store: read page by page, then written where they differ."""

from odoo import api, fields, models

from ..entities import inventory as mapping
from ..shopify import paging

_READ = 'read'


class ShopifySyncStockFull(models.AbstractModel):
    _name = 'shopify.sync.stock.full'
    _description = "Shopify Stock, All Of It"

    @api.model
    def _handle_full(self, backend, tasks):
        """Read every level, a commit a page, so that a stop loses nothing; then each product is a change like any other."""
        task = tasks[:1]
        if backend.stock_export:
            if not self._read_on(backend, task):
                return
            bindings = self.env['shopify.sync.quantity']._bindings(backend)
            self.env['shopify.task']._add(
                backend, 'stock', [str(id_) for id_ in bindings.product_id.ids], source='shopify'
            )
        tasks.exists()._set_done()

    def _read_on(self, backend, task):
        """Go on where ``task.cursor`` says; whether everything is read. A cursor is ``location id|page``."""
        client = backend._get_client('stock')
        levels = self.env['shopify.sync.levels']
        if not task.cursor:
            self.env['shopify.sync.quantity']._read_unseen(backend)
        levels._take_sales(backend)
        known, _bar, page = (task.cursor or '').partition('|')
        for location in backend.location_ids.filtered('warehouse_id').sorted('id'):
            is_known = known == str(location.id)
            if location.id < int(known or 0) or (is_known and page == _READ):
                continue
            for rows, cursor in self._pages(client, location, page if is_known else None):
                known_before = self._levels(location, rows)
                levels._compare(backend, rows, whole_items=False)
                self._note_learnt(backend, self._levels(location, rows) - known_before)
                task.cursor = f'{location.id}|{cursor or _READ}'
                if not self.env['shopify.engine']._is_time_left(0) and cursor:
                    return False
        return True

    def _levels(self, location, rows):
        """The levels of ``rows`` that are known."""
        return self.env['shopify.inventory.level'].search(
            [
                ('location_id', '=', location.id),
                ('variant_binding_id.inventory_item_gid', 'in', [row.item for row in rows]),
                ('is_known', '=', True),
                ('is_active', '=', True),
            ]
        )

    def _note_learnt(self, backend, levels):
        """Where a store that exports already begins to write: orders of this moment come first."""
        written = [('backend_id', '=', backend.id), ('pushed_at', '!=', False)]
        if levels and levels.search_count(written, limit=1):
            levels.learnt_at = fields.Datetime.now()

    def _pages(self, client, location, after):
        """``([entities.inventory.Seen, …], cursor or None)`` of each page."""
        variables = {'id': location.gid, 'first': mapping.LEVELS_PER_PAGE, 'after': after or None}
        path = ('location', 'inventoryLevels')
        for nodes, cursor in paging.walk(client, mapping.LEVELS_AT_LOCATION, variables, path):
            yield [mapping.seen(node['item']['id'], location.gid, node) for node in nodes], cursor
