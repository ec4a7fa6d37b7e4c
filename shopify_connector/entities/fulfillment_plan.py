"""Which changes tell Shopify of goods that have left: a plan, from what left and what Shopify waits for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .fulfillment import FULFILLABLE, INCOMPLETE, Fulfillment, Line, Order, State, Tracking
from .fulfillment_write import tracking_input

# Shopify takes no longer lists.
MOST_LINES = 250
# The customer gets these where they are assigned, wherever the goods came from.
FETCHED = ('PICK_UP', 'RETAIL')
# How Shopify says that nothing is to be carried to the customer: services, digital goods, gift cards.
NOT_SHIPPED = 'NONE'


@dataclass(frozen=True)
class Parcel:
    """What left together. ``units`` by order line; ``places``: the Shopify locations that stand for where it left, the best
    first; ``optional``: lines that Shopify may have fulfilled by itself, such as gift cards, and need not be told of then;
    ``is_begun``: Shopify knows of other units of it already."""

    units: Mapping[str, int]
    tracking: tuple[Tracking, ...] = ()
    places: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()
    is_begun: bool = False


@dataclass(frozen=True)
class Policy:
    """``move``: fulfilment orders go to the place that the goods left, but for those that customers fetch. ``own_services``:
    locations of fulfilment services that the app stands for. ``told_by_shop``: locations whose parcels Shopify or a service
    tells of. ``unmovable``: ``(fulfilment order, place)`` that Shopify did not let us move. ``blocked``: fulfilment orders that
    Shopify did not let us prepare, each with its reason."""

    move: bool = True
    notify: bool = False
    own_services: frozenset[str] = frozenset()
    told_by_shop: frozenset[str] = frozenset()
    unmovable: frozenset[tuple[str, str]] = frozenset()
    blocked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    kind: str
    variables: Mapping
    before: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """``steps`` to send now. With ``is_preparing`` they make the goods fulfillable, and the plan is made anew when they are
    done. ``adopted``: units that Shopify has been told of by somebody else; ``skipped``: units that nobody has to tell.
    What cannot be told stands in ``left``, with the ``reason`` (a code) and its ``values``.

    Reasons: no_scope, on_hold, refused, service, not_fulfillable, cancelled, nothing_left.
    """

    steps: tuple[Step, ...] = ()
    is_preparing: bool = False
    adopted: Mapping[str, int] = field(default_factory=Counter)
    skipped: Mapping[str, int] = field(default_factory=Counter)
    left: Mapping[str, int] = field(default_factory=Counter)
    reason: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


def plan(parcels: Sequence[Parcel], state: State, policy: Policy, spare: Mapping[str, int]) -> Plan:
    """The next steps for ``parcels`` of one order.

    :param spare: units that were fulfilled in Shopify by somebody else and stand for nothing in Odoo yet.
    """
    if state.orders is None:
        left = sum((Counter(parcel.units) for parcel in parcels), Counter())
        return Plan(left=left, reason='no_scope' if left else None)
    return _Planning(state, policy, spare).run(parcels)


def left_of(parcels: Sequence[Parcel], told: Iterable[tuple[Mapping[str, int], Iterable[str]]]) -> list[Parcel]:
    """The parcels without what was told already, each part ``(units by order line, tracking numbers)``: of the parcel with
    one of these numbers first."""
    left, begun = [Counter(parcel.units) for parcel in parcels], set()
    for units, numbers in told:
        wanted, numbers = Counter(units), set(numbers)
        order = sorted(
            range(len(parcels)), key=lambda index: not numbers & {row.number for row in parcels[index].tracking}
        )
        for index in order:
            part = left[index] & wanted
            left[index] -= part
            wanted -= part
            if part:
                begun.add(index)
    return [
        replace(parcel, units=left[index], is_begun=parcel.is_begun or index in begun)
        for index, parcel in enumerate(parcels)
        if +left[index]
    ]


def without(state: State, steps: Iterable[Step]) -> State:
    """What Shopify waits for once these steps are done, as far as they create fulfilments."""
    taken = Counter()
    for step in steps:
        if step.kind == 'create':
            for group in step.variables['fulfillment']['lineItemsByFulfillmentOrder']:
                for row in group['fulfillmentOrderLineItems']:
                    taken[row['id']] += row['quantity']
    if not taken or state.orders is None:
        return state
    orders = tuple(
        replace(order, lines=tuple(replace(line, remaining=line.remaining - taken[line.gid]) for line in order.lines))
        for order in state.orders
    )
    return replace(state, orders=orders)


def likeness(place: str | None, tracking: Iterable[Mapping] | None, units: Mapping[str, int], parcels: Sequence[Parcel]) -> tuple:
    """A key that sorts what somebody has told Shopify by how much it is what left with ``parcels``: the same number, then the
    same place, then as many of the same units as possible and as few others.

    :param tracking: rows of ``{number, …}``.
    """
    numbers = {row.number for parcel in parcels for row in parcel.tracking if row.number}
    places = {place for parcel in parcels for place in parcel.places}
    left = sum((Counter(parcel.units) for parcel in parcels), Counter())
    same = (left & Counter(units)).total()
    is_same_number = any(row.get('number') in numbers for row in tracking or ())
    return not is_same_number, place not in places, -same, sum(units.values()) - same


class _Planning:
    """One order's plan in the making: every unit that is given away is taken off ``remaining``."""

    def __init__(self, state: State, policy: Policy, spare: Mapping[str, int]):
        self.state, self.policy = state, policy
        self.spare = Counter(spare)
        self.remaining = {line.gid: line.remaining for order in state.orders for line in order.lines}
        # By parcel, place and way to the customer: Shopify takes one of each for a fulfilment.
        self.given: dict[tuple[int, str, str], list[tuple[Order, Line, int]]] = {}
        self.moves: dict[tuple[str, str], list[tuple[Order, Line, int]]] = {}
        self.wakes: dict[tuple[str, str], Order] = {}
        self.adopted, self.skipped, self.left = Counter(), Counter(), Counter()
        self.reasons: dict[str, Order | None] = {}

    def run(self, parcels: Sequence[Parcel]) -> Plan:
        for index, parcel in enumerate(parcels):
            if parcel.places and self.policy.told_by_shop.issuperset(parcel.places):
                self.skipped += Counter(parcel.units)
                continue
            for line_gid, units in sorted(parcel.units.items()):
                self._place(index, parcel, line_gid, units)
        preparing = [*self._moving(), *self._waking()]
        reason, values = self._reason()
        return Plan(
            steps=tuple(preparing or self._creating(parcels)),
            is_preparing=bool(preparing),
            adopted=self.adopted,
            skipped=self.skipped,
            left=self.left,
            reason=reason,
            values=values,
        )

    # === WHERE THE UNITS COME FROM === #

    def _place(self, index: int, parcel: Parcel, line_gid: str, units: int) -> None:
        """Give each unit a way: from a fulfilment order, or as one that was told already, or none."""
        for order, line, way in self._ways(parcel, line_gid):
            part = min(units, self.remaining[line.gid])
            if part <= 0:
                continue
            self.remaining[line.gid] -= part
            units -= part
            if way == 'create':
                self.given.setdefault((index, order.location_gid, order.method), []).append((order, line, part))
            elif way == 'move':
                self.moves.setdefault((order.gid, parcel.places[0]), []).append((order, line, part))
            elif way == 'skip':
                self.skipped[line_gid] += part
            elif way in ('open', 'accept'):
                self.wakes[way, order.gid] = order
            else:
                self.left[line_gid] += part
                self.reasons.setdefault(way, order)
        known = min(units, self.spare[line_gid])
        if known > 0:
            self.spare[line_gid] -= known
            self.adopted[line_gid] += known
            units -= known
        if units > 0 and line_gid in parcel.optional:
            self.skipped[line_gid] += units
        elif units > 0:
            self.left[line_gid] += units
            self.reasons.setdefault(self._unplaced(), None)

    def _unplaced(self) -> str:
        """Why Shopify waits for nothing. An app with a scope for other locations only is shown no fulfilment order at all."""
        if self.state.cancelled:
            return 'cancelled'
        is_settled = self.state.display_status in (None, 'FULFILLED', 'RESTOCKED')
        return 'nothing_left' if self.state.orders or is_settled else 'no_scope'

    def _ways(self, parcel: Parcel, line_gid: str) -> list[tuple[Order, Line, str]]:
        """Fulfilment orders that ask for the line, the best first, each with what is to be done about it."""
        rows = [
            (order, line, self._way(parcel, order))
            for order in self.state.orders
            if order.is_open
            for line in order.lines
            if line.line_gid == line_gid
        ]
        return sorted(rows, key=lambda row: (_WAYS.index(row[2]), self._distance(parcel, row[0])))

    @staticmethod
    def _distance(parcel: Parcel, order: Order) -> int:
        return parcel.places.index(order.location_gid) if order.location_gid in parcel.places else len(parcel.places)

    def _way(self, parcel: Parcel, order: Order) -> str:
        policy = self.policy
        is_there = not parcel.places or order.location_gid in parcel.places
        if order.gid in policy.blocked:
            return 'refused'
        if order.status == 'ON_HOLD':
            return 'on_hold'
        if order.is_service and not is_there and self._may_move(parcel, order):
            return 'move'
        if order.status == INCOMPLETE:
            return 'create' if 'CREATE_FULFILLMENT' in order.actions else 'not_fulfillable'
        if order.is_service and not self._is_ours(order):
            is_asked = order.request_status == 'SUBMITTED' and order.location_gid in policy.own_services
            return 'accept' if is_asked else 'service'
        if order.status == 'SCHEDULED':
            return 'open'
        if order.status not in FULFILLABLE:
            return 'not_fulfillable'
        if not is_there and self._may_move(parcel, order):
            return 'move'
        if order.location_gid in policy.told_by_shop:
            return 'skip'
        return 'create' if 'CREATE_FULFILLMENT' in order.actions else 'not_fulfillable'

    def _is_ours(self, order: Order) -> bool:
        """A fulfilment order of the app's own service is its to fulfil, once what it was asked for is accepted."""
        return order.location_gid in self.policy.own_services and order.request_status != 'SUBMITTED'

    def _may_move(self, parcel: Parcel, order: Order) -> bool:
        return (
            self.policy.move
            and order.method not in FETCHED
            and bool(parcel.places)
            and 'MOVE' in order.actions
            and (order.gid, parcel.places[0]) not in self.policy.unmovable
        )

    def _reason(self) -> tuple[str | None, dict[str, str]]:
        """What stands in the way, the most telling first."""
        for reason in _REASONS:
            if reason in self.reasons:
                order = self.reasons[reason]
                if order is None:
                    return reason, {}
                hold = order.holds[0] if order.holds else None
                text = self.policy.blocked.get(order.gid) or (hold and (hold.notes or hold.text)) or ''
                return reason, {'location': order.location_name, 'text': text, 'order': order.gid}
        return None, {}

    # === STEPS === #

    def _moving(self) -> list[Step]:
        found = []
        for (gid, place), rows in self.moves.items():
            order = rows[0][0]
            units = _units(rows)
            variables = {'id': gid, 'newLocationId': place}
            if sum(part for _order, _line, part in rows) < order.remaining:
                variables['fulfillmentOrderLineItems'] = _inputs(rows)
            there = Counter()
            for other in self.state.orders:
                if other.is_open and other.location_gid == place:
                    for line in other.lines:
                        there[line.line_gid] += line.remaining
            before = {'units': units, 'there': {line: there[line] for line in units}}
            found.append(Step('move', variables, before))
        return found

    def _waking(self) -> list[Step]:
        return [Step(kind, {'id': gid}, {'status': order.status}) for (kind, gid), order in self.wakes.items()]

    def _creating(self, parcels: Sequence[Parcel]) -> list[Step]:
        """The customer hears once of a parcel: with the last fulfilment of its goods."""
        found = []
        for index, parcel in enumerate(parcels):
            parts = [
                (is_aside, rows[start : start + MOST_LINES])
                for is_aside, rows in self._groups(index, parcel)
                for start in range(0, len(rows), MOST_LINES)
            ]
            last = sum(not is_aside for is_aside, _rows in parts) - 1
            for place, (is_aside, rows) in enumerate(parts):
                found.append(self._create(parcel, rows, is_aside, self.policy.notify and place == last))
        return found

    def _groups(self, index: int, parcel: Parcel) -> list[tuple[bool, list[tuple[Order, Line, int]]]]:
        """What makes a fulfilment each. Those aside, which come last, are of what is not shipped but was done together with
        goods: the parcel's number is not theirs, and the customer hears of the goods. A parcel without any other units left
        as one all the same, whatever Shopify calls it."""
        own = {key: rows for key, rows in self.given.items() if key[0] == index}
        units = sum(part for key, rows in own.items() if key[2] == NOT_SHIPPED for _order, _line, part in rows)
        is_with_goods = parcel.is_begun or units < sum(parcel.units.values())
        groups = [(is_with_goods and key[2] == NOT_SHIPPED, rows) for key, rows in own.items()]
        return sorted(groups, key=lambda group: group[0])

    def _create(self, parcel: Parcel, rows: list[tuple[Order, Line, int]], is_aside: bool, notify: bool) -> Step:
        fulfillment = {'lineItemsByFulfillmentOrder': _grouped(rows), 'notifyCustomer': notify}
        tracking = tracking_input(parcel.tracking)
        if tracking and not is_aside:
            fulfillment['trackingInfo'] = tracking
        before = {'units': _units(rows), 'fulfillments': [row.gid for row in self.state.fulfillments]}
        return Step('create', {'fulfillment': fulfillment}, {**before, **({'aside': True} if is_aside else {})})


