from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from tests.integration.quantities import QuantityCase


class RuleCase(QuantityCase):
    def rule(self, what, value=0.0, **reach):
        return self.env['shopify.stock.rule'].create({'what': what, 'value': value, **{
            name: record.id for name, record in reach.items()}})


class TestWhatRulesSay(RuleCase):
    def test_the_sentence_of_the_screen(self):
        self.put(self.product, 8)
        self.leaving(self.product, 5)
        self.rule('safety', 2)
        self.rule('share_percent', 60, backend_id=self.backend)
        self.assertEqual(self.shown(), 6)
        self.assertEqual(self.sentence(), "18 on hand, 5 reserved, 2 safety, 60 % of the rest: 6")

    def test_a_maximum_and_a_fixed_number(self):
        cap = self.rule('maximum', 4)
        self.assertEqual((self.shown(), self.sentence()), (4, "10 on hand, at most 4: 4"))
        cap.what = 'fixed'
        cap.value = 99
        self.assertEqual((self.shown(), self.sentence()), (99, "10 on hand, always 99: 99"))

    def test_of_two_kinds_of_safety_stock_the_larger_counts(self):
        self.rule('safety', 2)
        self.rule('safety_percent', 15)
        self.assertEqual(self.shown(), 8)
        self.put(self.product, 10)
        self.assertEqual(self.shown(), 17)

    def test_what_a_rule_leaves_alone_is_not_written(self):
        self.rule('out', product_tmpl_id=self.product.product_tmpl_id)
        level = self.level()
        level.write({'known': 3, 'is_known': True})
        self.assertIsNone(self.shown())
        self.assertIn("rule", self.sentence())
        self.assertEqual(self.env['shopify.sync.quantity']._targets(self.backend, level), {level.id: 3})

    def test_the_shares_of_all_stores_are_no_more_than_the_whole(self):
        beta = self.connected('beta', stock_export=True)
        other = self.bound(self.product, beta), self.shop_place(beta, 'Beta shop')
        self.rule('share_percent', 55, backend_id=self.backend)
        self.rule('share_percent', 45, backend_id=beta)
        self.put(self.product, 1)
        self.assertEqual((self.shown(), self.shown(*other)), (6, 4))


class TestReach(RuleCase):
    def test_the_most_specific_rule_holds(self):
        self.product.categ_id = self.env['product.category'].create({'name': 'Parent'})
        child = self.env['product.category'].create({'name': 'Child', 'parent_id': self.product.categ_id.id})
        steps = [
            (1, {}),
            (2, {'backend_id': self.backend}),
            (3, {'location_id': self.place}),
            (4, {'categ_id': self.product.categ_id}),
            (5, {'product_tmpl_id': self.product.product_tmpl_id}),
            (6, {'product_id': self.product}),
            (7, {'product_id': self.product, 'backend_id': self.backend}),
        ]
        for value, reach in steps:
            self.rule('safety', value, **reach)
            self.assertEqual(self.shown(), 10 - value)
        self.env['shopify.stock.rule'].search([('value', '>', 4)]).unlink()
        self.product.categ_id = child
        self.assertEqual(self.shown(), 6)
        self.rule('safety', 9, categ_id=child)
        self.assertEqual(self.shown(), 1)

    def test_a_rule_of_another_store_location_or_product_says_nothing_here(self):
        beta = self.connected('beta', stock_export=True)
        for reach in (
            {'backend_id': beta},
            {'location_id': self.shop_place(beta, 'Beta shop')},
            {'location_id': self.shop_place(self.backend, 'Pop-up', warehouse_id=False)},
            {'product_id': self.storable('SKU-2')},
            {'categ_id': self.env['product.category'].create({'name': 'Empty'})},
        ):
            self.rule('safety', 5, **reach)
        self.assertEqual(self.shown(), 10)

    def test_a_rule_of_another_company_says_nothing_here(self):
        company = self.env['res.company'].create({'name': 'Other'})
        self.env['shopify.stock.rule'].create({'what': 'safety', 'value': 5, 'company_id': company.id})
        self.assertEqual(self.shown(), 10)

    def test_a_rule_cannot_contradict_itself(self):
        with self.assertRaises(ValidationError):
            self.rule('safety', -1)
        with self.assertRaises(ValidationError):
            self.rule('share_percent', 101)
        with self.assertRaises(ValidationError):
            self.rule('safety', 1, product_id=self.product, product_tmpl_id=self.product.product_tmpl_id)
        with self.assertRaises(ValidationError):
            self.rule('safety', 1, location_id=self.place, backend_id=self.connected('beta'))

    @mute_logger('odoo.sql_db')
    def test_the_same_is_said_once(self):
        self.rule('safety', 1, backend_id=self.backend)
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.rule('safety', 2, backend_id=self.backend)
            self.env.flush_all()

    def test_a_rule_has_a_name_that_says_it(self):
        rule = self.rule('safety', 2, product_id=self.product, backend_id=self.backend)
        self.assertIn("Keep units back 2", rule.display_name)
        self.assertIn("SKU-1", rule.display_name)


