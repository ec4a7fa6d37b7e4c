"""Documents, errors, cost, throttling, pages."""
import pytest

PRODUCTS = "query($first: Int, $after: String) { products(first: $first, after: $after) { nodes { id title } " \
           "pageInfo { hasNextPage endCursor } } }"


def test_every_answer_reports_its_cost_and_a_request_id(client):
    answer = client("{ products(first: 10) { nodes { id variants(first: 1) { nodes { id } } } } }")
    cost = answer["extensions"]["cost"]
    assert cost["requestedQueryCost"] == 2 + 4 * (1 + 2 + 1)
    assert cost["actualQueryCost"] < cost["requestedQueryCost"]
    assert cost["throttleStatus"]["maximumAvailable"] == 2000
    assert cost["throttleStatus"]["restoreRate"] == 100
    assert client.response.headers["x-request-id"]


@pytest.mark.parametrize(("document", "code", "message"), [
    ("{ products(first: 1) { nodes { id nope } } }", "undefinedField", "Field 'nope' doesn't exist on type 'Product'"),
    ("{ products(first: 1, nope: 2) { nodes { id } } }", "argumentNotAccepted",
     "Field 'products' doesn't accept argument 'nope'"),
    ("{ product { id } }", "missingRequiredArguments", "Field 'product' is missing required arguments: id"),
    ('{ products(first: "x") { nodes { id } } }', "argumentLiteralsIncompatible", None),
    ("{ shop }", "selectionMismatch", "Field must have selections (field 'shop')"),
    ('mutation { inventorySetQuantities(input: {name: "available", quantities: []}) { userErrors { code } } }',
     "missingRequiredInputObjectAttribute", None),
    ('mutation { productCreate(product: {title: "x"}) { userErrors { code } } }', "undefinedField",
     "Field 'code' doesn't exist on type 'UserError'"),
])
def test_an_invalid_document_is_answered_with_200_and_a_code(client, document, code, message):
    found, text = client.error(document)
    assert client.response.status_code == 200
    assert found == code
    assert message in (None, text)


def test_a_validation_error_has_the_operation_at_the_start_of_its_path(client):
    error = client("query Orders { orders(first: 1) { nodes { nope } } }")["errors"][0]
    assert error["path"] == ["query Orders", "orders", "nodes", "nope"]


def test_a_wrong_variable_lists_its_problems(client):
    document = "mutation($i: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $i) { userErrors { code } } }"
    answer = client(document, {"i": {"name": "available", "reason": "x", "ignoreCompareQuantity": True,
                                     "quantities": []}})
    error = answer["errors"][0]
    assert error["extensions"]["code"] == "INVALID_VARIABLE"
    assert error["extensions"]["problems"] == [{
        "path": ["ignoreCompareQuantity"], "explanation": "Field is not defined on InventorySetQuantitiesInput"}]
    assert "data" not in answer


def test_a_one_of_input_takes_exactly_one_key(client):
    document = "query($by: ProductIdentifierInput!) { productByIdentifier(identifier: $by) { id } }"
    assert client.error(document, {"by": {"handle": "mug", "id": "gid://shopify/Product/1"}})[0] == "INVALID_VARIABLE"
    assert client.data(document, {"by": {"handle": "mug"}})["productByIdentifier"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"variables": {}}', b'{"query": "{shop{id}}", "variables": []}'])
def test_a_malformed_request_is_a_bad_request(client, body):
    answer = client.session.post(f"{client.base}/admin/api/2026-07/graphql.json", data=body, timeout=5,
                                 headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_a_page_needs_a_size_of_at_most_250(client):
    assert client.error("{ products { nodes { id } } }") == ("BAD_REQUEST", "you must provide one of first or last")
    assert client.error("{ products(first: 251) { nodes { id } } }")[0] == "BAD_REQUEST"
    assert client.error("{ products(last: -1) { nodes { id } } }")[0] == "BAD_REQUEST"


def test_pages_follow_their_cursors(client):
    titles, after = [], None
    while True:
        page = client.data(PRODUCTS, {"first": 2, "after": after})["products"]
        titles += [row["title"] for row in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert titles == ["Shirt", "Mug", "Poster"]


def test_only_the_first_25000_rows_of_a_list_can_be_reached():
    from tests.simulator.connection import QueryList, encode, paginate

    rows = [{"id": number} for number in range(25_010)]
    found = QueryList(rows, lambda row: row["id"])
    page = paginate(found, first=250, after=encode(24_989, 24_989))
    assert [row["id"] for row in page.nodes] == list(range(24_990, 25_000))
    assert not page.has_next


def test_a_cursor_holds_its_place_when_its_row_has_moved_away():
    from tests.simulator.connection import QueryList, encode, paginate

    rows = [{"id": number, "at": number} for number in (1, 2, 4, 5)]
    page = paginate(QueryList(rows, lambda row: row["at"]), first=2, after=encode(3, 3))
    assert [row["id"] for row in page.nodes] == [4, 5]


def test_a_query_of_more_than_1000_points_is_refused_for_good(client):
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Product { variants(first: 250) { nodes { id } } } } }"
    ids = [next(iter(client.shop.products))] * 72
    answer = client(document, {"ids": ids})
    assert answer["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert answer["errors"][0]["message"] == ("Query cost is 1008, which exceeds the single query max cost limit "
                                              "(1000).")
    assert "data" not in answer


