"""Payments against the simulated shop: what moved there is what Odoo has booked."""

from tests.integration.simulated import SimulatedCase

MOVING = {'SALE': 1, 'CAPTURE': 1, 'REFUND': -1, 'CHANGE': -1}


class TestSimulatedPayments(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store(order_policy='always')

    def brought(self, **wishes):
        gid = self.placed(self.backend, **wishes)
        self.ring(self.backend, 'order', gid)
        return self.env['shopify.order.binding'].search([('gid', '=', gid), ('backend_id', '=', self.backend.id)])

    def act(self, binding, action, **arguments):
        self.simulator.act(self.backend.shop_domain, binding.gid.rsplit('/', 1)[-1], action, **arguments)
        self.ring(self.backend, 'order', binding.gid)

    def book(self, binding):
        self.run_lane(self.backend, 'books')
        tasks = self.env['shopify.task'].search([('kind', '=', 'books'), ('key', '=', binding.gid)])
        self.assertEqual(set(tasks.mapped('state')), {'done'}, tasks.mapped('message'))

    def shopifys(self, binding):
        """``[signed amount]`` of the money that moved in the shop."""
        orders = self.simulator.state(self.backend.shop_domain)['orders']
        order = next(row for row in orders if row['id'] == binding.gid)
        return sorted(
            MOVING[row['kind']] * float(row['amount']['shop'])
            for row in order['transactions']
            if row['kind'] in MOVING and row['status'] == 'SUCCESS'
        )

    def odoos(self, binding):
        return sorted(binding.transaction_ids.payment_id.mapped('amount_signed'))

    def assertPaid(self, binding):
        """The order has an invoice over all of it, and nothing of it is open."""
        invoice = binding.sale_order_id.invoice_ids
        self.assertEqual(invoice.mapped('payment_state'), ['paid'])
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (binding.sale_order_id.amount_total, 0))
        self.assertEqual(set(binding.transaction_ids.payment_id.mapped('is_reconciled')), {True})

    def test_every_way_of_paying_is_booked_as_the_shop_took_it(self):
        for payment in ('paid', 'partial', 'split', 'gift_card', 'authorized', 'pending', 'none'):
            with self.subTest(payment=payment):
                binding = self.brought(payment=payment)
                self.book(binding)
                self.assertEqual(self.odoos(binding), self.shopifys(binding))
                if payment in ('paid', 'split', 'gift_card'):
                    self.assertPaid(binding)
                if payment == 'authorized':
                    self.assertGreater(binding.amount_authorized, 0)
                    self.assertTrue(binding.authorized_until)

    def test_cash_pays_the_invoice_exactly(self):
        binding = self.brought(cash_rounding='0.70')
        self.book(binding)
        self.assertEqual(self.odoos(binding), self.shopifys(binding))
        self.assertTrue(binding.transaction_ids.rounding)
        self.assertPaid(binding)

    def test_later_payments_captures_and_refunds_follow(self):
        for first, action, arguments in (
            ('authorized', 'pay', {}),
            ('pending', 'pay', {}),
            ('partial', 'pay', {}),
            ('paid', 'refund', {'amount': '3.00'}),
        ):
            with self.subTest(first=first):
                binding = self.brought(payment=first)
                self.book(binding)
                self.act(binding, action, **arguments)
                self.book(binding)
                self.assertEqual(self.odoos(binding), self.shopifys(binding))
                self.assertTrue(self.odoos(binding))
                self.assertFalse(binding.transaction_ids.filtered(lambda row: row.state == 'waiting'))

    def test_an_order_of_very_many_transactions_is_read_whole(self):
        payments = [{'amount': '0.10', 'gateway': 'cash'} for _number in range(40)]
        binding = self.brought(payments=payments)
        self.book(binding)
        self.assertEqual(len(binding.transaction_ids), 40)
        self.assertEqual(self.odoos(binding), self.shopifys(binding))
