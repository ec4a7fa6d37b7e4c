"""Changing the catalogue: the one place where products, variants, items and levels come into being or go."""
from __future__ import annotations

import re
from decimal import Decimal

from . import payloads
from .records import InventoryItem, Option, OptionValue, Product, Variant

ITEM_KEYS = ("sku", "tracked", "requires_shipping", "cost", "weight", "weight_unit", "harmonized_system_code",
             "country_code_of_origin", "province_code_of_origin")


def slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "product"


def free_handle(shop, wanted: str, but: Product | None = None) -> str:
    """The handle, or with -1, -2, … the first that is free."""
    taken = {row.handle for row in shop.products.values() if row is not but}
    handle, number = wanted, 0
    while handle in taken:
        number += 1
        handle = f"{wanted}-{number}"
    return handle


def add_product(shop, title: str, option_names=("Title",), **values) -> Product:
    """A product without variants; `values` are attributes of Product."""
    now = shop.now()
    product = Product(shop.gid("Product"), title, free_handle(shop, values.pop("handle", None) or slug(title)),
                      now, now, **values)
    product.options = [Option(shop.gid("ProductOption"), name, position, [], product.id)
                       for position, name in enumerate(option_names, 1)]
    shop.products[product.id] = product
    if product.published_at and shop.publications:
        product.publications[next(iter(shop.publications))] = product.published_at
    return product


def add_variant(shop, product: Product, option_values=("Default Title",), price=Decimal(0), **values) -> Variant:
    """A variant with its inventory item, stocked (at 0) at no location; `values` are attributes of either."""
    now = shop.now()
    item = InventoryItem(shop.gid("InventoryItem"), "", now, now,
                         **{name: values.pop(name) for name in ITEM_KEYS if name in values})
    variant = Variant(shop.gid("ProductVariant"), product.id, item.id, list(option_values), Decimal(price), now, now,
                      sku=item.sku, position=len(product.variant_ids) + 1, **values)
    item.variant_id = variant.id
    shop.inventory_items[item.id] = item
    shop.variants[variant.id] = variant
    product.variant_ids.append(variant.id)
    for option, text in zip(product.options, variant.option_values, strict=False):
        option_value(shop, option, text)
    return variant


def option_value(shop, option: Option, text: str) -> OptionValue:
    """The value of that name, added when it is new."""
    found = next((value for value in option.values if value.name == text), None)
    if found is None:
        found = OptionValue(shop.gid("ProductOptionValue"), text)
        option.values.append(found)
    return found


def make_bundle(shop, variant: Variant, components: dict) -> None:
    """The variant is sold only as its components, ``{sku: units}``, from now on; {} makes it a plain one again."""
    variant.components = [(shop.variant_by_sku(sku).id, int(units)) for sku, units in components.items()]


def bundled(shop, variant: Variant, location_id: str) -> int:
    """How many bundles the components at a location are enough for."""
    levels = [(shop.levels.get((shop.variants[gid].inventory_item_id, location_id)), units)
              for gid, units in variant.components if gid in shop.variants]
    return max(0, min((level.available // units if level and level.is_active else 0 for level, units in levels), default=0))


def stock(shop, variant: Variant, quantities: dict) -> None:
    """Put a variant on shelves: {location gid: available}; silent, for goods that are there from the start."""
    for location_id, quantity in quantities.items():
        level = shop.level(variant.inventory_item_id, location_id)
        level.available, now = quantity, shop.now()
        level.changed_at = {"available": now, "on_hand": now}


def remove_variant(shop, variant: Variant) -> None:
    product = shop.products[variant.product_id]
    product.variant_ids.remove(variant.id)
    del shop.variants[variant.id]
    del shop.inventory_items[variant.inventory_item_id]
    for key in [key for key in shop.levels if key[0] == variant.inventory_item_id]:
        del shop.levels[key]
    renumber(shop, product)
    item_id = int(variant.inventory_item_id.rsplit("/", 1)[1])
    shop.emit("inventory_items/delete", {"id": item_id, "admin_graphql_api_id": variant.inventory_item_id}, variant)


def renumber(shop, product: Product) -> None:
    """Positions from 1, and only option values that a variant uses."""
    for position, gid in enumerate(product.variant_ids, 1):
        shop.variants[gid].position = position
    for index, option in enumerate(product.options):
        used = {shop.variants[gid].option_values[index] for gid in product.variant_ids
                if index < len(shop.variants[gid].option_values)}
        option.values = [value for value in option.values if value.name in used] or option.values


def set_sku(shop, variant: Variant, sku: str | None) -> None:
    variant.sku = shop.inventory_items[variant.inventory_item_id].sku = sku


def created(shop, product: Product) -> None:
    """Tell that a product is new."""
    shop.emit("products/create", payloads.product(shop, product), product)
    for gid in product.variant_ids:
        item = shop.inventory_items[shop.variants[gid].inventory_item_id]
        shop.emit("inventory_items/create", payloads.inventory_item(shop, item), item)


def changed(shop, product: Product, variants=()) -> None:
    """Stamp the product and the variants that changed, and tell it."""
    product.updated_at = shop.now()
    for variant in variants:
        variant.updated_at = product.updated_at
    shop.emit("products/update", payloads.product(shop, product), product)


def item_changed(shop, item: InventoryItem) -> None:
    item.updated_at = shop.now()
    shop.emit("inventory_items/update", payloads.inventory_item(shop, item), item)


def delete_product(shop, product: Product) -> None:
    for gid in list(product.variant_ids):
        remove_variant(shop, shop.variants[gid])
    del shop.products[product.id]
    for row in shop.collections.values():
        row.product_ids.pop(product.id, None)
    shop.emit("products/delete", {"id": product.number_id}, product)
