"""What people do to a sales order in Odoo reaches its books at once, whoever they are."""

from odoo.tests import new_test_user

from tests.integration.common import StoreCase
from tests.support.invoices import BooksCase


class TestBooksByPeople(BooksCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, 'seller', 'sales_team.group_sale_salesman_all_leads')

    def books_tasks(self):
        self.env.cr.flush()
        return self.env['shopify.task'].search_count([('kind', '=', 'books')])

    def test_a_quotation_that_a_salesperson_confirms_is_invoiced_and_paid(self):
        self.backend.order_policy = 'never'
        binding = self.sell(kind='two_lines')
        self.assertFalse(self.documents(binding))
        binding.sale_order_id.with_user(self.seller).action_confirm()
        self.settle()
        self.assertEqual(self.documents(binding).payment_state, 'paid')
        self.assert_as_in_shopify(binding)

    def test_the_money_of_a_quotation_that_a_salesperson_cancels_is_booked_as_the_customers(self):
        self.backend.order_policy = 'never'
        binding = self.sell()
        self.assertEqual(binding.transaction_ids.mapped('state'), ['waiting'])
        binding.sale_order_id.with_user(self.seller)._action_cancel()
        self.settle()
        self.assertEqual(binding.transaction_ids.mapped('state'), ['booked'])
        self.assertFalse(self.documents(binding))

    def test_orders_that_do_not_come_from_shopify_are_nothing_to_the_books(self):
        before = self.books_tasks()
        partner = self.env['res.partner'].create({'name': 'Walk-in'})
        sale = self.env['sale.order'].with_user(self.seller).create({'partner_id': partner.id})
        sale.action_confirm()
        sale._action_cancel()
        self.assertEqual(self.books_tasks(), before)


class TestBooksByTheLane(StoreCase):
    def test_the_lane_that_confirms_leaves_the_noting_to_its_batch(self):
        sale = self.bring_one()
        self.assertEqual(sale.state, 'sale')
        self.env.cr.flush()
        self.assertFalse(self.env['shopify.task'].search([('kind', '=', 'books')]))
