import pytest
from graphql import parse, validate
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import price_list
from tests.simulator import schema as schemas

GIDS = st.integers(1, 10**6).map(lambda number: f'gid://shopify/ProductVariant/{number}')


@pytest.mark.parametrize('version', schemas.VERSIONS)
@pytest.mark.parametrize('document', [price_list.LISTS, price_list.FIXED, price_list.UPDATE])
def test_the_documents_are_valid(version, document):
    assert validate(schemas.load(version).graphql, parse(document)) == []


def test_an_increase_and_a_decrease_have_their_sign():
    node = {'name': 'EU', 'currency': 'EUR', 'fixedPricesCount': 2, 'catalog': None}
    for kind, value in (('PERCENTAGE_INCREASE', 5.0), ('PERCENTAGE_DECREASE', -5.0)):
        vals = price_list.vals({**node, 'parent': {'adjustment': {'type': kind, 'value': 5.0}}})
        assert (vals['adjustment'], vals['kind'], vals['is_active_in_shop']) == (value, 'none', True)


@given(st.dictionaries(GIDS, st.just(('1.00', None)), max_size=700), st.lists(GIDS, max_size=700, unique=True))
def test_every_price_is_sent_once_and_no_call_is_too_long(adding, deleting):
    calls = list(price_list.calls(adding, deleting, 'EUR'))
    assert [row['variantId'] for rows, _gids in calls for row in rows] == list(adding)
    assert [gid for _rows, gids in calls for gid in gids] == deleting
    assert all(len(rows) <= 250 and len(gids) <= 250 and rows + gids for rows, gids in calls)
    assert len(calls) == max(-(-len(adding) // 250), -(-len(deleting) // 250))


def test_what_shopify_had_before_a_discount_is_read_and_sent_along():
    money = {'amount': '9.00'}
    nodes = [
        {'variant': {'id': 'a'}, 'price': money, 'compareAtPrice': {'amount': '12.00'}},
        {'variant': {'id': 'b'}, 'price': money, 'compareAtPrice': None},
        {'variant': None, 'price': money, 'compareAtPrice': None},
    ]
    found = price_list.fixed(nodes)
    assert found == {'a': ('9.00', '12.00'), 'b': ('9.00', None)}
    [(rows, _gids)] = price_list.calls(found, [], 'EUR')
    euros = {'currencyCode': 'EUR'}
    assert rows == [
        {'variantId': 'a', 'price': {'amount': '9.00', **euros}, 'compareAtPrice': {'amount': '12.00', **euros}},
        {'variantId': 'b', 'price': {'amount': '9.00', **euros}},
    ]


def test_a_refusal_names_the_variants_that_it_is_about():
    rows, gids = [{'variantId': 'a'}, {'variantId': 'b'}], ['c']
    problems = [
        {'field': ['pricesToAdd', '1', 'variantId'], 'message': 'no', 'code': 'VARIANT_NOT_FOUND'},
        {'field': ['variantIdsToDelete', '0'], 'message': 'not fixed', 'code': 'PRICE_NOT_FIXED'},
        {'field': ['pricesToAdd', '9', 'variantId'], 'message': 'strange', 'code': None},
        {'field': None, 'message': 'all of it', 'code': None},
    ]
    assert price_list.refused(problems, rows, gids) == {'b': ('VARIANT_NOT_FOUND', 'no'), 'c': ('PRICE_NOT_FIXED', 'not fixed')}
