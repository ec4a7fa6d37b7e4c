"""Tokens: the client credentials grant, static tokens, and the scopes they carry."""
from __future__ import annotations

import html
import json
from urllib.parse import parse_qsl

from aiohttp import web

from .state import Shop

LIFETIME = 86399  # seconds, always


class OAuthError(Exception):
    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.code, self.description, self.status = code, description, status


def granted(scopes) -> frozenset:
    """Scope handles with the read scope that every write scope includes."""
    return frozenset(scopes) | {"read_" + name[6:] for name in scopes if name.startswith("write_")}


def is_valid(shop: Shop, value: str | None) -> bool:
    """Whether a token opens this shop now."""
    token = shop.app.tokens.get(value or "")
    if token is None or shop.app.state != "installed":
        return False
    return token.expires_at is None or token.expires_at > shop.now()


def exchange(shop: Shop, fields: dict) -> dict:
    """``{access_token, scope, expires_in}`` for a client credentials grant. Raises OAuthError."""
    app, grant = shop.app, fields.get("grant_type")
    if not fields.get("client_id") or not fields.get("client_secret"):
        raise OAuthError("invalid_request", "Missing or invalid parameter: client_id or client_secret")
    if fields["client_id"] != app.client_id or fields["client_secret"] != app.client_secret:
        raise OAuthError("invalid_client", "Client authentication failed: unknown client or wrong secret", 401)
    if grant != "client_credentials":
        raise OAuthError("unsupported_grant_type" if grant else "invalid_request",
                         f"The grant type {grant or ''} is not supported")
    if app.state == "shop_not_permitted":
        raise OAuthError("shop_not_permitted", "Client credentials cannot be performed on this shop.")
    if app.state != "installed":
        raise OAuthError("app_not_installed", "The application is not installed on this shop.")
    token = app.issue_token(shop.now(), LIFETIME)
    return {"access_token": token.value, "scope": ",".join(sorted(app.scopes)), "expires_in": LIFETIME}


def parse_fields(content_type: str, body: bytes) -> dict:
    """The form or JSON fields of a token request; {} when the body is neither."""
    try:
        if content_type == "application/json":
            fields = json.loads(body)
            return fields if isinstance(fields, dict) else {}
        return dict(parse_qsl(body.decode()))
    except ValueError:
        return {}


async def token_endpoint(request: web.Request, shop: Shop) -> web.Response:
    """POST /admin/oauth/access_token: JSON, or the HTML error page for clients that do not ask for JSON."""
    shop.extra["token_requests"] = shop.extra.get("token_requests", 0) + 1
    fields = parse_fields(request.content_type, await request.read())
    try:
        return web.json_response(exchange(shop, fields))
    except OAuthError as error:
        if "application/json" in request.headers.get("Accept", ""):
            return web.json_response({"error": error.code, "error_description": error.description},
                                     status=error.status)
        page = (f"<!DOCTYPE html><html><head><title>Something went wrong</title></head><body><h1>Oauth error "
                f"{error.code}: {html.escape(error.description)}</h1></body></html>")
        return web.Response(text=page, content_type="text/html", status=error.status)
