"""What stands in the way on either side is listed, with a way out, before anything is brought over or sent."""

from odoo.exceptions import AccessError

from tests.integration.test_matching import MatchingCase
from tests.support.products import product, variant


class TestCatalogueCheck(MatchingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.write({'barcode': '4006381333931', 'weight': 1.0})

    def findings(self, side, **values):
        domain = [('backend_id', '=', self.backend.id), ('side', '=', side)]
        return self.env['shopify.catalog.finding'].search(domain + [(name, '=', value) for name, value in values.items()])

    def codes(self, side, product_or_sku):
        name = 'product_id' if not isinstance(product_or_sku, str) else 'sku'
        value = product_or_sku if name == 'sku' else product_or_sku.id
        return set(self.findings(side, **{name: value}).mapped('code'))

    def test_a_product_that_is_all_right_is_not_listed(self):
        self.backend.action_check_catalogue()
        self.assertEqual(self.codes('odoo', self.product), set())
        self.assertTrue(self.backend.catalog_checked_at)

    def test_what_is_wrong_in_odoo_is_listed_with_a_way_out(self):
        bad = self.storable(' X ', barcode='4006381333930', list_price=0.0)
        twin = self.storable('x')
        self.backend.action_check_catalogue()
        self.assertEqual(
            self.codes('odoo', bad), {'blank_in_sku', 'bad_barcode', 'no_price', 'no_weight', 'duplicate_sku'}
        )
        self.assertIn('duplicate_sku', self.codes('odoo', twin))
        self.assertTrue(all(self.findings('odoo').mapped('advice')))
        self.assertTrue(all(row.is_serious == (row.code == 'duplicate_sku') for row in self.findings('odoo', product_id=bad.id)))

    def test_every_code_has_a_sentence_and_a_way_out(self):
        findings = self.env['shopify.catalog.finding']
        for code, _label in findings._fields['code'].selection:
            self.assertNotEqual(findings._get_sentence(code), code)
            self.assertTrue(findings._get_advice(code))

    def test_what_is_wrong_in_the_shop_is_found_in_the_import_and_in_a_plan(self):
        self.bring_products(product(1, variant(1, sku='SKU-1', price='0.00')), product(2, variant(2, barcode='123456789013')))
        self.plan(product(3, variant(3, sku='sku-1'), title='Planned'))
        self.backend.action_check_catalogue()
        self.assertEqual(self.codes('shopify', 'SKU-1'), {'no_price', 'duplicate_sku'})
        self.assertEqual(self.codes('shopify', 'sku-1'), {'duplicate_sku'})
        unnamed = self.findings('shopify', product_gid='gid://shopify/Product/2')
        self.assertEqual(set(unnamed.mapped('code')), {'no_sku', 'bad_barcode'})
        action = unnamed[0].action_open_record()
        self.assertTrue(action['url'].endswith('/admin/products/2'))

    def test_products_beyond_shopifys_limits_are_found_before_they_are_sent(self):
        attributes = self.env['product.attribute'].create(
            [{'name': name, 'value_ids': [(0, 0, {'name': 'x'}), (0, 0, {'name': 'y'})]} for name in 'ABCD']
        )
        lines = [
            (0, 0, {'attribute_id': row.id, 'value_ids': [(6, 0, row.value_ids.ids)]}) for row in attributes
        ]
        template = self.env['product.template'].create({'name': 'Everything', 'attribute_line_ids': lines})
        self.backend.action_check_catalogue()
        row = self.findings('odoo', product_tmpl_id=template.id, code='too_many_options')
        self.assertTrue(row.is_serious)
        self.assertEqual(row.action_open_record()['res_id'], template.id)

    def test_what_is_accepted_stays_accepted_and_what_is_set_right_goes(self):
        bare = self.env['product.product'].create({'name': 'Bare', 'list_price': 5, 'weight': 1})
        self.backend.action_check_catalogue()
        row = self.findings('odoo', product_id=bare.id)
        row.action_accept()
        self.backend.action_check_catalogue()
        self.assertTrue(self.findings('odoo', product_id=bare.id).is_ignored)
        bare.default_code = 'BARE'
        self.backend.action_check_catalogue()
        self.assertFalse(self.findings('odoo', product_id=bare.id))

    def test_a_sku_that_shopify_has_is_taken_with_one_click(self):
        self.bring_products(product(1, variant(1, sku='FROM-SHOP', barcode='4006381333931')))
        self.assertEqual(self.bound(1), self.product)
        self.product.default_code = False
        other = self.env['product.product'].create({'name': 'Bare'})
        self.backend.action_check_catalogue()
        rows = self.findings('odoo', code='no_sku').filtered(lambda row: row.product_id in self.product + other)
        answer = rows.action_fix()
        self.assertEqual(self.product.default_code, 'FROM-SHOP')
        self.assertEqual(rows.exists().product_id, other)
        self.assertEqual(answer['params']['type'], 'success')

    def test_a_second_check_writes_nothing_new(self):
        self.storable('Y', list_price=0.0)
        self.backend.action_check_catalogue()
        before = self.env['shopify.catalog.finding'].search([]).ids
        self.backend.action_check_catalogue()
        self.assertEqual(self.env['shopify.catalog.finding'].search([]).ids, before)

    def test_another_company_and_a_mere_user_decide_nothing(self):
        other = self.env['res.company'].create({'name': 'Second'})
        theirs = self.storable(False, company_id=other.id)
        self.storable('Y', list_price=0.0)
        self.backend.action_check_catalogue()
        self.assertEqual(self.codes('odoo', theirs), set())
        user = self.env['res.users'].create(
            {
                'name': 'Looker',
                'login': 'check-looker',
                'group_ids': [(6, 0, [self.env.ref('shopify_connector.group_shopify_user').id])],
            }
        )
        self.assertTrue(self.findings('odoo').with_user(user).read(['advice', 'can_fix']))
        with self.assertRaises(AccessError):
            self.findings('odoo').with_user(user).action_accept()
        with self.assertRaises(AccessError):
            self.backend.with_user(user).action_check_catalogue()
        user.write({'company_ids': [(6, 0, other.ids)], 'company_id': other.id})
        self.assertFalse(self.env['shopify.catalog.finding'].with_user(user).search([]))
