"""What Shopify knows of an order's parcels: what is still to be fulfilled and where, and what was fulfilled.

Work is done on *fulfilment orders*: the part of an order that one location ships. :data:`DOCUMENT` reads many orders a
request; what is longer than its pages is read on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

ORDERS, LINES, PARCELS, EVENTS = 4, 7, 4, 5
MORE = 50
# Which orders are shown without any of these is nothing that can be relied on.
READ_SCOPES = tuple(f'read_{kind}_fulfillment_orders' for kind in ('merchant_managed', 'assigned', 'third_party'))
WRITE_SCOPES = tuple(f'write_{scope[5:]}' for scope in READ_SCOPES)
FULFILLABLE = ('OPEN', 'IN_PROGRESS')
# What a service could not complete is the merchant's again, who ships it from elsewhere.
INCOMPLETE = 'INCOMPLETE'
OVER = ('CANCELLED', 'CLOSED')
# A parcel that counts: the others never left or came back.
SHIPPED = ('SUCCESS', 'OPEN', 'PENDING')

_ORDER = """
fragment OrderF on FulfillmentOrder {
  id status requestStatus fulfillAt
  supportedActions { action }
  assignedLocation { name location { id isFulfillmentService } }
  deliveryMethod { methodType }
  fulfillmentHolds { id reason reasonNotes displayReason heldByRequestingApp }
  lineItems(first: $lines) {
    nodes { id totalQuantity remainingQuantity lineItem { id } } pageInfo { hasNextPage endCursor }
  }
}
"""
PARCEL = """
fragment ParcelF on Fulfillment {
  id name status displayStatus createdAt inTransitAt deliveredAt estimatedDeliveryAt
  location { id }
  trackingInfo(first: 100) { company number url }
  fulfillmentLineItems(first: $lines) {
    nodes { id quantity lineItem { id } } pageInfo { hasNextPage endCursor }
  }
  fulfillmentOrders(first: 4) @include(if: $places) { nodes { id } }
}
"""
_EVENTS = "events(first: %d, sortKey: HAPPENED_AT, reverse: true) { nodes { id status happenedAt } }" % EVENTS
_PAGE = "pageInfo { hasNextPage endCursor }"

DOCUMENT = (
    """
query DeliveryStates(
  $ids: [ID!]!, $places: Boolean!, $orders: Int = %d, $lines: Int = %d, $parcels: Int = %d
) {
  nodes(ids: $ids) {
    ... on Order {
      id name cancelledAt displayFulfillmentStatus
      fulfillments(first: $parcels) { ...ParcelF %s }
      fulfillmentOrders(first: $orders) @include(if: $places) { nodes { ...OrderF } %s }
    }
  }
}
"""
    % (ORDERS, LINES, PARCELS, _EVENTS, _PAGE)
    + _ORDER
    + PARCEL
)
MORE_ORDERS = (
    """
query MoreFulfillmentOrders($id: ID!, $first: Int!, $after: String, $lines: Int = %d) {
  order(id: $id) { fulfillmentOrders(first: $first, after: $after) { nodes { ...OrderF } %s } }
}
"""
    % (LINES, _PAGE)
    + _ORDER
)
MORE_ORDER_LINES = """
query MoreFulfillmentOrderLines($id: ID!, $first: Int!, $after: String) {
  fulfillmentOrder(id: $id) {
    lineItems(first: $first, after: $after) { nodes { id totalQuantity remainingQuantity lineItem { id } } %s }
  }
}
""" % (_PAGE,)
# A list without pages: whoever has more parcels than that is not a customer.
MORE_PARCELS = (
    """
query MoreFulfillments($id: ID!, $first: Int!, $places: Boolean!, $lines: Int = %d) {
  order(id: $id) { fulfillments(first: $first) { ...ParcelF %s } }
}
"""
    % (LINES, _EVENTS)
    + PARCEL
)
MORE_PARCEL_LINES = """
query MoreFulfillmentLines($id: ID!, $first: Int!, $after: String) {
  fulfillment(id: $id) {
    fulfillmentLineItems(first: $first, after: $after) { nodes { id quantity lineItem { id } } %s }
  }
}
""" % (_PAGE,)
ALL_PARCELS = (25, 100, 250)


# === WHAT WAS READ === #


@dataclass(frozen=True)
class Line:
    """Units of an order line in a fulfilment order. ``gid`` is what a mutation names, ``line_gid`` the order's line."""

    gid: str
    line_gid: str
    total: int
    remaining: int


@dataclass(frozen=True)
class Hold:
    gid: str
    reason: str
    text: str = ''
    notes: str = ''
    is_ours: bool = False


