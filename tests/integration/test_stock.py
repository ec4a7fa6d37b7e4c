from datetime import timedelta

from odoo import fields

from tests.integration.simulated import SimulatedCase


class StockCase(SimulatedCase):
    """One product that both stores sell, with its stock in Odoo."""

    SKU = 'MCS-S-BLA'

    def share(self):
        super().share()
        self.alpha = self.exporting('northwind')
        self.beta = self.exporting('contoso')
        self.product = self.binding(self.alpha).product_id
        self.place = self.alpha.warehouse_id.lot_stock_id

    def exporting(self, handle):
        """A connected store of which the product is known; stock export is still off."""
        backend = self.connected_store(handle)
        variants = self.simulator.state(backend.shop_domain)['variants']
        self.ring(backend, 'product', next(row['product_id'] for row in variants if row['sku'] == self.SKU))
        return backend

    def binding(self, backend):
        return self.env['shopify.variant.binding'].search([('backend_id', '=', backend.id), ('sku', '=', self.SKU)])

    def count(self, units):
        """Count the product in Odoo, and let the transaction end."""
        quant = (
            self.env['stock.quant']
            .with_context(inventory_mode=True)
            .create({'product_id': self.product.id, 'location_id': self.place.id, 'inventory_quantity': units})
        )
        quant.action_apply_inventory()
        self.env.cr.flush()

    def shown(self, backend):
        """What the shop shows at the mapped location."""
        location = backend.location_ids.filtered('warehouse_id').gid
        return self.levels_in_shop(backend)[self.SKU][location]['available']

    def switch_on(self, *backends):
        for backend in backends:
            backend.stock_export = True
            self.ring(backend, 'stock_full', str(backend.id))

    def stock_tasks(self, backend):
        return self.env['shopify.task'].search(
            [('backend_id', '=', backend.id), ('kind', '=', 'stock'), ('state', '=', 'pending')]
        )

    def mutations(self, backend):
        operations = self.simulator.stats(backend.shop_domain)['by_operation']
        return operations.get('SetAvailable', {}).get('requests', 0)


