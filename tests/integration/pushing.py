"""What tests of writing quantities share: a product with its variants in one store, crashes, and what the shop saw."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.addons.shopify_connector.shopify.client import Client

from tests.integration.test_stock import StockCase


class Crash(BaseException):
    """The process ends here."""


class PushCase(StockCase):
    """One store that exports its stock; each variant of the product has 50 units in Odoo and in the shop."""

    def share(self):
        # One store is enough here, and sooner there than two.
        super(StockCase, self).share()
        self.alpha = self.exporting('northwind')
        self.product = self.binding(self.alpha).product_id
        self.place = self.alpha.warehouse_id.lot_stock_id
        self.bindings = self.env['shopify.variant.binding'].search([('backend_id', '=', self.alpha.id)])
        self.products = self.bindings.product_id
        for product in self.products:
            self.env['stock.quant']._update_available_quantity(product, self.place, 50)
        self.env.cr.flush()
        self.switch_on(self.alpha)
        self.location = self.alpha.location_ids.filtered('warehouse_id').gid
        self.forget()

    def forget(self):
        """Leave out of the figures what was so far."""
        self.simulator.post(f'/shops/{self.alpha.shop_domain}/stats/reset')
        rows = self.journal()
        self.serial = rows[-1]['serial'] if rows else 0

    def journal(self):
        """Every change of a quantity in the shop since the last :meth:`forget`."""
        path = f'/shops/{self.alpha.shop_domain}/journal?after={getattr(self, "serial", 0)}'
        return self.simulator.get(path)['rows']

    def change(self, *units, products=None):
        """Give the variants other quantities in Odoo."""
        for product, wanted in zip(products or self.products, units, strict=False):
            self.env['stock.quant']._update_available_quantity(product, self.place, wanted - product.qty_available)
        self.env.cr.flush()
        self.env.invalidate_all()

    def in_shop(self, *products):
        """What the shop shows of the products, all of them by default."""
        levels = self.levels_in_shop(self.alpha)
        skus = [self.bindings.filtered(lambda row, one=one: row.product_id == one).sku for one in products or self.products]
        return [levels[sku][self.location]['available'] for sku in skus]

    def level(self, product=None):
        product = product or self.products[0]
        return self.bindings.filtered(lambda row: row.product_id == product).level_ids

    def pushes(self, **values):
        domain = [('backend_id', '=', self.alpha.id), *((name, '=', value) for name, value in values.items())]
        return self.env['shopify.stock.push'].search(domain)

    def asked(self, operation='SetAvailable'):
        operations = self.simulator.stats(self.alpha.shop_domain)['by_operation']
        return operations.get(operation, {}).get('requests', 0)

    def sent(self):
        """What was written through the API since the last :meth:`forget`: ``[(before, after), …]``."""
        return [(row['before'], row['after']) for row in self.journal() if row['source'] == 'api']

    @contextmanager
    def crashing(self, done):
        """The process ends at the first write: before it leaves, or with ``done`` as soon as Shopify has done it."""
        mutate = Client.mutate

        def crash(client, *args, **kwargs):
            if done:
                mutate(client, *args, **kwargs)
            raise Crash

        with patch.object(Client, 'mutate', crash):
            yield

    def crash(self, done=True):
        # Not assertRaises: Odoo's rolls back to where it began, and with it what was committed.
        try:
            with self.crashing(done):
                self.run_lane(self.alpha, 'stock')
        except Crash:
            self.env.invalidate_all()
        else:
            self.fail("nothing was written")

    def hurry(self, *kinds):
        """Let the tasks that wait be due."""
        tasks = self.env['shopify.task'].search([('state', '=', 'pending')])
        tasks.filtered(lambda task: not kinds or task.kind in kinds).due_at = fields.Datetime.now()
        self.env.flush_all()

    def settle_stock(self):
        self.hurry('stock', 'level')
        self.run_lane(self.alpha, 'stock')
