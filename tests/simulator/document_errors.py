"""Validation errors of a document in the Admin API's own words, codes and paths."""
from __future__ import annotations

import re

PATTERNS = (
    (r"^Cannot query field '(\w+)' on type '(\w+)'", "undefinedField", "Field '{0}' doesn't exist on type '{1}'",
     ("fieldName", "typeName")),
    (r"^Unknown argument '(\w+)' on field '(\w+)\.(\w+)'", "argumentNotAccepted",
     "Field '{2}' doesn't accept argument '{0}'", ("argumentName", "typeName", "name")),
    (r"^Argument '(?:\w+\.)?(\w+)\((\w+):\)' of type '[^']+' is required", "missingRequiredArguments",
     "Field '{0}' is missing required arguments: {1}", ("name", "arguments")),
    (r"^Expected value of type '(\w+)' to include required field '(\w+)'", "missingRequiredInputObjectAttribute",
     "Argument '{1}' on InputObject '{0}' is required", ("inputObjectType", "argumentName")),
    (r"^Expected value of type '(\w+)' not to include unknown field '(\w+)'", "argumentNotAccepted",
     "InputObject '{0}' doesn't accept argument '{1}'", ("name", "argumentName")),
    (r"^Field '(\w+)' of type '[^']+' must have a selection", "selectionMismatch",
     "Field must have selections (field '{0}')", ("nodeName",)),
    (r"^Field '(\w+)' must not have a selection since type '(\w+)", "selectionMismatch",
     "Selections can't be made on scalars (field '{0}' returns {1})", ("nodeName", "typeName")),
    (r"^Variable '\$(\w+)' is not defined", "variableNotDefined", "Variable ${0} is used but not declared",
     ("variableName",)),
    (r"^Variable '\$(\w+)' is never used", "variableNotUsed", "Variable ${0} is declared but not used",
     ("variableName",)),
    (r"^Variable '\$(\w+)' of type '([^']+)' used in position expecting type '([^']+)'", "variableMismatch",
     "Type mismatch on variable ${0} ({1} / {2})", ("variableName", "typeName", "argumentName")),
    (r"^Unknown type '(\w+)'", "undefinedType", "{0} isn't a defined input type", ("typeName",)),
    (r"^Unknown directive '@(\w+)'", "undefinedDirective", "Directive @{0} is not defined", ("directiveName",)),
    (r"^(?:Int|Float|String|Boolean|ID|Enum|Value|Expected)", "argumentLiteralsIncompatible", None, ()),
)


def describe(error, tree) -> dict:
    """``{message, locations, path, extensions: {code, …}}`` of a graphql-core validation error."""
    message, extensions = error.message, {"code": "invalidDocument"}
    for pattern, code, text, names in PATTERNS:
        match = re.match(pattern, message)
        if match:
            extensions = {"code": code, **dict(zip(names, match.groups(), strict=False))}
            message = text.format(*match.groups()) if text else message
            break
    return {"message": message,
            "locations": [{"line": item.line, "column": item.column} for item in error.locations or ()],
            "path": path_to(tree, error.nodes[0]) if error.nodes else [], "extensions": extensions}


def path_to(tree, target) -> list[str]:
    """The way from the operation to a node: ``["query Orders", "orders", "nodes", "nope"]``."""
    for definition in tree.definitions:
        label = definition.name.value if getattr(definition, "name", None) else ""
        first = ("fragment " if definition.kind == "fragment_definition" else
                 definition.operation.value + " ") + label
        found = _search(definition, target, [first.strip()])
        if found:
            return found
    return []


def _search(node, target, path: list[str]) -> list[str] | None:
    if node is target:
        return path
    for key in node.keys:
        value = getattr(node, key, None)
        for child in value if isinstance(value, (list, tuple)) else [value]:
            if hasattr(child, "keys") and hasattr(child, "loc"):
                named = child.kind in ("field", "argument", "object_field")
                found = _search(child, target, [*path, child.name.value] if named else path)
                if found:
                    return found
    return None
