"""productOptionsCreate, productOptionUpdate, productOptionsDelete."""
from __future__ import annotations

from . import product_store
from .product_mutations import MAX_OPTIONS
from .records import Option
from .resolvers import resolver, user_error
from .resolvers_products import variants_of
from .resolvers_shop import demand

MAX_VARIANTS = 2048
NO_PRODUCT = user_error(["productId"], "Product does not exist", "PRODUCT_DOES_NOT_EXIST")


def is_default(product) -> bool:
    """Whether a product has no options of its own yet, only Title with one value."""
    return [option.name for option in product.options] == ["Title"] and len(product.variant_ids) == 1


@resolver("Mutation", "productOptionsCreate")
def options_create(obj, info, product_id, options, variant_strategy="LEAVE_AS_IS"):
    """New options; the variants that are there get the first value, CREATE adds variants for the others."""
    shop = info.context.shop
    product = shop.products.get(demand(product_id, "Product"))
    if product is None:
        return {"product": None, "userErrors": [NO_PRODUCT]}
    known = [] if is_default(product) else [option.name.lower() for option in product.options]
    errors = new_option_errors(options, known)
    values = [[value["name"] for value in row.get("values") or ()] for row in options]
    total = len(product.variant_ids)
    for texts in values:
        total *= len(texts) or 1
    if variant_strategy == "CREATE" and total > MAX_VARIANTS:
        errors.append(user_error(["options"], "The number of variants created exceeds the limit",
                                 "TOO_MANY_VARIANTS_CREATED"))
    if errors:
        return {"product": product, "userErrors": errors}
    if is_default(product):
        product.options = []
        shop.variants[product.variant_ids[0]].option_values = []
    for row, texts in zip(options, values, strict=True):
        add_option(shop, product, row["name"], texts, variant_strategy == "CREATE")
    product_store.changed(shop, product, variants_of(shop, product))
    return {"product": product, "userErrors": []}


def new_option_errors(options: list, known: list) -> list:
    errors, names = [], list(known)
    if len(known) + len(options) > MAX_OPTIONS:
        errors.append(user_error(["options"], "Can only specify a maximum of 3 options", "OPTIONS_OVER_LIMIT"))
    for index, row in enumerate(options):
        path, name = ["options", str(index)], row.get("name") or ""
        texts = [value.get("name") for value in row.get("values") or ()]
        if not name.strip():
            errors.append(user_error(path, "Each option must have a name specified.", "OPTION_NAME_MISSING"))
        elif name.lower() in names:
            errors.append(user_error(path, f"Option '{name}' already exists.", "OPTION_ALREADY_EXISTS"))
        if not texts:
            errors.append(user_error(path, "Each option must have at least one option value specified.",
                                     "OPTION_VALUES_MISSING"))
        elif len(set(texts)) != len(texts):
            errors.append(user_error(path, "Duplicated option value.", "DUPLICATED_OPTION_VALUE"))
        names.append(name.lower())
    return errors


def add_option(shop, product, name: str, texts: list, multiply: bool) -> None:
    option = Option(shop.gid("ProductOption"), name, len(product.options) + 1, [], product.id)
    product.options.append(option)
    present = variants_of(shop, product)
    for variant in present:
        variant.option_values.append(texts[0])
    for text in texts:
        product_store.option_value(shop, option, text)
    for text in texts[1:] if multiply else ():
        for variant in present:
            product_store.add_variant(shop, product, [*variant.option_values[:-1], text], variant.price)


@resolver("Mutation", "productOptionUpdate")
def option_update(obj, info, product_id, option, option_values_to_add=None, option_values_to_update=None,
                  option_values_to_delete=None, variant_strategy="LEAVE_AS_IS"):
    """Rename an option, add, rename or delete its values; MANAGE deletes the variants of deleted values."""
    shop = info.context.shop
    product = shop.products.get(demand(product_id, "Product"))
    if product is None:
        return {"product": None, "userErrors": [NO_PRODUCT]}
    record = next((each for each in product.options if each.id == option["id"]), None)
    if record is None:
        return {"product": product, "userErrors": [
            user_error(["option", "id"], "Option does not exist", "OPTION_DOES_NOT_EXIST")]}
    place, gone = product.options.index(record), set(option_values_to_delete or ())
    errors = value_errors(shop, product, record, option_values_to_add or (), option_values_to_update or (), gone,
                          variant_strategy)
    if errors:
        return {"product": product, "userErrors": errors}
    record.name = option.get("name") or record.name
    for row in option_values_to_update or ():
        rename_value(shop, product, place, next(each for each in record.values if each.id == row["id"]), row["name"])
    texts = {each.name for each in record.values if each.id in gone}
    for variant in [each for each in variants_of(shop, product) if each.option_values[place] in texts]:
        product_store.remove_variant(shop, variant)
    record.values = [each for each in record.values if each.id not in gone]
    for row in option_values_to_add or ():
        product_store.option_value(shop, record, row["name"])
    product_store.changed(shop, product, variants_of(shop, product))
    return {"product": product, "userErrors": []}


