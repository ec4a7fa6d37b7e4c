"""Webhooks of the simulator arrive, fail, come late, twice and out of order as Shopify's do."""
from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from tests.simulator import order_life as life
from tests.simulator import webhooks
from tests.simulator.order_factory import place_order
from tests.simulator.records import Subscription
from tests.unit.simulator.orders_shop import make_shop

IDS = ["id", "admin_graphql_api_id", "updated_at"]


class Receiver:
    """A shop owner's server: keeps what arrives; `answers` are statuses or seconds to wait, the last one for ever."""

    def __init__(self) -> None:
        self.seen: list = []
        self.answers: list = [200]
        self.connections: set = set()
        self.uri = ""
        self.busy = self.most = 0

    async def take(self, request: web.Request) -> web.Response:
        self.busy += 1
        self.most = max(self.most, self.busy)
        self.connections.add(request.transport.get_extra_info("peername"))
        body = await request.read()
        self.seen.append((dict(request.headers), body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, float):
            await asyncio.sleep(answer)
        self.busy -= 1
        return web.Response(status=200 if isinstance(answer, float) else answer, headers={"Location": self.uri})

    @property
    def bodies(self) -> list:
        return [json.loads(body) for _headers, body in self.seen]


@asynccontextmanager
async def receiver():
    target, app = Receiver(), web.Application()
    app.router.add_post("/hook", target.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    target.uri = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield target
    await runner.cleanup()


def subscribe(shop, uri: str, topic: str = "orders/create", **values) -> Subscription:
    now = shop.now()
    row = Subscription(shop.gid("WebhookSubscription"), topic.upper().replace("/", "_"), uri, now, now,
                       wire_topic=topic, **values)
    shop.subscriptions[row.id] = row
    return row


def scenario(test):
    """Run an async test with a shop, its engine and a receiver; the deliveries settle before it starts to compare."""

    def run():
        async def play():
            shop = make_shop()
            async with receiver() as target:
                webhooks.install(shop.simulator)
                try:
                    await test(shop, webhooks.engine(shop.simulator), target)
                finally:
                    for task in list(shop.simulator.background):
                        task.cancel()
                    await asyncio.gather(*shop.simulator.background, return_exceptions=True)

        asyncio.run(play())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


def sell(shop, **more):
    return place_order(shop, {"lines": [{"sku": "T0"}], **more})


@scenario
async def test_a_delivery_is_signed_over_its_raw_body(shop, engine, target):
    subscribe(shop, target.uri, name="odoo-orders")
    order = sell(shop, note="Grüße 感謝")
    assert await engine.idle()
    (headers, body), = target.seen
    digest = hmac.new(shop.app.client_secret.encode(), body, hashlib.sha256).digest()
    assert headers["X-Shopify-Hmac-Sha256"] == base64.b64encode(digest).decode()
    assert headers["X-Shopify-Topic"] == "orders/create"
    assert headers["X-Shopify-Shop-Domain"] == shop.domain
    assert headers["X-Shopify-API-Version"] == shop.app.webhook_version
    assert headers["X-Shopify-Name"] == "odoo-orders"
    assert {"X-Shopify-Webhook-Id", "X-Shopify-Event-Id", "X-Shopify-Triggered-At"} <= set(headers)
    payload = json.loads(body)
    assert payload["id"] == order.number_id and payload["admin_graphql_api_id"] == order.id
    assert payload["total_price"] == str(order.total_price_set.shop) and payload["note"] == "Grüße 感謝"
    assert shop.stats.as_dict()["webhooks"] | {"attempts": 1, "delivered": 1} == shop.stats.as_dict()["webhooks"]


@scenario
async def test_only_the_included_fields_are_sent(shop, engine, target):
    subscribe(shop, target.uri, include_fields=[*IDS, "customer.id"])
    order = sell(shop)
    assert await engine.idle()
    assert set(target.bodies[0]) == {*IDS, "customer"}
    assert target.bodies[0]["customer"] == {"id": order.customer.number_id}


@scenario
async def test_a_filter_holds_back_what_it_does_not_match(shop, engine, target):
    subscribe(shop, target.uri, filter="financial_status:paid AND total_price:>=10 AND -test:true")
    sell(shop, payment="pending")
    sell(shop, test=True)
    order = sell(shop)
    assert await engine.idle()
    assert [body["id"] for body in target.bodies] == [order.number_id]


@scenario
async def test_a_shop_may_still_sign_with_the_old_secret(shop, engine, target):
    shop.settings.webhook_delivery["secret"] = "the old one"
    subscribe(shop, target.uri)
    sell(shop)
    assert await engine.idle()
    headers, body = target.seen[0]
    assert headers["X-Shopify-Hmac-Sha256"] == webhooks.signature("the old one", body)


@scenario
async def test_webhooks_of_one_action_have_one_event_and_many_ids(shop, engine, target):
    for topic in ("orders/create", "orders/paid", "orders/updated", "inventory_levels/update"):
        subscribe(shop, target.uri, topic)
    sell(shop)
    assert await engine.idle()
    assert len(target.seen) == 4
    assert len({headers["X-Shopify-Event-Id"] for headers, _body in target.seen}) == 1
    assert len({headers["X-Shopify-Webhook-Id"] for headers, _body in target.seen}) == 4


@scenario
async def test_a_refused_delivery_is_tried_again_with_the_same_body(shop, engine, target):
    shop.settings.webhook_delivery["retry_seconds"] = 0.01
    target.answers = [500, 302, 404, 200]
    subscription = subscribe(shop, target.uri)
    order = sell(shop)
    order.note = "changed meanwhile"
    assert await engine.idle(retries=True)
    assert len(target.seen) == 4 and len({body for _headers, body in target.seen}) == 1
    assert len({headers["X-Shopify-Webhook-Id"] for headers, _body in target.seen}) == 1
    delivery, = webhooks.log(shop)
    assert [row["status"] for row in delivery.attempts] == [500, 302, 404, 200]
    assert delivery.status == "delivered" and subscription.failures == 0


@scenario
async def test_after_eight_retries_the_subscription_is_gone(shop, engine, target):
    shop.settings.webhook_delivery["retry_seconds"] = 0.001
    target.answers = [503]
    subscribe(shop, target.uri)
    sell(shop)
    assert await engine.idle(retries=True)
    assert len(target.seen) == 9 and shop.subscriptions == {}
    assert shop.stats.webhooks["failed"] == 1 and shop.stats.webhooks["subscriptions_removed"] == 1


def test_eight_retries_take_four_hours():
    waits = [webhooks.retry_wait({}, tries) for tries in range(1, 9)]
    assert round(sum(waits)) == 4 * 3600 and waits == sorted(waits)


@scenario
async def test_retries_come_when_the_clock_is_moved(shop, engine, target):
    target.answers = [500, 200]
    subscribe(shop, target.uri)
    sell(shop)
    assert await engine.idle()
    assert len(target.seen) == 1
    shop.simulator.clock.advance(3600)
    assert await engine.idle(5, retries=True)
    assert len(target.seen) == 2


@scenario
async def test_a_slow_answer_counts_as_a_failure(shop, engine, target):
    shop.settings.webhook_delivery.update(total_seconds=0.1, retry_seconds=0.01)
    target.answers = [0.5, 200]
    subscribe(shop, target.uri)
    sell(shop)
    assert await engine.idle(retries=True)
    delivery, = webhooks.log(shop)
    assert [row["error"] for row in delivery.attempts] == ["timeout", None]


@scenario
async def test_a_closed_port_is_a_failed_attempt(shop, engine, target):
    shop.settings.webhook_delivery["retry_seconds"] = 60
    subscribe(shop, "http://127.0.0.1:9/hook")
    sell(shop)
    assert await engine.idle()
    delivery, = webhooks.log(shop)
    assert delivery.status == "pending" and delivery.attempts[0]["status"] is None


# -- knobs ----------------------------------------------------------------------------------------------------------
@scenario
async def test_dropped_deliveries_never_arrive(shop, engine, target):
    shop.settings.webhook_delivery["drop"] = 1
    subscribe(shop, target.uri)
    sell(shop)
    assert await engine.idle()
    assert target.seen == [] and shop.stats.webhooks["dropped"] == 1


@scenario
async def test_duplicates_carry_one_webhook_id(shop, engine, target):
    shop.settings.webhook_delivery["duplicate"] = 1
    subscribe(shop, target.uri)
    sell(shop)
    assert await engine.idle()
    assert len(target.seen) == 2
    assert len({headers["X-Shopify-Webhook-Id"] for headers, _body in target.seen}) == 1
    assert shop.stats.webhooks["delivered"] == 1


@scenario
async def test_held_deliveries_go_out_when_they_are_released(shop, engine, target):
    shop.settings.webhook_delivery["hold"] = True
    subscribe(shop, target.uri)
    first, second = sell(shop), sell(shop)
    assert await engine.idle()
    assert target.seen == []
    shop.settings.webhook_delivery["hold"] = False
    assert engine.release(shop) == 2
    assert await engine.idle()
    assert {body["id"] for body in target.bodies} == {first.number_id, second.number_id}


@scenario
async def test_shuffled_deliveries_lose_their_order(shop, engine, target):
    shop.settings.webhook_delivery.update(shuffle=True, shuffle_ms=200)
    subscribe(shop, target.uri, include_fields=IDS)
    numbers = [sell(shop).number_id for _order in range(20)]
    assert await engine.idle()
    came = [body["id"] for body in target.bodies]
    assert came != numbers and sorted(came) == numbers


@scenario
async def test_at_most_sixteen_deliveries_are_under_way_and_connections_are_reused(shop, engine, target):
    target.answers = [0.02]
    subscribe(shop, target.uri, include_fields=IDS)
    for _order in range(60):
        sell(shop)
    assert await engine.idle()
    assert len(target.seen) == 60
    assert 2 <= target.most <= 16 and len(target.connections) <= 16


# -- topics ---------------------------------------------------------------------------------------------------------
@scenario
async def test_refunds_and_fulfilments_name_their_order(shop, engine, target):
    for topic in ("refunds/create", "fulfillments/create", "order_transactions/create"):
        subscribe(shop, target.uri, topic)
    order = sell(shop, fulfilled=True)
    life.refund(shop, order, {"lines": [{"sku": "T0", "quantity": 1}]}, shop.now())
    assert await engine.idle()
    assert len(target.seen) == 4
    assert all(body["order_id"] == order.number_id and isinstance(body["id"], int) for body in target.bodies)


@scenario
async def test_a_stock_level_names_item_and_location(shop, engine, target):
    subscribe(shop, target.uri, "inventory_levels/update")
    sell(shop)
    assert await engine.idle()
    body, = target.bodies
    assert body["available"] == 19 and {"inventory_item_id", "location_id", "updated_at"} <= set(body)


@scenario
async def test_privacy_topics_are_sent_by_hand(shop, engine, target):
    delivery = engine.send_to(shop, "shop/redact", {"shop_id": 1, "shop_domain": shop.domain}, target.uri)
    assert await engine.idle()
    assert delivery.status == "delivered" and target.seen[0][0]["X-Shopify-Topic"] == "shop/redact"


@pytest.mark.parametrize(("text", "expected"), [
    ("", True), ("status:active", True), ("status:draft", False), ("status:draft OR vendor:Acme", True),
    ("(status:active AND vendor:x) OR price:<5", True), ("-status:active", False), ("NOT status:draft", True),
    ('title:"Blue Shirt"', True), ("variants.price:>=9.5", True), ("variants.price:>11", False), ("missing:1", False)])
def test_filters_read_the_payload(text, expected):
    payload = {"status": "active", "vendor": "Acme", "price": 3, "title": "blue shirt",
               "variants": [{"price": "9.00"}, {"price": "10.00"}]}
    assert webhooks.matches(text, payload) is expected
