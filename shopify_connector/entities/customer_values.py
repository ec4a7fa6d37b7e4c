"""The values of a customer that both sides have, so that they can be compared: None is blank.

name, email, phone (E.164 where that can be told), lang (a language of Odoo), note (plain text).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from . import customer, phone
from .address import phone_digits

FIELDS = ('name', 'email', 'phone', 'lang', 'note')


def shop_values(payload: Mapping, language: str | bool = False, calling_code: int | None = None) -> dict:
    """Shopify's. ``language`` is Odoo's of the customer's locale; a language that Odoo has not is left out."""
    parts = (payload.get('firstName'), payload.get('lastName'))
    values = {
        'name': plain(' '.join(part.strip() for part in parts if part and part.strip())),
        'email': customer.email_of(payload) or None,
        'phone': number(customer.phone_of(payload), calling_code),
        'note': plain(payload.get('note')),
    }
    return {**values, 'lang': language} if language else values


def odoo_values(partner: Mapping, calling_code: int | None = None) -> dict:
    """Odoo's. ``partner``: name, email (normalised), phone, lang, comment as plain text."""
    email = plain(partner['email'])
    name = plain(partner['name'])
    return {
        # Somebody without a name has their address instead, for every contact needs one.
        'name': None if name and email and name.casefold() == email.casefold() else name,
        'email': email.casefold() if email else None,
        'phone': number(partner['phone'], calling_code),
        'lang': partner['lang'] or None,
        'note': plain(partner['comment']),
    }


def plain(text) -> str | None:
    """Text without needless blanks; None when nothing is left."""
    lines = (' '.join(line.split()) for line in str(text or '').splitlines())
    return '\n'.join(line for line in lines if line) or None


def number(text: str | None, calling_code: int | None = None) -> str | None:
    return phone.e164(text, calling_code) or phone_digits(text) or None


def split_name(name: str | None) -> tuple[str, str]:
    """``(first name, last name)``: the last word is the family's. A single word is a last name, as Shopify shows it."""
    words = (name or '').split()
    return (' '.join(words[:-1]), words[-1]) if words else ('', '')


def digest(payload: Mapping) -> str:
    """Tells that nothing is to be looked at: the same for payloads that differ only in when they were changed, and in how
    their addresses were read."""
    told = {key: value for key, value in payload.items() if key not in ('updatedAt', 'addressesV2')}
    told['places'] = sorted((payload.get('addressesV2') or {}).get('nodes') or (), key=lambda node: node['id'])
    return hashlib.sha1(json.dumps(told, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
