"""Shopify Customer -> res.partner and shopify.customer. Addresses: see ``address.py``; phone numbers: ``phone.py``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ..shopify import when
from . import address, bulk_text, words

_PLACE = 'id firstName lastName name company address1 address2 city zip provinceCode province countryCodeV2 phone'
_FACTS = """
  id createdAt updatedAt firstName lastName locale note state tags taxExempt taxExemptions
  defaultEmailAddress { emailAddress marketingState marketingOptInLevel marketingUpdatedAt }
  defaultPhoneNumber { phoneNumber marketingState marketingOptInLevel marketingUpdatedAt }
"""
_MORE = f"""
  defaultAddress {{ {_PLACE} }}
  addressesV2(first: 10) {{ nodes {{ {_PLACE} }} pageInfo {{ hasNextPage endCursor }} }}
"""
_OPENING = '... on Customer {'

DOCUMENT = f"""
query CustomersByIds($ids: [ID!]!) {{ nodes(ids: $ids) {{ {_OPENING} {_FACTS} {_MORE} }} }} }}
"""

ALL = f"""
query Customers($first: Int = 25, $after: String, $query: String) {{
  customers(first: $first, after: $after, query: $query, sortKey: ID) {{
    nodes {{ {_OPENING} {_FACTS} {_MORE} }} }} pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""

ADDRESSES = f"""
query CustomerAddresses($id: ID!, $first: Int = 50, $after: String) {{
  customer(id: $id) {{
    addressesV2(first: $first, after: $after) {{ nodes {{ {_PLACE} }} pageInfo {{ hasNextPage endCursor }} }}
  }}
}}
"""

CHANGED = """
query CustomersChanged($first: Int = 250, $after: String, $query: String) {
  customers(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id updatedAt } pageInfo { hasNextPage endCursor }
  }
}
"""

FIND = """
query CustomersFound($first: Int = 250, $after: String, $query: String) {
  customers(first: $first, after: $after, query: $query, sortKey: ID) {
    nodes { id createdAt } pageInfo { hasNextPage endCursor }
  }
}
"""

COUNT = """
query CustomersCount($query: String, $limit: Int = 10000) { customersCount(query: $query, limit: $limit) { count } }
"""

_CONSENTS = {'email': 'defaultEmailAddress', 'sms': 'defaultPhoneNumber'}
STATES = ('disabled', 'invited', 'enabled', 'declined')
CONSENT_STATES = ('not_subscribed', 'pending', 'subscribed', 'unsubscribed', 'invalid', 'redacted')
LEVELS = ('single_opt_in', 'confirmed_opt_in', 'unknown')


@dataclass(frozen=True)
class Needs:
    """Who a customer is: what a contact is found by, and made from when nobody is found."""

    customer_id: str
    email: str
    phone: str
    name: str
    billing: dict
    shipping: dict


@dataclass(frozen=True)
class CustomerNeeds(Needs):
    """The same of somebody who need not have ordered anything."""

    locale: str = ''


def email_of(customer: Mapping, fallback: str | None = None) -> str:
    return ((customer.get('defaultEmailAddress') or {}).get('emailAddress') or fallback or '').strip().lower()


def phone_of(customer: Mapping, fallback: str | None = None) -> str:
    return ((customer.get('defaultPhoneNumber') or {}).get('phoneNumber') or fallback or '').strip()


def needs(customer: Mapping) -> CustomerNeeds:
    """The payload of :data:`DOCUMENT` or :data:`ALL`."""
    email, place = email_of(customer), address.clean(customer.get('defaultAddress'))
    return CustomerNeeds(
        customer['id'],
        email,
        phone_of(customer),
        address.customer_name(customer, place, email),
        place,
        {},
        locale=(customer.get('locale') or '').strip(),
    )


def kept_vals(customer: Mapping) -> dict:
    """Values of ``shopify.customer``: what Shopify knows of a customer and Odoo has no field for."""
    values = {
        'name': address.customer_name(customer, address.clean(customer.get('defaultAddress')), email_of(customer)),
        'email': email_of(customer) or False,
        'account_state': words.known(customer.get('state'), STATES),
        'tags': ', '.join(tags(customer)) or False,
        'note': (customer.get('note') or '').strip() or False,
        'locale': customer.get('locale') or False,
        'tax_exempt': bool(customer.get('taxExempt')),
        'tax_exemptions': ', '.join(sorted(customer.get('taxExemptions') or [])) or False,
        'shopify_created_at': when.to_utc(customer.get('createdAt')) or False,
        'shopify_updated_at': when.to_utc(customer.get('updatedAt')) or False,
    }
    for kind, source in _CONSENTS.items():
        found = customer.get(source) or {}
        values[f'{kind}_consent'] = words.known(found.get('marketingState'), CONSENT_STATES)
        values[f'{kind}_consent_level'] = words.known(found.get('marketingOptInLevel'), LEVELS)
        values[f'{kind}_consent_at'] = when.to_utc(found.get('marketingUpdatedAt')) or False
    return values


def tags(customer: Mapping) -> list[str]:
    """The tags, each once whatever its case, in order."""
    found = {}
    for tag in customer.get('tags') or []:
        if tag.strip():
            found.setdefault(tag.strip().casefold(), tag.strip())
    return [found[key] for key in sorted(found)]


def places(customer: Mapping) -> dict[str, dict]:
    """``{address id: cleaned address}``, the default one first; addresses without content are left out."""
    default = customer.get('defaultAddress') or {}
    nodes = list((customer.get('addressesV2') or {}).get('nodes') or [])
    ordered = sorted(nodes, key=lambda node: node['id'] != default.get('id'))
    found = {node['id']: address.clean(node) for node in ordered}
    return {id_: cleaned for id_, cleaned in found.items() if cleaned}


def has_all_places(customer: Mapping) -> bool:
    """Whether the payload tells of the addresses, and of all of them."""
    page = customer.get('addressesV2')
    return page is not None and not (page.get('pageInfo') or {}).get('hasNextPage')


def with_metafields(document: str, wanted: Mapping[str, tuple[str, str]]) -> str:
    """The document that answers with these metafields too, ``{alias: (namespace, key)}``, each as ``{type, value}``
    under its alias."""
    return document.replace(_OPENING, f'{_OPENING}{_aliases(wanted)}', 1)


def _aliases(wanted: Mapping[str, tuple[str, str]]) -> str:
    return ''.join(
        f' {alias}: metafield(namespace: {json.dumps(namespace)}, key: {json.dumps(key)}) {{ type value }}'
        for alias, (namespace, key) in sorted(wanted.items())
    )


# === BULK === #


def bulk_query(search: str, wanted: Mapping[str, tuple[str, str]] | None = None) -> str:
    """The bulk operation that reads the customers whom ``search`` finds, as :data:`DOCUMENT` reads single ones."""
    arguments = f'(query: {json.dumps(search, ensure_ascii=False)})' if search else ''
    node = ' '.join(f'__typename {_FACTS} {_aliases(wanted or {})} defaultAddress {{ {_PLACE} }}'.split())
    return (
        f'{{ customers{arguments} {{ edges {{ node {{ {node} '
        f'addressesV2 {{ edges {{ node {{ __typename {_PLACE} }} }} }} }} }} }} }}'
    )


def bulk_payload(root: Mapping) -> dict:
    """A customer as :data:`DOCUMENT` gives it, with all its addresses, from a root with its ``children``."""
    nodes = bulk_text.children(root)
    return {
        **{key: value for key, value in root.items() if key != 'children'},
        'addressesV2': {
            'nodes': [{key: value for key, value in node.items() if key != 'children'} for node in nodes],
            'pageInfo': {'hasNextPage': False, 'endCursor': None},
        },
    }


def search(created_from=None, created_to=None) -> str:
    """Shopify's search for customers by when they were created: naive UTC or None, the end not included."""
    found = [when.since(created_from, 'customer_date')] if created_from else []
    found += [f'customer_date:<{when.quoted(when.to_iso(created_to))}'] if created_to else []
    return ' AND '.join(found)
