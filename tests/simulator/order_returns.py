"""Returns: requested by a customer or opened by the merchant, processed (restocked, refunded), closed."""
from __future__ import annotations

from datetime import datetime

from .order_events import LifeError, new_event, settled
from .order_fulfil import find_line
from .order_life_types import FulfillmentLine, Return, ReturnLine
from .order_refund import refund
from .order_types import Order
from .payloads import stamp


def return_goods(shop, order: Order, args: dict, now: datetime) -> Return:
    """Return. `args`: lines [{sku | line_item_id, quantity, reason, note}] (without it everything shipped),
    requested=False (waits for approval), process=True (goods arrive), restock=True, refund=True, close=True."""
    rows = _returnable(order, args.get("lines"))
    if not rows:
        raise LifeError(["returnLineItems"], "Return line items can't be blank")
    record = open_return(shop, order, rows, now, requested=bool(args.get("requested")))
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


def open_return(shop, order: Order, rows: list[tuple], now: datetime, requested: bool = False) -> Return:
    """Make a return of [(shipped line, units, reason, note)]."""
    lines = [ReturnLine(shop.gid("ReturnLineItem"), line, units, reason, note) for line, units, reason, note in rows]
    record = Return(shop.gid("Return"), order, f"{order.name}-R{len(order.returns) + 1}", now, lines,
                    status="REQUESTED" if requested else "OPEN")
    order.returns.append(record)
    for row in (record, *lines):
        shop.nodes[row.id] = row
    if not requested:
        _reverse_order(shop, record)
    _fire(shop, record, "returns/request" if requested else "returns/approve", now)
    return record


def _reverse_order(shop, record: Return) -> None:
    rows = [{"id": shop.gid("ReverseFulfillmentOrderLineItem"), "totalQuantity": line.quantity, "dispositions": [],
             "fulfillmentLineItem": line.fulfillment_line_item} for line in record.return_line_items]
    record.reverse_fulfillment_orders.append({
        "__typename": "ReverseFulfillmentOrder", "id": shop.gid("ReverseFulfillmentOrder"), "status": "OPEN",
        "lineItems": rows, "order": record.order})


def approve(shop, record: Return, now: datetime) -> Return:
    _need(record, "REQUESTED", "Return is not approvable. Only returns with status REQUESTED can be approved.")
    record.status, record.request_approved_at = "OPEN", now
    _reverse_order(shop, record)
    _fire(shop, record, "returns/approve", now)
    return record


def decline(shop, record: Return, now: datetime) -> Return:
    _need(record, "REQUESTED", "Return is not declinable. Only non-refunded returns with status REQUESTED can be "
                               "declined.")
    record.status = "DECLINED"
    _fire(shop, record, "returns/decline", now)
    return record


def cancel_return(shop, record: Return, now: datetime) -> Return:
    if record.status not in ("OPEN", "REQUESTED") or record.refunds:
        raise LifeError(["id"], "Return is not cancelable.", "INVALID_STATE")
    record.status = "CANCELED"
    _fire(shop, record, "returns/cancel", now)
    return record


def close_return(shop, record: Return, now: datetime) -> Return:
    _need(record, "OPEN", "Return is not closable.")
    record.status, record.closed_at = "CLOSED", now
    for row in record.reverse_fulfillment_orders:
        row["status"] = "CLOSED"
    _fire(shop, record, "returns/close", now)
    return record


def _need(record: Return, status: str, message: str) -> None:
    if record.status != status:
        raise LifeError(["id"], message, "INVALID_STATE")


def process(shop, record: Return, rows: list[tuple[ReturnLine, int]], now: datetime, *, restock: bool = True,
            money: bool = True, place: str | None = None, transactions: list | None = None) -> Return:
    """The goods arrived: refund the lines, with or without restocking and paying back."""
    kind, event_id = "RETURN" if restock else "NO_RESTOCK", new_event()
    if any(units > line.unprocessed_quantity for line, units in rows):
        raise LifeError(["returnLineItems", "0", "quantity"], "Quantity is greater than what is left", "INVALID")
    lines = [{"line_item_id": line.fulfillment_line_item.line_item.id, "quantity": units, "restock_type": kind,
              "location_id": place} for line, units in rows]
    made = refund(shop, record.order, {"lines": lines, "no_money": not money, "return_id": record.id,
                                       "transactions": transactions}, now, event_id)
    for line, units in rows:
        line.processed_quantity += units
        line.refunded_quantity += units
        _dispose(shop, record, line, units, restock, place)
    record.refunds.append(made)
    shop.emit("returns/process", body(shop, record), record, event_id)
    return record


def _dispose(shop, record: Return, line: ReturnLine, units: int, restock: bool, place: str | None) -> None:
    for order in record.reverse_fulfillment_orders:
        for row in order["lineItems"]:
            if row["fulfillmentLineItem"] is line.fulfillment_line_item:
                _note(shop, row, "RESTOCKED" if restock else "NOT_RESTOCKED", units, place)


def _note(shop, row: dict, kind: str, units: int, place: str | None) -> None:
    row["dispositions"].append({
        "id": shop.gid("ReverseFulfillmentOrderDisposition"), "quantity": units, "type": kind,
        "location": shop.locations.get(place) if place else shop.default_location})


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
    if units > row["totalQuantity"] - sum(part["quantity"] for part in row["dispositions"]):
        raise LifeError(["dispositionInputs", "0", "quantity"], "Quantity is greater than what is left", "INVALID")
    event_id, line = new_event(), row["fulfillmentLineItem"].line_item
    _note(shop, row, kind, units, place)
    if kind == "RESTOCKED" and line.inventory_item_id:
        shop.restock(line.inventory_item_id, place or shop.default_location.id, units, event_id)
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
