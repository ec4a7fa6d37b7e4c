"""Pictures of products: what is read of them, their canonical values, and what a file has to be to be taken.

A gallery's canonical value is a list of ``[media gid, version, alternative text or None]`` in its order. The version
changes with the picture's address, that is with its content; it is None while Shopify still works on it. A picture
that only Odoo has stands as ``['sha1:…', None, alternative text or None]``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from . import catalog_fields

PER_PRODUCT = 50
PER_REQUEST = 100
PART = (
    'media(first: %d) { nodes { id alt mediaContentType status ... on MediaImage { image { url } } } '
    'pageInfo { hasNextPage endCursor } }' % PER_PRODUCT
)
VARIANT_PART = 'media(first: 1) { nodes { id mediaContentType } }'
MORE = """
query ProductMedia($id: ID!, $first: Int!, $after: String) {
  product(id: $id) {
    media(first: $first, after: $after) {
      nodes { id alt mediaContentType status ... on MediaImage { image { url } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
STATES = """
query MediaStates($ids: [ID!]!) {
  nodes(ids: $ids) { ... on MediaImage { id status image { url } mediaErrors { code message } } }
}
"""

# What Shopify takes and gives; Odoo keeps all of these as they are.
_SIGNATURES = (
    (b'\x89PNG\r\n\x1a\n', 'image/png', 'png'),
    (b'\xff\xd8\xff', 'image/jpeg', 'jpg'),
    (b'GIF87a', 'image/gif', 'gif'),
    (b'GIF89a', 'image/gif', 'gif'),
)
MAX_BYTES = 20 * 1024 * 1024
ALT_LENGTH = 512


class Picture(NamedTuple):
    """``url`` is None while the picture is not ready."""

    gid: str
    url: str | None
    alt: str | None

    @property
    def version(self) -> str | None:
        return version(self.url)

    @property
    def entry(self) -> list:
        return [self.gid, self.version, self.alt]


def version(url: str | None) -> str | None:
    """A short name of a picture's address."""
    return hashlib.sha1(url.encode()).hexdigest()[:12] if url else None


def with_versions(agreed: Iterable, shop: Iterable | None) -> list:
    """The agreed gallery, with the versions of pictures that Shopify was still working on when they were agreed on."""
    versions = {gid: version for gid, version, _alt in shop or ()}
    return [[gid, version or versions.get(gid), alt] for gid, version, alt in agreed]


def own(checksum: str, alt: str | None = None) -> list:
    """The entry of a picture that only Odoo has."""
    return [f'sha1:{checksum}', None, alt]


def is_own(gid: str) -> bool:
    return gid.startswith('sha1:')


def pictures(payload: Mapping) -> list[Picture]:
    """A product's pictures in their order, without films and models, and without those that Shopify could not read."""
    return [
        Picture(node['id'], (node.get('image') or {}).get('url'), catalog_fields.text(node.get('alt')))
        for node in payload['media']['nodes']
        if node.get('mediaContentType') == 'IMAGE' and node.get('status') != 'FAILED'
    ]


def variant_picture(variant: Mapping) -> str | None:
    """The gid of the picture that a variant shows."""
    return next((node['id'] for node in variant['media']['nodes'] if node.get('mediaContentType') == 'IMAGE'), None)


def kind(content: bytes) -> tuple[str, str] | None:
    """``(content type, extension)`` of a file by what is in it, whatever it is called; None for what is no picture."""
    for start, mimetype, extension in _SIGNATURES:
        if content.startswith(start):
            return mimetype, extension
    if content[:4] == b'RIFF' and content[8:12] == b'WEBP':
        return 'image/webp', 'webp'
    return None


def moves(now: Iterable[str], wanted: Iterable[str]) -> list[dict]:
    """What ``productReorderMedia`` is told, one after the other, so that ``wanted`` comes first in its order. Empty when
    it does already; ids that are not there are left out."""
    order, result = list(now), []
    for place, gid in enumerate(gid for gid in wanted if gid in set(order)):
        if order[place] != gid:
            order.remove(gid)
            order.insert(place, gid)
            result.append({'id': gid, 'newPosition': str(place)})
    return result
