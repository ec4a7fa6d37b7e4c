"""Where a product stands in the shop: its collections and the sales channels that it is published on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

COLLECTIONS = """
query Collections($first: Int = 100, $after: String) {
  collections(first: $first, after: $after, sortKey: ID) {
    nodes { id title handle ruleSet { appliedDisjunctively } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
PUBLICATIONS = """
query Publications($first: Int = 50, $after: String) {
  publications(first: $first, after: $after) {
    nodes { id catalog { title } channels(first: 1) { nodes { name } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
# More collections of one product than these are not looked at; the product is then left in all of them.
MOST_COLLECTIONS = 50
COLLECTIONS_PART = f'collections(first: {MOST_COLLECTIONS}) {{ nodes {{ id ruleSet {{ appliedDisjunctively }} }} }}'


def publication_part(gid: str) -> str:
    return f'{_alias(gid)}: publishedOnPublication(publicationId: "{gid}")'


def _alias(gid: str) -> str:
    return f"publication_{gid.rsplit('/', 1)[-1]}"


def collections_of(payload: Mapping) -> list[str] | None:
    """The gids of the collections that somebody has put the product into; those with rules choose for themselves."""
    nodes = (payload.get('collections') or {}).get('nodes') or ()
    return sorted(node['id'] for node in nodes if not node.get('ruleSet')) or None


def is_whole(payload: Mapping) -> bool:
    """Whether all collections of the product were read."""
    return len((payload.get('collections') or {}).get('nodes') or ()) < MOST_COLLECTIONS


def publications_of(payload: Mapping, gids: Iterable[str]) -> list[str] | None:
    """Those of the channels ``gids`` that the product is published on."""
    return sorted(gid for gid in gids if payload.get(_alias(gid))) or None


def are_known(payload: Mapping, gids: Iterable[str]) -> bool:
    return all(_alias(gid) in payload for gid in gids)


def collection_vals(node: Mapping) -> dict:
    """Values of ``shopify.collection``."""
    return {
        'name': node['title'],
        'handle': node.get('handle') or False,
        'is_smart': bool(node.get('ruleSet')),
        'active': True,
    }


def publication_vals(node: Mapping) -> dict:
    """Values of ``shopify.publication``; its name is its channel's, or that of the catalogue it belongs to."""
    channel = next(iter((node.get('channels') or {}).get('nodes') or ()), {})
    name = channel.get('name') or (node.get('catalog') or {}).get('title') or node['id'].rsplit('/', 1)[-1]
    return {'name': name, 'active': True}
