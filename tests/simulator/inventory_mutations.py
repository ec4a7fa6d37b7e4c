"""Writing stock: inventorySetQuantities and inventoryAdjustQuantities with compare-and-set, activation, items."""
from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from . import payloads, stock_journal
from .records import ON_HAND_PARTS
from .resolvers import ApiError, resolver, user_error
from .resolvers_shop import type_of

REASONS = frozenset((
    "correction", "cycle_count_available", "damaged", "movement_canceled", "movement_created", "movement_received",
    "movement_updated", "other", "promotion", "quality_control", "received", "reservation_created",
    "reservation_deleted", "reservation_updated", "restock", "safety_stock", "shrinkage"))
ADJUSTABLE = ("available", "damaged", "incoming", "quality_control", "reserved", "safety_stock")
LIMIT = 1_000_000_000


@dataclass
class Change:
    """One row of a call, resolved. `key` is where its errors point to."""

    path: list
    item_id: str
    location_id: str
    name: str
    delta: int = 0
    expected: int | None = None
    ledger: str | None = None


def demand_compare_key(rows: list, kind: str) -> None:
    """Every row must carry changeFromQuantity, if only as an explicit null."""
    if any("changeFromQuantity" not in row for row in rows):
        raise ApiError(f"{kind} must include the following argument: changeFromQuantity.", "INVALID_FIELD_ARGUMENTS")


def header_errors(data: dict, base: list, name_ok: bool, name_code: str) -> list:
    errors = []
    if not name_ok:
        errors.append(user_error([*base, "name"], "The specified quantity name is invalid.", name_code))
    if data["reason"] not in REASONS:
        errors.append(user_error([*base, "reason"], "The specified reason is invalid.", "INVALID_REASON"))
    uri = data.get("referenceDocumentUri")
    if uri is not None and not is_document(uri):
        errors.append(user_error([*base, "referenceDocumentUri"], "The specified reference document is invalid.",
                                 "INVALID_REFERENCE_DOCUMENT"))
    return errors


def is_document(uri: str) -> bool:
    """A URI with scheme and content; a gid:// needs app, entity and id."""
    if uri.startswith("gid://"):
        return re.match(r"^gid://[^/\s]+/[^/\s]+/[^/\s]+", uri) is not None
    return re.match(r"^[A-Za-z][A-Za-z0-9+.-]*:(//)?[^\s/]", uri) is not None


def row_errors(shop, change: Change) -> list:
    """What is wrong with the item or the location of a row."""
    item = shop.inventory_items.get(change.item_id) if type_of(change.item_id) == "InventoryItem" else None
    if item is None:
        return [user_error([*change.path, "inventoryItemId"], "The specified inventory item could not be found.",
                           "INVALID_INVENTORY_ITEM")]
    if shop.variants[item.variant_id].components:
        return [user_error([*change.path, "inventoryItemId"], "The specified inventory item is not allowed to be adjusted "
                           "via API.", "NON_MUTABLE_INVENTORY_ITEM")]
    if type_of(change.location_id) != "Location" or change.location_id not in shop.locations:
        return [user_error([*change.path, "locationId"], "The specified location could not be found.",
                           "INVALID_LOCATION")]
    return []


def quantity_errors(path: list, name: str, quantity: int) -> list:
    if quantity > LIMIT:
        return [user_error(path, "The quantity can't be higher than 1,000,000,000.", "INVALID_QUANTITY_TOO_HIGH")]
    if quantity < -LIMIT:
        return [user_error(path, "The quantity can't be lower than -1,000,000,000.", "INVALID_QUANTITY_TOO_LOW")]
    if name == "on_hand" and quantity < 0:
        return [user_error(path, "The quantity can't be negative.", "INVALID_QUANTITY_NEGATIVE")]
    return []


def duplicates(changes: list[Change]) -> list:
    """An error on each row whose item and location come more than once."""
    seen = Counter((change.item_id, change.location_id) for change in changes)
    return [user_error(change.path, "The combination of inventoryItemId and locationId must be unique.",
                       "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR")
            for change in changes if seen[change.item_id, change.location_id] > 1]


def current(shop, change: Change) -> int:
    level = shop.level(change.item_id, change.location_id, create=False)
    return getattr(level, change.name) if level else 0


def stale(shop, changes: list[Change]) -> list:
    """The userErrors of rows that do not meet what they expect; the journal knows them too."""
    for change in changes:
        found = current(shop, change)
        if change.name == "available" and change.expected not in (None, found):
            stock_journal.add(shop, change.item_id, change.location_id, "stale", found, found + change.delta, change.expected)
    return [user_error([*change.path, "changeFromQuantity"],
                       "The changeFromQuantity argument no longer matches the persisted quantity.",
                       "CHANGE_FROM_QUANTITY_STALE")
            for change in changes if change.expected is not None and current(shop, change) != change.expected]


def apply(shop, changes: list[Change], data: dict) -> dict | None:
    """Make all changes at once; the InventoryAdjustmentGroup, or None when nothing changed."""
    rows = []
    for change in changes:
        if not change.delta:
            continue
        name = "available" if change.name == "on_hand" else change.name
        move(shop, change, name)
        mirrored = ["on_hand"] if name in ON_HAND_PARTS else []
        rows += [change_row(shop, change, each) for each in [name, *mirrored]]
    if not rows:
        return None
    return {"id": shop.gid("InventoryAdjustmentGroup"), "createdAt": shop.now(), "reason": data["reason"],
            "referenceDocumentUri": data.get("referenceDocumentUri"), "changes": rows, "app": None,
            "staffMember": None}


