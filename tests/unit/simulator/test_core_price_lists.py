"""Markets, catalogs, price lists and their fixed prices."""
import json

import pytest
import requests

PRICES = """query($id: ID!, $origin: PriceListPriceOriginType) { priceList(id: $id) { currency fixedPricesCount
  catalog { __typename title } parent { adjustment { type value } }
  prices(first: 20, originType: $origin) { nodes { originType variant { sku } price { amount currencyCode }
    compareAtPrice { amount } } } } }"""
ADD = """mutation($id: ID!, $rows: [PriceListPriceInput!]!) { priceListFixedPricesAdd(priceListId: $id, prices: $rows) {
  prices { originType price { amount } } userErrors { field code } } }"""
UPDATE = """mutation($id: ID!, $rows: [PriceListPriceInput!]!, $gone: [ID!]!) { priceListFixedPricesUpdate(
  priceListId: $id, pricesToAdd: $rows, variantIdsToDelete: $gone) { deletedFixedPriceVariantIds
  pricesAdded { variant { sku } } userErrors { field code } } }"""


@pytest.fixture
def europe(client):
    return client.control("markets", name="Europe", countries=["DE", "FR"], currency="EUR", price_list={
        "name": "Europe", "adjustment": -10, "fixed": {"MUG-1": "7.00"}}).json()["price_list"]


def price(client, sku, amount, currency="EUR"):
    return {"variantId": client.variant(sku).id, "price": {"amount": amount, "currencyCode": currency}}


def listed(client, gid, origin=None):
    rows = client.data(PRICES, {"id": gid, "origin": origin})["priceList"]["prices"]["nodes"]
    return {row["variant"]["sku"]: (row["originType"], row["price"]["amount"]) for row in rows}


def test_fixed_prices_stand_beside_relative_ones(client, europe):
    assert listed(client, europe) == {"SHIRT-S-RED": ("RELATIVE", "16.2"), "SHIRT-M-RED": ("RELATIVE", "16.2"),
                                      "MUG-1": ("FIXED", "7.0"), "POSTER": ("RELATIVE", "9.72")}
    assert listed(client, europe, "FIXED") == {"MUG-1": ("FIXED", "7.0")}
    found = client.data(PRICES, {"id": europe})["priceList"]
    assert found["catalog"] == {"__typename": "MarketCatalog", "title": "Europe"} and found["fixedPricesCount"] == 1
    assert found["parent"]["adjustment"] == {"type": "PERCENTAGE_DECREASE", "value": 10.0}


def test_prices_are_fixed_and_loosened_in_one_call(client, europe):
    answer = client.data(UPDATE, {"id": europe, "rows": [price(client, "POSTER", "9.00")],
                                  "gone": [client.variant("MUG-1").id]})["priceListFixedPricesUpdate"]
    assert answer["userErrors"] == [] and answer["pricesAdded"] == [{"variant": {"sku": "POSTER"}}]
    assert listed(client, europe, "FIXED") == {"POSTER": ("FIXED", "9.0")}


def test_a_wrong_price_stops_all(client, europe):
    rows = [price(client, "POSTER", "9.00"), price(client, "MUG-1", "9.00", "USD")]
    answer = client.data(ADD, {"id": europe, "rows": rows})["priceListFixedPricesAdd"]
    assert answer["userErrors"] == [{"field": ["prices", "1", "price", "currencyCode"],
                                     "code": "PRICE_LIST_CURRENCY_MISMATCH"}]
    gone = {"id": europe, "rows": [], "gone": [client.variant("POSTER").id]}
    assert client.data(UPDATE, gone)["priceListFixedPricesUpdate"]["userErrors"][0]["code"] == "PRICE_NOT_FIXED"
    assert listed(client, europe, "FIXED") == {"MUG-1": ("FIXED", "7.0")}


def test_more_than_250_prices_are_too_many(client, europe):
    rows = [price(client, "MUG-1", "1.00")] * 251
    assert client.error(ADD, {"id": europe, "rows": rows})[0] == "MAX_INPUT_SIZE_EXCEEDED"


def test_a_list_that_is_not_there_is_said(client, europe):
    answer = client.data(ADD, {"id": "gid://shopify/PriceList/1", "rows": []})["priceListFixedPricesAdd"]
    assert answer["userErrors"][0]["code"] == "PRICE_LIST_NOT_FOUND"


