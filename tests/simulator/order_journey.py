"""How a customer came to the shop before ordering: visits, campaigns, the channel that the order is credited to."""
from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from .resolvers import resolver

UTM_KEYS = ("source", "medium", "campaign", "content", "term")
CHANNELS = {"web": ("online-store", "Online Store"), "pos": ("pos", "Point of Sale"),
            "shopify_draft_order": ("draft-orders", "Draft Orders")}


def journey(shop, order, spec: dict) -> dict | None:
    """The CustomerJourneySummary of an order: {utm {source, …}, referrer} of the spec make its last visit. None for
    orders that did not come through the online store."""
    utm, referrer = spec.get("utm"), spec.get("referrer")
    if unknown := set(utm or ()) - set(UTM_KEYS):
        raise ValueError(f"unknown UTM parameters: {sorted(unknown)}")
    if order.source_name != "web" and not (utm or referrer):
        return None
    visit = _visit(shop, order, utm, referrer)
    return {"ready": True, "firstVisit": visit, "lastVisit": visit, "daysToConversion": 0, "customerOrderIndex": None,
            "momentsCount": {"count": 1, "precision": "EXACT"}}


def _visit(shop, order, utm: dict | None, referrer: str | None) -> dict:
    landing = f"https://{shop.domain}/"
    if utm:
        landing += "?" + urlencode({f"utm_{key}": value for key, value in utm.items()})
    source = (utm or {}).get("source") or (referrer or "").split("//")[-1].partition("/")[0] or "direct"
    return {"__typename": "CustomerVisit", "id": shop.gid("CustomerVisit"), "landingPage": landing,
            "landingPageHtml": landing, "occurredAt": order.created_at - timedelta(minutes=5), "referralCode": None,
            "referralInfoHtml": f"Source: {source}", "referrerUrl": referrer, "source": source,
            "sourceDescription": None, "sourceType": None, "utmParameters": {**dict.fromkeys(UTM_KEYS), **utm}
            if utm else None}


@resolver("Order", "customerJourneySummary")
def customer_journey(order, info):
    return order.journey


@resolver("Order", "attribution")
def attribution(order, info):
    if order.attribution:
        return {"icon": None, **order.attribution}
    handle, name = CHANNELS.get(order.source_name, (order.source_name, order.source_name))
    return {"handle": handle, "displayName": name, "icon": None} if handle else None
