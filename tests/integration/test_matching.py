"""Products that are in the shop and in Odoo find each other, and where that is not certain a person is asked."""

from odoo.exceptions import AccessError, UserError

from tests.integration.common import StoreCase
from tests.support.products import product, variant


class MatchingCase(StoreCase):
    def bring_products(self, *payloads, backend=None):
        backend = backend or self.backend
        failures = backend.env['shopify.sync.product']._upsert(backend, list(payloads))
        for error in failures.values():
            raise error

    def plan(self, *payloads, backend=None):
        backend = backend or self.backend
        run = self.env['shopify.import']
        counts = backend.env['shopify.match.row']._plan(backend, run, list(payloads))
        return counts

    def row(self, number, backend=None):
        gid = f'gid://shopify/ProductVariant/{number}'
        return self.env['shopify.match.row'].search(
            [('backend_id', '=', (backend or self.backend).id), ('variant_gid', '=', gid)]
        )

    def bound(self, number, backend=None):
        gid = f'gid://shopify/ProductVariant/{number}'
        domain = [('backend_id', '=', (backend or self.backend).id), ('gid', '=', gid)]
        return self.env['shopify.variant.binding'].search(domain).product_id


class TestMatching(MatchingCase):
    def test_a_variant_is_linked_by_sku_whatever_its_case_and_blanks(self):
        self.bring_products(product(1, variant(1, sku=' sku-1 ')))
        self.assertEqual(self.bound(1), self.product)

    def test_the_same_spelling_wins(self):
        other = self.storable('sku-1')
        self.bring_products(product(1, variant(1, sku='sku-1')))
        self.assertEqual(self.bound(1), other)

    def test_a_barcode_links_when_no_sku_does(self):
        self.product.barcode = '0012345678905'
        self.bring_products(product(1, variant(1, sku='ELSE', barcode='012345678905')))
        self.assertEqual(self.bound(1), self.product)

    def test_one_sku_is_one_product_in_all_stores(self):
        beta = self.connected('beta')
        for backend in (self.backend, beta):
            self.bring_products(product(1, variant(1, sku='NEW-1')), backend=backend)
        self.assertEqual(self.bound(1), self.bound(1, beta))
        self.assertEqual(len(self.env['product.product'].search([('default_code', '=', 'NEW-1')])), 1)

    def test_products_of_no_company_count_and_those_of_another_do_not(self):
        self.assertFalse(self.product.company_id)
        theirs = self.storable('THEIRS', company_id=self.env['res.company'].create({'name': 'Other'}).id)
        self.bring_products(product(1, variant(1, sku='SKU-1')), product(2, variant(2, sku='THEIRS')))
        self.assertEqual(self.bound(1), self.product)
        self.assertTrue(self.bound(2))
        self.assertNotEqual(self.bound(2), theirs)

    def test_a_branch_uses_the_products_of_its_mother(self):
        branch = self.env['res.company'].create({'name': 'Branch', 'parent_id': self.env.company.id})
        self.product.company_id = self.env.company
        beta = self.connected('beta', company_id=branch.id, warehouse_id=False)
        self.bring_products(product(1, variant(1, sku='SKU-1')), backend=beta)
        self.assertEqual(self.bound(1, beta), self.product)

    def test_several_products_with_one_sku_wait_for_a_person_and_the_rest_goes_on(self):
        twins = self.storable('TWIN') + self.storable('TWIN')
        self.bring_products(product(1, variant(1, sku='TWIN')), product(2, variant(2, sku='SKU-1')))
        self.assertFalse(self.bound(1))
        self.assertEqual(self.bound(2), self.product)
        row = self.row(1)
        self.assertEqual((row.verdict, row.reason, row.state), ('ambiguous', 'several_sku', 'open'))
        self.assertEqual(row.candidate_ids, twins)
        self.assertFalse(self.row(2))

    def test_of_several_with_one_sku_the_barcode_tells(self):
        self.storable('TWIN')
        right = self.storable('TWIN', barcode='4006381333931')
        self.bring_products(product(1, variant(1, sku='TWIN', barcode='4006381333931')))
        self.assertEqual(self.bound(1), right)

    def test_a_sku_and_a_barcode_that_contradict_each_other_are_a_conflict(self):
        other = self.storable('OTHER', barcode='4006381333931')
        self.bring_products(product(1, variant(1, sku='SKU-1', barcode='4006381333931')))
        self.assertEqual(self.row(1).verdict, 'conflict')
        self.assertEqual(self.row(1).candidate_ids, self.product + other)

    def test_an_archived_product_is_not_doubled(self):
        self.product.action_archive()
        self.bring_products(product(1, variant(1, sku='SKU-1')))
        self.assertEqual((self.row(1).reason, self.row(1).candidate_ids), ('archived', self.product))
        self.row(1).action_link()
        self.bring_products(product(1, variant(1, sku='SKU-1')))
        self.assertEqual(self.bound(1), self.product)

    def test_one_sku_at_two_products_of_the_shop_is_asked_about_once(self):
        self.bring_products(product(1, variant(1, sku='DUP')), product(2, variant(2, sku='DUP'), title='Other shirt'))
        self.assertTrue(self.bound(1))
        self.assertFalse(self.bound(2))
        self.assertEqual((self.row(2).reason, self.row(2).candidate_ids), ('taken', self.bound(1)))
        self.assertFalse(self.row(1))

    def test_a_store_that_goes_by_the_sku_shares_the_product(self):
        self.backend.match_policy = 'sku'
        self.bring_products(product(1, variant(1, sku='DUP')), product(2, variant(2, sku='DUP')))
        self.assertEqual(self.bound(1), self.bound(2))
        self.assertTrue(self.bound(1))

    def test_a_variant_without_sku_is_found_by_its_options(self):
        template = self.template_with_colors(['Red', 'Blue'])
        red, blue = template.product_variant_ids
        red.default_code = 'RED'
        payload = product(
            1, variant(1, sku='RED', options=[('color', 'red')]), variant(2, options=[('color', 'BLUE')])
        )
        self.bring_products(payload)
        self.assertEqual((self.bound(1), self.bound(2)), (red, blue))
        self.assertEqual(len(template.product_variant_ids), 2)

    def test_options_with_another_sku_are_a_conflict_and_no_variant_is_doubled(self):
        template = self.template_with_colors(['Red', 'Blue'])
        red, blue = template.product_variant_ids
        red.default_code, blue.default_code = 'RED', 'BLUE'
        payload = product(
            1, variant(1, sku='RED', options=[('Color', 'Red')]), variant(2, sku='NAVY', options=[('Color', 'Blue')])
        )
        self.bring_products(payload)
        self.assertEqual((self.row(2).verdict, self.row(2).candidate_ids), ('conflict', blue))
        self.assertFalse(self.bound(2))

    def test_a_product_without_codes_is_never_linked_by_its_name_alone(self):
        plain = self.env['product.product'].create({'name': 'Shirt'})
        self.bring_products(product(1, variant(1)))
        self.assertEqual((self.row(1).reason, self.row(1).candidate_ids), ('same_name', plain))
        self.assertFalse(self.bound(1))

    def test_a_placeholder_gives_way_to_a_real_product(self):
        self.env['product.product'].create({'name': 'Gone', 'default_code': 'SKU-1', 'shopify_placeholder': True})
        self.bring_products(product(1, variant(1, sku='SKU-1')))
        self.assertEqual(self.bound(1), self.product)

    def test_a_store_that_only_matches_lists_what_it_did_not_find(self):
        self.backend.product_policy = 'match'
        before = self.env['product.product'].search_count([])
        self.bring_products(product(1, variant(1, sku='UNKNOWN')))
        self.assertEqual(self.env['product.product'].search_count([]), before)
        self.assertEqual((self.row(1).verdict, self.row(1).reason), ('skip', 'map_only'))
        binding = self.env['shopify.product.binding'].search([('backend_id', '=', self.backend.id)])
        self.assertIn('UNKNOWN', binding.message)

    def template_with_colors(self, colors):
        attribute = self.env['product.attribute'].create(
            {'name': 'Color', 'value_ids': [(0, 0, {'name': color}) for color in colors]}
        )
        values = {'attribute_id': attribute.id, 'value_ids': [(6, 0, attribute.value_ids.ids)]}
        return self.env['product.template'].create({'name': 'Sweater', 'attribute_line_ids': [(0, 0, values)]})


