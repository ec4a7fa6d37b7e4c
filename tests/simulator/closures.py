"""The closures that compiled documents are made of: reading a value, its arguments, its page, and finishing it.

A `fetch` is ``callable(value, run)``, a `leaf` ``callable(value)``, a `finish` ``callable(value, run, path)``; a path
is a chain of pairs ``(path above, key)``.
"""
from __future__ import annotations

import inspect
import logging
import uuid

from . import coerce
from .connection import Connection, paginate
from .cost import page_weight
from .resolvers import ApiError

_logger = logging.getLogger(__name__)
PAGING = ("first", "last", "after", "before", "reverse")


class Propagate(Exception):
    """A non-null field has no value: the parent becomes null."""


class BulkNodes(list):
    """All nodes of a connection inside the result of a bulk query."""


class Run:
    """One execution; it is the `info` of the resolvers. `points` is the actual cost so far."""

    __slots__ = ("args", "context", "errors", "points", "roots", "variables", "window")

    def __init__(self, context, variables: dict) -> None:
        self.context, self.variables = context, variables
        self.errors: list[dict] = []
        self.args: dict = {}
        self.points = 0
        self.window: slice | None = None  # of a bulk query: the part of its root rows to read now
        self.roots: dict = {}  # the root rows of a bulk query, as they were when it began

    def add_error(self, error: ApiError, path, node) -> None:
        trail = []
        while path:
            path, key = path
            trail.append(key)
        entry = {"message": error.message, "locations": [location(node)], "path": trail[::-1]}
        if error.extensions:
            entry["extensions"] = error.extensions
        self.errors.append(entry)


def location(node) -> dict:
    token = node.loc.start_token
    return {"line": token.line, "column": token.column}


def internal_error(error: Exception) -> ApiError:
    request_id = str(uuid.uuid4())
    _logger.exception("The simulator failed: %s", error)
    return ApiError("Internal error. Looks like something went wrong on our end.\n"
                    f"Request ID: {request_id} (include this in support requests).", "INTERNAL_SERVER_ERROR",
                    requestId=request_id, simulator=f"{type(error).__name__}: {error}")


def reader(type_name: str, name: str):
    snake = coerce.snake(name)

    def read(value, run):
        if isinstance(value, dict):
            found = value.get(name)
            return value.get(snake) if found is None else found
        try:
            found = getattr(value, snake)
        except AttributeError:
            raise ApiError(f"{type_name}.{name} is not simulated", "NOT_SIMULATED") from None
        return found() if callable(found) else found

    return read


def argument_builder(field, node):
    """A callable(run) -> dict of the coerced arguments; constant arguments are computed once."""
    if not any(coerce.uses_variables(item.value) for item in node.arguments or ()):
        constant = coerce.arguments(field, node, {})
        return lambda run: constant
    mark = id(node)

    def build(run):
        found = run.args.get(mark)
        if found is None:
            found = run.args[mark] = coerce.arguments(field, node, run.variables)
        return found

    return build


def caller(function, build):
    if build is None:
        return function
    parameters = inspect.signature(function).parameters
    if any(item.kind is item.VAR_KEYWORD for item in parameters.values()):
        return lambda value, run: function(value, run, **build(run))
    names = tuple(parameters)[2:]
    return lambda value, run: function(value, run, **{
        name: item for name, item in build(run).items() if name in names})


def paged(get, build, limit: int):
    def fetch(value, run):
        args = build(run) if build else {}
        page = {name: args[name] for name in PAGING if name in args}
        paginate((), **{**page, "after": None, "before": None}, limit=limit)  # sizes are refused before any work
        found = get(value, run)
        return found if found is None or isinstance(found, Connection) else paginate(found, **page, limit=limit)

    return fetch


def unpaged(get, is_root: bool = False):
    def fetch(value, run):
        rows = run.roots.get(get) if is_root else None
        if rows is None:
            found = get(value, run)
            rows = getattr(found, "rows", found)
        if is_root and run.window is not None and rows is not None:
            run.roots[get] = rows
            rows = rows[run.window]
        return None if rows is None else Connection(rows, lambda index: "", False, False)

    return fetch


def not_simulated(message: str):
    def refuse(value, run, path=None):
        raise ApiError(message, "NOT_SIMULATED")

    return refuse


def enum_leaf(kind):
    known = frozenset(kind.values)

    def leaf(value):
        if value not in known:
            raise ApiError(f"{kind.name} has no value {value!r} in this version", "NOT_SIMULATED")
        return value

    return leaf


def leaf_list(leaf):
    return lambda values: [None if value is None else leaf(value) for value in values]


def object_finisher(fields: list[tuple], weight: int):
    def finish(value, run, path):
        run.points += weight
        result = {}
        for key, fetch, leaf, inner, nullable, node in fields:
            try:
                item = fetch(value, run)
                if item is None:
                    if not nullable:
                        raise ApiError(f"Cannot return null for non-nullable field {key}", "INTERNAL_SERVER_ERROR")
                    result[key] = None
                elif leaf is not None:
                    result[key] = leaf(item)
                else:
                    result[key] = inner(item, run, (path, key))
            except Propagate:
                if not nullable:
                    raise
                result[key] = None
            except Exception as error:
                known = error if isinstance(error, ApiError) else internal_error(error)
                run.add_error(known, (path, key), node)
                if not nullable:
                    raise Propagate from None
                result[key] = None
        return result

    return finish


def object_list(inner, nullable: bool):
    def finish(values, run, path):
        rows = []
        for index, value in enumerate(values):
            if value is None and not nullable:
                raise ApiError("Cannot return null for a non-nullable list entry", "INTERNAL_SERVER_ERROR")
            try:
                rows.append(None if value is None else inner(value, run, (path, index)))
            except Propagate:
                if not nullable:
                    raise
                rows.append(None)
        return rows

    return finish


def page_nodes(inner):
    return lambda page, run, path: inner(page.nodes, run, path)


def page_info(groups: dict):
    wanted = [(key, nodes[0].name.value) for key, nodes in groups.items()]

    def finish(page: Connection, run, path):
        last = len(page.nodes) - 1
        values = {"hasNextPage": page.has_next, "hasPreviousPage": page.has_previous, "__typename": "PageInfo"}
        for _key, name in wanted:
            if name in ("startCursor", "endCursor"):
                values[name] = None if last < 0 else page.cursors(0 if name == "startCursor" else last)
        return {key: values[name] for key, name in wanted}

    return finish


def connection_finisher(parts: list[tuple]):
    def finish(page: Connection, run, path):
        before = run.points
        result = {key: part(page, run, (path, key)) for key, part in parts}
        count = len(page.nodes)
        spent = run.points - before
        run.points = before + 2 + (-(-spent * page_weight(count) // count) if count else 0)
        return result

    return finish
