"""What other connectors get wrong about orders, row by row: each row has a test that fails when it is got wrong here.

The delivery address is never read: `TestPitfallsOfPeople`; test_orders: `test_each_order_ships_to_its_own_address`.
A cancelled order ships: `test_a_cancelled_order_…`; test_orders: `test_an_order_cancelled_after_a_part_was_shipped_…`.
A refund is missed after delivery and counted twice before it: `TestPitfallsOfRefunds`.
A line set to zero fails: `test_a_line_that_was_removed_…`; test_orders: `test_an_edited_order_follows_…`.
Discounts and two taxes of one rate are half a cent off: all of test_every_order.
Tips, duties, fees, cash rounding, custom lines block the order: `test_what_is_no_product_…`.
Lines after the 250th are cut off in silence: `test_an_order_of_more_lines_than_a_page_has_…`.
An unknown SKU is rejected or never healed: test_orders: `TestProductsOfOrders`; test_engine: `test_an_unknown_product_…`.
The order came before its customer: `test_an_order_brings_its_customer_along`.
Payments carry today's date: test_payments: `test_a_payment_pays_the_invoice_on_shopifys_day_in_the_shops_zone`.
An unmapped gateway blocks the order: test_payments_journals: `test_a_new_provider_is_told_…_and_nothing_waits_for_it`.
An invoice that fails takes the order down: `test_products_invoiced_on_delivery_…`; test_invoices:
`test_a_company_without_a_sales_journal_is_told_so_and_the_order_goes_on`.
Test orders are imported as real: `test_a_test_order_is_no_sale`.
A lost update of an old order is never found: `test_a_change_of_an_old_order_…`.
What comes before its order is lost: `test_whatever_tells_first_…`.
"""

from datetime import timedelta

from odoo.addons.shopify_connector.shopify import webhook

from tests.integration.telling import TellingCase
from tests.support import books, order_worlds, shop_orders

LINES = 260  # a page of Shopify has 250
PLAIN = {'lines': [{'sku': 'EVERY-8', 'quantity': 3}], 'taxes': [{'title': 'State Tax', 'rate': '0.0625'}]}


class PitfallCase(TellingCase):
    def setUp(self):
        super().setUp()
        self.backend = self.backends['USD']
        self.shop = self.shop_of(self.backend)

    def place(self, **spec):
        return self.server.call(shop_orders.place, self.shop, {**PLAIN, **spec})

    def happens(self, order, verb, **arguments):
        """Something happens to the order an hour later, and Odoo hears of it."""
        now = order.updated_at + timedelta(hours=1)
        self.assertTrue(self.server.call(shop_orders.happen, self.shop, order, verb, arguments, now))
        self.bring(order)

    def bring(self, order):
        """Import the order and settle its books; its binding."""
        self.ring(self.backend, 'order', order.id)
        self.settle(self.backend)
        return self.binding(self.backend, order)

    def sold(self, **spec):
        """``(order, sales order)`` of an order that was placed and imported."""
        order = self.place(**spec)
        return order, self.bring(order).sale_order_id

    def asked(self, sale):
        """Units that are still to be delivered."""
        moves = sale.picking_ids.move_ids.filtered(lambda move: move.state not in ('done', 'cancel'))
        return sum(moves.mapped('product_uom_qty'))

    def assert_as_in_shopify(self, order):
        """Sales order, payments, invoices and credit notes are the shop's, and no task failed."""
        names, binding = books.TaxNames(self.env, self.backend.company_id), self.binding(self.backend, order)
        found = [f'{task.kind}: {task.message}' for task in self.troubles(self.backend, order.id).get(order.id, ())]
        found += self.payment_differences(self.backend, order, binding)
        found += self.book_differences(self.backend, order, binding, names)
        self.assertEqual(found, [])

    def credits(self, order):
        moves = books.documents(self.binding(self.backend, order))
        return moves.filtered(lambda move: move.move_type == 'out_refund')


