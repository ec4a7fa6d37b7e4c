"""Catalogs and price lists: created, changed, deleted; fixed prices added and deleted."""
from __future__ import annotations

from . import price_store as store
from .resolvers import resolver, user_error
from .resolvers_shop import demand, type_of

MAX_BY_PRODUCT = 10_000


def list_of(shop, gid: str):
    return shop.price_lists.get(demand(gid, "PriceList"))


def currency_faults(price_list, row: dict, base: list, code: str) -> list[dict]:
    return [user_error([*base, key, "currencyCode"], "The specified currency does not match the price list's currency.",
                       code) for key in ("price", "compareAtPrice")
            if row.get(key) and row[key]["currencyCode"] != price_list["currency"]]


def price_faults(shop, price_list, rows: list, base: str) -> list[dict]:
    """What is wrong with PriceListPriceInputs."""
    found = []
    for index, row in enumerate(rows):
        path = [base, str(index)]
        if demand(row["variantId"], "ProductVariant") not in shop.variants:
            found.append(user_error([*path, "variantId"], "Variant does not exist.", "VARIANT_NOT_FOUND"))
        if row["price"]["amount"] < 0:
            found.append(user_error([*path, "price", "amount"], "Price must be greater than or equal to 0", "BLANK"))
        found += currency_faults(price_list, row, path, "PRICE_LIST_CURRENCY_MISMATCH")
    return found


def fix(price_list, rows: list) -> None:
    for row in rows:
        compare = row.get("compareAtPrice")
        price_list["fixed"][row["variantId"]] = (row["price"]["amount"], compare and compare["amount"])


def missing(code: str = "PRICE_LIST_NOT_FOUND") -> list[dict]:
    return [user_error(["priceListId"], "Price list does not exist.", code)]


@resolver("Mutation", "priceListFixedPricesAdd")
def add_prices(obj, info, price_list_id, prices):
    shop, row = info.context.shop, list_of(info.context.shop, price_list_id)
    errors = price_faults(shop, row, prices, "prices") if row else missing()
    if errors:
        return {"prices": None, "userErrors": errors}
    fix(row, prices)
    return {"prices": [store.price_of(shop, row, shop.variants[each["variantId"]]) for each in prices], "userErrors": []}


def delete_faults(row, gids: list, base: str) -> list[dict]:
    return [user_error([base, str(index)], "Only fixed prices can be deleted.", "PRICE_NOT_FIXED")
            for index, gid in enumerate(gids) if demand(gid, "ProductVariant") not in row["fixed"]]


@resolver("Mutation", "priceListFixedPricesDelete")
def delete_prices(obj, info, price_list_id, variant_ids):
    row = list_of(info.context.shop, price_list_id)
    errors = delete_faults(row, variant_ids, "variantIds") if row else missing()
    if errors:
        return {"deletedFixedPriceVariantIds": None, "userErrors": errors}
    for gid in variant_ids:
        row["fixed"].pop(gid, None)
    return {"deletedFixedPriceVariantIds": variant_ids, "userErrors": []}


@resolver("Mutation", "priceListFixedPricesUpdate")
def update_prices(obj, info, price_list_id, prices_to_add, variant_ids_to_delete):
    """All or none."""
    shop, row = info.context.shop, list_of(info.context.shop, price_list_id)
    errors = (price_faults(shop, row, prices_to_add, "pricesToAdd")
              + delete_faults(row, variant_ids_to_delete, "variantIdsToDelete")) if row else missing()
    if errors:
        return {"priceList": row, "pricesAdded": None, "deletedFixedPriceVariantIds": None, "userErrors": errors}
    for gid in variant_ids_to_delete:
        row["fixed"].pop(gid, None)
    fix(row, prices_to_add)
    return {"priceList": row, "deletedFixedPriceVariantIds": variant_ids_to_delete, "userErrors": [],
            "pricesAdded": [store.price_of(shop, row, shop.variants[each["variantId"]]) for each in prices_to_add]}


@resolver("Mutation", "priceListFixedPricesByProductUpdate")
def update_by_product(obj, info, price_list_id, prices_to_add=None, prices_to_delete_by_product_ids=None):
    shop, row = info.context.shop, list_of(info.context.shop, price_list_id)
    adding, deleting = prices_to_add or [], prices_to_delete_by_product_ids or []
    errors = product_faults(shop, row, adding, deleting) if row else missing("PRICE_LIST_DOES_NOT_EXIST")
    if errors:
        return {"priceList": None, "pricesToAddProducts": None, "pricesToDeleteProducts": None, "userErrors": errors}
    for each in adding:
        variants = shop.products[each["productId"]].variant_ids
        fix(row, [{**each, "variantId": gid} for gid in variants])
    for gid in deleting:
        for variant in shop.products[gid].variant_ids:
            row["fixed"].pop(variant, None)
    return {"priceList": row, "pricesToAddProducts": [shop.products[each["productId"]] for each in adding],
            "pricesToDeleteProducts": [shop.products[gid] for gid in deleting], "userErrors": []}


