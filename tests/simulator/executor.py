"""Compiles validated documents into closures and runs them.

A general GraphQL executor spends most of its time on bookkeeping that does not change between two runs of the same
document. Here the selection sets are resolved once for each document, operation, set of scopes and values of
@include/@skip, so that running is a loop over (key, fetch, serialise).
"""
from __future__ import annotations

import inspect
import logging
import uuid

from graphql import GraphQLList, GraphQLNonNull, get_named_type, is_abstract_type, is_leaf_type

from . import coerce
from .connection import Connection, paginate
from .cost import page_weight
from .resolvers import RESOLVERS, ApiError
from .scalars import serializer

_logger = logging.getLogger(__name__)
PAGING = ("first", "last", "after", "before", "reverse")
ONE_PRODUCT_VARIANTS = 2048  # a single product at the root shows all its variants in one page


class Propagate(Exception):
    """A non-null field has no value: the parent becomes null."""


class BulkNodes(list):
    """All nodes of a connection inside the result of a bulk query."""


class Run:
    """One execution; it is the `info` of the resolvers. `points` is the actual cost so far."""

    __slots__ = ("args", "context", "errors", "field_name", "points", "variables")

    def __init__(self, context, variables: dict) -> None:
        self.context, self.variables = context, variables
        self.errors: list[dict] = []
        self.args: dict = {}
        self.points = 0
        self.field_name = ""

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


def is_included(node, conditions: dict) -> bool:
    """Whether @include and @skip let a selection in; `conditions` are the values of their variables."""
    for directive in node.directives or ():
        if directive.name.value in ("include", "skip"):
            value = directive.arguments[0].value
            truth = conditions.get(value.name.value) if value.kind == "variable" else value.value
            if bool(truth) != (directive.name.value == "include"):
                return False
    return True


