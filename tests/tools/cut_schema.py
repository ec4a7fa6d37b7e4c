#!/usr/bin/env python3
"""Cut the published Shopify Admin schemas down to what the simulator and its clients use.

    npm pack @shopify/dev-mcp@1.16.0 && tar xzf shopify-dev-mcp-1.16.0.tgz
    python tests/tools/cut_schema.py --source package/dist/data
    python tests/tools/cut_schema.py --source package/dist/data --documents shopify_connector/shopify/graphql

`--source` holds admin_<version>.json.gz: an introspection result under `data`, the access scopes under
`offline_scopes`. Writes admin_<version>.graphql and scopes_<version>.json into tests/simulator/schema.
`schema_types.json` lists the root fields and the types to keep; with `--documents` everything that the GraphQL
documents of a folder select is added to it first.

Kept are: the listed root fields; of the listed types all fields that are leaves or lead to a listed type, with their
connections; all arguments, with every input and enum type that they need. Descriptions are dropped, deprecations stay.
"""
from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from graphql import build_client_schema, get_named_type, parse, print_schema

HERE = Path(__file__).resolve().parent
SELECTION = HERE / "schema_types.json"
TARGET = HERE.parent / "simulator" / "schema"
VERSIONS = ("2026-07", "2026-10")
ROOTS = ("QueryRoot", "Mutation")
LEAVES = ("SCALAR", "ENUM")
SMALL_UNION = 12  # abstract types with at most this many members keep all of them


def load(source: Path, version: str) -> dict:
    with gzip.open(source / f"admin_{version}.json.gz") as file:
        return json.load(file)


def named(reference: dict) -> dict:
    while reference.get("ofType"):
        reference = reference["ofType"]
    return reference


def selected_types(schema, document) -> Iterator[tuple[str, str | None]]:
    """Every (type, field) that a document selects."""
    fragments = {node.name.value: node for node in document.definitions if node.kind == "fragment_definition"}

    def walk(parent, selections):
        for node in selections:
            if node.kind == "fragment_spread":
                node = fragments[node.name.value]
            if node.kind != "field":
                inner = schema.get_type(node.type_condition.name.value) if node.type_condition else parent
                yield inner.name, None
                yield from walk(inner, node.selection_set.selections)
            elif not node.name.value.startswith("__"):
                yield parent.name, node.name.value
                if node.selection_set:
                    inner = get_named_type(parent.fields[node.name.value].type)
                    yield inner.name, None
                    yield from walk(inner, node.selection_set.selections)

    roots = {"query": schema.query_type, "mutation": schema.mutation_type}
    for node in document.definitions:
        if node.kind == "operation_definition":
            yield from walk(roots[node.operation.value], node.selection_set.selections)


def grow_selection(source: Path, folder: Path) -> None:
    """Add what the documents of a folder use to schema_types.json."""
    selection = json.loads(SELECTION.read_text()) if SELECTION.exists() else {}
    wanted = {name: set(selection.get(name, ())) for name in (*ROOTS, "types")}
    schema = build_client_schema(load(source, VERSIONS[-1])["data"], assume_valid=True)
    for path in sorted(folder.rglob("*.graphql")):
        for type_name, field_name in selected_types(schema, parse(path.read_text())):
            if type_name in ROOTS and field_name:
                wanted[type_name].add(field_name)
            else:
                wanted["types"].add(type_name)
    SELECTION.write_text(json.dumps({name: sorted(values) for name, values in wanted.items()}, indent=1) + "\n")


def wanted_types(types: dict, selection: dict) -> set[str]:
    """The object, interface and union types to keep: the listed ones, members of small unions, connections."""
    keep = {name for name in selection["types"] if name in types} | {"PageInfo", *ROOTS}
    for root in ROOTS:
        for field in types[root]["fields"]:
            if field["name"] in selection[root]:
                payload = named(field["type"])["name"]
                keep.add(payload)
                keep.update(named(item["type"])["name"] for item in types[payload]["fields"] or ()
                            if item["name"].lower().endswith("errors"))
    for name in list(keep):
        members = types[name].get("possibleTypes") or ()
        if 0 < len(members) <= SMALL_UNION:
            keep.update(member["name"] for member in members)
    grown = True
    while grown:
        grown = {name for owner in keep if owner not in ROOTS for name in connections(types, types[owner], keep)} - keep
        keep |= grown
    return keep


