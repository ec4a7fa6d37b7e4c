"""A world that is kept comes back as it was, as often as one likes, and with the same numbers."""
import pytest
import requests

from tests.simulator.thread import ServerThread

DOMAIN = "northwind.myshopify.com"
SKU = "MCS-S-BLA"


@pytest.fixture(scope="module")
def server():
    with ServerThread() as running:
        yield running


@pytest.fixture
def control(server):
    def post(path, **body):
        return requests.post(f"{server.url}/control/{path}", json=body, timeout=10)

    return post


def state(server):
    return requests.get(f"{server.url}/control/shops/{DOMAIN}/state", timeout=10).json()


def test_the_whole_world_comes_back(server, control):
    before = state(server)
    control("snapshot", name="a")
    control(f"shops/{DOMAIN}/orders", kind="plain", seed=3)
    control(f"shops/{DOMAIN}/inventory", sku=SKU, available=1234)
    control(f"shops/{DOMAIN}/settings", scopes=["read_products"], latency_ms=1)
    control(f"shops/{DOMAIN}/faults", kind="http_500", count=3)
    control("clock", advance=3600)
    assert state(server) != before
    assert control("restore", name="a").status_code == 200
    assert state(server) == before
    assert not server.simulator.clock.offset


def test_it_comes_back_as_often_as_one_likes_with_the_same_numbers(server, control):
    control("snapshot", name="a")
    seen = []
    for _round in range(3):
        control("restore", name="a")
        seen.append(control(f"shops/{DOMAIN}/orders", kind="plain", seed=3).json())
        control(f"shops/{DOMAIN}/inventory", sku=SKU, available=7)
        rows = requests.get(f"{server.url}/control/shops/{DOMAIN}/journal", timeout=10).json()["rows"]
        seen[-1]["serials"] = [row["serial"] for row in rows]
    assert seen[0] == seen[1] == seen[2]


def test_what_a_shop_has_is_its_own_after_it(server, control):
    control("snapshot", name="a")
    control("restore", name="a")
    for shop in server.simulator.shops.values():
        assert shop.simulator is server.simulator
        assert all(shop.variants[gid].product_id == product.id
                   for product in shop.products.values() for gid in product.variant_ids)


def test_a_snapshot_waits_for_what_is_under_way(server, control, monkeypatch):
    monkeypatch.setattr("tests.simulator.snapshots.PATIENCE", 0.1)
    shop = server.simulator.shops[DOMAIN]
    server.call(lambda: server.simulator.webhook_engine.send_to(shop, "shop/redact", {}, "http://127.0.0.1:9/"))
    refused = control("snapshot", name="b")
    assert (refused.status_code, refused.json()) == (400, {"error": "there is no snapshot of what is under way"})
    assert control("restore", name="b").status_code == 400


def test_bulk_operations_under_way_are_given_up_when_it_comes_back(server, control, monkeypatch):
    monkeypatch.setattr("tests.simulator.snapshots.PATIENCE", 1)
    control("restore", name="a")
    shop = server.simulator.shops[DOMAIN]
    control(f"shops/{DOMAIN}/settings", bulk_seconds=600)
    query = 'mutation { bulkOperationRunQuery(query: "{ products { edges { node { id } } } }") { bulkOperation { id } } }'
    answer = requests.post(f"{server.url}/shops/{DOMAIN}/admin/api/2026-07/graphql.json", json={"query": query},
                           headers={"X-Shopify-Access-Token": next(iter(shop.app.tokens))}, timeout=10).json()
    assert answer["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"]
    control("restore", name="a")
    assert control("snapshot", name="c").status_code == 200
