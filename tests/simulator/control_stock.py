"""What a merchant does to stock and locations in the shop's admin, and what tests ask about stock.

POST /control/shops/<domain>/inventory            {sku, location_id?, available | delta}: counts by hand;
                                                  with {name: damaged | reserved | …, quantity} units are put aside
POST /control/shops/<domain>/inventory/stocked    {sku, location_id?, stocked}: stocks an item at a location, or no longer
POST /control/shops/<domain>/inventory/transfer   {sku, from, to, quantity, step?}; steps: ready, ship, receive;
                                                  without one all of them at once
POST /control/shops/<domain>/inventory/receive    {sku, location_id?, quantity}: goods of a supplier arrive
POST /control/shops/<domain>/locations            {name, service?, own?, …address} creates; {id, name?, …address} changes;
                                                  {id, active: false, destination?}, {id, active: true}, {id, delete: true}
GET  /control/shops/<domain>/levels               {sku: {location: {available, committed, on_hand, …}}}
GET  /control/shops/<domain>/journal?after=N      {rows: [see `stock_journal.Entry`, with the SKU]}
"""
from __future__ import annotations

from aiohttp import web

from . import location_life, stock_journal
from .control import body_of, find_location, level_table, shop_of
from .inventory_activation import connect, disconnect, refusals
from .inventory_mutations import ADJUSTABLE
from .order_events import new_event
from .resolvers import ApiError

STEPS = {"ready": ("from", {"available": -1, "reserved": 1}), "ship": ("from", {"reserved": -1}),
         "in_transit": ("to", {"incoming": 1}), "receive": ("to", {"incoming": -1, "available": 1})}
PLANS = {None: tuple(STEPS), "ready": ("ready",), "ship": ("ship", "in_transit"), "receive": ("receive",)}


def item_of(shop, body: dict):
    variant = shop.variant_by_sku(body["sku"])
    if variant is None:
        raise ApiError(f"no variant has the SKU {body['sku']}")
    return shop.inventory_items[variant.inventory_item_id]


async def change_inventory(request: web.Request) -> web.Response:
    """A merchant counts, or puts units aside: these stay on hand and are not for sale any more."""
    shop, body = shop_of(request), await body_of(request)
    item, place = item_of(shop, body), find_location(shop, body.get("location_id"))
    level = shop.level(item.id, place)
    if "name" in body:
        name, units = body["name"], int(body["quantity"])
        if name not in ADJUSTABLE or name == "available":
            raise ApiError(f"units cannot be put aside as {name}")
        moved = units - getattr(level, name)
        deltas = {name: moved} if name == "incoming" else {name: moved, "available": -moved}
    else:
        deltas = {"available": int(body["delta"]) if "delta" in body else int(body["available"]) - level.available}
    shop.change_stock(item.id, place, source="merchant", **deltas)
    return web.json_response({"sku": body["sku"], "location_id": place, "available": level.available})


async def change_stocked(request: web.Request) -> web.Response:
    """Stock an item at a location, or stop it; refused as the API refuses it."""
    shop, body = shop_of(request), await body_of(request)
    item, place = item_of(shop, body), find_location(shop, body.get("location_id"))
    level = shop.level(item.id, place, create=body["stocked"])
    if level is None or level.is_active == body["stocked"] and level.created_at != level.updated_at:
        return web.json_response({"stocked": bool(level and level.is_active)})
    for _code, message in () if body["stocked"] else refusals(shop, level):
        raise ApiError(message)
    (connect if body["stocked"] else disconnect)(shop, level)
    return web.json_response({"stocked": level.is_active})


async def transfer(request: web.Request) -> web.Response:
    """Goods go from one location to another, in one step or in all three."""
    shop, body = shop_of(request), await body_of(request)
    item, units, event = item_of(shop, body), int(body["quantity"]), new_event()
    places = {side: find_location(shop, body[side]) for side in ("from", "to")}
    for step in PLANS[body.get("step")]:
        side, signs = STEPS[step]
        if side == "to":
            shop.level(item.id, places[side]).is_active = True
        shop.change_stock(item.id, places[side], event, "merchant", **{name: sign * units for name, sign in signs.items()})
    return web.json_response({side: shop.level(item.id, place).available for side, place in places.items()})


async def receive(request: web.Request) -> web.Response:
    """A purchase order arrives."""
    shop, body = shop_of(request), await body_of(request)
    item, place = item_of(shop, body), find_location(shop, body.get("location_id"))
    shop.change_stock(item.id, place, source="merchant", available=int(body["quantity"]))
    return web.json_response({"available": shop.level(item.id, place).available})


async def change_locations(request: web.Request) -> web.Response:
    """Create, change, close, open or delete a location."""
    shop, body = shop_of(request), await body_of(request)
    if "id" not in body:
        location = location_life.create(shop, **body)
        return web.json_response({"id": location.id, "legacy_id": location.number_id}, status=201)
    location = shop.locations[find_location(shop, body.pop("id"))]
    try:
        if body.pop("delete", False):
            location_life.delete(shop, location)
        elif body.get("active") is False:
            destination = body.get("destination")
            location_life.deactivate(shop, location, destination and shop.locations[find_location(shop, destination)])
        elif body.pop("active", False):
            location_life.activate(shop, location)
        else:
            location_life.edit(shop, location, **body)
    except location_life.LocationError as error:
        return web.json_response({"error": error.message, "code": error.code}, status=422)
    return web.json_response({"id": location.id, "active": location.is_active})


async def show_levels(request: web.Request) -> web.Response:
    return web.json_response(level_table(shop_of(request)))


async def show_journal(request: web.Request) -> web.Response:
    shop, after = shop_of(request), int(request.query.get("after", 0))
    skus = {gid: item.sku for gid, item in shop.inventory_items.items()}
    return web.json_response({"rows": [{**row.as_dict(), "sku": skus.get(row.item_id)}
                                       for row in stock_journal.journal(shop) if row.serial > after]})


def routes(simulator) -> list[web.RouteDef]:
    """The routes that the control frame includes."""
    prefix = "/control/shops/{domain}"
    return [web.post(prefix + "/inventory", change_inventory), web.post(prefix + "/inventory/stocked", change_stocked),
            web.post(prefix + "/inventory/transfer", transfer), web.post(prefix + "/inventory/receive", receive),
            web.post(prefix + "/locations", change_locations), web.get(prefix + "/levels", show_levels),
            web.get(prefix + "/journal", show_journal)]
