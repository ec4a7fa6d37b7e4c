from unittest.mock import patch

from odoo.tests import Form, new_test_user

from tests.integration.test_payments import PaymentCase
from tests.support.orders import line, order
from tests.support.transactions import paid, transaction


class TestGateways(PaymentCase):
    def mapping(self, gateway):
        return self.env['shopify.gateway.mapping'].search(
            [('backend_id', '=', self.backend.id), ('gateway', '=', gateway)]
        )

    def test_a_new_provider_gets_a_journal_with_an_account_for_money_on_its_way(self):
        binding = self.sold()
        payment = self.settled(binding, transaction(gateway='stripe'))
        journal = payment.journal_id
        self.assertEqual((journal.name, journal.type), ('Shopify Stripe', 'bank'))
        self.assertEqual(payment.outstanding_account_id, journal.inbound_payment_method_line_ids.payment_account_id)
        self.assertEqual(payment.outstanding_account_id.account_type, 'asset_current')
        self.assertTrue(payment.outstanding_account_id.reconcile)
        self.assertEqual(journal.outbound_payment_method_line_ids.payment_account_id, payment.outstanding_account_id)
        self.assertEqual((self.mapping('stripe').journal_id, self.mapping('stripe').origin), (journal, 'created'))
        self.assertIn('gateway_created', [entry[1] for entry in binding.trail])
        self.assertIn('Shopify Stripe', binding.trail_html)

    def test_a_new_provider_is_told_to_whom_the_store_belongs_and_nothing_waits_for_it(self):
        for number in (1, 2):
            self.assertTrue(self.settled(self.sold(number), transaction(gateway='stripe'), number=number))
        activity = self.backend.activity_ids.filtered(lambda row: 'Stripe' in (row.summary or ''))
        self.assertEqual(activity.user_id, self.backend.responsible_id)
        self.assertIn('Shopify Stripe', activity.note)

    def test_the_provider_of_that_name_is_not_created_again(self):
        first = self.settled(self.sold(1), transaction(gateway='stripe'), number=1)
        second = self.settled(self.sold(2), transaction(gateway='stripe'), number=2)
        self.assertEqual(first.journal_id, second.journal_id)
        self.assertEqual(self.mapping('stripe').transaction_count, 2)

    def test_a_journal_is_suggested_by_its_name(self):
        journal = self.env['account.journal'].create({'name': "PayPal Europe", 'type': 'bank', 'code': 'PPEU'})
        binding = self.sold()
        payment = self.settled(binding, transaction(gateway='paypal'))
        self.assertEqual((payment.journal_id, self.mapping('paypal').origin), (journal, 'found'))
        self.assertTrue(payment.move_id)
        self.assertIn('gateway_found', [entry[1] for entry in binding.trail])

    def test_bank_transfers_are_booked_in_the_only_bank(self):
        self.settled(self.sold(1), transaction(gateway='stripe'), number=1)
        payment = self.settled(self.sold(2), transaction(gateway='bank_deposit'), number=2)
        self.assertEqual(payment.journal_id.name, 'Bank')
        self.assertTrue(payment.move_id.line_ids)

    def test_what_a_person_chose_is_used_from_then_on(self):
        self.settled(self.sold(1), transaction(gateway='stripe'), number=1)
        journal = self.env['account.journal'].create({'name': "Our bank", 'type': 'bank', 'code': 'OURB'})
        self.mapping('stripe').journal_id = journal
        payment = self.settled(self.sold(2), transaction(gateway='stripe'), number=2)
        self.assertEqual((payment.journal_id, self.mapping('stripe').origin), (journal, 'manual'))
        self.assertTrue(payment.move_id.line_ids)

    def test_two_stores_share_a_journal_found_by_name_but_not_a_mapping(self):
        first = self.settled(self.sold(1), transaction(number=1, gateway='stripe'), number=1)
        beta = self.connected('beta', register_payments=True)
        binding = self.bring(order(1), backend=beta)
        beta.env['shopify.sync.payment']._note(binding, paid(transaction(number=1, gateway='stripe'), number=1))
        self.assertFalse(beta.env['shopify.sync.payment']._settle(binding))
        second = binding.transaction_ids.payment_id
        self.assertNotEqual(first, second)
        self.assertEqual(first.journal_id, second.journal_id)
        self.assertEqual(self.env['shopify.gateway.mapping'].search_count([('gateway', '=', 'stripe')]), 2)

    def test_a_journal_without_a_payment_method_is_a_sentence_and_stops_no_other_order(self):
        self.settled(self.sold(1), transaction(gateway='stripe'), number=1)
        self.mapping('stripe').journal_id.inbound_payment_method_line_ids.unlink()
        good, bad = self.sold(2), self.sold(3)
        self.payments._note_batch(
            [
                (good, paid(transaction(gateway='klarna'), number=2)),
                (bad, paid(transaction(gateway='stripe'), number=3)),
            ]
        )
        failures = self.payments._settle_batch(good + bad)
        self.assertEqual([error.code for error in failures.values()], ['no_payment_method'])
        self.assertEqual(list(failures), [bad.gid])
        self.assertTrue(good.transaction_ids.payment_id)
        self.assertEqual(bad.transaction_ids.reason, 'error')
        self.assertIn('Shopify Stripe', bad.transaction_ids.message)

    def test_a_journal_that_a_person_made_without_accounts_gets_an_entry(self):
        journal = self.env['account.journal'].create({'name': "Adyen", 'type': 'bank', 'code': 'ADY'})
        with patch.object(
            type(self.env['shopify.sync.gateway']),
            '_usual_outstanding',
            lambda self, company, kind: self.env['account.account'],
        ):
            payment = self.settled(self.sold(), transaction(gateway='adyen'))
        self.assertEqual(payment.journal_id, journal)
        self.assertEqual(payment.outstanding_account_id.name, 'Adyen: clearing')
        self.assertTrue(payment.move_id.line_ids)


