"""Signing in: tokens, grants, scopes, versions and shop states."""
import pytest
import requests

SHOP = "{ shop { name } }"


def grant(client, accept="application/json", **changes):
    fields = {"grant_type": "client_credentials", "client_id": client.shop.app.client_id,
              "client_secret": client.shop.app.client_secret, **changes}
    return requests.post(f"{client.base}/admin/oauth/access_token", data=fields, timeout=5,
                         headers={"Accept": accept})


def test_a_static_token_opens_its_own_shop_only(client, server):
    assert client.data(SHOP) == {"shop": {"name": client.shop.name}}
    client.session.headers["X-Shopify-Access-Token"] = "shpat_of_somebody_else"
    assert client.post(SHOP).status_code == 401
    assert client.response.json() == {
        "errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}


def test_the_client_credentials_grant_lasts_a_day(client):
    body = grant(client).json()
    assert body["expires_in"] == 86399
    assert "write_products" in body["scope"].split(",")
    assert "refresh_token" not in body
    client.session.headers["X-Shopify-Access-Token"] = body["access_token"]
    assert client.post(SHOP).status_code == 200
    client.advance(86400)
    assert client.post(SHOP).status_code == 401


def test_a_grant_may_be_asked_for_in_json(client):
    fields = {"grant_type": "client_credentials", "client_id": client.shop.app.client_id,
              "client_secret": client.shop.app.client_secret}
    answer = requests.post(f"{client.base}/admin/oauth/access_token", json=fields, timeout=5)
    assert answer.json()["access_token"]


@pytest.mark.parametrize(("changes", "state", "status", "code"), [
    ({"client_secret": "wrong"}, "installed", 401, "invalid_client"),
    ({"client_id": "wrong"}, "installed", 401, "invalid_client"),
    ({"client_id": ""}, "installed", 400, "invalid_request"),
    ({}, "shop_not_permitted", 400, "shop_not_permitted"),
    ({}, "app_not_installed", 400, "app_not_installed"),
])
def test_a_refused_grant_names_its_reason(client, changes, state, status, code):
    client.control("settings", app_state=state)
    answer = grant(client, **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, code)


def test_a_refused_grant_is_a_web_page_for_clients_that_do_not_ask_for_json(client):
    answer = grant(client, accept="*/*", client_secret="wrong")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Oauth error invalid_client" in answer.text


def test_revoked_and_expired_tokens_are_refused(client):
    static = client.session.headers["X-Shopify-Access-Token"]
    client.session.headers["X-Shopify-Access-Token"] = grant(client).json()["access_token"]
    client.control("settings", expire_tokens=True)
    assert client.post(SHOP).status_code == 401
    client.session.headers["X-Shopify-Access-Token"] = static
    assert client.post(SHOP).status_code == 200
    client.control("settings", revoke_tokens=True)
    assert client.post(SHOP).status_code == 401


def test_a_missing_scope_denies_the_field_and_names_what_is_needed(client):
    client.control("settings", scopes=["read_products"])
    answer = client('{ shop { name } products(first: 1) { nodes { title variants(first: 1) { nodes { inventoryItem '
                    '{ sku inventoryLevel(locationId: "gid://shopify/Location/1") { id } } } } } } }')
    error = answer["errors"][0]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert "read_inventory" in error["extensions"]["requiredAccess"]
    assert error["path"] == ["products", "nodes", 0, "variants", "nodes", 0, "inventoryItem", "inventoryLevel"]
    assert answer["data"]["products"]["nodes"][0]["variants"]["nodes"][0]["inventoryItem"] == {
        "sku": "SHIRT-S-RED", "inventoryLevel": None}


def test_a_denied_type_is_denied_also_behind_an_interface(client):
    client.control("settings", scopes=["read_orders"])
    gid = next(iter(client.shop.products))
    assert client.error("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": [gid]})[0] == "ACCESS_DENIED"


def test_a_write_scope_includes_reading(client):
    client.control("settings", scopes=["write_products"])
    assert client.data("{ products(first: 1) { nodes { title } } }")["products"]["nodes"]


def test_a_mutation_without_its_scope_changes_nothing(client):
    client.control("settings", scopes=["read_products"])
    gid = next(iter(client.shop.products))
    code, message = client.error('mutation($id: ID!) { productUpdate(product: {id: $id, title: "X"}) '
                                 '{ product { id } } }', {"id": gid})
    assert code == "ACCESS_DENIED"
    assert "write_products" in message
    assert client.shop.products[gid].title == "Shirt"


def test_an_expired_version_falls_forward_and_says_so(client):
    assert client.post(SHOP, version="2025-10").status_code == 200
    assert client.response.headers["X-Shopify-API-Version"] == "2026-07"
    assert client.post(SHOP, version="2026-10").headers["X-Shopify-API-Version"] == "2026-10"


@pytest.mark.parametrize("version", ["2030-01", "2026-08", "latest"])
def test_an_unknown_version_is_not_found(client, version):
    assert client.post(SHOP, version=version).status_code == 404


def test_an_unknown_shop_is_not_found(client, server):
    address = f"{server.url}/shops/nobody.myshopify.com/admin/api/2026-07/graphql.json"
    answer = requests.post(address, json={"query": SHOP}, timeout=5)
    assert (answer.status_code, answer.json()) == (404, {"errors": "Not Found"})


def test_the_host_header_names_the_shop_too(client, server):
    answer = requests.post(f"{server.url}/admin/api/2026-07/graphql.json", json={"query": SHOP}, timeout=5,
                           headers={**client.session.headers, "Host": client.shop.domain})
    assert answer.json()["data"]["shop"]["name"] == client.shop.name


@pytest.mark.parametrize(("state", "status"), [("frozen", 402), ("locked", 423)])
def test_a_closed_shop_answers_with_its_status(client, state, status):
    client.control("settings", shop_state=state)
    assert client.post(SHOP).status_code == status
    client.control("settings", shop_state="open")
    assert client.post(SHOP).status_code == 200