# What is done about a fulfilment order, the best first.
_WAYS = ('create', 'open', 'accept', 'move', 'skip', 'on_hold', 'refused', 'service', 'not_fulfillable')
_REASONS = ('on_hold', 'refused', 'service', 'not_fulfillable', 'no_scope', 'cancelled', 'nothing_left')


def _units(rows: Iterable[tuple[Order, Line, int]]) -> dict[str, int]:
    found = Counter()
    for _order, line, part in rows:
        found[line.line_gid] += part
    return dict(found)


def _inputs(rows: Iterable[tuple[Order, Line, int]]) -> list[dict]:
    """A line of a fulfilment order once, whatever the number of its parts."""
    found = Counter()
    for _order, line, part in rows:
        found[line.gid] += part
    return [{'id': gid, 'quantity': units} for gid, units in found.items()]


def _grouped(rows: Iterable[tuple[Order, Line, int]]) -> list[dict]:
    by_order: dict[str, list] = {}
    for row in rows:
        by_order.setdefault(row[0].gid, []).append(row)
    return [{'fulfillmentOrderId': gid, 'fulfillmentOrderLineItems': _inputs(parts)} for gid, parts in by_order.items()]


# === TRACKING THAT COMES OR CHANGES LATER === #


def trackings_for(
    fulfillments: Sequence[Fulfillment], parcels: Sequence[Parcel], aside: Collection[str] = ()
) -> dict[str, tuple[Tracking, ...]]:
    """``{fulfilment gid: its numbers}`` of the parcels that a delivery's fulfilments tell of: of the parcel with exactly its
    units, each for one fulfilment only; else of one that contains them; else of all that share some.

    :param aside: gids of fulfilments of what was done together with goods and has no number; so are those of services only.
    """
    others = [row for row in fulfillments if row.gid in aside or _is_of_services(row, parcels)]
    parcels = left_of(parcels, [(row.units, ()) for row in others])
    free, found = list(range(len(parcels))), {}
    rows = [row for row in fulfillments if row not in others]
    for row in sorted(rows, key=lambda row: not any(_shared(row, parcel) for parcel in parcels)):
        units = row.units
        exact = [index for index in free if units in (+Counter(parcels[index].units), _goods(parcels[index]))]
        exact.sort(key=lambda index: not _shared(row, parcels[index]))
        if exact:
            free.remove(exact[0])
            found[row.gid] = parcels[exact[0]].tracking
    # Parts of parcels: of the one with the same number, else rather of one that no fulfilment is all of.
    for row in (row for row in rows if row.gid not in found):
        units = row.units
        whole = [index for index, parcel in enumerate(parcels) if units <= Counter(parcel.units)]
        whole.sort(key=lambda index: (not _shared(row, parcels[index]), index not in free))
        chosen = [parcels[index] for index in whole[:1]]
        chosen = chosen or [parcel for parcel in parcels if units & Counter(parcel.units)]
        found[row.gid] = tuple(dict.fromkeys(number for parcel in chosen for number in parcel.tracking))
    return found


def _goods(parcel: Parcel) -> Counter:
    return +Counter({line: units for line, units in parcel.units.items() if line not in parcel.optional})


def _is_of_services(fulfillment: Fulfillment, parcels: Sequence[Parcel]) -> bool:
    """Whether somebody has fulfilled by themselves what goes with the goods of these parcels."""
    services = frozenset().union(*(parcel.optional for parcel in parcels))
    return fulfillment.units.keys() <= services and any(_goods(parcel) for parcel in parcels)


def _shared(fulfillment: Fulfillment, parcel: Parcel) -> set[str | None]:
    """The numbers that both have."""
    return {row.number for row in fulfillment.tracking} & {row.number for row in parcel.tracking}
