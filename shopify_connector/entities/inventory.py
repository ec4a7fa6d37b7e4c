"""Odoo's free quantities -> Shopify InventoryLevel, and back for the comparison."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

LEVELS_PER_MUTATION = 250
LEVELS_PER_PAGE = 250
MAX_QUANTITY = 1_000_000_000
NAME = 'available'
STALE_CODES = {'CHANGE_FROM_QUANTITY_STALE', 'COMPARE_QUANTITY_STALE'}

LEVELS_AT_LOCATION = """
query LevelsAtLocation($id: ID!, $first: Int!, $after: String) {
  location(id: $id) {
    inventoryLevels(first: $first, after: $after) {
      nodes { id isActive item { id } quantities(names: ["available", "on_hand", "committed"]) { name quantity } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

LEVELS_OF_ITEMS = """
query LevelsOfItems($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on InventoryItem {
      id tracked inventoryHistoryUrl
      inventoryLevels(first: 4, includeInactive: true) {
        nodes { id isActive location { id } quantities(names: ["available", "on_hand", "committed"]) { name quantity } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""

MORE_LEVELS = """
query LevelsOfItem($id: ID!, $first: Int!, $after: String) {
  inventoryItem(id: $id) {
    inventoryLevels(first: $first, after: $after, includeInactive: true) {
      nodes { id isActive location { id } quantities(names: ["available", "on_hand", "committed"]) { name quantity } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

SET = """
mutation SetAvailable($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { field message code }
  }
}
"""


@dataclass(frozen=True)
class Row:
    """One level to write: from the value last known (``None`` when nothing is known) to ``quantity``; ``is_active``:
    whether the item is stocked at the location."""

    level_id: int
    item_gid: str
    location_gid: str
    quantity: int
    known: int | None
    is_active: bool = True


class Seen(NamedTuple):
    """A level as Shopify shows it. ``on_hand`` is what is available, committed to orders, or set aside; ``committed`` is
    ``None`` when it was not asked for. ``tracked`` is the item's, ``None`` when it was not asked
    for."""

    item: str
    location: str
    available: int
    on_hand: int
    active: bool
    committed: int | None = None
    history_url: str = ''
    tracked: bool | None = None

    @property
    def set_aside(self) -> int:
        """Units that the shop keeps from sale: damaged, in quality control, reserved, safety stock."""
        return 0 if self.committed is None else self.on_hand - self.available - self.committed


def seen(item: str, location: str, level: Mapping, history_url: str = '', tracked: bool | None = None) -> Seen:
    """The row of a level's node as the documents above ask for it."""
    return Seen(
        item,
        location,
        quantity_of(level),
        quantity_of(level, 'on_hand'),
        bool(level.get('isActive', True)),
        quantity_of(level, 'committed'),
        history_url or '',
        tracked,
    )


def quantity_of(node: Mapping, name: str = NAME) -> int:
    return next((row['quantity'] for row in node.get('quantities') or [] if row['name'] == name), 0)


def sellable(free: float, reserve: float = 0.0) -> int:
    """What a shop may sell of ``free`` units: full units only, never below zero, never beyond Shopify's range.

    A hair below a full unit is that unit: 2.9999999 comes from adding floats, not from a broken pack.
    """
    units = math.floor(free - reserve + 1e-6)
    return max(0, min(units, MAX_QUANTITY))


def payload(rows: Iterable[Row], reference: str) -> dict:
    """``InventorySetQuantitiesInput``. ``changeFromQuantity`` is always there: Shopify refuses a row without the key."""
    return {
        'name': NAME,
        'reason': 'correction',
        'referenceDocumentUri': reference,
        'quantities': [
            {
                'inventoryItemId': row.item_gid,
                'locationId': row.location_gid,
                'quantity': row.quantity,
                'changeFromQuantity': row.known,
            }
            for row in rows
        ],
    }


def refused_rows(errors: Iterable[Mapping]) -> dict[int, Mapping]:
    """``{row: error}`` of the rows that Shopify names in its ``userErrors`` (``field`` is ``["input", "quantities",
    "3", …]``); a row with several errors is stale only when all of them say so."""
    found = {}
    for error in errors:
        index = row_of(error)
        if index is not None and (index not in found or error.get('code') not in STALE_CODES):
            found[index] = error
    return found


def row_of(error: Mapping) -> int | None:
    """The row that a userError names; the schema promises neither a path nor a row in it."""
    path = error.get('field') or []
    return int(path[2]) if len(path) > 2 and str(path[2]).isdigit() else None
