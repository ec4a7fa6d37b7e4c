"""The control API: what a merchant, a customer or a test does behind the API's back. JSON, without sign-in."""
from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from aiohttp import web

from . import catalog, clockwork, plugins
from .faults import Fault
from .overview import overview
from .records import numeric_id
from .resolvers import ApiError
from .state import Shop, Simulator, Stats

SHOPS = web.AppKey("shops", dict)
PAGE = Path(__file__).parent / "page.html"
SETTINGS = ("latency_ms", "bulk_seconds", "bulk_shuffle")
APP_STATES = ("installed", "app_not_installed", "shop_not_permitted")
SHOP_STATES = ("open", "frozen", "locked")


def shop_of(request: web.Request) -> Shop:
    """The shop of a control path; 404 when there is none of that domain."""
    for shop in request.app[SHOPS].values():
        if shop.domain == request.match_info["domain"].lower():
            clockwork.tick(shop)
            return shop
    raise web.HTTPNotFound(text=json.dumps({"error": "no such shop"}), content_type="application/json")


async def body_of(request: web.Request) -> dict:
    """The JSON object of a request; {} for an empty one, 400 for anything else."""
    text = await request.text()
    try:
        body = json.loads(text) if text.strip() else {}
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text=json.dumps({"error": "a JSON object is needed"}),
                                 content_type="application/json")
    return body


