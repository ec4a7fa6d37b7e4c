"""Reading inventory items, levels and quantities."""
from __future__ import annotations

from . import product_store
from .inventory_activation import refusals
from .records import QUANTITY_NAMES, numeric_id
from .resolvers import ApiError, resolver
from .resolvers_shop import demand
from .search import Field, id_field, query_list, time_field

ITEM_FIELDS = {"id": id_field(), "sku": Field("text", lambda row: row.sku), "created_at": time_field("created_at"),
               "updated_at": time_field("updated_at")}
LEVEL_FIELDS = {"id": id_field(), "created_at": time_field("created_at"), "updated_at": time_field("updated_at")}


@resolver("QueryRoot", "inventoryItems")
def items(obj, info, query=None, reverse=False):
    return query_list(info, info.context.shop.inventory_items.values(), "inventoryItems", query=query,
                      reverse=reverse, fields=ITEM_FIELDS, words=lambda row: [row.sku])


@resolver("QueryRoot", "inventoryItem")
def item(obj, info, id):
    return info.context.shop.inventory_items.get(demand(id, "InventoryItem"))


@resolver("QueryRoot", "inventoryLevel")
def level_by_id(obj, info, id):
    demand(id, "InventoryLevel")
    return next((row for row in info.context.shop.levels.values() if row.id == id), None)


@resolver("QueryRoot", "inventoryProperties")
def properties(obj, info):
    parts = {"on_hand": ["available", "committed", "damaged", "quality_control", "reserved", "safety_stock"]}
    return {"quantityNames": [
        {"name": name, "displayName": name.replace("_", " ").capitalize(), "isInUse": True,
         "comprises": parts.get(name, []), "belongsTo": ["on_hand"] if name in parts["on_hand"] else []}
        for name in QUANTITY_NAMES]}


@resolver("InventoryItem", "unitCost")
def unit_cost(obj, info):
    return None if obj.cost is None else {"amount": obj.cost, "currencyCode": info.context.shop.currency}


@resolver("InventoryItem", "measurement")
def measurement(obj, info):
    return {"id": obj.id.replace("/InventoryItem/", "/InventoryItemMeasurement/"),
            "weight": {"value": obj.weight, "unit": obj.weight_unit}}


@resolver("InventoryItem", "variants")
def variants(obj, info):
    found = info.context.shop.variants.get(obj.variant_id)
    return [found] if found else []


@resolver("InventoryItem", "variant")
def variant(obj, info):
    return info.context.shop.variants.get(obj.variant_id)


@resolver("InventoryItem", "inventoryLevels")
def levels_of_item(obj, info, query=None, include_inactive=False, reverse=False):
    rows = [row for row in info.context.shop.levels_of(obj.id) if row.is_active or include_inactive]
    return query_list(info, rows, "inventoryLevels", query=query, reverse=reverse, fields=LEVEL_FIELDS)


@resolver("InventoryItem", "inventoryLevel")
def level_of_item(obj, info, location_id, include_inactive=False):
    row = info.context.shop.levels.get((obj.id, demand(location_id, "Location")))
    return row if row and (row.is_active or include_inactive) else None


@resolver("InventoryItem", "duplicateSkuCount")
def duplicate_sku_count(obj, info):
    return sum(row.sku == obj.sku for row in info.context.shop.inventory_items.values()) - 1 if obj.sku else 0


@resolver("InventoryItem", "locationsCount")
def locations_count(obj, info):
    return {"count": sum(row.is_active for row in info.context.shop.levels_of(obj.id)), "precision": "EXACT"}


@resolver("Location", "inventoryLevels")
def levels_at_location(obj, info, query=None, include_inactive=False, reverse=False):
    rows = [row for row in info.context.shop.levels.values()
            if row.location_id == obj.id and (row.is_active or include_inactive)]
    return query_list(info, rows, "inventoryLevels", query=query, reverse=reverse, fields=LEVEL_FIELDS)


@resolver("Location", "inventoryLevel")
def level_at_location(obj, info, inventory_item_id, include_inactive=False):
    row = info.context.shop.levels.get((demand(inventory_item_id, "InventoryItem"), obj.id))
    return row if row and (row.is_active or include_inactive) else None


@resolver("InventoryLevel", "item")
def item_of_level(obj, info):
    return info.context.shop.inventory_items[obj.item_id]


@resolver("InventoryLevel", "location")
def location_of_level(obj, info):
    return info.context.shop.locations[obj.location_id]


@resolver("InventoryLevel", "quantities")
def quantities(obj, info, names):
    unknown = [name for name in names if name not in QUANTITY_NAMES]
    if unknown:
        raise ApiError(f"The specified quantity name '{unknown[0]}' is invalid. Valid values are: "
                       f"{', '.join(QUANTITY_NAMES)}.", "INVALID_FIELD_ARGUMENTS")
    return [{"id": obj.id.replace("/InventoryLevel/", "/InventoryQuantity/") + f"&name={name}", "name": name,
             "quantity": shown(info.context.shop, obj, name), "updatedAt": obj.changed_at.get(name)} for name in names]


def shown(shop, level, name: str) -> int:
    """A quantity; that of a bundle follows from its components."""
    owner = shop.variants[shop.inventory_items[level.item_id].variant_id]
    if not owner.components:
        return getattr(level, name)
    return product_store.bundled(shop, owner, level.location_id) if name in ("available", "on_hand") else 0


@resolver("InventoryItem", "inventoryHistoryUrl")
def history_url(obj, info):
    """Where the merchant reads who changed what: a page of the admin, of the item's variant."""
    shop = info.context.shop
    owner = shop.variants[obj.variant_id]
    return (f"https://{shop.domain}/admin/products/{numeric_id(owner.product_id)}/variants/{owner.number_id}"
            "/inventory_history")


@resolver("InventoryLevel", "canDeactivate")
def can_deactivate(obj, info):
    return not refusals(info.context.shop, obj)


@resolver("InventoryLevel", "deactivationAlert")
def deactivation_alert(obj, info):
    return next((message for _code, message in refusals(info.context.shop, obj)), None)
