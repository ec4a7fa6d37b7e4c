"""Collections, custom and smart, and publications."""
import pytest

READ = """query($id: ID!) { product(id: $id) { collections(first: 9) { nodes { id handle title } }
  resourcePublicationsV2(first: 9) { nodes { publication { id } isPublished publishDate } }
  category { id fullName level ancestorIds } description } }"""
UPDATE = """mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { product { id }
  userErrors { field message } } }"""
CREATE = """mutation($c: CollectionCreateInput!) { collectionCreate(collection: $c) { collection { id handle
  ruleSet { appliedDisjunctively rules { column relation condition } }
  sources { title ... on CollectionConditionsSource { inclusion { matchType selections(first: 9) { nodes { product { id } } }
    conditions { __typename id ... on CollectionSourceInclusionConditionProductTag { relation values } } } } } }
  userErrors { field message } } }"""


def product_of(client, sku="SHIRT-S-RED"):
    return client.shop.products[client.variant(sku).product_id]


def names(client, product):
    return [row["title"] for row in client.data(READ, {"id": product.id})["product"]["collections"]["nodes"]]


def test_a_product_joins_and_leaves_custom_collections(client, seen):
    made = [client.control("collections", title=title).json() for title in ("Summer", "Sale")]
    shirt = product_of(client)
    values = {"id": shirt.id, "collectionsToJoin": [row["id"] for row in made]}
    assert client.data(UPDATE, {"p": values})["productUpdate"]["userErrors"] == []
    assert names(client, shirt) == ["Summer", "Sale"]
    values = {"id": shirt.id, "collectionsToLeave": [made[0]["id"]]}
    client.data(UPDATE, {"p": values})
    assert names(client, shirt) == ["Sale"]
    topics = [topic for topic, _body in seen if topic.startswith("collections/")]
    assert topics == ["collections/create"] * 2 + ["collections/update"] * 3


def test_nothing_is_put_into_a_smart_collection_by_hand(client):
    made = client.control("collections", title="Tagged", rules=[["TAG", "EQUALS", "summer"]]).json()
    mug = product_of(client, "MUG-1")
    answer = client.data(UPDATE, {"p": {"id": mug.id, "collectionsToJoin": [made["id"]]}})["productUpdate"]
    assert answer["userErrors"][0]["field"] == ["collectionsToJoin"]
    assert names(client, mug) == [] and names(client, product_of(client)) == ["Tagged"]
    client.control("products", sku="MUG-1", tags=["Summer"])
    assert names(client, mug) == ["Tagged"]


def test_a_collection_says_where_its_products_come_from(client):
    shirt, mug = product_of(client), product_of(client, "MUG-1")
    source = {"source": {"title": "s", "inclusion": {"matchType": "ANY", "selections": [{"productId": mug.id}],
              "conditions": [{"productTag": {"relation": "TAGGED_WITH", "matchType": "ANY", "values": ["summer"]}}]}}}
    made = client.data(CREATE, {"c": {"title": "Mixed", "sources": [source]}})["collectionCreate"]["collection"]
    part = made["sources"][0]["inclusion"]
    assert part["selections"]["nodes"] == [{"product": {"id": mug.id}}]
    assert [(row["relation"], row["values"]) for row in part["conditions"]] == [("TAGGED_WITH", ["summer"])]
    assert made["ruleSet"]["rules"] == [{"column": "TAG", "relation": "EQUALS", "condition": "summer"}]
    found = client.data("query($id: ID!) { collection(id: $id) { productsCount { count } products(first: 9) { nodes { id "
                        "} } } }", {"id": made["id"]})["collection"]
    assert [row["id"] for row in found["products"]["nodes"]] == [mug.id, shirt.id]


@pytest.mark.parametrize(("values", "field"), [
    ({"title": " "}, ["title"]), ({"title": "T" * 256}, ["title"]), ({"title": "X", "handle": "taken"}, ["handle"])])
def test_a_wrong_collection_is_refused(client, values, field):
    client.control("collections", title="Taken")
    assert client.data(CREATE, {"c": values})["collectionCreate"]["userErrors"][0]["field"] == field


def test_the_collections_of_a_set_product_are_those_that_are_listed(client):
    first, second = (client.control("collections", title=title, products=["MUG-1"]).json() for title in "AB")
    document = """mutation($id: ID!, $in: ProductSetInput!) { productSet(identifier: {id: $id}, input: $in) {
      userErrors { field code } } }"""
    mug = product_of(client, "MUG-1")
    assert client.data(document, {"id": mug.id, "in": {"collections": [second["id"]]}})["productSet"]["userErrors"] == []
    assert names(client, mug) == ["B"]
    client.data(document, {"id": mug.id, "in": {"title": "Cup"}})
    assert names(client, mug) == ["B"]


