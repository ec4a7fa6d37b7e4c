from tests.integration.test_refunds import RefundCase
from tests.integration.test_returns_both_ways import ToldBackCase


class TestReturnsOfOrdersShippedInPart(ToldBackCase):
    """Of three units of a line two have left and are told, one is still to be delivered."""

    def sold_three(self):
        sku = self.shop_order(self.binding)['lines'][0]['sku']
        return self.sold(kind=None, lines=[{'sku': sku, 'quantity': 3, 'price': '17.33'}])

    def sent_in_part(self):
        binding = self.sold_three()
        picking = self.ship(binding, 2)
        self.run_orders()
        self.assertEqual((self.row(picking).state, self.shop_order(binding)['lines'][0]['unfulfilled_quantity']), ('sent', 1))
        return binding, picking

    def line(self, binding):
        return binding.sale_order_id.order_line.filtered(lambda line: line.product_id.type == 'consu')

    def assert_third_unit_follows(self, binding, wanted):
        (rest,) = self.pickings(binding)
        self.assertEqual((sum(rest.move_ids.mapped('product_uom_qty')), self.line(binding).product_uom_qty), (1, wanted))
        self.ship(binding)
        self.run_orders()
        self.run_orders()
        shown = self.shop_order(binding)['lines'][0]
        self.assertEqual((shown['unfulfilled_quantity'], shown['current_quantity']), (0, 2))
        self.assertFalse(self.pickings(binding))

    def test_what_the_shop_has_put_back_is_received_and_the_open_unit_is_delivered(self):
        binding, picking = self.sent_in_part()
        self.act(binding, 'return', lines=[{'index': 0, 'quantity': 1, 'reason': 'STYLE'}])
        back = self.records(binding).picking_ids
        self.assertEqual((back.state, picking.return_ids, self.line(binding).qty_delivered), ('done', back, 1))
        self.assert_third_unit_follows(binding, 2)
        self.ring(self.backend, 'order', binding.gid)
        self.assertEqual((len(picking.return_ids), self.line(binding).qty_delivered), (1, 2))

    def test_a_planned_receipt_is_received_when_the_shop_says_where_the_goods_are(self):
        binding, _picking = self.sent_in_part()
        self.act(binding, 'return', process=False, lines=[{'index': 0, 'quantity': 1, 'reason': 'STYLE'}])
        back = self.records(binding).picking_ids
        self.act(binding, 'return_step', step='process')
        self.assertEqual((back.state, self.records(binding).picking_ids), ('done', back))
        self.assert_third_unit_follows(binding, 2)

    def test_the_open_unit_is_delivered_also_where_the_customer_keeps_what_was_refunded(self):
        binding, _picking = self.sent_in_part()
        self.act(binding, 'return', process=False, lines=[{'index': 0, 'quantity': 1, 'reason': 'STYLE'}])
        self.act(binding, 'return_step', step='process', restock=False)
        self.assertEqual(self.line(binding).qty_delivered, 2)
        self.assert_third_unit_follows(binding, 3)

    def test_a_unit_that_is_taken_off_the_order_before_shopify_knows_what_left_is_not_delivered(self):
        binding = self.sold_three()
        self.ship(binding, 2)
        self.act(binding, 'edit', set_quantity=[{'sku': self.shop_order(binding)['lines'][0]['sku'], 'quantity': 2}])
        self.assertFalse(self.pickings(binding))
        self.assertEqual(self.line(binding).product_uom_qty, 2)

    def test_goods_that_a_person_lets_not_count_stay_delivered(self):
        binding, picking = self.sent_in_part()
        for counts in (False, True):
            wizard = self.env['stock.return.picking'].create({'picking_id': picking.id})
            wizard.product_return_moves.write({'quantity': 1, 'to_refund': counts})
            back = wizard._create_return()
            self.assertEqual(self.line(binding).qty_delivered, 2, "what is only planned never counts")
            back._shopify_receive()
            self.assertEqual((back.state, self.line(binding).qty_delivered), ('done', 1 if counts else 2))

    def test_a_unit_that_was_refunded_is_not_told_and_the_next_one_is(self):
        binding = self.sold_three()
        picking = self.ship(binding)
        self.run_orders()
        sku = self.shop_order(binding)['lines'][0]['sku']
        self.act(binding, 'refund', lines=[{'sku': sku, 'quantity': 1, 'restock_type': 'NO_RESTOCK'}])
        back = self.take_back(picking, 1)
        self.run_orders()
        self.assertEqual((self.row(back).state, self.row(back).code), ('not_needed', 'refunded'), self.row(back).message)
        self.assertFalse(self.returns(binding))
        back = self.take_back(picking, 1)
        self.run_orders()
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [1]), self.row(back).message)

    def test_all_lines_of_a_long_return_come_back(self):
        sku = self.shop_order(self.binding)['lines'][0]['sku']
        binding = self.sold(kind=None, lines=[{'sku': sku, 'quantity': 1, 'price': '5.00'}] * 17)
        self.ship(binding)
        self.run_orders()
        self.act(binding, 'return', lines=[{'index': index, 'quantity': 1, 'reason': 'STYLE'} for index in range(17)])
        record = self.records(binding)
        self.assertEqual((len(record.line_ids), sum(record.line_ids.mapped('restocked'))), (17, 17))
        self.assertEqual((record.picking_ids.state, sum(self.delivered(binding))), ('done', 0))


class TestRefundsOfOrdersShippedInPart(RefundCase):
    def share(self):
        super().share()
        self.backend.ship_export = True

    def test_goods_refunded_and_restocked_come_back_and_the_open_unit_is_delivered(self):
        binding = self.sell_three()
        self.deliver(binding, 2)
        self.settle()
        self.refund(binding, 1, line={'restock_type': 'RETURN'})
        line = binding.sale_order_id.order_line.filtered(lambda row: row.product_id.is_storable)
        self.assertEqual((line.qty_delivered, line.product_uom_qty), (1, 2))
        self.assertEqual(binding.refund_ids.picking_ids.mapped('state'), ['done'])
        self.assert_as_in_shopify(binding)
        self.deliver(binding)
        self.assertEqual((line.qty_delivered, line.product_uom_qty), (2, 2))
        self.assert_as_in_shopify(binding)
