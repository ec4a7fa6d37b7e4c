"""Everybody opens what they may open: nothing breaks, and who has no Shopify role sees nothing of it."""

import pytest

from scripts.rpc import RpcError
from tests.browser.conftest import NORTHWIND
from tests.browser.person import somebody, wait_until

SEEN = (
    'shopify-stores',
    'shopify-orders',
    'shopify-products',
    'shopify-variants',
    'shopify-quantities',
    'shopify-tasks',
    'shopify-log',
)
CONFIGURED = ('shopify-locations', 'shopify-taxes')
SALES = ('sale.action_quotations_with_onboarding', 'sale.action_orders', 'base.action_partner_form')
WAREHOUSE = ('stock.stock_picking_type_action', 'stock.action_picking_tree_all', 'base.action_partner_form')


def first_order(site):
    """``(sales order id, delivery id)`` of an order that came from Shopify."""
    binding = site.server.admin.search_read(
        'shopify.order.binding', [('sale_order_id.state', '=', 'sale')], ['sale_order_id'], limit=1, order='id'
    )
    order = binding[0]['sale_order_id'][0]
    return order, site.server.admin.search_read('stock.picking', [('sale_id', '=', order)], limit=1)[0]['id']


@pytest.mark.parametrize('login', ['admin', 'manager', 'shop'])
def test_who_has_a_shopify_role_opens_everything_of_it(browser, trading_site, login):
    order, _delivery = first_order(trading_site)
    with somebody(browser, trading_site.server, login) as person:
        assert 'Shopify' in person.apps()
        person.enter('Shopify')
        assert ('Configuration' in person.sections()) == (login != 'shop')
        for action in SEEN[1:]:
            person.open(action)
            person.open_first()
        person.open_record('shopify.backend', trading_site.stores[NORTHWIND])
        assert person.sees('button[name=action_disconnect]') == (login != 'shop')
        for name in ('policies', 'money', 'rules', 'stock', 'imports', 'health'):
            person.tab(name)
        person.open_record('sale.order', order)
        person.tab('shopify')
        assert 'Confirmed' in person.text('[name=shopify_trail_html]')
        person.assert_content('the sales order')


@pytest.mark.parametrize('login', ['admin', 'manager'])
def test_who_may_configure_opens_the_configuration(browser, trading_site, login):
    with somebody(browser, trading_site.server, login) as person:
        for action in CONFIGURED:
            person.open(action)
            assert person.sees('.o_data_row')


def test_a_salesperson_works_as_before_and_sees_nothing_of_shopify(browser, trading_site):
    order, _delivery = first_order(trading_site)
    with somebody(browser, trading_site.server, 'sales') as person:
        assert 'Shopify' not in person.apps()
        for action in SALES:
            person.open(action)
        person.open_record('sale.order', order)
        assert 'Order Lines' in person.tabs()
        assert 'Shopify' not in person.tabs()
        product = trading_site.server.admin.search_read(
            'product.template', [('shopify_binding_ids', '!=', False)], limit=1
        )[0]['id']
        person.open_record('product.template', product)
        assert 'Shopify' not in person.tabs()


def test_a_warehouse_worker_works_as_before_and_sees_nothing_of_shopify(browser, trading_site):
    _order, delivery = first_order(trading_site)
    with somebody(browser, trading_site.server, 'warehouse') as person:
        assert 'Shopify' not in person.apps()
        for action in WAREHOUSE:
            person.open(action)
        person.open_record('stock.picking', delivery)
        person.press('button_validate')
        person.page.wait_for_selector('.modal button[name=dont_send_sms], .o_arrow_button_current:has-text("Done")')
        if person.sees('.modal'):  # Odoo's own question, once: shall customers get a text message?
            person.page.click('.modal button[name=dont_send_sms]')
        person.page.wait_for_selector('.o_arrow_button_current:has-text("Done")')
        person.assert_content('the delivery')
    assert trading_site.server.call('stock.picking', 'read', [delivery], ['state'])[0]['state'] == 'done'


@pytest.mark.parametrize('login', ['sales', 'warehouse'])
def test_who_has_no_shopify_role_cannot_read_stores_by_a_script_either(trading_site, login):
    session = trading_site.server.session(login)
    for model in ('shopify.backend', 'shopify.order.binding', 'shopify.task', 'shopify.sync.log'):
        with pytest.raises(RpcError, match='AccessError|not allowed'):
            session.search_read(model)


def test_a_failed_task_says_what_is_wrong_and_can_be_retried(browser, trading_site, screenshots):
    """An order is edited in Shopify while its sales order is locked. The pictures of the documentation are taken on the way."""
    site = trading_site
    sale_order, task = edit_a_locked_order(site)
    with somebody(browser, site.server, 'shop') as person:
        person.enter('Shopify')
        person.screenshot(screenshots / 'stores.png', height=420)
        person.page.click('.o_kanban_record a:has-text("failed")')
        person.page.wait_for_selector('.o_list_view')
        person.settle()
        person.open_first()
        assert 'changed in Shopify' in person.text('.alert-danger')
        person.screenshot(screenshots / 'tasks.png', height=480)
        site.server.call('sale.order', 'action_unlock', [sale_order])
        person.press('action_retry')
        person.assert_content('the task')
        site.wait_idle()
        assert site.server.call('shopify.task', 'read', [task], ['state'])[0]['state'] == 'done'
        person.open('shopify-orders')
        person.screenshot(screenshots / 'orders.png', height=500)
        person.open_record('sale.order', sale_order)
        person.tab('shopify')
        person.screenshot(screenshots / 'order.png', height=760)
    with somebody(browser, site.server, 'manager') as person:
        person.enter('Shopify')
        person.page.click('.o_kanban_record:has-text("Northwind") >> text=northwind.myshopify.com')
        person.page.wait_for_selector('.o_form_view')
        person.tab('stock')
        person.screenshot(screenshots / 'store.png')
        person.assert_content('the store')


def edit_a_locked_order(site):
    """``(sales order id, id of the task that failed)``: the shop's own edit cannot be applied to a locked order."""
    placed = site.simulator.order(NORTHWIND, kind='plain')[0]
    found = [('gid', '=', placed['admin_graphql_api_id']), ('sale_order_id', '!=', False)]
    wait_until(lambda: site.server.admin.search_read('shopify.order.binding', found), 'the order is in Odoo')
    site.wait_idle()
    sale_order = site.server.admin.one('shopify.order.binding', found, ['sale_order_id'])['sale_order_id'][0]
    site.server.call('sale.order', 'action_lock', [sale_order])
    state = site.simulator.get(f"/shops/{NORTHWIND}/orders/{placed['id']}")
    line = next(line for line in state['lines'] if line['sku'])
    edit = [{'sku': line['sku'], 'quantity': line['quantity'] + 1}]
    site.simulator.act(NORTHWIND, placed['id'], 'edit', set_quantity=edit)
    failed = [('state', '=', 'failed'), ('key', '=', placed['admin_graphql_api_id'])]
    task = wait_until(lambda: site.server.admin.search_read('shopify.task', failed), 'the task has failed')[0]['id']
    return sale_order, task
