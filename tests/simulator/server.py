"""The HTTP server: finds the shop, answers OAuth, GraphQL, downloads and uploads, and carries the control API."""
from __future__ import annotations

import asyncio
import json
import re
import uuid

from aiohttp import web

from . import auth, clockwork, control, faults, file_server, picture_downloads, plugins, schema, staged_uploads
from .graphql_api import Request, parse_body
from .state import Shop, Simulator

SIMULATOR = web.AppKey("simulator", Simulator)
INVALID_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
MAX_BODY = 128 * 1024 * 1024


def find_shop(request: web.Request) -> Shop | None:
    """By the path prefix /shops/<domain>, else by the Host header."""
    domain = request.match_info.get("shop") or request.host.partition(":")[0]
    return request.app[SIMULATOR].shops.get(domain.lower())


def served_version(shop: Shop, requested: str) -> str | None:
    """The version that answers: expired ones fall forward to the oldest supported, unknown ones give None."""
    expired = shop.simulator.expired_versions
    supported = [version for version in schema.VERSIONS if version not in expired]
    if requested in supported:
        return requested
    known = re.fullmatch(r"20\d\d-(01|04|07|10)", requested)
    return supported[0] if known and requested < supported[-1] else None


def answer(body: dict | str, status: int = 200, **headers: str) -> web.Response:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    kind = "text/html" if text.startswith("<") else "application/json"
    return web.Response(text=text, status=status, content_type=kind, charset="utf-8",
                        headers={"x-request-id": str(uuid.uuid4()), **headers})


async def token(request: web.Request) -> web.Response:
    shop = find_shop(request)
    if shop is None:
        return answer({"errors": "Not Found"}, 404)
    fault = faults.take(shop.settings.faults, "access_token", "access_token") if any(
        item.match == "access_token" for item in shop.settings.faults) else None
    refused = await before(request, shop, fault)
    return refused or await auth.token_endpoint(request, shop)


async def graphql(request: web.Request) -> web.StreamResponse:
    """POST /admin/api/<version>/graphql.json"""
    shop = find_shop(request)
    version = served_version(shop, request.match_info["version"]) if shop else None
    if version is None:
        return answer({"errors": "Not Found"}, 404)
    shop.stats.requests += 1
    clockwork.tick(shop)
    call = parse_body(request.content_type, await request.read())
    work = Request(shop, schema.load(version), call) if call else None
    fault = faults.take(shop.settings.faults, work.identify(), call.text) if work else None
    refused = await before(request, shop, fault) or gate(request, shop, call)
    if refused is None and fault is not None and fault.kind == "late":
        clockwork.postpone(shop, version, call, fault.seconds)
        return disconnect(request)
    if refused is not None:
        refused.headers["X-Shopify-API-Version"] = version
        return refused
    half = shop.settings.latency_ms / 2000
    if half:
        await asyncio.sleep(half)
    work.context.breaks_off = fault is not None and fault.kind == "attempt_failed"
    work.context.fault = fault
    try:
        body = work.execute(throttled=fault is not None and fault.kind == "throttled")
        if half:
            await asyncio.sleep(half)
        return await after(request, fault) or answer(body, **{"X-Shopify-API-Version": version})
    except faults.Cut:
        return disconnect(request)
    finally:
        work.close()


def gate(request: web.Request, shop: Shop, call) -> web.Response | None:
    """The refusals of a request before its document is looked at: 401, 402, 423, 400."""
    if not auth.is_valid(shop, request.headers.get("X-Shopify-Access-Token")):
        return answer({"errors": INVALID_TOKEN}, 401)
    if shop.settings.shop_state != "open":
        return closed(shop.settings.shop_state)
    if call is None:
        return answer({"errors": {"query": "Required parameter missing or invalid"}}, 400)
    return None


def closed(state: str) -> web.Response:
    if state == "locked":
        return answer({"errors": "Locked"}, 423)
    return answer({"errors": "Unavailable Shop"}, 402)


