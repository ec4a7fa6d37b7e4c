from tests.integration.simulated import SimulatedCase

NAME = {'first_name': 'Jane', 'last_name': 'Doe', 'email': 'jane@example.com'}
HOME = {'address1': '1 Main St', 'city': 'Boston', 'zip': '02108', 'country': 'US', 'province': 'MA'}
PROTECTED = ['MailingAddress.address1', 'MailingAddress.zip', 'MailingAddress.city', 'MailingAddress.countryCodeV2',
             'MailingAddress.provinceCode', 'MailingAddress.province', 'MailingAddress.name', 'MailingAddress.firstName',
             'MailingAddress.lastName', 'Customer.defaultEmailAddress']  # fmt: skip


class TestWithheld(SimulatedCase):
    """What the app is not approved for comes as null with an error beside the data (Admin API): neither deleted nor blank."""

    def share(self):
        super().share()
        self.backend = self.connected_store(customer_policy='all', deleted_policy='archive')

    def withhold(self, *what):
        self.simulator.settings(self.backend.shop_domain, withheld=list(what))

    def shop(self, path='customers', **body):
        return self.simulator.post(f'/shops/{self.backend.shop_domain}/{path}', **body)

    def check_waiting(self, tasks):
        self.assertEqual(set(tasks.mapped(lambda task: (task.state, task.error_code))), {('pending', 'missing_scope')})
        self.assertIn('not approved', tasks[0].message)
        self.assertEqual(self.backend.state, 'attention')
        self.assertIn('not approved', self.backend.state_message)

    def check_back(self, tasks):
        """Once the app is approved, it goes on by itself."""
        self.withhold()
        tasks.due_at = '2020-01-01'
        self.run_lane(self.backend, tasks[0].lane)
        self.assertEqual(set(tasks.mapped('state')), {'done'}, tasks.mapped('message'))

    def test_a_product_is_not_deleted(self):
        product = self.simulator.get(f'/shops/{self.backend.shop_domain}/state')['products'][0]
        self.ring(self.backend, 'product', product['id'])
        binding = self.env['shopify.product.binding'].search([('gid', '=', product['id'])])
        self.withhold('Product')
        tasks = self.ring(self.backend, 'product', product['id'])
        self.check_waiting(tasks)
        self.assertFalse(binding.deleted_at)
        self.assertTrue(binding.product_tmpl_id.active)
        self.check_back(tasks)

    def test_a_level_does_not_end(self):
        gid = self.simulator.get(f'/shops/{self.backend.shop_domain}/state')['products'][0]['id']
        self.ring(self.backend, 'product', gid)
        binding = self.env['shopify.product.binding'].search([('gid', '=', gid)]).variant_ids[:1]
        levels = self.env['shopify.sync.levels']._ensure(self.backend, binding)
        self.backend.write({'stock_export': True, 'state': 'connected'})
        self.withhold('InventoryItem')
        self.check_waiting(self.ring(self.backend, 'level', binding.inventory_item_gid))
        self.assertTrue(levels)
        self.assertFalse(levels.filtered('ended_at'))

    def test_a_customer_is_not_deleted_and_nothing_of_them_is_blanked(self):
        gid = self.shop(**NAME, addresses=[HOME, {**HOME, 'address1': '2 Side St'}])['id']
        self.ring(self.backend, 'customer', gid)
        row = self.env['shopify.customer'].search([('backend_id', '=', self.backend.id), ('gid', '=', gid)])
        partners = row.partner_id | row.address_ids.partner_id
        self.assertEqual(len(partners), 2)
        fields = ('street', 'zip', 'city', 'email', 'name', 'active')
        before = (partners.read(fields), row.email, row.address_ids.ids)
        for what in (['Customer'], PROTECTED, PROTECTED[:3]):
            with self.subTest(what=what):
                self.withhold(*what)
                tasks = self.ring(self.backend, 'customer', gid)
                self.check_waiting(tasks)
                tasks.unlink()
                self.assertEqual((partners.read(fields), row.email, row.address_ids.ids), before)
                self.assertFalse(row.deleted_at)
        tasks = self.env['shopify.task']._add(self.backend, 'customers_import', [str(self.backend.id)])
        self.run_lane(self.backend, 'catalogue')
        self.check_waiting(tasks)
        self.assertEqual((partners.read(fields), row.email, row.address_ids.ids), before)
        self.check_back(tasks)

    def test_a_company_is_not_deleted_and_keeps_its_address(self):
        place = {'address1': 'Allee 1', 'city': 'Berlin', 'zip': '10115', 'country': 'DE'}
        self.shop('companies', name='Acme', locations=[{'name': 'Berlin', 'shipping_address': place, 'billing_address': place}])
        self.backend.action_read_companies()
        self.run_lane(self.backend, 'catalogue')
        company = self.env['shopify.company'].search([('backend_id', '=', self.backend.id), ('name', '=', 'Acme')])
        location = company.location_ids
        for what in (['Company'], ['CompanyLocation'], ['CompanyAddress.address1', 'CompanyAddress.zip']):
            with self.subTest(what=what):
                self.withhold(*what)
                tasks = self.ring(self.backend, 'company', company.gid, location.gid)
                self.check_waiting(tasks)
                tasks.unlink()
                self.assertFalse(company.deleted_at or location.deleted_at)
                self.assertEqual(location.partner_id.street, 'Allee 1')
