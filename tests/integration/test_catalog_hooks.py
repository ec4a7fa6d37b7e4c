"""What is changed in Odoo and owned by Odoo becomes a task, and nothing else does."""

from datetime import timedelta

from odoo import fields

from tests.integration.catalog_case import CatalogCase, product_payload


class TestHooks(CatalogCase):
    def setUp(self):
        super().setUp()
        self.payload = product_payload()
        self.binding = self.bind(self.payload)
        self.template = self.binding.product_tmpl_id
        self.variant = self.binding.variant_ids.product_id

    def told(self):
        """How many exports the changes since the last call have made."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env['shopify.task']._unfold_prices(self.backend)
        found = self.exports(self.binding)
        count = len(found)
        found.unlink()
        return count

    def test_nothing_is_noted_while_no_store_takes_anything_from_odoo(self):
        self.told()
        self.template.name = 'New'
        self.assertNotIn('shopify.catalog', self.env.cr.precommit.data)
        self.assertEqual(self.told(), 0)

    def test_a_change_of_an_owned_field_is_one_task_for_the_product(self):
        self.own('odoo', 'text', 'price')
        self.template.write({'name': 'New', 'list_price': 5.0})
        self.template.shopify_description_html = '<p>x</p>'
        self.assertEqual(self.told(), 1)
        self.variant.barcode = '123'
        self.template.product_tag_ids = [(0, 0, {'name': 'fresh'})]
        self.assertEqual(self.told(), 0)

    def test_each_kind_of_change_is_noticed(self):
        self.own('odoo')
        country = self.env.ref('base.it')
        changes = [
            lambda: self.template.write({'categ_id': self.env['product.category'].create({'name': 'C'}).id}),
            lambda: self.template.write({'product_tag_ids': [(0, 0, {'name': 'fresh'})]}),
            lambda: self.template.product_tag_ids.write({'name': 'fresher'}),
            lambda: self.template.product_tag_ids.unlink() or True,
            lambda: self.template.write({'shopify_status': 'draft'}),
            lambda: self.template.write({'shopify_seo_title': 'T'}),
            lambda: self.template.write({'taxes_id': False}),
            lambda: self.variant.write({'default_code': 'X'}),
            lambda: self.variant.write({'standard_price': 3.0}),
            lambda: self.variant.write({'weight': 3.0}),
            lambda: self.variant.write({'shopify_origin_id': country.id}),
        ]
        for number, change in enumerate(changes):
            change()
            self.assertEqual(self.told(), 1, number)

    def test_a_rule_of_a_pricelist_is_a_price_of_what_it_names_or_of_everything(self):
        self.own('odoo', 'price')
        pricelist = self.env['product.pricelist'].create({'name': 'Base'})
        sold_by = self.env['product.pricelist'].create(
            {
                'name': 'Shop',
                'item_ids': [
                    (0, 0, {'compute_price': 'formula', 'base': 'pricelist', 'base_pricelist_id': pricelist.id})
                ],
            }
        )
        self.told()
        self.backend.sudo().catalog_pricelist_id = sold_by
        rule = self.env['product.pricelist.item'].create(
            {
                'pricelist_id': sold_by.id,
                'applied_on': '0_product_variant',
                'product_id': self.variant.id,
                'fixed_price': 3.0,
            }
        )
        self.assertEqual(self.told(), 1)
        rule.fixed_price = 4.0
        self.assertEqual(self.told(), 1)
        rule.unlink()
        self.assertEqual(self.told(), 1)
        everything = self.env['product.pricelist.item'].create(
            {'pricelist_id': pricelist.id, 'compute_price': 'percentage', 'percent_price': 10}
        )
        self.assertEqual(self.told(), 1)
        for percent in (12, 13, 14):
            everything.percent_price = percent
            self.env.flush_all()
            self.env.cr.precommit.run()
        self.assertFalse(self.exports(self.binding))
        self.assertEqual(self.env['shopify.task'].search_count([('key', '=', 'prices')]), 3)
        self.assertEqual(self.told(), 1)
        self.backend.sudo().catalog_pricelist_id = False
        everything.percent_price = 11
        self.assertEqual(self.told(), 0)

    def test_a_product_whose_task_is_due_gets_no_second_one_for_all_products(self):
        self.own('odoo', 'price')
        self.backend.sudo().catalog_pricelist_id = self.env['product.pricelist'].create({'name': 'Shop'})
        self.told()
        task = self.env['shopify.task']._add(self.backend, 'product_export', [str(self.binding.id)])
        task.due_at = '2026-01-01 00:00:00'
        self.env['product.pricelist.item'].create(
            {'pricelist_id': self.backend.catalog_pricelist_id.id, 'compute_price': 'percentage', 'percent_price': 10}
        )
        self.assertEqual(self.told(), 1)

    def test_a_price_that_begins_by_itself_is_noticed_in_its_hour(self):
        self.own('odoo', 'price')
        now = fields.Datetime.now()
        rule = self.env['product.pricelist.item'].create(
            {
                'pricelist_id': self.env['product.pricelist'].create({'name': 'Summer'}).id,
                'applied_on': '1_product',
                'product_tmpl_id': self.template.id,
                'fixed_price': 3.0,
                'date_start': now + timedelta(days=2),
            }
        )
        self.told()
        self.env['shopify.task']._cron_prices_of_the_hour()
        self.assertEqual(self.told(), 0)
        rule.date_start = now - timedelta(minutes=5)
        self.told()
        before = fields.Datetime.to_string(now - timedelta(hours=5))
        self.env['ir.config_parameter'].sudo().set_param('shopify_connector.prices_looked_until', before)
        self.env['shopify.task']._cron_prices_of_the_hour()
        self.assertEqual(self.told(), 1)
        self.env['shopify.task']._cron_prices_of_the_hour()
        self.assertEqual(self.told(), 0)

    def test_a_product_whose_variants_are_products_of_their_own_is_found_by_them(self):
        self.own('odoo', 'codes')
        self.binding.product_tmpl_id = False
        self.told()
        self.variant.default_code = 'X'
        self.assertEqual(self.told(), 1)

    def test_what_came_from_a_shop_is_news_to_the_other_shops_only(self):
        second = self.connected('beta')
        other = self.bind(product_payload(9), [self.variant], backend=second)
        self.own('shopify', 'text')
        self.own('odoo', 'text', backend=second)
        self.settle(self.binding, self.payload)
        self.assertEqual(self.template.name, 'Chair 1')
        self.env.cr.precommit.run()
        self.assertEqual(len(self.exports(other)), 1)
        self.assertEqual(self.told(), 0)

    def test_a_salesperson_without_a_role_changes_a_product(self):
        self.own('odoo')
        user = self.env['res.users'].create(
            {
                'name': 'Sally',
                'login': 'sally-catalog',
                'group_ids': [
                    (6, 0, [self.env.ref(x).id for x in ('base.group_user', 'product.group_product_manager')])
                ],
            }
        )
        self.template.with_user(user).write({'name': 'By Sally', 'list_price': 7.0})
        self.assertEqual(self.told(), 1)
        self.assertTrue(self.template.with_user(user).copy())

    def test_products_of_deleted_and_disconnected_shops_make_no_tasks(self):
        self.own('odoo')
        self.binding.deleted_at = '2026-01-01'
        self.template.name = 'A'
        self.assertEqual(self.told(), 0)
        self.binding.deleted_at = False
        self.backend.sudo().state = 'draft'
        self.template.name = 'B'
        self.assertEqual(self.told(), 0)
