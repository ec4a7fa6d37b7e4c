from datetime import datetime
from zoneinfo import ZoneInfo

from tests.support.invoices import BooksCase

# At any hour one of them has another day than UTC.
ZONES = ('Pacific/Kiritimati', 'Etc/GMT+12', 'UTC')


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

    def test_an_order_that_costs_nothing_needs_no_payment(self):
        discount = {'kind': 'code', 'level': 'order', 'title': 'FREE', 'percentage': '100'}
        binding = self.sell(lines=[{'sku': self.sku, 'quantity': 1}], shipping=None, discounts=[discount])
        self.assertEqual(self.documents(binding).amount_total, 0)
        self.assert_as_in_shopify(binding)

    def test_the_invoice_bears_the_day_on_which_the_money_was_taken_in_the_shops_zone(self):
        self.backend.timezone = 'Asia/Tokyo'
        binding = self.sell(created_at='2026-11-18T20:00:00Z')
        self.assertEqual(str(self.documents(binding).invoice_date), '2026-11-19')

    def test_closed_books_take_the_first_open_day_and_say_so(self):
        self.backend.invoice_policy = 'manual'
        binding = self.sell(created_at='2026-11-18T10:00:00Z')
        self.env.company.fiscalyear_lock_date = '2026-11-19'
        self.backend.invoice_policy = 'paid'
        self.bring(binding.gid)
        invoice = self.documents(binding)
        self.assertEqual((str(invoice.invoice_date), str(invoice.date)), ('2026-11-20', '2026-11-20'))
        self.assertIn('books_locked', [entry[1] for entry in binding.trail])
        self.assertIn('The books are closed', binding.trail_html)

    def test_a_company_without_a_sales_journal_keeps_no_order_from_being_sold(self):
        self.env['account.journal'].search([('type', '=', 'sale')]).active = False
        binding = self.sell()
        self.assertEqual(binding.sale_order_id.state, 'sale')
        self.assertFalse(binding.sale_order_id.invoice_ids)
        self.assertFalse(self.env['shopify.task'].search([('kind', '=', 'order'), ('state', '!=', 'done')]))
        self.assertIn('no sales journal', self.backend.state_message)

    def test_invoices_by_hand_are_left_to_people_and_still_exact(self):
        self.backend.invoice_policy = 'manual'
        binding = self.sell(kind='two_lines')
        self.assertFalse(binding.sale_order_id.invoice_ids)
        binding.sale_order_id.order_line.qty_delivered = 50
        invoice = binding.sale_order_id._create_invoices()
        invoice.action_post()
        self.settle()
        self.assertEqual(str(invoice.amount_total), str(float(self.there(binding)['totals']['current_total_price']['shop'])))
        self.assertEqual(invoice.payment_state, 'paid')

    def test_a_draft_invoice_of_a_person_is_neither_posted_nor_doubled(self):
        self.backend.order_policy = 'always'
        binding = self.sell(payment='pending')
        draft = binding.sale_order_id._create_invoices()
        self.act(binding, 'pay')
        self.assertEqual((draft.state, binding.sale_order_id.invoice_ids), ('draft', draft))
        draft.action_post()
        self.settle()
        self.assertEqual((draft.payment_state, binding.sale_order_id.invoice_ids), ('paid', draft))

    def test_an_invoice_that_a_person_has_credited_is_not_made_again(self):
        binding = self.sell()
        wizard = self.env['account.move.reversal'].with_context(
            active_model='account.move', active_ids=self.documents(binding).ids
        )
        wizard.create({'journal_id': self.documents(binding).journal_id.id}).refund_moves()
        binding.sale_order_id.invoice_ids.filtered(lambda move: move.state == 'draft').action_post()
        before = binding.sale_order_id.invoice_ids
        self.bring(binding.gid)
        self.assertEqual(binding.sale_order_id.invoice_ids, before)


