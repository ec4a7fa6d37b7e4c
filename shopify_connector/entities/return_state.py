"""What Shopify knows of an order's returns, as it is read before one is told of goods that came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..shopify import when

# Few of each, which is all that most orders have; who has more is asked for again, with as many as this.
MOST = {'returns': 50, 'parcels': 50, 'lines': 100}

STATE = """
query ReturnState($id: ID!, $returns: Int = 10, $parcels: Int = 10, $lines: Int = 25) {
  order(id: $id) {
    id
    lineItems(first: 100) { nodes { id quantity currentQuantity unfulfilledQuantity } }
    returns(first: $returns) {
      nodes {
        id name status createdAt
        returnLineItems(first: $lines) {
          nodes {
            id quantity processedQuantity unprocessedQuantity returnReasonNote
            ... on ReturnLineItem { fulfillmentLineItem { id lineItem { id } } }
          }
          pageInfo { hasNextPage }
        }
        reverseFulfillmentOrders(first: 3) {
          nodes {
            id
            lineItems(first: $lines) {
              nodes { id totalQuantity fulfillmentLineItem { id } dispositions { quantity } }
              pageInfo { hasNextPage }
            }
          }
        }
      }
      pageInfo { hasNextPage }
    }
  }
  returnableFulfillments(orderId: $id, first: $parcels) {
    nodes {
      returnableFulfillmentLineItems(first: $lines) {
        nodes { quantity fulfillmentLineItem { id lineItem { id } } }
        pageInfo { hasNextPage }
      }
    }
    pageInfo { hasNextPage }
  }
  returnReasonDefinitions(first: 50) { nodes { id handle deleted } }
}
"""


@dataclass(frozen=True)
class Line:
    """A line of a return. ``sold`` is the order's line, ``parcel_line`` the line of the parcel that it left with."""

    gid: str
    sold: str
    parcel_line: str
    quantity: int
    processed: int
    unprocessed: int


@dataclass(frozen=True)
class Place:
    """A line of a return's reverse fulfilment order: units of ``parcel_line`` of which nobody has said where they went."""

    gid: str
    parcel_line: str
    left: int


@dataclass(frozen=True)
class Return:
    gid: str
    name: str
    status: str
    lines: tuple[Line, ...]
    places: tuple[Place, ...] = ()
    opened_at: datetime | None = None

    @property
    def is_finished(self) -> bool:
        return not any(line.unprocessed for line in self.lines)


@dataclass(frozen=True)
class State:
    """What Shopify knows of an order's returns. ``returnable``: ``(order's line, parcel's line, units)`` that may still
    come back; ``gone``: units of each line that were taken off the order, by refunds mostly;
    ``with_customer``: those that have left and are on it still; ``reasons``: handle -> id."""

    gid: str
    returns: tuple[Return, ...] = ()
    returnable: tuple[tuple[str, str, int], ...] = ()
    gone: Mapping[str, int] = field(default_factory=dict)
    with_customer: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = True

    def find(self, gid: str) -> Return | None:
        return next((row for row in self.returns if row.gid == gid), None)


def snapshot(data: Mapping) -> State | None:
    """The answer to :data:`STATE`; None for an order that Shopify does not show."""
    order = data.get('order')
    if not order:
        return None
    parcels = data['returnableFulfillments']
    connections = [order['returns'], parcels]
    connections += [row['returnLineItems'] for row in order['returns']['nodes']]
    connections += [part['lineItems'] for row in order['returns']['nodes'] for part in _reverse(row)]
    connections += [row['returnableFulfillmentLineItems'] for row in parcels['nodes']]
    return State(
        gid=order['id'],
        returns=tuple(_return(row) for row in sorted(order['returns']['nodes'], key=lambda row: row['createdAt'])),
        returnable=tuple(
            (row['fulfillmentLineItem']['lineItem']['id'], row['fulfillmentLineItem']['id'], row['quantity'])
            for parcel in parcels['nodes']
            for row in parcel['returnableFulfillmentLineItems']['nodes']
            if row['quantity'] > 0
        ),
        gone={line['id']: line['quantity'] - line['currentQuantity'] for line in order['lineItems']['nodes']},
        with_customer={
            line['id']: line['currentQuantity'] - line['unfulfilledQuantity'] for line in order['lineItems']['nodes']
        },
        reasons={
            row['handle']: row['id'] for row in data['returnReasonDefinitions']['nodes'] if not row.get('deleted')
        },
        is_whole=not any(connection['pageInfo']['hasNextPage'] for connection in connections),
    )


def _reverse(row: Mapping) -> list[Mapping]:
    return row['reverseFulfillmentOrders']['nodes']


def _return(row: Mapping) -> Return:
    lines = tuple(
        Line(
            line['id'],
            line['fulfillmentLineItem']['lineItem']['id'],
            line['fulfillmentLineItem']['id'],
            line['quantity'],
            line['processedQuantity'],
            line['unprocessedQuantity'],
        )
        for line in row['returnLineItems']['nodes']
        if line.get('fulfillmentLineItem')
    )
    places = tuple(
        Place(
            place['id'],
            (place.get('fulfillmentLineItem') or {}).get('id') or '',
            place['totalQuantity'] - sum(part['quantity'] for part in place['dispositions']),
        )
        for part in _reverse(row)
        for place in part['lineItems']['nodes']
    )
    return Return(row['id'], row['name'], row['status'], lines, places, when.to_utc(row['createdAt']))
