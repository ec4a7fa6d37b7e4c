"""Shopify Return -> shopify.return: what comes back, why, how far it is, and what goes out instead.

Read with the order, for many orders a request. Shopify has no state for a parcel on its way; a return that is open,
has a parcel with a tracking number and units that nobody has processed is taken to be in transit (Admin API, Return,
ReverseFulfillmentOrder, ReverseDelivery).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ..shopify import when

RETURNS_PER_ORDER = 3
LINES_PER_RETURN = 15
LINES_PER_PAGE = 50
STATES = {
    'REQUESTED': 'requested',
    'OPEN': 'open',
    'CLOSED': 'closed',
    'DECLINED': 'declined',
    'CANCELED': 'cancelled',
}
UNFINISHED = ('requested', 'open', 'in_transit')

_LINE = """
fragment ReturnLineF on ReturnLineItemType {
  id quantity processedQuantity refundedQuantity unprocessedQuantity returnReasonNote customerNote
  returnReasonDefinition { handle name }
  ... on ReturnLineItem { fulfillmentLineItem { id lineItem { id name } } }
}
"""
_REVERSE = (
    """
fragment ReverseF on ReverseFulfillmentOrder {
  reverseDeliveries(first: 3) {
    nodes { deliverable { ... on ReverseDeliveryShippingDeliverable { tracking { carrierName number url } } } }
  }
  lineItems(first: %d) {
    nodes { fulfillmentLineItem { id } dispositions { type quantity location { id } } } pageInfo { hasNextPage }
  }
}
"""
    % LINES_PER_RETURN
)
_RETURN = (
    """
fragment ReturnF on Return {
  id name status createdAt requestApprovedAt closedAt
  decline { reason note }
  returnLineItems(first: %d) { nodes { ...ReturnLineF } pageInfo { hasNextPage endCursor } }
  exchangeLineItems(first: 10) { nodes { id quantity processedQuantity lineItems { id name } } }
  reverseFulfillmentOrders(first: 3) { nodes { ...ReverseF } pageInfo { hasNextPage } }
}
"""
    % LINES_PER_RETURN
)

DOCUMENT = (
    """
query ReturnsOfOrders($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Order { id returns(first: %d) { nodes { ...ReturnF } pageInfo { hasNextPage endCursor } } }
  }
}
"""
    % RETURNS_PER_ORDER
    + _RETURN
    + _REVERSE
    + _LINE
)

MORE_RETURNS = (
    """
query MoreReturns($id: ID!, $first: Int = 10, $after: String) {
  order(id: $id) { returns(first: $first, after: $after) { nodes { ...ReturnF } pageInfo { hasNextPage endCursor } } }
}
"""
    + _RETURN
    + _REVERSE
    + _LINE
)

MORE_LINES = (
    """
