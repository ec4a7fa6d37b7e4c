"""Parts of parcels that never left: of one that Shopify holds, and of one that the shop has told of itself."""

from tests.integration.test_deliveries_cancelled import CalledBackCase

_FOUR = [{'sku': 'MCS-S-BLA', 'quantity': 4}]


class TestPartsCalledBack(CalledBackCase):
    def test_two_parts_of_a_parcel_that_shopify_holds_wait_and_are_called_back_with_its_release(self):
        binding = self.sold(lines=_FOUR)
        picking = self.ship(binding)
        self.shop_act(binding, 'fulfillment_order', step='hold')
        backs = [self.undo(picking, 1), self.undo(picking, 1)]
        self.run_orders()
        rows = [self.row(back) for back in backs]
        self.assertEqual([(row.state, row.code) for row in rows], [('held', 'not_told_yet')] * 2)
        self.assertEqual(len({row.message for row in rows}), 1)
        self.assertFalse(self.states(binding))
        self.shop_act(binding, 'fulfillment_order', step='release')
        self.ring(self.backend, 'order', binding.gid)
        for _run in range(3):
            self.run_orders()
        self.assertEqual([row.state for row in (self.row(picking), *rows)], ['sent'] * 3)
        self.assertEqual(sum(self.told(binding).values()), 2)
        self.assertEqual((self.goods(binding).qty_delivered, self.open_units(binding)), (2, 2))

    def both_told(self, missing_stock='negative'):
        """Odoo ships two of four, the shop says that all have left: ``(binding, picking)`` before Odoo hears of it."""
        binding = self.sold(lines=_FOUR)
        self.main.missing_stock = missing_stock
        picking = self.ship(binding, 2)
        self.shop_act(binding, 'fulfill')
        return binding, picking

    def parcels(self, binding):
        return self.env['shopify.fulfillment'].search([('order_binding_id', '=', binding.id)], order='id')

    def assert_three_left(self, binding, picking):
        self.assertEqual(self.states(binding), ['CANCELLED', 'SUCCESS'])
        self.assertEqual((self.goods(binding).qty_delivered, self.open_units(binding)), (3, 1))
        self.assertEqual(sum(self.told(binding).values()), 3)
        rows = self.parcels(binding)
        self.assertEqual(rows.mapped('taken'), ['undone', 'done'])
        self.assertIn(picking, rows[1].picking_ids)

    def test_of_what_the_shop_told_of_too_only_what_odoo_had_shipped_is_called_back(self):
        binding, picking = self.both_told()
        back = self.undo(picking, 1)
        for _run in range(4):
            self.run_orders()
        self.assertEqual(self.row(back).state, 'sent')
        self.assertEqual(self.row(picking).adopted, {self.goods(binding).shopify_line_gid: 2})
        self.assert_three_left(binding, picking)

    def test_nor_is_it_forgotten_when_answers_are_lost(self):
        binding, picking = self.both_told()
        self.undo_without_answers(picking, 1)
        self.assert_three_left(binding, picking)

    def half_asked(self):
        """The same, when Odoo has heard: of the shop's parcel two units are Odoo's, about the others a person is asked."""
        binding, picking = self.both_told('ask')
        self.run_orders()
        self.ring(self.backend, 'order', binding.gid)
        row = self.parcels(binding)
        self.assertEqual((row.taken, row.picking_ids, bool(row.proposal)), ('no', picking, True))
        self.assertEqual(sum(row._get_untaken().values()), 2)
        return binding, picking

    def test_a_parcel_whose_odoo_part_never_left_stands_for_no_delivery_of_odoo(self):
        binding, picking = self.half_asked()
        self.undo(picking)
        for _run in range(4):
            self.run_orders()
        self.assertEqual(self.states(binding), ['CANCELLED', 'SUCCESS'])
        self.assertEqual(sum(self.told(binding).values()), 2)
        self.assertEqual((self.goods(binding).qty_delivered, self.open_units(binding)), (0, 4))
        row = self.parcels(binding)[1]
        self.assertEqual((row.taken, row.picking_ids, bool(row.proposal)), ('no', picking.browse(), True))
        self.assertEqual(self.row(picking).code, 'called_back')

    def test_what_a_person_has_decided_about_the_rest_of_a_parcel_stands(self):
        binding, picking = self.half_asked()
        self.main.missing_stock = 'negative'
        self.parcels(binding).action_take_by_hand()
        self.undo(picking, 1)
        for _run in range(4):
            self.run_orders()
        rows = self.parcels(binding)
        self.assertEqual(self.states(binding), ['CANCELLED', 'SUCCESS'])
        self.assertEqual((rows[1].taken, rows[1].proposal, rows[1].picking_ids), ('by_hand', False, picking))
        self.assertEqual(sum(rows[1]._get_untaken().values()), 2)
        self.assertEqual((self.goods(binding).qty_delivered, self.open_units(binding)), (1, 3))

    def test_the_parcel_with_the_same_goods_is_the_one_that_odoo_shipped(self):
        binding = self.sold(lines=[{'sku': 'MCS-S-BLA', 'quantity': 2}, {'sku': 'MCS-M-BLA', 'quantity': 2}])
        first, second = (row['id'] for row in self.shop_order(binding)['lines'])
        self.main.missing_stock = 'negative'
        picking = self.ship(binding, 1, 2)
        for units in ({first: 1}, {first: 1, second: 2}):
            lines = [{'line_item_id': line, 'quantity': count} for line, count in units.items()]
            self.shop_act(binding, 'fulfill', lines=lines)
        self.run_orders()
        self.ring(self.backend, 'order', binding.gid)
        rows = self.env['shopify.fulfillment'].search([('order_binding_id', '=', binding.id)])
        self.assertEqual(set(rows.mapped('taken')), {'done'})
        by_count = {sum(row._get_units().values()): row.picking_ids for row in rows}
        self.assertEqual(by_count[3], picking)
        self.assertEqual((len(by_count[1]), by_count[1] & picking), (1, picking.browse()))
