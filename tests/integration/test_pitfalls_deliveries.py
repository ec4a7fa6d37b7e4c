"""What other connectors get wrong about deliveries, row by row: each row has a test that fails when it is got wrong here.

After a crash the same parcel is fulfilled twice and the customer is told twice: `TestPitfallsOfCrashes`; whatever the
moment: test_delivery_worlds.
A mutation is sent again after a timeout, up to four times: `test_what_was_carried_out_…`, `test_a_request_that_is_carried_out_
when_nobody_waits_any_more_…`; test_deliveries_send: `test_what_never_arrived_is_sent_again_after_two_looks`.
Deliveries in two and three steps fail: `test_three_steps_…`; test_deliveries_units: `test_two_and_three_steps_are_told_…`.
Tracking that is typed in later is never sent, and only one number: `TestPitfallsOfTracking`.
One transient error leaves the delivery stuck for ever: `TestPitfallsOfErrors`.
Kits and placeholder lines raise: `test_a_product_that_odoo_does_not_know_…`; apps/test_deliveries_apps: `test_a_kit_is_told_…`.
"""

from unittest.mock import patch

from odoo.addons.shopify_connector.shopify.client import Client

from tests.integration.deliveries_told import ToldCase

CREATE = 'FulfillmentCreate'


class Crash(BaseException):
    """The process dies here."""


class PitfallCase(ToldCase):
    def notices(self, kind='shipping_confirmation'):
        """Numbers of the parcels that the customer was told of, one list a message."""
        return [row['numbers'] for row in self.simulator.state(self.domain)['notices'] if row['kind'] == kind]

    def parcels(self, binding):
        return [row for row in self.shop_order(binding)['fulfillments'] if row['status'] == 'SUCCESS']

    def come_to_rest(self):
        for _time in range(5):
            self.pass_time()
            self.run_orders()

    def assert_told_once(self, binding, picking, requests):
        self.come_to_rest()
        self.assertEqual(self.row(picking).state, 'sent', self.row(picking).message)
        self.assertEqual(self.told(binding), self.ordered(binding))
        self.assertEqual((len(self.parcels(binding)), len(self.notices())), (1, 1))
        self.assertEqual(self.requests(CREATE), requests)


class TestPitfallsOfCrashes(PitfallCase):
    def dying(self, before):
        """The process dies before the request that fulfils leaves, or when its answer is there."""
        send = Client._send

        def sent(client, work, *arguments):
            if CREATE not in str(work.body):
                return send(client, work, *arguments)
            if not before:
                send(client, work, *arguments)
            raise Crash

        return patch.object(Client, '_send', sent)

    def test_a_process_that_dies_with_the_answer_tells_nobody_twice(self):
        binding = self.sold()
        picking = self.ship(binding, shopify_tracking_ref='1Z999')
        with self.dying(before=False), self.assertRaises(Crash):
            self.run_orders()
        self.assert_told_once(binding, picking, requests=1)

    def test_a_process_that_dies_before_the_request_leaves_tells_it_later(self):
        binding = self.sold()
        picking = self.ship(binding, shopify_tracking_ref='1Z999')
        with self.dying(before=True), self.assertRaises(Crash):
            self.run_orders()
        self.assertEqual(self.parcels(binding), [])
        self.assert_told_once(binding, picking, requests=1)

    def test_what_was_carried_out_without_an_answer_is_not_sent_again(self):
        for fault in ('disconnect_after', 'http_500_after', 'html_502_after', 'alias_failed_after'):
            with self.subTest(fault=fault):
                binding = self.sold(seed=fault)
                before, told = self.requests(CREATE), len(self.notices())
                picking = self.ship(binding)
                self.simulator.fault(self.domain, fault, match=CREATE)
                self.come_to_rest()
                self.assertEqual(self.row(picking).state, 'sent', self.row(picking).message)
                self.assertEqual((len(self.parcels(binding)), len(self.notices()) - told), (1, 1))
                self.assertEqual(self.requests(CREATE) - before, 1)

    def test_a_request_that_is_carried_out_when_nobody_waits_any_more_is_found(self):
        binding = self.sold()
        picking = self.ship(binding)
        self.simulator.fault(self.domain, 'late', match=CREATE, seconds=30)
        self.run_orders()
        self.pass_time(12)
        self.run_orders()
        self.assertEqual(self.parcels(binding), [])
        self.simulator.post('/clock', advance=40)
        self.assert_told_once(binding, picking, requests=1)


