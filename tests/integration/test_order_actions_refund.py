"""Refunds in Shopify from Odoo's dialog: as Shopify suggests, and never twice."""



from odoo.exceptions import UserError
from odoo.tests import Form

from tests.integration.actions import ActionCase


class TestRefund(ActionCase):
    def test_goods_are_refunded_as_shopify_suggests(self):
        binding = self.brought()
        wizard = self.dialog(binding, 'refund')
        line = wizard.line_ids[0]
        line.quantity = 1
        self.assertFalse(wizard.is_suggested)
        self.assertIn('Press Calculate', wizard.preview)
        wizard.action_suggest()
        self.assertGreater(wizard.suggested_amount, 0)
        self.assertAlmostEqual(wizard.refund_total, wizard.suggested_amount)
        self.assertIn(f'1 × {line.name} is taken off the order', wizard.preview)
        wizard.action_confirm()
        self.run_orders()
        refund = self.shop_order(binding)['refunds'][0]
        self.assertEqual(binding.action_ids.state, 'done')
        self.assertEqual([(row['quantity'], row['restock_type']) for row in refund['lines']], [(1, 'CANCEL')])
        self.assertAlmostEqual(float(refund['total']['presentment']), wizard.suggested_amount)
        self.assertEqual(binding.financial_status, 'partially_refunded')

    def test_an_amount_goes_back_without_any_goods(self):
        binding = self.brought()
        wizard = self.dialog(binding, 'refund', discrepancy='CUSTOMER')
        wizard.action_suggest()
        wizard.payment_ids.amount = 1.25
        self.assertIn('1.25 USD more than Shopify suggests', wizard.preview)
        wizard.action_confirm()
        self.run_orders()
        refund = self.shop_order(binding)['refunds'][0]
        self.assertEqual((refund['lines'], float(refund['total']['presentment'])), ([], 1.25))

    def test_shipping_is_refunded_up_to_what_was_paid(self):
        binding = self.brought()
        wizard = self.dialog(binding, 'refund')
        self.assertGreater(wizard.shipping_left, 0)
        wizard.shipping_amount = wizard.shipping_left + 1
        with self.assertRaises(UserError):
            wizard.action_suggest()
        wizard.shipping_amount = wizard.shipping_left
        wizard.action_suggest()
        wizard.action_confirm()
        self.run_orders()
        self.assertEqual(len(self.shop_order(binding)['refunds'][0]['shipping']), 1)

    def test_goods_come_off_without_any_money(self):
        binding = self.brought()
        wizard = self.refund_of(binding)
        wizard.payment_ids.amount = 0
        self.assertIn('No money goes back', wizard.preview)
        wizard.action_confirm()
        self.run_orders()
        order = self.shop_order(binding)
        self.assertEqual((len(order['refunds']), order['refunds'][0]['transactions']), (1, []))

    def test_a_lost_answer_is_asked_for_with_the_same_key(self):
        binding = self.brought()
        self.refund_of(binding).action_confirm()
        action = binding.action_ids
        key = action.idempotency_key
        self.simulator.fault(self.domain, 'disconnect_after', match='RefundCreate')
        self.run_orders()
        self.assertEqual((action.state, self.task(action).state), ('sent', 'pending'))
        self.run_orders()
        self.assertEqual((action.state, action.idempotency_key), ('done', key))
        self.assertEqual(len(self.shop_order(binding)['refunds']), 1)

    def test_a_refund_of_which_the_request_was_lost_is_made_once(self):
        binding = self.brought()
        self.refund_of(binding).action_confirm()
        self.simulator.fault(self.domain, 'timeout', match='RefundCreate', seconds=0.1)
        self.run_orders()
        self.run_orders()
        self.assertEqual(binding.action_ids.state, 'done')
        self.assertEqual(len(self.shop_order(binding)['refunds']), 1)

    def test_two_refunds_after_another_are_two(self):
        binding = self.brought()
        for _time in range(2):
            wizard = self.refund_of(binding, quantity=0)
            wizard.payment_ids.amount = 1
            wizard.action_confirm()
            self.run_orders()
        self.assertEqual(binding.action_ids.mapped('state'), ['done', 'done'])
        self.assertEqual(len(self.shop_order(binding)['refunds']), 2)

    def test_more_units_than_there_are_cannot_be_chosen(self):
        wizard = self.dialog(self.brought(), 'refund')
        wizard.line_ids[0].quantity = 999
        with self.assertRaises(UserError):
            wizard.action_suggest()

    def test_the_dialog_follows_what_is_typed(self):
        wizard = self.dialog(self.brought(), 'refund')
        with Form(wizard) as form:
            with form.line_ids.edit(0) as line:
                line.quantity = 1
                line.restock_type = 'NO_RESTOCK'
            self.assertFalse(form.is_suggested)
            self.assertIn('Press Calculate', form.preview)
        wizard.action_suggest()
        with Form(wizard) as form:
            self.assertTrue(form.is_suggested)
            self.assertIn('not put back on stock', form.preview)
            with form.payment_ids.edit(0) as payment:
                payment.amount = 0.5
            self.assertAlmostEqual(form.refund_total, 0.5)
            self.assertIn('0.50 USD to', form.preview)

    def test_confirming_before_calculating_only_calculates(self):
        binding = self.brought()
        wizard = self.dialog(binding, 'refund')
        wizard.line_ids[0].quantity = 1
        self.assertEqual(wizard.action_confirm()['res_id'], wizard.id)
        self.assertFalse(binding.action_ids)
        self.assertTrue(wizard.is_suggested)

    def test_an_order_in_another_currency_is_refunded_in_the_customers(self):
        binding = self.brought(kind='foreign_currency', seed=3)
        wizard = self.refund_of(binding)
        order = self.shop_order(binding)
        self.assertEqual(wizard.currency_code, order['presentment_currency'])
        self.assertNotEqual(order['presentment_currency'], order['currency'])
        wizard.action_confirm()
        self.run_orders()
        self.assertEqual(binding.action_ids.state, 'done', binding.action_ids.message)
        refund = self.shop_order(binding)['refunds'][0]
        self.assertAlmostEqual(float(refund['total']['presentment']), wizard.suggested_amount, 3)

    def test_a_refund_that_was_lost_for_a_day_is_looked_for_and_never_sent_again(self):
        binding = self.brought()
        self.refund_of(binding).action_confirm()
        action = binding.action_ids
        self.simulator.fault(self.domain, 'disconnect_after', match='RefundCreate')
        self.run_orders()
        action.sent_at = '2026-01-01 00:00:00'
        self.run_orders()
        self.assertEqual((action.state, self.requests('RefundCreate')), ('done', 1))

    def test_what_was_refunded_meanwhile_is_not_refunded_again(self):
        binding = self.brought()
        wizard = self.refund_of(binding)
        wizard.action_confirm()
        self.simulator.act(self.domain, binding.gid.rsplit('/', 1)[-1], 'refund', amount='1.00')
        self.run_orders()
        self.assertEqual(self.task(binding.action_ids).error_code, 'changed_meanwhile')
        self.assertEqual(len(self.shop_order(binding)['refunds']), 1)
