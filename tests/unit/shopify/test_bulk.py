"""Bulk operations: their life, and their result as a stream."""
import gzip
import json
import tracemalloc
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.shopify import bulk, errors
from tests.unit.shopify.fake_shop import cut, graphql, html, reply

ID = 'gid://shopify/BulkOperation/1'


def _lines(*objects):
    return '\n'.join(json.dumps(one) for one in objects) + '\n'


def test_a_bulk_query_is_started_and_known_by_its_gid(shop, connect):
    shop.says(graphql({'bulkOperationRunQuery': {'bulkOperation': {'id': ID, 'status': 'CREATED'}, 'userErrors': []}}))
    assert bulk.run(connect(), '{ products { edges { node { id } } } }') == ID
    assert shop.requests[0]['body']['variables'] == {'query': '{ products { edges { node { id } } } }'}


def test_a_sixth_operation_is_refused_with_its_code(shop, connect):
    shop.says(graphql({'bulkOperationRunQuery': {'bulkOperation': None, 'userErrors': [
        {'field': ['query'], 'message': 'In progress', 'code': 'OPERATION_IN_PROGRESS'}]}}))
    with pytest.raises(errors.UserErrors) as caught:
        bulk.run(connect(), '{ x }')
    assert caught.value.code == 'operation_in_progress'


@pytest.mark.parametrize(('status', 'over', 'good'), [
    ('CREATED', False, False), ('RUNNING', False, False), ('CANCELING', False, False), ('COMPLETED', True, True),
    ('FAILED', True, False), ('CANCELED', True, False), ('EXPIRED', True, False)])
def test_the_status_says_whether_it_is_over_and_whether_it_went_well(shop, connect, status, over, good):
    shop.says(graphql({'bulkOperation': {
        'id': ID, 'status': status, 'errorCode': None, 'objectCount': '12', 'fileSize': '4096', 'url': None,
        'partialDataUrl': None, 'createdAt': '2026-11-21T04:27:00Z', 'completedAt': None}}))
    found = bulk.status(connect(), ID)
    assert (found.over, found.good, found.objects, found.size) == (over, good, 12, 4096)
    assert (found.created_at, found.completed_at) == (datetime(2026, 11, 21, 4, 27), None)


def test_an_operation_that_shopify_forgot_is_an_error(shop, connect):
    shop.says(graphql({'bulkOperation': None, 'x': 1}))
    with pytest.raises(errors.ResultGoneError) as caught:
        bulk.status(connect(), ID)
    assert caught.value.code == 'bulk_gone'


def test_a_running_operation_can_be_ended(shop, connect):
    shop.says(graphql({'bulkOperationCancel': {'bulkOperation': {'id': ID}, 'userErrors': []}}))
    bulk.cancel(connect(), ID)
    assert shop.requests[0]['body']['variables'] == {'id': ID}


def test_the_result_is_read_line_by_line_without_a_token(shop):
    shop.says(reply(_lines({'id': 1, 't': 'a\u2028b\x85c'}, {'id': 2}) + '\n'))
    assert list(bulk.rows(f'{shop.url}/bulk/x', endpoint=f'{shop.url}/shops/x')) == [
        {'id': 1, 't': 'a\u2028b\x85c'}, {'id': 2}]
    assert 'X-Shopify-Access-Token' not in shop.requests[0]['headers']


def test_raw_separators_inside_text_do_not_end_a_line(shop):
    shop.says(reply('{"t": "a\u2028b\u0085c"}\n'.encode()))
    assert list(bulk.rows(shop.url, endpoint=shop.url)) == [{'t': 'a\u2028b\u0085c'}]


@pytest.mark.parametrize('url', ['http://storage.example/x', 'file:///etc/passwd', 'ftp://x/y', ''])
def test_a_result_is_only_fetched_from_an_encrypted_address(url):
    with pytest.raises(errors.RequestError):
        list(bulk.rows(url, endpoint='http://127.0.0.1:1'))


# The second one is cut, when it is not packed, behind a whole line.
@pytest.mark.parametrize('content', [_lines({'id': 1}, {'id': 2, 'text': 'x' * 50}), _lines({'id': 1}, {'id': 'x' * 9})])
@pytest.mark.parametrize('packed', [False, True])
@pytest.mark.parametrize('framing', ['length', 'chunked', 'nothing'])
def test_a_result_that_breaks_off_anywhere_is_an_error_and_no_smaller_result(shop, session, framing, packed, content):
    shop.says(cut(content.encode(), framing=framing, packed=packed))
    with pytest.raises(errors.NoNetworkError) as caught:
        list(bulk.rows(shop.url, session=session, endpoint=shop.url, size=len(content)))
    assert caught.value.code == 'disconnected'