def value_errors(shop, product, record, added, renamed, gone: set, strategy: str) -> list:
    known = {each.id: each.name for each in record.values}
    errors = [user_error(["optionValuesToUpdate", str(index)], "Option value does not exist",
                         "OPTION_VALUE_DOES_NOT_EXIST")
              for index, row in enumerate(renamed) if row["id"] not in known]
    errors += [user_error(["optionValuesToDelete"], "Option value does not exist", "OPTION_VALUE_DOES_NOT_EXIST")
               for gid in gone if gid not in known]
    errors += [user_error(["optionValuesToAdd", str(index)], "Option value already exists.",
                          "OPTION_VALUE_ALREADY_EXISTS")
               for index, row in enumerate(added) if row["name"] in known.values()]
    place = product.options.index(record)
    used = {variant.option_values[place] for variant in variants_of(shop, product)}
    if gone and not set(known) - gone and not added:
        errors.append(user_error(["optionValuesToDelete"], "Cannot delete all option values in option.",
                                 "CANNOT_DELETE_ALL_OPTION_VALUES_IN_OPTION"))
    elif strategy != "MANAGE" and any(known.get(gid) in used for gid in gone):
        errors.append(user_error(["optionValuesToDelete"], "Cannot delete option value that is associated with "
                                 "variants.", "OPTION_VALUE_HAS_VARIANTS"))
    elif used and used <= {known.get(gid) for gid in gone}:
        errors.append(user_error(["optionValuesToDelete"], "Cannot leave options without variants.",
                                 "CANNOT_LEAVE_OPTIONS_WITHOUT_VARIANTS"))
    return errors


def rename_value(shop, product, place: int, value, name: str) -> None:
    for variant in variants_of(shop, product):
        if variant.option_values[place] == value.name:
            variant.option_values[place] = name
    value.name = name


@resolver("Mutation", "productOptionsDelete")
def options_delete(obj, info, product_id, options, strategy="DEFAULT"):
    """DEFAULT deletes options of one value only, NON_DESTRUCTIVE what leaves every variant distinct."""
    shop = info.context.shop
    product = shop.products.get(demand(product_id, "Product"))
    if product is None:
        return {"deletedOptionsIds": None, "product": None, "userErrors": [NO_PRODUCT]}
    known = {each.id: each for each in product.options}
    unknown = [gid for gid in options if gid not in known]
    if unknown:
        return {"deletedOptionsIds": [], "product": product, "userErrors": [
            user_error(["options"], "Option does not exist", "OPTION_DOES_NOT_EXIST")]}
    places = [index for index, each in enumerate(product.options) if each.id not in options]
    rows = variants_of(shop, product)
    left = [tuple(row.option_values[place] for place in places) for row in rows]
    code = {"DEFAULT": "CANNOT_DELETE_OPTION_WITH_MULTIPLE_VALUES",
            "NON_DESTRUCTIVE": "CANNOT_USE_NON_DESTRUCTIVE_STRATEGY"}.get(strategy)
    if strategy == "DEFAULT" and any(len(known[gid].values) > 1 for gid in options) or (
            strategy == "NON_DESTRUCTIVE" and len(set(left)) != len(left)):
        return {"deletedOptionsIds": [], "product": product, "userErrors": [
            user_error(["options"], "Cannot delete an option with this strategy.", code)]}
    forget_options(shop, product, places, rows, left)
    return {"deletedOptionsIds": options, "product": product, "userErrors": []}


def forget_options(shop, product, places: list[int], rows: list, left: list) -> None:
    """Keep the options at `places`; of variants that would be equal the first stays."""
    product.options = [product.options[place] for place in places]
    for position, option in enumerate(product.options, 1):
        option.position = position
    seen: set = set()
    for row, texts in zip(rows, left, strict=True):
        row.option_values = list(texts)
        if texts in seen:
            product_store.remove_variant(shop, row)
        seen.add(texts)
    if not product.options:
        product.options = [Option(shop.gid("ProductOption"), "Title", 1, [], product.id)]
        product_store.option_value(shop, product.options[0], "Default Title")
        shop.variants[product.variant_ids[0]].option_values = ["Default Title"]
    product_store.changed(shop, product, variants_of(shop, product))
