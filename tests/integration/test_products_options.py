"""Options that variants exchange, and variants that find their place in a product that this import has made."""

from tests.integration.test_matching import MatchingCase
from tests.support.products import product, variant


class OptionsCase(MatchingCase):
    @staticmethod
    def of_colors(*rows):
        """A product of ``(number, color)``."""
        return product(1, *(variant(number, sku=f'C-{number}', options=[('Color', color)]) for number, color in rows))

    def bring_colors(self, *rows):
        self.bring_products(self.of_colors(*rows))
        self.env.flush_all()

    def colors(self, *numbers):
        return [self.bound(number).product_template_attribute_value_ids.name for number in numbers]

    def message(self):
        domain = [('gid', '=', 'gid://shopify/Product/1'), ('backend_id', '=', self.backend.id)]
        return self.env['shopify.product.binding'].search(domain).message


class TestOptionsMove(OptionsCase):
    def test_variants_change_places(self):
        self.bring_colors((1, 'Red'), (2, 'Blue'), (3, 'Green'))
        products = self.bound(1) + self.bound(2) + self.bound(3)
        self.bring_colors((1, 'Blue'), (2, 'Red'), (3, 'Green'))
        self.assertEqual(self.colors(1, 2, 3), ['Blue', 'Red', 'Green'])
        self.bring_colors((1, 'Red'), (2, 'Green'), (3, 'Blue'))
        self.assertEqual(self.colors(1, 2, 3), ['Red', 'Green', 'Blue'])
        self.assertEqual(self.bound(1) + self.bound(2) + self.bound(3), products)

    def test_a_variant_takes_the_value_of_one_that_was_deleted(self):
        self.bring_colors((1, 'Red'), (2, 'Green'))
        green = self.bound(2)
        self.bring_colors((1, 'Green'))
        self.assertEqual((self.colors(1), green.active), (['Green'], False))

    def test_the_value_of_one_that_has_stock_is_left_to_a_person(self):
        self.bring_colors((1, 'Red'), (2, 'Green'))
        green = self.bound(2)
        self.env['stock.quant']._update_available_quantity(green, self.backend.warehouse_id.lot_stock_id, 3)
        self.bring_colors((1, 'Green'))
        self.assertEqual((self.colors(1), green.active), (['Red'], True))
        self.assertIn(green.display_name, self.message())
        green.active = False
        self.bring_colors((1, 'Green'))
        self.assertEqual((self.colors(1), self.message()), (['Green'], False))


class TestVariantsJoin(OptionsCase):
    def test_a_new_one_joins_where_odoo_would_make_all_combinations(self):
        for name in ('Farbe', 'Grosse'):
            self.env['product.attribute'].create({'name': name, 'create_variant': 'always'})
        pairs = [('Red', 'S'), ('Red', 'M'), ('Blue', 'S'), ('Blue', 'M'), ('Green', 'S')]
        five = [
            variant(number, sku=f'AL-{number}', options=[('Farbe', color), ('Grosse', size)])
            for number, (color, size) in enumerate(pairs, 1)
        ]
        self.bring_products(product(1, *five[:4]))
        template = self.bound(1).product_tmpl_id
        self.assertEqual(set(template.attribute_line_ids.attribute_id.mapped('create_variant')), {'always'})
        self.bring_products(product(1, *five))
        self.assertEqual(len(template.product_variant_ids), 5)
        self.assertEqual(self.bound(5).product_tmpl_id, template)
