"""Many records: pages of a connection, and batches of ids sized by what Shopify says they cost."""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .budget import document_key
from .client import Client
from .errors import CostError, RequestError, SizeError, Unavailable

# Of the 1000 points that one request may cost; the rest is for records that cost more than the last ones.
_TARGET_COST = 900.0
_MOST_IDS = 250
_FIRST = re.compile(r'\$first\s*:\s*Int!?\s*=\s*([0-9]+)')
_UNKNOWN_FIRST = 50


def pages(
    client: Client, document: str, variables: dict | None, path: Sequence[str] | str, *, whole: bool = False,
) -> Iterator[list]:
    """The nodes of a connection, a list a page, until there are no more.

    :param document: declares ``$first`` and ``$after`` and asks for ``nodes`` (or ``edges { node }``) and
        ``pageInfo { hasNextPage endCursor }``.
    :param variables: may start with ``first`` and ``after``; a page that is too expensive is asked for by halves.
    :param path: where the connection stands in the data: ``('order', 'lineItems')`` or ``'order.lineItems'``.
        Nothing is yielded when something on the way is null, because the record is gone.
    :param whole: a page of which Shopify withholds anything is an error, for null would be taken for blank.
    :raise ScopeError: it is not gone but withheld.
    """
    for nodes, _cursor in walk(client, document, variables, path, whole=whole):
        yield nodes


def walk(
    client: Client, document: str, variables: dict | None, path: Sequence[str] | str, *, whole: bool = False,
) -> Iterator[tuple[list, str | None]]:
    """The same with the cursor after each page, None after the last: who starts with it as ``after`` goes on there."""
    variables = dict(variables or {})
    path = path.split('.') if isinstance(path, str) else path
    while True:
        connection = _dig(_query_smaller(client, document, variables), path)
        if whole:
            client.require_whole()
        if connection is None:
            client.require_whole(*path[:1])
            return
        info = connection.get('pageInfo') or {}
        yield _nodes(connection), info.get('endCursor') if info.get('hasNextPage') else None
        if not info.get('hasNextPage'):
            return
        if info.get('endCursor') in (None, variables.get('after')):
            raise RequestError("Shopify gives the same page again and again.", code='cursor_loop')
        variables['after'] = info['endCursor']


def read_nodes(
    client: Client, document: str, ids: Sequence[str], *, size: int = 20, most: int = _MOST_IDS,
    variables: dict | None = None, whole: bool = False,
) -> Iterator[tuple[list[str], list]]:
    """``nodes(ids: $ids)`` of any number of records: ``(ids, nodes)`` a request, in order, with None for what is gone.

    The first batch is ``size`` long, or as long as the document's known cost allows; every answer tells what a record
    costs and so how long the next batch may be, at most ``most``. Too expensive or too large a batch is halved.

    :param whole: a record of which Shopify withholds anything is an error, for null would be taken for blank.
    :raise CostError: when a single record is too expensive.
    :raise ScopeError: a record is not gone but withheld.
    """
    key, position = document_key(document), 0
    size = _batch_size(client.budget.node_cost(key), size, most)
    while position < len(ids):
        batch = list(ids[position:position + size])
        try:
            data = client.query(document, {**(variables or {}), 'ids': batch})
        except (CostError, SizeError) as error:
            if len(batch) == 1:
                raise
            size = _smaller(len(batch), error)
            continue
        size = _learned_size(client, key, len(batch), size, most)
        position += len(batch)
        yield batch, _shown(client, data.get('nodes'), whole)


def _shown(client: Client, nodes: list | None, whole: bool) -> list:
    """The nodes of an answer, once it is sure that those that are None are gone."""
    if nodes is None:
        raise Unavailable(code='no_data')
    for index, node in enumerate(nodes):
        if node is None:
            client.require_whole('nodes', index)
    if whole:
        client.require_whole()
    return nodes


def _query_smaller(client: Client, document: str, variables: dict) -> dict:
    """The query, with ``first`` halved in ``variables`` as often as it takes."""
    while True:
        try:
            return client.query(document, variables)
        except (CostError, SizeError):
            first = variables.get('first') or _default_first(document)
            if first <= 1:
                raise
            variables['first'] = first // 2


def _default_first(document: str) -> int:
    match = _FIRST.search(document)
    return int(match[1]) if match else _UNKNOWN_FIRST


def _batch_size(node_cost: float | None, size: int, most: int) -> int:
    return max(1, min(most, int(_TARGET_COST / node_cost) if node_cost else size))


def _smaller(length: int, error: CostError | SizeError) -> int:
    """Half of it, or less when Shopify says how far over the limit it was."""
    told = getattr(error, 'requested', None)
    fitting = int(length * _TARGET_COST / told) if told else length // 2
    return max(1, min(length // 2, fitting))


def _learned_size(client: Client, key: str, length: int, size: int, most: int) -> int:
    """The next batch's size. A short batch says little of a long one, so that a rest teaches nothing."""
    requested = (client.last_cost or {}).get('requestedQueryCost')
    if not requested or length < min(size, 10):
        return size
    client.budget.learn_node_cost(key, requested / length)
    return _batch_size(requested / length, size, most)


def _dig(data: dict, path: Sequence[str]) -> dict | None:
    for name in path:
        data = data.get(name) if data else None
    return data


def _nodes(connection: dict) -> list:
    if 'nodes' in connection:
        return connection['nodes'] or []
    return [edge['node'] for edge in connection.get('edges') or []]