query ReturnLines($id: ID!, $first: Int!, $after: String) {
  return(id: $id) {
    returnLineItems(first: $first, after: $after) { nodes { ...ReturnLineF } pageInfo { hasNextPage endCursor } }
  }
}
"""
    + _LINE
)

# One place at a time, with as many lines as a page can hold.
PLACES = """
query ReturnPlaces($id: ID!, $first: Int = 1, $after: String) {
  return(id: $id) {
    reverseFulfillmentOrders(first: $first, after: $after) { nodes { ...ReverseF } pageInfo { hasNextPage endCursor } }
  }
}
""" + _REVERSE.replace('lineItems(first: %d)' % LINES_PER_RETURN, 'lineItems(first: 250)')


def has_returns(order: Mapping) -> bool:
    """Whether an order's payload says that something of it comes back. Declined and cancelled returns do not count for
    Shopify: who knows of an unfinished one has to read it again."""
    return order.get('returnStatus') not in (None, 'NO_RETURN')


def lines(record: Mapping) -> list[dict]:
    return record['returnLineItems']['nodes']


def has_more_places(record: Mapping) -> bool:
    """Whether what came back lies in more places, or in more lines of one, than a return is read with."""
    reverse = record['reverseFulfillmentOrders']
    connections = [reverse, *(row['lineItems'] for row in reverse['nodes'])]
    return any(connection['pageInfo']['hasNextPage'] for connection in connections)


def tracking(record: Mapping) -> dict:
    """``{carrierName, number, url}`` of the last parcel that the customer has sent; empty without any."""
    found = [
        parcel['deliverable']['tracking']
        for reverse in record['reverseFulfillmentOrders']['nodes']
        for parcel in reverse['reverseDeliveries']['nodes']
        if (parcel.get('deliverable') or {}).get('tracking')
    ]
    return found[-1] if found else {}


def state(record: Mapping) -> str:
    """``requested``, ``open``, ``in_transit``, ``closed``, ``declined`` or ``cancelled``."""
    known = STATES.get(record['status'], 'open')
    is_waited_for = any(line['unprocessedQuantity'] for line in lines(record))
    return 'in_transit' if known == 'open' and is_waited_for and tracking(record).get('number') else known


def vals(record: Mapping) -> dict:
    """Values of ``shopify.return``. Times are naive UTC."""
    decline, parcel = record.get('decline') or {}, tracking(record)
    return {
        'name': record['name'],
        'state': state(record),
        'returned_at': when.to_utc(record['createdAt']),
        'approved_at': _moment(record.get('requestApprovedAt')),
        'closed_at': _moment(record.get('closedAt')),
        'decline_reason': (decline.get('reason') or '').replace('_', ' ').capitalize() or False,
        'decline_note': decline.get('note') or False,
        'carrier_name': parcel.get('carrierName') or False,
        'tracking_number': parcel.get('number') or False,
        'tracking_url': parcel.get('url') or False,
    }


def _moment(text: str | None):
    return when.to_utc(text) if text else False


def lines_vals(record: Mapping) -> list[dict]:
    """Values of ``shopify.return.line``: what comes back (kind ``return``) and what goes out instead (``exchange``).
    ``order_line`` is Shopify's id of the order's line, '' for what is not known or not on the order yet."""
    restocked = _restocked(record)
    found = [_line_vals(line, restocked) for line in lines(record)]
    for line in record['exchangeLineItems']['nodes']:
        sent = (line.get('lineItems') or [{}])[0]
        found.append(
            {
                'gid': line['id'],
                'kind': 'exchange',
                'name': sent.get('name') or False,
                'order_line': sent.get('id') or '',
                'quantity': line['quantity'],
                'processed': line['processedQuantity'],
            }
        )
    return found


def shelf(record: Mapping) -> str:
    """The location where the shop has last put something of it back, '' when nowhere."""
    found = [
        part['location']['id']
        for reverse in record['reverseFulfillmentOrders']['nodes']
        for line in reverse['lineItems']['nodes']
        for part in line['dispositions']
        if part['type'] == 'RESTOCKED' and part.get('location')
    ]
    return found[-1] if found else ''


def _restocked(record: Mapping) -> Counter:
    """``{line of a parcel: units}`` that the shop has put back on one of its shelves."""
    found = Counter()
    for reverse in record['reverseFulfillmentOrders']['nodes']:
        for line in reverse['lineItems']['nodes']:
            units = sum(part['quantity'] for part in line['dispositions'] if part['type'] == 'RESTOCKED')
            found[(line.get('fulfillmentLineItem') or {}).get('id')] += units
    return found


def _line_vals(line: Mapping, restocked: Counter) -> dict:
    reason = line.get('returnReasonDefinition') or {}
    parcel_line = line.get('fulfillmentLineItem') or {}
    source = parcel_line.get('lineItem') or {}
    back = min(line['processedQuantity'], restocked[parcel_line.get('id')])
    restocked[parcel_line.get('id')] -= back
    return {
        'gid': line['id'],
        'kind': 'return',
        'name': source.get('name') or False,
        'order_line': source.get('id') or '',
        'reason': reason.get('name') or False,
        'reason_handle': reason.get('handle') or False,
        'reason_note': line.get('returnReasonNote') or False,
        'customer_note': line.get('customerNote') or False,
        'quantity': line['quantity'],
        'processed': line['processedQuantity'],
        'restocked': back,
        'refunded': line['refundedQuantity'],
    }
