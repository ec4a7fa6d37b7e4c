"""Returns: requested by a customer or opened by the merchant, processed (restocked, refunded), closed."""
from __future__ import annotations

from datetime import datetime

from .order_events import LifeError, new_event, settled
from .order_fulfil import find_line
from .order_life_types import FulfillmentLine, Return, ReturnLine
from .order_lines import build_line, find_variant, tax_line
from .order_refund import refund
from .order_routing import assign
from .order_totals import recompute
from .order_types import Order
from .payloads import stamp


def return_goods(shop, order: Order, args: dict, now: datetime) -> Return:
    """Return. `args`: lines [{sku | line_item_id | index, quantity, reason, note, customer_note}] (without it everything
    shipped), exchange [line specs of `place_order`] (what the customer gets instead), requested=False (waits for
    approval), process=True (goods arrive), restock=True, refund=True, close=True, location_id."""
    rows = _returnable(order, args.get("lines"))
    if not rows:
        raise LifeError(["returnLineItems"], "Return line items can't be blank")
    record = open_return(shop, order, rows, now, requested=bool(args.get("requested")), exchange=args.get("exchange"))
    for row, asked in zip(record.return_line_items, args.get("lines") or ()):
        row.customer_note = asked.get("customer_note")
    if record.status == "OPEN" and args.get("process", True):
        process(shop, record, [(line, line.quantity) for line in record.return_line_items], now,
                restock=bool(args.get("restock", True)), money=bool(args.get("refund", True)),
                place=args.get("location_id"))
        if args.get("close", True):
            close_return(shop, record, now)
    return record


def returned_units(order: Order, line: FulfillmentLine) -> int:
    """How many units of a shipped line are in a return that counts."""
    return sum(row.quantity for record in order.returns if record.status not in ("CANCELED", "DECLINED")
               for row in record.return_line_items if row.fulfillment_line_item is line)


def returnable_lines(order: Order) -> list[tuple[FulfillmentLine, int]]:
    """Shipped lines with the units that may still come back."""
    rows, left = [], {line.id: line.current_quantity for line in order.line_items}
    for record in order.returns:  # what is on its way back already is not returned twice
        if record.status in ("REQUESTED", "OPEN"):
            for row in record.return_line_items:
                left[row.fulfillment_line_item.line_item.id] -= row.unprocessed_quantity
    for parcel in order.fulfillments:
        for line in parcel.fulfillment_line_items if parcel.status == "SUCCESS" else ():
            units = min(line.quantity - returned_units(order, line), left[line.line_item.id])
            if units > 0:
                rows.append((line, units))
                left[line.line_item.id] -= units
    return rows


def _returnable(order: Order, asked: list | None) -> list[tuple]:
    available = returnable_lines(order)
    if asked is None:
        return [(line, units, "OTHER", "") for line, units in available]
    rows = []
    for row in asked:
        wanted, item = int(row["quantity"]), find_line(order, row)
        for line, units in available:
            part = min(wanted, units) if line.line_item is item else 0
            if part:
                rows.append((line, part, (row.get("reason") or "OTHER").upper(), row.get("note") or ""))
                wanted -= part
        if wanted:
            raise LifeError(["returnLineItems", "0", "quantity"], "Quantity is not available for return", "INVALID")
    return rows


def open_return(shop, order: Order, rows: list[tuple], now: datetime, requested: bool = False,
                exchange: list | None = None) -> Return:
    """Make a return of [(shipped line, units, reason, note)]; `exchange` are specs of what goes out instead."""
    lines = [ReturnLine(shop.gid("ReturnLineItem"), line, units, reason, note) for line, units, reason, note in rows]
    record = Return(shop.gid("Return"), order, f"{order.name}-R{len(order.returns) + 1}", now, lines,
                    status="REQUESTED" if requested else "OPEN")
    record.exchange_line_items = [_exchange_line(shop, spec) for spec in exchange or ()]
    order.returns.append(record)
    if not order.cancelled_at:
        order.closed_at = None  # an archived order comes back
    for row in (record, *lines):
        shop.nodes[row.id] = row
    if not requested:
        _reverse_order(shop, record)
    _fire(shop, record, "returns/request" if requested else "returns/approve", now)
    return record


