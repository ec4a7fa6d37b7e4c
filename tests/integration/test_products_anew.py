"""Products and variants that the shop has made anew, with other ids: what Odoo has of them is the same still."""

from tests.integration.test_matching import MatchingCase
from tests.integration.test_products_structure import StructureCase
from tests.support.products import product, variant


class TestMadeAnew(MatchingCase):
    @staticmethod
    def of_colors(*rows):
        """A product of ``(number, SKU, color)``."""
        return product(1, *(variant(number, sku=sku, options=[('Color', color)]) for number, sku, color in rows))

    def test_variants_with_the_same_sku_keep_their_products(self):
        self.bring_products(self.of_colors((1, 'A', 'Red'), (2, 'B', 'Green')))
        products = self.bound(1) + self.bound(2)
        self.bring_products(self.of_colors((11, 'A', 'Red'), (12, 'B', 'Green')))
        self.assertEqual(self.bound(11) + self.bound(12), products)
        self.assertEqual(products.mapped('active'), [True, True])
        self.assertFalse(self.row(11) + self.row(12))

    def test_variants_without_sku_keep_them_by_their_options(self):
        self.bring_products(self.of_colors((1, None, 'Red'), (2, None, 'Green')))
        products = self.bound(1) + self.bound(2)
        self.bring_products(self.of_colors((11, None, 'Red'), (12, None, 'Green')))
        self.assertEqual(self.bound(11) + self.bound(12), products)
        self.assertEqual(products.mapped('active'), [True, True])

    def test_what_waits_for_a_product_is_looked_at_again_when_that_is_free(self):
        first, second = product(1, variant(1, sku='A')), product(2, variant(2, sku='A'))
        self.backend.sudo().deleted_policy = 'archive'
        self.bring_products(first)
        kept = self.bound(1)
        self.bring_products(second)
        self.assertEqual(self.row(2).reason, 'taken')
        self.env['shopify.sync.product']._note_deleted(self.backend, [first['id']])
        task = self.env['shopify.task'].search([('backend_id', '=', self.backend.id), ('kind', '=', 'product')])
        self.assertEqual(task.mapped('key'), [second['id']])
        self.bring_products(second)
        self.assertEqual(self.bound(2), kept)
        self.assertTrue(kept.active)
        self.assertEqual(self.row(2).state, 'done')


class TestDeletedAndMadeAnew(StructureCase):
    def test_a_product_deleted_and_made_anew_between_two_looks(self):
        self.backend.deleted_policy = 'archive'
        binding = self.made(variants=[{'sku': 'SC-1'}])
        product = binding.variant_ids.product_id
        self.change(id=binding.gid, delete=True)
        made = self.change(title='Scarf', variants=[{'sku': 'SC-1'}])
        self.ring(self.backend, 'product', made['id'], binding.gid)
        again = self.binding(made['id'])
        self.assertEqual((again.variant_ids.product_id, again.origin, again.message), (product, 'shopify', False))
        self.assertTrue(product.active and binding.deleted_at)


class TestOptionsMadeAnew(MatchingCase):
    @staticmethod
    def of_colors(*rows):
        return TestMadeAnew.of_colors(*rows)

    def template(self):
        domain = [('gid', '=', 'gid://shopify/Product/1'), ('backend_id', '=', self.backend.id)]
        return self.env['shopify.product.binding'].search(domain).product_tmpl_id

    def assert_whole(self, *numbers):
        """The variants are those of the one template, with the values that they have in the shop."""
        products = self.env['product.product'].union(*(self.bound(number) for number in numbers))
        self.assertEqual(len(products), len(numbers))
        self.assertEqual(self.template().product_variant_ids, products)
        self.assertTrue(self.template().active)
        return [product.product_template_attribute_value_ids.name for product in products]

    def test_a_product_gets_options_and_loses_them_again(self):
        self.bring_products(product(1, variant(1, sku='A')))
        template, old = self.template(), self.bound(1)
        self.bring_products(self.of_colors((2, 'A1', 'Red'), (3, 'A2', 'Blue')))
        self.assertEqual(self.assert_whole(2, 3), ['Red', 'Blue'])
        self.bring_products(product(1, variant(4, sku='A3')))
        self.assertEqual(self.assert_whole(4), [False])
        self.bring_products(self.of_colors((5, 'A5', 'Red'), (6, 'A6', 'Green')))
        self.assertEqual(self.assert_whole(5, 6), ['Red', 'Green'])
        self.assertEqual((self.template(), old.active), (template, False))

    def test_the_product_with_the_same_sku_gets_the_options(self):
        self.bring_products(product(1, variant(1, sku='A')))
        old = self.bound(1)
        self.bring_products(self.of_colors((2, 'A', 'Red'), (3, 'A2', 'Blue')))
        self.assertEqual((self.assert_whole(2, 3), self.bound(2)), (['Red', 'Blue'], old))

    def test_what_has_stock_keeps_its_template_as_it_is(self):
        self.bring_products(product(1, variant(1, sku='A')))
        old = self.bound(1)
        self.env['stock.quant']._update_available_quantity(old, self.backend.warehouse_id.lot_stock_id, 3)
        self.bring_products(self.of_colors((2, 'A1', 'Red'), (3, 'A2', 'Blue')))
        self.assertTrue(old.active and self.bound(2) and self.bound(3))
        self.assertEqual(self.template().product_variant_ids, old)
