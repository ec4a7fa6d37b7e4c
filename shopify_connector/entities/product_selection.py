"""Which products somebody wants: as Shopify's search, and as a test of what it found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
FIND_HANDLES = """
query ProductsOfHandles($first: Int = 250, $after: String, $query: String) {
  products(first: $first, after: $after, query: $query, sortKey: ID) {
    nodes { id handle }
    pageInfo { hasNextPage endCursor }
  }
}
"""
FIND_CODES = """
query ProductsOfCodes($first: Int = 100, $after: String, $query: String) {
  productVariants(first: $first, after: $after, query: $query, sortKey: ID) {
    nodes { sku barcode product { id } }
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


# More of them make a search too long for one request.
CODES_PER_SEARCH = 25
_SEPARATORS = re.compile(r'[,;\n\t]+')


def codes(text: str | None) -> list[str]:
    """SKUs, barcodes and handles as people write them: one after the other, with commas, semicolons or line breaks."""
    return list(dict.fromkeys(part.strip() for part in _SEPARATORS.split(text or '') if part.strip()))


def code_searches(wanted: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """Searches for what has any of the codes in any of the fields ``names``."""
    for start in range(0, len(wanted), CODES_PER_SEARCH):
        part = [when.quoted(code) for code in wanted[start : start + CODES_PER_SEARCH]]
        yield ' OR '.join(f'{name}:{code}' for code in part for name in names)


def codes_of(node: Mapping, names: Sequence[str]) -> set[str]:
    """What a product or variant is known by, in lower case."""
    return {code.strip().casefold() for code in map(node.get, names) if code and code.strip()}


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
