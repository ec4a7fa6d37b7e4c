"""Amounts as Shopify makes them: decimals by currency, half-up rounding, largest remainders, two-currency bags.

Everything is Decimal. `Bag` holds one amount in the shop's and in the customer's (presentment) currency; both are
computed on their own, so each currency adds up by itself.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache
from typing import NamedTuple

ZERO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())
THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
ZERO = Decimal(0)


def decimals(currency: str) -> int:
    """How many decimals the currency has: 0, 2 or 3."""
    return 0 if currency in ZERO_DECIMALS else 3 if currency in THREE_DECIMALS else 2


@cache
def unit(currency: str) -> Decimal:
    """The smallest amount: 1, 0.01 or 0.001."""
    return Decimal(1).scaleb(-decimals(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Half away from zero, to the currency's decimals."""
    return Decimal(amount).quantize(unit(currency), ROUND_HALF_UP)


def text(amount: Decimal) -> str:
    """An amount as GraphQL writes it: at least one decimal, no needless zeros ("25.0", "9.99")."""
    plain = f"{amount:f}"
    if "." not in plain:
        return plain + ".0"
    plain = plain.rstrip("0")
    return plain + "0" if plain.endswith(".") else plain


def fixed(amount: Decimal, currency: str) -> str:
    """An amount as webhooks write it: with the currency's decimals ("25.00", "1000", "1.250")."""
    return f"{amount:.{decimals(currency)}f}"


def allocate(total: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Split `total` by the weights so that the parts add up to it; leftover units go to the largest remainders.

    Ties go to the earlier part. Weights that are all zero put everything on the first part.
    """
    if not weights:
        return []
    whole = sum(weights, ZERO)
    if not whole:
        return [total, *[ZERO] * (len(weights) - 1)]
    step = unit(currency)
    exact = [total * weight / whole for weight in weights]
    parts = [(value / step).to_integral_value(ROUND_FLOOR) * step for value in exact]
    missing = int((total - sum(parts, ZERO)) / step)
    by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in by_remainder[:missing]:
        parts[index] += step
    return parts


class Currencies(NamedTuple):
    """The two currencies of an order and the rate from the first to the second."""

    shop: str
    presentment: str
    rate: Decimal = Decimal(1)


class Bag:
    """One amount in both currencies. GraphQL: MoneyBag."""

    __slots__ = ("shop", "presentment", "currencies")
    gql_type = "MoneyBag"

    def __init__(self, shop: Decimal, presentment: Decimal, currencies: Currencies) -> None:
        self.shop, self.presentment, self.currencies = shop, presentment, currencies

    @classmethod
    def zero(cls, currencies: Currencies) -> Bag:
        return cls(ZERO, ZERO, currencies)

    @classmethod
    def of(cls, amount: Decimal, currencies: Currencies) -> Bag:
        """From an amount in the shop's currency."""
        return cls(rounded(amount, currencies.shop), rounded(amount * currencies.rate, currencies.presentment),
                   currencies)

    @classmethod
    def of_presentment(cls, amount: Decimal, currencies: Currencies) -> Bag:
        """From an amount in the customer's currency."""
        return cls(rounded(amount / currencies.rate, currencies.shop), rounded(amount, currencies.presentment),
                   currencies)

    @property
    def shop_money(self) -> dict:
        return {"amount": text(self.shop), "currencyCode": self.currencies.shop}

    @property
    def presentment_money(self) -> dict:
        return {"amount": text(self.presentment), "currencyCode": self.currencies.presentment}

    def __add__(self, other: Bag) -> Bag:
        return Bag(self.shop + other.shop, self.presentment + other.presentment, self.currencies)

    def __sub__(self, other: Bag) -> Bag:
        return Bag(self.shop - other.shop, self.presentment - other.presentment, self.currencies)

    def __neg__(self) -> Bag:
        return Bag(-self.shop, -self.presentment, self.currencies)

    def __bool__(self) -> bool:
        return bool(self.shop or self.presentment)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bag) and (self.shop, self.presentment) == (other.shop, other.presentment)

    __hash__ = None

    def __repr__(self) -> str:
        return f"Bag({self.shop} {self.currencies.shop}, {self.presentment} {self.currencies.presentment})"

    def share(self, part: Decimal | int, whole: Decimal | int) -> Bag:
        """`part` of `whole` of this amount, rounded in each currency."""
        if not whole or not part:
            return Bag.zero(self.currencies)
        return Bag(rounded(self.shop * part / whole, self.currencies.shop),
                   rounded(self.presentment * part / whole, self.currencies.presentment), self.currencies)

    def times(self, quantity: int) -> Bag:
        return Bag(self.shop * quantity, self.presentment * quantity, self.currencies)


def total(bags: Iterable[Bag], currencies: Currencies) -> Bag:
    """The sum of the bags, zero for none."""
    result = Bag.zero(currencies)
    for bag in bags:
        result = result + bag
    return result
