"""Webhook deliveries as Shopify makes them: signed, retried, given up; and everything that can go wrong on the way.

`install(simulator)` makes the engine listen to `Shop.emit` and deliver on the running loop; it ends with the tasks of
`simulator.background`. The knobs of one shop are in ``shop.settings.webhook_delivery``:

drop           share of deliveries that is lost for ever (0.05)
duplicate      share that is sent twice, with one webhook id
shuffle        True: every delivery waits up to `shuffle_ms` (400), so the order is lost
hold           True: nothing goes out until `release`
delay_ms       wait before the first try
retry_seconds  a number or a list: waits between the tries; default: 8 retries that double, 4 hours in all
secret         sign with this instead of the app's secret
connect_seconds, total_seconds   limits of one try (1 and 5)
"""
from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import aiohttp

from .webhook_filters import body_for, matches

RETRIES = 8
RETRY_SPAN = 4 * 3600
PARALLEL = 16
LOG_LENGTH = 5000
POLL = 0.25


@dataclass(eq=False)
class Delivery:
    """One webhook on its way to one subscription; its body and address are those of the moment it was triggered."""

    shop: object
    subscription: object
    topic: str
    body: bytes
    uri: str
    name: str | None
    event_id: str
    triggered_at: datetime
    resource_id: object
    webhook_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "pending"  # pending | held | delivered | failed | dropped
    attempts: list = field(default_factory=list)  # {at, status, ms, error}
    due: datetime | None = None

    def as_dict(self, body: bool = False) -> dict:
        """For the control API, with or without the body that was sent."""
        more = {"body": self.body.decode()} if body else {}
        return {"topic": self.topic, "webhook_id": self.webhook_id, "event_id": self.event_id, "uri": self.uri,
                "status": self.status, "resource_id": self.resource_id, "attempts": self.attempts,
                "triggered_at": self.triggered_at.isoformat(), "subscription": getattr(self.subscription, "id", None),
                **more}


def retry_wait(knobs: dict, tries: int) -> float:
    """Seconds to wait after the `tries`-th failure: doubling, four hours over eight retries."""
    asked = knobs.get("retry_seconds")
    if isinstance(asked, (list, tuple)):
        return float(asked[min(tries, len(asked)) - 1])
    if asked is not None:
        return float(asked)
    return RETRY_SPAN * 2 ** (tries - 1) / (2 ** RETRIES - 1)


