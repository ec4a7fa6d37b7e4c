"""One GraphQL request: validation, cost, throttling, execution, and the exact shape of the answer."""
from __future__ import annotations

import json
from dataclasses import dataclass

from graphql import graphql_sync

from . import auth, cost
from .closures import Propagate, Run
from .resolvers import ApiError, RequestContext
from .schema import AdminSchema, Document
from .state import Shop

MAX_INPUT = 250
LARGER_INPUTS = {("productSet", "input", "variants"): 2048}


@dataclass
class Call:
    """What the client sent, once the body is understood."""

    text: str
    variables: dict
    operation_name: str | None = None

    @property
    def label(self) -> str:
        return self.operation_name or ""


def parse_body(content_type: str, body: bytes) -> Call | None:
    """The call of a JSON or application/graphql body; None when it is malformed."""
    if content_type == "application/graphql":
        return Call(body.decode("utf-8", "replace"), {})
    try:
        data = json.loads(body)
    except ValueError:
        return None
    if not isinstance(data, dict) or not isinstance(data.get("query"), str):
        return None
    variables = data.get("variables")
    if variables is not None and not isinstance(variables, dict):
        return None
    return Call(data["query"], variables or {}, data.get("operationName"))


def error_entry(error: ApiError, path: list | None = None) -> dict:
    entry = {"message": error.message}
    if path is not None:
        entry["path"] = path
    if error.extensions:
        entry["extensions"] = error.extensions
    return entry


class Request:
    """Runs one call against one shop. `execute()` gives the JSON body as a dict."""

    def __init__(self, shop: Shop, schema: AdminSchema, call: Call) -> None:
        self.shop, self.schema, self.call = shop, schema, call
        self.document: Document = schema.document(call.text)
        self.context = RequestContext(shop, shop.simulator, shop.now(), auth.granted(shop.app.scopes), schema.version)
        self.name = ""
        self.operation = None

    def identify(self) -> str:
        """The operation's name, else its first root field; empty when the document is not usable."""
        if self.document.errors:
            return ""
        try:
            node = self.document.operation(self.call.operation_name)
        except ApiError:
            return ""
        first = next((item.name.value for item in node.selection_set.selections if item.kind == "field"), "")
        self.operation = node
        self.name = node.name.value if node.name else first
        return self.name

    def execute(self, throttled: bool = False) -> dict:
        """`throttled` forces the THROTTLED answer."""
        if self.document.errors:
            return {"errors": self.document.errors}
        if self.document.is_introspection:
            return {"data": graphql_sync(self.schema.graphql, self.call.text, variable_values=self.call.variables).data}
        try:
            node = self.document.operation(self.call.operation_name)
            variables = self.document.variables(node, self.call.variables)
            check_input_sizes(node, variables)
        except ApiError as error:
            return {"errors": [error_entry(error, error.extensions.pop("path", None))]}
        access = (self.context.scopes, frozenset(self.shop.app.withheld))
        operation = self.document.compile(node, access, variables)
        requested = operation.cost.total(variables)
        return self.charge(node, operation, variables, requested, throttled)

    def charge(self, node, operation, variables: dict, requested: int, throttled: bool) -> dict:
        stats, shop = self.shop.stats, self.shop
        if requested > cost.MAX_COST:
            message = f"Query cost is {requested}, which exceeds the single query max cost limit ({cost.MAX_COST})."
            error = ApiError(message, "MAX_COST_EXCEEDED", cost=requested, maxCost=cost.MAX_COST,
                             documentation=cost.DOCUMENTATION)
            return {"errors": [error_entry(error)]}
        bucket = cost.Bucket(shop.app, shop.plan, self.context.now.timestamp())
        if throttled or not bucket.take(requested):
            stats.throttled += 1
            error = ApiError("Throttled", "THROTTLED", documentation=cost.DOCUMENTATION)
            status = bucket.status()
            if throttled:
                status["currentlyAvailable"] = min(status["currentlyAvailable"], max(0, requested - 1))
            return {"errors": [error_entry(error)], "extensions": {"cost": cost_report(requested, None, status)}}
        stats.points_requested += requested
        stats.mutations += node.operation.value == "mutation"
        run = Run(self.context, variables)
        answer = self.run(operation, run)
        actual = min(requested, run.points)
        bucket.give_back(requested - actual)
        stats.points_actual += actual
        self.count(actual)
        answer["extensions"] = {"cost": cost_report(requested, actual, bucket.status())}
        if self.context.search_warnings:
            answer["extensions"]["search"] = self.context.search_warnings
        return answer

    def run(self, operation, run: Run) -> dict:
        try:
            answer = {"data": operation.finish(None, run, None)}
        except Propagate:
            answer = {"data": None}
        if run.errors:
            answer["errors"] = run.errors
        return answer

    def count(self, points: int) -> None:
        entry = self.shop.stats.by_operation.setdefault(self.name, {"requests": 0, "points": 0})
        entry["requests"] += 1
        entry["points"] += points

    def close(self) -> None:
        """The answer has left, or the connection is gone."""
        for function in self.context.finally_do:
            function()


def cost_report(requested: int, actual: int | None, status: dict) -> dict:
    return {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": status}


def check_input_sizes(node, variables: dict) -> None:
    """Refuse any input list of more than 250 entries, wherever it is; nothing has run yet."""
    for item in node.selection_set.selections:
        if item.kind != "field":
            continue
        for argument in item.arguments or ():
            path = (item.name.value, argument.name.value)
            value = argument.value
            _check(variables.get(value.name.value) if value.kind == "variable" else value, path)


def _check(value, path: tuple) -> None:
    kind = getattr(value, "kind", None)
    if kind == "object_value":
        value = {field.name.value: field.value for field in value.fields}
    elif kind == "list_value":
        value = list(value.values)
    if isinstance(value, dict):
        for name, inner in value.items():
            _check(inner, (*path, name))
    elif isinstance(value, list):
        limit = LARGER_INPUTS.get(path, MAX_INPUT)
        if len(value) > limit:
            raise ApiError(f"The input array size of {len(value)} is greater than the maximum allowed of {limit}.",
                           "MAX_INPUT_SIZE_EXCEEDED", path=list(path))
        for index, inner in enumerate(value):
            if isinstance(inner, (dict, list)) or hasattr(inner, "kind"):
                _check(inner, (*path, index))
