"""collections, collectionCreate, -Update, -Delete, and adding and removing products."""
from __future__ import annotations

from . import collection_store as store
from . import media as pictures
from . import metafields as meta
from .resolvers import NODES, ApiError, resolver, user_error
from .resolvers_products import counted
from .resolvers_shop import demand
from .search import Field, id_field, query_list, time_field

MISSING = "Collection does not exist"
MAX_PRODUCTS = 250
# key of a condition input -> (column of a rule, {relation of the input: relation of a rule}, typename)
CONTAINS = {"DOES_NOT_CONTAIN": "NOT_CONTAINS"}
CONDITIONS = {
    "productTag": ("TAG", {"TAGGED_WITH": "EQUALS", "NOT_TAGGED_WITH": "NOT_EQUALS"}, "ProductTag"),
    "productType": ("TYPE", CONTAINS, "ProductType"), "productVendor": ("VENDOR", CONTAINS, "ProductVendor"),
    "productTitle": ("TITLE", CONTAINS, "ProductTitle"), "variantPrice": ("VARIANT_PRICE", {}, "VariantPrice")}
PREFIX = "CollectionSourceInclusionCondition"

NODES["Collection"] = lambda shop, gid: shop.collections.get(gid)


def fields(shop) -> dict:
    return {"id": id_field(), "updated_at": time_field("updated_at"), "title": Field("text", lambda row: row.title),
            "handle": Field("text", lambda row: row.handle),
            "collection_type": Field("enum", lambda row: "smart" if row.is_smart else "custom", ("smart", "custom")),
            "product_id": Field("id", lambda row: [each.number_id for each in store.members(shop, row)])}


@resolver("QueryRoot", "collections")
def collections(obj, info, query=None, sort_key="ID", reverse=False):
    shop = info.context.shop
    return query_list(info, shop.collections.values(), "collections", query=query, sort_key=sort_key, reverse=reverse,
                      fields=fields(shop), sort_keys={"TITLE": lambda row: row.title.lower(),
                                                      "UPDATED_AT": lambda row: row.updated_at},
                      words=lambda row: [row.title, row.handle])


@resolver("QueryRoot", "collectionsCount")
def collections_count(obj, info, query=None, limit=10000):
    return counted(collections(obj, info, query), limit)


@resolver("QueryRoot", "collection")
def collection(obj, info, id):
    return info.context.shop.collections.get(demand(id, "Collection"))


@resolver("QueryRoot", "collectionByIdentifier")
def by_identifier(obj, info, identifier):
    if identifier.get("id"):
        return collection(obj, info, identifier["id"])
    if not identifier.get("handle"):
        raise ApiError("collectionByIdentifier(customId) is not simulated", "NOT_SIMULATED")
    rows = info.context.shop.collections.values()
    return next((row for row in rows if row.handle == identifier["handle"]), None)


# -- fields -----------------------------------------------------------------------------------------------------
@resolver("Product", "collections")
def product_collections(obj, info, query=None, sort_key="ID", reverse=False):
    rows = store.of_product(info.context.shop, obj)
    if not query and sort_key == "ID":
        return rows
    return query_list(info, rows, "collections", query=query, sort_key=sort_key, reverse=reverse,
                      fields=fields(info.context.shop), sort_keys={"TITLE": lambda row: row.title.lower()})


@resolver("Product", "inCollection")
def in_collection(obj, info, id):
    row = collection(None, info, id)
    return row is not None and store.contains(info.context.shop, row, obj)


@resolver("Collection", "products")
def products(obj, info, sort_key="COLLECTION_DEFAULT"):
    sort = {"TITLE": "ALPHA_ASC", "CREATED": "CREATED", "PRICE": "PRICE_ASC"}.get(sort_key)
    return store.members(info.context.shop, obj, sort)


@resolver("Collection", "productsCount")
def products_count(obj, info):
    return {"count": len(store.members(info.context.shop, obj)), "precision": "EXACT"}


@resolver("Collection", "hasProduct")
def has_product(obj, info, id):
    product = info.context.shop.products.get(demand(id, "Product"))
    return product is not None and store.contains(info.context.shop, obj, product)


@resolver("Collection", "description")
def description(obj, info):
    from .product_texts import plain_text

    return plain_text(obj.description_html)


