"""Every change of an available quantity, and every write that was refused as stale: what tests hold writes against."""
from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime

from .records import Numbers

LENGTH = 500_000


@dataclass(frozen=True)
class Entry:
    """A level that changed (`source` order, merchant or api), or that a write did not meet as it expected (stale).

    `before` and `after` are what was available; `after` of a stale row is what was wanted in vain. `expected` is the
    changeFromQuantity of a write, None for one that compares nothing and for whatever is no write.
    """

    serial: int
    at: datetime
    item_id: str
    location_id: str
    source: str
    before: int
    after: int
    expected: int | None = None

    def as_dict(self) -> dict:
        return {**asdict(self), "at": self.at.isoformat()}


def journal(shop) -> deque:
    """The entries of a shop, oldest first."""
    return shop.extra.setdefault("stock_journal", deque(maxlen=LENGTH))


def note(shop, level, source: str, before: int, expected: int | None = None) -> None:
    """Remember that a level shows something else than `before`."""
    if level.available != before:
        add(shop, level.item_id, level.location_id, source, before, level.available, expected)


def add(shop, item_id: str, location_id: str, source: str, before: int, after: int, expected: int | None) -> None:
    serial = shop.extra.setdefault("stock_serial", Numbers(1))
    journal(shop).append(Entry(next(serial), shop.now(), item_id, location_id, source, before, after, expected))
