"""Languages of a shop, and translations of products, options, collections, pictures and metafields."""
from __future__ import annotations

import hashlib

from . import collection_store, product_store
from .records import Media, Metafield, Option, OptionValue, Product
from .records_sales import Collection
from .resolvers import NODES, resolver, user_error
from .resolvers_shop import find_node, type_of

NAMES = {"en": "English", "fr": "French", "de": "German", "nl": "Dutch", "es": "Spanish", "it": "Italian",
         "cs": "Czech", "ja": "Japanese", "pt-BR": "Portuguese (Brazil)"}
MAX_KEYS = 100
MISSING = "Resource {} does not exist"


def locales(shop) -> list[dict]:
    return [{"locale": code, "name": NAMES.get(code, code), "primary": place == 0, "published": True}
            for place, code in enumerate(shop.locales)]


@resolver("QueryRoot", "shopLocales")
def shop_locales(obj, info, published=None):
    return [row for row in locales(info.context.shop) if published in (None, row["published"])]


def content(record) -> dict:
    """{key: (text, type)} of what can be translated of a record."""
    line, html = "SINGLE_LINE_TEXT_FIELD", "HTML"
    if isinstance(record, Product):
        rows = {"title": (record.title, line), "body_html": (record.description_html, html),
                "handle": (record.handle, "URI"), "product_type": (record.product_type, line),
                "meta_title": (record.seo_title, line), "meta_description": (record.seo_description, line)}
    elif isinstance(record, Collection):
        rows = {"title": (record.title, line), "body_html": (record.description_html, html),
                "handle": (record.handle, "URI"), "meta_title": (record.seo_title, line),
                "meta_description": (record.seo_description, line)}
    elif isinstance(record, (Option, OptionValue)):
        rows = {"name": (record.name, line)}
    elif isinstance(record, Media):
        rows = {"alt": (record.alt, line)}
    elif isinstance(record, Metafield):
        rows = {"value": (record.value, line)}
    else:
        rows = {}
    return {key: (text or "", kind) for key, (text, kind) in rows.items()}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def translatable(shop, gid: str):
    """The record of a GID, also of options and metafields; None when there is none that can be translated."""
    name = type_of(gid)
    record = find_node(shop, gid)
    if record is None and name in ("ProductOption", "ProductOptionValue"):
        rows = [option for product in shop.products.values() for option in product.options]
        rows = rows if name == "ProductOption" else [value for option in rows for value in option.values]
        record = next((row for row in rows if row.id == gid), None)
    if record is None and name == "Metafield":
        owners = (*shop.products.values(), *shop.variants.values(), *shop.collections.values())
        record = next((row for owner in owners for row in owner.metafields.values() if row.id == gid), None)
    return record if record is not None and content(record) else None


def translations_of(shop, gid: str, locale: str, market_id: str | None = None, outdated: bool | None = None) -> list:
    record = translatable(shop, gid)
    known = content(record) if record is not None else {}
    rows = [{"key": key, "locale": locale, "value": row["value"], "updatedAt": row["updatedAt"], "market": None,
             "outdated": row["digest"] != digest(known.get(key, ("",))[0])}
            for (owner, code, market, key), row in shop.translations.items()
            if (owner, code, market) == (gid, locale, market_id)]
    return [row for row in rows if outdated in (None, row["outdated"])]


def of_record(obj, info, locale, market_id=None):
    gid = obj["id"] if isinstance(obj, dict) else obj.id
    return translations_of(info.context.shop, gid, locale, market_id)


for kind in ("Product", "Collection", "ProductOption", "ProductOptionValue", "MediaImage", "Metafield"):
    resolver(kind, "translations")(of_record)


# -- reading ----------------------------------------------------------------------------------------------------
def resource(gid: str) -> dict:
    return {"__typename": "TranslatableResource", "resourceId": gid, "id": gid}


@resolver("QueryRoot", "translatableResource")
def translatable_resource(obj, info, resource_id):
    return resource(resource_id) if translatable(info.context.shop, resource_id) is not None else None


@resolver("QueryRoot", "translatableResourcesByIds")
def translatable_resources_by_ids(obj, info, resource_ids):
    return [resource(gid) for gid in resource_ids if translatable(info.context.shop, gid) is not None]


@resolver("QueryRoot", "translatableResources")
def translatable_resources(obj, info, resource_type):
    shop = info.context.shop
    rows = {"PRODUCT": shop.products, "COLLECTION": shop.collections}.get(resource_type)
    if rows is None and resource_type == "PRODUCT_OPTION":
        return [resource(option.id) for product in shop.products.values() for option in product.options]
    if rows is None and resource_type == "PRODUCT_OPTION_VALUE":
        return [resource(value.id) for product in shop.products.values() for option in product.options
                for value in option.values]
    return [resource(gid) for gid in rows or ()]


