"""productSet: the product becomes what the input says; listed parts replace what was there."""
from __future__ import annotations

from dataclasses import dataclass, field

from . import metafields as meta
from . import product_store
from .files import input_errors
from .inventory_activation import connect
from .product_mutations import (
    MAX_OPTIONS,
    add_media,
    apply_fields,
    find,
    handle_error,
    membership_errors,
    text_errors,
)
from .records import Media, Option, OptionValue
from .resolvers import resolver
from .resolvers_products import variants_of
from .resolvers_shop import demand
from .variant_mutations import apply_variant, typed, value_faults

BASE = ["input"]
SET_NAMES = ("available", "on_hand")


@dataclass
class Plan:
    """What a valid input asks for: `rows` are (texts, data, existing variant or None) in order."""

    product: object
    options: list | None  # [(name, [texts])]; None leaves the options alone
    rows: list | None = None  # None leaves the variants alone
    found: list = field(default_factory=list)  # (path, message, code)


@resolver("Mutation", "productSet")
def product_set(obj, info, input, identifier=None, synchronous=True):
    shop = info.context.shop
    product, found = target(shop, identifier, input)
    found += [] if found else text_errors(input, BASE, product is None) + handle_error(shop, input, BASE, product)
    found += [(path, message, "INVALID_METAFIELD") for index, row in enumerate(input.get("metafields") or ())
              for path, message, _code in meta.entry_errors(shop, row, [*BASE, "metafields", str(index)],
                                                             "PRODUCT")]
    found += file_faults(shop, product, input) + membership_errors(shop, input, BASE)
    plan = Plan(product, None, None, found)
    if not found:
        plan_options(plan, input)
        plan_variants(shop, plan, input)
    operation = None if synchronous else {
        "__typename": "ProductSetOperation", "id": shop.gid("ProductSetOperation"), "status": "CREATED",
        "userErrors": []}
    if plan.found and synchronous:
        return {"product": None, "productSetOperation": None, "userErrors": typed(plan.found)}
    if not plan.found:
        handle = (identifier or {}).get("handle") if product is None else None
        carry_out(shop, plan, input, handle)
        if product is None and identifier and identifier.get("customId"):
            meta.put(shop, plan.product, {**identifier["customId"], "type": "id"})
    if synchronous:
        return {"product": plan.product, "productSetOperation": None, "userErrors": []}
    shop.nodes[operation["id"]] = {**operation, "status": "COMPLETE", "product": plan.product,
                                   "userErrors": typed(plan.found)}
    return {"product": None, "productSetOperation": operation, "userErrors": []}


@resolver("QueryRoot", "productOperation")
def product_operation(obj, info, id):
    return info.context.shop.nodes.get(id)


def target(shop, identifier: dict | None, data: dict) -> tuple:
    """(product or None, faults): whom the call is about."""
    if identifier and data.get("id"):
        return None, [([*BASE, "id"], "The id field is not allowed if identifier is provided.", "ID_NOT_ALLOWED")]
    wanted = identifier or ({"id": data["id"]} if data.get("id") else None)
    if wanted is None:
        return None, []
    product = find(shop, wanted)
    if product is None and wanted.get("id"):
        path = ["identifier", "id"] if identifier else [*BASE, "id"]
        return None, [(path, "Product does not exist", "PRODUCT_DOES_NOT_EXIST")]
    return product, []


def file_faults(shop, product, data: dict) -> list[tuple]:
    """Wrong files, and files of variants that the product does not get."""
    rows = data.get("files")
    found = [([*BASE, *row["field"]], row["message"], "INVALID_INPUT") for row in input_errors(rows or [], "files")]
    found += [([*BASE, "files", str(index), "id"], "File does not exist", "INVALID_INPUT")
              for index, row in enumerate(rows or []) if row.get("id") and not isinstance(shop.nodes.get(row["id"]), Media)]
    listed = rows if rows is not None else [{"id": row.id} for row in product.media] if product else []
    names = {value for row in listed for value in (row.get("id"), row.get("originalSource")) if value}
    for index, row in enumerate(data.get("variants") or ()):
        file = row.get("file") or {}
        if file and not names & {file.get("id"), file.get("originalSource")}:
            found.append(([*BASE, "variants", str(index), "file"], "The file must also be specified in the files input "
                          "for the product.", "INVALID_VARIANT"))
    return found


