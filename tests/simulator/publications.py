"""Publications, and what is published in them: products and collections."""
from __future__ import annotations

from . import collection_store, product_store
from .resolvers import NODES, resolver, user_error
from .resolvers_products import counted
from .resolvers_shop import demand, find_node, type_of
from .search import QueryList

PUBLISHABLE = ("Product", "Collection")

NODES["Publication"] = lambda shop, gid: shop.publications.get(gid)


@resolver("QueryRoot", "publications")
def publications(obj, info, catalog_type=None):
    kind = {"APP": "AppCatalog", "MARKET": "MarketCatalog", "COMPANY_LOCATION": "CompanyLocationCatalog"}.get(catalog_type)
    return [row for row in info.context.shop.publications.values() if kind in (None, row["catalog"]["__typename"])]


@resolver("QueryRoot", "publicationsCount")
def publications_count(obj, info, catalog_type=None):
    return {"count": len(publications(obj, info, catalog_type)), "precision": "EXACT"}


@resolver("QueryRoot", "publication")
def publication(obj, info, id):
    return info.context.shop.publications.get(demand(id, "Publication"))


def published(info, gid: str, rows) -> list:
    return [row for row in rows if row.publications.get(gid) and row.publications[gid] <= info.context.now]


@resolver("Publication", "products")
@resolver("Publication", "includedProducts")
def products(obj, info):
    return published(info, obj["id"], info.context.shop.products.values())


@resolver("Publication", "includedProductsCount")
def products_count(obj, info, limit=10000):
    return counted(QueryList(products(obj, info), None), limit)


@resolver("QueryRoot", "publishedProductsCount")
def published_products_count(obj, info, publication_id, limit=10000):
    return products_count({"id": publication_id}, info, limit)


@resolver("Publication", "collections")
def collections(obj, info):
    return published(info, obj["id"], info.context.shop.collections.values())


@resolver("Publication", "hasCollection")
def has_collection(obj, info, id):
    return any(row.id == id for row in collections(obj, info))


# -- publishing -------------------------------------------------------------------------------------------------
def publish(info, gid: str, rows: list, publishing: bool) -> dict:
    shop = info.context.shop
    record = find_node(shop, gid) if type_of(gid) in PUBLISHABLE else find_node(shop, demand(gid, "Product"))
    if record is None:
        return {"publishable": None, "userErrors": [user_error(["id"], "Resource does not exist")]}
    wanted = {demand(row["publicationId"], "Publication"): row.get("publishDate") or info.context.now
              for row in rows if row.get("publicationId")}
    unknown = [str(index) for index, each in enumerate(wanted) if each not in shop.publications]
    if unknown:
        return {"publishable": None, "userErrors": [
            user_error(["input", unknown[0], "publicationId"], "Publication does not exist or is not publishable")]}
    change(shop, record, wanted, publishing)
    return {"publishable": record, "userErrors": []}


def change(shop, record, wanted: dict, publishing: bool) -> None:
    """Publish a product or collection in {publication gid: time}, or no longer; it is told when that is news."""
    before = set(record.publications)
    for gid, moment in wanted.items():
        if publishing:
            record.publications.setdefault(gid, moment)
        else:
            record.publications.pop(gid, None)
    if record.gql_type == "Collection":
        if before != set(record.publications):
            collection_store.changed(shop, record)
        return
    record.published_at = record.publications.get(next(iter(shop.publications), None))
    if before != set(record.publications):
        product_store.changed(shop, record)


@resolver("Mutation", "publishablePublish")
def publishable_publish(obj, info, id, input):
    return publish(info, id, input, True)


@resolver("Mutation", "publishableUnpublish")
def publishable_unpublish(obj, info, id, input):
    return publish(info, id, input, False)


@resolver("Mutation", "publicationUpdate")
def publication_update(obj, info, id, input):
    """Adds and removes products; the ids of variants are not found, as those of what does not exist."""
    shop, row = info.context.shop, info.context.shop.publications.get(demand(id, "Publication"))
    if row is None:
        return {"publication": None, "userErrors": [
            user_error(["id"], "Publication not found.", "PUBLICATION_NOT_FOUND")]}
    for key, publishing in (("publishablesToAdd", True), ("publishablesToRemove", False)):
        for index, gid in enumerate(input.get(key) or ()):
            record = find_node(shop, gid) if type_of(gid) in PUBLISHABLE else None
            if record is None:
                return {"publication": None, "userErrors": [user_error(
                    ["input", key, str(index)], "Publishable ID not found.", "INVALID_PUBLISHABLE_ID")]}
            change(shop, record, {id: info.context.now}, publishing)
    if input.get("autoPublish") is not None:
        row["autoPublish"] = input["autoPublish"]
    return {"publication": row, "userErrors": []}


# -- fields of what is published --------------------------------------------------------------------------------
def rows_of(obj, info, only_published: bool) -> list[dict]:
    shop, now = info.context.shop, info.context.now
    return [{"publication": shop.publications[gid], "publishDate": moment, "isPublished": moment <= now,
             "publishable": obj, "id": gid} for gid, moment in obj.publications.items()
            if gid in shop.publications and (moment <= now or not only_published)]


def is_published(obj, info, publication_id) -> bool:
    return any(row["id"] == publication_id for row in rows_of(obj, info, True))


def resource_publications(obj, info, only_published=True):
    return rows_of(obj, info, only_published)


def resource_publications_by_catalog(obj, info, only_published=True, catalog_type=None):
    kind = {"MARKET": "MarketCatalog", "COMPANY_LOCATION": "CompanyLocationCatalog"}.get(catalog_type, "AppCatalog")
    return [row for row in rows_of(obj, info, only_published)
            if row["publication"]["catalog"]["__typename"] == kind]


def resource_publications_count(obj, info, only_published=True):
    return {"count": len(rows_of(obj, info, only_published)), "precision": "EXACT"}


def available_publications_count(obj, info):
    return resource_publications_count(obj, info, False)


def unpublished(obj, info):
    return [row for gid, row in info.context.shop.publications.items() if gid not in obj.publications]


for kind in PUBLISHABLE:
    for name, function in (("publishedOnPublication", is_published), ("resourcePublications", resource_publications),
                           ("resourcePublicationsV2", resource_publications_by_catalog),
                           ("resourcePublicationsCount", resource_publications_count),
                           ("availablePublicationsCount", available_publications_count),
                           ("unpublishedPublications", unpublished)):
        resolver(kind, name)(function)