@resolver("Collection", "seo")
def seo(obj, info):
    return {"title": obj.seo_title, "description": obj.seo_description}


@resolver("Collection", "image")
def image(obj, info):
    ready = obj.picture and pictures.state_of(obj.picture, info.context.now) == "READY"
    return pictures.image(info.context.shop, obj.picture) if ready else None


@resolver("Collection", "ruleSet")
def rule_set(obj, info):
    if not obj.rules:
        return None
    return {"appliedDisjunctively": obj.disjunctive, "rules": [
        {"column": column, "relation": relation, "condition": condition, "conditionObject": None}
        for column, relation, condition in obj.rules]}


@resolver("Collection", "sources")
def sources(obj, info):
    return [{"__typename": "CollectionConditionsSource", "id": obj.source_id, "title": obj.title, "description": None,
             "app": None, "shareable": False, "targetType": "PRODUCTS", "collection": obj}]


@resolver("CollectionConditionsSource", "products")
def source_products(obj, info):
    return store.members(info.context.shop, obj["collection"])


@resolver("CollectionConditionsSource", "inclusion")
def inclusion(obj, info):
    row = obj["collection"]
    return {"conditions": [condition(info.context.shop, row, place) for place in range(len(row.rules))],
            "matchType": "ANY" if row.disjunctive else "ALL", "collection": row}


@resolver("CollectionSourceInclusion", "selections")
def selections(obj, info):
    shop = info.context.shop
    return [{"product": shop.products[gid], "variantIds": None} for gid in obj["collection"].product_ids
            if gid in shop.products]


def condition(shop, row, place: int) -> dict:
    column, relation, wanted = row.rules[place]
    gid = f"{row.source_id.replace('ConditionsSource', 'SourceInclusionCondition')}{place}"
    for known, relations, name in CONDITIONS.values():
        if known == column:
            back = {value: key for key, value in relations.items()}
            value = {"amount": wanted, "currencyCode": shop.currency}
            return {"__typename": PREFIX + name, "id": gid, "matchType": "ANY", "values": [wanted], "value": value,
                    "relation": back.get(relation, relation)}
    return {"__typename": PREFIX + "Unknown", "id": gid, "matchType": None, "relation": relation, "values": [wanted]}


# -- mutations --------------------------------------------------------------------------------------------------
def take_over(shop, row, data: dict) -> None:
    for key, name in (("title", "title"), ("handle", "handle"), ("descriptionHtml", "description_html"),
                      ("sortOrder", "sort_order"), ("templateSuffix", "template_suffix")):
        if key in data and (data[key] is not None or key == "templateSuffix"):
            setattr(row, name, data[key])
    if data.get("seo"):
        row.seo_title, row.seo_description = data["seo"].get("title"), data["seo"].get("description")
    if data.get("image"):
        row.picture = pictures.make(shop, data["image"].get("src") or "", data["image"].get("altText"))
    for each in data.get("metafields") or ():
        meta.put(shop, row, each)
    if data.get("ruleSet"):
        row.rules = [(each["column"], each["relation"], each["condition"]) for each in data["ruleSet"].get("rules") or ()]
        row.disjunctive = data["ruleSet"]["appliedDisjunctively"]
    if data.get("products") is not None:
        row.product_ids = dict.fromkeys(data["products"])
    include(row, [each.get("source") or {} for each in data.get("sources") or data.get("sourcesToCreate") or ()])
    include(row, [each.get("condition") or {} for each in data.get("sourcesToUpdate") or ()])


def include(row, given: list) -> None:
    """Selections and conditions of sources."""
    for source in given:
        part = source.get("inclusion") or {}
        for each in (*(part.get("selections") or ()), *(part.get("selectionsToAdd") or ())):
            row.product_ids.setdefault(each["productId"])
        for each in part.get("selectionsToRemove") or ():
            row.product_ids.pop(each["productId"], None)
        for each in (*(part.get("conditions") or ()), *(part.get("conditionsToCreate") or ())):
            row.rules += rules_of(each)
        if part.get("matchType"):
            row.disjunctive = part["matchType"] == "ANY"


