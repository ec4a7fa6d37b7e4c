"""Worlds of deliveries: two shops with two locations each, warehouses of one, two and three steps, and what may happen to
orders on both sides.

A *world* is plain JSON: ``{"store": 0, "steps": [[verb, …], …], "ending": "heard" | "lost"}``. Orders, pickings, parcels
and returns are named by numbers that are taken modulo what there is, so that any part of a world is one.
"""

from __future__ import annotations

from contextlib import suppress

from hypothesis import strategies as st

from tests.simulator import control_fulfilment, order_life
from tests.simulator.order_events import LifeError
from tests.simulator.order_factory import place_order
from tests.simulator.order_notices import notices
from tests.simulator.order_returns import returnable_lines

STORES = ('here', 'there')
PLACES = ('Main', 'Annex')
SKUS = tuple(f'PARCEL-{number}' for number in range(4))
AT_FIRST = 500
# Of a whole request.
TROUBLES = (
    'disconnect_before',
    'disconnect_after',
    'http_500',
    'http_500_after',
    'timeout_after',
    'throttled',
    'html_502',
)
# Of one mutation among several, or later than anybody waits.
INSIDE = ('alias_failed', 'alias_failed_after', 'cut_inside', 'late')
LATE_SECONDS = 20


def shop_specs() -> list[dict]:
    return [
        {
            'domain': f'{name}-world.myshopify.com',
            'plan': 'plus',
            'customers': 0,
            'locations': list(PLACES),
            'products': [
                {
                    'title': f'Parcel {number}',
                    'sku': sku,
                    'price': '10.00',
                    'available': AT_FIRST,
                    # The last one leaves in Odoo's parcels, and Shopify has nothing of it shipped.
                    'requires_shipping': sku != SKUS[-1],
                }
                for number, sku in enumerate(SKUS)
            ],
        }
        for name in STORES
    ]


# -- strategies -------------------------------------------------------------------------------------------------------
_any, _units, _place = st.integers(0, 9), st.integers(1, 3), st.integers(0, 1)
HOW_BACK = ('requested', 'open', 'exchange', 'processed', 'processed')
HEARD = ('all', 'all', 'all', 'twice', 'backwards', 'some', 'lost')
_parts = st.lists(st.tuples(st.integers(0, 2), _units).map(list), max_size=2, unique_by=lambda row: row[0])


def _sales():
    lines = st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 4), _place, st.sampled_from((0, 0, 0, 1))).map(list),
        min_size=1,
        max_size=3,
        unique_by=lambda row: row[0],
    )
    return st.tuples(st.just('sale'), lines)


def _in_shop():
    return st.one_of(
        st.tuples(st.just('fulfill'), _any, _parts),
        st.tuples(st.just('fulfill'), _any, _parts),
        st.tuples(st.just('cancel_parcel'), _any, _any),
        st.tuples(st.just('move'), _any, _any, _place, _parts),
        st.tuples(st.just('hold'), _any, _parts),
        st.tuples(st.just('release'), _any),
        st.tuples(st.just('send_back'), _any, _parts, st.sampled_from(HOW_BACK)),
        st.tuples(st.just('return_step'), _any, st.sampled_from(('approve', 'decline', 'process', 'close', 'cancel'))),
        st.tuples(st.just('cancel'), _any),
        st.tuples(st.just('remove'), _any, st.integers(0, 2), st.integers(0, 2)),
    ).map(list)


def _in_odoo():
    ship = st.tuples(st.just('ship'), _any, _any, _parts, st.booleans())
    return st.one_of(
        ship,
        ship,
        ship,
        ship,
        st.tuples(st.just('undo'), _any, _any, _parts),
        st.tuples(st.just('receive'), _any, _any, _parts),
        st.tuples(st.just('arrive'), _any),
        st.tuples(st.just('tracking'), _any, _any),
    ).map(list)


def _trouble():
    """A crash before or after any request or commit, an answer that is lost, or something happening in between."""
    at = st.integers(1, 16)
    return st.one_of(
        st.builds(lambda at: {'crash': at}, at),
        st.builds(lambda kind, count: {'fault': kind, 'count': count}, st.sampled_from(TROUBLES), st.integers(1, 3)),
        st.builds(lambda kind, alias: {'fault': kind, 'alias': alias}, st.sampled_from(INSIDE), st.integers(0, 2)),
        st.builds(lambda kind: {'fault': kind, 'match': 'mutation'}, st.sampled_from(TROUBLES)),
        st.builds(lambda at, step: {'meanwhile': at, 'step': step}, at, st.one_of(_in_shop(), _in_odoo())),
    )