def guarded(handler):
    """Errors of a handler as 400 with a sentence."""

    async def run(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except (ApiError, KeyError, TypeError, ValueError) as error:
            text = error.message if isinstance(error, ApiError) else f"{type(error).__name__}: {error}"
            return web.json_response({"error": text}, status=400)

    return run


def summary(shop: Shop) -> dict:
    token = next((value for value, row in shop.app.tokens.items() if row.expires_at is None), None)
    return {"domain": shop.domain, "name": shop.name, "plan": shop.plan, "currency": shop.currency,
            "taxes_included": shop.taxes_included, "client_id": shop.app.client_id,
            "client_secret": shop.app.client_secret, "access_token": token, "scopes": sorted(shop.app.scopes)}


# -- state ------------------------------------------------------------------------------------------------------
def sku_of(shop: Shop, item_id: str) -> str:
    return shop.inventory_items[item_id].sku or item_id


def level_table(shop: Shop) -> dict:
    """{sku: {location gid: {available, committed, on_hand, …}}}"""
    table: dict = {}
    for (item_id, location_id), level in shop.levels.items():
        table.setdefault(sku_of(shop, item_id), {})[location_id] = {
            "available": level.available, "committed": level.committed, "on_hand": level.on_hand,
            "incoming": level.incoming, "reserved": level.reserved, "damaged": level.damaged,
            "quality_control": level.quality_control, "safety_stock": level.safety_stock, "is_active": level.is_active}
    return table


def plain(value):
    """A record as JSON: money as text, times in ISO 8601, nested records inside."""
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return {name: plain(item) for name, item in vars(value).items() if not name.startswith("_")}


def state_of(shop: Shop) -> dict:
    """Everything about a shop; other modules add theirs."""
    body = {**summary(shop), "locations": plain(list(shop.locations.values())),
            "products": plain(list(shop.products.values())), "variants": plain(list(shop.variants.values())),
            "inventory_items": plain(list(shop.inventory_items.values())), "levels": level_table(shop),
            "customers": plain(list(shop.customers.values())),
            "subscriptions": plain(list(shop.subscriptions.values())), "settings": plain(shop.settings),
            "stats": shop.stats.as_dict(), "token_requests": shop.extra.get("token_requests", 0)}
    for module in plugins.services():
        if hasattr(module, "state"):
            body.update(module.state(shop))
    return body


# -- handlers ---------------------------------------------------------------------------------------------------
def find_location(shop: Shop, wanted) -> str:
    """A location's GID from a GID, a number, a name, or nothing for the default one."""
    if wanted in (None, ""):
        return shop.default_location.id
    for gid, location in shop.locations.items():
        if str(wanted) in (gid, str(numeric_id(gid)), location.name):
            return gid
    raise ApiError(f"no location {wanted}")


async def arm_fault(request: web.Request) -> web.Response:
    """Arm a fault, or {clear: true} to disarm all."""
    shop, body = shop_of(request), await body_of(request)
    if body.get("clear"):
        shop.settings.faults.clear()
    else:
        shop.settings.faults.append(Fault.from_json(body))
    return web.json_response({"faults": plain(shop.settings.faults)})


async def change_settings(request: web.Request) -> web.Response:
    """{latency_ms, bulk_seconds, bulk_shuffle, scopes, plan, app_state, shop_state, expire_tokens, revoke_tokens, …}"""
    shop, body = shop_of(request), await body_of(request)
    apply_settings(shop, body)
    return web.json_response({"settings": plain(shop.settings), "plan": shop.plan, "app_state": shop.app.state,
                              "scopes": sorted(shop.app.scopes)})


def apply_settings(shop: Shop, body: dict) -> None:
    for name, value in body.items():
        if name in SETTINGS:
            setattr(shop.settings, name, float(value))
        elif name == "scopes":
            shop.app.scopes = set(value)
        elif name == "withheld":
            shop.app.withheld = set(value)
        elif name == "plan" and value in ("standard", "advanced", "plus"):
            shop.plan, shop.app.bucket_level = value, None
        elif name == "app_state" and value in APP_STATES:
            shop.app.state = value
        elif name == "shop_state" and value in SHOP_STATES:
            shop.settings.shop_state = value
        elif name == "expire_tokens":
            expire_tokens(shop)
        elif name == "revoke_tokens":
            shop.app.tokens.clear()
        elif name == "expired_versions":
            shop.simulator.expired_versions = set(value)
        else:
            raise ApiError(f"setting {name}={value!r} is not known")


def expire_tokens(shop: Shop) -> None:
    """Every token of the client credentials grant ends now; static ones stay."""
    for token in shop.app.tokens.values():
        if token.expires_at is not None:
            token.expires_at = shop.now()


async def list_shops(request: web.Request) -> web.Response:
    return web.json_response([summary(shop) for shop in request.app[SHOPS].values()])


async def show_state(request: web.Request) -> web.Response:
    return web.json_response(state_of(shop_of(request)))


async def show_overview(request: web.Request) -> web.Response:
    return web.json_response(overview(shop_of(request)))


async def show_stats(request: web.Request) -> web.Response:
    return web.json_response(shop_of(request).stats.as_dict())


async def reset_stats(request: web.Request) -> web.Response:
    shop = shop_of(request)
    shop.stats = Stats()
    return web.json_response(shop.stats.as_dict())


async def show_page(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE)


def add_routes(app: web.Application, simulator: Simulator) -> None:
    app[SHOPS] = simulator.shops

    async def create(request: web.Request) -> web.Response:
        return web.json_response(summary(catalog.create_shop(simulator, await body_of(request))), status=201)

    async def reset(request: web.Request) -> web.Response:
        reset_simulator(simulator)
        return web.json_response([summary(shop) for shop in simulator.shops.values()])

    async def clock(request: web.Request) -> web.Response:
        simulator.clock.advance(float((await body_of(request)).get("advance", 0)))
        return web.json_response({"now": simulator.clock.now().isoformat()})

    prefix = "/control/shops/{domain}"
    rows = [("GET", "/control/shops", list_shops), ("POST", "/control/shops", create),
            ("POST", "/control/reset", reset), ("POST", "/control/clock", clock),
            ("POST", prefix + "/faults", arm_fault), ("POST", prefix + "/settings", change_settings),
            ("GET", prefix + "/state", show_state), ("GET", prefix + "/overview", show_overview),
            ("GET", prefix + "/stats", show_stats), ("POST", prefix + "/stats/reset", reset_stats),
            ("GET", "/", show_page)]
    for method, path, handler in rows:
        app.router.add_route(method, path, guarded(handler))
    for module in plugins.services():
        if hasattr(module, "routes"):
            for row in module.routes(simulator):
                app.router.add_route(row.method, row.path, guarded(row.handler))


def reset_simulator(simulator: Simulator) -> None:
    """Back to the shops that the server was started with."""
    simulator.shops.clear()
    simulator.downloads.clear()
    simulator.expired_versions = set()
    for spec in simulator.specs:
        catalog.create_shop(simulator, spec)


__all__ = ["add_routes", "body_of", "find_location", "guarded", "level_table", "reset_simulator", "shop_of"]
