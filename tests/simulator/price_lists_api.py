"""Reading markets, catalogs and price lists."""
from __future__ import annotations

from . import price_store as store
from .records import numeric_id
from .resolvers import NODES, resolver
from .resolvers_shop import demand
from .search import Field, query_list

KINDS = {"MARKET": "MarketCatalog", "COMPANY_LOCATION": "CompanyLocationCatalog"}
NODES["PriceList"] = lambda shop, gid: shop.price_lists.get(gid)
NODES["Market"] = lambda shop, gid: shop.markets.get(gid)
FIELDS = {"id": Field("id", lambda row: numeric_id(row.id)), "status": Field("enum", lambda row: row["status"]),
          "title": Field("text", lambda row: row.get("title")), "name": Field("text", lambda row: row.get("name")),
          "market_id": Field("id", lambda row: [numeric_id(gid) for gid in row.get("marketIds", ())]),
          "company_location_id": Field("id", lambda row: [numeric_id(gid) for gid in row.get("locationIds", ())])}
SORTS = {"NAME": lambda row: row["name"].lower(), "TITLE": lambda row: row["title"].lower()}


@resolver("QueryRoot", "markets")
def markets(obj, info, query=None, sort_key="NAME", reverse=False, type=None):
    rows = [row for row in info.context.shop.markets.values() if type in (None, row["type"])]
    return query_list(info, rows, "markets", query=query, sort_key=sort_key, reverse=reverse, sort_keys=SORTS,
                      fields={name: FIELDS[name] for name in ("id", "status", "name")}, words=lambda row: [row["name"]])


@resolver("QueryRoot", "market")
def market(obj, info, id):
    return info.context.shop.markets.get(demand(id, "Market"))


@resolver("QueryRoot", "catalogs")
def catalogs(obj, info, query=None, sort_key="ID", reverse=False, type=None):
    rows = [row for row in info.context.shop.catalogs.values() if KINDS.get(type) in (None, row["__typename"])]
    return query_list(info, rows, "catalogs", query=query, sort_key=sort_key, reverse=reverse, sort_keys=SORTS,
                      fields={name: FIELDS[name] for name in ("id", "status", "title", "market_id",
                                                              "company_location_id")}, words=lambda row: [row["title"]])


@resolver("QueryRoot", "catalog")
def catalog(obj, info, id):
    return info.context.shop.catalogs.get(id)


@resolver("QueryRoot", "priceLists")
def price_lists(obj, info, sort_key="ID", reverse=False):
    return query_list(info, info.context.shop.price_lists.values(), "priceLists", sort_key=sort_key, reverse=reverse,
                      sort_keys=SORTS)


@resolver("QueryRoot", "priceList")
def price_list(obj, info, id):
    return info.context.shop.price_lists.get(demand(id, "PriceList"))


# -- markets ----------------------------------------------------------------------------------------------------
@resolver("Market", "currencySettings")
def currency_settings(obj, info):
    return {"baseCurrency": setting(info.context.shop, obj["currency"]), "localCurrencies": False, "roundingEnabled": True}


def setting(shop, code: str) -> dict:
    return {"currencyCode": code, "currencyName": store.CURRENCY_NAMES.get(code, code), "enabled": True,
            "manualRate": None, "rateUpdatedAt": None}


@resolver("Market", "regions")
def regions(obj, info):
    return [{"__typename": "MarketRegionCountry", "id": f"{obj.id.replace('/Market/', '/MarketRegionCountry/')}{place}",
             "name": store.COUNTRY_NAMES.get(code, code), "code": code, "currency": setting(None, obj["currency"])}
            for place, code in enumerate(obj["countries"])]


@resolver("Market", "conditions")
def conditions(obj, info):
    return {"conditionTypes": ["REGION"], "regionsCondition": {"market": obj, "applicationLevel": "SPECIFIED"}} if obj[
        "countries"] else None


@resolver("RegionsCondition", "regions")
def condition_regions(obj, info):
    return regions(obj["market"], info)


@resolver("Market", "catalogs")
def market_catalogs(obj, info):
    return [row for row in info.context.shop.catalogs.values() if obj.id in row["marketIds"]]


@resolver("Market", "catalogsCount")
def market_catalogs_count(obj, info):
    return {"count": len(market_catalogs(obj, info)), "precision": "EXACT"}


# -- catalogs ---------------------------------------------------------------------------------------------------
def catalog_price_list(obj, info):
    return info.context.shop.price_lists.get(obj["priceListId"])


def catalog_publication(obj, info):
    return info.context.shop.publications.get(obj["publicationId"])


for kind in KINDS.values():
    resolver(kind, "priceList")(catalog_price_list)
    resolver(kind, "publication")(catalog_publication)


@resolver("MarketCatalog", "markets")
def catalog_markets(obj, info):
    return [info.context.shop.markets[gid] for gid in obj["marketIds"] if gid in info.context.shop.markets]


@resolver("MarketCatalog", "marketsCount")
def catalog_markets_count(obj, info):
    return {"count": len(catalog_markets(obj, info)), "precision": "EXACT"}


@resolver("CompanyLocationCatalog", "companyLocations")
def catalog_locations(obj, info):
    return [row for gid in obj["locationIds"] if (row := info.context.shop.nodes.get(gid)) is not None]


@resolver("CompanyLocationCatalog", "companyLocationsCount")
def catalog_locations_count(obj, info):
    return {"count": len(catalog_locations(obj, info)), "precision": "EXACT"}


@resolver("CompanyLocation", "catalogs")
def location_catalogs(obj, info):
    return [row for row in info.context.shop.catalogs.values() if obj.id in row["locationIds"]]


@resolver("CompanyLocation", "catalogsCount")
def location_catalogs_count(obj, info):
    return {"count": len(location_catalogs(obj, info)), "precision": "EXACT"}


@resolver("CompanyLocation", "inCatalog")
def in_catalog(obj, info, catalog_id):
    return any(row.id == catalog_id for row in location_catalogs(obj, info))


# -- price lists ------------------------------------------------------------------------------------------------
@resolver("PriceList", "catalog")
def price_list_catalog(obj, info):
    return info.context.shop.catalogs.get(obj["catalogId"])


@resolver("PriceList", "fixedPricesCount")
def fixed_prices_count(obj, info):
    return len(obj["fixed"])


@resolver("PriceList", "parent")
def parent(obj, info):
    return {"adjustment": obj["adjustment"], "settings": {"compareAtMode": obj["compareAtMode"]}}


@resolver("PriceList", "prices")
def prices(obj, info, origin_type=None, query=None):
    shop = info.context.shop
    if origin_type == "FIXED":
        variants = [shop.variants[gid] for gid in obj["fixed"] if gid in shop.variants]
    else:
        variants = [row for row in shop.variants.values() if origin_type is None or row.id not in obj["fixed"]]
    if query:
        known = {"variant_id": Field("id", lambda row: row.number_id),
                 "product_id": Field("id", lambda row: numeric_id(row.product_id))}
        variants = query_list(info, variants, "prices", query=query, fields=known).rows
    return [store.price_of(shop, obj, row) for row in variants]
