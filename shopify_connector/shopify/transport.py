"""One HTTP request and what its failure means."""
from __future__ import annotations

import socket

import requests

from . import errors

MAX_BYTES = 64 * 1024 * 1024


def send(session: requests.Session, url: str, **options) -> requests.Response:
    """POST. Certificates are verified with whatever the environment trusts; redirects are not followed, because they
    would carry the token elsewhere. Raises CertificateError, or Unavailable with the codes ``dns``, ``no_network``
    (nothing was sent), ``timeout`` and ``disconnected`` (it may have arrived)."""
    try:
        return session.post(url, allow_redirects=False, **options)
    except requests.exceptions.SSLError as error:
        if 'CERTIFICATE' in str(error).upper():
            raise errors.CertificateError("The certificate of the shop's server is not trusted here.") from error
        raise errors.Unavailable("The encrypted connection to Shopify broke.", code='disconnected') from error
    except requests.exceptions.ConnectTimeout as error:
        raise errors.Unavailable("Shopify does not answer from here. It is tried again by itself.", code='no_network') from error
    except requests.exceptions.Timeout as error:
        raise errors.Unavailable("Shopify took too long to answer. It is tried again by itself.", code='timeout') from error
    except requests.exceptions.ConnectionError as error:
        raise errors.Unavailable(
            "The connection to Shopify failed. It is tried again by itself.", code=_connection_code(error)) from error
    except requests.exceptions.RequestException as error:
        raise errors.Unavailable("The answer of Shopify broke off.", code='disconnected') from error


def _connection_code(error: BaseException) -> str:
    seen = error
    while seen is not None:
        if isinstance(seen, socket.gaierror) or 'NameResolution' in type(seen).__name__ or 'NameResolution' in repr(seen):
            return 'dns'
        if isinstance(seen, (ConnectionRefusedError,)) or 'NewConnectionError' in repr(seen):
            return 'no_network'
        seen = seen.__cause__ or seen.__context__
    return 'disconnected'


def json_of(response: requests.Response):
    """The body as JSON, None for anything else (Shopify's error pages are HTML)."""
    if len(response.content) > MAX_BYTES:
        raise errors.RequestError("Shopify's answer is too large to be read.", code='too_large')
    try:
        return response.json()
    except ValueError:
        return None


def status_error(response: requests.Response) -> errors.ShopifyError | None:
    """What an HTTP status other than 200 means (Admin API, status codes)."""
    status = response.status_code
    details = {'request_id': response.headers.get('x-request-id'), 'http_status': status}
    after = retry_after(response)
    if status == 401:
        return errors.AuthError("Shopify does not accept the access token.", **details)
    if status == 402:
        return errors.FrozenError("The shop is frozen because a bill is unpaid.", retry_after=3600.0, **details)
    if status == 403:
        return errors.ForbiddenError("Shopify forbids this app what it asked for.", **details)
    if status == 404 or status in (301, 302, 303, 307, 308):
        return errors.ShopGoneError("There is no shop at this address.", **details)
    if status == 423:
        return errors.Locked("The shop is locked.", code='locked', retry_after=after or 900.0, **details)
    if status == 430:
        return errors.Locked("Shopify has blocked this server for a while.", code='blocked', retry_after=after or 600.0, **details)
    if status == 429:
        return errors.Throttled("Shopify asks to wait a moment.", retry_after=after or 2.0, **details)
    if status >= 500:
        return errors.Unavailable("Shopify has a problem of its own. It is tried again by itself.", retry_after=after, **details)
    if status >= 400:
        return errors.RequestError(f"Shopify refuses the request (HTTP {status}).", code=f'http_{status}', **details)
    return None


def retry_after(response: requests.Response) -> float | None:
    """Seconds; Shopify writes them with a fraction."""
    try:
        return max(0.0, float(response.headers['Retry-After']))
    except (KeyError, ValueError):
        return None
