"""The control API places orders, moves them through their lives, and shows every figure as text."""
from __future__ import annotations

from decimal import Decimal

import pytest
import requests

from tests.simulator.thread import ServerThread
from tests.unit.simulator.orders_shop import PRODUCTS

DOMAIN = "test.myshopify.com"
TIMEOUT = 20


@pytest.fixture(scope="module")
def server():
    with ServerThread([{"domain": DOMAIN, "products": PRODUCTS, "locations": 1, "customers": 2}]) as running:
        yield running


@pytest.fixture
def control(server):
    """``control(path, body)``: POST below the shop's control path; without a body GET. Gives (status, JSON)."""

    def call(path: str, body: dict | None = None):
        url = f"{server.url}/control/shops/{DOMAIN}{path}"
        answer = requests.get(url, timeout=TIMEOUT) if body is None else requests.post(url, json=body, timeout=TIMEOUT)
        return answer.status_code, answer.json()

    return call


def placed(control, **spec) -> dict:
    status, body = control("/orders", {"lines": [{"sku": "T0", "quantity": 2}], "taxes": [
        {"title": "VAT", "rate": "0.2"}], "shipping": {"price": "5.00"}, **spec})
    assert status == 200
    return body["orders"][0]


def test_an_order_is_placed_and_shown_with_every_figure(control):
    order = placed(control, tip="1.00")
    status, state = control(f"/orders/{order['id']}")
    assert status == 200 and state["name"] == order["name"] and order["admin_graphql_api_id"] == state["id"]
    assert state["totals"]["total_price"] == {"shop": "53.98", "presentment": "53.98"}
    assert state["lines"][0]["taxes"] == [{"title": "VAT", "rate": "0.2", "channel_liable": False,
                                           "amount": {"shop": "8.00", "presentment": "8.00"}}]
    assert state["lines"][1]["tip"] is True
    assert set(state["shipping_address"]) >= {"address1", "city", "country_code", "zip"}


def test_many_orders_of_a_kind_are_placed_at_once(control):
    status, body = control("/orders", {"kind": "random", "count": 25, "seed": 3})
    assert status == 200 and len({row["id"] for row in body["orders"]}) == 25


def test_an_order_is_edited_shipped_returned_and_refunded(control):
    order = placed(control)["id"]
    assert control(f"/orders/{order}/edit", {"add": [{"sku": "T1"}]})[1]["order"]["edited"] is True
    assert control(f"/orders/{order}/pay", {})[1]["order"]["financial_status"] == "PAID"
    shipped = control(f"/orders/{order}/fulfill", {"tracking": {"company": "UPS", "number": "1Z"}})[1]["order"]
    assert shipped["fulfillment_status"] == "FULFILLED" and shipped["fulfillments"][0]["tracking"][0]["number"] == "1Z"
    returned = control(f"/orders/{order}/return", {"lines": [{"sku": "T0", "quantity": 1}]})[1]["order"]
    assert returned["returns"][0]["status"] == "CLOSED" and returned["refunds"][0]["total"]["shop"] == "23.99"
    refunded = control(f"/orders/{order}/refund", {"shipping": True, "note": "sorry"})[1]["order"]
    assert Decimal(refunded["totals"]["current_shipping_price"]["shop"]) == 0
    assert refunded["financial_status"] == "PARTIALLY_REFUNDED"


def test_a_refusal_says_why(control):
    order = placed(control)["id"]
    assert control(f"/orders/{order}/cancel", {"reason": "FRAUD"})[1]["order"]["cancel_reason"] == "FRAUD"
    status, body = control(f"/orders/{order}/cancel", {})
    assert status == 422 and "already been canceled" in body["error"]
    assert control("/orders", {"kind": "dragon"})[0] == 400
    assert control("/orders/1/cancel", {})[0] == 404
    assert control("/deliveries", {"dorp": 1})[0] == 400


def test_a_deleted_order_is_gone(control):
    order = placed(control)["id"]
    assert control(f"/orders/{order}/delete", {})[0] == 422
    control(f"/orders/{order}/close", {})
    assert control(f"/orders/{order}/delete", {})[0] == 200
    assert control(f"/orders/{order}")[0] == 404


def test_a_pending_refund_comes_through_later(control):
    order = placed(control)["id"]
    waiting = control(f"/orders/{order}/refund", {"amount": "5.00", "pending": True})[1]["order"]
    assert waiting["refunds"][0]["total"]["shop"] == "0.00" and waiting["financial_status"] == "PAID"
    done = control(f"/orders/{order}/settle", {})[1]["order"]
    assert done["refunds"][0]["total"]["shop"] == "5.00" and done["financial_status"] == "PARTIALLY_REFUNDED"


def test_the_state_of_a_shop_holds_orders_and_deliveries(control):
    status, state = control("/state")
    assert status == 200 and {"orders", "deliveries", "held", "delivery_settings", "levels"} <= set(state)
    assert "plain" in control("/zoo")[1]["kinds"]


def test_held_deliveries_are_released_by_hand(server, control):
    control("/deliveries", {"hold": True})
    control("/webhook", {"topic": "shop/redact", "uri": f"{server.url}/control/reset-nothing"})
    assert control("/deliveries")[1]["held"] == 1
    assert control("/deliveries/release", {})[1] == {"released": 1}
    assert control("/deliveries/wait", {"seconds": 5})[1] == {"idle": True}
    assert control("/deliveries")[1]["deliveries"][-1]["attempts"][0]["status"] == 404


def test_an_uninstalled_app_has_no_token_and_no_subscription(server, control):
    shop = server.simulator.shops[DOMAIN]
    tokens = dict(shop.app.tokens)
    assert control("/webhook", {"topic": "app/uninstalled"})[0] == 200
    assert shop.app.tokens == {} and shop.subscriptions == {} and shop.app.state == "app_not_installed"
    server.call(shop.app.tokens.update, tokens)
    shop.app.state = "installed"
