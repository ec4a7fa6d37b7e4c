"""Cursors and pages: first/last/after/before over a list in memory."""
from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from .resolvers import ApiError
from .scalars import date_time

PAGE_LIMIT = 250
REACHABLE = 25_000  # objects of one list that can be paged to


@dataclass
class QueryList:
    """Rows that a root field found, already in order; `value(row)` is what the cursor remembers of the sort key.

    `descending` tells the order of (value, id), so that a page starts at the right place even when the last row of
    the page before has moved away.
    """

    rows: Sequence
    value: Callable
    descending: bool = False


@dataclass
class Connection:
    """One page. `cost_raw` collects what its nodes cost."""

    nodes: Sequence
    cursors: Callable
    has_next: bool
    has_previous: bool


def _identity(row, index: int):
    key = row.get("id") if isinstance(row, dict) else getattr(row, "id", None)
    return key if key is not None else index


def _comparable(value):
    return date_time(value) if isinstance(value, datetime) else value


def encode(identity, value=None) -> str:
    body = {"last_id": identity, "last_value": _comparable(value)}
    return base64.urlsafe_b64encode(json.dumps(body, default=str).encode()).decode()


def decode(cursor: str) -> dict:
    try:
        body = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return {"last_id": body["last_id"], "last_value": body.get("last_value")}
    except (ValueError, KeyError, TypeError):
        raise ApiError(f"Invalid cursor for current pagination sort. Invalid cursor: {cursor}", "BAD_REQUEST") from None


def _position(rows, cursor: dict, found) -> int:
    """Index of the row that a cursor names; when it has moved or gone, of the place where it was."""
    for index, row in enumerate(rows):
        if _identity(row, index) == cursor["last_id"] and (
                found is None or _comparable(found.value(row)) == cursor["last_value"]):
            return index
    if found is None:
        raise ApiError("Invalid cursor for current pagination sort.", "BAD_REQUEST")
    mark = cursor["last_value"]
    for index, row in enumerate(rows):
        value = _comparable(found.value(row))
        if value is not None and mark is not None and (value < mark if found.descending else value > mark):
            return index - 1
    return len(rows) - 1


def check_size(first, last, limit: int = PAGE_LIMIT) -> None:
    """Refuse a page without a size, with a negative one, or with more than the limit."""
    if first is None and last is None:
        raise ApiError("you must provide one of first or last", "BAD_REQUEST")
    if first is not None and last is not None:
        raise ApiError("providing both first and last is not supported", "BAD_REQUEST")
    for name, value in (("first", first), ("last", last)):
        if value is not None and value < 0:
            raise ApiError(f"{name} cannot be less than zero", "BAD_REQUEST")
        if value is not None and value > limit:
            raise ApiError(f"{name} cannot exceed {limit}", "BAD_REQUEST")


def paginate(source, first=None, last=None, after=None, before=None, reverse=False, limit=PAGE_LIMIT) -> Connection:
    """One page of a list or QueryList. Raises ApiError BAD_REQUEST for sizes and cursors that are not possible."""
    check_size(first, last, limit)
    found = source if isinstance(source, QueryList) else None
    rows = found.rows if found else source
    if reverse and found is None:
        rows = rows[::-1]
    rows = rows[:REACHABLE]
    start = _position(rows, decode(after), found) + 1 if after else 0
    end = _position(rows, decode(before), found) if before else len(rows)
    low, high = (start, min(start + first, end)) if first is not None else (max(start, end - last), end)

    def cursor(index: int) -> str:
        row = rows[low + index]
        return encode(_identity(row, low + index), found.value(row) if found else None)

    return Connection(rows[low:max(low, high)], cursor, high < len(rows), low > 0)