class TestWhichOrdersAreBooked(BooksCase):
    def test_orders_from_before_the_store_was_connected_are_in_the_books_already(self):
        self.backend.books_since = '2026-11-20'
        binding = self.sell(created_at='2026-11-18T10:00:00Z')
        self.assertFalse(binding.sale_order_id.invoice_ids or binding.transaction_ids)
        self.assertIn('No invoices and payments', binding.trail_html)
        self.act(binding, 'refund', amount='1.00')
        [task] = self.env['shopify.task'].search([('kind', '=', 'books'), ('state', '=', 'failed')])
        self.assertIn("is not in Odoo's books, and a refund was made", task.message)
        self.bring(binding.gid)
        self.assertEqual(task.state, 'failed', "It stays until a person has said that it is done.")
        task.action_skip()
        self.act(binding, 'update', note='Nothing about money')
        failed = [('kind', '=', 'books'), ('state', '=', 'failed')]
        self.assertFalse(self.env['shopify.task'].search(failed), "A refund is told once.")
        self.act(binding, 'refund', amount='2.00')
        self.assertEqual(self.env['shopify.task'].search_count(failed), 1)
        self.assertIn('A refund was made in Shopify on', binding.trail_html)

    def test_without_accounts_the_store_says_so_once_and_its_orders_wait_and_follow(self):
        journals = self.env['account.journal'].search([('type', '=', 'sale'), ('company_id', '=', self.env.company.id)])
        journals.active = False
        self.backend.responsible_id = self.env.user
        bindings = self.sell() + self.sell()
        tasks = self.env['shopify.task'].search([('kind', '=', 'books'), ('key', 'in', bindings.mapped('gid'))])
        self.assertEqual(set(tasks.mapped('state')), {'pending'})
        self.assertEqual(self.backend.state, 'attention')
        self.assertIn('no sales journal', self.backend.state_message)
        self.assertEqual(len(self.backend.activity_ids), 1)
        self.sell()
        self.assertEqual(self.backend.state, 'attention', "Shopify's good answers are not what is missing.")
        self.assertEqual(len(self.backend.activity_ids), 1)
        journals.active = True
        self.env['shopify.task'].search([('kind', '=', 'books'), ('state', '=', 'pending')]).due_at = self.env.cr.now()
        self.settle()
        self.assertEqual(self.backend.state, 'connected')
        self.assertEqual(set(bindings.mapped('books_state')), {'equal'})

    def test_an_older_order_that_is_paid_afterwards_is_booked(self):
        self.backend.books_since = '2026-11-20'
        binding = self.sell(created_at='2026-11-18T10:00:00Z', payment='pending')
        self.act(binding, 'pay')
        self.assertEqual(self.documents(binding).payment_state, 'paid')

    def test_an_import_may_want_their_books_and_may_leave_out_those_of_others(self):
        self.backend.books_since = '2026-11-20'
        old = self.sell(created_at='2026-11-18T10:00:00Z')
        old.books_choice = 'with'
        self.bring(old.gid)
        self.assertEqual(self.documents(old).payment_state, 'paid')
        self.backend.books_since = False
        new = self.sell(payment='pending')
        new.books_choice = 'without'
        self.act(new, 'pay')
        self.assertFalse(new.sale_order_id.invoice_ids)

    def test_a_store_that_is_connected_books_from_that_day_of_the_shop_on(self):
        for zone in ZONES:
            with self.subTest(zone=zone):
                values = {'state': 'draft', 'connected_at': False, 'books_since': False, 'timezone': zone}
                self.backend.write(values)
                self.env['shopify.sync.connection']._set_connected(self.backend, False)
                self.assertEqual(self.backend.books_since, datetime.now(ZoneInfo(zone)).date())

    def test_a_store_that_begins_to_book_begins_with_that_day_of_the_shop(self):
        for zone in ZONES:
            with self.subTest(zone=zone):
                quiet = {'invoice_policy': 'manual', 'register_payments': False, 'books_since': False}
                self.backend.write({**quiet, 'timezone': zone})
                self.backend.register_payments = True
                self.assertEqual(self.backend.books_since, datetime.now(ZoneInfo(zone)).date())

    def test_what_is_placed_after_the_store_was_connected_is_booked_whatever_the_hour(self):
        for zone in ZONES:
            with self.subTest(zone=zone):
                self.backend.write({'state': 'draft', 'connected_at': False, 'books_since': False, 'timezone': zone})
                self.env['shopify.sync.connection']._set_connected(self.backend, False)
                self.assertEqual(self.documents(self.sell()).payment_state, 'paid')

    def test_what_had_left_before_is_invoiced_although_no_delivery_says_so(self):
        product = self.env['product.product'].search([('default_code', '=', self.sku)])
        product.invoice_policy = 'delivery'
        self.backend.connected_at = '2026-11-19 00:00:00'
        binding = self.sell(lines=[{'sku': self.sku, 'quantity': 1}], created_at='2026-11-18T10:00:00Z', fulfilled=True)
        self.assertEqual(self.documents(binding).payment_state, 'paid')

    def test_a_down_payment_of_a_person_leaves_the_invoices_to_people(self):
        self.backend.order_policy = 'always'
        binding = self.sell(payment='pending')
        wizard = self.env['sale.advance.payment.inv'].with_context(active_ids=binding.sale_order_id.ids)
        wizard.create({'advance_payment_method': 'percentage', 'amount': 30}).create_invoices()
        self.act(binding, 'pay')
        self.assertFalse(self.documents(binding))
        self.assertIn('down payment', binding.trail_html)


