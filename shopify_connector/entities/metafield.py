"""Shopify metafields -> values of Odoo's fields, by Shopify's type and Odoo's.

``value`` is always text in the Admin API (Metafield); numbers, dates and yes or no are read from it, everything that
has parts (dimension, money, rating, link, rich text, lists) and every reference becomes text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from ..shopify import when

TEXTS = ('char', 'text', 'html')
NUMBERS = ('integer', 'float', 'monetary')
FIELD_TYPES = (*TEXTS, *NUMBERS, 'boolean', 'date', 'datetime', 'selection')
_YES = {'true': True, '1': True, 'yes': True, 'false': False, '0': False, 'no': False, '': False}


class Unfit(ValueError):
    """A value that the field cannot hold; the text says why."""


def convert(metafield: Mapping | None, field_type: str, choices: Iterable[str] = ()):
    """The value for a field of Odoo's ``field_type``; ``False`` where Shopify has nothing.

    :param metafield: ``{type, value}`` or None.
    :param choices: the keys of a selection.
    :raise Unfit: when the text does not read as such a value.
    """
    value = ((metafield or {}).get('value') or '').strip()
    if not value:
        return False
    kind = metafield.get('type') or ''
    if field_type in TEXTS:
        return as_text(kind, value)
    if field_type in NUMBERS:
        return _number(kind, value, field_type)
    if field_type == 'boolean':
        return _boolean(value)
    if field_type in ('date', 'datetime'):
        return _moment(value, field_type)
    return _choice(value, choices)


def as_text(kind: str, value: str) -> str:
    """A metafield as a person reads it."""
    if kind.startswith('list.'):
        parts = _parsed(value)
        return ', '.join(_part(part) for part in parts) if isinstance(parts, list) else value
    if kind == 'rich_text_field':
        return '\n'.join(filter(None, (text.strip() for text in _rich_lines(_parsed(value))))) or value
    if kind in ('money', 'dimension', 'volume', 'weight', 'rating', 'link'):
        return _part(_parsed(value)) or value
    return value


def _part(part) -> str:
    """``{value, unit}``, ``{amount, currency_code}``, ``{text, url}``, or something plain."""
    if not isinstance(part, dict):
        return '' if part is None else str(part)
    if 'amount' in part:
        return ' '.join(filter(None, (str(part['amount']), part.get('currency_code'))))
    if 'url' in part:
        return ' '.join(filter(None, (part.get('text'), part['url'])))
    if 'scale_max' in part:
        return f"{part.get('value')} / {part['scale_max']}"
    return ' '.join(str(part[name]) for name in ('value', 'unit') if part.get(name) is not None) or json.dumps(part)


def _rich_lines(node) -> list[str]:
    """Shopify's rich text as lines: one a paragraph, heading or list entry."""
    if not isinstance(node, dict):
        return []
    children = node.get('children') or []
    if node.get('type') in ('paragraph', 'heading', 'list-item'):
        return [''.join(_rich_text(child) for child in children)]
    return [line for child in children for line in _rich_lines(child)]


def _rich_text(node) -> str:
    if not isinstance(node, dict):
        return ''
    return node.get('value') or ''.join(_rich_text(child) for child in node.get('children') or [])


def _number(kind: str, value: str, field_type: str):
    parts = _parsed(value) if value.startswith('{') else value
    text = parts.get('amount', parts.get('value')) if isinstance(parts, dict) else value
    try:
        number = Decimal(str(text))
    except InvalidOperation:
        raise Unfit(f"“{value}” is no number.") from None
    if not number.is_finite():
        raise Unfit(f"“{value}” is no number.")
    if field_type != 'integer':
        return float(number)
    if number != number.to_integral_value() or abs(number) >= 2**31:
        raise Unfit(f"“{value}” is no whole number that Odoo can hold.")
    return int(number)


def _boolean(value: str) -> bool:
    if value.lower() not in _YES:
        raise Unfit(f"“{value}” is neither yes nor no.")
    return _YES[value.lower()]


def _moment(value: str, field_type: str):
    """A ``date`` (Shopify's day as it is written) or a naive ``datetime`` in UTC."""
    try:
        if field_type == 'date':
            return date.fromisoformat(value[:10])
        return when.to_utc(value if 'T' in value else f'{value}T00:00:00Z')
    except ValueError:
        raise Unfit(f"“{value}” is no date.") from None


def _choice(value: str, choices: Iterable[str]) -> str:
    found = next((choice for choice in choices if str(choice).casefold() == value.casefold()), None)
    if found is None:
        raise Unfit(f"“{value}” is none of the choices.")
    return found


def _parsed(value: str):
    try:
        return json.loads(value)
    except ValueError:
        return None
