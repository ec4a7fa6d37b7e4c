"""What people may have Shopify told about an order's delivery: what is possible just now, and the steps of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .fulfillment import FULFILLABLE, State

# What people in the warehouse do; the rest is for people with a Shopify role.
WORKERS = ('prepared', 'out_for_delivery', 'delivered')
_EVENTS = {'out_for_delivery': 'OUT_FOR_DELIVERY', 'delivered': 'DELIVERED'}
# What a parcel may not have come to yet for the event to be news.
_OVER = {
    'out_for_delivery': ('OUT_FOR_DELIVERY', 'DELIVERED', 'PICKED_UP', 'CANCELED'),
    'delivered': ('DELIVERED', 'PICKED_UP', 'CANCELED'),
}


def targets(state: State, parcel_gid: str | None = None, told: Mapping | None = None) -> dict[str, list[dict]]:
    """``{kind: [{gid, name, units, holds}, …]}`` of what Shopify lets be done; kinds with nothing to do are left out.

    ``parcel_gid``: only what is about this parcel. ``told``: see :func:`told`.
    """
    told = told or {}
    found = {kind: _parcels(state, kind, parcel_gid) for kind in _EVENTS}
    if not parcel_gid:
        for order in state.orders or ():
            for kind in _kinds(order):
                found.setdefault(kind, []).append(_order(order))
    kept = {kind: [row for row in rows if row['gid'] not in told.get(kind, ())] for kind, rows in found.items()}
    return {kind: rows for kind, rows in kept.items() if rows}


def _kinds(order) -> Iterable[str]:
    if not order.is_open or not order.remaining:
        return
    if order.holds and 'RELEASE_HOLD' in order.actions:
        yield 'release'
    if order.method == 'PICK_UP' and order.status in FULFILLABLE and not order.holds:
        yield 'prepared'
    if order.status == 'SCHEDULED' and 'MARK_AS_OPEN' in order.actions:
        yield 'open'
    if 'REQUEST_FULFILLMENT' in order.actions and order.request_status in ('UNSUBMITTED', 'REJECTED'):
        yield 'request'


def _order(order) -> dict:
    return {
        'gid': order.gid,
        'name': order.location_name,
        'units': order.remaining,
        'holds': [hold.gid for hold in order.holds],
    }


def _parcels(state: State, kind: str, parcel_gid: str | None) -> list[dict]:
    return [
        {'gid': parcel.gid, 'name': parcel.name, 'units': sum(parcel.units.values()), 'holds': []}
        for parcel in state.fulfillments
        if parcel.is_shipped and parcel_gid in (None, parcel.gid) and parcel.display_status not in _OVER[kind]
    ]


def told(steps: Iterable[tuple[str, Mapping]]) -> dict[str, set[str]]:
    """``{kind: gids}`` of the steps ``(kind of the step, variables)`` that are done or on their way."""
    found: dict[str, set[str]] = {}
    for kind, variables in steps:
        if kind == 'event':
            event = variables['fulfillmentEvent']
            kind = next((name for name, status in _EVENTS.items() if status == event['status']), kind)
            gids = [event['fulfillmentId']]
        elif kind == 'prepared':
            gids = [row['fulfillmentOrderId'] for row in variables['input']['lineItemsByFulfillmentOrder']]
        else:
            gids = [variables['id']]
        found.setdefault(kind, set()).update(gids)
    return found


def steps(kind: str, rows: list[Mapping], note: str | None, now: str) -> Iterable[tuple[str, dict]]:
    """``(kind of the step, variables)`` of doing ``kind`` to the ``rows`` of :func:`targets`; ``now`` is an ISO moment."""
    if kind == 'prepared' and rows:
        groups = [{'fulfillmentOrderId': row['gid']} for row in rows]
        yield 'prepared', {'input': {'lineItemsByFulfillmentOrder': groups}}
        return
    for row in rows:
        if kind in _EVENTS:
            event = {'fulfillmentId': row['gid'], 'status': _EVENTS[kind], 'happenedAt': now}
            yield 'event', {'fulfillmentEvent': event}
        elif kind == 'release':
            yield 'release', {'id': row['gid'], 'holdIds': row['holds']}
        elif kind == 'request':
            yield 'request', {'id': row['gid'], **({'message': note} if note else {})}
        elif kind == 'open':
            yield 'open', {'id': row['gid']}
