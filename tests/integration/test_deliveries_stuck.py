"""What cannot be told or looked for comes to rest, and holds up nobody else's deliveries."""

from unittest.mock import patch

from odoo.addons.shopify_connector.shopify import errors
from odoo.addons.shopify_connector.shopify.client import Client
from odoo.tools import mute_logger

from tests.integration.deliveries_told import ToldCase
from tests.integration.test_returns_both_ways import ToldBackCase

CREATE = 'FulfillmentCreate'
REFUSED = {'s0': {'fulfillment': None, 'userErrors': [{'field': None, 'message': "It is on its way back."}]}}


class TestWithoutAnswer(ToldBackCase):
    def without(self, *parts):
        scopes = [scope.strip() for scope in self.backend.granted_scopes.split(',')]
        self.backend.granted_scopes = ','.join(scope for scope in scopes if not any(part in scope for part in parts))

    def lost(self):
        """A return whose opening has no answer."""
        binding, picking = self.sent()
        self.simulator.fault(self.domain, 'disconnect_after', match='returnCreate')
        back = self.row(self.take_back(picking, 1))
        self.run_orders()
        self.assertEqual(back.step_ids.state, 'unclear')
        return binding, back

    def run_often(self, times=4):
        for _time in range(times):
            self.pass_time()
            self.run_orders()

    def test_a_lost_answer_of_a_return_that_was_given_up_is_looked_for(self):
        binding, back = self.lost()
        back.action_give_up()
        self.run_often()
        self.assertEqual(back.step_ids.state, 'done')
        self.assertEqual(self.task(binding).state, 'done')

    def test_what_the_app_may_no_longer_look_for_is_asked_for_less_and_less(self):
        binding, back = self.lost()
        self.without('returns')
        self.run_often()
        task = self.task(binding)
        self.assertEqual((back.step_ids.state, task.state), ('unclear', 'pending'))
        self.assertGreater(task.tries, 2)

    def test_a_move_that_the_app_may_no_longer_see_is_a_persons(self):
        binding = self.binding
        self.main.warehouse_id, self.store_place.warehouse_id = self.other, self.warehouse
        delivery = self.row(self.ship(binding))
        self.simulator.fault(self.domain, 'disconnect_after', match='FulfillmentOrderMove')
        self.run_orders()
        self.assertEqual(delivery.step_ids.mapped('state'), ['unclear'])
        self.without('fulfillment_orders')
        self.run_often(2)
        self.assertEqual((delivery.step_ids.state, delivery.step_ids.code), ('failed', 'answer_lost'))
        self.assertEqual((delivery.code, self.task(binding).state), ('no_scope', 'failed'))

    def test_deliveries_that_lacked_a_scope_are_told_when_it_is_there(self):
        binding, scopes = self.binding, self.backend.granted_scopes
        self.without('fulfillment_orders')
        delivery = self.row(self.ship(binding))
        self.run_orders()
        failed = self.task(binding)
        self.assertEqual((delivery.code, failed.state), ('no_scope', 'failed'))
        with patch.object(type(self.backend), '_wake') as wake:
            self.backend.granted_scopes = scopes
        self.assertIn(('orders',), [call.args for call in wake.call_args_list])
        self.run_orders()
        self.assertEqual((delivery.state, self.told(binding)), ('sent', self.ordered(binding)))
        self.assertEqual((failed.state, self.task(binding).state), ('skipped', 'done'))

    def test_returns_that_lacked_a_scope_are_told_when_it_is_there(self):
        binding, picking = self.sent()
        scopes = self.backend.granted_scopes
        self.without('write_returns')
        back = self.row(self.take_back(picking, 1))
        self.run_orders()
        self.assertEqual((back.state, back.code), ('failed', 'missing_scope'))
        self.backend.granted_scopes = f'{self.backend.granted_scopes},read_themes'
        self.assertEqual(back.state, 'failed')
        self.backend.granted_scopes = scopes
        self.run_orders()
        self.assertEqual((back.state, self.task(binding).state), ('sent', 'done'))

    def test_what_a_person_asked_for_in_vain_stays_on_the_list_until_it_is_done(self):
        binding = self.binding
        steps, tasks = self.env['shopify.delivery.step'], self.env['shopify.task']
        asked = steps._plan(binding, 'release', {'id': 'gid://shopify/FulfillmentOrder/1'})
        asked._set_failed('refused', "Somebody else holds it.")
        failed = self.task(binding)
        failed._set_failed('refused', "Somebody else holds it.")
        self.row(self.ship(binding))
        self.run_orders()
        self.assertEqual((failed.state, self.task(binding).state), ('failed', 'done'))
        asked.copy({'state': 'done'})
        tasks._add(self.backend, 'delivery', [binding.gid])
        self.run_orders()
        self.assertEqual(failed.state, 'skipped')

    def test_what_a_person_has_skipped_does_not_come_back(self):
        binding, back = self.lost()
        self.without('returns')
        back.action_give_up()
        self.run_often(1)
        self.task(binding).action_skip()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE shopify_delivery_step SET write_date = write_date - interval '5 minutes' WHERE state = 'unclear'"
        )
        self.assertNotIn(binding.gid, self.env['shopify.sync.delivery']._get_forgotten(self.backend))

    def test_steps_of_a_return_that_was_given_up_before_they_were_sent_are_dropped(self):
        binding, back = self.lost()
        back.step_ids.state = 'planned'
        back.action_give_up()
        self.run_orders()
        self.assertEqual((back.step_ids.state, self.task(binding).state), ('failed', 'done'))


