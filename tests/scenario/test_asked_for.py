"""What people ask for goes on after a server dies: money moves once, every past order comes over once, also when its import
is paused and resumed meanwhile."""
import time

import pytest

from tests.scenario.world import wait_for

ORDERS = 80
KINDS = ('plain', 'two_lines', 'discount_code', 'taxes_state_county', 'different_addresses', 'guest', 'pending', 'fulfilled')
EXACTLY_ONCE = """SELECT count(*), count(DISTINCT binding.gid), count(DISTINCT binding.sale_order_id)
                    FROM shopify_order_binding binding JOIN sale_order ON sale_order.id = binding.sale_order_id
                   WHERE binding.backend_id = %s"""


def brought(world, domain, **wishes):
    """``(binding id, name)`` of a new order, once it is in Odoo."""
    name = world.simulator.order(domain, **wishes)[0]['name']
    rows = []

    def is_there():
        rows[:] = world.rows("""SELECT id FROM shopify_order_binding
                                 WHERE name = %s AND backend_id = %s AND sale_order_id IS NOT NULL""", name, world.stores[domain])
        return rows

    wait_for(is_there, f'{name} is in Odoo', 90)
    world.wait_idle()
    return rows[0][0], name


def confirm(world, binding, kind):
    """Confirm a dialog as a person does; of a refund, the first line."""
    admin = world.server.admin
    wizard = admin.call('shopify.order.binding', 'action_change', [binding], context={'shopify_change': kind})['res_id']
    if kind == 'refund':
        line = admin.search_read('shopify.order.action.line', [('wizard_id', '=', wizard)], limit=1, order='id')[0]['id']
        admin.call('shopify.order.action.line', 'write', [line], {'quantity': 1})
        admin.call('shopify.order.action.wizard', 'action_suggest', [wizard])
    admin.call('shopify.order.action.wizard', 'action_confirm', [wizard])


def moved(world, domain, name, kind):
    order = next(row for row in world.simulator.state(domain)['orders'] if row['name'] == name)
    return [row for row in order['transactions'] if row['kind'] == kind]


@pytest.mark.parametrize(('kind', 'operation', 'payment', 'transaction'), [
    ('capture', 'OrderCapture', 'authorized', 'CAPTURE'), ('refund', 'RefundCreate', 'paid', 'REFUND')])
def test_a_server_that_is_killed_while_shopify_moves_money_moves_it_once(world, kind, operation, payment, transaction):
    domain = world.domains[0]
    binding, name = brought(world, domain, kind='plain', payment=payment, seed=f'killed {kind}')
    world.simulator.fault(domain, 'timeout_after', match=operation, seconds=30)
    confirm(world, binding, kind)
    wait_for(lambda: moved(world, domain, name, transaction), 'the money has moved', 60)
    assert world.rows("SELECT state FROM shopify_order_action WHERE binding_id = %s", binding) == [('sent',)]
    world.server.kill()
    world.restart()
    wait_for(lambda: world.rows("SELECT 1 FROM shopify_order_action WHERE binding_id = %s AND state = 'done'", binding),
             'the change is known to be made', 120)
    world.wait_idle()
    assert len(moved(world, domain, name, transaction)) == 1


@pytest.fixture(scope='module')
def past(world):
    """``(store, numbers)`` of orders that Odoo has not seen: their deliveries are held for good."""
    domain = world.domains[0]
    world.simulator.deliveries(domain, hold=True)
    names = [
        row['name'] for kind in KINDS
        for row in world.simulator.order(domain, kind=kind, count=ORDERS // len(KINDS), days_ago=30)]
    numbers = sorted(int(name.lstrip('#')) for name in names)
    return world.stores[domain], numbers


def start(world, store, first, last, action='action_import'):
    run = world.server.call('shopify.import', 'create', {'backend_id': store, 'order_numbers': f'{first}-{last}'})
    run = run[0] if isinstance(run, list) else run
    world.server.call('shopify.import', action, [run])
    return run


def state(world, run):
    return world.rows(
        'SELECT state, coalesce(done_count, 0), coalesce(created_count, 0) FROM shopify_import WHERE id = %s', run)[0]


def until(world, run, wanted, seconds=240):
    wait_for(lambda: wanted(*state(world, run)), f'the import {run} gets on', seconds, lambda: state(world, run))
    return state(world, run)


def test_a_dry_run_by_a_server_changes_nothing(world, past):
    store, numbers = past
    counts = 'SELECT (SELECT count(*) FROM sale_order), (SELECT count(*) FROM res_partner), (SELECT count(*) FROM stock_move)'
    before = world.rows(counts)
    run = start(world, store, numbers[0], numbers[-1], 'action_dry_run')
    assert until(world, run, lambda state, *_counts: state == 'done') == ('done', ORDERS, ORDERS)
    assert world.rows(counts) == before
    rows = world.rows('SELECT count(*), sum(abs(difference)) FROM shopify_import_row WHERE import_id = %s', run)
    assert rows == [(ORDERS, 0)]


def test_an_import_that_is_killed_paused_and_resumed_brings_every_order_once(world, past):
    store, numbers = past
    here = world.rows(EXACTLY_ONCE, store)[0][0]
    run = start(world, store, numbers[0], numbers[-1])
    until(world, run, lambda _state, done, _created: done > 0)
    world.server.kill()
    killed_at = state(world, run)
    world.restart()
    assert killed_at[0] == 'reading'
    until(world, run, lambda _state, done, _created: done > killed_at[1])
    world.server.call('shopify.import', 'action_pause', [run])
    time.sleep(1)
    paused_at = state(world, run)
    assert paused_at[0] == 'paused' or paused_at[1] == ORDERS
    if paused_at[0] == 'paused':
        time.sleep(3)
        assert state(world, run) == paused_at
        world.server.call('shopify.import', 'action_resume', [run])
    assert until(world, run, lambda state, *_counts: state == 'done') == ('done', ORDERS, ORDERS)
    assert world.rows(EXACTLY_ONCE, store) == [(here + ORDERS,) * 3]
    world.wait_idle(kinds=('history', 'order', 'books', 'stock'))
