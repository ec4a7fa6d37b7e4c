"""What went wrong with customers elsewhere, one class for each row: it does not happen here."""

from tests.integration.simulated import SimulatedCase


class PitfallCase(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store()
        self.domain = self.backend.shop_domain

    def in_shop(self, **body):
        """A customer whom the merchant enters or changes by hand; the gid."""
        return self.simulator.post(f'/shops/{self.domain}/customers', **body)['id']

    def order_of(self, gid, **wishes):
        order = self.placed(self.backend, customer=gid, lines=[{'sku': 'CKN', 'quantity': 1}], **wishes)
        self.ring(self.backend, 'order', order)
        return self.env['sale.order'].search([('shopify_binding_ids.gid', '=', order)])

    def customer(self, gid):
        return self.env['shopify.customer'].search([('backend_id', '=', self.backend.id), ('gid', '=', gid)])


class TestCompanies(PitfallCase):
    """A company found by e-mail becomes a person and is renamed."""

    def test_a_company_with_the_address_stays_what_it_is_and_gets_the_person_under_it(self):
        company = self.env['res.partner'].create(
            {'name': 'Globex Corporation', 'is_company': True, 'email': 'office@globex.example'}
        )
        gid = self.in_shop(first_name='Hank', last_name='Scorpio', email='office@globex.example')
        order = self.order_of(gid)
        self.assertEqual((company.name, company.is_company), ('Globex Corporation', True))
        self.assertIn(company, order.partner_id | order.partner_id.parent_id)
        self.assertEqual(order.partner_id.commercial_partner_id, company)

    def test_the_name_of_a_contact_that_odoo_had_is_not_changed(self):
        partner = self.env['res.partner'].create({'name': 'H. Scorpio', 'email': 'hank@globex.example'})
        gid = self.in_shop(first_name='Hank', last_name='Scorpio', email='Hank@Globex.example')
        self.assertEqual(self.order_of(gid).partner_id, partner)
        self.in_shop(id=gid, first_name='Henry')
        self.ring(self.backend, 'customer', gid)
        self.assertEqual(partner.name, 'H. Scorpio')


class TestAddresses(PitfallCase):
    """An address deleted in Shopify breaks every later import."""

    HOME = {'address1': '1 Elm St', 'city': 'Portland', 'province_code': 'OR', 'zip': '97205', 'country_code': 'US'}
    WORK = {'address1': '9 Dock St', 'city': 'Tacoma', 'province_code': 'WA', 'zip': '98402', 'country_code': 'US'}

    def test_an_order_and_a_change_after_a_deleted_address_come_as_any_other(self):
        gid = self.in_shop(first_name='Ann', last_name='Lee', email='ann@lee.example', addresses=[self.HOME, self.WORK])
        first = self.order_of(gid)
        self.ring(self.backend, 'customer', gid)
        row = self.simulator.state(self.domain)['customers']
        addresses = next(each for each in row if each['id'] == gid)['addresses']
        work = next(each for each in addresses if each['city'] == 'Tacoma')
        self.in_shop(id=gid, delete_address=work['id'])
        self.ring(self.backend, 'customer', gid)
        self.in_shop(id=gid, tags=['vip'])
        tasks = self.ring(self.backend, 'customer', gid)
        second = self.order_of(gid)
        self.assertEqual(second.partner_id, first.partner_id)
        self.assertFalse(tasks.exists().filtered(lambda task: task.state == 'failed'))
        self.assertTrue(first.partner_shipping_id.exists())

    def test_an_address_on_a_document_is_kept_when_it_is_deleted_in_the_shop(self):
        gid = self.in_shop(first_name='Ann', last_name='Lee', email='ann@lee.example', addresses=[self.HOME, self.WORK])
        self.ring(self.backend, 'customer', gid)
        order = self.order_of(gid)
        address = order.partner_shipping_id
        street = address.street
        self.in_shop(id=gid, addresses=[])
        self.ring(self.backend, 'customer', gid)
        self.assertEqual((order.partner_shipping_id, address.street), (address, street))


class TestNumbers(PitfallCase):
    """`partner.mobile`, gone in Odoo 19, raises."""

    def test_a_customer_with_nothing_but_a_telephone_number_comes(self):
        self.assertNotIn('mobile', self.env['res.partner']._fields)
        gid = self.in_shop(first_name='Only', phone='+15035550142')
        order = self.order_of(gid)
        self.assertEqual(self.customer(gid).partner_id, order.partner_id)
        self.assertIn('5550142', ''.join(letter for letter in order.partner_id.phone if letter.isdigit()))


class TestMergesAndPrivacy(PitfallCase):
    """No `customers/merge`, `customers/delete`, privacy topics."""

    def test_all_of_these_topics_are_subscribed_as_far_as_shopify_lets_an_app(self):
        topics = {row['topic'] for row in self.subscriptions(self.backend)}
        self.assertLessEqual({'CUSTOMERS_MERGE', 'CUSTOMERS_DELETE', 'CUSTOMERS_UPDATE', 'CUSTOMERS_CREATE'}, topics)

    def test_after_a_merge_orders_of_both_lead_to_the_one_who_is_left(self):
        one = self.in_shop(first_name='Ann', last_name='Lee', email='ann@lee.example')
        two = self.in_shop(first_name='Anne', last_name='Lee', phone='+15035550100')
        first, second = self.order_of(one), self.order_of(two)
        merged = self.simulator.post(f'/shops/{self.domain}/customers/merge', one=one, two=two)
        self.assertEqual(merged, {'kept': one, 'deleted': two})
        self.ring(self.backend, 'customer', one, two)
        self.assertTrue(first.partner_id.exists() and second.partner_id.exists())
        self.assertEqual(self.order_of(one).partner_id, first.partner_id)

    def test_a_deleted_customer_is_noted_and_the_contact_stays(self):
        gid = self.in_shop(first_name='Gone', email='gone@lee.example')
        partner = self.order_of(gid).partner_id
        self.in_shop(id=gid, delete=True)
        self.ring(self.backend, 'customer', gid)
        self.assertTrue(self.customer(gid).deleted_at)
        self.assertTrue(partner.active)

    def test_a_request_to_forget_somebody_waits_for_a_person_and_is_recorded(self):
        gid = self.in_shop(first_name='Forget', last_name='Me', email='forget@lee.example')
        partner = self.order_of(gid).partner_id
        tasks = self.ring(self.backend, 'privacy', gid)
        self.assertTrue(partner.exists() and partner.name)
        self.assertTrue(tasks.exists())