class TestOneOfMany(ToldCase):
    def share(self):
        super().share()
        gids = [self.placed(self.backend, kind='plain', seed=number) for number in range(3)]
        self.ring(self.backend, 'order', *gids)
        bindings = self.env['shopify.order.binding'].search([('gid', 'in', gids)])
        self.rows = self.env['shopify.delivery'].browse()
        for binding in bindings:
            self.rows |= self.row(self.ship(binding))

    def breaking(self, method, is_bad, error):
        """A method of the engine of deliveries that breaks with some orders."""
        model = self.env.registry['shopify.sync.delivery']
        original = getattr(model, method)

        def broken(engine, *arguments):
            if is_bad(arguments[-1]):
                raise error
            return original(engine, *arguments)

        return patch.object(model, method, broken)

    def test_an_order_that_cannot_be_read_fails_alone(self):
        bad = self.rows[1]
        error = errors.CostError("Too much at once.", code='MAX_COST_EXCEEDED')
        with self.breaking('_read_states', lambda gids: bad.order_binding_id.gid in gids, error):
            self.run_orders()
        self.assertEqual((bad.state, bad.message), ('failed', "Too much at once."))
        self.assertEqual(self.task(bad.order_binding_id).state, 'failed')
        self.assertEqual(set((self.rows - bad).mapped('state')), {'sent'})

    def test_an_error_that_nobody_has_foreseen_stays_with_its_order(self):
        bad = self.rows[1]
        self.enterContext(mute_logger('odoo.addons.shopify_connector.sync.delivery'))
        with self.breaking('_load_spare', lambda bindings: bad.order_binding_id in bindings, ValueError("Oh.")):
            self.run_orders()
        self.assertEqual((bad.state, bad.message, self.task(bad.order_binding_id).tries), ('waiting', "Oh.", 1))
        self.assertEqual(set((self.rows - bad).mapped('state')), {'sent'})
        self.run_orders()
        self.assertEqual(bad.state, 'sent')

    def test_an_order_that_is_gone_leaves_nothing_planned(self):
        bad = self.rows[1]
        binding = bad.order_binding_id
        step = self.env['shopify.delivery.step']._plan(binding, 'create', {'fulfillment': {}}, delivery=bad)
        model = self.env.registry['shopify.sync.delivery']
        original = model._read_states

        def read_states(*arguments):
            return {gid: state for gid, state in original(*arguments).items() if gid != binding.gid}

        with patch.object(model, '_read_states', read_states):
            self.run_orders()
        self.assertEqual((bad.state, bad.code, step.state), ('failed', 'order_not_found', 'failed'))
        self.assertEqual(set((self.rows - bad).mapped('state')), {'sent'})

    def test_what_fails_stays_on_the_list_however_often_it_was_noted(self):
        bad = self.rows[1].order_binding_id
        self.env['shopify.task']._add(self.backend, 'delivery', [bad.gid])
        error = errors.CostError("Too much at once.", code='MAX_COST_EXCEEDED')
        with self.breaking('_read_states', lambda gids: bad.gid in gids, error):
            self.run_orders()
        tasks = self.env['shopify.task'].search([('kind', '=', 'delivery'), ('key', '=', bad.gid)])
        self.assertEqual(sorted(tasks.mapped('state')), ['done', 'failed'])

    def test_many_parcels_are_read_by_the_list_that_holds_them(self):
        asked = []

        class Shop:
            def query(self, _document, variables):
                asked.append(variables['first'])
                return {'order': {'fulfillments': [{}] * min(30, variables['first'])}}

        self.assertEqual(len(self.env['shopify.sync.delivery']._read_parcels(Shop(), 'gid', True)), 30)
        self.assertEqual(asked, [25, 100])


class TestChangedMeanwhile(ToldCase):
    def test_a_part_whose_number_was_changed_before_it_was_looked_for_is_not_told_twice(self):
        binding = self.binding
        delivery = self.row(self.ship(binding, 1, 0, shopify_tracking_ref='1Z1'))
        self.simulator.fault(self.domain, 'disconnect_after', match=CREATE)
        self.run_orders()
        parcel = self.shop_order(binding)['fulfillments'][0]
        self.shop_act(binding, 'fulfillment', id=parcel['id'], step='tracking', tracking={'number': 'OTHER'})
        for _time in range(4):
            self.ring(self.backend, 'order', binding.gid)
            self.pass_time()
            self.run_orders()
        self.assertEqual((delivery.state, sum(self.told(binding).values())), ('sent', 1), delivery.message)
        self.assertEqual((delivery.step_ids.mapped('state'), delivery.step_ids.sends), (['done'], 1))
        self.assertEqual(len(self.pickings(binding)), 1)

    def test_what_shopify_refuses_the_second_time_fails_with_its_own_words(self):
        binding = self.binding
        delivery = self.row(self.ship(binding))
        self.simulator.fault(self.domain, 'disconnect_before', match=CREATE)
        self.run_orders()
        with patch.object(Client, 'mutate', lambda *_arguments: REFUSED):
            for _time in range(5):
                self.pass_time()
                self.run_orders()
        self.assertEqual((delivery.state, delivery.code), ('failed', 'user_errors'))
        self.assertIn("It is on its way back", delivery.message)
        self.assertEqual(delivery.step_ids.sends, 2)