class TestPartialInvoices(BooksCase):
    taxes = [{'title': 'State', 'rate': '0.0725'}, {'title': 'County', 'rate': '0.01'}]

    def sell_seven(self, **wishes):
        return self.sell(
            lines=[{'sku': self.sku, 'quantity': 7, 'price': '17.33'}],
            shipping={'title': 'Standard', 'price': '5.99'},
            discounts=[{'kind': 'code', 'level': 'order', 'title': 'TEN', 'percentage': '10'}],
            taxes=self.taxes,
            **wishes,
        )

    def test_parts_that_are_delivered_are_invoiced_and_add_up(self):
        self.backend.invoice_policy = 'delivered'
        binding = self.sell_seven()
        self.assertFalse(self.documents(binding))
        for units in (2, 1, 4):
            self.deliver(binding, units)
        self.assertEqual(len(self.documents(binding)), 3)
        self.assert_as_in_shopify(binding)
        self.assert_settled(binding)

    def test_products_that_odoo_invoices_on_delivery_wait_for_it_whatever_the_store_says(self):
        other = self.sell_seven()
        other.sale_order_id.order_line.product_id.filtered('is_storable').invoice_policy = 'delivery'
        binding = self.sell_seven()
        first = self.documents(binding)
        self.assertEqual(first.invoice_line_ids.product_id, self.env.ref('shopify_connector.product_shipping'))
        self.deliver(binding, 3)
        self.deliver(binding, 4)
        self.assertEqual(len(self.documents(binding)), 3)
        self.assert_as_in_shopify(binding)
        self.assert_settled(binding)

    def test_parts_that_a_person_invoices_add_up_too(self):
        self.backend.invoice_policy = 'manual'
        binding = self.sell_seven()
        line = binding.sale_order_id.order_line.filtered(lambda row: row.product_uom_qty == 7)
        line.product_id.invoice_policy = 'delivery'
        total = 0
        for delivered in (1, 3, 7):
            line.qty_delivered = delivered
            invoice = binding.sale_order_id._create_invoices()
            invoice.action_post()
            total += invoice.amount_total
        self.assertAlmostEqual(total, binding.sale_order_id.amount_total, 2)

    def test_units_taken_off_between_two_parts_are_not_invoiced(self):
        self.backend.invoice_policy = 'delivered'
        binding = self.sell_seven()
        self.deliver(binding, 2)
        self.act(binding, 'refund', lines=[{'sku': self.sku, 'quantity': 3, 'restock_type': 'CANCEL'}])
        self.deliver(binding)
        self.assertEqual([move.move_type for move in self.documents(binding)], ['out_invoice'] * 2)
        self.assert_as_in_shopify(binding)


class TestPartsWithTaxesIncluded(TestPartialInvoices):
    handle = 'contoso'
    taxes = [{'title': 'VAT', 'rate': '0.19'}, {'title': 'Eco', 'rate': '0.02'}]


class TestChangesAfterInvoicing(BooksCase):
    def kinds(self, binding):
        return [move.move_type for move in self.documents(binding)]

    def sell_two(self):
        return self.sell(lines=[{'sku': self.sku, 'quantity': 4, 'price': '9.99'}])

    def test_units_taken_off_without_a_refund_are_credited(self):
        binding = self.sell_two()
        self.act(binding, 'edit', set_quantity=[{'sku': self.sku, 'quantity': 3}])
        self.assertEqual(self.kinds(binding), ['out_invoice', 'out_refund'])
        self.assert_as_in_shopify(binding)

    def test_the_money_for_them_comes_back_without_a_second_credit_note(self):
        binding = self.sell_two()
        self.act(binding, 'edit', set_quantity=[{'sku': self.sku, 'quantity': 3}])
        due = self.documents(binding)[-1].amount_total
        self.act(binding, 'refund', amount=str(due))
        self.assertEqual(self.kinds(binding), ['out_invoice', 'out_refund'])
        self.assert_as_in_shopify(binding)
        self.assert_settled(binding)

    def test_what_is_added_is_invoiced_when_it_is_paid(self):
        binding = self.sell_two()
        self.act(binding, 'edit', set_quantity=[{'sku': self.sku, 'quantity': 6}])
        self.assertEqual(self.kinds(binding), ['out_invoice'])
        self.act(binding, 'pay')
        self.assertEqual(self.kinds(binding), ['out_invoice', 'out_invoice'])
        self.assert_as_in_shopify(binding)
        self.assert_settled(binding)

    def test_an_order_cancelled_after_its_invoice_is_credited_whole(self):
        binding = self.sell_two()
        self.act(binding, 'cancel', reason='CUSTOMER')
        self.assertEqual(binding.sale_order_id.state, 'cancel')
        self.assertEqual(self.net(binding), (0, {}))
        self.assert_settled(binding)
        before = self.documents(binding)
        self.bring(binding.gid)
        self.assertEqual(self.documents(binding), before)

    def test_an_order_cancelled_without_a_refund_is_credited_too(self):
        binding = self.sell_two()
        self.act(binding, 'cancel', reason='CUSTOMER', refund=False)
        self.assertEqual(self.net(binding), (0, {}))

    def test_an_order_cancelled_before_its_invoice_has_none(self):
        self.backend.order_policy = 'always'
        binding = self.sell(payment='pending')
        self.act(binding, 'cancel', reason='CUSTOMER')
        self.assertFalse(self.documents(binding))
