"""What the client makes of what Shopify answers. Over real sockets, with a clock of its own."""
import pytest

from shopify_connector.shopify import errors
from shopify_connector.shopify.budget import Budget
from tests.unit.shopify.fake_shop import graphql, problem, reply

READ = 'query Read($id: ID) { shop { name } }'
WRITE = 'mutation Write($input: Input!) { orderUpdate(input: $input) { order { id } userErrors { field message } } }'


def test_a_query_goes_to_the_version_with_the_token_and_gives_its_data(shop, connect):
    shop.says(graphql({'shop': {'name': 'Northwind'}}, headers={'X-Shopify-API-Version': '2026-07'}))
    client = connect(api_version='2026-10')
    assert client.query(READ, {'id': '1'}) == {'shop': {'name': 'Northwind'}}
    request = shop.requests[0]
    assert request['path'] == '/admin/api/2026-10/graphql.json'
    assert request['headers']['X-Shopify-Access-Token'] == 'shpat_1'
    assert request['headers']['Content-Type'] == 'application/json'
    assert client.served_version == '2026-07'


def test_the_endpoint_may_have_a_path_of_its_own(shop, connect):
    connect(f'{shop.url}/shops/x.myshopify.com/').query(READ)
    assert shop.requests[0]['path'] == '/shops/x.myshopify.com/admin/api/2026-10/graphql.json'


def test_nulls_and_letters_of_all_kinds_reach_shopify_as_they_are(shop, connect):
    variables = {'after': None, 'input': {'changeFromQuantity': None, 'note': 'Zoë ☕ 日本', 'list': [None]}}
    connect().mutate(WRITE, variables)
    assert shop.requests[0]['body']['variables'] == variables


def test_numbers_that_json_does_not_have_are_refused_before_anything_is_sent(shop, connect):
    with pytest.raises(ValueError):
        connect().mutate(WRITE, {'input': float('nan')})
    assert not shop.requests


def test_what_was_spent_is_counted_over_all_calls(shop, connect):
    calls = []
    client = connect(on_call=calls.append)
    client.query(READ)
    client.query(READ)
    assert (client.usage.requests, client.usage.points_requested, client.usage.points_actual) == (2, 20.0, 16.0)
    assert client.last_cost['throttleStatus']['restoreRate'] == 100.0
    assert (calls[0].operation, calls[0].mutation, calls[0].http_status, calls[0].request_id) == ('Read', False, 200, 'req-1')


def test_a_throttled_request_waits_until_its_cost_is_there_again(shop, connect, clock):
    shop.says(
        graphql(errors=[problem('THROTTLED')], requested=500, actual=None, currentlyAvailable=100.0), graphql())
    client = connect()
    client.query(READ)
    assert clock.slept == [4.0]
    assert client.usage.throttled == 1


def test_a_throttled_mutation_is_sent_again_because_nothing_ran(shop, connect):
    shop.says(graphql(errors=[problem('THROTTLED')], currentlyAvailable=0.0), graphql({'orderUpdate': {'userErrors': []}}))
    assert connect().mutate(WRITE, {}) == {'orderUpdate': {'userErrors': []}}
    assert len(shop.requests) == 2


def test_a_long_wait_is_not_slept_but_told(shop, connect, clock):
    shop.says(graphql(errors=[problem('THROTTLED')], requested=1000, currentlyAvailable=-1000.0))
    with pytest.raises(errors.Throttled) as caught:
        connect(max_wait=8.0).query(READ)
    assert caught.value.retry_after == 20.0
    assert clock.slept == []


def test_429_waits_as_long_as_its_header_says_fractions_included(shop, connect, clock):
    shop.says(reply('', 429, {'Retry-After': '2.5'}), graphql())
    connect().mutate(WRITE)
    assert clock.slept == [2.5]


def test_after_max_tries_the_last_error_is_raised(shop, connect, clock):
    shop.says(reply('', 503))
    with pytest.raises(errors.Unavailable) as caught:
        connect(max_tries=3).query(READ)
    assert len(shop.requests) == 3
    assert clock.slept == [0.25, 0.5]
    assert (caught.value.http_status, caught.value.request_id) == (503, 'req-1')


