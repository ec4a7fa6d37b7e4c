"""@idempotent on mutations: the key is demanded where it must be, and results are kept for 24 hours."""
from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from graphql import get_named_type

from .closures import argument_builder
from .resolvers import ApiError, user_error

KEPT = timedelta(hours=24)


@dataclass
class Entry:
    field: str
    fingerprint: str
    at: datetime
    payload: object = None
    running: bool = True  # until the answer has left
    failed: bool = False  # the attempt broke off inside, with nothing applied


def guard(schema, root, row: tuple) -> tuple:
    """The compiled mutation field, with its key checked before and its payload remembered after."""
    key, fetch, leaf, finish, nullable, node = row
    name = node.name.value
    needed = name in schema.idempotent
    directive = next((item for item in node.directives or () if item.name.value == "idempotent"), None)
    if name not in root.fields:
        return row
    build = argument_builder(root.fields[name], node)
    typed = _has_code(root.fields[name].type)

    def fetch_once(value, run):
        run.points += 10
        given = _key(directive, run)
        if needed and given is None:
            raise ApiError("The @idempotent directive is required for this mutation but was not provided.",
                           "BAD_REQUEST")
        if given is None:
            return fetch(value, run)
        if not given.strip():
            raise ApiError("The idempotency key cannot be an empty string or whitespace only.", "BAD_REQUEST")
        run.context.idempotency_key = given
        return _once(run, name, given, build(run), lambda: fetch(value, run), typed)

    return key, fetch_once, leaf, finish, nullable, node


def _key(directive, run) -> str | None:
    if directive is None:
        return None
    value = directive.arguments[0].value
    return run.variables.get(value.name.value) if value.kind == "variable" else value.value


def _has_code(payload) -> bool:
    errors = get_named_type(payload).fields.get("userErrors")
    return bool(errors) and "code" in get_named_type(errors.type).fields


def _once(run, name: str, key: str, args: dict, execute, typed: bool):
    """Run a mutation for the first time with a key, or answer from what is remembered."""
    context = run.context
    store = context.shop.app.idempotency
    for old in [known for known, entry in store.items() if context.now - entry.at > KEPT]:
        del store[old]
    fingerprint = hashlib.sha256(json.dumps([name, args], default=str, sort_keys=True).encode()).hexdigest()
    entry = store.get(key)
    if entry is None:
        entry = store[key] = Entry(name, fingerprint, context.now)
        if context.breaks_off:
            entry.failed, entry.running = True, False
            raise ApiError("Internal error. Looks like something went wrong on our end.", "INTERNAL_SERVER_ERROR")
        try:
            entry.payload = execute()
        except Exception:
            del store[key]
            raise
        context.finally_do.append(lambda: setattr(entry, "running", False))
        return entry.payload
    if entry.fingerprint != fingerprint or entry.field != name:
        return _refusal("The idempotency key was already used with other parameters.",
                        "IDEMPOTENCY_KEY_PARAMETER_MISMATCH", typed)
    if entry.failed:
        return _refusal("A previous request with this idempotency key failed. Retry with a new idempotency key.",
                        "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", typed)
    if entry.running:
        return _refusal("A request with the same idempotency key is still running.",
                        "IDEMPOTENCY_CONCURRENT_REQUEST", typed)
    return entry.payload


def _refusal(message: str, code: str, typed: bool) -> dict:
    return {"userErrors": [user_error(None, message, code if typed else None)]}
