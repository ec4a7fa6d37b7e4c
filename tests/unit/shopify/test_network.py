"""What happens on the wire: real sockets, real names, real certificates."""
import gzip
import socket
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shopify_connector.shopify import errors, transport
from tests.unit.shopify import fake_shop
from tests.unit.shopify.fake_shop import graphql, half, hang_up, html, reply, silence

READ = 'query Read { shop { name } }'
WRITE = 'mutation Write { orderUpdate { userErrors { field message } } }'


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in ('HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def _closed_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(('endpoint', 'code'), [
    ('http://127.0.0.1:{port}', 'refused'), ('http://no-such-shop.invalid', 'dns')])
def test_a_shop_that_cannot_be_reached_is_waited_for_even_with_a_mutation(connect, clock, endpoint, code):
    with pytest.raises(errors.NoNetworkError) as caught:
        connect(endpoint.format(port=_closed_port())).mutate(WRITE)
    assert (caught.value.code, caught.value.maybe_done, len(clock.slept)) == (code, False, 3)


def test_a_silent_shop_times_out_and_a_query_is_asked_again(shop, connect):
    shop.says(silence(1.0), graphql())
    assert connect(timeout=(1, 0.2)).query(READ)
    assert len(shop.requests) == 2


@pytest.mark.parametrize('trouble', [silence(1.0), hang_up, half])
def test_a_mutation_that_broke_off_on_the_wire_is_unclear(shop, connect, trouble):
    shop.says(trouble, graphql())
    with pytest.raises(errors.UnclearError):
        connect(timeout=(1, 0.2)).mutate(WRITE)
    assert len(shop.requests) == 1


@pytest.mark.parametrize(('trouble', 'code'), [(silence(0.6), 'timeout'), (hang_up, 'disconnected'), (half, 'disconnected')])
def test_each_way_to_break_off_has_its_code(shop, connect, trouble, code):
    shop.says(trouble)
    with pytest.raises(errors.NoNetworkError) as caught:
        connect(timeout=(1, 0.2), max_tries=1).query(READ)
    assert caught.value.code == code
    assert caught.value.__cause__ is not None


def test_an_idempotent_mutation_survives_a_broken_connection(shop, connect):
    shop.says(hang_up, graphql({'orderUpdate': {}}))
    assert connect().mutate(WRITE, idempotent=True) == {'orderUpdate': {}}


def test_an_edge_that_answers_with_pages_is_waited_for(shop, connect):
    shop.says(html(502), html(504), html(200), graphql())
    assert connect().query(READ)


def test_an_answer_that_trickles_for_ever_is_cut_off(shop, connect):
    def trickle(handler):
        handler.send_response(200)
        handler.send_header('Content-Length', '100000')
        handler.end_headers()
        for _drop in range(40):
            handler.wfile.write(b' ' * 2500)
            handler.wfile.flush()
            silence(0.05)(handler)

    shop.says(trickle)
    with pytest.raises(errors.NoNetworkError):
        connect(timeout=(1, 0.1), max_tries=1).query(READ)


def test_a_huge_answer_is_not_read_to_its_end(shop, connect):
    shop.says(reply('{"data": "' + 'x' * 500_000 + '"}'))
    with pytest.raises(errors.SizeError):
        connect(max_bytes=100_000).query(READ)
    with pytest.raises(errors.UnclearError):
        connect(max_bytes=100_000).mutate(WRITE)


def test_a_small_answer_that_unpacks_to_a_huge_one_is_not_read_to_its_end(shop, connect):
    shop.says(reply(gzip.compress(b'x' * 5_000_000), headers={'Content-Encoding': 'gzip'}))
    with pytest.raises(errors.SizeError):
        connect(max_bytes=100_000).query(READ)


def test_a_redirect_does_not_carry_the_token_elsewhere(shop, connect):
    with fake_shop.running() as elsewhere:
        shop.says(reply('', 307, {'Location': elsewhere.url}))
        with pytest.raises(errors.ShopGoneError):
            connect().query(READ)
        assert not elsewhere.requests


def test_a_proxy_that_is_not_there_has_its_own_code(connect, monkeypatch):
    monkeypatch.setenv('http_proxy', f'http://127.0.0.1:{_closed_port()}')
    monkeypatch.setenv('no_proxy', '')
    with pytest.raises(errors.NoNetworkError) as caught:
        connect('http://shop.invalid', max_tries=1).mutate(WRITE)
    assert caught.value.code == 'proxy'


@pytest.mark.parametrize('endpoint', ['x.myshopify.com', 'ftp://x.myshopify.com', 'http://'])
def test_an_address_that_is_none_gives_up(connect, endpoint):
    with pytest.raises(errors.RequestError) as caught:
        connect(endpoint).query(READ)
    assert caught.value.code == 'bad_address'


# --- certificates ---


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(subject, issuer, key, signing_key, *, authority):
    now = datetime.now(timezone.utc)
    builder = (
        x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(_name(issuer)).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
        .add_extension(x509.KeyUsage(True, False, False, False, False, authority, authority, False, False), critical=True))
    return builder.sign(signing_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope='module')
def own_ca(tmp_path_factory):
    """Paths of the bundle of an authority of our own, and of certificate and key that it gave to localhost."""
    folder = tmp_path_factory.mktemp('ca')
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    contents = {
        'ca.pem': _certificate('our ca', 'our ca', ca_key, ca_key, authority=True),
        'cert.pem': _certificate('localhost', 'our ca', key, ca_key, authority=False),
        'other.pem': _certificate('other.example', 'our ca', key, ca_key, authority=False),
        'key.pem': key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def test_a_certificate_that_nobody_trusts_asks_for_a_person_and_nothing_is_sent(own_ca, connect, monkeypatch):
    monkeypatch.delenv('REQUESTS_CA_BUNDLE', raising=False)
    monkeypatch.delenv('CURL_CA_BUNDLE', raising=False)
    with fake_shop.running(own_ca / 'cert.pem', own_ca / 'key.pem') as shop:
        with pytest.raises(errors.CertificateError) as caught:
            connect(shop.url).mutate(WRITE)
        assert not shop.requests
    assert 'REQUESTS_CA_BUNDLE' in caught.value.message


def test_the_bundle_that_the_environment_names_is_trusted(own_ca, connect, monkeypatch):
    monkeypatch.setenv('REQUESTS_CA_BUNDLE', str(own_ca / 'ca.pem'))
    with fake_shop.running(own_ca / 'cert.pem', own_ca / 'key.pem') as shop:
        assert connect(shop.url).query(READ)


def test_a_trusted_certificate_of_another_name_is_refused(own_ca, connect, monkeypatch):
    monkeypatch.setenv('REQUESTS_CA_BUNDLE', str(own_ca / 'ca.pem'))
    with fake_shop.running(own_ca / 'other.pem', own_ca / 'key.pem') as shop, pytest.raises(errors.CertificateError):
        connect(shop.url).query(READ)


def test_the_session_leaves_trust_and_proxies_to_the_environment():
    session = transport.new_session()
    assert (session.verify, session.trust_env) == (True, True)


def test_plain_text_where_encryption_is_expected_is_no_matter_of_certificates(shop, connect):
    with pytest.raises(errors.NoNetworkError) as caught:
        connect(shop.url.replace('http:', 'https:'), max_tries=1).query(READ)
    assert caught.value.code in ('tls', 'disconnected')
