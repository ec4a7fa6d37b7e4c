"""Shopify's shipping methods: the product of the shipping line, and Odoo's delivery method where there is one."""

from unittest.mock import patch

from odoo.addons.shopify_connector.models import shopify_shipping_mapping
from odoo.addons.shopify_connector.sync import shipping_resolve
from odoo.tests import new_test_user

from tests.integration.common import StoreCase
from tests.support.orders import line, order, shipping

LATER = '2026-11-20T12:00:00Z'


class ShippingCase(StoreCase):
    def order_of(self, number=1001, title='Express', code='Express', **changes):
        ships = [shipping(number, title=title, code=code)]
        return order(number, ships=ships, **changes)

    def mapping(self):
        return self.env['shopify.shipping.mapping'].search([('backend_id', '=', self.backend.id)])

    def freight(self, sale):
        return sale.order_line.filtered(lambda row: '/ShippingLine/' in (row.shopify_line_gid or ''))

    def service(self, name):
        return self.env['product.product'].create({'name': name, 'type': 'service'})


class TestShippingProducts(ShippingCase):
    def test_a_method_is_learnt_from_its_first_order_and_has_the_usual_product(self):
        first, second = self.bring(self.order_of(1), self.order_of(2)).sale_order_id
        row = self.mapping()
        self.assertEqual((row.title, row.code, row.origin), ('Express', False, 'learnt'))
        usual = self.env.ref('shopify_connector.product_shipping')
        self.assertEqual(self.freight(first).product_id | self.freight(second).product_id, usual)

    def test_methods_of_one_title_and_different_codes_are_two(self):
        self.bring(self.order_of(1, code='ups-1'), self.order_of(2, code='ups-2'), self.order_of(3, title=None, code=None))
        self.assertEqual(
            {(row.title, row.code) for row in self.mapping()},
            {('Express', 'ups-1'), ('Express', 'ups-2'), (False, False)},
        )
        self.bring(self.order_of(4, title=None, code=None))
        self.assertEqual(len(self.mapping()), 3)

    def test_the_product_that_was_chosen_stands_on_orders_that_come_in_afterwards_to_the_cent(self):
        before = self.bring(self.order_of(1)).sale_order_id
        self.mapping().product_id = self.service("Courier")
        after = self.bring(self.order_of(2)).sale_order_id
        self.assertEqual(self.freight(after).product_id.name, "Courier")
        self.assertEqual(self.freight(after).name, 'Express')
        self.assertEqual(after.amount_total, 15.0)
        self.assertNotEqual(self.freight(before).product_id.name, "Courier")

    def test_an_order_that_changes_keeps_the_product_it_was_made_with(self):
        sale = self.bring(self.order_of(1)).sale_order_id
        freight = self.freight(sale)
        self.mapping().product_id = self.service("Courier")
        self.bring(self.order_of(1, lines=[line(1, quantity=2)], updatedAt=LATER))
        self.assertEqual(self.freight(sale), freight)
        self.assertEqual((freight.product_uom_qty, sale.amount_total), (1, 25.0))

    def test_what_a_person_has_chosen_is_theirs(self):
        self.bring(self.order_of(1))
        manager = new_test_user(self.env, 'manager', 'shopify_connector.group_shopify_manager')
        self.mapping().with_user(manager).product_id = self.service("Courier")
        self.assertEqual(self.mapping().origin, 'manual')

    def test_nobody_is_asked_for_a_delivery_method_where_there_can_be_none(self):
        arch = self.env['shopify.shipping.mapping'].get_view(view_type='list')['arch']
        self.assertEqual('carrier_key' in arch, 'delivery.carrier' in self.env)


class TestCarriers(ShippingCase):
    """Sales teams stand for delivery methods, which only databases with the app of these have."""

    model, field = 'crm.team', 'team_id'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(patch.object(shopify_shipping_mapping, 'CARRIER_MODEL', cls.model))
        cls.enterClassContext(patch.object(shipping_resolve, 'CARRIER_FIELD', cls.field))
        cls.carrier = cls.new_carrier("express")

    @classmethod
    def new_carrier(cls, name, **values):
        return cls.env[cls.model].create({'name': name, **values})

    def carrier_of(self, payload):
        # A sales order has a team of Odoo's own choice where nobody says which.
        found = self.bring(payload).sale_order_id[self.field]
        return found.filtered(lambda row: row.create_date == self.env.cr.now())

    def test_the_method_of_the_same_name_is_found_and_told(self):
        sale = self.bring(self.order_of(1)).sale_order_id
        self.assertEqual(sale[self.field], self.carrier)
        self.assertEqual((self.mapping().origin, self.mapping().carrier_key), ('found', str(self.carrier.id)))
        self.assertIn('carrier', self.trail_codes(sale))
        self.assertIn('“Express” is express', sale.shopify_binding_ids.trail_html)

    def test_it_may_be_the_code_that_is_the_same(self):
        self.assertEqual(self.carrier_of(self.order_of(1, title='Two days', code='EXPRESS')), self.carrier)

    def test_a_name_that_odoo_does_not_know_leaves_it_open_until_it_does(self):
        self.assertFalse(self.carrier_of(self.order_of(1, title='Drone', code=None)))
        drone = self.new_carrier("Drone")
        self.assertEqual(self.carrier_of(self.order_of(2, title='Drone', code=None)), drone)
        self.assertFalse(self.carrier_of(self.order_of(1, title='Drone', code=None, updatedAt=LATER, poNumber='7')))

    def test_the_one_that_a_person_chose_counts_also_when_it_is_none(self):
        self.bring(self.order_of(1))
        self.mapping().carrier_key = False
        self.assertFalse(self.carrier_of(self.order_of(2)))
        self.mapping().carrier_key = str(self.new_carrier("Other").id)
        self.assertEqual(self.carrier_of(self.order_of(3)).name, "Other")

    def test_one_that_is_gone_or_another_companys_stops_nothing(self):
        self.bring(self.order_of(1))
        self.carrier.active = False
        self.assertFalse(self.carrier_of(self.order_of(2)))
        self.carrier.write({'active': True, 'company_id': self.env['res.company'].create({'name': 'Other'}).id})
        self.assertFalse(self.carrier_of(self.order_of(3)))
