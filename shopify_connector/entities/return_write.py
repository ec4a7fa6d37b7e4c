"""Goods that came back in Odoo -> a Shopify return: which step comes next, and how to see afterwards whether a step was
carried out. What is read before stands in :mod:`return_state`.

Nothing of it moves money. None of Shopify's mutations knows a key, so that only the order's own state tells whether one
of them was carried out (Admin API: returnCreate, returnProcess, returnClose, returnApproveRequest, returnDeclineRequest).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .fulfillment_write import Done, Kind
from .return_state import Line, Return, State

MAX_NOTE = 255
# Shopify takes no longer lists: the rest is told with the next step.
MOST_LINES = 250

# Reasons as a person chooses them, and the handles that Shopify's own definitions of them have; the last one always fits.
REASONS = {
    'unknown': ('unknown',),
    'unwanted': ('changed-my-mind', 'unwanted'),
    'defective': ('damaged-or-defective', 'defective'),
    'not_as_described': ('item-not-as-described', 'not-as-described'),
    'wrong_item': ('received-the-wrong-item', 'wrong-item'),
    'size_too_small': ('too-small', 'size-too-small'),
    'size_too_large': ('too-big', 'size-too-large'),
    'style': ('style',),
    'color': ('color',),
    'other': ('other-reason', 'other'),
}
FALLBACK = 'other'


@dataclass(frozen=True)
class Step:
    """One mutation: ``kind`` as in ``shopify.delivery.step``, its variables, and what was known before."""

    kind: str
    variables: dict
    before: dict


@dataclass(frozen=True)
class Goods:
    """What came back: units of each order line, by the gid of the Shopify location whose shelf they are on ('' when they
    are on none). ``preferred`` is the return that was expected."""

    units: Mapping[tuple[str, str], int]
    reason: str = FALLBACK
    note: str = ''
    preferred: str = ''


# === WHAT COMES NEXT === #


def next_step(goods: Goods, state: State, touched: Iterable[str] = ()) -> Step | None:
    """What Shopify has to be told next about goods that came back; None when there is nothing (more) to tell.

    What was expected is received first, then what other open returns wait for, then a customer's request that nobody has
    answered (the goods are there, so it is approved), and a return is opened for the rest. ``touched``: the returns that
    goods of this delivery were counted on; they are closed once nothing of them is missing and nothing of them waits to go
    out instead.
    """
    wanted = +Counter(dict(goods.units))
    for row in _in_turn(state, goods.preferred, 'OPEN'):
        if step := _process(row, wanted):
            return step
    for gid in touched:
        row = state.find(gid)
        if row and row.status == 'OPEN' and row.is_finished:
            return Step('return_close', {'id': gid}, {'status': row.status})
    for row in _in_turn(state, goods.preferred, 'REQUESTED'):
        if any(line.unprocessed and _units_of(wanted, line.sold) for line in row.lines):
            return approve(row.gid)
    return _create(goods, wanted, state)


def total(goods: Goods) -> dict[str, int]:
    """Units of each line, wherever they are."""
    found = Counter()
    for (line, _place), units in goods.units.items():
        found[line] += units
    return dict(+found)


def less(goods: Goods, steps: Iterable[Mapping]) -> Goods:
    """The goods without those that ``steps`` (variables of process steps that were carried out, with the order lines that
    they were for) have told of already."""
    left = Counter(dict(goods.units))
    for step in steps:
        for key, units in step.items():
            left[tuple(key.split(' ', 1))] -= units
    # What was told of one place is not told again because it is thought to be in another now.
    over = Counter()
    for (line, _place), units in left.items():
        over[line] -= min(0, units)
    return without(replace(goods, units=dict(+left)), over)


def without(goods: Goods, units: Mapping[str, int]) -> Goods:
    """The goods without ``units`` (by order line), those on a shelf first."""
    left = Counter(dict(goods.units))
    for line, count in units.items():
        for key in sorted((key for key in left if key[0] == line and left[key] > 0), key=lambda key: not key[1]):
            part = min(count, left[key])
            left[key] -= part
            count -= part
    return replace(goods, units=dict(+left))


def received_there(returns: Iterable[Return], told: Mapping[str, tuple[int, int]]) -> Counter:
    """Units by order line of ``returns`` that the shop has received by itself; ``told`` as of :func:`told`."""
    found = Counter()
    for row in returns:
        for line in row.lines:
            found[line.sold] += max(0, line.processed - told.get(line.gid, (0, 0))[0])
    return +found


def refunded(state: State, shipped: Mapping[str, int]) -> Counter:
    """Units by order line that were refunded after they had left, without any return; ``shipped``: all that ever left."""
    there = state.with_customer
    found = Counter({line: units - there[line] for line, units in shipped.items() if line in there})
    for row in state.returns:
        for line in row.lines:
            found[line.sold] -= line.processed
    return +found


def _in_turn(state: State, preferred: str, status: str) -> list[Return]:
    rows = [row for row in state.returns if row.status == status]
    return sorted(rows, key=lambda row: row.gid != preferred)


def _units_of(wanted: Mapping[tuple[str, str], int], line: str) -> int:
    return sum(units for (sold, _place), units in wanted.items() if sold == line)


def _process(row: Return, wanted: Counter) -> Step | None:
    """Tell of the units that this return waits for. What goes out instead, an exchange, is processed with the last of them:
    Shopify has it shipped from then on, and nobody sends it for a part of what was expected back. Where the shop has received
    the last ones by itself, what goes out is its to decide."""
    left, places = Counter(wanted), {place.gid: place.left for place in row.places}
    lines, told = [], Counter()
    for line in row.lines:
        missing, dispositions = line.unprocessed, []
        for key in [key for key in left if key[0] == line.sold]:
            units = min(missing, left[key])
            if units > 0:
                dispositions += _dispositions(row, line, key[1], units, places)
                left[key] -= units
                missing -= units
                told[' '.join(key)] += units
        if missing < line.unprocessed:
            lines.append({'id': line.gid, 'quantity': line.unprocessed - missing, 'dispositions': dispositions})
        if len(lines) == MOST_LINES:
            break
    if not lines:
        return None
    given = {'returnId': row.gid, 'returnLineItems': lines, 'notifyCustomer': False}
    exchanges = [{'id': line.gid, 'quantity': line.unprocessed} for line in row.exchanges if line.unprocessed]
    if exchanges and sum(line['quantity'] for line in lines) == sum(line.unprocessed for line in row.lines):
        given['exchangeLineItems'] = exchanges
    before = {line.gid: line.processed for line in (*row.lines, *row.exchanges)}
    return Step('return_process', {'input': given}, {'processed': before, 'told': dict(told)})


def _dispositions(row: Return, line: Line, location: str, units: int, places: dict) -> list[dict]:
    """Where the units are now. What Shopify has no place for any more was decided there already."""
    found = []
    for place in row.places:
        part = min(units, places[place.gid]) if place.parcel_line == line.parcel_line else 0
        if part > 0:
            places[place.gid] -= part
            units -= part
            found.append(
                {
                    'reverseFulfillmentOrderLineItemId': place.gid,
                    'quantity': part,
                    'dispositionType': 'RESTOCKED' if location else 'NOT_RESTOCKED',
                    **({'locationId': location} if location else {}),
                }
            )
    return found


def _create(goods: Goods, wanted: Counter, state: State) -> Step | None:
    """Open a return of what may still come back, the latest parcel last, as Shopify lists them."""
    rows = []
    for line in dict.fromkeys(sold for sold, _place in wanted):
        units = _units_of(wanted, line)
        for sold, parcel_line, available in state.returnable:
            part = min(units, available) if sold == line else 0
            if part > 0:
                units -= part
                rows.append({'fulfillmentLineItemId': parcel_line, 'quantity': part, **_reason(goods, state)})
    if not rows:
        return None
    return Step(
        'return_create',
        {'returnInput': {'orderId': state.gid, 'returnLineItems': rows[:MOST_LINES]}},
        {'returns': [row.gid for row in state.returns]},
    )


def _reason(goods: Goods, state: State) -> dict:
    handles = (*REASONS.get(goods.reason, ()), *REASONS[FALLBACK], *state.reasons)
    found = next((state.reasons[handle] for handle in handles if handle in state.reasons), None)
    note = (goods.note or '-')[:MAX_NOTE]
    if found:
        return {'returnReasonDefinitionId': found, 'returnReasonNote': note}
    # A shop that shows no definitions still knows the old names.
    return {'returnReason': goods.reason.upper(), 'returnReasonNote': note}


# === WHAT PEOPLE DECIDE === #


def approve(gid: str, notify: bool = False) -> Step:
    return Step('return_approve', {'input': {'id': gid, 'notifyCustomer': notify}}, {})


def decline(gid: str, reason: str, note: str = '', notify: bool = False) -> Step:
    """``reason``: ``FINAL_SALE``, ``RETURN_PERIOD_ENDED`` or ``OTHER``."""
    given = {'id': gid, 'declineReason': reason, 'notifyCustomer': notify}
    return Step('return_decline', {'input': {**given, **({'declineNote': note} if note else {})}}, {})


# === WHAT WAS DONE === #


def is_applied(kind: str, variables: Mapping, before: Mapping, state: State) -> str | None:
    """The id of the return, when it shows that the step was carried out; None when it was not."""
    if kind == 'return_create':
        return _created(variables, before, state)
    given = variables.get('input') or variables
    row = state.find(given.get('returnId') or given.get('id'))
    if row is None:
        return None
    if kind == 'return_process':
        known = {line.gid: line.processed for line in (*row.lines, *row.exchanges)}
        done = all(
            known.get(line['id'], 0) >= before['processed'].get(line['id'], 0) + line['quantity']
            for line in (*given['returnLineItems'], *given.get('exchangeLineItems', ()))
        )
    else:
        done = row.status in {
            'return_close': ('CLOSED',),
            'return_approve': ('OPEN', 'CLOSED'),
            'return_decline': ('DECLINED',),
        }.get(kind, ())
    return row.gid if done else None


def _created(variables: Mapping, before: Mapping, state: State) -> str | None:
    wanted = Counter()
    for line in variables['returnInput']['returnLineItems']:
        wanted[line['fulfillmentLineItemId']] += line['quantity']
    for row in state.returns:
        found = Counter()
        for line in row.lines:
            found[line.parcel_line] += line.quantity
        if row.gid not in before['returns'] and found == wanted and row.status in ('OPEN', 'REQUESTED'):
            return row.gid
    return None


# === FOR THE STEPS === #


def _shows(step, state) -> Done | None:
    """``state`` is an order's ``fulfillment.State``; what is known of its returns stands in ``more['returns']``."""
    known = state.more.get('returns')
    gid = known and is_applied(step.kind, step.variables, step.before or {}, known)
    return Done(gid) if gid else None


