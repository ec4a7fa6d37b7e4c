import pytest
from graphql import parse, validate

from shopify_connector.entities import initial_import as mapping
from tests.simulator.schema import load


def test_what_may_not_be_counted_is_left_out():
    answer = {'customersCount': {'count': 3, 'precision': 'EXACT'}, 'productsCount': {'count': 5}, 'ordersCount': None}
    assert mapping.counts(answer) == {'customers': 3, 'products': 5, 'plan': 5}


def test_a_pace_measured_on_few_records_says_nothing():
    assert mapping.pace('orders', 5, 100.0) == mapping.SECONDS['orders']
    assert mapping.pace('orders', 50, 100.0) == 2.0


def test_the_time_left_is_that_of_what_is_not_done():
    steps = {'customers': (100, 100, 0.0), 'orders': (100, 50, 100.0)}
    assert mapping.seconds_left(steps) == pytest.approx(100.0)


def test_an_order_weighs_more_than_a_customer():
    assert mapping.progress({'customers': (100, 100), 'orders': (100, 0)}) < 20
    assert mapping.progress({'customers': (100, 100), 'orders': (100, 200)}) == 100.0
    assert mapping.progress({}) == 100.0


@pytest.mark.parametrize('version', ['2026-07', '2026-10'])
def test_the_document_is_valid(version):
    assert validate(load(version).graphql, parse(mapping.COUNTS)) == []
