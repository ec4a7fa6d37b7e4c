"""What a bulk query may look like."""
from __future__ import annotations

from graphql import GraphQLList, GraphQLNonNull, get_named_type, is_leaf_type

MAX_CONNECTIONS, MAX_DEPTH, MAX_BYTES = 5, 2, 65_535


class Rules:
    """Walks a validated document; `problems` are the sentences of the userErrors."""

    def __init__(self, schema, document) -> None:
        self.schema, self.fragments = schema, document.fragments
        self.problems: list[str] = []
        self.connections = 0
        for operation in document.operations:
            if operation.operation.value != "query":
                self.problems.append("Bulk operations only support queries")
                continue
            for node in operation.selection_set.selections:
                if node.kind == "field" and node.name.value in ("node", "nodes"):
                    self.problems.append("Bulk queries cannot contain a top level `node` or `nodes` field.")
            self.walk(schema.query_type, operation.selection_set, 0, False)
        if not self.connections:
            self.problems.append("Bulk queries must contain at least one connection.")
        if self.connections > MAX_CONNECTIONS:
            self.problems.append("Bulk queries cannot contain more than 5 connections.")

    def fields(self, kind, selections):
        """(type, field node) of a selection set, through its fragments."""
        for node in selections.selections:
            if node.kind == "field":
                yield kind, node
                continue
            if node.kind == "fragment_spread":
                node = self.fragments[node.name.value]
            inner = self.schema.get_type(node.type_condition.name.value) if node.type_condition else kind
            yield from self.fields(inner, node.selection_set)

    def walk(self, kind, selections, depth: int, in_list: bool) -> None:
        for owner, node in self.fields(kind, selections):
            if node.name.value.startswith("__"):
                continue
            reference = owner.fields[node.name.value].type
            target = get_named_type(reference)
            if is_leaf_type(target):
                continue
            if target.name.endswith("Connection"):
                self.connection(target, node, depth, in_list)
            else:
                self.walk(target, node.selection_set, depth, in_list or has_list(reference))

    def connection(self, kind, node, depth: int, in_list: bool) -> None:
        self.connections += 1
        if in_list:
            self.problems.append("Queries that contain a connection field within a list field are not currently "
                                 "supported.")
        if depth > MAX_DEPTH:
            self.problems.append("Bulk queries cannot contain connections with a nesting depth greater than 2.")
        for _owner, part in self.fields(kind, node.selection_set):
            if part.name.value == "nodes":
                self.problems.append("Bulk queries cannot contain `nodes`; use `edges { node }`.")
            if part.name.value != "edges":
                continue
            edge = get_named_type(kind.fields["edges"].type)
            for _edge, inner in self.fields(edge, part.selection_set):
                if inner.name.value == "node":
                    self.node(get_named_type(edge.fields["node"].type), inner, depth)

    def node(self, kind, node, depth: int) -> None:
        rows = list(self.fields(kind, node.selection_set))
        if "id" in getattr(kind, "fields", {}) and not any(row.name.value == "id" and row.alias is None for _owner, row in rows):
            self.problems.append("The parent 'node' field for a nested connection must select the 'id' field without "
                                 "an alias and must be of 'ID' return type. Connection fields without 'id': node.")
        self.walk(kind, node.selection_set, depth + 1, False)


def has_list(reference) -> bool:
    while isinstance(reference, (GraphQLNonNull, GraphQLList)):
        if isinstance(reference, GraphQLList):
            return True
        reference = reference.of_type
    return False
