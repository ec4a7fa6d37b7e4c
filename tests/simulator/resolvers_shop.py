"""The shop itself, the app, versions, node lookups, locations and jobs."""
from __future__ import annotations

from zoneinfo import ZoneInfo

from . import schema
from .records import numeric_id
from .resolvers import NODES, RESOLVERS, ApiError, resolver
from .scalars import GID
from .search import Field, id_field, query_list

PLANS = {"standard": "Grow", "advanced": "Advanced", "plus": "Plus"}


def type_of(gid: str) -> str:
    """The type name inside a GID; RESOURCE_NOT_FOUND when it is no GID at all."""
    if not GID.match(gid or ""):
        raise ApiError(f"Invalid global id '{gid}'", "RESOURCE_NOT_FOUND")
    return gid.split("/")[3]


def demand(gid: str, type_name: str) -> str:
    """The GID itself, when it names that type; RESOURCE_NOT_FOUND otherwise."""
    if not GID.match(gid or "") or type_of(gid) != type_name:
        raise ApiError(f"Invalid id: {gid}", "RESOURCE_NOT_FOUND")
    return gid


def find_node(shop, gid: str):
    """The record of a GID of any type, or None."""
    name = type_of(gid)
    if name in NODES:
        return NODES[name](shop, gid)
    return shop.nodes.get(gid)


@resolver("QueryRoot", "node")
def node(obj, info, id):
    return find_node(info.context.shop, id)


@resolver("QueryRoot", "nodes")
def nodes(obj, info, ids):
    return [find_node(info.context.shop, gid) for gid in ids]


NODES.update({
    "Product": lambda shop, gid: shop.products.get(gid),
    "ProductVariant": lambda shop, gid: shop.variants.get(gid),
    "InventoryItem": lambda shop, gid: shop.inventory_items.get(gid),
    "Location": lambda shop, gid: shop.locations.get(gid),
    "Customer": lambda shop, gid: shop.customers.get(gid),
    "Order": lambda shop, gid: shop.orders.get(gid),
    "WebhookSubscription": lambda shop, gid: shop.subscriptions.get(gid),
    "BulkOperation": lambda shop, gid: shop.bulk_operations.get(gid),
    "InventoryLevel": lambda shop, gid: next((row for row in shop.levels.values() if row.id == gid), None),
    "Shop": lambda shop, gid: _shop(shop, None) if gid == shop.id else None,
})


# -- shop -------------------------------------------------------------------------------------------------------
@resolver("QueryRoot", "shop")
def the_shop(obj, info):
    return _shop(info.context.shop, info.context.now)


def _shop(shop, now) -> dict:
    now = now or shop.now()
    offset = int(now.astimezone(ZoneInfo(shop.timezone)).utcoffset().total_seconds() // 60)
    url = f"https://{shop.domain}"
    address = shop.address
    return {
        "__typename": "Shop", "id": shop.id, "name": shop.name, "email": f"owner@{shop.domain.split('.')[0]}.example",
        "contactEmail": f"sales@{shop.domain.split('.')[0]}.example", "myshopifyDomain": shop.domain, "url": url,
        "primaryDomain": {"id": shop.id.replace("Shop", "Domain"), "host": shop.domain, "url": url, "sslEnabled": True},
        "plan": {"publicDisplayName": PLANS[shop.plan], "displayName": PLANS[shop.plan],
                 "shopifyPlus": shop.plan == "plus", "partnerDevelopment": False},
        "currencyCode": shop.currency, "taxesIncluded": shop.taxes_included, "taxShipping": shop.tax_shipping,
        "enabledPresentmentCurrencies": shop.presentment_currencies or [shop.currency], "weightUnit": "KILOGRAMS",
        "unitSystem": "METRIC_SYSTEM", "ianaTimezone": shop.timezone, "timezoneOffsetMinutes": offset,
        "timezoneOffset": f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}{abs(offset) % 60:02}",
        "timezoneAbbreviation": now.astimezone(ZoneInfo(shop.timezone)).strftime("%Z"),
        "orderNumberFormatPrefix": "#", "orderNumberFormatSuffix": "", "setupRequired": False,
        "shopAddress": address and {
            "id": shop.id.replace("/Shop/", "/ShopAddress/"), "company": address.company, "address1": address.address1,
            "address2": address.address2, "city": address.city, "provinceCode": address.province_code,
            "province": address.province, "country": address.country, "countryCodeV2": address.country_code,
            "zip": address.zip, "phone": address.phone},
        "resourceLimits": {"maxProductVariants": 2048, "maxProductOptions": 3, "skuResourceLimits": None,
                           "locationLimit": 200 if shop.plan == "plus" else 10, "redirectLimitReached": False},
    }


@resolver("QueryRoot", "currentAppInstallation")
def installation(obj, info):
    shop = info.context.shop
    number = numeric_id(shop.id)
    return {"id": f"gid://shopify/AppInstallation/{number + 1}",
            "app": {"id": f"gid://shopify/App/{number + 2}", "title": shop.app.title,
                    "handle": shop.app.title.lower().replace(" ", "-"), "apiKey": shop.app.client_id},
            "accessScopes": [{"handle": name, "description": name.replace("_", " ").capitalize()}
                             for name in sorted(shop.app.scopes)]}


@resolver("QueryRoot", "publicApiVersions")
def versions(obj, info):
    expired = info.context.state.expired_versions
    return [{"handle": name, "displayName": f"{name} (Latest)" if name == schema.VERSIONS[-1] else name,
             "supported": name not in expired} for name in schema.VERSIONS]


# -- locations --------------------------------------------------------------------------------------------------
LOCATION_FIELDS = {"id": id_field(), "name": Field("text", lambda row: row.name),
                   "active": Field("bool", lambda row: row.is_active),
                   "created_at": Field("time", lambda row: row.created_at)}
LOCATION_SORTS = {"NAME": lambda row: row.name.lower()}


@resolver("QueryRoot", "locations")
def locations(obj, info, query=None, sort_key="NAME", reverse=False, include_inactive=False, include_legacy=False):
    rows = [row for row in info.context.shop.locations.values()
            if (row.is_active or include_inactive) and (not row.is_fulfillment_service or include_legacy)]
    return query_list(info, rows, "locations", query=query, sort_key=sort_key, reverse=reverse,
                      fields=LOCATION_FIELDS, sort_keys=LOCATION_SORTS, words=lambda row: [row.name])


@resolver("QueryRoot", "location")
def location(obj, info, id=None):
    shop = info.context.shop
    return shop.locations.get(demand(id, "Location")) if id else shop.default_location


@resolver("QueryRoot", "locationsCount")
def locations_count(obj, info):
    return {"count": len(info.context.shop.locations), "precision": "EXACT"}


@resolver("Location", "hasActiveInventory")
def has_active_inventory(obj, info):
    return any(row.location_id == obj.id and row.is_active for row in info.context.shop.levels.values())


@resolver("Location", "isPrimary")
def is_primary(obj, info):
    return obj is info.context.shop.default_location


@resolver("QueryRoot", "job")
def job(obj, info, id):
    return info.context.shop.jobs.get(demand(id, "Job"))


RESOLVERS.setdefault("Location", {})["address"] = lambda obj, info: {
    **{name: getattr(obj.address, name) for name in (
        "address1", "address2", "city", "province", "province_code", "country", "country_code", "zip", "phone")},
    "formatted": [text for text in (obj.address.address1, obj.address.city, obj.address.country) if text]}
