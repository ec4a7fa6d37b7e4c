"""Orders through a bulk operation: the query, made from the document that reads single orders, and its result as the
same payloads.

A bulk query knows neither variables nor ``nodes`` and gives what connections hold on lines of their own (Admin API, bulk
operations). It is made from the document and not written down beside it, so that both always ask for the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from . import order_lines

# The name of a connection, told by an alias on the lines of what it holds.
_MARK = 'childOf_'
_FRAGMENT = re.compile(r'fragment (\w+) on \w+ \{')
_SPREAD = re.compile(r'\.\.\.(?!\s*on\b)\s*(\w+)')
_VARIABLE = re.compile(r'\$(\w+)')
_CONNECTION = re.compile(r'(\w+)(\s*\([^()]*\))?(\s*@\w+\([^()]*\))?\s*\{\s*nodes\s*\{')
_PAGING = re.compile(r'\b(?:first|after)\s*:\s*[^,\s()]+,?\s*')
_END = {'hasNextPage': False, 'endCursor': None}


@dataclass(frozen=True)
class Reading:
    """``query`` is what Shopify runs, ``connections`` the names of the connections whose children come apart."""

    query: str
    connections: tuple[str, ...]


def reading(document: str, charges: str, variables: Mapping, search: str) -> Reading:
    """The bulk query for the orders that ``search`` finds.

    :param document: reads orders by ``nodes(ids:)``; ``charges`` reads what is read apart for single orders.
    :param variables: of the document, put in for good.
    """
    selection = _inlined(_body(document, '... on Order {'), _fragments(document))
    fees, duties = (_selection(charges, name) for name in ('additionalFees', 'duties'))
    selection = f'{selection} {fees}'
    names = []
    query = _as_edges(_with_values(selection, variables), {'lineItems': duties}, names)
    arguments = f'query: {json.dumps(search, ensure_ascii=False)}, sortKey: CREATED_AT'
    return Reading(f'{{ orders({arguments}) {{ edges {{ node {{ {query} }} }} }} }}', tuple(names))


def payload(root: dict, connections: tuple[str, ...]) -> dict:
    """An order as the document gives it with all its pages joined, from a root with its ``children``."""
    held = {name: [] for name in connections}
    for child in (child for children in root['children'].values() for child in children):
        name = next(key for key in child if key.startswith(_MARK))[len(_MARK) :]
        held[name].append({key: value for key, value in child.items() if key != _MARK + name and key != 'children'})
    order = {key: value for key, value in root.items() if key != 'children'}
    fees = order.pop('additionalFees', None) or []
    duties = [
        {**duty, 'units': (line['currentQuantity'], line['quantity'])}
        for line in held['lineItems']
        for duty in line.pop('duties', None) or []
    ]
    order.update({name: {'nodes': nodes, 'pageInfo': dict(_END)} for name, nodes in held.items()})
    if order_lines.has_charges(order):
        order['charges'] = [*fees, *duties]
    return order


# === TEXT === #


def _body(text: str, opening: str, start: int = 0) -> str:
    """What stands between the braces that ``opening`` opens."""
    begin = text.index(opening, start) + len(opening)
    depth, position = 1, begin
    while depth:
        depth += {'{': 1, '}': -1}.get(text[position], 0)
        position += 1
    return text[begin : position - 1]


def _selection(text: str, name: str) -> str:
    return f'{name} {{{_body(text, f"{name} {{")}}}'


def _fragments(document: str) -> dict[str, str]:
    return {match[1]: _body(document, match[0], match.start()) for match in _FRAGMENT.finditer(document)}


def _inlined(text: str, fragments: Mapping[str, str]) -> str:
    return _SPREAD.sub(lambda match: _inlined(fragments[match[1]], fragments), text)


def _with_values(text: str, variables: Mapping) -> str:
    """Those that only page are dropped with their argument later on; they need no value."""
    return _VARIABLE.sub(lambda match: json.dumps(variables[match[1]]) if match[1] in variables else match[0], text)


def _as_edges(text: str, more: Mapping[str, str], names: list) -> str:
    """``text`` with its connections as bulk operations want them; ``names`` gets theirs, ``more`` adds to their nodes."""
    match = _CONNECTION.search(text)
    if not match:
        return ' '.join(text.split())
    name, directive = match[1], match[3] or ''
    names.append(name)
    arguments = _PAGING.sub('', match[2] or '').strip().rstrip(', )')
    arguments = f'{arguments})' if arguments not in ('', '(') else ''
    whole = _body(text, match[0].rsplit('nodes', 1)[0], match.start())
    end = match.start() + len(match[0].rsplit('nodes', 1)[0]) + len(whole) + 1
    node = ' '.join(f'{_MARK}{name}: __typename {_body(text, match[0], match.start())} {more.get(name, "")}'.split())
    before, after = ' '.join(text[: match.start()].split()), _as_edges(text[end:], more, names)
    return f'{before} {name}{arguments}{directive} {{ edges {{ node {{ {node} }} }} }} {after}'
