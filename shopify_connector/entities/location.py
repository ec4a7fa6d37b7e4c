"""Shopify Location -> shopify.location."""

from __future__ import annotations

from collections.abc import Mapping

DOCUMENT = """
query Locations($first: Int = 50, $after: String) {
  locations(first: $first, after: $after, includeInactive: true, includeLegacy: true, sortKey: ID) {
    nodes {
      id name isActive fulfillsOnlineOrders isFulfillmentService
      address { city countryCode }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""


def vals(location: Mapping) -> dict:
    """Values of ``shopify.location``."""
    address = location.get('address') or {}
    return {
        'name': location['name'],
        'active': bool(location.get('isActive', True)),
        'fulfills_online_orders': bool(location.get('fulfillsOnlineOrders')),
        'is_fulfillment_service': bool(location.get('isFulfillmentService')),
        'place': ', '.join(part for part in (address.get('city'), address.get('countryCode')) if part) or False,
    }
