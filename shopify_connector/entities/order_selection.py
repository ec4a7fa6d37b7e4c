"""Which past orders somebody wants: as Shopify's search, and as a test of what it found.

Shopify's search is tokenised and lags behind (Admin API, search syntax), so that what it gives is looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ..shopify import when

FINANCIAL = ('paid', 'pending', 'authorized', 'partially_paid', 'partially_refunded', 'refunded', 'voided', 'expired')
FULFILMENT = ('unfulfilled', 'partial', 'fulfilled')
STATUS = ('open', 'closed', 'cancelled')
# More names than this make a search too long for one request.
NAMES_PER_SEARCH = 40

_RANGE = re.compile(r'(?<![\w-])#?(\d+)\s*(?:-|–|\.\.)\s*#?(\d+)(?![\w-])')
_SEPARATORS = re.compile(r'[,;\s]+')
_DIGITS = re.compile(r'\d+')


class BadNumbers(ValueError):
    """What was entered as order numbers is none; ``text`` is the part that is not understood."""

    def __init__(self, text: str):
        self.text = text
        super().__init__(text)


@dataclass(frozen=True)
class Selection:
    """``created_from`` and ``created_to`` are naive UTC, the latter exclusive; empty texts are no condition.

    ``names`` are order names in lower case without '#', ``ranges`` pairs of numbers, both inclusive.
    """

    created_from: datetime | None = None
    created_to: datetime | None = None
    financial: str = ''
    fulfilment: str = ''
    status: str = ''
    names: frozenset[str] = frozenset()
    ranges: tuple[tuple[int, int], ...] = ()

    @property
    def by_number(self) -> bool:
        return bool(self.names or self.ranges)

    @property
    def number_count(self) -> int:
        """How many orders the names and ranges can be at most."""
        return len(self.names) + sum(last - first + 1 for first, last in self.ranges)


def days(first: date | None, last: date | None, zone: str | None) -> tuple[datetime | None, datetime | None]:
    """``(from, to)`` for :class:`Selection` of days of the shop, both inclusive."""
    return (
        when.day_start(first, zone) if first else None,
        when.day_start(last + timedelta(days=1), zone) if last else None,
    )


def numbers(text: str | None) -> tuple[frozenset[str], tuple[tuple[int, int], ...]]:
    """``(names, ranges)`` of what a person entered, such as ``1001, 1005-1010, #EN77``.

    :raise BadNumbers: for a part without any digit.
    """
    names, ranges = set(), []

    def take(match):
        first, last = int(match[1]), int(match[2])
        if first > last:
            return match[0]
        ranges.append((first, last))
        return ' '

    for part in _SEPARATORS.split(_RANGE.sub(take, text or '').strip()):
        if part and not _DIGITS.search(part):
            raise BadNumbers(part)
        if part:
            names.add(_plain(part))
    return frozenset(names), tuple(ranges)


def narrowed(selection: Selection, first: datetime | None, last: datetime | None) -> Selection:
    """The same within ``first`` and ``last`` (exclusive), where these are narrower."""
    lower = max(filter(None, (selection.created_from, first)), default=None)
    upper = min(filter(None, (selection.created_to, last)), default=None)
    return replace(selection, created_from=lower, created_to=upper)


def search(selection: Selection) -> str:
    """Shopify's search without the numbers; '' finds all orders."""
    parts = []
    if selection.created_from:
        parts.append(when.since(selection.created_from, 'created_at'))
    if selection.created_to:
        parts.append(f'created_at:<{when.quoted(when.to_iso(selection.created_to))}')
    for name, value in (
        ('financial_status', selection.financial),
        ('fulfillment_status', selection.fulfilment),
        ('status', selection.status),
    ):
        if value:
            parts.append(f'{name}:{value}')
    return ' AND '.join(parts)


def name_searches(selection: Selection) -> Iterator[str]:
    """Searches that together find every order of the names and ranges."""
    wanted = [*sorted(selection.names)]
    wanted += [str(number) for first, last in selection.ranges for number in range(first, last + 1)]
    for start in range(0, len(wanted), NAMES_PER_SEARCH):
        yield ' OR '.join(f'name:{when.quoted(name)}' for name in wanted[start : start + NAMES_PER_SEARCH])


def matches(order: Mapping, selection: Selection) -> bool:
    """Whether an order ``{name, createdAt, displayFinancialStatus, cancelledAt}`` is one of those that are wanted."""
    created = when.to_utc(order['createdAt'])
    if selection.created_from and created < selection.created_from:
        return False
    if selection.created_to and created >= selection.created_to:
        return False
    if selection.financial and (order.get('displayFinancialStatus') or '').lower() != selection.financial:
        return False
    if selection.status == 'cancelled' and not order.get('cancelledAt'):
        return False
    return not selection.by_number or _is_named(order['name'], selection)


def _is_named(name: str, selection: Selection) -> bool:
    """By its whole name, or by its number: the longest run of digits, for shops add texts before and after it."""
    number = max(_DIGITS.findall(name), key=len, default='')
    if _plain(name) in selection.names or number in selection.names:
        return True
    return bool(number) and any(first <= int(number) <= last for first, last in selection.ranges)


def _plain(name: str) -> str:
    return name.strip().lstrip('#').casefold()


# === DOCUMENTS === #

COUNT = """
query OrdersToImport($query: String, $limit: Int) {
  ordersCount(query: $query, limit: $limit) { count precision }
}
"""
FIND = """
query OrdersOfSelection($query: String!, $first: Int = 100, $after: String) {
  orders(first: $first, after: $after, query: $query, sortKey: CREATED_AT) {
    nodes { id name createdAt cancelledAt displayFinancialStatus }
    pageInfo { hasNextPage endCursor }
  }
}
"""