class Compiler:
    """Builds the closures for one operation, one set of scopes and one set of @include values."""

    def __init__(self, schema, fragments: dict, scopes: frozenset, conditions: dict, bulk: bool = False) -> None:
        self.schema, self.graphql = schema, schema.graphql
        self.fragments, self.scopes, self.conditions = fragments, scopes, conditions
        self.bulk = bulk  # connections give all their nodes, as BulkNodes

    def collect(self, kind, selections, groups: dict) -> dict:
        """Field nodes by response key, in order, of the selections that apply to the object type `kind`."""
        for node in selections:
            if not is_included(node, self.conditions):
                continue
            if node.kind == "field":
                groups.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
                continue
            if node.kind == "fragment_spread":
                node = self.fragments[node.name.value]
            condition = node.type_condition and self.graphql.get_type(node.type_condition.name.value)
            if condition is None or condition is kind or (
                    is_abstract_type(condition) and self.graphql.is_sub_type(condition, kind)):
                self.collect(kind, node.selection_set.selections, groups)
        return groups

    def fields(self, kind, selections, trail: tuple) -> list[tuple]:
        """One (key, fetch, leaf, finish, nullable, node) for each response key of an object type."""
        rows = []
        for key, nodes in self.collect(kind, selections, {}).items():
            name = nodes[0].name.value
            if name == "__typename":
                rows.append((key, lambda value, run, text=kind.name: text, str, None, False, nodes[0]))
                continue
            field = kind.fields[name]
            inner = [item for node in nodes if node.selection_set for item in node.selection_set.selections]
            place = (*trail, name)
            fetch = self.guarded(kind, name, field) or self.fetcher(kind, name, field, nodes[0], place)
            leaf, finish = self.finisher(field.type, inner, place)
            rows.append((key, fetch, leaf, finish, not isinstance(field.type, GraphQLNonNull), nodes[0]))
        return rows

    # -- access -------------------------------------------------------------------------------------------------
    def guarded(self, kind, name: str, field):
        """A fetch that refuses, when the scopes do not reach for the field or what it leads to."""
        target = get_named_type(field.type)
        if target.name.endswith("Connection"):
            target = get_named_type(target.fields["nodes"].type)
        for key in (f"{kind.name}.{name}", target.name):
            access = self.schema.access.get(key)
            if access and self.scopes.isdisjoint(access["scopes"]):
                return self.refusal(f"Access denied for {name} field. Required access: {access['text']}", access)
        return None

    def refusal(self, message: str, access: dict):
        def refuse(value, run):
            raise ApiError(message, "ACCESS_DENIED", documentation="https://shopify.dev/api/usage/access-scopes",
                           requiredAccess=access["text"])

        return refuse

    # -- fetching -----------------------------------------------------------------------------------------------
    def fetcher(self, kind, name: str, field, node, place: tuple):
        function = RESOLVERS.get(kind.name, {}).get(name)
        if function is None and kind in (self.graphql.query_type, self.graphql.mutation_type):
            return not_simulated(f"{name} is not simulated")
        get = reader(kind.name, name)
        build = argument_builder(field, node) if field.args else None
        if function is not None:
            get = caller(function, build)
        if get_named_type(field.type).name.endswith("Connection"):
            if self.bulk:
                return unpaged(get)
            limit = ONE_PRODUCT_VARIANTS if place == ("product", "variants") else 250
            return paged(get, build, limit)
        return get

    # -- finishing ----------------------------------------------------------------------------------------------
    def finisher(self, kind, selections, place: tuple):
        """(leaf, None) or (None, finish) for a field's type; `leaf(value)`, `finish(value, run, path)`."""
        if isinstance(kind, GraphQLNonNull):
            return self.finisher(kind.of_type, selections, place)
        if isinstance(kind, GraphQLList):
            nullable = not isinstance(kind.of_type, GraphQLNonNull)
            leaf, finish = self.finisher(kind.of_type, selections, place)
            return (leaf_list(leaf), None) if leaf else (None, object_list(finish, nullable))
        if is_leaf_type(kind):
            return (enum_leaf(kind) if hasattr(kind, "values") else serializer(kind.name)), None
        if is_abstract_type(kind):
            return None, self.abstract(kind, selections, place)
        if kind.name.endswith("Connection"):
            return None, self.connection(kind, selections, place)
        weight = 0 if place and place[0] == "mutation" and len(place) <= 3 else 1
        return None, object_finisher(self.fields(kind, selections, place), weight)

    def abstract(self, kind, selections, place: tuple):
        plans: dict = {}

        def finish(value, run, path):
            name = value.get("__typename") if isinstance(value, dict) else value.gql_type
            plan = plans.get(name)
            if plan is None:
                concrete = self.graphql.get_type(name)
                access = self.schema.access.get(name)
                if access and self.scopes.isdisjoint(access["scopes"]):
                    self.refusal(f"Access denied for {place[-1]} field. Required access: {access['text']}",
                                 access)(value, run)
                plan = plans[name] = object_finisher(self.fields(concrete, selections, place), 1)
            return plan(value, run, path)

        return finish

    def connection(self, kind, selections, place: tuple):
        parts = []
        for key, nodes in self.collect(kind, selections, {}).items():
            name = nodes[0].name.value
            inner = [item for node in nodes if node.selection_set for item in node.selection_set.selections]
            if name == "__typename":
                parts.append((key, lambda page, run, path, text=kind.name: text))
            elif name == "nodes":
                parts.append((key, page_nodes(self.finisher(kind.fields["nodes"].type, inner, place)[1])))
            elif name == "edges":
                parts.append((key, self.edges(get_named_type(kind.fields["edges"].type), inner, place)))
            elif name == "pageInfo":
                parts.append((key, page_info(self.collect(get_named_type(kind.fields[name].type), inner, {}))))
            else:
                parts.append((key, not_simulated(f"{kind.name}.{name} is not simulated")))
        return connection_finisher(parts)

    def edges(self, kind, selections, place: tuple):
        wanted = []
        for key, nodes in self.collect(kind, selections, {}).items():
            name = nodes[0].name.value
            inner = [item for node in nodes if node.selection_set for item in node.selection_set.selections]
            wanted.append((key, name, self.finisher(kind.fields["node"].type, inner, place)[1]
                           if name == "node" else None))

        def finish(page: Connection, run, path):
            rows = BulkNodes() if self.bulk else []
            for index, node in enumerate(page.nodes):
                row = {}
                for key, name, inner in wanted:
                    row[key] = (inner(node, run, ((path, index), key)) if inner else
                                page.cursors(index) if name == "cursor" else kind.name)
                rows.append(next(iter(row.values()), {}) if self.bulk else row)
            return rows

        return finish


# -- the closures -----------------------------------------------------------------------------------------------
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


def unpaged(get):
    def fetch(value, run):
        found = get(value, run)
        rows = getattr(found, "rows", found)
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
