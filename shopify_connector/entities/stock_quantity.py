"""What Odoo has -> what a location may sell. Everything about this arithmetic stands here.

The order: what is there, less what is promised, is what is free; less what the shop keeps aside and the safety stock; the
store's share of the rest; never more than its maximum. Full units at every step, and never below zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from .inventory import MAX_QUANTITY

BASES = ('free', 'on_hand', 'forecast')
# What a rule may say; one statement of each kind holds for a level.
STATEMENTS = ('safety', 'safety_percent', 'maximum', 'share_percent', 'fixed', 'out')
# A hair below a full unit is that unit: 2.9999999 comes from adding floats, not from a broken pack.
HAIR = 1e-6


@dataclass(frozen=True)
class Stock:
    """One product in the places that a location shows, in units of the product.

    ``reserved`` counts what documents have taken hold of, ``outgoing`` all that confirmed documents take away, reserved or
    not, and ``sold`` the part of it that shops have sold. ``above`` is promised without being reserved from a place that
    contains the shown ones. ``held`` is on quotations of shops, ``unseen`` on orders of shops that are not in Odoo.
    """

    on_hand: float = 0.0
    reserved: float = 0.0
    outgoing: float = 0.0
    sold: float = 0.0
    above: float = 0.0
    expired: float = 0.0
    incoming: float = 0.0
    held: float = 0.0
    unseen: float = 0.0


@dataclass(frozen=True)
class Kit:
    """A product that is put together when it is sold: ``((component id, units in one kit, its stock), …)``."""

    parts: tuple[tuple[int, float, Stock], ...]


@dataclass(frozen=True)
class Rules:
    """The statements that hold for a level; ``None``: nothing is said. Percentages are of 100."""

    safety: float | None = None
    safety_percent: float | None = None
    maximum: float | None = None
    share_percent: float | None = None
    fixed: float | None = None
    out: float | None = None


NO_RULES = Rules()


@dataclass(frozen=True)
class Shown:
    """``quantity`` to show, ``None`` when nothing is to be written; ``steps`` is how it came about, in order, as
    ``((code, number), …)``; ``scarce`` the id of the component that limits a kit."""

    quantity: int | None
    steps: tuple[tuple[str, float], ...] = ()
    scarce: int | None = None


def whole(units: float) -> int:
    """Full units; below zero too."""
    return math.floor(units + HAIR)


def base_steps(stock: Stock, basis: str) -> Iterator[tuple[str, float]]:
    """``(code, units)`` whose sum is what may be sold, before any rule; what is taken away is negative."""
    yield 'on_hand', stock.on_hand
    if basis == 'on_hand':
        yield 'sold', -stock.sold
    else:
        yield 'reserved', -stock.reserved
        yield 'promised', -max(0.0, stock.outgoing - stock.reserved)
        yield 'above', -stock.above
    yield 'expired', -stock.expired
    yield 'held', -stock.held
    yield 'unseen', -stock.unseen
    if basis == 'forecast':
        yield 'incoming', stock.incoming


def base(stock: Stock, basis: str) -> float:
    """Units that may be sold, before any rule; negative when more is promised than there is."""
    return sum(units for _code, units in base_steps(stock, basis))


def kits(kit: Kit, basis: str) -> tuple[int, int | None]:
    """``(kits that can be put together, id of the component that is scarcest)``."""
    counts = [(whole(base(stock, basis) / needed), part) for part, needed, stock in kit.parts if needed > 0]
    return min(counts) if counts else (0, None)


def shown(stock: Stock | Kit, basis: str, rules: Rules = NO_RULES, set_aside: int = 0, pack: float = 1.0) -> Shown:
    """What a level shows, and why. ``set_aside``: units that the shop itself keeps off the sale. ``pack``: units of the
    product in one of the shop's; what is kept back is kept in the product's units, what is shown are full packs."""
    scarce = None
    if isinstance(stock, Kit):
        units, scarce = kits(stock, basis)
        steps = [('kits', float(units))]
    else:
        steps = [(code, number) for code, number in base_steps(stock, basis) if number or code == 'on_hand']
        units = whole(sum(number for _code, number in steps))
    if rules.out:
        return Shown(None, (*steps, ('out', 0.0)), scarce)
    if rules.fixed is not None:
        return Shown(_in_range(whole(rules.fixed)), (*steps, ('fixed', rules.fixed)), scarce)
    more, quantity = _by_rules(units, rules, set_aside, pack)
    return Shown(_in_range(quantity), (*steps, *more), scarce)


def _by_rules(units: int, rules: Rules, set_aside: int, pack: float) -> tuple[list[tuple[str, float]], int]:
    steps = []
    if set_aside > 0:
        steps.append(('set_aside', -float(set_aside * pack)))
        units -= math.ceil(set_aside * pack - HAIR)
    safety = safety_units(units, rules)
    if safety:
        steps.append(('safety', -float(safety)))
        units -= safety
    if rules.share_percent is not None and units > 0:
        steps.append(('share_percent', rules.share_percent))
        units = _percent(units, rules.share_percent, ROUND_FLOOR)
    if pack != 1.0:
        steps.append(('pack', pack))
        units = whole(units / pack)
    if rules.maximum is not None and units > rules.maximum:
        steps.append(('maximum', rules.maximum))
        units = whole(rules.maximum)
    return steps, units


def safety_units(units: int, rules: Rules) -> int:
    """Units kept back of ``units``: the fixed number or the percentage, whichever is more, so that both statements hold."""
    percent = _percent(units, rules.safety_percent, ROUND_CEILING) if rules.safety_percent and units > 0 else 0
    return max(percent, math.ceil((rules.safety or 0.0) - HAIR), 0)


def _percent(units: int, percent: float, rounding: str) -> int:
    """Exact: the shares of several stores never exceed the whole."""
    part = Decimal(units) * Decimal(str(min(max(percent, 0.0), 100.0))) / 100
    return int(part.to_integral_value(rounding=rounding))


def _in_range(units: int) -> int:
    return max(0, min(units, MAX_QUANTITY))


def best(statements: Mapping[tuple, float], reaches: Sequence, places: Iterable) -> float | None:
    """The most specific of the statements of one kind. ``statements``: ``{(reach, place): value}``; ``reaches`` and
    ``places`` stand in order, the most specific first; the product says more than the place."""
    places = tuple(places)
    for reach in reaches:
        for place in places:
            if (reach, place) in statements:
                return statements[reach, place]
    return None
