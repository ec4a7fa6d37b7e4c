"""What a merchant sets up for selling in other countries and to companies.

POST /control/shops/<domain>/companies    {name, external_id?, note?, contacts: [{email, first_name, …, title?}],
                                          locations: [{name, external_id?, vat?, tax_exempt?, phone?, shipping_address?,
                                          billing_address?}]} creates; {id, name?, …} changes; {id, delete: true}
POST /control/shops/<domain>/markets      {name, countries: [codes], currency?, price_list?: {name, adjustment?: -10,
                                          fixed?: {sku: price}}} creates a market, with a catalog and its price list
POST /control/shops/<domain>/catalogs     {title, locations: [gid], price_list: {name, currency?, adjustment?, fixed?}}:
                                          a catalog of company locations
POST /control/shops/<domain>/locales      {locales: ["en", "fr"]}: the languages of the shop, the primary one first
"""
from __future__ import annotations

from decimal import Decimal

from aiohttp import web

from . import company_store, price_store
from .control import body_of, plain, shop_of
from .control_customers import from_json
from .order_companies import location_from_json
from .records import numeric_id
from .resolvers import ApiError


def company_from_json(shop, body: dict):
    row = company_store.add_company(shop, body["name"], externalId=body.get("external_id"), note=body.get("note"))
    for each in body.get("locations") or [{}]:
        location_from_json(shop, row, {"name": body["name"], **each})
    for each in body.get("contacts") or ():
        customer = next((known for known in shop.customers.values() if known.email == each["email"]), None)
        contact = company_store.add_contact(shop, row, customer or from_json(shop, {
            key: value for key, value in each.items() if key != "title"}), title=each.get("title"))
        company_store.assign(shop, contact, row["locations"][0], row["contactRoles"][0])
    return row


def price_list_from_json(shop, catalog, body: dict, currency: str):
    percent = body.get("adjustment", 0)
    kind = "PERCENTAGE_INCREASE" if percent > 0 else "PERCENTAGE_DECREASE"
    row = price_store.add_price_list(shop, body["name"], body.get("currency") or currency,
                                     {"type": kind, "value": float(abs(percent))}, catalog)
    for sku, price in (body.get("fixed") or {}).items():
        row["fixed"][shop.variant_by_sku(sku).id] = (Decimal(str(price)), None)
    return row


def market_from_json(shop, body: dict) -> dict:
    market = price_store.add_market(shop, body["name"], body.get("countries") or (), body.get("currency"))
    if not body.get("price_list"):
        return {"market": market.id, "catalog": None, "price_list": None}
    catalog = price_store.add_catalog(shop, "MarketCatalog", body["name"], markets=[market.id])
    row = price_list_from_json(shop, catalog, body["price_list"], market["currency"])
    return {"market": market.id, "catalog": catalog.id, "price_list": row.id}


def fill(shop, spec: dict) -> None:
    """The primary market, and what a shop's JSON says."""
    price_store.add_market(shop, shop.country_code, [shop.country_code], primary=True)
    for body in spec.get("companies") or ():
        company_from_json(shop, body)
    for body in spec.get("markets") or ():
        market_from_json(shop, body)


async def change_companies(request: web.Request) -> web.Response:
    shop, body = shop_of(request), await body_of(request)
    if not body.get("id"):
        row = company_from_json(shop, body)
        for each in (row, *row["locations"], *row["contacts"]):
            company_store.told(shop, each, "create")
    else:
        row = next((each for gid, each in shop.companies.items() if str(body["id"]) in (gid, str(numeric_id(gid)))), None)
        if row is None:
            raise ApiError(f"no company {body['id']}")
        if body.get("delete"):
            company_store.remove_company(shop, row)
        else:
            row.update({key: body[name] for key, name in (("name", "name"), ("note", "note"),
                                                          ("externalId", "external_id")) if name in body})
            company_store.told(shop, row)
    return web.json_response({"id": row.id, "locations": [each.id for each in row["locations"]],
                              "contacts": [each.id for each in row["contacts"]]})


async def add_market(request: web.Request) -> web.Response:
    return web.json_response(market_from_json(shop_of(request), await body_of(request)))


async def add_catalog(request: web.Request) -> web.Response:
    shop, body = shop_of(request), await body_of(request)
    catalog = price_store.add_catalog(shop, "CompanyLocationCatalog", body["title"], locations=body["locations"])
    row = price_list_from_json(shop, catalog, body["price_list"], shop.currency)
    return web.json_response({"catalog": catalog.id, "price_list": row.id})


async def change_locales(request: web.Request) -> web.Response:
    shop, body = shop_of(request), await body_of(request)
    shop.locales = list(body["locales"])
    return web.json_response({"locales": shop.locales})


def routes(simulator) -> list:
    prefix = "/control/shops/{domain}"
    return [web.post(prefix + path, handler) for path, handler in (
        ("/companies", change_companies), ("/markets", add_market), ("/catalogs", add_catalog),
        ("/locales", change_locales))]


def state(shop) -> dict:
    lists = [{"id": row.id, "name": row["name"], "currency": row["currency"], "fixed": plain(row["fixed"])}
             for row in shop.price_lists.values()]
    texts = [{"resource": gid, "locale": locale, "key": key, "value": row["value"]}
             for (gid, locale, _market, key), row in shop.translations.items()]
    return {"price_lists": lists, "translations": texts,
            "companies": [{"id": row.id, "name": row["name"], "external_id": row["externalId"]}
                          for row in shop.companies.values()]}
