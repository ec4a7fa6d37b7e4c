"""Bulk operations: queries to JSONL, mutations from JSONL, five of each at a time."""
from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from random import Random

from . import auth, payloads
from .bulk_rules import MAX_BYTES, Rules
from .closures import BulkNodes, Propagate, Run
from .records import Resource
from .resolvers import ApiError, RequestContext, resolver, user_error
from .resolvers_shop import demand
from .schema import load
from .search import Field, id_field, query_list, time_field

AT_ONCE = 5
OPEN = ("CREATED", "RUNNING", "CANCELING")
BREATH = 100  # mutation lines between two looks at other requests
WORK = "bulk operation"  # the name of its task
PART = 200  # root nodes of a query between two of them
FIELDS = {"id": id_field(), "created_at": time_field("created_at"), "completed_at": time_field("completed_at"),
          "status": Field("enum", lambda row: row.status), "operation_type": Field("enum", lambda row: row.type)}


@dataclass(eq=False)
class BulkOperation(Resource):
    gql_type = "BulkOperation"
    id: str
    type: str  # QUERY | MUTATION
    query: str
    created_at: datetime
    version: str
    grouped: bool = False
    upload: str = ""
    status: str = "CREATED"
    completed_at: datetime | None = None
    error_code: str | None = None
    object_count: int = 0
    root_object_count: int = 0
    file_size: int | None = None
    url: str | None = None
    partial_data_url: str | None = None


def refused(message: str, code: str, field=("query",)) -> dict:
    return {"bulkOperation": None, "userErrors": [user_error(list(field), message, code)]}


def running(shop, kind: str) -> list:
    return [row for row in shop.bulk_operations.values() if row.type == kind and row.status in OPEN]


def busy(shop, kind: str) -> dict | None:
    """The refusal of a sixth operation, naming those that run."""
    others = running(shop, kind)
    if len(others) < AT_ONCE:
        return None
    names = ", ".join(row.id for row in others)
    return refused(f"A bulk {kind.lower()} operation for this app and shop is already in progress: {names}.",
                   "OPERATION_IN_PROGRESS", ())


def start(info, kind: str, text: str, **values) -> dict:
    context = info.context
    row = BulkOperation(context.shop.gid("BulkOperation"), kind, text, context.now, context.api_version, **values)
    context.shop.bulk_operations[row.id] = row
    context.state.spawn(work(context.shop, row), WORK)
    return {"bulkOperation": row, "userErrors": []}


@resolver("Mutation", "bulkOperationRunQuery")
def run_query(obj, info, query, group_objects=False):
    context = info.context
    schema = load(context.api_version)
    document = schema.document(query)
    if len(query.encode()) > MAX_BYTES:
        return refused(f"Query is too large: the maximum is {MAX_BYTES} bytes.", "INVALID")
    if document.errors:
        return refused("Invalid bulk query: " + document.errors[0]["message"], "INVALID")
    problems = Rules(schema.graphql, document).problems
    if problems:
        return {"bulkOperation": None, "userErrors": [user_error(["query"], text, "INVALID")
                                                      for text in dict.fromkeys(problems)]}
    return busy(context.shop, "QUERY") or start(info, "QUERY", query, grouped=group_objects)


@resolver("Mutation", "bulkOperationRunMutation")
def run_mutation(obj, info, mutation, staged_upload_path, client_identifier=None):
    context = info.context
    document = load(context.api_version).document(mutation)
    if document.errors:
        return refused("Invalid mutation: " + document.errors[0]["message"], "INVALID_MUTATION", ("mutation",))
    names = [node.name.value for row in document.operations for node in row.selection_set.selections]
    if len(names) != 1 or document.operations[0].operation.value != "mutation" or names[0].startswith("bulkOperation"):
        return refused("You must use an allowed mutation name.", "INVALID_MUTATION", ("mutation",))
    if not context.shop.uploads.get(staged_upload_path):
        return refused("The JSONL file could not be found. Try uploading the file again, and check that you've entered "
                       "the URL correctly for the stagedUploadPath mutation argument.", "NO_SUCH_FILE", ())
    return busy(context.shop, "MUTATION") or start(info, "MUTATION", mutation, upload=staged_upload_path)


@resolver("Mutation", "bulkOperationCancel")
def cancel(obj, info, id):
    row = info.context.shop.bulk_operations.get(demand(id, "BulkOperation"))
    if row is None:
        return {"bulkOperation": None, "userErrors": [user_error(["id"], "Bulk operation does not exist")]}
    if row.status not in OPEN:
        return {"bulkOperation": row, "userErrors": [
            user_error(None, f"A bulk operation cannot be canceled when it is {row.status.lower()}")]}
    row.status = "CANCELING"
    return {"bulkOperation": row, "userErrors": []}


@resolver("QueryRoot", "bulkOperation")
def bulk_operation(obj, info, id):
    return info.context.shop.bulk_operations.get(demand(id, "BulkOperation"))


@resolver("QueryRoot", "bulkOperations")
def bulk_operations(obj, info, query=None, sort_key="CREATED_AT", reverse=False):
    return query_list(info, info.context.shop.bulk_operations.values(), "bulkOperations", query=query,
                      sort_key=sort_key, reverse=reverse, fields=FIELDS,
                      sort_keys={"CREATED_AT": lambda row: row.created_at,
                                 "COMPLETED_AT": lambda row: row.completed_at})


