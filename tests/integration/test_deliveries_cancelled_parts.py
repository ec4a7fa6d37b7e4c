"""Parts of parcels that never left: of one that Shopify holds, and of one that the shop has told of itself."""

from tests.integration.test_deliveries_cancelled import CalledBackCase

_FOUR = [{'sku': 'MCS-S-BLA', 'quantity': 4}]


class TestPartsCalledBack(CalledBackCase):
    def goods(self, binding):
        return binding.sale_order_id.order_line.filtered(lambda line: line.product_id.is_storable)

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

    def test_of_what_the_shop_told_of_too_only_what_odoo_had_shipped_is_called_back(self):
        """Odoo ships two of four, the shop says that all have left, and one of Odoo's two never did."""
        binding = self.sold(lines=_FOUR)
        self.main.missing_stock = 'negative'
        picking = self.ship(binding, 2)
        self.shop_act(binding, 'fulfill')
        back = self.undo(picking, 1)
        for _run in range(4):
            self.run_orders()
        self.assertEqual((self.row(picking).adopted, self.row(back).state), ({self.goods(binding).shopify_line_gid: 2}, 'sent'))
        self.assertEqual(self.states(binding), ['CANCELLED', 'SUCCESS'])
        self.assertEqual((self.goods(binding).qty_delivered, self.open_units(binding)), (3, 1))
        self.assertEqual(sum(self.told(binding).values()), 3)
        rows = self.env['shopify.fulfillment'].search([('order_binding_id', '=', binding.id)], order='id')
        self.assertEqual(rows.mapped('taken'), ['undone', 'done'])

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
