"""Many records: page by page, or many ids a request, sized by what Shopify says it costs."""
from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import errors

TARGET_COST = 900.0
MAX_IDS = 250
FIRST_TRY = 10


def pages(client, document: str, variables: dict, path: Sequence[str]) -> Iterator[list[dict]]:
    """The ``nodes`` of every page of the connection at ``path``; a page that costs too much is asked for in halves."""
    variables = dict(variables)
    while True:
        try:
            data = client.query(document, variables)
        except errors.CostError:
            if variables.get('first', 50) <= 1:
                raise
            variables['first'] = variables.get('first', 50) // 2
            continue
        connection = data
        for name in path:
            connection = (connection or {}).get(name)
        if not connection:
            return
        yield connection['nodes']
        if not connection['pageInfo']['hasNextPage']:
            return
        variables['after'] = connection['pageInfo']['endCursor']


def read_nodes(client, document: str, ids: Sequence[str], size: int | None = None) -> Iterator[tuple[list[str], list[dict | None]]]:
    """``(ids, nodes)`` for all ``ids`` by ``nodes(ids:)``. The size of a request follows the cost that Shopify reports;
    it is remembered by the client for the next call."""
    size = size or client.sizes.get(hash(document), FIRST_TRY)
    start = 0
    while start < len(ids):
        batch = list(ids[start:start + size])
        try:
            data = client.query(document, {'ids': batch})
        except errors.CostError:
            if len(batch) == 1:
                raise
            size = max(1, len(batch) // 2)
            client.sizes[hash(document)] = size
            continue
        start += len(batch)
        size = _next_size(client, document, len(batch), size)
        yield batch, data['nodes']


def _next_size(client, document, count, size):
    requested = (client.last_cost or {}).get('requestedQueryCost')
    if requested:
        size = max(1, min(MAX_IDS, int(TARGET_COST / (float(requested) / count))))
        client.sizes[hash(document)] = size
    return size
