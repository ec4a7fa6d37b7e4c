"""Stocking items at locations, moving between quantity names, and the fields of inventory items."""
from __future__ import annotations

import re

from . import payloads, product_store, stock_journal
from .inventory_mutations import (
    ADJUSTABLE,
    LIMIT,
    Change,
    apply,
    current,
    demand_compare_key,
    header_errors,
    ledger_errors,
    row_errors,
    stale,
)
from .resolvers import ApiError, resolver, user_error
from .resolvers_shop import demand

BULK_REFUSALS = (("committed", "COMMITTED_INVENTORY_AT_LOCATION", "committed"),
                 ("incoming", "INCOMING_INVENTORY_AT_LOCATION", "incoming"),
                 ("reserved", "RESERVED_INVENTORY_AT_LOCATION", "reserved"))


def connect(shop, level) -> None:
    level.is_active, level.updated_at = True, shop.now()
    shop.emit("inventory_levels/connect", payloads.inventory_level(shop, level), level)


def disconnect(shop, level) -> None:
    """The level is not for sale any more; its quantities are kept."""
    level.is_active, level.updated_at = False, shop.now()
    body = payloads.inventory_level(shop, level)
    shop.emit("inventory_levels/disconnect", {key: body[key] for key in ("inventory_item_id", "location_id")}, level)


@resolver("Mutation", "inventoryActivate")
def activate(obj, info, inventory_item_id, location_id, available=None, on_hand=None):
    shop = info.context.shop
    item = shop.inventory_items.get(demand(inventory_item_id, "InventoryItem"))
    place = shop.locations.get(demand(location_id, "Location"))
    if item is None or place is None:
        name, path = ("inventory item", "inventoryItemId") if item is None else ("location", "locationId")
        return {"inventoryLevel": None, "userErrors": [user_error([path], f"The {name} could not be found.")]}
    if available is not None and on_hand is not None:
        return {"inventoryLevel": None, "userErrors": [
            user_error(["available"], "Cannot set both available and onHand quantities.")]}
    level = shop.level(item.id, place.id, create=False)
    if level is not None and level.is_active and (available is not None or on_hand is not None):
        word, path = ("available", "available") if available is not None else ("on_hand", "onHand")
        return {"inventoryLevel": None, "userErrors": [user_error(
            [path], f"Not allowed to set {word} quantity when the item is already active at the location.")]}
    if level is None or not level.is_active:
        level = shop.level(item.id, place.id)
        if available is not None or on_hand is not None:
            before = level.available
            level.available = available if available is not None else on_hand - level.on_hand + before
            stock_journal.note(shop, level, "api", before)
            level.changed_at.update(available=shop.now(), on_hand=shop.now())
        connect(shop, level)
    return {"inventoryLevel": level, "userErrors": []}


@resolver("Mutation", "inventoryDeactivate")
def deactivate(obj, info, inventory_level_id):
    shop = info.context.shop
    demand(inventory_level_id, "InventoryLevel")
    level = next((row for row in shop.levels.values() if row.id == inventory_level_id), None)
    if level is None:
        return {"userErrors": [user_error(["inventoryLevelId"], "The inventory level could not be found.")]}
    refused = refusals(shop, level)
    if refused:
        return {"userErrors": [user_error(None, message) for _code, message in refused]}
    disconnect(shop, level)
    return {"userErrors": []}


def refusals(shop, level) -> list[tuple[str, str]]:
    """(code, message) of each reason that a level cannot be deactivated."""
    found = [(code, f"Cannot deactivate because there is {word} inventory at the location.")
             for name, code, word in BULK_REFUSALS if getattr(level, name) > 0]
    if sum(row.is_active for row in shop.levels_of(level.item_id)) <= 1 and level.is_active:
        found.append(("CANNOT_DEACTIVATE_FROM_ONLY_LOCATION",
                      "The product couldn't be unstocked because it needs to be stocked at one location at least."))
    return found


@resolver("Mutation", "inventoryBulkToggleActivation")
def toggle(obj, info, inventory_item_id, inventory_item_updates):
    """All updates or none."""
    shop = info.context.shop
    item, errors, todo = shop.inventory_items.get(demand(inventory_item_id, "InventoryItem")), [], []
    if item is None:
        errors.append(user_error(["inventoryItemId"], "The inventory item couldn't be found.",
                                 "INVENTORY_ITEM_NOT_FOUND"))
    for index, row in enumerate(inventory_item_updates if item else ()):
        path = ["inventoryItemUpdates", str(index), "locationId"]
        if demand(row["locationId"], "Location") not in shop.locations:
            errors.append(user_error(path, "The location couldn't be found.", "LOCATION_NOT_FOUND"))
            continue
        level = shop.level(item.id, row["locationId"], create=False)
        if not row["activate"] and level is not None:
            errors += [user_error(path, message, code) for code, message in refusals(shop, level)]
        todo.append((row["activate"], row["locationId"]))
    if errors:
        return {"inventoryItem": None, "inventoryLevels": None, "userErrors": errors}
    levels = []
    for wanted, location_id in todo:
        level = shop.level(item.id, location_id, create=wanted)
        if level is not None and (wanted != level.is_active or level.created_at == level.updated_at):
            (connect if wanted else disconnect)(shop, level)
        levels += [level] if level else []
    return {"inventoryItem": item, "inventoryLevels": levels, "userErrors": []}


