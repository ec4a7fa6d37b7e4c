"""The search syntax of list roots, and sorting.

``field:value``, ``field:"quoted value"``, ``field:>=value``, ``field:a,b`` (either), ``field:pre*``, ``field:*`` (not
empty), bare words, ``AND`` (also by juxtaposition), ``OR``, ``NOT`` and ``-``, parentheses. An unknown field is ignored
with a warning, so that ALL rows come back; an impossible value finds nothing, with a warning; a bad time is refused.
"""
from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .connection import QueryList
from .records import numeric_id
from .resolvers import ApiError
from .scalars import parse_time

TOKEN = re.compile(r"""\s*(?:(?P<open>\()|(?P<close>\))|
                       (?P<term>-?(?:[\w.$]+:)?(?:[<>]=?)?(?:"[^"]*"|'[^']*'|[^\s()"']+)))""", re.X)
TERM = re.compile(r"""^(?P<minus>-?)(?:(?P<field>[\w.$]+):)?(?P<op>[<>]=?|)(?P<value>.*)$""", re.S)


@dataclass(frozen=True)
class Field:
    """A searchable field: `kind` is text, id, time, number, enum or bool; `get(row)` gives a value or a list."""

    kind: str
    get: Callable
    values: tuple = ()  # of an enum, lower case; "any" is always allowed


def id_field() -> Field:
    return Field("id", lambda row: numeric_id(row.id))


def time_field(name: str) -> Field:
    return Field("time", lambda row: getattr(row, name))


class Search:
    """One parsed query; `matches(row)` decides. `words(row)` gives the texts that bare words are looked for in."""

    def __init__(self, query: str, fields: dict, words: Callable) -> None:
        self.fields, self.words, self.warnings, self.parsed = fields, words, [], []
        self.tokens = self._tokens(query)
        self.at = 0
        self.matches = self._either() if self.tokens else (lambda row: True)

    @staticmethod
    def _tokens(query: str) -> list[str]:
        return [match.group().strip() for match in TOKEN.finditer(query) if match.group().strip()]

    def _peek(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _either(self) -> Callable:
        parts = [self._all()]
        while self._peek() == "OR":
            self.at += 1
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else lambda row: any(part(row) for part in parts)

    def _all(self) -> Callable:
        parts = []
        while (token := self._peek()) is not None and token not in ("OR", ")"):
            if token == "AND":
                self.at += 1
                continue
            parts.append(self._one())
        return lambda row: all(part(row) for part in parts)

    def _one(self) -> Callable:
        token = self.tokens[self.at]
        self.at += 1
        if token == "NOT":
            inner = self._one() if self._peek() else (lambda row: True)
            return lambda row: not inner(row)
        if token == "(":
            inner = self._either()
            self.at += self._peek() == ")"
            return inner
        return self._term(token)

    def _term(self, token: str) -> Callable:
        parts = TERM.match(token).groupdict()
        name, value = parts["field"], parts["value"]
        if name is None:
            text = unquote(token[len(parts["minus"]):])
            found = lambda row: any(contains(word, text) for word in self.words(row) if word)  # noqa: E731
        elif name not in self.fields:
            self.warnings.append({"field": name, "message": "Invalid search field for this query.",
                                  "code": "invalid_field"})
            return lambda row: True
        else:
            self.parsed.append({"field": name, "match": parts["op"] + value})
            found = self._condition(name, self.fields[name], parts["op"], value)
        return (lambda row: not found(row)) if parts["minus"] else found

    def _condition(self, name: str, field: Field, operator: str, value: str) -> Callable:
        if value == "*" and not operator:
            return lambda row: field.get(row) not in (None, "", [])
        texts = [unquote(value)] if value[:1] in "\"'" else value.split(",")
        tests = [self._test(name, field, operator, text) for text in texts]
        return lambda row: any(test(entry) for entry in as_list(field.get(row)) for test in tests)

    def _test(self, name: str, field: Field, operator: str, text: str) -> Callable:
        if field.kind == "text":
            return lambda entry: entry is not None and contains(entry, text)
        if field.kind == "enum" and field.values and text.lower() not in (*field.values, "any"):
            return self._impossible(name)
        if field.kind in ("enum", "bool"):
            wanted = text.lower()
            return lambda entry: wanted == "any" or str(entry).lower() == wanted
        try:
            wanted = parse_time(text) if field.kind == "time" else float(text) if field.kind == "number" else int(text)
        except ValueError:
            if field.kind == "time":
                raise ApiError(f"Invalid timestamp for query filter `{name}`: {text}", "BAD_REQUEST") from None
            return self._impossible(name)
        return lambda entry: entry is not None and compare(entry, operator, wanted)

    def _impossible(self, name: str) -> Callable:
        self.warnings.append({"field": name, "message": f"Input `{name}` contains an invalid value.",
                              "code": "invalid_value"})
        return lambda entry: False


def as_list(value) -> list:
    return list(value) if isinstance(value, (list, tuple, set)) else [value]


def unquote(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0] else text


def compare(entry, operator: str, wanted) -> bool:
    if operator == ">":
        return entry > wanted
    if operator == ">=":
        return entry >= wanted
    if operator == "<":
        return entry < wanted
    return entry <= wanted if operator == "<=" else entry == wanted


def contains(entry, text: str) -> bool:
    """Whether the words of `text` follow each other in `entry`, as tokenised search does; ``pre*`` is a prefix."""
    if text.endswith("*"):
        return str(entry).lower().startswith(text[:-1].lower())
    words, wanted = re.findall(r"\w+", str(entry).lower()), re.findall(r"\w+", text.lower())
    size = len(wanted)
    return bool(size) and any(words[start:start + size] == wanted for start in range(len(words) - size + 1))


def query_list(info, rows: Iterable, root: str, *, query=None, sort_key="ID", reverse=False, fields=None,
               sort_keys=None, words: Callable = lambda row: ()) -> QueryList:
    """The rows that a list root answers, filtered and sorted; put into extensions.search what the query said.

    `fields` maps search names to Field, `sort_keys` maps enum names to callables of a row ("ID" and "RELEVANCE" need
    none). `root` is the field's name, for the path of a warning. Raises ApiError BAD_REQUEST for a bad time.
    """
    rows = list(rows)
    if query and query.strip():
        search = Search(query, fields or {}, words)
        rows = [row for row in rows if search.matches(row)]
        entry = {"path": [root], "query": query, "parsed": {"and": search.parsed}}
        if search.warnings:
            entry["warnings"] = search.warnings
        info.context.search_warnings.append(entry)
    key = (sort_keys or {}).get(sort_key) or (lambda row: numeric_id(row.id))
    rows.sort(key=lambda row: sortable(key(row), row), reverse=bool(reverse))
    return QueryList(rows, key, bool(reverse))


def sortable(value, row) -> tuple:
    return value is not None, value if value is not None else 0, numeric_id(row.id)
