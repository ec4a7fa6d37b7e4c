"""The part of the control API about draft orders.

POST /control/shops/<domain>/drafts                {kind?, count?, …keys of `place_order`} -> {drafts: […]}
GET  /control/shops/<domain>/drafts                -> {drafts: […]}
POST /control/shops/<domain>/drafts/<id>/<action>  update {…keys}, invoice, complete {payment, gateway}, delete
"""
from __future__ import annotations

from aiohttp import web

from . import order_drafts, zoo
from .control import body_of, shop_of
from .control_orders import both, order_state
from .order_events import LifeError


def draft_state(draft) -> dict:
    """A draft as JSON: {id, legacy_id, name, status, order_id} and under `order` the order that it would become."""
    return {"id": draft.id, "legacy_id": draft.number_id, "name": draft.name, "status": draft.status,
            "order_id": draft.order.id if draft.order else None, "total": both(draft.priced.total_price_set),
            "order": order_state(draft.priced)}


def state(shop) -> dict:
    """What `/control/shops/<domain>/state` shows of drafts."""
    return {"drafts": [draft_state(row) for row in order_drafts.drafts(shop).values()]}


async def make(request: web.Request) -> web.Response:
    shop, body = shop_of(request), await body_of(request)
    count, kind = int(body.pop("count", 1)), body.pop("kind", None)
    made = []
    for _index in range(count):
        spec = zoo.spec_of(shop, kind, len(order_drafts.drafts(shop)) + 1) if kind else {}
        spec.pop("draft", None)
        made.append(order_drafts.create(shop, {**spec, **body}, shop.now()))
    return web.json_response({"drafts": [draft_state(row) for row in made]})


async def show(request: web.Request) -> web.Response:
    return web.json_response(state(shop_of(request)))


ACTIONS = {"update": order_drafts.update, "complete": order_drafts.complete,
           "invoice": lambda shop, draft, args, now: order_drafts.send_invoice(shop, draft, now),
           "delete": lambda shop, draft, args, now: order_drafts.delete(shop, draft)}


async def act(request: web.Request) -> web.Response:
    shop, args = shop_of(request), await body_of(request)
    draft = order_drafts.drafts(shop).get(f"gid://shopify/DraftOrder/{request.match_info['draft']}")
    if draft is None:
        raise web.HTTPNotFound(text='{"error": "no such draft order"}', content_type="application/json")
    try:
        ACTIONS[request.match_info["action"]](shop, draft, args, shop.now())
    except LifeError as error:
        return web.json_response({"error": error.message, "field": error.field}, status=422)
    return web.json_response({"draft": draft_state(draft)})


def routes(simulator) -> list[web.RouteDef]:
    """The routes that the control frame includes."""
    prefix = "/control/shops/{domain}/drafts"
    return [web.post(prefix, make), web.get(prefix, show),
            web.post(prefix + "/{draft}/{action:" + "|".join(ACTIONS) + "}", act)]