def product_faults(shop, row, adding: list, deleting: list) -> list[dict]:
    gids = [each["productId"] for each in adding]
    if not gids and not deleting:
        return [user_error(None, "No update operations specified.", "NO_UPDATE_OPERATIONS_SPECIFIED")]
    found = []
    if len(set(gids)) != len(gids):
        found.append(user_error(["pricesToAdd"], "Duplicate ID in input.", "DUPLICATE_ID_IN_INPUT"))
    if set(gids) & set(deleting):
        found.append(user_error(None, "IDs must be mutually exclusive across add or delete operations.",
                                "ID_MUST_BE_MUTUALLY_EXCLUSIVE"))
    found += [user_error(["pricesToAdd", str(index), "productId"], "Product does not exist.", "PRODUCT_DOES_NOT_EXIST")
              for index, gid in enumerate(gids) if gid not in shop.products]
    found += [user_error(["pricesToDeleteByProductIds", str(index)], "Product does not exist.", "PRODUCT_DOES_NOT_EXIST")
              for index, gid in enumerate(deleting) if gid not in shop.products]
    for index, each in enumerate(adding):
        found += currency_faults(row, each, ["pricesToAdd", str(index)], "PRICES_TO_ADD_CURRENCY_MISMATCH")
    if sum(len(shop.products[gid].variant_ids) for gid in gids if gid in shop.products) > MAX_BY_PRODUCT:
        found.append(user_error(["pricesToAdd"], "Exceeded the 10000 prices to add limit.", "PRICE_LIMIT_EXCEEDED"))
    return found


# -- price lists ------------------------------------------------------------------------------------------------
def list_faults(shop, data: dict, own=None) -> list[dict]:
    found, catalog = [], shop.catalogs.get(data.get("catalogId"))
    if "name" in data and not (data["name"] or "").strip():
        found.append(user_error(["input", "name"], "Name can't be blank", "BLANK"))
    if any(row["name"] == data.get("name") and row is not own for row in shop.price_lists.values()):
        found.append(user_error(["input", "name"], "Name has already been taken", "TAKEN"))
    adjustment = (data.get("parent") or {}).get("adjustment")
    limit = 100 if adjustment and adjustment["type"] == "PERCENTAGE_DECREASE" else 1000
    if adjustment and not 0 <= adjustment["value"] <= limit:
        found.append(user_error(["input", "parent", "adjustment", "value"], "The adjustment value is invalid.",
                                "INVALID_ADJUSTMENT_VALUE"))
    if data.get("catalogId") and catalog is None:
        found.append(user_error(["input", "catalogId"], "The specified catalog does not exist.", "CATALOG_DOES_NOT_EXIST"))
    if catalog is not None and catalog["priceListId"] not in (None, own and own.id):
        found.append(user_error(["input", "catalogId"], "Catalog has a price list already assigned.", "CATALOG_TAKEN"))
    markets = [shop.markets[gid] for gid in catalog["marketIds"]] if catalog else []
    if data.get("currency") and any(row["currency"] != data["currency"] for row in markets):
        found.append(user_error(["input", "currency"], "The price list currency must match the market catalog currency.",
                                "CATALOG_MARKET_AND_PRICE_LIST_CURRENCY_MISMATCH"))
    return found


@resolver("Mutation", "priceListCreate")
def create_list(obj, info, input):
    shop = info.context.shop
    errors = list_faults(shop, input)
    if errors:
        return {"priceList": None, "userErrors": errors}
    settings = input["parent"].get("settings") or {}
    row = store.add_price_list(shop, input["name"], input["currency"], input["parent"]["adjustment"],
                               shop.catalogs.get(input.get("catalogId")), settings.get("compareAtMode", "ADJUSTED"))
    return {"priceList": row, "userErrors": []}


@resolver("Mutation", "priceListUpdate")
def update_list(obj, info, id, input):
    """Another currency takes all fixed prices away."""
    shop, row = info.context.shop, list_of(info.context.shop, id)
    errors = list_faults(shop, input, row) if row else [
        user_error(["id"], "The specified price list doesn't exist.", "PRICE_LIST_NOT_FOUND")]
    if errors:
        return {"priceList": None, "userErrors": errors}
    if input.get("currency") and input["currency"] != row["currency"]:
        row["currency"], row["fixed"] = input["currency"], {}
    row["name"] = input.get("name") or row["name"]
    if input.get("parent"):
        row["adjustment"] = input["parent"]["adjustment"]
    if input.get("catalogId"):
        attach(shop, shop.catalogs[input["catalogId"]], row)
    return {"priceList": row, "userErrors": []}


def attach(shop, catalog, price_list) -> None:
    for row in shop.catalogs.values():
        row["priceListId"] = None if row["priceListId"] == price_list.id else row["priceListId"]
    catalog["priceListId"], price_list["catalogId"] = price_list.id, catalog.id