def test_collections_are_searched_by_kind(client):
    client.control("collections", title="Hand")
    client.control("collections", title="Rules", rules=[["VENDOR", "EQUALS", "Acme"]])
    document = "query($q: String) { collections(first: 9, query: $q) { nodes { title } } collectionsCount { count } }"
    found = client.data(document, {"q": "collection_type:smart"})
    assert found == {"collections": {"nodes": [{"title": "Rules"}]}, "collectionsCount": {"count": 2}}


def test_products_are_searched_by_collection(client):
    made = client.control("collections", title="Hand", products=["MUG-1"]).json()
    found = client.data("query($q: String) { products(first: 9, query: $q) { nodes { title } } }",
                        {"q": f"collection_id:{made['legacy_id']}"})
    assert found["products"]["nodes"] == [{"title": "Mug"}]


def test_a_deleted_collection_is_told_and_leaves_the_products(client, seen):
    made = client.control("collections", title="Hand", products=["MUG-1"]).json()
    document = "mutation($in: CollectionDeleteInput!) { collectionDelete(input: $in) { deletedCollectionId } }"
    assert client.data(document, {"in": {"id": made["id"]}})["collectionDelete"]["deletedCollectionId"] == made["id"]
    assert seen[-1][0] == "collections/delete" and names(client, product_of(client, "MUG-1")) == []


def test_a_product_is_published_now_and_later(client):
    places = client.data("{ publications(first: 5) { nodes { id } } }")["publications"]["nodes"]
    document = """mutation($id: ID!, $in: [PublicationInput!]!) { publishablePublish(id: $id, input: $in) {
      userErrors { field message } } }"""
    mug = product_of(client, "MUG-1")
    rows = [{"publicationId": places[1]["id"], "publishDate": "2099-01-01T00:00:00Z"}]
    assert client.data(document, {"id": mug.id, "in": rows})["publishablePublish"]["userErrors"] == []
    shown = client.data(READ, {"id": mug.id})["product"]["resourcePublicationsV2"]["nodes"]
    assert [row["publication"]["id"] for row in shown] == [places[0]["id"]]
    everything = client.data("query($id: ID!) { product(id: $id) { resourcePublicationsV2(first: 5, onlyPublished: false) "
                             "{ nodes { isPublished } } unpublishedPublications(first: 5) { nodes { id } } } }",
                             {"id": mug.id})["product"]
    assert [row["isPublished"] for row in everything["resourcePublicationsV2"]["nodes"]] == [True, False]
    off = document.replace("publishablePublish", "publishableUnpublish")
    client.data(off, {"id": mug.id, "in": [{"publicationId": places[0]["id"]}]})
    assert client.data(READ, {"id": mug.id})["product"]["resourcePublicationsV2"]["nodes"] == []
    assert mug.published_at is None


def test_a_product_made_by_the_api_is_published_nowhere(client):
    made = client.data("mutation { productCreate(product: {title: \"New\"}) { product { id resourcePublicationsCount { "
                       "count } publishedAt } } }")["productCreate"]["product"]
    assert made["resourcePublicationsCount"]["count"] == 0 and made["publishedAt"] is None


def test_a_category_is_of_the_taxonomy(client):
    shirt = product_of(client)
    client.data(UPDATE, {"p": {"id": shirt.id, "category": "gid://shopify/TaxonomyCategory/aa-1-13-8"}})
    found = client.data(READ, {"id": shirt.id})["product"]["category"]
    assert found["fullName"].endswith("Clothing Tops > T-Shirts") and found["level"] == 4
    assert found["ancestorIds"][0] == "gid://shopify/TaxonomyCategory/aa-1-13"
    rows = client.data("{ taxonomy { categories(first: 9, search: \"shoes\") { nodes { id name isLeaf } } } }")
    assert rows["taxonomy"]["categories"]["nodes"] == [
        {"id": "gid://shopify/TaxonomyCategory/aa-8", "name": "Shoes", "isLeaf": True}]


def test_a_bulk_operation_reads_products_with_their_collections(client):
    client.control("collections", title="Hand", products=["MUG-1"])
    document = "{ collections { edges { node { id title products { edges { node { id title } } } } } } }"
    started = client.data("mutation($q: String!) { bulkOperationRunQuery(query: $q) { bulkOperation { id } userErrors { "
                          "message } } }", {"q": document})["bulkOperationRunQuery"]
    assert started["userErrors"] == []