def test_a_page_of_a_proxy_with_status_502_is_tried_again(shop, connect):
    shop.says(reply('<html>Bad Gateway</html>', 502, content_type='text/html'), graphql())
    assert connect().query(READ)


@pytest.mark.parametrize('body', ['<html>nice</html>', '[1, 2]', '"text"', '', '{"a"', '[' * 100_000])
def test_an_answer_that_is_no_json_object_is_an_outage(shop, connect, body):
    shop.says(reply(body))
    with pytest.raises(errors.Unavailable) as caught:
        connect(max_tries=1).query(READ)
    assert caught.value.code == 'not_json'


def test_a_json_object_without_data_is_an_outage(shop, connect):
    shop.says(reply('{}'))
    with pytest.raises(errors.Unavailable) as caught:
        connect(max_tries=1).query(READ)
    assert caught.value.code == 'no_data'


@pytest.mark.parametrize(('answer', 'code'), [
    (reply('', 500), 'unclear'), (reply('<html>', 502), 'unclear'), (reply('nonsense'), 'unclear'),
    (graphql(errors=[problem('INTERNAL_SERVER_ERROR')]), 'unclear'), (graphql(errors=[problem('TIMEOUT')]), 'unclear'),
])
def test_a_mutation_whose_answer_is_lost_is_never_sent_again(shop, connect, answer, code):
    shop.says(answer, graphql())
    with pytest.raises(errors.UnclearError) as caught:
        connect().mutate(WRITE, {})
    assert (len(shop.requests), caught.value.code) == (1, code)


def test_an_idempotent_mutation_is_sent_again_byte_for_byte(shop, connect):
    shop.says(reply('', 500), graphql({'orderUpdate': {}}))
    connect().mutate(WRITE, {'input': {'changeFromQuantity': None}}, idempotent=True)
    assert len(shop.requests) == 2
    assert shop.requests[0]['body'] == shop.requests[1]['body']


def test_a_refused_token_is_renewed_once_and_the_request_repeated(shop, connect):
    shop.says(reply('{"errors": "[API] Invalid API key"}', 401), graphql({'ok': {}}))
    asked = []

    def token(renew):
        asked.append(renew)
        return 'shpat_new' if renew else 'shpat_old'

    assert connect(token=token).mutate(WRITE) == {'ok': {}}
    assert asked == [False, True]
    assert [request['headers']['X-Shopify-Access-Token'] for request in shop.requests] == ['shpat_old', 'shpat_new']


def test_a_renewed_token_that_is_refused_too_asks_for_a_person(shop, connect):
    shop.says(reply('{"errors": "x"}', 401))
    tokens = iter(['shpat_1', 'shpat_2', 'shpat_3'])
    with pytest.raises(errors.AuthError) as caught:
        connect(token=lambda renew: next(tokens)).query(READ)
    assert (caught.value.code, len(shop.requests)) == ('invalid_token', 2)


def test_a_token_that_cannot_be_renewed_is_not_sent_twice(shop, connect):
    shop.says(reply('{"errors": "x"}', 401))
    with pytest.raises(errors.AuthError):
        connect(token=lambda renew: 'shpat_static').query(READ)
    assert len(shop.requests) == 1


@pytest.mark.parametrize('token', ['', 'shpat_1\r\nX-Evil: 1', 'shpät', 'with space'])
def test_a_token_that_no_header_can_carry_is_never_sent(shop, connect, token):
    with pytest.raises(errors.AuthError):
        connect(token=lambda renew: token).query(READ)
    assert not shop.requests


def test_trouble_while_signing_in_passes_through_without_being_repeated(shop, connect):
    asked = []

    def token(renew):
        asked.append(renew)
        raise errors.Throttled(retry_after=1.0)

    with pytest.raises(errors.Throttled):
        connect(token=token).query(READ)
    assert asked == [False]
    assert not shop.requests


