"""Bulk operations: the rules of a query, the lines of a result, imports."""
import json
import time

import pytest
import requests

from tests.simulator import catalog_large

RUN = """mutation($q: String!, $group: Boolean! = false) { bulkOperationRunQuery(query: $q, groupObjects: $group) {
  bulkOperation { id status } userErrors { field message code } } }"""
POLL = """query($id: ID!) { bulkOperation(id: $id) { status errorCode objectCount rootObjectCount fileSize url
  completedAt } }"""
IMPORT = """mutation($m: String!, $path: String!) { bulkOperationRunMutation(mutation: $m, stagedUploadPath: $path) {
  bulkOperation { id } userErrors { field message code } } }"""
STAGE = """mutation($in: [StagedUploadInput!]!) { stagedUploadsCreate(input: $in) {
  stagedTargets { url resourceUrl parameters { name value } } userErrors { message } } }"""
PRODUCTS = """{ products { edges { node { __typename id title variants { edges { node { __typename id sku
  inventoryItem { id tracked } } } } } } } }"""


def run(client, query=PRODUCTS, group=False):
    return client.data(RUN, {"q": query, "group": group})["bulkOperationRunQuery"]


def finished(client, gid):
    """The operation when it is done."""
    for _turn in range(100):
        row = client.data(POLL, {"id": gid})["bulkOperation"]
        if row["status"] not in ("CREATED", "RUNNING", "CANCELING"):
            return row
        time.sleep(0.01)
    raise AssertionError(f"still {row['status']}")


def lines_of(row):
    return [json.loads(line) for line in requests.get(row["url"], timeout=5).text.splitlines()]


def test_a_query_becomes_lines_with_parents(client, seen):
    started = run(client)
    assert started["bulkOperation"]["status"] == "CREATED"
    row = finished(client, started["bulkOperation"]["id"])
    lines = lines_of(row)
    assert (row["status"], row["objectCount"], row["rootObjectCount"]) == ("COMPLETED", "7", "3")
    products = [line for line in lines if line["__typename"] == "Product"]
    variants = [line for line in lines if line["__typename"] == "ProductVariant"]
    assert [line["title"] for line in products] == ["Shirt", "Mug", "Poster"]
    assert all("variants" not in line and "__parentId" not in line for line in products)
    assert {line["__parentId"] for line in variants} == {line["id"] for line in products}
    assert variants[0]["inventoryItem"]["tracked"] is True
    topic, body = seen[-1]
    assert topic == "bulk_operations/finish"
    assert (body["status"], body["type"]) == ("completed", "query")
    assert "url" not in body


def test_children_come_in_no_order_when_asked_to(client):
    def ids():
        lines = lines_of(finished(client, run(client)["bulkOperation"]["id"]))
        return [line["id"] for line in lines if "__parentId" in line], [line["id"] for line in lines]

    calm, _all = ids()
    client.control("settings", bulk_shuffle=1)
    orders = [ids() for _turn in range(4)]
    assert {tuple(sorted(children)) for children, _all in orders} == {tuple(sorted(calm))}
    assert any(children != calm for children, _all in orders)
    assert all(set(found[:3]).isdisjoint(calm) for _children, found in orders), "parents come first"


def test_grouped_lines_follow_their_parent(client):
    lines = lines_of(finished(client, run(client, group=True)["bulkOperation"]["id"]))
    assert [line["__typename"][:8] for line in lines[:4]] == ["Product", "ProductV", "ProductV", "Product"]


def test_an_empty_result_has_no_address(client):
    row = finished(client, run(client, '{ products(query: "title:nothing") { edges { node { id } } } }')[
        "bulkOperation"]["id"])
    assert (row["status"], row["url"], row["objectCount"]) == ("COMPLETED", None, "0")


@pytest.mark.parametrize(("query", "text"), [
    ("{ shop { id } }", "at least one connection"),
    ("{ products { nodes { id } } }", "`nodes`"),
    ("{ products { edges { node { title } } } }", "'id'"),
    ("{ products { edges { node { key: id } } } }", "'id'"),
    ('{ nodes(ids: ["gid://shopify/Product/1"]) { id } }', "top level"),
    ("{ orders { edges { node { id refunds { refundLineItems { edges { node { id } } } } } } } }", "list field"),
    ("{ products { edges { node { id variants { edges { node { id inventoryItem { inventoryLevels { edges { node { id "
     "location { inventoryLevels { edges { node { id } } } } } } } } } } } } } } }", "depth greater than 2"),
    ("{ products { edges { node { id nope } } } }", "nope"),
    ("mutation { x }", "Invalid bulk query"),
])
def test_a_query_that_breaks_a_rule_is_refused(client, query, text):
    answer = run(client, query)
    assert answer["bulkOperation"] is None
    assert any(text in error["message"] for error in answer["userErrors"])


