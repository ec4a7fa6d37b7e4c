"""How leaf values of the schema become JSON, and which texts they accept as input."""
from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import Decimal, InvalidOperation
from functools import lru_cache

GID = re.compile(r"^gid://[A-Za-z0-9-]+/[A-Za-z0-9_]+/[^\s/]+$")
MONEY_STEP = Decimal("0.01")


def date_time(value) -> str:
    """Whole seconds in UTC, as the Admin API prints DateTime."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value


@lru_cache(maxsize=8192)
def decimal(value) -> str:
    """A Decimal without superfluous zeros but with at least one place: 10 -> "10.0", 9.50 -> "9.5"."""
    if isinstance(value, str):
        return value
    text = format(Decimal(value), "f")
    whole, _dot, places = text.partition(".")
    return f"{whole}.{places.rstrip('0') or '0'}"


def money(value) -> str:
    return value if isinstance(value, str) else str(Decimal(value).quantize(MONEY_STEP))


def unchanged(value):
    return value


SERIALIZERS: dict[str, Callable] = {
    "Boolean": bool, "Int": int, "Float": float, "JSON": unchanged, "DateTime": date_time, "Date": date_time,
    "Decimal": decimal, "Money": money, "UnsignedInt64": str,
}


def serializer(type_name: str) -> Callable:
    """The function for a scalar; texts, ids, addresses and colours are plain strings."""
    return SERIALIZERS.get(type_name, str)


def _text(value):
    if not isinstance(value, str):
        raise ValueError(f"Could not coerce value {value!r} to String")
    return value


def _identifier(value):
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError(f"Could not coerce value {value!r} to ID")
    return str(value)


def _integer(value):
    if isinstance(value, bool) or not isinstance(value, int) or not -2**31 <= value < 2**31:
        raise ValueError(f"Could not coerce value {value!r} to Int")
    return value


def _number(value):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"Could not coerce value {value!r} to Float")
    return float(value)


def _truth(value):
    if not isinstance(value, bool):
        raise ValueError(f"Could not coerce value {value!r} to Boolean")
    return value


def _exact(value):
    try:
        if isinstance(value, bool):
            raise ValueError
        return Decimal(str(value))
    except (InvalidOperation, ValueError):
        raise ValueError(f"invalid decimal '{value}'") from None


def parse_time(value) -> datetime:
    """An aware datetime from ISO 8601 text; a text without offset is UTC. ValueError when it is none."""
    text = _text(value).strip()
    if not re.match(r"^\d{4}-\d{2}-\d{2}", text):
        raise ValueError(f"invalid date-time '{value}'")
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


PARSERS: dict[str, Callable] = {
    "String": _text, "ID": _identifier, "Int": _integer, "Float": _number, "Boolean": _truth, "Decimal": _exact,
    "Money": _exact, "DateTime": parse_time, "JSON": unchanged, "UnsignedInt64": _identifier,
}


def parser(type_name: str) -> Callable:
    return PARSERS.get(type_name, _text)
