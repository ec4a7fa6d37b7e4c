"""The changes that tell Shopify of deliveries: how each is said, and how to see afterwards whether it was carried out.

A step is anything with ``kind``, ``variables`` (by the name of the mutation's arguments) and ``before`` (what was known when
it was planned). Several steps go in one request, each under an alias of its own: Shopify carries them out one after the
other, and one that fails fails alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import fulfillment as reading
from .fulfillment import Fulfillment, Order, State, Tracking

_ERRORS = "userErrors { field message }"
_TYPED_ERRORS = "userErrors { field message code }"
_CREATED = """
fulfillment {
  id name status displayStatus createdAt location { id }
  trackingInfo(first: 100) { company number url }
  fulfillmentLineItems(first: 100) { nodes { id quantity lineItem { id } } }
  fulfillmentOrders(first: 4) { nodes { id } }
}
"""


@dataclass(frozen=True)
class Done:
    """What a step has led to: the gid of what it made, and what is kept of the answer."""

    gid: str | None = None
    answer: Mapping | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of step.

    ``arguments``: the mutation's arguments with their GraphQL types; ``selection``: what is asked of its payload.
    ``is_applied(step, state)``: what Shopify shows that the step has led to, or None; ``known`` gids of other steps' results
    stand in ``step.before['known']``.
    ``result(payload)``: the same from the answer.
    ``is_repeatable``: sent twice it is the same as once, customers' messages included; a step of it may say otherwise,
    see :func:`may_repeat`.
    ``is_visible``: whether Shopify shows afterwards that it was carried out. What it does not show is never sent again.
    ``changes_orders``: what was read before is no longer true of the fulfilment orders.
    """

    root: str
    arguments: Mapping[str, str]
    selection: str
    is_applied: Callable[[Any, State], Done | None]
    result: Callable[[Mapping], Done]
    is_repeatable: bool = True
    is_visible: bool = True
    changes_orders: bool = True


# === IN ONE REQUEST === #


def document(kinds: Sequence[Kind]) -> str:
    """One mutation for so many steps, in this order; the answer to each stands under ``s0``, ``s1``, …"""
    declared, parts = [], []
    for index, kind in enumerate(kinds):
        given = []
        for name, type_ in kind.arguments.items():
            declared.append(f'$s{index}_{name}: {type_}')
            given.append(f'{name}: $s{index}_{name}')
        parts.append(f"  s{index}: {kind.root}({', '.join(given)}) {{ {' '.join(kind.selection.split())} }}")
    roots = {kind.root for kind in kinds}
    root = roots.pop() if len(roots) == 1 else 'deliverySteps'
    body = '\n'.join(parts)
    return f"mutation {root[0].upper()}{root[1:]}({', '.join(declared)}) {{\n{body}\n}}"


def variables(kinds: Sequence[Kind], steps: Sequence) -> dict:
    """The variables of :func:`document`; what a step does not give is left out."""
    return {
        f's{index}_{name}': step.variables[name]
        for index, (kind, step) in enumerate(zip(kinds, steps, strict=True))
        for name in kind.arguments
        if name in step.variables
    }


