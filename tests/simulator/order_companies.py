"""Companies that buy (B2B): made with their first order, read by `company(id:)` and as an order's purchasing entity."""
from __future__ import annotations

from .records import Customer


def purchasing_company(shop, given: dict | None, customer: Customer | None) -> dict | None:
    """The PurchasingCompany of an order, from {name, external_id, location, location_external_id, vat, tax_exempt}."""
    if not given:
        return None
    known = shop.extra.setdefault("companies", {})
    record = known.get(given["name"]) or known.setdefault(given["name"], _company(shop, given, customer))
    return {"__typename": "PurchasingCompany", "company": record, "location": record["locations"][0],
            "contact": record["mainContact"]}


def _company(shop, given: dict, customer: Customer | None) -> dict:
    tax = {"taxRegistrationId": given.get("vat"), "taxExempt": bool(given.get("tax_exempt")), "taxExemptions": []}
    location = {"__typename": "CompanyLocation", "id": shop.gid("CompanyLocation"),
                "name": given.get("location") or given["name"], "externalId": given.get("location_external_id"),
                "taxSettings": tax, "phone": None, "currency": shop.currency, "billingAddress": None,
                "shippingAddress": None, "buyerExperienceConfiguration": None}
    contact = {"__typename": "CompanyContact", "id": shop.gid("CompanyContact"), "title": given.get("title"),
               "customer": customer}
    record = {"__typename": "Company", "id": shop.gid("Company"), "name": given["name"], "note": None,
              "externalId": given.get("external_id"), "updatedAt": shop.now(), "mainContact": contact,
              "locations": [location]}
    for row in (record, location, contact):
        shop.nodes[row["id"]] = row
    return record
