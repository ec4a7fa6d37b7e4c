"""Shopify's global ids: ``gid://shopify/Order/123``, some with a query: ``gid://shopify/InventoryLevel/1?inventory_item_id=2``."""
from __future__ import annotations

import re

_GID = re.compile(r'gid://shopify/(?P<type>[A-Za-z][A-Za-z0-9]*)/(?P<number>[0-9]+)(?P<query>\?[^\s]*)?')


def gid(type_: str, id_: int | str) -> str:
    """The global id of a record. ``id_`` is its number, as int or text, or already a gid of that type.

    :raise ValueError: for anything else, such as a gid of another type.
    """
    if isinstance(id_, str) and id_.startswith('gid:'):
        if gid_type(id_) != type_:
            raise ValueError(f'{id_!r} is no {type_}')
        return id_
    number = str(id_)
    if isinstance(id_, bool) or not (number.isascii() and number.isdigit()):
        raise ValueError(f'{id_!r} is no id of a Shopify record')
    return f'gid://shopify/{type_}/{int(number)}'


def gid_type(text: str) -> str:
    """``Order`` of ``gid://shopify/Order/123``. ValueError for what is no gid."""
    return _match(text)['type']


def gid_number(text: str) -> int:
    """``123`` of ``gid://shopify/Order/123?x=y``. ValueError for what is no gid."""
    return int(_match(text)['number'])


def _match(text: str) -> re.Match:
    match = _GID.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise ValueError(f'{text!r} is no Shopify id')
    return match
