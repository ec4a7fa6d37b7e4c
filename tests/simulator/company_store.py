"""Companies that buy (B2B) with their locations, contacts and roles: where they come into being, change and go.

All of them are dicts in the form of the API; what belongs to a company names it by `companyId`.
"""
from __future__ import annotations

from . import payloads, zones

ROLES = (("Ordering only", "System-defined Ordering only role"), ("Location admin", "System-defined Location admin role"))
ADDRESS = ("recipient", "firstName", "lastName", "address1", "address2", "city", "zip", "zoneCode", "countryCode",
           "phone")


class Record(dict):
    """A dict that can own metafields; two of them are the same only when they are one."""

    __hash__ = object.__hash__

    def __init__(self, values: dict) -> None:
        super().__init__(values)
        self.metafields: dict = {}

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    @property
    def id(self) -> str:
        return self["id"]

    @property
    def gql_type(self) -> str:
        return self["__typename"]


def keep(shop, type_name: str, **values) -> Record:
    now = shop.now()
    row = Record({"__typename": type_name, "id": shop.gid(type_name), "createdAt": now, "updatedAt": now, **values})
    shop.nodes[row.id] = row
    return row


def add_company(shop, name: str, **values) -> Record:
    row = keep(shop, "Company", name=name, note=values.get("note"), externalId=values.get("externalId"),
               customerSince=values.get("customerSince") or shop.now(), mainContact=None, locations=[], contacts=[],
               contactRoles=[])
    row["contactRoles"] = [keep(shop, "CompanyContactRole", name=role, note=note) for role, note in ROLES]
    shop.companies[row.id] = row
    return row


def add_location(shop, company: Record, **values) -> Record:
    tax = {"taxRegistrationId": values.get("taxRegistrationId"), "taxExempt": bool(values.get("taxExempt")),
           "taxExemptions": list(values.get("taxExemptions") or ())}
    row = keep(shop, "CompanyLocation", companyId=company.id, name=values.get("name") or company["name"],
               note=values.get("note"), externalId=values.get("externalId"), phone=values.get("phone"),
               locale=values.get("locale") or "en", currency=shop.currency, taxSettings=tax, roleAssignments=[],
               buyerExperienceConfiguration=values.get("buyerExperienceConfiguration"), billingAddress=None,
               shippingAddress=None)
    for kind in ("shippingAddress", "billingAddress"):
        if values.get(kind):
            row[kind] = make_address(shop, company, values[kind])
    if values.get("billingSameAsShipping"):
        row["billingAddress"] = row["shippingAddress"]
    company["locations"].append(row)
    return row


def make_address(shop, company: Record, data: dict) -> Record:
    country = data.get("countryCode") or shop.country_code
    zone = data.get("zoneCode")
    return keep(shop, "CompanyAddress", **{key: data.get(key) for key in ADDRESS} | {
        "address1": data.get("address1") or "", "countryCode": country, "companyName": company["name"],
        "country": data.get("country") or zones.COUNTRIES.get(country, country),
        "province": data.get("province") or zones.PROVINCES.get(country, {}).get(zone)})


def add_contact(shop, company: Record, customer, **values) -> Record:
    row = keep(shop, "CompanyContact", companyId=company.id, customer=customer, title=values.get("title"),
               locale=values.get("locale") or "en", roleAssignments=[])
    company["contacts"].append(row)
    if company["mainContact"] is None:
        company["mainContact"] = row
    return row


def assign(shop, contact: Record, location: Record, role: Record) -> Record:
    """A role of a contact at a location; it has one at most at each."""
    row = next((each for each in contact["roleAssignments"] if each["locationId"] == location.id), None)
    if row is None:
        row = keep(shop, "CompanyContactRoleAssignment", companyId=contact["companyId"], contactId=contact.id,
                   locationId=location.id, role=role)
        contact["roleAssignments"].append(row)
        location["roleAssignments"].append(row)
    row["role"] = role
    emit_role(shop, "assign", row)
    return row


def revoke(shop, row: Record) -> None:
    for owner in (shop.nodes.get(row["contactId"]), shop.nodes.get(row["locationId"])):
        if owner and row in owner["roleAssignments"]:
            owner["roleAssignments"].remove(row)
    shop.nodes.pop(row.id, None)
    emit_role(shop, "revoke", row)


