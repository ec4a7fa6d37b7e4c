"""Shopify's quantities counted into Odoo."""

from odoo import api, models


class ShopifySyncLevels(models.AbstractModel):
    _inherit = 'shopify.sync.levels'

    @api.model
    def _handle_take(self, backend, tasks):
        """Count into Odoo what Shopify has on hand, as inventory adjustments; products that have stock in Odoo already
        are left alone, because another store may share it."""
        client = backend._get_client('stock')
        counted = 0
        for location in backend.location_ids.filtered('warehouse_id'):
            for rows in self._read_location(client, location):
                with self.env['shopify.engine']._turn():
                    counted += self._count_in(backend, location, rows)
        tasks._set_done(self.env._("%(count)s products counted.", count=counted))

    def _count_in(self, backend, location, rows):
        on_hand = {row.item: row.on_hand for row in rows if row.on_hand > 0}
        bindings = self.env['shopify.variant.binding'].search(
            [
                ('backend_id', '=', backend.id),
                ('inventory_item_gid', 'in', list(on_hand)),
                ('product_id.is_storable', '=', True),
            ]
        )
        place = location.warehouse_id.lot_stock_id
        wanted = {}
        for binding in bindings:
            product = binding.product_id
            if product.tracking == 'none' and not product.with_context(location=place.id).qty_available:
                wanted[product] = wanted.get(product, 0) + on_hand[binding.inventory_item_gid]
        quants = (
            self.env['stock.quant']
            .with_context(inventory_mode=True)
            .create(
                [
                    {'product_id': product.id, 'location_id': place.id, 'inventory_quantity': units}
                    for product, units in wanted.items()
                ]
            )
        )
        quants.action_apply_inventory()
        return len(quants)
