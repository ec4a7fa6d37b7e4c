"""Shopify MailingAddress and Customer -> res.partner."""

from __future__ import annotations

import re
from collections.abc import Mapping

_FIELDS = (
    ('name', 'name'),
    ('company', 'company_name'),
    ('address1', 'street'),
    ('address2', 'street2'),
    ('city', 'city'),
    ('zip', 'zip'),
    ('phone', 'phone'),
    ('countryCodeV2', 'country'),
    ('provinceCode', 'state'),
    ('province', 'state_name'),
)
# The end of a number is the same with and without the country's code, with and without a zero.
_SAME_DIGITS = 7
CONTENT = ('name', 'company_name', 'street', 'street2', 'city', 'zip', 'country_id', 'state_id', 'phone')


def clean(address: Mapping | None) -> dict:
    """Shopify's address with Odoo's names and no blanks; ``country``, ``state`` and ``state_name`` stay codes and text.

    An address without any content gives ``{}``.
    """
    if not address:
        return {}
    values = {ours: (address.get(theirs) or '').strip() for theirs, ours in _FIELDS}
    if not values['name']:
        values['name'] = ' '.join(part for part in (address.get('firstName'), address.get('lastName')) if part).strip()
    return {name: value for name, value in values.items() if value}


def vals(cleaned: Mapping, country_id: int | bool, state_id: int | bool, fallback_name: str) -> dict:
    """Values of a ``res.partner``: all the content fields, ``False`` where Shopify has nothing."""
    return {
        'name': cleaned.get('name') or cleaned.get('company_name') or fallback_name,
        'company_name': cleaned.get('company_name') or False,
        'street': cleaned.get('street') or False,
        'street2': cleaned.get('street2') or False,
        'city': cleaned.get('city') or False,
        'zip': cleaned.get('zip') or False,
        'country_id': country_id or False,
        'state_id': state_id or False,
        'phone': cleaned.get('phone') or False,
    }


def content_key(values: Mapping) -> tuple:
    """Two addresses with the same key are the same address, whatever the case, the spaces or the phone's format."""
    return tuple(_normal(name, values.get(name)) for name in CONTENT)


def _normal(name: str, value) -> str:
    if name == 'phone':
        return phone_digits(value)[-_SAME_DIGITS:]
    return ' '.join(str(value or '').split()).casefold()


def phone_digits(phone: str | None) -> str:
    """The digits of a phone number: what two spellings of one number have in common."""
    return re.sub(r'\D', '', phone or '')


def customer_name(customer: Mapping | None, cleaned: Mapping, email: str) -> str:
    """The best name there is: the customer's, the address's, the local part of the e-mail."""
    customer = customer or {}
    name = ' '.join(
        part.strip() for part in (customer.get('firstName'), customer.get('lastName')) if part and part.strip()
    )
    return name or cleaned.get('name') or cleaned.get('company_name') or email