def plan_options(plan: Plan, data: dict) -> None:
    given = data.get("productOptions")
    if given is None:
        if data.get("variants") is not None and plan.product is None:
            plan.found.append(([*BASE, "productOptions"], "Product options input is required when updating variants",
                               "PRODUCT_OPTIONS_INPUT_MISSING"))
        return
    if data.get("variants") is None:
        plan.found.append(([*BASE, "variants"], "Variants input is required when updating product options",
                           "VARIANTS_INPUT_MISSING"))
        return
    if len(given) > MAX_OPTIONS:
        plan.found.append(([*BASE, "productOptions"], "Can only specify a maximum of 3 options", "OPTIONS_OVER_LIMIT"))
    plan.options = []
    known = {option.id: option for option in plan.product.options} if plan.product else {}
    for index, row in enumerate(sorted(given, key=lambda row: row.get("position") or 0)):
        path = [*BASE, "productOptions", str(index)]
        option = known.get(row.get("id"))
        name = row.get("name") or (option.name if option else "")
        texts = [value.get("name") or next((each.name for each in option.values if each.id == value.get("id")), "")
                 if option else value.get("name") or "" for value in row.get("values") or ()]
        if not texts:
            plan.found.append(([*path, "values"], "Option values are missing", "OPTION_VALUES_MISSING"))
        if len(set(texts)) != len(texts):
            plan.found.append(([*path, "values"], "Duplicated option value", "DUPLICATED_OPTION_VALUE"))
        if name in [other for other, _texts in plan.options]:
            plan.found.append((path, f"Duplicated option name '{name}'", "DUPLICATED_OPTION_NAME"))
        plan.options.append((name, texts))


def plan_variants(shop, plan: Plan, data: dict) -> None:
    given = data.get("variants")
    if given is None or plan.found:
        return
    options = plan.options or [(option.name, [value.name for value in option.values])
                               for option in plan.product.options]
    ids = {option.id: option.name for option in plan.product.options} if plan.product else {}
    present = variants_of(shop, plan.product) if plan.product else []
    plan.rows, taken = [], set()
    for index, row in enumerate(given):
        base = [*BASE, "variants", str(index)]
        texts = chosen(plan, options, ids, row, base)
        if texts in taken:
            plan.found.append((base, f"The variant '{' / '.join(texts)}' already exists. Please change at least one "
                               "option value.", "INVALID_VARIANT"))
        taken.add(texts)
        variant = existing(plan, present, row, texts, base)
        plan.found += [(path, message, "INVALID_VARIANT") for path, message, _code in value_faults(row, base)]
        plan.found += quantity_faults(shop, row, variant, base)
        plan.rows.append((texts, row, variant))


def chosen(plan: Plan, options: list, ids: dict, row: dict, base: list) -> tuple:
    """The option texts of a variant input, in the options' order."""
    texts = {}
    for place, value in enumerate(row["optionValues"]):
        name = value.get("optionName") or ids.get(value.get("optionId"), "")
        known = dict(options).get(name)
        text = value.get("name") or ""
        if known is None:
            plan.found.append(([*base, "optionValues", str(place)], "Option does not exist", "OPTION_DOES_NOT_EXIST"))
        elif text not in known:
            plan.found.append(([*base, "optionValues", str(place)], "Option value does not exist",
                               "OPTION_VALUE_DOES_NOT_EXIST"))
        texts[name] = text
    missing = [name for name, _texts in options if name not in texts]
    if missing:
        plan.found.append(([*base, "optionValues"], f"Option values are missing for {', '.join(missing)}",
                           "OPTION_VALUES_MISSING"))
    return tuple(texts.get(name, "") for name, _texts in options)


