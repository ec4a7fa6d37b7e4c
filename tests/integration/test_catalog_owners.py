"""Whose word counts: the table of a store, the dialog that changes it, and what people decide about single fields."""

import importlib.util
from pathlib import Path

from odoo.exceptions import AccessError, ValidationError

from tests.integration.catalog_case import CatalogCase, product_payload


class OwnerCase(CatalogCase):
    def user(self, login, *groups, company=None):
        company = company or self.env.company
        return self.env['res.users'].create(
            {
                'name': login,
                'login': login,
                'company_id': company.id,
                'company_ids': [(6, 0, company.ids)],
                'group_ids': [(6, 0, [self.env.ref(group).id for group in ('base.group_user', *groups)])],
            }
        )

    def manager(self):
        return self.user('catalog-manager', 'shopify_connector.group_shopify_manager')

    def switch(self, owner, *groups, user=None):
        """Through the dialog, as a manager."""
        rows = self.backend.owner_ids.filtered(lambda row: row.group in groups)
        wizard = (
            self.env['shopify.owner.switch']
            .with_user(user or self.boss)
            .create({'backend_id': self.backend.id, 'row_ids': [(6, 0, rows.ids)], 'owner': owner})
        )
        wizard.action_preview()
        return wizard

    def work(self):
        """The lane's tasks of settling."""
        tasks = self.env['shopify.task'].search([('kind', '=', 'catalog_settle'), ('state', '=', 'pending')])
        bindings = self.env['shopify.product.binding'].search([('backend_id', '=', self.backend.id)])
        self.catalog._settle_known(self.backend, bindings)
        tasks._set_done()

    def setUp(self):
        super().setUp()
        self.boss = self.manager()
        self.payload = product_payload()
        self.binding = self.bind(self.payload)
        self.template = self.binding.product_tmpl_id


class TestOwners(OwnerCase):
    def test_a_new_store_writes_nothing_anywhere_by_default(self):
        owners = {row.group: row.owner for row in self.backend.owner_ids}
        self.assertEqual(owners.pop('translations'), 'none')
        self.assertEqual(set(owners.values()), {'first'})
        self.assertEqual(self.env['shopify.backend']._get_groups_from_odoo(), frozenset())
        self.assertEqual(self.backend._get_owner('customer'), 'first')

    def test_the_dialog_shows_what_differs_and_writes_nothing_before_the_yes(self):
        self.template.name = 'Mine'
        self.settle(self.binding, self.payload)
        wizard = self.switch('odoo', 'text')
        lines = {(line.label, line.in_shopify, line.in_odoo, line.becomes) for line in wizard.line_ids}
        self.assertIn(('Title', 'Chair 1', 'Mine', 'push'), lines)
        self.assertEqual((wizard.looked_count, wizard.product_count, wizard.unread_count), (1, 1, 0))
        self.assertEqual(self.backend._get_owner('text'), 'first')
        self.assertFalse(self.exports(self.binding))
        wizard.action_confirm()
        self.assertEqual(self.backend._get_owner('text'), 'odoo')
        self.work()
        self.assertEqual(len(self.exports(self.binding)), 1)

    def test_variants_that_the_shop_will_get_with_the_skus_are_shown(self):
        attribute = self.env['product.attribute'].create(
            {'name': 'Size', 'value_ids': [(0, 0, {'name': name}) for name in 'SM']}
        )
        line = {'attribute_id': attribute.id, 'value_ids': [(6, 0, attribute.value_ids.ids)]}
        template = self.env['product.template'].create({'name': 'Shirt', 'attribute_line_ids': [(0, 0, line)]})
        small, medium = template.product_variant_ids
        self.bind(product_payload(2), [small]).product_tmpl_id = template
        self.assertFalse(self.switch('odoo', 'text').line_ids.filtered(lambda line: line.in_odoo == 'new'))
        wizard = self.switch('odoo', 'codes')
        line = wizard.line_ids.filtered(lambda line: line.in_odoo == 'new')
        self.assertEqual((line.name, line.label, line.becomes), (medium.display_name, 'Variant', 'push'))
        self.assertEqual(wizard.push_count, len(wizard.line_ids))

    def test_a_change_to_shopify_takes_what_was_last_read_without_asking_the_shop(self):
        self.template.name = 'Mine'
        self.settle(self.binding, self.payload)
        wizard = self.switch('shopify', 'text', 'tags')
        self.assertEqual({line.becomes for line in wizard.line_ids}, {'pull'})
        wizard.action_confirm()
        self.work()
        self.assertEqual(self.template.name, 'Chair 1')
        self.assertEqual(sorted(self.template.product_tag_ids.mapped('name')), ['Sale', 'oak'])
        self.assertFalse(self.exports(self.binding))

    def test_a_new_owner_decides_what_was_a_difference(self):
        self.own('shopify')
        self.settle(self.binding, self.payload)
        self.template.name = 'Mine'
        self.settle(self.binding, self.payload)
        self.assertEqual(self.rows(self.binding), {'title': ('difference', 'Chair 1', 'Mine')})
        self.switch('odoo', 'text').action_confirm()
        self.work()
        self.assertEqual(len(self.exports(self.binding)), 1)
        self.assertEqual(self.rows(self.binding), {})

    def test_where_nobody_owns_no_difference_is_left(self):
        self.own('shopify')
        self.settle(self.binding, self.payload)
        self.template.name = 'Mine'
        self.settle(self.binding, self.payload)
        self.switch('none', 'text').action_confirm()
        self.assertEqual(self.rows(self.binding), {})

    def test_products_that_were_never_read_are_read_when_an_owner_changes(self):
        wizard = self.switch('odoo', 'text')
        self.assertEqual(wizard.unread_count, 1)
        wizard.action_confirm()
        self.assertTrue(self.env['shopify.task'].search([('kind', '=', 'catalogue'), ('state', '=', 'pending')]))

    def test_the_change_of_an_owner_stands_in_the_stores_history(self):
        self.switch('odoo', 'price').action_confirm()
        self.assertIn('Prices', self.backend.message_ids[0].body)