def test_five_run_at_a_time(client):
    client.control("settings", bulk_seconds=5)
    running = [run(client)["bulkOperation"]["id"] for _turn in range(5)]
    answer = run(client)
    assert answer["userErrors"][0]["code"] == "OPERATION_IN_PROGRESS"
    assert all(gid in answer["userErrors"][0]["message"] for gid in running)


def test_an_operation_is_cancelled(client):
    client.control("settings", bulk_seconds=0.2)
    gid = run(client)["bulkOperation"]["id"]
    document = "mutation($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }"
    assert client.data(document, {"id": gid})["bulkOperationCancel"]["bulkOperation"]["status"] == "CANCELING"
    assert finished(client, gid)["status"] == "CANCELED"
    assert client.data(document, {"id": gid})["bulkOperationCancel"]["userErrors"]


def test_a_query_without_scope_fails_in_the_operation(client):
    client.control("settings", scopes=["read_orders"])
    row = finished(client, run(client)["bulkOperation"]["id"])
    assert (row["status"], row["errorCode"]) == ("FAILED", "ACCESS_DENIED")


def stage(client, text):
    """Upload a file of variables; its path."""
    values = [{"resource": "BULK_MUTATION_VARIABLES", "filename": "v.jsonl", "mimeType": "text/jsonl",
               "httpMethod": "POST"}]
    target = client.data(STAGE, {"in": values})["stagedUploadsCreate"]["stagedTargets"][0]
    fields = {row["name"]: (None, row["value"]) for row in target["parameters"]}
    answer = requests.post(target["url"], files={**fields, "file": ("v.jsonl", text)}, timeout=5)
    assert answer.status_code == 201
    return fields["key"][1]


def test_mutations_are_run_from_a_file(client):
    mutation = """mutation($in: ProductSetInput!) { productSet(input: $in) { product { title }
      userErrors { code } } }"""
    text = "\n".join(json.dumps({"in": {"title": title}}) for title in ("One", "", "Two"))
    values = {"m": mutation, "path": stage(client, text)}
    gid = client.data(IMPORT, values)["bulkOperationRunMutation"]["bulkOperation"]["id"]
    row = finished(client, gid)
    lines = lines_of(row)
    assert [line["__lineNumber"] for line in lines] == [0, 1, 2]
    assert lines[0]["data"]["productSet"]["product"] == {"title": "One"}
    assert lines[1]["data"]["productSet"]["userErrors"] == [{"code": "INVALID_INPUT"}]


def test_an_import_needs_its_file_and_an_allowed_mutation(client):
    mutation = "mutation($in: ProductSetInput!) { productSet(input: $in) { userErrors { code } } }"
    answer = client.data(IMPORT, {"m": mutation, "path": "tmp/none"})["bulkOperationRunMutation"]
    assert answer["userErrors"][0]["code"] == "NO_SUCH_FILE"
    answer = client.data(IMPORT, {"m": "mutation { bulkOperationCancel(id: \"gid://shopify/BulkOperation/1\") "
                                       "{ userErrors { message } } }", "path": "x"})["bulkOperationRunMutation"]
    assert answer["userErrors"][0] == {"field": ["mutation"], "message": "You must use an allowed mutation name.",
                                       "code": "INVALID_MUTATION"}


def test_a_large_catalogue_is_made_and_read_in_parts(client):
    client.server.call(catalog_large.fill, client.shop, {"count": 450, "variants": 2, "stock": 4})
    for _product in range(3):
        client.shop.products.pop(next(iter(client.shop.products)))
    started = run(client, "{ products { edges { node { id variants { edges { node { id sku } } } } } } }")
    rows = lines_of(finished(client, started["bulkOperation"]["id"]))
    assert len(rows) == 450 * 3 and len({row["id"] for row in rows}) == len(rows)
    assert [row["sku"] for row in rows if "sku" in row][:3] == ["BIG-0-0", "BIG-0-1", "BIG-1-0"]
