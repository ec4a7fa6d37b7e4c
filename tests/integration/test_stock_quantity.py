from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user

from tests.integration.quantities import QuantityCase
from tests.support.orders import line, order


class TestBasis(QuantityCase):
    def test_what_is_free_is_shown_and_explained(self):
        self.leaving(self.product, 3)
        self.assertEqual(self.shown(), 7)
        self.assertEqual(self.sentence(), "10 on hand, 3 reserved: 7")

    def test_what_is_promised_counts_before_it_is_reserved(self):
        self.leaving(self.product, 3, reserve=False)
        self.leaving(self.product, 2)
        self.assertEqual(self.shown(), 5)
        self.assertEqual(self.sentence(), "10 on hand, 2 reserved, 3 promised: 5")

    def test_a_move_inside_the_warehouse_takes_nothing_away_from_it(self):
        self.move(self.product, 4, self.stock, self.shelf('Shelf'))
        self.assertEqual(self.shown(), 10)

    def test_on_hand_counts_what_others_have_reserved_but_not_what_shops_have_sold(self):
        self.place.basis = 'on_hand'
        self.leaving(self.product, 3)
        self.assertEqual(self.shown(), 10)
        sale = self.quotation(self.product, 2)
        self.assertEqual(self.shown(), 8)
        sale.action_confirm()
        self.assertEqual(self.shown(), 8)
        self.assertEqual(self.sentence(), "10 on hand, 2 sold by shops: 8")
        sale.picking_ids.move_ids.quantity = 2
        sale.picking_ids.button_validate()
        self.assertEqual(self.shown(), 8)
        self.assertEqual(self.sentence(), "8 on hand: 8")

    def test_forecast_counts_what_arrives_within_the_days(self):
        self.arriving(self.product, 4, days=2)
        self.arriving(self.product, 8, days=20)
        self.arriving(self.product, 1, days=-3)
        self.assertEqual(self.shown(), 10)
        self.place.write({'basis': 'forecast', 'forecast_days': 5})
        self.assertEqual(self.shown(), 15)
        self.assertEqual(self.sentence(), "10 on hand, 5 arriving: 15")
        self.place.forecast_days = 30
        self.assertEqual(self.shown(), 23)

    def test_days_cannot_be_negative(self):
        with self.assertRaises(ValidationError):
            self.place.forecast_days = -1

    def test_half_a_unit_is_no_unit(self):
        self.put(self.product, 0.5)
        self.assertEqual(self.shown(), 10)

    def test_a_shop_never_shows_less_than_nothing(self):
        self.leaving(self.product, 30, reserve=False)
        self.assertEqual(self.shown(), 0)


class TestPlaces(QuantityCase):
    def test_several_places_of_several_warehouses_feed_one_location(self):
        second = self.env['stock.warehouse'].create({'name': 'Second', 'code': 'SEC'})
        self.put(self.product, 5, second.lot_stock_id)
        self.assertEqual(self.shown(), 10)
        self.place.source_ids = self.stock | second.lot_stock_id
        self.assertEqual(self.shown(), 15)
        self.quotation(self.product, 1)
        self.assertEqual(self.shown(), 14)

    def test_a_place_that_contains_another_counts_its_units_once(self):
        shelf = self.shelf('Shelf')
        self.put(self.product, 5, shelf)
        self.place.source_ids = self.stock | shelf
        self.assertEqual(self.shown(), 15)

    def test_a_place_is_shown_with_all_that_it_contains_and_nothing_else(self):
        shelf = self.shelf('Shelf')
        box = self.shelf('Box', shelf)
        self.put(self.product, 5, box)
        self.put(self.product, 2, self.shelf('Other shelf'))
        self.place.source_ids = shelf
        self.assertEqual(self.shown(), 5)

    def test_a_number_that_begins_like_another_is_no_parent(self):
        """`1/5/` is no part of `11/5/`, whatever the numbers."""
        shelves = [self.shelf(f'Shelf {number}') for number in range(12)]
        for units, shelf in enumerate(shelves, 1):
            self.put(self.product, units, shelf)
        for units, shelf in enumerate(shelves, 1):
            self.place.source_ids = shelf
            self.assertEqual(self.shown(), units)

    def test_what_is_promised_from_the_whole_may_be_taken_from_here(self):
        shelf = self.shelf('Shelf')
        self.put(self.product, 5, shelf)
        self.place.source_ids = shelf
        self.leaving(self.product, 4, reserve=False)
        self.assertEqual(self.shown(), 1)
        self.assertEqual(self.sentence(), "5 on hand, 4 promised from the places around: 1")
        self.move(self.product, 3, self.stock, shelf)
        self.assertEqual(self.shown(), 1)

    def test_one_place_feeds_locations_of_many_stores(self):
        beta = self.connected('beta', stock_export=True)
        place = self.shop_place(beta, 'Beta shop')
        variant = self.bound(self.product, beta)
        self.leaving(self.product, 4)
        self.assertEqual((self.shown(), self.shown(variant, place)), (6, 6))

    def test_two_locations_of_a_store_that_show_the_same_units_are_told_of(self):
        self.assertFalse(self.place.shared_note)
        other = self.shop_place(self.backend, 'Pop-up', source_ids=[(6, 0, self.stock.ids)])
        self.assertIn('Shop', other.shared_note)
        self.assertIn('Pop-up', self.place.shared_note)
        other.source_ids = self.env['stock.warehouse'].create({'name': 'W', 'code': 'W'}).lot_stock_id
        self.place.invalidate_recordset()
        self.assertFalse(self.place.shared_note)

    def test_a_change_of_what_a_location_shows_is_brought_to_the_shop(self):
        for values in ({'source_ids': [(6, 0, self.stock.ids)]}, {'basis': 'on_hand'}, {'forecast_days': 3}):
            self.settle()
            self.place.write(values)
            self.assertTrue(self.env['shopify.task'].search([('kind', '=', 'stock_full'), ('state', '=', 'pending')]))

    def test_choosing_places_chooses_their_warehouse(self):
        place = self.shop_place(self.backend, 'New', warehouse_id=False)
        place._onchange_source_ids()
        place.source_ids = self.stock
        place._onchange_source_ids()
        self.assertEqual(place.warehouse_id, self.warehouse)


