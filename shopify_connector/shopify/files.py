"""Files beside the Admin API: pictures and results of bulk operations are downloaded, files are uploaded to where a staged
upload says. They lie on other servers, and no token goes along."""
from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from requests import exceptions as failures

from . import answer as answers
from . import transport
from .errors import NoNetworkError, RequestError, ResultGoneError, SizeError, Unavailable, UploadRefusedError

_TIMEOUT = 30
_LONGEST = 120.0


def download(session, url: str, *, max_bytes: int, endpoint: str | None = None) -> bytes:
    """The file at an address that Shopify gave.

    :param endpoint: the client's, whose server may be asked without https, as trials do.
    :raise NoNetworkError, Unavailable: it may be there later.
    :raise RequestError: it is gone, is larger than ``max_bytes``, or the address cannot be trusted.
    """
    _check(url, endpoint)
    try:
        with session.get(url, timeout=_TIMEOUT, stream=True, allow_redirects=False) as response:
            _wait_when_busy(response)
            if response.status_code != 200:
                raise RequestError(
                    "The file is no longer there.", code='file_gone', http_status=response.status_code)
            return _read(response, max_bytes)
    except (failures.RequestException, OSError) as error:
        raise transport.typed(error) from error


def lines(session, url: str, *, timeout, size: int | None = None, endpoint: str | None = None) -> Iterator[bytes]:
    """The lines of a bulk operation's result, one after the other, in constant memory.

    :param size: bytes of the file, where they are known.
    :raise NoNetworkError, Unavailable: the rest may be there later; what was already given is good.
    :raise ResultGoneError: it is not there.
    """
    _check(url, endpoint)
    try:
        with session.get(url, timeout=timeout, stream=True, allow_redirects=False) as response:
            _wait_when_busy(response)
            if response.status_code != 200:
                raise ResultGoneError(
                    f"The file server does not give the result of the bulk operation (status {response.status_code}). It "
                    "is made once more. If that does not help, check whether a proxy or a firewall refuses Shopify's files.",
                    code='download_gone', http_status=response.status_code)
            yield from (line for line in _split(transport.pieces(response, size)) if line.strip())
    except (failures.RequestException, OSError) as error:
        raise transport.typed(error) from error


def upload(session, target: Mapping, content: bytes, filename: str, mimetype: str, *, endpoint: str | None = None) -> None:
    """Send a file to where ``stagedUploadsCreate`` says (method POST).

    :param target: ``{url, parameters: [{name, value}, …]}``.
    :raise NoNetworkError, Unavailable: try again, with a new target.
    :raise UploadRefusedError: it is refused.
    """
    _check(target['url'], endpoint)
    fields = {row['name']: row['value'] for row in target['parameters']}
    try:
        # The file comes last: what stands behind it is not read.
        with session.post(
            target['url'], data=fields, files={'file': (filename, content, mimetype)}, timeout=_TIMEOUT,
            allow_redirects=False,
        ) as response:
            _wait_when_busy(response)
            status = response.status_code
    except (failures.RequestException, OSError) as error:
        raise transport.typed(error) from error
    if status >= 300:
        raise UploadRefusedError(http_status=status)


def _check(url: str, endpoint: str | None) -> None:
    if urlsplit(url).scheme == 'https' or (endpoint and transport.same_origin(url, endpoint)):
        return
    raise RequestError("The file's address is not one that can be trusted.", code='bad_address')


def _wait_when_busy(response) -> None:
    status = response.status_code
    if status in (408, 429) or status >= 500:
        raise Unavailable(
            "The server of Shopify's files does not answer properly just now. It is tried again by itself.",
            code='file_server', http_status=status, retry_after=answers.retry_after(response))


def _read(response, max_bytes: int) -> bytes:
    parts, size, deadline = [], 0, time.monotonic() + _LONGEST
    for part in transport.pieces(response):
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            raise SizeError("The file is larger than what is taken.", code='file_too_large')
        if time.monotonic() > deadline:
            raise NoNetworkError(code='timeout')
    return b''.join(parts)


def _split(pieces) -> Iterator[bytes]:
    """Whole lines, ended by a line feed only: JSON text may hold other characters that Python takes for line ends."""
    rest = b''
    for piece in pieces:
        *whole, rest = (rest + piece).split(b'\n')
        yield from whole
    if rest:
        yield rest
