"""Signing in, scopes, and which domains are believed."""
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.shopify import errors, oauth
from tests.unit.shopify.fake_shop import html, reply

GOOD = {'access_token': 'shpat_secret', 'scope': 'read_orders,write_products', 'expires_in': 86399}


def _fetch(shop):
    return oauth.fetch_client_credentials_token(shop.url, 'the-id', 'the&secret', timeout=(1, 1))


def test_id_and_secret_are_exchanged_for_a_token_of_a_day(shop):
    shop.says(reply(json.dumps(GOOD)))
    token = _fetch(shop)
    assert (token.access_token, token.scopes, token.expires_in) == (
        'shpat_secret', frozenset({'read_orders', 'write_products'}), 86399)
    request = shop.requests[0]
    assert request['path'] == '/admin/oauth/access_token'
    assert request['body'] == 'grant_type=client_credentials&client_id=the-id&client_secret=the%26secret'
    assert request['headers']['Accept'] == 'application/json'


def test_a_token_does_not_show_itself(shop):
    shop.says(reply(json.dumps(GOOD)))
    assert 'shpat_secret' not in repr(_fetch(shop))


@pytest.mark.parametrize('life', [None, 'soon', -5, True, 0])
def test_a_token_of_unknown_life_is_taken_to_live_shortly(shop, life):
    shop.says(reply(json.dumps({**GOOD, 'expires_in': life, 'scope': None})))
    assert (_fetch(shop).expires_in, _fetch(shop).scopes) == (3600, frozenset())


PAGE = '<html><body><h1>Oops</h1><p>Oauth error {}: Client credentials cannot be performed on this shop.</p></body></html>'


@pytest.mark.parametrize(('word', 'code'), [
    ('invalid_client', 'invalid_client'), ('application_cannot_be_found', 'invalid_client'),
    ('app_not_installed', 'app_not_installed'), ('shop_not_permitted', 'organisation_mismatch'),
    ('invalid_request', 'sign_in_refused')])
@pytest.mark.parametrize('status', [400, 401])
def test_each_refusal_has_its_code_whether_it_comes_as_json_or_as_a_page(shop, word, code, status):
    for answer in (
            reply(json.dumps({'error': word, 'error_description': 'x'}), status),
            reply(json.dumps({'error': 'invalid_request', 'error_description': f'Oauth error {word}: no'}), status),
            reply(PAGE.format(word), status, content_type='text/html')):
        shop.says(answer)
        with pytest.raises(errors.AuthError) as caught:
            _fetch(shop)
        assert (caught.value.code, caught.value.request_id) == (code, 'req-1')


@pytest.mark.parametrize(('answer', 'kind'), [
    (html(404), errors.ShopGoneError), (html(402), errors.FrozenError), (html(423), errors.Locked), (html(430), errors.Locked),
    (html(403), errors.AuthError), (reply('', 429, {'Retry-After': '3.5'}), errors.Throttled), (html(502), errors.Unavailable),
    (html(200), errors.Unavailable), (reply('{}'), errors.Unavailable), (reply('[]'), errors.Unavailable),
    (reply('{"access_token": 5}'), errors.Unavailable), (html(302), errors.ShopGoneError),
    (reply('{"error": "invalid_client"}'), errors.AuthError)])
def test_every_other_answer_is_typed_too_and_asked_once(shop, answer, kind):
    shop.says(answer)
    with pytest.raises(kind):
        _fetch(shop)
    assert len(shop.requests) == 1


@pytest.mark.parametrize(('status', 'kind'), [
    (429, errors.Throttled), (500, errors.Unavailable), (503, errors.Unavailable), (402, errors.FrozenError),
    (423, errors.Locked), (430, errors.Locked)])
def test_what_will_pass_is_no_refusal_even_when_it_comes_as_an_oauth_error(shop, status, kind):
    shop.says(reply('{"error": "temporarily_unavailable", "error_description": "x"}', status, {'Retry-After': '7'}))
    with pytest.raises(kind) as caught:
        _fetch(shop)
    assert status not in (429, 500, 503) or caught.value.retry_after == 7


def test_a_shop_without_a_network_is_waited_for():
    with pytest.raises(errors.NoNetworkError) as caught:
        oauth.fetch_client_credentials_token('http://no-such-shop.invalid', 'a', 'b')
    assert caught.value.code in ('dns', 'proxy')


def test_a_write_scope_grants_its_read_scope():
    granted = {'write_orders', ' read_products', ''}
    assert oauth.missing_scopes(granted, ['read_orders', 'read_products', 'write_products']) == {'write_products'}
    assert oauth.missing_scopes([], []) == frozenset()


@pytest.mark.parametrize('text', [
    'northwind', 'NorthWind ', 'northwind.myshopify.com', 'https://northwind.myshopify.com', 'northwind.myshopify.com/',
    'http://Northwind.myshopify.com/admin/products?x=1#y', 'https://admin.shopify.com/store/northwind',
    'admin.shopify.com/store/northwind/orders/123?inContextTimeframe=none', ' https://northwind.myshopify.com/products/x '])
def test_a_pasted_address_of_a_shop_is_understood(text):
    assert oauth.clean_shop_domain(text) == 'northwind.myshopify.com'


@pytest.mark.parametrize('text', [
    '', None, ' ', 'www.northwind.com', 'myshopify.com', '.myshopify.com', 'https://', 'a.b.myshopify.com',
    'northwind.myshopify.com.evil.com', 'evil.com/northwind.myshopify.com', 'evil.com#northwind.myshopify.com',
    'https://user@northwind.myshopify.com', 'https://northwind.myshopify.com@evil.com', 'northwind.myshopify.com:443',
    'northwind.myshopify.com\\@evil.com', 'northwind.myshopify.com\nevil.com', 'nörthwind.myshopify.com',
    'northwind.myshopify.com.', 'northwind。myshopify.com', 'northwind.myshopify。com', 'ｎorthwind.myshopify.com',
    '\u212aite.myshopify.com', 'ftp://northwind.myshopify.com', 'javascript:alert(1)', '127.0.0.1', 'localhost:8069',
    '-northwind', 'northwind-', 'north_wind', 'north wind', 'x' * 64, 'https://admin.shopify.com/store/',
    'https://admin.shopify.com.evil.com/store/northwind', 'https://evil.com/admin.shopify.com/store/northwind',
    'northwind.myshopify.com\x00', 'northwind%2emyshopify.com', '//northwind.myshopify.com'])
def test_anything_else_is_refused(text):
    with pytest.raises(oauth.BadDomain):
        oauth.clean_shop_domain(text)


@given(st.text(max_size=60) | st.text(alphabet='ax.-/:@#?\\%myshopify.comK', max_size=60))
def test_no_text_whatever_leads_away_from_shopify(text):
    for candidate in (text, f'{text}.myshopify.com', f'https://{text}x.myshopify.com', f'x.myshopify.com{text}'):
        try:
            domain = oauth.clean_shop_domain(candidate)
        except oauth.BadDomain:
            continue
        assert oauth.is_shop_domain(domain)
        assert oauth.clean_shop_domain(domain) == domain


@given(st.from_regex(r'[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?', fullmatch=True))
def test_every_handle_is_a_shop(handle):
    assert oauth.clean_shop_domain(f'https://{handle.upper()}.myshopify.com/admin') == f'{handle}.myshopify.com'
