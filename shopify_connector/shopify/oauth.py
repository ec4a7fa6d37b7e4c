"""Signing in: the client credentials grant, scopes, the shop's address."""
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from . import errors, transport

_DOMAIN = re.compile(r'[a-z0-9][a-z0-9-]{0,61}\.myshopify\.com', re.ASCII)
_HANDLE = re.compile(r'[a-z0-9][a-z0-9-]{0,61}', re.ASCII)
_REASONS = ('invalid_client', 'shop_not_permitted', 'app_not_installed', 'invalid_request', 'unauthorized_client')
_CODES = {'shop_not_permitted': 'organisation_mismatch', 'invalid_request': 'invalid_client', 'unauthorized_client': 'invalid_client'}


class BadDomain(ValueError):
    """Not the address of a Shopify store."""


@dataclass(frozen=True)
class Token:
    access_token: str
    scopes: frozenset[str]
    expires_in: int | None

    def __repr__(self):
        return 'Token(***)'


def clean_shop_domain(text: str) -> str:
    """``my-shop.myshopify.com`` from what people paste: the domain, a link into the shop or its admin, the bare handle.

    Raises BadDomain for everything else, custom domains included: they do not serve the Admin API.
    """
    text = (text or '').strip().lower()
    if _HANDLE.fullmatch(text):
        return f'{text}.myshopify.com'
    try:
        parts = urlsplit(text if '://' in text else f'https://{text}')
        host, odd = parts.hostname or '', parts.username or parts.password or parts.port not in (None, 443)
    except ValueError:
        raise BadDomain(text) from None
    if odd or parts.scheme not in ('https', 'http'):
        raise BadDomain(text)
    if host == 'admin.shopify.com':
        match = re.match(r'/store/([^/]+)', parts.path)
        host = f'{match.group(1)}.myshopify.com' if match else ''
    if not _DOMAIN.fullmatch(host):
        raise BadDomain(text)
    return host


def missing_scopes(granted: Iterable[str], required: Iterable[str]) -> set[str]:
    """``write_x`` includes ``read_x`` (Shopify, access scopes)."""
    granted = set(granted)
    granted |= {'read_' + scope[6:] for scope in granted if scope.startswith('write_')}
    return set(required) - granted


def fetch_client_credentials_token(endpoint: str, client_id: str, client_secret: str, *, session=None, timeout=(5, 20)) -> Token:
    """A token for 24 hours. Raises AuthError with the codes ``invalid_client``, ``app_not_installed`` and
    ``organisation_mismatch``, ShopGoneError, or a WaitError."""
    response = transport.send(
        session or requests.Session(), f'{endpoint}/admin/oauth/access_token', timeout=timeout,
        data={'grant_type': 'client_credentials', 'client_id': client_id, 'client_secret': client_secret},
        headers={'Accept': 'application/json'})
    body = transport.json_of(response)
    if response.status_code == 200 and isinstance(body, dict) and body.get('access_token'):
        scopes = frozenset(scope.strip() for scope in str(body.get('scope') or '').split(',') if scope.strip())
        return Token(body['access_token'], scopes, int(body['expires_in']) if body.get('expires_in') else None)
    raise _refusal(response, body)


def _refusal(response, body):
    details = {'request_id': response.headers.get('x-request-id'), 'http_status': response.status_code}
    if response.status_code in (400, 401, 403):
        text = f"{body.get('error')} {body.get('error_description')}" if isinstance(body, dict) else response.text[:20000]
        reason = next((reason for reason in _REASONS if reason in text), 'invalid_client')
        return errors.AuthError(
            "Shopify refuses to sign this app in. Check its client id, its secret and that it is installed in the shop.",
            code=_CODES.get(reason, reason), **details)
    return transport.status_error(response) or errors.Unavailable(
        "Shopify's sign-in answered something that cannot be read. It is tried again by itself.", **details)
