"""The Admin schemas: loading, access rules, and the cache of parsed and validated documents."""
from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from graphql import GraphQLSchema, GraphQLSyntaxError, build_schema, parse, validate

from . import coerce
from .closures import object_finisher
from .cost import Estimator, Part
from .document_errors import describe
from .executor import Compiler, is_included
from .faults import inside
from .idempotency import guard
from .resolvers import ApiError

FOLDER = Path(__file__).parent / "schema"
VERSIONS = ("2026-07", "2026-10")
CACHED_DOCUMENTS = 512
# Mutations whose published access is only prose.
MORE_ACCESS = {
    "Mutation.refundCreate": ["write_orders", "write_marketplace_orders"],
    "Mutation.fulfillmentCancel": ["write_assigned_fulfillment_orders", "write_merchant_managed_fulfillment_orders",
                                   "write_third_party_fulfillment_orders"],
}


@dataclass
class AdminSchema:
    """One version: the types, who may read them, which mutations need a key, the documents seen so far."""

    version: str
    graphql: GraphQLSchema
    access: dict  # "Type" or "Type.field" -> {"scopes": [...], "text": …}
    idempotent: frozenset
    documents: OrderedDict = field(default_factory=OrderedDict)

    def document(self, text: str) -> Document:
        found = self.documents.get(text)
        if found is None:
            found = self.documents[text] = Document(self, text)
            if len(self.documents) > CACHED_DOCUMENTS:
                self.documents.popitem(last=False)
        else:
            self.documents.move_to_end(text)
        return found


@lru_cache
def load(version: str) -> AdminSchema:
    graphql = build_schema((FOLDER / f"admin_{version}.graphql").read_text(), assume_valid=True)
    rules = json.loads((FOLDER / f"scopes_{version}.json").read_text())
    access = rules["access"]
    for name, scopes in MORE_ACCESS.items():
        access.setdefault(name, {"scopes": scopes, "text": f"`{scopes[0]}` access scope."})
    return AdminSchema(version, graphql, access, frozenset(rules["idempotent"]))


@dataclass
class Operation:
    """An operation ready to run: `finish(root, run, None)` gives the data, `cost.total(variables)` the points."""

    finish: object
    cost: Part


class Document:
    """A parsed document; `errors` is not empty when it is not valid."""

    def __init__(self, schema: AdminSchema, text: str) -> None:
        self.schema, self.errors, self.tree = schema, [], None
        try:
            self.tree = parse(text)
        except GraphQLSyntaxError as error:
            place = [{"line": item.line, "column": item.column} for item in error.locations or ()]
            self.errors = [{"message": error.message, "locations": place}]
            return
        self.errors = [describe(error, self.tree) for error in validate(schema.graphql, self.tree)]
        nodes = self.tree.definitions
        self.operations = [node for node in nodes if node.kind == "operation_definition"]
        self.fragments = {node.name.value: node for node in nodes if node.kind == "fragment_definition"}
        self.conditions = sorted(set(_condition_variables(self.tree)))
        self.is_introspection = "__schema" in text or "__type(" in text
        self.compiled: dict = {}
        self.declared: dict = {}

    def operation(self, name: str | None):
        """The operation node of that name, or the only one. Raises ApiError."""
        if name:
            found = next((node for node in self.operations if node.name and node.name.value == name), None)
            if found is None:
                raise ApiError(f'No operation named "{name}"')
            return found
        if len(self.operations) != 1:
            raise ApiError("An operation name is required")
        return self.operations[0]

    def variables(self, node, given: dict) -> dict:
        declared = self.declared.get(id(node))
        if declared is None:
            declared = self.declared[id(node)] = coerce.declared_variables(self.schema.graphql, node)
        return coerce.coerce_variables(declared, given)

    def compile(self, node, access: tuple, variables: dict, bulk: bool = False) -> Operation:
        """`access`: the scopes, and what protected data is withheld."""
        values = tuple(bool(variables.get(name)) for name in self.conditions)
        key = (id(node), access, values, bulk)
        found = self.compiled.get(key)
        if found is None:
            conditions = dict(zip(self.conditions, values, strict=True))
            found = self.compiled[key] = self._compile(node, access, conditions, bulk)
        return found

    def _compile(self, node, access, conditions, bulk) -> Operation:
        graphql, kind = self.schema.graphql, node.operation.value
        root = graphql.mutation_type if kind == "mutation" else graphql.query_type
        compiler = Compiler(self.schema, self.fragments, access, conditions, bulk)
        trail = ("mutation",) if kind == "mutation" else ()
        fields = compiler.fields(root, node.selection_set.selections, trail)
        if kind == "mutation":
            fields = inside([guard(self.schema, root, row) for row in fields])
        cost = Estimator(graphql, self.fragments, lambda item: is_included(item, conditions)).operation(node)
        return Operation(object_finisher(fields, 0), cost)


def _condition_variables(tree) -> list[str]:
    """The names of the variables that @include and @skip look at."""
    found, queue = [], [tree]
    while queue:
        node = queue.pop()
        for directive in getattr(node, "directives", None) or ():
            if directive.name.value in ("include", "skip") and directive.arguments[0].value.kind == "variable":
                found.append(directive.arguments[0].value.name.value)
        queue += list(getattr(node, "definitions", None) or ())
        inner = getattr(node, "selection_set", None)
        queue += list(inner.selections if inner else ())
    return found
