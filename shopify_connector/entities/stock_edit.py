"""Shopify's level beside what was last known of it -> the units that nobody's order explains.

A sale takes units off what is available and commits them; a cancelled one does the opposite; a parcel takes committed
units away; what is set aside is no longer available. None of these is an edit. What is left when they are taken off is a
count, a receipt, a loss or a transfer that somebody entered in the shop.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from .inventory import Seen


@dataclass(frozen=True)
class Baseline:
    """What a level shows when all that is known of has happened. ``parts_known``: whether ``committed`` and ``set_aside``
    were ever read. ``may_return``: units that orders have given up since, and that may be for sale again. ``may_leave``:
    units that orders have taken since, nobody says from which location. ``may_move``: units that orders may have been
    moved to another location with; ``None`` when nobody can say. ``may_ship``: units of orders that were shipped since."""

    known: int
    committed: int = 0
    set_aside: int = 0
    may_return: int = 0
    may_leave: int = 0
    may_move: int | None = 0
    may_ship: int = 0
    parts_known: bool = True


def unseen(baseline: Baseline, seen: Seen) -> int:
    """Units committed to orders beyond those that are known of; negative when some have left or were given up."""
    return seen.committed - baseline.committed if _comparable(baseline, seen) else 0


def is_clear(baseline: Baseline, seen: Seen) -> bool:
    """Whether the level differs for nothing but what the shop has set aside or put back from there, and sales that are
    known of: then nobody has to be waited for."""
    if not _comparable(baseline, seen) or not 0 <= unseen(baseline, seen) <= baseline.may_leave:
        return False
    shelf = seen.available + seen.set_aside + seen.committed
    return shelf == baseline.known + baseline.set_aside + baseline.committed


def is_accounted(baseline: Baseline, seen: Seen) -> bool:
    """Whether orders that are known of may have made the whole difference."""
    return not unexplained(baseline, seen) and unseen(baseline, seen) <= baseline.may_leave


def unexplained(baseline: Baseline, seen: Seen) -> int:
    """Units that came from nowhere, or, negative, that went nowhere.

    In doubt it was an order: units that may be moved, returned or sold ones are not taken for an edit. Committed units that
    went nowhere else have left in a parcel, and took nothing that was available.
    """
    units, sold = seen.available - baseline.known, baseline.may_leave
    if _comparable(baseline, seen):
        units += seen.set_aside - baseline.set_aside
        committed = unseen(baseline, seen)
        freed = max(-committed - baseline.may_ship, 0)
        freed = freed if baseline.may_move is None else min(freed, baseline.may_move)
        units += max(committed, 0) - min(max(units, 0), freed)
        sold = max(sold - max(committed, 0), 0)
    return units - min(max(units, 0), baseline.may_return) + min(max(-units, 0), sold)


def transfers(units: Mapping[Hashable, int]) -> list[tuple]:
    """``[(from, to, units), …]``: what one level of an item lost and exactly one other has got."""
    found = []
    for place, count in units.items():
        takers = [other for other, number in units.items() if number == count]
        givers = [other for other, number in units.items() if number == -count]
        if count > 0 and len(takers) == len(givers) == 1:
            found.append((givers[0], place, count))
    return found


def _comparable(baseline: Baseline, seen: Seen) -> bool:
    return baseline.parts_known and seen.committed is not None