@resolver("TranslatableResource", "translatableContent")
def translatable_content(obj, info):
    shop = info.context.shop
    return [{"key": key, "value": text, "digest": digest(text), "locale": shop.locales[0], "type": kind}
            for key, (text, kind) in content(translatable(shop, obj["resourceId"])).items() if text]


@resolver("TranslatableResource", "translations")
def resource_translations(obj, info, locale, market_id=None, outdated=None):
    return translations_of(info.context.shop, obj["resourceId"], locale, market_id, outdated)


@resolver("TranslatableResource", "nestedTranslatableResources")
def nested(obj, info, resource_type=None):
    record = translatable(info.context.shop, obj["resourceId"])
    if not isinstance(record, Product):
        return []
    rows = [("PRODUCT_OPTION", option.id) for option in record.options]
    rows += [("PRODUCT_OPTION_VALUE", value.id) for option in record.options for value in option.values]
    rows += [("METAFIELD", row.id) for row in record.metafields.values()]
    rows += [("MEDIA_IMAGE", row.id) for row in record.media]
    return [resource(gid) for name, gid in rows if resource_type in (None, name)]


# -- writing ----------------------------------------------------------------------------------------------------
def faults(shop, record, data: dict) -> tuple | None:
    """(field, message, code) of one TranslationInput."""
    known = content(record)
    if data["locale"] not in shop.locales:
        return "locale", "Locale is not a valid locale for the shop", "INVALID_LOCALE_FOR_SHOP"
    if data["locale"] == shop.locales[0]:
        return "locale", "Locale cannot be the same as the shop's primary locale", "INVALID_LOCALE_FOR_SHOP"
    if data["key"] not in known:
        return "key", f"Key {data['key']} is not a valid translatable field", "INVALID_KEY_FOR_MODEL"
    if data["translatableContentDigest"] != digest(known[data["key"]][0]):
        return "translatableContentDigest", "Translatable content hash is invalid", "INVALID_TRANSLATABLE_CONTENT"
    if not data["value"].strip():
        return "value", "Value can't be blank", "BLANK"
    if data.get("marketId") and data["marketId"] not in shop.markets:
        return "marketId", "The market corresponding to the `marketId` argument doesn't exist", "MARKET_DOES_NOT_EXIST"
    return None


def told(shop, record) -> None:
    if isinstance(record, Product):
        product_store.changed(shop, record)
    elif isinstance(record, Collection):
        collection_store.changed(shop, record)


@resolver("Mutation", "translationsRegister")
def register(obj, info, resource_id, translations):
    """All or none."""
    shop, record = info.context.shop, translatable(info.context.shop, resource_id)
    if record is None:
        return {"translations": None, "userErrors": [
            user_error(["resourceId"], MISSING.format(resource_id), "RESOURCE_NOT_FOUND")]}
    errors = [user_error(["translations", str(index), found[0]], *found[1:])
              for index, data in enumerate(translations) if (found := faults(shop, record, data))]
    if len(translations) > MAX_KEYS:
        errors.append(user_error(["translations"], "Too many translation keys for the resource",
                                 "TOO_MANY_KEYS_FOR_RESOURCE"))
    if errors:
        return {"translations": None, "userErrors": errors}
    rows = []
    for data in translations:
        row = {"value": data["value"], "updatedAt": shop.now(), "digest": data["translatableContentDigest"]}
        shop.translations[resource_id, data["locale"], data.get("marketId"), data["key"]] = row
        rows.append({"key": data["key"], "locale": data["locale"], "value": data["value"], "outdated": False,
                     "updatedAt": row["updatedAt"], "market": None})
    told(shop, record)
    return {"translations": rows, "userErrors": []}


@resolver("Mutation", "translationsRemove")
def remove(obj, info, resource_id, translation_keys, locales, market_ids=None):
    shop, record = info.context.shop, translatable(info.context.shop, resource_id)
    if record is None:
        return {"translations": None, "userErrors": [
            user_error(["resourceId"], MISSING.format(resource_id), "RESOURCE_NOT_FOUND")]}
    rows = []
    for locale in locales:
        for key in translation_keys:
            for market in market_ids or [None]:
                gone = shop.translations.pop((resource_id, locale, market, key), None)
                if gone:
                    rows.append({"key": key, "locale": locale, "value": gone["value"], "outdated": False,
                                 "updatedAt": gone["updatedAt"], "market": None})
    if rows:
        told(shop, record)
    return {"translations": rows, "userErrors": []}


NODES.setdefault("MediaImage", lambda shop, gid: shop.nodes.get(gid))