def _exchange_line(shop, spec: dict) -> dict:
    """An ExchangeLineItem that has no order line yet: it gets one when it is processed."""
    variant = find_variant(shop, spec)
    units = int(spec.get("quantity", 1))
    return {"id": shop.gid("ExchangeLineItem"), "spec": spec, "quantity": units, "processedQuantity": 0,
            "processableQuantity": units, "unprocessedQuantity": units, "lineItem": None, "lineItems": None,
            "variantId": variant.id if variant else None, "productId": variant.product_id if variant else None,
            "variantSku": variant.sku if variant else spec.get("sku"),
            "variantTitle": variant.title if variant else None,
            "title": shop.products[variant.product_id].title if variant else spec.get("title")}


def _send_exchange(shop, record: Return, rows: list[tuple[dict, int]], now: datetime, event_id: str) -> None:
    """Units of what goes out instead become lines of the order, with fulfilment orders."""
    order = record.order
    for row, units in rows:
        spec = {**row["spec"], "quantity": units}
        line = build_line(shop, order, spec)
        tax_line(shop, order, line, spec)
        order.line_items.append(line)
        assign(shop, order, [(line, units)], now, event_id, order.retail_location_id)
        lines, left = [*(row["lineItems"] or ()), line], row["unprocessedQuantity"] - units
        row.update(lineItem=lines[0], lineItems=lines, processedQuantity=row["quantity"] - left,
                   processableQuantity=left, unprocessedQuantity=left)
    recompute(order)


def _reverse_order(shop, record: Return) -> None:
    rows = [{"id": shop.gid("ReverseFulfillmentOrderLineItem"), "totalQuantity": line.quantity, "dispositions": [],
             "fulfillmentLineItem": line.fulfillment_line_item} for line in record.return_line_items]
    record.reverse_fulfillment_orders.append({
        "__typename": "ReverseFulfillmentOrder", "id": shop.gid("ReverseFulfillmentOrder"), "status": "OPEN",
        "lineItems": rows, "order": record.order, "reverseDeliveries": []})


def approve(shop, record: Return, now: datetime) -> Return:
    _need(record, "REQUESTED", "Return is not approvable. Only returns with status REQUESTED can be approved.")
    record.status, record.request_approved_at = "OPEN", now
    _reverse_order(shop, record)
    _fire(shop, record, "returns/approve", now)
    return record


def decline(shop, record: Return, now: datetime, reason: str = "OTHER", note: str | None = None) -> Return:
    _need(record, "REQUESTED", "Return is not declinable. Only non-refunded returns with status REQUESTED can be "
                               "declined.")
    record.status, record.decline = "DECLINED", {"reason": reason, "note": note}
    _fire(shop, record, "returns/decline", now)
    return record


def cancel_return(shop, record: Return, now: datetime) -> Return:
    if record.status not in ("OPEN", "REQUESTED") or record.refunds:
        raise LifeError(["id"], "Return is not cancelable.", "INVALID_STATE")
    record.status = "CANCELED"
    for row in record.reverse_fulfillment_orders:
        row["status"] = "CANCELED"
    _fire(shop, record, "returns/cancel", now)
    return record


def close_return(shop, record: Return, now: datetime) -> Return:
    _need(record, "OPEN", "Return is not closable.")
    record.status, record.closed_at = "CLOSED", now
    for row in record.reverse_fulfillment_orders:
        row["status"] = "CLOSED"
    _fire(shop, record, "returns/close", now)
    return record


def reopen_return(shop, record: Return, now: datetime) -> Return:
    _need(record, "CLOSED", "Return is not reopenable.")
    record.status, record.closed_at = "OPEN", None
    for row in record.reverse_fulfillment_orders:
        row["status"] = "OPEN"
    _fire(shop, record, "returns/reopen", now)
    return record


