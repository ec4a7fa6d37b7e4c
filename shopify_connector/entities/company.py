"""Shopify companies (B2B), their locations and contacts -> companies and contacts of Odoo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ..shopify import when
from . import address, customer, order_header

_ADDRESS = 'firstName lastName recipient companyName address1 address2 city zip zoneCode province countryCode phone'
_LOCATION = f"""
  id name externalId phone locale note currency
  taxSettings {{ taxRegistrationId taxExempt }}
  buyerExperienceConfiguration {{ paymentTermsTemplate {{ name }} }}
  billingAddress {{ {_ADDRESS} }}
  shippingAddress {{ {_ADDRESS} }}
"""
_PAGE = 'pageInfo { hasNextPage endCursor }'
# More than a page of any is read by MORE and MORE_ROLES.
_FIRST = 10
_ROLES = f'nodes {{ role {{ name }} companyLocation {{ id name }} }} {_PAGE}'
_CONTACT = f"""
  id title isMainContact
  customer {{
    id firstName lastName locale
    defaultEmailAddress {{ emailAddress }}
    defaultPhoneNumber {{ phoneNumber }}
  }}
  roleAssignments(first: {_FIRST}) {{ {_ROLES} }}
"""

DOCUMENT = f"""
query CompaniesByIds($ids: [ID!]!) {{
  nodes(ids: $ids) {{
    ... on Company {{
      id name externalId note customerSince updatedAt
      locations(first: {_FIRST}) {{ nodes {{ {_LOCATION} }} {_PAGE} }}
      contacts(first: {_FIRST}) {{ nodes {{ {_CONTACT} }} {_PAGE} }}
    }}
  }}
}}
"""
MORE = {
    name: f"""
query Company{name.title()}($id: ID!, $first: Int = 25, $after: String) {{
  company(id: $id) {{ {name}(first: $first, after: $after) {{ nodes {{ {selection} }} {_PAGE} }} }}
}}
"""
    for name, selection in (('locations', _LOCATION), ('contacts', _CONTACT))
}
MORE_ROLES = f"""
query CompanyRoles($id: ID!, $first: Int = 100, $after: String) {{
  companyContact(id: $id) {{ roleAssignments(first: $first, after: $after) {{ {_ROLES} }} }}
}}
"""
FIND = """
query Companies($first: Int = 250, $after: String) {
  companies(first: $first, after: $after, sortKey: ID) { nodes { id } pageInfo { hasNextPage endCursor } }
}
"""
OWNERS = """
query CompaniesOf($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on CompanyLocation { id company { id } }
    ... on CompanyContact { id company { id } }
  }
}
"""


@dataclass(frozen=True)
class Needs(customer.Needs):
    """Who a location of a company is, as an order by it would say."""

    company: dict | None = None


def locations(company: Mapping) -> list[dict]:
    return (company.get('locations') or {}).get('nodes') or []


def contacts(company: Mapping) -> list[dict]:
    return (company.get('contacts') or {}).get('nodes') or []


def needs(company: Mapping) -> list[Needs]:
    """One for each location; one without a place for a company that has none."""
    found = []
    for place in locations(company) or [{}]:
        given = order_header.company({'purchasingEntity': {'company': company, 'location': place}})
        found.append(Needs('', '', '', given['name'], given['billing'], given['shipping'], company=given))
    return found


def contact_needs(contact: Mapping) -> customer.CustomerNeeds:
    """The person, without an address: that of the company is the company's."""
    person = contact['customer']
    email = customer.email_of(person)
    return customer.CustomerNeeds(
        person['id'],
        email,
        customer.phone_of(person),
        address.customer_name(person, {}, email),
        {},
        {},
        locale=(person.get('locale') or '').strip(),
    )


def vals(company: Mapping) -> dict:
    """Values of ``shopify.company``."""
    return {
        'name': (company.get('name') or '').strip(),
        'external_id': (company.get('externalId') or '').strip() or False,
        'note': (company.get('note') or '').strip() or False,
        'customer_since': when.to_utc(company.get('customerSince')) or False,
        'shopify_updated_at': when.to_utc(company.get('updatedAt')) or False,
    }


def location_vals(place: Mapping) -> dict:
    """Values of ``shopify.company.location``."""
    taxes, experience = place.get('taxSettings') or {}, place.get('buyerExperienceConfiguration') or {}
    return {
        'name': (place.get('name') or '').strip(),
        'external_id': (place.get('externalId') or '').strip() or False,
        'tax_registration': (taxes.get('taxRegistrationId') or '').strip() or False,
        'tax_exempt': bool(taxes.get('taxExempt')),
        'payment_terms': (experience.get('paymentTermsTemplate') or {}).get('name') or False,
        'currency_code': place.get('currency') or False,
    }


def contact_vals(contact: Mapping) -> dict:
    """Values of ``shopify.company.contact``; its roles in words, each with the locations where it holds."""
    places = defaultdict(list)
    for row in (contact.get('roleAssignments') or {}).get('nodes') or []:
        places[row['role']['name']].append(row['companyLocation']['name'])
    return {
        'customer_gid': contact['customer']['id'],
        'title': (contact.get('title') or '').strip() or False,
        'is_main': bool(contact.get('isMainContact')),
        'roles': '; '.join(f'{role}: {", ".join(sorted(names))}' for role, names in sorted(places.items())) or False,
    }
