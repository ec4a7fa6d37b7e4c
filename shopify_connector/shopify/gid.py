"""Shopify's global ids, such as ``gid://shopify/Order/123`` or ``gid://shopify/InventoryLevel/1?inventory_item_id=2``."""
from __future__ import annotations

_PREFIX = 'gid://shopify/'


def gid(kind: str, number: int | str) -> str:
    return f'{_PREFIX}{kind}/{number}'


def _parts(value: str) -> list[str]:
    if not value.startswith(_PREFIX):
        raise ValueError(f'not a Shopify id: {value!r}')
    return value[len(_PREFIX):].split('?', 1)[0].split('/')


def gid_type(value: str) -> str:
    return _parts(value)[0]


def gid_number(value: str) -> int:
    """Raises ValueError for what is no id with a number."""
    return int(_parts(value)[-1])