def signature(secret: str, body: bytes) -> str:
    """Base64 of the HMAC-SHA256 over the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class WebhookEngine:
    """Delivers what shops emit. One for each Simulator; everything runs on the server's loop."""

    def __init__(self, simulator) -> None:
        self.simulator = simulator
        self.loop: asyncio.AbstractEventLoop | None = None
        self.session: aiohttp.ClientSession | None = None
        self.parallel: asyncio.Semaphore | None = None
        self.waiting: list[Delivery] = []  # with a due time
        self.wake: asyncio.Event | None = None
        self.running = 0
        self.random = Random(4)
        self.serial = itertools.count()
        simulator.listeners.append(self.on_event)

    # -- life -------------------------------------------------------------------------------------------------------
    def start(self) -> None:
        """Begin to deliver on the running loop, also what was emitted before."""
        self.loop, self.wake, self.running = asyncio.get_running_loop(), asyncio.Event(), 0
        self.parallel = asyncio.Semaphore(PARALLEL)
        self.simulator.spawn(self._pump())

    # -- events -----------------------------------------------------------------------------------------------------
    def on_event(self, shop, topic: str, payload: dict, resource: object, event_id: str | None) -> None:
        """Make a delivery for each subscription that wants this."""
        for subscription in list(shop.subscriptions.values()):
            if subscription.wire_topic == topic and matches(subscription.filter, payload):
                body = json.dumps(body_for(subscription, payload, resource), ensure_ascii=False).encode()
                self.enqueue(Delivery(shop, subscription, topic, body, subscription.uri, subscription.name,
                                      event_id or str(uuid.uuid4()), self.simulator.clock.now(), payload.get("id")))

    def send_to(self, shop, topic: str, payload: dict, uri: str) -> Delivery:
        """A delivery without a subscription, as the compliance topics of an app's configuration are."""
        delivery = Delivery(shop, None, topic, json.dumps(payload, ensure_ascii=False).encode(), uri, None,
                            str(uuid.uuid4()), self.simulator.clock.now(), payload.get("shop_id"))
        self.enqueue(delivery)
        return delivery

    def enqueue(self, delivery: Delivery) -> None:
        """Log it, then drop, hold, or schedule it."""
        shop, knobs = delivery.shop, delivery.shop.settings.webhook_delivery
        log(shop).append(delivery)
        if self.random.random() < float(knobs.get("drop", 0)):
            delivery.status = "dropped"
            shop.stats.webhooks["dropped"] += 1
        elif knobs.get("hold"):
            delivery.status = "held"
            held(shop).append(delivery)
        else:
            self._schedule(delivery)

    def _schedule(self, delivery: Delivery) -> None:
        knobs = delivery.shop.settings.webhook_delivery
        copies = 2 if self.random.random() < float(knobs.get("duplicate", 0)) else 1
        delivery.shop.stats.webhooks["duplicated"] += copies - 1
        for _copy in range(copies):
            wait = float(knobs.get("delay_ms", 0)) / 1000
            if knobs.get("shuffle"):
                wait += self.random.random() * float(knobs.get("shuffle_ms", 400)) / 1000
            self._at(delivery, wait)

    def _at(self, delivery: Delivery, wait: float) -> None:
        self.waiting.append((self.simulator.clock.now() + timedelta(seconds=wait), next(self.serial), delivery))
        if self.loop is not None and self.wake is not None:
            self.loop.call_soon_threadsafe(self.wake.set)

    def release(self, shop, shuffle: bool = False) -> int:
        """Let held deliveries go; returns how many."""
        rows = list(held(shop))
        held(shop).clear()
        if shuffle or shop.settings.webhook_delivery.get("shuffle"):
            self.random.shuffle(rows)
        for delivery in rows:
            delivery.status = "pending"
            self._schedule(delivery)
        return len(rows)

    async def idle(self, timeout: float = 30, retries: bool = False) -> bool:
        """Wait until nothing is under way; retries that are due later count only when asked."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            soon = [row for row in self.waiting if retries or not row[2].attempts]
            if not soon and not self.running:
                return True
            await asyncio.sleep(0.02)
        return False

    # -- sending ----------------------------------------------------------------------------------------------------
    async def _pump(self) -> None:
        connector = aiohttp.TCPConnector(limit=PARALLEL, keepalive_timeout=30)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as self.session:
            while True:
                await self._send_due()
                self.wake.clear()
                wait = POLL  # the clock may be moved by hand
                if self.waiting:
                    ahead = (min(self.waiting)[0] - self.simulator.clock.now()).total_seconds()
                    wait = max(0.0, min(wait, ahead))
                try:
                    await asyncio.wait_for(self.wake.wait(), wait)
                except asyncio.TimeoutError:
                    pass

    async def _send_due(self) -> None:
        now = self.simulator.clock.now()
        due = sorted(row for row in self.waiting if row[0] <= now)
        self.waiting = [row for row in self.waiting if row[0] > now]
        due = [row for row in due if self.simulator.shops.get(row[2].shop.domain) is row[2].shop]  # not of a reset
        self.running += len(due)
        for _when, _serial, delivery in due:
            await self.parallel.acquire()
            self.simulator.spawn(self._try(delivery))

    async def _try(self, delivery: Delivery) -> None:
        started = time.monotonic()
        try:
            status, error = await self._post(delivery)
        finally:
            self.parallel.release()
            self.running -= 1
        delivery.attempts.append({"at": self.simulator.clock.now().isoformat(), "status": status, "error": error,
                                  "ms": round((time.monotonic() - started) * 1000, 1)})
        self._judge(delivery, status is not None and 200 <= status < 300)

    async def _post(self, delivery: Delivery) -> tuple[int | None, str | None]:
        knobs = delivery.shop.settings.webhook_delivery
        limits = aiohttp.ClientTimeout(total=float(knobs.get("total_seconds", 5)),
                                       sock_connect=float(knobs.get("connect_seconds", 1)))
        delivery.shop.stats.webhooks["attempts"] += 1
        try:
            async with self.session.post(delivery.uri, data=delivery.body, headers=headers(delivery),
                                         timeout=limits, allow_redirects=False) as answer:
                await answer.read()
                return answer.status, None
        except asyncio.TimeoutError:
            return None, "timeout"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return None, f"{type(error).__name__}: {error}"

    def _judge(self, delivery: Delivery, good: bool) -> None:
        counters, subscription = delivery.shop.stats.webhooks, delivery.subscription
        if good:
            if delivery.status != "delivered":
                counters["delivered"] += 1
            delivery.status = "delivered"
            if subscription is not None:
                subscription.failures = 0
            return
        counters["failed_attempts"] += 1
        if subscription is not None:
            subscription.failures += 1
        if delivery.status == "delivered":  # the second copy of a duplicate is not tried again
            return
        failed = sum(1 for row in delivery.attempts if not 200 <= (row["status"] or 0) < 300)
        if failed <= RETRIES:
            self._at(delivery, retry_wait(delivery.shop.settings.webhook_delivery, failed))
            return
        delivery.status = "failed"
        counters["failed"] += 1
        if subscription is not None and subscription.failures >= RETRIES:
            if delivery.shop.subscriptions.pop(subscription.id, None) is not None:
                counters["subscriptions_removed"] += 1


def headers(delivery: Delivery) -> dict:
    """The headers of one delivery; retries and duplicates carry the same ones."""
    shop = delivery.shop
    secret = shop.settings.webhook_delivery.get("secret") or shop.app.client_secret
    moment = delivery.triggered_at.strftime("%Y-%m-%dT%H:%M:%S.%f")
    result = {"Content-Type": "application/json", "User-Agent": "Shopify-Captain-Hook", "Accept": "*/*",
              "X-Shopify-Topic": delivery.topic, "X-Shopify-Hmac-Sha256": signature(secret, delivery.body),
              "X-Shopify-Shop-Domain": shop.domain, "X-Shopify-API-Version": shop.app.webhook_version,
              "X-Shopify-Webhook-Id": delivery.webhook_id, "X-Shopify-Event-Id": delivery.event_id,
              "X-Shopify-Triggered-At": f"{moment}000Z"}
    if delivery.name:
        result["X-Shopify-Name"] = delivery.name
    return result


def log(shop) -> deque:
    """Every delivery of a shop, oldest first."""
    return shop.extra.setdefault("deliveries", deque(maxlen=LOG_LENGTH))


def held(shop) -> list:
    return shop.extra.setdefault("held_deliveries", [])


def engine(simulator) -> WebhookEngine:
    """The one engine of a simulator."""
    found = getattr(simulator, "webhook_engine", None)
    if found is None:
        found = simulator.webhook_engine = WebhookEngine(simulator)
    return found


def install(simulator) -> None:
    """Deliver the webhooks of all shops of this simulator from now on; called on the server's loop."""
    engine(simulator).start()
