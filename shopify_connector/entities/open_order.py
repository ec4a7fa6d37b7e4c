"""Shopify Order -> the units that it still waits for; of orders that are not in Odoo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

LINES_PER_PAGE = 50

_FIELDS = """
  id name createdAt cancelledAt test
  lineItems(first: 50) {
    nodes { unfulfilledQuantity currentQuantity variant { id } }
    pageInfo { hasNextPage endCursor }
  }
"""

OPEN_ORDERS = (
    """
query OpenOrders($query: String!, $first: Int = 25, $after: String) {
  orders(first: $first, after: $after, query: $query, sortKey: CREATED_AT) {
    nodes { %s }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    % _FIELDS
)

OPEN_ORDERS_BY_IDS = (
    """
query OpenOrdersByIds($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Order { %s } }
}
"""
    % _FIELDS
)

MORE_LINES = """
query OpenOrderLines($id: ID!, $first: Int!, $after: String) {
  order(id: $id) {
    lineItems(first: $first, after: $after) {
      nodes { unfulfilledQuantity currentQuantity variant { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

# Statuses of fulfilment in which nothing of an order is in the shop any more.
_GONE = {'FULFILLED', 'RESTOCKED'}


def units(order: Mapping, lines: Iterable[Mapping]) -> dict[str, int]:
    """``{variant gid: units}`` that have not left yet. A line that says nothing about its parcels, as those of an order
    that is read for its sale, counts in full while something of the order is in the shop. A test order sells nothing."""
    if order.get('test') or order.get('cancelledAt') or order.get('displayFulfillmentStatus') in _GONE:
        return {}
    found: Counter = Counter()
    for line in lines:
        if line.get('variant'):
            found[line['variant']['id']] += max(0, line.get('unfulfilledQuantity', line['currentQuantity']))
    return {variant: number for variant, number in found.items() if number}
