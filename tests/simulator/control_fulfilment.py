"""What a merchant, a carrier or a fulfilment service does to one order's parcels and fulfilment orders by hand.

POST /control/shops/<domain>/orders/<id>/fulfillment         {step, index=-1 | id, …}
    cancel; tracking {tracking: {company, number, url, numbers, urls}, notify_customer}; event {status, …}
POST /control/shops/<domain>/orders/<id>/fulfillment_order   {step, index=-1 | id, …}; -1: the last one with units left
    hold {reason, notes?, lines?}, release; move {location_id, lines?}; split {lines}; schedule {at}; open; progress;
    request, accept, reject, request_cancellation, accept_cancellation, reject_cancellation, fail {message?}; prepare
    `lines` are [{sku | line_item_id | index, quantity}].
"""
from __future__ import annotations

from . import fulfillment_order_life as life
from . import order_fulfil
from .order_events import LifeError
from .scalars import parse_time


def _one(rows: list, args: dict):
    found = [row for row in rows if args["id"] in (row.id, str(row.number_id))] if args.get("id") else rows
    if not found:
        raise LifeError(["id"], "There is none.")
    return found[-1 if args.get("id") else int(args.get("index", -1))]


def parcel(shop, order, args: dict, now) -> None:
    """A step of a fulfilment."""
    record, step = _one(order.fulfillments, args), args.get("step")
    if step == "cancel":
        order_fulfil.cancel_fulfillment(shop, record, now)
    elif step == "tracking":
        order_fulfil.update_tracking(shop, record, args.get("tracking") or {}, now, bool(args.get("notify_customer")))
    elif step == "event":
        order_fulfil.add_event(shop, record, {name: value for name, value in args.items()
                                              if name in ("status", "message", "city")}, now)
    else:
        raise LifeError(["step"], f"unknown step {step!r}")


def _lines(order, record, rows: list | None) -> list | None:
    """[{id, quantity}] of the fulfilment order for [{sku …, quantity}]."""
    if not rows:
        return None
    wanted = [(order_fulfil.find_line(order, row), int(row["quantity"])) for row in rows]
    return [{"id": part.id, "quantity": units} for line, units in wanted for part in record.line_items
            if part.line_item is line]


def work(shop, order, args: dict, now) -> None:
    """A step of a fulfilment order."""
    rows = order.fulfillment_orders if args.get("id") or "index" in args else [
        row for row in order.fulfillment_orders if row.is_open and row.remaining]
    record, step = _one(rows, args), args.get("step")
    lines = _lines(order, record, args.get("lines"))
    if step == "move":
        life.move(shop, record, _place(shop, args["location_id"]), lines, now)
    elif step == "hold":
        life.hold(shop, record, {"reason": args.get("reason") or "OTHER", "reasonNotes": args.get("notes"),
                                 "fulfillmentOrderLineItems": lines}, now, app=False)
    elif step == "split":
        life.split(shop, record, lines, now)
    elif step == "schedule":
        life.schedule(shop, record, parse_time(args["at"]), now)
    elif step == "request":
        life.submit(shop, record, lines, args.get("message"), False, now)
    elif step in life.ANSWERS:
        life.answer(shop, record, step, args.get("message"), now)
    else:
        _plain(shop, record, step, now)


def _plain(shop, record, step: str, now) -> None:
    steps = {"release": lambda: life.release(shop, record, None, now), "open": lambda: life.open_up(shop, record, now),
             "progress": lambda: life.report_progress(shop, record, now),
             "prepare": lambda: life.prepare(shop, [record], now)}
    if step not in steps:
        raise LifeError(["step"], f"unknown step {step!r}")
    steps[step]()


def _place(shop, wanted: str) -> str:
    found = next((gid for gid, row in shop.locations.items() if str(wanted) in (gid, row.name, str(row.number_id))), None)
    if found is None:
        raise LifeError(["location_id"], f"no location {wanted}")
    return found
