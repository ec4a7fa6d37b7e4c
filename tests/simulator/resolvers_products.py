"""Reading products, variants, options, media and publications."""
from __future__ import annotations

from . import collection_store, product_store
from .metafields import app_namespace
from .records import numeric_id
from .resolvers import ApiError, resolver
from .resolvers_shop import demand
from .search import Field, id_field, query_list, time_field

STATUSES = ("active", "archived", "draft", "unlisted")


def _skus(shop, row) -> list:
    return [shop.variants[gid].sku for gid in row.variant_ids]


def product_fields(shop) -> dict:
    """The search fields of products."""
    return {
        "id": id_field(), "created_at": time_field("created_at"), "updated_at": time_field("updated_at"),
        "published_at": time_field("published_at"), "status": Field("enum", lambda row: row.status, STATUSES),
        "title": Field("text", lambda row: row.title), "handle": Field("text", lambda row: row.handle),
        "vendor": Field("text", lambda row: row.vendor), "tag": Field("text", lambda row: row.tags),
        "product_type": Field("text", lambda row: row.product_type),
        "sku": Field("text", lambda row: _skus(shop, row)),
        "barcode": Field("text", lambda row: [shop.variants[gid].barcode for gid in row.variant_ids]),
        "gift_card": Field("bool", lambda row: row.is_gift_card),
        "collection_id": Field("id", lambda row: [numeric_id(gid) for gid, each in shop.collections.items()
                                                  if collection_store.contains(shop, each, row)]),
        "category_id": Field("text", lambda row: (row.category_id or "").rpartition("/")[2]),
        "has_only_default_variant": Field("bool", lambda row: [option.name for option in row.options] == ["Title"]),
        "bundles": Field("bool", lambda row: any(shop.variants[gid].components for gid in row.variant_ids)),
        "inventory_total": Field("number", lambda row: total_inventory(shop, row)),
    }


PRODUCT_SORTS = {"TITLE": lambda row: row.title.lower(), "UPDATED_AT": lambda row: row.updated_at,
                 "CREATED_AT": lambda row: row.created_at, "PUBLISHED_AT": lambda row: row.published_at,
                 "VENDOR": lambda row: row.vendor.lower(), "PRODUCT_TYPE": lambda row: row.product_type.lower()}


def variant_fields(shop) -> dict:
    def product(row):
        return shop.products[row.product_id]

    return {
        "id": id_field(), "sku": Field("text", lambda row: row.sku), "barcode": Field("text", lambda row: row.barcode),
        "updated_at": time_field("updated_at"), "title": Field("text", lambda row: row.title),
        "product_id": Field("id", lambda row: product(row).number_id),
        "product_status": Field("enum", lambda row: product(row).status, STATUSES),
        "vendor": Field("text", lambda row: product(row).vendor), "tag": Field("text", lambda row: product(row).tags),
    }


VARIANT_SORTS = {"SKU": lambda row: row.sku or "", "TITLE": lambda row: row.title.lower(),
                 "POSITION": lambda row: row.position}


@resolver("QueryRoot", "products")
def products(obj, info, query=None, sort_key="ID", reverse=False):
    shop = info.context.shop
    return query_list(info, shop.products.values(), "products", query=query, sort_key=sort_key, reverse=reverse,
                      fields=product_fields(shop), sort_keys=PRODUCT_SORTS,
                      words=lambda row: [row.title, row.vendor, row.product_type, *row.tags, *_skus(shop, row)])


@resolver("QueryRoot", "product")
def product_by_id(obj, info, id):
    return info.context.shop.products.get(demand(id, "Product"))


@resolver("QueryRoot", "productByHandle")
def product_by_handle(obj, info, handle):
    return next((row for row in info.context.shop.products.values() if row.handle == handle), None)


@resolver("QueryRoot", "productByIdentifier")
def product_by_identifier(obj, info, identifier):
    shop = info.context.shop
    if identifier.get("id"):
        return shop.products.get(demand(identifier["id"], "Product"))
    if identifier.get("handle"):
        return product_by_handle(obj, info, identifier["handle"])
    custom = {**identifier["customId"]}
    custom["namespace"] = app_namespace(shop, custom.get("namespace"))
    return by_custom_id(shop, shop.products.values(), "PRODUCT", custom)


def by_custom_id(shop, rows, owner_type: str, custom: dict):
    """The record with a metafield of type id; NOT_FOUND when there is no such definition."""
    key = (custom.get("namespace"), custom["key"])
    definition = shop.metafield_definitions.get((owner_type, *key))
    if definition is None or definition["type"]["name"] != "id":
        raise ApiError("Metafield definition of type 'id' is required when using custom ids.", "NOT_FOUND")
    return next((row for row in rows if key in row.metafields and row.metafields[key].value == custom["value"]), None)


@resolver("QueryRoot", "productVariants")
def variants(obj, info, query=None, sort_key="ID", reverse=False):
    shop = info.context.shop
    return query_list(info, shop.variants.values(), "productVariants", query=query, sort_key=sort_key,
                      reverse=reverse, fields=variant_fields(shop), sort_keys=VARIANT_SORTS,
                      words=lambda row: [row.sku, row.barcode, row.title])


@resolver("QueryRoot", "productVariant")
def variant_by_id(obj, info, id):
    return info.context.shop.variants.get(demand(id, "ProductVariant"))


@resolver("QueryRoot", "productsCount")
def products_count(obj, info, query=None, limit=10000):
    return counted(products(obj, info, query), limit)


