"""Money as ``Decimal`` in major units from end to end; Shopify sends it as decimal text."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from fractions import Fraction

# ISO 4217: the currencies whose smallest unit is not a hundredth.
_DECIMALS = {
    **dict.fromkeys(('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'VND', 'VUV', 'XAF',
                     'XOF', 'XPF'), 0),
    **dict.fromkeys(('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'), 3),
}


def decimals(currency: str) -> int:
    """Digits after the point in ``currency`` (ISO code)."""
    return _DECIMALS.get(currency, 2)


def parse(value: str | int | float | Decimal | None) -> Decimal:
    """A finite Decimal; None and blank text are 0, a float is what it prints as. ValueError for anything else."""
    if isinstance(value, Decimal):
        number = value
    elif value is None or (isinstance(value, str) and not value.strip()):
        return Decimal(0)
    elif isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f'{value!r} is no amount')
    else:
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation:
            raise ValueError(f'{value!r} is no amount') from None
    if not number.is_finite():
        raise ValueError(f'{value!r} is no amount')
    return number


def amount(money_bag: Mapping | None, side: str = 'shopMoney') -> Decimal:
    """The amount of a ``MoneyBag`` (``{'shopMoney': {'amount': '1.00'}, 'presentmentMoney': …}``) or of a plain
    ``MoneyV2`` (``{'amount': '1.00'}``). Nothing there is 0."""
    if not money_bag:
        return Decimal(0)
    money = money_bag if 'amount' in money_bag else money_bag.get(side)
    return parse((money or {}).get('amount'))


def rounded(value: Decimal | str | int, digits: int = 2) -> Decimal:
    """``value`` with exactly ``digits`` decimals, halves away from zero as Shopify and Odoo do."""
    number = parse(value)
    with localcontext() as context:
        context.prec = max(28, number.adjusted() + digits + 3)
        return number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def minor(value: Decimal | str | int, digits: int = 2) -> int:
    """In the smallest unit: ``Decimal('1.50')`` is 150 cents."""
    return int(rounded(value, digits).scaleb(digits))


def from_minor(units: int, digits: int = 2) -> Decimal:
    """The amount of so many of the smallest units."""
    return Decimal(f'{units}E{-digits}') if digits else Decimal(units)


def allocate(total: Decimal | str | int, weights: Sequence[Decimal | int], digits: int = 2) -> list[Decimal]:
    """Split ``total`` in proportion to ``weights`` (not negative), by largest remainder, ties to the first.

    The parts add up to ``rounded(total, digits)`` exactly, none is a unit away from its exact share, and none has the
    other sign. Weights that are all 0 count as equal. ValueError for no weights or a negative one.
    """
    shares = [Fraction(parse(weight)) for weight in weights]
    if not shares or min(shares) < 0:
        raise ValueError('weights must be given and not negative')
    if not any(shares):
        shares = [Fraction(1)] * len(shares)
    units = minor(total, digits)
    sign, units, whole = (-1 if units < 0 else 1), abs(units), sum(shares)
    exact = [units * share / whole for share in shares]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in by_remainder[:units - sum(parts)]:
        parts[index] += 1
    return [from_minor(sign * part, digits) for part in parts]
