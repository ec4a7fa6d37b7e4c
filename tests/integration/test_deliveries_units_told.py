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

    def notices(self, binding):
        rows = self.simulator.state(self.domain)['notices']
        return [(row['kind'], row['fulfillment_id']) for row in rows if row['order_id'] == binding.gid]

    def assert_told_aside(self, binding, picking):
        """The goods with the number and the customer's message, then what is not shipped without either."""
        goods, aside = self.fulfillments(binding)
        self.assertEqual(self.row(picking).state, 'sent', self.row(picking).message)
        self.assertEqual(self.told(binding), self.ordered(binding))
        self.assertEqual(self.numbers(binding), [['1Z1'], []])
        self.assertEqual(self.notices(binding), [('shipping_confirmation', goods['id'])])
        picking.shopify_tracking_ref = '1Z2'
        self.run_orders()
        self.assertEqual(self.numbers(binding), [['1Z2'], []])
        self.assertEqual(self.notices(binding)[1:], [('shipping_update', goods['id'])])
        self.assertNotEqual(goods['id'], aside['id'])

    def test_a_service_is_told_with_the_last_goods_and_apart_from_them(self):
        self.env['product.product'].create({'name': "Engraving", 'default_code': 'ENGRAVE', 'type': 'service'})
        engraving = {'sku': 'ENGRAVE', 'title': "Engraving", 'price': '5.00', 'requires_shipping': False}
        binding = self.sold(kind=None, lines=[engraving, {'sku': 'MCS-S-BLA', 'quantity': 2}])
        picking = self.ship(binding, shopify_tracking_ref='1Z1')
        self.assertEqual(len(picking.move_ids), 1)
        self.run_orders()
        self.assert_told_aside(binding, picking)

    def test_what_only_shopify_does_not_ship_is_told_apart_from_the_goods(self):
        voucher = {'sku': 'VOUCHER', 'title': "Voucher", 'price': '5.00', 'requires_shipping': False}
        binding = self.sold(kind=None, lines=[voucher, {'sku': 'MCS-S-BLA', 'quantity': 2}])
        picking = self.ship(binding, shopify_tracking_ref='1Z1')
        self.assertEqual(len(picking.move_ids), 2)
        self.run_orders()
        self.assert_told_aside(binding, picking)

    def test_a_service_whose_telling_was_lost_is_told_without_another_message(self):
        self.env['product.product'].create({'name': "Engraving", 'default_code': 'ENGRAVE', 'type': 'service'})
        engraving = {'sku': 'ENGRAVE', 'title': "Engraving", 'price': '5.00', 'requires_shipping': False}
        binding = self.sold(kind=None, lines=[engraving, {'sku': 'MCS-S-BLA', 'quantity': 2}])
        picking = self.ship(binding, shopify_tracking_ref='1Z1')
        self.order_work(binding, 'hold', index=0)
        self.run_orders()
        self.assertEqual((self.row(picking).state, self.numbers(binding)), ('held', [['1Z1']]))
        self.order_work(binding, 'release', index=0)
        self.ring(self.backend, 'order', binding.gid)
        self.run_orders()
        self.assert_told_aside(binding, picking)

    def order_work(self, binding, step, **arguments):
        self.shop_act(binding, 'fulfillment_order', step=step, **arguments)

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