class TestPitfallsOfSteps(PitfallCase):
    def test_three_steps_are_told_with_the_last_from_the_warehouse_of_the_order(self):
        self.warehouse.delivery_steps = 'pick_pack_ship'
        binding = self.sold()
        for step in range(3):
            self.assertEqual(self.parcels(binding), [], f"Something was told before step {step + 1}.")
            picking = self.pickings(binding)
            picking.action_assign()
            self.ship(binding)
            self.run_orders()
        self.assertEqual(self.told(binding), self.ordered(binding))
        self.assertEqual(self.parcels(binding)[0]['location_id'], self.main.gid)

    def test_a_product_that_odoo_does_not_know_is_shipped_like_any_other(self):
        line = {'title': 'Something New', 'quantity': 2, 'price': '5.00', 'sku': 'NOBODY-KNOWS-IT'}
        binding = self.sold(kind='plain', lines=[line], shipping=None)
        picking = self.pickings(binding)
        if picking:
            self.ship(binding)
        self.come_to_rest()
        self.assertEqual(self.told(binding), self.ordered(binding))


class TestPitfallsOfTracking(PitfallCase):
    def test_a_number_that_comes_later_and_another_after_it_reach_the_parcel(self):
        binding = self.sold()
        picking = self.ship(binding)
        self.run_orders()
        self.assertEqual(self.parcels(binding)[0]['tracking'], [])
        for number in ('LATER-1', 'LATER-2'):
            picking.shopify_tracking_ref = number
            self.run_orders()
            self.assertEqual([row['number'] for row in self.parcels(binding)[0]['tracking']], [number])
        self.assertEqual(len(self.parcels(binding)), 1)
        self.assertEqual(self.notices('shipping_update'), [['LATER-1'], ['LATER-2']])

    def test_several_numbers_go_with_one_parcel(self):
        binding = self.sold()
        self.ship(binding, shopify_tracking_ref='A1, A2;A3', shopify_tracking_company='UPS')
        self.run_orders()
        tracking = self.parcels(binding)[0]['tracking']
        self.assertEqual([row['number'] for row in tracking], ['A1', 'A2', 'A3'])
        self.assertTrue(all('ups.com' in row['url'] for row in tracking))
        self.assertEqual(self.notices(), [['A1', 'A2', 'A3']])


class TestPitfallsOfErrors(PitfallCase):
    def test_errors_that_pass_hold_nothing_up_for_good(self):
        for fault in ('throttled', 'http_503', 'http_429', 'internal_error', 'html_502'):
            with self.subTest(fault=fault):
                binding = self.sold(seed=fault)
                picking = self.ship(binding)
                self.simulator.fault(self.domain, fault, count=3, retry_after=0.01)
                self.run_orders()
                for _time in range(4):
                    self.come_to_rest()
                self.assertEqual(self.row(picking).state, 'sent', self.row(picking).message)
                self.assertEqual(len(self.parcels(binding)), 1)

    def test_what_cannot_be_told_says_why_on_the_transfer_and_goes_on_when_it_can(self):
        binding = self.sold()
        number = binding.gid.rsplit('/', 1)[1]
        self.simulator.act(self.domain, number, 'fulfillment_order', step='hold', reason='INCORRECT_ADDRESS')
        picking = self.ship(binding)
        self.run_orders()
        self.assertEqual(picking.shopify_delivery_state, 'held')
        self.assertIn('address', picking.shopify_delivery_message.lower())
        self.simulator.act(self.domain, number, 'fulfillment_order', step='release')
        held = self.shop_order(binding)['fulfillment_orders'][0]['id']
        self.ring(self.backend, 'fulfillment_order', held)
        self.come_to_rest()
        self.assertEqual(picking.shopify_delivery_state, 'sent', picking.shopify_delivery_message)
        self.assertEqual(self.told(binding), self.ordered(binding))
