"""The measurements. Each takes the stage and gives figures; nothing is asserted about time."""
import random
import time

from scripts.progress import step
from tests.bench import load
from tests.scenario.world import wait_for

KINDS = ('plain', 'two_lines', 'discount_code', 'line_discount', 'taxes_state_county', 'included_taxes', 'guest',
         'different_addresses', 'returning_customer', 'two_shipping_lines')
CONFIRMED = "SELECT count(*) FROM sale_order WHERE state = 'sale'"
PLENTY = 1000
LEVEL_OPERATIONS = ('SetAvailable', 'LevelsOfItems', 'LevelsOfItem', 'LevelsAtLocation', 'ActivateLevel')


def reset(world):
    for domain in world.domains:
        world.simulator.post(f'/shops/{domain}/stats/reset')


def spent(operations, wanted=lambda name: True):
    """``(requests, points)`` of the operations whose name is wanted."""
    rows = [row for name, row in operations.items() if wanted(name)]
    return sum(row[0] for row in rows), sum(row[1] for row in rows)


def by_operation(world):
    """``{operation: [requests, points]}`` of both shops, the dearest first."""
    sums = {}
    for domain in world.domains:
        for name, row in world.simulator.stats(domain)['by_operation'].items():
            requests, points = sums.get(name, (0, 0.0))
            sums[name] = (requests + row['requests'], points + float(row['points']))
    return dict(sorted(sums.items(), key=lambda item: -item[1][1]))


def confirmed(world):
    return world.rows(CONFIRMED)[0][0]


# -- stock ------------------------------------------------------------------------------------------------------------
def stock(world):
    """All products get plenty in Odoo: ``{levels, seconds, requests, points}`` until every shop shows it."""
    step('stock: all levels change')
    admin = world.server.admin
    place = admin.search_read('stock.warehouse', [], ['lot_stock_id'], limit=1)[0]['lot_stock_id'][0]
    products = [row['id'] for row in admin.search_read('product.product', [('is_storable', '=', True)])]
    reset(world)
    quants = admin.call('stock.quant', 'create', [
        {'product_id': product, 'location_id': place, 'inventory_quantity': PLENTY} for product in products
    ], context={'inventory_mode': True})
    started = time.monotonic()
    admin.call('stock.quant', 'action_apply_inventory', quants)
    wait_for(lambda: _all_show(world, PLENTY), 'every level is written', 180)
    seconds = time.monotonic() - started
    world.wait_idle(kinds=('stock', 'level'))
    requests, points = spent(by_operation(world), lambda name: name in LEVEL_OPERATIONS)
    levels = world.rows('SELECT count(*) FROM shopify_inventory_level WHERE pushed = %s', PLENTY)[0][0]
    return {'levels': levels, 'seconds': seconds, 'requests': requests, 'points': points}


def _all_show(world, units):
    return not world.rows("""SELECT 1 FROM shopify_inventory_level level
                              JOIN shopify_location place ON place.id = level.location_id
                              JOIN shopify_variant_binding variant ON variant.id = level.variant_binding_id
                             WHERE place.warehouse_id IS NOT NULL AND variant.tracked AND level.known != %s LIMIT 1""", units)


# -- orders -----------------------------------------------------------------------------------------------------------
def latency(world, count, latency_ms):
    """Seconds from payment to the confirmed order, of ``count`` orders one after the other."""
    step(f'latency: {count} orders one by one')
    for domain in world.domains:
        world.simulator.settings(domain, latency_ms=latency_ms)
    found = []
    for number in range(count):
        before = confirmed(world)
        started = time.monotonic()
        world.simulator.order(world.domains[number % 2], kind=KINDS[number % len(KINDS)], seed=f'latency{number}')
        while confirmed(world) == before and time.monotonic() - started < 90:
            time.sleep(0.005)
        found.append(time.monotonic() - started)
        time.sleep(random.uniform(0.3, 1.2))
    for domain in world.domains:
        world.simulator.settings(domain, latency_ms=0)
    world.wait_idle(kinds=('stock', 'order'))
    return found


def hold_orders(world, count, seed):
    """Place ``count`` paid orders whose deliveries are held; ``{domain: [gid, …]}``."""
    for domain in world.domains:
        world.simulator.deliveries(domain, hold=True)
    placed = {}
    for domain in world.domains:
        placed[domain] = [
            world.simulator.order(domain, kind=KINDS[number % len(KINDS)], seed=f'{seed}{number}')[0]['admin_graphql_api_id']
            for number in range(count // len(world.domains))]
    return placed


def burst(world, count):
    """Release the deliveries of ``count`` orders at once: ``{orders, seconds, requests, points, operations}``."""
    step(f'burst: {count} orders are placed')
    hold_orders(world, count, 'burst')
    reset(world)
    before = confirmed(world)
    started = time.monotonic()
    for domain in world.domains:
        world.simulator.release(domain)
    wait_for(lambda: confirmed(world) >= before + count, f'{count} orders are confirmed', 600,
             lambda: f'{confirmed(world) - before} orders', pause=0.05)
    seconds = time.monotonic() - started
    operations = by_operation(world)
    requests, points = spent(operations, lambda name: name not in LEVEL_OPERATIONS)
    world.wait_idle(kinds=('stock', 'order'))
    return {'orders': count, 'seconds': seconds, 'requests': requests, 'points': points, 'operations': operations}


# -- deliveries -------------------------------------------------------------------------------------------------------
def deliveries(world, count, parallel=16):
    """(:class:`load.Load` of signed deliveries, of the floor): no lane works meanwhile."""
    step(f'deliveries: {count}, and the floor')
    shop, port = world.shops[world.domains[0]], world.server.port
    floors = [load.post('/bench/floor', b'{}')] * count
    signed = [load.delivery(shop, '/shopify/webhook', 10**9 + number) for number in range(count + 200)]
    load.run(port, floors[:200], parallel)
    load.run(port, signed[:200], parallel)
    floor = load.run(port, floors, parallel)
    ours = load.run(port, signed[200:], parallel)
    world.rows("DELETE FROM shopify_task WHERE state = 'pending' AND kind = 'order'")
    world.rows('DELETE FROM ir_cron_trigger')
    return ours, floor


def one_process(stage, count):
    """(the lane over ``count`` orders in one process, the same number bare), each ``{orders, seconds, queries}``."""
    step(f'{count} orders in one process, and bare')
    world = stage.world
    domain = world.domains[0]
    gids = hold_orders(world, count * 2, 'alone')[domain]
    ours = stage.shell('measure_import', world.stores[domain], gids)
    return ours, stage.shell('measure_orders', count)
