"""Collections: the one place where they come into being, change and go, and which products are in them."""
from __future__ import annotations

from decimal import Decimal, InvalidOperation

from . import payloads, product_store
from .records_sales import Collection


def lowest(shop, product) -> Decimal:
    return min((shop.variants[gid].price for gid in product.variant_ids), default=Decimal(0))


SORTS = {
    "ALPHA_ASC": (lambda shop, row: row.title.lower(), False), "ALPHA_DESC": (lambda shop, row: row.title.lower(), True),
    "CREATED": (lambda shop, row: row.created_at, False), "CREATED_DESC": (lambda shop, row: row.created_at, True),
    "PRICE_ASC": (lowest, False), "PRICE_DESC": (lowest, True)}


def add_collection(shop, title: str, products=(), rules=(), **values) -> Collection:
    """A collection; `products` are records, `rules` (column, relation, condition), `values` attributes."""
    now = shop.now()
    handle, taken = values.pop("handle", None) or product_store.slug(title), {
        row.handle for row in shop.collections.values()}
    number, wanted = 0, handle
    while handle in taken:
        number += 1
        handle = f"{wanted}-{number}"
    row = Collection(shop.gid("Collection"), title, handle, now, now, shop.gid("CollectionConditionsSource"), **values)
    row.product_ids = {product.id: None for product in products}
    row.rules = [tuple(rule) for rule in rules]
    shop.collections[row.id] = row
    return row


def texts_of(shop, product, column: str) -> list:
    """What a rule's column says of a product."""
    variants = [shop.variants[gid] for gid in product.variant_ids]
    if column == "TAG":
        return product.tags
    if column == "VARIANT_TITLE":
        return [row.title for row in variants]
    if column in ("VARIANT_PRICE", "VARIANT_COMPARE_AT_PRICE"):
        name = "price" if column == "VARIANT_PRICE" else "compare_at_price"
        return [getattr(row, name) for row in variants]
    return [{"TITLE": product.title, "TYPE": product.product_type, "VENDOR": product.vendor}[column]]


def meets(value, relation: str, wanted: str) -> bool:
    if isinstance(value, Decimal):
        try:
            other = Decimal(wanted)
        except InvalidOperation:
            return False
        return {"EQUALS": value == other, "NOT_EQUALS": value != other, "GREATER_THAN": value > other,
                "LESS_THAN": value < other}.get(relation, False)
    text, wanted = (value or "").lower(), wanted.lower()
    return {"EQUALS": text == wanted, "NOT_EQUALS": text != wanted, "STARTS_WITH": text.startswith(wanted),
            "ENDS_WITH": text.endswith(wanted), "CONTAINS": wanted in text, "NOT_CONTAINS": wanted not in text,
            "IS_SET": bool(text), "IS_NOT_SET": not text}.get(relation, False)


def matches(shop, collection: Collection, product) -> bool:
    """Whether the rules take a product in; a negative rule must hold for all of its values."""
    found = []
    for column, relation, wanted in collection.rules:
        every = relation in ("NOT_EQUALS", "NOT_CONTAINS")
        found.append((all if every else any)(meets(value, relation, wanted)
                                             for value in texts_of(shop, product, column)))
    return bool(found) and (any(found) if collection.disjunctive else all(found))


def contains(shop, collection: Collection, product) -> bool:
    return product.id in collection.product_ids or matches(shop, collection, product)


def of_product(shop, product) -> list[Collection]:
    return [row for row in shop.collections.values() if contains(shop, row, product)]


def members(shop, collection: Collection, sort: str | None = None) -> list:
    """The products in the order of the collection, or in another."""
    rows = [shop.products[gid] for gid in collection.product_ids if gid in shop.products]
    if collection.rules:
        rows += [row for row in shop.products.values()
                 if row.id not in collection.product_ids and matches(shop, collection, row)]
    key, backwards = SORTS.get(sort or collection.sort_order, (None, False))
    return sorted(rows, key=lambda row: key(shop, row), reverse=backwards) if key else rows


def changed(shop, collection: Collection, what: str = "update") -> None:
    collection.updated_at = shop.now()
    shop.emit(f"collections/{what}", payload(shop, collection), collection)


def payload(shop, row: Collection) -> dict:
    """The body of collections/create and collections/update."""
    body = {"id": row.number_id, "admin_graphql_api_id": row.id, "handle": row.handle, "title": row.title,
            "updated_at": payloads.stamp(shop, row.updated_at), "body_html": row.description_html,
            "published_at": payloads.stamp(shop, min(row.publications.values(), default=None)),
            "sort_order": row.sort_order.lower().replace("_", "-"), "template_suffix": row.template_suffix,
            "published_scope": "web"}
    if row.is_smart:
        body.update(disjunctive=row.disjunctive, rules=[
            {"column": column.lower(), "relation": relation.lower(), "condition": condition}
            for column, relation, condition in row.rules])
    return body


def delete(shop, row: Collection) -> None:
    del shop.collections[row.id]
    shop.emit("collections/delete", {"id": row.number_id, "admin_graphql_api_id": row.id, "published_scope": "web"}, row)


def join(shop, product, gids) -> None:
    """Put a product into custom collections, each of which tells it when that is new."""
    for gid in gids:
        row = shop.collections[gid]
        if product.id not in row.product_ids:
            row.product_ids[product.id] = None
            changed(shop, row)


def leave(shop, product, gids) -> None:
    for gid in gids:
        row = shop.collections.get(gid)
        if row and product.id in row.product_ids:
            del row.product_ids[product.id]
            changed(shop, row)


def faults(shop, gids, path: list, joining: bool = True) -> list[tuple]:
    """(path, message, code) of collections that a product cannot be put into."""
    found = []
    for gid in gids:
        row = shop.collections.get(gid)
        if row is None:
            found.append((path, "Collection does not exist", "INVALID_INPUT"))
        elif joining and row.is_smart:
            found.append((path, "Can't manually add products to a smart collection.", "INVALID_INPUT"))
    return found