def send_back(shop, record: Return, args: dict, now: datetime) -> Return:
    """The customer's parcel is on its way. `args`: number, company, url. The order itself does not change."""
    _need(record, "OPEN", "Return is not open.")
    tracking = {"carrierName": args.get("company"), "number": args.get("number"), "url": args.get("url")}
    parcel = {"id": shop.gid("ReverseDelivery"), "deliverable": {
        "__typename": "ReverseDeliveryShippingDeliverable", "tracking": tracking}}
    reverse = record.reverse_fulfillment_orders[0]
    reverse["reverseDeliveries"].append({**parcel, "reverseFulfillmentOrder": reverse})
    shop.emit("reverse_deliveries/attach_deliverable", {
        "id": int(parcel["id"].rsplit("/", 1)[1]), "admin_graphql_api_id": parcel["id"],
        "return": {"id": record.number_id, "admin_graphql_api_id": record.id}}, record, new_event())
    return record


def step(shop, order: Order, args: dict, now: datetime) -> Return:
    """The next step of a return of the order. `args`: step approve|decline|cancel|send|process|close|reopen, index=-1
    (which return), and what the step needs: reason, note; number, company, url; restock, refund, location_id."""
    if not order.returns:
        raise LifeError(["id"], "Return not found.", "NOT_FOUND")
    record, name = order.returns[int(args.get("index", -1))], args.get("step")
    if name == "process":
        _need(record, "OPEN", "Return is not open.")
        rows = [(line, line.unprocessed_quantity) for line in record.return_line_items if line.unprocessed_quantity]
        return process(shop, record, rows, now, restock=bool(args.get("restock", True)),
                       money=bool(args.get("refund", True)), place=args.get("location_id"))
    if name == "decline":
        return decline(shop, record, now, args.get("reason") or "OTHER", args.get("note"))
    if name == "send":
        return send_back(shop, record, args, now)
    steps = {"approve": approve, "cancel": cancel_return, "close": close_return, "reopen": reopen_return}
    if name not in steps:
        raise LifeError(["step"], f"unknown step {name!r}")
    return steps[name](shop, record, now)


def _need(record: Return, status: str, message: str) -> None:
    if record.status != status:
        raise LifeError(["id"], message, "INVALID_STATE")


def process(shop, record: Return, rows: list[tuple[ReturnLine, int]], now: datetime, *, restock: bool = True,
            money: bool = True, place: str | None = None, transactions: list | None = None,
            parts: list[tuple] | None = None, exchange: list[tuple[dict, int]] | None = None) -> Return:
    """The goods arrived: refund the lines, with or without paying back. `parts` [(line of the return, row of its
    reverse order, RESTOCKED|…, units, location)] says what became of which units, instead of `restock` and `place`;
    units without a part wait for a decision (`dispose`). `exchange` [(exchange line, units)] goes out instead; without
    it everything that waits, as a person in the admin processes it."""
    event_id, left = new_event(), {id(line): units for line, units in rows}
    if any(units > line.unprocessed_quantity for line, units in rows):
        raise LifeError(["returnLineItems", "0", "quantity"], "Quantity is greater than what is left", "INVALID")
    if parts is None:
        kind = "RESTOCKED" if restock else "NOT_RESTOCKED"
        parts = [(line, reverse_row(record, line), kind, units, place) for line, units in rows]
    if exchange is None:
        exchange = [(row, row["unprocessedQuantity"]) for row in record.exchange_line_items if row["unprocessedQuantity"]]
    _send_exchange(shop, record, exchange, now, event_id)
    lines = []
    for line, row, kind, units, where in parts:
        left[id(line)] -= units
        lines.append(_refunded(line, units, "RETURN" if kind == "RESTOCKED" else "NO_RESTOCK", where))
        _note(shop, row, kind, units, where)
    lines += [_refunded(line, left[id(line)], "NO_RESTOCK", None) for line, _units in rows if left[id(line)]]
    made = refund(shop, record.order, {"lines": lines, "no_money": not money, "return_id": record.id,
                                       "transactions": transactions}, now, event_id)
    for line, units in rows:
        line.processed_quantity += units
        line.refunded_quantity += units
    record.refunds.append(made)
    shop.emit("returns/process", body(shop, record), record, event_id)
    return record


