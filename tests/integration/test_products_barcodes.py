"""Barcodes, each of which Odoo wants once: of another company, and exchanged between variants."""

from tests.integration.test_matching import MatchingCase
from tests.support.products import product, variant

FIRST, SECOND, THIRD = '4006381333931', '4006381333948', '4006381333955'


class BarcodeCase(MatchingCase):
    def binding(self, number=1):
        domain = [('gid', '=', f'gid://shopify/Product/{number}'), ('backend_id', '=', self.backend.id)]
        return self.env['shopify.product.binding'].search(domain)


class TestBarcodesOfOtherCompanies(BarcodeCase):
    def setUp(self):
        super().setUp()
        other = self.env['res.company'].create({'name': 'Other'})
        self.theirs = self.storable('THEIRS', barcode=FIRST, company_id=other.id)
        self.theirs.name = 'Secret thing'

    def test_a_new_product_comes_without_it(self):
        self.bring_products(product(1, variant(1, sku='MINE', barcode=FIRST)))
        self.assertEqual((self.bound(1).default_code, self.bound(1).barcode), ('MINE', False))
        self.assertIn(FIRST, self.binding().message)
        self.assertNotIn('Secret', self.binding().message)

    def test_a_known_product_gets_all_but_it(self):
        self.bring_products(product(1, variant(1, sku='MINE')))
        self.bring_products(product(1, variant(1, sku='MINE', barcode=FIRST), title='New title'))
        self.assertEqual((self.bound(1).name, self.bound(1).barcode), ('New title', False))
        self.assertIn('another company', self.binding().message)
        self.assertNotIn('Secret', self.binding().message)

    def test_a_product_of_a_company_shares_it(self):
        self.bring_products(product(1, variant(1, sku='MINE')))
        self.bound(1).company_id = self.backend.company_id
        self.bring_products(product(1, variant(1, sku='MINE', barcode=FIRST)))
        self.assertEqual(self.bound(1).barcode, FIRST)


class TestBarcodesMove(BarcodeCase):
    def bring_codes(self, *rows):
        """``(number, SKU, barcode)``."""
        variants = [
            variant(number, sku=sku, barcode=barcode, options=[('Number', str(number))])
            for number, sku, barcode in rows
        ]
        self.bring_products(product(1, *variants))

    def barcodes(self, *numbers):
        return [self.bound(number).barcode for number in numbers]

    def test_variants_exchange_sku_and_barcode(self):
        self.bring_codes((1, 'A', FIRST), (2, 'B', SECOND))
        self.bring_codes((1, 'B', SECOND), (2, 'A', FIRST))
        self.assertEqual([self.bound(number).default_code for number in (1, 2)], ['B', 'A'])
        self.assertEqual((self.barcodes(1, 2), self.binding().message), ([SECOND, FIRST], False))

    def test_one_that_is_refused_keeps_its_own_from_the_others(self):
        self.bring_codes((1, 'A', FIRST), (2, 'B', SECOND))
        self.storable('ELSE', barcode=THIRD)
        self.bring_codes((1, 'A', SECOND), (2, 'B', THIRD))
        self.assertEqual(self.barcodes(1, 2), [FIRST, SECOND])
        self.assertIn(THIRD, self.binding().message)
