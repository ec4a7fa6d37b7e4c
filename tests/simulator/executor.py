"""Compiles validated documents into closures and runs them.

A general GraphQL executor spends most of its time on bookkeeping that does not change between two runs of the same
document. Here the selection sets are resolved once for each document, operation, set of scopes and values of
@include/@skip, so that running is a loop over (key, fetch, serialise).
"""
from __future__ import annotations

from graphql import GraphQLList, GraphQLNonNull, get_named_type, is_abstract_type, is_leaf_type

from .closures import (
    BulkNodes,
    Propagate,
    argument_builder,
    caller,
    connection_finisher,
    enum_leaf,
    leaf_list,
    not_simulated,
    object_finisher,
    object_list,
    page_info,
    page_nodes,
    paged,
    reader,
    unpaged,
)
from .connection import Connection
from .resolvers import RESOLVERS, ApiError
from .scalars import serializer

ONE_PRODUCT_VARIANTS = 2048  # a single product at the root shows all its variants in one page


def is_included(node, conditions: dict) -> bool:
    """Whether @include and @skip let a selection in; `conditions` are the values of their variables."""
    for directive in node.directives or ():
        if directive.name.value in ("include", "skip"):
            value = directive.arguments[0].value
            truth = conditions.get(value.name.value) if value.kind == "variable" else value.value
            if bool(truth) != (directive.name.value == "include"):
                return False
    return True


def not_approved_error(what: str) -> ApiError:
    return ApiError(f"This app is not approved to {what}. See https://shopify.dev/docs/apps/launch/protected-customer-data "
                    "for more details.", "ACCESS_DENIED", documentation="https://shopify.dev/api/usage/access-scopes")


def not_approved(what: str):
    def refuse(value, run):
        raise not_approved_error(what)

    return refuse


class Compiler:
    """Builds the closures for one operation, what the app may read and one set of @include values."""

    def __init__(self, schema, fragments: dict, access: tuple, conditions: dict, bulk: bool = False) -> None:
        self.schema, self.graphql = schema, schema.graphql
        self.fragments, self.conditions = fragments, conditions
        self.scopes, self.withheld = access
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
        if f"{kind.name}.{name}" in self.withheld:
            return not_approved(f"use the {name} field")
        return not_approved(f"access the {target.name} object") if target.name in self.withheld else None

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
                return unpaged(get, len(place) == 1)
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
                if name in self.withheld:
                    # Each element of a list for itself.
                    run.add_error(not_approved_error(f"access the {name} object"), path, selections[0])
                    raise Propagate
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
