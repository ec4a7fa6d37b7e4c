"""productCreate, productUpdate, productDelete, and what they share with productSet."""
from __future__ import annotations

from . import collection_store, files, product_store
from . import metafields as meta
from .metafields import clean_tags
from .records import Media
from .resolvers import ApiError, resolver, user_error
from .resolvers_products import by_custom_id
from .resolvers_shop import demand

LENGTHS = (("title", "Title"), ("handle", "Handle"), ("vendor", "Vendor"), ("productType", "Product type"))
MAX_OPTIONS = 3


def text_errors(data: dict, base: list, is_new: bool) -> list[tuple]:
    """(path, message, code) of the texts and tags of a product input."""
    found = []
    if (is_new or "title" in data) and not (data.get("title") or "").strip():
        found.append(([*base, "title"], "Title can't be blank", "INVALID_INPUT"))
    for key, label in LENGTHS:
        if len(data.get(key) or "") > 255:
            found.append(([*base, key], f"{label} is too long (maximum is 255 characters)", "INVALID_INPUT"))
    if len(data.get("tags") or ()) > meta.MAX_TAGS:
        found.append(([*base, "tags"], "Product tags exceed the limit of 250", "INVALID_INPUT"))
    return found


def handle_error(shop, data: dict, base: list, product) -> list[tuple]:
    handle = data.get("handle")
    if handle and any(row.handle == handle and row is not product for row in shop.products.values()):
        return [([*base, "handle"], f"Handle '{handle}' already in use. Please provide a new handle.",
                 "HANDLE_NOT_UNIQUE")]
    return []


def apply_fields(shop, product, data: dict) -> None:
    """Take over the plain fields that an input names."""
    for key, name in (("title", "title"), ("vendor", "vendor"), ("productType", "product_type"), ("status", "status"),
                      ("descriptionHtml", "description_html"), ("templateSuffix", "template_suffix"),
                      ("category", "category_id"), ("handle", "handle")):
        if key in data and (data[key] is not None or key in ("templateSuffix", "category")):
            setattr(product, name, data[key])
    if data.get("tags") is not None:
        product.tags = clean_tags(data["tags"])
    if data.get("seo"):
        product.seo_title, product.seo_description = data["seo"].get("title"), data["seo"].get("description")
    for row in data.get("metafields") or ():
        meta.put(shop, product, row)
    collection_store.join(shop, product, data.get("collectionsToJoin") or ())
    collection_store.leave(shop, product, data.get("collectionsToLeave") or ())
    if data.get("collections") is not None:
        own = [row.id for row in shop.collections.values() if product.id in row.product_ids]
        collection_store.leave(shop, product, [gid for gid in own if gid not in data["collections"]])
        collection_store.join(shop, product, data["collections"])


def membership_errors(shop, data: dict, base: list) -> list[tuple]:
    found = []
    for key in ("collectionsToJoin", "collectionsToLeave", "collections"):
        found += collection_store.faults(shop, data.get(key) or (), [*base, key], key != "collectionsToLeave")
    return found


def add_media(shop, product, rows: list) -> None:
    """Attach files: new ones by their source, known ones by id (with the alt text that is given)."""
    for row in rows:
        known = shop.nodes.get(row.get("id"))
        if isinstance(known, Media):
            known.alt = known.alt if row.get("alt") is None else row["alt"]
            if known not in product.media:
                product.media.append(known)
        elif row.get("originalSource"):
            product.media.append(files.make(shop, row))


def plain(found: list[tuple]) -> list:
    """userErrors without code."""
    return [user_error(path, message) for path, message, _code in found]


@resolver("Mutation", "productCreate")
def product_create(obj, info, product=None, media=None):
    """Makes exactly one variant, of the first value of each option."""
    shop, data = info.context.shop, product
    if data is None:
        raise ApiError("productCreate(input:) is deprecated and not simulated", "NOT_SIMULATED")
    options = data.get("productOptions") or []
    found = text_errors(data, [], True) + handle_error(shop, data, [], None) + membership_errors(shop, data, [])
    if len(options) > MAX_OPTIONS:
        found.append((["productOptions"], "Can only specify a maximum of 3 options", "OPTIONS_OVER_LIMIT"))
    found += [([*path[:1], *path[1:]], message, code) for row in data.get("metafields") or ()
              for path, message, code in meta.entry_errors(shop, row, ["metafields"], "PRODUCT")]
    if found:
        return {"product": None, "userErrors": plain(found)}
    names = tuple(row.get("name") or "Option" for row in options) or ("Title",)
    row = product_store.add_product(shop, data["title"], names, handle=data.get("handle"),
                                    vendor=data.get("vendor") or shop.name)
    apply_fields(shop, row, {**data, "handle": row.handle})
    add_media(shop, row, media or [])
    values = [[value["name"] for value in option.get("values") or ()] or ["Default"] for option in options]
    product_store.add_variant(shop, row, [texts[0] for texts in values] or ["Default Title"])
    for option, texts in zip(row.options, values, strict=False):
        for text in texts:
            product_store.option_value(shop, option, text)
    product_store.created(shop, row)
    return {"product": row, "userErrors": []}


@resolver("Mutation", "productUpdate")
def product_update(obj, info, product=None, identifier=None, media=None):
    shop, data = info.context.shop, product or {}
    row = find(shop, identifier or {"id": data.get("id")})
    if row is None:
        return {"product": None, "userErrors": [user_error(["id"], "Product does not exist")]}
    found = text_errors(data, [], False) + handle_error(shop, data, [], row) + membership_errors(shop, data, [])
    if found:
        return {"product": None, "userErrors": plain(found)}
    apply_fields(shop, row, data)
    add_media(shop, row, media or [])
    product_store.changed(shop, row)
    return {"product": row, "userErrors": []}


def find(shop, identifier: dict):
    """The product that an identifier names, or None; NOT_FOUND for a custom id without definition."""
    if identifier.get("customId"):
        custom = {**identifier["customId"]}
        custom["namespace"] = meta.app_namespace(shop, custom.get("namespace"))
        return by_custom_id(shop, shop.products.values(), "PRODUCT", custom)
    if identifier.get("handle"):
        return next((row for row in shop.products.values() if row.handle == identifier["handle"]), None)
    return shop.products.get(demand(identifier.get("id"), "Product"))


@resolver("Mutation", "productDelete")
def product_delete(obj, info, input, synchronous=True):
    shop = info.context.shop
    row = shop.products.get(demand(input["id"], "Product"))
    if row is None:
        return {"deletedProductId": None, "userErrors": [user_error(["id"], "Product does not exist")]}
    if not synchronous:
        raise ApiError("productDelete(synchronous: false) is not simulated", "NOT_SIMULATED")
    product_store.delete_product(shop, row)
    return {"deletedProductId": row.id, "userErrors": []}
