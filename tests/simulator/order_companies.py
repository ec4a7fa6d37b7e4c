"""Companies that buy (B2B): made with their first order, read by `company(id:)` and as an order's purchasing entity."""
from __future__ import annotations

from .order_people import ADDRESS_KEYS
from .records import Customer


def purchasing_company(shop, given: dict | None, customer: Customer | None) -> dict | None:
    """The PurchasingCompany of an order, from {name, external_id, location, location_external_id, vat, tax_exempt,
    location_phone, billing_address, shipping_address}; addresses have the keys of `order_people.ADDRESS_KEYS`."""
    if not given:
        return None
    known = shop.extra.setdefault("companies", {})
    record = known.get(given["name"]) or known.setdefault(given["name"], _company(shop, given, customer))
    name = given.get("location") or given["name"]
    location = next((row for row in record["locations"] if row["name"] == name), None)
    if location is None:
        location = _location(shop, given)
        record["locations"].append(location)
    return {"__typename": "PurchasingCompany", "company": record, "location": location,
            "contact": record["mainContact"]}


def _location(shop, given: dict) -> dict:
    tax = {"taxRegistrationId": given.get("vat"), "taxExempt": bool(given.get("tax_exempt")), "taxExemptions": []}
    row = {"__typename": "CompanyLocation", "id": shop.gid("CompanyLocation"),
           "name": given.get("location") or given["name"], "externalId": given.get("location_external_id"),
           "taxSettings": tax, "phone": given.get("location_phone"), "currency": shop.currency,
           "billingAddress": _address(shop, given, "billing_address"),
           "shippingAddress": _address(shop, given, "shipping_address"), "buyerExperienceConfiguration": None}
    shop.nodes[row["id"]] = row
    return row


def _address(shop, given: dict, name: str) -> dict | None:
    """A CompanyAddress; the recipient stands where an order's address has the company."""
    values = given.get(name)
    if not values:
        return None
    if unknown := set(values) - set(ADDRESS_KEYS):
        raise ValueError(f"unknown address keys: {sorted(unknown)}")
    now = shop.now()
    return {"__typename": "CompanyAddress", "id": shop.gid("CompanyAddress"), "companyName": given["name"],
            "recipient": values.get("company"), "firstName": values.get("first_name"),
            "lastName": values.get("last_name"), "address1": values.get("address1") or "",
            "address2": values.get("address2"), "city": values.get("city"), "zip": values.get("zip"),
            "province": values.get("province"), "zoneCode": values.get("province_code"),
            "country": values.get("country"), "countryCode": values.get("country_code") or shop.country_code,
            "phone": values.get("phone"), "createdAt": now, "updatedAt": now}


def _company(shop, given: dict, customer: Customer | None) -> dict:
    location = _location(shop, given)
    contact = {"__typename": "CompanyContact", "id": shop.gid("CompanyContact"), "title": given.get("title"),
               "customer": customer}
    record = {"__typename": "Company", "id": shop.gid("Company"), "name": given["name"], "note": None,
              "externalId": given.get("external_id"), "updatedAt": shop.now(), "mainContact": contact,
              "locations": [location]}
    for row in (record, contact):
        shop.nodes[row["id"]] = row
    return record
