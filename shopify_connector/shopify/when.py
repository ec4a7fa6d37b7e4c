"""Points in time: Shopify's ISO-8601 text with any offset, and naive UTC as Odoo keeps it."""
from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytz

_ISO = re.compile(
    r'(?P<date>\d{4}-\d\d-\d\d)'
    r'(?:[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?:[.,](?P<fraction>\d+))?\s*(?P<offset>Z|z|[+-]\d\d(?::?\d\d)?)?)?',
    re.ASCII)


def to_utc(text: str | datetime | None, *, exact: bool = False) -> datetime | None:
    """Naive UTC of an ISO-8601 text; without an offset it is taken for UTC. None and '' are None.

    Whole seconds, which is what Odoo and most of Shopify keep; ``exact`` keeps microseconds.
    :raise ValueError: for what is no time.
    """
    if not text:
        return None
    moment = text if isinstance(text, datetime) else _parsed(text)
    if moment.tzinfo:
        try:
            moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
        except OverflowError:
            raise ValueError(f'{text!r} is out of range') from None
    return moment if exact else moment.replace(microsecond=0)


def to_iso(moment: datetime) -> str:
    """``2026-01-31T12:00:00Z`` of a naive UTC or an aware datetime, in whole seconds."""
    return f'{to_utc(moment).isoformat()}Z'


def zone_of(name: str | None) -> tzinfo:
    """The time zone of an IANA name; UTC where there is none, or none that is known.

    An operating system may have dropped old names such as Asia/Calcutta, which Odoo's pytz still knows.
    """
    try:
        return ZoneInfo(name or 'UTC')
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _older_zone(name)


def _older_zone(name: str) -> tzinfo:
    try:
        return pytz.timezone(name)
    except pytz.UnknownTimeZoneError:
        return timezone.utc


def from_local(moment: datetime, zone: str | None) -> datetime:
    """Naive UTC of what a shop's clock shows (naive)."""
    place = zone_of(zone)
    aware = place.localize(moment) if hasattr(place, 'localize') else moment.replace(tzinfo=place)
    return aware.astimezone(timezone.utc).replace(tzinfo=None)


def day_of(moment: datetime, zone: str | None) -> date:
    """The day of a naive UTC moment in a shop's time zone."""
    return moment.replace(tzinfo=timezone.utc).astimezone(zone_of(zone)).date()


def day_start(day: date, zone: str | None) -> datetime:
    """Naive UTC of the moment a day begins in the shop."""
    return from_local(datetime.combine(day, time()), zone)


def quoted(text: str) -> str:
    """``text`` as one value of Shopify's search syntax, whatever it holds."""
    escaped = str(text).replace('\\', '\\\\').replace("'", "\\'")
    return f"'{escaped}'"


def since(moment: datetime, field: str = 'updated_at') -> str:
    """The search for what changed at ``moment`` or later."""
    return f'{field}:>={quoted(to_iso(moment))}'


def _parsed(text: str) -> datetime:
    match = _ISO.fullmatch(text.strip())
    if not match:
        raise ValueError(f'{text!r} is no ISO-8601 time')
    micro = int((match['fraction'] or '0').ljust(6, '0')[:6])
    moment = datetime.fromisoformat(f"{match['date']}T{match['time'] or '00:00'}").replace(microsecond=micro)
    return moment.replace(tzinfo=_offset(match['offset']))


def _offset(text: str | None) -> timezone:
    if not text or text in 'Zz':
        return timezone.utc
    digits = text[1:].replace(':', '').ljust(4, '0')
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if delta >= timedelta(days=1) or int(digits[2:]) > 59:
        raise ValueError(f'{text!r} is no offset')
    return timezone(-delta if text[0] == '-' else delta)