class TestOrdersOfShops(QuantityCase):
    def test_a_quotation_in_dozens_holds_twelve_each(self):
        self.put(self.product, 90)
        self.quotation(self.product, 2, product_uom_id=self.env.ref('uom.product_uom_dozen').id)
        self.assertEqual(self.shown(), 76)
        self.assertEqual(self.sentence(), "100 on hand, 24 on unconfirmed orders of shops: 76")

    def test_a_quotation_of_another_warehouse_holds_nothing_here(self):
        second = self.env['stock.warehouse'].create({'name': 'Second', 'code': 'SEC'})
        sale = self.quotation(self.product, 3)
        self.assertEqual(self.shown(), 7)
        self.settle()
        sale.warehouse_id = second
        self.assertEqual(self.shown(), 10)
        self.assertEqual(self.told(), {(self.backend, self.product)})

    def test_an_order_that_was_left_out_holds_its_units_until_it_is_shipped(self):
        self.backend.orders_since = '2026-06-01'
        old = {
            'createdAt': '2025-01-01T00:00:00Z',
            'processedAt': '2025-01-01T00:00:00Z',
            'displayFulfillmentStatus': 'UNFULFILLED',
            'lineItems': {'nodes': [line(quantity=3)], 'pageInfo': {'hasNextPage': False}},
        }
        payload = order(**old)
        payload['lineItems']['nodes'][0]['variant'] = {'id': self.variant.gid}
        self.settle()
        self.bring(payload)
        self.assertEqual(self.told(), {(self.backend, self.product)})
        self.assertEqual(self.shown(), 7)
        self.assertEqual(self.sentence(), "10 on hand, 3 on open Shopify orders that are not in Odoo: 7")
        row = self.env['shopify.unseen.sale'].search([('product_id', '=', self.product.id)])
        self.assertEqual((row.product_id, row.units), (self.product, 3))
        self.assertIn('/admin/orders/', row.action_open_in_shopify()['url'])
        self.settle()
        self.bring({**payload, 'displayFulfillmentStatus': 'FULFILLED'})
        self.assertEqual(self.shown(), 10)
        self.assertEqual(self.told(), {(self.backend, self.product)})

    def test_an_order_that_is_brought_over_later_speaks_for_itself(self):
        sale = self.quotation(self.product, 2)
        binding = sale.shopify_binding_ids
        unseen = self.env['shopify.unseen.sale']
        unseen._set_units(self.backend, {binding.gid: ('#1', {self.variant.gid: 2})})
        self.assertEqual(self.shown(), 8)
        binding.sale_order_id = False
        sale.action_cancel()
        self.assertEqual(self.shown(), 8)
        unseen._set_units(self.backend, {}, whole=True)
        self.assertEqual(self.shown(), 10)


