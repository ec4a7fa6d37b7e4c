"""What a store wants on its sales orders: terms, positions, accounts, warehouses, metafields, companies."""

from odoo.exceptions import ValidationError
from odoo.tests import Form

from tests.integration.policies import PolicyCase
from tests.support.orders import address, line, order, tax

PAID_LATER = {'displayFinancialStatus': 'PAID', 'updatedAt': '2026-11-20T12:00:00Z'}


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
