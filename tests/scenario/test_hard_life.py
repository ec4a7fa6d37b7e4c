"""Processes that die, a network that fails, people who change things by hand: the end state is the same."""
import time
from random import Random

import pytest

from tests.scenario import compare
from tests.scenario.world import wait_for

KINDS = ('plain', 'two_lines', 'discount_code', 'taxes_state_county', 'included_taxes', 'different_addresses', 'guest', 'pending')
ORDERS_A_SHOP = 24
RETRIES = {'retry_seconds': 2}
UNEXPLAINED_SECONDS = 30
QUIET_SECONDS = 2


def burst(world, seed):
    """Orders in both shops, mixed."""
    kinds = [KINDS[index % len(KINDS)] for index in range(ORDERS_A_SHOP)]
    Random(seed).shuffle(kinds)
    world.burst(dict.fromkeys(world.domains, kinds), seed)


@pytest.fixture(autouse=True)
def calm(world):
    """Nothing of a test's harm is left to the next one."""
    for domain in world.domains:
        world.simulator.deliveries(domain, **RETRIES)
    yield
    for domain in world.domains:
        world.simulator.post(f'/shops/{domain}/faults', clear=True)
        world.simulator.settings(domain, latency_ms=0)
        world.simulator.release(domain)


def shared_sku(world, least=10):
    """A SKU that both shops show with at least that many units, and its inventory items by domain."""
    states = {domain: world.simulator.state(domain) for domain in world.domains}
    for sku in sorted(world.initial):
        levels = [state['levels'].get(sku, {}).get(world.places[domain]) for domain, state in states.items()]
        if all(level and level['available'] >= least for level in levels):
            return sku, {domain: next(row['id'] for row in state['inventory_items'] if row['sku'] == sku)
                         for domain, state in states.items()}
    raise AssertionError('no SKU is left in both shops')


def test_a_worker_that_is_killed_while_it_writes_orders_loses_and_doubles_nothing(world):
    for domain in world.domains:
        world.simulator.deliveries(domain, hold=True)
    burst(world, 'worker')
    for domain in world.domains:
        world.simulator.release(domain)
    for _ in range(2):
        world.kill_busy_worker()
        time.sleep(1.5)
    compare.assert_none(world.settle(lambda: compare.everything(world)))
    compare.assert_none(world.serious())


def test_a_server_that_is_killed_while_it_writes_orders_loses_and_doubles_nothing(world):
    for domain in world.domains:
        world.simulator.deliveries(domain, hold=True)
    burst(world, 'server')
    for domain in world.domains:
        world.simulator.release(domain)
    world.busy_worker()
    compare.assert_none(world.serious())
    world.server.kill()
    world.restart()
    compare.assert_none(world.settle(lambda: compare.everything(world)))
    compare.assert_none(world.serious())


def test_a_shop_that_throttles_fails_and_hangs_up_is_asked_again_until_all_is_equal(world):
    plus, standard = world.domains
    world.simulator.settings(plus, latency_ms=50)
    for kind, count, match in (
        ('http_500', 2, 'nodes'), ('html_502', 2, 'nodes'), ('http_429', 2, ''), ('throttled', 3, ''),
        ('disconnect_after', 2, 'inventorySetQuantities'), ('disconnect_before', 1, 'nodes'),
    ):
        for domain in (plus, standard):
            world.simulator.fault(domain, kind, count, match=match, retry_after=1)
    world.simulator.fault(plus, 'timeout', 1, match='OrdersByIds', seconds=3)
    burst(world, 'faults')
    compare.assert_none(world.settle(lambda: compare.everything(world), seconds=240))
    for domain in (plus, standard):
        assert not world.simulator.state(domain)['settings']['faults'], 'every fault was met'
    compare.assert_none(world.serious())


def test_a_revoked_token_of_a_dev_dashboard_app_is_replaced_by_a_new_one(world):
    domain = world.domains[1]
    before = world.simulator.state(domain)['token_requests']
    world.simulator.fault(domain, 'revoke_token', 1, match='nodes')
    world.simulator.order(domain, kind='plain', seed='revoked')
    compare.assert_none(world.settle(lambda: compare.everything(world)))
    assert world.simulator.state(domain)['token_requests'] == before + 1, 'one worker signs in, once'
    assert world.server.admin.one(
        'shopify.backend', [('id', '=', world.stores[domain])], ['state'])['state'] == 'connected'


