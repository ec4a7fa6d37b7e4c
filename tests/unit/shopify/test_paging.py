"""Many records a request, as many as their cost allows. The shop here charges like Shopify and refuses above 1000."""
import json

import pytest

from shopify_connector.shopify import errors, paging
from tests.unit.shopify.fake_shop import graphql, problem, reply

NODES = 'query Many($ids: [ID!]!) { nodes(ids: $ids) { id } }'
PAGES = 'query Some($first: Int = 100, $after: String) { orders(first: $first, after: $after) { nodes { id } } }'


class PricedShop:
    """Answers ``nodes(ids:)`` and one connection, at ``price`` points a record."""

    def __init__(self, shop, price, total=0, gone=(), tells=True):
        self.shop, self.price, self.total, self.gone, self.tells = shop, price, total, gone, tells
        shop.says(self)

    def __call__(self, handler):
        variables = self.shop.requests[-1]['body']['variables']
        if 'ids' in variables:
            count = len(variables['ids'])
            data = {'nodes': [None if id_ in self.gone else {'id': id_} for id_ in variables['ids']]}
        else:
            count, data = variables.get('first', 100), self._page(variables)
        cost = 2 + count * self.price
        if cost <= 1000:
            return graphql(data, requested=cost)(handler)
        entry = problem('MAX_COST_EXCEEDED', f'Query cost is {cost}, which exceeds' if self.tells else 'no')
        return graphql(errors=[entry], requested=cost if self.tells else None)(handler)

    def _page(self, variables):
        start, first = int(variables.get('after') or 0), variables.get('first', 100)
        end = min(self.total, start + first)
        return {'orders': {
            'nodes': [{'id': number} for number in range(start, end)],
            'pageInfo': {'hasNextPage': end < self.total, 'endCursor': str(end)}}}


def _sizes(shop):
    return [len(request['body']['variables']['ids']) for request in shop.requests]


def test_cheap_records_are_read_by_the_hundreds(shop, connect):
    PricedShop(shop, 1)
    ids = [str(number) for number in range(600)]
    read = list(paging.read_nodes(connect(), NODES, ids))
    assert [id_ for batch, _nodes in read for id_ in batch] == ids
    assert all([node['id'] for node in nodes] == batch for batch, nodes in read)
    assert _sizes(shop) == [20, 250, 250, 80]


@pytest.mark.parametrize('tells', [True, False])
def test_expensive_records_are_read_as_many_as_one_request_may_cost(shop, connect, tells):
    PricedShop(shop, 130, tells=tells)
    ids = [str(number) for number in range(30)]
    read = list(paging.read_nodes(connect(), NODES, ids))
    assert [id_ for batch, _nodes in read for id_ in batch] == ids
    assert all(size <= 7 for size in _sizes(shop)[4:])


def test_what_a_record_costs_is_known_to_the_next_reading_of_the_store(shop, connect, clock):
    PricedShop(shop, 18)
    first = connect()
    list(paging.read_nodes(first, NODES, [str(number) for number in range(40)]))
    shop.requests.clear()
    list(paging.read_nodes(connect(budget=first.budget), NODES, [str(number) for number in range(60)]))
    assert _sizes(shop)[0] > 40


def test_a_few_records_do_not_wait_for_the_points_of_many(shop, connect, clock):
    PricedShop(shop, 3)
    client = connect()
    list(paging.read_nodes(client, NODES, [str(number) for number in range(270)]))
    client.budget.settle(0, {'maximumAvailable': 2000, 'currentlyAvailable': 20, 'restoreRate': 100})
    list(paging.read_nodes(client, NODES, ['a']))
    assert clock.slept == []


def test_records_that_are_gone_are_none_at_their_place(shop, connect):
    PricedShop(shop, 1, gone=('b',))
    assert list(paging.read_nodes(connect(), NODES, ['a', 'b', 'c'])) == [(['a', 'b', 'c'], [{'id': 'a'}, None, {'id': 'c'}])]