def test_all_variants_of_a_product_get_one_price(client, europe):
    document = """mutation($id: ID!, $rows: [PriceListProductPriceInput!], $gone: [ID!]) {
      priceListFixedPricesByProductUpdate(priceListId: $id, pricesToAdd: $rows, pricesToDeleteByProductIds: $gone) {
      userErrors { code } } }"""
    shirt, mug = (client.variant(sku).product_id for sku in ("SHIRT-S-RED", "MUG-1"))
    rows = [{"productId": shirt, "price": {"amount": "15.00", "currencyCode": "EUR"}}]
    answer = client.data(document, {"id": europe, "rows": rows, "gone": [mug]})["priceListFixedPricesByProductUpdate"]
    assert answer["userErrors"] == []
    assert listed(client, europe, "FIXED") == {"SHIRT-S-RED": ("FIXED", "15.0"), "SHIRT-M-RED": ("FIXED", "15.0")}
    answer = client.data(document, {"id": europe, "rows": rows, "gone": [shirt]})["priceListFixedPricesByProductUpdate"]
    assert answer["userErrors"] == [{"code": "ID_MUST_BE_MUTUALLY_EXCLUSIVE"}]


def test_a_catalog_of_companies_gets_its_price_list(client):
    made = client.control("companies", name="Globex", locations=[{"name": "North"}]).json()
    catalog = client.data("""mutation($in: CatalogCreateInput!) { catalogCreate(input: $in) { catalog { id status }
      userErrors { code } } }""", {"in": {"title": "B2B", "status": "ACTIVE", "context": {
        "companyLocationIds": made["locations"]}}})["catalogCreate"]
    assert catalog["userErrors"] == []
    create = """mutation($in: PriceListCreateInput!) { priceListCreate(input: $in) { priceList { id currency }
      userErrors { code } } }"""
    values = {"name": "B2B", "currency": "USD", "catalogId": catalog["catalog"]["id"], "parent": {
        "adjustment": {"type": "PERCENTAGE_DECREASE", "value": 20}}}
    assert client.data(create, {"in": values})["priceListCreate"]["userErrors"] == []
    assert {row["code"] for row in client.data(create, {"in": values})["priceListCreate"]["userErrors"]} == {
        "TAKEN", "CATALOG_TAKEN"}
    found = client.data("query($id: ID!) { companyLocation(id: $id) { catalogs(first: 5) { nodes { title priceList { name } "
                        "} } } }", {"id": made["locations"][0]})["companyLocation"]["catalogs"]["nodes"]
    assert found == [{"title": "B2B", "priceList": {"name": "B2B"}}]


def test_markets_have_countries_and_a_currency(client, europe):
    rows = client.data("""{ markets(first: 5) { nodes { name status currencySettings { baseCurrency { currencyCode } }
      conditions { regionsCondition { regions(first: 5) { nodes { ... on MarketRegionCountry { code } } } } }
      catalogs(first: 5) { nodes { title } } } } }""")["markets"]["nodes"]
    assert [row["name"] for row in rows] == ["Europe", "US"]
    assert rows[0]["currencySettings"]["baseCurrency"]["currencyCode"] == "EUR"
    assert [row["code"] for row in rows[0]["conditions"]["regionsCondition"]["regions"]["nodes"]] == ["DE", "FR"]


def test_a_bulk_operation_reads_the_prices_of_a_list(client, europe):
    document = "{ priceLists { edges { node { id prices(originType: FIXED) { edges { node { variant { id } price { amount } " \
               "} } } } } } }"
    answer = client.data("mutation($q: String!) { bulkOperationRunQuery(query: $q) { bulkOperation { id } userErrors { "
                         "message } } }", {"q": document})["bulkOperationRunQuery"]
    assert answer["userErrors"] == []
    url = None
    while not url:
        url = client.data("query($id: ID!) { bulkOperation(id: $id) { url } }", {"id": answer["bulkOperation"]["id"]})[
            "bulkOperation"]["url"]
    lines = [json.loads(line) for line in requests.get(url, timeout=5).text.splitlines()]
    assert lines == [{"id": europe}, {"variant": {"id": client.variant("MUG-1").id}, "price": {"amount": "7.0"},
                                      "__parentId": europe}]
