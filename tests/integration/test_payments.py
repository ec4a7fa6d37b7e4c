import datetime

from tests.integration.common import StoreCase
from tests.support.orders import line, order
from tests.support.transactions import paid, transaction


class PaymentCase(StoreCase):
    """Orders, what was paid for them, and invoices made the way Odoo makes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend.timezone = 'America/New_York'

    def sold(self, number=1001, **values):
        """The binding of an order that was brought over."""
        return self.bring(order(number, **values))

    def settle(self, binding, *transactions, **more):
        """Note and book; returns the error, or nothing."""
        payments = self.backend.env['shopify.sync.payment']
        payments._note(binding, paid(*transactions, **more))
        error = payments._settle(binding)
        binding.invalidate_recordset()
        return error

    def settled(self, binding, *transactions, **more):
        """The payments after everything was booked."""
        error = self.settle(binding, *transactions, **more)
        self.assertFalse(error)
        return binding.transaction_ids.payment_id.sorted('id')

    def invoiced(self, binding):
        binding.sale_order_id.order_line.qty_delivered = 1
        binding.sale_order_id.order_line.filtered(lambda row: row.product_uom_qty > 1).qty_delivered = 5
        invoice = binding.sale_order_id._create_invoices(final=True)
        invoice.invoice_date = '2026-11-20'
        invoice.action_post()
        return invoice

    def rows(self, binding):
        return [(row.kind, row.state, row.reason) for row in binding.transaction_ids.sorted('gid')]


class TestPayments(PaymentCase):
    def test_a_payment_pays_the_invoice_on_shopifys_day_in_the_shops_zone(self):
        binding = self.sold()
        invoice = self.invoiced(binding)
        payment = self.settled(binding, transaction(processedAt='2026-11-20T03:30:00Z'))
        self.assertEqual((payment.amount, payment.payment_type), (10.0, 'inbound'))
        self.assertEqual(payment.date, datetime.date(2026, 11, 19))
        self.assertEqual(payment.move_id.state, 'posted')
        self.assertEqual(invoice.payment_state, 'paid')
        self.assertEqual(invoice.amount_residual, 0)
        self.assertIn('#1001', payment.memo)
        self.assertEqual(payment.partner_id, invoice.commercial_partner_id)

    def test_everything_twice_makes_nothing_new(self):
        binding = self.sold()
        self.invoiced(binding)
        moves = (transaction(number=1), transaction('3.00', 'REFUND', number=2))
        first = self.settled(binding, *moves)
        again = self.settled(binding, *moves)
        self.assertEqual(first, again)
        self.assertEqual(len(first), 2)
        self.assertEqual(len(binding.transaction_ids), 2)
