"""Companies as an order's purchasing entity: found by their name, made with their first order."""
from __future__ import annotations

from . import company_store as store
from .order_people import ADDRESS_KEYS
from .records import Customer

NAMES = {"first_name": "firstName", "last_name": "lastName", "company": "recipient", "province_code": "zoneCode",
         "country_code": "countryCode"}


def purchasing_company(shop, given: dict | None, customer: Customer | None) -> dict | None:
    """The PurchasingCompany of an order, from {name, external_id, location, location_external_id, vat, tax_exempt,
    location_phone, billing_address, shipping_address}; addresses have the keys of `order_people.ADDRESS_KEYS`."""
    if not given:
        return None
    record = next((row for row in shop.companies.values() if row["name"] == given["name"]), None)
    if record is None:
        record = store.add_company(shop, given["name"], externalId=given.get("external_id"))
        location_from_json(shop, record, given)
        store.add_contact(shop, record, customer, title=given.get("title"))
    name = given.get("location") or given["name"]
    location = next((row for row in record["locations"] if row["name"] == name), None)
    location = location or location_from_json(shop, record, given)
    return {"__typename": "PurchasingCompany", "company": record, "location": location,
            "contact": record["mainContact"]}


def location_from_json(shop, company, given: dict):
    """A location with the keys of `purchasing_company`; its own name is `location` or `name`."""
    addresses = {f"{kind}Address": _address(given.get(f"{kind}_address")) for kind in ("billing", "shipping")}
    return store.add_location(
        shop, company, name=given.get("location") or given["name"], externalId=given.get("location_external_id"),
        phone=given.get("location_phone") or given.get("phone"), taxRegistrationId=given.get("vat"),
        taxExempt=given.get("tax_exempt"), **addresses)


def _address(values: dict | None) -> dict | None:
    """A CompanyAddressInput; the recipient stands where an order's address has the company."""
    if values and (unknown := set(values) - set(ADDRESS_KEYS)):
        raise ValueError(f"unknown address keys: {sorted(unknown)}")
    return values and {NAMES.get(key, key): value for key, value in values.items()}
