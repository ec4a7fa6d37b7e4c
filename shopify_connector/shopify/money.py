"""Amounts as ``Decimal`` in major units. Shopify sends them as text, in ``MoneyBag {shopMoney presentmentMoney}``."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation


def parse(text) -> Decimal:
    """Nothing is zero. Raises ValueError for what is no number."""
    if text is None or text == '':
        return Decimal(0)
    try:
        value = Decimal(str(text))
    except InvalidOperation as error:
        raise ValueError(f'not an amount: {text!r}') from error
    if not value.is_finite():
        raise ValueError(f'not an amount: {text!r}')
    return value


def amount(bag: Mapping | None, side: str = 'shopMoney') -> Decimal:
    """The amount of one side of a MoneyBag; zero when there is none."""
    return parse(((bag or {}).get(side) or {}).get('amount'))


def rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def allocate(total: Decimal, weights: Iterable[Decimal], decimals: int) -> list[Decimal]:
    """Split ``total`` by ``weights`` so that the parts add up to it exactly, by largest remainder."""
    weights = [Decimal(weight) for weight in weights]
    whole = sum(weights, Decimal(0))
    if not weights:
        return []
    if not whole:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    unit = Decimal(1).scaleb(-decimals)
    exact = [total * weight / whole for weight in weights]
    parts = [value.quantize(unit, rounding=ROUND_FLOOR) for value in exact]
    units = int(((total - sum(parts, Decimal(0))) / unit).to_integral_value(ROUND_FLOOR))
    for index in sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))[:units]:
        parts[index] += unit
    parts[-1] += total - sum(parts, Decimal(0))
    return parts