class TestStockToStores(StockCase):
    def test_one_product_serves_both_stores(self):
        self.assertEqual(self.binding(self.beta).product_id, self.product)

    def test_nothing_is_written_before_it_is_switched_on(self):
        self.count(7)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.mutations(self.alpha), 0)
        self.assertFalse(self.stock_tasks(self.alpha))

    def test_a_count_in_odoo_reaches_every_store(self):
        self.switch_on(self.alpha, self.beta)
        self.count(13)
        for backend in (self.alpha, self.beta):
            self.run_lane(backend, 'stock')
            self.assertEqual(self.shown(backend), 13)

    def test_a_sale_in_one_store_lowers_the_other_and_is_not_written_back(self):
        self.count(20)
        self.switch_on(self.alpha, self.beta)
        self.simulator.post(f'/shops/{self.alpha.shop_domain}/stats/reset')
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 3}])
        self.ring(self.alpha, 'order', gid)
        self.env.cr.flush()
        for backend in (self.alpha, self.beta):
            self.run_lane(backend, 'stock')
            self.assertEqual(self.shown(backend), 17)
        self.assertEqual(self.mutations(self.alpha), 0)

    def test_a_cancelled_sale_gives_its_units_back_to_every_store(self):
        self.count(20)
        self.switch_on(self.alpha, self.beta)
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 3}])
        self.ring(self.alpha, 'order', gid)
        self.simulator.act(self.alpha.shop_domain, gid.rsplit('/', 1)[-1], 'cancel', restock=True)
        self.ring(self.alpha, 'order', gid)
        for backend in (self.alpha, self.beta):
            self.settle(backend)
            self.assertEqual(self.shown(backend), 20)

    def settle(self, backend):
        """Let the moments pass in which a level waits for an explanation."""
        for _round in range(3):
            self.env['shopify.task'].search([('state', '=', 'pending')]).due_at = fields.Datetime.now()
            levels = self.env['shopify.inventory.level'].search([('check_after', '!=', False)])
            levels.check_after = fields.Datetime.now()
            levels.filtered('unexplained_since').unexplained_since = fields.Datetime.now() - timedelta(minutes=5)
            self.env.flush_all()
            self.run_lane(backend, 'orders')
            self.run_lane(backend, 'stock')

    def test_a_sale_that_odoo_has_not_seen_is_never_undone(self):
        self.count(20)
        self.switch_on(self.alpha)
        self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 4}])
        self.count(19)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.shown(self.alpha), 16)
        level = self.binding(self.alpha).level_ids.filtered('is_known')
        self.assertTrue(level.unexplained_since)

    def test_orders_are_read_first_and_then_the_level_is_right(self):
        self.count(20)
        self.switch_on(self.alpha)
        self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 4}])
        self.count(19)
        self.run_lane(self.alpha, 'stock')
        self.run_lane(self.alpha, 'orders')
        self.env.cr.flush()
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.shown(self.alpha), 15)

    def test_a_quantity_edited_in_the_shop_is_set_right_once_no_order_explains_it(self):
        self.count(20)
        self.switch_on(self.alpha)
        location = self.alpha.location_ids.filtered('warehouse_id').gid
        self.simulator.set_inventory(self.alpha.shop_domain, self.SKU, location_id=location, available=99)
        item = self.binding(self.alpha).inventory_item_gid
        self.ring(self.alpha, 'level', f'{item}|{location}')
        self.assertEqual(self.shown(self.alpha), 99)
        self.settle(self.alpha)
        self.assertEqual(self.shown(self.alpha), 20)

    def test_an_unpaid_order_holds_its_units_in_every_store(self):
        self.count(20)
        self.switch_on(self.alpha, self.beta)
        gid = self.placed(self.alpha, kind='pending', lines=[{'sku': self.SKU, 'quantity': 2}])
        self.ring(self.alpha, 'order', gid)
        self.assertEqual(self.env['shopify.order.binding'].search([('gid', '=', gid)]).sale_order_id.state, 'draft')
        self.env.cr.flush()
        self.settle(self.beta)
        self.settle(self.alpha)
        self.assertEqual((self.shown(self.alpha), self.shown(self.beta)), (18, 18))

    def test_a_whole_catalogue_takes_one_mutation_for_250_levels(self):
        self.ring(self.alpha, 'catalogue', str(self.alpha.id))
        for binding in self.env['shopify.variant.binding'].search([('backend_id', '=', self.alpha.id)]):
            if binding.product_id.is_storable:
                self.env['stock.quant']._update_available_quantity(binding.product_id, self.place, 500)
        self.simulator.post(f'/shops/{self.alpha.shop_domain}/stats/reset')
        self.switch_on(self.alpha)
        self.assertEqual(self.shown(self.alpha), 500)
        self.assertEqual(self.mutations(self.alpha), 1)

    def test_an_answer_that_was_lost_is_repeated_with_the_same_key(self):
        self.count(20)
        self.switch_on(self.alpha)
        self.count(11)
        self.simulator.fault(self.alpha.shop_domain, 'disconnect_after', count=1, match='SetAvailable')
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.shown(self.alpha), 11)
        self.assertEqual(self.binding(self.alpha).level_ids.filtered('is_known').known, 11)

    def test_what_is_reserved_in_odoo_is_not_for_sale(self):
        self.count(20)
        self.switch_on(self.alpha)
        order = self.env['sale.order'].create(
            {
                'partner_id': self.env['res.partner'].create({'name': 'Walk-in'}).id,
                'order_line': [(0, 0, {'product_id': self.product.id, 'product_uom_qty': 6})],
            }
        )
        order.action_confirm()
        self.env.cr.flush()
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.shown(self.alpha), 14)

    def test_a_change_of_stock_is_one_insert_for_all_stores(self):
        self.switch_on(self.alpha, self.beta)
        self.count(5)
        self.assertEqual(len(self.stock_tasks(self.alpha)), 1)
        self.assertEqual(len(self.stock_tasks(self.beta)), 1)

    def test_shopifys_quantities_are_counted_into_odoo_where_there_is_none(self):
        self.count(3)
        shown = self.shown(self.alpha)
        self.ring(self.alpha, 'stock_take', str(self.alpha.id))
        self.assertEqual(self.product.qty_available, 3)
        other = self.env['shopify.variant.binding'].search(
            [('backend_id', '=', self.alpha.id), ('sku', '=', 'MCS-S-NAV')]
        )
        state = self.simulator.state(self.alpha.shop_domain)['levels']['MCS-S-NAV']
        location = self.alpha.location_ids.filtered('warehouse_id').gid
        self.assertEqual(other.product_id.qty_available, state[location]['on_hand'])
        self.assertEqual(self.shown(self.alpha), shown)


class TestCatalogue(StockCase):
    def test_variants_become_variants_of_one_product(self):
        template = self.product.product_tmpl_id
        bindings = self.env['shopify.product.binding'].search([('product_tmpl_id', '=', template.id)])
        self.assertEqual(len(bindings), 2)
        self.assertEqual(template.product_variant_count, len(bindings[0].variant_ids))
        self.assertTrue(self.product.is_storable)

    def test_importing_again_changes_nothing(self):
        before = self.env['product.product'].search_count([])
        self.ring(self.alpha, 'product', self.binding(self.alpha).product_binding_id.gid)
        self.assertEqual(self.env['product.product'].search_count([]), before)

    def test_a_product_deleted_in_one_store_stays_for_the_other(self):
        binding = self.binding(self.alpha).product_binding_id
        number = binding.gid.rsplit('/', 1)[-1]
        self.simulator.request('POST', f'/shops/{self.alpha.shop_domain}/products', {'id': number, 'delete': True})
        self.ring(self.alpha, 'product', binding.gid)
        self.assertTrue(binding.deleted_at)
        self.assertTrue(self.product.active)
        self.assertFalse(self.binding(self.beta).product_binding_id.deleted_at)


class TestWaiting(StockCase):

    def test_a_level_that_waits_calls_its_lane_even_when_an_earlier_call_comes_to_nothing(self):
        self.count(20)
        self.switch_on(self.alpha)
        level = self.binding(self.alpha).level_ids.filtered('is_known')
        cron = self.alpha.cron_ids.filtered(lambda cron: cron.shopify_lane == 'stock')
        moment = fields.Datetime.now() + timedelta(seconds=45)
        level.check_after = moment
        self.env['ir.cron.trigger'].search([('cron_id', '=', cron.id)]).unlink()
        self.run_lane(self.alpha, 'stock')
        calls = self.env['ir.cron.trigger'].search([('cron_id', '=', cron.id), ('call_at', '>', fields.Datetime.now())])
        self.assertEqual(calls.mapped('call_at'), [moment])
