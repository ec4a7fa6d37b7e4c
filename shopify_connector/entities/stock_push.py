"""Intents of the stock lane: what is sent, what Shopify's answer means, and when so much changes that a person is asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from . import inventory

# One costs 13 points of the 1000 that a request may cost.
ACTIVATIONS_PER_MUTATION = 40
# Shopify remembers a key for a day.
HOURS_REPEATABLE = 23
REPEAT_LATER = 'IDEMPOTENCY_CONCURRENT_REQUEST'
# The key is of no use any more, and says nothing about what is in the shop.
SPENT_KEY_CODES = frozenset(('IDEMPOTENCY_KEY_PARAMETER_MISMATCH', 'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED'))
# Shopify's code of a row -> why the level is not written; the same again is refused again.
LASTING = {
    'NON_MUTABLE_INVENTORY_ITEM': 'bundle',
    'INVALID_INVENTORY_ITEM': 'gone',
    'INVALID_LOCATION': 'location',
}
NOT_STOCKED = 'ITEM_NOT_STOCKED_AT_LOCATION'

_ACTIVATE_ONE = """
  level%(index)d: inventoryActivate(inventoryItemId: $item%(index)d, locationId: $location%(index)d,
                                    available: $available%(index)d) @idempotent(key: $key%(index)d) {
    inventoryLevel { id isActive quantities(names: ["available", "on_hand"]) { name quantity } }
    userErrors { field message }
  }"""


@dataclass
class Outcome:
    """What became of the rows of an intent, by their index.

    ``written``: units that the level shows now, None where they are those that were sent; ``refused``: the userError of a
    row; ``unknown``: rows of which nothing is known, to be read; ``running``: the same key is being worked on;
    ``general``: userErrors that name no row.
    """

    written: dict[int, int | None] = field(default_factory=dict)
    refused: dict[int, Mapping] = field(default_factory=dict)
    unknown: set[int] = field(default_factory=set)
    running: bool = False
    general: list[Mapping] = field(default_factory=list)


def document(kind: str, count: int) -> str:
    """The mutation of an intent of ``count`` rows; ``kind`` is ``set`` or ``activate``."""
    if kind == 'set':
        return inventory.SET
    names = ', '.join(
        f'$item{index}: ID!, $location{index}: ID!, $available{index}: Int, $key{index}: String!'
        for index in range(count)
    )
    fields = ''.join(_ACTIVATE_ONE % {'index': index} for index in range(count))
    return f'mutation ActivateLevels({names}) {{{fields}\n}}\n'


def variables(kind: str, rows: Sequence[inventory.Row], key: str, reference: str) -> dict:
    """What is sent, word for word, each time that it is sent."""
    if kind == 'set':
        return {'input': inventory.payload(rows, reference), 'key': key}
    found = {}
    for index, row in enumerate(rows):
        found[f'item{index}'] = row.item_gid
        found[f'location{index}'] = row.location_gid
        found[f'available{index}'] = row.quantity
        found[f'key{index}'] = str(uuid5(NAMESPACE_URL, f'{key}/{index}'))
    return found


def outcome(kind: str, data: Mapping, count: int) -> Outcome:
    """The answer to an intent of ``count`` rows."""
    return _outcome_of_set(data, count) if kind == 'set' else _outcome_of_activation(data, count)


def _outcome_of_set(data: Mapping, count: int) -> Outcome:
    """All rows or none, as far as anybody has seen. Where the answer says otherwise, or that an unnamed row is not as it was
    known, the rows that are not refused by name are read: sent again as they were, they would be refused in their turn."""
    payload = data.get('inventorySetQuantities')
    problems = (payload or {}).get('userErrors') or []
    codes = {problem.get('code') for problem in problems}
    if payload is None or codes & SPENT_KEY_CODES:
        return Outcome(unknown=set(range(count)))
    if REPEAT_LATER in codes:
        return Outcome(running=True)
    if not problems:
        return Outcome(written=dict.fromkeys(range(count)))
    refused = inventory.refused_rows(problems)
    is_any_stale = any(is_stale(problem) and inventory.row_of(problem) is None for problem in problems)
    if is_any_stale or payload.get('inventoryAdjustmentGroup'):
        return Outcome(refused=refused, unknown=set(range(count)) - refused.keys())
    return Outcome(refused=refused, general=[] if refused else problems)


def _outcome_of_activation(data: Mapping, count: int) -> Outcome:
    """Each row for itself. Its userErrors have no codes: what stands in the shop then decides, not their text."""
    found = Outcome()
    for index in range(count):
        payload = data.get(f'level{index}')
        if payload and not payload.get('userErrors') and payload.get('inventoryLevel'):
            found.written[index] = inventory.quantity_of(payload['inventoryLevel'])
        elif payload and payload.get('userErrors'):
            found.refused[index] = payload['userErrors'][0]
        else:
            found.unknown.add(index)
    return found


def is_stale(problem: Mapping) -> bool:
    return problem.get('code') in inventory.STALE_CODES


def trips(changing: Collection, base: int, percent: float, minimum: int) -> bool:
    """Whether ``changing`` levels are more than ``percent`` of ``base``; fewer than ``minimum`` never are, 0 % is off."""
    count = len(changing)
    return percent > 0 and count >= max(minimum, 1) and count * 100 > percent * base


def is_emptied(before: int, after: int) -> bool:
    """Whether a level that sold does not sell any more."""
    return before > 0 >= after