def _refunded(line: ReturnLine, units: int, kind: str, place: str | None) -> dict:
    return {"line_item_id": line.fulfillment_line_item.line_item.id, "quantity": units, "restock_type": kind,
            "location_id": place, "has_left": True}


def reverse_row(record: Return, line: ReturnLine) -> dict:
    """The row of the reverse fulfilment order that stands for a line of the return."""
    return next(row for order in record.reverse_fulfillment_orders for row in order["lineItems"]
                if row["fulfillmentLineItem"] is line.fulfillment_line_item)


def _note(shop, row: dict, kind: str, units: int, place: str | None) -> None:
    row["dispositions"].append({
        "id": shop.gid("ReverseFulfillmentOrderDisposition"), "quantity": units, "type": kind,
        "location": shop.locations.get(place) if place else shop.default_location})


def undecided(row: dict) -> int:
    """Units of a reverse row about which nothing final was said."""
    return row["totalQuantity"] - sum(part["quantity"] for part in row["dispositions"]
                                      if part["type"] != "PROCESSING_REQUIRED")


def _begin_anew(row: dict, units: int) -> None:
    """Units that waited for processing are decided about now."""
    spare = row["totalQuantity"] - sum(part["quantity"] for part in row["dispositions"])
    for part in list(row["dispositions"]):
        if part["type"] == "PROCESSING_REQUIRED" and units > spare:
            gone = min(part["quantity"], units - spare)
            part["quantity"] -= gone
            spare += gone
            if not part["quantity"]:
                row["dispositions"].remove(part)


def find_reverse_line(shop, gid: str) -> tuple[Return, dict] | None:
    """The return and the row of a reverse fulfilment order line."""
    for order in shop.orders.values():
        for record in order.returns:
            for reverse in record.reverse_fulfillment_orders:
                for row in reverse["lineItems"]:
                    if row["id"] == gid:
                        return record, row
    return None


def dispose(shop, record: Return, row: dict, kind: str, units: int, place: str | None, now: datetime) -> None:
    """Decide about goods that came back: RESTOCKED ones are for sale again."""
    if not 0 < units <= undecided(row):
        raise LifeError(["dispositionInputs", "0", "quantity"], "Quantity is greater than what is left", "INVALID")
    if kind == "RESTOCKED" and place not in shop.locations:
        raise LifeError(["dispositionInputs", "0", "locationId"], "Location can't be blank", "BLANK")
    _begin_anew(row, units)
    event_id, line = new_event(), row["fulfillmentLineItem"].line_item
    _note(shop, row, kind, units, place)
    if kind == "RESTOCKED" and line.inventory_item_id:
        shop.restock(line.inventory_item_id, place, units, event_id)
    shop.emit("reverse_fulfillment_orders/dispose", body(shop, record), record, event_id)
    settled(shop, record.order, now, [], event_id)


def _fire(shop, record: Return, topic: str, now: datetime) -> None:
    event_id = new_event()
    shop.emit(topic, body(shop, record), record, event_id)
    settled(shop, record.order, now, [], event_id)


def body(shop, record: Return) -> dict:
    """The small body of returns/* topics."""
    return {"id": record.number_id, "admin_graphql_api_id": record.id, "name": record.name,
            "status": record.status.lower(), "total_return_line_items": len(record.return_line_items),
            "order": {"id": record.order.number_id, "admin_graphql_api_id": record.order.id},
            "updated_at": stamp(shop, record.order.updated_at)}
