"""What happens in a shop beyond one sale and its refund: renewals, exchanges, other shelves, other customers."""

from tests.integration.common import StoreCase
from tests.support.invoices import BooksCase
from tests.support.orders import customer, order


class LifeCase(BooksCase):
    def kinds(self, binding):
        return [move.move_type for move in self.documents(binding)]

    def goods(self, binding):
        return binding.sale_order_id.order_line.filtered(lambda row: row.product_id.type != 'service')


class TestSubscriptions(LifeCase):
    def test_an_order_of_a_subscription_is_sold_and_booked_as_any_other_and_names_its_plan(self):
        binding = self.sell(kind='subscription')
        self.assertIn('Every month', self.goods(binding)[0].name)
        self.assertEqual(binding.sale_order_id.state, 'sale')
        self.assertEqual(self.documents(binding).payment_state, 'paid')
        self.assert_as_in_shopify(binding)
        self.assert_settled(binding)


class TestExchanges(LifeCase):
    def test_what_comes_back_is_credited_and_what_goes_out_instead_is_invoiced(self):
        others = (row for row in self.simulator.state(self.backend.shop_domain)['variants'] if row['sku'])
        other = next(row['sku'] for row in others if row['sku'] != self.sku)
        binding = self.sell(lines=[{'sku': self.sku, 'quantity': 2, 'price': '20.00'}], taxes=[])
        self.act(binding, 'fulfill')
        self.act(
            binding,
            'return',
            lines=[{'index': 0, 'quantity': 1, 'reason': 'SIZE_TOO_SMALL'}],
            exchange=[{'sku': other, 'quantity': 1, 'price': '25.00'}],
        )
        self.assertIn(other, self.goods(binding).product_id.mapped('default_code'))
        self.act(binding, 'pay')
        self.assertEqual(sorted(self.kinds(binding)), ['out_invoice', 'out_invoice', 'out_refund'])
        self.assertEqual(binding.difference, 0)
        self.assert_as_in_shopify(binding)
        self.assert_settled(binding)


class TestOtherShelves(LifeCase):
    def test_what_is_put_back_at_another_location_comes_back_to_its_warehouse(self):
        second = self.backend.location_ids.sorted('id')[1]
        second.warehouse_id = self.env['stock.warehouse'].create({'name': 'Second', 'code': 'SEC'})
        binding = self.sell(lines=[{'sku': self.sku, 'quantity': 3}])
        self.act(binding, 'fulfill')
        part = {'sku': self.sku, 'quantity': 2, 'restock_type': 'RETURN', 'location_id': second.gid}
        self.act(binding, 'refund', lines=[part])
        self.assertEqual(binding.refund_ids.picking_ids.location_dest_id, second.warehouse_id.lot_stock_id)
        product = self.goods(binding).product_id
        self.assertEqual(product.with_context(warehouse_id=second.warehouse_id.id).qty_available, 2)
        self.assert_as_in_shopify(binding)


class TestOtherCustomers(LifeCase):
    def test_an_e_mail_that_is_corrected_after_the_order_was_confirmed_keeps_its_customer_and_books(self):
        binding = self.sell(lines=[{'sku': self.sku, 'quantity': 2}])
        customer, before = binding.sale_order_id.partner_id, self.documents(binding)
        self.act(binding, 'update', email='corrected@example.com')
        self.assertEqual(binding.sale_order_id.partner_id, customer)
        self.assertEqual((self.documents(binding), binding.sale_order_id.state), (before, 'sale'))
        self.assert_as_in_shopify(binding)


class TestAnotherCustomer(StoreCase):
    def test_an_order_that_is_given_to_another_customer_after_it_was_confirmed_is_theirs_with_its_delivery(self):
        sale = self.bring_one()
        before, delivery, total = sale.partner_id, sale.picking_ids, sale.amount_total
        changed = order(customer=customer(2), email='jane2@example.com', updatedAt='2026-11-20T12:00:00Z')
        self.bring(changed)
        self.assertNotEqual(sale.partner_id, before)
        self.assertEqual(sale.partner_id.email, 'jane2@example.com')
        self.assertEqual(delivery.partner_id.commercial_partner_id, sale.partner_id.commercial_partner_id)
        self.assertEqual((sale.state, sale.amount_total, sale.picking_ids), ('sale', total, delivery))
