"""Metafields in one spelling, and Odoo's values as metafields."""
from datetime import date, datetime

import pytest

from shopify_connector.entities.metafield import Unfit
from shopify_connector.entities.metafield_values import batches, canonical, from_odoo, texts


@pytest.mark.parametrize(('kind', 'value', 'expected'), [
    ('number_decimal', '7.50', '7.5'),
    ('number_decimal', '0.00', '0'),
    ('single_line_text_field', ' Oak ', 'Oak'),
    ('single_line_text_field', '', None),
    ('list.single_line_text_field', '["b", "a"]', '["b","a"]'),
    ('weight', '{"unit": "kg", "value": 2.0}', '{"unit":"kg","value":2}'),
    ('date_time', '2026-05-01T10:00:00+02:00', '2026-05-01T08:00:00Z'),
])
def test_a_metafield_has_one_spelling(kind, value, expected):
    assert canonical({'type': kind, 'value': value}) == expected
    assert canonical(None) is None


@pytest.mark.parametrize(('kind', 'value', 'shop', 'expected'), [
    ('boolean', False, None, 'false'),
    ('single_line_text_field', False, None, None),
    ('number_integer', 3.0, None, '3'),
    ('number_decimal', 7.5, None, '7.5'),
    ('number_decimal', 1 / 3, None, '0.333333333'),
    ('number_decimal', 0.1 + 0.2, None, '0.3'),
    ('date', date(2026, 5, 1), None, '2026-05-01'),
    ('date_time', datetime(2026, 5, 1, 8), None, '2026-05-01T08:00:00Z'),
    ('list.single_line_text_field', 'a, b', None, '["a","b"]'),
    ('list.number_integer', '1, 2', None, '[1,2]'),
    ('list.product_reference', ['gid://shopify/Product/1'], None, '["gid://shopify/Product/1"]'),
    ('product_reference', ['gid://shopify/Product/1'], None, 'gid://shopify/Product/1'),
    ('weight', 2.5, '{"unit":"kg","value":2}', '{"unit":"kg","value":2.5}'),
    ('money', 5, '{"amount":"1.00","currency_code":"USD"}', '{"amount":"5.00","currency_code":"USD"}'),
])
def test_a_value_of_odoo_becomes_a_metafield(kind, value, shop, expected):
    assert from_odoo(kind, value, shop) == expected
    assert canonical({'type': kind, 'value': expected}) == expected


def test_what_a_metafield_cannot_hold_is_refused():
    for kind, value in (('number_integer', 1.5), ('product_reference', ['a', 'b']), ('weight', 2.0)):
        with pytest.raises(Unfit):
            from_odoo(kind, value)


def test_lists_are_taken_apart_and_calls_are_small():
    assert texts({'type': 'list.single_line_text_field', 'value': '["a", "b"]'}) == ['a', 'b']
    assert [len(part) for part in batches([{}] * 60)] == [25, 25, 10]
