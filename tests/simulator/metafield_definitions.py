"""Definitions of metafields, and the metaobjects that metafields refer to."""
from __future__ import annotations

import json

from .metafield_types import REFERENCES, TYPES
from .metafields import app_namespace
from .records import numeric_id
from .resolvers import resolver, user_error
from .resolvers_shop import demand, find_node, type_of
from .search import Field, query_list

CATEGORIES = {"number_integer": "NUMBER", "number_decimal": "NUMBER", "date": "DATE_TIME", "date_time": "DATE_TIME",
              "boolean": "TRUE_FALSE", "color": "COLOR", "rating": "RATING", "json": "JSON", "weight": "MEASUREMENT",
              "dimension": "MEASUREMENT", "volume": "MEASUREMENT", "money": "MONEY", "url": "URL"}
FIELDS = {"id": Field("id", lambda row: numeric_id(row["id"])), "key": Field("text", lambda row: row["key"]),
          "namespace": Field("text", lambda row: row["namespace"]), "type": Field("text", lambda row: row["type"]["name"])}
OFF = {"enabled": False, "eligible": True}


def type_row(name: str) -> dict:
    kind = name.removeprefix("list.")
    return {"name": name, "category": "REFERENCE" if kind in REFERENCES else CATEGORIES.get(kind, "TEXT"),
            "supportsDefinitionMigrations": True, "supportedValidations": [], "valueType": None}


def add(shop, data: dict) -> dict:
    """A definition out of a MetafieldDefinitionInput; the type id brings unique values with it."""
    key = (data["ownerType"], app_namespace(shop, data.get("namespace")), data["key"])
    unique = {"enabled": data["type"] == "id", "eligible": data["type"] == "id"}
    row = {"__typename": "MetafieldDefinition", "id": shop.gid("MetafieldDefinition"), "name": data["name"],
           "namespace": key[1], "key": key[2], "ownerType": key[0], "description": data.get("description"),
           "type": type_row(data["type"]), "validations": data.get("validations") or [], "pinnedPosition": None,
           "validationStatus": "ALL_VALID", "useAsCollectionCondition": False,
           "access": {"admin": "PUBLIC_READ_WRITE", "storefront": "NONE", "customerAccount": "NONE"},
           "capabilities": {"uniqueValues": unique, "adminFilterable": {**OFF, "status": "NOT_FILTERABLE"},
                            "smartCollectionCondition": OFF}}
    shop.metafield_definitions[key] = row
    return row


@resolver("Mutation", "metafieldDefinitionCreate")
def create(obj, info, definition):
    shop, data = info.context.shop, definition
    key = (data["ownerType"], app_namespace(shop, data.get("namespace")), data["key"])
    errors = []
    if key in shop.metafield_definitions:
        errors.append(user_error(["definition", "key"], f"Key is in use for {key[0].capitalize()} metafields on the "
                                 f"'{key[1]}' namespace.", "TAKEN"))
    if data["type"] not in TYPES:
        errors.append(user_error(["definition", "type"], f"Type name {data['type']} is not a valid type.", "INCLUSION"))
    if len(data["key"]) < 2:
        errors.append(user_error(["definition", "key"], "Key is too short (minimum is 2 characters)", "TOO_SHORT"))
    if errors:
        return {"createdDefinition": None, "userErrors": errors}
    return {"createdDefinition": add(shop, data), "userErrors": []}


def find(shop, given: dict, gid: str | None = None) -> tuple | None:
    """The key of a definition by its id or by owner type, namespace and key."""
    if gid:
        return next((key for key, row in shop.metafield_definitions.items()
                     if row["id"] == demand(gid, "MetafieldDefinition")), None)
    key = (given["ownerType"], app_namespace(shop, given.get("namespace")), given["key"])
    return key if key in shop.metafield_definitions else None


@resolver("Mutation", "metafieldDefinitionUpdate")
def update(obj, info, definition):
    shop, key = info.context.shop, find(info.context.shop, definition)
    if key is None:
        return {"updatedDefinition": None, "validationJob": None, "userErrors": [
            user_error(["definition"], "Definition not found.", "NOT_FOUND")]}
    row = shop.metafield_definitions[key]
    for name in ("name", "description", "validations"):
        if definition.get(name) is not None:
            row[name] = definition[name]
    return {"updatedDefinition": row, "validationJob": None, "userErrors": []}


