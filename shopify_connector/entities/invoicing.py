"""What a part of a sold line is worth, so that the parts add up to the whole, each tax by itself.

Amounts are ``Decimal`` in major units of the order's currency; taxes are known by the id of their ``account.tax``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ..shopify import money

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Worth:
    """``base`` without any tax, and each tax."""

    base: Decimal = NOTHING
    taxes: Mapping[int, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        return self.base + sum(self.taxes.values(), NOTHING)

    def __add__(self, other: Worth) -> Worth:
        both = {**self.taxes, **other.taxes}
        taxes = {tax: self.taxes.get(tax, NOTHING) + other.taxes.get(tax, NOTHING) for tax in both}
        return Worth(self.base + other.base, taxes)

    def __neg__(self) -> Worth:
        return Worth(-self.base, {tax: -amount for tax, amount in self.taxes.items()})

    def __sub__(self, other: Worth) -> Worth:
        return self + -other

    def __bool__(self) -> bool:
        return bool(self.base) or any(self.taxes.values())

    @property
    def largest(self) -> Decimal:
        """The largest of its amounts, whatever its sign."""
        return max(abs(amount) for amount in (self.base, *self.taxes.values()))


def whole(rows: Iterable[Worth]) -> Worth:
    return sum(rows, Worth())


def share(worth: Worth, part: Decimal, of: Decimal, decimals: int) -> Worth:
    """``part`` of ``of`` of it, each amount rounded. The difference of two shares is what lies between them: such
    pieces add up to the whole whatever their sizes are."""
    if part == of:
        return worth
    ratio = Decimal(part) / Decimal(of)
    return Worth(
        money.rounded(worth.base * ratio, decimals),
        {tax: money.rounded(amount * ratio, decimals) for tax, amount in worth.taxes.items()},
    )


def between(worth: Worth, start: int, end: int, of: int, decimals: int) -> Worth:
    """What lies between ``start`` and ``end`` of the ``of`` units that ``worth`` is for."""
    after = share(worth, Decimal(end), Decimal(of), decimals)
    return after - share(worth, Decimal(start), Decimal(of), decimals) if start else after


def piece(
    sold: Worth, sold_units: Decimal, booked: Worth, booked_units: Decimal, units: Decimal, decimals: int
) -> Worth:
    """What the next ``units`` of a line are worth after ``booked_units`` were booked for ``booked``; negative units take
    back. Once as much is booked as was sold the bookings come to ``sold`` exactly."""
    after = booked_units + units
    if sold_units and (after <= sold_units or not booked_units):
        return share(sold, after, sold_units, decimals) - booked
    if booked_units:
        return (share(booked, after, booked_units, decimals) if after else sold) - booked
    return sold - booked


def spread(total: Decimal, taxes: Mapping[object, Decimal], decimals: int) -> dict[object, Decimal]:
    """The sum of a line's taxes over its taxes, in proportion to what each is of the whole line."""
    if not taxes:
        return {}
    parts = money.allocate(total, [abs(amount) for amount in taxes.values()], decimals)
    return dict(zip(taxes, parts, strict=True))


def extra_tax_data(worth: Worth, quantity: float, price_unit: float, currency_id: int) -> dict | bool:
    """What makes Odoo show exactly these taxes on a line of this quantity and price. The company's amounts stand at rate
    1: Odoo divides them by the document's rate when it reads them."""
    if not worth.taxes:
        return False
    base = float(worth.base)
    return {
        'currency_id': currency_id,
        'price_unit': price_unit,
        'discount': 0.0,
        'quantity': quantity,
        'rate': 1.0,
        'manual_total_excluded_currency': base,
        'manual_total_excluded': base,
        'manual_tax_amounts': {
            str(tax): {
                'tax_amount_currency': float(amount),
                'tax_amount': float(amount),
                'base_amount_currency': base,
                'base_amount': base,
            }
            for tax, amount in worth.taxes.items()
        },
    }


def forced_worth(data: Mapping) -> Worth:
    """The amounts that a line's ``extra_tax_data`` holds, in the document's currency."""
    return Worth(
        money.parse(data['manual_total_excluded_currency']),
        {int(tax): money.parse(row['tax_amount_currency']) for tax, row in data['manual_tax_amounts'].items()},
    )


def line_vals(worth: Worth, quantity: float, included: Iterable[int], currency_id: int) -> dict:
    """Values of an invoice line of this worth. ``included`` are those of the taxes that Odoo takes out of the price."""
    price = worth.base + sum((worth.taxes[tax] for tax in included), NOTHING)
    price_unit = float(price / money.parse(quantity)) if quantity else 0.0
    return {
        'quantity': quantity,
        'price_unit': price_unit,
        'discount': 0.0,
        'tax_ids': [(6, 0, list(worth.taxes))],
        'extra_tax_data': extra_tax_data(worth, quantity, price_unit, currency_id),
    }
