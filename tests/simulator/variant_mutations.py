"""productVariantsBulkCreate, -Update and -Delete."""
from __future__ import annotations

from . import files, product_store
from . import metafields as meta
from .inventory_activation import apply_item, connect, item_errors
from .resolvers import resolver, user_error
from .resolvers_products import variants_of
from .resolvers_shop import demand

MISSING = "Product does not exist"
MAX_VARIANTS = 2048


def option_texts(product, given: list | None, base: list) -> tuple[list | None, list[tuple]]:
    """One text for each option of the product from optionValues, and the faults (path, message, code)."""
    texts, found = {}, []
    for index, row in enumerate(given or ()):
        path = [*base, "optionValues", str(index)]
        option = next((item for item in product.options
                       if row.get("optionId") == item.id or row.get("optionName") == item.name), None)
        if option is None:
            found.append(([*path, "name"], "Option does not exist", "OPTION_DOES_NOT_EXIST"))
            continue
        value = next((item.name for item in option.values if item.id == row.get("id")), None) or row.get("name")
        if not value:
            found.append(([*path, "id"], "Option value does not exist", "OPTION_VALUE_DOES_NOT_EXIST"))
            continue
        texts[option.name] = value
    missing = [option.name for option in product.options if option.name not in texts]
    if missing and not found:
        found.append(([*base, "optionValues"], f"You need to add option values for {', '.join(missing)}",
                      "NEED_TO_ADD_OPTION_VALUES"))
    return (None if found else [texts[option.name] for option in product.options]), found


def metafield_faults(shop, data: dict, base: list) -> list[tuple]:
    return [(path, message, "INVALID_VALUE") for index, row in enumerate(data.get("metafields") or ())
            for path, message, _code in meta.entry_errors(shop, row, [*base, "metafields", str(index)], "PRODUCTVARIANT")]


def value_faults(data: dict, base: list) -> list[tuple]:
    """Faults of prices and of the inventory item."""
    found = [([*base, key], f"{label} must be greater than or equal to 0", "GREATER_THAN_OR_EQUAL_TO")
             for key, label in (("price", "Price"), ("compareAtPrice", "Compare at price"))
             if data.get(key) is not None and data[key] < 0]
    return found + [(row["field"], row["message"], "INVALID_INPUT")
                    for row in item_errors(data.get("inventoryItem") or {}, [*base, "inventoryItem"])]


def apply_variant(shop, variant, data: dict) -> None:
    """Take over what a variant input names."""
    for key, name in (("price", "price"), ("compareAtPrice", "compare_at_price"), ("barcode", "barcode"),
                      ("taxable", "taxable"), ("inventoryPolicy", "inventory_policy"), ("position", "position")):
        if key in data and (data[key] is not None or key in ("compareAtPrice", "barcode")):
            setattr(variant, name, data[key])
    item = shop.inventory_items[variant.inventory_item_id]
    if data.get("inventoryItem"):
        apply_item(shop, item, data["inventoryItem"])
        product_store.item_changed(shop, item)
    if "sku" in data:
        product_store.set_sku(shop, variant, data["sku"])
    attach(shop, variant, data)
    for row in data.get("metafields") or ():
        meta.put(shop, variant, row)


def attach(shop, variant, data: dict) -> None:
    """The picture of a variant: by id, or by the source with which it came to the product in the same call."""
    known = shop.products[variant.product_id].media
    named = {data.get("mediaId"), (data.get("file") or {}).get("id")} - {None}
    sources = {*(data.get("mediaSrc") or ()), (data.get("file") or {}).get("originalSource")} - {None}
    found = [row.id for row in known if row.id in named or row.source in sources]
    if found:
        variant.media_ids = found[:1]


def media_faults(product, data: dict, media: list, base: list) -> list[tuple]:
    """Pictures that the product has not got, nor gets in the same call."""
    found, own = [], {row.id for row in product.media}
    if data.get("mediaId") and data["mediaId"] not in own:
        found.append(([*base, "mediaId"], "Media must be for this product", "MUST_BE_FOR_THIS_PRODUCT"))
    if data.get("mediaId") and data.get("mediaSrc"):
        found.append((base, "Only one of mediaId or mediaSrc can be specified", "CANNOT_SPECIFY_BOTH"))
    sources = {row["originalSource"] for row in media}
    if any(text not in sources for text in data.get("mediaSrc") or ()):
        found.append(([*base, "mediaSrc"], "mediaSrc must be in the media argument", "INVALID_INPUT"))
    return found


def add_files(shop, product, media: list) -> None:
    product.media += [files.make(shop, row) for row in media]


def typed(found: list[tuple]) -> list:
    return [user_error(*row) for row in found]


@resolver("Mutation", "productVariantsBulkCreate")
def bulk_create(obj, info, product_id, variants, strategy="DEFAULT", media=None):
    """All variants or none."""
    shop = info.context.shop
    product = shop.products.get(demand(product_id, "Product"))
    if product is None:
        return refused([user_error(["productId"], MISSING, "PRODUCT_DOES_NOT_EXIST")])
    rows, found, taken = [], [], {tuple(row.option_values): row for row in variants_of(shop, product)}
    standalone = lone_default(shop, product, strategy)
    if standalone is not None:
        taken.pop(tuple(standalone.option_values), None)
    for index, data in enumerate(variants):
        base = ["variants", str(index)]
        texts, faults = option_texts(product, data.get("optionValues"), base)
        faults += value_faults(data, base) + media_faults(product, data, media or [], base)
        faults += [(path, message, "INVALID_INPUT") for path, message, _code in metafield_faults(shop, data, base)]
        if texts and tuple(texts) in taken:
            faults.append((base, f"The variant '{' / '.join(texts)}' already exists. Please change at least one "
                           "option value.", "VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE"))
        faults += [([*base, "inventoryQuantities"], "Location does not exist", "TRACKED_VARIANT_LOCATION_NOT_FOUND")
                   for each in data.get("inventoryQuantities") or () if each["locationId"] not in shop.locations]
        if texts:
            taken[tuple(texts)] = None
        found += faults
        rows.append((texts, data))
    if found:
        return refused(typed(found))
    add_files(shop, product, media or [])
    created = [create_variant(shop, product, texts, data) for texts, data in rows]
    if standalone is not None:
        product_store.remove_variant(shop, standalone)
    product_store.renumber(shop, product)
    product_store.changed(shop, product, created)
    return {"product": product, "productVariants": created, "userErrors": []}


