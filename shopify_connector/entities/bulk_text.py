"""Selections of documents turned into what bulk operations want, and the lines of their results back into payloads.

A bulk query takes ``edges { node }`` and no paging, and gives what connections hold on lines of their own. Each of those
tells by an alias which connection of its parent it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

MARK = 'childOf_'
_NUMBER = re.compile(r'/(\d+)(?:\?.*)?$')
_CONNECTION = re.compile(r'(\w+)(\s*\([^()]*\))?\s*\{\s*nodes\s*\{')
_PAGING = re.compile(r'\b(?:first|after)\s*:\s*[^,\s()]+,?\s*')
_FIRST = re.compile(r'\bfirst\s*:\s*(\d+)')
_ID = re.compile(r'(?<![\w:])\s*id\b')


def body(text: str, opening: str, start: int = 0) -> str:
    """What stands between the braces that ``opening`` opens."""
    begin = text.index(opening, start) + len(opening)
    depth, position = 1, begin
    while depth:
        depth += {'{': 1, '}': -1}.get(text[position], 0)
        position += 1
    return text[begin : position - 1]


def flat(text: str) -> str:
    """Only the fields on the first level."""
    while (shorter := re.sub(r'\{[^{}]*\}', ' ', text)) != text:
        text = shorter
    return text


def as_edges(text: str, connections: list, more: Mapping[str, str] | None = None) -> str:
    """``text`` with its connections as bulk operations want them.

    ``connections`` gets ``(name, whether its nodes have an id for the mapping, how many nodes the mapping wants or None
    for all, the connections within)`` of each; ``more`` adds fields to the nodes of a connection.
    """
    match = _CONNECTION.search(text)
    if not match:
        return ' '.join(text.split())
    name, opening = match[1], match[0].rsplit('nodes', 1)[0]
    whole = body(text, opening, match.start())
    node = body(text, match[0], match.start())
    first = _FIRST.search(match[2] or '')
    has_id, inner = bool(_ID.search(flat(node))), []
    connections.append((name, has_id, int(first[1]) if first and 'endCursor' not in whole else None, inner))
    arguments = _PAGING.sub('', match[2] or '').strip().rstrip(', )')
    arguments = f'{arguments})' if arguments not in ('', '(') else ''
    inside = as_edges(node, inner)
    node = ' '.join(f"{MARK}{name}: __typename {'' if has_id else 'id'} {inside} {(more or {}).get(name, '')}".split())
    before = ' '.join(text[: match.start()].split())
    after = as_edges(text[match.start() + len(opening) + len(whole) + 1 :], connections, more)
    return f'{before} {name}{arguments} {{ edges {{ node {{ {node} }} }} }} {after}'


def children(root: Mapping) -> list[dict]:
    """Of all kinds, as they were made: the lines of a result come in no order, and ids count up."""
    found = [child for some in (root.get('children') or {}).values() for child in some]
    return sorted(found, key=lambda child: created(child.get('id')))


def created(gid: str | None) -> tuple[int, str]:
    """What records of a kind are sorted by to have the older one first."""
    number = _NUMBER.search(gid or '')
    return int(number[1]) if number else 0, gid or ''


def payload(root: Mapping, connections: Iterable[Sequence]) -> dict:
    """A record as its document gives it with all its pages joined, from one with its ``children`` (``bulk.Spool``)."""
    connections = list(connections)
    held = {connection[0]: [] for connection in connections}
    for child in children(root):
        name = next(key for key in child if key.startswith(MARK))[len(MARK) :]
        held[name].append(child)
    found = {key: value for key, value in root.items() if key != 'children' and not key.startswith(MARK)}
    for name, has_id, most, inner in connections:
        nodes = [payload(child, inner) for child in held[name]]
        if not has_id:
            nodes = [{key: value for key, value in node.items() if key != 'id'} for node in nodes]
        info = {'hasNextPage': most is not None and len(nodes) > most, 'endCursor': None}
        found[name] = {'nodes': nodes[:most], 'pageInfo': info}
    return found
