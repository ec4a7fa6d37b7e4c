"""The customer pays exactly, in their own currency; in the shop's, lines and payments are rounded one by one."""

from tests.integration.test_payments import PaymentCase
from tests.support.invoices import BooksCase
from tests.support.transactions import bag, paid, transaction

EUROS = {'presentment': {'currency': 'EUR', 'rate': '0.917'}}


class TestRoundedApart(BooksCase):
    """Against the simulated shop, in orders that are kept in the shop's currency."""

    def assertBooksClosed(self, binding):
        """Invoices and payments are what Shopify says, and nothing is open."""
        documents, payments = self.documents(binding), binding.transaction_ids.payment_id
        self.assertEqual(set(documents.mapped('state')), {'posted'})
        self.assertEqual(set(documents.mapped('payment_state')), {'paid'}, documents.mapped('amount_residual'))
        self.assertEqual(set(documents.mapped('amount_residual')), {0.0})
        receivable = payments.move_id.line_ids.filtered(lambda row: row.account_type == 'asset_receivable')
        self.assertEqual(set(receivable.mapped('amount_residual_currency')), {0.0})
        binding.invalidate_recordset()
        self.assertEqual(binding.books_state, 'equal')

    def money(self, binding):
        """Signed amounts of the money that moved in the shop, in its currency."""
        sign = {'SALE': 1, 'CAPTURE': 1, 'REFUND': -1}
        return [
            sign[row['kind']] * float(row['amount']['shop'])
            for row in self.there(binding)['transactions']
            if row['kind'] in sign and row['status'] == 'SUCCESS'
        ]

    def booked(self, binding):
        return binding.transaction_ids.sorted('id').payment_id.mapped('amount_signed')

    def test_a_cent_between_lines_and_payment_leaves_nothing_open(self):
        for apart in ('0.01', '-0.01'):
            with self.subTest(apart=apart):
                binding = self.sell(kind='two_lines', settle_apart=apart, **EUROS)
                invoice, payment = self.documents(binding), binding.transaction_ids.payment_id
                self.assertBooksClosed(binding)
                self.assertEqual(binding.sale_order_id.currency_id.name, 'USD')
                self.assertEqual(self.booked(binding), self.money(binding))
                self.assertAlmostEqual(payment.amount - invoice.amount_total, float(apart))
                entry = payment.move_id.line_ids.filtered(lambda row: row.account_type.startswith(('income', 'expense')))
                self.assertAlmostEqual(entry.amount_currency, -float(apart))
                company = self.backend.company_id
                accounts = company.income_currency_exchange_account_id + company.expense_currency_exchange_account_id
                self.assertIn(entry.account_id, accounts)

    def test_two_payments_of_one_order_settle_it_with_the_last(self):
        binding = self.sell(kind='two_lines', payment='split', settle_apart='0.01', **EUROS)
        self.assertEqual(binding.transaction_ids.sorted('id').mapped('apart'), [0.0, -0.02])
        self.assertBooksClosed(binding)

    def test_a_payment_of_a_part_settles_no_more_than_it_is(self):
        binding = self.sell(kind='two_lines', payment='partial', settle_apart='0.01', **EUROS)
        self.assertEqual(binding.transaction_ids.mapped('apart'), [0.0])
        self.act(binding, 'pay')
        self.assertBooksClosed(binding)

    def test_refunds_of_goods_are_exact_too(self):
        binding = self.sell(kind='two_lines', settle_apart='0.01', **EUROS)
        line = self.there(binding)['lines'][0]
        self.act(binding, 'refund', lines=[{'line_item_id': line['id'], 'quantity': 1, 'restock_type': 'CANCEL'}])
        self.assertEqual(len(self.documents(binding)), 2)
        self.assertEqual(self.booked(binding), self.money(binding))
        self.assertBooksClosed(binding)

    def test_an_amount_that_goes_back_beside_the_goods_is_exact_too(self):
        binding = self.sell(kind='two_lines', settle_apart='-0.01', **EUROS)
        self.act(binding, 'refund', amount='2.00')
        self.assertEqual(len(self.documents(binding)), 2)
        self.assertBooksClosed(binding)

    def test_an_order_that_is_cancelled_and_paid_back_leaves_nothing_open(self):
        binding = self.sell(kind='two_lines', settle_apart='0.01', **EUROS)
        self.act(binding, 'cancel')
        self.assertBooksClosed(binding)


class TestWhatIsNoRounding(PaymentCase):
    """What is not proven to be rounding stays open."""

    def euros(self, binding, payment, paid_there, due='9.10', **more):
        payload = paid(transaction(payment, presentment=(paid_there, 'EUR'), number=1))
        payload |= {'currentTotalPriceSet': bag('10.00', presentment=(due, 'EUR')),
                    'refundDiscrepancySet': bag('0.00', presentment=('0.00', 'EUR')), **more}
        self.payments._note(binding, payload)
        self.assertFalse(self.payments._settle(binding))
        binding._audit()
        return binding.transaction_ids.apart

    def test_what_the_customer_has_paid_otherwise_than_exactly_stays_open(self):
        binding = self.sold()
        invoice = self.invoiced(binding)
        self.assertEqual(self.euros(binding, '9.99', '9.09'), 0)
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('partial', 0.01))

    def test_more_than_rounding_explains_stays_open_and_is_shown(self):
        binding = self.sold()
        invoice = self.invoiced(binding)
        self.assertEqual(self.euros(binding, '9.60', '9.10'), 0)
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('partial', 0.4))
        self.assertEqual(binding.books_state, 'differs')

    def test_a_payment_that_is_found_again_has_settled_what_it_had(self):
        binding = self.sold()
        self.invoiced(binding)
        self.assertEqual(self.euros(binding, '10.02', '9.10'), -0.02)
        binding.transaction_ids.unlink()
        self.assertEqual(self.euros(binding, '10.02', '9.10'), -0.02)
        self.assertEqual(binding._get_apart_left(), 0)
        self.assertEqual(binding.books_state, 'equal')
