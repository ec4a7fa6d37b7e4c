"""Faults: what is answered, and whether anything was applied before."""
import threading
import time

import pytest
import requests

SHOP = "query Who { shop { name } }"
SET = """mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { code } } }"""


def arm(client, kind, **options):
    assert client.control("faults", kind=kind, **options).status_code == 200


def values(client, quantity=1, key="k"):
    row = {"inventoryItemId": client.variant("MUG-1").inventory_item_id, "quantity": quantity,
           "locationId": client.shop.default_location.id, "changeFromQuantity": None}
    return {"input": {"name": "available", "reason": "correction", "quantities": [row]}, "key": key}


@pytest.mark.parametrize(("kind", "status"), [("http_500", 500), ("html_502", 502), ("http_503", 503),
                                              ("http_430", 430), ("frozen", 402), ("locked", 423),
                                              ("revoke_token", 401)])
def test_a_status_fault_applies_nothing(client, kind, status):
    arm(client, kind)
    assert client.post(SET, values(client)).status_code == status
    assert client.available("MUG-1") == 7
    if kind == "html_502":
        assert client.response.text.startswith("<html>")


def test_a_429_tells_when_to_come_back(client):
    arm(client, "http_429", retry_after=1.5)
    assert client.post(SHOP).status_code == 429
    assert client.response.headers["Retry-After"] == "1.5"
    assert client.post(SHOP).status_code == 200


def test_a_throttled_fault_looks_like_an_empty_bucket(client):
    arm(client, "throttled")
    answer = client(SHOP)
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    cost = answer["extensions"]["cost"]
    assert cost["throttleStatus"]["currentlyAvailable"] < cost["requestedQueryCost"]


def test_an_internal_error_is_a_200_with_a_request_id(client):
    arm(client, "internal_error")
    error = client(SHOP)["errors"][0]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert error["extensions"]["requestId"] in error["message"]


def test_a_fault_waits_for_its_operation_and_is_used_up(client):
    arm(client, "http_500", match="inventorySetQuantities", count=2)
    assert client.post(SHOP).status_code == 200
    assert [client.post(SET, values(client)).status_code for _turn in range(3)] == [500, 500, 200]


@pytest.mark.parametrize(("kind", "left"), [("disconnect_before", 7), ("disconnect_after", 1)])
def test_a_cut_connection_leaves_the_outcome_unknown(client, kind, left):
    arm(client, kind)
    with pytest.raises(requests.ConnectionError):
        client.post(SET, values(client))
    assert client.available("MUG-1") == left


def test_the_same_key_after_a_cut_connection_does_not_apply_twice(client):
    arm(client, "disconnect_after")
    with pytest.raises(requests.ConnectionError):
        client.post(SET, values(client))
    client.control("inventory", sku="MUG-1", available=40)
    assert client.data(SET, values(client))["inventorySetQuantities"]["userErrors"] == []
    assert client.available("MUG-1") == 40


def test_a_hanging_request_keeps_its_key_busy(client):
    arm(client, "timeout_after", seconds=0.4)
    thread = threading.Thread(target=lambda: pytest.raises(requests.ConnectionError, client.post, SET, values(client)))
    thread.start()
    time.sleep(0.15)
    token = client.session.headers["X-Shopify-Access-Token"]
    second = requests.post(f"{client.base}/admin/api/2026-07/graphql.json", timeout=5,
                           json={"query": SET, "variables": values(client)},
                           headers={"X-Shopify-Access-Token": token}).json()
    thread.join()
    assert second["data"]["inventorySetQuantities"]["userErrors"] == [{"code": "IDEMPOTENCY_CONCURRENT_REQUEST"}]
    assert client.data(SET, values(client))["inventorySetQuantities"]["userErrors"] == []


def test_latency_delays_an_answer(client):
    client.control("settings", latency_ms=120)
    start = time.monotonic()
    client.data(SHOP)
    assert time.monotonic() - start >= 0.12


def test_an_unknown_fault_or_setting_is_refused(client):
    assert client.control("faults", kind="earthquake").status_code == 400
    assert client.control("settings", colour="red").status_code == 400
    assert client.control("inventory", sku="nothing", available=1).status_code == 400


def test_a_token_request_can_fail_too(client):
    arm(client, "http_503", match="access_token")
    address = f"{client.base}/admin/oauth/access_token"
    assert requests.post(address, data={}, timeout=5).status_code == 503
    assert requests.post(address, data={}, timeout=5).status_code == 400


def test_the_state_shows_levels_by_sku_and_money_as_text(client):
    state = requests.get(f"{client.server.url}/control/shops/{client.shop.domain}/state", timeout=5).json()
    place = client.shop.default_location.id
    assert state["levels"]["MUG-1"][place]["available"] == 7
    assert {row["sku"]: row["price"] for row in state["variants"]}["MUG-1"] == "8.50"


def test_shops_are_created_and_listed_by_the_control_api(client):
    body = {"domain": "made-by-test.myshopify.com", "plan": "advanced", "products": 3, "locations": 1}
    made = requests.post(f"{client.server.url}/control/shops", json=body, timeout=5)
    assert made.status_code == 201
    rows = requests.get(f"{client.server.url}/control/shops", timeout=5).json()
    assert {"domain", "name", "plan", "currency", "taxes_included", "client_id", "client_secret", "access_token",
            "scopes"} <= set(next(row for row in rows if row["domain"] == body["domain"]))
    wrong = requests.post(f"{client.server.url}/control/shops", json={"domain": "evil.example"}, timeout=5)
    assert wrong.status_code == 400


def test_the_page_is_there(client):
    answer = requests.get(client.server.url + "/", timeout=5)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Simulated Shopify" in answer.text