def _result(payload: Mapping) -> Done:
    made = payload.get('return') or {}
    return Done(made.get('id'), made)


def _kind(root: str, arguments: Mapping[str, str], is_repeatable: bool = True) -> Kind:
    selection = 'return { id name status } userErrors { field message code }'
    return Kind(root, arguments, selection, _shows, _result, is_repeatable=is_repeatable, changes_orders=False)


KINDS = {
    'return_create': _kind('returnCreate', {'returnInput': 'ReturnInput!'}, is_repeatable=False),
    'return_process': _kind('returnProcess', {'input': 'ReturnProcessInput!'}, is_repeatable=False),
    'return_close': _kind('returnClose', {'id': 'ID!'}),
    'return_approve': _kind('returnApproveRequest', {'input': 'ReturnApproveRequestInput!'}),
    'return_decline': _kind('returnDeclineRequest', {'input': 'ReturnDeclineRequestInput!'}),
}


def told(steps: Iterable[Mapping]) -> dict[str, tuple[int, int]]:
    """``{line of a return: (units, of them restocked)}`` that process steps with these variables have told of."""
    units, restocked = Counter(), Counter()
    for variables in steps:
        for line in variables['input']['returnLineItems']:
            units[line['id']] += line['quantity']
            restocked[line['id']] += sum(
                part['quantity'] for part in line['dispositions'] if part['dispositionType'] == 'RESTOCKED'
            )
    return {gid: (count, restocked[gid]) for gid, count in units.items()}
