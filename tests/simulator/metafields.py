"""Metafields, their definitions, and tags."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from . import payloads, product_store
from .records import Metafield
from .resolvers import ApiError, resolver, user_error
from .resolvers_shop import demand, find_node, type_of

MAX_SET = 25
MAX_TAGS, MAX_TAG = 250, 255
TYPES = tuple("""boolean color date date_time dimension id json language link money multi_line_text_field
 number_decimal number_integer rating rich_text_field single_line_text_field url volume weight product_reference
 variant_reference file_reference""".split())
OWNERS = {"Product": "PRODUCT", "ProductVariant": "PRODUCTVARIANT", "Customer": "CUSTOMER", "Order": "ORDER"}


def app_namespace(shop, namespace: str | None) -> str:
    """The namespace; left out or starting with $app it is the app's reserved one."""
    reserved = f"app--{shop.app.client_id[:8]}"
    if not namespace:
        return reserved
    return reserved + namespace[4:].replace(":", "--", 1) if namespace.startswith("$app") else namespace


def digest(row: Metafield) -> str:
    return hashlib.sha256(f"{row.type}:{row.value}".encode()).hexdigest()


def value_error(kind: str, value: str) -> str | None:
    """What is wrong with a value of a type."""
    try:
        if kind == "number_integer":
            int(value)
        elif kind == "number_decimal":
            float(value)
        elif kind == "json":
            json.loads(value)
        elif kind == "boolean" and value not in ("true", "false"):
            return "Value must be true or false."
    except ValueError:
        return f"Value is invalid for the type {kind}."
    return None


def entry_errors(shop, data: dict, base: list) -> list[tuple]:
    """(path, message, code) of each fault of one metafield input whose owner is known."""
    found, key, namespace = [], data.get("key") or "", app_namespace(shop, data.get("namespace"))
    if not 2 <= len(key) <= 64:
        found.append(([*base, "key"], "Key must be between 2 and 64 characters", "TOO_SHORT" if len(key) < 2 else
                      "TOO_LONG"))
    if not 3 <= len(namespace) <= 255:
        found.append(([*base, "namespace"], "Namespace must be between 3 and 255 characters",
                      "TOO_SHORT" if len(namespace) < 3 else "TOO_LONG"))
    kind = data.get("type") or known_type(shop, data, namespace)
    if not kind:
        found.append(([*base, "type"], "Type can't be blank", "BLANK"))
    elif kind.removeprefix("list.") not in TYPES:
        found.append(([*base, "type"], f"Type must be one of: {', '.join(TYPES)}", "INCLUSION"))
    elif value_error(kind, data.get("value") or ""):
        found.append(([*base, "value"], value_error(kind, data["value"]), "INVALID_VALUE"))
    if not data.get("value"):
        found.append(([*base, "value"], "Value can't be blank", "BLANK"))
    return found


def known_type(shop, data: dict, namespace: str) -> str | None:
    owner = OWNERS.get(type_of(data["ownerId"])) if data.get("ownerId") else None
    definition = shop.metafield_definitions.get((owner, namespace, data.get("key")))
    return definition["type"]["name"] if definition else None


def put(shop, owner, data: dict) -> Metafield:
    namespace, now = app_namespace(shop, data.get("namespace")), shop.now()
    key = (namespace, data["key"])
    kind = data.get("type") or known_type(shop, {**data, "ownerId": owner.id}, namespace) or "single_line_text_field"
    row = owner.metafields.get(key)
    if row is None:
        row = owner.metafields[key] = Metafield(shop.gid("Metafield"), owner.id, *key, kind, data["value"], now, now)
    row.type, row.value, row.updated_at = kind, data["value"], now
    return row


@resolver("Mutation", "metafieldsSet")
def metafields_set(obj, info, metafields):
    """At most 25, all or none."""
    shop, errors, owners = info.context.shop, [], []
    if len(metafields) > MAX_SET:
        return {"metafields": None, "userErrors": [user_error(
            ["metafields"], "Exceeded the maximum metafields input limit of 25.", "LESS_THAN_OR_EQUAL_TO")]}
    for index, data in enumerate(metafields):
        base = ["metafields", str(index)]
        owner = find_node(shop, data["ownerId"])
        owners.append(owner)
        found = entry_errors(shop, data, base)
        if owner is None or not hasattr(owner, "metafields"):
            found.append(([*base, "ownerId"], "Owner does not exist.", "INVALID"))
        elif "compareDigest" in data:
            found += stale(shop, owner, data, base)
        errors += [{**user_error(*each), "elementIndex": index} for each in found]
    if errors:
        return {"metafields": None, "userErrors": errors}
    rows = [put(shop, owner, data) for owner, data in zip(owners, metafields, strict=True)]
    for owner in {owner.id: owner for owner in owners}.values():
        told(shop, owner)
    return {"metafields": rows, "userErrors": []}


def stale(shop, owner, data: dict, base: list) -> list[tuple]:
    row = owner.metafields.get((app_namespace(shop, data.get("namespace")), data["key"]))
    if data["compareDigest"] != (digest(row) if row else None):
        return [([*base, "compareDigest"], "The resource has been updated since it was loaded.", "STALE_OBJECT")]
    return []


