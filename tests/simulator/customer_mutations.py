"""customerCreate, -Update, -Set, -Delete, addresses and e-mail consent."""
from __future__ import annotations

import re

from . import payloads
from .metafields import clean_tags, put
from .records import Address, Customer
from .resolvers import resolver, user_error
from .resolvers_customers import by_contact
from .resolvers_shop import demand

EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")
PHONE = re.compile(r"^\+?[\d\s().-]{7,20}$")
CONSENT = (("emailMarketingConsent", "customerEmailMarketingConsentUpdate"),
           ("smsMarketingConsent", "customerSmsMarketingConsentUpdate"))
COUNTRIES = {"US": "United States", "CA": "Canada", "DE": "Germany", "NL": "Netherlands", "GB": "United Kingdom",
             "CZ": "Czech Republic", "FR": "France", "BE": "Belgium"}
WITHOUT_ZONES = ("DE", "NL", "CZ", "FR", "BE", "GB")


def contact_errors(shop, data: dict, base: list, own: Customer | None) -> list[tuple]:
    """(path, message, code) of wrong or taken email and phone."""
    found = []
    for key, label, pattern in (("email", "Email", EMAIL), ("phone", "Phone", PHONE)):
        value = data.get(key)
        if not value:
            continue
        if not pattern.match(value):
            found.append(([*base, key], f"{label} is invalid", "INVALID"))
        elif by_contact(shop, key, value) not in (None, own):
            found.append(([*base, key], f"{label} has already been taken", "TAKEN"))
    return found


def apply_customer(shop, row: Customer, data: dict) -> None:
    for key, name in (("firstName", "first_name"), ("lastName", "last_name"), ("email", "email"), ("phone", "phone"),
                      ("note", "note"), ("locale", "locale"), ("taxExempt", "tax_exempt"),
                      ("taxExemptions", "tax_exemptions")):
        if key in data and (data[key] is not None or key not in ("locale", "taxExempt", "taxExemptions")):
            setattr(row, name, data[key])
    if data.get("tags") is not None:
        row.tags = clean_tags(data["tags"])
    for each in data.get("metafields") or ():
        put(shop, row, each)
    if data.get("addresses") is not None:
        row.addresses = [make_address(shop, each) for each in data["addresses"]]
        row.default_address_id = row.addresses[0].id if row.addresses else None
    for key, name in (("emailMarketingConsent", "email_marketing"), ("smsMarketingConsent", "sms_marketing")):
        if data.get(key):
            setattr(row, name, data[key]["marketingState"])


def make_address(shop, data: dict, row: Address | None = None) -> Address:
    row = row or Address(shop.gid("MailingAddress"))
    for key, name in (("firstName", "first_name"), ("lastName", "last_name"), ("company", "company"),
                      ("address1", "address1"), ("address2", "address2"), ("city", "city"), ("zip", "zip"),
                      ("phone", "phone"), ("country", "country"), ("province", "province"),
                      ("countryCode", "country_code"), ("provinceCode", "province_code")):
        if key in data:
            setattr(row, name, data[key])
    if data.get("countryCode"):
        row.country = COUNTRIES.get(row.country_code, row.country_code)
    if row.country_code in WITHOUT_ZONES:
        row.province = row.province_code = None
    return row


def told(shop, row: Customer, what: str) -> None:
    row.updated_at = shop.now()
    shop.emit(f"customers/{what}", payloads.customer(shop, row), row)


def plain(found: list[tuple]) -> list:
    return [user_error(path, message) for path, message, _code in found]


@resolver("Mutation", "customerCreate")
def customer_create(obj, info, input):
    shop = info.context.shop
    found = contact_errors(shop, input, [], None)
    if not any(input.get(key) for key in ("firstName", "lastName", "phone", "email")):
        found.append((None, "A name, phone number, or email address must be present", "INVALID"))
    if found:
        return {"customer": None, "userErrors": plain(found)}
    row = Customer(shop.gid("Customer"), shop.now(), shop.now())
    apply_customer(shop, row, input)
    shop.customers[row.id] = row
    told(shop, row, "create")
    return {"customer": row, "userErrors": []}


@resolver("Mutation", "customerUpdate")
def customer_update(obj, info, input):
    shop = info.context.shop
    row = shop.customers.get(demand(input.get("id"), "Customer"))
    if row is None:
        return {"customer": None, "userErrors": [user_error(["id"], "Customer does not exist")]}
    found = contact_errors(shop, input, [], row)
    found += [([key], f"To update {key}, please use the {name} Mutation instead", "INVALID")
              for key, name in CONSENT if key in input]
    if found:
        return {"customer": None, "userErrors": plain(found)}
    apply_customer(shop, row, input)
    told(shop, row, "update")
    return {"customer": row, "userErrors": []}


