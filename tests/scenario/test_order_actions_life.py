"""A server that dies while Shopify carries out what a person has confirmed: money moves once."""
import pytest

from tests.scenario.world import wait_for


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
