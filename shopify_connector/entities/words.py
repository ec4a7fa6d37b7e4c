"""Shopify's words for states and kinds. A later version of its API may know more of them than this addon does."""

from __future__ import annotations

from collections.abc import Iterable


def known(word: str | None, values: Iterable[str], otherwise: str | bool = False) -> str | bool:
    """``word`` in lower case where it is one of ``values``; ``otherwise`` for one that did not exist when they were
    written."""
    found = (word or '').lower()
    return found if found in values else otherwise
