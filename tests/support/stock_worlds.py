"""Worlds of stock: three shops with two locations each, twenty products in two warehouses, and what may happen to them.

A *world* is plain JSON: ``{"products": [positions], "steps": [[verb, …], …], "ending": "heard" | "lost"}``. Products,
stores, orders and transfers are named by numbers that are taken modulo what there is, so that any part of a world is one.
"""

from __future__ import annotations

import copy
import math
from contextlib import suppress

from hypothesis import strategies as st

from tests.simulator.order_factory import place_order
from tests.support import shop_orders

STORES = ('north', 'south', 'west')
PLACES = ('Main', 'Annex')
SKUS = tuple(f'WORLD-{number}' for number in range(20))
COMPONENTS, KITS = range(4), range(16, 20)
# {kit: {component: units of it}}; the third holds another kit.
RECIPES = {16: {0: 2, 1: 1}, 17: {2: 1}, 18: {17: 2, 3: 1}, 19: {0: 1, 3: 3}}
AT_FIRST = 12
EMPTIED = 13
TROUBLES = (
    'disconnect_before',
    'disconnect_after',
    'http_500',
    'http_500_after',
    'timeout_after',
    'throttled',
    'html_502',
)


def shop_specs() -> list[dict]:
    """Three shops with the same goods; kits are goods like any other there."""
    return [
        {
            'domain': f'{name}-world.myshopify.com',
            'plan': 'plus',
            'customers': 1,
            'locations': list(PLACES),
            'products': [
                {'title': f'World {number}', 'sku': sku, 'price': '10.00', 'available': at_first(number)}
                for number, sku in enumerate(SKUS)
            ],
        }
        for name in STORES
    ]


