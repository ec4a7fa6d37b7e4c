"""The order of a product's pictures: the lines of a bulk result have none, and pictures know no position.

Shopify names the main one, which comes first; that is all there is to know of two pictures. The order of more is marked
as unknown until it has been asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

MAIN = ' featuredMedia { id }'
# Stands in the connection while nobody knows the order of its nodes.
UNKNOWN = 'orderUnknown'
FEW, MANY = 10, 250
OF_FEW = """
query OrderOfFewPictures($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Product { id media(first: %d) { nodes { id } } } }
}
""" % FEW
OF_MANY = """
query OrderOfManyPictures($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Product { id media(first: %d) { nodes { id } } } }
}
""" % MANY
OF_VARIANTS = """
query PicturesOfVariants($ids: [ID!]!) {
  nodes(ids: $ids) { ... on ProductVariant { id media(first: 1) { nodes { id mediaContentType } } } }
}
"""


def main_first(product: dict) -> dict:
    """``product`` of a bulk result without its ``featuredMedia``, which has come first."""
    main = (product.pop('featuredMedia', None) or {}).get('id')
    media = product.get('media')
    if media:
        media['nodes'].sort(key=lambda node: node['id'] != main)
        known = len(media['nodes']) < 2 or (len(media['nodes']) == 2 and media['nodes'][0]['id'] == main)
        media.update({} if known else {UNKNOWN: True})
    return product


def is_unknown(product: Mapping) -> bool:
    return bool((product.get('media') or {}).get(UNKNOWN))


def unclear_variants(products: Iterable[Mapping]) -> list[str]:
    """The gids of the variants with several pictures: which of them they show is not told."""
    return [
        variant['id']
        for product in products
        for variant in product['variants']['nodes']
        if ((variant.get('media') or {}).get('pageInfo') or {}).get('hasNextPage')
    ]


def questions(products: Iterable[Mapping]) -> Iterator[tuple[str, list[str]]]:
    """``(document, product gids)``: by how many pictures they have, for a longer list costs more."""
    counts = {product['id']: len(product['media']['nodes']) for product in products}
    for document, gids in (
        (OF_FEW, [gid for gid, count in counts.items() if count <= FEW]),
        (OF_MANY, [gid for gid, count in counts.items() if count > FEW]),
    ):
        if gids:
            yield document, gids


def put_variants(products: Iterable[Mapping], told: Mapping[str, Sequence[Mapping]]) -> None:
    """``told``: ``{variant gid: nodes}``."""
    for variant in (variant for product in products for variant in product['variants']['nodes']):
        if variant['id'] in told:
            variant['media'] = {'nodes': list(told[variant['id']])}


def put(product: Mapping, told: Sequence[Mapping]) -> None:
    """Bring the pictures of ``product`` in the order of ``told``; what is missing there comes last."""
    places = {node['id']: place for place, node in enumerate(told)}
    product['media']['nodes'].sort(key=lambda node: places.get(node['id'], len(places)))
    product['media'].pop(UNKNOWN, None)


def name(product: Mapping) -> str:
    """A short name of the order, empty while it is unknown."""
    gids = [node['id'] for node in (product.get('media') or {}).get('nodes') or ()]
    return '' if is_unknown(product) else hashlib.sha256(' '.join(gids).encode()).hexdigest()[:8]


def without(product: Mapping) -> dict:
    """``product`` with its pictures in an order that says nothing but which one is the main one."""
    media = product.get('media')
    if not media:
        return dict(product)
    first, *others = [*media['nodes']] or [None]
    nodes = [first, *sorted(others, key=lambda node: node['id'])] if first else []
    return {**product, 'media': {'nodes': nodes}}
