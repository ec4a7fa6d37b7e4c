"""What a merchant does to the catalogue by hand in the shop's admin.

POST /control/shops/<domain>/products      {title, …} creates; {id or sku, …} changes; {id or sku, delete: true};
                                           {sku, delete_variant: true}; {id, add_variant: {values, sku, …}}
     keys of products: `PRODUCT_KEYS`, of variants: `VARIANT_KEYS` and `ITEM_KEYS`, see `catalog.product_from_json`
POST /control/shops/<domain>/collections   {title, products: [id or sku], rules: [[column, relation, text]], …} creates;
                                           {id, title?, add?, remove?, rules?} changes; {id, delete: true}
POST /control/shops/<domain>/metafields    {definitions: [{ownerType, namespace, key, type, name?, validations?}],
                                           metaobjects: [{type, handle?, name?, fields: {key: text}}]} creates
"""
from __future__ import annotations

from decimal import Decimal

from aiohttp import web

from . import catalog, collection_store, product_store
from . import metafield_definitions as definitions
from . import metafields as meta
from . import publications as publishing
from .control import body_of, plain, shop_of
from .records import numeric_id
from .resolvers import ApiError

PRODUCT_KEYS = ("title", "vendor", "product_type", "status", "tags", "description_html", "handle", "template_suffix",
                "seo_title", "seo_description", "category_id", "is_gift_card")
VARIANT_KEYS = ("barcode", "taxable", "inventory_policy")
ITEM_KEYS = ("tracked", "requires_shipping", "weight", "weight_unit", "harmonized_system_code",
             "country_code_of_origin", "province_code_of_origin")


def find_product(shop, body: dict):
    if body.get("id"):
        found = next((row for gid, row in shop.products.items()
                      if str(body["id"]) in (gid, str(numeric_id(gid)))), None)
        if found is None:
            raise ApiError(f"no product {body['id']}")
        return found
    variant = shop.variant_by_sku(body["sku"]) if body.get("sku") else None
    return shop.products[variant.product_id] if variant else None


async def change_products(request: web.Request) -> web.Response:
    shop, body = shop_of(request), await body_of(request)
    product = find_product(shop, body)
    if product is None:
        product = catalog.product_from_json(shop, body)
        product_store.created(shop, product)
    elif body.get("delete"):
        product_store.delete_product(shop, product)
    elif body.get("delete_variant"):
        product_store.remove_variant(shop, shop.variant_by_sku(body["sku"]))
        product_store.changed(shop, product)
    else:
        update_product(shop, product, body)
    return web.json_response({"id": product.id, "legacy_id": product.number_id,
                              "variants": [{"id": gid, "sku": shop.variants[gid].sku} for gid in product.variant_ids]})


def update_product(shop, product, body: dict) -> None:
    for name in PRODUCT_KEYS:
        if name in body:
            setattr(product, name, body[name])
    for row in body.get("metafields") or ():
        meta.put(shop, product, row)
    if "images" in body:
        catalog.set_pictures(shop, product, body["images"])
    if "options" in body:
        rename_options(shop, product, body["options"])
    if "publish" in body:
        online = next(iter(shop.publications))
        publishing.change(shop, product, {online: shop.now()}, bool(body["publish"]))
    variants = [catalog.add_variant_from_json(shop, product, body["add_variant"])] if "add_variant" in body else []
    variant = shop.variant_by_sku(body["sku"]) if body.get("sku") else shop.variants[product.variant_ids[0]]
    update_variant(shop, variant, body)
    product_store.changed(shop, product, [variant, *variants])


def rename_options(shop, product, names: dict) -> None:
    """``{old name: new name}``, or ``{name: {old value: new value}}``; the ids stay."""
    for name, wanted in names.items():
        option = next(row for row in product.options if row.name == name)
        if isinstance(wanted, str):
            option.name = wanted
            continue
        for value in option.values:
            value.name = wanted.get(value.name, value.name)
        for gid in product.variant_ids:
            texts = shop.variants[gid].option_values
            texts[option.position - 1] = wanted.get(texts[option.position - 1], texts[option.position - 1])


def update_variant(shop, variant, body: dict) -> None:
    for name in VARIANT_KEYS:
        if name in body:
            setattr(variant, name, body[name])
    for name in ("price", "compare_at_price"):
        if name in body:
            setattr(variant, name, None if body[name] is None else Decimal(str(body[name])))
    if "components" in body:
        product_store.make_bundle(shop, variant, body["components"])
    if "image" in body:
        gallery = shop.products[variant.product_id].media
        variant.media_ids = [] if body["image"] is None else [gallery[body["image"]].id]
    if "shows" in body:  # several pictures, by their places in the gallery
        variant.media_ids = [shop.products[variant.product_id].media[place].id for place in body["shows"]]
    for row in body.get("variant_metafields") or ():
        meta.put(shop, variant, row)
    update_item(shop, shop.inventory_items[variant.inventory_item_id], body)
    if "new_sku" in body:
        product_store.set_sku(shop, variant, body["new_sku"])


def update_item(shop, item, body: dict) -> None:
    touched = [name for name in (*ITEM_KEYS, "cost") if name in body]
    for name in touched:
        value = body[name]
        setattr(item, name, Decimal(str(value)) if name == "cost" and value is not None else value)
    if touched:
        product_store.item_changed(shop, item)


# -- collections ------------------------------------------------------------------------------------------------
async def change_collections(request: web.Request) -> web.Response:
    shop, body = shop_of(request), await body_of(request)
    if not body.get("id"):
        row = catalog.collection_from_json(shop, body)
        collection_store.changed(shop, row, "create")
        return web.json_response({"id": row.id, "legacy_id": row.number_id, "handle": row.handle})
    row = next((each for gid, each in shop.collections.items() if str(body["id"]) in (gid, str(numeric_id(gid)))), None)
    if row is None:
        raise ApiError(f"no collection {body['id']}")
    if body.get("delete"):
        collection_store.delete(shop, row)
        return web.json_response({"id": row.id})
    for name in ("title", "handle", "description_html", "sort_order", "seo_title", "seo_description"):
        if name in body:
            setattr(row, name, body[name])
    if "rules" in body:
        row.rules = [tuple(rule) for rule in body["rules"]]
    for each in body.get("add") or ():
        row.product_ids.setdefault(catalog.named_product(shop, each).id)
    for each in body.get("remove") or ():
        row.product_ids.pop(catalog.named_product(shop, each).id, None)
    collection_store.changed(shop, row)
    return web.json_response({"id": row.id, "legacy_id": row.number_id, "handle": row.handle})


async def change_metafields(request: web.Request) -> web.Response:
    shop, body = shop_of(request), await body_of(request)
    made = [definitions.add(shop, {"name": row["key"], **row})["id"] for row in body.get("definitions") or ()]
    made += [definitions.add_metaobject(shop, row)["id"] for row in body.get("metaobjects") or ()]
    return web.json_response({"ids": made})


def routes(simulator) -> list:
    prefix = "/control/shops/{domain}"
    return [web.post(prefix + path, handler) for path, handler in (
        ("/products", change_products), ("/collections", change_collections), ("/metafields", change_metafields))]


def state(shop) -> dict:
    return {"collections": [{**plain(row), "products": [each.id for each in collection_store.members(shop, row)]}
                            for row in shop.collections.values()],
            "publications": [{"id": gid, "name": row["name"]} for gid, row in shop.publications.items()]}