@resolver("Mutation", "priceListDelete")
def delete_list(obj, info, id):
    shop, row = info.context.shop, list_of(info.context.shop, id)
    if row is None:
        return {"deletedId": None, "userErrors": [
            user_error(["id"], "The specified price list doesn't exist.", "PRICE_LIST_NOT_FOUND")]}
    del shop.price_lists[id]
    for each in shop.catalogs.values():
        each["priceListId"] = None if each["priceListId"] == id else each["priceListId"]
    return {"deletedId": id, "userErrors": []}


# -- catalogs ---------------------------------------------------------------------------------------------------
def catalog_faults(shop, data: dict) -> list[dict]:
    context = data.get("context") or {}
    markets, locations = context.get("marketIds") or [], context.get("companyLocationIds") or []
    found = []
    if markets and locations:
        found.append(user_error(["input", "context"], "Must provide exactly one context type.",
                                "MUST_PROVIDE_EXACTLY_ONE_CONTEXT_TYPE"))
    if any(gid not in shop.markets for gid in markets):
        found.append(user_error(["input", "context", "marketIds"], "Market not found.", "MARKET_NOT_FOUND"))
    if any(shop.nodes.get(gid) is None or type_of(gid) != "CompanyLocation" for gid in locations):
        found.append(user_error(["input", "context", "companyLocationIds"], "The company location could not be found.",
                                "COMPANY_LOCATION_NOT_FOUND"))
    if data.get("priceListId") and data["priceListId"] not in shop.price_lists:
        found.append(user_error(["input", "priceListId"], "Price list not found.", "PRICE_LIST_NOT_FOUND"))
    if data.get("publicationId") and data["publicationId"] not in shop.publications:
        found.append(user_error(["input", "publicationId"], "Publication not found.", "PUBLICATION_NOT_FOUND"))
    return found


@resolver("Mutation", "catalogCreate")
def create_catalog(obj, info, input):
    shop, context = info.context.shop, input["context"]
    errors = catalog_faults(shop, input)
    if not (input["title"] or "").strip():
        errors.append(user_error(["input", "title"], "Title can't be blank", "BLANK"))
    if errors:
        return {"catalog": None, "userErrors": errors}
    kind = "MarketCatalog" if context.get("marketIds") else "CompanyLocationCatalog"
    row = store.add_catalog(shop, kind, input["title"], input["status"], context.get("marketIds") or (),
                            context.get("companyLocationIds") or (), input.get("publicationId"))
    if input.get("priceListId"):
        attach(shop, row, shop.price_lists[input["priceListId"]])
    return {"catalog": row, "userErrors": []}


@resolver("Mutation", "catalogUpdate")
def update_catalog(obj, info, id, input):
    shop, row = info.context.shop, info.context.shop.catalogs.get(id)
    errors = catalog_faults(shop, input) if row else [
        user_error(["id"], "The catalog wasn't found.", "CATALOG_NOT_FOUND")]
    if errors:
        return {"catalog": None, "userErrors": errors}
    for key in ("title", "status", "publicationId"):
        row[key] = input.get(key) or row[key]
    if input.get("priceListId"):
        attach(shop, row, shop.price_lists[input["priceListId"]])
    context = input.get("context") or {}
    row["marketIds"] = context.get("marketIds") or row["marketIds"]
    row["locationIds"] = context.get("companyLocationIds") or row["locationIds"]
    return {"catalog": row, "userErrors": []}


@resolver("Mutation", "catalogContextUpdate")
def update_context(obj, info, catalog_id, contexts_to_add=None, contexts_to_remove=None):
    shop, row = info.context.shop, info.context.shop.catalogs.get(catalog_id)
    errors = catalog_faults(shop, {"context": contexts_to_add}) if row else [
        user_error(["catalogId"], "The catalog wasn't found.", "CATALOG_NOT_FOUND")]
    if row and not contexts_to_add and not contexts_to_remove:
        errors.append(user_error(None, "Must have `contexts_to_add` or `contexts_to_remove` argument.",
                                 "REQUIRES_CONTEXTS_TO_ADD_OR_REMOVE"))
    if errors:
        return {"catalog": None, "userErrors": errors}
    for key, name in (("marketIds", "marketIds"), ("companyLocationIds", "locationIds")):
        gone = (contexts_to_remove or {}).get(key) or ()
        row[name] = [gid for gid in row[name] if gid not in gone]
        row[name] += [gid for gid in (contexts_to_add or {}).get(key) or () if gid not in row[name]]
    return {"catalog": row, "userErrors": []}


@resolver("Mutation", "catalogDelete")
def delete_catalog(obj, info, id, delete_dependent_resources=False):
    shop, row = info.context.shop, info.context.shop.catalogs.get(id)
    if row is None:
        return {"deletedId": None, "userErrors": [
            user_error(["id"], "The catalog wasn't found.", "CATALOG_NOT_FOUND")]}
    if delete_dependent_resources and row["priceListId"]:
        shop.price_lists.pop(row["priceListId"], None)
    elif row["priceListId"]:
        shop.price_lists[row["priceListId"]]["catalogId"] = None
    del shop.catalogs[id]
    return {"deletedId": id, "userErrors": []}
