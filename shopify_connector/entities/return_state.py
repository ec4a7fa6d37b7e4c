"""What Shopify knows of an order's returns, as it is read before one is told of goods that came back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..shopify import when

# Few of each, which is all that most orders have, in one request; who has more is read on, page by page: so many lines a
# page, or so many rows that have lines of their own.
FIRST = {'sold': 100, 'returns': 10, 'parcels': 10, 'lines': 25}
MORE = {'lines': 100, 'rows': 5}

_PAGE = "pageInfo { hasNextPage endCursor }"
_SOLD = "id quantity currentQuantity unfulfilledQuantity"
_LINE = """
  id quantity processedQuantity unprocessedQuantity returnReasonNote
  ... on ReturnLineItem { fulfillmentLineItem { id lineItem { id } } }
"""
_EXCHANGE = "id quantity processedQuantity unprocessedQuantity"
_PLACE = "id totalQuantity fulfillmentLineItem { id } dispositions { quantity }"
_PARCEL_LINE = "quantity fulfillmentLineItem { id lineItem { id } }"
_REVERSE = "id lineItems(first: $lines) { nodes { %s } %s }" % (_PLACE, _PAGE)
_RETURN = f"""
  id name status createdAt
  returnLineItems(first: $lines) {{ nodes {{ {_LINE} }} {_PAGE} }}
  exchangeLineItems(first: 5) {{ nodes {{ {_EXCHANGE} }} {_PAGE} }}
  reverseFulfillmentOrders(first: 3) {{ nodes {{ {_REVERSE} }} {_PAGE} }}
"""
_PARCEL = f"id returnableFulfillmentLineItems(first: $lines) {{ nodes {{ {_PARCEL_LINE} }} {_PAGE} }}"

STATE = f"""
query ReturnState($id: ID!, $sold: Int!, $returns: Int!, $parcels: Int!, $lines: Int!) {{
  order(id: $id) {{
    id
    lineItems(first: $sold) {{ nodes {{ {_SOLD} }} {_PAGE} }}
    returns(first: $returns) {{ nodes {{ {_RETURN} }} {_PAGE} }}
  }}
  returnableFulfillments(orderId: $id, first: $parcels) {{ nodes {{ {_PARCEL} }} {_PAGE} }}
  returnReasonDefinitions(first: 50) {{ nodes {{ id handle deleted }} }}
}}
"""


# === THE PAGES AFTER THE FIRST === #


@dataclass(frozen=True)
class Pages:
    """The pages of a list after the first: ``document`` asks for them, ``type`` is what has the list, '' for the query
    itself; ``size``: the name of how many rows a page has, see :data:`MORE`."""

    type: str
    name: str
    document: str
    size: str

    @property
    def path(self) -> tuple[str, ...]:
        return ('node', self.name) if self.type else (self.name,)


def _pages(type_: str, name: str, fields: str) -> Pages:
    nested = '$lines' in fields
    field = f"{name}({'' if type_ else 'orderId: $id, '}first: $first, after: $after) {{ nodes {{ {fields} }} {_PAGE} }}"
    document = f"""
query More{type_}{name[0].upper()}{name[1:]}($id: ID!, $first: Int!, $after: String{', $lines: Int = 50' if nested else ''}) {{
  {f'node(id: $id) {{ ... on {type_} {{ {field} }} }}' if type_ else field}
}}
"""
    return Pages(type_, name, document, 'rows' if nested else 'lines')


_ORDER = [_pages('Order', 'lineItems', _SOLD), _pages('Order', 'returns', _RETURN)]
_IN_RETURN = [
    _pages('Return', 'returnLineItems', _LINE),
    _pages('Return', 'exchangeLineItems', _EXCHANGE),
    _pages('Return', 'reverseFulfillmentOrders', _REVERSE),
]
_IN_PLACE = _pages('ReverseFulfillmentOrder', 'lineItems', _PLACE)
_PARCELS = _pages('', 'returnableFulfillments', _PARCEL)
_IN_PARCEL = _pages('ReturnableFulfillment', 'returnableFulfillmentLineItems', _PARCEL_LINE)
MORE_DOCUMENTS = [pages.document for pages in (*_ORDER, *_IN_RETURN, _IN_PLACE, _PARCELS, _IN_PARCEL)]


def lists(data: Mapping) -> Iterator[tuple[str, dict, Pages]]:
    """``(id of what has it, the list, its further pages)`` of every list in the answer to :data:`STATE`, the outer ones
    first: what is read of these has lists of its own."""
    order, parcels = data['order'], data['returnableFulfillments']
    for pages in _ORDER:
        yield order['id'], order[pages.name], pages
    for row in order['returns']['nodes']:
        for pages in _IN_RETURN:
            yield row['id'], row[pages.name], pages
        for place in _reverse(row):
            yield place['id'], place['lineItems'], _IN_PLACE
    yield order['id'], parcels, _PARCELS
    for row in parcels['nodes']:
        yield row['id'], row[_IN_PARCEL.name], _IN_PARCEL


# === WHAT WAS READ === #


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
class Exchange:
    """What goes out instead: units that are a line of the order, to be shipped as any other, once they are processed."""

    gid: str
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
    exchanges: tuple[Exchange, ...] = ()

    @property
    def is_finished(self) -> bool:
        """Nothing is missing, and what goes out instead may go: a return that is closed before sends nothing."""
        return not any(line.unprocessed for line in (*self.lines, *self.exchanges))


@dataclass(frozen=True)
class State:
    """What Shopify knows of an order's returns. ``returnable``: ``(order's line, parcel's line, units)`` that may still
    come back; ``gone``: units of each line that were taken off the order, by refunds mostly;
    ``with_customer``: those that have left and are on it still; ``reasons``: handle -> id. What is not ``is_whole`` lacks
    something of that, so that nothing may be concluded from it."""

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
        is_whole=not any(rows['pageInfo']['hasNextPage'] for _gid, rows, _pages in lists(data)),
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
    exchanges = tuple(
        Exchange(line['id'], line['processedQuantity'], line['unprocessedQuantity'])
        for line in row['exchangeLineItems']['nodes']
    )
    return Return(row['id'], row['name'], row['status'], lines, places, when.to_utc(row['createdAt']), exchanges)
