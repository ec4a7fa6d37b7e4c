"""Parcels that never left: which fulfilments are cancelled in Shopify, and what of them has to be fulfilled again.

Shopify cancels a fulfilment as a whole (Admin API: fulfillmentCancel); its units wait to be fulfilled then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from .fulfillment import Fulfillment


def cancels(units: Mapping[str, int], parcels: Iterable[Fulfillment]) -> list[tuple[str, dict, dict]]:
    """``[(kind, variables, before), …]`` of the steps that call ``units`` (by order line) back.

    Parcels that are undone as a whole come first, then as few others as it takes. ``before`` says which units are undone,
    and what of the parcel did leave (``rest``), with its numbers and its location.
    """
    left, chosen = Counter(units), []
    rows = list(parcels)
    for is_whole in (True, False):
        for row in rows:
            part = left & row.units
            if part and row not in [one for one, _part in chosen] and (part == row.units or not is_whole):
                left -= part
                chosen.append((row, part))
    return [('cancel', {'id': row.gid}, _before(row, part)) for row, part in chosen]


def _before(row: Fulfillment, part: Counter) -> dict:
    return {
        'units': dict(part),
        'rest': dict(row.units - part),
        'tracking': [{'company': one.company, 'number': one.number, 'url': one.url} for one in row.tracking],
        'location': row.location_gid,
    }


def rest_of(before: Mapping, again: Mapping[str, int]) -> dict[str, int]:
    """What has to be fulfilled again after a cancelled step with this ``before``, less what was already."""
    return dict(Counter(before.get('rest') or {}) - Counter(again))
