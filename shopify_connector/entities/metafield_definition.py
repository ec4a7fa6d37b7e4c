"""The metafields that a shop has defined: what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping

# Our words for whose metafields they are, and Shopify's.
OWNERS = {'order': 'ORDER', 'product': 'PRODUCT', 'variant': 'PRODUCTVARIANT', 'customer': 'CUSTOMER'}
DOCUMENT = """
query MetafieldDefinitions($ownerType: MetafieldOwnerType!, $first: Int = 100, $after: String) {
  metafieldDefinitions(ownerType: $ownerType, first: $first, after: $after) {
    nodes { id name namespace key description type { name } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


def vals(node: Mapping) -> dict:
    """Values of ``shopify.metafield.definition``."""
    return {
        'gid': node['id'],
        'name': node['name'],
        'description': node.get('description') or False,
        'value_type': node['type']['name'],
    }
