"""Registering the same resolver, or a constant, for several fields."""
from __future__ import annotations

from .resolvers import resolver


def field(type_name: str, *names: str):
    """Register one function for several fields."""

    def register(function):
        for name in names:
            resolver(type_name, name)(function)
        return function

    return register


def constants(type_name: str, **values) -> None:
    """Fields that are the same for every record."""
    for name, value in values.items():
        resolver(type_name, name)(lambda obj, info, value=value: value)