def move(shop, change: Change, name: str) -> None:
    """Change one quantity, also of an item that is not tracked: its numbers are kept, they only do not matter."""
    level, now = shop.level(change.item_id, change.location_id), shop.now()
    before = level.available
    setattr(level, name, getattr(level, name) + change.delta)
    stock_journal.note(shop, level, "api", before, change.expected)
    level.updated_at = level.changed_at[name] = now
    if name in ON_HAND_PARTS:
        level.changed_at["on_hand"] = now
    if name == "available":
        shop.emit("inventory_levels/update", payloads.inventory_level(shop, level), level)


def change_row(shop, change: Change, name: str) -> dict:
    return {"name": name, "delta": change.delta, "quantityAfterChange": None, "ledgerDocumentUri": change.ledger,
            "item": shop.inventory_items[change.item_id], "location": shop.locations[change.location_id]}


@resolver("InventoryAdjustmentGroup", "changes")
def changes_of_group(obj, info, inventory_item_ids=None, location_ids=None, quantity_names=None):
    return [row for row in obj["changes"]
            if (not inventory_item_ids or row["item"].id in inventory_item_ids)
            and (not location_ids or row["location"].id in location_ids)
            and (not quantity_names or row["name"] in quantity_names)]


@resolver("Mutation", "inventorySetQuantities")
def set_quantities(obj, info, input):
    """All rows or none: any userError leaves every level as it was, unless a fault wants the other shapes of the schema."""
    shop, rows = info.context.shop, input["quantities"]
    demand_compare_key(rows, "InventoryQuantityInput")
    errors = header_errors(input, ["input"], input["name"] in ("available", "on_hand"), "INVALID_NAME")
    changes = [Change(["input", "quantities", str(index)], row["inventoryItemId"], row["locationId"], input["name"],
                      expected=row["changeFromQuantity"]) for index, row in enumerate(rows)]
    for change, row in zip(changes, rows, strict=True):
        errors += row_errors(shop, change)
        errors += quantity_errors([*change.path, "quantity"], input["name"], row["quantity"])
    errors = errors or duplicates(changes)
    for change, row in zip(changes, rows, strict=True):
        change.delta = row["quantity"] - current(shop, change)
    errors = errors or stale(shop, changes)
    if errors:
        return refusal(info.context, changes, input, errors)
    return {"inventoryAdjustmentGroup": apply(shop, changes, input), "userErrors": []}


def refusal(context, changes: list[Change], data: dict, errors: list) -> dict:
    """The answer with userErrors, in the shape that a fault wants it in."""
    kind, group = context.fault.kind if context.fault else "", None
    if kind == "rows_apart" and all(len(error["field"]) > 2 for error in errors):
        bad = {error["field"][2] for error in errors}
        group = apply(context.shop, [change for change in changes if change.path[2] not in bad], data)
    if kind == "rows_unnamed":
        errors = [{**error, "field": None} for error in errors]
    return {"inventoryAdjustmentGroup": group, "userErrors": errors}


def ledger_errors(data: dict, changes: list[Change]) -> list:
    """The rules of ledgerDocumentUri: forbidden for available, demanded for every other name, one in a call."""
    errors = []
    for change in changes:
        path, uri = [*change.path, "ledgerDocumentUri"], change.ledger
        if data["name"] == "available" and uri is not None:
            errors.append(user_error(path, "A ledger document URI is not allowed when adjusting available.",
                                     "INVALID_AVAILABLE_DOCUMENT"))
        elif data["name"] != "available" and not (uri and is_document(uri)):
            errors.append(user_error(path, "A ledger document URI is required except when adjusting available.",
                                     "INVALID_QUANTITY_DOCUMENT"))
        elif uri and uri.startswith("gid://shopify/"):
            errors.append(user_error(path, "Internal (gid://shopify/) ledger documents are not allowed.",
                                     "INTERNAL_LEDGER_DOCUMENT"))
    if len({change.ledger for change in changes}) > 1:
        errors.append(user_error(["input", "changes"], "All changes must have the same ledger document URI.",
                                 "MAX_ONE_LEDGER_DOCUMENT"))
    return errors


@resolver("Mutation", "inventoryAdjustQuantities")
def adjust_quantities(obj, info, input):
    """Deltas, all or none."""
    shop, rows = info.context.shop, input["changes"]
    demand_compare_key(rows, "InventoryChangeInput")
    errors = header_errors(input, ["input"], input["name"] in ADJUSTABLE, "INVALID_QUANTITY_NAME")
    changes = [Change(["input", "changes", str(index)], row["inventoryItemId"], row["locationId"], input["name"],
                      row["delta"], row["changeFromQuantity"], row.get("ledgerDocumentUri"))
               for index, row in enumerate(rows)]
    for change in changes:
        errors += row_errors(shop, change)
    errors = errors or ledger_errors(input, changes) or stale(shop, changes)
    if not errors:
        for change in changes:
            errors += quantity_errors([*change.path, "delta"], change.name, current(shop, change) + change.delta)
    if errors:
        return {"inventoryAdjustmentGroup": None, "userErrors": errors}
    return {"inventoryAdjustmentGroup": apply(shop, changes, input), "userErrors": []}
