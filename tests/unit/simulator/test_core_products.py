"""Writing products, variants, metafields and tags."""
import pytest

SET = """mutation Set($by: ProductSetIdentifiers, $input: ProductSetInput!, $sync: Boolean = true) {
  productSet(identifier: $by, input: $input, synchronous: $sync) {
    product { id handle title status tags hasOnlyDefaultVariant options { name optionValues { name } }
      variants(first: 20) { nodes { id sku price selectedOptions { name value } inventoryQuantity
        inventoryItem { sku tracked } } } }
    productSetOperation { id status userErrors { code } } userErrors { field message code } } }"""
CREATE = """mutation($product: ProductCreateInput!) { productCreate(product: $product) {
  product { id handle status options { name optionValues { name hasVariants } }
    variants(first: 5) { nodes { title inventoryItem { tracked } } } } userErrors { field message } } }"""
UPDATE = """mutation($product: ProductUpdateInput!) { productUpdate(product: $product) {
  product { title tags updatedAt } userErrors { field message } } }"""
BULK_CREATE = """mutation($id: ID!, $rows: [ProductVariantsBulkInput!]!) {
  productVariantsBulkCreate(productId: $id, variants: $rows) { productVariants { title sku price }
    userErrors { field message code } } }"""
BULK_UPDATE = """mutation($id: ID!, $rows: [ProductVariantsBulkInput!]!, $partial: Boolean) {
  productVariantsBulkUpdate(productId: $id, variants: $rows, allowPartialUpdates: $partial) {
    productVariants { title price } userErrors { field message code } } }"""
BULK_DELETE = """mutation($id: ID!, $ids: [ID!]!) { productVariantsBulkDelete(productId: $id, variantsIds: $ids) {
  product { variantsCount { count } } userErrors { field code } } }"""
METAFIELDS = """mutation($rows: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $rows) {
  metafields { namespace key value compareDigest } userErrors { field message code elementIndex } } }"""
OPTIONS = [{"name": "Size", "values": [{"name": "S"}, {"name": "L"}]}]


def variant(size, **values):
    return {"optionValues": [{"optionName": "Size", "name": size}], **values}


def product_set(client, by=None, **values):
    return client.data(SET, {"by": by, "input": values})["productSet"]


def codes(answer):
    return [error["code"] for error in answer["userErrors"]]


def product_of(client, title="Shirt"):
    return next(row for row in client.shop.products.values() if row.title == title)


def test_a_product_is_set_with_its_variants_and_stock(client, seen):
    place = client.shop.default_location.id
    answer = product_set(client, {"handle": "cap"}, title="Cap", handle="cap", tags=["b", "a"], productOptions=OPTIONS,
                         variants=[variant("S", sku="CAP-S", price="5.00", inventoryItem={"tracked": True},
                                           inventoryQuantities=[{"locationId": place, "name": "available",
                                                                 "quantity": 4}]),
                                   variant("L", inventoryItem={"sku": "CAP-L"}, price="6")])
    assert answer["userErrors"] == []
    product = answer["product"]
    assert product["tags"] == ["a", "b"]
    assert [(row["sku"], row["price"], row["inventoryQuantity"]) for row in product["variants"]["nodes"]] == [
        ("CAP-S", "5.00", 4), ("CAP-L", "6.00", 0)]
    assert product["variants"]["nodes"][0]["inventoryItem"] == {"sku": "CAP-S", "tracked": True}
    assert "products/create" in [topic for topic, _body in seen]


def test_a_listed_part_replaces_what_was_there(client, seen):
    product = product_of(client)
    kept = product.variant_ids[0]
    options = [{"name": "Size", "values": [{"name": "S"}]}, {"name": "Color", "values": [{"name": "Red"}]}]
    rows = [{"id": kept, "price": "21", "optionValues": [{"optionName": "Size", "name": "S"},
                                                         {"optionName": "Color", "name": "Red"}]}]
    answer = product_set(client, {"id": product.id}, productOptions=options, variants=rows)
    assert [(row["id"], row["price"]) for row in answer["product"]["variants"]["nodes"]] == [(kept, "21.00")]
    assert client.variant("SHIRT-M-RED") is None
    assert "products/update" in [topic for topic, _body in seen]
    assert product_set(client, {"id": product.id}, title="Tee")["product"]["tags"] == ["Sale", "summer"]


