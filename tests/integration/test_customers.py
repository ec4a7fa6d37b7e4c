"""Customers of a store as contacts: found, created, brought up to date, and how that is told."""

from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user

from tests.integration.common import StoreCase
from tests.support.customers import place, shopper
from tests.support.orders import address, order


class CustomerCase(StoreCase):
    def take(self, *payloads, backend=None, create=True):
        """Bring customers over; ``{gid: outcome}``."""
        backend = backend or self.backend
        outcomes, failures = backend.env['shopify.sync.customer']._upsert(backend, list(payloads), create=create)
        for error in failures.values():
            raise error
        self.env.flush_all()
        return outcomes

    def row(self, number=1, backend=None):
        backend = backend or self.backend
        return self.env['shopify.customer'].search(
            [('backend_id', '=', backend.id), ('gid', '=', f'gid://shopify/Customer/{number}')]
        )

    def take_one(self, number=1, backend=None, **values):
        self.take(shopper(number, **values), backend=backend)
        return self.row(number, backend).partner_id

    def owned_by(self, owner):
        self.env['shopify.owner'].search([('backend_id', '=', self.backend.id), ('group', '=', 'customer')]).unlink()
        self.env['shopify.owner'].create({'backend_id': self.backend.id, 'group': 'customer', 'owner': owner})
        self.env.registry.clear_cache()


