"""Publications and publishing."""
from __future__ import annotations

from . import product_store
from .resolvers import resolver, user_error
from .resolvers_shop import demand, find_node, type_of


@resolver("QueryRoot", "publications")
def publications(obj, info):
    return list(info.context.shop.publications.values())


def publish(info, gid: str, rows: list, publishing: bool) -> dict:
    shop = info.context.shop
    product = find_node(shop, demand(gid, "Product") if type_of(gid) != "ProductVariant" else gid)
    if product is None or product.gql_type != "Product":
        return {"publishable": None, "userErrors": [user_error(["id"], "Resource does not exist")]}
    wanted = [demand(row["publicationId"], "Publication") for row in rows if row.get("publicationId")]
    unknown = [str(index) for index, each in enumerate(wanted) if each not in shop.publications]
    if unknown:
        return {"publishable": None, "userErrors": [
            user_error(["input", unknown[0], "publicationId"], "Publication does not exist or is not publishable")]}
    if publishing:
        product.publications.update(wanted)
        product.published_at = product.published_at or shop.now()
    else:
        product.publications.difference_update(wanted)
        product.published_at = product.published_at if product.publications else None
    product_store.changed(shop, product)
    return {"publishable": product, "userErrors": []}


@resolver("Mutation", "publishablePublish")
def publishable_publish(obj, info, id, input):
    return publish(info, id, input, True)


@resolver("Mutation", "publishableUnpublish")
def publishable_unpublish(obj, info, id, input):
    return publish(info, id, input, False)


@resolver("Product", "publishedOnPublication")
def published_on(obj, info, publication_id):
    return publication_id in obj.publications


@resolver("Product", "resourcePublicationsCount")
def publications_count(obj, info):
    return {"count": len(obj.publications), "precision": "EXACT"}
