"""What the tests of comparisons share: a store with products that Odoo knows, and a lane that is run until nothing waits."""

import time
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from tests.integration.simulated import SimulatedCase

READ = 'odoo.addons.shopify_connector.sync.stock_check_read'
SKUS = ('MCS-S-BLA', 'MCS-M-BLA', 'MCS-L-BLA')


class StockCheckCase(SimulatedCase):
    """A connected store whose stock export is off, and three of its variants with a product in Odoo."""

    def share(self):
        super().share()
        self.store = self.connected_store('northwind')
        self.domain = self.store.shop_domain
        variants = self.simulator.state(self.domain)['variants']
        self.ring(self.store, 'product', next(row['product_id'] for row in variants if row['sku'] == SKUS[0]))
        self.place = self.store.warehouse_id.lot_stock_id
        self.location = self.store.location_ids.filtered('warehouse_id')

    def variant(self, sku=SKUS[0]):
        return self.env['shopify.variant.binding'].search([('backend_id', '=', self.store.id), ('sku', '=', sku)])

    def level(self, sku=SKUS[0]):
        return self.variant(sku).level_ids.filtered(lambda level: level.location_id == self.location)

    def others(self):
        """Variants of the product beside the three that the tests speak of."""
        return self.env['shopify.variant.binding'].search(
            [('backend_id', '=', self.store.id), ('sku', 'not in', SKUS)]
        )

    def count(self, units, sku=SKUS[0]):
        """Count a product in Odoo, and let the transaction end."""
        quant = (
            self.env['stock.quant']
            .with_context(inventory_mode=True)
            .create(
                {
                    'product_id': self.variant(sku).product_id.id,
                    'location_id': self.place.id,
                    'inventory_quantity': units,
                }
            )
        )
        quant.action_apply_inventory()
        self.env.cr.flush()

    def in_odoo(self, sku=SKUS[0]):
        product = self.variant(sku).product_id.with_context(location=self.place.id)
        product.invalidate_recordset()
        return product.qty_available

    def shown(self, sku=SKUS[0]):
        """What the shop shows at the mapped location."""
        return self.levels_in_shop(self.store)[sku][self.location.gid]['available']

    def edit(self, units, sku=SKUS[0]):
        """Set a quantity by hand in the shop, and let nobody ring."""
        self.simulator.set_inventory(self.domain, sku, location_id=self.location.gid, available=units)

    def mutations(self):
        return self.simulator.stats(self.domain)['mutations']

    def align(self):
        """Have Odoo hold what the shop shows, for all variants, and export on."""
        for sku in self.env['shopify.variant.binding'].search([('backend_id', '=', self.store.id)]).mapped('sku'):
            self.count(self.shown(sku), sku)
        self.store.stock_export = True
        self.ring(self.store, 'stock_full', str(self.store.id))
        self.env['shopify.inventory.level'].search([]).known_at = fields.Datetime.now() - timedelta(hours=1)
        self.simulator.post(f'/shops/{self.domain}/stats/reset')

    def begin(self, action='action_switch_on_stock_export'):
        """Press a button that begins a comparison, and let it run; the comparison."""
        check = self.env['shopify.stock.check'].browse(getattr(self.store, action)()['res_id'])
        return self.go_on(check)

    def go_on(self, check, seconds=120):
        """Let the lanes work until the comparison waits for nobody but a person."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            check.invalidate_recordset()
            if check.state != 'running' and not check.waiting_count:
                break
            self.pass_time()
            self.run_lane(self.store, 'orders')
            self.run_lane(self.store, 'stock')
            time.sleep(0.05)
        check.invalidate_recordset()
        return check

    def pass_time(self):
        """The moments pass for which something waits."""
        now = fields.Datetime.now()
        self.env['shopify.task'].search([('state', '=', 'pending')]).due_at = now
        levels = self.env['shopify.inventory.level'].search([('check_after', '!=', False)])
        levels.check_after = now
        levels.filtered('unexplained_since').unexplained_since = fields.Datetime.subtract(now, minutes=5)
        for check in self.env['shopify.stock.check'].search([('phase', '=', 'orders')]):
            check.cursor = {'read_at': fields.Datetime.to_string(fields.Datetime.subtract(now, seconds=16))}
        self.env.flush_all()

    def line(self, check, sku=SKUS[0]):
        return check.line_ids.filtered(lambda line: line.variant_binding_id.sku == sku)

    def confirm(self, check, **values):
        """Say yes in the dialog, and let it be carried out."""
        action = check.action_confirm()
        wizard = self.env[action['res_model']].with_context(**action['context']).create(values)
        wizard.action_confirm()
        return self.go_on(check)

    @contextmanager
    def always_bulk(self):
        with patch(f'{READ}._FEW_LEVELS', -1):
            yield
