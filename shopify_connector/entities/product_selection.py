"""Which products somebody wants: as Shopify's search, and as a test of what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..shopify import when

STATUSES = ('active', 'draft', 'archived', 'unlisted')

FIND = """
query ProductIds($first: Int = 250, $after: String, $query: String) {
  products(first: $first, after: $after, query: $query, sortKey: ID) {
    nodes { id }
    pageInfo { hasNextPage endCursor }
  }
}
"""
COUNT = """
query ProductsFound($query: String, $limit: Int) { productsCount(query: $query, limit: $limit) { count precision } }
"""
CHANGED = """
query ProductsChanged($first: Int = 250, $after: String, $query: String) {
  products(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}
"""


@dataclass(frozen=True)
class Selection:
    """Empty texts are no condition; vendor and type are meant as they are written, whatever their case."""

    status: str = ''
    vendor: str = ''
    product_type: str = ''

    @property
    def is_all(self) -> bool:
        return not (self.status or self.vendor or self.product_type)


def search(selection: Selection) -> str:
    """Shopify's search for it; '' finds all."""
    parts = (('status', selection.status), ('vendor', selection.vendor), ('product_type', selection.product_type))
    return ' AND '.join(f'{name}:{when.quoted(value)}' for name, value in parts if value)


def matches(product: Mapping, selection: Selection) -> bool:
    """Whether a product, as it was read, is wanted: the search looks at words and is not exact."""
    wanted = (
        (selection.status, product.get('status')),
        (selection.vendor, product.get('vendor')),
        (selection.product_type, product.get('productType')),
    )
    return all(not want or (has or '').strip().casefold() == want.strip().casefold() for want, has in wanted)
