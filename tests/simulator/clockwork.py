"""What happens in a shop by the passing of time: schedules that come due, requests that are applied late."""
from __future__ import annotations

from datetime import timedelta

from . import schema
from .fulfillment_order_life import open_up
from .graphql_api import Call, Request


def postpone(shop, version: str, call: Call, seconds: float) -> None:
    """A request whose sender is gone is applied when so many seconds have passed."""
    due = shop.now() + timedelta(seconds=seconds)
    shop.extra.setdefault("late", []).append((due, version, call))


def tick(shop) -> None:
    """Do what is due; called whenever somebody looks at the shop."""
    now, late = shop.now(), shop.extra.get("late") or ()
    for row in [row for row in late if row[0] <= now]:
        late.remove(row)
        work = Request(shop, schema.load(row[1]), row[2])
        work.identify()
        work.execute()
    waiting = shop.extra.get("scheduled") or ()
    for record in [record for record in waiting if record.fulfill_at <= now or record.status != "SCHEDULED"]:
        waiting.remove(record)
        if record.status == "SCHEDULED":
            open_up(shop, record, now)
