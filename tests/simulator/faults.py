"""Faults that the control API arms: the next requests that match fail in a chosen way."""
from __future__ import annotations

from dataclasses import dataclass

from .resolvers import ApiError

BEFORE = frozenset(("http_500", "http_503", "html_502", "http_403", "http_429", "http_430", "throttled", "timeout",
                    "disconnect_before", "revoke_token", "frozen", "locked", "internal_error", "attempt_failed",
                    "late"))
AFTER = frozenset(("disconnect_after", "timeout_after", "http_500_after", "html_502_after"))
INSIDE = frozenset(("alias_failed", "alias_failed_after", "cut_inside"))
# Other answers that the schema allows.
SHAPES = frozenset(("rows_apart", "rows_unnamed"))
KINDS = BEFORE | AFTER | INSIDE | SHAPES
OPTIONS = {"kind", "count", "match", "retry_after", "seconds", "alias"}


@dataclass
class Fault:
    """`match` is part of the operation name or of the document; `seconds` is how long a timeout hangs.

    `attempt_failed`: the mutation breaks off inside with nothing applied, and its idempotency key is burnt.
    Of several mutations in one request strike at one, that of the number `alias` (from 0, default the last one):
    `alias_failed` answers null and an internal error for it, with nothing of it applied; `alias_failed_after` the same
    with it applied; `cut_inside` ends the connection before it, with those before applied and it and the others not.
    Of inventorySetQuantities nobody knows for sure what the real one does with one bad row, and the schema promises no path
    in its errors: `rows_apart` writes the good rows and answers with a group beside the userErrors, `rows_unnamed` names no
    row in them.
    `late`: the connection ends at once, and the request is applied all the same `seconds` later by the shop's clock.
    """

    kind: str
    count: int = 1
    match: str = ""
    retry_after: float = 2.0
    seconds: float = 30.0
    alias: int = -1

    @classmethod
    def from_json(cls, body: dict) -> Fault:
        """ApiError BAD_REQUEST for an unknown kind or option."""
        unknown = set(body) - OPTIONS
        if body.get("kind") not in KINDS or unknown:
            raise ApiError(f"fault needs a kind of {sorted(KINDS)}; unknown: {sorted(unknown)}", "BAD_REQUEST")
        return cls(**{name: value for name, value in body.items() if value is not None})


class Cut(BaseException):
    """The connection ends in the middle of a request; nothing in between may catch it as an error of its own."""


def inside(rows: list[tuple]) -> list[tuple]:
    """The compiled mutation fields (see `closures.object_finisher`), each struck by a fault that is meant for it."""
    return [_struck(row, index, len(rows)) for index, row in enumerate(rows)]


def _struck(row: tuple, index: int, count: int) -> tuple:
    key, fetch, leaf, finish, nullable, node = row

    def fetch_or_fail(value, run):
        fault = run.context.fault
        if fault is None or fault.kind not in INSIDE or fault.alias % count != index:
            return fetch(value, run)
        if fault.kind == "cut_inside":
            raise Cut
        if fault.kind == "alias_failed_after":
            fetch(value, run)
        raise ApiError("Internal error. Looks like something went wrong on our end.", "INTERNAL_SERVER_ERROR")

    return key, fetch_or_fail, leaf, finish, nullable, node


def take(faults: list[Fault], operation: str, text: str) -> Fault | None:
    """The first armed fault that matches this request; it is used up by one."""
    for fault in faults:
        if fault.match in operation or fault.match in text:
            fault.count -= 1
            if fault.count <= 0:
                faults.remove(fault)
            return fault
    return None
