"""What somebody changes in Shopify by hand, when the store's policy says that Odoo takes it over."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError

from tests.integration.level_case import LevelCase


class EditCase(LevelCase):
    """In the first store, what is changed by hand counts."""

    def share(self):
        super().share()
        self.alpha.edit_policy = 'shopify'

    def edits(self, backend=None):
        return self.env['shopify.inventory.level.edit'].search([('backend_id', '=', (backend or self.alpha).id)])

    def moves(self):
        return self.env['stock.move'].search(
            [('product_id', '=', self.product.id), ('reference', 'ilike', 'Changed in Shopify')]
        )

    def on_hand(self, place=None):
        return self.product.with_context(location=(place or self.place).id).qty_available


class TestUntracked(EditCase):
    def test_a_full_push_leaves_what_shopify_does_not_track_untracked(self):
        self.switch_on(self.alpha)
        self.control('products', sku=self.SKU, tracked=False)
        binding = self.binding(self.alpha)
        binding.tracked = False
        self.ring(self.alpha, 'stock_full', str(self.alpha.id))
        self.assertFalse(binding.tracked)


class TestTakenOver(EditCase):
    def test_an_edit_becomes_an_inventory_adjustment_and_reaches_the_other_store(self):
        self.count(20)
        self.switch_on(self.alpha, self.beta)
        self.edit(self.alpha, available=26)
        self.assertEqual(self.on_hand(), 20)
        self.wait(self.alpha)
        self.assertEqual(self.on_hand(), 26)
        self.wait(self.beta)
        self.assertEqual((self.shown(self.alpha), self.shown(self.beta)), (26, 26))
        self.assertEqual(self.mutations(self.alpha), 1)

    def test_the_adjustment_says_which_store_and_place_and_where_the_author_is_named(self):
        self.count(20)
        self.switch_on(self.alpha)
        self.edit(self.alpha, available=17)
        self.wait(self.alpha)
        move, edit = self.moves(), self.edits()
        self.assertTrue(move.is_inventory)
        self.assertEqual((move.state, move.quantity), ('done', 3))
        self.assertEqual(move.location_dest_id, self.product.property_stock_inventory)
        self.assertIn(self.alpha.name, move.reference)
        self.assertIn(self.place_of(self.alpha).name, move.reference)
        self.assertEqual((edit.outcome, edit.known, edit.seen, edit.units), ('adjusted', 20, 17, -3))
        self.assertEqual(edit.move_id, move)
        self.assertIn('http', edit.history_url)

    def test_the_adjustment_is_worth_what_the_goods_cost(self):
        self.product.standard_price = 4.0
        self.count(20)
        self.switch_on(self.alpha)
        self.edit(self.alpha, available=17)
        self.wait(self.alpha)
        if 'is_valued' in self.env['stock.move']._fields:
            self.assertEqual((self.moves().is_out, self.moves().value), (True, 12.0))

    def test_odoos_word_counts_where_the_policy_says_so_and_the_edit_is_on_the_list(self):
        self.alpha.edit_policy = 'odoo'
        self.count(20)
        self.switch_on(self.alpha)
        self.edit(self.alpha, available=26)
        self.wait(self.alpha)
        self.assertEqual((self.shown(self.alpha), self.on_hand()), (20, 20))
        self.assertEqual((self.edits().outcome, self.edits().units), ('odoo', 6))

    def test_an_edit_is_taken_over_beside_what_odoo_has_not_sent_yet(self):
        self.count(20)
        self.switch_on(self.alpha)
        self.count(19)
        self.simulator.set_inventory(
            self.alpha.shop_domain, self.SKU, location_id=self.place_of(self.alpha).gid, available=25
        )
        self.run_lane(self.alpha, 'stock')
        self.wait(self.alpha)
        self.assertEqual((self.on_hand(), self.shown(self.alpha)), (24, 24))

    def test_goods_that_are_reserved_may_be_lost(self):
        self.count(20)
        self.switch_on(self.alpha)
        order = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 18}])
        self.ring(self.alpha, 'order', order)
        self.wait(self.alpha)
        self.edit(self.alpha, available=1)
        self.wait(self.alpha)
        self.assertEqual((self.on_hand(), self.shown(self.alpha)), (19, 1))


class TestSalesAreNotEdits(EditCase):
    def test_a_sale_of_which_odoo_hears_late_is_not_counted_twice(self):
        self.count(20)
        self.switch_on(self.alpha, self.beta)
        self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 4}])
        self.ring_level()
        self.wait()
        self.assertFalse(self.moves())
        self.assertEqual((self.on_hand(), self.shown(self.alpha), self.shown(self.beta)), (20, 16, 16))

    def test_a_sale_and_an_edit_at_once_are_told_apart(self):
        self.count(20)
        self.switch_on(self.alpha, self.beta)
        self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 4}])
        self.edit(self.alpha, delta=-3)
        self.wait()
        self.assertEqual(self.edits().mapped('units'), [-3])
        self.assertEqual((self.on_hand(), self.shown(self.alpha), self.shown(self.beta)), (17, 13, 13))

    def test_a_parcel_that_has_left_meanwhile_hides_no_receipt(self):
        self.count(20)
        self.switch_on(self.alpha)
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 2}])
        self.ring(self.alpha, 'order', gid)
        self.wait(self.alpha)
        self.simulator.act(self.alpha.shop_domain, gid.rsplit('/', 1)[-1], 'fulfill')
        self.edit(self.alpha, delta=5)
        self.ring(self.alpha, 'order', gid)
        self.wait(self.alpha)
        self.assertEqual(self.edits().mapped('units'), [5])
        self.assertEqual((self.on_hand(), self.shown(self.alpha)), (23, 23))

    def test_an_order_that_never_comes_is_no_edit(self):
        self.count(20)
        self.switch_on(self.alpha)
        self.placed(self.alpha, kind='test_order', lines=[{'sku': self.SKU, 'quantity': 2}])
        self.edit(self.alpha, delta=0)
        self.wait(self.alpha)
        self.assertFalse(self.moves())

    def test_a_late_echo_of_an_older_value_changes_nothing(self):
        self.count(20)
        self.switch_on(self.alpha)
        self.count(12)
        self.run_lane(self.alpha, 'stock')
        task = self.env['shopify.task']._add(
            self.alpha, 'level', [f'{self.binding(self.alpha).inventory_item_gid}|{self.place_of(self.alpha).gid}']
        )
        task.write({'value': 20, 'has_value': True})
        self.wait(self.alpha)
        self.assertEqual((self.on_hand(), self.shown(self.alpha)), (12, 12))
        self.assertFalse(self.edits())

    def test_a_cancelled_order_is_no_edit(self):
        self.count(20)
        self.switch_on(self.alpha, self.beta)
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 3}])
        self.ring(self.alpha, 'order', gid)
        self.wait()
        self.simulator.act(self.alpha.shop_domain, gid.rsplit('/', 1)[-1], 'cancel', restock=True)
        self.edit(self.alpha, delta=0)
        self.ring(self.alpha, 'order', gid)
        self.wait()
        self.assertFalse(self.moves())
        self.assertEqual((self.on_hand(), self.shown(self.alpha), self.shown(self.beta)), (20, 20, 20))

    def test_a_return_that_odoo_has_not_received_yet_is_no_edit(self):
        self.count(20)
        self.switch_on(self.alpha)
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 3}])
        self.ring(self.alpha, 'order', gid)
        number = gid.rsplit('/', 1)[-1]
        self.simulator.act(self.alpha.shop_domain, number, 'fulfill')
        self.ring(self.alpha, 'order', gid)
        self.wait(self.alpha)
        self.assertEqual(self.on_hand(), 17)
        self.simulator.act(
            self.alpha.shop_domain, number, 'refund', lines=[{'sku': self.SKU, 'quantity': 2, 'restock_type': 'RETURN'}]
        )
        self.edit(self.alpha, delta=0)
        self.ring(self.alpha, 'order', gid)
        self.wait(self.alpha)
        self.assertFalse(self.moves())

    def test_what_the_shop_sets_aside_leaves_odoos_stock_alone(self):
        self.count(20)
        self.switch_on(self.alpha)
        self.simulator.set_inventory(
            self.alpha.shop_domain, self.SKU, location_id=self.place_of(self.alpha).gid, name='damaged', quantity=4
        )
        self.edit(self.alpha, delta=0)
        self.wait(self.alpha)
        level = self.binding(self.alpha).level_ids.filtered(lambda row: row.location_id == self.place_of(self.alpha))
        self.assertEqual(level.set_aside, 4)
        self.assertFalse(self.moves())
        self.assertEqual((self.on_hand(), self.shown(self.alpha)), (20, 16))


    def test_a_sale_that_was_shipped_at_once_and_told_late_gives_the_count_back(self):
        self.count(20)
        self.switch_on(self.alpha)
        self.stock_only(self.place_of(self.alpha))
        self.edit(self.alpha, delta=-4)
        self.wait(self.alpha)
        self.assertEqual(self.on_hand(), 16)
        edit = self.edits()
        edit.known_at = fields.Datetime.now() - timedelta(minutes=10)
        sale = {'backend_id': self.alpha.id, 'product_id': self.product.id, 'quantity': 3}
        self.env['shopify.level.sale'].create({**sale, 'sold_at': fields.Datetime.now() - timedelta(minutes=5)})
        self.ring_level()
        self.assertEqual((self.on_hand(), edit.units, edit.outcome), (19, -1, 'adjusted'))
        self.env['shopify.level.sale'].create({**sale, 'sold_at': fields.Datetime.now() - timedelta(minutes=4)})
        self.ring_level()
        self.assertEqual((self.on_hand(), edit.units, edit.outcome), (20, 0, 'reversed'))

    def stock_only(self, place):
        """The product is stocked at one location only."""
        levels = self.binding(self.alpha).level_ids.filtered(lambda row: row.location_id != place)
        levels.is_active = False


class TestTwoPlaces(EditCase):
    def share(self):
        super().share()
        self.first = self.place_of(self.alpha)
        self.second = (self.alpha.location_ids - self.first)[0]
        self.other = self.env['stock.warehouse'].create(
            {'name': 'Second', 'code': 'SEC', 'company_id': self.alpha.company_id.id}
        )
        self.second.warehouse_id = self.other
        self.env['stock.quant']._update_available_quantity(self.product, self.other.lot_stock_id, 8)
        self.count(20)
        self.switch_on(self.alpha)
        self.wait(self.alpha)

    def shown_at(self, place):
        return self.levels_in_shop(self.alpha)[self.SKU][place.gid]['available']

    def test_a_transfer_in_shopify_is_one_transfer_in_odoo(self):
        self.assertEqual((self.shown_at(self.first), self.shown_at(self.second)), (20, 8))
        self.simulator.set_inventory(self.alpha.shop_domain, self.SKU, location_id=self.second.gid, delta=5)
        self.edit(self.alpha, self.first, delta=-5)
        self.wait(self.alpha)
        self.assertEqual((self.on_hand(), self.on_hand(self.other.lot_stock_id)), (15, 13))
        self.assertEqual((self.shown_at(self.first), self.shown_at(self.second)), (15, 13))
        move = self.moves()
        self.assertEqual(len(move), 1)
        self.assertEqual((move.location_id, move.location_dest_id), (self.place, self.other.lot_stock_id))
        self.assertEqual(self.edits().mapped('outcome'), ['transferred', 'transferred'])

    def test_a_transfer_that_is_seen_in_two_steps_is_still_one(self):
        self.edit(self.alpha, self.first, delta=-5)
        levels = self.binding(self.alpha).level_ids
        levels.filtered('unexplained_since').unexplained_since = fields.Datetime.now() - timedelta(minutes=5)
        self.simulator.set_inventory(self.alpha.shop_domain, self.SKU, location_id=self.second.gid, delta=5)
        self.run_lane(self.alpha, 'orders')
        self.edit(self.alpha, self.second, delta=0)
        self.wait(self.alpha)
        self.assertEqual(len(self.moves()), 1)
        self.assertEqual((self.on_hand(), self.on_hand(self.other.lot_stock_id)), (15, 13))

    def test_a_counter_sale_and_an_edit_at_one_place_are_told_apart(self):
        gid = self.placed(
            self.alpha,
            kind='pos',
            lines=[{'sku': self.SKU, 'quantity': 2}],
            location_id=self.second.gid,
        )
        self.edit(self.alpha, self.second, delta=-4)
        self.wait(self.alpha)
        self.assertTrue(self.env['shopify.order.binding'].search([('gid', '=', gid)]))
        self.assertEqual(self.edits().mapped('units'), [-4])

    def test_a_sale_from_either_place_is_no_edit(self):
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 3}])
        self.ring(self.alpha, 'order', gid)
        self.wait(self.alpha)
        self.assertFalse(self.moves())
        self.assertEqual(self.shown_at(self.first) + self.shown_at(self.second), 25)


class TestPersonDecides(EditCase):
    def by_lots(self):
        """An edit of a product that is tracked by lots."""
        self.product.tracking = 'lot'
        lot = self.env['stock.lot'].create({'name': 'L1', 'product_id': self.product.id})
        self.env['stock.quant']._update_available_quantity(self.product, self.place, 20, lot_id=lot)
        self.env.cr.flush()
        self.switch_on(self.alpha)
        self.edit(self.alpha, available=23)
        self.wait(self.alpha)
        return lot

    def failed(self):
        return self.env['shopify.task'].search(
            [('backend_id', '=', self.alpha.id), ('kind', '=', 'level'), ('state', '=', 'failed')]
        )

    def test_lots_are_asked_about_and_nothing_is_written_meanwhile(self):
        self.by_lots()
        self.assertEqual(self.edits().outcome, 'asked')
        self.assertIn('lots', self.failed().message)
        self.assertEqual((self.on_hand(), self.shown(self.alpha)), (20, 23))
        self.wait(self.alpha)
        self.assertEqual((len(self.failed()), len(self.edits())), (1, 1))

    def test_odoos_quantity_is_written_when_a_person_says_so(self):
        self.by_lots()
        self.edits().action_write_odoo()
        self.wait(self.alpha)
        self.assertEqual((self.edits().outcome, self.edits().chosen_by_id), ('odoo', self.env.user))
        self.assertEqual(self.shown(self.alpha), 20)
        self.assertFalse(self.failed())

    def test_a_count_in_odoo_answers_the_question(self):
        lot = self.by_lots()
        self.env['stock.quant']._update_available_quantity(self.product, self.place, 3, lot_id=lot)
        self.env.cr.flush()
        self.wait(self.alpha)
        self.assertEqual((self.edits().outcome, self.shown(self.alpha)), ('gone', 23))
        self.assertFalse(self.failed())

    def test_a_person_without_a_role_decides_nothing(self):
        self.by_lots()
        person = self.env['res.users'].create(
            {'name': 'Wes', 'login': 'wes', 'group_ids': [(6, 0, [self.env.ref('stock.group_stock_user').id])]}
        )
        with self.assertRaises(AccessError):
            self.edits().with_user(person).action_take()

    def test_a_part_of_the_stock_says_nothing_about_the_whole(self):
        self.env['shopify.stock.rule'].create(
            {'what': 'share_percent', 'value': 50, 'backend_id': self.alpha.id, 'product_id': self.product.id}
        )
        self.count(20)
        self.switch_on(self.alpha)
        self.assertEqual(self.shown(self.alpha), 10)
        self.edit(self.alpha, available=14)
        self.wait(self.alpha)
        self.assertEqual((self.edits().outcome, self.on_hand()), ('asked', 20))
        self.assertIn('a part', self.failed().message)
        self.edits().action_take()
        self.wait(self.alpha)
        self.assertEqual((self.edits().outcome, self.on_hand(), self.shown(self.alpha)), ('adjusted', 24, 12))

    def test_safety_stock_is_no_obstacle(self):
        self.env['shopify.stock.rule'].create(
            {'what': 'safety', 'value': 5, 'backend_id': self.alpha.id, 'product_id': self.product.id}
        )
        self.count(20)
        self.switch_on(self.alpha)
        self.edit(self.alpha, available=18)
        self.wait(self.alpha)
        self.assertEqual((self.on_hand(), self.shown(self.alpha)), (23, 18))

    def test_several_places_are_asked_about_unless_one_of_them_has_it(self):
        shelves = self.env['stock.location'].create(
            [{'name': name, 'location_id': self.place.location_id.id, 'usage': 'internal'} for name in ('Left', 'Right')]
        )
        self.env['stock.quant']._update_available_quantity(self.product, shelves[0], 12)
        self.place_of(self.alpha).source_ids = shelves
        self.switch_on(self.alpha)
        self.edit(self.alpha, available=15)
        self.wait(self.alpha)
        self.assertEqual(self.on_hand(shelves[0]), 15)
        self.env['stock.quant']._update_available_quantity(self.product, shelves[1], 1)
        self.env.cr.flush()
        self.wait(self.alpha)
        self.edit(self.alpha, available=9)
        self.wait(self.alpha)
        self.assertEqual((self.on_hand(shelves[0]), self.on_hand(shelves[1])), (15, 1))
        self.assertIn('several places', self.failed().message)

    def test_more_than_odoo_has_cannot_be_lost(self):
        self.count(0)
        self.switch_on(self.alpha)
        level = self.binding(self.alpha).level_ids.filtered('is_known')
        self.simulator.set_inventory(
            self.alpha.shop_domain, self.SKU, location_id=self.place_of(self.alpha).gid, available=7
        )
        level.write({'known': 12})
        self.ring_level()
        self.wait(self.alpha)
        self.assertIn('does not have as many', self.failed().message)
        self.assertEqual(self.on_hand(), 0)

    def test_the_policy_decides_what_was_asked_when_it_changes(self):
        self.by_lots()
        self.alpha.edit_policy = 'odoo'
        self.wait(self.alpha)
        self.assertEqual((self.edits().outcome, self.shown(self.alpha)), ('odoo', 20))

    def test_a_shop_user_sees_a_manager_decides_and_a_stranger_to_the_company_sees_nothing(self):
        self.by_lots()
        company = self.env['res.company'].create({'name': 'Elsewhere'})
        groups = [(6, 0, [self.env.ref('shopify_connector.group_shopify_user').id])]
        managers = [(6, 0, [self.env.ref('shopify_connector.group_shopify_manager').id])]
        here, there, boss = self.env['res.users'].create(
            [
                {'name': 'Sam', 'login': 'sam', 'group_ids': groups},
                {
                    'name': 'Eve',
                    'login': 'eve',
                    'group_ids': groups,
                    'company_id': company.id,
                    'company_ids': [(6, 0, company.ids)],
                },
                {'name': 'Max', 'login': 'max', 'group_ids': managers},
            ]
        )
        self.assertFalse(self.env['shopify.inventory.level.edit'].with_user(there).search([]))
        self.assertEqual(self.edits().with_user(here).units, 3)
        with self.assertRaises(AccessError):
            self.edits().with_user(here).action_take()
        self.edits().with_user(boss).action_write_odoo()
        self.assertEqual(self.edits().chosen_by_id, boss)


class TestTakenIn(EditCase):
    """Quantities that a person takes over from the shop, one by one or all."""

    def levels(self):
        place = self.place_of(self.alpha)
        return self.binding(self.alpha).level_ids.filtered(lambda row: row.location_id == place)

    def test_odoos_stock_becomes_what_the_shop_shows(self):
        self.count(20)
        self.switch_on(self.alpha)
        self.simulator.set_inventory(
            self.alpha.shop_domain, self.SKU, location_id=self.place_of(self.alpha).gid, available=31
        )
        self.assertEqual(self.take_in(), {})
        self.assertEqual((self.on_hand(), self.levels().known), (31, 31))

    def test_a_sale_that_odoo_has_not_seen_comes_off_afterwards(self):
        self.count(20)
        self.switch_on(self.alpha)
        self.ring_level()
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 4}])
        self.take_in()
        self.assertEqual(self.on_hand(), 20)
        self.ring(self.alpha, 'order', gid)
        self.wait(self.alpha)
        self.assertEqual((self.on_hand(), self.shown(self.alpha)), (20, 16))

    def test_what_cannot_be_taken_says_why(self):
        self.product.tracking = 'serial'
        self.switch_on(self.alpha)
        self.simulator.set_inventory(
            self.alpha.shop_domain, self.SKU, location_id=self.place_of(self.alpha).gid, available=3
        )
        self.assertIn('serial', self.take_in()[self.levels().id])
        self.assertEqual(self.on_hand(), 0)

    def take_in(self):
        """As the lane does it, with its commits."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            levels = self.levels().with_env(self.env(cr=cr))
            refused = levels.env['shopify.sync.levels']._take_in(levels)
        self.env.invalidate_all()
        return refused
