"""Locations: fetched, mapped with suggestions, closed and opened again as they are in Shopify."""

from unittest.mock import patch

from odoo import fields
from odoo.addons.shopify_connector.shopify import errors
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from tests.integration.common import StoreCase
from tests.integration.simulated import SimulatedCase

PULL = 'odoo.addons.shopify_connector.sync.location.ShopifySyncLocation._read'


def node(number, name, **values):
    address = {key: values.pop(key) for key in ('address1', 'city', 'zip', 'countryCode') if key in values}
    return {
        'id': f'gid://shopify/Location/{number}',
        'name': name,
        'isActive': True,
        'deactivatedAt': None,
        'fulfillsOnlineOrders': True,
        'isFulfillmentService': False,
        'address': address,
        **values,
    }


class LocationCase(StoreCase):
    def pull(self, *nodes, backend=None):
        backend = backend or self.backend
        with patch(PULL, lambda sync, client: list(nodes)):
            self.env['shopify.sync.location']._pull(backend, None)

    def location(self, name, backend=None):
        return (
            self.env['shopify.location']
            .with_context(active_test=False)
            .search([('backend_id', '=', (backend or self.backend).id), ('name', '=', name)])
        )

    def another_warehouse(self, name, **address):
        partner = self.env['res.partner'].create({'name': name, **address})
        code = name.upper()[:5]
        return self.env['stock.warehouse'].create(
            {'name': name, 'code': code, 'partner_id': partner.id, 'company_id': self.backend.company_id.id}
        )

    def notes(self):
        return ' '.join(self.backend.message_ids.mapped('body'))

    def tasks(self, kind):
        return self.env['shopify.task'].search(
            [('backend_id', '=', self.backend.id), ('kind', '=', kind), ('state', '=', 'pending')]
        )