@resolver("QueryRoot", "currentBulkOperation")
def current(obj, info, type="QUERY"):
    rows = [row for row in info.context.shop.bulk_operations.values() if row.type == type]
    return rows[-1] if rows else None


# -- the work ---------------------------------------------------------------------------------------------------
async def work(shop, row: BulkOperation) -> None:
    """Run one operation to its end, tell it, and put the file up for download."""
    half = shop.settings.bulk_seconds / 2
    await asyncio.sleep(half)
    row.status = "RUNNING" if row.status == "CREATED" else row.status
    await asyncio.sleep(half)
    lines: list[str] = []
    if row.status == "RUNNING":
        try:
            await (mutate(shop, row, lines) if row.type == "MUTATION" else read(shop, row, lines))
        except ApiError as error:
            row.status, row.error_code = "FAILED", (
                "ACCESS_DENIED" if error.extensions.get("code") == "ACCESS_DENIED" else "INTERNAL_SERVER_ERROR")
    row.status = {"RUNNING": "COMPLETED", "CANCELING": "CANCELED"}.get(row.status, row.status)
    publish(shop, row, lines)
    row.completed_at = shop.now()
    shop.emit("bulk_operations/finish", payloads.bulk_operation(shop, row), row)


def publish(shop, row: BulkOperation, lines: list[str]) -> None:
    body = "".join(line + "\n" for line in lines).encode()
    row.file_size = len(body)
    if not body:
        return
    token = secrets.token_urlsafe(24)
    shop.simulator.downloads[token] = body
    address = f"{shop.simulator.base_url}/bulk/{token}"
    if row.status == "COMPLETED":
        row.url = address
    else:
        row.partial_data_url = address


def prepare(shop, row: BulkOperation, variables: dict, bulk: bool):
    """(operation, Run) for one execution of the document."""
    document = load(row.version).document(row.query)
    node = document.operations[0]
    context = RequestContext(shop, shop.simulator, shop.now(), auth.granted(shop.app.scopes), row.version)
    values = document.variables(node, variables)
    access = (context.scopes, frozenset(shop.app.withheld))
    return document.compile(node, access, values, bulk=bulk), Run(context, values)


async def read(shop, row: BulkOperation, lines: list[str]) -> None:
    """Read the roots in parts, with a look at other requests between two of them."""
    operation, run = prepare(shop, row, {}, True)
    found: list[tuple[int, str]] = []
    start = 0
    while row.status == "RUNNING" and (not start or any(start < len(rows) for rows in run.roots.values())):
        run.window = slice(start, start + PART)
        read_part(operation, run, found)
        start += PART
        await asyncio.sleep(0)
    row.object_count, row.root_object_count = len(found), sum(depth == 0 for depth, _line in found)
    if not row.grouped:
        if shop.settings.bulk_shuffle:
            Random(row.id).shuffle(found)
        found.sort(key=lambda pair: pair[0])
    lines += [line for _depth, line in found]


def read_part(operation, run: Run, found: list) -> None:
    try:
        data = operation.finish(None, run, None)
    except Propagate:
        data = None
    if run.errors:
        error = run.errors[0]
        raise ApiError(error["message"], error.get("extensions", {}).get("code"))
    for nodes in take_nodes(data):
        flatten(nodes, None, 0, found)


def flatten(nodes, parent: str | None, depth: int, found: list) -> None:
    """Append (depth, JSON line) of each node and of the nodes below it, which leave their parent's line."""
    for node in nodes:
        groups = list(take_connections(node))
        line = node if parent is None else {**node, "__parentId": parent}
        found.append((depth, json.dumps(line, ensure_ascii=False, separators=(",", ":"))))
        for group in groups:
            flatten(group, node.get("id"), depth + 1, found)


def take_nodes(value):
    """The node lists of connections, wherever they are inside a result."""
    if isinstance(value, BulkNodes):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from take_nodes(inner)


def take_connections(node: dict):
    """Remove the connections from a node, also from the objects in it; their node lists."""
    for key, inner in list(node.items()):
        if isinstance(inner, dict):
            if any(isinstance(each, BulkNodes) for each in inner.values()):
                yield from take_nodes(node.pop(key))
            else:
                yield from take_connections(inner)


async def mutate(shop, row: BulkOperation, lines: list[str]) -> None:
    """One execution for each line of the upload; what a line gets wrong is in its own result."""
    for number, text in enumerate(shop.uploads[row.upload].decode().splitlines()):
        if not text.strip():
            continue
        try:
            operation, run = prepare(shop, row, json.loads(text), False)
            result = {"data": operation.finish(None, run, None), **({"errors": run.errors} if run.errors else {})}
            for function in run.context.finally_do:
                function()
        except ApiError as error:
            result = {"data": None, "errors": [{"message": error.message, "extensions": error.extensions}]}
        except (Propagate, ValueError):
            result = {"data": None, "errors": [{"message": "The line could not be processed"}]}
        lines.append(json.dumps({**result, "__lineNumber": number}, ensure_ascii=False, separators=(",", ":")))
        row.object_count = row.root_object_count = number + 1
        if number % BREATH == BREATH - 1:
            await asyncio.sleep(0)
            if row.status != "RUNNING":
                return
