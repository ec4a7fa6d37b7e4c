"""Files on other servers: what they answer means to wait, or that there is nothing to be had."""
import pytest

from shopify_connector.shopify import errors, files
from tests.unit.shopify.fake_shop import cut, html, reply

TARGET = {'parameters': [{'name': 'key', 'value': 'tmp/1/x.png'}]}


def _download(shop, session=None):
    return files.download(session, f'{shop.url}/x.png', max_bytes=1000, endpoint=shop.url)


def _lines(shop, session):
    return list(files.lines(session, f'{shop.url}/x.jsonl', timeout=5, endpoint=shop.url))


def _upload(shop, session):
    files.upload(session, {**TARGET, 'url': shop.url}, b'x', 'x.png', 'image/png', endpoint=shop.url)


@pytest.mark.parametrize('ask', [_download, _lines, _upload])
@pytest.mark.parametrize('status', [408, 429, 500, 503])
def test_a_file_server_in_trouble_is_waited_for_as_long_as_it_says(shop, session, ask, status):
    shop.says(reply('<Error/>', status, {'Retry-After': '7'}))
    with pytest.raises(errors.Unavailable) as caught:
        ask(shop, session)
    assert (caught.value.code, caught.value.http_status, caught.value.retry_after) == ('file_server', status, 7)


@pytest.mark.parametrize(('ask', 'code'), [(_download, 'file_gone'), (_lines, 'download_gone'), (_upload, 'upload_refused')])
@pytest.mark.parametrize('answer', [html(403), html(404), html(302)])
def test_what_it_refuses_is_nothing_that_a_store_needs_a_person_for(shop, session, ask, code, answer):
    shop.says(answer)
    with pytest.raises(errors.RequestError) as caught:
        ask(shop, session)
    assert caught.value.code == code


@pytest.mark.parametrize('framing', ['length', 'chunked'])
def test_half_a_picture_is_none(shop, session, framing):
    shop.says(cut(b'x' * 500, framing=framing))
    with pytest.raises(errors.NoNetworkError):
        _download(shop, session)


def test_a_picture_comes_as_it_is_and_without_a_token(shop, session):
    shop.says(reply(b'x' * 500, content_type='image/png'))
    assert _download(shop, session) == b'x' * 500
    assert 'X-Shopify-Access-Token' not in shop.requests[0]['headers']