@resolver("Mutation", "metafieldDefinitionDelete")
def delete(obj, info, id=None, identifier=None, delete_all_associated_metafields=False):
    shop, key = info.context.shop, find(info.context.shop, identifier or {}, id)
    if key is None:
        return {"deletedDefinition": None, "deletedDefinitionId": None, "userErrors": [
            user_error(["id"], "Definition not found.", "NOT_FOUND")]}
    row = shop.metafield_definitions.pop(key)
    if delete_all_associated_metafields:
        for owner in owners(shop, key[0]):
            owner.metafields.pop(key[1:], None)
    return {"deletedDefinition": {"ownerType": key[0], "namespace": key[1], "key": key[2]},
            "deletedDefinitionId": row["id"], "userErrors": []}


def owners(shop, owner_type: str) -> list:
    return list({"PRODUCT": shop.products, "PRODUCTVARIANT": shop.variants, "CUSTOMER": shop.customers,
                 "ORDER": shop.orders, "COLLECTION": shop.collections}.get(owner_type, {}).values())


@resolver("QueryRoot", "metafieldDefinitions")
def definitions(obj, info, owner_type=None, key=None, namespace=None, query=None, reverse=False):
    shop = info.context.shop
    wanted = app_namespace(shop, namespace) if namespace else None
    rows = [row for (owner, space, name), row in shop.metafield_definitions.items()
            if owner_type in (None, owner) and wanted in (None, space) and key in (None, name)]
    if not query:
        return rows[::-1] if reverse else rows
    found = query_list(info, [Row(row) for row in rows], "metafieldDefinitions", query=query, fields={
        name: Field(field.kind, lambda row, get=field.get: get(row.data)) for name, field in FIELDS.items()},
        words=lambda row: [row.data["name"], row.data["key"]])
    return [row.data for row in found.rows]


class Row:
    """A dict with an `id` attribute, for the search."""

    def __init__(self, data: dict) -> None:
        self.data, self.id = data, data["id"]


@resolver("MetafieldDefinition", "metafieldsCount")
def metafields_count(obj, info, validation_status=None):
    key = (obj["namespace"], obj["key"])
    return sum(key in row.metafields for row in owners(info.context.shop, obj["ownerType"]))


@resolver("QueryRoot", "metafieldDefinitionTypes")
def definition_types(obj, info):
    return [type_row(name) for name in TYPES]


# -- metaobjects ------------------------------------------------------------------------------------------------
def add_metaobject(shop, body: dict) -> dict:
    """A metaobject from {type, handle?, name?, fields: {key: text}}."""
    now, gid = shop.now(), shop.gid("Metaobject")
    fields = [{"key": key, "type": "single_line_text_field", "value": str(text)}
              for key, text in (body.get("fields") or {}).items()]
    handle = body.get("handle") or f"{body['type']}-{numeric_id(gid)}"
    row = {"__typename": "Metaobject", "id": gid, "type": body["type"], "handle": handle, "fields": fields,
           "displayName": body.get("name") or (fields[0]["value"] if fields else handle), "createdAt": now,
           "updatedAt": now, "values": {each["key"]: each["value"] for each in fields}}
    shop.nodes[gid] = row
    return row


@resolver("QueryRoot", "metaobject")
def metaobject(obj, info, id):
    return find_node(info.context.shop, demand(id, "Metaobject"))


@resolver("QueryRoot", "metaobjects")
def metaobjects(obj, info, type):
    return [row for gid, row in info.context.shop.nodes.items() if type_of(gid) == "Metaobject" and row["type"] == type]


@resolver("Metaobject", "field")
def metaobject_field(obj, info, key):
    return next((row for row in obj["fields"] if row["key"] == key), None)


@resolver("MetaobjectField", "jsonValue")
def json_value(obj, info):
    try:
        return json.loads(obj["value"])
    except ValueError:
        return obj["value"]