class TestGiftCards(PaymentCase):
    def test_a_gift_card_that_is_sold_is_owed_and_no_income(self):
        product = self.payments._gift_card_product(self.backend)
        account = product.with_company(self.env.company).property_account_income_id
        self.assertEqual(account.account_type, 'liability_current')
        self.assertEqual(self.payments._gift_card_product(self.backend).property_account_income_id, account)
        binding = self.sold(lines=[line(isGiftCard=True, requiresShipping=False)])
        self.assertEqual(binding.sale_order_id.order_line.product_id, product)
        invoice = self.invoiced(binding)
        self.assertEqual(invoice.invoice_line_ids.account_id, account)

    def test_a_gift_card_that_is_redeemed_pays_the_invoice_out_of_what_is_owed(self):
        account = self.payments._gift_card_product(self.backend).property_account_income_id
        binding = self.sold()
        invoice = self.invoiced(binding)
        payment = self.settled(binding, transaction(gateway='gift_card'))
        self.assertEqual(invoice.payment_state, 'paid')
        self.assertEqual(payment.outstanding_account_id, account)
        self.assertEqual(payment.move_id.line_ids.filtered(lambda row: row.account_id == account).balance, 10.0)
        self.assertEqual(payment.state, 'paid')

    def test_a_gift_card_that_was_sold_and_redeemed_leaves_nothing_owed(self):
        product = self.payments._gift_card_product(self.backend)
        sold = self.sold(1, lines=[line(1, isGiftCard=True, requiresShipping=False)])
        self.invoiced(sold)
        self.settled(sold, transaction(), number=1)
        used = self.sold(2, lines=[line(2, price='10.00')])
        self.invoiced(used)
        self.settled(used, transaction(gateway='gift_card'), number=2)
        rows = self.env['account.move.line'].search(
            [('account_id', '=', product.property_account_income_id.id), ('parent_state', '=', 'posted')]
        )
        self.assertEqual((len(rows), sum(rows.mapped('balance'))), (2, 0.0))

    def test_store_credit_is_owed_as_a_gift_card_is(self):
        binding = self.sold()
        sale = transaction()
        given, used = self.settled(
            binding,
            sale,
            transaction('3.00', 'REFUND', gateway='shopify_store_credit', parent=sale),
            transaction('3.00', gateway='shopify_store_credit', processedAt='2026-11-20T11:00:00Z'),
        )[1:]
        self.assertEqual(given.outstanding_account_id.account_type, 'liability_current')
        self.assertEqual(given.outstanding_account_id, used.outstanding_account_id)
        owed = (given + used).move_id.line_ids.filtered(lambda row: row.account_id == given.outstanding_account_id)
        self.assertEqual(owed.mapped('balance'), [-3.0, 3.0])

    def test_every_company_has_an_account_of_its_own(self):
        other = self.env['res.company'].create({'name': "Other"})
        gateways = self.env['shopify.sync.gateway']
        self.assertFalse(gateways._gift_card_product(other).with_company(other).property_account_income_id)
        self.env['account.chart.template'].try_loading('generic_coa', company=other, install_demo=False)
        mine, theirs = gateways._gift_card_account(self.env.company), gateways._gift_card_account(other)
        self.assertNotEqual(mine, theirs)
        self.assertEqual(theirs.company_ids, other)


