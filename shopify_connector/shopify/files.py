"""Files beside the Admin API: pictures are downloaded, and uploaded to where a staged upload says. No token goes along."""
from __future__ import annotations

import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from requests import exceptions as failures

from . import transport
from .errors import NoNetworkError, RequestError, SizeError, Unavailable

_CHUNK = 64 * 1024
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
            if response.status_code == 429 or response.status_code >= 500:
                raise Unavailable(code='file_server', http_status=response.status_code, retry_after=_pause(response))
            if response.status_code != 200:
                raise RequestError(
                    "The file is no longer there.", code='file_gone', http_status=response.status_code)
            return _read(response, max_bytes)
    except (failures.RequestException, OSError) as error:
        raise transport.typed(error) from error


def upload(session, target: Mapping, content: bytes, filename: str, mimetype: str, *, endpoint: str | None = None) -> None:
    """Send a file to where ``stagedUploadsCreate`` says (method POST).

    :param target: ``{url, parameters: [{name, value}, …]}``.
    :raise NoNetworkError, Unavailable: try again, with a new target.
    :raise RequestError: it is refused.
    """
    _check(target['url'], endpoint)
    fields = {row['name']: row['value'] for row in target['parameters']}
    try:
        # The file comes last: what stands behind it is not read.
        with session.post(
            target['url'], data=fields, files={'file': (filename, content, mimetype)}, timeout=_TIMEOUT,
            allow_redirects=False,
        ) as response:
            status = response.status_code
    except (failures.RequestException, OSError) as error:
        raise transport.typed(error) from error
    if status == 429 or status >= 500:
        raise Unavailable(code='file_server', http_status=status)
    if status >= 300:
        raise RequestError("The file server refused the picture.", code='upload_refused', http_status=status)


def _check(url: str, endpoint: str | None) -> None:
    if urlsplit(url).scheme == 'https' or (endpoint and transport.same_origin(url, endpoint)):
        return
    raise RequestError("The file's address is not one that can be trusted.", code='bad_address')


def _pause(response) -> float | None:
    value = response.headers.get('Retry-After') or ''
    return float(value) if value.replace('.', '', 1).isdigit() else None


def _read(response, max_bytes: int) -> bytes:
    parts, size, deadline = [], 0, time.monotonic() + _LONGEST
    for part in response.iter_content(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            raise SizeError("The file is larger than what is taken.", code='file_too_large')
        if time.monotonic() > deadline:
            raise NoNetworkError(code='timeout')
    return b''.join(parts)
