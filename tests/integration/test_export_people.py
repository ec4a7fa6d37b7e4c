from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from tests.integration.export_case import ExportCase

PICTURE = b'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='


class TestDialog(ExportCase):
    def share(self):
        super().share()
        self.manager = new_test_user(
            self.env, 'd5manager', 'shopify_connector.group_shopify_manager,product.group_product_manager'
        )

    def dialog(self, templates, user=None, **values):
        wizards = self.env['shopify.product.export.wizard'].with_user(user or self.manager)
        wizard = wizards.with_context(active_model='product.template', active_ids=templates.ids).create(
            {'backend_ids': [(6, 0, self.shop.ids)], **values}
        )
        self.assertEqual(wizard.template_ids, templates)
        return wizard

    def lines(self, wizard):
        return {(line.kind, line.variant, line.field): (line.now or '', line.then or '') for line in wizard.line_ids}

    def test_a_manager_sees_what_will_be_made_and_says_yes(self):
        wizard = self.dialog(self.tee | self.mug)
        wizard.action_preview()
        self.assertEqual((wizard.step, wizard.create_count, wizard.change_count, wizard.stop_count), ('look', 2, 0, 0))
        self.assertEqual(self.lines(wizard)['create', '', 'Title'][0], '')
        self.assertEqual(self.lines(wizard)['create', 'D5-MUG', 'Price'], ('', '12.50'))
        self.assertEqual(self.in_shop(self.mug), [])
        wizard.action_export()
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual((len(self.in_shop(self.mug)), len(self.in_shop(self.tee))), (1, 1))
        wishes = self.env['shopify.product.export'].search([])
        self.assertEqual((set(wishes.mapped('state')), wishes.user_id), ({'done'}, self.manager))

    def test_collections_and_channels_are_there_by_name_and_no_button_was_pressed(self):
        place = f'/shops/{self.shop.shop_domain}/collections'
        gone = self.simulator.post(place, title='D5 Spring')['id']
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual(sorted(self.shop.publication_ids.mapped('name')), ['Online Store', 'Point of Sale'])
        self.ask(self.mug)
        new = self.simulator.post(place, title='D5 Summer', products=[self.binding(self.mug).gid])['id']
        self.shop.owner_ids.filtered(lambda row: row.group == 'collections').owner = 'shopify'
        self.env.registry.clear_all_caches()
        self.ring(self.shop, 'product', self.binding(self.mug).gid)
        self.simulator.post(place, id=gone, delete=True)
        self.run_lane(self.shop, 'catalogue')
        rows = self.env['shopify.collection'].search([('backend_id', '=', self.shop.id)])
        self.assertEqual(self.binding(self.mug).collection_ids.mapped('name'), ['D5 Summer'])
        self.assertIn(new, rows.mapped('gid'))
        self.assertNotIn(gone, rows.mapped('gid'))

    def test_what_will_change_stands_field_by_field(self):
        self.ask(self.tee)
        self.tee.name = 'Organic Shirt'
        self.product(self.tee, 'M').default_code = 'D5-NEW-M'
        wizard = self.dialog(self.tee)
        wizard.action_preview()
        self.assertEqual(
            self.lines(wizard),
            {
                ('change', '', 'Title'): ('Organic Tee', 'Organic Shirt'),
                ('change', 'D5-TEE-M', 'SKU'): ('D5-TEE-M', 'D5-NEW-M'),
            },
        )
        self.assertEqual(self.one_in_shop_titled('Organic Tee')['title'], 'Organic Tee')

    def one_in_shop_titled(self, title):
        products = self.simulator.state(self.shop.shop_domain)['products']
        return next(row for row in products if row['title'] == title)

    def test_pictures_and_metafields_are_shown_and_recorded(self):
        self.ask(self.mug)
        self.env['shopify.metafield.mapping'].create(
            {
                'backend_id': self.shop.id,
                'owner_type': 'product',
                'key': 'care',
                'field_id': self.env['ir.model.fields']._get('product.template', 'description_sale').id,
            }
        )
        self.mug.write({'description_sale': 'Wipe dry', 'image_1920': PICTURE})
        wizard = self.dialog(self.mug)
        wizard.action_preview()
        shown = {('change', '', 'Images'): ('', '1 picture'), ('change', '', 'custom.care'): ('', 'Wipe dry')}
        self.assertEqual(self.lines(wizard), shown)
        wizard.action_export()
        self.run_lane(self.shop, 'catalogue')
        wish = self.env['shopify.product.export'].search([], limit=1)
        self.assertEqual(wish.state, 'done')
        self.assertEqual(sorted(row[1] for row in wish.rows), ['Images', 'custom.care'])

    def test_looking_ends_no_link_and_archives_nothing(self):
        self.ask(self.mug)
        self.shop.sudo().deleted_policy = 'archive'
        binding = self.binding(self.mug)
        binding.origin = 'shopify'
        self.simulator.post(f'/shops/{self.shop.shop_domain}/products', id=binding.gid, delete=True)
        wizard = self.dialog(self.mug)
        wizard.action_preview()
        self.assertEqual((bool(binding.deleted_at), self.mug.active), (False, True))
        self.assertIn("deleted in Shopify", wizard.line_ids.then)

    def test_prices_only_writes_prices_only(self):
        self.ask(self.mug)
        self.mug.write({'name': 'Another Mug', 'list_price': 14.0})
        wizard = self.dialog(self.mug, scope='prices')
        wizard.action_preview()
        self.assertEqual(self.lines(wizard), {('change', 'D5-MUG', 'Price'): ('12.50', '14.00')})
        wizard.action_export()
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual(float(self.one_in_shop_titled('Enamel Mug')['title'] == 'Enamel Mug'), 1.0)

    def test_what_cannot_be_sent_says_why_and_is_left_out(self):
        self.mug.name = 'x' * 300
        wizard = self.dialog(self.mug | self.tee)
        wizard.action_preview()
        self.assertEqual((wizard.create_count, wizard.stop_count), (1, 1))
        stop = wizard.line_ids.filtered(lambda line: line.kind == 'stop')
        self.assertIn('255', stop.then)
        wizard.action_export()
        self.assertEqual(self.env['shopify.product.export'].search([]).product_tmpl_id, self.tee)

    def test_nothing_to_write_is_said(self):
        self.ask(self.mug)
        wizard = self.dialog(self.mug)
        wizard.action_preview()
        self.assertEqual((wizard.same_count, wizard.change_count, wizard.create_count), (1, 0, 0))

    def test_deleted_variants_are_shown_as_such(self):
        self.ask(self.tee)
        self.product(self.tee, 'S').active = False
        wizard = self.dialog(self.tee, remove_variants=True)
        wizard.action_preview()
        self.assertEqual(wizard.remove_count, 1)

    def test_variants_of_the_list_of_variants_are_their_products(self):
        wizards = self.env['shopify.product.export.wizard'].with_user(self.manager)
        wizard = wizards.with_context(active_model='product.product', active_ids=self.tee.product_variant_ids.ids)
        with Form(wizard) as form:
            form.backend_ids.add(self.shop)
        self.assertEqual(form.record.template_ids, self.tee)

    def test_a_shop_user_looks_at_exports_and_sends_none(self):
        user = new_test_user(self.env, 'd5user', 'shopify_connector.group_shopify_user,product.group_product_manager')
        wish = self.ask(self.mug)
        self.assertEqual(wish.with_user(user).read(['state'])[0]['state'], 'done')
        with self.assertRaises(AccessError):
            self.dialog(self.tee, user=user)
        wish.state = 'refused'
        with self.assertRaises(AccessError):
            wish.with_user(user).action_export_again()

    def test_who_has_no_role_sees_nothing_and_works_on_products(self):
        worker = new_test_user(self.env, 'd5worker', 'product.group_product_manager,stock.group_stock_user')
        self.ask(self.tee)
        for model in ('shopify.product.export', 'shopify.collection', 'shopify.publication'):
            with self.assertRaises(AccessError):
                self.env[model].with_user(worker).search([])
        template = self.tee.with_user(worker)
        template.name = 'Changed'
        template.product_variant_ids[0].default_code = 'D5-X'
        template.active = False
        self.env.flush_all()
        template.unlink()

    def test_a_manager_of_another_company_sees_and_sends_nothing(self):
        company = self.env['res.company'].create({'name': 'D5 Elsewhere'})
        other = new_test_user(
            self.env,
            'd5other',
            'shopify_connector.group_shopify_manager,product.group_product_manager',
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.ask(self.mug)
        self.assertFalse(self.env['shopify.product.export'].with_user(other).search([]))
        with self.assertRaises(AccessError):
            self.dialog(self.mug, user=other).action_preview()

    def test_without_the_scope_the_dialog_says_what_to_do(self):
        self.shop.granted_scopes = 'read_products'
        with self.assertRaisesRegex(UserError, 'write_products'):
            self.dialog(self.mug).action_preview()

    def test_a_shop_that_does_not_answer_is_a_sentence(self):
        self.simulator.fault(self.shop.shop_domain, 'revoke_token', count=20)
        self.simulator.settings(self.shop.shop_domain, revoke_tokens=True)
        with self.assertRaisesRegex(UserError, 'Contoso'):
            self.dialog(self.mug).action_preview()

    def test_what_was_refused_is_sent_again_by_hand(self):
        self.mug.name = 'x' * 300
        wish = self.ask(self.mug)
        self.mug.name = 'Short'
        wish.with_user(self.manager).action_export_again()
        self.run_lane(self.shop, 'catalogue')
        self.one_in_shop(self.mug)
