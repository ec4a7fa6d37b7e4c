"""Fulfilments that are made in Shopify -> what Odoo has to move: which orders need a look, what ships from where, what is
held. Everything takes the payload of an order or its :class:`fulfillment.State`; nothing here knows Odoo.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

# What an order's payload says of itself.
_ALL_LEFT, _SOME_LEFT, _HELD = 'FULFILLED', 'PARTIALLY_FULFILLED', 'ON_HOLD'
_NOTHING_LEFT = frozenset((None, 'UNFULFILLED', 'OPEN', 'RESTOCKED', 'FULFILLMENT_NOT_REQUIRED'))
# Whatever becomes of these, they ship nothing any more.
_GONE = frozenset(('CANCELLED',))


def needs_state(order: Mapping, is_known: bool = False) -> bool:
    """Whether the order's fulfilments and fulfilment orders have to be read: something has left or is held, it ships from
    several places, or Odoo knows of parcels that may have changed (``is_known``)."""
    if is_known or order.get('displayFulfillmentStatus') in (_ALL_LEFT, _HELD) or has_left_in_part(order):
        return True
    page = order.get('fulfillmentOrders') or {}
    nodes = [node for node in page.get('nodes') or [] if node.get('status') not in _GONE]
    places = {_place(node) for node in nodes}
    has_more = bool((page.get('pageInfo') or {}).get('hasNextPage'))
    return has_more or len(places) > 1 or any(node.get('status') == _HELD for node in nodes)


def has_left_in_part(order: Mapping) -> bool:
    """Whether some of it may have left, but not all. Most statuses are about what is left of an order only: all of that is
    scheduled, held, or asked of a service (Admin API, OrderDisplayFulfillmentStatus); its lines say whether there was more."""
    status = order.get('displayFulfillmentStatus')
    if status == _ALL_LEFT or status in _NOTHING_LEFT:
        return False
    lines = (order.get('lineItems') or {}).get('nodes') or ()
    return status == _SOME_LEFT or any(
        line['quantity'] > line.get('unfulfilledQuantity', line['quantity']) for line in lines
    )


def _place(node: Mapping) -> str:
    return ((node.get('assignedLocation') or {}).get('location') or {}).get('id') or ''


def is_from_till(order: Mapping, place: str | None = None) -> bool:
    """Whether the customer has taken along what left ``place`` (unknown when empty), whatever Odoo's stock says: it was sold
    in a shop. What is sold there and another location sends is a parcel like any other."""
    shop = (order.get('retailLocation') or {}).get('id')
    if shop:
        return place in (None, '', False, shop)
    return (order.get('sourceName') or '').lower() == 'pos'


# === WHERE FROM === #


def places(state) -> dict[str, dict[str, int]]:
    """``{order line gid: {location gid: units}}`` of what is still to leave and of what has left, by the locations that
    Shopify says; '' for a location that Shopify does not tell. Lines without any unit are left out."""
    found: dict[str, dict[str, int]] = {}
    for record in state.orders or ():
        if record.is_open:
            for line in record.lines:
                _add(found, line.line_gid, record.location_gid, line.remaining)
    for fulfillment in state.fulfillments:
        if fulfillment.is_shipped:
            for line in fulfillment.lines:
                _add(found, line.line_gid, fulfillment.location_gid, line.quantity)
    return found


def _add(found: dict, line: str, place: str | None, units: int) -> None:
    if units:
        by_place = found.setdefault(line, {})
        by_place[place or ''] = by_place.get(place or '', 0) + units


def spread(quantity: float, wanted: Mapping, present: Mapping, default, waiting: Mapping | None = None) -> dict:
    """How ``quantity`` more units (fewer, when it is negative) of a line are divided over its places so that these come as
    near as possible to ``wanted``: ``{place: quantity}`` whose sum is ``quantity``, no zeros.

    :param wanted: ``{place: units}`` that the line should have in the end, ``present``: ``{place: units}`` that it has.
    :param default: the place of what nobody wants anywhere.
    :param waiting: ``{place: units}`` of ``present`` that have not left: of these units are taken away first, wherever they
        are, for what has left can only come back. All of them when it is not said.
    """
    waiting = present if waiting is None else waiting
    gaps = {place: wanted.get(place, 0) - present.get(place, 0) for place in [*wanted, *present]}
    sign = 1 if quantity > 0 else -1
    left, found = abs(quantity), {}
    order = sorted(gaps.items(), key=lambda row: (-sign * row[1], str(row[0])))
    for place, gap in order:
        part = min(left, max(0, sign * gap), left if sign > 0 else max(0, waiting.get(place, 0)))
        if part:
            found[place] = sign * part
            left -= part
    if left and sign < 0:
        left = _take_more(found, waiting, left, default)
        surplus = {place: min(present.get(place, 0), -gap) for place, gap in order}
        left = _take_more(found, surplus, left, default)
        left = _take_more(found, present, left, default)
    if left:
        found[default] = found.get(default, 0) + sign * left
    return {place: part for place, part in found.items() if part}


def _take_more(found: dict, present: Mapping, left: float, default) -> float:
    """Take ``left`` units away wherever there still are some, the default place last; returns what cannot be taken."""
    for place in sorted(present, key=lambda place: (place == default, str(place))):
        part = min(left, max(0, present[place] + found.get(place, 0)))
        if part:
            found[place] = found.get(place, 0) - part
            left -= part
    return left


def moved(wanted: Mapping, present: Mapping, movable: Mapping) -> list[tuple]:
    """``[(from, to, units)]`` that bring ``present`` units by place as near to ``wanted`` as ``movable`` units allow."""
    surplus = {
        place: min(present[place] - wanted.get(place, 0), movable.get(place, 0))
        for place in present
        if present[place] > wanted.get(place, 0)
    }
    missing = {place: units - present.get(place, 0) for place, units in wanted.items() if units > present.get(place, 0)}
    found = []
    for target, needed in missing.items():
        for source in list(surplus):
            part = min(needed, surplus[source])
            if part > 0:
                found.append((source, target, part))
                surplus[source] -= part
                needed -= part
    return found


# === HOLDS === #


def held_units(state) -> dict[str, int]:
    """``{order line gid: units}`` that Shopify does not let go."""
    found: dict[str, int] = {}
    for record in state.orders or ():
        if record.status == _HELD:
            for line in record.lines:
                if line.remaining:
                    found[line.line_gid] = found.get(line.line_gid, 0) + line.remaining
    return found


def hold_reasons(state) -> list[str]:
    """Shopify's words for the holds, each once."""
    rows = [
        ' – '.join(part for part in (hold.text or hold.reason.replace('_', ' ').capitalize(), hold.notes) if part)
        for record in state.orders or ()
        if record.status == _HELD
        for hold in record.holds
    ]
    return list(dict.fromkeys(row for row in rows if row))


# === UNITS OF KITS === #


def still_needed(kits: float, out: float, total: float, ordered: float, gone: float) -> float:
    """Units of a component that have to leave so that ``kits`` more kits are complete.

    :param out: kits that are complete with the customer, ``ordered``: kits of the line, ``total``: units of the component
        for all of them, ``gone``: units of it that have left.
    """
    if not ordered:
        return 0.0
    return min(max(0.0, (out + kits) * total / ordered - gone), max(0.0, total - gone))


def whole(units: float) -> int:
    """Whole units of what Odoo counts; a tiny rounding below a whole one is that whole one."""
    return math.floor(units + 1e-6)
