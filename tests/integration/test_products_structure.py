"""Options, variants and lives of products, changed in the shop or in Odoo after they were brought over."""

from tests.integration.test_catalogue_import import CatalogueCase


class StructureCase(CatalogueCase):
    def made(self, **values):
        """A product of the shop, brought to Odoo; its binding."""
        made = self.change(**{'title': 'Scarf', **values})
        tasks = self.ring(self.backend, 'product', made['id'])
        self.assertEqual(set(tasks.mapped('state')), {'done'}, tasks.mapped('message'))
        return self.binding(made['id'])

    def binding(self, gid):
        return self.env['shopify.product.binding'].search([('backend_id', '=', self.backend.id), ('gid', '=', gid)])

    def again(self, binding, **values):
        """Change it in the shop, and read it again."""
        answer = self.change(id=binding.gid, **values)
        self.ring(self.backend, 'product', binding.gid)
        return answer

    @staticmethod
    def options(products):
        """``{SKU: {attribute: value}}``."""
        return {
            product.default_code: {
                ptav.attribute_id.name: ptav.product_attribute_value_id.name
                for ptav in product.product_template_attribute_value_ids
            }
            for product in products
        }

    two = {
        'options': ['Size'],
        'variants': [{'sku': 'SC-S', 'values': ['S']}, {'sku': 'SC-M', 'values': ['M']}],
    }


