"""Options and values that get another name, in Odoo or in the shop: they stay the same attribute and value."""

from tests.integration.test_translations import TranslatedCase


class TestOptionNames(TranslatedCase):
    def exported(self):
        self.ask(self.tee)
        self.own('odoo', 'text')
        self.forget()
        return self.binding(self.tee).gid

    def names(self, gid):
        return set(self.options(gid))

    def test_a_value_renamed_in_odoo_is_renamed_in_the_shop(self):
        gid = self.exported()
        before = self.options(gid)
        line = self.tee.attribute_line_ids
        line.value_ids[0].name = 'Small'
        line.attribute_id.name = 'Fit'
        self.carry()
        after = self.options(gid)
        self.assertEqual((after['Small'], after['Fit']), (before['S'], before['D5 Size']))
        self.assertEqual(self.names(gid), {'Fit', 'Small', 'M', 'L'})
        self.assertEqual(self.sent(), 1)
        products = self.tee.product_variant_ids
        self.forget()
        self.bring(gid)
        self.carry()
        self.assertEqual(self.sent(), 0)
        self.assertEqual(self.tee.product_variant_ids, products)
        self.assertEqual(set(line.value_ids.mapped('name')), {'Small', 'M', 'L'})
        self.assertFalse(self.env['shopify.difference'].search([('backend_id', '=', self.shop.id)]))

    def test_a_new_variant_goes_with_the_new_names(self):
        gid = self.exported()
        self.own('odoo', 'codes')
        line = self.tee.attribute_line_ids
        line.attribute_id.name = 'Fit'
        value = self.env['product.attribute.value'].create({'attribute_id': line.attribute_id.id, 'name': 'XL'})
        line.value_ids += value
        self.product(self.tee, 'XL').default_code = 'D5-TEE-XL'
        self.carry()
        self.assertEqual(self.names(gid), {'Fit', 'S', 'M', 'L', 'XL'})
        self.assertEqual(len(self.one_in_shop(self.tee)['variants']), 4)

    def test_a_value_renamed_in_the_shop_is_renamed_in_odoo_where_it_is_this_products_alone(self):
        gid = self.shirt('G6 Color')
        template = self.bring(gid).product_tmpl_id
        line, products = template.attribute_line_ids, template.product_variant_ids
        red = line.value_ids.filtered(lambda value: value.name == 'Red')
        self.change(gid, **{'G6 Color': {'Red': 'Crimson'}})
        self.bring(gid)
        self.assertEqual(red.name, 'Crimson')
        self.assertEqual((line.value_ids.mapped('name'), template.product_variant_ids), (['Crimson', 'Blue'], products))

    def change(self, gid, **options):
        self.simulator.post(f'/shops/{self.domain}/products', id=gid, options=options)

    def test_a_value_that_other_products_have_too_keeps_its_name(self):
        gid = self.shirt()
        template = self.bring(gid).product_tmpl_id
        line = template.attribute_line_ids
        red = line.value_ids.filtered(lambda value: value.name == 'Red')
        self.env['product.template'].create(
            {
                'name': 'Scarf',
                'attribute_line_ids': [(0, 0, {'attribute_id': line.attribute_id.id, 'value_ids': [(6, 0, red.ids)]})],
            }
        )
        products = template.product_variant_ids
        self.change(gid, Color={'Red': 'Crimson'})
        self.bring(gid)
        self.assertEqual(red.name, 'Red')
        self.assertEqual(set(line.value_ids.mapped('name')), {'Crimson', 'Blue'})
        self.assertEqual(template.product_variant_ids, products)

    def test_the_shops_name_is_not_taken_where_odoo_owns_it_and_is_shown(self):
        gid = self.exported()
        self.change(gid, **{'D5 Size': {'S': 'Tiny'}})
        self.bring(gid)
        self.assertIn('S', self.tee.attribute_line_ids.value_ids.mapped('name'))
        row = self.env['shopify.difference'].search([('backend_id', '=', self.shop.id)])
        self.assertEqual((row.kind, row.label, row.in_shopify, row.in_odoo), ('difference', 'Option Value', 'Tiny', 'S'))
        row.action_take_shopify()
        self.assertIn('Tiny', self.tee.attribute_line_ids.value_ids.mapped('name'))

    def test_names_that_were_different_before_options_were_compared_stay_until_one_is_changed(self):
        gid = self.exported()
        binding, line = self.binding(self.tee), self.tee.attribute_line_ids
        small, medium, large = line.value_ids
        # As the release before has left it: bound, agreed on all but the options.
        kept = {name: value for name, value in binding.agreed.items() if 'option:' not in name}
        binding.write({'agreed': kept, 'option_links': False, 'payload_digest': False})
        quiet = self.env(context={**self.env.context, 'shopify_catalog_pull': self.shop.id})
        (small | medium).with_env(quiet).mapped(lambda value: value.write({'name': f'Size {value.name}'}))
        self.bring(gid)
        self.carry()
        self.assertEqual(self.names(gid), {'D5 Size', 'S', 'M', 'L'})
        self.assertEqual((self.sent(), small.name), (0, 'Size S'))
        self.assertFalse(self.env['shopify.difference'].search([('backend_id', '=', self.shop.id)]))
        large.name = 'Large'
        self.carry()
        self.assertEqual(self.names(gid), {'D5 Size', 'S', 'M', 'Large'})
        small.name = 'Small'
        self.carry()
        self.assertEqual(self.names(gid), {'D5 Size', 'Small', 'M', 'Large'})
        self.bring(gid)
        self.assertEqual(set(line.value_ids.mapped('name')), {'Small', 'Size M', 'Large'})
