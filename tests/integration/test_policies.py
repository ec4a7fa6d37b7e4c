"""What a store wants done with its orders: rules, names, terms, places, channels, tags, metafields, books' headers."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user

from tests.integration.common import StoreCase
from tests.integration.simulated import SimulatedCase
from tests.support.orders import address, line, money, order, tax

PAID_LATER = {'displayFinancialStatus': 'PAID', 'updatedAt': '2026-11-20T12:00:00Z'}


class PolicyCase(StoreCase):
    def rule(self, name="A rule", **values):
        return self.env['shopify.order.rule'].create({'name': name, 'backend_id': self.backend.id, **values})

    def codes(self, binding):
        return [entry[1] for entry in binding.trail or []]


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


class TestBooksHeader(PolicyCase):
    def terms(self, kind='NET', days=30, name='Net 30'):
        return {'paymentTermsType': kind, 'dueInDays': days, 'paymentTermsName': name}

    def test_shopifys_terms_are_odoos_of_the_same_days(self):
        sale = self.bring_one(paymentTerms=self.terms())
        self.assertEqual(sale.payment_term_id.line_ids.nb_days, 30)
        self.assertIn('terms', self.trail_codes(sale))

    def test_terms_that_odoo_lacks_are_created_once(self):
        first, second = (self.bring_one(number=n, paymentTerms=self.terms(days=47, name='Net 47')) for n in (1, 2))
        self.assertEqual(first.payment_term_id.name, 'Net 47')
        self.assertEqual(first.payment_term_id, second.payment_term_id)

    def test_a_fixed_date_has_no_counterpart_and_that_is_said(self):
        sale = self.bring_one(paymentTerms=self.terms('FIXED', None, 'Fixed'))
        self.assertIn('terms_unknown', self.trail_codes(sale))

    def test_the_stores_terms_are_those_of_orders_without_any(self):
        usual = self.env.ref('account.account_payment_term_15days')
        self.backend.payment_term_id = usual
        self.assertEqual(self.bring_one().payment_term_id, usual)

    def test_a_fiscal_position_never_changes_shopifys_taxes(self):
        usual = self.env.company.account_sale_tax_id
        position = self.env['account.fiscal.position'].create({'name': 'Export', 'company_id': self.env.company.id})
        self.env['account.tax'].create({
            'name': 'Nothing', 'amount': 0, 'type_tax_use': 'sale', 'original_tax_ids': [(6, 0, usual.ids)],
            'fiscal_position_ids': [(6, 0, position.ids)],
        })  # fmt: skip
        self.backend.write({'fiscal_position_policy': 'fixed', 'fiscal_position_id': position.id})
        part = line(quantity=2, taxes=[tax('Sales tax', usual.amount / 100, '3.00')])
        sale = self.bring_one(lines=[part])
        self.assertEqual((sale.fiscal_position_id, sale.order_line.tax_ids), (position, usual))
        self.assertEqual(sale.amount_tax, 3.0)
        more = order(lines=[part, line(2, taxes=[tax('Sales tax', usual.amount / 100, '1.50')])], **PAID_LATER)
        self.bring(more)
        self.assertEqual(sale.order_line.tax_ids, usual)
        self.assertEqual(sale.amount_tax, 4.5)
        sale.picking_ids.move_ids.picked = True
        sale.picking_ids.button_validate()
        invoice = sale._create_invoices()
        self.assertEqual(invoice.fiscal_position_id, position)
        self.assertEqual(invoice.amount_tax, 4.5)

    def test_the_position_stays_when_the_address_changes(self):
        self.env['account.fiscal.position'].create({
            'name': 'Canada', 'auto_apply': True, 'country_id': self.env.ref('base.ca').id, 'company_id': self.env.company.id,
        })  # fmt: skip
        sale = self.bring_one()
        abroad = address(countryCodeV2='CA', provinceCode='ON', province='Ontario', city='Toronto')
        self.bring(order(shippingAddress=abroad, updatedAt='2026-11-21T00:00:00Z'))
        self.assertEqual(sale.partner_shipping_id.country_id.code, 'CA')
        self.assertFalse(sale.fiscal_position_id)

    def test_what_the_store_decided_stays_when_a_person_chooses_another_customer(self):
        position = self.env['account.fiscal.position'].create({'name': 'Web', 'company_id': self.env.company.id})
        term = self.env.ref('account.account_payment_term_15days')
        self.backend.write(
            {'fiscal_position_policy': 'fixed', 'fiscal_position_id': position.id, 'payment_term_id': term.id}
        )
        sale = self.bring_one(displayFinancialStatus='PENDING')
        other = self.env['res.partner'].create({'name': 'Other', 'country_id': self.env.ref('base.ca').id})
        before = sale.pricelist_id
        with Form(sale) as form:
            form.partner_id = other
        self.assertEqual((sale.partner_id, sale.fiscal_position_id, sale.payment_term_id), (other, position, term))
        self.assertEqual((sale.pricelist_id, sale.amount_total), (before, 10.0))

    def test_odoo_may_find_the_position_by_the_country(self):
        position = self.env['account.fiscal.position'].create({
            'name': 'Canada', 'auto_apply': True, 'country_id': self.env.ref('base.ca').id, 'company_id': self.env.company.id,
        })  # fmt: skip
        self.backend.fiscal_position_policy = 'country'
        abroad = address(countryCodeV2='CA', provinceCode='ON', province='Ontario', city='Toronto')
        self.assertEqual(self.bring_one(shippingAddress=abroad).fiscal_position_id, position)
        self.assertNotEqual(self.bring_one(number=1002).fiscal_position_id, position)

    def test_the_stores_analytic_accounts_stand_on_every_line_also_on_later_ones(self):
        plan = self.env['account.analytic.plan'].create({'name': 'Stores'})
        account = self.env['account.analytic.account'].create({'name': 'Alpha', 'plan_id': plan.id})
        self.backend.analytic_distribution = {str(account.id): 100.0}
        sale = self.bring_one(lines=[line(1)])
        self.bring(order(lines=[line(1), line(2)], **PAID_LATER))
        self.assertEqual(len(sale.order_line), 2)
        for row in sale.order_line:
            self.assertEqual(row.analytic_distribution, {str(account.id): 100.0})

    def test_a_currency_has_the_pricelist_that_the_store_chose(self):
        chosen = self.env['product.pricelist'].create({'name': 'Web', 'currency_id': self.env.ref('base.USD').id})
        self.backend.pricelist_mapping_ids = [(0, 0, {'pricelist_id': chosen.id})]
        sale = self.bring_one(lines=[line(price='12.34')])
        self.assertEqual((sale.pricelist_id, sale.amount_total), (chosen, 12.34))


class TestPlaces(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env['stock.warehouse'].create({'name': 'Second', 'code': 'SEC'})
        cls.locations = cls.env['shopify.location'].create([
            {'backend_id': cls.backend.id, 'gid': f'gid://shopify/Location/{n}', 'name': name, 'warehouse_id': warehouse}
            for n, name, warehouse in ((1, 'Main', cls.warehouse.id), (2, 'Shop', cls.second.id), (3, 'Depot', False))
        ])  # fmt: skip

    def ships_from(self, *numbers, more=False):
        nodes = [
            {'status': 'OPEN', 'assignedLocation': {'location': {'id': f'gid://shopify/Location/{number}'}}}
            for number in numbers
        ]
        return {'fulfillmentOrders': {'nodes': nodes, 'pageInfo': {'hasNextPage': more}}}

    def test_a_sale_in_a_shop_takes_that_shops_warehouse(self):
        sale = self.bring_one(retailLocation={'id': 'gid://shopify/Location/2'}, sourceName='pos')
        self.assertEqual(sale.warehouse_id, self.second)
        self.assertEqual(sale.shopify_binding_ids.location_id.name, 'Shop')
        self.assertEqual(sale.picking_ids.picking_type_id.warehouse_id, self.second)

    def test_an_order_ships_from_the_one_location_that_shopify_assigned(self):
        self.assertEqual(self.bring_one(**self.ships_from(2)).warehouse_id, self.second)
        self.assertEqual(self.bring_one(number=2, **self.ships_from(2, 2)).warehouse_id, self.second)

    def test_several_locations_unknown_ones_and_ones_without_a_warehouse_leave_the_stores(self):
        for number, ships in enumerate((self.ships_from(1, 2), self.ships_from(2, 2, more=True), self.ships_from(3),
                                        self.ships_from(9))):  # fmt: skip
            self.assertEqual(self.bring_one(number=100 + number, **ships).warehouse_id, self.warehouse)

    def test_a_store_may_use_one_warehouse_for_all(self):
        self.backend.warehouse_by_location = False
        self.assertEqual(self.bring_one(**self.ships_from(2)).warehouse_id, self.warehouse)

    def test_what_ships_is_asked_only_where_it_matters_and_may_be_read(self):
        reading = self.env['shopify.sync.order']._reading
        self.assertFalse(reading(self.backend)[1]['places'])
        self.backend.granted_scopes = 'read_orders,read_merchant_managed_fulfillment_orders,read_payment_terms'
        self.assertEqual(reading(self.backend)[1], {'places': True, 'terms': True})
        self.locations.warehouse_id = self.warehouse
        self.assertFalse(reading(self.backend)[1]['places'])


class TestMetafields(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mapping = cls.env['shopify.metafield.mapping'].create(
            {'backend_id': cls.backend.id, 'namespace': 'custom', 'key': 'wanted_on', 'field_name': 'commitment_date'}
        )
        cls.note = cls.mapping.copy({'key': 'remark', 'field_name': 'note'})

    def fields_of(self, **values):
        return {
            mapping._alias(): {'type': kind, 'value': text} if text else None
            for mapping, (kind, text) in ((self.mapping, values.get('day', ('', ''))), (self.note, values.get('note', ('', ''))))
        }

    def test_a_metafield_fills_the_field_that_was_chosen_for_it(self):
        sale = self.bring_one(
            **self.fields_of(day=('date', '2026-12-01'), note=('single_line_text_field', 'Ring twice'))
        )
        self.assertEqual(str(sale.commitment_date), '2026-12-01 00:00:00')
        self.assertIn('Ring twice', sale.note)

    def test_it_follows_shopify_and_leaves_what_a_person_wrote_until_then(self):
        sale = self.bring_one(**self.fields_of(day=('date', '2026-12-01')))
        sale.commitment_date = '2026-12-24 10:00:00'
        self.bring_one(**self.fields_of(day=('date', '2026-12-01')), updatedAt='2026-11-21T00:00:00Z')
        self.assertEqual(str(sale.commitment_date), '2026-12-24 10:00:00')
        self.bring_one(**self.fields_of(day=('date', '2026-12-02')), updatedAt='2026-11-22T00:00:00Z')
        self.assertEqual(str(sale.commitment_date), '2026-12-02 00:00:00')
        self.bring_one(**self.fields_of(), updatedAt='2026-11-23T00:00:00Z')
        self.assertFalse(sale.commitment_date)

    def test_a_value_that_does_not_fit_is_told_and_stops_nothing(self):
        sale = self.bring_one(**self.fields_of(day=('single_line_text_field', 'soon')))
        self.assertEqual(sale.state, 'sale')
        self.assertIn('“soon” is no date.', sale.shopify_binding_ids.trail_html)

    def test_a_value_that_odoo_refuses_is_told_and_stops_nothing(self):
        self.mapping.field_name = 'prepayment_percent'
        self.env.company.portal_confirmation_pay = True
        sale = self.bring_one(**self.fields_of(day=('number_decimal', '7'), note=('single_line_text_field', 'Kept')))
        self.assertEqual(sale.state, 'sale')
        self.assertIn('Kept', sale.note)
        self.assertIn('metafield_unfit', self.trail_codes(sale))

    def test_a_field_that_the_import_fills_takes_no_metafield(self):
        choices = dict(self.mapping._field_choices())
        self.assertFalse({'name', 'client_order_ref', 'amount_total', 'state', 'create_date', 'partner_id'} & set(choices))
        with self.assertRaises(ValidationError):
            self.mapping.field_name = 'name'
        with self.assertRaises(ValidationError):
            self.mapping.key = 'no name"'

    def test_a_field_that_was_added_by_hand_takes_one_too(self):
        self.env['ir.model.fields'].create({
            'model_id': self.env['ir.model']._get_id('sale.order'), 'name': 'x_studio_points', 'ttype': 'integer',
            'field_description': 'Points',
        })  # fmt: skip
        self.mapping.field_name = 'x_studio_points'
        sale = self.bring_one(**self.fields_of(day=('number_integer', '7')))
        self.assertEqual(sale.x_studio_points, 7)

    def test_only_mapped_metafields_are_asked_for(self):
        document, _variables = self.env['shopify.sync.order']._reading(self.backend)
        self.assertIn(f'm{self.mapping.id}: metafield(namespace: "custom", key: "wanted_on")', document)
        self.mapping.unlink()
        self.note.unlink()
        self.assertNotIn('metafield', self.env['shopify.sync.order']._reading(self.backend)[0])


class TestCompanies(PolicyCase):
    def company(self, number=1, **changes):
        location = {
            'id': f'gid://shopify/CompanyLocation/{number}', 'name': 'North', 'externalId': 'N-1', 'phone': None,
            'taxSettings': {'taxRegistrationId': changes.pop('vat', None)}, 'billingAddress': None,
            'shippingAddress': {'recipient': 'Dock 4', 'companyName': 'Acme', 'address1': '9 Dock Rd', 'city': 'Albany',
                                'zip': '12207', 'zoneCode': 'NY', 'province': 'New York', 'countryCode': 'US'},
        }  # fmt: skip
        known = {'id': f'gid://shopify/Company/{number}', 'name': 'Acme Inc', 'externalId': 'C-77', **changes}
        entity = {'__typename': 'PurchasingCompany', 'company': known, 'contact': {'title': None}, 'location': location}
        return {'purchasingEntity': entity}

    def test_a_companys_order_is_the_companys_with_the_person_under_it(self):
        sale = self.bring_one(poNumber='PO-1', **self.company())
        company = sale.partner_id
        self.assertEqual((company.name, company.is_company, company.ref), ('Acme Inc', True, 'C-77'))
        self.assertEqual(sale.shopify_binding_ids.person_id.parent_id, company)
        self.assertEqual(sale.shopify_binding_ids.person_id.email, 'jane1@example.com')
        self.assertEqual(sale.partner_invoice_id.commercial_partner_id, company)
        self.assertEqual(sale.partner_shipping_id.commercial_partner_id, company)
        self.assertIn('9 Dock Rd', company.child_ids.mapped('street'))
        self.assertEqual(sale.client_order_ref, '#1001 / PO-1')

    def test_the_second_order_finds_the_company_by_its_link(self):
        first = self.bring_one(**self.company())
        second = self.bring_one(number=1002, **self.company(name='Acme Renamed'))
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertIn('company_linked', self.trail_codes(second))
        self.assertEqual(len(first.partner_id.child_ids.filtered(lambda p: p.name == 'North')), 1)

    def test_a_company_that_odoo_has_is_found_by_reference_tax_number_or_name(self):
        for number, (values, code) in enumerate((
            ({'name': 'Other name', 'ref': 'C-77'}, 'company_ref'),
            ({'name': 'Yet another', 'vat': 'XY-12'}, 'company_vat'),
            ({'name': 'ACME INC'}, 'company_name'),
        )):  # fmt: skip
            with self.subTest(code=code):
                known = self.env['res.partner'].with_context(no_vat_validation=True).create({**values, 'is_company': True})
                payload = self.company(10 + number, vat='XY-12' if 'vat' in values else None)
                customer = {'id': f'gid://shopify/Customer/{number + 50}', 'firstName': 'Al', 'lastName': 'B',
                            'defaultEmailAddress': {'emailAddress': f'al{number}@example.com'}}  # fmt: skip
                sale = self.bring_one(number=2000 + number, customer=customer, email=None, **payload)
                self.assertEqual(sale.partner_id, known)
                self.assertIn(code, self.trail_codes(sale))
                known.active = False

    def test_a_tax_number_that_odoo_does_not_take_stops_nothing(self):
        self.env.company.country_id = self.env.ref('base.us')
        taken = self.bring_one(**self.company(vat='12-3456789'))
        self.assertTrue(taken.partner_id.vat or 'vat_invalid' in self.trail_codes(taken))
        self.assertEqual(taken.state, 'sale')

    def test_a_contact_with_books_of_its_own_is_not_moved(self):
        person = self.bring_one(number=1, billingAddress=None, shippingAddress=None).partner_id
        self.assertFalse(person.street)
        move = self.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': person.id, 'invoice_line_ids': [(0, 0, {'name': 'x', 'price_unit': 1})],
        })  # fmt: skip
        self.assertTrue(move)
        sale = self.bring_one(number=2, **self.company())
        self.assertFalse(person.parent_id)
        self.assertEqual(sale.partner_id.name, 'Acme Inc')
        self.assertIn('person_apart', self.trail_codes(sale))

    def test_an_order_of_a_company_that_may_not_be_read_is_the_persons(self):
        sale = self.bring_one(purchasingEntity={'__typename': 'PurchasingCompany'})
        self.assertEqual(sale.partner_id.name, 'Jane Doe')


class TestHold(PolicyCase):
    def risk(self, level, recommendation='NONE'):
        return {'risk': {'recommendation': recommendation, 'assessments': [{'riskLevel': level}]}}

    def again(self, **values):
        return self.bring_one(updatedAt='2026-11-20T13:00:00Z', **values)

    def test_a_risky_order_is_sold_and_reserved_but_its_delivery_is_held(self):
        sale = self.bring_one(**self.risk('HIGH'))
        self.assertEqual((sale.state, sale.picking_ids.state), ('sale', 'assigned'))
        with self.assertRaisesRegex(UserError, 'Release Delivery'):
            sale.picking_ids.button_validate()
        with self.assertRaises(UserError):
            sale.picking_ids._action_done()
        self.assertIn('held_risk', self.trail_codes(sale))
        self.assertEqual(len(sale.activity_ids), 1)

    def test_a_recommendation_to_cancel_is_a_high_risk(self):
        self.assertTrue(self.bring_one(**self.risk('LOW', 'CANCEL')).shopify_hold_message)

    def test_the_store_says_which_risk_is_too_high(self):
        for number, (policy, level, held) in enumerate((
            ('high', 'MEDIUM', False), ('medium', 'MEDIUM', True), ('medium', 'LOW', False), ('never', 'HIGH', False),
            ('high', 'PENDING', False), ('high', 'NONE', False),
        )):  # fmt: skip
            self.backend.risk_policy = policy
            sale = self.bring_one(number=100 + number, **self.risk(level))
            self.assertEqual(bool(sale.shopify_hold_message), held, (policy, level))

    def test_a_person_with_the_role_releases_it_and_it_is_never_held_again(self):
        sale = self.bring_one(**self.risk('HIGH'))
        sale.action_shopify_release()
        self.assertFalse(sale.shopify_hold_message or sale.activity_ids)
        self.assertIn('released by', sale.message_ids[0].body)
        self.again(**self.risk('LOW'))
        self.again(**self.risk('HIGH', 'CANCEL'))
        self.assertEqual(sale.shopify_binding_ids.hold_state, 'released')
        self.assertTrue(sale.picking_ids.button_validate())
        self.assertEqual(sale.picking_ids.state, 'done')

    def test_a_risk_that_falls_releases_by_itself_and_one_that_rises_again_holds(self):
        sale = self.bring_one(**self.risk('HIGH'))
        self.again(**self.risk('LOW', 'ACCEPT'))
        self.assertFalse(sale.shopify_hold_message)
        self.assertIn('hold_lifted', self.trail_codes(sale))
        self.again(**self.risk('HIGH'))
        self.assertTrue(sale.shopify_hold_message)

    def test_a_risk_that_is_known_late_holds_what_has_not_left(self):
        sale = self.bring_one(**self.risk('PENDING'))
        self.again(**self.risk('HIGH'))
        self.assertTrue(sale.picking_ids.shopify_hold_message)
        gone = self.bring_one(number=2, **self.risk('PENDING'))
        gone.picking_ids.button_validate()
        self.bring_one(number=2, updatedAt='2026-11-20T13:00:00Z', **self.risk('HIGH'))
        self.assertFalse(gone.shopify_hold_message)

    def test_an_answer_without_the_risk_changes_nothing(self):
        sale = self.bring_one(**self.risk('HIGH'))
        self.again()
        self.assertTrue(sale.shopify_hold_message)
        self.assertEqual(sale.shopify_binding_ids.risk_level, 'high')

    def test_what_shopify_has_shipped_is_held_no_more(self):
        sale = self.bring_one(**self.risk('HIGH'))
        self.again(displayFulfillmentStatus='FULFILLED', **self.risk('HIGH'))
        self.assertEqual(sale.picking_ids.state, 'done')
        self.assertIn('hold_shipped', self.trail_codes(sale))

    def test_a_rule_holds_until_it_fits_no_more(self):
        self.rule("Wait for the money", financial_statuses='pending', action='confirm', hold=True)
        sale = self.bring_one(displayFinancialStatus='PENDING')
        self.assertEqual(sale.state, 'sale')
        self.assertIn('the rule “Wait for the money”', sale.shopify_hold_message)
        self.again()
        self.assertFalse(sale.shopify_hold_message)
        self.assertTrue(sale.picking_ids.button_validate())

    def test_people_without_a_role_read_why_and_cannot_release(self):
        sale = self.bring_one(**self.risk('HIGH'))
        keeper, seller = (
            self.env['res.users'].create({
                'name': login, 'login': login, 'group_ids': [(6, 0, [self.env.ref(group).id])],
            })  # fmt: skip
            for login, group in (('keeper', 'stock.group_stock_user'), ('seller', 'sales_team.group_sale_salesman_all_leads'))
        )
        picking = sale.picking_ids.with_user(keeper)
        self.assertIn('is held', picking.shopify_hold_message)
        with self.assertRaisesRegex(UserError, 'is held'):
            picking.button_validate()
        self.assertIn('is held', sale.with_user(seller).shopify_hold_message)
        with self.assertRaisesRegex(UserError, 'Shopify User'):
            sale.with_user(seller).action_shopify_release()

    def test_an_order_that_was_cancelled_in_odoo_is_held_no_more(self):
        sale = self.bring_one(**self.risk('HIGH'))
        sale._action_cancel()
        self.assertFalse(sale.shopify_hold_message)

    def test_goods_that_come_back_are_never_held(self):
        sale = self.bring_one(lines=[line(quantity=2)])
        sale.picking_ids.button_validate()
        wizard = self.env['stock.return.picking'].with_context(
            active_id=sale.picking_ids.id, active_model='stock.picking'
        ).create({})  # fmt: skip
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        sale.shopify_binding_ids.write({'hold_state': 'held', 'hold_reason': 'risk'})
        self.assertFalse(back.shopify_hold_message)

    def test_the_total_of_a_held_order_is_shopifys(self):
        payload = order(lines=[line(quantity=2, price='3.33')], **self.risk('HIGH'))
        self.assertEqual(payload['currentTotalPriceSet'], money('6.66'))
        self.assertEqual(self.bring(payload).sale_order_id.amount_total, 6.66)


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


class TestFromTheShop(SimulatedCase):
    """The same, read from a shop: that the documents ask for what the policies need, and for no more."""

    def bring_over(self, backend, **wishes):
        gid = self.placed(backend, **wishes)
        self.ring(backend, 'order', gid)
        return self.env['shopify.order.binding'].search([('gid', '=', gid)])

    def test_an_order_brings_channel_campaign_risk_and_what_it_tells_of_itself(self):
        backend = self.connected_store()
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
        backend = self.connected_store()
        binding = self.bring_over(backend, risk='HIGH')
        number = binding.gid.rsplit('/', 1)[-1]
        self.simulator.act(backend.shop_domain, number, 'risk', level='LOW')
        self.ring(backend, 'order', binding.gid)
        self.assertEqual((binding.risk_level, binding.hold_state), ('low', 'lifted'))

    def test_a_companys_order_costs_one_request_more_and_a_consumers_none(self):
        backend = self.connected_store()
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
        backend = self.connected_store()
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

    def test_a_store_that_may_read_little_gets_its_orders_all_the_same(self):
        scopes = 'read_orders,read_products,read_inventory,read_locations,read_customers'
        domain = self.shops['northwind']['domain']
        self.simulator.settings(domain, scopes=scopes.split(','))
        backend = self.connected_store()
        binding = self.bring_over(backend, payment_terms={'days': 45}, company={'name': 'Acme Inc'}, risk='LOW')
        self.assertEqual((binding.state, binding.difference), ('imported', 0))
        self.assertFalse(binding.payment_terms)