@dataclass(frozen=True)
class Order:
    """A fulfilment order. ``actions``: what Shopify lets the app do with it."""

    gid: str
    status: str
    request_status: str = 'UNSUBMITTED'
    location_gid: str | None = None
    location_name: str = ''
    is_service: bool = False
    method: str = 'SHIPPING'
    fulfill_at: str | None = None
    actions: frozenset[str] = frozenset()
    holds: tuple[Hold, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.status not in OVER

    @property
    def remaining(self) -> int:
        return sum(line.remaining for line in self.lines)


@dataclass(frozen=True)
class Tracking:
    company: str | None = None
    number: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class FulfillmentLine:
    gid: str
    line_gid: str
    quantity: int


@dataclass(frozen=True)
class Event:
    gid: str
    status: str
    happened_at: str


@dataclass(frozen=True)
class Fulfillment:
    """A parcel. Moments are text as Shopify writes them; ``shipped_at`` is when the parcel was told."""

    gid: str
    name: str
    status: str
    location_gid: str | None = None
    display_status: str | None = None
    shipped_at: str | None = None
    in_transit_at: str | None = None
    delivered_at: str | None = None
    estimated_at: str | None = None
    tracking: tuple[Tracking, ...] = ()
    lines: tuple[FulfillmentLine, ...] = ()
    events: tuple[Event, ...] = ()
    order_gids: tuple[str, ...] = ()

    @property
    def created_at(self) -> str | None:
        return self.shipped_at

    @property
    def is_shipped(self) -> bool:
        return self.status in SHIPPED

    @property
    def units(self) -> Counter:
        """Units by order line."""
        found = Counter()
        for line in self.lines:
            found[line.line_gid] += line.quantity
        return found


@dataclass(frozen=True)
class State:
    """An order. ``orders`` is None when the app may not see fulfilment orders."""

    gid: str
    name: str = ''
    cancelled: bool = False
    display_status: str | None = None
    orders: tuple[Order, ...] | None = ()
    fulfillments: tuple[Fulfillment, ...] = ()
    more: Mapping = field(default_factory=dict)

    @property
    def fulfilled(self) -> Counter:
        """Units by order line that left according to Shopify."""
        found = Counter()
        for fulfillment in self.fulfillments:
            if fulfillment.is_shipped:
                found += fulfillment.units
        return found

    @property
    def remaining(self) -> Counter:
        """Units by order line that Shopify still waits for."""
        found = Counter()
        for order in self.orders or ():
            if order.is_open:
                for line in order.lines:
                    found[line.line_gid] += line.remaining
        return found


# === FROM SHOPIFY'S WORDS === #


def snapshot(node: Mapping) -> State:
    """An order of :data:`DOCUMENT`, whose connections are complete."""
    orders = node.get('fulfillmentOrders')
    return State(
        gid=node['id'],
        name=node.get('name') or '',
        cancelled=bool(node.get('cancelledAt')),
        display_status=node.get('displayFulfillmentStatus'),
        orders=None if orders is None else tuple(_order(row) for row in orders['nodes']),
        fulfillments=tuple(fulfillment(row) for row in node.get('fulfillments') or ()),
    )


def _order(node: Mapping) -> Order:
    assigned = node.get('assignedLocation') or {}
    place = assigned.get('location') or {}
    return Order(
        gid=node['id'],
        status=node['status'],
        request_status=node.get('requestStatus') or 'UNSUBMITTED',
        location_gid=place.get('id'),
        location_name=assigned.get('name') or '',
        is_service=bool(place.get('isFulfillmentService')),
        method=(node.get('deliveryMethod') or {}).get('methodType') or 'NONE',
        fulfill_at=node.get('fulfillAt'),
        actions=frozenset(row['action'] for row in node.get('supportedActions') or ()),
        holds=tuple(_hold(row) for row in node.get('fulfillmentHolds') or ()),
        lines=tuple(
            Line(row['id'], row['lineItem']['id'], row['totalQuantity'], row['remainingQuantity'])
            for row in node['lineItems']['nodes']
        ),
    )


def _hold(node: Mapping) -> Hold:
    return Hold(
        node['id'],
        node['reason'],
        node.get('displayReason') or '',
        node.get('reasonNotes') or '',
        bool(node.get('heldByRequestingApp')),
    )


def fulfillment(node: Mapping) -> Fulfillment:
    """A parcel as :data:`PARCEL` asks for it."""
    return Fulfillment(
        gid=node['id'],
        name=node.get('name') or '',
        status=node['status'],
        location_gid=(node.get('location') or {}).get('id'),
        display_status=node.get('displayStatus'),
        shipped_at=node.get('createdAt'),
        in_transit_at=node.get('inTransitAt'),
        delivered_at=node.get('deliveredAt'),
        estimated_at=node.get('estimatedDeliveryAt'),
        tracking=trackings(node.get('trackingInfo') or ()),
        lines=tuple(
            FulfillmentLine(row['id'], row['lineItem']['id'], row.get('quantity') or 0)
            for row in (node.get('fulfillmentLineItems') or {}).get('nodes') or ()
        ),
        events=tuple(
            Event(row['id'], row['status'], row['happenedAt']) for row in (node.get('events') or {}).get('nodes') or ()
        ),
        order_gids=tuple(row['id'] for row in (node.get('fulfillmentOrders') or {}).get('nodes') or ()),
    )


def trackings(rows: Iterable[Mapping]) -> tuple[Tracking, ...]:
    """From ``{company, number, url}`` rows, those that say nothing left out."""
    found = [Tracking(row.get('company') or None, row.get('number') or None, row.get('url') or None) for row in rows]
    return tuple(row for row in found if row.number or row.url)
