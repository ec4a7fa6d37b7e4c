"""Shopify Customer -> res.partner. Addresses: see ``address.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import address

_CUSTOMER = """
fragment CustomerF on Customer {
  id firstName lastName taxExempt
  defaultEmailAddress { emailAddress }
  defaultPhoneNumber { phoneNumber }
  defaultAddress { firstName lastName name company address1 address2 city zip provinceCode province countryCodeV2 phone }
}
"""

DOCUMENT = (
    """
query CustomersByIds($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { ...CustomerF } } }
"""
    + _CUSTOMER
)

ALL = (
    """
query Customers($first: Int = 100, $after: String) {
  customers(first: $first, after: $after, sortKey: ID) { nodes { ...CustomerF } pageInfo { hasNextPage endCursor } }
}
"""
    + _CUSTOMER
)


@dataclass(frozen=True)
class Needs:
    """Who a customer is: what a contact is found by, and made from when nobody is found."""

    customer_id: str
    email: str
    phone: str
    name: str
    billing: dict
    shipping: dict


def email_of(customer: Mapping, fallback: str | None = None) -> str:
    return ((customer.get('defaultEmailAddress') or {}).get('emailAddress') or fallback or '').strip().lower()


def phone_of(customer: Mapping, fallback: str | None = None) -> str:
    return ((customer.get('defaultPhoneNumber') or {}).get('phoneNumber') or fallback or '').strip()


def needs(customer: Mapping) -> Needs:
    """The payload of :data:`DOCUMENT` or :data:`ALL`."""
    email, place = email_of(customer), address.clean(customer.get('defaultAddress'))
    return Needs(customer['id'], email, phone_of(customer), address.customer_name(customer, place, email), place, {})
