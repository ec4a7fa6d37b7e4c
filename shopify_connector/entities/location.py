"""Shopify Location -> shopify.location, and the Odoo warehouse that it probably is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ..shopify import when

DOCUMENT = """
query Locations($first: Int = 50, $after: String) {
  locations(first: $first, after: $after, includeInactive: true, includeLegacy: true, sortKey: ID) {
    nodes {
      id name isActive deactivatedAt fulfillsOnlineOrders isFulfillmentService
      address { address1 city provinceCode countryCode zip }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""

# Words that tell no two places apart.
_COMMON_WORDS = frozenset(
    'the and shop store warehouse location stock depot main lager magasin entrepot almacen tienda magazzino'.split()
)


def vals(location: Mapping) -> dict:
    """Values of ``shopify.location``."""
    address = location.get('address') or {}
    return {
        'name': location['name'],
        'active': bool(location.get('isActive', True)),
        'closed_at': _moment(location),
        'deleted_at': False,
        'fulfills_online_orders': bool(location.get('fulfillsOnlineOrders')),
        'is_fulfillment_service': bool(location.get('isFulfillmentService')),
        'place': ', '.join(part for part in (address.get('city'), address.get('countryCode')) if part) or False,
        'street': address.get('address1') or False,
        'zip': address.get('zip') or False,
        'city': address.get('city') or False,
        'country_code': address.get('countryCode') or False,
    }


def _moment(location: Mapping):
    """When it was switched off: naive UTC, False while it is on or when Shopify does not say."""
    if location.get('isActive', True) or not location.get('deactivatedAt'):
        return False
    return when.to_utc(location['deactivatedAt'])


@dataclass(frozen=True)
class Place:
    """A location or a warehouse, for comparing. ``names``: what it is called, a short code included."""

    key: int
    names: tuple[str, ...] = ()
    street: str = ''
    zip: str = ''
    city: str = ''
    country: str = ''


def suggestions(locations: Iterable[Place], warehouses: Iterable[Place]) -> dict[int, tuple[int, str]]:
    """``{location key: (warehouse key, why)}``, ``why`` being name, address, similar, zip or city.

    The surest likeness is looked at first. A likeness that several share says nothing, and a warehouse is suggested
    once: the same stock at two locations of a store would be sold twice.
    """
    locations, warehouses = list(locations), list(warehouses)
    found: dict[int, tuple[int, str]] = {}
    for why, tokens in _LIKENESSES.items():
        taken = {warehouse for warehouse, _why in found.values()}
        here = _by_token([place for place in locations if place.key not in found], tokens)
        there = _by_token([place for place in warehouses if place.key not in taken], tokens)
        pairs = {
            (next(iter(here[token])), next(iter(there[token])))
            for token in here.keys() & there.keys()
            if len(here[token]) == 1 and len(there[token]) == 1
        }
        found.update(_undisputed(pairs, why))
    return found


def _undisputed(pairs: set[tuple[int, int]], why: str) -> dict[int, tuple[int, str]]:
    """A place with several names may be like several others: then it is left to a person."""
    ours, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return {
        location: (warehouse, why)
        for location, warehouse in pairs
        if ours.count(location) == 1 and theirs.count(warehouse) == 1
    }


def _by_token(places: list[Place], tokens: Callable[[Place], set]) -> dict[object, set[int]]:
    found: dict[object, set[int]] = {}
    for place in places:
        for token in tokens(place):
            found.setdefault(token, set()).add(place.key)
    return found


def _words(text: str) -> tuple[str, ...]:
    """Lower case words without accents and punctuation."""
    plain = ''.join(char for char in unicodedata.normalize('NFKD', text or '') if not unicodedata.combining(char))
    return tuple(re.findall(r'\w+', plain.casefold()))


def _names(place: Place) -> set:
    return {words for name in place.names if (words := _words(name))}


def _similar(place: Place) -> set:
    return {words for name in place.names if (words := frozenset(_words(name)) - _COMMON_WORDS)}


def _address(place: Place) -> set:
    street, code = _words(place.street), ''.join(_words(place.zip))
    return {(street, code)} if street and code else set()


def _zip(place: Place) -> set:
    code = ''.join(_words(place.zip))
    return {(place.country, code)} if code and place.country else set()


def _city(place: Place) -> set:
    city = _words(place.city)
    return {(place.country, city)} if city and place.country else set()


_LIKENESSES = {'name': _names, 'address': _address, 'similar': _similar, 'zip': _zip, 'city': _city}