def connections(types: dict, owner: dict, keep: set[str]) -> Iterator[str]:
    """Connections and edges around kept types that a kept type leads to."""
    for field in owner.get("fields") or ():
        target = named(field["type"])["name"]
        if target.endswith("Edge") and named(next(
                item for item in types[target]["fields"] if item["name"] == "node")["type"])["name"] in keep:
            yield target
        if target.endswith("Connection"):
            inner = {item["name"]: named(item["type"])["name"] for item in types[target]["fields"]}
            if inner.get("nodes") in keep:
                yield from (target, inner["edges"])


def needed_inputs(types: dict, fields: list[dict]) -> set[str]:
    """All input, enum and scalar types that the arguments and results of these fields need."""
    needed, queue = set(), [named(item["type"])["name"] for field in fields for item in (*field["args"], field)]
    while queue:
        name = queue.pop()
        if name not in needed and types[name]["kind"] in (*LEAVES, "INPUT_OBJECT"):
            needed.add(name)
            queue += [named(item["type"])["name"] for item in types[name].get("inputFields") or ()]
    return needed


def cut_type(record: dict, keep: set[str], selection: dict) -> dict:
    record = {**record, "description": None}
    if record["fields"] is not None:
        root = selection.get(record["name"]) if record["name"] in ROOTS else None
        record["fields"] = [
            field for field in record["fields"]
            if (field["name"] in root if root is not None else True)
            and (named(field["type"])["kind"] in LEAVES or named(field["type"])["name"] in keep)]
    for key in ("interfaces", "possibleTypes"):
        if record[key]:
            record[key] = [item for item in record[key] if item["name"] in keep]
    return record


def without_descriptions(value):
    if isinstance(value, dict):
        return {key: None if key == "description" else without_descriptions(item) for key, item in value.items()}
    return [without_descriptions(item) for item in value] if isinstance(value, list) else value


def cut(introspection: dict, selection: dict) -> dict:
    """The cut introspection result: same shape as `introspection`, a dict with `__schema`."""
    schema = introspection["__schema"]
    types = {record["name"]: record for record in schema["types"]}
    keep = wanted_types(types, selection)
    kept = [cut_type(types[name], keep, selection) for name in sorted(keep)]
    kept = [record for record in kept if record["fields"] or record["possibleTypes"]]
    inputs = needed_inputs(types, [field for record in kept for field in record["fields"] or ()])
    builtin = {name for name in types if name.startswith("__") or name in ("String", "Boolean", "Int", "ID", "Float")}
    records = kept + [types[name] for name in sorted(inputs | builtin)]
    return {"__schema": without_descriptions({**schema, "types": records})}


def scopes_of(items: list[dict], introspection: dict) -> dict:
    """{"Type" or "Type.field": {"scopes": [one of these is enough], "text": requiredAccess}} of what was kept."""
    fields = {record["name"]: {field["name"] for field in record["fields"] or ()}
              for record in introspection["__schema"]["types"]}
    result = {}
    for item in items:
        name, field = item["typeName"], item.get("fieldName")
        if item["offlineScopes"] and name in fields and (field is None or field in fields[name]):
            key = f"{name}.{field}" if field else name
            result[key] = {"scopes": item["offlineScopes"], "text": item["requiredAccess"]}
    return result


def needs_key(introspection: dict) -> list[str]:
    """The mutations whose description demands the @idempotent directive."""
    mutation = next(record for record in introspection["__schema"]["types"] if record["name"] == "Mutation")
    return sorted(field["name"] for field in mutation["fields"] if "`@idempotent` directive" in
                  (field["description"] or ""))


def write(source: Path, version: str) -> None:
    loaded, selection = load(source, version), json.loads(SELECTION.read_text())
    small = cut(loaded["data"], selection)
    text = print_schema(build_client_schema(small, assume_valid=True))
    (TARGET / f"admin_{version}.graphql").write_text(text + "\n")
    access = {"access": scopes_of(loaded["offline_scopes"]["items"], small), "idempotent": needs_key(loaded["data"])}
    (TARGET / f"scopes_{version}.json").write_text(json.dumps(access, indent=0, sort_keys=True) + "\n")
    print(f"{version}: {len(small['__schema']['types'])} types, {len(text):,} characters")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--source", type=Path, required=True, help="folder with admin_<version>.json.gz")
    parser.add_argument("--documents", type=Path, help="folder of GraphQL documents whose types are added")
    options = parser.parse_args()
    if options.documents:
        grow_selection(options.source, options.documents)
    TARGET.mkdir(parents=True, exist_ok=True)
    for version in VERSIONS:
        write(options.source, version)


if __name__ == "__main__":
    main()
