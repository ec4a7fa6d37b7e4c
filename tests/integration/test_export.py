from unittest.mock import patch

from tests.integration.export_case import ExportCase


class TestMaking(ExportCase):
    def test_a_product_comes_to_be_in_the_shop_as_a_draft_with_all_that_odoo_knows(self):
        wish = self.ask(self.mug)
        product = self.one_in_shop(self.mug)
        variant = product['variants'][0]
        self.assertEqual((product['status'], len(product['variants'])), ('DRAFT', 1))
        self.assertEqual((variant['sku'], variant['barcode']), ('D5-MUG', '4006381333931'))
        self.assertEqual(float(variant['price']), 12.5)
        self.assertEqual(float(variant['item']['cost']), 5.0)
        self.assertEqual(float(variant['item']['weight']), 0.25)
        self.assertEqual((wish.state, wish.kind, wish.variables), ('done', 'create', False))
        self.assertIn('D5-MUG', wish.lines)

    def test_a_tariff_number_may_be_written_in_groups(self):
        self.mug.product_variant_ids.shopify_hs_code = '6912.00.23'
        wish = self.ask(self.mug)
        self.assertEqual(wish.state, 'done', wish.message)
        self.assertEqual(self.one_in_shop(self.mug)['variants'][0]['item']['harmonized_system_code'], '69120023')
        self.forget()
        self.ask(self.mug)
        self.assertEqual(self.sent(), 0)

    def test_it_is_bound_and_belongs_to_odoo(self):
        self.ask(self.tee)
        binding, product = self.binding(self.tee), self.one_in_shop(self.tee)
        self.assertEqual((binding.gid, binding.origin), (product['id'], 'odoo'))
        self.assertEqual(
            {row.gid: row.product_id.default_code for row in binding.variant_ids},
            {row['id']: row['sku'] for row in product['variants']},
        )
        self.assertTrue(all(row.inventory_item_gid for row in binding.variant_ids))

    def test_variants_come_with_their_options_in_order(self):
        self.ask(self.tee)
        product = self.one_in_shop(self.tee)
        self.assertEqual([option['name'] for option in product['options']], ['D5 Size'])
        self.assertEqual([row['option_values'] for row in product['variants']], [['S'], ['M'], ['L']])

    def test_a_second_run_sends_nothing(self):
        self.ask(self.mug | self.tee)
        self.forget()
        wishes = self.ask(self.mug | self.tee)
        self.assertEqual(self.sent(), 0)
        self.assertEqual(set(wishes.mapped('state')), {'same'})
        self.assertEqual((len(self.in_shop(self.mug)), len(self.in_shop(self.tee))), (1, 1))

    def test_more_variants_than_one_call_takes_all_arrive(self):
        sizes = [f'{number:03}' for number in range(230)]
        many = self.with_sizes('Many Sizes', 'D5-MANY', *sizes, attribute='D5 Many')
        self.ask(many)
        product = self.one_in_shop(many)
        self.assertEqual(sorted(row['sku'] for row in product['variants']), [f'D5-MANY-{size}' for size in sizes])
        rows = self.binding(many).variant_ids
        self.assertEqual(rows.product_id, many.product_variant_ids)
        self.forget()
        self.ask(many)
        self.assertEqual(self.sent(), 0)

    def test_many_products_take_few_requests(self):
        templates = self.batch(40)
        self.forget()
        wishes = self.ask(templates)
        self.assertEqual(set(wishes.mapped('state')), {'done'})
        self.assertEqual(self.sent(), 2)
        self.assertLess(self.asked(), 20)

    def test_a_product_of_the_shop_with_the_same_sku_is_linked_and_not_doubled(self):
        made = self.simulator.post(
            f'/shops/{self.shop.shop_domain}/products', title='Old Mug', sku='D5-MUG', price='9.00'
        )
        self.ask(self.mug)
        self.assertEqual(self.binding(self.mug).gid, made['id'])
        titles = [row['title'] for row in self.simulator.state(self.shop.shop_domain)['products']]
        self.assertNotIn('Old Mug', titles)
        self.assertEqual(len(self.in_shop(self.mug)), 1)

    def test_a_sku_that_many_variants_of_the_shop_have_hides_no_other(self):
        values = [str(number) for number in range(101)]
        many = {
            'title': 'One SKU For All',
            'options': [{'name': 'Number', 'values': values}],
            'variants': [{'values': [value], 'sku': 'D5-TEE-L', 'price': '9.00'} for value in values],
        }
        path = f'/shops/{self.shop.shop_domain}/products'
        self.simulator.post(path, **many)
        made = self.simulator.post(path, title='Old Mug', sku='D5-MUG', price='9.00')
        self.ask(self.mug | self.tee)
        self.assertEqual(self.binding(self.mug).gid, made['id'])
        self.assertEqual(len(self.in_shop(self.mug)), 1)

    def test_two_stores_get_the_same_product_each(self):
        other = self.connected_store('northwind')
        self.ask(self.tee)
        self.ask(self.tee, backend=other)
        for backend in (self.shop, other):
            self.assertEqual(len(self.one_in_shop(self.tee, backend)['variants']), 3)
        self.assertEqual(len(self.tee.shopify_binding_ids), 2)


