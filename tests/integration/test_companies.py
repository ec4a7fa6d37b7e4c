from unittest.mock import patch

from odoo.tests import new_test_user

from tests.integration.simulated import SimulatedCase

BERLIN = {'address1': 'Allee 1', 'city': 'Berlin', 'zip': '10115', 'country': 'DE'}
GIVEN = {
    'name': 'Acme Wholesale',
    'external_id': 'ACME-1',
    'note': 'Pays late',
    'locations': [
        {'name': 'Acme Berlin', 'vat': 'DE123456788', 'shipping_address': BERLIN, 'billing_address': BERLIN},
        {'name': 'Acme Hamburg', 'shipping_address': {**BERLIN, 'city': 'Hamburg', 'zip': '20095'}},
    ],
    'contacts': [{'email': 'buyer@acme.example', 'first_name': 'Bo', 'last_name': 'Buyer', 'title': 'Purchasing'}],
}


ASKED = """
query($id: ID!) {
  company(id: $id) {
    contacts(first: 1) { nodes { id } }
    contactRoles(first: 1) { nodes { id } }
    locations(first: 50) { nodes { id } }
  }
}
"""
ASSIGN = """
mutation($id: ID!, $roles: [CompanyContactRoleAssign!]!) {
  companyContactAssignRoles(companyContactId: $id, rolesToAssign: $roles) { userErrors { message } }
}
"""