class TestStructure(StructureCase):
    def test_options_are_found_whatever_their_case(self):
        attribute = self.env['product.attribute'].create({'name': 'sIzE', 'create_variant': 'dynamic'})
        value = self.env['product.attribute.value'].create({'name': 's', 'attribute_id': attribute.id})
        template = self.made(**self.two).product_tmpl_id
        self.assertEqual(template.attribute_line_ids.attribute_id, attribute)
        self.assertIn(value, template.attribute_line_ids.value_ids)
        self.assertEqual(self.options(template.product_variant_ids), {'SC-S': {'sIzE': 's'}, 'SC-M': {'sIzE': 'M'}})

    def test_options_are_found_in_the_language_of_the_shop(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.backend.sudo().catalog_lang_id = self.env['res.lang']._get_data(code='fr_FR').id
        attribute = self.env['product.attribute'].create({'name': 'Reach', 'create_variant': 'dynamic'})
        value = self.env['product.attribute.value'].create({'name': 'Long', 'attribute_id': attribute.id})
        attribute.with_context(lang='fr_FR').name = 'Portée'
        value.with_context(lang='fr_FR').name = 'Longue'
        binding = self.made(options=['Portée'], variants=[{'sku': 'RE-L', 'values': ['Longue']}])
        template = binding.product_tmpl_id
        self.assertEqual(template.attribute_line_ids.value_ids, value)
        for origin, sku in (('odoo', 'RE-S'), ('shopify', 'RE-M')):
            binding.origin = origin
            self.again(binding, add_variant={'values': [sku], 'sku': sku})
        self.assertEqual(set(template.product_variant_ids.mapped('default_code')), {'RE-L', 'RE-S', 'RE-M'})
        self.assertEqual(template.attribute_line_ids.attribute_id, attribute)
        self.assertIn(value, template.attribute_line_ids.value_ids)

    def test_an_attribute_that_makes_all_variants_is_taken_where_the_shop_has_all(self):
        attribute = self.env['product.attribute'].create({'name': 'Size', 'create_variant': 'always'})
        self.env['product.attribute'].search([('name', '=ilike', 'size'), ('id', '!=', attribute.id)]).name = 'Other'
        full = self.made(**self.two).product_tmpl_id
        self.assertEqual(full.attribute_line_ids.attribute_id, attribute)
        some = self.made(
            title='Hat',
            options=['Size', 'Color'],
            variants=[{'sku': 'H1', 'values': ['S', 'Red']}, {'sku': 'H2', 'values': ['M', 'Blue']}],
        ).product_tmpl_id
        self.assertEqual(len(some.product_variant_ids), 2)
        self.assertEqual(set(some.attribute_line_ids.attribute_id.mapped('create_variant')), {'dynamic'})

    def test_a_renamed_value_moves_the_variant_and_keeps_it(self):
        binding = self.made(**self.two)
        products = binding.product_tmpl_id.product_variant_ids
        self.again(binding, options={'Size': {'S': 'Small'}})
        self.assertEqual(binding.product_tmpl_id.product_variant_ids, products)
        self.assertEqual(self.options(products), {'SC-S': {'Size': 'Small'}, 'SC-M': {'Size': 'M'}})
        self.assertEqual(set(binding.product_tmpl_id.attribute_line_ids.value_ids.mapped('name')), {'Small', 'M'})

    def test_a_renamed_option_moves_the_variants_and_keeps_them(self):
        binding = self.made(**self.two)
        products = binding.product_tmpl_id.product_variant_ids
        self.again(binding, options={'Size': 'Length'})
        self.assertEqual(binding.product_tmpl_id.product_variant_ids, products)
        self.assertEqual(self.options(products), {'SC-S': {'Length': 'S'}, 'SC-M': {'Length': 'M'}})
        self.assertEqual(binding.product_tmpl_id.attribute_line_ids.attribute_id.mapped('name'), ['Length'])

    def test_a_new_variant_joins_the_others(self):
        binding = self.made(**self.two)
        self.again(binding, add_variant={'values': ['L'], 'sku': 'SC-L'})
        self.assertEqual(len(binding.product_tmpl_id.product_variant_ids), 3)
        self.assertEqual(self.options(binding.variant_ids.product_id)['SC-L'], {'Size': 'L'})

    def test_a_deleted_variant_is_archived_when_nothing_uses_it(self):
        binding = self.made(**self.two)
        product = binding.variant_ids.filtered(lambda row: row.sku == 'SC-M').product_id
        self.change(sku='SC-M', delete_variant=True)
        self.ring(self.backend, 'product', binding.gid)
        self.assertFalse(product.active)
        self.assertTrue(binding.product_tmpl_id.active)
        self.again(binding, add_variant={'values': ['L'], 'sku': 'SC-L'})
        self.assertFalse(product.active)

    def test_a_deleted_variant_with_stock_stays_and_says_why(self):
        binding = self.made(**self.two)
        row = binding.variant_ids.filtered(lambda row: row.sku == 'SC-M')
        self.env['stock.quant']._update_available_quantity(row.product_id, self.backend.warehouse_id.lot_stock_id, 3)
        self.change(sku='SC-M', delete_variant=True)
        self.ring(self.backend, 'product', binding.gid)
        self.assertTrue(row.deleted_at and row.product_id.active)
        self.assertIn('stock', row.message)

    def test_attributes_of_somebody_elses_product_stay(self):
        attribute = self.env['product.attribute'].create({'name': 'Cut', 'create_variant': 'always'})
        values = self.env['product.attribute.value'].create(
            [{'name': name, 'attribute_id': attribute.id} for name in ('Slim', 'Wide')]
        )
        template = self.env['product.template'].create(
            {
                'name': 'Trousers',
                'attribute_line_ids': [(0, 0, {'attribute_id': attribute.id, 'value_ids': [(6, 0, values.ids)]})],
            }
        )
        for product, sku in zip(template.product_variant_ids, ('SC-S', 'SC-M'), strict=True):
            product.default_code = sku
        products = template.product_variant_ids
        binding = self.made(**self.two)
        self.assertEqual(binding.variant_ids.product_id, products)
        self.again(binding, options={'Size': {'S': 'Small'}})
        self.assertEqual(template.attribute_line_ids.attribute_id, attribute)
        self.assertEqual(template.product_variant_ids, products)

    def test_a_new_variant_of_what_is_several_products_in_odoo_overwrites_none_of_them(self):
        small, medium = self.env['product.product'].create(
            [
                {'name': 'My small one', 'default_code': 'SC-S', 'list_price': 7.0, 'weight': 0.7},
                {'name': 'My medium one', 'default_code': 'SC-M', 'list_price': 8.0, 'weight': 0.8},
            ]
        )
        variants = [*self.two['variants'], {'sku': 'SC-L', 'values': ['L']}]
        binding = self.made(options=['Size'], variants=variants)
        self.assertEqual((binding.origin, binding.product_tmpl_id.id), ('odoo', False))
        self.assertEqual((small | medium).mapped('name'), ['My small one', 'My medium one'])
        self.assertEqual((small | medium).mapped('weight'), [0.7, 0.8])
        linked = {row.sku: row.product_id for row in binding.variant_ids}
        self.assertEqual((linked['SC-S'], linked['SC-M']), (small, medium))
        self.assertEqual(linked['SC-L'].default_code, 'SC-L')

    def test_a_product_of_a_hundred_and_fifty_variants_comes_whole(self):
        sizes = [str(number) for number in range(150)]
        binding = self.made(
            options=['Number'],
            variants=[{'sku': f'N-{size}', 'values': [size]} for size in sizes],
        )
        self.assertEqual(len(binding.variant_ids.product_id), 150)


class TestLives(StructureCase):
    def test_a_product_deleted_in_shopify_stays_in_odoo(self):
        binding = self.made(**self.two)
        template = binding.product_tmpl_id
        self.again(binding, delete=True)
        self.assertEqual((binding.life, template.active), ('deleted', True))

    def test_a_store_may_archive_what_shopify_has_deleted_unless_another_sells_it(self):
        self.backend.deleted_policy = 'archive'
        lonely, shared = self.made(**self.two), self.made(title='Sold twice', variants=[{'sku': 'TWICE'}])
        other = self.connected_store('contoso')
        shop = f'/shops/{other.shop_domain}/products'
        made = self.simulator.post(shop, title='Sold twice', variants=[{'sku': 'TWICE'}])
        self.ring(other, 'product', made['id'])
        lonely_template, template = lonely.product_tmpl_id, shared.product_tmpl_id
        self.again(lonely, delete=True)
        self.again(shared, delete=True)
        self.assertFalse(lonely_template.active)
        self.assertTrue(template.active)
        self.assertIn(other.name, shared.message)

    def test_a_product_that_odoo_had_first_is_not_archived_with_the_shops(self):
        self.backend.deleted_policy = 'archive'
        binding = self.made(**self.two)
        binding.origin = 'odoo'
        self.again(binding, delete=True)
        self.assertEqual((binding.life, binding.product_tmpl_id.active), ('deleted', True))

    def test_a_product_deleted_in_odoo_is_made_again_only_when_asked_for(self):
        binding = self.made(**self.two)
        binding.product_tmpl_id.unlink()
        self.assertEqual(binding.life, 'ended')
        self.again(binding, title='Scarf of wool')
        self.assertFalse(binding.variant_ids.product_id)
        self.assertIn('Make Again', binding.message)
        binding.action_make_again()
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(len(binding.variant_ids.product_id), 2)
        self.assertEqual(binding.life, 'live')

    def test_a_product_archived_in_odoo_sleeps(self):
        binding = self.made(**self.two)
        binding.product_tmpl_id.action_archive()
        self.assertEqual(binding.life, 'sleeping')
        self.again(binding, title='Renamed')
        self.assertFalse(binding.product_tmpl_id.active)
        self.assertEqual(len(binding.product_tmpl_id.with_context(active_test=False).product_variant_ids), 2)

    def test_a_gift_card_is_a_service(self):
        binding = self.made(title='Gift card', is_gift_card=True, variants=[{'sku': 'GIFT', 'requires_shipping': False}])
        self.assertEqual(binding.product_tmpl_id.type, 'service')

    def test_products_without_sku_stay_apart(self):
        first = self.made(title='Nameless', variants=[{'sku': ''}])
        second = self.made(title='Nameless', variants=[{'sku': ''}])
        self.assertTrue(first.product_tmpl_id)
        self.assertNotEqual(first.product_tmpl_id, second.product_tmpl_id)