def existing(plan: Plan, present: list, row: dict, texts: tuple, base: list):
    """The variant that a row updates: by id, else by its option values."""
    if row.get("id"):
        demand(row["id"], "ProductVariant")
        found = next((variant for variant in present if variant.id == row["id"]), None)
        if found is None:
            plan.found.append(([*base, "id"], "Variant does not exist", "PRODUCT_VARIANT_DOES_NOT_EXIST"))
        return found
    return next((variant for variant in present if tuple(variant.option_values) == texts), None)


def quantity_faults(shop, row: dict, variant, base: list) -> list[tuple]:
    found = []
    for index, each in enumerate(row.get("inventoryQuantities") or ()):
        path = [*base, "inventoryQuantities", str(index)]
        if each["name"] not in SET_NAMES:
            found.append(([*path, "name"], "The quantity name must be 'available' or 'on_hand'.", "INVALID_INPUT"))
        elif demand(each["locationId"], "Location") not in shop.locations:
            found.append(([*path, "locationId"], "Location does not exist", "INVALID_INPUT"))
        elif variant and shop.level(variant.inventory_item_id, each["locationId"], create=False) is None:
            found.append(([*path, "locationId"], "Inventory can only be updated at locations where the variant is "
                          "already stocked.", "INVALID_INPUT"))
    return found


def carry_out(shop, plan: Plan, data: dict, handle: str | None) -> None:
    """Make it so, and tell it."""
    is_new = plan.product is None
    if is_new:
        names = tuple(name for name, _texts in plan.options or ()) or ("Title",)
        plan.product = product_store.add_product(shop, data["title"], names, handle=data.get("handle") or handle,
                                                 vendor=data.get("vendor") or shop.name)
        if plan.rows is None:
            plan.rows = [(("Default Title",), {}, None)]
    product = plan.product
    if data.get("metafields") is not None:
        product.metafields.clear()
    apply_fields(shop, product, data)
    if data.get("files") is not None:
        product.media.clear()
        add_media(shop, product, data["files"])
        kept = {row.id for row in product.media}
        for gid in product.variant_ids:
            shop.variants[gid].media_ids = [each for each in shop.variants[gid].media_ids if each in kept]
    if plan.options is not None:
        set_options(shop, product, plan.options)
    touched = set_variants(shop, product, plan.rows) if plan.rows is not None else []
    if is_new:
        product_store.created(shop, product)
    else:
        product_store.changed(shop, product, touched)


def set_options(shop, product, wanted: list) -> None:
    """The options by name, keeping the ids of those that stay."""
    known = {option.name: option for option in product.options}
    options = []
    for position, (name, texts) in enumerate(wanted, 1):
        option = known.get(name) or Option(shop.gid("ProductOption"), name, position, [], product.id)
        values = {value.name: value for value in option.values}
        option.position = position
        option.values = [values.get(text) or OptionValue(shop.gid("ProductOptionValue"), text) for text in texts]
        options.append(option)
    product.options = options


def set_variants(shop, product, rows: list) -> list:
    """Update, create and delete, so that exactly the rows are left, in their order."""
    kept = []
    for texts, data, variant in rows:
        if variant is None:
            variant = product_store.add_variant(shop, product, texts)
            if not data.get("inventoryQuantities"):
                shop.level(variant.inventory_item_id, shop.default_location.id)
        variant.option_values = list(texts)
        apply_variant(shop, variant, {key: value for key, value in data.items() if key != "position"})
        set_quantities(shop, variant, data.get("inventoryQuantities") or ())
        kept.append(variant)
    for gid in [gid for gid in product.variant_ids if gid not in {variant.id for variant in kept}]:
        product_store.remove_variant(shop, shop.variants[gid])
    product.variant_ids = [variant.id for variant in kept]
    product_store.renumber(shop, product)
    return kept


def set_quantities(shop, variant, rows) -> None:
    for row in rows:
        is_new = shop.level(variant.inventory_item_id, row["locationId"], create=False) is None
        level, now = shop.level(variant.inventory_item_id, row["locationId"]), shop.now()
        level.available += row["quantity"] - getattr(level, row["name"])
        level.changed_at.update(available=now, on_hand=now)
        if is_new:
            connect(shop, level)
        else:
            level.updated_at = now
