"""Metafields as canonical values: Shopify's text in one spelling, and Odoo's values as such a text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from . import metafield
from .metafield import Unfit

MOST_PER_CALL = 25
SET = """
mutation SetMetafields($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { metafields { id } userErrors { field message code elementIndex } }
}
"""
DELETE = """
mutation DeleteMetafields($metafields: [MetafieldIdentifierInput!]!) {
  metafieldsDelete(metafields: $metafields) { deletedMetafields { key } userErrors { field message } }
}
"""
# The metafield is not what it was when it was read.
STALE = 'STALE_OBJECT'
# The type of a metafield that has none yet, by the type of Odoo's field.
KINDS = {
    'char': 'single_line_text_field', 'text': 'multi_line_text_field', 'html': 'multi_line_text_field',
    'selection': 'single_line_text_field', 'integer': 'number_integer', 'float': 'number_decimal',
    'monetary': 'number_decimal', 'boolean': 'boolean', 'date': 'date', 'datetime': 'date_time',
    'many2one': 'single_line_text_field', 'many2many': 'list.single_line_text_field',
}  # fmt: skip
# Shopify refuses a number_decimal with more of them; a figure that Odoo has worked out may have sixteen.
_DECIMALS = 9
_MEASURES = ('weight', 'dimension', 'volume')


def part(alias: str, namespace: str, key: str) -> str:
    """What is asked of a product or variant."""
    return (
        f'{alias}: metafield(namespace: {json.dumps(namespace)}, key: {json.dumps(key)}) {{ type value compareDigest }}'
    )


def canonical(found: Mapping | None) -> str | None:
    """One spelling of a metafield's value; None where there is none."""
    value = ((found or {}).get('value') or '').strip()
    if not value:
        return None
    kind = found.get('type') or ''
    if kind == 'number_decimal':
        return _decimal(value)
    if kind in ('json', 'money', 'rating', 'link', 'rich_text_field', *_MEASURES) or kind.startswith('list.'):
        try:
            return _dumped(json.loads(value, parse_float=Decimal))
        except ValueError:
            return value
    if kind == 'date_time':
        return str(metafield.convert(found, 'datetime')).replace(' ', 'T') + 'Z'
    return value


def _decimal(value) -> str:
    try:
        number = round(Decimal(str(value)), _DECIMALS).normalize()
    except InvalidOperation:
        raise Unfit(f"“{value}” is no number.") from None
    return format(number, 'f') if number else '0'


def _dumped(value) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(',', ':'), default=_number)


def _number(value: Decimal):
    return int(value) if value == value.to_integral_value() else float(value)


def texts(found: Mapping | None) -> list[str]:
    """The values one by one, of a list; of anything else that one."""
    value = ((found or {}).get('value') or '').strip()
    if not value:
        return []
    if not (found.get('type') or '').startswith('list.'):
        return [metafield.as_text(found.get('type') or '', value)]
    parts = json.loads(value)
    return [one if isinstance(one, str) else json.dumps(one) for one in parts]


def from_odoo(kind: str, value, shop: str | None = None) -> str | None:
    """Odoo's value as the text of a metafield of this type; None for a blank.

    :param value: text, number, yes or no, date, naive datetime in UTC, or a list of texts (names or gids).
    :param shop: the metafield's canonical value now: its unit, currency or scale stays.
    :raise Unfit: such a metafield cannot hold it.
    """
    if value is None or value == '' or value == [] or (value is False and kind != 'boolean'):
        return None
    if kind.startswith('list.'):
        return _list(kind[5:], value)
    if isinstance(value, list):
        if len(value) > 1:
            raise Unfit("The metafield takes one value only.")
        value = value[0]
    if kind == 'boolean':
        return 'true' if value else 'false'
    if kind == 'number_integer':
        return _whole(value)
    if kind == 'number_decimal':
        return _decimal(value)
    if kind in ('date', 'date_time'):
        return _moment(kind, value)
    if kind in ('money', 'rating', *_MEASURES):
        return _with_unit(kind, value, shop)
    if kind == 'rich_text_field':
        return _rich(str(value))
    if kind in ('json', 'link'):
        return canonical({'type': kind, 'value': str(value)})
    return str(value).strip() or None


def _list(kind: str, value) -> str:
    rows = value if isinstance(value, list) else str(value).replace('\n', ',').split(',')
    found = [from_odoo(kind, row.strip() if isinstance(row, str) else row) for row in rows]
    found = [row for row in found if row is not None]
    if kind == 'number_integer':
        return _dumped([int(row) for row in found])
    return _dumped(found)


def _whole(value) -> str:
    number = Decimal(_decimal(value))
    if number != number.to_integral_value():
        raise Unfit(f"“{value}” is no whole number.")
    return str(int(number))


def _moment(kind: str, value) -> str:
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace('Z', '')) if 'T' in value else date.fromisoformat(value)
    if kind == 'date':
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    return moment.replace(microsecond=0).isoformat() + 'Z'


def _with_unit(kind: str, value, shop: str | None) -> str:
    """A figure beside its unit: that is the shop's."""
    known = json.loads(shop) if shop else None
    if not known:
        raise Unfit("Fill it in once in Shopify, so that its unit is known.")
    if kind == 'money':
        return _dumped({**known, 'amount': format(Decimal(_decimal(value)).quantize(Decimal('0.01')), 'f')})
    figure = Decimal(_decimal(value))
    return _dumped({**known, 'value': _decimal(value) if kind == 'rating' else _number(figure)})


def _rich(text: str) -> str:
    rows = [{'type': 'paragraph', 'children': [{'type': 'text', 'value': row}]} for row in text.split('\n')]
    return _dumped({'type': 'root', 'children': rows})


def batches(rows: Iterable[dict]) -> list[list[dict]]:
    """As many as one call takes."""
    rows = list(rows)
    return [rows[start : start + MOST_PER_CALL] for start in range(0, len(rows), MOST_PER_CALL)]
