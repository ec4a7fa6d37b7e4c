"""Parcels, services and corrections in a simulated shop: what is fulfilled there is what left here."""

from collections import Counter

from tests.integration.deliveries_told import ToldCase


class TestToldAsTheyLeft(ToldCase):
    def fulfillments(self, binding):
        return [row for row in self.shop_order(binding)['fulfillments'] if row['status'] == 'SUCCESS']

    def numbers(self, binding):
        return [[info['number'] for info in row['tracking']] for row in self.fulfillments(binding)]

    def test_packages_with_numbers_are_fulfilments_of_their_own(self):
        binding = self.sold()
        picking = self.pickings(binding)
        boxes = self.env['stock.package'].create([{'name': "BOX1"}, {'name': "BOX2"}])
        for move, box in zip(picking.move_ids.sorted('id'), boxes, strict=True):
            move.quantity = move.product_uom_qty
            move.move_line_ids.result_package_id = box
        boxes[0].shopify_tracking_ref = 'B1'
        boxes[1].shopify_tracking_ref = 'B2'
        self.ship(binding)
        self.run_orders()
        self.assertEqual(self.told(binding), self.ordered(binding))
        self.assertEqual(self.numbers(binding), [['B1'], ['B2']])
        boxes[1].shopify_tracking_ref = 'B2,B3'
        self.run_orders()
        self.assertEqual(self.numbers(binding), [['B1'], ['B2', 'B3']])
        self.assertEqual(self.row(picking).state, 'sent')

    def test_goods_that_are_added_to_a_delivery_afterwards_are_told(self):
        binding = self.sold(lines=[{'sku': 'MCS-S-BLA', 'quantity': 3}])
        picking = self.ship(binding, 1)
        self.run_orders()
        self.assertEqual(sum(self.told(binding).values()), 1)
        picking.move_ids.quantity = 2
        self.run_orders()
        self.assertEqual(sum(self.told(binding).values()), 2)
        self.ship(binding)
        self.run_orders()
        self.assertEqual(self.told(binding), self.ordered(binding))
        self.assertEqual(len(self.fulfillments(binding)), 3)

    def test_orders_of_every_kind_are_fulfilled_as_a_whole(self):
        bindings = [self.sold(kind=kind, seed=3) for kind in ('custom_line', 'tip', 'gift_card_sold', 'deleted_product')]
        for binding in bindings:
            for picking in self.pickings(binding):
                for move in picking.move_ids:
                    move.write({'quantity': move.product_uom_qty, 'picked': True})
                picking.with_context(skip_sms=True).button_validate()
        self.run_orders()
        for binding in bindings:
            order = self.shop_order(binding)
            with self.subTest(order=order['name']):
                left = Counter()
                for row in order['fulfillment_orders']:
                    for line in row['lines']:
                        left[line['line_id']] += line['remaining']
                self.assertFalse(+left)
                self.assertLessEqual(
                    set(self.env['shopify.delivery'].search([('order_binding_id', '=', binding.id)]).mapped('state')),
                    {'sent', 'not_needed'},
                )
