import time
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from tests.integration.simulated import SimulatedCase


class TestInitialImport(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store()
        self.domain = self.backend.shop_domain
        self.simulator.order(self.domain, kind='plain', count=3)

    def initial(self, **values):
        return self.env['shopify.initial.import'].create({'backend_id': self.backend.id, **values})

    def go_on(self, initial, seconds=120):
        """Let the lane work until it is a person's turn, or all is done."""
        deadline = time.monotonic() + seconds
        while initial.state == 'running' and time.monotonic() < deadline:
            waiting = self.env['shopify.task'].search(
                [('backend_id', '=', self.backend.id), ('kind', 'in', ('history', 'initial')), ('state', '=', 'pending')]
            )
            waiting.due_at = fields.Datetime.now()
            self.run_lane(self.backend, 'catalogue')
            time.sleep(0.05)
        return initial

    def in_shop(self):
        state = self.simulator.state(self.domain)
        return {name: len(state[name]) for name in ('customers', 'products', 'orders')}

    def test_nothing_is_written_before_the_plan_was_seen(self):
        initial = self.initial()
        templates = self.env['product.template'].search_count([])
        initial.action_start()
        self.go_on(initial)
        self.assertEqual(initial.state, 'review')
        self.assertEqual(self.env['product.template'].search_count([]), templates)
        self.assertFalse(self.env['shopify.customer'].search_count([('backend_id', '=', self.backend.id)]))
        self.assertTrue(self.env['shopify.match.row'].search_count(initial.action_view_plan()['domain']))

    def test_customers_products_and_orders_come_over_in_this_order_and_both_sides_are_counted(self):
        initial = self.initial()
        initial.action_start()
        self.go_on(initial).action_go_on()
        self.go_on(initial)
        self.assertEqual(initial.state, 'done', initial.message)
        self.assertEqual(initial.step_ids.mapped('what'), ['plan', 'customers', 'products', 'orders'])
        ended = initial.step_ids.import_id.mapped('done_at')
        self.assertEqual(ended, sorted(ended))
        counted = {step.what: step.in_shopify for step in initial.step_ids if step.what != 'plan'}
        self.assertEqual(counted, self.in_shop())
        self.assertEqual({step.what: step.in_odoo for step in initial.step_ids if step.what != 'plan'}, counted)
        self.assertEqual(initial.progress, 100.0)

    def test_both_sides_count_the_orders_of_the_same_days_which_are_the_shops(self):
        self.backend.timezone = 'Etc/GMT+12'
        for moment in ('2026-11-10T06:00:00Z', '2026-11-10T18:00:00Z'):
            self.simulator.order(self.domain, kind='plain', created_at=moment)
        initial = self.initial(with_plan=False, with_products=False, with_customers=False, orders_from='2026-11-10')
        initial.action_start()
        self.go_on(initial)
        step = initial.step_ids
        self.assertEqual((step.what, step.in_shopify, step.in_odoo), ('orders', 4, 4))

    def test_a_pause_ends_the_step_under_way_and_going_on_takes_it_up_again(self):
        initial = self.initial(with_plan=False, with_products=False, with_orders=False)
        initial.action_start()
        self.env['shopify.sync.initial']._go_on(self.backend, initial)
        run = initial.step_ids.import_id
        initial.action_pause()
        self.assertEqual((initial.state, run.state), ('paused', 'paused'))
        initial.action_go_on()
        self.go_on(initial)
        self.assertEqual((initial.state, initial.step_ids.import_id), ('done', run))

    def test_a_step_that_was_stopped_is_begun_anew(self):
        initial = self.initial(with_plan=False, with_products=False, with_orders=False)
        initial.action_start()
        self.env['shopify.sync.initial']._go_on(self.backend, initial)
        first = initial.step_ids.import_id
        first.action_stop()
        self.go_on(initial)
        self.assertEqual(initial.state, 'paused')
        self.assertIn('stopped', initial.message)
        initial.action_go_on()
        self.go_on(initial)
        self.assertEqual(initial.state, 'done')
        self.assertNotEqual(initial.step_ids.import_id, first)

    def test_the_report_says_what_was_left_out_and_why(self):
        initial = self.initial(with_plan=False, with_customers=False, with_orders=False)
        self.backend.product_policy = 'match'
        initial.action_start()
        self.go_on(initial)
        self.assertEqual(initial.state, 'done', initial.message)
        left_out = sum(row['count'] for row in initial.reasons)
        step = initial.step_ids
        self.assertEqual(left_out, step.skipped_count + step.failed_count)
        self.assertTrue(left_out)
        self.assertIn(str(initial.reasons[0]['count']), initial.reasons_html)
        self.assertEqual(self.env['shopify.import.row'].search_count(initial.action_view_left_out()['domain']), left_out)

    def test_one_store_has_one_initial_import_at_a_time(self):
        self.initial().action_start()
        with self.assertRaises(UserError):
            self.initial().action_start()

    def test_nothing_chosen_is_said(self):
        with self.assertRaises(UserError):
            self.initial(with_customers=False, with_products=False, with_orders=False).action_start()

    def test_only_a_manager_starts_it_and_a_shop_user_sees_how_far_it_is(self):
        initial = self.initial()
        user = new_test_user(self.env, 'ii_shop', groups='shopify_connector.group_shopify_user')
        self.assertEqual(initial.with_user(user).progress, 0.0)
        with self.assertRaises(AccessError):
            initial.with_user(user).action_start()
        stranger = new_test_user(self.env, 'ii_stranger', groups='base.group_user')
        with self.assertRaises(AccessError):
            initial.with_user(stranger).read(['state'])

    def test_the_time_that_is_left_comes_from_the_counts_and_from_the_pace(self):
        initial = self.initial(with_plan=False)
        initial.action_start()
        self.assertFalse(initial.time_left)
        initial.counted_at = fields.Datetime.now()
        for step in initial.step_ids:
            step.in_shopify = 10_000
        initial.invalidate_recordset()
        self.assertEqual(initial.time_left, 'about 42 minutes')
        run = self.env['shopify.import'].create({'backend_id': self.backend.id, 'what': 'customers'})
        run.write(
            {
                'state': 'reading',
                'found_count': 10_000,
                'done_count': 5_000,
                'resumed_at': fields.Datetime.now() - timedelta(seconds=500),
            }
        )
        initial.step_ids[0].import_id = run
        initial.invalidate_recordset()
        self.assertIn(initial.time_left, ('about 46 minutes', 'about 47 minutes'))
