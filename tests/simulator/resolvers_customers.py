"""Reading customers."""
from __future__ import annotations

from .metafields import app_namespace, clean_tags
from .resolvers import ApiError, resolver
from .resolvers_products import by_custom_id, counted
from .resolvers_shop import demand
from .search import Field, id_field, query_list, time_field
from .zones import e164

FIELDS = {
    "id": id_field(), "updated_at": time_field("updated_at"), "customer_date": time_field("created_at"),
    "created_at": time_field("created_at"), "email": Field("text", lambda row: row.email),
    "phone": Field("text", lambda row: row.phone), "tag": Field("text", lambda row: row.tags),
    "first_name": Field("text", lambda row: row.first_name), "last_name": Field("text", lambda row: row.last_name),
    "state": Field("enum", lambda row: row.state, ("declined", "disabled", "enabled", "invited")),
    "country": Field("text", lambda row: [text for each in row.addresses for text in (each.country, each.country_code)]),
    "accepts_marketing": Field("bool", lambda row: row.email_marketing == "SUBSCRIBED"),
}
SORTS = {"CREATED_AT": lambda row: row.created_at, "UPDATED_AT": lambda row: row.updated_at,
         "NAME": lambda row: row.display_name.lower()}


@resolver("QueryRoot", "customers")
def customers(obj, info, query=None, sort_key="ID", reverse=False):
    return query_list(info, info.context.shop.customers.values(), "customers", query=query, sort_key=sort_key,
                      reverse=reverse, fields=FIELDS, sort_keys=SORTS,
                      words=lambda row: [row.email, row.phone, row.display_name])


@resolver("QueryRoot", "customersCount")
def customers_count(obj, info, query=None, limit=10000):
    return counted(customers(obj, info, query), limit)


@resolver("QueryRoot", "customer")
def customer(obj, info, id):
    return info.context.shop.customers.get(demand(id, "Customer"))


@resolver("QueryRoot", "customerByIdentifier")
def customer_by_identifier(obj, info, identifier):
    shop = info.context.shop
    if identifier.get("id"):
        return customer(obj, info, identifier["id"])
    if identifier.get("emailAddress"):
        return by_contact(shop, "email", identifier["emailAddress"])
    if identifier.get("phoneNumber"):
        return by_contact(shop, "phone", identifier["phoneNumber"])
    custom = {**identifier["customId"]}
    custom["namespace"] = app_namespace(shop, custom.get("namespace"))
    return by_custom_id(shop, shop.customers.values(), "CUSTOMER", custom)


def by_contact(shop, name: str, value: str | None):
    """The customer with that email or phone, whatever the case."""
    wanted = (value or "").strip().lower()
    if name == "phone" and wanted:
        wanted = e164(wanted, shop.country_code)
    return next((row for row in shop.customers.values() if wanted and comparable(shop, row, name) == wanted), None)


def comparable(shop, row, name: str) -> str | None:
    value = getattr(row, name)
    return e164(value, shop.country_code) if name == "phone" and value else (value or "").lower()


@resolver("Customer", "tags")
def tags(obj, info):
    return clean_tags(obj.tags)


@resolver("Customer", "defaultEmailAddress")
def default_email(obj, info):
    return obj.email and {
        "emailAddress": obj.email, "marketingState": obj.email_marketing, "validFormat": True,
        "marketingOptInLevel": obj.email_opt_in_level, "marketingUpdatedAt": obj.email_consent_at,
        "marketingUnsubscribeUrl": f"https://{info.context.shop.domain}/unsubscribe/{obj.number_id}",
        "openTrackingLevel": "UNKNOWN", "openTrackingUrl": f"https://{info.context.shop.domain}/open/{obj.number_id}",
        "sourceLocation": None}


@resolver("Customer", "defaultPhoneNumber")
def default_phone(obj, info):
    given = obj.sms_marketing != "NOT_SUBSCRIBED"
    return obj.phone and {
        "phoneNumber": obj.phone, "marketingState": obj.sms_marketing, "marketingOptInLevel": obj.sms_opt_in_level,
        "marketingUpdatedAt": obj.sms_consent_at, "marketingCollectedFrom": "OTHER" if given else None,
        "sourceLocation": None, "smsMarketingConsent": {
            "__typename": "CustomerSmsMarketingConsent", "collectedFrom": "OTHER" if given else None,
            "optInLevel": obj.sms_opt_in_level, "updatedAt": obj.sms_consent_at, "sourceLocation": None,
            "state": obj.sms_marketing if given else "NEVER_SUBSCRIBED"}}


def consent_state(obj, kind: str) -> dict:
    return {"marketingState": getattr(obj, f"{kind}_marketing"), "consentUpdatedAt": getattr(obj, f"{kind}_consent_at"),
            "marketingOptInLevel": getattr(obj, f"{kind}_opt_in_level"), "sourceLocation": None}


@resolver("Customer", "emailMarketingConsent")
def email_consent(obj, info):
    return consent_state(obj, "email") if obj.email else None


@resolver("Customer", "smsMarketingConsent")
def sms_consent(obj, info):
    level = obj.sms_opt_in_level or "UNKNOWN"
    return {**consent_state(obj, "sms"), "marketingOptInLevel": level,
            "consentCollectedFrom": "OTHER"} if obj.phone else None


@resolver("Customer", "canDelete")
def can_delete(obj, info):
    return not orders_of(info.context.shop, obj)


@resolver("Customer", "mergeable")
def mergeable(obj, info):
    return {"isMergeable": True, "errorFields": [], "mergeInProgress": None, "reason": None}


@resolver("Customer", "dataSaleOptOut")
def data_sale_opt_out(obj, info):
    return False


@resolver("Customer", "addressesV2")
def addresses(obj, info):
    return obj.addresses


@resolver("Customer", "addresses")
def plain_addresses(obj, info, first=None):
    return obj.addresses[:first] if first else obj.addresses


@resolver("Customer", "verifiedEmail")
@resolver("Customer", "validEmailAddress")
def verified(obj, info):
    return bool(obj.email)


def orders_of(shop, row) -> list:
    return [order for order in shop.orders.values() if getattr(order, "customer_id", None) == row.id
            or getattr(order, "customer", None) is row]


@resolver("Customer", "numberOfOrders")
def number_of_orders(obj, info):
    return len(orders_of(info.context.shop, obj))


@resolver("Customer", "amountSpent")
def amount_spent(obj, info):
    if orders_of(info.context.shop, obj):
        raise ApiError("Customer.amountSpent is not simulated for customers with orders", "NOT_SIMULATED")
    return {"amount": "0.0", "currencyCode": info.context.shop.currency}


@resolver("Customer", "orders")
def orders(obj, info):
    return orders_of(info.context.shop, obj)


@resolver("MailingAddress", "formatted")
def formatted(obj, info):
    parts = (obj.name, obj.company, obj.address1, obj.address2, f"{obj.city or ''} {obj.zip or ''}".strip(),
             obj.country)
    return [text for text in parts if text]


@resolver("MailingAddress", "countryCode")
def country_code(obj, info):
    return obj.country_code