@pytest.mark.parametrize(("by", "values", "code"), [
    ({"id": "gid://shopify/Product/1"}, {"title": "x"}, "PRODUCT_DOES_NOT_EXIST"),
    ({"handle": "new"}, {"title": "x", "id": "gid://shopify/Product/1"}, "ID_NOT_ALLOWED"),
    (None, {"title": " "}, "INVALID_INPUT"),
    (None, {"title": "x" * 256}, "INVALID_INPUT"),
    (None, {"title": "x", "handle": "mug"}, "HANDLE_NOT_UNIQUE"),
    (None, {"title": "x", "productOptions": OPTIONS}, "VARIANTS_INPUT_MISSING"),
    (None, {"title": "x", "variants": [variant("S")]}, "PRODUCT_OPTIONS_INPUT_MISSING"),
    (None, {"title": "x", "productOptions": OPTIONS, "variants": [variant("XXL")]}, "OPTION_VALUE_DOES_NOT_EXIST"),
    (None, {"title": "x", "productOptions": OPTIONS, "variants": [variant("S"), variant("S")]}, "INVALID_VARIANT"),
    (None, {"title": "x", "productOptions": [{"name": "A", "values": []}], "variants": []}, "OPTION_VALUES_MISSING"),
    (None, {"title": "x", "productOptions": OPTIONS, "variants": [variant("S", price="-1")]}, "INVALID_VARIANT"),
    (None, {"title": "x", "metafields": [{"namespace": "odoo", "key": "ref", "value": "1"}]}, "INVALID_METAFIELD"),
])
def test_a_wrong_product_is_refused_with_its_code(client, by, values, code):
    before = len(client.shop.products)
    assert codes(product_set(client, by, **values)) == [code]
    assert len(client.shop.products) == before


def test_an_existing_variant_takes_stock_only_where_it_is_stocked(client):
    product, new_place = product_of(client, "Mug"), client.server.call(client.shop.gid, "Location")
    client.shop.locations[new_place] = client.shop.default_location
    row = {"optionValues": [{"optionName": "Title", "name": "Default Title"}],
           "inventoryQuantities": [{"locationId": new_place, "name": "available", "quantity": 1}]}
    assert codes(product_set(client, {"id": product.id}, variants=[row])) == ["INVALID_INPUT"]


