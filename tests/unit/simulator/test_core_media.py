"""Pictures: bytes to download, staged uploads that become ready after a moment, galleries and variants."""
import hashlib

import pytest
import requests

from tests.simulator import media

STAGE = """mutation($in: [StagedUploadInput!]!) { stagedUploadsCreate(input: $in) {
  stagedTargets { url resourceUrl parameters { name value } } } }"""
CREATE = """mutation($p: ProductCreateInput!, $m: [CreateMediaInput!]) { productCreate(product: $p, media: $m) {
  product { id media(first: 5) { nodes { id status } } } userErrors { message } } }"""
READ = """query($id: ID!) { product(id: $id) { featuredMedia { id } media(first: 9) { nodes { id alt status mediaContentType
  mediaErrors { code } ... on MediaImage { mimeType image { url width height altText } originalSource { fileSize } } } }
  variants(first: 9) { nodes { sku media(first: 1) { nodes { id } } } } } }"""
UPDATE = """mutation($rows: [FileUpdateInput!]!) { fileUpdate(files: $rows) { files { id alt fileStatus }
  userErrors { field code } } }"""


def gallery(client, gid):
    return client.data(READ, {"id": gid})["product"]["media"]["nodes"]


@pytest.fixture
def shown(client):
    """A product with three pictures, of which a variant shows the second."""
    body = client.control("products", title="Lamp", options=["Colour"], images=[
        {"seed": "a", "alt": "front"}, {"seed": "b", "width": 30, "height": 20}, {"seed": "c", "size": 5000}],
        variants=[{"values": ["Red"], "sku": "L-R", "image": 1}, {"values": ["Blue"], "sku": "L-B"}]).json()
    return client.shop.products[body["id"]]


def stage(client, content, method="POST", name="my photo.png"):
    target = client.data(STAGE, {"in": [{"resource": "IMAGE", "filename": name, "mimeType": "image/png",
                                         "httpMethod": method}]})["stagedUploadsCreate"]["stagedTargets"][0]
    fields = {row["name"]: row["value"] for row in target["parameters"]}
    if method == "PUT":
        assert requests.put(target["url"], data=content, headers=fields, timeout=5).status_code == 200
    else:
        assert requests.post(target["url"], data=fields, files={"file": content}, timeout=5).status_code == 201
    return target["resourceUrl"]


def test_a_picture_is_downloaded_with_its_type_and_a_tag(client, shown):
    first, second, third = gallery(client, shown.id)
    assert (first["alt"], second["image"]["width"], second["image"]["height"]) == ("front", 30, 20)
    answer = requests.get(first["image"]["url"], timeout=5)
    assert answer.headers["Content-Type"] == "image/png" and media.measure(answer.content)[0] == "image/png"
    assert third["originalSource"]["fileSize"] > 5000
    again = requests.get(first["image"]["url"], headers={"If-None-Match": answer.headers["ETag"]}, timeout=5)
    assert (again.status_code, again.content) == (304, b"")
    assert client.stats()["downloads"] == 2


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_staged_upload_becomes_a_picture_after_a_moment(client, method):
    content = media.png("mine", 12, 10)
    source = stage(client, content, method)
    made = client.data(CREATE, {"p": {"title": "Chair"}, "m": [
        {"originalSource": source, "mediaContentType": "IMAGE", "alt": "A chair"}]})["productCreate"]["product"]
    assert [row["status"] for row in made["media"]["nodes"]] == ["UPLOADED"]
    client.advance(0.5)
    row = gallery(client, made["id"])[0]
    assert (row["status"], row["image"], row["originalSource"]) == ("PROCESSING", None, None)
    client.advance(1)
    row = gallery(client, made["id"])[0]
    assert (row["status"], row["image"]["width"], row["image"]["altText"]) == ("READY", 12, "A chair")
    assert requests.get(row["image"]["url"], timeout=5).content == content


def test_what_is_no_picture_fails(client):
    source = stage(client, b"<html>no</html>")
    made = client.data(CREATE, {"p": {"title": "Chair"}, "m": [
        {"originalSource": text, "mediaContentType": "IMAGE"} for text in (source, "http://x.example/a.png")]})
    client.advance(2)
    rows = gallery(client, made["productCreate"]["product"]["id"])
    assert [(row["status"], row["mediaErrors"][0]["code"]) for row in rows] == [
        ("FAILED", "UNSUPPORTED_IMAGE_FILE_TYPE"), ("FAILED", "IMAGE_DOWNLOAD_FAILURE")]


def test_a_new_version_of_a_picture_has_a_new_address(client, shown):
    before = gallery(client, shown.id)[0]
    source = stage(client, media.png("new"))
    row = {"id": before["id"], "originalSource": source, "alt": ""}
    assert client.data(UPDATE, {"rows": [row]})["fileUpdate"]["files"][0]["fileStatus"] == "UPLOADED"
    assert client.data(UPDATE, {"rows": [row]})["fileUpdate"]["userErrors"][0]["code"] == "NON_READY_STATE"
    client.advance(2)
    after = gallery(client, shown.id)[0]
    assert after["id"] == before["id"] and after["image"]["url"] != before["image"]["url"] and after["alt"] == ""
    content = requests.get(after["image"]["url"], timeout=5).content
    assert hashlib.sha256(content).hexdigest() == client.shop.nodes[after["id"]].digest


