"""Privacy requests: what is kept is shown, downloaded and erased; books stay whole."""

import base64
import json
from unittest.mock import patch

from odoo.addons.shopify_connector.wizards import shopify_customer_privacy
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user

from tests.integration.test_customers import CustomerCase
from tests.support.customers import place, shopper
from tests.support.orders import address, order


class TestPrivacy(CustomerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, 'privacy', 'shopify_connector.group_shopify_manager')
        cls.user = new_test_user(cls.env, 'shopper', 'shopify_connector.group_shopify_user')

    def request(self, topic='customers/redact', key='gid://shopify/Customer/1'):
        task = self.env['shopify.task']._add(self.backend, 'privacy', [key])
        task.topic = topic
        self.backend.env['shopify.sync.customer']._handle_privacy(self.backend, task)
        return task

    def act(self, task, user=None):
        action = task.with_user(user or self.manager).action_privacy()
        return self.env['shopify.customer.privacy'].with_user(user or self.manager).browse(action.get('res_id'))

    def test_a_request_waits_for_a_person(self):
        self.take_one()
        task = self.request()
        self.assertEqual((task.state, task.error_code), ('failed', 'privacy'))
        self.assertIn('30 days', task.message)

    def test_a_request_about_somebody_unknown_is_settled(self):
        self.assertEqual(self.request().state, 'done')

    def test_a_customer_is_erased(self):
        partner = self.take_one(phone='+15185550123', addresses=[place(1), place(2, address1='2 Side St')], note='Tea')
        child, task = partner.child_ids, self.request()
        self.act(task).action_erase()
        row = self.row()
        self.assertEqual(task.state, 'done')
        self.assertFalse(
            any([partner.email, partner.phone, partner.street, partner.comment, partner.active, child.street])
        )
        self.assertIn('Erased customer', partner.name)
        self.assertFalse(any([row.name, row.email, row.note, row.agreed, row.address_ids]))
        self.assertTrue(row.redacted_at)

    def test_who_was_erased_does_not_come_back(self):
        partner = self.take_one()
        self.row()._erase()
        self.assertEqual(self.take(shopper(1, firstName='Janet')), {self.row().gid: 'skip'})
        self.assertNotIn('Janet', partner.name)
        self.assertFalse(self.row().name)

    def test_books_keep_the_name_and_the_address(self):
        sale = self.bring_one()
        partner = sale.partner_id
        sale._create_invoices().action_post()
        wizard = self.act(self.request())
        self.assertIn('books', wizard.summary)
        wizard.action_erase()
        self.assertEqual((partner.name, partner.street), ('Jane Doe', '1 Main St'))
        self.assertFalse(partner.email)
        self.assertNotIn('jane1@example.com', str(sale.shopify_binding_ids.trail))

    def test_books_keep_whoever_stands_under_a_company(self):
        ours = address(company='Acme Ltd.')
        partner = self.take_one(addresses=[place(1, company='Acme Ltd.')])
        sale = self.bring_one(billingAddress=ours, shippingAddress=address(address1='2 Side St'))
        place_to = sale.partner_shipping_id
        self.assertEqual((sale.partner_invoice_id, place_to.parent_id), (partner, partner))
        sale._create_invoices().action_post()
        wizard = self.act(self.request())
        self.assertIn('books', wizard.summary)
        wizard.action_erase()
        self.assertEqual((partner.name, place_to.street), ('Jane Doe', '2 Side St'))
        self.assertFalse(partner.email)

    def test_an_order_of_a_company_is_a_persons_whom_it_names(self):
        sale = self.bring_one(note='Ring twice')
        company = self.env['res.partner'].create({'name': 'Acme', 'is_company': True})
        person = sale.partner_id
        sale.write({'partner_id': company.id, 'partner_invoice_id': person.id, 'partner_shipping_id': company.id})
        binding = sale.shopify_binding_ids
        binding.note = 'Ring twice'
        wizard = self.act(self.request())
        self.assertEqual(json.loads(base64.b64decode(wizard.data))['orders'][0][0], sale.name)
        wizard.action_erase()
        self.assertFalse(binding.note)

    def test_who_has_a_user_or_is_another_customer_under_the_contact_is_somebody_else(self):
        partner = self.take_one()
        other = self.take_one(2, firstName='John')
        values = {'name': 'Joe', 'parent_id': partner.id, 'type': 'contact', 'email': 'joe@example.com'}
        portal = self.env['res.partner'].create(values)
        new_test_user(self.env, 'joe', 'base.group_portal', partner_id=portal.id)
        under = portal.create({**values, 'parent_id': portal.id, 'type': 'other', 'street': '9 Low St'})
        other.parent_id = partner
        self.row()._erase()
        self.assertFalse(partner.active or partner.email)
        self.assertTrue(portal.active and portal.email and under.active and under.street)
        self.assertEqual((other.active, other.email), (True, 'jane2@example.com'))

    def test_a_contact_that_odoo_had_stays_when_two_of_its_customers_became_one(self):
        known = self.env['res.partner'].create({'name': 'J. Known', 'email': 'jane2@example.com'})
        self.take(shopper(2))
        self.backend.env['shopify.sync.customer']._merge(self.backend, *(f'gid://shopify/Customer/{n}' for n in (1, 2)))
        self.assertEqual(self.row(1).found_by, 'email')
        self.row(2)._erase()
        self.row(1)._erase()
        self.assertEqual((known.email, known.active), ('jane2@example.com', True))

    def test_a_contact_that_odoo_had_is_erased_only_when_asked(self):
        known = self.env['res.partner'].create({'name': 'J. Known', 'email': 'jane1@example.com'})
        self.take_one()
        wizard = self.act(self.request())
        self.assertFalse(wizard.erase_contact)
        wizard.action_erase()
        self.assertEqual(known.email, 'jane1@example.com')
        self.assertTrue(self.row().redacted_at)

    def test_the_data_of_a_request_is_downloaded_and_the_request_settled(self):
        self.take_one(phone='+15185550123')
        sale = self.bring(order(1)).sale_order_id
        task = self.request('customers/data_request')
        wizard = self.act(task)
        kept = json.loads(base64.b64decode(wizard.data))
        self.assertEqual(kept['contact'][0]['email'], 'jane1@example.com')
        self.assertEqual(kept['orders'][0][0], sale.name)
        self.assertIn(f'/{wizard.id}/data', wizard.action_download()['url'])
        wizard.action_answered()
        self.assertEqual(task.state, 'done')

    def test_all_customers_of_a_store_are_erased_by_the_lane(self):
        self.take(shopper(1), shopper(2))
        self.act(self.request('shop/redact', 'shop/redact')).action_erase()
        tasks = self.env['shopify.task'].search([('kind', '=', 'privacy'), ('state', '=', 'pending')])
        self.assertEqual(len(tasks), 2)
        self.backend.env['shopify.sync.customer']._handle_privacy(self.backend, tasks)
        self.assertTrue(self.row(1).redacted_at and self.row(2).redacted_at)

    def test_a_request_that_names_nobody_erases_nobody(self):
        self.take(shopper(1))
        task = self.request('customers/redact', 'customers/redact')
        self.assertEqual((task.state, task.error_code), ('failed', 'privacy'))
        self.assertIn('did not say which customer', task.message)
        with self.assertRaisesRegex(UserError, 'did not say which customer'):
            task.action_privacy()
        self.assertFalse(self.row(1).redacted_at)

    def test_one_who_cannot_be_erased_holds_up_no_other(self):
        self.take(shopper(1), shopper(2))
        self.act(self.request('shop/redact', 'shop/redact')).action_erase()
        tasks = self.env['shopify.task'].search([('kind', '=', 'privacy'), ('state', '=', 'pending')])
        bad, real = self.row(1), type(self.row())._erase_orders

        def erase_orders(customer):
            if customer == bad:
                raise ValidationError("Not this one.")
            return real(customer)

        with patch.object(type(bad), '_erase_orders', erase_orders):
            self.backend.env['shopify.sync.customer']._handle_privacy(self.backend, tasks)
        self.assertTrue(self.row(2).redacted_at and not bad.redacted_at)
        left = tasks.filtered(lambda task: task.state == 'pending')
        self.assertEqual((left.key, left.message), (f'erase:{bad.id}', 'Not this one.'))

    def test_all_customers_of_a_store_that_is_disconnected_are_erased_at_once(self):
        self.take(shopper(1), shopper(2))
        task = self.request('shop/redact', 'shop/redact')
        self.backend.state = 'draft'
        wizard = self.act(task)
        with patch.object(shopify_customer_privacy, '_AT_ONCE', 1):
            self.assertEqual(wizard.action_erase()['res_id'], wizard.id)
            self.assertEqual((task.state, bool(self.row(1).redacted_at), bool(self.row(2).redacted_at)),
                             ('failed', True, False))  # fmt: skip
            self.assertNotIn('res_id', wizard.action_erase())
        self.assertTrue(self.row(2).redacted_at)
        self.assertEqual(task.state, 'done')
        self.assertFalse(self.env['shopify.task'].search([('key', '=like', 'erase:%')]))

    def test_only_managers_act(self):
        self.take_one()
        with self.assertRaises(AccessError):
            self.act(self.request(), self.user)

    def test_a_person_of_a_company_leaves_the_company_whole(self):
        partner = self.take_one(addresses=[place(1, company='Acme Ltd.')])
        company = partner.parent_id
        self.row()._erase()
        self.assertEqual((company.street, company.name, company.active), ('1 Main St', 'Acme Ltd.', True))
        self.assertFalse(partner.active or partner.email)


