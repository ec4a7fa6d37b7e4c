from tests.support.invoices import BooksCase


class TestInvoices(BooksCase):
    def test_a_paid_order_has_a_posted_invoice_that_is_paid(self):
        binding = self.sell(kind='two_lines')
        invoice = self.documents(binding)
        self.assertEqual((invoice.move_type, invoice.state, invoice.payment_state), ('out_invoice', 'posted', 'paid'))
        self.assert_as_in_shopify(binding)

    def test_everything_twice_makes_nothing_new(self):
        binding = self.sell(kind='two_lines')
        before = self.documents(binding)
        self.bring(binding.gid)
        self.assertEqual(self.documents(binding), before)

    def test_an_unpaid_order_has_no_invoice_until_it_is_paid(self):
        self.backend.order_policy = 'always'
        binding = self.sell(payment='pending')
        self.assertFalse(self.documents(binding))
        self.act(binding, 'pay')
        self.assertEqual(self.documents(binding).payment_state, 'paid')
        self.assert_as_in_shopify(binding)