@resolver("Mutation", "metafieldsDelete")
def metafields_delete(obj, info, metafields):
    """Rows that are not there come back as null."""
    shop, rows = info.context.shop, []
    for data in metafields:
        owner = find_node(shop, data["ownerId"])
        namespace = app_namespace(shop, data.get("namespace"))
        found = owner.metafields.pop((namespace, data["key"]), None) if hasattr(owner, "metafields") else None
        rows.append({**data, "namespace": namespace} if found else None)
    return {"deletedMetafields": rows, "userErrors": []}


@resolver("Metafield", "jsonValue")
def json_value(obj, info):
    try:
        return json.loads(obj.value)
    except ValueError:
        return obj.value


@resolver("Metafield", "compareDigest")
def compare_digest(obj, info):
    return digest(obj)


@resolver("Metafield", "sizeInBytes")
def size_in_bytes(obj, info):
    return len(obj.value.encode())


@resolver("Metafield", "ownerType")
def owner_type(obj, info):
    return OWNERS[type_of(obj.owner_id)]


# -- definitions ------------------------------------------------------------------------------------------------
@resolver("Mutation", "metafieldDefinitionCreate")
def definition_create(obj, info, definition):
    shop, data = info.context.shop, definition
    key = (data["ownerType"], app_namespace(shop, data.get("namespace")), data["key"])
    errors = []
    if key in shop.metafield_definitions:
        errors.append(user_error(["definition", "key"], "Key is in use for Product metafields on the namespace.",
                                 "TAKEN"))
    if data["type"].removeprefix("list.") not in TYPES:
        errors.append(user_error(["definition", "type"], f"Type name {data['type']} is not a valid type.", "INCLUSION"))
    if errors:
        return {"createdDefinition": None, "userErrors": errors}
    row = {"__typename": "MetafieldDefinition", "id": shop.gid("MetafieldDefinition"), "name": data["name"],
           "namespace": key[1], "key": key[2], "ownerType": key[0], "description": data.get("description"),
           "type": {"name": data["type"], "category": "TEXT", "supportsDefinitionMigrations": True},
           "validations": data.get("validations") or [], "metafieldsCount": 0, "pinnedPosition": None}
    shop.metafield_definitions[key] = row
    return {"createdDefinition": row, "userErrors": []}


@resolver("QueryRoot", "metafieldDefinitions")
def definitions(obj, info, owner_type=None, key=None, namespace=None):
    wanted = app_namespace(info.context.shop, namespace) if namespace else None
    return [row for (owner, space, name), row in info.context.shop.metafield_definitions.items()
            if owner_type in (None, owner) and wanted in (None, space) and key in (None, name)]


@resolver("QueryRoot", "metafieldDefinitionTypes")
def definition_types(obj, info):
    return [{"name": name, "category": "TEXT", "supportsDefinitionMigrations": True, "supportedValidations": []}
            for name in TYPES]


# -- tags -------------------------------------------------------------------------------------------------------
def told(shop, owner) -> None:
    """Tell that a record changed, by its type; orders tell it themselves."""
    if owner.gql_type == "Product":
        product_store.changed(shop, owner)
    elif owner.gql_type == "ProductVariant":
        product_store.changed(shop, shop.products[owner.product_id], [owner])
    elif owner.gql_type == "Customer":
        owner.updated_at = shop.now()
        shop.emit("customers/update", payloads.customer(shop, owner), owner)
    elif hasattr(owner, "updated_at"):
        owner.updated_at = shop.now()


def clean_tags(values: list) -> list[str]:
    """Tags as the API keeps them: split at commas, trimmed, without repetition whatever the case."""
    known: dict[str, str] = {}
    for text in (part.strip() for value in values for part in value.split(",")):
        if text:
            known.setdefault(text.lower(), text)
    return sorted(known.values(), key=str.lower)


def change_tags(info, gid: str, change: Callable) -> dict:
    shop = info.context.shop
    if type_of(gid) not in ("Product", "Customer", "Order"):
        raise ApiError(f"Invalid id: {gid}", "RESOURCE_NOT_FOUND")
    owner = find_node(shop, demand(gid, type_of(gid)))
    if owner is None:
        return {"node": None, "userErrors": [user_error(["id"], f"{type_of(gid)} does not exist")]}
    tags = change(clean_tags(owner.tags))
    if len(tags) > MAX_TAGS or any(len(tag) > MAX_TAG for tag in tags):
        return {"node": None, "userErrors": [user_error(["tags"], "Tags are too many or too long")]}
    if tags != clean_tags(owner.tags):
        if owner.gql_type == "Customer":
            from .customer_store import set_tags

            set_tags(shop, owner, tags)
        owner.tags = tags
        shop.extra.get("told", told)(shop, owner)
    return {"node": owner, "userErrors": []}


@resolver("Mutation", "tagsAdd")
def tags_add(obj, info, id, tags):
    return change_tags(info, id, lambda known: clean_tags([*known, *tags]))


@resolver("Mutation", "tagsRemove")
def tags_remove(obj, info, id, tags):
    gone = {tag.lower() for tag in clean_tags(tags)}
    return change_tags(info, id, lambda known: [tag for tag in known if tag.lower() not in gone])
