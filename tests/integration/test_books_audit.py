from unittest.mock import patch

from tests.support.invoices import BooksCase


class TestBooksAudit(BooksCase):
    """Every order says whether its books are what Shopify says."""

    def audit(self, binding):
        binding.invalidate_recordset()
        return binding.books_state, binding.amount_invoiced, binding.amount_booked

    def test_the_books_of_a_paid_order_are_equal(self):
        binding = self.sell(kind='two_lines')
        total = binding.amount_shopify
        self.assertEqual(self.audit(binding), ('equal', total, total))

    def test_nothing_is_booked_of_an_order_that_nobody_has_paid(self):
        self.backend.order_policy = 'always'
        self.assertEqual(self.audit(self.sell(payment='pending'))[0], 'nothing')

    def test_after_refunds_they_are_equal_again(self):
        binding = self.sell(kind='two_lines')
        self.act(binding, 'refund', amount='1.00')
        self.assertEqual(self.audit(binding)[0], 'equal')
        self.assertAlmostEqual(binding.amount_invoiced, binding.amount_shopify - 1)

    def test_a_refund_that_waits_at_the_provider_is_no_difference_yet(self):
        binding = self.sell(kind='two_lines')
        self.act(binding, 'refund', shipping=True, pending=True)
        self.assertEqual(self.audit(binding)[0], 'waiting')

    def test_an_amount_that_a_person_has_credited_beside_shopify_differs_and_is_found(self):
        binding = self.sell(kind='two_lines')
        invoice = self.documents(binding)
        line = {'name': 'Goodwill', 'quantity': 1, 'price_unit': 3.0, 'tax_ids': [(6, 0, [])]}
        self.env['account.move'].create(
            {
                'move_type': 'out_refund',
                'partner_id': invoice.partner_id.id,
                'reversed_entry_id': invoice.id,
                'invoice_line_ids': [(0, 0, line)],
            }
        ).action_post()
        self.bring(binding.gid)
        self.assertEqual(self.audit(binding)[0], 'differs')
        self.assertIn(binding, self.env['shopify.order.binding'].search([('books_state', '=', 'differs')]))

    def test_the_documents_of_many_orders_are_searched_once(self):
        bindings = self.sell(kind='two_lines') + self.sell(kind='two_lines')
        moves, searched = type(self.env['account.move']), []
        search = moves.search

        def counting(records, *args, **kwargs):
            searched.append(records)
            return search(records, *args, **kwargs)

        with patch.object(moves, 'search', counting):
            bindings._audit()
            self.backend.env['shopify.sync.payment']._match(bindings)
        self.assertEqual(len(searched), 2)
        self.assertEqual(set(bindings.mapped('books_state')), {'equal'})
