"""A validated transfer becomes the right fulfilments in Shopify, exactly once."""

from collections import Counter
from unittest.mock import patch

from odoo.addons.shopify_connector.shopify.client import Client
from odoo.tools import mute_logger

from tests.integration.deliveries_told import ToldCase

CREATE = 'FulfillmentCreate'


class TestTold(ToldCase):
    def test_a_validated_transfer_is_a_fulfilment_in_shopify(self):
        binding = self.binding
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
        binding = self.binding
        first = self.ship(binding, 1, 0)
        self.run_orders()
        self.assertEqual(sum(self.told(binding).values()), 1)
        second = self.ship(binding)
        self.run_orders()
        self.assertEqual(self.told(binding), self.ordered(binding))
        self.assertEqual((self.row(first) | self.row(second)).mapped('state'), ['sent', 'sent'])
        self.assertEqual(self.requests(CREATE), 2)

    def test_two_parts_that_wait_together_are_told_one_after_the_other(self):
        binding = self.binding
        pickings = self.ship(binding, 1, 0) | self.ship(binding)
        self.run_orders()
        self.assertEqual([self.row(picking).state for picking in pickings], ['sent', 'sent'])
        self.assertEqual(self.told(binding), self.ordered(binding))

    # -- exactly once ---------------------------------------------------------------------------------------------------
    def settled(self, binding, delivery):
        """The lane until it has come to rest, with the waiting that it asks for."""
        for _time in range(4):
            self.pass_time()
            self.run_orders()
        self.assertEqual(delivery.state, 'sent', delivery.message)
        self.assertEqual(self.told(binding), self.ordered(binding))
        self.assertEqual(len(self.shop_order(binding)['fulfillments']), 1)

    def test_an_answer_that_is_lost_is_looked_for_and_nothing_is_sent_again(self):
        binding = self.binding
        delivery = self.row(self.ship(binding))
        self.simulator.fault(self.domain, 'disconnect_after', match=CREATE)
        self.run_orders()
        self.assertEqual((delivery.state, delivery.step_ids.state), ('waiting', 'unclear'))
        self.assertEqual(self.task(binding).state, 'pending')
        self.settled(binding, delivery)
        self.assertEqual((delivery.step_ids.state, delivery.step_ids.sends), ('done', 1))
        self.assertEqual((delivery.fulfillment_ids.origin, delivery.fulfillment_ids.taken), ('odoo', 'done'))

    def test_what_never_arrived_is_sent_again_after_two_looks(self):
        binding = self.binding
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

    def test_a_run_that_dies_between_sending_and_the_answer_leaves_no_parcel_twice(self):
        binding = self.binding
        delivery = self.row(self.ship(binding))
        with self.dying('_settle_answer'):
            self.run_orders()
        self.assertEqual((delivery.state, delivery.step_ids.state), ('waiting', 'sending'))
        self.settled(binding, delivery)
        self.assertEqual(delivery.step_ids.sends, 1)

    def test_a_run_that_dies_before_sending_loses_nothing(self):
        binding = self.binding
        delivery = self.row(self.ship(binding))
        with self.dying('_perform'):
            self.run_orders()
        self.assertEqual((delivery.state, delivery.step_ids.mapped('state')), ('waiting', ['planned']))
        self.settled(binding, delivery)

    def test_what_shopify_does_late_is_not_done_twice(self):
        binding = self.binding
        delivery = self.row(self.ship(binding))
        self.simulator.fault(self.domain, 'late', match=CREATE, seconds=30)
        self.run_orders()
        self.pass_time(15)
        self.run_orders()
        self.assertTrue(delivery.step_ids.looked_at)
        self.simulator.post('/clock', advance=60)
        self.settled(binding, delivery)
        self.assertEqual(delivery.step_ids.sends, 1)

    def test_a_rate_limit_only_delays_it(self):
        binding = self.binding
        delivery = self.row(self.ship(binding))
        self.simulator.fault(self.domain, 'throttled', match=CREATE, count=20)
        with patch.object(Client, '_wait'):
            self.run_orders()
        self.assertEqual((delivery.state, delivery.step_ids.state, delivery.step_ids.sends), ('waiting', 'planned', 0))
        self.assertEqual((delivery.code, self.task(binding).state), ('throttled', 'pending'))
        self.simulator.post(f'/shops/{self.domain}/faults', clear=True)
        self.settled(binding, delivery)

    def dying(self, method):
        """The run ends with an error in the middle, after everything that it had committed."""
        steps = self.env.registry['shopify.sync.delivery.steps']
        self.enterContext(mute_logger('odoo.addons.shopify_connector.sync.engine'))
        return patch.object(steps, method, side_effect=RuntimeError("The worker has died."))


class TestTogether(ToldCase):
    def share(self):
        super().share()
        gids = [self.placed(self.backend, kind='plain', seed=number) for number in range(12)]
        self.ring(self.backend, 'order', *gids)
        bindings = self.env['shopify.order.binding'].search([('gid', 'in', gids)])
        self.rows = self.env['shopify.delivery'].browse()
        for binding in bindings:
            self.rows |= self.row(self.ship(binding))
        self.simulator.post(f'/shops/{self.domain}/stats/reset')

    def test_twelve_deliveries_take_few_requests(self):
        self.run_orders()
        self.assertEqual(set(self.rows.mapped('state')), {'sent'}, self.rows.mapped('message'))
        self.assertEqual((self.requests('DeliveryStates'), self.requests(CREATE)), (1, 2))

    def test_one_that_fails_inside_a_request_leaves_the_others_alone(self):
        self.simulator.fault(self.domain, 'alias_failed_after', match=CREATE, alias=3)
        self.run_orders()
        self.assertEqual(Counter(self.rows.mapped('state')), {'sent': 11, 'waiting': 1})
        for _time in range(2):
            self.pass_time()
            self.run_orders()
        self.assertEqual(set(self.rows.mapped('state')), {'sent'})
        self.assertEqual([len(self.shop_order(row.order_binding_id)['fulfillments']) for row in self.rows], [1] * 12)

    def test_a_request_that_is_cut_inside_is_settled_order_by_order(self):
        self.simulator.fault(self.domain, 'cut_inside', match=CREATE, alias=4)
        for _time in range(4):
            self.run_orders()
            self.pass_time()
        self.assertEqual(set(self.rows.mapped('state')), {'sent'})
        self.assertEqual([len(self.shop_order(row.order_binding_id)['fulfillments']) for row in self.rows], [1] * 12)
        self.assertEqual(Counter(self.rows.step_ids.mapped('sends'))[1], 6)

    def test_one_order_that_shopify_refuses_or_that_breaks_here_holds_up_no_other(self):
        bad, broken = self.rows[3], self.rows[5]
        self.shop_act(bad.order_binding_id, 'cancel')
        units = self.env.registry['shopify.sync.delivery.units']
        original = units._get_parcels

        def get_parcels(self, deliveries):
            if broken in deliveries:
                raise ValueError("A bill of materials without end.")
            return original(self, deliveries)

        with patch.object(units, '_get_parcels', get_parcels):
            self.run_orders()
        self.assertEqual((bad.state, bad.code), ('failed', 'cancelled'))
        self.assertIn('has left', bad.message.replace('have left', 'has left'))
        self.assertEqual((broken.state, broken.message), ('waiting', "A bill of materials without end."))
        self.assertEqual(set((self.rows - bad - broken).mapped('state')), {'sent'})
        self.run_orders()
        self.assertEqual(broken.state, 'sent')