@pytest.mark.parametrize(('status', 'kind', 'code'), [
    (400, errors.RequestError, 'bad_request'), (402, errors.FrozenError, 'frozen'), (403, errors.ForbiddenError, 'forbidden'),
    (404, errors.ShopGoneError, 'shop_not_found'), (413, errors.RequestError, 'bad_request'),
    (423, errors.Locked, 'locked'), (430, errors.Locked, 'security_rejection'), (301, errors.ShopGoneError, 'shop_moved'),
])
def test_each_status_has_its_consequence_and_is_not_hammered(shop, connect, status, kind, code):
    shop.says(reply('{"errors": "Not Found"}', status, {'Location': 'http://127.0.0.1:1/'}))
    with pytest.raises(kind) as caught:
        connect().mutate(WRITE)
    assert (caught.value.code, caught.value.http_status, len(shop.requests)) == (code, status, 1)
    assert caught.value.message.endswith('.')


@pytest.mark.parametrize(('entry', 'kind', 'code'), [
    (problem('MAX_INPUT_SIZE_EXCEEDED', path=['a', 'b']), errors.RequestError, 'max_input_size_exceeded'),
    (problem('BAD_REQUEST'), errors.RequestError, 'bad_request'),
    (problem('undefinedField'), errors.RequestError, 'undefined_field'),
    (problem('RESOURCE_NOT_FOUND'), errors.RequestError, 'resource_not_found'),
    (problem('SHOP_INACTIVE'), errors.FrozenError, 'frozen'),
    ({'message': 'Odd'}, errors.RequestError, 'bad_request'),
    ('plain text', errors.RequestError, 'bad_request'),
])
def test_each_code_has_its_consequence_and_is_not_repeated(shop, connect, entry, kind, code):
    shop.says(graphql(errors=[entry]))
    with pytest.raises(kind) as caught:
        connect().mutate(WRITE)
    assert (caught.value.code, len(shop.requests)) == (code, 1)


@pytest.mark.parametrize(('entry', 'requested'), [
    (problem('MAX_COST_EXCEEDED', 'Query cost is 1513, which exceeds the single query max cost limit (1000)'), 1513.0),
    (problem('MAX_COST_EXCEEDED', 'Too much', cost=1200), 1200.0),
    (problem('MAX_COST_EXCEEDED', 'Too much'), None),
])
def test_too_expensive_a_query_says_what_it_would_have_cost(shop, connect, entry, requested):
    shop.says(graphql(errors=[entry], requested=None))
    with pytest.raises(errors.CostError) as caught:
        connect().query(READ)
    assert caught.value.requested == requested


def test_a_denied_root_names_the_scope_that_is_missing(shop, connect):
    shop.says(graphql({'orders': None}, errors=[
        problem('ACCESS_DENIED', path=['orders'], requiredAccess='`read_orders` access scope or `read_all_orders`.')]))
    with pytest.raises(errors.ScopeError) as caught:
        connect().query(READ)
    assert caught.value.required == ('read_orders', 'read_all_orders')
    assert 'read_orders or read_all_orders' in caught.value.message


def test_a_denied_part_of_an_answer_is_a_warning(shop, connect):
    shop.says(graphql({'order': {'customer': None}}, errors=[problem('ACCESS_DENIED', path=['order', 'customer'])]))
    client = connect()
    assert client.query(READ) == {'order': {'customer': None}}
    assert [(warning.code, warning.path) for warning in client.warnings] == [('access_denied', ('order', 'customer'))]
    shop.says(graphql())
    client.query(READ)
    assert client.warnings == []


def test_a_part_that_failed_inside_shopify_is_read_again_and_not_taken_for_empty(shop, connect):
    shop.says(
        graphql({'order': {'customer': None}}, errors=[problem('INTERNAL_SERVER_ERROR', path=['order', 'customer'])]),
        graphql({'order': {'customer': {'id': 1}}}))
    assert connect().query(READ) == {'order': {'customer': {'id': 1}}}


@pytest.mark.parametrize('code', ['ACCESS_DENIED', 'INTERNAL_SERVER_ERROR', 'THROTTLED'])
def test_a_mutation_with_a_payload_was_carried_out_whatever_errors_came_along(shop, connect, code):
    shop.says(graphql({'orderUpdate': {'order': None}}, errors=[problem(code, path=['orderUpdate', 'order'])]))
    client = connect()
    assert client.mutate(WRITE, {}, idempotent=True) == {'orderUpdate': {'order': None}}
    assert len(shop.requests) == 1
    assert len(client.warnings) == 1