class TestPitfallsOfPeople(PitfallCase):
    def address(self, **changes):
        return {
            'first_name': 'Ada',
            'last_name': 'Byron',
            'address1': '1 Main St',
            'city': 'Albany',
            'zip': '12207',
            'country': 'United States',
            'country_code': 'US',
            'province': 'New York',
            'province_code': 'NY',
            **changes,
        }

    def test_a_guest_ships_to_the_street_that_the_guest_gave(self):
        _order, sale = self.sold(
            customer=None,
            email='guest@example.com',
            billing_address=self.address(),
            shipping_address=self.address(address1='9 Dock Rd'),
        )
        self.assertEqual((sale.partner_shipping_id.street, sale.partner_invoice_id.street), ('9 Dock Rd', '1 Main St'))

    def test_a_later_address_of_a_customer_changes_no_earlier_order(self):
        who = {'first_name': 'Ada', 'last_name': 'Byron', 'email': 'ada@example.com'}
        _order, first = self.sold(customer=who, shipping_address=self.address())
        _order, second = self.sold(customer=who, shipping_address=self.address(address1='2 New St'))
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertEqual(
            (first.partner_shipping_id.street, second.partner_shipping_id.street), ('1 Main St', '2 New St')
        )

    def test_an_order_brings_its_customer_along(self):
        who = {'first_name': 'Grace', 'last_name': 'Hopper', 'email': 'grace@example.com'}
        self.assertFalse(self.env['res.partner'].search([('email', '=', who['email'])]))
        _order, sale = self.sold(customer=who)
        self.assertEqual((sale.partner_id.name, sale.partner_id.email), ('Grace Hopper', 'grace@example.com'))


class TestPitfallsOfRefunds(PitfallCase):
    def test_a_refund_before_delivery_lowers_what_ships_by_exactly_its_units(self):
        order, sale = self.sold()
        self.happens(order, 'refund', lines=[[0, 1]])
        self.assertEqual((sum(sale.order_line.mapped('product_uom_qty')), self.asked(sale)), (3, 2))  # shipping is one
        self.assert_as_in_shopify(order)

    def test_a_refund_that_was_there_first_is_not_counted_twice(self):
        order = self.place()
        self.server.call(shop_orders.happen, self.shop, order, 'refund', {'lines': [[0, 1]]}, order.updated_at)
        sale = self.bring(order).sale_order_id
        self.assertEqual(self.asked(sale), 2)
        self.assert_as_in_shopify(order)

    def test_goods_refunded_after_delivery_and_put_back_return_to_stock_and_are_credited(self):
        order, sale = self.sold(fulfilled=True)
        self.assertEqual(sale.picking_ids.state, 'done')
        product = sale.order_line.product_id.filtered('is_storable')
        before = product.qty_available
        self.happens(order, 'refund', lines=[[0, 1]], restock='RETURN')
        self.assertEqual(product.qty_available - before, 1)
        self.assertEqual(len(self.credits(order)), 1)
        self.assert_as_in_shopify(order)

    def test_goods_that_the_customer_keeps_are_credited_and_nothing_comes_back(self):
        order, sale = self.sold(fulfilled=True)
        self.happens(order, 'refund', lines=[[0, 2]], restock='NO_RESTOCK')
        self.assertEqual(len(sale.picking_ids), 1)
        self.assertEqual(len(self.credits(order)), 1)
        self.assert_as_in_shopify(order)

    def test_shipping_alone_and_an_amount_alone_are_credited(self):
        for arguments in ({'shipping': True}, {'amount': '2.50'}, {'shipping': '1.00', 'amount': '4.00'}):
            with self.subTest(arguments=arguments):
                order, _sale = self.sold(fulfilled=True)
                self.happens(order, 'refund', **arguments)
                self.assertEqual(len(self.credits(order)), 1)
                self.assert_as_in_shopify(order)

    def test_several_refunds_of_one_line_add_up_to_the_line(self):
        order, _sale = self.sold(
            lines=[{'sku': 'EVERY-1', 'quantity': 3}], discounts=[{'level': 'order', 'amount': '1.00'}]
        )
        for _unit in range(3):
            self.happens(order, 'refund', lines=[[0, 1]])
            self.assert_as_in_shopify(order)
        self.assertEqual(len(self.credits(order)), 3)