def refused(errors: list) -> dict:
    return {"product": None, "productVariants": None, "userErrors": errors}


def lone_default(shop, product, strategy: str):
    """The single variant that the strategy lets go when real ones come."""
    rows = variants_of(shop, product)
    default = len(rows) == 1 and (rows[0].title == "Default Title" or strategy == "REMOVE_STANDALONE_VARIANT")
    return rows[0] if default and strategy != "PRESERVE_STANDALONE_VARIANT" else None


def create_variant(shop, product, texts: list, data: dict):
    variant = product_store.add_variant(shop, product, texts)
    apply_variant(shop, variant, data)
    places = data.get("inventoryQuantities") or [
        {"locationId": shop.default_location.id, "availableQuantity": 0}]
    for row in places:
        level = shop.level(variant.inventory_item_id, row["locationId"])
        level.available = row["availableQuantity"]
        level.changed_at = {"available": shop.now(), "on_hand": shop.now()}
        connect(shop, level)
    return variant


@resolver("Mutation", "productVariantsBulkUpdate")
def bulk_update(obj, info, product_id, variants, allow_partial_updates=False, media=None):
    shop = info.context.shop
    product = shop.products.get(demand(product_id, "Product"))
    if product is None:
        return refused([user_error(["productId"], MISSING, "PRODUCT_DOES_NOT_EXIST")])
    found, good = [], []
    for index, data in enumerate(variants):
        base = ["variants", str(index)]
        faults = update_faults(shop, product, data, base) + media_faults(product, data, media or [], base)
        faults += metafield_faults(shop, data, base)
        found += faults
        if not faults:
            good.append(data)
    if found and not allow_partial_updates:
        return {"product": product, "productVariants": None, "userErrors": typed(found)}
    changed = []
    add_files(shop, product, media or [])
    for data in good:
        variant = shop.variants[data["id"]]
        if data.get("optionValues"):
            variant.option_values = option_texts(product, merged(product, variant, data["optionValues"]), [])[0]
            for option, text in zip(product.options, variant.option_values, strict=True):
                product_store.option_value(shop, option, text)
        apply_variant(shop, variant, data)
        changed.append(variant)
    product_store.renumber(shop, product)
    product_store.changed(shop, product, changed)
    return {"product": product, "productVariants": changed, "userErrors": typed(found)}


def merged(product, variant, given: list) -> list:
    """The variant's own values with the given ones over them."""
    named = {row.get("optionName") or row.get("optionId") for row in given}
    own = [{"optionName": option.name, "name": text}
           for option, text in zip(product.options, variant.option_values, strict=True)
           if option.name not in named and option.id not in named]
    return own + given


def update_faults(shop, product, data: dict, base: list) -> list[tuple]:
    if not data.get("id"):
        return [([*base, "id"], "Product variant is missing ID attribute", "PRODUCT_VARIANT_ID_MISSING")]
    variant = shop.variants.get(demand(data["id"], "ProductVariant"))
    if variant is None or variant.product_id != product.id:
        return [([*base, "id"], "Product variant does not exist", "PRODUCT_VARIANT_DOES_NOT_EXIST")]
    if data.get("inventoryQuantities"):
        return [([*base, "inventoryQuantities"], "Inventory quantities can only be provided during create. To update "
                 "inventory for existing variants, use inventoryAdjustQuantities.",
                 "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE")]
    found = value_faults(data, base)
    if data.get("optionValues"):
        texts, faults = option_texts(product, merged(product, variant, data["optionValues"]), base)
        found += faults
        if texts and any(row.option_values == texts and row is not variant for row in variants_of(shop, product)):
            found.append((base, f"The variant '{' / '.join(texts)}' already exists.", "VARIANT_ALREADY_EXISTS"))
    return found


@resolver("Mutation", "productVariantsBulkDelete")
def bulk_delete(obj, info, product_id, variants_ids):
    shop = info.context.shop
    product = shop.products.get(demand(product_id, "Product"))
    if product is None:
        return {"product": None, "userErrors": [user_error(["productId"], MISSING, "PRODUCT_DOES_NOT_EXIST")]}
    foreign = [str(index) for index, gid in enumerate(variants_ids) if gid not in product.variant_ids]
    if foreign:
        return {"product": None, "userErrors": [user_error(
            ["variantsIds", place], "At least one variant does not belong to the product",
            "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT") for place in foreign]}
    if len(set(variants_ids)) == len(product.variant_ids):
        return {"product": None, "userErrors": [user_error(["variantsIds"], "Cannot delete the last variant of a "
                                                            "product", "CANNOT_DELETE_LAST_VARIANT")]}
    for gid in set(variants_ids):
        product_store.remove_variant(shop, shop.variants[gid])
    product_store.changed(shop, product)
    return {"product": product, "userErrors": []}