def test_a_gallery_is_put_in_order(client, shown):
    gids = [row["id"] for row in gallery(client, shown.id)]
    answer = client.data("""mutation($id: ID!, $moves: [MoveInput!]!) { productReorderMedia(id: $id, moves: $moves) {
      job { id done } mediaUserErrors { code } } }""", {"id": shown.id, "moves": [{"id": gids[2], "newPosition": "0"}]})
    assert answer["productReorderMedia"]["mediaUserErrors"] == []
    assert [row["id"] for row in gallery(client, shown.id)] == [gids[2], gids[0], gids[1]]
    job = client.data("query($id: ID!) { job(id: $id) { done } }", {"id": answer["productReorderMedia"]["job"]["id"]})
    assert job == {"job": {"done": True}}


def test_a_picture_that_is_deleted_leaves_its_variant(client, shown):
    variants = client.data(READ, {"id": shown.id})["product"]["variants"]["nodes"]
    shown_by = variants[0]["media"]["nodes"][0]["id"]
    assert shown_by == gallery(client, shown.id)[1]["id"] and variants[1]["media"]["nodes"] == []
    document = "mutation($ids: [ID!]!) { fileDelete(fileIds: $ids) { deletedFileIds userErrors { code } } }"
    assert client.data(document, {"ids": [shown_by]})["fileDelete"]["deletedFileIds"] == [shown_by]
    left = client.data(READ, {"id": shown.id})["product"]
    assert len(left["media"]["nodes"]) == 2 and left["variants"]["nodes"][0]["media"]["nodes"] == []
    assert client.data(document, {"ids": [shown_by]})["fileDelete"]["userErrors"] == [{"code": "FILE_DOES_NOT_EXIST"}]


def test_a_variant_gets_a_picture_and_loses_it(client, shown):
    gids = [row["id"] for row in gallery(client, shown.id)]
    red, blue = shown.variant_ids
    update = """mutation($id: ID!, $rows: [ProductVariantsBulkInput!]!) { productVariantsBulkUpdate(productId: $id,
      variants: $rows) { userErrors { code } } }"""
    rows = [{"id": blue, "mediaId": gids[0]}]
    assert client.data(update, {"id": shown.id, "rows": rows})["productVariantsBulkUpdate"]["userErrors"] == []
    other = [{"id": blue, "mediaId": gids[0].replace("MediaImage/", "MediaImage/9")}]
    assert client.data(update, {"id": shown.id, "rows": other})["productVariantsBulkUpdate"]["userErrors"] == [
        {"code": "MUST_BE_FOR_THIS_PRODUCT"}]
    detach = """mutation($id: ID!, $rows: [ProductVariantDetachMediaInput!]!) { productVariantDetachMedia(
      productId: $id, variantMedia: $rows) { userErrors { code } } }"""
    pairs = [{"variantId": blue, "mediaIds": [gids[0]]}]
    assert client.data(detach, {"id": shown.id, "rows": pairs})["productVariantDetachMedia"]["userErrors"] == []
    assert client.data(detach, {"id": shown.id, "rows": pairs})["productVariantDetachMedia"]["userErrors"] == [
        {"code": "MEDIA_IS_NOT_ATTACHED_TO_VARIANT"}]


def test_a_set_product_has_the_files_that_are_listed_and_no_other(client, shown):
    gids = [row["id"] for row in gallery(client, shown.id)]
    document = """mutation($id: ID!, $in: ProductSetInput!) { productSet(identifier: {id: $id}, input: $in) {
      userErrors { field code } } }"""
    source = "https://cdn.example/new.png"
    values = {"productOptions": [{"name": "Colour", "values": [{"name": "Red"}]}], "files": [
        {"id": gids[2], "alt": "third"}, {"originalSource": source, "contentType": "IMAGE"}],
        "variants": [{"optionValues": [{"optionName": "Colour", "name": "Red"}], "file": {"originalSource": source}}]}
    assert client.data(document, {"id": shown.id, "in": values})["productSet"]["userErrors"] == []
    client.advance(2)
    rows = gallery(client, shown.id)
    assert rows[0]["id"] == gids[2] and rows[0]["alt"] == "third" and len(rows) == 2
    assert client.shop.variants[shown.variant_ids[0]].media_ids == [rows[1]["id"]]
    values["variants"][0]["file"] = {"id": gids[0]}
    assert client.data(document, {"id": shown.id, "in": values})["productSet"]["userErrors"][0]["code"] == (
        "INVALID_VARIANT")


def test_a_download_breaks_as_a_test_wants_it(client, shown):
    address = gallery(client, shown.id)[0]["image"]["url"]
    client.control("faults", kind="http_503", match="cdn")
    assert [requests.get(address, timeout=5).status_code for _try in range(2)] == [503, 200]


def test_a_webhook_lists_the_pictures(client, shown, seen):
    client.control("products", id=shown.id, title="Lamp 2")
    body = next(body for topic, body in seen if topic == "products/update")
    assert [row["position"] for row in body["images"]] == [1, 2, 3] and body["image"]["alt"] == "front"
    assert body["images"][1]["variant_ids"] == [body["variants"][0]["id"]]
    assert body["variants"][0]["image_id"] == body["images"][1]["id"]
