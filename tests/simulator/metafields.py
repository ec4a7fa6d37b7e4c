"""Metafields, their definitions, and tags."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from . import payloads, product_store
from .metafield_types import REFERENCES, TYPES, rule_error, value_error
from .records import Metafield
from .resolvers import ApiError, resolver, user_error
from .resolvers_shop import demand, find_node, type_of

MAX_SET = 25
MAX_TAGS, MAX_TAG = 250, 255
OWNERS = {"Product": "PRODUCT", "ProductVariant": "PRODUCTVARIANT", "Customer": "CUSTOMER", "Order": "ORDER",
          "Collection": "COLLECTION", "Company": "COMPANY", "CompanyLocation": "COMPANY_LOCATION"}


def app_namespace(shop, namespace: str | None) -> str:
    """The namespace; left out or starting with $app it is the app's reserved one."""
    reserved = f"app--{shop.app.client_id[:8]}"
    if not namespace:
        return reserved
    return reserved + namespace[4:].replace(":", "--", 1) if namespace.startswith("$app") else namespace


def digest(row: Metafield) -> str:
    return hashlib.sha256(f"{row.type}:{row.value}".encode()).hexdigest()


def entry_errors(shop, data: dict, base: list, owner_type: str | None = None) -> list[tuple]:
    """(path, message, code) of each fault of one metafield input; its owner's type is given or in its `ownerId`."""
    found, key, namespace = [], data.get("key") or "", app_namespace(shop, data.get("namespace"))
    if not 2 <= len(key) <= 64:
        found.append(([*base, "key"], "Key must be between 2 and 64 characters", "TOO_SHORT" if len(key) < 2 else
                      "TOO_LONG"))
    if not 3 <= len(namespace) <= 255:
        found.append(([*base, "namespace"], "Namespace must be between 3 and 255 characters",
                      "TOO_SHORT" if len(namespace) < 3 else "TOO_LONG"))
    definition = definition_of(shop, owner_type or OWNERS.get(type_of(data["ownerId"])) if owner_type or data.get(
        "ownerId") else None, namespace, key)
    kind = data.get("type") or (definition and definition["type"]["name"])
    if not kind:
        found.append(([*base, "type"], "Type can't be blank", "BLANK"))
    elif kind not in TYPES:
        found.append(([*base, "type"], f"Type must be one of: {', '.join(TYPES)}", "INCLUSION"))
    elif definition and kind != definition["type"]["name"]:
        found.append(([*base, "type"], f"Type '{kind}' must be consistent with the definition's type: "
                      f"'{definition['type']['name']}'.", "INVALID_TYPE"))
    elif data.get("value"):
        wrong = value_error(shop, kind, data["value"], find_node) or (definition and rule_error(definition, data["value"]))
        found += [([*base, "value"], wrong, "INVALID_VALUE")] if wrong else []
    if not data.get("value"):
        found.append(([*base, "value"], "Value can't be blank", "BLANK"))
    return found


def definition_of(shop, owner_type: str | None, namespace: str, key: str | None) -> dict | None:
    return shop.metafield_definitions.get((owner_type, namespace, key))


def taken(shop, owner, data: dict, base: list) -> list[tuple]:
    """A value of the type id that another record has already."""
    key = (app_namespace(shop, data.get("namespace")), data.get("key"))
    definition = definition_of(shop, OWNERS.get(owner.gql_type), *key)
    if not definition or definition["type"]["name"] != "id":
        return []
    rows = {"Product": shop.products, "ProductVariant": shop.variants, "Customer": shop.customers}.get(owner.gql_type, {})
    other = any(row is not owner and key in row.metafields and row.metafields[key].value == data.get("value")
                for row in rows.values())
    return [([*base, "value"], "Value is already assigned to another metafield.", "CAPABILITY_VIOLATION")] if other else []


def put(shop, owner, data: dict) -> Metafield:
    namespace, now = app_namespace(shop, data.get("namespace")), shop.now()
    key = (namespace, data["key"])
    definition = definition_of(shop, OWNERS.get(owner.gql_type), *key)
    kind = data.get("type") or (definition["type"]["name"] if definition else "single_line_text_field")
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
        else:
            found += stale(shop, owner, data, base) if "compareDigest" in data else []
            found += taken(shop, owner, data, base)
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
    shop, rows, owners = info.context.shop, [], {}
    for data in metafields:
        owner = find_node(shop, data["ownerId"])
        namespace = app_namespace(shop, data.get("namespace"))
        found = owner.metafields.pop((namespace, data["key"]), None) if hasattr(owner, "metafields") else None
        rows.append({**data, "namespace": namespace} if found else None)
        owners.update({owner.id: owner} if found else {})
    for owner in owners.values():
        told(shop, owner)
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


@resolver("Metafield", "definition")
def definition(obj, info):
    return definition_of(info.context.shop, OWNERS[type_of(obj.owner_id)], obj.namespace, obj.key)


@resolver("Metafield", "owner")
def owner_of(obj, info):
    return find_node(info.context.shop, obj.owner_id)


@resolver("Metafield", "reference")
def reference(obj, info):
    return find_node(info.context.shop, obj.value) if obj.type in REFERENCES else None


@resolver("Metafield", "references")
def references(obj, info):
    if not obj.type.startswith("list.") or obj.type[5:] not in REFERENCES:
        return None
    return [row for gid in json.loads(obj.value) if (row := find_node(info.context.shop, gid)) is not None]


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
