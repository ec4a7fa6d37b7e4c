"""Two shops, 300 orders in a burst over a bad line: afterwards both sides are equal to the last figure."""
from random import Random

from tests.scenario import compare

ORDERS_A_SHOP = 150
KINDS = (
    'plain', 'two_lines', 'discount_code', 'order_discount', 'line_discount', 'stacked_discounts', 'shipping_discount',
    'buy_x_get_y', 'taxes_state_county', 'same_rate_taxes', 'included_taxes', 'canadian', 'mixed_taxes', 'guest',
    'different_addresses', 'same_addresses', 'unicode_names', 'returning_customer', 'two_shipping_lines',
    'foreign_currency', 'pending', 'authorized', 'free', 'random', 'random',
)


def mixed(seed):
    """Kinds of orders in an order that depends on the seed."""
    kinds = [KINDS[index % len(KINDS)] for index in range(ORDERS_A_SHOP)]
    Random(seed).shuffle(kinds)
    return kinds


def test_300_orders_over_a_bad_line_leave_both_sides_equal(world):
    for domain in world.domains:
        world.simulator.deliveries(domain, duplicate=0.33, shuffle=True, drop=0.05)
    world.burst({domain: mixed(domain) for domain in world.domains})
    world.wait_delivered()
    world.wait_idle(kinds=('order', 'product'))
    for domain in world.domains:
        world.simulator.deliveries(domain, duplicate=0, shuffle=False, drop=0)
        counters = world.simulator.stats(domain)['webhooks']
        assert counters['dropped'] and counters['duplicated'], counters
    world.sweep()
    compare.assert_none(world.settle(lambda: compare.everything(world)))
    compare.assert_none(world.serious())