def test_up_to_2048_variants_go_into_one_call(client):
    answer = client(SET, {"input": {"title": "x", "variants": [variant("S")] * 2049}})
    assert answer["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"
    names = [{"name": str(number)} for number in range(250)]
    rows = [variant(str(number)) for number in range(250)] + [variant("0")] * 50
    answer = product_set(client, title="x", productOptions=[{"name": "Size", "values": names}], variants=rows)
    assert set(codes(answer)) == {"INVALID_VARIANT"}


def test_an_asynchronous_set_is_polled(client):
    answer = client.data(SET, {"input": {"title": "Later"}, "sync": False})["productSet"]
    assert answer["product"] is None
    assert answer["productSetOperation"]["status"] == "CREATED"
    poll = client.data("query($id: ID!) { productOperation(id: $id) { status product { title } } }",
                       {"id": answer["productSetOperation"]["id"]})
    assert poll["productOperation"] == {"status": "COMPLETE", "product": {"title": "Later"}}


def test_a_custom_id_needs_a_definition_of_type_id(client):
    by = {"customId": {"namespace": "odoo", "key": "ref", "value": "42"}}
    assert client.error(SET, {"by": by, "input": {"title": "Custom"}})[0] == "NOT_FOUND"
    definition = {"name": "Ref", "namespace": "odoo", "key": "ref", "type": "id", "ownerType": "PRODUCT"}
    client.data("mutation($d: MetafieldDefinitionInput!) { metafieldDefinitionCreate(definition: $d) "
                "{ userErrors { code } } }", {"d": definition})
    first = product_set(client, by, title="Custom")["product"]["id"]
    assert product_set(client, by, title="Custom two")["product"]["id"] == first


def test_a_new_product_has_one_untracked_variant(client):
    options = [{"name": "Size", "values": [{"name": "S"}, {"name": "M"}]}]
    answer = client.data(CREATE, {"product": {"title": "Cap", "productOptions": options}})["productCreate"]
    assert answer["product"]["variants"]["nodes"] == [{"title": "S", "inventoryItem": {"tracked": False}}]
    assert answer["product"]["options"][0]["optionValues"] == [{"name": "S", "hasVariants": True},
                                                               {"name": "M", "hasVariants": False}]


def test_generated_handles_are_made_unique_silently(client):
    handles = [client.data(CREATE, {"product": {"title": "Cap"}})["productCreate"]["product"]["handle"]
               for _turn in range(2)]
    assert handles == ["cap", "cap-1"]


def test_a_blank_title_and_a_taken_handle_are_refused(client):
    assert client.data(CREATE, {"product": {"title": ""}})["productCreate"]["userErrors"] == [
        {"field": ["title"], "message": "Title can't be blank"}]
    answer = client.data(CREATE, {"product": {"title": "x", "handle": "mug"}})["productCreate"]
    assert answer["userErrors"][0]["field"] == ["handle"]


def test_an_update_changes_what_it_names(client, seen):
    product = product_of(client)
    answer = client.data(UPDATE, {"product": {"id": product.id, "title": "Tee", "tags": ["z", "a, b"]}})
    assert answer["productUpdate"]["product"]["tags"] == ["a", "b", "z"]
    assert [topic for topic, _body in seen] == ["products/update"]
    assert seen[0][1]["tags"] == "a, b, z"
    missing = client.data(UPDATE, {"product": {"id": "gid://shopify/Product/1", "title": "x"}})["productUpdate"]
    assert missing["userErrors"] == [{"field": ["id"], "message": "Product does not exist"}]


def test_variants_are_created_all_or_none(client):
    product = product_of(client)
    good = {"optionValues": [{"optionName": "Size", "name": "L"}, {"optionName": "Color", "name": "Blue"}],
            "price": "22", "inventoryItem": {"sku": "SHIRT-L-BLUE"},
            "inventoryQuantities": [{"locationId": client.shop.default_location.id, "availableQuantity": 2}]}
    taken = {"optionValues": [{"optionName": "Size", "name": "S"}, {"optionName": "Color", "name": "Red"}]}
    answer = client.data(BULK_CREATE, {"id": product.id, "rows": [good, taken]})["productVariantsBulkCreate"]
    assert codes(answer) == ["VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE"]
    assert client.variant("SHIRT-L-BLUE") is None
    answer = client.data(BULK_CREATE, {"id": product.id, "rows": [good]})["productVariantsBulkCreate"]
    assert answer["productVariants"] == [{"title": "L / Blue", "sku": "SHIRT-L-BLUE", "price": "22.00"}]
    assert client.available("SHIRT-L-BLUE") == 2
    short = {"optionValues": [{"optionName": "Size", "name": "XL"}]}
    answer = client.data(BULK_CREATE, {"id": product.id, "rows": [short]})["productVariantsBulkCreate"]
    assert codes(answer) == ["NEED_TO_ADD_OPTION_VALUES"]


def test_a_bulk_input_has_no_sku_of_its_own(client):
    assert client.error(BULK_CREATE, {"id": product_of(client).id, "rows": [{"sku": "X"}]})[0] == "INVALID_VARIABLE"


def test_variants_are_updated_all_or_none_unless_partial_is_asked_for(client):
    product = product_of(client)
    rows = [{"id": product.variant_ids[0], "price": "30"}, {"id": "gid://shopify/ProductVariant/1", "price": "1"}]
    values = {"id": product.id, "rows": rows, "partial": False}
    assert codes(client.data(BULK_UPDATE, values)["productVariantsBulkUpdate"]) == ["PRODUCT_VARIANT_DOES_NOT_EXIST"]
    assert str(client.variant("SHIRT-S-RED").price) == "20.00"
    answer = client.data(BULK_UPDATE, {**values, "partial": True})["productVariantsBulkUpdate"]
    assert [row["price"] for row in answer["productVariants"]] == ["30.00"]
    rows = [{"id": product.variant_ids[0], "inventoryQuantities": [
        {"locationId": client.shop.default_location.id, "availableQuantity": 2}]}]
    answer = client.data(BULK_UPDATE, {"id": product.id, "rows": rows, "partial": False})
    assert codes(answer["productVariantsBulkUpdate"]) == ["NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE"]


def test_the_last_variant_stays(client):
    product = product_of(client)
    first, second = product.variant_ids
    answer = client.data(BULK_DELETE, {"id": product.id, "ids": [first]})["productVariantsBulkDelete"]
    assert answer["product"]["variantsCount"]["count"] == 1
    assert codes(client.data(BULK_DELETE, {"id": product.id, "ids": [second]})["productVariantsBulkDelete"]) == [
        "CANNOT_DELETE_LAST_VARIANT"]
    assert codes(client.data(BULK_DELETE, {"id": product.id, "ids": [first]})["productVariantsBulkDelete"]) == [
        "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT"]


def test_a_deleted_product_leaves_nothing_behind(client, seen):
    product = product_of(client, "Mug")
    document = "mutation($id: ID!) { productDelete(input: {id: $id}) { deletedProductId userErrors { message } } }"
    assert client.data(document, {"id": product.id})["productDelete"]["deletedProductId"] == product.id
    assert seen[-1] == ("products/delete", {"id": product.number_id})
    assert client.data(document, {"id": product.id})["productDelete"]["userErrors"] == [
        {"message": "Product does not exist"}]
    assert not [key for key in client.shop.levels if key[0] not in client.shop.inventory_items]


def test_an_app_finds_its_own_metafields_by_their_short_name(client):
    owner = client.variant("MUG-1").id
    row = {"ownerId": owner, "namespace": "$app", "key": "incoming", "type": "number_integer", "value": "7"}
    client.data(METAFIELDS, {"rows": [row]})
    found = client.data("""query Own($id: ID!) { productVariant(id: $id) { short: metafield(namespace: "$app", key: "incoming") {
        namespace value } none: metafield(key: "incoming") { value } other: metafield(namespace: "custom", key: "incoming") {
        value } all: metafields(first: 5, namespace: "$app") { nodes { key } } } }""", {"id": owner})["productVariant"]
    assert found["short"]["value"] == found["none"]["value"] == "7"
    assert found["short"]["namespace"].startswith("app--")
    assert (found["other"], found["all"]) == (None, {"nodes": [{"key": "incoming"}]})


def metafield(owner, **values):
    return {"ownerId": owner, "namespace": "odoo", "key": "ref", "type": "single_line_text_field", "value": "1",
            **values}


def test_metafields_are_set_25_at_a_time_all_or_none(client):
    owner = product_of(client).id
    answer = client.data(METAFIELDS, {"rows": [metafield(owner)] * 26})["metafieldsSet"]
    assert (answer["metafields"], codes(answer)) == (None, ["LESS_THAN_OR_EQUAL_TO"])
    answer = client.data(METAFIELDS, {"rows": [metafield(owner), metafield(owner, key="k")]})["metafieldsSet"]
    assert codes(answer) == ["TOO_SHORT"]
    assert answer["userErrors"][0]["elementIndex"] == 1
    assert product_of(client).metafields == {}
    assert client.data(METAFIELDS, {"rows": [metafield(owner)]})["metafieldsSet"]["metafields"][0]["value"] == "1"


def test_a_metafield_has_a_type_and_a_digest(client):
    owner = product_of(client).id
    untyped = metafield(owner)
    del untyped["type"]
    assert codes(client.data(METAFIELDS, {"rows": [untyped]})["metafieldsSet"]) == ["BLANK"]
    made = client.data(METAFIELDS, {"rows": [metafield(owner, compareDigest=None)]})["metafieldsSet"]["metafields"][0]
    stale = metafield(owner, value="2", compareDigest="old")
    assert codes(client.data(METAFIELDS, {"rows": [stale]})["metafieldsSet"]) == ["STALE_OBJECT"]
    fresh = {**stale, "compareDigest": made["compareDigest"]}
    assert client.data(METAFIELDS, {"rows": [fresh]})["metafieldsSet"]["userErrors"] == []


def test_a_metafield_without_namespace_belongs_to_the_app(client):
    row = metafield(product_of(client).id)
    del row["namespace"]
    made = client.data(METAFIELDS, {"rows": [row]})["metafieldsSet"]["metafields"][0]
    assert made["namespace"].startswith("app--")


def test_tags_are_added_and_removed_sorted(client):
    document = "mutation($id: ID!, $tags: [String!]!) { %s(id: $id, tags: $tags) { node { id ... on Product { tags } } " \
               "userErrors { message } } }"
    gid = product_of(client).id
    added = client.data(document % "tagsAdd", {"id": gid, "tags": ["alpha", "SUMMER"]})["tagsAdd"]
    assert added["node"]["tags"] == ["alpha", "Sale", "summer"]
    removed = client.data(document % "tagsRemove", {"id": gid, "tags": ["sale"]})["tagsRemove"]
    assert removed["node"]["tags"] == ["alpha", "summer"]


def test_publishing_makes_a_product_visible(client):
    gid = product_of(client).id
    place = client.data("{ publications(first: 5) { nodes { id catalog { title } } } }")["publications"]["nodes"][0]
    document = """mutation($id: ID!, $in: [PublicationInput!]!) { publishablePublish(id: $id, input: $in) {
      publishable { resourcePublicationsCount { count } } userErrors { field message } } }"""
    answer = client.data(document, {"id": gid, "in": [{"publicationId": place["id"]}]})["publishablePublish"]
    assert answer == {"publishable": {"resourcePublicationsCount": {"count": 1}}, "userErrors": []}


def test_the_merchant_creates_changes_and_deletes_by_hand(client, seen):
    made = client.control("products", title="Hat", sku="HAT", price="9.99", available=2).json()
    assert made["variants"][0]["sku"] == "HAT"
    client.control("products", sku="HAT", price="12", new_sku="HAT-2")
    assert str(client.variant("HAT-2").price) == "12"
    client.control("products", id=made["legacy_id"], delete=True)
    topics = [topic for topic, _body in seen if topic.startswith("products/")]
    assert topics == ["products/create", "products/update", "products/delete"]
