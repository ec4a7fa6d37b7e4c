"""The bulk query for orders: what Shopify's rules for such queries allow, and the same payloads as single orders."""
from datetime import date, datetime

import pytest

from shopify_connector.entities import order_bulk, order_documents, order_selection
from tests.simulator.bulk_rules import Rules
from tests.simulator.schema import load

ID = 'gid://shopify/Order/1'


def _reading(document=order_documents.DOCUMENT, **variables):
    variables = {'terms': True, 'places': True, **variables}
    return order_bulk.reading(document, order_documents.CHARGES, variables, "created_at:>='2026-01-01T00:00:00Z'")


@pytest.mark.parametrize('version', ['2026-07', '2026-10'])
@pytest.mark.parametrize('places', [True, False])
@pytest.mark.parametrize('in_presentment', [True, False])
def test_the_query_is_valid_and_keeps_the_rules_of_bulk_queries(version, places, in_presentment):
    document = order_documents.DOCUMENT
    reading = _reading(order_documents.in_presentment(document) if in_presentment else document, places=places)
    schema = load(version)
    parsed = schema.document(reading.query)
    assert parsed.errors == []
    assert Rules(schema.graphql, parsed).problems == []
    assert '$' not in reading.query and '@' not in reading.query and 'fragment' not in reading.query


def test_a_part_that_the_app_may_not_read_is_not_asked_for():
    assert 'paymentTerms' in _reading().query
    assert 'paymentTerms' not in _reading(terms=False).query
    assert [name for name, *_more in _reading(places=False).connections] == ['shippingLines', 'lineItems']


def test_children_become_the_nodes_of_their_connections():
    line = {'childOf_lineItems': 'LineItem', 'id': 'gid://shopify/LineItem/9', 'quantity': 2, 'currentQuantity': 1,
            'children': {}, 'duties': [{'id': 'D1'}]}
    later = {'childOf_lineItems': 'LineItem', 'id': 'gid://shopify/LineItem/10', 'children': {}}
    place = {'childOf_fulfillmentOrders': 'FulfillmentOrder', 'id': 'F1', 'status': 'OPEN', 'children': {}}
    root = {'id': ID, 'additionalFees': [{'id': 'A1'}], 'currentTotalDutiesSet': {'shopMoney': {'amount': '3.0'}},
            'children': {'LineItem': [later, line], 'FulfillmentOrder': [place] * 3}}
    order = order_bulk.payload(root, (('shippingLines', True, None), ('lineItems', True, None), ('fulfillmentOrders', False, 2)))
    assert order['lineItems']['nodes'] == [
        {'id': 'gid://shopify/LineItem/9', 'quantity': 2, 'currentQuantity': 1}, {'id': 'gid://shopify/LineItem/10'}]
    assert order['shippingLines'] == {'nodes': [], 'pageInfo': {'hasNextPage': False, 'endCursor': None}}
    assert order['charges'] == [{'id': 'A1'}, {'id': 'D1', 'units': (1, 2)}]
    assert order['fulfillmentOrders']['nodes'] == [{'status': 'OPEN'}] * 2
    assert order['fulfillmentOrders']['pageInfo']['hasNextPage']
    assert 'additionalFees' not in order and 'children' not in order


def test_shipping_lines_without_an_id_are_told_apart():
    lines = [{'childOf_shippingLines': 'ShippingLine', 'id': id_, 'title': title, 'children': {}}
             for id_, title in ((None, 'Post'), ('gid://shopify/ShippingLine/5', 'Express'), (None, 'Boat'))]
    connections = (('shippingLines', True, None), ('lineItems', True, None))
    order = order_bulk.payload({'id': ID, 'children': {'ShippingLine': lines}}, connections)
    assert {line['title']: line['id'] for line in order['shippingLines']['nodes']} == {
        'Post': f'{ID}/ShippingLine/0', 'Express': 'gid://shopify/ShippingLine/5', 'Boat': f'{ID}/ShippingLine/1'}


@pytest.mark.parametrize(('text', 'names', 'ranges'), [
    ('1001', {'1001'}, ()), ('#1001, EN-77;  x9', {'1001', 'en-77', 'x9'}, ()),
    ('1005-1010 #2001..2003', set(), ((1005, 1010), (2001, 2003))),
    ('2024-1001', {'2024-1001'}, ()), ('EN5-10', {'en5-10'}, ()), ('', set(), ()), (None, set(), ())])
def test_order_numbers_are_read_as_people_write_them(text, names, ranges):
    assert order_selection.numbers(text) == (frozenset(names), ranges)


def test_what_is_no_number_is_named():
    with pytest.raises(order_selection.BadNumbers) as caught:
        order_selection.numbers('1001, all')
    assert caught.value.text == 'all'


@pytest.mark.parametrize(('name', 'wanted'), [
    ('#1007', True), ('#1011', False), ('EN1010-A', True), ('x-77', True), ('#77', False), ('Order', False)])
def test_an_order_is_recognised_by_its_whole_name_or_its_number(name, wanted):
    selection = order_selection.Selection(names=frozenset({'x-77'}), ranges=((1005, 1010),))
    assert order_selection.matches({'name': name, 'createdAt': '2026-11-01T00:00:00Z'}, selection) is wanted


def test_days_are_those_of_the_shop_and_the_last_one_is_included():
    assert order_selection.days(date(2026, 11, 1), date(2026, 11, 1), 'America/New_York') == (
        datetime(2026, 11, 1, 4), datetime(2026, 11, 2, 5))
    assert order_selection.days(None, date(2026, 7, 1), 'nonsense') == (None, datetime(2026, 7, 2))


def test_the_search_quotes_its_times():
    selection = order_selection.Selection(created_from=datetime(2026, 1, 1), created_to=datetime(2026, 2, 1), financial='paid')
    assert order_selection.search(selection) == (
        "created_at:>='2026-01-01T00:00:00Z' AND created_at:<'2026-02-01T00:00:00Z' AND financial_status:paid")