class TestLostAnswers(ExportCase):
    def test_a_crash_after_the_shop_has_made_it_makes_no_second_one(self):
        wish = self.ask(self.tee, run=False)
        self.crash(done=True)
        self.assertEqual((wish.state, bool(wish.variables)), ('open', True))
        self.assertFalse(self.binding(self.tee))
        self.hurry()
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual(self.binding(self.tee).gid, self.one_in_shop(self.tee)['id'])
        self.assertEqual(wish.state, 'done')

    def test_a_crash_before_it_left_makes_it_afterwards(self):
        wish = self.ask(self.tee, run=False)
        self.crash(done=False)
        self.assertEqual(self.in_shop(self.tee), [])
        self.hurry()
        self.run_lane(self.shop, 'catalogue')
        self.one_in_shop(self.tee)
        self.assertEqual(wish.state, 'done')

    def test_a_lost_reply_is_no_second_product(self):
        self.ask(self.mug, run=False)
        self.simulator.fault(self.shop.shop_domain, 'disconnect_after', count=6, match='productSet')
        self.run_lane(self.shop, 'catalogue')
        self.simulator.post(f'/shops/{self.shop.shop_domain}/faults', clear=True)
        self.hurry()
        self.run_lane(self.shop, 'catalogue')
        self.one_in_shop(self.mug)
        self.assertEqual(len(self.binding(self.mug)), 1)

    def lose_the_answer(self):
        self.simulator.fault(self.shop.shop_domain, 'disconnect_after', match='ChangeProducts')
        for _turn in range(2):
            self.run_lane(self.shop, 'catalogue')
            self.hurry()

    def test_a_lost_reply_to_a_new_and_a_removed_variant_is_no_refusal(self):
        self.ask(self.tee)
        line = self.tee.attribute_line_ids
        line.value_ids = [(0, 0, {'name': 'XL', 'attribute_id': line.attribute_id.id, 'sequence': 9})]
        self.product(self.tee, 'S').active = False
        wish = self.ask(self.tee, run=False, remove_variants=True)
        self.lose_the_answer()
        self.assertIn(wish.state, ('done', 'same'), wish.message)
        task = self.env['shopify.task'].search([('key', '=', wish._task_key())])
        self.assertEqual(task.state, 'done', task.message)
        self.assertEqual([row['option_values'] for row in self.one_in_shop(self.tee)['variants']], [['M'], ['L'], ['XL']])
        self.assertLessEqual(self.tee.product_variant_ids, self.binding(self.tee).variant_ids.product_id)

    def test_a_lost_reply_to_first_options_is_no_refusal(self):
        self.ask(self.mug)
        attribute = self.tee.attribute_line_ids.attribute_id
        self.mug.attribute_line_ids = [
            (0, 0, {'attribute_id': attribute.id, 'value_ids': [(6, 0, attribute.value_ids.ids)]})
        ]
        wish = self.ask(self.mug, run=False)
        self.lose_the_answer()
        self.assertIn(wish.state, ('done', 'same'), wish.message)
        self.assertEqual([row['option_values'] for row in self.one_in_shop(self.mug)['variants']], [['S'], ['M'], ['L']])
        self.assertEqual(self.binding(self.mug).variant_ids.product_id, self.mug.product_variant_ids)

    def test_a_new_product_that_cannot_be_read_yet_is_linked_later(self):
        wish = self.ask(self.mug, run=False)
        with patch.object(type(self.env['shopify.sync.product']), '_fetch', lambda *_args: []):
            self.run_lane(self.shop, 'catalogue')
        task = self.env['shopify.task'].search([('key', '=', wish._task_key())])
        self.assertEqual((wish.state, task.state), ('waiting', 'pending'))
        self.hurry()
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual(self.binding(self.mug).gid, self.one_in_shop(self.mug)['id'])
        self.assertIn(wish.state, ('done', 'same'))
        self.assertEqual(task.state, 'done')

    def test_the_news_of_a_product_of_a_lost_answer_takes_it_for_no_new_one(self):
        self.mug.default_code = False
        self.mug.barcode = False
        self.ask(self.mug, run=False)
        self.crash(done=True)
        gid = self.one_in_shop(self.mug)['id']
        before = self.env['product.template'].search_count([])
        self.ring(self.shop, 'product', gid)
        self.assertEqual(self.env['product.template'].search_count([]), before)
        self.assertEqual(self.binding(self.mug).gid, gid)

    def test_a_crash_amid_the_variants_loses_and_doubles_none(self):
        many = self.with_sizes('Many Sizes', 'D5-MANY', *map(str, range(130)), attribute='D5 Many')
        for done in (True, False):
            with self.subTest(done=done):
                many.name = f'Many Sizes {done}'
                self.binding(many).deleted_at = '2026-01-01 00:00:00'
                self.binding(many).unlink()
                self.env['ir.config_parameter'].sudo().set_param('database.uuid', f'd5-{done}')
                self.shop.connected_database = f'd5-{done}'
                for product in many.product_variant_ids:
                    product.default_code = f'D5-{done}-{product.product_template_attribute_value_ids.name}'
                self.ask(many, run=False)
                self.crash(done=done, at='ChangeProducts')
                self.hurry()
                self.run_lane(self.shop, 'catalogue')
                self.assertEqual(len(self.one_in_shop(many)['variants']), 130)
                self.assertEqual(self.binding(many).variant_ids.product_id, many.product_variant_ids)


