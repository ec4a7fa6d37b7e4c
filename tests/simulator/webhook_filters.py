"""What a subscription leaves in a webhook's body, and whether its filter lets the webhook through."""
from __future__ import annotations

import re

TOKEN = re.compile(r"""\(|\)|(?:[^\s()"']|"[^"]*"|'[^']*')+""")


def body_for(subscription, payload: dict, resource: object) -> dict:
    """The payload cut down to `include_fields`, with the metafields that were asked for."""
    body = payload
    if subscription.include_fields:
        body = {}
        for path in subscription.include_fields:
            _copy(payload, body, path.split("."))
    asked = {(row["namespace"], row["key"]) for row in subscription.metafields}
    if subscription.metafield_namespaces or asked:
        fields = getattr(resource, "metafields", {}).values()
        body = {**body, "metafields": [
            {"namespace": row.namespace, "key": row.key, "value": row.value, "type": row.type,
             "admin_graphql_api_id": row.id} for row in fields
            if row.namespace in subscription.metafield_namespaces or (row.namespace, row.key) in asked]}
    return body


def _copy(source: dict, target: dict, path: list[str]) -> None:
    name, rest = path[0], path[1:]
    if name not in source:
        return
    value = source[name]
    if not rest:
        target[name] = value
    elif isinstance(value, dict):
        _copy(value, target.setdefault(name, {}), rest)
    elif isinstance(value, list):
        rows = target.setdefault(name, [{} for _row in value])
        for row, copied in zip(value, rows):
            _copy(row, copied, rest)


def matches(text: str, payload: dict) -> bool:
    """Evaluate ``a:1 AND (b.c:>2 OR -d:x)`` on the payload; an empty filter lets everything through."""
    tokens = TOKEN.findall(text or "")
    if not tokens:
        return True
    result, _rest = _either(tokens, payload)
    return result


def _either(tokens: list[str], payload: dict) -> tuple[bool, list[str]]:
    result, tokens = _both(tokens, payload)
    while tokens and tokens[0].upper() == "OR":
        other, tokens = _both(tokens[1:], payload)
        result = result or other
    return result, tokens


def _both(tokens: list[str], payload: dict) -> tuple[bool, list[str]]:
    result, tokens = _term(tokens, payload)
    while tokens and tokens[0] != ")" and tokens[0].upper() != "OR":
        rest = tokens[1:] if tokens[0].upper() == "AND" else tokens
        other, tokens = _term(rest, payload)
        result = result and other
    return result, tokens


def _term(tokens: list[str], payload: dict) -> tuple[bool, list[str]]:
    if not tokens:
        return True, []
    token, rest = tokens[0], tokens[1:]
    if token in ("-", "NOT"):
        result, rest = _term(rest, payload)
        return not result, rest
    if token == "(":
        result, rest = _either(rest, payload)
        return result, rest[1:]
    negated = token.startswith("-")
    name, _colon, wanted = token.lstrip("-").partition(":")
    found = any(_compare(value, wanted) for value in _values(payload, name.split(".")))
    return found != negated, rest


def _values(source, path: list[str]) -> list:
    if isinstance(source, list):
        return [value for row in source for value in _values(row, path)]
    if not path:
        return [source]
    return _values(source[path[0]], path[1:]) if isinstance(source, dict) and path[0] in source else []


def _compare(value, wanted: str) -> bool:
    sign = re.match(r"[<>]=?", wanted)
    wanted = wanted[sign.end():] if sign else wanted
    wanted = wanted.strip("\"'")
    if not sign:
        return wanted == "*" or str(value).lower() == wanted.lower()
    try:
        left, right = float(value), float(wanted)
    except (TypeError, ValueError):
        left, right = str(value), wanted
    return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[sign.group()]