class TestPitfallsOfOrders(PitfallCase):
    def test_a_cancelled_order_never_ships_and_its_invoice_is_credited(self):
        order, sale = self.sold()
        self.assertEqual(len(books.documents(self.binding(self.backend, order))), 1)
        self.happens(order, 'cancel', reason='CUSTOMER')
        self.assertEqual((sale.state, self.asked(sale)), ('cancel', 0))
        names = books.TaxNames(self.env, self.backend.company_id)
        moves = books.documents(self.binding(self.backend, order))
        self.assertEqual(books.booked(moves, names, 2), {'total': 0})
        self.assertFalse(self.troubles(self.backend, order.id))

    def test_a_line_that_was_removed_from_a_confirmed_order_is_zero_and_its_delivery_follows(self):
        order, sale = self.sold(lines=[{'sku': 'EVERY-8', 'quantity': 3}, {'sku': 'EVERY-5', 'quantity': 2}])
        self.happens(order, 'edit', set_quantity=[[0, 0], [1, 1]])
        self.assertEqual(self.asked(sale), 1)
        self.assert_as_in_shopify(order)

    def test_what_is_no_product_is_a_line_with_a_product_of_its_own(self):
        line = {
            'sku': 'EVERY-8',
            'quantity': 1,
            'duties': [{'price': '6.40', 'taxes': [{'title': 'GST', 'rate': '0.05'}]}],
        }
        order, sale = self.sold(
            lines=[line, {'title': 'Engraving', 'price': '12.00', 'requires_shipping': False}],
            tip='3.00',
            country='CA',
            fees=[{'name': 'Retail delivery fee', 'price': '0.28', 'taxes': []}],
            cash_rounding='0.05',
        )
        products = sale.order_line.product_id
        self.assertEqual((len(sale.order_line), len(products)), (6, 6))
        self.assertEqual(self.binding(self.backend, order).difference, 0)
        self.assert_as_in_shopify(order)

    def test_an_order_of_more_lines_than_a_page_has_is_complete(self):
        rows = [{'sku': sku, 'quantity': 1 + index % 3} for index in range(42) for sku in order_worlds.SKUS][:LINES]
        order, sale = self.sold(lines=rows)
        self.assertEqual(len(sale.order_line.filtered(lambda line: '/LineItem/' in line.shopify_line_gid)), LINES)
        self.assert_as_in_shopify(order)

    def test_products_invoiced_on_delivery_are_invoiced_when_they_are_delivered_and_hold_up_nothing(self):
        variant = self.server.call(self.shop.variant_by_sku, 'EVERY-8')
        self.sold()
        product = self.env['product.product'].search([('default_code', '=', variant.sku)])
        product.invoice_policy = 'delivery'
        order, sale = self.sold(shipping=None)
        self.assertEqual((sale.state, sale.invoice_ids), ('sale', self.env['account.move']))
        self.assertFalse(self.troubles(self.backend, order.id))
        self.happens(order, 'fulfill')
        self.assert_as_in_shopify(order)
        self.assertEqual(sale.invoice_status, 'invoiced')

    def test_a_test_order_is_no_sale(self):
        order = self.place(test=True)
        binding = self.bring(order)
        self.assertEqual(
            (binding.state, binding.sale_order_id.ids, binding.transaction_ids.payment_id.ids), ('skipped', [], [])
        )
        self.backend.import_test_orders = True
        _order, sale = self.sold(test=True)
        self.assertEqual(sale.state, 'sale')

    def test_a_change_of_an_old_order_that_no_delivery_has_told_is_found(self):
        order, sale = self.sold(days_ago=45)
        now = self.server.call(self.shop.now)
        self.server.call(shop_orders.happen, self.shop, order, 'edit', {'set_quantity': [[0, 1]]}, now)
        self.assertEqual(self.asked(sale), 3)
        self.backend.swept_at = now.replace(tzinfo=None) - timedelta(hours=1)
        self.ring(self.backend, 'sweep', str(self.backend.id))
        self.settle(self.backend)
        self.assertEqual(self.asked(sale), 1)

    def test_whatever_tells_first_of_an_order_brings_all_of_it(self):
        bodies = {
            'refunds/create': lambda order: {'id': 1, 'order_id': order.number_id},
            'orders/cancelled': lambda order: {'id': order.number_id, 'admin_graphql_api_id': order.id},
            'orders/fulfilled': lambda order: {'id': order.number_id, 'admin_graphql_api_id': order.id},
            'orders/paid': lambda order: {'id': order.number_id, 'admin_graphql_api_id': order.id},
        }
        for topic, body in bodies.items():
            with self.subTest(topic=topic):
                order = self.place()
                self.assertEqual(webhook.record_key(topic, body(order)), ('order', order.id))
                self.server.call(shop_orders.happen, self.shop, order, 'refund', {'lines': [[0, 1]]}, order.updated_at)
                self.assertEqual(self.asked(self.bring(order).sale_order_id), 2)