def rules_of(given: dict) -> list[tuple]:
    found = []
    for key, value in given.items():
        if key not in CONDITIONS:
            raise ApiError(f"the condition {key} is not simulated", "NOT_SIMULATED")
        column, relations, _name = CONDITIONS[key]
        texts = value.get("values") or [str(value["value"]["amount"])]
        found += [(column, relations.get(value["relation"], value["relation"]), text) for text in texts]
    return found


def input_errors(shop, data: dict, row=None) -> list[dict]:
    found = []
    if (row is None or "title" in data) and not (data.get("title") or "").strip():
        found.append(user_error(["title"], "Title can't be blank"))
    if len(data.get("title") or "") > 255:
        found.append(user_error(["title"], "Title is too long (maximum is 255 characters)"))
    if data.get("handle") and any(each.handle == data["handle"] and each is not row
                                  for each in shop.collections.values()):
        found.append(user_error(["handle"], "Handle has already been taken"))
    if row is not None and row.is_smart and data.get("products"):
        found.append(user_error(["products"], "Cannot update products of a smart collection"))
    foreign = [gid for gid in data.get("products") or () if gid not in shop.products]
    return found + [user_error(["products"], "Product does not exist") for _gid in foreign]


@resolver("Mutation", "collectionCreate")
def create(obj, info, collection=None, input=None):
    """Not published anywhere at first."""
    shop, data = info.context.shop, collection or input or {}
    found = input_errors(shop, data)
    if found:
        return {"collection": None, "userErrors": found}
    row = store.add_collection(shop, data["title"], handle=data.get("handle"))
    take_over(shop, row, data)
    store.changed(shop, row, "create")
    return {"collection": row, "userErrors": []}


@resolver("Mutation", "collectionUpdate")
def update(obj, info, collection=None, input=None):
    shop, data = info.context.shop, collection or input or {}
    row = shop.collections.get(demand(data.get("id"), "Collection"))
    found = input_errors(shop, data, row) if row else [user_error(["id"], MISSING)]
    if found:
        return {"collection": None, "job": None, "userErrors": found}
    take_over(shop, row, data)
    store.changed(shop, row)
    return {"collection": row, "job": None, "userErrors": []}


@resolver("Mutation", "collectionDelete")
def delete(obj, info, input):
    shop, row = info.context.shop, info.context.shop.collections.get(demand(input["id"], "Collection"))
    if row is None:
        return {"deletedCollectionId": None, "userErrors": [user_error(["id"], MISSING)]}
    store.delete(shop, row)
    return {"deletedCollectionId": row.id, "userErrors": []}


def add_products(info, gid: str, product_ids: list):
    """(collection or None, error or None)"""
    shop, row = info.context.shop, info.context.shop.collections.get(demand(gid, "Collection"))
    if row is None:
        return None, user_error(["id"], "Collection doesn't exist.", "COLLECTION_DOES_NOT_EXIST")
    if row.is_smart:
        return None, user_error(["id"], "Can't manually add products to a smart collection.",
                                "CANT_ADD_TO_SMART_COLLECTION")
    for each in product_ids:
        if demand(each, "Product") in shop.products:
            row.product_ids.setdefault(each)
    store.changed(shop, row)
    return row, None


@resolver("Mutation", "collectionAddProducts")
def add(obj, info, id, product_ids):
    row, error = add_products(info, id, product_ids)
    return {"collection": row, "userErrors": [error] if error else []}


@resolver("Mutation", "collectionAddProductsV2")
def add_later(obj, info, id, product_ids):
    _row, error = add_products(info, id, product_ids)
    return {"job": None if error else job(info.context.shop), "userErrors": [error] if error else []}


@resolver("Mutation", "collectionRemoveProducts")
def remove(obj, info, id, product_ids):
    shop, row = info.context.shop, info.context.shop.collections.get(demand(id, "Collection"))
    if row is None:
        return {"job": None, "userErrors": [user_error(["id"], MISSING)]}
    for each in product_ids:
        row.product_ids.pop(each, None)
    store.changed(shop, row)
    return {"job": job(shop), "userErrors": []}


def job(shop) -> dict:
    """A job that is done when somebody asks."""
    row = {"__typename": "Job", "id": shop.gid("Job"), "done": True}
    shop.jobs[row["id"]] = row
    return {**row, "done": False}
