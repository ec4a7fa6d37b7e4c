"""Three ways: what the shop has, what Odoo has, what both agreed on, and whose word counts."""

from tests.integration.catalog_case import CatalogCase, product_payload, variant_payload


class TestSettling(CatalogCase):
    def test_a_new_product_takes_everything_that_shopify_has(self):
        payload = product_payload()
        binding = self.bind(payload, origin='shopify')
        self.assertEqual(self.settle(binding, payload, created=True), [])
        template, product = binding.product_tmpl_id, binding.variant_ids.product_id
        self.assertEqual(template.name, 'Chair 1')
        self.assertIn('<b>well</b>', template.shopify_description_html)
        self.assertEqual((template.shopify_vendor, template.shopify_product_type), ('Acme', 'Seats'))
        self.assertEqual(template.shopify_taxonomy_name, 'Furniture > Chairs')
        self.assertEqual(sorted(template.product_tag_ids.mapped('name')), ['Sale', 'oak'])
        self.assertEqual((template.shopify_status, template.shopify_handle), ('active', 'chair-1'))
        self.assertEqual((product.default_code, product.weight, product.standard_price), ('SKU-1', 0.5, 4.0))
        self.assertEqual(self.catalog.env['shopify.difference'].search_count([]), 0)
        values = self.catalog.env['shopify.sync.catalog.values']._get_odoo_values(self.backend, binding)[binding.id]
        shop = self.env['shopify.sync.catalog.values']._get_shop_values(self.backend, payload)
        for name, value in shop['product'].items():
            if not name.startswith('_'):
                self.assertEqual(values['product'][name], value, name)
        for name, value in shop['variants']['gid://shopify/ProductVariant/1'].items():
            self.assertEqual(values['variants']['gid://shopify/ProductVariant/1'][name], value, name)
        self.assertFalse(binding.seen)

    def test_the_second_time_nothing_is_written(self):
        payload = product_payload()
        binding = self.bind(payload, origin='shopify')
        self.settle(binding, payload, created=True)
        self.env.invalidate_all()
        self.env.cr.execute('SELECT max(write_date) FROM product_template')
        with self.assertQueryCount(__system__=40):
            self.settle(binding, payload)
        self.assertEqual(binding.payload_digest, self.catalog._digest(self.backend, payload))
        plan = self.catalog._plan(
            self.backend, {binding: self.env['shopify.sync.catalog.values']._get_shop_values(self.backend, payload)}
        )[binding.id]
        self.assertEqual((plan.apart, plan.pull['product'], plan.push['product']), ({}, {}, {}))

    def test_what_odoo_had_stays_as_it_is_on_both_sides_and_nobody_is_told(self):
        payload = product_payload()
        binding = self.bind(payload)
        before = binding.product_tmpl_id.name
        self.settle(binding, payload)
        self.assertEqual(binding.product_tmpl_id.name, before)
        self.assertEqual(self.rows(binding), {})
        self.assertFalse(self.exports(binding))
        self.assertEqual(binding.seen['title'], 'Chair 1')

    def test_what_shopify_owns_follows_the_shop(self):
        payload = product_payload()
        binding = self.bind(payload, origin='shopify')
        self.settle(binding, payload, created=True)
        self.settle(binding, product_payload(title='Armchair', tags=['oak']))
        self.assertEqual(binding.product_tmpl_id.name, 'Armchair')
        self.assertEqual(binding.product_tmpl_id.product_tag_ids.mapped('name'), ['oak'])

    def test_a_change_in_odoo_of_what_shopify_owns_is_a_difference_and_not_fought_over(self):
        payload = product_payload()
        binding = self.bind(payload, origin='shopify')
        self.settle(binding, payload, created=True)
        binding.product_tmpl_id.name = 'Stool'
        self.settle(binding, payload)
        self.assertEqual(self.rows(binding), {'title': ('difference', 'Chair 1', 'Stool')})
        self.assertEqual(binding.product_tmpl_id.name, 'Stool')
        self.settle(binding, product_payload(title='Bench'))
        self.assertEqual(self.rows(binding), {'title': ('conflict', 'Bench', 'Stool')})
        binding.product_tmpl_id.name = 'Bench'
        self.settle(binding, product_payload(title='Bench'))
        self.assertEqual(self.rows(binding), {})

    def test_what_odoo_owns_becomes_an_export_and_is_never_written_here(self):
        payload = product_payload()
        binding = self.bind(payload)
        self.own('odoo', 'text')
        self.settle(binding, payload)
        self.assertEqual(len(self.exports(binding)), 1)
        self.assertNotEqual(binding.product_tmpl_id.name, 'Chair 1')

    def test_a_blank_in_shopify_wipes_nothing_but_what_says_so(self):
        payload = product_payload(variants=[variant_payload(1, barcode='4006381333931', compareAtPrice='20.00')])
        binding = self.bind(payload, origin='shopify')
        self.settle(binding, payload, created=True)
        product = binding.variant_ids.product_id
        self.assertEqual(product.barcode, '4006381333931')
        rules = self.backend.compare_pricelist_id.item_ids
        self.assertEqual(rules.fixed_price, 20.0)
        blank = product_payload(variants=[variant_payload(1, sku='', barcode='', compareAtPrice=None)], tags=[])
        self.settle(binding, blank)
        self.assertEqual((product.default_code, product.barcode), ('SKU-1', '4006381333931'))
        self.assertFalse(rules.exists())
        self.assertFalse(binding.product_tmpl_id.product_tag_ids)

    def test_two_stores_that_own_one_product_do_not_fight(self):
        second = self.connected('beta', currency_code=self.env.company.currency_id.name)
        product = self.storable('BOTH')
        one, two = product_payload(1, title='One'), product_payload(1, title='Two')
        first, other = self.bind(one, [product]), self.bind(two, [product], backend=second)
        self.own('shopify')
        self.own('shopify', backend=second)
        self.settle(first, one)
        self.settle(other, two)
        self.assertEqual(product.name, 'Two')
        for _again in range(3):
            self.settle(first, one)
            self.settle(other, two)
        self.assertEqual(product.name, 'Two')
        self.assertEqual(self.rows(first)['title'], ('difference', 'One', 'Two'))
        self.settle(other, product_payload(1, title='Three'))
        self.settle(first, one)
        self.assertEqual(product.name, 'Three')

    def test_a_barcode_that_another_product_has_is_said_and_the_rest_goes_on(self):
        self.storable('OTHER', barcode='4006381333931')
        payload = product_payload(variants=[variant_payload(1, barcode='4006381333931')])
        binding = self.bind(payload, origin='shopify')
        notes = self.settle(binding, payload, created=True)
        self.assertEqual(len(notes), 1)
        self.assertIn('belongs to', notes[0])
        self.assertEqual(binding.product_tmpl_id.name, 'Chair 1')
        self.assertFalse(binding.payload_digest)
        self.env['product.product'].search([('default_code', '=', 'OTHER')]).barcode = False
        self.assertEqual(self.settle(binding, payload), [])
        self.assertEqual(binding.variant_ids.product_id.barcode, '4006381333931')
        self.assertTrue(binding.payload_digest)

    def test_html_that_odoo_cleans_is_no_change_and_other_shops_get_the_original(self):
        html = '<p onclick="x()">Hi</p><script>alert(1)</script><iframe src="https://a.example/v"></iframe>'
        payload = product_payload(descriptionHtml=html)
        binding = self.bind(payload, origin='shopify')
        self.settle(binding, payload, created=True)
        self.assertNotIn('script', binding.product_tmpl_id.shopify_description_html)
        self.settle(binding, payload)
        self.assertEqual(self.rows(binding), {})
        values = self.env['shopify.sync.catalog.values']
        second = self.connected('beta')
        other = self.bind(payload, [binding.variant_ids.product_id], backend=second)
        found = values._get_odoo_values(second, other)[other.id]['product']['description']
        self.assertEqual(found, values._get_shop_values(second, payload)['product']['description'])
        binding.product_tmpl_id.shopify_description_html = '<p>Mine</p>'
        self.assertEqual(values._get_odoo_values(second, other)[other.id]['product']['description'], '<p>Mine</p>')

    def test_texts_are_read_and_written_in_the_language_of_the_catalogue(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.backend.sudo().catalog_lang_id = self.env['res.lang']._lang_get('fr_FR')
        payload = product_payload(title='Chaise')
        binding = self.bind(payload)
        template = binding.product_tmpl_id
        english = template.with_context(lang='en_US').name
        self.own('shopify', 'text')
        self.settle(binding, payload)
        self.assertEqual(template.with_context(lang='fr_FR').name, 'Chaise')
        self.assertEqual(template.with_context(lang='en_US').name, english)
        self.settle(binding, payload)
        self.assertEqual(self.rows(binding), {})

    def test_a_product_type_finds_the_category_of_its_name_and_a_person_teaches_the_others(self):
        seats = self.env['product.category'].create({'name': 'seats'})
        stools = self.env['product.category'].create({'name': 'Stools'})
        self.own('shopify', 'category')
        payload = product_payload(category=None)
        binding = self.bind(payload)
        self.settle(binding, payload)
        self.assertEqual(binding.product_tmpl_id.categ_id, seats)
        later = product_payload(category=None, productType='High seats')
        self.settle(binding, later)
        row = self.backend.category_mapping_ids.filtered(lambda row: row.name == 'High seats')
        self.assertEqual((row.category_id.ids, binding.product_tmpl_id.categ_id), ([], seats))
        row.category_id = stools
        other = product_payload(2, category=None, productType='high seats')
        second = self.bind(other)
        self.settle(second, other)
        self.assertEqual(second.product_tmpl_id.categ_id, stools)

    def test_a_product_that_is_moved_to_another_category_has_the_type_that_stands_for_it(self):
        stools = self.env['product.category'].create({'name': 'Stools'})
        self.own('shopify', 'category')
        first, second = product_payload(category=None), product_payload(2, category=None, productType='Stools')
        one, other = self.bind(first), self.bind(second)
        self.env['product.category'].create({'name': 'Seats'})
        self.settle(one, first)
        self.settle(other, second)
        one.product_tmpl_id.categ_id = stools
        self.settle(one, first)
        self.assertEqual(self.rows(one)['product_type'], ('difference', 'Seats', 'Stools'))

    def test_stock_that_is_valued_in_another_way_is_not_moved_by_a_shop(self):
        average = self.env['product.category'].create({'name': 'Seats', 'property_cost_method': 'average'})
        product = self.storable('VALUED', 5)
        self.env['stock.move'].create(
            {
                'product_id': product.id,
                'product_uom_qty': 1,
                'location_id': self.warehouse.lot_stock_id.id,
                'location_dest_id': self.env.ref('stock.stock_location_customers').id,
            }
        )._action_confirm()
        self.own('shopify')
        payload = product_payload(category=None, variants=[variant_payload(1, item={'tracked': False})])
        binding = self.bind(payload, [product])
        notes = self.settle(binding, payload)
        self.assertNotEqual(product.categ_id, average)
        self.assertTrue(product.is_storable)
        self.assertEqual(len(notes), 2, notes)

    def test_what_is_not_taxable_has_no_tax_of_this_company(self):
        company = self.env['res.company'].create({'name': 'Elsewhere'})
        country = self.env.ref('base.it').id
        group = self.env['account.tax.group'].create({'name': 'G', 'company_id': company.id, 'country_id': country})
        foreign = self.env['account.tax'].create(
            {
                'name': 'Foreign',
                'amount': 5,
                'company_id': company.id,
                'country_id': country,
                'tax_group_id': group.id,
            }
        )
        own = self.env['account.tax'].create({'name': 'Own', 'amount': 6})
        product = self.storable('TAXED')
        product.taxes_id = own + foreign
        self.own('shopify', 'tax')
        payload = product_payload(variants=[variant_payload(1, taxable=False)])
        binding = self.bind(payload, [product])
        self.settle(binding, payload)
        self.assertEqual(product.taxes_id, foreign)

    def test_weights_are_kilograms_whatever_unit_odoo_has(self):
        self.own('shopify', 'logistics')
        payload = product_payload(
            variants=[variant_payload(1, item={'measurement': {'weight': {'value': 125, 'unit': 'GRAMS'}}})]
        )
        binding = self.bind(payload)
        self.settle(binding, payload)
        self.assertEqual(binding.variant_ids.product_id.weight, 0.13)
        self.settle(binding, payload)
        self.assertEqual(self.rows(binding), {})
        self.env['ir.config_parameter'].set_param('product.weight_in_lbs', '1')
        heavy = product_payload(
            variants=[variant_payload(1, item={'measurement': {'weight': {'value': 2, 'unit': 'POUNDS'}}})]
        )
        self.settle(binding, heavy)
        self.assertEqual(binding.variant_ids.product_id.weight, 2.0)

    def test_a_template_behind_several_products_of_a_shop_has_no_title_there(self):
        template = self.env['product.template'].create({'name': 'Both', 'type': 'consu'})
        for number in (1, 2):
            self.bind(product_payload(number), [template.product_variant_id])
        self.own('shopify')
        binding = template.shopify_binding_ids[0]
        self.settle(binding, product_payload(1))
        self.assertEqual(template.name, 'Both')

    def test_a_product_that_some_rule_of_odoo_refuses_does_not_hold_up_the_others(self):
        bad, good = product_payload(1), product_payload(2)
        first, second = self.bind(bad, origin='shopify'), self.bind(good, origin='shopify')
        self.patch(
            type(self.env['product.template']),
            'write',
            self._refusing(first.product_tmpl_id.id, type(self.env['product.template']).write),
        )
        notes = self.catalog._settle(self.backend, {first: bad, second: good}, created=True)
        self.assertEqual(notes, {first.id: ['Not this one.']})
        self.assertEqual(second.product_tmpl_id.name, 'Chair 2')
        self.assertFalse(first.payload_digest)

    def _refusing(self, id_, write):
        def refuse(records, vals):
            if id_ in records.ids and 'name' in vals:
                raise ValueError('Not this one.')
            return write(records, vals)

        return refuse