def test_a_sale_that_odoo_has_not_seen_is_never_undone_by_a_push(world):
    domain = world.domains[0]
    sku, items = shared_sku(world)
    shown = world.available(domain, sku, items[domain])
    on_hand = world.on_hand()[sku]
    world.simulator.deliveries(domain, hold=True)
    world.simulator.order(domain, kind='plain', seed='unseen', lines=[{'sku': sku, 'quantity': 2}])
    world.initial[sku] += 5
    world.set_on_hand(sku, float(on_hand) + 5)
    seen = watch(world, domain, sku, items[domain], until=shown + 5 - 2)
    assert set(seen) == {shown - 2, shown + 5 - 2}, 'at no moment more than there is'
    compare.assert_none(world.settle(lambda: compare.everything(world)))


def test_an_edit_by_hand_is_overwritten_only_after_the_orders_were_read(world):
    domain = world.domains[0]
    sku, items = shared_sku(world)
    shown = world.available(domain, sku, items[domain])
    edited = world.rows("SELECT now() AT TIME ZONE 'UTC'")[0][0]
    started = time.monotonic()
    world.simulator.set_inventory(domain, sku, available=shown + 7)
    world.wait_delivered()
    world.simulator.deliveries(domain, hold=True)
    world.simulator.order(domain, kind='plain', seed='hidden', lines=[{'sku': sku, 'quantity': 1}])
    seen = watch(world, domain, sku, items[domain], until=shown - 1)
    assert set(seen) <= {shown + 7, shown + 6, shown - 1}, seen
    assert time.monotonic() - started >= UNEXPLAINED_SECONDS, 'a person is given the time for a sale to explain it'
    swept = world.rows('SELECT swept_at FROM shopify_backend WHERE id = %s', world.stores[domain])[0][0]
    assert swept > edited, 'the orders were read before the value was overwritten'
    compare.assert_none(world.settle(lambda: compare.everything(world)))


def watch(world, domain, sku, item, until, seconds=200):
    """Values that a shop shows of a SKU one after the other, up to ``until``."""
    seen = []

    def is_there():
        now = world.available(domain, sku, item)
        if not seen or seen[-1] != now:
            seen.append(now)
        return now == until

    wait_for(is_there, f'{domain} shows {until} of {sku}', seconds, lambda: f'it shows {seen}', pause=0.1)
    return seen


def test_disconnecting_removes_what_was_registered_and_leaves_other_systems_alone(world):
    domain, other = world.domains
    foreign = subscribe_elsewhere(world, domain)
    world.wait_idle(kinds=('order', 'stock'))
    wait_for(lambda: is_quiet(world, domain), 'no lane has a turn under way', 60)
    world.server.call('shopify.backend', 'action_disconnect', [world.stores[domain]])
    left = world.simulator.state(domain)['subscriptions']
    assert [row['id'] for row in left] == [foreign], 'only the other system is told from now on'
    assert world.simulator.state(other)['subscriptions'], 'the other store stays connected'
    before = world.simulator.stats(domain)['requests']
    count = len(world.rows('SELECT 1 FROM sale_order'))
    world.simulator.order(domain, kind='plain', seed='gone')
    world.simulator.order(other, kind='plain', seed='still there')
    wait_for(lambda: len(world.rows('SELECT 1 FROM sale_order')) == count + 1, 'the other store sells', 60)
    world.wait_idle(kinds=('order', 'stock'))
    assert world.simulator.stats(domain)['requests'] == before, 'nothing talks to a disconnected shop'


def is_quiet(world, domain):
    """Whether nobody has asked the shop anything for a moment: a lane's turn that is under way comes to its end."""
    before = world.simulator.stats(domain)['requests']
    time.sleep(QUIET_SECONDS)
    return world.simulator.stats(domain)['requests'] == before


def subscribe_elsewhere(world, domain):
    """Register a webhook of another system with the same app; returns its id."""
    answer = world.graphql(domain, """mutation { webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: {
        uri: "https://other.example.com/hook"}) { webhookSubscription { id } userErrors { message } } }""")
    return answer['webhookSubscriptionCreate']['webhookSubscription']['id']
