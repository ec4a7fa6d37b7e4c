"""What a product page says beside the quantity: whether it sells when empty, and when the next units come."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

VARIANTS_PER_CALL = 250
METAFIELDS_PER_CALL = 25
# Calls of one request: their points must fit into one answer's limit, with room to spare.
CALLS_PER_REQUEST = 20
# The app's own: themes and the Storefront API read it, people in the admin cannot change it.
NAMESPACE = '$app'
DATE_KEY, UNITS_KEY = 'next_incoming_date', 'next_incoming_quantity'
POLICIES = {'yes': 'CONTINUE', 'no': 'DENY'}
GONE_CODES = {'PRODUCT_DOES_NOT_EXIST', 'PRODUCT_VARIANT_DOES_NOT_EXIST', 'PRODUCT_VARIANT_ID_MISSING'}

CREATE_DEFINITION = """
mutation CreateIncomingDefinition($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) {
    createdDefinition { id }
    userErrors { field message code }
  }
}
"""
# The definition that is there already is as good as ours.
KNOWN_CODES = {'TAKEN', 'UNSTRUCTURED_ALREADY_EXISTS'}
DEFINITIONS = (
    {
        'ownerType': 'PRODUCTVARIANT',
        'namespace': NAMESPACE,
        'key': DATE_KEY,
        'name': "Next incoming date",
        'description': "When the next units are expected. Written by Odoo.",
        'type': 'date',
        'access': {'storefront': 'PUBLIC_READ'},
    },
    {
        'ownerType': 'PRODUCTVARIANT',
        'namespace': NAMESPACE,
        'key': UNITS_KEY,
        'name': "Next incoming quantity",
        'description': "How many units are expected by then. Written by Odoo.",
        'type': 'number_integer',
        'access': {'storefront': 'PUBLIC_READ'},
    },
)


class Incoming(NamedTuple):
    """``units`` are expected by ``day``, a day of the shop."""

    day: date
    units: int

    def __str__(self) -> str:
        return f'{self.day.isoformat()}: {self.units}'


def next_incoming(arrivals: Iterable[tuple[date, float]], today: date) -> Incoming | None:
    """The first day by which at least one full unit has come, and the full units that have come by then.

    What is late is still expected: it counts as of today. None where no full unit is expected.
    """
    by_day: dict[date, float] = {}
    for day, units in arrivals:
        by_day[max(day, today)] = by_day.get(max(day, today), 0.0) + units
    total = 0.0
    for day in sorted(by_day):
        total += by_day[day]
        if math.floor(total + 1e-6) >= 1:
            return Incoming(day, math.floor(total + 1e-6))
    return None


def next_kits(parts: Sequence[tuple[float, float, Iterable[tuple[date, float]]]], today: date) -> Incoming | None:
    """The same for a kit: the first day on which more kits can be put together than today, and how many more.

    ``parts``: ``[(units in one kit, units there now, arrivals), …]``.
    """
    arrived = [[(max(day, today), units) for day, units in arrivals] for _needed, _there, arrivals in parts]

    def kits(until: date | None) -> int:
        return min(
            math.floor((there + sum(units for day, units in rows if until and day <= until)) / needed + 1e-6)
            for (needed, there, _arrivals), rows in zip(parts, arrived, strict=True)
        )

    now = max(0, kits(None)) if parts else 0
    days = sorted({day for rows in arrived for day, _units in rows})
    return next((Incoming(day, kits(day) - now) for day in days if kits(day) > now), None)


def chunks(rows: Sequence, size: int) -> Iterator[Sequence]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


# === SELL WHEN EMPTY === #


def policy_document(calls: int) -> str:
    """One call a product, ``calls`` in one request. A variant that is refused keeps no other one waiting."""
    return _many(
        'SellWhenEmpty',
        calls,
        '$id%d: ID!, $rows%d: [ProductVariantsBulkInput!]!',
        'productVariantsBulkUpdate(productId: $id%d, variants: $rows%d, allowPartialUpdates: true)'
        ' { userErrors { field message code } }',
    )


def policy_variables(calls: Sequence[tuple[str, Sequence[tuple[str, bool]]]]) -> dict:
    """``calls``: ``(product gid, [(variant gid, whether it sells when empty), …])``."""
    found = {}
    for index, (product, rows) in enumerate(calls):
        found[f'id{index}'] = product
        found[f'rows{index}'] = [
            {'id': variant, 'inventoryPolicy': 'CONTINUE' if sells else 'DENY'} for variant, sells in rows
        ]
    return found


# === INCOMING === #


def set_document(calls: int) -> str:
    return _many(
        'SetIncoming',
        calls,
        '$rows%d: [MetafieldsSetInput!]!',
        'metafieldsSet(metafields: $rows%d) { userErrors { field message code elementIndex } }',
    )


def delete_document(calls: int) -> str:
    return _many(
        'ForgetIncoming',
        calls,
        '$rows%d: [MetafieldIdentifierInput!]!',
        'metafieldsDelete(metafields: $rows%d) { userErrors { field message } }',
    )


def set_rows(variant: str, incoming: Incoming) -> list[dict]:
    """``MetafieldsSetInput`` of one variant."""
    return [
        {
            'ownerId': variant,
            'namespace': NAMESPACE,
            'key': DATE_KEY,
            'type': 'date',
            'value': incoming.day.isoformat(),
        },
        {
            'ownerId': variant,
            'namespace': NAMESPACE,
            'key': UNITS_KEY,
            'type': 'number_integer',
            'value': str(incoming.units),
        },
    ]


def delete_rows(variant: str) -> list[dict]:
    """``MetafieldIdentifierInput`` of one variant."""
    return [{'ownerId': variant, 'namespace': NAMESPACE, 'key': key} for key in (DATE_KEY, UNITS_KEY)]


# === BOTH === #


def _many(name: str, calls: int, variables: str, field: str) -> str:
    """A document with the same mutation ``calls`` times, as ``c0``, ``c1``, …; Shopify runs them one after the other."""

    def numbered(text: str, index: int) -> str:
        return text.replace('%d', str(index))

    given = ', '.join(numbered(variables, index) for index in range(calls))
    body = '\n'.join(f'  c{index}: {numbered(field, index)}' for index in range(calls))
    return f'mutation {name}({given}) {{\n{body}\n}}'


def bad_rows(problems: Iterable[Mapping]) -> dict[int, Mapping]:
    """``{row of the call: error}``; errors about the call as a whole stand under ``-1``.

    ``field`` is ``["variants", "3", …]`` or ``["metafields", "3", …]``.
    """
    found: dict[int, Mapping] = {}
    for problem in problems:
        path = problem.get('field') or []
        index = problem.get('elementIndex')
        if index is None:
            index = int(path[1]) if len(path) > 1 and str(path[1]).isdigit() else -1
        found.setdefault(index, problem)
    return found


def is_gone(problem: Mapping) -> bool:
    """Whether the record was deleted in Shopify, so that nothing needs to be sent for it any more."""
    if problem.get('code') in GONE_CODES:
        return True
    return (problem.get('field') or [''])[-1] == 'ownerId'