@resolver("Mutation", "inventoryMoveQuantities")
def move_quantities(obj, info, input):
    """Between two quantity names of one level each; all or none."""
    shop, rows = info.context.shop, input["changes"]
    demand_compare_key([row[side] for row in rows for side in ("from", "to")], "InventoryMoveQuantityTerminalInput")
    errors = header_errors(input, ["input"], True, "")
    changes: list[Change] = []
    for index, row in enumerate(rows):
        base = ["input", "changes", str(index)]
        pair = [Change([*base, side], row["inventoryItemId"], row[side]["locationId"], row[side]["name"],
                       row["quantity"] * sign, row[side]["changeFromQuantity"], row[side].get("ledgerDocumentUri"))
                for side, sign in (("from", -1), ("to", 1))]
        errors += move_errors(base, row, pair)
        for change in pair:
            errors += row_errors(shop, change) or ledger_errors({"name": change.name}, [change])
        changes += pair
    errors = errors or stale(shop, changes)
    if errors:
        return {"inventoryAdjustmentGroup": None, "userErrors": errors}
    return {"inventoryAdjustmentGroup": apply(shop, changes, input), "userErrors": []}


def move_errors(base: list, row: dict, pair: list[Change]) -> list:
    source, target = pair
    if source.name not in ADJUSTABLE or target.name not in ADJUSTABLE:
        return [user_error(base, "The specified quantity name is invalid.", "INVALID_QUANTITY_NAME")]
    if source.location_id != target.location_id:
        return [user_error(base, "The quantities can't be moved between different locations.", "DIFFERENT_LOCATIONS")]
    if source.name == target.name:
        return [user_error(base, "The quantity names for each change can't be the same.", "SAME_QUANTITY_NAME")]
    if row["quantity"] < 0:
        return [user_error([*base, "quantity"], "The quantity can't be negative.", "INVALID_QUANTITY_NEGATIVE")]
    if row["quantity"] > LIMIT:
        return [user_error([*base, "quantity"], "The quantity is too high.", "INVALID_QUANTITY_TOO_HIGH")]
    return []


@resolver("Mutation", "inventorySetOnHandQuantities")
def set_on_hand(obj, info, input):
    """Deprecated, and kept out of the simulation on purpose: clients must use inventorySetQuantities."""
    raise ApiError("inventorySetOnHandQuantities is deprecated and not simulated", "NOT_SIMULATED")


# -- items ------------------------------------------------------------------------------------------------------
def item_errors(data: dict, base: list) -> list:
    """userErrors (without code) of an InventoryItemInput."""
    errors = []
    code = data.get("harmonizedSystemCode")
    if code and not re.fullmatch(r"\d{6,13}", code):
        errors.append(user_error([*base, "harmonizedSystemCode"], "Harmonized system code must be a number between 6 "
                                 "and 13 digits"))
    if data.get("cost") is not None and data["cost"] < 0:
        errors.append(user_error([*base, "cost"], "Cost must be greater than or equal to 0"))
    weight = (data.get("measurement") or {}).get("weight")
    if weight and weight["value"] < 0:
        errors.append(user_error([*base, "measurement", "weight"], "Weight must be greater than or equal to 0"))
    return errors


def apply_item(shop, item, data: dict) -> None:
    """Take over what an InventoryItemInput names; the SKU is also the variant's."""
    for key, name in (("cost", "cost"), ("tracked", "tracked"), ("requiresShipping", "requires_shipping"),
                      ("harmonizedSystemCode", "harmonized_system_code"),
                      ("countryCodeOfOrigin", "country_code_of_origin"),
                      ("provinceCodeOfOrigin", "province_code_of_origin")):
        if key in data:
            setattr(item, name, data[key])
    if "sku" in data:
        product_store.set_sku(shop, shop.variants[item.variant_id], data["sku"])
    weight = (data.get("measurement") or {}).get("weight")
    if weight:
        item.weight, item.weight_unit = weight["value"], weight["unit"]


@resolver("Mutation", "inventoryItemUpdate")
def update_item(obj, info, id, input):
    shop = info.context.shop
    item = shop.inventory_items.get(demand(id, "InventoryItem"))
    if item is None:
        return {"inventoryItem": None, "userErrors": [user_error(["id"], "The inventory item couldn't be found.")]}
    errors = item_errors(input, ["input"])
    if errors:
        return {"inventoryItem": None, "userErrors": errors}
    apply_item(shop, item, input)
    product_store.item_changed(shop, item)
    return {"inventoryItem": item, "userErrors": []}


__all__ = ["apply_item", "current", "item_errors"]
