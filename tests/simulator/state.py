"""State of the simulated Shopify: shops with all their records, apps, counters, and an injected clock.

Everything runs on one event loop thread, so nothing here locks. Public entry points for other modules:
`Simulator.shops`, `Shop.new_id/gid`, the stock functions of `Shop`, `Shop.emit`, `Clock.now/advance`.
"""
from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from . import payloads, stock_journal
from .records import (
    Address,
    Customer,
    InventoryItem,
    Level,
    Location,
    Numbers,
    Product,
    Subscription,
    Variant,
    numeric_id,
)

__all__ = ["Address", "App", "Clock", "Customer", "InventoryItem", "Level", "Location", "Product", "Settings", "Shop",
           "Simulator", "Stats", "Subscription", "Token", "Variant", "numeric_id"]

FIRST_ID = 8_100_000_000_001  # above 32 bits, as real ids are


class Clock:
    """Wall time plus an offset that tests move."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.offset

    def advance(self, seconds: float) -> None:
        self.offset += timedelta(seconds=seconds)


@dataclass
class Token:
    value: str
    expires_at: datetime | None = None  # None: a static token


@dataclass
class App:
    """One app installed on one shop; `client_secret` signs its webhooks."""

    client_id: str
    client_secret: str
    title: str = "Connector"
    scopes: set = field(default_factory=set)
    withheld: set = field(default_factory=set)  # "Type" or "Type.field" of protected data that it is not approved for
    tokens: dict = field(default_factory=dict)  # value -> Token
    state: str = "installed"  # installed | app_not_installed | shop_not_permitted
    bucket_level: float | None = None  # points left, None: full
    bucket_at: float = 0.0
    idempotency: dict = field(default_factory=dict)
    webhook_version: str = "2026-07"

    def issue_token(self, now: datetime, seconds: int) -> Token:
        token = Token("shpat_" + secrets.token_hex(16), now + timedelta(seconds=seconds))
        self.tokens[token.value] = token
        return token


@dataclass
class Settings:
    latency_ms: float = 0
    bulk_seconds: float = 0.2
    bulk_shuffle: float = 0  # 1: the children in a bulk query's result come in no order
    webhook_delivery: dict = field(default_factory=dict)  # drop, duplicate, shuffle, hold, delay_ms
    faults: list = field(default_factory=list)  # of faults.Fault
    shop_state: str = "open"  # open | frozen (402) | locked (423)


@dataclass
class Stats:
    requests: int = 0
    points_actual: int = 0
    points_requested: int = 0
    throttled: int = 0
    mutations: int = 0
    downloads: int = 0  # of pictures
    by_operation: dict = field(default_factory=dict)  # name -> {requests, points}
    webhooks: Counter = field(default_factory=Counter)  # attempts, delivered, failed, dropped

    def as_dict(self) -> dict:
        hooks = {name: self.webhooks.get(name, 0) for name in ("attempts", "delivered", "failed", "dropped")}
        return {"requests": self.requests, "points_actual": self.points_actual,
                "points_requested": self.points_requested, "throttled": self.throttled, "mutations": self.mutations,
                "downloads": self.downloads, "by_operation": self.by_operation, "webhooks": {**self.webhooks, **hooks}}


@dataclass(eq=False)
class Shop:
    simulator: Simulator
    domain: str
    name: str
    app: App
    plan: str = "standard"  # standard | advanced | plus
    currency: str = "USD"
    presentment_currencies: list = field(default_factory=list)
    taxes_included: bool = False
    tax_shipping: bool = False
    timezone: str = "America/New_York"
    country_code: str = "US"
    address: Address | None = None
    seed: int = 1
    id: str = ""
    order_number: int = 1000  # the last one given
    locations: dict = field(default_factory=dict)  # gid -> Location, in order; the first is the default
    products: dict = field(default_factory=dict)
    variants: dict = field(default_factory=dict)
    inventory_items: dict = field(default_factory=dict)
    levels: dict = field(default_factory=dict)  # (item gid, location gid) -> Level
    customers: dict = field(default_factory=dict)
    orders: dict = field(default_factory=dict)  # gid -> order_types.Order
    nodes: dict = field(default_factory=dict)  # any other GID that node(id:) finds (refunds, fulfilments, …)
    subscriptions: dict = field(default_factory=dict)
    bulk_operations: dict = field(default_factory=dict)
    uploads: dict = field(default_factory=dict)  # staged path -> bytes
    contents: dict = field(default_factory=dict)  # gid of a picture -> its bytes
    files: dict = field(default_factory=dict)  # name in the download address -> gid of the picture
    jobs: dict = field(default_factory=dict)
    metafield_definitions: dict = field(default_factory=dict)
    publications: dict = field(default_factory=dict)
    collections: dict = field(default_factory=dict)
    companies: dict = field(default_factory=dict)
    markets: dict = field(default_factory=dict)
    catalogs: dict = field(default_factory=dict)
    price_lists: dict = field(default_factory=dict)
    locales: list = field(default_factory=lambda: ["en"])  # the first is the primary one
    translations: dict = field(default_factory=dict)  # (resource gid, locale, market gid or None, key) -> row
    settings: Settings = field(default_factory=Settings)
    stats: Stats = field(default_factory=Stats)
    extra: dict = field(default_factory=dict)  # private state of other modules (delivery log, …)

    # -- ids and time -------------------------------------------------------------------------------------------
    def new_id(self) -> int:
        return next(self.simulator.ids)

    def gid(self, type_name: str) -> str:
        """A new GID: ``gid://shopify/<type_name>/<number>``."""
        return f"gid://shopify/{type_name}/{self.new_id()}"

    def now(self) -> datetime:
        return self.simulator.clock.now()

    @property
    def default_location(self) -> Location:
        return next(iter(self.locations.values()))

    def variant_by_sku(self, sku: str) -> Variant | None:
        return next((variant for variant in self.variants.values() if variant.sku == sku), None)

    # -- events -------------------------------------------------------------------------------------------------
    def emit(self, topic: str, payload: dict, resource: object = None, event_id: str | None = None) -> None:
        """Tell every listener that something happened.

        `topic` is the wire form ("orders/create"), `payload` the full REST-shaped JSON body, `resource` the record
        itself (for filters and metafields), `event_id` is shared by all webhooks of one merchant action.
        """
        for listener in self.simulator.listeners:
            listener(self, topic, payload, resource, event_id)

    # -- stock --------------------------------------------------------------------------------------------------
    def level(self, item_id: str, location_id: str, create: bool = True) -> Level | None:
        level = self.levels.get((item_id, location_id))
        if level is None and create:
            now = self.now()
            gid = f"gid://shopify/InventoryLevel/{self.new_id()}?inventory_item_id={numeric_id(item_id)}"
            level = Level(gid, item_id, location_id, now, now)
            self.levels[item_id, location_id] = level
        return level

    def levels_of(self, item_id: str) -> list[Level]:
        return [level for key in self.locations if (level := self.levels.get((item_id, key)))]

    def change_stock(self, item_id: str, location_id: str, event_id: str | None = None, source: str = "order",
                     **deltas: int) -> None:
        """Add deltas (available=-1, committed=+1, …) to one level; fires inventory_levels/update.

        An item that is not tracked has no quantities: nothing happens. `source` is for the journal.
        """
        item = self.inventory_items.get(item_id)
        if item is None or not item.tracked or not any(deltas.values()):
            return
        level, now = self.level(item_id, location_id), self.now()
        before = level.available, level.on_hand
        for name, delta in deltas.items():
            setattr(level, name, getattr(level, name) + delta)
            level.changed_at[name] = now
        level.updated_at = now
        stock_journal.note(self, level, source, before[0])
        if (level.available, level.on_hand) != before:
            level.changed_at["on_hand"] = now
            self.emit("inventory_levels/update", payloads.inventory_level(self, level), level, event_id)

    def commit_stock(self, item_id: str, location_id: str, quantity: int, event_id: str | None = None) -> None:
        """An order takes stock: available goes down, committed up, on hand stays."""
        self.change_stock(item_id, location_id, event_id, available=-quantity, committed=quantity)

    def release_stock(self, item_id: str, location_id: str, quantity: int, event_id: str | None = None) -> None:
        """An unfulfilled quantity is cancelled and goes back for sale."""
        self.change_stock(item_id, location_id, event_id, available=quantity, committed=-quantity)

    def ship_stock(self, item_id: str, location_id: str, quantity: int, event_id: str | None = None) -> None:
        """A committed quantity leaves the house: committed and on hand go down."""
        self.change_stock(item_id, location_id, event_id, committed=-quantity)

    def restock(self, item_id: str, location_id: str, quantity: int, event_id: str | None = None) -> None:
        """A returned quantity is for sale again: available and on hand go up."""
        self.change_stock(item_id, location_id, event_id, available=quantity)


class Simulator:
    """All shops of one server. `listeners` are called as (shop, topic, payload, resource, event_id)."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.ids = Numbers(FIRST_ID, 7)
        self.shops: dict[str, Shop] = {}
        self.listeners: list = []
        self.base_url = ""  # set by the server when it is bound, for download addresses
        self.expired_versions: set[str] = set()  # tests let a version expire
        self.downloads: dict[str, bytes] = {}  # token -> file
        self.specs: list[dict] = []  # the shops to start with, and to come back to
        self.background: set = set()  # running asyncio tasks, cancelled at the end

    def spawn(self, coroutine, name: str | None = None) -> None:
        """Run a coroutine in the background of the server's loop; it is cancelled when the server stops."""
        import asyncio

        task = asyncio.get_running_loop().create_task(coroutine, name=name)
        self.background.add(task)
        task.add_done_callback(self.background.discard)