class TestRoles(CustomerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, 'chief', 'shopify_connector.group_shopify_manager')
        cls.user = new_test_user(cls.env, 'shopper', 'shopify_connector.group_shopify_user')
        cls.seller = new_test_user(cls.env, 'seller', 'sales_team.group_sale_salesman,base.group_partner_manager')

    def test_people_without_a_role_work_on_contacts_and_see_no_customers(self):
        partner = self.take_one(addresses=[place(1), place(2, address1='2 Side St')]).with_user(self.seller)
        self.env['shopify.owner'].search([('group', '=', 'customer')]).owner = 'odoo'
        self.env.registry.clear_cache()
        partner.name = 'Changed By Seller'
        partner.web_read({'name': {}, 'category_id': {}})
        self.env.cr.flush()
        for model in (
            'shopify.customer',
            'shopify.customer.address',
            'shopify.customer.export',
            'shopify.exemption.mapping',
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.seller).search([])
        with self.assertRaises(AccessError):
            partner.shopify_customer_ids.mapped('gid')
        view = partner.get_view(self.env.ref('base.view_partner_form').id, 'form')
        self.assertNotIn('shopify_customer_ids', view['arch'])

    def test_a_shop_user_sees_customers_and_reads_them_again_but_changes_nothing(self):
        self.take_one()
        row = self.row().with_user(self.user)
        self.assertTrue(row.trail_html and row.partner_id.shopify_customer_count)
        row.action_refresh()
        self.assertTrue(self.env['shopify.task'].search([('kind', '=', 'customer'), ('key', '=', row.gid)]))
        with self.assertRaises(AccessError):
            row.partner_id = self.env.user.partner_id

    def test_a_manager_chooses_another_contact_and_nothing_else_by_hand(self):
        self.take_one()
        other = self.env['res.partner'].create({'name': 'Other'})
        self.row().with_user(self.manager).partner_id = other
        self.assertEqual(self.row().found_by, 'hand')

    def test_another_company_sees_none_of_it(self):
        company = self.env['res.company'].create({'name': 'Other'})
        stranger = new_test_user(
            self.env, 'stranger', 'shopify_connector.group_shopify_manager', company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )  # fmt: skip
        partner = self.take_one(addresses=[place(1)])
        for model in ('shopify.customer', 'shopify.customer.address', 'shopify.exemption.mapping'):
            self.assertFalse(self.env[model].with_user(stranger).search([]))
        self.env.invalidate_all()
        self.assertEqual(partner.with_user(stranger).shopify_customer_count, 0)
        self.assertFalse(partner.with_user(stranger).shopify_customer_ids)

    def test_a_manager_of_another_company_is_shown_and_erases_nothing_of_a_customer(self):
        company = self.env['res.company'].create({'name': 'Other'})
        stranger = new_test_user(
            self.env, 'stranger2', 'shopify_connector.group_shopify_manager', company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )  # fmt: skip
        partner = self.take_one()
        store = self.env['shopify.backend'].create(
            {'name': 'Other', 'shop_domain': 'other.myshopify.com', 'company_id': company.id}
        )
        wizard = self.env['shopify.customer.privacy'].create({'backend_id': store.id, 'customer_id': self.row().id})
        self.env.flush_all()
        self.env.cr.execute("UPDATE shopify_customer_privacy SET create_uid = %s", [stranger.id])
        self.env.invalidate_all()
        for name in ('data', 'summary'):
            with self.subTest(name), self.assertRaises(AccessError):
                wizard.with_user(stranger)[name]
        with self.assertRaises(AccessError):
            wizard.with_user(stranger).action_erase()
        self.assertTrue(partner.active)