class TestMapping(LocationCase):
    def test_one_location_and_one_warehouse_need_nobody(self):
        self.pull(node(1, 'Anything'))
        self.assertEqual(self.location('Anything').warehouse_id, self.warehouse)

    def test_the_store_s_warehouse_goes_to_the_location_of_its_name(self):
        self.warehouse.name = 'Seattle'
        self.pull(node(1, 'Tacoma'), node(2, 'Seattle'))
        self.assertEqual(self.location('Seattle').warehouse_id, self.warehouse)
        self.assertFalse(self.location('Tacoma').warehouse_id)

    def test_a_fulfilment_service_is_left_alone(self):
        self.pull(node(1, 'Amazon', isFulfillmentService=True), node(2, 'Own'))
        self.assertFalse(self.location('Amazon').warehouse_id)
        self.assertEqual(self.location('Own').warehouse_id, self.warehouse)

    def test_a_fulfilment_service_alone_is_left_alone_too(self):
        self.pull(node(1, 'Amazon', isFulfillmentService=True))
        self.assertFalse(self.location('Amazon').warehouse_id)

    def test_who_chooses_a_fulfilment_service_is_warned(self):
        self.pull(node(1, 'Amazon', isFulfillmentService=True))
        location = self.location('Amazon')
        location.warehouse_id = self.warehouse
        self.assertIn('counted by the service', location._onchange_warehouse_of_service()['warning']['message'])

    def test_further_locations_are_suggested_and_not_taken(self):
        berlin = self.another_warehouse('Berlin')
        self.pull(node(1, 'Main'), node(2, 'Berlin Store'))
        location = self.location('Berlin Store')
        self.assertFalse(location.warehouse_id)
        self.assertEqual(location.suggested_warehouse_id, berlin)
        self.assertEqual(location.suggestion, 'Berlin (similar name)')

    def test_the_address_of_a_warehouse_suggests_it(self):
        germany = self.env.ref('base.de').id
        rome = self.another_warehouse('Depot 4', street='Speicherweg 4', zip='20457', city='Hamburg', country_id=germany)
        self.pull(node(1, 'Main'), node(2, 'HH', address1='Speicherweg 4', zip='20457', countryCode='DE'))
        self.assertEqual(self.location('HH').suggested_warehouse_id, rome)
        self.assertIn('same address', self.location('HH').suggestion)

    def test_one_click_takes_a_suggestion(self):
        berlin = self.another_warehouse('Berlin')
        self.pull(node(1, 'Main'), node(2, 'Berlin'), node(3, 'Nowhere'))
        self.assertEqual(self.backend.suggestion_count, 1)
        self.backend.action_take_suggestions()
        self.assertEqual(self.location('Berlin').warehouse_id, berlin)
        self.assertFalse(self.location('Nowhere').warehouse_id)
        self.assertFalse(self.location('Berlin').suggestion)

    def test_a_warehouse_that_a_location_shows_already_is_not_suggested_again(self):
        self.warehouse.name = 'Main'
        self.pull(node(1, 'Main'))
        self.pull(node(1, 'Main'), node(2, 'main'))
        self.assertFalse(self.location('main').suggested_warehouse_id)

    def test_a_warehouse_of_another_company_is_not_suggested(self):
        company = self.env['res.company'].create({'name': 'Elsewhere Ltd'})
        self.env['stock.warehouse'].search([('company_id', '=', company.id)]).name = 'Berlin'
        self.pull(node(1, 'Main'), node(2, 'Berlin'))
        self.assertFalse(self.location('Berlin').suggested_warehouse_id)

    def test_two_stores_may_show_the_same_warehouse(self):
        beta = self.connected('beta')
        self.pull(node(1, 'Main'))
        self.pull(node(1, 'Main'), backend=beta)
        self.assertEqual(self.location('Main', beta).warehouse_id, self.warehouse)

    def test_a_user_sees_a_suggestion_and_cannot_take_it(self):
        self.another_warehouse('Berlin')
        self.pull(node(1, 'Main'), node(2, 'Berlin'))
        user = new_test_user(self.env, 'loc_user', groups='base.group_user,shopify_connector.group_shopify_user')
        location = self.location('Berlin').with_user(user)
        self.assertEqual(location.suggestion, 'Berlin (same name)')
        with self.assertRaises(AccessError):
            location.action_take_suggestion()
        with self.assertRaises(AccessError):
            self.backend.with_user(user).action_fetch_locations()

    def test_a_manager_takes_a_suggestion_and_fetches(self):
        berlin = self.another_warehouse('Berlin')
        self.pull(node(1, 'Main'), node(2, 'Berlin'))
        manager = new_test_user(self.env, 'loc_boss', groups='base.group_user,shopify_connector.group_shopify_manager')
        self.location('Berlin').with_user(manager).action_take_suggestion()
        self.assertEqual(self.location('Berlin').warehouse_id, berlin)
        self.backend.with_user(manager).action_fetch_locations()
        self.assertEqual(self.tasks('location').lane, 'stock')