@pytest.mark.parametrize('headers', [{}, {'Content-Encoding': 'gzip'}])
@pytest.mark.parametrize('size', [None, 1, 10**9])
def test_what_the_server_says_of_the_length_counts_more_than_what_the_operation_says(shop, session, headers, size):
    content = _lines({'id': 1}, {'id': 2}).encode()
    shop.says(reply(gzip.compress(content) if headers else content, headers=headers))
    assert len(list(bulk.rows(shop.url, session=session, endpoint=shop.url, size=size))) == 2


@pytest.mark.parametrize(('answer', 'code'), [
    (reply('<Error/>', 403), 'download_gone'), (reply('', 302, {'Location': '/'}), 'download_gone'),
    (html(404), 'download_gone'), (reply('{"a'), 'bad_line'), (reply('[]'), 'bad_line'), (reply('{"a": \xff}'), 'bad_line')])
def test_a_result_that_is_none_is_to_be_made_again(shop, answer, code):
    shop.says(answer)
    with pytest.raises(errors.ResultGoneError) as caught:
        list(bulk.rows(shop.url, endpoint=shop.url))
    assert caught.value.code == code


def test_a_large_result_is_read_in_constant_memory(shop):
    line = json.dumps({'id': 1, 'text': 'x' * 500}).encode() + b'\n'
    shop.says(reply(line * 30_000))
    tracemalloc.start()
    try:
        count = sum(1 for _row in bulk.rows(shop.url, endpoint=shop.url))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 30_000
    assert peak < 3 * 1024 * 1024 < len(line) * count


def _child(type_, number, parent):
    return {'id': f'gid://shopify/{type_}/{number}', '__parentId': parent}


def _root(number):
    return {'id': f'gid://shopify/Product/{number}', 'title': f'P{number}'}


def test_children_are_joined_with_their_parents_by_type():
    joined = list(bulk.joined([
        _root(1), _root(2), _child('ProductVariant', 21, 'gid://shopify/Product/2'),
        _child('ProductVariant', 11, 'gid://shopify/Product/1'), {'namespace': 'x', '__typename': 'Metafield', '__parentId': 'gid://shopify/Product/1'}]))
    assert joined == [
        {'id': 'gid://shopify/Product/1', 'title': 'P1', 'children': {
            'ProductVariant': [{'id': 'gid://shopify/ProductVariant/11', 'children': {}}],
            'Metafield': [{'namespace': 'x', '__typename': 'Metafield', 'children': {}}]}},
        {'id': 'gid://shopify/Product/2', 'title': 'P2', 'children': {
            'ProductVariant': [{'id': 'gid://shopify/ProductVariant/21', 'children': {}}]}}]


@given(st.randoms(use_true_random=False), st.integers(1, 6), st.integers(0, 4))
def test_the_order_of_the_lines_makes_no_difference_to_what_belongs_together(random, roots, children):
    lines = [_root(number) for number in range(roots)]
    for number in range(roots):
        for place in range(children):
            variant = f'{number}0{place}'
            lines.append(_child('ProductVariant', variant, f'gid://shopify/Product/{number}'))
            lines.append(_child('Metafield', variant, f'gid://shopify/ProductVariant/{variant}'))
    random.shuffle(lines)
    joined = list(bulk.joined(lines))
    assert len(joined) == roots
    for root in joined:
        variants = root['children'].get('ProductVariant', [])
        number = root['id'].rsplit('/', 1)[1]
        assert {variant['id'] for variant in variants} == {
            f'gid://shopify/ProductVariant/{number}0{place}' for place in range(children)}
        assert all(len(variant['children']['Metafield']) == 1 for variant in variants)


def test_a_child_of_two_parents_is_under_both_with_its_own_children_once():
    shared, metafield = 'gid://shopify/Product/9', {'id': 'gid://shopify/Metafield/5', '__parentId': 'gid://shopify/Product/9'}
    roots = [{'id': f'gid://shopify/Collection/{number}'} for number in (1, 2)]
    joined = list(bulk.joined([
        *roots, {'id': shared, '__parentId': roots[0]['id']}, metafield,
        {'id': shared, '__parentId': roots[1]['id']}, metafield]))
    for root in joined:
        product, = root['children']['Product']
        assert len(product['children']['Metafield']) == 1


def test_lines_that_are_their_own_parents_do_not_hang():
    root = {'id': 'gid://shopify/Product/1'}
    circle = {**root, '__parentId': root['id']}
    assert list(bulk.joined([circle])) == []
    assert list(bulk.joined([root, circle])) == [{**root, 'children': {'Product': [{**root, 'children': {}}]}}]