class TestManyOrders(PaymentCase):
    def test_many_orders_are_booked_and_matched_together(self):
        bindings = self.bring(*(order(number) for number in range(1, 21)))
        invoices = self.env['account.move'].union(*(self.invoiced(binding) for binding in bindings))
        pairs = [(binding, paid(transaction(), number=number)) for number, binding in enumerate(bindings, 1)]
        self.payments._note_batch(pairs)
        self.assertEqual(self.payments._settle_batch(bindings), {})
        self.assertEqual(set(invoices.mapped('payment_state')), {'paid'})
        self.payments._note_batch(pairs)
        self.assertEqual(self.payments._settle_batch(bindings), {})
        self.assertEqual(len(bindings.transaction_ids.payment_id), 20)

    def test_payments_of_a_store_that_was_deleted_are_found_again(self):
        payment = self.settled(self.sold(), transaction(number=77))
        self.backend.with_context(active_test=False).write({'state': 'draft'})
        self.backend.unlink()
        backend = self.connected('alpha', register_payments=True)
        binding = self.bring(order(1001), backend=backend)
        backend.env['shopify.sync.payment']._note(binding, paid(transaction(number=77)))
        self.assertFalse(backend.env['shopify.sync.payment']._settle(binding))
        self.assertEqual(binding.transaction_ids.payment_id, payment)
        self.assertIn('payment_adopted', [entry[1] for entry in binding.trail])
        self.assertEqual(self.env['account.payment'].search_count([('shopify_key', '!=', False)]), 1)

    def test_another_company_is_booked_in_its_own_books(self):
        other = self.env['res.company'].create({'name': "Other"})
        self.env['account.chart.template'].try_loading('generic_coa', company=other, install_demo=False)
        self.env.user.company_ids += other
        backend = self.connected('gamma', company_id=other.id, register_payments=True)
        binding = self.bring(order(5), backend=backend)
        backend.env['shopify.sync.payment']._note(binding, paid(transaction(), number=5))
        self.assertFalse(backend.env['shopify.sync.payment']._settle(binding))
        payment = binding.transaction_ids.payment_id
        self.assertEqual((payment.company_id, payment.journal_id.company_id, payment.move_id.company_id), (other,) * 3)


class TestPeople(PaymentCase):
    def test_an_accountant_sees_and_matches_payments_without_any_right_in_shopify(self):
        accountant = new_test_user(self.env, 'ann', groups='account.group_account_user')
        binding = self.sold()
        payment = self.settled(binding, transaction())
        invoice = self.invoiced(binding)
        self.env.invalidate_all()
        theirs = payment.with_user(accountant)
        with Form(theirs) as form:
            self.assertTrue(form.shopify_key)
        self.assertEqual(theirs.search([('shopify_key', '!=', False)]), theirs)
        lines = (theirs.move_id.line_ids + invoice.with_user(accountant).line_ids).filtered(
            lambda row: row.account_type == 'asset_receivable'
        )
        lines.reconcile()
        self.assertEqual(invoice.payment_state, 'paid')
        rows = self.env['shopify.transaction'].with_user(accountant).search([('order_name', '=', '#1001')])
        for kind in ('list', 'form', 'search'):
            arch = rows.get_view(False, kind)['arch']
            self.assertIn('order_name', arch)
            self.assertNotIn('name="binding_id"', arch)
        self.assertEqual(rows.payment_id, theirs)
        specification = {'binding_id': {'fields': {'display_name': {}}}, 'payment_id': {'fields': {'display_name': {}}}}
        self.assertEqual(rows.web_read(specification)[0]['binding_id']['display_name'], '#1001')

    def test_a_shop_user_sees_transactions_without_any_right_in_accounting(self):
        user = new_test_user(self.env, 'sam', groups='shopify_connector.group_shopify_user')
        binding = self.sold()
        self.settled(binding, transaction())
        self.env.invalidate_all()
        theirs = binding.with_user(user)
        self.assertEqual((theirs.amount_paid, theirs.transaction_ids.mapped('state')), (10.0, ['booked']))
        view = self.env['shopify.order.binding'].with_user(user).get_view(
            self.env.ref('shopify_connector.view_shopify_order_binding_form').id, 'form'
        )
        self.assertIn('transaction_ids', view['arch'])
        Form(theirs)

    def test_an_accountant_chooses_journals_and_a_shop_user_does_not(self):
        self.settled(self.sold(), transaction(gateway='stripe'))
        mapping = self.env['shopify.gateway.mapping'].search([('gateway', '=', 'stripe')])
        journal = self.env['account.journal'].create({'name': "Our bank", 'type': 'bank', 'code': 'OURB'})
        chief = new_test_user(self.env, 'chief', groups='account.group_account_manager')
        mapping.with_user(chief).journal_id = journal
        manager = new_test_user(self.env, 'maya', groups='shopify_connector.group_shopify_manager')
        with Form(mapping.with_user(manager), self.env.ref('shopify_connector.view_shopify_gateway_mapping_list')) as form:
            form.journal_id = self.env['account.journal'].with_user(manager).search([('type', '=', 'cash')], limit=1) or (
                journal.with_user(manager)
            )
        user = new_test_user(self.env, 'sam', groups='shopify_connector.group_shopify_user')
        self.assertTrue(mapping.with_user(user).has_access('read'))
        self.assertFalse(mapping.with_user(user).has_access('write'))

    def test_another_companys_transactions_are_not_seen(self):
        self.settled(self.sold(), transaction())
        other = self.env['res.company'].create({'name': "Other"})
        user = new_test_user(
            self.env, 'olga', groups='account.group_account_user', company_id=other.id, company_ids=[(6, 0, other.ids)]
        )
        self.assertFalse(self.env['shopify.transaction'].with_user(user).search([]))
        self.assertFalse(self.env['shopify.gateway.mapping'].with_user(user).search([]))