class TestChoosing(MatchingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twins = cls.storable('TWIN') + cls.storable('TWIN')
        cls.payload = product(1, variant(1, sku='TWIN'))

    def tasks(self):
        return self.env['shopify.task'].search([('kind', '=', 'product'), ('state', '=', 'pending')]).mapped('key')

    def test_a_choice_is_carried_out_at_once_and_kept(self):
        self.bring_products(self.payload)
        self.twins[1].with_context(shopify_match_row_id=self.row(1).id).action_shopify_choose()
        self.assertEqual(self.row(1).state, 'chosen')
        self.assertEqual(self.tasks(), ['gid://shopify/Product/1'])
        self.bring_products(self.payload)
        self.assertEqual(self.bound(1), self.twins[1])
        self.assertEqual((self.row(1).state, self.row(1).verdict), ('done', 'linked'))
        self.bring_products(self.payload)
        self.assertEqual(self.bound(1), self.twins[1])

    def test_a_product_typed_into_the_list_is_a_choice(self):
        self.bring_products(self.payload)
        self.row(1).product_id = self.product
        self.assertEqual(self.row(1).choice, 'link')
        self.bring_products(self.payload)
        self.assertEqual(self.bound(1), self.product)

    def test_a_person_may_have_a_new_product_created(self):
        self.bring_products(self.payload)
        self.row(1).action_create_new()
        self.bring_products(self.payload)
        self.assertTrue(self.bound(1))
        self.assertNotIn(self.bound(1), self.twins)

    def test_what_is_left_out_is_not_asked_about_again(self):
        self.bring_products(self.payload)
        self.row(1).action_leave_out()
        self.bring_products(self.payload)
        self.assertFalse(self.bound(1))
        self.assertEqual((self.row(1).state, self.row(1).verdict), ('done', 'skip'))
        self.assertEqual(self.backend.match_open_count, 0)

    def test_a_choice_can_be_undone(self):
        self.bring_products(self.payload)
        self.row(1).action_leave_out()
        self.row(1).action_undo()
        self.bring_products(self.payload)
        self.assertEqual((self.row(1).state, self.row(1).verdict), ('open', 'ambiguous'))

    def test_many_are_linked_to_their_one_candidate_with_one_click(self):
        self.product.action_archive()
        archived = self.product
        self.bring_products(self.payload, product(2, variant(2, sku='SKU-1')))
        rows = self.row(1) + self.row(2)
        answer = rows.action_link()
        self.assertEqual((self.row(1).state, self.row(2).state), ('open', 'chosen'))
        self.assertIn('1', answer['params']['message'])
        self.assertEqual(self.row(2).product_id, archived)

    def test_a_link_that_somebody_makes_elsewhere_settles_the_row(self):
        self.bring_products(self.payload)
        self.env['shopify.variant.binding'].search(
            [('gid', '=', 'gid://shopify/ProductVariant/1')]
        ).product_id = self.twins[0]
        self.assertEqual((self.row(1).state, self.row(1).product_id), ('done', self.twins[0]))

    def test_an_import_that_changes_nothing_writes_nothing(self):
        self.backend.product_policy = 'match'
        payloads = [self.payload, product(2, variant(2, sku='NOWHERE')), product(3, variant(3, sku='SKU-1'))]
        self.bring_products(*payloads)
        rows = self.row(1) + self.row(2)
        self.env.flush_all()
        self.env.cr.execute('SELECT max(write_date) FROM shopify_match_row')
        before = self.env.cr.fetchone()
        rows.invalidate_recordset()
        with self.assertNoWrites('shopify.match.row'):
            self.bring_products(*payloads)
        self.env.cr.execute('SELECT max(write_date) FROM shopify_match_row')
        self.assertEqual(self.env.cr.fetchone(), before)

    def assertNoWrites(self, model):
        from unittest.mock import patch

        class Forbidden(Exception):
            pass

        def refuse(*_args, **_kwargs):
            raise Forbidden

        return patch.multiple(type(self.env[model]), write=refuse, create=lambda self, vals: self if not vals else refuse())


class TestPlan(MatchingCase):
    def test_a_plan_says_what_would_happen_and_does_nothing(self):
        self.storable('TWIN'), self.storable('TWIN')
        before = self.env['product.product'].search_count([])
        counts = self.plan(
            product(1, variant(1, sku='SKU-1')),
            product(2, variant(2, sku='NEW')),
            product(3, variant(3, sku='TWIN')),
            product(4, variant(4, sku='NEW'), title='The same once more'),
        )
        self.assertEqual(dict(counts), {'link': 1, 'create': 1, 'ambiguous': 2})
        self.assertEqual(self.row(4).reason, 'taken_in_shop')
        self.assertEqual([self.row(number).state for number in (1, 2, 3, 4)], ['planned', 'planned', 'open', 'open'])
        self.assertEqual(self.env['product.product'].search_count([]), before)
        self.assertFalse(self.env['shopify.product.binding'].search([('backend_id', '=', self.backend.id)]))

    def test_a_choice_in_a_plan_is_taken_by_the_import(self):
        twins = self.storable('TWIN') + self.storable('TWIN')
        payload = product(1, variant(1, sku='TWIN'))
        self.plan(payload)
        self.row(1).product_id = twins[0]
        self.plan(payload)
        self.assertEqual((self.row(1).verdict, self.row(1).state), ('link', 'chosen'))
        self.bring_products(payload)
        self.assertEqual((self.bound(1), self.row(1).state), (twins[0], 'done'))

    def test_many_products_are_matched_with_few_queries(self):
        payloads = [product(number, variant(number, sku=f'X-{number}')) for number in range(1, 101)]
        self.plan(payloads[0])
        self.env.invalidate_all()
        with self.assertQueryCount(40):
            self.plan(*payloads)
            self.env.flush_all()


class TestPeople(MatchingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env['res.company'].create({'name': 'Second'})
        cls.beta = cls.connected('beta', company_id=cls.other.id, warehouse_id=False)

    def person(self, *groups, company=None):
        company = company or self.env.company
        return self.env['res.users'].create(
            {
                'name': 'Person',
                'login': f'person-{len(groups)}-{company.id}-{groups and groups[0].id or 0}',
                'company_id': company.id,
                'company_ids': [(6, 0, company.ids)],
                'group_ids': [(6, 0, [self.env.ref('base.group_user').id, *(group.id for group in groups)])],
            }
        )

    def open_row(self):
        self.storable('TWIN'), self.storable('TWIN')
        self.bring_products(product(1, variant(1, sku='TWIN')))
        return self.row(1)

    def test_a_manager_chooses_and_a_user_only_looks(self):
        row = self.open_row()
        user = self.person(self.env.ref('shopify_connector.group_shopify_user'))
        self.assertEqual(row.with_user(user).reason, 'several_sku')
        with self.assertRaises(AccessError):
            row.with_user(user).action_create_new()
        manager = self.person(self.env.ref('shopify_connector.group_shopify_manager'))
        row.with_user(manager).action_create_new()
        self.assertEqual((row.choice, row.chosen_by), ('create', manager))

    def test_somebody_without_a_role_sees_no_plan_but_may_use_products(self):
        row = self.open_row()
        nobody = self.person()
        with self.assertRaises(AccessError):
            row.with_user(nobody).read(['title'])
        self.assertTrue(self.product.with_user(nobody).read(['name', 'default_code']))

    def test_another_company_does_not_see_the_rows(self):
        row = self.open_row()
        manager = self.person(self.env.ref('shopify_connector.group_shopify_manager'), company=self.other)
        self.assertFalse(self.env['shopify.match.row'].with_user(manager).search([('id', '=', row.id)]))

    def test_a_product_of_another_company_cannot_be_chosen(self):
        row = self.open_row()
        theirs = self.storable('THEIRS', company_id=self.other.id)
        with self.assertRaises(UserError):
            row.product_id = theirs