class TestLeftAlone(QuantityCase):
    def test_a_level_that_is_not_written_says_why(self):
        cases = [
            ('sync_stock', False, "Export Stock is off"),
            ('tracked', False, "Shopify does not track"),
            ('deleted_at', fields.Datetime.now(), "deleted in Shopify"),
            ('product_id', False, "no product in Odoo"),
        ]
        for name, value, words in cases:
            before = self.variant[name]
            self.variant.write({name: value})
            with self.subTest(name):
                self.assertIsNone(self.shown())
                self.assertIn(words, self.sentence())
                self.assertTrue(self.level().is_left_alone)
                self.assertIn(words, self.variant.stock_note)
                self.assertNotIn(self.variant, self.env['shopify.sync.quantity']._bindings(self.backend))
            self.variant.write({name: before})
        self.assertIn(self.variant, self.env['shopify.sync.quantity']._bindings(self.backend))
        self.assertFalse(self.variant.stock_note)

    def test_a_variant_without_a_level_says_why_as_well(self):
        variant = self.bound(self.storable('SKU-9', is_storable=False))
        self.assertFalse(variant.level_ids)
        self.assertIn("Track Inventory", variant.stock_note)

    def test_products_and_locations_that_are_not_in_use_are_left_alone(self):
        for record, name, value, words in (
            (self.product.product_tmpl_id, 'is_storable', False, "Track Inventory"),
            (self.product, 'active', False, "archived"),
            (self.place, 'active', False, "closed"),
            (self.place, 'warehouse_id', False, "no warehouse"),
        ):
            before = record[name]
            self.level()
            record.write({name: value})
            with self.subTest(name):
                self.assertIsNone(self.shown())
                self.assertIn(words, self.sentence())
            record.write({name: before})
        self.assertEqual(self.shown(), 10)

    def test_what_is_left_alone_is_to_show_what_it_shows(self):
        level = self.level()
        level.write({'known': 44, 'is_known': True})
        self.variant.sync_stock = False
        self.assertEqual(self.env['shopify.sync.quantity']._targets(self.backend, level), {level.id: 44})


class TestAsked(QuantityCase):
    def test_many_levels_take_as_many_queries_as_few(self):
        products = [self.storable(f'MANY-{number}', 5) for number in range(40)]
        variants = self.env['shopify.variant.binding'].union(*(self.bound(product) for product in products))
        levels = self.env['shopify.sync.levels']._ensure(self.backend, variants)
        sync = self.env['shopify.sync.quantity']

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            sync._targets(self.backend, some)
            return self.env.cr.sql_log_count - before

        queries(levels)
        self.assertLessEqual(queries(levels), queries(levels[:2]) + 2)

    def test_a_store_of_another_company_counts_its_own_warehouse(self):
        company = self.env['res.company'].create({'name': 'Other'})
        self.env.user.company_ids |= company
        warehouse = self.env['stock.warehouse'].search([('company_id', '=', company.id)], limit=1)
        backend = self.connected('gamma', company_id=company.id, warehouse_id=warehouse.id, stock_export=True)
        place = self.shop_place(backend, 'Gamma shop')
        variant = self.bound(self.product, backend)
        self.put(self.product, 4, warehouse.lot_stock_id)
        self.assertEqual((self.shown(), self.shown(variant, place)), (10, 4))

    def test_a_shop_user_without_rights_in_the_warehouse_reads_the_explanation(self):
        user = new_test_user(self.env, 'shoponly', 'shopify_connector.group_shopify_user')
        self.leaving(self.product, 3)
        level = self.level().with_user(user)
        self.assertEqual((level.wanted, level.explanation), (7, "10 on hand, 3 reserved: 7"))
        self.assertFalse(user.has_group('stock.group_stock_user'))

    def test_the_button_on_products_opens_their_quantities(self):
        user = new_test_user(self.env, 'shopper', 'shopify_connector.group_shopify_user,stock.group_stock_user')
        level = self.level()
        for record in (self.product, self.product.product_tmpl_id):
            record = record.with_user(user)
            self.assertEqual(record.shopify_level_count, 1)
            action = record.action_view_shopify_levels()
            self.assertEqual(self.env[action['res_model']].with_user(user).search(action['domain']), level)

    def test_a_worker_without_the_role_sees_no_button_and_opens_the_product(self):
        user = new_test_user(self.env, 'plain', 'stock.group_stock_manager,product.group_product_manager')
        for record in (self.product, self.product.product_tmpl_id):
            with Form(record.with_user(user)) as form:
                form.name = 'Renamed'
            self.assertNotIn('action_view_shopify_levels', str(form._view['tree'].xpath('//button/@name')))
