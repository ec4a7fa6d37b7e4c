"""customerCreate, -Update, -Set, -Delete, tax exemptions, and consents."""
from __future__ import annotations

import re

from . import zones
from .customer_store import apply_customer, consent, consent_told, delete, new_customer, orders_of, told
from .metafields import entry_errors
from .records import Customer
from .resolvers import resolver, user_error
from .resolvers_customers import by_contact
from .resolvers_shop import demand

EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")
CONSENT = (("emailMarketingConsent", "customerEmailMarketingConsentUpdate"),
           ("smsMarketingConsent", "customerSmsMarketingConsentUpdate"))
MAX_TEXT = 255


def contact_errors(shop, data: dict, base: list, own: Customer | None) -> list[tuple]:
    """(path, message, code) of wrong or taken email and phone, and of texts that are too long."""
    found = []
    for key, label in (("email", "Email"), ("phone", "Phone")):
        value = data.get(key)
        if not value:
            continue
        if not (EMAIL.match(value) if key == "email" else zones.e164(value, shop.country_code)):
            found.append(([*base, key], f"{label} is invalid", "INVALID"))
        elif by_contact(shop, key, value) not in (None, own):
            found.append(([*base, key], f"{label} has already been taken", "TAKEN"))
    found += [fault for row in data.get("metafields") or ()
              for fault in entry_errors(shop, row, [*base, "metafields"], "CUSTOMER")]
    for key, label in (("firstName", "First name"), ("lastName", "Last name")):
        if len(data.get(key) or "") > MAX_TEXT:
            found.append(([*base, key], f"{label} is too long (maximum is 255 characters)", "TOO_LONG"))
    return found


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
    row = new_customer(shop, input)
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
    told(shop, row)
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
    if row is None:
        row = new_customer(shop, input)
        told(shop, row, "create")
    else:
        apply_customer(shop, row, input)
        told(shop, row)
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
    if orders_of(shop, row):
        return {"deletedCustomerId": None, "userErrors": [
            user_error(["id"], "Customer can't be deleted because they have associated orders")]}
    delete(shop, row)
    return {"deletedCustomerId": row.id, "userErrors": []}


def owner_of(shop, customer_id: str):
    return shop.customers.get(demand(customer_id, "Customer"))


# -- tax exemptions ---------------------------------------------------------------------------------------------
def exempt(info, customer_id: str, change) -> dict:
    shop, row = info.context.shop, owner_of(info.context.shop, customer_id)
    if row is None:
        return {"customer": None, "userErrors": [user_error(["customerId"], "Customer does not exist.")]}
    row.tax_exemptions = change(list(row.tax_exemptions))
    told(shop, row)
    return {"customer": row, "userErrors": []}


@resolver("Mutation", "customerAddTaxExemptions")
def add_exemptions(obj, info, customer_id, tax_exemptions):
    return exempt(info, customer_id, lambda known: list(dict.fromkeys([*known, *tax_exemptions])))


@resolver("Mutation", "customerRemoveTaxExemptions")
def remove_exemptions(obj, info, customer_id, tax_exemptions):
    return exempt(info, customer_id, lambda known: [name for name in known if name not in tax_exemptions])


@resolver("Mutation", "customerReplaceTaxExemptions")
def replace_exemptions(obj, info, customer_id, tax_exemptions):
    return exempt(info, customer_id, lambda known: list(tax_exemptions))


# -- consents ---------------------------------------------------------------------------------------------------
def change_consent(info, data: dict, kind: str) -> dict:
    """Refused: a customer without that contact, a state of which it makes no sense to tell, a time that comes yet."""
    shop, row = info.context.shop, owner_of(info.context.shop, data["customerId"])
    given, path = data[f"{kind}MarketingConsent"], ["input", f"{kind}MarketingConsent"]
    errors = []
    if row is None:
        errors = [user_error(["input", "customerId"], "Customer not found", "INVALID")]
    elif not (row.email if kind == "email" else row.phone):
        what = "an email address" if kind == "email" else "a phone number"
        errors = [user_error(["input", "customerId"], f"Customer must have {what} to update consent", "INVALID")]
    elif given["marketingState"] in ("NOT_SUBSCRIBED", "REDACTED", "INVALID"):
        errors = [user_error([*path, "marketingState"], f"Cannot specify {given['marketingState']} as a marketing state "
                             "input", "INVALID")]
    elif given["marketingState"] == "PENDING" and given.get("marketingOptInLevel") != "CONFIRMED_OPT_IN":
        errors = [user_error([*path, "marketingOptInLevel"], "Must be CONFIRMED_OPT_IN when the state is PENDING",
                             "INVALID")]
    elif given.get("consentUpdatedAt") and given["consentUpdatedAt"] > info.context.now:
        errors = [user_error([*path, "consentUpdatedAt"], "Consent updated at cannot be in the future", "INVALID")]
    if errors:
        return {"customer": None, "userErrors": errors}
    consent(shop, row, kind, given)
    consent_told(shop, row, kind)
    return {"customer": row, "userErrors": []}


@resolver("Mutation", "customerEmailMarketingConsentUpdate")
def email_consent_update(obj, info, input):
    return change_consent(info, input, "email")


@resolver("Mutation", "customerSmsMarketingConsentUpdate")
def sms_consent_update(obj, info, input):
    return change_consent(info, input, "sms")
