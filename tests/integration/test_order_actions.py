"""Changes of orders in Shopify from Odoo: what the dialog says, what is sent, and that nothing is sent twice."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.addons.shopify_connector.shopify.client import Client
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from tests.integration.actions import MONEY, PENDING, USER, ActionCase


class TestMarkPaid(ActionCase):
    def test_an_order_is_marked_as_paid_and_odoo_follows(self):
        binding = self.brought(**PENDING)
        self.assertEqual(binding.sale_order_id.state, 'draft')
        wizard = self.dialog(binding, 'mark_paid')
        self.assertFalse(wizard.obstacle)
        self.assertIn('was received outside of it', wizard.preview)
        self.assertIn(binding.sale_order_id.name, wizard.preview)
        wizard.action_confirm()
        action = binding.action_ids
        self.assertEqual((action.state, action.user_id), ('waiting', self.env.user))
        self.assertEqual(self.requests('OrderMarkAsPaid'), 0)
        self.run_orders()
        self.assertEqual(action.state, 'done')
        self.assertEqual(self.shop_order(binding)['financial_status'], 'PAID')
        self.assertEqual(binding.sale_order_id.state, 'sale')
        self.assertIn('action_mark_paid', [entry[1] for entry in binding.trail])

    def test_what_is_confirmed_twice_is_written_down_once(self):
        binding = self.brought(**PENDING)
        first, second = self.dialog(binding, 'mark_paid'), self.dialog(binding, 'mark_paid')
        first.action_confirm()
        for wizard in (first, second):
            with self.assertRaises(UserError), self.cr.savepoint():
                wizard.action_confirm()
        self.assertEqual(len(binding.action_ids), 1)

    def test_two_people_at_the_same_moment_are_stopped_by_the_database(self):
        binding = self.brought(**PENDING)
        action = self.confirmed(binding, 'mark_paid')
        values = action.copy_data()[0] | {'idempotency_key': 'another'}
        with mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.env['shopify.order.action'].create(values)

    def test_a_paid_order_cannot_be_marked_and_the_dialog_says_why(self):
        wizard = self.dialog(self.brought(), 'mark_paid')
        self.assertIn('nothing to mark', wizard.obstacle)
        self.assertFalse(wizard.preview)
        with self.assertRaises(UserError):
            wizard.action_confirm()

    def test_an_answer_that_is_lost_is_looked_for_before_anything_is_sent_again(self):
        binding = self.brought(**PENDING)
        action = self.confirmed(binding, 'mark_paid')
        self.simulator.fault(self.domain, 'disconnect_after', match='OrderMarkAsPaid')
        self.run_orders()
        self.assertEqual((action.state, self.task(action).state), ('unclear', 'pending'))
        self.run_orders()
        self.assertEqual((action.state, self.task(action).state), ('done', 'done'))
        self.assertEqual(self.requests('OrderMarkAsPaid'), 1)

    def test_a_request_that_never_arrived_is_sent_again(self):
        binding = self.brought(**PENDING)
        action = self.confirmed(binding, 'mark_paid')
        self.simulator.fault(self.domain, 'disconnect_before', match='OrderMarkAsPaid')
        self.run_orders()
        self.assertEqual(action.state, 'unclear')
        self.run_orders()
        self.assertEqual((action.state, action.sends), ('done', 2))
        self.assertEqual(self.shop_order(binding)['financial_status'], 'PAID')

    def test_after_four_lost_answers_a_person_is_asked_and_may_go_on(self):
        binding = self.brought(**PENDING)
        action = self.confirmed(binding, 'mark_paid')
        self.simulator.fault(self.domain, 'disconnect_before', count=4, match='OrderMarkAsPaid')
        for _time in range(5):
            self.run_orders()
        self.assertEqual((action.state, self.task(action).error_code), ('failed', 'answer_lost'))
        self.task(action).action_retry()
        self.run_orders()
        self.assertEqual((action.state, self.shop_order(binding)['financial_status']), ('done', 'PAID'))

    def test_a_rate_limit_only_delays_it(self):
        binding = self.brought(**PENDING)
        action = self.confirmed(binding, 'mark_paid')
        self.simulator.fault(self.domain, 'throttled', match='OrderMarkAsPaid')
        self.run_orders()
        self.assertEqual((action.state, self.task(action).state), ('waiting', 'pending'))
        self.assertEqual((action.sends, action.sent_at), (0, False))
        self.run_orders()
        self.assertEqual((action.state, action.sends), ('done', 1))

    def test_what_never_left_does_not_count_as_sent(self):
        binding = self.brought(**PENDING)
        action = self.confirmed(binding, 'mark_paid')
        self.simulator.fault(self.domain, 'throttled', count=6, match='OrderMarkAsPaid')
        for _time in range(7):
            self.run_orders()
        self.assertEqual((action.state, action.sends), ('done', 1), action.message)

    def test_nothing_is_sent_for_an_order_that_changed_since_the_dialog(self):
        binding = self.brought(**PENDING)
        action = self.confirmed(binding, 'mark_paid')
        line = self.shop_order(binding)['lines'][0]
        self.simulator.act(
            self.domain, binding.gid.rsplit('/', 1)[-1], 'edit', add=[{'sku': line['sku'], 'quantity': 1}]
        )
        self.run_orders()
        self.assertEqual((action.state, self.task(action).error_code), ('failed', 'changed_meanwhile'))
        self.assertEqual(self.requests('OrderMarkAsPaid'), 0)

    def test_who_was_faster_in_shopify_leaves_nothing_to_send(self):
        binding = self.brought(**PENDING)
        action = self.confirmed(binding, 'mark_paid')
        self.simulator.act(self.domain, binding.gid.rsplit('/', 1)[-1], 'pay')
        self.run_orders()
        self.assertEqual(action.state, 'done')
        self.assertIn('like that already', action.message)
        self.assertEqual(self.requests('OrderMarkAsPaid'), 0)


class TestCapture(ActionCase):
    AUTHORIZED = {'kind': 'plain', 'payment': 'authorized', 'seed': 7}

    def test_a_part_of_an_authorised_payment_is_captured(self):
        binding = self.brought(**self.AUTHORIZED)
        wizard = self.dialog(binding, 'capture')
        self.assertIn('expires on', wizard.state_text)
        self.assertAlmostEqual(wizard.capture_amount, wizard.authorization_id.left)
        wizard.capture_amount = 1.5
        self.assertIn('takes 1.50 USD', wizard.preview)
        wizard.action_confirm()
        self.run_orders()
        self.assertEqual(binding.action_ids.state, 'done')
        rows = [row for row in self.shop_order(binding)['transactions'] if row['kind'] == 'CAPTURE']
        self.assertEqual([float(row['amount']['presentment']) for row in rows], [1.5])

    def test_a_lost_answer_does_not_capture_twice(self):
        binding = self.brought(**self.AUTHORIZED)
        action = self.confirmed(binding, 'capture', capture_amount=2.0)
        self.simulator.fault(self.domain, 'disconnect_after', match='OrderCapture')
        self.run_orders()
        self.assertEqual(action.state, 'unclear')
        self.run_orders()
        self.assertEqual(action.state, 'done')
        captures = [row for row in self.shop_order(binding)['transactions'] if row['kind'] == 'CAPTURE']
        self.assertEqual(len(captures), 1)

    def captures(self, binding):
        return [row for row in self.shop_order(binding)['transactions'] if row['kind'] == 'CAPTURE']

    def minutes_later(self, action):
        action.looked_at -= timedelta(minutes=5)
        self.run_orders()

    def test_a_capture_is_repeated_only_after_two_looks_minutes_apart(self):
        binding = self.brought(**self.AUTHORIZED)
        action = self.confirmed(binding, 'capture', capture_amount=2.0)
        self.simulator.fault(self.domain, 'disconnect_before', match='OrderCapture')
        for _look in range(4):
            self.run_orders()
            self.assertEqual((action.state, action.sends), ('unclear', 1))
        self.assertGreater(self.task(action).due_at, fields.Datetime.now() + timedelta(minutes=2))
        self.minutes_later(action)
        self.assertEqual((action.state, action.sends, len(self.captures(binding))), ('done', 2, 1))

    def test_a_capture_that_shows_late_is_not_repeated(self):
        binding = self.brought(**self.AUTHORIZED)
        action = self.confirmed(binding, 'capture', capture_amount=2.0)
        self.simulator.fault(self.domain, 'disconnect_after', match='OrderCapture')
        self.run_orders()
        with self.seeing({'captures': []}, action):
            self.run_orders()
            self.run_orders()
        self.assertEqual((action.state, action.sends), ('unclear', 1))
        self.minutes_later(action)
        self.assertEqual((action.state, action.sends, len(self.captures(binding))), ('done', 1, 1))

    def test_a_part_that_could_be_captured_twice_is_repeated_by_a_person_only(self):
        binding = self.brought(**self.AUTHORIZED)
        with self.seeing_several():
            action = self.confirmed(binding, 'capture', capture_amount=2.0)
            self.simulator.fault(self.domain, 'disconnect_before', match='OrderCapture')
            self.run_orders()
            self.run_orders()
            self.minutes_later(action)
        self.assertEqual((action.state, action.sends), ('failed', 1))
        self.assertTrue(action.sent_at)
        self.assertEqual(self.task(action).error_code, 'answer_lost')
        self.assertIn('Look at the order', action.message)
        self.assertFalse(self.captures(binding))

    def seen(self, binding):
        """The order as a dialog sees it now."""
        return self.env['shopify.sync.order.action']._read_state(self.backend._get_client('orders'), binding.gid)

    def seeing(self, changes, action):
        """Shopify shows the order as it was before the capture."""
        held = [{**self.seen(action.binding_id)['authorizations'][0], 'capturable': action.facts['capturable']}]
        return self.reading(lambda state: {**state, **changes, 'authorizations': held})

    def seeing_several(self):
        """Every authorisation can be captured in parts."""
        return self.reading(
            lambda state: {**state, 'authorizations': [{**row, 'multi': True} for row in state['authorizations']]}
        )

    def reading(self, change):
        sync = type(self.env['shopify.sync.order.action'])
        read = sync._read_state
        return patch.object(sync, '_read_state', lambda model, client, gid: change(read(model, client, gid)))

    def test_what_a_terminal_has_authorised_can_be_captured(self):
        binding = self.brought(**self.AUTHORIZED)
        query = Client.query

        def at_the_terminal(client, document, variables=None):
            data = query(client, document, variables)
            for row in (data.get('order') or {}).get('transactions') or []:
                row['kind'] = row['kind'].replace('AUTHORIZATION', 'EMV_AUTHORIZATION')
            return data

        with patch.object(Client, 'query', at_the_terminal):
            wizard = self.dialog(binding, 'capture')
        self.assertFalse(wizard.obstacle)
        self.assertGreater(wizard.capture_amount, 0)

    def test_more_than_is_held_is_refused_in_the_dialog(self):
        wizard = self.dialog(self.brought(**self.AUTHORIZED), 'capture', capture_amount=100000)
        with self.assertRaises(UserError):
            wizard.action_confirm()


class TestCancel(ActionCase):
    def test_an_order_is_cancelled_with_money_back_and_its_sales_order_follows(self):
        binding = self.brought()
        wizard = self.dialog(binding, 'cancel', reason='INVENTORY', staff_note="Out of stock", notify=True)
        self.assertIn('back to how it was paid', wizard.preview)
        self.assertIn('tells the customer', wizard.preview)
        wizard.action_confirm()
        self.run_orders()
        action, order = binding.action_ids, self.shop_order(binding)
        self.assertEqual((action.state, bool(action.job_gid)), ('done', True))
        self.assertEqual((order['cancel_reason'], order['financial_status']), ('INVENTORY', 'REFUNDED'))
        self.assertEqual(binding.sale_order_id.state, 'cancel')
        self.assertTrue(binding.cancelled_at)

    def test_money_may_stay(self):
        binding = self.brought()
        self.done(binding, 'cancel', refund_method='none', restock=False)
        self.assertEqual(self.shop_order(binding)['financial_status'], 'PAID')

    def test_a_lost_answer_does_not_cancel_twice(self):
        binding = self.brought()
        action = self.confirmed(binding, 'cancel')
        self.simulator.fault(self.domain, 'disconnect_after', match='OrderCancel')
        self.run_orders()
        self.run_orders()
        self.assertEqual((action.state, self.requests('OrderCancel')), ('done', 1), action.message)

    def test_shopify_may_take_its_time_with_a_cancellation(self):
        binding = self.brought()
        action = self.confirmed(binding, 'cancel')
        sync = type(self.env['shopify.sync.order.action'])
        read, busy = sync._read_state, []

        def still_open(model, client, gid):
            return {**read(model, client, gid), 'cancelled': False} if busy else read(model, client, gid)

        def at_it(model, client, intent, state):
            busy[:] = [True]
            return follow(model, client, intent, {**state, 'cancelled': False})

        follow, query = sync._follow_job, Client.query
        running = {'job': {'id': 'gid://shopify/Job/1', 'done': False}}
        with patch.object(sync, '_read_state', still_open), patch.object(sync, '_follow_job', at_it), \
                patch.object(Client, 'query', lambda client, document, variables=None: (
                    running if 'JobStatus' in document else query(client, document, variables))):
            self.run_orders()
        self.assertEqual((action.state, self.task(action).state), ('sent', 'pending'))
        self.assertEqual((self.task(action).error_code, self.task(action).tries), ('job_running', 0))
        self.run_orders()
        self.assertEqual((action.state, self.requests('OrderCancel')), ('done', 1))

    def test_a_job_that_ended_without_cancelling_is_said(self):
        binding = self.brought()
        action = self.confirmed(binding, 'cancel')
        sync = type(self.env['shopify.sync.order.action'])
        read = sync._read_state

        def still_open(model, client, gid):
            return {**read(model, client, gid), 'cancelled': False}

        with patch.object(sync, '_read_state', still_open):
            self.run_orders()
        self.assertEqual((action.state, self.task(action).error_code), ('failed', 'not_cancelled'))

    def test_a_refusal_is_one_sentence_with_a_failed_task(self):
        binding = self.brought()
        self.simulator.act(self.domain, binding.gid.rsplit('/', 1)[-1], 'fulfill')
        wizard = self.dialog(binding, 'cancel')
        self.assertIn('will probably refuse', wizard.preview)
        wizard.action_confirm()
        self.run_orders()
        action = binding.action_ids
        self.assertEqual((action.state, self.task(action).state), ('failed', 'failed'))
        self.assertIn('outstanding fulfillments', action.message)
        self.assertIn(action.message, binding.sale_order_id.message_ids[:1].body)

    def test_a_sales_order_that_is_cancelled_here_is_offered_to_be_cancelled_there(self):
        binding = self.brought()
        sale = binding.sale_order_id
        self.assertFalse(sale.shopify_still_open)
        sale._action_cancel()
        self.run_orders()
        self.assertTrue(sale.shopify_still_open)
        self.assertFalse(self.shop_order(binding)['cancelled_at'])
        sale.with_context(shopify_change='cancel').action_shopify_change()
        self.done(binding, 'cancel')
        sale.invalidate_recordset()
        self.assertFalse(sale.shopify_still_open)


class TestTagsAndNote(ActionCase):
    def test_tags_are_added_and_removed_and_come_back(self):
        binding = self.brought(tags=['old', 'kept'])
        wizard = self.dialog(binding, 'tags')
        self.assertEqual(set(wizard.tags.split(', ')), {'old', 'kept'})
        wizard.tags = 'Kept, new'
        self.assertIn('adds the tags: new', wizard.preview)
        wizard.action_confirm()
        self.run_orders()
        self.assertEqual(set(self.shop_order(binding)['tags']), {'kept', 'new'})
        self.assertIn('new', binding.tags)

    def test_a_lost_answer_about_tags_is_looked_for(self):
        binding = self.brought()
        action = self.confirmed(binding, 'tags', tags='vip')
        self.simulator.fault(self.domain, 'disconnect_after', match='TagsAdd')
        self.run_orders()
        self.run_orders()
        self.assertEqual((action.state, self.requests('TagsAdd')), ('done', 1), action.message)

    def test_a_note_that_somebody_changed_meanwhile_is_not_overwritten(self):
        binding = self.brought(note='Call first')
        action = self.confirmed(binding, 'note', note='Do not call')
        self.simulator.act(self.domain, binding.gid.rsplit('/', 1)[-1], 'update', note='Call twice')
        self.run_orders()
        self.assertEqual(action.state, 'failed')
        self.assertEqual(self.shop_order(binding)['note'], 'Call twice')
        self.assertEqual(self.done(binding, 'note', note='Ring').state, 'done')
        self.assertEqual((self.shop_order(binding)['note'], binding.note), ('Ring', 'Ring'))


class TestWhoAndWhen(ActionCase):
    def test_a_missing_scope_is_said_before_anything_is_confirmed(self):
        scopes = set(self.shops['northwind']['scopes']) - {'write_orders'}
        binding = self.brought(**PENDING)
        self.simulator.settings(self.domain, scopes=sorted(scopes | {'read_orders'}))
        wizard = self.dialog(binding, 'mark_paid')
        self.assertIn('write_orders', wizard.obstacle)
        with self.assertRaises(UserError):
            wizard.action_confirm()

    def test_a_scope_that_is_taken_away_later_fails_the_change_and_not_the_store(self):
        binding = self.brought(**PENDING)
        action = self.confirmed(binding, 'mark_paid')
        scopes = set(self.shops['northwind']['scopes']) - {'write_orders'}
        self.simulator.settings(self.domain, scopes=sorted(scopes | {'read_orders'}))
        self.run_orders()
        self.assertEqual((action.state, self.backend.state), ('failed', 'connected'))
        self.assertIn('write_orders', action.message)
        self.simulator.settings(self.domain, scopes=self.shops['northwind']['scopes'])
        self.task(action).action_retry()
        self.run_orders()
        self.assertEqual(action.state, 'done')

    def test_money_needs_its_own_role_and_tags_do_not(self):
        binding = self.brought(**PENDING)
        shop_user = new_test_user(self.env, 'shopuser', f'{USER},sales_team.group_sale_salesman_all_leads')
        for kind in ('mark_paid', 'capture', 'cancel', 'refund'):
            with self.subTest(kind=kind), self.assertRaises(AccessError):
                self.dialog(binding, kind, user=shop_user)
        self.dialog(binding, 'tags', user=shop_user, tags='seen').action_confirm()
        officer = new_test_user(self.env, 'officer', f'{MONEY},sales_team.group_sale_salesman_all_leads')
        self.dialog(binding, 'mark_paid', user=officer).action_confirm()
        self.run_orders()
        self.assertEqual(set(binding.action_ids.mapped('state')), {'done'}, binding.action_ids.mapped('message'))
        self.assertEqual(binding.action_ids.user_id, shop_user + officer)
        with self.assertRaises(AccessError):
            binding.action_ids.with_user(officer).write({'state': 'waiting'})

    def test_a_dialog_cannot_be_turned_to_another_order(self):
        wizard = self.dialog(self.brought(**PENDING), 'tags', tags='x')
        wizard.snapshot = {**wizard.snapshot, 'id': 'gid://shopify/Order/1'}
        with self.assertRaises(UserError):
            wizard.action_confirm()

    def test_another_companys_order_cannot_be_changed(self):
        binding = self.brought(**PENDING)
        company = self.env['res.company'].create({'name': 'Elsewhere'})
        stranger = new_test_user(self.env, 'stranger', MONEY, company_id=company.id, company_ids=[(6, 0, company.ids)])
        with self.assertRaises(AccessError):
            self.dialog(binding, 'mark_paid', user=stranger)

    def test_a_shop_that_cannot_be_reached_is_said_in_the_dialog(self):
        binding = self.brought(**PENDING)
        self.simulator.fault(self.domain, 'http_500', count=9, match='OrderForChange')
        with self.assertRaisesRegex(UserError, 'Try again in a minute'):
            self.dialog(binding, 'mark_paid')

    def test_a_copied_database_changes_nothing_in_the_shop(self):
        binding = self.brought(**PENDING)
        self.backend.connected_database = 'another'
        with self.assertRaises(UserError):
            self.dialog(binding, 'mark_paid')

    def test_a_change_that_waited_for_a_day_is_not_made(self):
        binding = self.brought(**PENDING)
        action = self.confirmed(binding, 'mark_paid')
        self.env.flush_all()
        self.env.cr.execute("UPDATE shopify_order_action SET create_date = now() - interval '2 days'")
        self.env.invalidate_all()
        self.run_orders()
        self.assertEqual(self.task(action).error_code, 'expired')
        self.assertEqual(self.requests('OrderMarkAsPaid'), 0)
