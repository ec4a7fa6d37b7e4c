"""What may be done with a fulfilment order, by its state and its place; and how it is divided."""
from __future__ import annotations

from .order_events import LifeError
from .order_life_types import FulfillmentOrder, FulfillmentOrderLine

# Which scope shows and which one changes the fulfilment orders of a kind of place.
KINDS = {"merchant": "merchant_managed", "own": "assigned", "foreign": "third_party"}
REQUESTABLE = ("UNSUBMITTED", "REJECTED", "CANCELLATION_ACCEPTED", "CLOSED")
IN_OTHER_HANDS = ("SUBMITTED", "ACCEPTED", "CANCELLATION_REQUESTED", "CANCELLATION_REJECTED")


def kind_of(shop, location_id: str) -> str:
    """merchant, own (the app is the fulfilment service of that place) or foreign."""
    place = shop.locations.get(location_id)
    if place is None or not place.is_fulfillment_service:
        return "merchant"
    return "own" if (place.fulfillment_service or {}).get("own") else "foreign"


def may(record: FulfillmentOrder, info, verb: str) -> bool:
    """Whether the app's scopes let it read or write a fulfilment order."""
    kind = KINDS[kind_of(info.context.shop, record.location_id)]
    return f"{verb}_{kind}_fulfillment_orders" in info.context.scopes


def stocks(shop, item_id: str | None, place: str) -> bool:
    """Whether a location has a place for an item, whatever the quantity; what is no product fits everywhere."""
    level = shop.level(item_id, place, create=False) if item_id else None
    return not item_id or level is not None and level.is_active


def shipped(record: FulfillmentOrder) -> bool:
    return any(row.remaining_quantity < row.total_quantity for row in record.line_items)


def actions(shop, record: FulfillmentOrder) -> list[str]:
    """The names of what can be done now."""
    if record.status == "SCHEDULED":
        return ["MARK_AS_OPEN", "MOVE"]
    if record.status == "ON_HOLD":
        return ["RELEASE_HOLD", "HOLD", "MOVE"]
    if record.status == "INCOMPLETE":  # the service has given it back: elsewhere, or asked for once more
        return ["REQUEST_FULFILLMENT", "MOVE"]
    if record.status not in ("OPEN", "IN_PROGRESS"):
        return []
    kind = kind_of(shop, record.location_id)
    if kind != "merchant" and record.request_status in IN_OTHER_HANDS:
        return {"SUBMITTED": ["CANCEL_FULFILLMENT_ORDER"],
                "CANCELLATION_REQUESTED": ["CREATE_FULFILLMENT", "CANCEL_FULFILLMENT_ORDER"]}.get(
            record.request_status, ["CREATE_FULFILLMENT", "REQUEST_CANCELLATION"])
    names = ["CREATE_FULFILLMENT"]
    if kind != "merchant":
        names.append("REQUEST_FULFILLMENT")
    if record.progress_reported:
        return [*names, "MARK_AS_OPEN"]
    names += ["MOVE", "HOLD"]
    if kind == "merchant":
        names.append("REPORT_PROGRESS")
    return [*names, "SPLIT"] if record.remaining > 1 else names


def units_of(record: FulfillmentOrder, asked: list | None, path: list) -> dict[str, int]:
    """{id of a line: units} of [{id, quantity}], everything that is left without it. Raises LifeError."""
    if not asked:
        return {row.id: row.remaining_quantity for row in record.line_items if row.remaining_quantity}
    left = {row.id: row.remaining_quantity for row in record.line_items}
    units: dict[str, int] = {}
    for index, row in enumerate(asked):
        if row["id"] in units:
            raise LifeError([*path, str(index), "id"], "The fulfillment order line items are not unique.",
                            "DUPLICATED_FULFILLMENT_ORDER_LINE_ITEMS")
        if row["quantity"] <= 0:
            raise LifeError([*path, str(index), "quantity"], "The fulfillment order line item quantity must be greater "
                            "than 0.", "GREATER_THAN_ZERO")
        if row["quantity"] > left.get(row["id"], 0):
            raise LifeError([*path, str(index), "quantity"], "The fulfillment order line item quantity is invalid.",
                            "INVALID_LINE_ITEM_QUANTITY")
        units[row["id"]] = row["quantity"]
    return units


def is_part(record: FulfillmentOrder, units: dict[str, int]) -> bool:
    return any(row.remaining_quantity > units.get(row.id, 0) for row in record.line_items)


def take_out(shop, record: FulfillmentOrder, units: dict[str, int], place: str, now) -> FulfillmentOrder:
    """A fulfilment order of its own for these units; what it was taken from closes when nothing is left in it."""
    rows = []
    for row in record.line_items:
        part = units.get(row.id, 0)
        if part:
            row.remaining_quantity -= part
            row.total_quantity -= part
            rows.append(FulfillmentOrderLine(shop.gid("FulfillmentOrderLineItem"), row.line_item, part, part))
    record.line_items[:] = [row for row in record.line_items if row.total_quantity]
    record.updated_at = now
    made = FulfillmentOrder(shop.gid("FulfillmentOrder"), record.order, place, now, now, rows, fulfill_at=record.fulfill_at)
    made.delivery_method = record.delivery_method and {**record.delivery_method, "id": shop.gid("DeliveryMethod")}
    made.status = record.status if record.status in ("SCHEDULED", "ON_HOLD") else "OPEN"
    made.fulfillment_holds = [{**row, "id": shop.gid("FulfillmentHold")} for row in record.fulfillment_holds]
    if not record.remaining:
        record.status, record.fulfillment_holds = "CLOSED", []
    record.order.fulfillment_orders.append(made)
    shop.nodes[made.id] = made
    return made