# -- telling ----------------------------------------------------------------------------------------------------
def company_body(shop, row: Record) -> dict:
    main = row["mainContact"]
    return {"name": row["name"], "note": row["note"], "external_id": row["externalId"],
            "main_contact_admin_graphql_api_id": main and main.id, "created_at": payloads.stamp(shop, row["createdAt"]),
            "updated_at": payloads.stamp(shop, row["updatedAt"]),
            "customer_since": payloads.stamp(shop, row["customerSince"]), "admin_graphql_api_id": row.id}


def address_body(shop, row: Record | None) -> dict | None:
    return row and {
        "address1": row["address1"], "address2": row["address2"], "city": row["city"], "province": row["province"],
        "country": row["country"], "zip": row["zip"], "recipient": row["recipient"], "first_name": row["firstName"],
        "last_name": row["lastName"], "phone": row["phone"], "zone_code": row["zoneCode"],
        "country_code": row["countryCode"], "created_at": payloads.stamp(shop, row["createdAt"]),
        "updated_at": payloads.stamp(shop, row["updatedAt"]), "admin_graphql_api_id": row.id}


def location_body(shop, row: Record) -> dict:
    tax = row["taxSettings"]
    return {"name": row["name"], "external_id": row["externalId"], "phone": row["phone"], "locale": row["locale"],
            "note": row["note"], "created_at": payloads.stamp(shop, row["createdAt"]),
            "updated_at": payloads.stamp(shop, row["updatedAt"]), "buyer_experience_configuration": None,
            "admin_graphql_api_id": row.id, "tax_exemptions": tax["taxExemptions"],
            "tax_settings": {"tax_registration_id": tax["taxRegistrationId"], "tax_exempt": tax["taxExempt"],
                             "tax_exemptions": tax["taxExemptions"]},
            "company": company_body(shop, shop.companies[row["companyId"]]),
            "billing_address": address_body(shop, row["billingAddress"]),
            "shipping_address": address_body(shop, row["shippingAddress"]),
            "tax_registration": {"tax_id": tax["taxRegistrationId"]} if tax["taxRegistrationId"] else None}


def contact_body(shop, row: Record) -> dict:
    return {"customer_admin_graphql_api_id": row["customer"].id, "title": row["title"], "locale": row["locale"],
            "created_at": payloads.stamp(shop, row["createdAt"]), "updated_at": payloads.stamp(shop, row["updatedAt"]),
            "admin_graphql_api_id": row.id, "company": company_body(shop, shop.companies[row["companyId"]])}


def emit_role(shop, what: str, row: Record) -> None:
    contact, location = shop.nodes.get(row["contactId"]), shop.nodes.get(row["locationId"])
    if contact and location:
        shop.emit(f"company_contact_roles/{what}", {
            "company_contact": contact_body(shop, contact), "company_location": location_body(shop, location),
            "company_contact_role": {"name": row["role"]["name"]}}, row)


TOPICS = {"Company": ("companies", company_body), "CompanyLocation": ("company_locations", location_body),
          "CompanyContact": ("company_contacts", contact_body)}


def told(shop, row: Record, what: str = "update") -> None:
    row["updatedAt"] = shop.now()
    topic, body = TOPICS[row.gql_type]
    shop.emit(f"{topic}/{what}", body(shop, row), row)


# -- going ------------------------------------------------------------------------------------------------------
def remove_contact(shop, row: Record) -> None:
    company = shop.companies[row["companyId"]]
    for each in list(row["roleAssignments"]):
        revoke(shop, each)
    company["contacts"].remove(row)
    if company["mainContact"] is row:
        company["mainContact"] = company["contacts"][0] if company["contacts"] else None
    told(shop, row, "delete")
    shop.nodes.pop(row.id, None)


def remove_location(shop, row: Record) -> None:
    for each in list(row["roleAssignments"]):
        revoke(shop, each)
    told(shop, row, "delete")
    shop.companies[row["companyId"]]["locations"].remove(row)
    shop.nodes.pop(row.id, None)


def remove_company(shop, row: Record) -> None:
    for each in list(row["contacts"]):
        remove_contact(shop, each)
    for each in list(row["locations"]):
        remove_location(shop, each)
    told(shop, row, "delete")
    del shop.companies[row.id]
    shop.nodes.pop(row.id, None)
