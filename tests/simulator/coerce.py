"""Variables and arguments: checked against the schema, with the API's own INVALID_VARIABLE errors."""
from __future__ import annotations

import re
from functools import lru_cache

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, type_from_ast
from graphql.pyutils import Undefined

from .resolvers import ApiError
from .scalars import parser


class Problem(ValueError):
    """One wrong place inside an input value."""

    def __init__(self, path: list, explanation: str) -> None:
        super().__init__(explanation)
        self.path, self.explanation = path, explanation


@lru_cache(maxsize=4096)
def snake(name: str) -> str:
    """camelCase -> snake_case; digits stay with their word."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def coerce_value(kind, value, path: list, problems: list[Problem]):
    """The value as Python data of the input type `kind`; appends to `problems` what is wrong."""
    if isinstance(kind, GraphQLNonNull):
        if value is None:
            problems.append(Problem(path, "Expected value to not be null"))
            return None
        return coerce_value(kind.of_type, value, path, problems)
    if value is None:
        return None
    if isinstance(kind, GraphQLList):
        items = value if isinstance(value, list) else [value]
        return [coerce_value(kind.of_type, item, [*path, index], problems) for index, item in enumerate(items)]
    if isinstance(kind, GraphQLInputObjectType):
        return _coerce_object(kind, value, path, problems)
    return _coerce_leaf(kind, value, path, problems)


def _coerce_leaf(kind, value, path, problems):
    if isinstance(kind, GraphQLEnumType):
        if value in kind.values:
            return value
        problems.append(Problem(path, f"Expected \"{value}\" to be one of: {', '.join(kind.values)}"))
        return None
    try:
        return parser(kind.name)(value)
    except ValueError as error:
        problems.append(Problem(path, str(error)))
        return None


def _coerce_object(kind, value, path, problems):
    if not isinstance(value, dict):
        problems.append(Problem(path, f"Expected \"{value}\" to be a key-value object"))
        return None
    for name in value:
        if name not in kind.fields:
            problems.append(Problem([*path, name], f"Field is not defined on {kind.name}"))
    if kind.is_one_of and (len(value) != 1 or None in value.values()):
        problems.append(Problem(path, f"'{kind.name}' requires exactly one argument, but {len(value)} were provided."))
    result = {}
    for name, field in kind.fields.items():
        if name in value:
            result[name] = coerce_value(field.type, value[name], [*path, name], problems)
        elif field.default_value is not Undefined:
            result[name] = field.default_value
        elif isinstance(field.type, GraphQLNonNull):
            problems.append(Problem([*path, name], "Expected value to not be null"))
    return result


def declared_variables(schema, operation) -> list[tuple]:
    """(name, input type, AST default or None) of each variable of an operation."""
    return [(node.variable.name.value, type_from_ast(schema, node.type), node.default_value)
            for node in operation.variable_definitions or ()]


def coerce_variables(declared: list[tuple], given: dict) -> dict:
    """The variables of an operation with defaults. Raises ApiError INVALID_VARIABLE."""
    values = {}
    for name, kind, default in declared:
        if name not in given:
            if default is not None:
                values[name] = literal(kind, default, {})
                continue
            if not isinstance(kind, GraphQLNonNull):
                continue
        problems: list[Problem] = []
        values[name] = coerce_value(kind, given.get(name), [], problems)
        if problems:
            raise _invalid_variable(name, kind, given.get(name), problems)
    return values


def _invalid_variable(name, kind, value, problems) -> ApiError:
    texts = []
    for problem in problems:
        place = ".".join(str(part) for part in problem.path)
        texts.append(f"{place} ({problem.explanation})" if place else problem.explanation)
    details = [{"path": problem.path, "explanation": problem.explanation} for problem in problems]
    places = f" for {', '.join(texts)}" if problems[0].path else ""
    return ApiError(f"Variable ${name} of type {kind} was provided invalid value{places}", "INVALID_VARIABLE",
                    value=value, problems=details)


def literal(kind, node, variables: dict):
    """The value of an AST node that validation has accepted; a missing variable gives Undefined."""
    if node.kind == "variable":
        return variables.get(node.name.value, Undefined)
    if node.kind == "null_value":
        return None
    if isinstance(kind, GraphQLNonNull):
        return literal(kind.of_type, node, variables)
    if isinstance(kind, GraphQLList):
        nodes = node.values if node.kind == "list_value" else [node]
        found = [literal(kind.of_type, item, variables) for item in nodes]
        return [None if item is Undefined else item for item in found]
    if isinstance(kind, GraphQLInputObjectType):
        return _literal_object(kind, node, variables)
    if isinstance(kind, GraphQLEnumType):
        return node.value
    return parser(kind.name)(_plain(node))


def _plain(node):
    if node.kind == "int_value":
        return int(node.value)
    return float(node.value) if node.kind == "float_value" else getattr(node, "value", None)


def _literal_object(kind, node, variables):
    given, result = {item.name.value: item.value for item in node.fields}, {}
    for name, field in kind.fields.items():
        value = literal(field.type, given[name], variables) if name in given else Undefined
        if value is Undefined:
            value = field.default_value
        if value is not Undefined:
            result[name] = value
    return result


def uses_variables(node) -> bool:
    if node.kind == "variable":
        return True
    inner = node.values if node.kind == "list_value" else node.fields if node.kind == "object_value" else ()
    return any(uses_variables(item.value if item.kind == "object_field" else item) for item in inner)


def arguments(field, node, variables: dict) -> dict:
    """The arguments of one field, in snake_case, with the schema's defaults; left out ones are absent."""
    given, result = {item.name.value: item.value for item in node.arguments or ()}, {}
    for name, argument in field.args.items():
        value = literal(argument.type, given[name], variables) if name in given else Undefined
        if value is Undefined:
            value = argument.default_value
        if value is not Undefined:
            result[snake(name)] = value
    return result