class TestClosing(LocationCase):
    def setUp(self):
        super().setUp()
        self.pull(node(1, 'Main'), node(2, 'Outlet'))
        self.main, self.outlet = self.location('Main'), self.location('Outlet')
        self.level = self.known_level(self.main)

    def known_level(self, location):
        product = self.env['shopify.product.binding'].create(
            {'backend_id': self.backend.id, 'gid': 'gid://shopify/Product/1', 'name': 'P'}
        )
        variant = self.env['shopify.variant.binding'].create(
            {
                'backend_id': self.backend.id,
                'product_binding_id': product.id,
                'gid': 'gid://shopify/ProductVariant/1',
                'inventory_item_gid': 'gid://shopify/InventoryItem/1',
                'product_id': self.product.id,
                'tracked': True,
            }
        )
        return self.env['shopify.inventory.level'].create(
            {
                'variant_binding_id': variant.id,
                'location_id': location.id,
                'known': 7,
                'is_known': True,
                'is_active': True,
                'check_after': fields.Datetime.now(),
                'unexplained_since': fields.Datetime.now(),
            }
        )

    def close(self):
        moment = '2026-11-20T10:00:00Z'
        self.pull(node(1, 'Main', isActive=False, deactivatedAt=moment), node(2, 'Outlet'))

    def test_a_location_that_is_switched_off_keeps_its_levels_and_its_warehouse(self):
        self.close()
        self.assertFalse(self.main.active)
        self.assertEqual(self.main.warehouse_id, self.warehouse)
        self.assertTrue(self.level.exists())
        self.assertIn('Switched off in Shopify on', self.main.closed_note)
        self.assertEqual(fields.Datetime.to_string(self.main.closed_at), '2026-11-20 10:00:00')

    def test_its_levels_wait_for_nothing(self):
        self.close()
        self.assertFalse(self.level.check_after)
        self.assertFalse(self.level.unexplained_since)
        self.assertFalse(self.level.is_known)
        self.assertIn('switched this location off', self.level.message)

    def test_the_store_says_it_once(self):
        self.close()
        self.close()
        self.assertEqual(self.notes().count('has switched off the location Main'), 1)

    def test_a_store_without_any_open_location_that_shows_stock_says_so(self):
        self.backend.stock_export = True
        self.close()
        self.assertIn('No location of this store shows stock any more', self.notes())

    def test_a_location_that_is_deleted_is_archived(self):
        self.pull(node(2, 'Outlet'))
        self.assertFalse(self.main.active)
        self.assertTrue(self.main.deleted_at)
        self.assertIn('Deleted in Shopify', self.main.closed_note)
        self.assertTrue(self.level.exists())

    def test_the_day_of_a_deletion_is_kept(self):
        self.pull(node(2, 'Outlet'))
        self.main.deleted_at = '2026-01-02 00:00:00'
        self.pull(node(2, 'Outlet'))
        self.assertEqual(fields.Datetime.to_string(self.main.deleted_at), '2026-01-02 00:00:00')

    def test_a_location_that_is_back_is_compared_as_a_whole(self):
        self.backend.stock_export = True
        self.close()
        self.tasks('stock_full')._set_done()
        self.pull(node(1, 'Main'), node(2, 'Outlet'))
        self.assertTrue(self.main.active)
        self.assertFalse(self.main.closed_at)
        self.assertEqual(self.main.warehouse_id, self.warehouse)
        self.assertFalse(self.level.message)
        self.assertTrue(self.tasks('stock_full'))

    def test_without_stock_export_nothing_is_compared_when_it_is_back(self):
        self.close()
        self.pull(node(1, 'Main'), node(2, 'Outlet'))
        self.assertFalse(self.tasks('stock_full'))

    def test_a_location_that_opens_later_is_told_and_left_alone(self):
        self.pull(node(1, 'Main'), node(2, 'Outlet'), node(3, 'Pop-up'))
        self.assertIn('New location in Shopify: Pop-up', self.notes())
        self.assertFalse(self.location('Pop-up').warehouse_id)

    def test_a_shop_that_shows_no_location_at_all_archives_none(self):
        with self.assertRaises(errors.ScopeError):
            self.pull()
        self.assertTrue(self.main.active)

    def test_a_new_name_is_taken_over(self):
        self.pull(node(1, 'Main Hall'), node(2, 'Outlet'))
        self.assertEqual(self.main.name, 'Main Hall')
        self.assertEqual(self.main.warehouse_id, self.warehouse)


class TestLookingAgain(LocationCase):
    def due(self):
        self.env['shopify.sync.location']._enqueue_when_due(self.backend)
        return self.tasks('location')

    def test_locations_are_looked_at_again_after_half_a_day(self):
        self.backend.locations_checked_at = '2026-01-01 00:00:00'
        self.assertEqual(len(self.due()), 1)
        self.assertEqual(len(self.due()), 1)

    def test_they_are_not_looked_at_more_often(self):
        self.assertFalse(self.due())
        self.assertFalse(self.due())


