"""Metafields of all types, their definitions and references."""
import json

import pytest

SET = """mutation($rows: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $rows) { metafields { id key type value
  definition { name } } userErrors { field message code elementIndex } } }"""
READ = """query($id: ID!) { product(id: $id) { metafield(namespace: "custom", key: "thing") { value type jsonValue
  reference { __typename ... on Product { title } ... on Collection { title } ... on Metaobject { displayName type
  fields { key value } } ... on MediaImage { image { url } } }
  references(first: 5) { nodes { __typename ... on ProductVariant { sku } } } } } }"""
RICH = json.dumps({"type": "root", "children": []})
GOOD = [("boolean", "true"), ("color", "#ff00AA"), ("date", "2026-02-03"), ("date_time", "2026-02-03T04:05:06Z"),
        ("dimension", '{"value": 25.5, "unit": "cm"}'), ("id", "A-1"), ("json", '{"a": [1]}'), ("language", "fr"),
        ("link", '{"text": "x", "url": "https://x.example"}'), ("money", '{"amount": "5.99", "currency_code": "USD"}'),
        ("multi_line_text_field", "a\nb"), ("number_decimal", "-1.50"), ("number_integer", "42"),
        ("rating", '{"value": "3.5", "scale_min": "1.0", "scale_max": "5.0"}'), ("rich_text_field", RICH),
        ("single_line_text_field", "řž"), ("url", "https://x.example/a"), ("volume", '{"value": 1, "unit": "l"}'),
        ("weight", '{"value": 1, "unit": "kg"}'), ("list.single_line_text_field", '["a", "b"]'),
        ("list.number_integer", "[1, 2]"), ("list.weight", '[{"value": 1, "unit": "g"}]'),
        ("page_reference", "gid://shopify/Page/1")]
BAD = [("boolean", "yes"), ("color", "red"), ("date", "03/02/2026"), ("date_time", "soon"), ("json", "{"),
       ("dimension", '{"value": 1, "unit": "kg"}'), ("money", '{"amount": "5.99", "currency_code": "EUR"}'),
       ("number_integer", "1.5"), ("number_decimal", "1,5"), ("single_line_text_field", "a\nb"), ("url", "nowhere"),
       ("rating", '{"value": "9", "scale_min": "1", "scale_max": "5"}'), ("rich_text_field", "<p>x</p>"),
       ("list.number_integer", "1"), ("list.number_integer", '["x"]'), ("product_reference", "gid://shopify/Product/1"),
       ("product_reference", "gid://shopify/Customer/1")]


def owner(client):
    return next(iter(client.shop.products))


def row(client, kind, value, **more):
    return {"ownerId": owner(client), "namespace": "custom", "key": "thing", "type": kind, "value": value, **more}


def put(client, *rows):
    return client.data(SET, {"rows": list(rows)})["metafieldsSet"]


def define(client, **values):
    client.control("metafields", definitions=[{"ownerType": "PRODUCT", "namespace": "custom", "key": "thing", **values}])


@pytest.mark.parametrize(("kind", "value"), GOOD)
def test_a_right_value_is_taken(client, kind, value):
    answer = put(client, row(client, kind, value))
    assert answer["userErrors"] == [] and answer["metafields"][0]["value"] == value


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_a_wrong_value_is_refused(client, kind, value):
    answer = put(client, row(client, kind, value))
    assert answer["metafields"] is None and answer["userErrors"][0]["code"] == "INVALID_VALUE"


def test_there_are_no_lists_of_everything(client):
    assert put(client, row(client, "list.boolean", "[true]"))["userErrors"][0]["code"] == "INCLUSION"


def test_a_reference_leads_to_a_record(client):
    other = list(client.shop.products.values())[1]
    put(client, row(client, "product_reference", other.id))
    found = client.data(READ, {"id": owner(client)})["product"]["metafield"]
    assert found["reference"] == {"__typename": "Product", "title": other.title}
    gid = client.control("metafields", metaobjects=[{"type": "material", "fields": {"name": "Wool"}}]).json()["ids"][0]
    put(client, row(client, "metaobject_reference", gid))
    found = client.data(READ, {"id": owner(client)})["product"]["metafield"]
    assert found["reference"]["displayName"] == "Wool"
    variants = list(client.shop.variants)[:2]
    put(client, row(client, "list.variant_reference", json.dumps(variants)))
    found = client.data(READ, {"id": owner(client)})["product"]["metafield"]
    assert [each["sku"] for each in found["references"]["nodes"]] == ["SHIRT-S-RED", "SHIRT-M-RED"]
    assert found["jsonValue"] == variants


def test_a_definition_decides_the_type_and_the_choices(client):
    define(client, type="single_line_text_field", name="Thing",
           validations=[{"name": "choices", "value": '["wool", "silk"]'}])
    assert put(client, row(client, "number_integer", "1"))["userErrors"][0]["code"] == "INVALID_TYPE"
    assert put(client, row(client, None, "cotton"))["userErrors"][0]["code"] == "INVALID_VALUE"
    made = put(client, row(client, None, "wool"))["metafields"][0]
    assert (made["type"], made["definition"]) == ("single_line_text_field", {"name": "Thing"})


def test_an_id_is_unique(client):
    define(client, type="id")
    put(client, row(client, None, "A-1"))
    other = list(client.shop.products)[1]
    assert put(client, row(client, None, "A-1", ownerId=other))["userErrors"][0]["code"] == "CAPABILITY_VIOLATION"
    assert put(client, row(client, None, "A-1"))["userErrors"] == []


def test_definitions_are_listed_with_their_type_and_use(client):
    define(client, type="list.product_reference")
    document = """{ metafieldDefinitions(ownerType: PRODUCT, first: 9) { nodes { namespace key metafieldsCount
      type { name category } validations { name } capabilities { uniqueValues { enabled } } } } }"""
    assert client.data(document)["metafieldDefinitions"]["nodes"] == [
        {"namespace": "custom", "key": "thing", "metafieldsCount": 0, "validations": [], "type": {
            "name": "list.product_reference", "category": "REFERENCE"}, "capabilities": {"uniqueValues": {"enabled": False}}}]


def test_a_deleted_definition_takes_its_values_along_when_asked(client):
    define(client, type="number_integer")
    put(client, row(client, None, "1"))
    document = """mutation($i: MetafieldDefinitionIdentifierInput!) { metafieldDefinitionDelete(identifier: $i,
      deleteAllAssociatedMetafields: true) { deletedDefinitionId userErrors { code } } }"""
    values = {"i": {"ownerType": "PRODUCT", "namespace": "custom", "key": "thing"}}
    assert client.data(document, values)["metafieldDefinitionDelete"]["userErrors"] == []
    assert client.data(READ, {"id": owner(client)})["product"]["metafield"] is None
    assert client.data(document, values)["metafieldDefinitionDelete"]["userErrors"] == [{"code": "NOT_FOUND"}]


def test_metafields_are_read_by_their_keys(client):
    for key in ("aa", "bb", "cc"):
        put(client, row(client, "number_integer", "1", key=key))
    document = """query($id: ID!, $keys: [String!]) { product(id: $id) { metafields(first: 9, keys: $keys) { nodes { key } }
      } }"""
    found = client.data(document, {"id": owner(client), "keys": ["custom.cc", "custom.aa"]})
    assert [each["key"] for each in found["product"]["metafields"]["nodes"]] == ["cc", "aa"]
