"""One HTTP request: bytes back, or a typed error. The only place that knows what requests raises."""
from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from requests import exceptions as failures

from .errors import AuthError, CertificateError, NoNetworkError, RequestError, ShopifyError, SizeError

MAX_ANSWER_BYTES = 32 * 1024 * 1024
_CHUNK = 64 * 1024
# The timeout of requests is for each read; a body that trickles is given this many times as long in all.
_PATIENCE = 4

_TEXTS = {
    'dns': "The shop's name cannot be resolved from this server. Check the domain and the server's DNS.",
    'refused': "The connection to the shop is refused. Check the server's network, firewall and proxy.",
    'timeout': "The shop did not answer in time. It is tried again by itself.",
    'disconnected': "The connection to the shop broke. It is tried again by itself.",
    'proxy': "The proxy between this server and Shopify does not work. Check the server's proxy settings.",
    'tls': "No encrypted connection to the shop could be made. Check the server's network and proxy.",
}


@dataclass(frozen=True)
class Reply:
    """What came back: status, headers (case-insensitive), the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def request_id(self) -> str | None:
        return self.headers.get('x-request-id')


def new_session() -> requests.Session:
    """A session as requests makes it: proxies and trusted certificates are the environment's."""
    return requests.Session()


def post(session, url: str, *, timeout, max_bytes: int = MAX_ANSWER_BYTES, **content) -> Reply:
    """POST without following redirects, which would carry the secrets in the headers to another host.

    :param content: ``json`` or ``data``, and ``headers``.
    :raise NoNetworkError, CertificateError: no answer; ``maybe_done`` tells whether the request may have arrived.
    :raise SizeError: a body of more than ``max_bytes``.
    """
    deadline = time.monotonic() + _PATIENCE * _read_timeout(timeout)
    try:
        with session.post(url, timeout=timeout, stream=True, allow_redirects=False, **content) as response:
            body = _read(response, max_bytes, deadline)
            return Reply(response.status_code, response.headers, body)
    except (failures.RequestException, UnicodeError, OSError) as error:
        raise typed(error) from error


def pieces(response, size: int | None = None) -> Iterator[bytes]:
    """The decoded body of a streamed response, to its very end.

    :param size: bytes of the file, for a server that says neither how long it is nor where it ends.
    :raise NoNetworkError: it broke off. requests says so of a chunked body only: urllib3 minds the length from 2.0 on, and
        Odoo runs with 1.26 too.
    """
    received = 0
    for piece in response.iter_content(_CHUNK):
        received += len(piece)
        yield piece
    if response.headers.get('Transfer-Encoding'):
        return
    on_the_wire, length = response.raw.tell(), response.headers.get('Content-Length') or ''
    # A length is that of what was sent, packed or not; of which of both the size of a file is, nobody says.
    if on_the_wire < int(length) if length.isdigit() else max(on_the_wire, received) < (size or 0):
        raise NoNetworkError(_TEXTS['disconnected'], code='disconnected', maybe_done=True)


def same_origin(url: str, other: str) -> bool:
    """Whether two addresses lie on the same server."""
    one, two = urlsplit(url), urlsplit(other)
    return (one.scheme, one.hostname, one.port) == (two.scheme, two.hostname, two.port)


def typed(error: Exception) -> ShopifyError:
    """The error of ours that stands for one of requests; what it means for a change that was under way is in it."""
    if isinstance(error, ShopifyError):
        return error
    chain = list(_chain(error))
    if _any(chain, ssl.SSLCertVerificationError):
        return CertificateError()
    # Before proxies and the like: a token that cannot stand in a header never left this machine.
    if isinstance(error, failures.InvalidHeader | UnicodeError):
        return AuthError("The access token holds characters that no token has. Copy it again.", code='invalid_token')
    if isinstance(error, failures.InvalidURL | failures.MissingSchema | failures.InvalidSchema):
        return RequestError("The shop's address is not one that can be asked.", code='bad_address')
    code, maybe_done = _network_code(error, chain)
    return NoNetworkError(_TEXTS[code], code=code, maybe_done=maybe_done)


def _network_code(error: Exception, chain: list[BaseException]) -> tuple[str, bool]:
    """``(code, whether the request may have reached Shopify)``: no, as long as no connection stood."""
    if isinstance(error, failures.ProxyError):
        return 'proxy', False
    if _any(chain, socket.gaierror) or any(type(link).__name__ == 'NameResolutionError' for link in chain):
        return 'dns', False
    if isinstance(error, failures.ConnectTimeout):
        return 'timeout', False
    if any(type(link).__name__ == 'NewConnectionError' for link in chain):
        return 'refused', False
    if isinstance(error, failures.SSLError):
        return 'tls', True
    if isinstance(error, failures.Timeout) or any(type(link).__name__ == 'ReadTimeoutError' for link in chain):
        return 'timeout', True
    return 'disconnected', True


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and all that it was made of: causes, contexts, arguments, urllib3's reason."""
    seen, waiting = set(), [error]
    while waiting:
        link = waiting.pop()
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [link.__cause__, link.__context__, getattr(link, 'reason', None), *link.args]


def _any(chain: list[BaseException], kind: type) -> bool:
    return any(isinstance(link, kind) for link in chain)


def _read(response, max_bytes: int, deadline: float) -> bytes:
    """The decoded body. Counted after decompression: a small answer can unpack to a huge one."""
    parts, size = [], 0
    for part in pieces(response):
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            raise SizeError(
                http_status=response.status_code, request_id=response.headers.get('x-request-id'), maybe_done=True)
        if time.monotonic() > deadline:
            raise NoNetworkError(_TEXTS['timeout'], code='timeout', maybe_done=True)
    return b''.join(parts)


def _read_timeout(timeout) -> float:
    return float(timeout[1] if isinstance(timeout, tuple) else timeout)
