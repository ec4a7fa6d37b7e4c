"""Products through a bulk operation: the query, made of the parts that single products are read by, and its result as
the same payloads. A new part is in both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from . import bulk_text, media_order
from .product import Parts


@dataclass(frozen=True)
class Reading:
    """``query`` is what Shopify runs; ``connections`` make payloads of its result."""

    query: str
    connections: tuple


def reading(parts: Parts, search: str = '') -> Reading:
    """The bulk query for the products that ``search`` finds, all of them without it."""
    variants = f"variants(first: 250) {{ nodes {{ {' '.join(parts.variant)} }} pageInfo {{ endCursor }} }}"
    connections: list = []
    selection = bulk_text.as_edges(f"{' '.join(parts.product)} {variants}", connections)
    if any(name == 'media' for name, *_rest in connections):
        selection += media_order.MAIN
    arguments = f'(query: {json.dumps(search, ensure_ascii=False)})' if search else ''
    return Reading(f'{{ products{arguments} {{ edges {{ node {{ {selection} }} }} }} }}', tuple(connections))


def payload(root: Mapping, connections: Iterable[Sequence]) -> dict:
    """A product with all its variants in their order and its main picture first, from a root with its ``children``."""
    product = bulk_text.payload(root, connections)
    product['variants']['nodes'].sort(key=lambda variant: variant.get('position') or 0)
    return media_order.main_first(product)