def test_a_mutation_denied_below_its_root_may_have_been_carried_out(shop, connect):
    shop.says(graphql({'orderUpdate': None}, errors=[problem('ACCESS_DENIED', path=['orderUpdate', 'order'])]))
    with pytest.raises(errors.UnclearError):
        connect().mutate(WRITE)
    shop.says(graphql({'orderUpdate': None}, errors=[problem('ACCESS_DENIED', path=['orderUpdate'])]))
    with pytest.raises(errors.ScopeError):
        connect().mutate(WRITE)


def test_a_search_that_shopify_does_not_understand_is_an_error_and_not_all_records(shop, connect):
    shop.says(graphql({'orders': {'nodes': [1]}}, search=[
        {'path': ['orders'], 'query': 'updatd_at:>1', 'warnings': [{'field': 'updatd_at', 'message': 'Invalid search field'}]}]))
    with pytest.raises(errors.RequestError) as caught:
        connect().query(READ)
    assert caught.value.code == 'search_warning'
    assert 'updatd_at' in caught.value.message


def test_user_errors_are_found_under_any_name(connect):
    client = connect()
    assert client.user_errors({'a': {'order': {}, 'userErrors': []}}, 'a') == {'order': {}, 'userErrors': []}
    with pytest.raises(errors.UserErrors) as caught:
        client.user_errors({'orderCancel': {'job': None, 'orderCancelUserErrors': [
            {'field': ['orderId'], 'message': 'Order is done.', 'code': 'INVALID'}, {'field': None, 'message': 'No'}]}},
            'orderCancel')
    assert caught.value.codes == {'INVALID'}
    assert caught.value.errors[0] == errors.UserError(('orderId',), 'Order is done.', 'INVALID')
    assert caught.value.message == "Shopify refused: Order is done; No. Correct it and try again."
    assert caught.value.code == 'user_errors'


def test_user_errors_that_share_a_code_are_known_by_it():
    entries = [{'field': ['a'], 'message': 'x', 'code': 'CHANGE_FROM_QUANTITY_STALE'}] * 2
    assert errors.UserErrors.of(entries).code == 'change_from_quantity_stale'


def test_a_key_that_is_still_being_worked_on_is_a_matter_of_waiting(connect):
    with pytest.raises(errors.WaitError) as caught:
        connect().user_errors({'set': {'userErrors': [
            {'field': None, 'message': 'x', 'code': 'IDEMPOTENCY_CONCURRENT_REQUEST'}]}}, 'set')
    assert caught.value.retry_after == 5.0


def test_a_payload_that_is_missing_is_unclear(connect):
    with pytest.raises(errors.UnclearError):
        connect().user_errors({'set': None}, 'set')


def test_the_client_waits_before_it_spends_what_is_not_there(shop, connect, clock):
    client = connect()
    shop.says(graphql(requested=300, currentlyAvailable=100.0))
    client.query(READ)
    client.query(READ)
    assert clock.slept == [2.0]


def test_slow_lanes_leave_a_share_of_the_bucket_to_urgent_ones(shop, connect, clock):
    budget = Budget(clock)
    shop.says(graphql(requested=100, currentlyAvailable=600.0))
    urgent, slow = connect(budget=budget), connect(budget=budget, keep_fraction=0.5, max_wait=3.0)
    urgent.query(READ)
    with pytest.raises(errors.Throttled) as caught:
        slow.query(READ)
    assert caught.value.retry_after == 5.0
    urgent.query(READ)
    assert clock.slept == []


def test_an_unknown_error_leaves_no_points_set_aside(shop, connect, clock):
    budget = Budget(clock)
    shop.says(graphql(requested=100, currentlyAvailable=1000.0), reply('', 404))
    client = connect(budget=budget)
    client.query(READ)
    with pytest.raises(errors.ShopGoneError):
        client.query(READ)
    assert budget.available() == 1000.0
