"""Canonical values: comparable, the same for the same thing however it is spelt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import catalog_fields as fields


def payload(**values):
    variant = {
        'id': 'gid://shopify/ProductVariant/1',
        'sku': ' A-1 ',
        'barcode': '',
        'price': '12.5',
        'compareAtPrice': '0.00',
        'taxable': True,
        'inventoryItem': {
            'tracked': True,
            'requiresShipping': True,
            'unitCost': {'amount': '3.1', 'currencyCode': 'USD'},
            'measurement': {'weight': {'value': 250, 'unit': 'GRAMS'}},
            'harmonizedSystemCode': '940171',
            'countryCodeOfOrigin': 'IT',
        },
    }
    return {
        'id': 'gid://shopify/Product/1',
        'title': 'Chair ',
        'descriptionHtml': '<P>Good</p>',
        'vendor': '',
        'productType': 'Seats',
        'category': {'id': 'gid://shopify/TaxonomyCategory/fr-7', 'fullName': 'Furniture > Chairs'},
        'tags': ['b', 'A', 'a'],
        'status': 'ACTIVE',
        'handle': 'chair',
        'seo': {'title': None, 'description': 'Sit'},
        'variants': {'nodes': [variant]},
        **values,
    }


@pytest.mark.parametrize(
    ('given', 'found'), [('6109.10.00', '61091000'), ('6109 10-00', '61091000'), ('none', 'none'), ('.', '.'), ('', None)]
)
def test_a_tariff_number_is_its_digits(given, found):
    assert fields.customs_text(given) == found


def test_a_product_is_read_field_by_field():
    found = fields.shop_values(payload())
    assert found['product'] == {
        'title': 'Chair',
        'description': '<p>Good</p>',
        'vendor': None,
        'product_type': 'Seats',
        'category': 'gid://shopify/TaxonomyCategory/fr-7',
        '_category': 'Furniture > Chairs',
        'tags': ['A', 'b'],
        'status': 'active',
        'handle': 'chair',
        'seo_title': None,
        'seo_description': 'Sit',
    }
    assert found['variants'] == {
        'gid://shopify/ProductVariant/1': {
            'sku': 'A-1',
            'barcode': None,
            'price': '12.50',
            'compare_at_price': None,
            'cost': '3.10',
            'weight': '0.25',
            'hs_code': '940171',
            'origin': 'IT',
            'requires_shipping': True,
            'tracked': True,
            'taxable': True,
        }
    }


def test_nothing_of_a_gift_card_is_shipped_or_counted():
    values = fields.shop_values(payload(isGiftCard=True))['variants']['gid://shopify/ProductVariant/1']
    assert (values['requires_shipping'], values['tracked']) == (False, False)


def test_what_the_payload_does_not_have_is_not_there():
    whole = payload()
    for key in ('seo', 'tags', 'category'):
        del whole[key]
    del whole['variants']['nodes'][0]['inventoryItem']['unitCost']
    found = fields.shop_values(whole)
    assert not {'seo_title', 'tags', 'category'} & found['product'].keys()
    assert 'cost' not in found['variants']['gid://shopify/ProductVariant/1']


@pytest.mark.parametrize(
    ('one', 'other'),
    [
        ('<p>a  b</p>', '<p>a b</p>'),
        ('<p class="x" id="y">a</p>', "<p id='y' class='x'>a</p>"),
        ('<p>a</p>\n<p>b</p>', '<p>a</p><p>b</p>'),
        ('a &amp; b &eacute;', 'a &amp; b é'),
        ('one<br/>two', 'one<br>two'),
        ('', None),
        ('<p> </p>', None),
        ('<div><br></div>', ''),
    ],
)
def test_the_same_html_spelt_in_another_way_is_the_same(one, other):
    assert fields.html_text(one) == fields.html_text(other)


def test_another_text_or_a_blank_between_words_is_another_html():
    assert fields.html_text('<b>a</b> <i>b</i>') != fields.html_text('<b>a</b><i>b</i>')
    assert fields.html_text('<p>a</p>') != fields.html_text('<p>b</p>')
    assert fields.html_text('<img src="x">') is not None


@given(st.text(alphabet='<>/ab &;="\n\t', max_size=40))
def test_canonical_html_is_its_own_canonical_html(html):
    once = fields.html_text(html)
    assert once is None or fields.html_text(once) == once


@pytest.mark.parametrize(
    ('value', 'unit', 'text'),
    [
        (250, 'GRAMS', '0.25'),
        (1, 'POUNDS', '0.453592'),
        (0, 'KILOGRAMS', None), (10, 'KILOGRAMS', '10'), ('1.50', 'KILOGRAMS', '1.5')],
)
def test_weights_are_kilograms(value, unit, text):
    assert fields.weight_text(value, unit) == text


def test_money_has_the_digits_of_its_currency_and_zero_is_an_amount():
    assert fields.money_text('12.5') == '12.50'
    assert fields.money_text('1200', 0) == '1200'
    assert fields.money_text(0) == '0.00'
    assert fields.money_text('') is None
    assert fields.money_text(None) is None


@given(st.lists(st.text(max_size=5), max_size=6))
def test_a_set_does_not_depend_on_its_order_or_its_case_alone(values):
    found = fields.sorted_set(values)
    assert [value.casefold() for value in fields.sorted_set(list(reversed(values))) or ()] == [
        value.casefold() for value in found or ()
    ]


def test_metafields_and_translations_have_a_field_each():
    assert fields.field_of('metafield:custom.care', 'variant').group == 'metafields'
    assert fields.field_of('translation:fr:title', 'product').group == 'translations'
    with pytest.raises(KeyError):
        fields.field_of('size', 'product')


def test_every_group_of_a_field_is_a_known_group():
    assert {field.group for field in fields.FIELDS} <= set(fields.GROUPS)