class TestMigration(CustomerCase):
    def test_links_of_before_move_and_stores_go_on_as_they_did(self):
        jane = self.env['res.partner'].create({'name': 'Jane', 'email': 'jane1@example.com'})
        company = self.env['res.partner'].create({'name': 'Acme', 'is_company': True})
        links = self.env['shopify.binding']
        for gid, partner in (('gid://shopify/Customer/1', jane), ('gid://shopify/Company/2', company)):
            links.create({'backend_id': self.backend.id, 'gid': gid, 'res_model': 'res.partner', 'res_id': partner.id})
        links.create({'backend_id': self.backend.id, 'gid': 'gid://shopify/Customer/9', 'res_model': 'res.partner',
                      'res_id': 10**8})  # fmt: skip
        self.env.flush_all()
        self.migrate()
        row = self.row()
        self.assertEqual((row.partner_id, row.found_by, row.email), (jane, 'before', 'jane1@example.com'))
        self.assertIn('Jane', row.trail_html)
        self.assertEqual(
            links.search([('backend_id', '=', self.backend.id)]).mapped('gid'), ['gid://shopify/Company/2']
        )
        ids = links._get_ids(self.backend, 'res.partner', ['gid://shopify/Customer/1', 'gid://shopify/Company/2'])
        self.assertEqual(ids, {'gid://shopify/Customer/1': jane.id, 'gid://shopify/Company/2': company.id})
        self.assertEqual((self.backend.customer_companies, self.backend.customer_tags), ('text', 'none'))
        self.take(shopper(1, firstName='Janet', phone='+15185550123'))
        self.assertEqual((jane.name, jane.phone), ('Jane', '+15185550123'))

    def migrate(self):
        import importlib.util
        from pathlib import Path

        import odoo.addons.shopify_connector as addon

        path = Path(addon.__path__[0]) / 'migrations' / '19.0.1.3.0' / 'post-customers.py'
        spec = importlib.util.spec_from_file_location('post_customers', path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, '19.0.1.2.0')
        self.env.invalidate_all()
