"""What is wrong with a catalogue, found without Odoo."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities.catalog_check import (
    SERIOUS,
    Finding,
    Goods,
    Item,
    check,
    check_digit,
    is_barcode,
)

GOOD = {'sku': 'A', 'barcode': '4006381333931', 'price': '9.99', 'weight': 0.2}


def found(*goods):
    return {(finding.code, finding.item or finding.goods) for finding in check(goods)}


def item(key='1', **changes):
    return Item(key, **{**GOOD, **changes})


def test_a_good_product_has_no_findings():
    assert found(Goods('p', 'Shirt', (item(),))) == set()


@pytest.mark.parametrize(
    ('changes', 'code'),
    [
        ({'sku': ' '}, 'no_sku'),
        ({'sku': 'x' * 256}, 'long_sku'),
        ({'sku': ' A'}, 'blank_in_sku'),
        ({'barcode': '4006381333930'}, 'bad_barcode'),
        ({'price': '0.00'}, 'no_price'),
        ({'price': '-1'}, 'negative_price'),
        ({'options': (('Color', 'x' * 256),)}, 'long_option'),
    ],
)
def test_what_is_wrong_with_a_variant_is_found(changes, code):
    assert (code, '1') in found(Goods('p', 'Shirt', (item(**changes),)))


def test_a_weight_is_missed_only_where_others_have_one():
    light, heavy = Goods('p', 'Shirt', (item(weight=0.0),)), Goods('q', 'Mug', (item('2', sku='B', barcode=''),))
    assert found(light) == set()
    assert found(light, heavy) == {('no_weight', '1')}


def test_a_service_needs_no_weight_and_what_is_not_sold_needs_no_price():
    assert found(Goods('p', 'Advice', (item(weight=0.0, ships=False),))) == set()
    assert found(Goods('p', 'Shirt', (item(price='0'),), for_sale=False)) == set()


def test_shopifys_limits_are_known_before_shopify_refuses():
    many = tuple(
        item(str(number), sku=str(number), barcode='', options=(('N', str(number)),)) for number in range(2049)
    )
    assert found(Goods('p', 'Shirt', many)) == {('too_many_variants', 'p')}
    four = tuple((name, 'x') for name in 'ABCD')
    assert found(Goods('p', 'Shirt', (item(options=four),))) == {('too_many_options', 'p')}
    assert found(Goods('p', '', ())) == {('no_title', 'p'), ('no_variants', 'p')}
    assert found(Goods('p', 'x' * 256, (item(),))) == {('long_title', 'p')}


def test_codes_that_several_variants_have_are_found_at_each_of_them():
    goods = [
        Goods('p', 'One', (item('1', sku='A-1', barcode='012345678905'),)),
        Goods('q', 'Two', (item('2', sku='a-1', barcode='0012345678905'),)),
    ]
    assert found(*goods) == {(code, key) for code in ('duplicate_sku', 'duplicate_barcode') for key in '12'}


def test_variants_with_the_same_options_are_found():
    pair = (item('1', sku='A', options=(('Color', 'Red'),)), item('2', sku='B', barcode='', options=(('color', 'RED'),)))
    assert found(Goods('p', 'Shirt', pair)) == {('same_options', '2')}


@pytest.mark.parametrize('code', ['4006381333931', '012345678905', '96385074', '10012345678902', 'HOUSE-1', '123'])
def test_good_barcodes_are_good(code):
    assert is_barcode(code)


@given(st.text('0123456789', min_size=12, max_size=12), st.integers(1, 9))
def test_a_wrong_check_digit_is_always_noticed(digits, off):
    right = check_digit(digits)
    assert is_barcode(f'{digits}{right}')
    assert not is_barcode(f'{digits}{(right + off) % 10}')


@given(
    st.lists(
        st.builds(
            Goods,
            st.text(min_size=1, max_size=3),
            st.text(max_size=5),
            st.lists(
                st.builds(
                    Item,
                    st.text(min_size=1, max_size=3),
                    st.text(max_size=4),
                    st.text(max_size=14),
                    st.sampled_from(['', '0', '1.00', 'x', '-2']),
                    st.floats(0, 5),
                    st.booleans(),
                    st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=4).map(tuple),
                ),
                max_size=4,
            ).map(tuple),
            st.booleans(),
        ),
        max_size=4,
    )
)
def test_no_catalogue_breaks_the_check(goods):
    for finding in check(goods):
        assert isinstance(finding, Finding)
        assert finding.is_serious == (finding.code in SERIOUS)
