"""A validated transfer becomes the right fulfilments in Shopify, exactly once."""

from tests.integration.deliveries_told import ToldCase

CREATE = 'FulfillmentCreate'


class TestTold(ToldCase):
    def test_a_validated_transfer_is_a_fulfilment_in_shopify(self):
        binding = self.sold()
        picking = self.ship(binding)
        self.assertEqual(self.requests(CREATE), 0)
        delivery = self.row(picking)
        self.assertEqual((delivery.state, delivery.kind), ('waiting', 'ship'))
        self.run_orders()
        self.assertEqual(delivery.state, 'sent', delivery.message)
        self.assertEqual(self.told(binding), self.ordered(binding))
        self.assertEqual((delivery.step_ids.kind, delivery.step_ids.state), ('create', 'done'))
        self.assertEqual(delivery.fulfillment_ids.gid, delivery.step_ids.result_gid)
        self.assertEqual((delivery.fulfillment_ids.origin, delivery.fulfillment_ids.taken), ('odoo', 'done'))
        self.assertEqual(self.task(binding).state, 'done')
        self.run_orders()
        self.assertEqual(self.requests(CREATE), 1)

    def test_parts_are_told_as_they_leave(self):
        binding = self.sold()
        first = self.ship(binding, 1, 0)
        self.run_orders()
        self.assertEqual(sum(self.told(binding).values()), 1)
        second = self.ship(binding)
        self.run_orders()
        self.assertEqual(self.told(binding), self.ordered(binding))
        self.assertEqual((self.row(first) | self.row(second)).mapped('state'), ['sent', 'sent'])
        self.assertEqual(self.requests(CREATE), 2)

    def test_two_parts_that_wait_together_are_told_one_after_the_other(self):
        binding = self.sold()
        pickings = self.ship(binding, 1, 0) | self.ship(binding)
        self.run_orders()
        self.assertEqual([self.row(picking).state for picking in pickings], ['sent', 'sent'])
        self.assertEqual(self.told(binding), self.ordered(binding))


class TestExactlyOnce(ToldCase):
    def settled(self, binding, delivery):
        """The lane until it has come to rest, with the waiting that it asks for."""
        for _time in range(4):
            self.pass_time()
            self.run_orders()
        self.assertEqual(delivery.state, 'sent', delivery.message)
        self.assertEqual(self.told(binding), self.ordered(binding))
        self.assertEqual(len(self.shop_order(binding)['fulfillments']), 1)

    def test_an_answer_that_is_lost_is_looked_for_and_nothing_is_sent_again(self):
        binding = self.sold()
        delivery = self.row(self.ship(binding))
        self.simulator.fault(self.domain, 'disconnect_after', match=CREATE)
        self.run_orders()
        self.assertEqual((delivery.state, delivery.step_ids.state), ('waiting', 'unclear'))
        self.assertEqual(self.task(binding).state, 'pending')
        self.settled(binding, delivery)
        self.assertEqual((delivery.step_ids.state, delivery.step_ids.sends), ('done', 1))
        self.assertEqual((delivery.fulfillment_ids.origin, delivery.fulfillment_ids.taken), ('odoo', 'done'))

    def test_what_never_arrived_is_sent_again_after_two_looks(self):
        binding = self.sold()
        delivery = self.row(self.ship(binding))
        self.simulator.fault(self.domain, 'disconnect_before', match=CREATE)
        self.run_orders()
        step = delivery.step_ids
        self.assertEqual(step.state, 'unclear')
        self.run_orders()
        self.assertFalse(step.looked_at, "It was looked at before Shopify could be through with it.")
        self.pass_time(15)
        self.run_orders()
        self.assertTrue(step.looked_at)
        self.run_orders()
        self.assertEqual((step.state, step.sends), ('unclear', 1))
        self.settled(binding, delivery)
        self.assertEqual((step.state, step.sends), ('done', 2))