def test_an_empty_bucket_throttles_and_fills_again(client):
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ids = ["gid://shopify/Product/1"] * 250
    for _turn in range(40):
        answer = client(document, {"ids": [*ids[:240], *client.shop.products]})
        if "errors" in answer:
            break
        client.server.call(setattr, client.shop.app, "bucket_level", client.shop.app.bucket_level - 200)
    assert client.response.status_code == 200
    assert answer["errors"][0]["message"] == "Throttled"
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    cost = answer["extensions"]["cost"]
    assert cost["actualQueryCost"] is None
    assert cost["throttleStatus"]["currentlyAvailable"] < cost["requestedQueryCost"]
    client.advance(3)
    assert "errors" not in client(document, {"ids": ids})
    assert client.stats()["throttled"] == 1


@pytest.mark.parametrize(("plan", "size", "rate"), [("standard", 2000, 100), ("advanced", 4000, 200),
                                                    ("plus", 20000, 1000)])
def test_the_bucket_depends_on_the_plan(client, plan, size, rate):
    client.control("settings", plan=plan)
    status = client("{ shop { id } }")["extensions"]["cost"]["throttleStatus"]
    assert (status["maximumAvailable"], status["restoreRate"]) == (size, rate)


def test_an_input_of_more_than_250_rows_is_refused_before_anything_runs(client):
    answer = client("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["gid://shopify/Product/1"] * 251})
    error = answer["errors"][0]
    assert error["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"
    assert error["message"] == "The input array size of 251 is greater than the maximum allowed of 250."
    assert error["path"] == ["nodes", "ids"]


def test_a_missing_record_is_null_and_a_wrong_kind_of_id_is_an_error(client):
    assert client.data('{ product(id: "gid://shopify/Product/1") { id } }') == {"product": None}
    assert client.error('{ product(id: "gid://shopify/Order/1") { id } }')[0] == "RESOURCE_NOT_FOUND"
    assert client.error('{ node(id: "12") { id } }')[0] == "RESOURCE_NOT_FOUND"


def test_what_is_not_simulated_says_so(client):
    assert client.error('{ location { metafield(key: "custom.place") { id } } }')[0] == "NOT_SIMULATED"
    assert client.error("mutation { fulfillmentOrderCancel(id: \"gid://shopify/FulfillmentOrder/1\") { userErrors "
                        "{ message } } }")[0] == "NOT_SIMULATED"


def test_fragments_aliases_and_conditions_work(client):
    document = """query($with: Boolean!, $id: ID!) {
      one: product(id: $id) { ...P vendor @include(if: $with) }
      two: product(id: $id) { ...P ... on Product @skip(if: $with) { status } __typename }
    } fragment P on Product { name: title options { name } }"""
    gid = next(iter(client.shop.products))
    for flag in (True, False):
        data = client.data(document, {"with": flag, "id": gid})
        assert data["one"]["name"] == data["two"]["name"] == "Shirt"
        assert ("vendor" in data["one"], "status" in data["two"]) == (flag, not flag)
    assert data["two"]["__typename"] == "Product"


def test_the_newer_version_has_its_own_schema(client):
    document = '{ __type(name: "OrderCancelPayload") { fields { name } } }'
    names = {version: [row["name"] for row in client(document, version=version)["data"]["__type"]["fields"]]
             for version in ("2026-07", "2026-10")}
    assert "jobResult" not in names["2026-07"]
    assert "jobResult" in names["2026-10"]


def test_the_statistics_count_requests_and_points(client):
    client.control("stats/reset")
    client("query Names { products(first: 3) { nodes { title } } }")
    client("query Names { products(first: 3) { nodes { title } } }")
    stats = client.stats()
    assert stats["requests"] == 2
    assert stats["by_operation"]["Names"]["requests"] == 2
    assert stats["points_actual"] == stats["by_operation"]["Names"]["points"] > 0
    assert stats["mutations"] == 0