class TestMigration(OwnerCase):
    def test_a_store_from_before_owns_nothing_and_knows_who_had_a_product_first(self):
        path = Path(__file__).parents[2] / 'shopify_connector/migrations/19.0.1.3.0/post-catalog.py'
        spec = importlib.util.spec_from_file_location('post_catalog', path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        groups = self.backend.owner_ids.mapped('group')
        self.backend.owner_ids.sudo().unlink()
        older = self.bind(product_payload(2))
        older.product_tmpl_id.flush_recordset()
        self.env.cr.execute(
            "UPDATE product_template SET create_date = '2020-01-01' WHERE id = %s", [older.product_tmpl_id.id]
        )
        module.migrate(self.env.cr, '19.0.1.2.0')
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertEqual(self.backend.owner_ids.mapped('group'), groups)
        self.assertEqual(set(self.backend.owner_ids.mapped('owner')), {'none'})
        self.assertEqual((self.binding.origin, older.origin), ('shopify', 'odoo'))
        name = self.template.name
        self.settle(self.binding, self.payload)
        self.assertEqual((self.template.name, self.rows(self.binding)), (name, {}))


class TestDecisions(OwnerCase):
    def setUp(self):
        super().setUp()
        self.own('shopify')
        self.settle(self.binding, self.payload)
        self.template.name = 'Mine'
        self.settle(self.binding, self.payload)
        self.row = self.env['shopify.difference'].search([('product_binding_id', '=', self.binding.id)])

    def test_shopifys_value_is_taken_at_once(self):
        self.row.with_user(self.boss).action_take_shopify()
        self.assertEqual(self.template.name, 'Chair 1')
        self.assertFalse(self.row.exists())
        self.assertFalse(self.exports(self.binding))

    def test_odoos_value_is_exported_although_shopify_owns_it(self):
        self.row.with_user(self.boss).action_write_odoo()
        self.assertEqual(len(self.exports(self.binding)), 1)
        values = self.env['shopify.sync.catalog.values']
        shop = values._get_shop_values(self.backend, self.payload)
        plan = self.catalog._plan(self.backend, {self.binding: shop})[self.binding.id]
        self.assertEqual(plan.push['product'], {'title': 'Mine'})
        answer = values._get_shop_values(self.backend, product_payload(title='Mine'))
        self.catalog._agree(self.backend, self.binding, answer, ['title'])
        self.assertFalse(self.row.exists())
        self.settle(self.binding, product_payload(title='Mine'))
        self.assertEqual((self.rows(self.binding), self.template.name), ({}, 'Mine'))

    def test_a_shop_that_cuts_a_text_short_is_not_written_to_for_ever(self):
        self.row.with_user(self.boss).action_write_odoo()
        answer = self.env['shopify.sync.catalog.values']._get_shop_values(self.backend, product_payload(title='Min'))
        self.catalog._agree(self.backend, self.binding, answer, ['title'])
        self.own('odoo')
        self.settle(self.binding, product_payload(title='Min'))
        plan = self.catalog._plan(self.backend, {self.binding: answer})[self.binding.id]
        self.assertNotIn('title', plan.push['product'])
        self.template.name = 'Other'
        plan = self.catalog._plan(self.backend, {self.binding: answer})[self.binding.id]
        self.assertEqual(plan.push['product']['title'], 'Other')

    def test_what_is_left_is_not_asked_again_before_a_value_changes(self):
        self.row.with_user(self.boss).action_leave()
        self.settle(self.binding, self.payload)
        self.assertEqual(self.row.choice, 'leave')
        self.assertEqual(self.backend.difference_count, 0)
        self.template.name = 'Another'
        self.settle(self.binding, self.payload)
        self.assertFalse(self.row.choice)

    def test_a_decision_about_other_values_counts_no_more(self):
        self.row.with_user(self.boss).action_write_odoo()
        self.settle(self.binding, product_payload(title='Meanwhile'))
        self.assertEqual(self.rows(self.binding), {'title': ('conflict', 'Meanwhile', 'Mine')})
        self.assertFalse(self.row.choice)

    def test_several_are_decided_at_once(self):
        self.template.shopify_vendor = 'Other'
        self.settle(self.binding, self.payload)
        rows = self.env['shopify.difference'].search([('product_binding_id', '=', self.binding.id)])
        self.assertEqual(set(rows.mapped('label')), {'Title', 'Vendor'})
        rows.with_user(self.boss).action_take_shopify()
        self.assertEqual((self.template.name, self.template.shopify_vendor), ('Chair 1', 'Acme'))

    def test_a_shop_user_looks_and_does_not_decide(self):
        user = self.user('catalog-looker', 'shopify_connector.group_shopify_user')
        row = self.row.with_user(user)
        self.assertEqual((row.label, row.in_odoo), ('Title', 'Mine'))
        for action in (row.action_take_shopify, row.action_write_odoo, row.action_leave):
            with self.assertRaises(AccessError):
                action()
        with self.assertRaises(AccessError):
            self.switch('odoo', 'text', user=user)
        with self.assertRaises(AccessError):
            self.backend.owner_ids[:1].with_user(user).write({'owner': 'odoo'})

    def test_a_manager_changes_owners_in_the_dialog_only(self):
        with self.assertRaises(AccessError):
            self.backend.owner_ids[:1].with_user(self.boss).write({'owner': 'odoo'})

    def test_people_without_a_role_see_nothing_and_work_as_before(self):
        user = self.user('catalog-nobody', 'product.group_product_manager')
        self.own('odoo')
        for model in ('shopify.difference', 'shopify.owner', 'shopify.category.mapping'):
            with self.assertRaises(AccessError):
                self.env[model].with_user(user).search([])
        self.template.with_user(user).write({'name': 'By Nobody'})
        self.assertEqual(self.template.name, 'By Nobody')

    def test_another_company_neither_sees_nor_decides(self):
        company = self.env['res.company'].create({'name': 'Elsewhere'})
        user = self.user('catalog-else', 'shopify_connector.group_shopify_manager', company=company)
        self.assertFalse(self.env['shopify.difference'].with_user(user).search([]))
        self.assertFalse(self.env['shopify.owner'].with_user(user).search([]))
        with self.assertRaises(AccessError):
            self.row.with_user(user).action_take_shopify()
        with self.assertRaises(AccessError):
            self.switch('odoo', 'text', user=user)

    def test_a_pricelist_in_another_currency_is_refused_with_the_reason(self):
        other = self.env.ref('base.EUR') if self.env.company.currency_id.name != 'EUR' else self.env.ref('base.USD')
        pricelist = self.env['product.pricelist'].create({'name': 'Foreign', 'currency_id': other.id})
        with self.assertRaisesRegex(ValidationError, 'rate of exchange'):
            self.backend.sudo().catalog_pricelist_id = pricelist
