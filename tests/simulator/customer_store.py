"""Changing customers: the one place where they come into being, change, are merged and go."""
from __future__ import annotations

from . import payloads, zones
from .metafields import clean_tags, put
from .records import Address, Customer
from .scalars import date_time

PLAIN = (("firstName", "first_name"), ("lastName", "last_name"), ("email", "email"), ("note", "note"),
         ("locale", "locale"), ("taxExempt", "tax_exempt"), ("taxExemptions", "tax_exemptions"))
ADDRESS = (("firstName", "first_name"), ("lastName", "last_name"), ("company", "company"), ("address1", "address1"),
           ("address2", "address2"), ("city", "city"), ("zip", "zip"), ("phone", "phone"))


def told(shop, row: Customer, what: str = "update") -> None:
    row.updated_at = shop.now()
    shop.emit(f"customers/{what}", payloads.customer(shop, row), row)


def set_tags(shop, row: Customer, tags: list) -> None:
    """Tell which tags came and which went, when the customer is known."""
    before, row.tags = clean_tags(row.tags), clean_tags(tags)
    if row.id not in shop.customers:
        return
    for name, found in (("added", [tag for tag in row.tags if tag not in before]),
                        ("removed", [tag for tag in before if tag not in row.tags])):
        if found:
            shop.emit(f"customer.tags_{name}", {"customerId": row.id, "tags": found,
                                                "occurredAt": date_time(shop.now())}, row)


def apply_customer(shop, row: Customer, data: dict) -> None:
    """Take over what a customer input names."""
    for key, name in PLAIN:
        if key in data and (data[key] is not None or key not in ("locale", "taxExempt", "taxExemptions")):
            setattr(row, name, data[key])
    if "phone" in data:
        row.phone = zones.e164(data["phone"], shop.country_code)
    if data.get("tags") is not None:
        set_tags(shop, row, data["tags"])
    for each in data.get("metafields") or ():
        put(shop, row, each)
    if data.get("addresses") is not None:
        row.addresses = [make_address(shop, each) for each in data["addresses"]]
        row.default_address_id = row.addresses[0].id if row.addresses else None
    for kind in ("email", "sms"):
        if data.get(f"{kind}MarketingConsent"):
            consent(shop, row, kind, data[f"{kind}MarketingConsent"])


def consent(shop, row: Customer, kind: str, data: dict) -> None:
    """Take over a marketing consent of e-mail or sms with its level and time."""
    setattr(row, f"{kind}_marketing", data["marketingState"])
    setattr(row, f"{kind}_opt_in_level", data.get("marketingOptInLevel") or "SINGLE_OPT_IN")
    setattr(row, f"{kind}_consent_at", data.get("consentUpdatedAt") or shop.now())


def consent_told(shop, row: Customer, kind: str) -> None:
    told(shop, row)
    state = payloads.consent(shop, row, kind)
    if kind == "email":
        shop.emit("customers_email_marketing_consent/update", {
            "customer_id": row.number_id, "email_address": row.email, "email_marketing_consent": state}, row)
    else:
        shop.emit("customers_marketing_consent/update", {
            "id": row.number_id, "phone": row.phone, "sms_marketing_consent": state}, row)


def make_address(shop, data: dict, row: Address | None = None) -> Address:
    """An address out of a MailingAddressInput; a country by code wins over one by name, and provinces are known by
    code or name where the country has them."""
    row = row or Address(shop.gid("MailingAddress"))
    for key, name in ADDRESS:
        if key in data:
            setattr(row, name, data[key])
    if data.get("countryCode") or data.get("country"):
        row.country_code = data.get("countryCode") or zones.country_code(data["country"])
        row.country = zones.COUNTRIES.get(row.country_code) or data.get("country") or row.country_code
    if "provinceCode" in data or "province" in data:
        row.province_code = zones.province_code(row.country_code, data.get("provinceCode") or data.get("province"))
    row.province = zones.PROVINCES.get(row.country_code, {}).get(row.province_code)
    row.province_code = row.province_code if row.province else None
    return row


def new_customer(shop, data: dict) -> Customer:
    row = Customer(shop.gid("Customer"), shop.now(), shop.now())
    apply_customer(shop, row, data)
    shop.customers[row.id] = row
    return row


def orders_of(shop, row: Customer) -> list:
    return [order for order in shop.orders.values() if getattr(order, "customer", None) is row]


def delete(shop, row: Customer) -> None:
    del shop.customers[row.id]
    shop.emit("customers/delete", {"id": row.number_id, "tax_exemptions": list(row.tax_exemptions),
                                   "admin_graphql_api_id": row.id}, row)


# -- merging ----------------------------------------------------------------------------------------------------
def kept_of(one: Customer, two: Customer, override: dict) -> Customer:
    """The customer that stays, by Shopify's order of rules."""
    wanted = override.get("customerIdOfEmailToKeep")
    if wanted:
        return one if one.id == wanted else two
    if bool(one.email) != bool(two.email):
        return one if one.email else two
    if one.email:
        for test in (lambda row: row.state == "ENABLED", lambda row: row.email_marketing in ("SUBSCRIBED", "PENDING"),
                     lambda row: row.state == "INVITED"):
            if test(one) != test(two):
                return one if test(one) else two
    return two


def merge(shop, one: Customer, two: Customer, override: dict | None = None) -> Customer:
    """Merge two customers: all that the other one has goes to the one that stays, which is told as customers/merge and
    customers/update. Whether the real one tells customers/delete besides is not known; here it does not."""
    override = override or {}
    kept = kept_of(one, two, override)
    gone = two if kept is one else one
    by_id = {one.id: one, two.id: two}
    for key, name in (("FirstName", "first_name"), ("LastName", "last_name"), ("PhoneNumber", "phone")):
        chosen = by_id.get(override.get(f"customerIdOf{key}ToKeep"), kept)
        setattr(kept, name, getattr(chosen, name) or getattr(kept, name) or getattr(gone, name))
    kept.email = kept.email or gone.email
    default = by_id.get(override.get("customerIdOfDefaultAddressToKeep"), kept).default_address or gone.default_address
    kept.addresses = kept.addresses + gone.addresses
    kept.default_address_id = default.id if default else None
    kept.note = override.get("note") or "\n".join(text for text in (kept.note, gone.note) if text) or None
    set_tags(shop, kept, override.get("tags") or [*kept.tags, *gone.tags])
    for key, row in gone.metafields.items():
        kept.metafields.setdefault(key, row)
    for order in orders_of(shop, gone):
        order.customer = kept
        order.updated_at = shop.now()
    orders = shop.extra.get("customer_orders", {})
    orders.setdefault(kept.id, []).extend(orders.pop(gone.id, []))
    del shop.customers[gone.id]
    job = {"__typename": "Job", "id": shop.gid("Job"), "done": True}
    shop.jobs[job["id"]] = job
    shop.extra.setdefault("merges", {})[job["id"]] = {"jobId": job["id"], "resultingCustomerId": kept.id,
                                                      "status": "COMPLETED", "customerMergeErrors": []}
    shop.emit("customers/merge", {
        "admin_graphql_api_customer_kept_id": kept.id, "admin_graphql_api_customer_deleted_id": gone.id,
        "admin_graphql_api_job_id": job["id"], "status": "completed", "errors": []}, kept)
    told(shop, kept)
    return kept
