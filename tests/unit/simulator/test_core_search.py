"""The search syntax, its warnings, and sorting."""
import pytest

FIND = "query($q: String) { products(first: 10, query: $q, sortKey: TITLE) { nodes { title } } }"


def titles(client, query):
    return [row["title"] for row in client.data(FIND, {"q": query})["products"]["nodes"]]


@pytest.mark.parametrize(("query", "expected"), [
    ("", ["Mug", "Poster", "Shirt"]),
    ("title:mug", ["Mug"]),
    ("status:active", ["Mug", "Shirt"]),
    ("status:active,draft", ["Mug", "Poster", "Shirt"]),
    ("status:draft OR title:mug", ["Mug", "Poster"]),
    ("-status:draft", ["Mug", "Shirt"]),
    ("NOT status:draft AND title:shirt", ["Shirt"]),
    ("(title:mug OR title:shirt) AND tag:sale", ["Shirt"]),
    ('title:"Poster"', ["Poster"]),
    ("sku:MUG-1", ["Mug"]),
    ("sku:mug", ["Mug"]),
    ("sku:MUG*", ["Mug"]),
    ("vendor:acme tag:summer", ["Shirt"]),
    ("shirt", ["Shirt"]),
    ("barcode:2000000000015", ["Mug"]),
    ("tag:*", ["Shirt"]),
    ("updated_at:>'2020-01-01T00:00:00Z'", ["Mug", "Poster", "Shirt"]),
    ("updated_at:<'2020-01-01T00:00:00Z'", []),
    ("id:>=1 AND title:mug", ["Mug"]),
])
def test_a_filter_finds_what_it_says(client, query, expected):
    assert titles(client, query) == expected


def test_an_unknown_filter_gives_everything_and_a_warning(client):
    answer = client(FIND, {"q": "colour:red"})
    assert len(answer["data"]["products"]["nodes"]) == 3
    search = answer["extensions"]["search"][0]
    assert search["path"] == ["products"]
    assert search["warnings"] == [{"field": "colour", "message": "Invalid search field for this query.",
                                   "code": "invalid_field"}]


def test_an_impossible_value_gives_nothing_and_a_warning(client):
    answer = client(FIND, {"q": "status:sleeping"})
    assert answer["data"]["products"]["nodes"] == []
    assert answer["extensions"]["search"][0]["warnings"][0]["code"] == "invalid_value"


def test_a_good_filter_has_no_warning(client):
    assert "warnings" not in client(FIND, {"q": "status:active"})["extensions"]["search"][0]


def test_a_bad_time_is_a_bad_request(client):
    assert client.error(FIND, {"q": "updated_at:>yesterday"})[0] == "BAD_REQUEST"


def test_a_sorted_list_can_be_reversed(client):
    document = "{ products(first: 5, sortKey: TITLE, reverse: true) { nodes { title } } }"
    assert [row["title"] for row in client.data(document)["products"]["nodes"]] == ["Shirt", "Poster", "Mug"]


def test_a_changed_product_is_found_by_its_time(client):
    client.advance(60)
    mark = client.server.simulator.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    client.control("products", sku="MUG-1", title="Mug, large")
    assert titles(client, f"updated_at:>='{mark}'") == ["Mug, large"]


def test_variants_items_and_customers_are_searched_too(client):
    data = client.data("""{ productVariants(first: 5, query: "sku:'SHIRT-M-RED'") { nodes { sku } }
      inventoryItems(first: 5, query: "sku:POSTER") { nodes { sku } }
      customers(first: 5, query: "email:'ada.lindqvist@example.com'") { nodes { firstName } } }""")
    assert data == {"productVariants": {"nodes": [{"sku": "SHIRT-M-RED"}]},
                    "inventoryItems": {"nodes": [{"sku": "POSTER"}]}, "customers": {"nodes": [{"firstName": "Ada"}]}}