class TestFinding(CustomerCase):
    def test_an_unknown_customer_becomes_a_contact(self):
        partner = self.take_one(phone='+15185550123', addresses=[place(1)])
        self.assertEqual(
            (
                partner.name,
                partner.email,
                partner.phone,
                partner.street,
                partner.state_id.code,
                partner.country_id.code,
            ),
            ('Jane Doe', 'jane1@example.com', '+15185550123', '1 Main St', 'NY', 'US'),
        )
        self.assertEqual(self.row().found_by, 'created')
        self.assertIn('nobody with this e-mail', self.row().trail_html)

    def test_a_contact_is_found_by_mail_and_not_renamed(self):
        known = self.env['res.partner'].create({'name': 'J. Known', 'email': 'Jane <JANE1@example.com>'})
        self.assertEqual(self.take_one(), known)
        self.assertEqual(known.name, 'J. Known')
        self.assertEqual(self.row().found_by, 'email')
        self.assertIn('jane1@example.com', self.row().trail_html)

    def test_a_contact_is_found_by_a_number_written_for_its_own_country(self):
        spellings = {'US': ('(518) 555-0123', '+15185550123'), 'DE': ('030 / 555 01 23', '+49305550123')}
        for number, (country, (theirs, ours)) in enumerate(spellings.items(), 1):
            known = self.env['res.partner'].create(
                {'name': country, 'phone': theirs, 'country_id': self.env.ref(f'base.{country.lower()}').id}
            )
            self.assertEqual(self.take_one(number, email=None, phone=ours), known)
            self.assertEqual(self.row(number).found_by, 'phone')

    def test_the_same_last_digits_in_another_country_are_another_number(self):
        known = self.env['res.partner'].create(
            {'name': 'Hans', 'phone': '0518 5550123', 'country_id': self.env.ref('base.de').id}
        )
        self.assertNotEqual(self.take_one(email=None, phone='+15185550123'), known)

    def test_nobody_is_found_by_name_alone(self):
        known = self.env['res.partner'].create({'name': 'Jane Doe', 'street': '1 Main St', 'zip': '12207'})
        self.assertNotEqual(self.take_one(addresses=[place(1)]), known)

    def test_a_company_that_has_the_mail_address_stays_a_company(self):
        company = self.env['res.partner'].create({'name': 'Acme', 'email': 'jane1@example.com', 'is_company': True})
        self.owned_by('shopify')
        self.assertEqual(self.take_one(), company)
        self.assertEqual((company.name, company.is_company), ('Acme', True))

    def test_the_order_that_comes_later_finds_the_customer(self):
        partner = self.take_one()
        self.assertEqual(self.bring_one().partner_id, partner)

    def test_a_contact_that_was_archived_is_in_use_again_with_a_new_order(self):
        partner = self.take_one()
        first = self.bring_one()
        self.assertEqual(first.partner_id, partner)
        partner.active = False
        self.bring_one(shippingAddress=address(address1='9 New St'))
        self.assertEqual((first.partner_shipping_id.street, partner.active), ('9 New St', False), "It is no new one.")
        second = self.bring_one(number=1002)
        self.assertEqual((second.partner_id, partner.active), (partner, True))
        self.assertIn('customer_unarchived', self.trail_codes(second))
        self.assertIn('in use again', self.row().trail_html)

    def test_who_was_erased_stays_erased_though_an_order_comes(self):
        partner = self.take_one()
        self.row().redacted_at = '2026-11-21 10:00:00'
        partner.active = False
        self.assertEqual(self.bring_one().partner_id, partner)
        self.assertFalse(partner.active)

    def test_two_stores_share_a_contact_and_have_their_own_link(self):
        other = self.connected('beta')
        self.assertEqual(self.take_one(), self.take_one(7, backend=other, email='jane1@example.com'))
        self.assertEqual(self.row(7, other).found_by, 'email')

    def test_contacts_of_another_company_are_not_found(self):
        company = self.env['res.company'].create({'name': 'Other'})
        theirs = self.env['res.partner'].create(
            {'name': 'Theirs', 'email': 'jane1@example.com', 'company_id': company.id}
        )
        self.assertNotEqual(self.take_one(), theirs)

    def test_an_address_that_another_customer_of_the_shop_has_now_leads_to_nobody_elses_contact(self):
        """No two customers of a shop have one address: Jane has changed hers, and Bob got it."""
        jane = self.take_one(1, email='info@acme.example')
        bob = shopper(2, firstName='Bob', email='info@acme.example')
        self.take(shopper(1, email='jane@private.example'), bob)
        self.assertEqual(jane.email, 'jane@private.example')
        self.assertNotEqual(self.row(2).partner_id, jane)

    def test_a_contact_that_keeps_an_address_in_odoo_is_not_the_one_who_has_it_in_the_shop_now(self):
        jane = self.env['res.partner'].create({'name': 'Jane Doe', 'email': 'info@acme.example'})
        self.assertEqual(self.take_one(1, email='info@acme.example'), jane)
        self.take(shopper(1, email='jane@private.example'))
        bob = self.env['res.partner'].create({'name': 'Bob', 'email': 'info@acme.example'})
        self.assertEqual(self.take_one(2, firstName='Bob', email='info@acme.example'), bob)
        carl = self.take_one(3, firstName='Carl', email='info@acme.example')
        self.assertNotIn(carl, jane | bob)
        # Who is gone from the shop may be the same person, with a new account.
        self.row(1).deleted_at = '2026-11-21 10:00:00'
        self.assertEqual(self.take_one(4, email='info@acme.example'), jane)

    def test_a_number_that_another_customer_of_the_shop_has_now_leads_to_nobody_elses_contact(self):
        jane = self.env['res.partner'].create({'name': 'Jane Doe', 'phone': '+15185550123'})
        self.assertEqual(self.take_one(1, email=None, phone='+15185550123'), jane)
        # Nor are two of one batch the same.
        self.take(*(shopper(number, email='same@example.com', phone='+15185550123') for number in (2, 3)))
        self.assertEqual(len(jane | self.row(2).partner_id | self.row(3).partner_id), 3)

    def test_those_who_have_not_ordered_are_left_alone_when_the_store_says_so(self):
        outcomes = self.take(shopper(1), create=False)
        self.assertEqual(list(outcomes.values()), ['skip'])
        self.assertFalse(self.row())

    def test_one_that_fails_takes_no_other_along(self):
        bad = shopper(2)
        bad['updatedAt'] = 'nonsense'
        outcomes, failures = self.backend.env['shopify.sync.customer']._upsert(
            self.backend, [shopper(1), bad, shopper(3)]
        )
        self.assertEqual(list(failures), ['gid://shopify/Customer/2'])
        self.assertEqual(list(outcomes.values()), ['create', 'create'])

    def test_the_language_is_the_customers_when_it_is_installed(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.assertEqual(self.take_one(1, locale='fr-CA').lang, 'fr_FR')
        self.assertEqual(self.take_one(2, locale='ja').lang or None, self.env.lang)

    def test_a_second_time_changes_nothing(self):
        payload = shopper(1, addresses=[place(1), place(2, address1='2 Side St')], note='Likes tea', tags=['VIP'])
        self.take(payload)
        count, written = self.env['res.partner'].search_count([]), self.row().partner_id.write_date
        later = {**payload, 'updatedAt': '2026-11-21T11:00:00Z'}
        self.assertEqual(self.take(later), {payload['id']: 'same'})
        self.assertEqual((self.env['res.partner'].search_count([]), self.row().partner_id.write_date), (count, written))
        self.assertEqual(str(self.row().shopify_updated_at), '2026-11-21 11:00:00')


class TestChanges(CustomerCase):
    def test_a_contact_that_the_store_brought_follows_the_store(self):
        partner = self.take_one()
        self.take(shopper(1, firstName='Janet', email='janet@example.com'))
        self.assertEqual((partner.name, partner.email), ('Janet Doe', 'janet@example.com'))

    def test_what_a_person_has_changed_in_odoo_stays_and_is_shown(self):
        partner = self.take_one()
        partner.name = 'Dr. Jane Doe'
        self.take(shopper(1, firstName='Janet'))
        self.assertEqual(partner.name, 'Dr. Jane Doe')
        self.assertEqual(self.row().differences, {'name': ['Janet Doe', 'Dr. Jane Doe']})
        self.assertIn('Janet Doe', self.row().differences_html)
        partner.name = 'Janet Doe'
        self.take(shopper(1, firstName='Janet', note='x'))
        self.assertFalse(self.row().has_differences)

    def test_a_person_decides_about_what_differs(self):
        partner = self.take_one()
        partner.name = 'Dr. Jane Doe'
        self.take(shopper(1, firstName='Janet'))
        manager = new_test_user(
            self.env, 'decider', 'shopify_connector.group_shopify_manager,base.group_partner_manager'
        )
        self.row().with_user(manager).action_take_shopify()
        self.assertEqual((partner.name, self.row().has_differences), ('Janet Doe', False))
        partner.name = 'Dr. Jane Doe'
        self.take(shopper(1, firstName='Jan'))
        self.row().with_user(manager).action_send_odoo()
        export = self.env['shopify.customer.export'].search([('partner_id', '=', partner.id)])
        self.assertEqual((export.user_id, export.state), (manager, 'waiting'))

    def test_of_a_contact_that_odoo_had_only_blanks_are_filled(self):
        known = self.env['res.partner'].create({'name': 'J. Known', 'email': 'jane1@example.com'})
        self.take_one(phone='+15185550123', note='Likes tea')
        self.assertEqual((known.name, known.phone), ('J. Known', '+15185550123'))
        self.assertIn('Likes tea', known.comment)
        self.take(shopper(1, phone='+15185550199'))
        self.assertEqual(known.phone, '+15185550123')
        self.assertFalse(self.row().has_differences, "It is nobody's business.")

    def test_a_number_written_in_another_way_is_no_change(self):
        partner = self.take_one(phone='+15185550123', addresses=[place(1)])
        partner.phone = '(518) 555-0123'
        self.take(shopper(1, phone='+15185550123', addresses=[place(1)], note='x'))
        self.assertEqual(partner.phone, '(518) 555-0123')
        self.assertFalse(self.row().has_differences)

    def test_where_shopify_owns_customers_known_contacts_follow_too(self):
        known = self.env['res.partner'].create({'name': 'J. Known', 'email': 'jane1@example.com'})
        self.owned_by('shopify')
        self.take_one()
        self.assertEqual(known.name, 'Jane Doe')

    def test_where_nobody_owns_customers_not_even_blanks_are_filled(self):
        known = self.env['res.partner'].create({'name': 'J. Known', 'email': 'jane1@example.com'})
        self.owned_by('none')
        self.take_one(phone='+15185550123')
        self.assertFalse(known.phone)

    def test_consents_are_kept_with_their_dates(self):
        self.take_one(marketing='SUBSCRIBED', level='CONFIRMED_OPT_IN', since='2026-03-01T10:00:00Z')
        row = self.row()
        self.assertEqual((row.email_consent, row.email_consent_level), ('subscribed', 'confirmed_opt_in'))
        self.assertEqual(str(row.email_consent_at), '2026-03-01 10:00:00')
        self.take(shopper(1, marketing='UNSUBSCRIBED'))
        self.assertEqual(row.email_consent, 'unsubscribed')

    def test_a_link_chosen_by_a_person_is_noted(self):
        self.take_one()
        other = self.env['res.partner'].create({'name': 'Jane The Right'})
        admin = self.env.ref('base.user_admin')
        self.row().with_user(admin).partner_id = other
        self.assertEqual(self.row().found_by, 'hand')
        self.assertIn(admin.name, self.row().trail_html)
        self.take(shopper(1, firstName='Janet'))
        self.assertEqual(other.name, 'Jane The Right')


class TestAddresses(CustomerCase):
    def under(self, partner):
        return (
            self.env['res.partner'].with_context(active_test=False).search([('parent_id', '=', partner.id)], order='id')
        )

    def test_addresses_become_contacts_under_the_customer(self):
        partner = self.take_one(addresses=[place(1), place(2, address1='2 Side St')])
        self.assertEqual(partner.street, '1 Main St')
        self.assertEqual((partner.child_ids.street, partner.child_ids.type), ('2 Side St', 'other'))
        self.assertEqual(self.row().address_ids.mapped('is_default'), [True, False])

    def test_identical_ones_are_used_again(self):
        sale = self.bring_one(shippingAddress=address(address1='2 Side St'))
        partner = self.take_one(addresses=[place(1), place(2, address1='2  SIDE st')])
        self.assertEqual(sale.partner_id, partner)
        self.assertEqual(partner.child_ids, sale.partner_shipping_id)

    def test_an_address_that_nothing_uses_is_changed_in_its_place(self):
        partner = self.take_one(phone='+15185550123', addresses=[place(1), place(2, address1='2 Side St')])
        child = partner.child_ids
        later = [place(1, zip='12208'), place(2, address1='3 Side St')]
        self.take(shopper(1, phone='+15185550123', addresses=later))
        self.assertEqual((partner.child_ids, child.street, partner.zip), (child, '3 Side St', '12208'))
        self.assertEqual(partner.phone, '+15185550123')

    def test_another_recipient_of_an_address_is_taken_over_and_later_changes_too(self):
        partner = self.take_one(addresses=[place(1), place(2, address1='2 Side St')])
        child = partner.child_ids
        self.take(shopper(1, addresses=[place(1), place(2, address1='2 Side St', name='Ann Other', company='Acme')]))
        self.assertEqual((child.name, child.company_name), ('Ann Other', 'Acme'))
        self.take(shopper(1, addresses=[place(1), place(2, address1='3 Side St', name='Ann Other', company='Acme')]))
        self.assertEqual((self.under(partner), child.street), (child, '3 Side St'))

    def test_an_address_on_a_document_stays_and_the_new_one_stands_beside_it(self):
        partner = self.take_one(addresses=[place(1), place(2, address1='2 Side St')])
        sale = self.bring_one(shippingAddress=address(address1='2 Side St'))
        self.assertEqual(sale.partner_shipping_id, partner.child_ids)
        self.take(shopper(1, addresses=[place(1), place(2, address1='3 Side St')]))
        self.assertEqual(sale.partner_shipping_id.street, '2 Side St')
        self.assertEqual(self.under(partner).mapped('street'), ['2 Side St', '3 Side St'])

    def test_an_address_that_somebody_has_changed_here_is_left_alone(self):
        partner = self.take_one(addresses=[place(1), place(2, address1='2 Side St')])
        child = partner.child_ids
        child.street = '2 Side Street, back door'
        self.take(shopper(1, addresses=[place(1), place(2, address1='3 Side St')]))
        self.assertEqual(child.street, '2 Side Street, back door')

    def test_an_address_deleted_in_shopify_is_archived(self):
        partner = self.take_one(addresses=[place(1), place(2, address1='2 Side St')])
        child = partner.child_ids
        self.take(shopper(1, addresses=[place(1)]))
        self.assertFalse(child.active)
        self.assertIn('is archived', self.row().trail_html)
        self.take(shopper(1, addresses=[place(1), place(3, address1='2 Side St')]))
        self.assertEqual(len(self.under(partner)), 2)

    def test_a_deleted_address_that_an_order_shows_stays(self):
        partner = self.take_one(addresses=[place(1), place(2, address1='2 Side St')])
        sale = self.bring_one(shippingAddress=address(address1='2 Side St'))
        self.take(shopper(1, addresses=[place(1)]))
        self.assertTrue(sale.partner_shipping_id.active)
        self.assertIn('documents use it', self.row().trail_html)
        self.assertEqual(self.bring_one(number=5, shippingAddress=address(address1='2 Side St')).partner_id, partner)

    def test_an_address_that_an_order_brought_is_not_archived(self):
        sale = self.bring_one(shippingAddress=address(address1='2 Side St'))
        self.take(shopper(1, addresses=[place(1), place(2, address1='2 Side St')]))
        self.assertIn(sale.partner_shipping_id, self.row().address_ids.partner_id)
        self.take(shopper(1, addresses=[place(1)]))
        self.assertTrue(sale.partner_shipping_id.active)

    def test_an_address_that_a_person_made_is_not_archived(self):
        partner = self.take_one(addresses=[place(1)])
        values = {name: partner[name] for name in ('name', 'city', 'zip')}
        child = self.env['res.partner'].create(
            {**values, 'parent_id': partner.id, 'street': '2 Side St', 'country_id': partner.country_id.id,
             'state_id': partner.state_id.id, 'type': 'other'}
        )  # fmt: skip
        self.take(shopper(1, addresses=[place(1), place(2, address1='2 Side St')]))
        self.assertIn(child, self.row().address_ids.partner_id)
        self.take(shopper(1, addresses=[place(1)]))
        self.assertTrue(child.active)

    def test_where_nobody_owns_customers_no_address_becomes_a_contact(self):
        known = self.env['res.partner'].create({'name': 'J. Known', 'email': 'jane1@example.com'})
        self.owned_by('none')
        self.take_one(addresses=[place(1), place(2, address1='2 Side St')])
        self.assertFalse(known.street or known.child_ids)

    def test_where_odoo_owns_customers_no_address_is_archived(self):
        child = self.take_one(addresses=[place(1), place(2, address1='2 Side St')]).child_ids
        self.owned_by('odoo')
        self.take(shopper(1, addresses=[place(1)]))
        self.assertTrue(child.active)

    def test_a_contact_that_a_person_chooses_gets_the_addresses_and_the_one_before_keeps_its_own(self):
        places = [place(1), place(2, address1='2 Side St')]
        child = self.take_one(addresses=places).child_ids
        other = self.env['res.partner'].create({'name': 'Jane The Right'})
        self.row().with_user(self.env.ref('base.user_admin')).partner_id = other
        self.assertFalse(self.row().address_ids)
        self.take(shopper(1, addresses=places))
        self.assertEqual((other.street, other.child_ids.street), ('1 Main St', '2 Side St'))
        self.take(shopper(1, addresses=[place(1)]))
        self.assertTrue(child.active)

    def test_a_contact_without_an_address_gets_the_default_one(self):
        known = self.env['res.partner'].create({'name': 'J. Known', 'email': 'jane1@example.com'})
        self.take_one(addresses=[place(1)])
        self.assertEqual((known.street, len(known.child_ids)), ('1 Main St', 0))

    def test_what_odoo_has_no_name_for_is_kept_and_found(self):
        self.take_one(addresses=[place(1, countryCodeV2='XK', provinceCode='P9', province='Nowhere')])
        found = self.env['shopify.customer'].search([('address_ids.unresolved', '!=', False)])
        self.assertEqual(found.address_ids.unresolved, 'XK' if not found.partner_id.country_id else 'Nowhere')
        self.assertEqual(found.address_ids.content['state_name'], 'Nowhere')

    def test_a_state_is_one_of_its_country(self):
        partner = self.take_one(addresses=[place(1, countryCodeV2='IT', provinceCode='CA', province='Cagliari')])
        self.assertEqual(partner.state_id.country_id.code, 'IT')


class TestCompanies(CustomerCase):
    def test_a_company_in_the_address_gets_the_person_under_it(self):
        partner = self.take_one(addresses=[place(1, company='Acme Ltd.')])
        company = partner.parent_id
        self.assertEqual((company.name, company.is_company, company.street), ('Acme Ltd.', True, '1 Main St'))
        self.assertEqual((partner.name, partner.is_company, partner.street), ('Jane Doe', False, '1 Main St'))
        self.assertFalse(partner.child_ids)
        self.assertIn('Acme Ltd.', self.row().trail_html)

    def test_colleagues_share_their_company(self):
        one = self.take_one(1, addresses=[place(1, company='Acme Ltd.')])
        other = self.take_one(2, firstName='John', addresses=[place(2, company='ACME  ltd.')])
        self.assertEqual(one.parent_id, other.parent_id)
        self.assertIn('its address', self.row(2).trail_html)

    def test_a_name_alone_leads_to_no_company(self):
        known = self.env['res.partner'].create({'name': 'Acme Ltd.', 'is_company': True, 'zip': '99999'})
        self.assertNotEqual(self.take_one(addresses=[place(1, company='Acme Ltd.')]).parent_id, known)

    def test_the_name_and_the_mail_domain_lead_to_a_company(self):
        known = self.env['res.partner'].create({'name': 'Acme Ltd.', 'is_company': True, 'email': 'info@acme.example'})
        partner = self.take_one(email='jane@acme.example', addresses=[place(1, company='Acme Ltd.')])
        self.assertEqual(partner.parent_id, known)
        self.assertFalse(known.street, "The company's address is not the person's.")

    def test_a_store_from_before_keeps_the_company_as_text(self):
        self.backend.customer_companies = 'text'
        partner = self.take_one(addresses=[place(1, company='Acme Ltd.')])
        self.assertEqual((partner.company_name, partner.parent_id.id), ('Acme Ltd.', False))

    def test_an_order_uses_the_address_of_the_person_under_the_company(self):
        ours = address(company='Acme Ltd.')
        partner = self.take_one(addresses=[place(1, company='Acme Ltd.')])
        sale = self.bring(order(1, billingAddress=ours, shippingAddress=ours)).sale_order_id
        self.assertEqual((sale.partner_id, sale.partner_invoice_id, sale.partner_shipping_id), (partner,) * 3)


class TestMore(CustomerCase):
    def tagged(self, partner):
        return sorted(partner.category_id.mapped('name'))

    def test_tags_that_odoo_knows_are_put_on_the_contact(self):
        self.env['res.partner.category'].create([{'name': 'Vip'}, {'name': 'By hand'}])
        partner = self.take_one(tags=['VIP', 'newsletter'])
        self.assertEqual(self.tagged(partner), ['Vip'])
        self.assertFalse(self.env['res.partner.category'].search([('name', '=', 'newsletter')]))

    def test_all_tags_are_made_where_the_store_wants_them(self):
        self.backend.customer_tags = 'create'
        one, other = self.take_one(1, tags=['VIP', 'vip', '100%']), self.take_one(2, tags=['100%'])
        self.assertEqual((self.tagged(one), self.tagged(other)), (['100%', 'VIP'], ['100%']))
        self.assertEqual(self.env['res.partner.category'].search_count([('name', '=', '100%')]), 1)

    def test_a_tag_taken_away_in_the_shop_goes_and_those_of_people_stay(self):
        self.backend.customer_tags = 'create'
        partner = self.take_one(tags=['VIP', 'old'])
        partner.category_id |= self.env['res.partner.category'].create({'name': 'By hand'})
        self.take(shopper(1, tags=['VIP', 'new']))
        self.assertEqual(self.tagged(partner), ['By hand', 'VIP', 'new'])

    def test_a_store_from_before_puts_no_tags_on_contacts(self):
        self.backend.customer_tags = 'none'
        self.env['res.partner.category'].create({'name': 'VIP'})
        self.assertFalse(self.take_one(tags=['VIP']).category_id)
        self.assertEqual(self.row().tags, 'VIP')

    def test_an_exemption_gives_the_fiscal_position_that_it_is_mapped_to(self):
        partner = self.take_one(taxExemptions=['EU_REVERSE_CHARGE_EXEMPTION_RULE'])
        self.assertFalse(partner.property_account_position_id)
        mapping = self.env['shopify.exemption.mapping'].search([('backend_id', '=', self.backend.id)])
        self.assertEqual(mapping.code, 'EU_REVERSE_CHARGE_EXEMPTION_RULE')
        position = self.env['account.fiscal.position'].create({'name': 'Reverse charge'})
        mapping.fiscal_position_id = position
        task = self.env['shopify.task'].search([('kind', '=', 'customer'), ('state', '=', 'pending')])
        self.assertEqual(task.key, self.row().gid)
        self.take(shopper(1, taxExemptions=['EU_REVERSE_CHARGE_EXEMPTION_RULE']))
        self.assertEqual(partner.property_account_position_id, position)
        self.take(shopper(1))
        self.assertFalse(partner.property_account_position_id)

    def test_a_fiscal_position_that_a_person_has_chosen_stays(self):
        mine, position = self.env['account.fiscal.position'].create([{'name': 'Mine'}, {'name': 'Exempt'}])
        self.env['shopify.exemption.mapping'].create(
            {'backend_id': self.backend.id, 'code': 'TAX_EXEMPT', 'fiscal_position_id': position.id}
        )
        partner = self.take_one()
        partner.property_account_position_id = mine
        self.take(shopper(1, taxExempt=True))
        self.assertEqual(partner.property_account_position_id, mine)

    def test_what_odoo_does_not_take_is_told_and_holds_up_nothing(self):
        self.take_one()
        sync = self.backend.env['shopify.sync.customer']
        batch = sync._find_batch(self.backend, [shopper(1, note='x')], True)
        partner = self.row().partner_id
        sync._write_or_tell(batch, partner, self.row(), {'parent_id': partner.id, 'ref': 'R-1'})
        self.assertEqual(self.row().partner_id.ref, 'R-1')
        self.assertEqual(len(batch.problems[self.row().id]), 1)

    def test_a_tax_number_comes_from_the_metafield_that_the_store_names(self):
        self.backend.customer_vat_metafield = 'custom.vat_number'
        number = {'vatNumber': {'type': 'single_line_text_field', 'value': 'US123456789'}}
        self.assertEqual(self.take_one(**number).vat, 'US123456789')
        person = self.take_one(2, addresses=[place(2, company='Acme Ltd.')], **number)
        self.assertEqual(person.parent_id.vat, 'US123456789')
        self.take(shopper(1, vatNumber={'type': 'single_line_text_field', 'value': 'US987654321'}))
        self.assertEqual(self.row().partner_id.vat, 'US123456789')
        with self.assertRaises(ValidationError):
            self.backend.customer_vat_metafield = 'vat number'

    def test_a_tax_number_that_is_wrong_is_told_and_kept_out(self):
        self.backend.customer_vat_metafield = 'custom.vat_number'

        with patch.object(self.registry['res.partner'], 'write', self._refusing('vat')):
            partner = self.take_one(vatNumber={'type': 'single_line_text_field', 'value': 'nonsense'})
        self.assertFalse(partner.vat)
        self.assertIn('nonsense', self.row().problem)
        self.take(shopper(1))
        self.assertFalse(self.row().problem)

    def _refusing(self, name):
        real = self.registry['res.partner'].write

        def write(records, vals):
            if name in vals:
                raise ValidationError("No tax number looks like this.")
            return real(records, vals)

        return write


class TestEnds(CustomerCase):
    def merge(self, kept, gone):
        self.backend.env['shopify.sync.customer']._merge(
            self.backend, f'gid://shopify/Customer/{kept}', f'gid://shopify/Customer/{gone}'
        )

    def test_a_deleted_customer_keeps_the_contact(self):
        partner = self.take_one()
        self.backend.env['shopify.sync.customer']._note_deleted(self.backend, [self.row().gid])
        self.assertTrue(self.row().deleted_at)
        self.assertTrue(partner.active)
        self.assertIn('The contact stays', self.row().trail_html)

    def test_of_two_merged_customers_both_contacts_stay(self):
        one, other = self.take_one(1), self.take_one(2, firstName='John')
        self.merge(1, 2)
        self.assertEqual(self.row(2).merged_into_id, self.row(1))
        self.assertTrue(one.active and other.active)
        self.assertIn(other.display_name, self.row(1).trail_html)
        self.merge(1, 2)
        self.assertEqual(self.row(1).trail_html.count(other.display_name), 1)

    def test_a_customer_merged_into_an_unknown_one_hands_the_contact_on(self):
        other = self.take_one(2)
        self.merge(1, 2)
        self.assertEqual((self.row(1).partner_id, self.row(1).found_by), (other, 'merged'))
        self.assertEqual(self.bring_one().partner_id, other)

    def test_contacts_merged_in_odoo_take_their_customers_along(self):
        one, other = self.take_one(1), self.take_one(2)
        self.env['base.partner.merge.automatic.wizard'].create({})._merge((one | other).ids, one)
        self.assertEqual((self.row(1).partner_id, self.row(2).partner_id), (one, one))

    def test_a_deleted_contact_is_found_or_made_anew(self):
        self.take_one().unlink()
        self.assertFalse(self.row())
        self.assertTrue(self.bring_one().partner_id)


class TestImport(CustomerCase):
    def bring_all(self, *payloads, dry=False):
        return self.backend.env['shopify.sync.customer']._import_bring(self.backend, list(payloads), dry=dry)

    def test_an_import_says_what_became_of_each(self):
        self.env['res.partner'].create({'name': 'J. Known', 'email': 'jane2@example.com'})
        self.take(shopper(3), shopper(4))
        bad = {**shopper(5), 'createdAt': 'nonsense'}
        rows = self.bring_all(shopper(1), shopper(2), shopper(3), shopper(4, firstName='Janet'), bad)
        self.assertEqual([row['outcome'] for row in rows], ['create', 'link', 'same', 'change', 'problem'])
        self.assertIn('jane2@example.com', rows[1]['sentence'])
        self.assertEqual([row['customer_is_new'] for row in rows], [True, False, False, False, False])
        task = self.env['shopify.task'].search([('kind', '=', 'customer')])
        self.assertEqual((task.key, task.state), (bad['id'], 'pending'))

    def test_a_result_that_is_older_than_what_odoo_knows_changes_nothing(self):
        partner = self.take_one()
        rows = self.bring_all(shopper(1, firstName='Old', updatedAt='2026-01-01T00:00:00Z'))
        self.assertEqual((rows[0]['outcome'], partner.name), ('same', 'Jane Doe'))

    def test_many_customers_cost_few_queries_each(self):
        first = [shopper(number, addresses=[place(number)]) for number in range(100, 200)]
        second = [shopper(number, addresses=[place(number)]) for number in range(200, 300)]
        self.bring_all(*first)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.bring_all(*second)
        self.env.flush_all()
        self.assertLess((self.env.cr.sql_log_count - before) / len(second), 6)
        before = self.env.cr.sql_log_count
        self.bring_all(*second)
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 25)
