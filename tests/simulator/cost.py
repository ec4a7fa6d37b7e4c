"""Requested cost of a query by the fitted formula, and the leaky bucket.

A connection costs ``2 + max(1, floor(2 ln(page))) * node``, an object 1, a mutation 10 and what is selected inside
the objects of its payload; of the branches of an interface or union the dearest counts. ``nodes(ids:)`` counts once
for every id. `requested` walks a small tree of constants and variables that is built once for a document.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, field

from graphql import get_named_type, is_leaf_type, is_object_type

MAX_COST = 1000
MUTATION_COST = 10
BUCKETS = {"standard": (2000, 100), "advanced": (4000, 200), "plus": (20000, 1000)}  # plan -> size, restored a second
DOCUMENTATION = "https://shopify.dev/api/usage/rate-limits"


def page_weight(size: int | None) -> int:
    return max(1, math.floor(2 * math.log(size))) if size and size > 0 else 0


@dataclass
class Part:
    """A constant, plus children that count as often as an argument says, plus the dearest of some branches."""

    constant: int = 0
    paged: list = field(default_factory=list)  # (AST values of first and last, Part)
    repeated: list = field(default_factory=list)  # (AST value of ids, Part)
    branches: list = field(default_factory=list)  # Parts
    inner: list = field(default_factory=list)  # Parts

    def total(self, variables: dict) -> int:
        result = self.constant + sum(part.total(variables) for part in self.inner)
        for sizes, part in self.paged:
            size = next((number for value in sizes if (number := given(value, variables)) is not None), None)
            result += 2 + page_weight(size) * part.total(variables)
        for ids, part in self.repeated:
            result += len(given(ids, variables) or ()) * part.total(variables)
        return result + max((part.total(variables) for part in self.branches), default=0)


def given(value, variables: dict):
    """A number or list out of an AST value."""
    if value is None or value.kind == "null_value":
        return None
    if value.kind == "variable":
        return variables.get(value.name.value)
    return value.values if value.kind == "list_value" else int(value.value)


class Estimator:
    """Builds the Part of an operation; `included(node)` decides on @include and @skip."""

    def __init__(self, schema, fragments: dict, included) -> None:
        self.schema, self.fragments, self.included = schema, fragments, included

    def operation(self, node) -> Part:
        if node.operation.value != "mutation":
            return self.selection(self.schema.query_type, node.selection_set)
        result = Part()
        for item in self.flat(node.selection_set):
            payload = get_named_type(self.schema.mutation_type.fields[item.name.value].type)
            result.constant += MUTATION_COST
            for inner in self.flat(item.selection_set):
                if inner.selection_set:
                    kind = get_named_type(payload.fields[inner.name.value].type)
                    result.inner.append(self.selection(kind, inner.selection_set))
        return result

    def flat(self, selections):
        for node in selections.selections:
            if not self.included(node):
                continue
            if node.kind == "field":
                if not node.name.value.startswith("__"):
                    yield node
            else:
                yield from self.flat(self.definition(node).selection_set)

    def definition(self, node):
        return self.fragments[node.name.value] if node.kind == "fragment_spread" else node

    def selection(self, kind, selections) -> Part:
        result = Part()
        for node in selections.selections:
            if not self.included(node):
                continue
            if node.kind == "field":
                self.add_field(result, kind, node)
                continue
            node = self.definition(node)
            inner = self.schema.get_type(node.type_condition.name.value) if node.type_condition else kind
            part = self.selection(inner, node.selection_set)
            (result.inner if inner is kind or is_object_type(kind) else result.branches).append(part)
        return result

    def add_field(self, result: Part, kind, node) -> None:
        if node.name.value.startswith("__"):
            return
        target = get_named_type(kind.fields[node.name.value].type)
        if is_leaf_type(target):
            return
        args = {item.name.value: item.value for item in node.arguments or ()}
        if target.name.endswith("Connection"):
            result.paged.append(((args.get("first"), args.get("last")), self.page(target, node.selection_set)))
            return
        inner = self.selection(target, node.selection_set)
        inner.constant += 1
        if kind is self.schema.query_type and node.name.value == "nodes":
            result.repeated.append((args.get("ids"), inner))
        else:
            result.inner.append(inner)

    def page(self, connection, selections) -> Part:
        """What one node of a connection costs: the dearer of `nodes` and `edges { node }`."""
        found = Part()
        for node in self.flat(selections):
            if node.name.value == "nodes":
                found.branches.append(self.node(connection.fields["nodes"].type, node))
            elif node.name.value == "edges":
                edge = get_named_type(connection.fields["edges"].type)
                found.branches += [self.node(edge.fields["node"].type, inner)
                                   for inner in self.flat(node.selection_set) if inner.name.value == "node"]
        return found

    def node(self, kind, node) -> Part:
        part = self.selection(get_named_type(kind), node.selection_set)
        part.constant += 1
        return part


class Bucket:
    """The leaky bucket of one app on one shop; the level lives on the app so that a reset restores it."""

    def __init__(self, app, plan: str, now: float) -> None:
        self.app, (self.size, self.rate) = app, BUCKETS[plan]
        level = self.size if app.bucket_level is None else app.bucket_level
        self.level = min(self.size, level + max(0.0, now - app.bucket_at) * self.rate)
        app.bucket_at, app.bucket_level = now, self.level

    def take(self, points: int) -> bool:
        """Take the points of a query; False, and nothing is taken, when there are not enough."""
        if points > self.level:
            return False
        self.level = self.app.bucket_level = self.level - points
        return True

    def give_back(self, points: int) -> None:
        self.level = self.app.bucket_level = min(self.size, self.level + points)

    def status(self) -> dict:
        return {"maximumAvailable": self.size, "currentlyAvailable": int(self.level), "restoreRate": self.rate}
