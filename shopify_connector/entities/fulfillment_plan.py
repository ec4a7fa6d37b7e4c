"""Which changes tell Shopify of goods that have left: a plan, from what left and what Shopify waits for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from .fulfillment import State, Tracking


@dataclass(frozen=True)
class Parcel:
    """What left together. ``units`` by order line; ``places``: the Shopify locations that stand for where it left, the best
    first."""

    units: Mapping[str, int]
    tracking: tuple[Tracking, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Policy:
    """``move``: fulfilment orders go to the place that the goods left. ``told_by_shop``: locations whose parcels Shopify or
    a service tells of. ``unmovable``: ``(fulfilment order, place)`` that Shopify did not let us move. ``own_services``: the
    app stands for the fulfilment services that it sees."""

    move: bool = True
    notify: bool = False
    own_services: bool = False
    told_by_shop: frozenset[str] = frozenset()
    unmovable: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Step:
    kind: str
    variables: Mapping
    before: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """``steps`` to send now. With ``is_preparing`` they make the goods fulfillable, and the plan is made anew when they are
    done. ``adopted``: units that Shopify has been told of by somebody else; ``skipped``: units that nobody has to tell.
    What cannot be told stands in ``left``, with the ``reason`` (a code) and its ``values``."""

    steps: tuple[Step, ...] = ()
    is_preparing: bool = False
    adopted: Mapping[str, int] = field(default_factory=Counter)
    skipped: Mapping[str, int] = field(default_factory=Counter)
    left: Mapping[str, int] = field(default_factory=Counter)
    reason: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


def plan(parcels: list[Parcel], state: State, policy: Policy, spare: Mapping[str, int]) -> Plan:
    """The next steps for ``parcels`` of one order.

    :param spare: units that were fulfilled in Shopify by somebody else and stand for nothing in Odoo yet.
    """
    return Plan()
