from datetime import date, timedelta

import pytest
from graphql import parse, validate
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import stock_extras as mapping
from shopify_connector.entities.stock_extras import Incoming, next_incoming, next_kits
from tests.simulator import schema as schemas

TODAY = date(2026, 11, 21)
TOMORROW, NEXT_WEEK = TODAY + timedelta(days=1), TODAY + timedelta(days=7)


def test_the_next_day_with_units_is_shown():
    assert next_incoming([(NEXT_WEEK, 40.0), (TOMORROW, 5.0)], TODAY) == Incoming(TOMORROW, 5)


def test_units_of_one_day_are_added_up():
    assert next_incoming([(TOMORROW, 2.0), (TOMORROW, 3.0)], TODAY) == Incoming(TOMORROW, 5)


def test_what_is_late_is_expected_today():
    assert next_incoming([(TODAY - timedelta(days=9), 3.0)], TODAY) == Incoming(TODAY, 3)


def test_half_units_wait_for_their_other_half():
    assert next_incoming([(TOMORROW, 0.5), (NEXT_WEEK, 0.6)], TODAY) == Incoming(NEXT_WEEK, 1)


def test_nothing_expected_is_nothing():
    assert next_incoming([], TODAY) is None
    assert next_incoming([(TOMORROW, 0.5)], TODAY) is None


def test_a_kit_comes_when_its_last_part_comes():
    parts = [(2.0, 0.0, [(TOMORROW, 10.0)]), (1.0, 0.0, [(NEXT_WEEK, 3.0)])]
    assert next_kits(parts, TODAY) == Incoming(NEXT_WEEK, 3)


def test_a_kit_counts_only_what_comes_beside_those_that_are_there():
    parts = [(1.0, 4.0, [(TOMORROW, 10.0)]), (1.0, 6.0, [])]
    assert next_kits(parts, TODAY) == Incoming(TOMORROW, 2)


def test_a_kit_of_which_one_part_is_missing_for_good_does_not_come():
    assert next_kits([(1.0, 0.0, []), (1.0, 0.0, [(TOMORROW, 9.0)])], TODAY) is None
    assert next_kits([], TODAY) is None


def test_oversold_parts_are_made_good_first():
    assert next_kits([(1.0, -3.0, [(TOMORROW, 5.0)])], TODAY) == Incoming(TOMORROW, 2)


days = st.integers(-5, 9).map(lambda number: TODAY + timedelta(days=number))
arrivals = st.lists(st.tuples(days, st.floats(0, 50)), max_size=6)


@given(arrivals)
def test_no_more_is_announced_than_comes_and_never_for_the_past(rows):
    found = next_incoming(rows, TODAY)
    if found:
        assert found.day >= TODAY
        assert 1 <= found.units <= sum(units for _day, units in rows) + 1e-5


@given(st.lists(st.tuples(st.integers(1, 3).map(float), st.floats(-5, 20), arrivals), max_size=3))
def test_no_more_kits_are_announced_than_every_part_allows(parts):
    found = next_kits(parts, TODAY)
    if found:
        assert found.units >= 1
        for needed, there, rows in parts:
            assert found.units <= (max(there, 0.0) + sum(units for _day, units in rows)) / needed + 1e-5


def test_many_calls_stand_in_one_document():
    document = mapping.policy_document(2)
    assert document.count('productVariantsBulkUpdate') == 2
    assert 'c0:' in document and 'c1:' in document and '%d' not in document
    variables = mapping.policy_variables([('P1', [('V1', True)]), ('P2', [('V2', False)])])
    assert variables == {
        'id0': 'P1',
        'rows0': [{'id': 'V1', 'inventoryPolicy': 'CONTINUE'}],
        'id1': 'P2',
        'rows1': [{'id': 'V2', 'inventoryPolicy': 'DENY'}],
    }


def test_a_metafield_holds_text_of_its_type():
    rows = mapping.set_rows('V1', Incoming(TODAY, 7))
    assert [(row['type'], row['value']) for row in rows] == [('date', '2026-11-21'), ('number_integer', '7')]


def test_refused_rows_are_found_by_their_place():
    problems = [
        {'field': ['metafields', '3', 'value'], 'message': 'a', 'elementIndex': 3},
        {'field': ['variants', '1', 'id'], 'message': 'b'},
        {'field': ['productId'], 'message': 'c'},
    ]
    assert {place: row['message'] for place, row in mapping.bad_rows(problems).items()} == {3: 'a', 1: 'b', -1: 'c'}


def test_what_was_deleted_in_shopify_is_told_from_what_is_refused():
    assert mapping.is_gone({'code': 'PRODUCT_VARIANT_DOES_NOT_EXIST', 'field': ['variants', '0', 'id']})
    assert mapping.is_gone({'code': 'INVALID', 'field': ['metafields', '0', 'ownerId']})
    assert not mapping.is_gone({'code': 'INVALID_VALUE', 'field': ['metafields', '0', 'value']})
    assert not mapping.is_gone({'code': None, 'field': None})


@pytest.mark.parametrize('version', schemas.VERSIONS)
@pytest.mark.parametrize('build', [mapping.policy_document, mapping.set_document, mapping.delete_document])
def test_the_documents_are_what_shopify_understands(version, build):
    for count in (1, mapping.CALLS_PER_REQUEST):
        assert validate(schemas.load(version).graphql, parse(build(count))) == []
    assert validate(schemas.load(version).graphql, parse(mapping.CREATE_DEFINITION)) == []
