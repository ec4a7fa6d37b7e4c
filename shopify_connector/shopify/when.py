"""Times: Shopify's ISO-8601 with any offset, Odoo's naive UTC."""
from __future__ import annotations

from datetime import datetime, timezone


def to_utc(text: str) -> datetime:
    """Naive UTC without fractions. Raises ValueError for what is no time; a time without an offset is UTC."""
    value = datetime.fromisoformat(text.strip().replace('Z', '+00:00').replace('z', '+00:00'))
    if value.tzinfo is not None:
        value = value.astimezone(timezone.utc).replace(tzinfo=None)
    return value.replace(microsecond=0)


def to_iso(value: datetime) -> str:
    """``2026-11-21T04:27:00Z`` from naive UTC or an aware time."""
    if value.tzinfo is not None:
        value = value.astimezone(timezone.utc)
    return value.strftime('%Y-%m-%dT%H:%M:%SZ')
