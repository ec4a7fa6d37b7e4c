"""One stock in three shops: a count that changes everything, and a thousand sales a minute while quantities move.

SHOPIFY_CONNECTOR_VARIANTS (130) and SHOPIFY_CONNECTOR_SALES (30) make it larger: 5000 and 1000 is the full size.
"""
import math
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from tests.scenario import compare
from tests.scenario.trio import FIRST_UNITS, LEVELS_A_MUTATION, Trio, counted, three_shops, wait_for

VARIANTS = int(os.environ.get('SHOPIFY_CONNECTOR_VARIANTS', '130'))
SALES = int(os.environ.get('SHOPIFY_CONNECTOR_SALES', '30'))
SALES_A_MINUTE = 1000
PATIENCE = 180 + VARIANTS // 4 + SALES  # seconds
MOVES_A_SECOND = 2
FEWEST_MOVES = 5


@pytest.fixture(scope='module')
def trio(module_odoo_server):
    """Three shops that show the same stock, connected; both sides are equal."""
    with three_shops(VARIANTS) as simulator:
        yield Trio(simulator, module_odoo_server(endpoint=simulator.endpoint), VARIANTS).connect()


def test_a_count_of_everything_goes_out_in_as_few_mutations_as_there_can_be(trio):
    trio.wait_delivered()
    trio.wait_idle(PATIENCE)
    compare.assert_none(trio.differences())
    trio.reset_stats()
    units, started = FIRST_UNITS + 15, time.monotonic()
    levels = trio.count_all(units)
    wait_for(lambda: trio.all_show(units), 'all shops show the count', PATIENCE)
    made, least = trio.mutations(), math.ceil(levels / LEVELS_A_MUTATION)
    counted('the count', time.monotonic() - started, levels=3 * levels, mutations=sum(made.values()), reads=trio.reads())
    assert sum(made.values()) <= math.floor(3 * least * 1.02), made
    assert sum(trio.reads().values()) <= 3, 'what is known is not asked for'
    assert sum(trio.refused().values()) == 0, 'nothing was stale'
    compare.assert_none(trio.settle(trio.differences, PATIENCE))
    assert sum(trio.mutations().values()) == sum(made.values()), 'the echo of the writes makes no further ones'


def test_a_server_that_is_killed_while_a_shop_writes_undoes_no_sale_and_ends_equal(trio):
    trio.wait_delivered(PATIENCE)
    domain, skus, units = trio.domains[0], trio.skus[:20], FIRST_UNITS + 40
    for each in trio.domains:
        trio.simulator.deliveries(each, hold=True)
    trio.simulator.fault(domain, 'timeout_after', match='SetAvailable', seconds=60)
    trio.count([(sku, place, units) for sku in skus for place in trio.shelves])
    wait_for(lambda: trio.levels(domain)[skus[0], next(iter(trio.shelves))] == units, 'the shop has written it', PATIENCE)
    trio.simulator.order(domain, kind='plain', seed='killed', lines=[{'sku': skus[0], 'quantity': 3}])
    trio.server.kill()
    trio.restart()
    for each in trio.domains:
        trio.simulator.release(each)
    compare.assert_none(trio.settle(trio.differences, PATIENCE))
    compare.assert_none(trio.lost())
    compare.assert_none(trio.undone())


def sell(trio, domain, count, rate):
    """Customers of one shop, ``rate`` a second, each with a cart of what is there."""
    started = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, started + number / rate - time.monotonic()))
        trio.simulator.order(domain, kind='plain', seed=f'rush{number}')


def move(trio, session, ended):
    """Somebody counts goods all the time: a few more, a few less, some of them down to nearly nothing."""
    rng, number = Random(4), 0
    while not ended.wait(1 / MOVES_A_SECOND) or number < FEWEST_MOVES:
        number += 1
        units = rng.choice((FIRST_UNITS - 20, FIRST_UNITS, FIRST_UNITS + 5, 4))
        trio.count([(rng.choice(trio.skus), rng.choice(list(trio.shelves)), units)], session)
    return number


def test_a_thousand_sales_a_minute_are_all_imported_and_none_is_undone_while_quantities_move(trio):
    trio.wait_delivered(PATIENCE)
    before, ended, session = trio.refused(), threading.Event(), trio.server.session()
    started = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        mover = pool.submit(move, trio, session, ended)
        sellers = [pool.submit(sell, trio, domain, SALES // 3, SALES_A_MINUTE / 60 / 3) for domain in trio.domains]
        for seller in sellers:
            seller.result()
        sold_in = time.monotonic() - started
        ended.set()
        moves = mover.result()
    found = trio.settle(trio.differences, PATIENCE)
    refused = sum(trio.refused().values()) - sum(before.values())
    counted('the rush', time.monotonic() - started, sales=SALES // 3 * 3, sold_in=f'{sold_in:.1f} s', counts=moves,
            refused_as_stale=refused, mutations=sum(trio.mutations().values()))
    compare.assert_none(found)
    compare.assert_none(trio.lost())
    compare.assert_none(trio.undone())
    compare.assert_none(trio.serious())
