import datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from tests.integration.common import StoreCase
from tests.support.orders import line, order, tax
from tests.support.transactions import paid, transaction


class PaymentCase(StoreCase):
    """Orders, what was paid for them, and invoices made the way Odoo makes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend.write({'timezone': 'America/New_York', 'register_payments': True})
        cls.product.invoice_policy = 'order'
        cls.payments = cls.backend.env['shopify.sync.payment']

    def sold(self, number=1001, **values):
        """The binding of an order that was brought over."""
        return self.bring(order(number, **values))

    def settle(self, binding, *transactions, **more):
        """Note and book; returns the error, or nothing."""
        self.payments._note(binding, paid(*transactions, **more))
        error = self.payments._settle(binding)
        self.env.flush_all()
        binding.invalidate_recordset()
        return error

    def settled(self, binding, *transactions, **more):
        """The payments after everything was booked."""
        error = self.settle(binding, *transactions, **more)
        self.assertFalse(error)
        return binding.transaction_ids.payment_id.sorted('id')

    def invoiced(self, binding, day='2026-11-20'):
        invoice = binding.sale_order_id._create_invoices(final=True)
        invoice.invoice_date = day
        invoice.action_post()
        return invoice

    def credited(self, invoice, amount):
        """A credit note of an amount that belongs to no line."""
        note = self.env['account.move'].create(
            {
                'move_type': 'out_refund',
                'partner_id': invoice.partner_id.id,
                'currency_id': invoice.currency_id.id,
                'reversed_entry_id': invoice.id,
                'invoice_date': '2026-11-21',
                'invoice_line_ids': [
                    (0, 0, {'name': "Goodwill", 'quantity': 1, 'price_unit': amount, 'tax_ids': [(5, 0, 0)]})
                ],
            }
        )
        note.action_post()
        return note

    def rows(self, binding):
        return [(row.kind, row.state, row.reason) for row in binding.transaction_ids.sorted('id')]

    def balances(self, payment):
        """``{account type: amount in the payment's currency}`` of a payment's entry."""
        return {row.account_id.account_type: row.amount_currency for row in payment.move_id.line_ids}


class TestPayments(PaymentCase):
    def test_a_payment_pays_the_invoice_on_shopifys_day_in_the_shops_zone(self):
        binding = self.sold()
        invoice = self.invoiced(binding)
        payment = self.settled(binding, transaction(processedAt='2026-11-20T03:30:00Z'))
        self.assertEqual((payment.amount, payment.payment_type), (10.0, 'inbound'))
        self.assertEqual(payment.date, datetime.date(2026, 11, 19))
        self.assertEqual(payment.move_id.state, 'posted')
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('paid', 0))
        self.assertEqual(payment.reconciled_invoice_ids, invoice)
        self.assertEqual(payment.partner_id, invoice.commercial_partner_id)
        self.assertEqual(payment.memo, f'#1001 {payment.payment_reference}')
        self.assertEqual(self.rows(binding), [('sale', 'booked', False)])

    def test_everything_twice_makes_nothing_new(self):
        binding = self.sold()
        self.invoiced(binding)
        moves = (transaction(number=1), transaction('3.00', 'REFUND', number=2))
        first = self.settled(binding, *moves)
        partials = self.env['account.partial.reconcile'].search_count([])
        self.assertEqual(self.settled(binding, *moves), first)
        self.assertEqual((len(first), len(binding.transaction_ids)), (2, 2))
        self.assertEqual(self.env['account.partial.reconcile'].search_count([]), partials)

    def test_the_database_refuses_a_second_payment_of_a_transaction(self):
        payment = self.settled(self.sold(), transaction())
        with self.assertRaises(IntegrityError), self.env.cr.savepoint(), mute_logger('odoo.sql_db'):
            payment.copy({'shopify_key': payment.shopify_key}).flush_recordset()
        self.assertFalse(payment.copy().shopify_key)

    def test_a_split_tender_is_two_payments_in_two_journals(self):
        binding = self.sold()
        invoice = self.invoiced(binding)
        payments = self.settled(binding, transaction('4.00', gateway='gift_card'), transaction('6.00'))
        self.assertEqual(payments.mapped('amount'), [4.0, 6.0])
        self.assertEqual(len(payments.journal_id), 2)
        self.assertEqual(invoice.payment_state, 'paid')

    def test_a_payment_that_comes_before_its_invoice_pays_it_later(self):
        binding = self.sold()
        self.settled(binding, transaction(number=1))
        invoice = self.invoiced(binding)
        self.assertEqual(invoice.payment_state, 'not_paid')
        self.settled(binding, transaction(number=1))
        self.assertEqual(invoice.payment_state, 'paid')

    def test_what_is_paid_too_much_stays_the_customers_credit(self):
        binding = self.sold()
        invoice = self.invoiced(binding)
        payment = self.settled(binding, transaction('12.00'))
        self.assertEqual(invoice.payment_state, 'paid')
        receivable = payment.move_id.line_ids.filtered(lambda row: row.account_type == 'asset_receivable')
        self.assertEqual(receivable.amount_residual, -2.0)

    def test_what_is_paid_too_little_stays_open(self):
        binding = self.sold()
        invoice = self.invoiced(binding)
        self.settled(binding, transaction('4.00'))
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('partial', 6.0))
        self.assertEqual(binding.amount_paid, 4.0)

    def test_parts_that_are_paid_one_after_another_pay_it_all(self):
        binding = self.sold()
        invoice = self.invoiced(binding)
        first = transaction('4.00')
        self.settled(binding, first)
        self.settled(binding, first, transaction('6.00'))
        self.assertEqual(invoice.payment_state, 'paid')

    def test_change_is_taken_off(self):
        binding = self.sold()
        invoice = self.invoiced(binding)
        cash = transaction('20.00', gateway='cash')
        payment = self.settled(binding, cash, transaction('10.00', 'CHANGE', gateway='cash', parent=cash))
        self.assertEqual(payment.amount, 10.0)
        self.assertEqual(self.rows(binding), [('sale', 'booked', False), ('change', 'booked', False)])
        self.assertEqual(invoice.payment_state, 'paid')
        self.assertEqual(binding.amount_paid, 10.0)

    def test_a_test_transaction_is_booked_as_others(self):
        payment = self.settled(self.sold(), transaction(test=True))
        self.assertEqual(payment.amount, 10.0)


class TestWhatIsNotBooked(PaymentCase):
    def test_what_failed_or_moved_nothing_is_kept_and_not_booked(self):
        binding = self.sold()
        held = transaction(kind='AUTHORIZATION', number=1)
        payments = self.settled(
            binding,
            held,
            transaction(kind='VOID', number=2, parent=held),
            transaction(number=3, status='FAILURE', errorCode='CARD_DECLINED'),
            transaction(number=4, status='ERROR'),
            transaction('0.00', number=5),
        )
        self.assertFalse(payments)
        self.assertEqual(
            self.rows(binding),
            [
                ('authorization', 'none', 'authorised'),
                ('void', 'none', 'voided'),
                ('sale', 'none', 'failed'),
                ('sale', 'none', 'failed'),
                ('sale', 'none', 'no_money'),
            ],
        )
        self.assertIn('card_declined', binding.transaction_ids.mapped('error_code'))

    def test_what_is_pending_waits_until_the_provider_has_decided(self):
        binding = self.sold(displayFinancialStatus='PENDING')
        binding.sale_order_id.action_confirm()
        waiting = transaction(number=1, status='PENDING')
        self.assertFalse(self.settled(binding, waiting))
        self.assertEqual(self.rows(binding), [('sale', 'waiting', 'pending')])
        self.assertTrue(self.settled(binding, {**waiting, 'status': 'SUCCESS'}))
        self.assertEqual(self.rows(binding), [('sale', 'booked', False)])

    def test_a_payment_that_was_marked_as_paid_waits_no_more(self):
        binding = self.sold()
        first = transaction(number=1, status='PENDING', gateway='bank_deposit')
        payment = self.settled(binding, first, transaction(number=2, parent=first, gateway='bank_deposit'))
        self.assertEqual(payment.amount, 10.0)
        self.assertEqual(self.rows(binding), [('sale', 'none', 'settled'), ('sale', 'booked', False)])

    def test_an_authorisation_shows_what_is_held_and_until_when(self):
        binding = self.sold()
        held = transaction(kind='AUTHORIZATION', authorizationExpiresAt='2026-11-27T10:00:00Z')
        self.assertFalse(self.settled(binding, held, capturable='10.00'))
        self.assertEqual(binding.amount_authorized, 10.0)
        self.assertEqual(str(binding.authorized_until), '2026-11-27 10:00:00')
        captured = transaction('7.00', 'CAPTURE', parent=held)
        payment = self.settled(binding, held, captured, capturable='3.00')
        self.assertEqual((payment.amount, binding.amount_authorized), (7.0, 3.0))
        self.settled(binding, held, captured, transaction('3.00', 'CAPTURE', parent=held))
        self.assertEqual((binding.amount_authorized, binding.authorized_until), (0.0, False))
        self.assertEqual(binding.amount_paid, 10.0)

    def test_a_quotation_waits_until_it_is_sold_or_cancelled(self):
        binding = self.sold(displayFinancialStatus='PENDING')
        part = transaction('4.00', number=1)
        self.assertFalse(self.settled(binding, part))
        self.assertEqual(self.rows(binding), [('sale', 'waiting', 'quotation')])
        binding.sale_order_id._action_cancel()
        back = transaction('4.00', 'REFUND', number=2, parent=part)
        payments = self.settled(binding, part, back)
        self.assertEqual(payments.mapped('payment_type'), ['inbound', 'outbound'])
        self.assertEqual(payments.mapped('is_reconciled'), [True, True])

    def test_an_order_that_is_not_imported_keeps_its_rows(self):
        binding = self.bring(order(test=True))
        self.assertFalse(self.settled(binding, transaction()))
        self.assertEqual(self.rows(binding), [('sale', 'waiting', 'no_order')])

    def test_a_store_that_registers_no_payments_shows_them_only(self):
        self.backend.register_payments = False
        binding = self.sold()
        self.assertFalse(self.settled(binding, transaction(number=1)))
        self.assertEqual(self.rows(binding), [('sale', 'waiting', 'switched_off')])
        self.backend.register_payments = True
        self.assertTrue(self.settled(binding, transaction(number=1)))

    def test_a_payment_that_a_person_deleted_is_not_made_again(self):
        binding = self.sold()
        payment = self.settled(binding, transaction(number=1))
        payment.action_draft()
        payment.unlink()
        self.assertFalse(self.settled(binding, transaction(number=1)))
        self.assertEqual(self.rows(binding), [('sale', 'booked', False)])

    def test_a_payment_that_a_person_deleted_is_made_again_when_asked_for(self):
        binding = self.sold()
        payment = self.settled(binding, transaction(number=1))
        payment.action_draft()
        payment.unlink()
        binding.transaction_ids.action_book_again()
        task = self.env['shopify.task'].search([('kind', '=', 'books'), ('key', '=', binding.gid)])
        self.assertEqual(task.state, 'pending')
        self.assertEqual(self.settled(binding, transaction(number=1)).amount, 10.0)
        user = new_test_user(self.env, 'sam', groups='shopify_connector.group_shopify_user')
        with self.assertRaises(AccessError):
            binding.transaction_ids.with_user(user).action_book_again()

    def test_who_keeps_the_books_of_another_company_books_nothing_here(self):
        binding = self.sold()
        self.settled(binding, transaction(number=1)).action_draft()
        binding.transaction_ids.payment_id.unlink()
        other = self.env['res.company'].create({'name': "Elsewhere"})
        user = new_test_user(
            self.env, 'eve', groups='account.group_account_invoice', company_id=other.id, company_ids=[(6, 0, other.ids)]
        )
        with self.assertRaises(AccessError):
            binding.transaction_ids.with_user(user).action_book_again()
        self.assertEqual(binding.transaction_ids.state, 'booked')

    def test_a_payment_that_a_person_cancelled_stays_so(self):
        binding = self.sold()
        invoice = self.invoiced(binding)
        payment = self.settled(binding, transaction(number=1))
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(self.settled(binding, transaction(number=1)), payment)
        self.assertEqual((payment.state, invoice.payment_state), ('canceled', 'not_paid'))

    def test_money_in_another_currency_than_the_orders_is_said(self):
        binding = self.sold()
        self.env.ref('base.EUR').active = True
        self.assertFalse(self.settled(binding, transaction(currency='EUR'), currency='EUR'))
        self.assertEqual(self.rows(binding), [('sale', 'waiting', 'currency')])
        self.assertEqual(binding.transaction_ids.currency_id.name, 'EUR')
        self.assertEqual(binding.amount_paid, 0)


class TestRefunds(PaymentCase):
    def test_a_refund_pays_the_credit_note(self):
        binding = self.sold()
        invoice = self.invoiced(binding)
        sale = transaction(number=1)
        self.settled(binding, sale)
        note = self.credited(invoice, 3.0)
        payment = self.settled(binding, sale, transaction('3.00', 'REFUND', number=2, parent=sale))[1]
        self.assertEqual((payment.payment_type, payment.amount), ('outbound', 3.0))
        self.assertEqual((invoice.payment_state, note.payment_state), ('paid', 'paid'))
        self.assertEqual(payment.reconciled_invoice_ids, note)
        self.assertEqual((binding.amount_paid, binding.amount_refunded), (10.0, 3.0))

    def test_a_refund_before_the_invoice_is_given_back_out_of_the_payment(self):
        binding = self.sold(lines=[line(quantity=2, price='5.00')])
        sale = transaction(number=1)
        payments = self.settled(binding, sale, transaction('5.00', 'REFUND', number=2, parent=sale))
        self.assertTrue(payments[1].is_reconciled)
        binding.sale_order_id.order_line.product_uom_qty = 1
        invoice = self.invoiced(binding)
        self.settled(binding, sale)
        self.assertEqual((invoice.amount_total, invoice.payment_state), (5.0, 'paid'))

    def test_a_refund_that_is_pending_waits(self):
        binding = self.sold()
        sale, back = transaction(number=1), transaction('3.00', 'REFUND', number=2, status='PENDING')
        self.assertEqual(len(self.settled(binding, sale, back)), 1)
        self.assertEqual(len(self.settled(binding, sale, {**back, 'status': 'SUCCESS'})), 2)

    def test_a_credit_note_lowers_what_is_open_of_an_unpaid_invoice(self):
        binding = self.sold()
        invoice = self.invoiced(binding)
        self.credited(invoice, 4.0)
        self.settled(binding, transaction('6.00'))
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('paid', 0))


class TestCashRounding(PaymentCase):
    def test_the_invoice_is_paid_exactly_and_the_rounding_is_a_gain_or_a_loss(self):
        for number, amount, rounding in ((1, '10.00', '0.02'), (2, '9.95', '-0.03')):
            with self.subTest(amount=amount):
                binding = self.sold(number, lines=[line(number, price='9.98')])
                invoice = self.invoiced(binding)
                payment = self.settled(binding, transaction(amount, gateway='cash', rounding=rounding), number=number)
                self.assertEqual((invoice.payment_state, invoice.amount_residual), ('paid', 0))
                self.assertTrue(payment.is_reconciled)
                self.assertEqual(self.balances(payment)['asset_current'], float(amount))
                self.assertEqual(self.balances(payment)['asset_receivable'], -9.98)
                kind = 'income' if float(rounding) > 0 else 'expense'
                found = {name: value for name, value in self.balances(payment).items() if name.startswith(kind)}
                self.assertEqual([round(value, 2) for value in found.values()], [-float(rounding)])

    def test_the_refund_of_rounded_cash_is_exact_too(self):
        binding = self.sold(lines=[line(price='9.98')])
        invoice = self.invoiced(binding)
        sale = transaction('10.00', gateway='cash', rounding='0.02')
        self.settled(binding, sale)
        note = self.credited(invoice, 9.98)
        self.settled(binding, sale, transaction('10.00', 'REFUND', gateway='cash', rounding='0.02', parent=sale))
        self.assertEqual((note.payment_state, note.amount_residual), ('paid', 0))

    def test_a_company_without_accounts_for_cash_differences_gets_its_own(self):
        self.env.company.write(
            {
                'default_cash_difference_income_account_id': False,
                'default_cash_difference_expense_account_id': False,
            }
        )
        for number in (1, 2):
            binding = self.sold(number, lines=[line(number, price='9.98')])
            self.settled(binding, transaction('10.00', gateway='cash', rounding='0.02'), number=number)
        accounts = self.env['account.account'].search([('name', '=', "Cash rounding gain (Shopify)")])
        self.assertEqual(len(accounts), 1)


class TestCurrencies(PaymentCase):
    def test_currencies_of_no_and_of_three_decimals_are_exact(self):
        for number, code, amount in ((1, 'JPY', '1235'), (2, 'KWD', '4.199')):
            with self.subTest(code=code):
                self.env.ref(f'base.{code}').active = True
                binding = self.sold(number, lines=[line(number, price=amount)], currencyCode=code)
                invoice = self.invoiced(binding)
                payment = self.settled(binding, transaction(amount, currency=code), number=number, currency=code)
                self.assertEqual((payment.currency_id.name, payment.amount), (code, float(amount)))
                self.assertEqual((invoice.payment_state, invoice.amount_residual), ('paid', 0))

    def test_an_order_in_the_customers_currency_is_paid_in_it(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        binding = self.sold(lines=[line(price='9.10')], currencyCode='EUR')
        invoice = self.invoiced(binding)
        payment = self.settled(binding, transaction('10.00', presentment=('9.10', 'EUR')))
        self.assertEqual((payment.currency_id, payment.amount), (euro, 9.1))
        self.assertEqual(invoice.payment_state, 'paid')
        self.assertEqual(binding.transaction_ids.other_amount, 10.0)
        self.assertEqual(binding.transaction_ids.other_currency_id.name, 'USD')

    def test_a_rate_that_changed_since_the_invoice_leaves_nothing_open(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        for day, rate in (('2026-11-01', 0.5), ('2026-11-20', 0.8)):
            self.env['res.currency.rate'].create(
                {'currency_id': euro.id, 'name': day, 'rate': rate, 'company_id': self.env.company.id}
            )
        binding = self.sold(lines=[line(price='100.00', taxes=[tax('VAT', 0.19, '19.00')])], currencyCode='EUR')
        invoice = self.invoiced(binding, day='2026-11-10')
        payment = self.settled(binding, transaction('119.00', currency='EUR'), currency='EUR')
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('paid', 0))
        self.assertEqual(payment.amount_company_currency_signed, 148.75)
        self.assertTrue(payment.is_reconciled)


class TestClosedBooks(PaymentCase):
    def test_a_payment_in_closed_books_goes_to_the_first_open_day_and_says_so(self):
        binding = self.sold()
        self.env.company.fiscalyear_lock_date = '2026-11-30'
        payment = self.settled(binding, transaction(processedAt='2026-11-20T15:00:00Z'))
        self.assertEqual(payment.date, datetime.date(2026, 12, 1))
        self.assertEqual(payment.move_id.date, datetime.date(2026, 12, 1))
        self.assertIn('payment_moved', [entry[1] for entry in binding.trail])
        self.assertIn('2026-11-20', binding.trail_html)

    def test_a_company_without_a_chart_of_accounts_says_so_and_keeps_the_order(self):
        binding = self.sold()
        accounts = self.env['account.account'].search([('account_type', '=', 'asset_receivable')])
        self.env.cr.execute(
            "UPDATE account_account SET account_type = 'asset_current' WHERE id IN %s", [tuple(accounts.ids)]
        )
        self.env.invalidate_all()
        error = self.settle(binding, transaction(number=1))
        self.assertEqual(error.code, 'no_chart')
        self.assertEqual(self.rows(binding), [('sale', 'waiting', 'error')])
        self.assertIn('chart of accounts', binding.transaction_ids.message)
        self.assertEqual(binding.sale_order_id.state, 'sale')
