"""A client that is not ours, Shopify's own ShopifyAPI for Python, works against the simulator."""
import json

import pytest

shopify = pytest.importorskip("shopify", reason="needs ShopifyAPI (pip install ShopifyAPI)")

PRODUCTS = """query Names($first: Int!) { products(first: $first, sortKey: TITLE) {
  nodes { title variants(first: 1) { nodes { sku price } } } } }"""
RENAME = """mutation Rename($product: ProductUpdateInput!) { productUpdate(product: $product) {
  product { title } userErrors { field message } } }"""


@pytest.fixture
def graphql(client):
    """ShopifyAPI's GraphQL client, signed in and pointed at the simulator instead of https://<shop>."""
    token = client.session.headers["X-Shopify-Access-Token"]
    shopify.ShopifyResource.clear_session()
    shopify.ShopifyResource.set_site(f"{client.base}/admin/api/2026-07")
    shopify.ShopifyResource.set_headers({"X-Shopify-Access-Token": token})
    yield shopify.GraphQL()
    shopify.ShopifyResource.clear_session()


def test_it_reads_products(graphql):
    data = json.loads(graphql.execute(PRODUCTS, {"first": 2}))["data"]
    assert data["products"]["nodes"][0] == {"title": "Mug", "variants": {"nodes": [{"sku": "MUG-1", "price": "8.50"}]}}


def test_it_chooses_an_operation_by_name_and_writes(graphql, client):
    gid = next(iter(client.shop.products))
    values = {"product": {"id": gid, "title": "Renamed"}}
    answer = json.loads(graphql.execute(RENAME, values, operation_name="Rename"))
    assert answer["data"]["productUpdate"] == {"product": {"title": "Renamed"}, "userErrors": []}


def test_it_sees_a_refused_token_as_an_http_error(graphql, client):
    from urllib.error import HTTPError

    shopify.ShopifyResource.set_headers({"X-Shopify-Access-Token": "wrong"})
    with pytest.raises(HTTPError, match="401"):
        shopify.GraphQL().execute(PRODUCTS, {"first": 1})