class TestInShopify(SimulatedCase):
    """The same with a shop that closes, opens and deletes its locations."""

    SKU = 'MCS-S-BLA'

    def share(self):
        super().share()
        self.backend = self.connected_store()
        variants = self.simulator.state(self.backend.shop_domain)['variants']
        self.ring(self.backend, 'product', next(row['product_id'] for row in variants if row['sku'] == self.SKU))
        self.main = self.location('Main Warehouse')
        self.shop = self.location('Downtown Store')

    def location(self, name):
        locations = self.env['shopify.location'].with_context(active_test=False)
        return locations.search([('backend_id', '=', self.backend.id), ('name', '=', name)])

    def change(self, **values):
        """As the merchant does in the admin, and the delivery that tells of it."""
        self.simulator.post(f'/shops/{self.backend.shop_domain}/locations', **values)
        self.ring(self.backend, 'location', 'gid://shopify/Location/1')

    def product(self):
        return (
            self.env['shopify.variant.binding']
            .search([('backend_id', '=', self.backend.id), ('sku', '=', self.SKU)])
            .product_id
        )

    def count(self, units):
        self.env['stock.quant'].with_context(inventory_mode=True).create(
            {
                'product_id': self.product().id,
                'location_id': self.backend.warehouse_id.lot_stock_id.id,
                'inventory_quantity': units,
            }
        ).action_apply_inventory()
        self.env.cr.flush()
        self.run_lane(self.backend, 'stock')

    def shown(self, location):
        return self.simulator.state(self.backend.shop_domain)['levels'][self.SKU][location.gid]

    def test_the_shop_s_addresses_are_known(self):
        self.assertEqual((self.main.street, self.main.zip, self.main.country_code), ('1250 Dock St', '98402', 'US'))

    def test_levels_that_are_disconnected_are_told(self):
        topics = {row['topic'] for row in self.subscriptions(self.backend)}
        self.assertLessEqual({'INVENTORY_LEVELS_DISCONNECT', 'LOCATIONS_DEACTIVATE', 'LOCATIONS_DELETE'}, topics)

    def test_a_fulfilment_service_that_joins_is_left_alone(self):
        self.change(name='Far Away Logistics', service='FarAway')
        location = self.location('Far Away Logistics')
        self.assertTrue(location.is_fulfillment_service)
        self.assertFalse(location.warehouse_id)
        self.assertFalse(location.suggested_warehouse_id)

    def test_fetching_takes_new_names_over(self):
        self.simulator.post(f'/shops/{self.backend.shop_domain}/locations', id=self.shop.gid, name='Uptown Store')
        self.backend.action_fetch_locations()
        self.run_lane(self.backend, 'stock')
        self.assertEqual(self.shop.name, 'Uptown Store')

    def test_a_closed_location_is_neither_read_nor_written_and_comes_back(self):
        self.backend.stock_export = True
        self.count(12)
        self.assertEqual(self.shown(self.main)['available'], 12)
        self.change(id=self.main.gid, active=False, destination=self.shop.gid)
        self.assertFalse(self.main.active)
        self.simulator.post(f'/shops/{self.backend.shop_domain}/stats/reset')
        self.count(15)
        self.assertEqual(self.shown(self.main)['available'], 0)
        self.assertEqual(self.simulator.stats(self.backend.shop_domain)['requests'], 0)
        self.change(id=self.main.gid, active=True)
        self.run_lane(self.backend, 'stock')
        self.assertEqual(self.shown(self.main)['available'], 15)
        self.assertTrue(self.shown(self.main)['is_active'])

    def test_a_deleted_location_stops_nothing(self):
        self.backend.stock_export = True
        self.change(name='Pop-up')
        popup = self.location('Pop-up')
        popup.warehouse_id = self.env['stock.warehouse'].create({'name': 'Downtown', 'code': 'DT'})
        self.env['stock.quant']._update_available_quantity(self.product(), popup.warehouse_id.lot_stock_id, 5)
        self.count(12)
        self.assertEqual(self.shown(popup)['available'], 5)
        self.change(id=popup.gid, active=False, destination=self.main.gid)
        self.change(id=popup.gid, delete=True)
        self.assertTrue(popup.deleted_at)
        self.count(9)
        failed = self.env['shopify.task'].search([('backend_id', '=', self.backend.id), ('state', '=', 'failed')])
        self.assertFalse(failed.mapped('message'))