class TestChanges(RuleCase):
    """A rule tells the stores of exactly the products that it reaches."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.beta = cls.connected('beta', stock_export=True)
        cls.off = cls.connected('off')
        cls.second = cls.storable('SKU-2', 5, categ_id=cls.env['product.category'].create({'name': 'Second'}).id)
        for backend in (cls.beta, cls.off):
            cls.bound(cls.product, backend)
        cls.bound(cls.second)
        cls.unbound = cls.storable('SKU-3', 5)

    def setUp(self):
        super().setUp()
        self.settle()

    def test_a_rule_for_everything_tells_all_stores_that_export(self):
        self.rule('safety', 1)
        self.assertEqual(
            self.told(), {(self.backend, self.product), (self.backend, self.second), (self.beta, self.product)}
        )

    def test_a_rule_for_a_store_tells_that_store(self):
        self.rule('safety', 1, backend_id=self.beta)
        self.assertEqual(self.told(), {(self.beta, self.product)})

    def test_a_rule_for_a_location_tells_its_store(self):
        self.rule('safety', 1, location_id=self.place)
        self.assertEqual(self.told(), {(self.backend, self.product), (self.backend, self.second)})

    def test_a_rule_for_a_category_tells_of_its_products(self):
        self.rule('safety', 1, categ_id=self.second.categ_id)
        self.assertEqual(self.told(), {(self.backend, self.second)})

    def test_a_rule_that_moves_tells_of_what_it_reached_and_what_it_reaches(self):
        rule = self.rule('safety', 1, product_id=self.second)
        self.settle()
        rule.write({'product_id': False, 'product_tmpl_id': self.product.product_tmpl_id.id})
        self.assertEqual(
            self.told(), {(self.backend, self.product), (self.backend, self.second), (self.beta, self.product)}
        )
        self.settle()
        rule.unlink()
        self.assertEqual(self.told(), {(self.backend, self.product), (self.beta, self.product)})

    def test_a_note_tells_nobody(self):
        rule = self.rule('safety', 1, product_id=self.second)
        self.settle()
        rule.note = 'for the exhibition'
        self.assertFalse(self.told())

    def test_a_category_that_moves_brings_its_products_under_other_rules(self):
        parent = self.env['product.category'].create({'name': 'Kept back'})
        self.rule('safety', 1, categ_id=parent)
        self.settle()
        self.second.categ_id.parent_id = parent
        self.assertEqual(self.told(), {(self.backend, self.second)})
        self.settle()
        self.product.categ_id = parent
        self.assertEqual(self.told(), {(self.backend, self.product), (self.beta, self.product)})


class TestPeople(RuleCase):
    def test_a_manager_makes_rules_in_the_list(self):
        manager = new_test_user(self.env, 'boss', 'shopify_connector.group_shopify_manager')
        with Form(
            self.env['shopify.stock.rule'].with_user(manager), 'shopify_connector.view_shopify_stock_rule_list'
        ) as form:
            form.what = 'maximum'
            form.value = 3
            form.location_id = self.place
        self.assertEqual(form.record.backend_id, self.backend)
        self.assertEqual(self.shown(), 3)

    def test_a_shop_user_reads_rules_and_makes_none(self):
        user = new_test_user(self.env, 'reader', 'shopify_connector.group_shopify_user')
        self.rule('safety', 3)
        self.assertEqual(self.env['shopify.stock.rule'].with_user(user).search([]).value, 3)
        with self.assertRaises(AccessError):
            self.env['shopify.stock.rule'].with_user(user).create({'what': 'safety', 'value': 1})

    def test_a_manager_of_another_company_sees_none_of_them(self):
        company = self.env['res.company'].create({'name': 'Other'})
        stranger = new_test_user(
            self.env, 'stranger', 'shopify_connector.group_shopify_manager',
            company_id=company.id, company_ids=[(6, 0, company.ids)],
        )
        self.rule('safety', 3)
        self.env['shopify.unseen.sale']._set_units(self.backend, {'gid://shopify/Order/9': ('#9', {self.variant.gid: 2})})
        for model in ('shopify.stock.rule', 'shopify.unseen.sale', 'shopify.inventory.level'):
            self.assertFalse(self.env[model].with_user(stranger).search([]))
