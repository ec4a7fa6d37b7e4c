"""Orders are paid, edited, shipped, refunded and cancelled in both shops at once; the books of Odoo follow to the cent."""
from random import Random

from tests.scenario import compare, compare_books

KINDS = ('plain', 'two_lines', 'discount_code', 'stacked_discounts', 'taxes_state_county', 'included_taxes', 'canadian',
         'two_shipping_lines', 'tip', 'duties', 'gift_card_paid', 'gift_card_sold', 'partially_paid', 'authorized', 'free')
ORDERS_A_SHOP = 30


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


def live(world, rng):
    """Let every order that can take it have its life; returns how many things have happened."""
    done = 0
    for domain in world.domains:
        for order in world.simulator.state(domain)['orders']:
            if order['financial_status'] != 'PAID' or not order['lines'] or order['kind'] == 'free':
                continue
            for action, values in lives(rng, order):
                world.simulator.post(f'/shops/{domain}/orders/{order["legacy_id"]}/{action}', **values)
                done += 1
    return done


def test_the_books_follow_the_lives_of_orders(world):
    rng = Random(3)
    for domain in world.domains:
        world.simulator.deliveries(domain, duplicate=0.2, shuffle=True)
    world.burst({domain: [rng.choice(KINDS) for _order in range(ORDERS_A_SHOP)] for domain in world.domains}, seed='life')
    world.wait_delivered()
    world.wait_idle(kinds=('order', 'product', 'books'))
    compare.assert_none(compare_books.everything(world))
    assert live(world, rng) > ORDERS_A_SHOP
    world.wait_delivered()
    world.wait_idle(kinds=('order', 'product', 'books'))
    compare.assert_none(world.settle(lambda: compare_books.everything(world)))
    compare.assert_none(world.serious())