def test_no_ids_are_no_request(shop, connect):
    assert list(paging.read_nodes(connect(), NODES, [])) == []
    assert not shop.requests


def test_a_single_record_that_is_too_expensive_is_an_error(shop, connect):
    PricedShop(shop, 5000)
    with pytest.raises(errors.CostError):
        list(paging.read_nodes(connect(), NODES, ['a', 'b']))
    assert _sizes(shop) == [2, 1]


def test_records_too_large_for_memory_are_read_by_fewer(shop, connect):
    PricedShop(shop, 1)
    ids = ['x' * 5_000 + str(number) for number in range(60)]
    read = list(paging.read_nodes(connect(max_bytes=150_000), NODES, ids))
    assert [id_ for batch, _nodes in read for id_ in batch] == ids


def test_other_variables_go_along(shop, connect):
    PricedShop(shop, 1)
    list(paging.read_nodes(connect(), NODES, ['a'], variables={'lines': 5}))
    assert shop.requests[0]['body']['variables'] == {'lines': 5, 'ids': ['a']}


def test_all_pages_of_a_connection_are_read_with_the_documents_own_size(shop, connect):
    PricedShop(shop, 1, total=250)
    pages = list(paging.pages(connect(), PAGES, {'query': 'x'}, ('orders',)))
    assert [len(page) for page in pages] == [100, 100, 50]
    assert [node['id'] for page in pages for node in page] == list(range(250))
    assert 'first' not in shop.requests[0]['body']['variables']


def test_pages_that_are_too_expensive_are_halved_and_none_is_missed(shop, connect):
    PricedShop(shop, 30, total=90)
    pages = list(paging.pages(connect(), PAGES, {}, 'orders'))
    assert [node['id'] for page in pages for node in page] == list(range(90))
    assert shop.requests[-1]['body']['variables']['first'] == 25


def test_a_page_of_one_that_is_too_expensive_is_an_error(shop, connect):
    PricedShop(shop, 5000, total=3)
    with pytest.raises(errors.CostError):
        list(paging.pages(connect(), PAGES, {'first': 4}, ('orders',)))


def test_pages_start_where_they_are_told_to(shop, connect):
    PricedShop(shop, 1, total=30)
    variables = {'first': 10, 'after': '20'}
    assert [node['id'] for page in paging.pages(connect(), PAGES, variables, ('orders',)) for node in page] == list(range(20, 30))
    assert variables == {'first': 10, 'after': '20'}


@pytest.mark.parametrize('data', [{'order': None}, {'order': {'lineItems': None}}, {}])
def test_pages_of_a_record_that_is_gone_are_none(shop, connect, data):
    shop.says(graphql(data))
    assert list(paging.pages(connect(), PAGES, {}, ('order', 'lineItems'))) == []


def test_edges_are_pages_too(shop, connect):
    shop.says(graphql({'orders': {'edges': [{'node': {'id': 1}}], 'pageInfo': {'hasNextPage': False}}}))
    assert list(paging.pages(connect(), PAGES, None, 'orders')) == [[{'id': 1}]]


@pytest.mark.parametrize('cursor', ['same', None])
def test_a_cursor_that_does_not_move_ends_in_an_error_and_not_never(shop, connect, cursor):
    shop.says(graphql({'orders': {'nodes': [], 'pageInfo': {'hasNextPage': True, 'endCursor': cursor}}}))
    with pytest.raises(errors.RequestError) as caught:
        list(paging.pages(connect(), PAGES, {}, 'orders'))
    assert caught.value.code == 'cursor_loop'
    assert len(shop.requests) <= 2


def test_the_request_is_what_a_graphql_server_expects(shop, connect):
    PricedShop(shop, 1)
    list(paging.read_nodes(connect(), NODES, ['a']))
    assert json.loads(json.dumps(shop.requests[0]['body'])) == {'query': NODES, 'variables': {'ids': ['a']}}


