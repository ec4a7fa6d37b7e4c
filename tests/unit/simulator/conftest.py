"""A running simulator for the tests of this folder: one server, a fresh shop for each test, a small client."""
import itertools

import pytest
import requests

from tests.simulator import catalog
from tests.simulator.thread import ServerThread

NUMBERS = itertools.count(1)
GOODS = [
    {"title": "Shirt", "options": ["Size", "Color"], "vendor": "Acme", "tags": ["summer", "Sale"], "variants": [
        {"values": ["S", "Red"], "sku": "SHIRT-S-RED", "price": "20.00", "available": 10},
        {"values": ["M", "Red"], "sku": "SHIRT-M-RED", "price": "20.00", "available": 5}]},
    {"title": "Mug", "sku": "MUG-1", "price": "8.50", "barcode": "2000000000015", "available": 7},
    {"title": "Poster", "sku": "POSTER", "price": "12.00", "status": "DRAFT", "available": 3},
]


class Client:
    """Talks GraphQL to one shop and keeps the last response."""

    def __init__(self, server, shop):
        self.server, self.shop = server, shop
        self.session = requests.Session()
        self.session.headers["X-Shopify-Access-Token"] = next(iter(shop.app.tokens))
        self.response = None

    @property
    def base(self):
        return f"{self.server.url}/shops/{self.shop.domain}"

    def post(self, query, variables=None, version="2026-07", **options):
        self.response = self.session.post(f"{self.base}/admin/api/{version}/graphql.json",
                                          json={"query": query, "variables": variables or {}}, timeout=10, **options)
        return self.response

    def __call__(self, query, variables=None, version="2026-07"):
        """The whole answer as a dict."""
        return self.post(query, variables, version).json()

    def data(self, query, variables=None, version="2026-07"):
        """The data of an answer that has no errors."""
        answer = self(query, variables, version)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def error(self, query, variables=None):
        """(code, message) of the first top-level error."""
        entry = self(query, variables)["errors"][0]
        return entry.get("extensions", {}).get("code"), entry["message"]

    def control(self, path, **body):
        return requests.post(f"{self.server.url}/control/shops/{self.shop.domain}/{path}", json=body, timeout=10)

    def stats(self):
        return requests.get(f"{self.server.url}/control/shops/{self.shop.domain}/stats", timeout=10).json()

    def advance(self, seconds):
        self.server.call(self.server.simulator.clock.advance, seconds)

    def variant(self, sku):
        return self.shop.variant_by_sku(sku)

    def available(self, sku):
        level = self.shop.levels[self.variant(sku).inventory_item_id, self.shop.default_location.id]
        return level.available


@pytest.fixture(scope="session")
def server():
    with ServerThread([]) as running:
        yield running


@pytest.fixture
def client(server):
    spec = {"domain": f"test-{next(NUMBERS)}.myshopify.com", "products": GOODS, "locations": ["Main", "Second"],
            "customers": 3, "bulk_seconds": 0.02}
    return Client(server, server.call(catalog.create_shop, server.simulator, spec))


@pytest.fixture
def seen(client):
    """(topic, payload) of everything that the shop tells, while the test runs."""
    rows = []

    def listen(shop, topic, payload, resource, event_id):
        if shop is client.shop:
            rows.append((topic, payload))

    client.server.simulator.listeners.append(listen)
    yield rows
    client.server.simulator.listeners.remove(listen)
