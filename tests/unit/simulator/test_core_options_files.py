"""Options of products, and files that need their time."""
import pytest

CREATE = """mutation($id: ID!, $options: [OptionCreateInput!]!, $how: ProductOptionCreateVariantStrategy) {
  productOptionsCreate(productId: $id, options: $options, variantStrategy: $how) {
    product { options { name optionValues { name } } variants(first: 20) { nodes { title } } }
    userErrors { code } } }"""
UPDATE = """mutation($id: ID!, $option: OptionUpdateInput!, $add: [OptionValueCreateInput!],
  $rename: [OptionValueUpdateInput!], $delete: [ID!], $how: ProductOptionUpdateVariantStrategy) {
  productOptionUpdate(productId: $id, option: $option, optionValuesToAdd: $add, optionValuesToUpdate: $rename,
    optionValuesToDelete: $delete, variantStrategy: $how) {
    product { options { name optionValues { name } } variants(first: 9) { nodes { title } } } userErrors { code } } }"""
DELETE = """mutation($id: ID!, $options: [ID!]!, $how: ProductOptionDeleteStrategy) {
  productOptionsDelete(productId: $id, options: $options, strategy: $how) { deletedOptionsIds
    product { variants(first: 9) { nodes { title } } } userErrors { code } } }"""
FILE = """mutation($files: [FileCreateInput!]!) { fileCreate(files: $files) { files { id fileStatus
  ... on MediaImage { image { url } } } userErrors { code } } }"""
ATTACH = """mutation($files: [FileUpdateInput!]!) { fileUpdate(files: $files) { files { id } userErrors { code } } }"""


def product_of(client, title):
    return next(row for row in client.shop.products.values() if row.title == title)


def titles(answer):
    return [row["title"] for row in answer["product"]["variants"]["nodes"]]


@pytest.mark.parametrize(("how", "expected"), [("LEAVE_AS_IS", ["S"]), ("CREATE", ["S", "L"])])
def test_the_first_own_option_replaces_the_default_one(client, how, expected):
    options = [{"name": "Size", "values": [{"name": "S"}, {"name": "L"}]}]
    values = {"id": product_of(client, "Mug").id, "options": options, "how": how}
    answer = client.data(CREATE, values)["productOptionsCreate"]
    assert titles(answer) == expected
    assert answer["product"]["options"] == [{"name": "Size", "optionValues": [{"name": "S"}, {"name": "L"}]}]
    assert client.data(CREATE, values)["productOptionsCreate"]["userErrors"] == [{"code": "OPTION_ALREADY_EXISTS"}]


def test_more_than_three_options_are_refused(client):
    options = [{"name": str(number), "values": [{"name": "x"}]} for number in range(4)]
    answer = client.data(CREATE, {"id": product_of(client, "Mug").id, "options": options})["productOptionsCreate"]
    assert answer["userErrors"] == [{"code": "OPTIONS_OVER_LIMIT"}]


def test_values_are_renamed_added_and_deleted_with_their_variants(client):
    product = product_of(client, "Shirt")
    size = product.options[0]
    small, medium = (value.id for value in size.values)
    base = {"id": product.id, "option": {"id": size.id, "name": "Fit"}}
    answer = client.data(UPDATE, {**base, "rename": [{"id": small, "name": "Small"}], "add": [{"name": "Large"}]})
    assert titles(answer["productOptionUpdate"]) == ["Small / Red", "M / Red"]
    assert answer["productOptionUpdate"]["product"]["options"][0]["name"] == "Fit"
    answer = client.data(UPDATE, {**base, "delete": [medium]})["productOptionUpdate"]
    assert answer["userErrors"] == [{"code": "OPTION_VALUE_HAS_VARIANTS"}]
    answer = client.data(UPDATE, {**base, "delete": [medium], "how": "MANAGE"})["productOptionUpdate"]
    assert titles(answer) == ["Small / Red"]
    assert client.variant("SHIRT-M-RED") is None


def test_an_option_is_deleted_by_strategy(client):
    product = product_of(client, "Shirt")
    size, colour = (option.id for option in product.options)
    answer = client.data(DELETE, {"id": product.id, "options": [size]})["productOptionsDelete"]
    assert answer["userErrors"] == [{"code": "CANNOT_DELETE_OPTION_WITH_MULTIPLE_VALUES"}]
    answer = client.data(DELETE, {"id": product.id, "options": [size], "how": "NON_DESTRUCTIVE"})
    assert answer["productOptionsDelete"]["userErrors"] == [{"code": "CANNOT_USE_NON_DESTRUCTIVE_STRATEGY"}]
    answer = client.data(DELETE, {"id": product.id, "options": [colour]})["productOptionsDelete"]
    assert titles(answer) == ["S", "M"]
    answer = client.data(DELETE, {"id": product.id, "options": [size], "how": "POSITION"})["productOptionsDelete"]
    assert titles(answer) == ["Default Title"]


def test_a_file_is_ready_after_a_while_and_then_attached(client):
    answer = client.data(FILE, {"files": [{"originalSource": "https://cdn.example/a.png", "contentType": "IMAGE"}]})
    file = answer["fileCreate"]["files"][0]
    assert (file["fileStatus"], file["image"]) == ("UPLOADED", None)
    product = product_of(client, "Mug")
    rows = {"files": [{"id": file["id"], "referencesToAdd": [product.id]}]}
    assert client.data(ATTACH, rows)["fileUpdate"]["userErrors"] == [{"code": "NON_READY_STATE"}]
    client.advance(2)
    assert client.data(ATTACH, rows)["fileUpdate"]["userErrors"] == []
    media = client.data("query($id: ID!) { product(id: $id) { media(first: 5) { nodes { id status ... on MediaImage "
                        "{ image { url } } } } } }", {"id": product.id})["product"]["media"]["nodes"]
    assert [(row["id"], row["status"]) for row in media] == [(file["id"], "READY")]
    assert media[0]["image"]["url"].startswith(f"{client.server.url}/cdn/{client.shop.domain}/files/a.png?v=")
    append = """mutation($id: ID!, $rows: [ProductVariantAppendMediaInput!]!) { productVariantAppendMedia(
      productId: $id, variantMedia: $rows) { productVariants { media(first: 2) { nodes { id } } }
      userErrors { code } } }"""
    pairs = [{"variantId": product.variant_ids[0], "mediaIds": [file["id"]]}]
    answer = client.data(append, {"id": product.id, "rows": pairs})["productVariantAppendMedia"]
    assert answer["productVariants"][0]["media"]["nodes"] == [{"id": file["id"]}]
    again = client.data(append, {"id": product.id, "rows": pairs})["productVariantAppendMedia"]
    assert again["userErrors"] == [{"code": "PRODUCT_VARIANT_ALREADY_HAS_MEDIA"}]


def test_a_file_without_https_fails_later(client):
    files = [{"originalSource": "ftp://cdn.example/a.png"}]
    gid = client.data(FILE, {"files": files})["fileCreate"]["files"][0]["id"]
    client.advance(2)
    answer = client.data("query($ids: [ID!]!) { nodes(ids: $ids) { ... on MediaImage { fileStatus fileErrors "
                         "{ message } } } }", {"ids": [gid]})["nodes"][0]
    assert answer == {"fileStatus": "FAILED", "fileErrors": [{"message": "The file could not be read."}]}