async def before(request: web.Request, shop: Shop, fault) -> web.Response | None:
    """The answer of a fault that strikes before anything is applied."""
    kind = fault.kind if fault else ""
    if kind == "timeout":
        await asyncio.sleep(fault.seconds)
        return disconnect(request)
    if kind == "disconnect_before":
        return disconnect(request)
    if kind == "revoke_token":
        shop.app.tokens.pop(request.headers.get("X-Shopify-Access-Token", ""), None)
    if kind == "internal_error":
        number = str(uuid.uuid4())
        return answer({"errors": [{"message": "Internal error. Looks like something went wrong on our end.\n"
                                              f"Request ID: {number} (include this in support requests).",
                                   "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": number}}]})
    if kind == "http_429":
        return answer({"errors": "Exceeded the rate limit. Reduce request rates to resume uninterrupted service."},
                      429, **{"Retry-After": str(fault.retry_after)})
    if kind in ("frozen", "locked"):
        return closed(kind)
    statuses = {"http_500": (500, {"errors": "Internal Server Error"}), "html_502": (502, BAD_GATEWAY),
                "http_503": (503, {"errors": "Service Unavailable"}),
                "http_403": (403, {"errors": "Forbidden"}), "http_430": (430, {"errors": "Security Rejection"})}
    if kind in statuses:
        status, body = statuses[kind]
        return answer(body, status)
    return None


async def after(request: web.Request, fault) -> web.Response | None:
    """The answer of a fault that strikes when everything is applied."""
    kind = fault.kind if fault else ""
    if kind == "timeout_after":
        await asyncio.sleep(fault.seconds)
        return disconnect(request)
    if kind == "disconnect_after":
        return disconnect(request)
    if kind == "http_500_after":
        return answer({"errors": "Internal Server Error"}, 500)
    return answer(BAD_GATEWAY, 502) if kind == "html_502_after" else None


def disconnect(request: web.Request) -> web.Response:
    """Cut the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


async def download(request: web.Request) -> web.Response:
    """GET /bulk/<token>: the JSONL result of a bulk operation."""
    simulator, token = request.app[SIMULATOR], request.match_info["token"]
    shop = next((shop for shop in simulator.shops.values() for row in shop.bulk_operations.values()
                 if (row.url or row.partial_data_url or "").endswith(token)), None)
    if broken := await file_server.struck(request, shop, "bulk result"):
        return broken
    body = simulator.downloads.get(token)
    if body is None:
        return web.Response(status=404, text="NoSuchKey")
    return web.Response(body=body, content_type="application/jsonl")


async def picture(request: web.Request) -> web.StreamResponse:
    """GET /cdn/<domain>/files/<name>: the bytes of a picture."""
    shop = request.app[SIMULATOR].shops.get(request.match_info["domain"])
    return await picture_downloads.download(request, shop) if shop else web.Response(status=404)


async def staged(request: web.Request) -> web.Response:
    """POST or PUT /staged/<domain>/<token>: takes a staged upload."""
    shop = request.app[SIMULATOR].shops.get(request.match_info["domain"])
    return await staged_uploads.upload(request, shop) if shop else web.Response(status=404)


def create_app(simulator: Simulator) -> web.Application:
    """The application with all routes; webhook delivery starts with it."""
    plugins.load_resolvers()
    app = web.Application(client_max_size=MAX_BODY)
    app[SIMULATOR] = simulator
    for prefix in ("", "/shops/{shop}"):
        app.router.add_post(prefix + "/admin/oauth/access_token", token)
        app.router.add_post(prefix + "/admin/api/{version}/graphql.json", graphql)
    app.router.add_get("/bulk/{token}", download)
    app.router.add_get("/cdn/{domain}/files/{name}", picture)
    app.router.add_post("/staged/{domain}/{token}", staged)
    app.router.add_put("/staged/{domain}/{token}", staged)
    control.add_routes(app, simulator)
    app.on_startup.append(_start)
    app.on_cleanup.append(_stop)
    return app


async def _start(app: web.Application) -> None:
    for module in plugins.services():
        if hasattr(module, "install"):
            module.install(app[SIMULATOR])


async def _stop(app: web.Application) -> None:
    tasks = list(app[SIMULATOR].background)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
