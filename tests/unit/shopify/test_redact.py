"""No secret and nobody's data in a log."""
import json
import logging

from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.shopify import redact

SECRETS = ('shpat_0123456789abcdef', 'shpca_abc', 'shpss_00ff', 'shprt_zz', 'jane@example.com', '+49 170 1234567')


def test_tokens_addresses_and_numbers_are_masked_by_their_look():
    text = ', '.join(SECRETS)
    assert redact.redacted_text(text) == 'shpat_***, shpca_***, shpss_***, shprt_***, ***, ***'


def test_assigned_secrets_are_masked_whatever_they_look_like():
    for text in (
            'client_secret=abc123&x=1', '"access_token": "0a1b2c"', "X-Shopify-Access-Token: 0a1b2c",
            'Authorization: Bearer 0a1b2c',
            "{'client_secret': 'abc123'}", 'refresh_token = abc123', 'X-Shopify-Hmac-Sha256: abc123='):
        clean = redact.redacted_text(text)
        assert '***' in clean
        assert 'abc123' not in clean and '0a1b2c' not in clean


def test_what_is_needed_to_understand_a_log_stays():
    text = 'gid://shopify/Order/1234567890123 at 2026-11-21T04:27:00+01:00: 3 x 10.00, key 12345678'
    assert redact.redacted_text(text) == text


def test_structures_are_masked_by_their_keys_however_these_are_written():
    found = redact.redacted({
        'id': 1, 'firstName': 'Jane', 'first_name': 'Jane', 'shippingAddress': {'zip': '1'}, 'email': None,
        'X-Shopify-Access-Token': 'x', 'lines': [{'title': 'Shirt', 'note': 'for Jane'}], 'text': b'mail jane@example.com'})
    assert found == {
        'id': 1, 'firstName': '***', 'first_name': '***', 'shippingAddress': '***', 'email': None,
        'X-Shopify-Access-Token': '***', 'lines': [{'title': 'Shirt', 'note': '***'}], 'text': 'mail ***'}


@given(st.recursive(
    st.none() | st.integers() | st.sampled_from(SECRETS) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(['a', 'email', 'clientSecret']), inner),
    max_leaves=10))
def test_no_secret_survives_at_any_depth(structure):
    text = json.dumps(redact.redacted(structure))
    assert not any(secret in text for secret in SECRETS)


def _logged(emit):
    lines = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    log = redact.logger('test.shopify.redact')
    log.propagate = False
    handler = Keep()
    log.addHandler(handler)
    try:
        emit(log)
    finally:
        log.removeHandler(handler)
    return lines


def test_a_logger_masks_messages_arguments_and_tracebacks():
    def emit(log):
        try:
            raise ValueError('token shpat_abc of jane@example.com')
        except ValueError:
            log.exception('failed for %s', 'shpca_secret')

    text, = _logged(emit)
    assert 'failed for shpca_***' in text
    assert 'token shpat_*** of ***' in text
    assert 'ValueError' in text


def test_a_wrong_log_call_breaks_nothing():
    assert _logged(lambda log: log.warning('%s and %s', *['one'])) == ['%s and %s']


def test_a_logger_is_filtered_once():
    assert len(redact.logger('test.shopify.once').filters) == len(redact.logger('test.shopify.once').filters) == 1
