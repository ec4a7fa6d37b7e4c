"""Webhook topics: the enum form, the wire form, and the scope that each needs."""
from __future__ import annotations

# Resource part of the enum -> scopes of which one is enough; the longest part wins.
SCOPES = {
    "PRODUCTS": ("read_products",), "VARIANTS": ("read_products",), "COLLECTIONS": ("read_products",),
    "INVENTORY_ITEMS": ("read_inventory", "read_products"), "INVENTORY_LEVELS": ("read_inventory",),
    "LOCATIONS": ("read_locations",), "ORDERS": ("read_orders",), "ORDER_TRANSACTIONS": ("read_orders",),
    "REFUNDS": ("read_orders",), "TENDER_TRANSACTIONS": ("read_orders",), "FULFILLMENTS": ("read_fulfillments",),
    "FULFILLMENT_EVENTS": ("read_fulfillments",),
    "FULFILLMENT_ORDERS": ("read_assigned_fulfillment_orders", "read_merchant_managed_fulfillment_orders",
                           "read_third_party_fulfillment_orders"),
    "FULFILLMENT_HOLDS": ("read_assigned_fulfillment_orders", "read_merchant_managed_fulfillment_orders",
                          "read_third_party_fulfillment_orders"),
    "RETURNS": ("read_returns",), "REVERSE_DELIVERIES": ("read_returns",),
    "REVERSE_FULFILLMENT_ORDERS": ("read_returns",), "CUSTOMERS": ("read_customers",),
    "CUSTOMER": ("read_customers",), "CUSTOMERS_MARKETING_CONSENT": ("read_customers",),
    "COMPANY_CONTACT_ROLES": ("read_customers", "read_companies"), "METAFIELD_DEFINITIONS": ("read_content",),
    "CUSTOMERS_EMAIL_MARKETING_CONSENT": ("read_customers",),
    "COMPANIES": ("read_customers", "read_companies"), "COMPANY_LOCATIONS": ("read_customers", "read_companies"),
    "COMPANY_CONTACTS": ("read_customers", "read_companies"), "PAYMENT_TERMS": ("read_payment_terms",),
    "PAYMENT_SCHEDULES": ("read_payment_terms",), "DISPUTES": ("read_shopify_payments_disputes",),
    "DRAFT_ORDERS": ("read_draft_orders",), "BULK_OPERATIONS": (), "APP": (), "SHOP": (),
}


def resource_of(topic: str) -> str:
    """``INVENTORY_LEVELS_UPDATE`` -> ``INVENTORY_LEVELS``; an unknown one is everything before the last word."""
    known = [name for name in SCOPES if topic.startswith(name + "_")]
    return max(known, key=len) if known else topic.rpartition("_")[0]


def wire(topic: str) -> str:
    """``ORDERS_CREATE`` -> ``orders/create``."""
    if topic.startswith("CUSTOMER_TAGS_"):
        return "customer.tags_" + topic.rpartition("_")[2].lower()
    resource = resource_of(topic)
    return f"{resource.lower()}/{topic[len(resource) + 1:].lower()}"


def scopes(topic: str) -> tuple:
    if topic == "CUSTOMERS_MERGE":
        return ("read_customer_merge",)
    return SCOPES.get(resource_of(topic), ("read_" + resource_of(topic).lower(),))