class TestChanging(ExportCase):
    def test_only_what_differs_is_sent(self):
        self.ask(self.tee)
        self.tee.name = 'Organic Shirt'
        self.forget()
        wish = self.ask(self.tee)
        self.assertEqual(self.sent(), 1)
        self.assertEqual([row[1:] for row in wish.rows], [['Title', 'Organic Tee', 'Organic Shirt']])
        self.one_in_shop(self.tee)

    def test_prices_of_many_products_take_few_requests(self):
        templates = self.batch(50)
        self.ask(templates)
        templates.list_price = 4.0
        self.forget()
        self.ask(templates, groups=['price'], variants=False)
        self.assertEqual(self.sent(), 2)
        prices = {float(self.one_in_shop(template)['variants'][0]['price']) for template in templates}
        self.assertEqual(prices, {4.0})

    def test_a_new_variant_is_added_and_the_others_stay(self):
        self.ask(self.tee)
        before = {row['id'] for row in self.one_in_shop(self.tee)['variants']}
        line = self.tee.attribute_line_ids
        line.value_ids = [(0, 0, {'name': 'XL', 'attribute_id': line.attribute_id.id, 'sequence': 9})]
        self.product(self.tee, 'XL').default_code = 'D5-TEE-XL'
        self.ask(self.tee)
        product = self.one_in_shop(self.tee)
        self.assertEqual([row['option_values'] for row in product['variants']], [['S'], ['M'], ['L'], ['XL']])
        self.assertLess(before, {row['id'] for row in product['variants']})
        self.assertEqual(self.binding(self.tee).variant_ids.product_id, self.tee.product_variant_ids)

    def test_a_product_without_options_gets_those_that_odoo_has_given_it(self):
        self.ask(self.mug)
        kept = self.one_in_shop(self.mug)['variants'][0]['id']
        attribute = self.tee.attribute_line_ids.attribute_id
        self.mug.attribute_line_ids = [
            (0, 0, {'attribute_id': attribute.id, 'value_ids': [(6, 0, attribute.value_ids.ids)]})
        ]
        for product in self.mug.product_variant_ids:
            product.default_code = f'D5-MUG-{product.product_template_attribute_value_ids.name}'
        self.ask(self.mug)
        product = self.one_in_shop(self.mug)
        self.assertEqual([row['option_values'] for row in product['variants']], [['S'], ['M'], ['L']])
        self.assertEqual(product['variants'][0]['id'], kept)
        self.assertEqual(self.binding(self.mug).variant_ids.product_id, self.mug.product_variant_ids)
        self.ask(self.mug)
        self.assertEqual(
            [row['sku'] for row in self.one_in_shop(self.mug)['variants']], ['D5-MUG-S', 'D5-MUG-M', 'D5-MUG-L']
        )

    def test_variants_that_odoo_does_not_know_stay(self):
        self.ask(self.tee)
        self.tee.product_variant_ids[0].active = False
        self.ask(self.tee)
        self.assertEqual(len(self.one_in_shop(self.tee)['variants']), 3)

    def test_variants_are_removed_when_that_was_asked_for(self):
        self.ask(self.tee)
        self.product(self.tee, 'S').active = False
        self.ask(self.tee, remove_variants=True)
        self.assertEqual([row['option_values'] for row in self.one_in_shop(self.tee)['variants']], [['M'], ['L']])

    def test_a_variant_that_was_never_linked_is_not_removed(self):
        self.ask(self.tee)
        binding = self.binding(self.tee)
        place = f'/shops/{self.shop.shop_domain}/products'
        self.simulator.post(place, id=binding.gid, add_variant={'values': ['XXL'], 'sku': 'THEIRS'})
        theirs = next(row for row in self.one_in_shop(self.tee)['variants'] if row['sku'] == 'THEIRS')
        binding.variant_ids.create(
            {'backend_id': self.shop.id, 'product_binding_id': binding.id, 'gid': theirs['id'], 'sku': 'THEIRS'}
        )
        self.product(self.tee, 'S').active = False
        self.product(self.tee, 'M').unlink()
        self.ask(self.tee, remove_variants=True, variants=False)
        self.assertEqual([row['option_values'] for row in self.one_in_shop(self.tee)['variants']], [['L'], ['XXL']])

    def test_the_last_variants_are_never_removed(self):
        self.ask(self.tee)
        self.tee.product_variant_ids.active = False
        wish = self.ask(self.tee, remove_variants=True)
        self.assertEqual(len(self.one_in_shop(self.tee)['variants']), 3)
        self.assertIn(wish.state, ('same', 'refused'))

    def test_a_product_that_was_deleted_in_the_shop_ends_its_link(self):
        self.ask(self.mug)
        self.simulator.post(f'/shops/{self.shop.shop_domain}/products', id=self.binding(self.mug).gid, delete=True)
        wish = self.ask(self.mug)
        self.assertEqual(wish.state, 'refused')
        self.assertTrue(self.binding(self.mug).deleted_at)
        self.ask(self.mug)
        self.one_in_shop(self.mug)


