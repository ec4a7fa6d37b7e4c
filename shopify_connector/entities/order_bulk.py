"""Orders through a bulk operation: the query, made from the document that reads single orders, and its result as the
same payloads.

A bulk query knows neither variables nor ``nodes`` and gives what connections hold on lines of their own (Admin API, bulk
operations). It is made from the document and not written down beside it, so that both always ask for the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from . import bulk_text, order_lines

_FRAGMENT = re.compile(r'fragment (\w+) on \w+ \{')
_SPREAD = re.compile(r'\.\.\.(?!\s*on\b)\s*(\w+)')
_VARIABLE = re.compile(r'\$(\w+)')
_CONDITION = re.compile(r'\w+(?:\s*\([^()]*\))?(\s*@include\(if: (true|false)\))\s*\{')


@dataclass(frozen=True)
class Reading:
    """``query`` is what Shopify runs, ``connections`` tell of each connection ``(name, whether its nodes have an id for
    the mapping, how many nodes the mapping wants or None for all)``."""

    query: str
    connections: tuple[tuple[str, bool, int | None], ...]


def reading(document: str, charges: str, variables: Mapping, search: str) -> Reading:
    """The bulk query for the orders that ``search`` finds.

    :param document: reads orders by ``nodes(ids:)``; ``charges`` reads what is read apart for single orders.
    :param variables: of the document, put in for good.
    """
    selection = _inlined(bulk_text.body(document, '... on Order {'), _fragments(document))
    fees, duties = (_selection(charges, name) for name in ('additionalFees', 'duties'))
    selection = f'{selection} {fees}'
    connections = []
    query = bulk_text.as_edges(_decided(_with_values(selection, variables)), connections, {'lineItems': duties})
    connections = [connection[:3] for connection in connections]
    arguments = f'query: {json.dumps(search, ensure_ascii=False)}, sortKey: CREATED_AT'
    return Reading(f'{{ orders({arguments}) {{ edges {{ node {{ {query} }} }} }} }}', tuple(connections))


def payload(root: dict, connections: Iterable[Sequence]) -> dict:
    """An order as the document gives it with all its pages joined, from a root with its ``children``."""
    held = {name: [] for name, _has_id, _most in connections}
    for child in bulk_text.children(root):
        name = next(key for key in child if key.startswith(bulk_text.MARK))[len(bulk_text.MARK) :]
        held[name].append(
            {key: value for key, value in child.items() if key != bulk_text.MARK + name and key != 'children'}
        )
    order = {key: value for key, value in root.items() if key != 'children'}
    fees = order.pop('additionalFees', None) or []
    duties = [
        {**duty, 'units': (line['currentQuantity'], line['quantity'])}
        for line in held['lineItems']
        for duty in line.pop('duties', None) or []
    ]
    for name, has_id, most in connections:
        nodes = held[name] if has_id else [{key: node[key] for key in node if key != 'id'} for node in held[name]]
        info = {'hasNextPage': most is not None and len(nodes) > most, 'endCursor': None}
        order[name] = {'nodes': nodes[:most], 'pageInfo': info}
    order_lines.name_shipping(order['id'], order['shippingLines']['nodes'])
    if order_lines.has_charges(order):
        order['charges'] = [*fees, *duties]
    return order


# === TEXT === #


def _selection(text: str, name: str) -> str:
    return f'{name} {{{bulk_text.body(text, f"{name} {{")}}}'


def _fragments(document: str) -> dict[str, str]:
    return {match[1]: bulk_text.body(document, match[0], match.start()) for match in _FRAGMENT.finditer(document)}


def _inlined(text: str, fragments: Mapping[str, str]) -> str:
    return _SPREAD.sub(lambda match: _inlined(fragments[match[1]], fragments), text)


def _with_values(text: str, variables: Mapping) -> str:
    """Those that only page are dropped with their argument later on; they need no value."""
    return _VARIABLE.sub(lambda match: json.dumps(variables[match[1]]) if match[1] in variables else match[0], text)


def _decided(text: str) -> str:
    """``text`` without the fields that a condition leaves out, and without the conditions."""
    while match := _CONDITION.search(text):
        if match[2] == 'true':
            text = text[: match.start(1)] + text[match.end(1) :]
        else:
            end = match.end() + len(bulk_text.body(text, match[0], match.start())) + 1
            text = text[: match.start()] + text[end:]
    return text
