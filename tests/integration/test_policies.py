"""What a store wants done with its orders: rules, names, tags, campaigns; who sets it, and all of it from a shop."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user

from tests.integration.policies import PolicyCase
from tests.integration.simulated import SimulatedCase
from tests.support.orders import address, line, order, tax

PAID_LATER = {'displayFinancialStatus': 'PAID', 'updatedAt': '2026-11-20T12:00:00Z'}


class TestWithoutPolicies(PolicyCase):
    def test_a_store_that_sets_nothing_leaves_everything_to_odoo(self):
        sale = self.bring_one()
        self.assertEqual(sale.warehouse_id, self.backend.warehouse_id)
        self.assertFalse(sale.team_id or sale.user_id or sale.fiscal_position_id or sale.tag_ids or sale.source_id)
        self.assertEqual(sale.payment_term_id, sale.partner_id.property_payment_term_id)
        self.assertNotEqual(sale.name, '#1001')
        self.assertFalse(sale.shopify_hold_message)
        self.assertFalse(sale.shopify_binding_ids.rule_id)

    def test_the_order_tells_the_books_when_to_invoice(self):
        binding = self.bring(order())
        self.assertEqual(binding._get_invoice_policy(), self.backend.invoice_policy)
        self.backend.invoice_policy = 'delivered'
        self.assertEqual(binding._get_invoice_policy(), 'delivered')


class TestRules(PolicyCase):
    def test_the_first_rule_that_fits_decides(self):
        self.rule("Later", sequence=20, tags='vip', action='confirm')
        first = self.rule("First", sequence=5, tags='wholesale, VIP', action='quotation')
        sale = self.bring_one(tags=['Vip'])
        self.assertEqual(sale.state, 'draft')
        self.assertEqual(sale.shopify_binding_ids.rule_id, first)
        self.assertIn('“First”', sale.shopify_binding_ids.trail_html)

    def test_a_rule_that_is_archived_decides_nothing(self):
        self.rule(action='quotation', active=False)
        self.assertEqual(self.bring_one().state, 'sale')

    def test_each_condition_counts(self):
        for number, (condition, values) in enumerate({
            'financial_statuses': ('paid', {'displayFinancialStatus': 'PENDING'}),
            'fulfillment_statuses': ('Unfulfilled', {'displayFulfillmentStatus': 'PARTIALLY_FULFILLED'}),
            'tags': ('vip', {'tags': ['other']}),
            'channels': ('online store, web', {'sourceName': 'pos'}),
            'gateways': ('paypal', {'paymentGatewayNames': ['shopify_payments']}),
            'buyer': ('person', {'purchasingEntity': {'__typename': 'PurchasingCompany'}}),
        }.items()):
            with self.subTest(condition=condition):
                rule = self.rule(**{condition: values[0], 'action': 'quotation'})
                other = self.bring(order(3000 + number, **values[1]))
                self.assertFalse(other.rule_id)
                rule.active = False

    def test_a_rule_may_ask_for_the_country_that_an_order_goes_to(self):
        rule = self.rule(country_ids=[(6, 0, self.env.ref('base.ca').ids)], action='quotation')
        self.assertFalse(self.bring(order(1)).rule_id)
        abroad = address(countryCodeV2='CA', provinceCode='ON', province='Ontario')
        self.assertEqual(self.bring(order(2, shippingAddress=abroad)).rule_id, rule)

    def test_a_status_that_shopify_never_says_is_refused(self):
        self.rule(financial_statuses='Partially paid, authorized')
        with self.assertRaises(ValidationError):
            self.rule(financial_statuses='payed')

    def test_an_order_that_a_rule_leaves_out_is_kept_as_a_row_and_comes_in_when_the_rule_fits_no_more(self):
        self.rule(financial_statuses='pending', action='skip')
        binding = self.bring(order(displayFinancialStatus='PENDING'))
        self.assertEqual((binding.state, self.codes(binding)), ('skipped', ['rule_skipped']))
        again = self.bring(order(displayFinancialStatus='PENDING'))
        self.assertEqual(self.codes(again), ['rule_skipped'])
        paid = self.bring(order(**PAID_LATER))
        self.assertEqual((paid, paid.state), (binding, 'imported'))
        self.assertEqual(paid.sale_order_id.state, 'sale')
        self.assertEqual(self.codes(paid)[0], 'rule_skipped')

    def test_an_order_that_odoo_has_is_never_left_out_later(self):
        sale = self.bring_one()
        self.rule(tags='spam', action='skip')
        self.bring(order(tags=['spam'], updatedAt='2026-11-21T00:00:00Z'))
        self.assertEqual(sale.shopify_binding_ids.state, 'imported')
        self.assertEqual(sale.state, 'sale')

    def test_a_rule_confirms_what_the_store_would_keep_a_quotation(self):
        self.rule(gateways='bank_deposit', action='confirm')
        sale = self.bring_one(displayFinancialStatus='PENDING', paymentGatewayNames=['bank_deposit'])
        self.assertEqual(sale.state, 'sale')

    def test_no_rule_confirms_a_cancelled_order(self):
        self.rule(action='confirm')
        sale = self.bring_one(cancelledAt='2026-11-20T12:00:00Z', cancelReason='CUSTOMER')
        self.assertEqual(sale.state, 'cancel')

    def test_a_rule_sets_team_person_warehouse_terms_position_tags_and_invoicing(self):
        company = self.env.company
        values = {
            'team_id': self.env['crm.team'].create({'name': 'Wholesale'}).id,
            'user_id': self.env.ref('base.user_admin').id,
            'warehouse_id': self.env['stock.warehouse'].create({'name': 'Second', 'code': 'SEC'}).id,
            'payment_term_id': self.env.ref('account.account_payment_term_30days').id,
            'fiscal_position_id': self.env['account.fiscal.position'].create({'name': 'Abroad', 'company_id': company.id}).id,
        }
        tag = self.env['crm.tag'].create({'name': 'Big'})
        self.rule(tags='b2b', invoice_policy='manual', tag_ids=[(6, 0, tag.ids)], **values)
        sale = self.bring_one(tags=['b2b'], lines=[line(taxes=[tax('VAT', 0.19, '1.90')])])
        for name, expected in values.items():
            self.assertEqual(sale[name].id, expected, name)
        self.assertEqual(sale.tag_ids, tag)
        self.assertEqual(sale.shopify_binding_ids._get_invoice_policy(), 'manual')
        self.assertEqual(sale.amount_total, 11.9)

    def test_what_a_person_changes_in_odoo_stays_when_the_order_changes(self):
        team, other = (self.env['crm.team'].create({'name': name}) for name in ('Rule', 'Person'))
        self.rule(team_id=team.id)
        sale = self.bring_one()
        sale.team_id = other
        self.bring_one(shippingAddress=address(address1='2 Side St'), poNumber='PO-7', updatedAt='2026-11-21T00:00:00Z')
        self.assertEqual(sale.team_id, other)
        self.assertEqual(sale.partner_shipping_id.street, '2 Side St')
        self.assertEqual(sale.client_order_ref, '#1001 / PO-7')

    def test_a_rule_may_tell_a_person(self):
        admin = self.env.ref('base.user_admin')
        self.rule("Look at it", tags='vip', activity_user_id=admin.id)
        sale = self.bring_one(tags=['vip'])
        self.assertEqual(sale.activity_ids.user_id, admin)
        self.bring_one(tags=['vip'], updatedAt='2026-11-21T00:00:00Z')
        self.assertEqual(len(sale.activity_ids), 1)

    def test_a_rule_says_what_it_does(self):
        rule = self.rule(tags='vip', action='confirm', hold=True)
        self.assertEqual((rule.conditions, rule.summary), ('vip', 'Confirm, hold the delivery'))


class TestNamesAndTags(PolicyCase):
    def test_a_sales_order_may_have_shopifys_name_with_the_stores_prefix(self):
        self.backend.write({'order_naming': 'shopify', 'order_prefix': 'US-'})
        self.assertEqual(self.bring_one().name, 'US-1001')
        self.backend.order_prefix = False
        self.assertEqual(self.bring_one(number=1002).name, '#1002')

    def test_order_tags_become_tags_of_the_sales_order_and_follow(self):
        known = self.env['crm.tag'].create({'name': 'VIP'})
        own = self.env['crm.tag'].create({'name': 'Own'})
        self.backend.tags_to_order = True
        sale = self.bring_one(tags=['vip', 'gift'])
        self.assertEqual(set(sale.tag_ids.mapped('name')), {'VIP', 'gift'})
        sale.tag_ids |= own
        self.bring_one(tags=['vip', 'late'], updatedAt='2026-11-21T00:00:00Z')
        self.assertEqual(set(sale.tag_ids.mapped('name')), {'VIP', 'Own', 'late'})
        self.assertIn(known, sale.tag_ids)

    def test_what_an_order_tells_of_itself_is_kept(self):
        binding = self.bring(order(
            confirmationNumber='ABC123', sourceIdentifier='EXT-1', statusPageUrl='https://shop.example/orders/1',
            paymentGatewayNames=['paypal', 'gift_card'], customAttributes=[{'key': 'Gift', 'value': 'yes'}],
            attribution={'handle': 'online-store', 'displayName': 'Online Store'}, customerLocale='de-CH',
            risk={'recommendation': 'ACCEPT', 'assessments': [{'riskLevel': 'LOW'}]},
        ))  # fmt: skip
        self.assertEqual(binding.confirmation_number, 'ABC123')
        self.assertEqual(binding.channel, 'Online Store')
        self.assertEqual(binding.gateways, 'paypal, gift_card')
        self.assertEqual(binding.order_attributes, 'Gift: yes')
        self.assertEqual(binding.risk_level, 'low')
        self.assertEqual(binding.sale_order_id.shopify_status_page_url, 'https://shop.example/orders/1')


class TestMarketing(PolicyCase):
    def visit(self, referrer=None, **utm):
        keys = ('source', 'medium', 'campaign', 'content', 'term')
        return {'lastVisit': {
            'referrerUrl': referrer, 'landingPage': 'https://alpha.example/',
            'utmParameters': {**dict.fromkeys(keys), **utm} if utm else None,
        }}  # fmt: skip

    def test_the_campaign_that_led_to_an_order_is_found_or_created(self):
        known = self.env['utm.source'].create({'name': 'Weekly Letter'})
        sale = self.bring_one(
            customerJourneySummary=self.visit(source='weekly letter', medium='email', campaign='spring_sale', content='top')
        )
        self.assertEqual(sale.source_id, known)
        self.assertEqual((sale.medium_id.name.lower(), sale.campaign_id.name), ('email', 'spring_sale'))
        self.assertEqual(sale.shopify_binding_ids.utm_content, 'top')

    def test_a_visit_without_parameters_came_from_the_site_that_referred(self):
        sale = self.bring_one(customerJourneySummary=self.visit('https://www.example.org/article?x=1'))
        self.assertEqual(sale.source_id.name, 'example.org')
        self.assertEqual(sale.shopify_binding_ids.referrer_url, 'https://www.example.org/article?x=1')

    def test_the_shop_itself_is_no_source(self):
        self.assertFalse(self.bring_one(customerJourneySummary=self.visit('https://alpha.example/cart')).source_id)

    def test_what_shopify_learns_late_is_filled_in_and_what_a_person_chose_stays(self):
        sale = self.bring_one(customerJourneySummary=None)
        late = order(customerJourneySummary=self.visit(source='ads'), updatedAt='2026-11-20T11:00:00Z')
        self.bring(late)
        self.assertEqual(sale.source_id.name, 'ads')
        mine = self.env['utm.source'].create({'name': 'Mine'})
        sale.source_id = mine
        self.bring(late)
        self.assertEqual(sale.source_id, mine)


class TestPeopleWithPolicies(PolicyCase):
    def setUp(self):
        super().setUp()
        self.manager = new_test_user(self.env, 'policymanager', 'shopify_connector.group_shopify_manager')
        self.shop_user = new_test_user(self.env, 'policyuser', 'shopify_connector.group_shopify_user')

    def test_a_manager_without_any_other_right_sets_the_policies_on_the_stores_form(self):
        with Form(self.backend.with_user(self.manager)) as form:
            form.risk_policy = 'medium'
            form.order_naming = 'shopify'
            form.order_prefix = 'US-'
            form.tags_to_order = True
            with form.metafield_mapping_ids.new() as mapping:
                mapping.key = 'remark'
                mapping.field_name = 'note'
            with form.pricelist_mapping_ids.new() as mapping:
                mapping.pricelist_id = self.env['product.pricelist'].create({'name': 'Web'})
        self.assertEqual((self.backend.risk_policy, self.backend.metafield_mapping_ids.namespace), ('medium', 'custom'))

    def test_a_manager_makes_rules_and_a_user_reads_them(self):
        with Form(self.env['shopify.order.rule'].with_user(self.manager)) as form:
            form.name = "Wholesale"
            form.backend_id = self.backend
            form.tags = 'wholesale'
            form.action = 'quotation'
            form.hold = True
            form.tag_ids.add(self.env['crm.tag'].create({'name': 'Seen'}))
        rule = self.backend.rule_ids
        self.assertEqual(rule.with_user(self.shop_user).summary, 'Keep a quotation, Seen, hold the delivery')
        with self.assertRaises(AccessError):
            rule.with_user(self.shop_user).name = 'Mine'

    def test_a_user_of_the_role_releases_without_any_right_to_change_sales(self):
        sale = self.bring_one(risk={'recommendation': 'CANCEL', 'assessments': []})
        seller = new_test_user(
            self.env, 'policyseller', 'shopify_connector.group_shopify_user,sales_team.group_sale_salesman_all_leads'
        )
        with Form(sale.with_user(seller)) as form:
            self.assertIn('is held', form.shopify_hold_message)
        sale.with_user(seller).action_shopify_release()
        self.assertEqual(sale.shopify_binding_ids.hold_state, 'released')
        self.assertIn('policyseller', sale.shopify_binding_ids.trail_html)
        self.assertEqual(sale.message_ids[0].author_id, seller.partner_id)


class FromTheShopCase(SimulatedCase):
    def bring_over(self, backend, **wishes):
        gid = self.placed(backend, **wishes)
        self.ring(backend, 'order', gid)
        return self.env['shopify.order.binding'].search([('gid', '=', gid)])


class TestFromTheShop(FromTheShopCase):
    """The same, read from a shop: that the documents ask for what the policies need, and for no more."""

    def share(self):
        super().share()
        self.backend = self.connected_store()

    def test_an_order_brings_channel_campaign_risk_and_what_it_tells_of_itself(self):
        backend = self.backend
        binding = self.bring_over(
            backend, utm={'source': 'ads', 'medium': 'cpc', 'campaign': 'Spring'}, referrer='https://search.example/q',
            risk='HIGH', attributes={'Gift': 'yes'}, source_identifier='EXT-9',
        )  # fmt: skip
        sale = binding.sale_order_id
        self.assertEqual((sale.source_id.name, sale.campaign_id.name), ('ads', 'Spring'))
        self.assertEqual((binding.channel, binding.source_identifier), ('Online Store', 'EXT-9'))
        self.assertTrue(binding.status_page_url and binding.confirmation_number and binding.gateways)
        self.assertEqual((binding.risk_level, binding.hold_state), ('high', 'held'))
        self.assertIn('is held', sale.shopify_hold_message)

    def test_a_risk_that_the_shop_lowers_lets_the_delivery_go(self):
        backend = self.backend
        binding = self.bring_over(backend, risk='HIGH')
        number = binding.gid.rsplit('/', 1)[-1]
        self.simulator.act(backend.shop_domain, number, 'risk', level='LOW')
        self.ring(backend, 'order', binding.gid)
        self.assertEqual((binding.risk_level, binding.hold_state), ('low', 'lifted'))

    def test_a_companys_order_costs_one_request_more_and_a_consumers_none(self):
        backend = self.backend
        place = {'address1': '9 Dock Rd', 'city': 'Albany', 'zip': '12207', 'country_code': 'US', 'province_code': 'NY'}
        company = {'name': 'Acme Inc', 'external_id': 'C-77', 'location': 'North', 'shipping_address': place}
        consumer, business = self.placed(backend), self.placed(backend, company=company, po_number='PO-5')
        counts = []
        for gid in (consumer, business):
            self.simulator.post(f'/shops/{backend.shop_domain}/stats/reset')
            self.ring(backend, 'order', gid)
            stats = self.simulator.stats(backend.shop_domain)
            counts.append(stats['by_operation'].get('OrderCompanies', {}).get('requests', 0))
        self.assertEqual(counts, [0, 1])
        sale = self.env['shopify.order.binding'].search([('gid', '=', business)]).sale_order_id
        self.assertEqual((sale.partner_id.name, sale.partner_id.ref), ('Acme Inc', 'C-77'))
        self.assertIn('PO-5', sale.client_order_ref)
        self.assertEqual(sale.shopify_binding_ids.difference, 0)

    def test_metafields_terms_and_the_location_that_ships_are_read_when_they_are_wanted(self):
        backend = self.backend
        self.assertIn('read_payment_terms', backend.granted_scopes)
        online = backend.location_ids.filtered('fulfills_online_orders')
        second = self.env['stock.warehouse'].create({'name': 'Second', 'code': 'SEC'})
        online.warehouse_id = second
        (backend.location_ids - online)[:1].warehouse_id = backend.warehouse_id
        self.env['shopify.metafield.mapping'].create(
            {'backend_id': backend.id, 'namespace': 'custom', 'key': 'remark', 'field_name': 'note'}
        )
        binding = self.bring_over(
            backend, payment_terms={'days': 45, 'type': 'NET', 'name': 'Net 45'},
            metafields=[{'namespace': 'custom', 'key': 'remark', 'type': 'single_line_text_field', 'value': 'Ring twice'}],
        )  # fmt: skip
        sale = binding.sale_order_id
        self.assertEqual(sale.payment_term_id.line_ids.nb_days, 45)
        self.assertIn('Ring twice', sale.note)
        self.assertEqual(sale.warehouse_id, second)


class TestLittleScope(FromTheShopCase):
    def test_a_store_that_may_read_little_gets_its_orders_all_the_same(self):
        scopes = 'read_orders,read_products,read_inventory,read_locations,read_customers'
        domain = self.shops['northwind']['domain']
        self.simulator.settings(domain, scopes=scopes.split(','))
        backend = self.connected_store()
        binding = self.bring_over(backend, payment_terms={'days': 45}, company={'name': 'Acme Inc'}, risk='LOW')
        self.assertEqual((binding.state, binding.difference), ('imported', 0))
        self.assertFalse(binding.payment_terms)