class TestCompanies(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store()

    def told(self, **body):
        return self.simulator.post(f'/shops/{self.backend.shop_domain}/companies', **body)

    def read_all(self):
        self.backend.action_read_companies()
        self.run_lane(self.backend, 'catalogue')

    def company(self, name='Acme Wholesale'):
        return self.env['shopify.company'].search([('backend_id', '=', self.backend.id), ('name', '=', name)])

    def brought(self, **changes):
        self.told(**{**GIVEN, **changes})
        self.read_all()
        return self.company(changes.get('name', GIVEN['name']))

    def test_a_company_comes_with_its_locations_and_people(self):
        company = self.brought()
        partner = company.partner_id
        self.assertEqual((partner.name, partner.is_company, partner.ref), ('Acme Wholesale', True, 'ACME-1'))
        self.assertEqual(company.location_ids.mapped('name'), ['Acme Berlin', 'Acme Hamburg'])
        self.assertEqual(company.location_ids.partner_id.parent_id, partner)
        self.assertEqual(company.location_ids.partner_id.mapped('city'), ['Berlin', 'Hamburg'])
        self.assertEqual(company.location_ids[0].tax_registration, 'DE123456788')
        person = company.contact_ids.partner_id
        self.assertEqual((person.email, person.parent_id, person.function), ('buyer@acme.example', partner, 'Purchasing'))
        self.assertTrue(company.contact_ids.roles)
        self.assertIn('was created', company.message)

    def test_a_second_reading_writes_nothing(self):
        company = self.brought()
        records = company | self.env['shopify.company']
        before = (company.write_date, company.location_ids.mapped('write_date'), self.env['res.partner'].search_count([]))
        self.read_all()
        self.assertEqual(len(records), 1)
        after = (company.write_date, company.location_ids.mapped('write_date'), self.env['res.partner'].search_count([]))
        self.assertEqual(after, before)

    def test_a_company_that_odoo_has_is_found_by_its_reference_and_keeps_its_name(self):
        known = self.env['res.partner'].create({'name': 'ACME GmbH', 'is_company': True, 'ref': 'ACME-1'})
        company = self.brought()
        self.assertEqual(company.partner_id, known)
        self.assertEqual(known.name, 'ACME GmbH')

    def test_an_order_of_the_company_goes_to_the_same_contact(self):
        company = self.brought()
        given = {'id': company.gid, 'name': 'Acme Wholesale'}
        links = self.env['shopify.binding']._get_ids(self.backend, 'res.partner', [given['id']])
        self.assertEqual(links, {company.gid: company.partner_id.id})

    def test_a_location_that_is_gone_is_noted_and_its_contact_stays(self):
        company = self.brought()
        gid, partner = company.location_ids[1].gid, company.location_ids[1].partner_id
        self.env['shopify.task']._add(self.backend, 'company', ['gid://shopify/CompanyLocation/987654'], source='webhook')
        company.location_ids[1].gid = 'gid://shopify/CompanyLocation/987654'
        self.run_lane(self.backend, 'catalogue')
        gone = self.env['shopify.company.location'].search([('gid', '=', 'gid://shopify/CompanyLocation/987654')])
        self.assertTrue(gone.deleted_at)
        self.assertTrue(partner.exists().active)
        self.assertNotEqual(gid, gone.gid)

    def test_a_company_deleted_in_shopify_keeps_its_contact(self):
        company = self.brought()
        partner = company.partner_id
        self.told(id=company.gid, delete=True)
        self.ring(self.backend, 'company', company.gid)
        self.assertTrue(company.deleted_at)
        self.assertTrue(partner.exists().active)

    def test_a_change_in_shopify_follows(self):
        company = self.brought()
        self.told(id=company.gid, name='Acme Trading')
        self.ring(self.backend, 'company', company.gid)
        self.assertEqual(company.name, 'Acme Trading')
        self.assertEqual(company.partner_id.name, 'Acme Wholesale', "the name of a contact that exists stays")

    def test_a_company_that_nobody_asked_for_and_that_never_ordered_is_left_alone(self):
        gid = self.told(**GIVEN)['id']
        contacts = self.env['res.partner'].search_count([])
        self.assertEqual(self.ring(self.backend, 'company', gid).state, 'done')
        self.assertFalse(self.company())
        self.assertEqual(self.env['res.partner'].search_count([]), contacts)
        self.backend.customer_policy = 'all'
        self.ring(self.backend, 'company', gid)
        self.assertTrue(self.company().partner_id)

    def test_companies_that_a_person_reads_come_although_a_webhook_told_of_them_first(self):
        gid = self.told(**GIVEN)['id']
        self.env['shopify.task']._add(self.backend, 'company', [gid], source='webhook')
        self.read_all()
        self.assertTrue(self.company().partner_id)

    def test_a_person_whom_odoo_refuses_fails_no_other_company(self):
        one = self.told(**GIVEN)['id']
        other = self.told(name='Globex', contacts=[{'email': 'bad@globex.example', 'last_name': 'Bad'}])['id']
        customers = type(self.env['shopify.sync.customer'])
        resolve = customers._resolve

        def refuse(records, backend, needs):
            if any(need.email == 'bad@globex.example' for need in needs.values()):
                raise ValueError("No such person")
            return resolve(records, backend, needs)

        tasks = self.env['shopify.task']._add(self.backend, 'company', [one, other], source='user')
        with patch.object(customers, '_resolve', refuse), self.assertLogs('odoo.addons.shopify_connector', 'ERROR'):
            self.run_lane(self.backend, 'catalogue')
        self.assertTrue(self.company().partner_id)
        self.assertEqual(tasks.mapped('state'), ['done', 'pending'])

    def test_contacts_merged_in_odoo_take_their_company_along(self):
        company = self.brought()
        mine = self.env['res.partner'].create({'name': 'ACME', 'is_company': True})
        place = self.env['res.partner'].create({'name': 'ACME Berlin', 'parent_id': company.partner_id.id})
        wizard = self.env['base.partner.merge.automatic.wizard'].create({})
        location = company.location_ids[0]
        wizard._merge((location.partner_id | place).ids, place)
        wizard._merge((company.partner_id | mine).ids, mine)
        self.env.invalidate_all()
        self.assertEqual((company.partner_id, location.partner_id), (mine, place))

    def test_many_contacts_and_locations_are_read_whole(self):
        people = [{'email': f'p{number}@acme.example', 'first_name': f'P{number}', 'last_name': 'X'} for number in range(14)]
        places = [{'name': f'Place {number:02}', 'shipping_address': BERLIN} for number in range(13)]
        company = self.brought(contacts=people, locations=places)
        self.assertEqual((company.contact_count, company.location_count), (14, 13))

    def test_the_roles_of_somebody_who_buys_for_many_locations_are_read_whole(self):
        company = self.brought(locations=[{'name': f'Place {number:02}'} for number in range(13)])
        client = self.backend._get_client('catalogue')
        found = client.query(ASKED, {'id': company.gid})['company']
        buyer, role, *places = (node['id'] for part in found.values() for node in part['nodes'])
        roles = [{'companyContactRoleId': role, 'companyLocationId': place} for place in places[1:]]
        self.assertFalse(client.mutate(ASSIGN, {'id': buyer, 'roles': roles})['companyContactAssignRoles']['userErrors'])
        self.read_all()
        self.assertEqual(company.contact_ids.roles.count('Place'), 13)

    def test_another_company_of_odoo_sees_nothing_of_it(self):
        self.brought()
        other = self.env['res.company'].create({'name': 'Another Company'})
        user = new_test_user(
            self.env,
            'co_other',
            groups='shopify_connector.group_shopify_manager',
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in ('shopify.company', 'shopify.company.location', 'shopify.company.contact'):
            self.assertFalse(self.env[model].with_user(user).search([]))
