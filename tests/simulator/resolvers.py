"""How resolvers are registered and what they may return.

A resolver is ``callable(obj, info, **args)`` registered with ``@resolver("Order", "lineItems")``. `args` are the
GraphQL argument names in snake_case, coerced (input objects are dicts with their camelCase keys; a key that the
client left out is absent), with the schema's defaults. `info.context` is the RequestContext.

* A field without a resolver is read from `obj`: a dict by camelCase or snake_case key (a missing key is null), else
  the snake_case attribute (a method is called). A missing attribute is a top-level error that the field is not
  simulated: what the simulator does not know it must not answer with null.
* A resolver gets the arguments that its signature names, or all of them when it has ``**args``.
* A field of a …Connection type may return a plain list: the executor paginates it (first/last/after/before/reverse),
  so `nodes`, `edges`, `pageInfo` work. For roots with search and sort return `search.query_list(...)`.
* Objects of interface or union types need a `gql_type` attribute, or a dict needs "__typename".
* Money: Decimal or str; times: aware datetime; enums: their names.
* Refuse with ``raise ApiError(message, code, **extensions)``: a top-level error with the path. What belongs into
  userErrors is returned in the payload dict: ``{"order": None, "userErrors": [user_error(["id"], "…", "CODE")]}``.
* ``NODES["Refund"] = callable(shop, gid) -> object | None`` makes node(id:)/nodes(ids:) find a type.
  What is put into `shop.nodes[gid]` is found without that.
* A root field without a resolver answers a top-level error that it is not simulated.
* @idempotent (demand, replay, mismatch, concurrent), scopes, cost, the limit of 250 and pagination are done before and
  around the resolvers.

Modules that plug in (each is imported when it exists, see `plugins.py`): importing `resolvers_orders` registers its
resolvers; `webhooks.install(simulator)` appends to `simulator.listeners` and starts work with `simulator.spawn`;
`control_orders.routes(simulator)` and `webhooks.routes(simulator)` return lists of aiohttp.web RouteDefs whose handlers
find their shop with `control.shop_of(request)`. `webhooks.state(shop)` and `control_orders.state(shop)` return dicts
that are merged into GET /control/shops/<domain>/state.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from .state import Shop, Simulator

RESOLVERS: dict[str, dict[str, Callable]] = {}
NODES: dict[str, Callable] = {}


class ApiError(Exception):
    """A top-level GraphQL error; `extensions` get the code first."""

    def __init__(self, message: str, code: str | None = None, **extensions) -> None:
        super().__init__(message)
        self.message = message
        self.extensions = {"code": code, **extensions} if code else extensions


@dataclass
class RequestContext:
    """What one GraphQL request knows."""

    shop: Shop
    state: Simulator
    now: datetime
    scopes: frozenset
    api_version: str
    search_warnings: list = field(default_factory=list)  # becomes extensions.search
    idempotency_key: str | None = None  # of the mutation field that runs
    breaks_off: bool = False  # a fault: the first mutation with a key fails inside, and its key is remembered for that
    fault: object = None  # a fault that strikes inside, at one of several mutations
    finally_do: list = field(default_factory=list)  # callables for when the answer has left


def resolver(type_name: str, field_name: str):
    """Register the decorated callable for one field (camelCase name)."""

    def register(function: Callable) -> Callable:
        RESOLVERS.setdefault(type_name, {})[field_name] = function
        return function

    return register


def user_error(path: list | None, message: str, code: str | None = None) -> dict:
    """One entry of userErrors; `code` is left out of the answer by types that have none."""
    return {"field": path, "message": message, "code": code}
