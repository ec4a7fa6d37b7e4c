"""Signing in: the client credentials grant, scopes, and what counts as a shop's domain."""
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from . import answer as answers
from . import errors, transport

_MAX_BYTES = 1024 * 1024
# For an answer that does not say how long its token lives; Shopify's own tokens live for a day.
_UNKNOWN_LIFE = 3600
_TEXTS = {
    'invalid_client': "Shopify does not know this client id and secret. Copy both again from the Dev Dashboard, "
                      "Settings of the app.",
    'app_not_installed': "The app is not installed in this shop. Install it from the Dev Dashboard and check again.",
    'organisation_mismatch': "The app and the shop belong to different Shopify organisations. Create the app in the "
                             "organisation that owns the store.",
    'sign_in_refused': "Shopify refuses to sign the app in. Check the client id, the secret and that the app is "
                       "installed.",
}
# What these say of the shop, or of Shopify itself, holds whatever the body says; none of them is about the credentials.
_NOT_ABOUT_THE_APP = (402, 423, 429, 430)
# Shopify's word for it -> ours.
_REASONS = {
    'invalid_client': 'invalid_client',
    'application_cannot_be_found': 'invalid_client',
    'unauthorized_client': 'invalid_client',
    'app_not_installed': 'app_not_installed',
    'shop_not_permitted': 'organisation_mismatch',
}
_PAGE_REASON = re.compile(r'Oauth error\s+([a-z_]+)', re.IGNORECASE)
_HANDLE = r'[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
_DOMAIN = re.compile(rf'{_HANDLE}\.myshopify\.com')
_PASTED = re.compile(rf'(?:https?://)?(?P<domain>{_HANDLE}\.myshopify\.com)(?:[/?#].*)?')
_PASTED_ADMIN = re.compile(rf'(?:https?://)?admin\.shopify\.com/store/(?P<handle>{_HANDLE})(?:[/?#].*)?')
_PLAIN_HANDLE = re.compile(_HANDLE)


@dataclass(frozen=True)
class Token:
    """``expires_in`` is in seconds from now. The token itself is left out of what is printed."""

    access_token: str = field(repr=False)
    scopes: frozenset[str]
    expires_in: int


class BadDomain(ValueError):
    """Not the domain of a Shopify shop. ``message`` is for the user."""

    def __init__(self):
        self.message = "Enter the shop's domain that ends in .myshopify.com, such as my-store.myshopify.com."
        super().__init__(self.message)


def fetch_client_credentials_token(
    endpoint: str, client_id: str, client_secret: str, *, session=None, timeout=(5, 30),
) -> Token:
    """A fresh token for an app of the Dev Dashboard. One request, no retry: whoever waits for it decides.

    :param endpoint: as of :class:`client.Client`.
    :raise AuthError: code invalid_client, app_not_installed, organisation_mismatch or sign_in_refused.
    :raise ShopifyError: the others by consequence.
    """
    reply = transport.post(
        session or transport.new_session(), f"{endpoint.rstrip('/')}/admin/oauth/access_token", timeout=timeout,
        max_bytes=_MAX_BYTES, headers={'Accept': 'application/json'},
        data={'grant_type': 'client_credentials', 'client_id': client_id, 'client_secret': client_secret})
    if reply.status >= 500 or reply.status in _NOT_ABOUT_THE_APP:
        raise answers.status_error(reply)
    if reply.status in (400, 401, 403) or 'error' in (answers.parsed(reply.body) or {}):
        raise _refusal(reply)
    if not 200 <= reply.status < 300:
        raise answers.status_error(reply)
    return _token(reply)


def missing_scopes(granted: Iterable[str], required: Iterable[str]) -> frozenset[str]:
    """What of ``required`` is not granted; a write scope grants its read scope."""
    have = {scope.strip() for scope in granted if scope}
    have |= {scope.replace('write_', 'read_', 1) for scope in have if 'write_' in scope}
    return frozenset(required) - have


def clean_shop_domain(text: str) -> str:
    """``x.myshopify.com`` of what a person pasted: the domain, an address in an admin of either kind, a bare handle.

    :raise BadDomain: for everything else, so that credentials never go to another host.
    """
    text = (text or '').strip()
    # Checked first: some other letters turn into plain ones when their case is changed.
    if not text.isascii() or not text.isprintable():
        raise BadDomain()
    text = text.lower()
    for pattern in (_PASTED, _PASTED_ADMIN):
        if match := pattern.fullmatch(text):
            found = match.groupdict()
            return found.get('domain') or f"{found['handle']}.myshopify.com"
    if _PLAIN_HANDLE.fullmatch(text):
        return f'{text}.myshopify.com'
    raise BadDomain()


def is_shop_domain(text: str) -> bool:
    """Whether ``text`` is exactly the lower-case domain of a shop."""
    return isinstance(text, str) and _DOMAIN.fullmatch(text) is not None


def _token(reply: transport.Reply) -> Token:
    content = answers.parsed(reply.body) or {}
    token = content.get('access_token')
    if not isinstance(token, str) or not token:
        raise errors.Unavailable(code='not_json', http_status=reply.status, request_id=reply.request_id)
    scopes = content.get('scope')
    life = content.get('expires_in')
    return Token(
        token, frozenset(re.findall(r'[a-z_]+', scopes)) if isinstance(scopes, str) else frozenset(),
        int(life) if isinstance(life, int | float) and not isinstance(life, bool) and life > 0 else _UNKNOWN_LIFE)


def _refusal(reply: transport.Reply) -> errors.ShopifyError:
    """Why a token was not given: said in JSON, or somewhere in an HTML page."""
    content = answers.parsed(reply.body) or {}
    page = reply.body.decode('utf-8', 'replace')
    words = [str(content.get('error') or ''), *_PAGE_REASON.findall(f"{content.get('error_description') or ''} {page}")]
    code = next((_REASONS[word.lower()] for word in words if word.lower() in _REASONS), 'sign_in_refused')
    return errors.AuthError(_TEXTS[code], code=code, http_status=reply.status, request_id=reply.request_id)