def at_first(number: int, kits: bool = True) -> int:
    """What every level shows before anything has happened."""
    if not kits or number not in RECIPES:
        return AT_FIRST
    return min(at_first(part) // units for part, units in RECIPES[number].items())


# -- strategies -------------------------------------------------------------------------------------------------------
_store, _place = st.integers(0, 2), st.integers(0, 1)
_product, _units, _any = st.integers(0, 3), st.integers(1, 5), st.integers(0, 9)
HEARD = ('all', 'all', 'all', 'twice', 'backwards', 'some', 'levels', 'orders', 'lost')
ORDER_VERBS = (
    ('cancel', {'restock': True}),
    ('cancel', {'restock': False}),
    ('fulfill', {}),
    ('pay', {}),
    ('refund', {'lines': [[0, 1]], 'restock': 'CANCEL'}),
    ('refund', {'lines': [[0, 1]], 'restock': 'NO_RESTOCK'}),
    ('edit', {'set_quantity': [[0, 1]]}),
    ('edit', {'set_quantity': [[0, 4]]}),
)


def _sales():
    lines = st.lists(st.tuples(_product, _units).map(list), min_size=1, max_size=2, unique_by=lambda row: row[0])
    how = st.sampled_from(({}, {}, {}, {'payment': 'pending'}, {'counter': 0}, {'counter': 1}))
    return st.tuples(st.just('sale'), _store, lines, how)


def _in_shop():
    return st.one_of(
        _sales(),
        _sales(),
        _sales(),
        st.tuples(st.just('order'), _store, _any, st.sampled_from(ORDER_VERBS).map(list)),
        st.tuples(st.just('edit'), _store, _place, _product, st.integers(-5, 6).filter(bool)),
        st.tuples(st.just('shift'), _store, _place, _product, _units),
    ).map(list)


def _in_odoo():
    return st.one_of(
        st.tuples(st.just('count'), _place, _product, st.integers(0, 20)),
        st.tuples(st.just('move'), _place, _product, _units),
        st.tuples(st.just('sell'), _place, _product, _units),
        st.tuples(st.just('ship'), _any),
        st.tuples(st.just('receive'), _place, _product, _units),
        st.tuples(st.just('scrap'), _place, _product, _units),
        st.tuples(st.just('recipe'), _any, _units),
        st.tuples(st.just('empty'), _place),
    ).map(list)


def _trouble():
    """A crash before or after any request or commit, an answer that is lost, or something happening in between."""
    at = st.integers(1, 14)
    return st.one_of(
        st.builds(lambda at: {'crash': at}, at),
        st.builds(lambda kind, count: {'fault': kind, 'count': count}, st.sampled_from(TROUBLES), st.integers(1, 4)),
        st.builds(lambda at, step: {'meanwhile': at, 'step': step}, at, st.one_of(_in_shop(), _in_odoo())),
    )


def _runs():
    lane = st.sampled_from(('stock', 'stock', 'orders'))
    trouble = st.one_of(st.just({}), st.just({}), _trouble(), _trouble())
    return st.tuples(st.just('run'), _store, lane, trouble).map(list)


def _news():
    return st.one_of(
        st.tuples(st.just('hear'), _store, st.sampled_from(HEARD)),
        st.tuples(st.just('wait'), st.sampled_from((1, 6, 20, 40, 400))),
    ).map(list)


@st.composite
def worlds(draw, most: int = 24):
    parts = draw(st.lists(st.sampled_from(COMPONENTS), min_size=2, max_size=2, unique=True))
    others = [draw(st.sampled_from(KITS)), draw(st.integers(4, 15))]
    steps = st.one_of(_in_shop(), _in_odoo(), _runs(), _news(), _runs(), _in_shop())
    return {
        'products': parts + others,
        'steps': draw(st.lists(steps, min_size=most // 2, max_size=most)),
        'ending': draw(st.sampled_from(('heard', 'heard', 'lost'))),
    }


# -- shops as they were ------------------------------------------------------------------------------------------------
def _alike(simulator) -> dict:
    return {id(simulator): simulator, **{id(shop): shop for shop in simulator.shops.values()}}


def photographed(simulator) -> dict:
    """Everything that the shops hold, to come back to."""
    return {domain: copy.deepcopy(vars(shop), _alike(simulator)) for domain, shop in simulator.shops.items()}


def restore(simulator, photograph: dict) -> None:
    for domain, shop in simulator.shops.items():
        vars(shop).clear()
        vars(shop).update(copy.deepcopy(photograph[domain], _alike(simulator)))


# -- what happens in a shop; all of it on the simulator's thread ----------------------------------------------------------
def item_of(shop, number: int) -> str:
    return shop.variant_by_sku(SKUS[number]).inventory_item_id


def place_of(shop, place: int) -> str:
    return list(shop.locations)[place]


def shown(shop) -> dict:
    """``{(SKU, place): available}`` of what is stocked and tracked."""
    places = {gid: number for number, gid in enumerate(shop.locations)}
    return {
        (shop.inventory_items[item].sku, places[location]): level.available
        for (item, location), level in shop.levels.items()
        if level.is_active and item in shop.inventory_items
    }


def sell(shop, lines: list, how: dict):
    """Customers buy what the shop says it has, never more: the order, or None where there is nothing to buy."""
    how = dict(how)
    counter = how.pop('counter', None)
    rows = []
    for number, units in lines:
        levels = [shop.level(item_of(shop, number), gid) for gid in shop.locations]
        if counter is not None:
            levels = [levels[counter]]
        there = max((level.available for level in levels if level.is_active), default=0)
        if min(units, there) > 0:
            rows.append({'sku': SKUS[number], 'quantity': min(units, there)})
    if not rows:
        return None
    spec = {'lines': rows, 'shipping': None, 'taxes': [], **how}
    if counter is not None:
        spec |= {'pos': True, 'location_id': place_of(shop, counter)}
    return place_order(shop, spec)


def happen(shop, which: int, verb: str, arguments: dict) -> bool:
    """Something happens to one of the shop's orders, where the shop lets it."""
    orders = list(shop.orders.values())
    if not orders:
        return False
    order = orders[which % len(orders)]
    with suppress(ZeroDivisionError):
        return shop_orders.happen(shop, order, verb, arguments, shop.now())
    return False


def edit(shop, place: int, number: int, delta: int) -> int:
    """A merchant types another quantity, never one below zero; by how much it changed."""
    item, location = item_of(shop, number), place_of(shop, place)
    delta = max(delta, -max(shop.level(item, location).available, 0))
    shop.change_stock(item, location, available=delta)
    return delta


def shift(shop, place: int, number: int, units: int) -> int:
    """A merchant carries units to the other location."""
    units = -edit(shop, place, number, -units)
    edit(shop, 1 - place, number, units)
    return units


def sold(shop) -> dict:
    """``{(order gid, SKU): {place: units}}`` that are still sold, from where they are taken."""
    places, found = {gid: number for number, gid in enumerate(shop.locations)}, {}
    for order in shop.orders.values():
        for line in order.line_items:
            if not line.sku:
                continue
            taken = found.setdefault((order.id, line.sku), {})
            parts = [
                (places[row.location_id], part.total_quantity)
                for row in order.fulfillment_orders
                for part in row.line_items
                if part.line_item is line and row.location_id in places
            ]
            left = line.current_quantity
            for place, units in parts:
                taken[place] = taken.get(place, 0) + min(units, left)
                left -= min(units, left)
    return found


# -- what Odoo could deliver, from its tables alone --------------------------------------------------------------------------
_FREE = """
WITH own AS (
    SELECT warehouse.id AS warehouse, place.id AS place
      FROM stock_warehouse warehouse
      JOIN stock_location root ON root.id = warehouse.view_location_id
      JOIN stock_location place ON place.parent_path LIKE root.parent_path || '%%' AND place.usage = 'internal'
     WHERE warehouse.id = ANY(%(warehouses)s)
)
SELECT warehouse, product, SUM(units), SUM(reserved), SUM(promised) FROM (
    SELECT own.warehouse, quant.product_id AS product, quant.quantity AS units, quant.reserved_quantity AS reserved,
           0 AS promised
      FROM stock_quant quant JOIN own ON own.place = quant.location_id
     UNION ALL
    SELECT source.warehouse, move.product_id, 0, 0, move.product_qty
      FROM stock_move move
      JOIN own source ON source.place = move.location_id
      LEFT JOIN own target ON target.place = move.location_dest_id AND target.warehouse = source.warehouse
     WHERE move.state IN ('waiting', 'confirmed', 'partially_available', 'assigned') AND target.place IS NULL
) AS facts
 WHERE product = ANY(%(products)s)
 GROUP BY warehouse, product
"""
_HELD = """
SELECT sale.warehouse_id, line.product_id, SUM(line.product_uom_qty)
  FROM sale_order_line line
  JOIN sale_order sale ON sale.id = line.order_id
 WHERE sale.state IN ('draft', 'sent') AND line.shopify_line_gid IS NOT NULL AND line.product_id = ANY(%(products)s)
   AND NOT EXISTS (SELECT FROM shopify_order_binding binding WHERE binding.sale_order_id = sale.id
                      AND binding.fulfillment_status IN ('fulfilled', 'fulfillment_not_required'))
 GROUP BY sale.warehouse_id, line.product_id
"""


def exploded(recipes: dict, product: int, units: float) -> dict:
    """``{product: units}`` of what really leaves the shelf."""
    if product not in recipes:
        return {product: units}
    found: dict = {}
    for part, needed in recipes[product].items():
        for each, count in exploded(recipes, part, units * needed).items():
            found[each] = found.get(each, 0) + count
    return found


def deliverable(cr, warehouses: list, products: list, recipes: dict) -> dict:
    """``{(warehouse id, product id): full units}`` that could still be promised to somebody."""
    cr.execute(_FREE, {'warehouses': warehouses, 'products': products})
    free = {(row[0], row[1]): min(row[2] - row[3], row[2] - row[4]) for row in cr.fetchall()}
    cr.execute(_HELD, {'products': products})
    for warehouse, product, units in cr.fetchall():
        for part, count in exploded(recipes, product, units).items():
            free[warehouse, part] = free.get((warehouse, part), 0) - count
    found = {}
    for warehouse in warehouses:
        for product in products:
            parts = exploded(recipes, product, 1)
            units = min(free.get((warehouse, part), 0) / count for part, count in parts.items())
            found[warehouse, product] = max(0, math.floor(units + 1e-6))
    return found
