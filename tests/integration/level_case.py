"""What tests of levels share: a shop's people change quantities, and time passes."""

from datetime import timedelta

from odoo import fields

from tests.integration.test_stock import StockCase


class LevelCase(StockCase):
    """Two stores that sell one product."""

    def place_of(self, backend):
        return backend.location_ids.filtered('warehouse_id')[:1]

    def control(self, path, **body):
        """Something happens in the first shop, through the simulator's control page."""
        return self.simulator.request('POST', f'/shops/{self.alpha.shop_domain}/{path}', body)

    def ring_level(self, backend=None, place=None):
        """Shopify rings for the product's level."""
        backend = backend or self.alpha
        item = self.binding(backend).inventory_item_gid
        return self.ring(backend, 'level', f'{item}|{(place or self.place_of(backend)).gid}')

    def edit(self, backend, place=None, **change):
        """Somebody changes the quantity in the shop, and Shopify rings."""
        place = place or self.place_of(backend)
        self.simulator.set_inventory(backend.shop_domain, self.SKU, location_id=place.gid, **change)
        self.ring_level(backend, place)

    def wait(self, *backends):
        """Let the moments pass in which orders may still explain it."""
        for backend in backends or (self.alpha, self.beta):
            self.settle(backend)

    def settle(self, backend):
        for _round in range(3):
            now = fields.Datetime.now()
            self.env['shopify.task'].search([('state', '=', 'pending')]).due_at = now
            levels = self.env['shopify.inventory.level'].search(
                [('backend_id', '=', backend.id), ('check_after', '!=', False)]
            )
            levels.check_after = now
            levels.filtered('unexplained_since').unexplained_since = now - timedelta(minutes=5)
            self.env.flush_all()
            self.run_lane(backend, 'orders')
            self.run_lane(backend, 'stock')
