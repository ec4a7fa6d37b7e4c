"""Translations of products and their options."""
import pytest

READ = """query($id: ID!) { translatableResource(resourceId: $id) { resourceId translatableContent { key value digest
  locale type } translations(locale: "fr") { key value outdated } } }"""
REGISTER = """mutation($id: ID!, $rows: [TranslationInput!]!) { translationsRegister(resourceId: $id, translations: $rows) {
  translations { key value locale } userErrors { field code } } }"""
REMOVE = """mutation($id: ID!) { translationsRemove(resourceId: $id, translationKeys: ["title"], locales: ["fr"]) {
  translations { key } userErrors { code } } }"""


@pytest.fixture
def mug(client):
    client.control("locales", locales=["en", "fr"])
    return client.shop.products[client.variant("MUG-1").product_id]


def row(client, gid, key="title", value="Tasse", **more):
    content = client.data(READ, {"id": gid})["translatableResource"]["translatableContent"]
    digest = next((each["digest"] for each in content if each["key"] == key), "x")
    return {"key": key, "value": value, "locale": "fr", "translatableContentDigest": digest, **more}


def test_a_title_is_translated_and_told(client, mug, seen):
    answer = client.data(REGISTER, {"id": mug.id, "rows": [row(client, mug.id)]})["translationsRegister"]
    assert answer == {"translations": [{"key": "title", "value": "Tasse", "locale": "fr"}], "userErrors": []}
    found = client.data("query($id: ID!) { product(id: $id) { translations(locale: \"fr\") { key value outdated } } }",
                        {"id": mug.id})["product"]["translations"]
    assert found == [{"key": "title", "value": "Tasse", "outdated": False}]
    assert [topic for topic, _body in seen] == ["products/update"]


def test_a_translation_of_an_older_text_is_outdated(client, mug):
    old = row(client, mug.id)
    client.data(REGISTER, {"id": mug.id, "rows": [old]})
    client.control("products", sku="MUG-1", title="Cup")
    assert client.data(READ, {"id": mug.id})["translatableResource"]["translations"][0]["outdated"] is True
    answer = client.data(REGISTER, {"id": mug.id, "rows": [old]})["translationsRegister"]
    assert answer["userErrors"][0]["code"] == "INVALID_TRANSLATABLE_CONTENT"


@pytest.mark.parametrize(("values", "code"), [
    ({"locale": "de"}, "INVALID_LOCALE_FOR_SHOP"), ({"locale": "en"}, "INVALID_LOCALE_FOR_SHOP"),
    ({"key": "colour"}, "INVALID_KEY_FOR_MODEL"), ({"value": " "}, "BLANK")])
def test_a_wrong_translation_is_refused(client, mug, values, code):
    rows = [row(client, mug.id), {**row(client, mug.id), **values}]
    answer = client.data(REGISTER, {"id": mug.id, "rows": rows})["translationsRegister"]
    assert answer["translations"] is None and answer["userErrors"] == [
        {"field": ["translations", "1", next(iter(values))], "code": code}]


def test_a_translation_is_removed(client, mug):
    client.data(REGISTER, {"id": mug.id, "rows": [row(client, mug.id)]})
    assert client.data(REMOVE, {"id": mug.id})["translationsRemove"]["translations"] == [{"key": "title"}]
    assert client.data(READ, {"id": mug.id})["translatableResource"]["translations"] == []


def test_options_and_their_values_are_translated_too(client, mug):
    shirt = client.shop.products[client.variant("SHIRT-S-RED").product_id]
    nested = client.data("query($id: ID!) { translatableResource(resourceId: $id) { nestedTranslatableResources(first: 9) { "
                         "nodes { resourceId translatableContent { key value } } } } }", {"id": shirt.id})
    rows = nested["translatableResource"]["nestedTranslatableResources"]["nodes"]
    assert rows[0]["translatableContent"] == [{"key": "name", "value": "Size"}] and len(rows) == 5
    gid = rows[0]["resourceId"]
    assert client.data(REGISTER, {"id": gid, "rows": [row(client, gid, "name", "Taille")]})[
        "translationsRegister"]["userErrors"] == []
    found = client.data("query($id: ID!) { product(id: $id) { options { name translations(locale: \"fr\") { value } } } }",
                        {"id": shirt.id})["product"]["options"]
    assert found[0] == {"name": "Size", "translations": [{"value": "Taille"}]}


def test_what_is_not_there_cannot_be_translated(client, mug):
    rows = [row(client, mug.id)]
    answer = client.data(REGISTER, {"id": "gid://shopify/Product/1", "rows": rows})["translationsRegister"]
    assert answer["userErrors"] == [{"field": ["resourceId"], "code": "RESOURCE_NOT_FOUND"}]
    assert [each["locale"] for each in client.data("{ shopLocales { locale primary } }")["shopLocales"]] == ["en", "fr"]
