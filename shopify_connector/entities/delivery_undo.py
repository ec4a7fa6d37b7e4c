"""Parcels that never left: which fulfilments are cancelled in Shopify, and what of them has to be fulfilled again.

Shopify cancels a fulfilment as a whole (Admin API: fulfillmentCancel); its units wait to be fulfilled then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from .fulfillment import Fulfillment


def cancels(
    units: Mapping[str, int], parcels: Iterable[Fulfillment], untaken: Mapping[str, Mapping[str, int]] | None = None
) -> list[tuple[str, dict, dict]]:
    """``[(kind, variables, before), …]`` of the steps that call ``units`` (by order line) back.

    Parcels that are undone as a whole come first, then as few others as it takes. ``before`` says which units are undone,
    and what of the parcel did leave (``rest``), with its numbers and its location.

    :param untaken: ``{parcel's gid: units}`` of parcels that the shop has made, for which Odoo is still to deliver: those are
        not the ones that were undone, and are fulfilled again.
    """
    left, chosen = Counter(units), []
    rows = list(parcels)
    for is_whole in (True, False):
        for row in rows:
            later = Counter((untaken or {}).get(row.gid) or {})
            part = left & (row.units - later)
            if part and row not in [one for one, *_rest in chosen] and (part == row.units or not is_whole):
                left -= part
                chosen.append((row, part, later & row.units))
    return [('cancel', {'id': row.gid}, _before(row, part, later)) for row, part, later in chosen]


def _before(row: Fulfillment, part: Counter, untaken: Counter) -> dict:
    return {
        'units': dict(part),
        'rest': dict(row.units - part),
        'untaken': dict(untaken),
        'tracking': [{'company': one.company, 'number': one.number, 'url': one.url} for one in row.tracking],
        'location': row.location_gid,
    }


def rest_of(before: Mapping, again: Mapping[str, int]) -> dict[str, int]:
    """What has to be fulfilled again after a cancelled step with this ``before``, less what was already."""
    return dict(Counter(before.get('rest') or {}) - Counter(again))