class TestRefusals(ExportCase):
    def test_what_shopify_would_refuse_is_said_before_it_is_asked(self):
        self.mug.name = 'x' * 300
        self.forget()
        wish = self.ask(self.mug)
        self.assertEqual((wish.state, self.sent()), ('refused', 0))
        self.assertIn('255', wish.message)
        task = self.env['shopify.task'].search([('kind', '=', 'product_export')])
        self.assertEqual((task.state, task.error_code), ('failed', 'export_refused'))

    def test_one_refused_product_keeps_no_other_from_being_written(self):
        self.mug.product_variant_ids.barcode = False
        bad = self.env['product.template'].create({'name': 'D5 Bad', 'default_code': 'D5-BAD', 'list_price': -3.0})
        wishes = self.ask(bad | self.mug)
        self.assertEqual(wishes.mapped('state'), ['refused', 'done'])
        self.one_in_shop(self.mug)

    def test_without_the_scope_it_is_said_once_and_nothing_is_sent(self):
        self.shop.granted_scopes = 'read_products'
        self.ask(self.mug | self.tee)
        tasks = self.env['shopify.task'].search([('kind', '=', 'product_export'), ('state', '=', 'failed')])
        self.assertEqual((len(tasks), tasks.error_code), (1, 'missing_scope'))
        self.assertIn('write_products', tasks.message)
        self.assertEqual(self.sent(), 0)

    def test_a_product_of_another_company_is_not_sent(self):
        self.mug.company_id = self.env['res.company'].create({'name': 'D5 Other'})
        wish = self.ask(self.mug)
        self.assertEqual(wish.state, 'refused')
        self.assertIn('D5 Other', wish.message)
        self.assertEqual(self.in_shop(self.mug), [])
