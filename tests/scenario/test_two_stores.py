"""Two shops, 300 orders in a burst over a bad line: afterwards both sides are equal to the last figure. Then orders are
paid, edited, shipped, refunded and cancelled in both at once, and the books of all of them follow to the cent."""
from random import Random

from tests.scenario import compare, compare_books

ORDERS_A_SHOP = 150
KINDS = (
    'plain', 'two_lines', 'discount_code', 'order_discount', 'line_discount', 'stacked_discounts', 'shipping_discount',
    'buy_x_get_y', 'taxes_state_county', 'same_rate_taxes', 'included_taxes', 'canadian', 'mixed_taxes', 'guest',
    'different_addresses', 'same_addresses', 'unicode_names', 'returning_customer', 'two_shipping_lines',
    'foreign_currency', 'pending', 'authorized', 'free', 'gift_card_paid', 'subscription',
    'random', 'random',
)
LIVES = ('plain', 'two_lines', 'discount_code', 'stacked_discounts', 'taxes_state_county', 'included_taxes', 'canadian',
         'two_shipping_lines', 'tip', 'duties', 'gift_card_paid', 'gift_card_sold', 'partially_paid', 'authorized', 'free')
LIVES_A_SHOP = 30
# What costs nothing cannot be refunded, and gift cards are fulfilled at once, so that such an order cannot be cancelled.
UNTOUCHED = {'free', 'gift_card_sold'}


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


def lives(rng, order):
    """What may happen to a paid order: ``[(action, values), …]``."""
    line = {'line_item_id': order['lines'][0]['id'], 'quantity': 1}
    return rng.choice((
        [],
        [('refund', {'lines': [line]})],
        [('refund', {'lines': [{**line, 'restock_type': 'NO_RESTOCK'}]})],
        [('refund', {'shipping': True})],
        [('refund', {'amount': '1.00'})],
        [('fulfill', {}), ('refund', {'lines': [{**line, 'restock_type': 'RETURN'}]})],
        [('fulfill', {}), ('refund', {'lines': [{**line, 'restock_type': 'NO_RESTOCK'}]})],
        [('refund', {'lines': [line], 'amount': '0.50'}), ('refund', {'amount': '0.25'})],
        [('cancel', {'restock': True, 'refund': True})],
    ))


def live(world, rng, before):
    """Let every order that can take it, past the first so many of each shop, have its life; returns how many things have
    happened."""
    done = 0
    for domain in world.domains:
        for order in world.simulator.state(domain)['orders'][before[domain]:]:
            if order['financial_status'] != 'PAID' or not order['lines'] or order['kind'] in UNTOUCHED:
                continue
            for action, values in lives(rng, order):
                world.simulator.post(f'/shops/{domain}/orders/{order["legacy_id"]}/{action}', **values)
                done += 1
    return done


def test_the_books_follow_the_lives_of_orders(world):
    rng = Random(3)
    before = {domain: len(world.simulator.state(domain)['orders']) for domain in world.domains}
    for domain in world.domains:
        world.simulator.deliveries(domain, duplicate=0.2, shuffle=True)
    world.burst({domain: [rng.choice(LIVES) for _order in range(LIVES_A_SHOP)] for domain in world.domains}, seed='life')
    world.wait_delivered()
    world.wait_idle(kinds=('order', 'product', 'books'))
    compare.assert_none(compare_books.everything(world))
    assert live(world, rng, before) > LIVES_A_SHOP
    world.wait_delivered()
    world.wait_idle(kinds=('order', 'product', 'books'))
    compare.assert_none(compare_books.everything(world))
    compare.assert_none(world.serious())