def text(values: Mapping) -> str:
    """One spelling of a step's variables, whether they come from the database or not."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False)


def may_repeat(kind: Kind, step) -> bool:
    """Whether to send it twice is the same as once: not when Shopify tells the customer each time."""
    return kind.is_repeatable and not step.variables.get('notifyCustomer')


# === TRACKING === #


def tracking_input(rows: Iterable[Tracking]) -> dict | None:
    """A ``FulfillmentTrackingInput``; None when there is nothing to say. A parcel has one carrier."""
    rows = [row for row in rows if row.number or row.url]
    if not rows:
        return None
    company = next((row.company for row in rows if row.company), None)
    found = {'company': company} if company else {}
    numbers, urls = [row.number for row in rows if row.number], [row.url for row in rows if row.url]
    if len(rows) == 1:
        return found | {name: value[0] for name, value in (('number', numbers), ('url', urls)) if value}
    if numbers:
        found['numbers'] = numbers
    # Shopify pairs addresses with numbers by their place.
    if urls and len(urls) in (len(rows), len(numbers) or len(rows)):
        found['urls'] = urls
    return found


def tracking_of(given: Mapping | None) -> tuple[set, set, str | None]:
    """``(numbers, urls, company)`` of a ``FulfillmentTrackingInput``."""
    given = given or {}
    numbers = given.get('numbers') or ([given['number']] if given.get('number') else [])
    urls = given.get('urls') or ([given['url']] if given.get('url') else [])
    return set(numbers), set(urls), given.get('company')


def says_less(given: Mapping | None, told: Mapping | None) -> bool:
    """Whether nothing is left to say, or nothing but the addresses that were told beside numbers."""
    numbers, urls, _company = tracking_of(given)
    told_numbers, told_urls, _company = tracking_of(told)
    return not numbers and (not urls or bool(told_numbers) and urls <= told_urls)


def has_tracking(fulfillment: Fulfillment, given: Mapping | None) -> bool:
    """Whether a parcel shows this tracking. Shopify adds addresses of carriers that it knows."""
    numbers, urls, company = tracking_of(given)
    shown = fulfillment.tracking
    return (
        {row.number for row in shown if row.number} == numbers
        and urls <= {row.url for row in shown if row.url}
        and (not company or not shown or company in {row.company for row in shown})
    )


# === WHETHER IT WAS DONE === #


def _created(step, state: State) -> Done | None:
    """A parcel that was not there before, with exactly these units, from these fulfilment orders: best the one with this
    tracking. Shopify, another app or a person may have changed that since, so that one with another tracking is taken for ours
    as well: to be wrong about it is better than the same parcel twice, unless it stands for other goods in Odoo (``others``).
    """
    wanted = step.variables['fulfillment']
    groups = wanted['lineItemsByFulfillmentOrder']
    units = {gid: count for gid, count in (step.before.get('units') or {}).items() if count}
    sources = {group['fulfillmentOrderId'] for group in groups}
    known = {*(step.before.get('fulfillments') or ()), *(step.before.get('known') or ())}
    rows = [
        row
        for row in state.fulfillments
        if row.gid not in known and dict(row.units) == units and (not row.order_gids or sources & set(row.order_gids))
    ]
    others = step.before.get('others') or ()
    alike = [row for row in rows if has_tracking(row, wanted.get('trackingInfo'))]
    found = [*alike, *(row for row in rows if row.is_shipped and row.gid not in others)]
    return Done(found[0].gid) if found else None


def _tracked(step, state: State) -> Done | None:
    """Addresses and companies are spelled by Shopify as it likes: the numbers tell, where they were to change."""
    row, given = _fulfillment(state, step.variables['fulfillmentId']), step.variables['trackingInfoInput']
    if not row:
        return None
    wanted = _plain(tracking_of(given)[0])
    before = _plain(former.get('number') for former in step.before.get('tracking') or ())
    is_seen = wanted != before and wanted == _plain(shown.number for shown in row.tracking)
    return Done(row.gid) if is_seen or has_tracking(row, given) else None


def _plain(numbers: Iterable[str | None]) -> set[str]:
    """Tracking numbers however they are written."""
    return {''.join(filter(str.isalnum, number)).upper() for number in numbers if number}


def _told(step, state: State) -> Done | None:
    """Shopify keeps the moment to the second."""
    wanted = step.variables['fulfillmentEvent']
    row = _fulfillment(state, wanted['fulfillmentId'])
    for event in row.events if row else ():
        if event.status == wanted['status'] and _moment(event.happened_at) == _moment(wanted.get('happenedAt')):
            return Done(event.gid)
    return None


def _cancelled(step, state: State) -> Done | None:
    row = _fulfillment(state, step.variables['id'])
    return Done(row.gid) if row and row.status == 'CANCELLED' else None


def _moved(step, state: State) -> Done | None:
    """The units are where they were to go: the fulfilment order itself, or the part of it that was split off."""
    wanted = step.before.get('units') or {}
    place = step.variables['newLocationId']
    there = dict.fromkeys(wanted, 0)
    for order in state.orders or ():
        if order.is_open and order.location_gid == place:
            for line in order.lines:
                if line.line_gid in there:
                    there[line.line_gid] += line.remaining
    already = step.before.get('there') or {}
    if wanted and all(there[gid] >= units + already.get(gid, 0) for gid, units in wanted.items()):
        return Done(step.variables['id'])
    return None


def _is_open(step, state: State) -> Done | None:
    order = _order(state, step.variables['id'])
    return Done(order.gid) if order and order.status not in ('SCHEDULED', 'ON_HOLD') else None


def _is_accepted(step, state: State) -> Done | None:
    order = _order(state, step.variables['id'])
    return Done(order.gid) if order and order.request_status not in ('SUBMITTED', 'UNSUBMITTED') else None


def _is_requested(step, state: State) -> Done | None:
    order = _order(state, step.variables['id'])
    return Done(order.gid) if order and order.request_status != 'UNSUBMITTED' else None


def _is_released(step, state: State) -> Done | None:
    """The holds that were to go are gone, whatever others came since."""
    order = _order(state, step.variables['id'])
    if not order:
        return None
    asked = step.variables.get('holdIds')
    left = [hold for hold in order.holds if not asked or hold.gid in asked]
    return None if left else Done(order.gid)


def _never_seen(step, state: State) -> Done | None:
    return None


def _fulfillment(state: State, gid: str) -> Fulfillment | None:
    return next((row for row in state.fulfillments if row.gid == gid), None)


def _order(state: State, gid: str) -> Order | None:
    return next((row for row in state.orders or () if row.gid == gid), None)


def _moment(text: str | None) -> int | None:
    if not text:
        return None
    return int(datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp())


# === WHAT THE ANSWER SAYS === #


def _made(name: str) -> Callable[[Mapping], Done]:
    def result(payload: Mapping) -> Done:
        made = payload.get(name) or {}
        return Done(made.get('id'), made)

    return result


def fulfillment_of(answer: Mapping) -> Fulfillment:
    """The parcel in the kept answer of a 'create'."""
    return reading.fulfillment(answer)


def _order_kind(
    root: str, arguments: Mapping[str, str], is_applied, payload: str = 'fulfillmentOrder', **options
) -> Kind:
    errors = options.pop('errors', _ERRORS)
    return Kind(
        root, arguments, f'{payload} {{ id status requestStatus }} {errors}', is_applied, _made(payload), **options
    )


KINDS: dict[str, Kind] = {
    'create': Kind(
        'fulfillmentCreate',
        {'fulfillment': 'FulfillmentInput!'},
        f'{_CREATED} {_ERRORS}',
        _created,
        _made('fulfillment'),
        is_repeatable=False,
        changes_orders=False,
    ),
    'tracking': Kind(
        'fulfillmentTrackingInfoUpdate',
        {'fulfillmentId': 'ID!', 'trackingInfoInput': 'FulfillmentTrackingInput!', 'notifyCustomer': 'Boolean'},
        f'fulfillment {{ id trackingInfo(first: 100) {{ company number url }} }} {_ERRORS}',
        _tracked,
        _made('fulfillment'),
        changes_orders=False,
    ),
    'event': Kind(
        'fulfillmentEventCreate',
        {'fulfillmentEvent': 'FulfillmentEventInput!'},
        f'fulfillmentEvent {{ id status happenedAt }} {_ERRORS}',
        _told,
        _made('fulfillmentEvent'),
        is_repeatable=False,
        changes_orders=False,
    ),
    'cancel': Kind(
        'fulfillmentCancel',
        {'id': 'ID!'},
        f'fulfillment {{ id status }} {_ERRORS}',
        _cancelled,
        _made('fulfillment'),
    ),
    'move': _order_kind(
        'fulfillmentOrderMove',
        {'id': 'ID!', 'newLocationId': 'ID!', 'fulfillmentOrderLineItems': '[FulfillmentOrderLineItemInput!]'},
        _moved,
        'movedFulfillmentOrder',
        errors=_TYPED_ERRORS,
        is_repeatable=False,
    ),
    'open': _order_kind('fulfillmentOrderOpen', {'id': 'ID!'}, _is_open),
    'accept': _order_kind('fulfillmentOrderAcceptFulfillmentRequest', {'id': 'ID!', 'message': 'String'}, _is_accepted),
    'release': _order_kind(
        'fulfillmentOrderReleaseHold', {'id': 'ID!', 'holdIds': '[ID!]'}, _is_released, errors=_TYPED_ERRORS
    ),
    'request': _order_kind(
        'fulfillmentOrderSubmitFulfillmentRequest',
        {
            'id': 'ID!',
            'message': 'String',
            'notifyCustomer': 'Boolean',
            'fulfillmentOrderLineItems': '[FulfillmentOrderLineItemInput!]',
        },
        _is_requested,
        'submittedFulfillmentOrder',
    ),
    # Shopify tells the customer at once, and shows nowhere that it did.
    'prepared': Kind(
        'fulfillmentOrderLineItemsPreparedForPickup',
        {'input': 'FulfillmentOrderLineItemsPreparedForPickupInput!'},
        _TYPED_ERRORS,
        _never_seen,
        lambda payload: Done(),
        is_repeatable=False,
        is_visible=False,
    ),
}

# What these have done stands in the parcels, which an app without scopes for fulfilment orders is shown too.
PARCEL_KINDS = frozenset(('create', 'tracking', 'event', 'cancel'))
