"""Which order a return belongs to: some webhooks about returns name nothing but the return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

DOCUMENT = """
query ReturnsRungFor($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Return { id order { id } } }
}
"""


def orders(nodes: Iterable[Mapping | None]) -> list[str]:
    """The gids of the orders of those that Shopify shows."""
    return list(dict.fromkeys(node['order']['id'] for node in nodes if node and node.get('order')))
