"""Which order a fulfilment order belongs to: all that Shopify's webhooks about them say is their id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

DOCUMENT = """
query FulfillmentOrdersRungFor($ids: [ID!]!) {
  nodes(ids: $ids) { ... on FulfillmentOrder { id orderId status assignedLocation { location { id } } } }
}
"""
# Rings for every order; all others tell of a change.
ROUTED = 'fulfillment_orders/order_routing_complete'


def by_order(nodes: Iterable[Mapping | None]) -> dict[str, list[Mapping]]:
    """``{order gid: its fulfilment orders}`` of those that Shopify shows."""
    found: dict[str, list[Mapping]] = {}
    for node in nodes:
        if node and node.get('orderId'):
            found.setdefault(node['orderId'], []).append(node)
    return found


def location(node: Mapping) -> str:
    return ((node.get('assignedLocation') or {}).get('location') or {}).get('id') or ''