DENIED = problem('ACCESS_DENIED', 'This app is not approved to access the Customer object.', path=['nodes', 1])


@pytest.mark.parametrize('entry', [
    DENIED, problem('ACCESS_DENIED', path=['nodes', 1, 'title']), {'message': 'Not approved', 'path': ['nodes', 1]}])
def test_a_record_that_is_withheld_is_not_one_that_is_gone(shop, connect, entry):
    shop.says(graphql({'nodes': [{'id': 'a'}, None]}, errors=[entry]))
    with pytest.raises(errors.ScopeError) as caught:
        list(paging.read_nodes(connect(), NODES, ['a', 'b']))
    assert caught.value.message == entry['message']


def test_a_record_that_cannot_be_told_for_another_reason_is_that_records_trouble(shop, connect):
    shop.says(graphql({'nodes': [None]}, errors=[problem('TOO_COMPLICATED', path=['nodes', 0])]))
    with pytest.raises(errors.RequestError) as caught:
        list(paging.read_nodes(connect(), NODES, ['a']))
    assert caught.value.code == 'too_complicated'


@pytest.mark.parametrize('entry', [
    problem('NOT_FOUND', path=['nodes', 1]), problem('ACCESS_DENIED', path=['nodes', 0, 'customer'])])
def test_a_record_that_is_gone_stays_gone_whatever_else_is_told(shop, connect, entry):
    shop.says(graphql({'nodes': [{'id': 'a', 'customer': None}, None]}, errors=[entry]))
    assert [nodes[1] for _ids, nodes in paging.read_nodes(connect(), NODES, ['a', 'b'])] == [None]


def test_a_record_within_which_something_is_not_found_is_not_gone(shop, connect):
    entry = problem('RESOURCE_NOT_FOUND', 'Invalid id: gid://shopify/Publication/7', path=['nodes', 0, 'publication_7'])
    shop.says(graphql({'nodes': [None]}, errors=[entry]))
    with pytest.raises(errors.RequestError) as caught:
        list(paging.read_nodes(connect(), NODES, ['a']))
    assert caught.value.code == 'resource_not_found'


@pytest.mark.parametrize('answer', [graphql({'nodes': None}), reply('{"data": null}')])
def test_no_answer_is_not_one_that_all_are_gone(shop, connect, answer):
    shop.says(answer)
    with pytest.raises(errors.Unavailable) as caught:
        list(paging.read_nodes(connect(max_tries=1), NODES, ['a', 'b']))
    assert caught.value.code == 'no_data'


def test_who_needs_records_whole_is_not_given_them_with_parts_withheld(shop, connect):
    shop.says(graphql({'nodes': [{'id': 'a', 'zip': None}]}, errors=[problem('ACCESS_DENIED', path=['nodes', 0, 'zip'])]))
    assert list(paging.read_nodes(connect(), NODES, ['a']))
    with pytest.raises(errors.ScopeError):
        list(paging.read_nodes(connect(), NODES, ['a'], whole=True))
    page = {'nodes': [{'id': 'a', 'zip': None}], 'pageInfo': {'hasNextPage': False}}
    shop.says(graphql({'orders': page}, errors=[problem('ACCESS_DENIED', path=['orders', 'nodes', 0, 'zip'])]))
    assert list(paging.pages(connect(), PAGES, {}, 'orders'))
    with pytest.raises(errors.ScopeError):
        list(paging.pages(connect(), PAGES, {}, 'orders', whole=True))


def test_pages_of_a_record_that_is_withheld_are_not_none(shop, connect):
    shop.says(graphql({'shop': {'id': 1}, 'order': None}, errors=[problem('ACCESS_DENIED', path=['order', 'lineItems'])]))
    with pytest.raises(errors.ScopeError):
        list(paging.pages(connect(), PAGES, {}, 'order.lineItems'))
