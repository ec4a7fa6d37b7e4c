"""Prices and costs travel without a drift: taxes inside or outside on either side, any currency, any cents."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2 import IntegrityError

from odoo.tools import mute_logger

from tests.integration.catalog_case import CatalogCase, product_payload, variant_payload

EXAMPLES = int(os.environ.get('SHOPIFY_CONNECTOR_PRICES', '20'))
GID = 'gid://shopify/ProductVariant/1'


class TestPrices(CatalogCase):
    def setUp(self):
        super().setUp()
        self.values = self.env['shopify.sync.catalog.values']
        self.own('shopify')

    def taxed(self, rate, included):
        return self.env['account.tax'].create(
            {
                'name': f'{rate} {included}',
                'amount': rate,
                'price_include_override': 'tax_included' if included else 'tax_excluded',
            }
        )

    def sold(self, price, taxes=None, **variant):
        """A product that is sold for ``price`` in the shop, settled; returns its binding and its product."""
        payload = product_payload(variants=[variant_payload(1, price=price, **variant)])
        product = self.storable(f'PRICE-{price}', list_price=1.0)
        if taxes is not None:
            product.taxes_id = taxes
        binding = self.bind(payload, [product])
        self.settle(binding, payload)
        return binding, product

    def odoo_price(self, binding):
        return self.values._get_odoo_values(self.backend, binding)[binding.id]['variants'][GID]['price']

    def rule(self, product):
        return self.backend.catalog_pricelist_id.item_ids.filtered(lambda rule: rule.product_id == product)

    def test_a_price_that_differs_becomes_a_rule_of_the_stores_own_pricelist(self):
        _binding, product = self.sold('12.34')
        self.assertEqual(self.rule(product).fixed_price, 12.34)
        self.assertEqual(product.list_price, 1.0)
        self.assertFalse(self.backend.catalog_pricelist_id.active)

    def test_a_price_that_odoo_has_anyway_needs_no_rule(self):
        self.sold('1.00')
        self.assertFalse(self.backend.catalog_pricelist_id.item_ids)

    def test_a_new_price_changes_the_rule_and_a_second_look_changes_nothing(self):
        binding, product = self.sold('12.34')
        later = product_payload(variants=[variant_payload(1, price='15.00')])
        self.settle(binding, later)
        self.assertEqual(self.rule(product).mapped('fixed_price'), [15.0])
        self.settle(binding, later)
        self.assertEqual(self.rows(binding), {})

    def test_taxes_inside_in_the_shop_and_outside_in_odoo(self):
        self.backend.sudo().taxes_included = True
        binding, product = self.sold('19.99', self.taxed(19, False))
        self.assertAlmostEqual(self.rule(product).fixed_price, 16.798319, 6)
        self.assertEqual(self.odoo_price(binding), '19.99')

    def test_taxes_outside_in_the_shop_and_inside_in_odoo(self):
        binding, product = self.sold('16.80', self.taxed(19, True))
        self.assertAlmostEqual(self.rule(product).fixed_price, 19.992, 6)
        self.assertEqual(self.odoo_price(binding), '16.80')

    def test_taxes_inside_on_both_sides_are_the_same_figure(self):
        self.backend.sudo().taxes_included = True
        _binding, product = self.sold('19.99', self.taxed(19, True))
        self.assertEqual(self.rule(product).fixed_price, 19.99)

    def test_a_price_that_a_person_rounds_to_cents_is_still_the_shops_price(self):
        self.backend.sudo().taxes_included = True
        binding, product = self.sold('19.99', self.taxed(19, False))
        self.rule(product).fixed_price = 16.80
        self.settle(binding, product_payload(variants=[variant_payload(1, price='19.99')]))
        self.assertEqual(self.rows(binding), {})

    def test_a_change_of_a_cent_in_odoo_is_seen(self):
        binding, product = self.sold('12.34')
        self.rule(product).fixed_price = 12.35
        self.settle(binding, product_payload(variants=[variant_payload(1, price='12.34')]))
        self.assertEqual(self.rows(binding), {'price': ('difference', '12.34', '12.35')})

    def test_a_price_of_nothing_is_a_price(self):
        _binding, product = self.sold('0.00')
        self.assertEqual(self.rule(product).fixed_price, 0.0)

    def test_a_sales_price_of_nothing_is_none_unless_a_rule_says_so(self):
        self.own('odoo', 'price')
        payload = product_payload(variants=[variant_payload(1, price='199.00')])
        product = self.storable('UNPRICED', list_price=0.0)
        binding = self.bind(payload, [product])
        self.settle(binding, payload)
        self.assertFalse(self.exports(binding))
        self.assertIsNone(self.odoo_price(binding))
        self.backend._get_catalog_pricelist('price').item_ids = [
            (0, 0, {'applied_on': '0_product_variant', 'product_id': product.id, 'fixed_price': 0.0})
        ]
        self.settle(binding, payload)
        self.assertEqual((self.odoo_price(binding), len(self.exports(binding))), ('0.00', 1))

    def test_a_shop_that_gives_away_what_has_no_price_in_odoo_is_the_same(self):
        self.own('odoo', 'price')
        payload = product_payload(variants=[variant_payload(1, price='0.00')])
        binding = self.bind(payload, [self.storable('UNPRICED', list_price=0.0)])
        self.settle(binding, payload)
        self.assertEqual(binding.variant_ids.agreed['price'], '0.00')

    def test_a_pricelist_that_a_store_sells_by_cannot_be_deleted(self):
        self.sold('12.34', compareAtPrice='20.00')
        for pricelist in (self.backend.catalog_pricelist_id, self.backend.compare_pricelist_id):
            with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'):
                pricelist.unlink()

    def test_any_price_and_any_rate_comes_back_to_the_cent(self):
        binding, product = self.sold('10.00')
        taxes = {
            (rate, included): self.taxed(rate, included) for rate in (0, 2.1, 7.25, 19, 25.5, 100) for included in (0, 1)
        }

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
        @given(
            st.integers(0, 500_000),
            st.sampled_from(sorted(taxes)),
            st.booleans(),
        )
        def comes_back(cents, tax, included):
            self.backend.sudo().taxes_included = included
            product.taxes_id = taxes[tax]
            price = f'{cents // 100}.{cents % 100:02}'
            binding.variant_ids.agreed = False
            self.settle(binding, product_payload(variants=[variant_payload(1, price=price)]))
            self.assertEqual(self.odoo_price(binding), price)
            binding.variant_ids.agreed = False
            self.assertEqual(self.odoo_price(binding), price)

        comes_back()

    def test_two_variants_of_a_product_have_a_price_each(self):
        attribute = self.env['product.attribute'].create(
            {'name': 'Size', 'value_ids': [(0, 0, {'name': name}) for name in 'SML']}
        )
        template = self.env['product.template'].create(
            {
                'name': 'Shirt',
                'list_price': 5.0,
                'attribute_line_ids': [
                    (0, 0, {'attribute_id': attribute.id, 'value_ids': [(6, 0, attribute.value_ids.ids)]})
                ],
            }
        )
        payload = product_payload(
            variants=[variant_payload(number, price=price) for number, price in enumerate(('5.00', '6.00', '7.00'), 1)]
        )
        binding = self.bind(payload, list(template.product_variant_ids))
        self.settle(binding, payload)
        self.assertEqual(sorted(self.backend.catalog_pricelist_id.item_ids.mapped('fixed_price')), [6.0, 7.0])
        self.assertEqual(template.list_price, 5.0)

    def test_a_crossed_out_price_comes_and_goes(self):
        binding, product = self.sold('10.00', compareAtPrice='20.00')
        rules = self.backend.compare_pricelist_id.item_ids
        self.assertEqual((rules.product_id, rules.fixed_price), (product, 20.0))
        self.settle(binding, product_payload(variants=[variant_payload(1, price='10.00', compareAtPrice=None)]))
        self.assertFalse(rules.exists())
        self.assertNotEqual(self.backend.catalog_pricelist_id, self.backend.compare_pricelist_id)

    def test_a_formula_is_the_price_that_odoo_has(self):
        pricelist = self.env['product.pricelist'].create(
            {
                'name': 'Half',
                'item_ids': [(0, 0, {'compute_price': 'percentage', 'percent_price': 50, 'applied_on': '3_global'})],
            }
        )
        self.backend.sudo().catalog_pricelist_id = pricelist
        product = self.storable('HALF', list_price=30.0)
        payload = product_payload(variants=[variant_payload(1, price='15.00')])
        binding = self.bind(payload, [product])
        self.settle(binding, payload)
        self.assertEqual(len(pricelist.item_ids), 1)
        self.settle(binding, product_payload(variants=[variant_payload(1, price='14.00')]))
        self.assertEqual(self.odoo_price(binding), '14.00')


class TestCurrencies(CatalogCase):
    def setUp(self):
        super().setUp()
        own = self.env.company.currency_id
        self.other = self.env.ref('base.EUR') if own.name != 'EUR' else self.env.ref('base.USD')
        self.other.active = True
        self.other.rate_ids.unlink()
        self.backend.sudo().currency_code = self.other.name
        self.own('shopify')
        self.values = self.env['shopify.sync.catalog.values']

    def rate(self, value, day='2026-01-01'):
        self.env['res.currency.rate'].create(
            {'currency_id': self.other.id, 'name': day, 'rate': value, 'company_id': self.env.company.id}
        )
        self.env.registry.clear_cache()
        self.env.invalidate_all()

    def sold(self, **variant):
        payload = product_payload(variants=[variant_payload(1, **variant)])
        product = self.storable('FX', list_price=10.0)
        binding = self.bind(payload, [product])
        return binding, product, payload, self.settle(binding, payload)

    def test_the_price_is_kept_in_the_shops_currency_and_moves_with_no_rate(self):
        self.rate(2.0)
        binding, product, payload, _notes = self.sold(price='21.00')
        rule = self.backend.catalog_pricelist_id.item_ids
        self.assertEqual((rule.currency_id, rule.fixed_price), (self.other, 21.0))
        self.rate(3.0, '2026-02-01')
        self.settle(binding, payload)
        self.assertEqual(self.rows(binding), {})
        self.assertEqual(product.list_price, 10.0)

    def test_a_cost_is_converted_when_the_shop_changes_it_and_not_when_rates_move(self):
        self.rate(2.0)
        binding, product, payload, _notes = self.sold(price='20.00')
        self.assertEqual(product.standard_price, 2.0)
        self.rate(3.0, '2026-02-01')
        self.settle(binding, payload)
        self.assertEqual((product.standard_price, self.rows(binding)), (2.0, {}))
        dearer = variant_payload(1, price='20.00', item={'unitCost': {'amount': '6.0', 'currencyCode': self.other.name}})
        self.settle(binding, product_payload(variants=[dearer]))
        self.assertEqual(product.standard_price, 2.0)
        self.assertEqual(self.rows(binding), {})

    def test_a_price_that_odoo_converts_is_no_change_when_the_rate_moves(self):
        self.rate(2.0)
        binding, product, payload, _notes = self.sold(price='20.00')
        self.assertFalse(self.backend.catalog_pricelist_id)
        self.rate(3.0, '2026-02-01')
        self.settle(binding, payload)
        self.assertEqual(self.rows(binding), {})
        product.list_price = 11.0
        self.settle(binding, payload)
        self.assertEqual(self.rows(binding), {'price': ('difference', '20.00', '33.00')})

    def test_without_a_rate_the_price_is_taken_and_the_cost_is_said(self):
        binding, product, _payload, notes = self.sold(price='20.00')
        self.assertEqual(self.backend.catalog_pricelist_id.item_ids.fixed_price, 20.0)
        self.assertEqual(product.standard_price, 0.0)
        self.assertEqual(len([note for note in notes if 'rate of exchange' in note]), 1)
        self.assertNotIn('cost', binding.variant_ids.agreed)