@resolver("Mutation", "customerSet")
def customer_set(obj, info, input, identifier=None):
    """Create or update by id, email or phone; a given list of addresses replaces all."""
    shop, identifier = info.context.shop, identifier or {}
    found = identifier_errors(identifier, input)
    row = None
    if identifier.get("id"):
        row = shop.customers.get(demand(identifier["id"], "Customer"))
        if row is None:
            found.append((["identifier", "id"], "Resource matching the identifier was not found.", "NOT_FOUND"))
    for key in ("email", "phone"):
        row = row or by_contact(shop, key, identifier.get(key))
    found += contact_errors(shop, input, ["input"], row)
    if row is None and not found and not any(input.get(key) for key in ("firstName", "lastName", "phone", "email")):
        found.append((["input"], "A name, phone number, or email address must be present", "INVALID"))
    if found:
        return {"customer": None, "userErrors": [user_error(*each) for each in found]}
    is_new = row is None
    if is_new:
        row = Customer(shop.gid("Customer"), shop.now(), shop.now())
        shop.customers[row.id] = row
    apply_customer(shop, row, input)
    told(shop, row, "create" if is_new else "update")
    return {"customer": row, "userErrors": []}


def identifier_errors(identifier: dict, data: dict) -> list[tuple]:
    """An email or phone in the identifier must be repeated in the input."""
    found = []
    for key in ("email", "phone"):
        if identifier.get(key) and not data.get(key):
            found.append((["input"], f"The input field corresponding to the identifier is required: {key}",
                          "MISSING_FIELD_REQUIRED"))
        elif identifier.get(key) and identifier[key].lower() != data[key].lower():
            found.append((["input"], "The identifier value does not match the value of the corresponding field in "
                          "the input.", "INPUT_MISMATCH"))
    return found


@resolver("Mutation", "customerDelete")
def customer_delete(obj, info, input):
    shop = info.context.shop
    row = shop.customers.get(demand(input["id"], "Customer"))
    if row is None:
        return {"deletedCustomerId": None, "userErrors": [user_error(["id"], "Customer can't be found")]}
    if any(getattr(order, "customer", None) is row for order in shop.orders.values()):
        return {"deletedCustomerId": None, "userErrors": [
            user_error(["id"], "Customer can't be deleted because they have associated orders")]}
    del shop.customers[row.id]
    shop.emit("customers/delete", {"id": row.number_id, "admin_graphql_api_id": row.id}, row)
    return {"deletedCustomerId": row.id, "userErrors": []}


def owner_of(shop, customer_id: str):
    return shop.customers.get(demand(customer_id, "Customer"))


@resolver("Mutation", "customerAddressCreate")
def address_create(obj, info, customer_id, address, set_as_default=False):
    shop, row = info.context.shop, owner_of(info.context.shop, customer_id)
    if row is None:
        return {"address": None, "userErrors": [user_error(["customerId"], "Customer does not exist")]}
    record = make_address(shop, address)
    row.addresses.append(record)
    if set_as_default or len(row.addresses) == 1:
        row.default_address_id = record.id
    told(shop, row, "update")
    return {"address": record, "userErrors": []}


@resolver("Mutation", "customerAddressUpdate")
def address_update(obj, info, customer_id, address_id, address, set_as_default=False):
    shop, row = info.context.shop, owner_of(info.context.shop, customer_id)
    record = next((each for each in row.addresses if each.id == address_id), None) if row else None
    if record is None:
        return {"address": None, "userErrors": [user_error(["addressId"], "Address does not exist")]}
    make_address(shop, address, record)
    if set_as_default:
        row.default_address_id = record.id
    told(shop, row, "update")
    return {"address": record, "userErrors": []}


@resolver("Mutation", "customerEmailMarketingConsentUpdate")
def consent_update(obj, info, input):
    shop, row = info.context.shop, owner_of(info.context.shop, input["customerId"])
    if row is None or not row.email:
        return {"customer": None, "userErrors": [user_error(["input", "customerId"], "Customer not found", "INVALID")]}
    row.email_marketing = input["emailMarketingConsent"]["marketingState"]
    told(shop, row, "update")
    shop.emit("customers_email_marketing_consent/update", {
        "customer_id": row.number_id, "email_address": row.email,
        "email_marketing_consent": {"state": row.email_marketing.lower()}}, row)
    return {"customer": row, "userErrors": []}