def _runs():
    trouble = st.one_of(st.just({}), _trouble(), _trouble())
    return st.tuples(st.just('run'), trouble).map(list)


def _news():
    return st.one_of(
        st.tuples(st.just('hear'), st.sampled_from(HEARD)),
        st.tuples(st.just('wait'), st.sampled_from((1, 6, 20, 60, 400))),
    ).map(list)


@st.composite
def worlds(draw, most: int = 24):
    first = [list(draw(_sales())) for _turn in range(draw(st.integers(1, 3)))]
    steps = st.one_of(_in_shop(), _in_odoo(), _in_odoo(), _runs(), _news(), _sales().map(list))
    return {
        'store': draw(st.integers(0, 1)),
        'steps': [*first, ['hear', 'all'], ['run', {}], *draw(st.lists(steps, min_size=most // 2, max_size=most))],
        'ending': draw(st.sampled_from(('heard', 'heard', 'lost'))),
    }


# -- what happens in a shop; all of it on the simulator's thread --------------------------------------------------------
def place_of(shop, place: int) -> str:
    return list(shop.locations)[place % len(PLACES)]


def sell(shop, lines: list, number: int):
    """Customers buy: ``lines`` are [[product, units, place, units at the other place]]."""
    routes = []
    for product, units, place, others in lines:
        elsewhere = min(others, units - 1)
        for where, part in ((place, units - elsewhere), (1 - place, elsewhere)):
            if part:
                routes.append({'sku': SKUS[product], 'quantity': part, 'location_id': place_of(shop, where)})
    rows = [{'sku': SKUS[product], 'quantity': units} for product, units, _place, _others in lines]
    customer = {'first_name': 'Una', 'last_name': f'World {number}', 'email': f'una{number}@example.com'}
    return place_order(
        shop, {'lines': rows, 'routes': routes, 'shipping': None, 'taxes': [], 'seed': 1, 'customer': customer}
    )


def _rows(order, parts: list, most) -> list:
    """[[position, units]] as [{line_item_id, quantity}], never more than ``most(line)``."""
    found = {}
    for position, units in parts:
        line = order.line_items[position % len(order.line_items)]
        units = min(units, most(line) - found.get(line.id, 0))
        if units > 0:
            found[line.id] = found.get(line.id, 0) + units
    return [{'line_item_id': gid, 'quantity': units} for gid, units in found.items()]


def _open_units(order, line) -> int:
    return sum(
        row.remaining_quantity
        for record in order.fulfillment_orders
        for row in record.line_items
        if record.status in ('OPEN', 'IN_PROGRESS') and row.line_item is line
    )


def fulfill(shop, order, parts: list) -> None:
    lines = _rows(order, parts, lambda line: _open_units(order, line))
    if parts and not lines:
        return
    if not any(_open_units(order, line) for line in order.line_items):
        return
    number = f'SHOP-{order.number}-{len(order.fulfillments)}'
    order_life.fulfill(
        shop,
        order,
        {'tracking': {'company': 'UPS', 'number': number}, **({'lines': lines} if lines else {})},
        shop.now(),
    )


def cancel_parcel(shop, order, which: int) -> None:
    parcels = [row for row in order.fulfillments if row.status == 'SUCCESS']
    if parcels:
        order_life.cancel_fulfillment(shop, parcels[which % len(parcels)], shop.now())


def move(shop, order, which: int, place: int, parts: list) -> None:
    records = [row for row in order.fulfillment_orders if row.is_open and row.remaining]
    if records:
        record = records[which % len(records)]
        most = {row.line_item.id: row.remaining_quantity for row in record.line_items}
        lines = _rows(order, parts, lambda line: most.get(line.id, 0))
        control_fulfilment.work(
            shop,
            order,
            {'id': record.id, 'step': 'move', 'location_id': place_of(shop, place), 'lines': lines},
            shop.now(),
        )


def hold(shop, order, parts: list) -> None:
    records = [row for row in order.fulfillment_orders if row.status == 'OPEN' and row.remaining]
    if records:
        most = {row.line_item.id: row.remaining_quantity for row in records[-1].line_items}
        lines = _rows(order, parts, lambda line: most.get(line.id, 0))
        control_fulfilment.work(shop, order, {'id': records[-1].id, 'step': 'hold', 'lines': lines}, shop.now())


def release(shop, order) -> None:
    for record in order.fulfillment_orders:
        if record.status == 'ON_HOLD':
            control_fulfilment.work(shop, order, {'id': record.id, 'step': 'release'}, shop.now())


def send_back(shop, order, parts: list, how: str) -> None:
    """A return is asked for, agreed upon, with something that goes out instead or without, or comes in at once, refunded and
    restocked."""
    available = returnable_lines(order)
    lines = _rows(order, parts, lambda line: sum(units for row, units in available if row.line_item is line))
    if parts and not lines:
        return
    args = {'requested': how == 'requested', 'process': how == 'processed', **({'lines': lines} if lines else {})}
    if how == 'exchange':
        args['exchange'] = [{'sku': SKUS[0], 'quantity': 1}]
    order_life.return_goods(shop, order, args, shop.now())


def return_step(shop, order, step: str) -> None:
    if order.returns:
        order_life.return_step(shop, order, {'step': step}, shop.now())


def cancel(shop, order) -> None:
    order_life.cancel(shop, order, {'restock': True, 'refund': True}, shop.now())


def remove(shop, order, position: int, units: int) -> None:
    """The merchant takes units that have not left out of the order."""
    line = order.line_items[position % len(order.line_items)]
    left = line.current_quantity - min(units, line.open)
    if 0 < left < line.current_quantity:
        order_life.edit(shop, order, {'set_quantity': [{'line_item_id': line.id, 'quantity': left}]}, shop.now())


DEEDS = {
    'fulfill': fulfill,
    'cancel_parcel': cancel_parcel,
    'move': move,
    'hold': hold,
    'release': release,
    'send_back': send_back,
    'return_step': return_step,
    'cancel': cancel,
    'remove': remove,
}


def happen(shop, verb: str, which: int, *arguments) -> bool:
    """Something happens to one of the shop's orders, where the shop lets it."""
    orders = list(shop.orders.values())
    if not orders:
        return False
    with suppress(LifeError):
        DEEDS[verb](shop, orders[which % len(orders)], *arguments)
        return True
    return False


# -- figures ------------------------------------------------------------------------------------------------------------
def figures(shop) -> dict:
    """``{order gid: {line gid: {fulfilled, returned, remaining}}}``: units as the shop has them."""
    return {gid: _of_order(order) for gid, order in shop.orders.items()}


def _of_order(order) -> dict:
    found = {line.id: {'fulfilled': 0, 'returned': 0, 'remaining': 0} for line in order.line_items}
    for parcel in order.fulfillments:
        for row in parcel.fulfillment_line_items if parcel.status == 'SUCCESS' else ():
            found[row.line_item.id]['fulfilled'] += row.quantity
    for refund in order.refunds:
        for row in refund.refund_line_items:
            if row.restock_type == 'RETURN' or refund.return_id:
                found[row.line_item.id]['returned'] += row.quantity
    for record in order.fulfillment_orders:
        for row in record.line_items if record.is_open else ():
            found[row.line_item.id]['remaining'] += row.remaining_quantity
    return found


def facts(shop) -> dict:
    """``{order gid: what has happened that both sides may disagree about}``: a set of cancelled, removed, held, returned,
    fulfilled."""
    found = {}
    for gid, order in shop.orders.items():
        seen = found[gid] = set()
        if order.cancelled_at:
            seen.add('cancelled')
        if any(line.removed for line in order.line_items):
            seen.add('removed')
        if any(record.status == 'ON_HOLD' for record in order.fulfillment_orders):
            seen.add('held')
        if order.returns or order.refunds:
            seen.add('returned')
        if any(row['number'].startswith('SHOP') for parcel in order.fulfillments for row in parcel.tracking_info):
            seen.add('fulfilled')
    return found


def parcels(shop) -> list[dict]:
    """Every fulfilment that there ever was: {order, gid, status, numbers, units}."""
    return [
        {
            'order': gid,
            'gid': parcel.id,
            'status': parcel.status,
            'numbers': [row['number'] for row in parcel.tracking_info if row['number']],
            'units': sum(row.quantity for row in parcel.fulfillment_line_items),
        }
        for gid, order in shop.orders.items()
        for parcel in order.fulfillments
    ]


def told(shop) -> list[dict]:
    """What was written to customers."""
    return list(notices(shop))


def unsent(shop) -> dict:
    """``{return gid: units}`` that were to go out instead and that nobody has processed."""
    return {
        record.id: sum(row['unprocessedQuantity'] for row in record.exchange_line_items)
        for order in shop.orders.values()
        for record in order.returns
    }
