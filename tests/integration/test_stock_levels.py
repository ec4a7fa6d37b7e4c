"""What Shopify's levels show: read once, remembered with their parts, and let go when they are no longer there."""

from datetime import timedelta

from odoo import fields

from tests.integration.level_case import LevelCase


class ReadCase(LevelCase):
    def share(self):
        super().share()
        self.count(20)
        self.switch_on(self.alpha)
        self.place_gid = self.alpha.location_ids.filtered('warehouse_id').gid
        self.level = self.binding(self.alpha).level_ids.filtered(lambda row: row.location_id.gid == self.place_gid)
        self.item = self.binding(self.alpha).inventory_item_gid

    def stocked(self, stocked):
        self.control('inventory/stocked', sku=self.SKU, location_id=self.place_gid, stocked=stocked)
        self.ring_level()

    def requests(self):
        return self.simulator.stats(self.alpha.shop_domain)['requests']

    def check_now(self):
        self.level.check_after = fields.Datetime.now() - timedelta(seconds=1)
        self.env.flush_all()
        self.run_lane(self.alpha, 'stock')


class TestParts(ReadCase):
    def test_a_level_is_read_with_what_is_committed_and_set_aside(self):
        self.control('inventory', sku=self.SKU, location_id=self.place_gid, name='damaged', quantity=2)
        self.control('inventory', sku=self.SKU, location_id=self.place_gid, name='safety_stock', quantity=1)
        order = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 4}])
        self.ring(self.alpha, 'order', order)
        self.ring_level()
        self.settle(self.alpha)
        self.assertEqual((self.level.set_aside, self.level.committed), (3, 4))
        self.assertEqual(self.shown(self.alpha), 13)

    def test_what_is_put_aside_needs_no_waiting_for_orders(self):
        self.control('inventory', sku=self.SKU, location_id=self.place_gid, name='quality_control', quantity=5)
        self.ring_level()
        self.assertFalse(self.level.unexplained_since)
        self.assertEqual((self.level.known, self.level.set_aside), (15, 5))

    def test_the_echo_of_an_own_write_costs_no_request(self):
        self.count(11)
        self.run_lane(self.alpha, 'stock')
        before = self.requests()
        task = self.env['shopify.task']._add(self.alpha, 'level', [f'{self.item}|{self.place_gid}'])
        task.write({'value': 11, 'has_value': True})
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.requests(), before)

    def test_a_delivery_about_an_item_or_place_that_is_not_linked_costs_no_request(self):
        before = self.requests()
        self.ring(self.alpha, 'level', f'gid://shopify/InventoryItem/1|{self.place_gid}')
        self.ring(self.alpha, 'level', f'{self.item}|gid://shopify/Location/1')
        self.assertEqual(self.requests(), before)


class TestGone(ReadCase):
    def test_a_level_that_somebody_disconnects_is_let_go_and_not_activated_again(self):
        other = next(row for row in self.alpha.location_ids if row.gid != self.place_gid)
        self.control('inventory/stocked', sku=self.SKU, location_id=other.gid, stocked=True)
        self.stocked(False)
        self.assertTrue(self.level.ended_at)
        self.assertIn('no longer', self.level.message)
        self.count(33)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.mutations(self.alpha), 1)
        before = self.requests()
        self.check_now()
        self.assertEqual(self.requests(), before)
        self.assertFalse(self.level.check_after)

    def test_a_level_comes_back_when_shopify_stocks_it_again(self):
        self.stocked(False)
        self.stocked(True)
        self.settle(self.alpha)
        self.assertFalse(self.level.ended_at)
        self.assertEqual(self.shown(self.alpha), 20)

    def test_a_person_has_it_stocked_again(self):
        self.stocked(False)
        self.level.action_stock_again()
        self.env.cr.flush()
        self.run_lane(self.alpha, 'stock')
        self.assertFalse(self.level.ended_at)
        self.assertTrue(self.level.is_active)
        self.assertEqual(self.shown(self.alpha), 20)

    def test_a_deleted_item_ends_quietly(self):
        self.control('products', sku=self.SKU, delete_variant=True)
        self.ring_level()
        self.assertTrue(self.level.ended_at)
        self.assertIn('deleted', self.level.message)
        before = self.requests()
        self.check_now()
        self.count(7)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.requests(), before)
        self.assertFalse(self.env['shopify.task'].search([('backend_id', '=', self.alpha.id), ('state', '=', 'failed')]))

    def test_levels_of_a_location_that_is_no_longer_mapped_are_not_waited_for(self):
        self.level.check_after = fields.Datetime.now() - timedelta(seconds=1)
        self.level.location_id.warehouse_id = False
        self.alpha.stock_export = False
        self.run_lane(self.alpha, 'stock')
        self.assertFalse(self.level.check_after)

    def test_an_item_that_is_tracked_no_longer_is_noticed(self):
        self.control('products', sku=self.SKU, tracked=False)
        self.ring_level()
        self.assertFalse(self.binding(self.alpha).tracked)
