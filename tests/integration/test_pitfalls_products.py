"""What went wrong with products elsewhere, one class for each row: it does not happen here."""

from odoo import Command
from odoo.tests import Form

from tests.integration.export_case import GROUPS
from tests.integration.simulated import SimulatedCase


class PitfallCase(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store()
        self.other = self.connected_store('contoso')

    def in_shop(self, backend=None, **body):
        """A product that the merchant makes or changes by hand; its gid."""
        return self.simulator.post(f'/shops/{(backend or self.backend).shop_domain}/products', **body)['id']

    def bring(self, *gids, backend=None):
        self.ring(backend or self.backend, 'product', *gids)

    def binding(self, gid):
        return self.env['shopify.product.binding'].search([('gid', '=', gid)])

    def shown(self, gid, backend=None):
        """The product as the shop has it, with its variants."""
        state = self.simulator.state((backend or self.backend).shop_domain)
        product = next(row for row in state['products'] if row['id'] == gid)
        product['variants'] = [row for row in state['variants'] if row['product_id'] == gid]
        product['collections'] = [row['id'] for row in state['collections'] if gid in row['products']]
        return product

    def writes(self, backend=None):
        return self.simulator.stats((backend or self.backend).shop_domain)['mutations']

    def goods(self, sku, **values):
        return self.env['product.template'].create(
            {'name': f'Odoo {sku}', 'default_code': sku, 'list_price': 1.0, 'taxes_id': False, **values}
        )

    def export(self, templates, backend=None, **options):
        backend = backend or self.backend
        wishes = self.env['shopify.product.export']._ask(
            backend, templates, {'groups': GROUPS, 'status': 'draft', **options}
        )
        self.env.flush_all()
        self.run_lane(backend, 'catalogue')
        return wishes


class TestFirstMatch(PitfallCase):
    """On the first match Odoo overwrites the live shop."""

    def test_a_product_that_both_have_is_linked_and_neither_side_is_written(self):
        template = self.goods('PF-LIVE')
        gid = self.in_shop(
            title='Live Chair',
            sku='PF-LIVE',
            price='199.00',
            description_html='<p>Long text</p>',
            images=[{'seed': 'a'}],
        )
        before, writes = self.shown(gid), self.writes()
        self.bring(gid)
        for lane in ('catalogue', 'stock'):
            self.run_lane(self.backend, lane)
        self.assertEqual(self.binding(gid).product_tmpl_id, template)
        self.assertEqual((self.shown(gid), self.writes()), (before, writes))
        self.assertEqual((template.name, template.list_price), ('Odoo PF-LIVE', 1.0))

    def test_a_change_in_odoo_is_not_sent_before_a_person_has_said_so(self):
        gid = self.in_shop(title='Shop Chair', sku='PF-SHOP', price='199.00')
        self.bring(gid)
        writes = self.writes()
        self.binding(gid).product_tmpl_id.write({'name': 'Renamed', 'list_price': 5.0})
        self.env.flush_all()
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual((self.writes(), self.shown(gid)['title']), (writes, 'Shop Chair'))


class TestCompanies(PitfallCase):
    """Products without a company are not matched: the catalogue is doubled."""

    def test_a_product_of_no_company_is_matched(self):
        template = self.goods('PF-NONE')
        self.assertFalse(template.company_id)
        gid = self.in_shop(title='Chair', sku='PF-NONE')
        self.bring(gid)
        self.assertEqual(self.binding(gid).product_tmpl_id, template)
        self.assertEqual(self.env['product.product'].search_count([('default_code', '=', 'PF-NONE')]), 1)


class TestAttributes(PitfallCase):
    """Attribute lines that are not dynamic are removed, variants archived with their stock."""

    def test_attributes_and_variants_that_odoo_has_stay_with_their_stock(self):
        attribute = self.env['product.attribute'].create(
            {
                'name': 'PF Size',
                'create_variant': 'always',
                'value_ids': [Command.create({'name': name}) for name in ('S', 'M', 'L')],
            }
        )
        template = self.goods(
            False,
            is_storable=True,
            attribute_line_ids=[Command.create({'attribute_id': attribute.id, 'value_ids': attribute.value_ids.ids})],
        )
        for product in template.product_variant_ids:
            product.default_code = f'PF-{product.product_template_attribute_value_ids.name}'
        warehouse = self.env['stock.warehouse'].search([('company_id', '=', self.env.company.id)], limit=1)
        large = template.product_variant_ids.filtered(lambda product: product.default_code == 'PF-L')
        self.env['stock.quant']._update_available_quantity(large, warehouse.lot_stock_id, 7)
        lines, variants = template.attribute_line_ids, template.product_variant_ids
        gid = self.in_shop(
            title='Sizes',
            options=['Size'],
            variants=[{'values': ['S'], 'sku': 'PF-S'}, {'values': ['M'], 'sku': 'PF-M'}],
        )
        self.bring(gid)
        self.in_shop(sku='PF-M', delete_variant=True)
        self.bring(gid)
        self.assertEqual(self.binding(gid).product_tmpl_id, template)
        self.assertEqual((template.attribute_line_ids, template.product_variant_ids), (lines, variants))
        self.assertEqual(lines.value_ids, attribute.value_ids)
        self.assertEqual(large.qty_available, 7)


class TestDescriptions(PitfallCase):
    """HTML lands in the sales description and on quotations."""

    def test_html_goes_to_a_field_of_html_and_a_quotation_stays_clean(self):
        gid = self.in_shop(title='Chair', sku='PF-HTML', description_html='<p>Sit <b>well</b></p>')
        self.bring(gid)
        template = self.binding(gid).product_tmpl_id
        self.assertFalse(template.description_sale)
        texts = [
            template[name] for name, field in template._fields.items()
            if field.type == 'html' and field.store and name.startswith(('description', 'shopify')) and template[name]
        ]  # fmt: skip
        self.assertIn('Sit <b>well</b>', ''.join(texts))
        with Form(self.env['sale.order']) as form:
            form.partner_id = self.env['res.partner'].create({'name': 'Somebody'})
            with form.order_line.new() as line:
                line.product_id = template.product_variant_id
        self.assertNotIn('<', form.record.order_line.name)


class TestBlanks(PitfallCase):
    """A blank SKU or barcode in Shopify wipes Odoo's."""

    def test_a_blank_code_leaves_odoos_alone_whoever_owns_them(self):
        gid = self.in_shop(title='Chair', sku='PF-CODE', barcode='4006381333931')
        self.bring(gid)
        product = self.binding(gid).product_tmpl_id.product_variant_id
        for owner in ('first', 'shopify'):
            self.backend.sudo().owner_ids.filtered(lambda row: row.group == 'codes').sudo().write({'owner': owner})
            self.in_shop(id=gid, new_sku='', barcode='')
            self.bring(gid)
            self.assertEqual((product.default_code, product.barcode), ('PF-CODE', '4006381333931'))


class TestPrices(PitfallCase):
    """Prices drift with the exchange rate, and a tax-included price is stored as tax-excluded."""

    def euros(self):
        """A shop that sells in euros with taxes in its prices, brought by a store of a company in dollars."""
        self.simulator.post(
            '/shops', domain='euro.myshopify.com', currency='EUR', taxes_included=True, products=0, customers=0
        )
        self.shops = {shop['domain'].split('.')[0]: shop for shop in self.simulator.shops()}
        currency = self.env.ref('base.EUR')
        currency.active = True
        rates = self.env['res.currency.rate']
        rates.create({'currency_id': currency.id, 'name': '2026-01-01', 'rate': 0.8})
        return self.connected_store('euro')

    def price(self, backend, product):
        return backend.catalog_pricelist_id._get_product_price(product, 1.0)

    def test_a_price_is_the_shops_own_in_its_currency_however_the_rate_moves(self):
        backend = self.euros()
        gid = self.in_shop(backend, title='Chair', sku='PF-EUR', price='119.99')
        self.bring(gid, backend=backend)
        product = self.binding(gid).product_tmpl_id.product_variant_id
        self.assertEqual(backend.catalog_pricelist_id.currency_id.name, 'EUR')
        before = self.price(backend, product)
        self.env['res.currency.rate'].create(
            {'currency_id': self.env.ref('base.EUR').id, 'name': '2026-02-01', 'rate': 0.5}
        )
        self.env.invalidate_all()
        writes = self.writes(backend)
        for _time in range(3):
            self.in_shop(backend, id=gid, title='Chair again')
            self.bring(gid, backend=backend)
        self.assertEqual(self.price(backend, product), before)
        self.export(product.product_tmpl_id, backend)
        self.assertEqual(self.shown(gid, backend)['variants'][0]['price'], '119.99')
        self.assertEqual(self.writes(backend), writes)

    def test_a_price_with_taxes_is_kept_as_what_it_is_without_them(self):
        tax = self.env['account.tax'].create({'name': 'PF 20 %', 'amount': 20.0, 'type_tax_use': 'sale'})
        backend = self.euros()
        template = self.goods('PF-TAX', taxes_id=[Command.set(tax.ids)])
        backend.sudo().owner_ids.filtered(lambda row: row.group == 'price').sudo().write({'owner': 'shopify'})
        gid = self.in_shop(backend, title='Chair', sku='PF-TAX', price='120.00')
        self.bring(gid, backend=backend)
        self.assertEqual(self.binding(gid).product_tmpl_id, template)
        self.assertAlmostEqual(self.price(backend, template.product_variant_id), 100.0)
        writes = self.writes(backend)
        self.export(template, backend, groups=['price'])
        self.assertEqual(self.shown(gid, backend)['variants'][0]['price'], '120.00')
        self.assertEqual(self.writes(backend), writes)


class TestPartialLists(PitfallCase):
    """`productSet` with a partial list deletes collections, variants, images, metafields."""

    def test_a_change_takes_nothing_away_that_odoo_does_not_know(self):
        gid = self.in_shop(
            title='Chair', options=['Size'], images=[{'seed': 'a'}, {'seed': 'b'}],
            metafields=[{'namespace': 'custom', 'key': 'care', 'type': 'single_line_text_field', 'value': 'wipe'}],
            tags=['theirs'], variants=[{'values': ['S'], 'sku': 'PF-LIST-1', 'image': 1}],
        )  # fmt: skip
        collection = self.simulator.post(
            f'/shops/{self.backend.shop_domain}/collections', title='Hand picked', products=[gid]
        )['id']
        self.bring(gid)
        template = self.binding(gid).product_tmpl_id
        self.in_shop(id=gid, add_variant={'values': ['M'], 'sku': 'PF-LIST-2'})
        template.write({'name': 'A new name', 'list_price': 77.0})
        wishes = self.export(template)
        product = self.shown(gid)
        self.assertEqual((wishes.state, product['title']), ('done', 'A new name'))
        self.assertEqual(float(product['variants'][0]['price']), 77.0)
        self.assertEqual(sorted(row['sku'] for row in product['variants']), ['PF-LIST-1', 'PF-LIST-2'])
        self.assertEqual((len(product['media']), product['collections']), (2, [collection]))
        self.assertEqual([row['value'] for row in product['metafields'].values()], ['wipe'])
        self.assertIn('theirs', product['tags'])
        self.assertTrue(next(row for row in product['variants'] if row['sku'] == 'PF-LIST-1')['media_ids'])


class TestDeletions(PitfallCase):
    """Deleting in store A archives the product for store B."""

    def test_a_product_deleted_in_one_shop_stays_for_the_other(self):
        here = self.in_shop(title='Chair', sku='PF-TWO')
        there = self.in_shop(self.other, title='Chair', sku='PF-TWO')
        self.bring(here)
        self.bring(there, backend=self.other)
        template = self.binding(here).product_tmpl_id
        self.assertEqual(self.binding(there).product_tmpl_id, template)
        self.in_shop(id=here, delete=True)
        self.ring(self.backend, 'product', here)
        self.assertTrue(self.binding(here).deleted_at)
        self.assertTrue(template.active and template.product_variant_ids.active)
        self.assertFalse(self.binding(there).deleted_at)
        self.assertEqual(self.shown(there, self.other)['title'], 'Chair')


class TestSameSku(PitfallCase):
    """Several products with one SKU."""

    def test_candidates_are_listed_and_the_rest_goes_on(self):
        candidates = self.goods('PF-SAME') | self.goods('PF-SAME')
        gid = self.in_shop(title='Which one', sku='PF-SAME')
        fine = self.in_shop(title='Fine', sku='PF-FINE')
        self.bring(gid, fine)
        row = self.env['shopify.match.row'].search([('backend_id', '=', self.backend.id), ('sku', '=', 'PF-SAME')])
        self.assertEqual((row.verdict, row.candidate_ids), ('ambiguous', candidates.product_variant_ids))
        self.assertEqual(self.env['product.product'].search_count([('default_code', '=', 'PF-SAME')]), 2)
        self.assertTrue(self.binding(fine).product_tmpl_id)
