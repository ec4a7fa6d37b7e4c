"""Faults that the control API arms: the next requests that match fail in a chosen way."""
from __future__ import annotations

from dataclasses import dataclass

from .resolvers import ApiError

BEFORE = frozenset(("http_500", "http_503", "html_502", "http_429", "http_430", "throttled", "timeout",
                    "disconnect_before", "revoke_token", "frozen", "locked", "internal_error", "attempt_failed"))
AFTER = frozenset(("disconnect_after", "timeout_after", "http_500_after", "html_502_after"))
KINDS = BEFORE | AFTER


@dataclass
class Fault:
    """`match` is part of the operation name or of the document; `seconds` is how long a timeout hangs.

    `attempt_failed`: the mutation breaks off inside with nothing applied, and its idempotency key is burnt.
    """

    kind: str
    count: int = 1
    match: str = ""
    retry_after: float = 2.0
    seconds: float = 30.0

    @classmethod
    def from_json(cls, body: dict) -> Fault:
        """ApiError BAD_REQUEST for an unknown kind or option."""
        unknown = set(body) - {"kind", "count", "match", "retry_after", "seconds"}
        if body.get("kind") not in KINDS or unknown:
            raise ApiError(f"fault needs a kind of {sorted(KINDS)}; unknown: {sorted(unknown)}", "BAD_REQUEST")
        return cls(**{name: value for name, value in body.items() if value is not None})


def take(faults: list[Fault], operation: str, text: str) -> Fault | None:
    """The first armed fault that matches this request; it is used up by one."""
    for fault in faults:
        if fault.match in operation or fault.match in text:
            fault.count -= 1
            if fault.count <= 0:
                faults.remove(fault)
            return fault
    return None
