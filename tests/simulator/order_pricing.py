"""The price of a cart in one currency: discounts allocated to lines, taxes by line and tax.

Lines first lose their own discounts, then the order's; shipping is discounted for itself. Taxes are computed on what
is left and rounded for each line and each tax. With taxes included, one tax of a line is
``price * rate / (1 + sum of the rates)``.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from .money import ZERO, allocate, rounded


@dataclass(frozen=True)
class TaxRule:
    """One tax of a line; `rate` is a fraction."""

    title: str
    rate: Decimal
    channel_liable: bool = False
    source: str = "Shopify"


@dataclass
class Priced:
    """A cart line, a shipping line, a duty or a fee: what it costs and what was taken off."""

    price: Decimal  # of the whole quantity, before discounts
    taxes: tuple[TaxRule, ...] = ()
    quantity: int = 1
    discountable: bool = True
    allocations: list[tuple[int, Decimal]] = field(default_factory=list)  # (index of the discount, amount)

    @property
    def left(self) -> Decimal:
        return self.price - sum((amount for _index, amount in self.allocations), ZERO)


@dataclass(frozen=True)
class Discount:
    """What a discount application takes off.

    `level`: line | order | shipping. `percentage` (0 to 100) or `amount` (in the cart's currency).
    `method`: across (one sum, spread) | each (every unit) | one (the first entitled line).
    `lines`: indexes of the entitled lines, None for all. `units`: line index -> units that it covers (buy X get Y).
    """

    level: str
    percentage: Decimal | None = None
    amount: Decimal | None = None
    method: str = "across"
    lines: tuple[int, ...] | None = None
    units: tuple[tuple[int, int], ...] = ()


def apply_discounts(lines: list[Priced], shipping: list[Priced], discounts: list[Discount], currency: str) -> None:
    """Fill the allocations of the lines and of the shipping lines."""
    order = {"line": 0, "order": 1, "shipping": 2}
    for index, discount in sorted(enumerate(discounts), key=lambda pair: order[pair[1].level]):
        rows = shipping if discount.level == "shipping" else lines
        entitled = [row for position, row in enumerate(rows)
                    if row.discountable and (discount.lines is None or position in discount.lines)]
        for row, amount in _taken(discount, entitled, rows, currency):
            if amount:
                row.allocations.append((index, amount))


def _taken(discount: Discount, entitled: list[Priced], rows: list[Priced], currency: str):
    if discount.units:
        for position, units in discount.units:
            row = rows[position]
            yield row, _of_row(discount, row, row.price * units / row.quantity, units, currency)
    elif discount.method == "each":
        for row in entitled:
            yield row, _of_row(discount, row, row.left, row.quantity, currency)
    elif discount.method == "one":
        for row in entitled[:1]:
            yield row, _of_row(discount, row, row.left, 1, currency)
    else:
        left = [row.left for row in entitled]
        whole = sum(left, ZERO)
        if discount.percentage is not None:
            amount = rounded(whole * discount.percentage / 100, currency)
        else:
            amount = rounded(discount.amount, currency)
        yield from zip(entitled, allocate(min(amount, whole), left, currency))


def _of_row(discount: Discount, row: Priced, base: Decimal, units: int, currency: str) -> Decimal:
    amount = base * discount.percentage / 100 if discount.percentage is not None else discount.amount * units
    return min(rounded(amount, currency), row.left)


def tax_amounts(price: Decimal, taxes: tuple[TaxRule, ...], included: bool, currency: str) -> list[Decimal]:
    """What each tax comes to on a price after discounts."""
    divisor = 1 + sum((tax.rate for tax in taxes), ZERO) if included else Decimal(1)
    return [rounded(price * tax.rate / divisor, currency) for tax in taxes]