@resolver("QueryRoot", "productVariantsCount")
def variants_count(obj, info, query=None, limit=10000):
    return counted(variants(obj, info, query), limit)


def counted(found, limit: int | None) -> dict:
    """A Count: exact up to the limit."""
    number = len(found.rows)
    if limit and number > limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": number, "precision": "EXACT"}


# -- product fields ---------------------------------------------------------------------------------------------
def variants_of(shop, row) -> list:
    return [shop.variants[gid] for gid in row.variant_ids]


def sellable(shop, row) -> int:
    """The available quantity of a variant over all active levels; of a bundle what its components are enough for."""
    if row.components:
        return sum(product_store.bundled(shop, row, place) for place in shop.locations)
    return sum(level.available for level in shop.levels_of(row.inventory_item_id) if level.is_active)


def total_inventory(shop, row) -> int:
    return sum(sellable(shop, item) for item in variants_of(shop, row))


@resolver("Product", "variants")
def product_variants(obj, info):
    return variants_of(info.context.shop, obj)


@resolver("Product", "variantsCount")
def product_variants_count(obj, info):
    return {"count": len(obj.variant_ids), "precision": "EXACT"}


@resolver("Product", "mediaCount")
def media_count(obj, info):
    return {"count": len(obj.media), "precision": "EXACT"}


@resolver("Product", "totalInventory")
def product_total_inventory(obj, info):
    return total_inventory(info.context.shop, obj)


@resolver("Product", "tracksInventory")
def tracks_inventory(obj, info):
    shop = info.context.shop
    return any(shop.inventory_items[row.inventory_item_id].tracked for row in variants_of(shop, obj))


@resolver("Product", "hasOnlyDefaultVariant")
def has_only_default_variant(obj, info):
    return [option.name for option in obj.options] == ["Title"] and len(obj.variant_ids) == 1


@resolver("Product", "tags")
def tags(obj, info):
    return sorted(obj.tags, key=str.lower)


@resolver("Product", "onlineStoreUrl")
def online_store_url(obj, info):
    shown = obj.published_at and obj.status in ("ACTIVE", "UNLISTED")
    return f"https://{info.context.shop.domain}/products/{obj.handle}" if shown else None


@resolver("Product", "seo")
def seo(obj, info):
    return {"title": obj.seo_title, "description": obj.seo_description}


@resolver("Product", "options")
def options(obj, info, first=None):
    return obj.options[:first] if first else obj.options


@resolver("ProductOption", "optionValues")
def option_values(obj, info):
    shop, place = info.context.shop, obj.position - 1
    product = shop.products.get(obj.product_id)
    used = {row.option_values[place] for row in variants_of(shop, product)} if product else set()
    return [{"__typename": "ProductOptionValue", "id": value.id, "name": value.name,
             "hasVariants": value.name in used} for value in obj.values]


@resolver("ProductOption", "values")
def option_value_names(obj, info):
    return [value.name for value in obj.values]


@resolver("ProductOption", "linkedMetafield")
@resolver("ProductOptionValue", "linkedMetafieldValue")
@resolver("ProductVariant", "unitPriceMeasurement")
def nothing(obj, info):
    return None


# -- variant fields ---------------------------------------------------------------------------------------------
@resolver("ProductVariant", "product")
def product_of(obj, info):
    return info.context.shop.products[obj.product_id]


@resolver("ProductVariant", "inventoryItem")
def inventory_item(obj, info):
    return info.context.shop.inventory_items[obj.inventory_item_id]


@resolver("ProductVariant", "displayName")
def display_name(obj, info):
    return f"{info.context.shop.products[obj.product_id].title} - {obj.title}"


@resolver("ProductVariant", "selectedOptions")
def selected_options(obj, info):
    parents = info.context.shop.products[obj.product_id].options
    return [{"name": option.name, "value": text,
             "optionValue": next((value for value in option.values if value.name == text), None)}
            for option, text in zip(parents, obj.option_values, strict=False)]


@resolver("ProductVariant", "inventoryQuantity")
@resolver("ProductVariant", "sellableOnlineQuantity")
def quantity(obj, info):
    return sellable(info.context.shop, obj)


@resolver("Product", "metafields")
@resolver("ProductVariant", "metafields")
@resolver("Customer", "metafields")
@resolver("Order", "metafields")
@resolver("Collection", "metafields")
@resolver("Company", "metafields")
@resolver("CompanyLocation", "metafields")
def metafields(obj, info, namespace=None, keys=None):
    """All, those of a namespace, or those of the `keys` ("namespace.key", or "key" of the namespace)."""
    shop = info.context.shop
    namespace = namespace and app_namespace(shop, namespace)
    if keys is None:
        return [row for key, row in obj.metafields.items() if namespace in (None, key[0])]
    wanted = [(namespace or app_namespace(shop, name.rpartition(".")[0]), name.rpartition(".")[2]) for name in keys]
    return [obj.metafields[key] for key in dict.fromkeys(wanted) if key in obj.metafields]


@resolver("Product", "metafield")
@resolver("ProductVariant", "metafield")
@resolver("Customer", "metafield")
@resolver("Order", "metafield")
@resolver("Collection", "metafield")
@resolver("Company", "metafield")
@resolver("CompanyLocation", "metafield")
def metafield(obj, info, key, namespace=None):
    if namespace is None and "." in key:
        namespace, _dot, key = key.partition(".")
    return obj.metafields.get((app_namespace(info.context.shop, namespace), key))
