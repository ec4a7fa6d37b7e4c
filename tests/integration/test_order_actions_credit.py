"""Credit notes that people have made in Odoo, and the money that goes back in Shopify for them."""

from tests.integration.actions import ActionCase


class TestCreditNote(ActionCase):
    def credited(self, binding, change=None):
        """An invoice of the connector, credited by a person who keeps the customer waiting for the money."""
        self.run_lane(self.backend, 'books')
        invoice = binding.sale_order_id.invoice_ids
        wizard = (
            self.env['account.move.reversal']
            .with_context(active_model='account.move', active_ids=invoice.ids)
            .create({'journal_id': invoice.journal_id.id})
        )
        wizard.reverse_moves()
        note = binding.sale_order_id.invoice_ids - invoice
        if change:
            change(note)
        note.action_post()
        return note

    def offered(self, note):
        return self.env['shopify.order.action.wizard'].browse(note.action_shopify_refund()['res_id'])

    def test_a_credit_note_made_by_hand_is_offered_to_be_refunded_and_stands_for_the_refund(self):
        binding = self.brought()
        note = self.credited(binding)
        self.assertTrue(note.shopify_refund_offer)
        wizard = self.env['shopify.order.action.wizard'].browse(note.action_shopify_refund()['res_id'])
        self.assertAlmostEqual(wizard.refund_total, note.amount_total)
        self.assertIn(f'The credit note {note.name} says', wizard.preview)
        self.assertFalse(self.shop_order(binding)['refunds'])
        wizard.action_confirm()
        note.invalidate_recordset()
        self.assertFalse(note.shopify_refund_offer)
        self.run_orders()
        self.run_lane(self.backend, 'books')
        refund = binding.refund_ids
        self.assertEqual((refund.move_ids, refund.state), (note, 'credited'))
        self.assertEqual(binding.sale_order_id.invoice_ids.filtered(lambda m: m.move_type == 'out_refund'), note)

    def test_a_credit_note_of_the_connector_is_not_offered(self):
        binding = self.brought()
        self.run_lane(self.backend, 'books')
        self.simulator.act(self.domain, binding.gid.rsplit('/', 1)[-1], 'refund', amount='1.00')
        self.ring(self.backend, 'order', binding.gid)
        self.run_lane(self.backend, 'books')
        note = binding.refund_ids.move_ids
        self.assertEqual(note.state, 'posted')
        self.assertFalse(note.shopify_refund_offer)

    def test_shipping_is_proposed_in_the_customers_currency(self):
        binding = self.brought(
            shipping={'title': 'Parcel', 'price': '13.60'}, presentment={'currency': 'EUR', 'rate': '0.5'}
        )

        def half_of_the_shipping(note):
            freight = note.invoice_line_ids.filtered(
                lambda row: '/ShippingLine/' in (row.sale_line_ids.shopify_line_gid or '')
            )
            (note.invoice_line_ids - freight).unlink()
            freight.price_unit /= 2

        note = self.credited(binding, half_of_the_shipping)
        self.assertEqual((note.currency_id.name, note.amount_untaxed), ('USD', 6.8))
        wizard = self.offered(note)
        self.assertEqual((wizard.currency_code, wizard.shipping_left), ('EUR', 6.8))
        self.assertEqual(wizard.shipping_amount, 3.4)

    def test_shipping_with_taxes_is_proposed_as_the_order_has_it(self):
        for included in (False, True):
            with self.subTest(included=included):
                binding = self.brought(
                    shipping={'title': 'Parcel', 'price': '11.90', 'taxes': [{'title': 'VAT', 'rate': '0.19'}]},
                    taxes_included=included,
                )
                self.assertEqual(self.offered(self.credited(binding)).shipping_amount, 11.9)

    def test_a_refund_that_the_books_have_noted_first_is_linked_with_its_answer(self):
        binding = self.brought()
        note = self.credited(binding)
        wizard = self.offered(note)
        wizard.action_confirm()
        self.simulator.fault(self.domain, 'disconnect_after', match='RefundCreate')
        self.run_orders()
        self.assertTrue(self.shop_order(binding)['refunds'])
        self.ring(self.backend, 'order', binding.gid)
        self.run_lane(self.backend, 'books')
        refund = binding.refund_ids
        self.assertFalse(refund.move_ids)
        self.run_orders()
        self.assertEqual(binding.action_ids.state, 'done')
        self.assertEqual(refund.move_ids, note)
        self.run_lane(self.backend, 'books')
        self.assertEqual(refund.state, 'credited')
