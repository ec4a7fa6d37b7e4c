"""Deliveries as people see them: a worker in the warehouse without a Shopify role, a shop user, somebody elsewhere."""

import pytest

from scripts import parcels
from scripts.rpc import RpcError
from tests.browser.conftest import CONTOSO, NORTHWIND
from tests.browser.person import somebody, wait_until

LISTS = ('shopify-deliveries', 'shopify-delivery-steps', 'shopify-fulfilments', 'shopify-late-deliveries')
BADGE = '[name=shopify_delivery_state] .badge'


def brought(site, domain=NORTHWIND, **wishes):
    """``(id in the shop, binding, sales order, transfer)`` of a new order, once it is in Odoo."""
    placed = site.simulator.order(domain, **({'kind': 'plain', 'seed': 21} | wishes))[0]
    found = [('gid', '=', placed['admin_graphql_api_id']), ('sale_order_id', '!=', False)]
    row = wait_until(
        lambda: site.server.admin.search_read('shopify.order.binding', found, ['sale_order_id']), 'the order is in Odoo'
    )[0]
    sale = row['sale_order_id'][0]
    site.wait_idle()
    return placed['id'], row['id'], sale, site.server.admin.one('stock.picking', [('sale_id', '=', sale)])['id']


def delivery_of(site, transfer):
    rows = site.server.admin.search_read('shopify.delivery', [('picking_id', '=', transfer)], ['state', 'message'])
    return rows[0] if rows else None


def validate(person):
    person.press('button_validate')
    person.page.wait_for_selector('.modal button[name=dont_send_sms], .o_arrow_button_current:has-text("Done")')
    if person.sees('.modal'):  # Odoo's own question, once: shall customers get a text message?
        person.page.click('.modal button[name=dont_send_sms]')
    person.page.wait_for_selector('.o_arrow_button_current:has-text("Done")')
    person.settle()


def in_shop(site, number):
    return next(row for row in site.simulator.state(NORTHWIND)['orders'] if row['id'].endswith(f'/{number}'))


@pytest.fixture(scope='module')
def told_site(trading_site):
    """The same with a delivery that Shopify was told of, in every list."""
    _number, _binding, sale, transfer = brought(trading_site, CONTOSO)
    parcels.ship(trading_site.server.session('warehouse'), sale)
    wait_until(lambda: delivery_of(trading_site, transfer)['state'] == 'sent', 'Shopify was told')
    return trading_site


def test_a_worker_without_a_role_validates_and_sees_that_shopify_knows(browser, trading_site, screenshots):
    site = trading_site
    number, _binding, _sale, transfer = brought(site)
    with somebody(browser, site.server, 'warehouse') as worker:
        worker.open_record('stock.picking', transfer)
        assert not worker.sees(BADGE)
        validate(worker)
        assert worker.text(BADGE) in ('Waiting', 'Sent')
        wait_until(lambda: delivery_of(site, transfer)['state'] == 'sent', 'Shopify was told')
        worker.open_record('stock.picking', transfer)
        assert worker.text(BADGE) == 'Sent'
        assert 'Shopify was told' in worker.text('[name=shopify_delivery_message]')
        worker.screenshot(screenshots / 'transfer_told.png', height=520)
        worker.open('stock.action_picking_tree_all')
        worker.page.click('.o_searchview_dropdown_toggler')
        worker.page.click('.o_filter_menu .o_menu_item:has-text("Known To Shopify")')
        worker.settle()
        worker.page.keyboard.press('Escape')
        worker.settle()
        name = site.server.call('stock.picking', 'read', [transfer], ['name'])[0]['name']
        assert worker.text(f'.o_data_row:has-text("{name}") {BADGE}') == 'Sent'
        worker.assert_content('the list of transfers')
        worker.screenshot(screenshots / 'transfers.png', height=520)
    assert in_shop(site, number)['fulfillment_status'] == 'FULFILLED'


def test_a_worker_reads_why_shopify_does_not_know_of_it(browser, trading_site, screenshots):
    site = trading_site
    number, binding, _sale, transfer = brought(site)
    site.simulator.deliveries(NORTHWIND, hold=True)
    site.simulator.act(NORTHWIND, number, 'fulfillment_order', step='hold', reason='OTHER', notes='Ask the customer first')
    with somebody(browser, site.server, 'warehouse') as worker:
        worker.open_record('stock.picking', transfer)
        validate(worker)
        wait_until(lambda: delivery_of(site, transfer)['state'] == 'held', 'Shopify holds it')
        worker.open_record('stock.picking', transfer)
        assert worker.text(BADGE) == 'Held'
        assert 'hold' in worker.text('.alert-warning').lower()
        worker.screenshot(screenshots / 'transfer_held.png', height=520)
        worker.assert_content('a held transfer')
    with somebody(browser, site.server, 'shop') as person:
        person.open('shopify-deliveries')
        assert 'Held' in person.text('.o_data_row')
        person.screenshot(screenshots / 'deliveries.png', height=420)
        person.open_record('shopify.delivery', delivery_of(site, transfer)['id'])
        person.screenshot(screenshots / 'delivery_held.png', height=620)
        person.open_record('shopify.order.binding', binding)
        person.press('action_tell_delivery')
        person.page.wait_for_selector('.modal .o_form_view')
        person.settle()
        assert 'no longer holds' in person.text('.modal [name=release]')
        person.screenshot(screenshots / 'delivery_dialog.png', height=620)
        person.page.click('.modal [name=release] button[name=action_confirm]')
        person.page.wait_for_selector('.modal', state='detached')
        wait_until(lambda: delivery_of(site, transfer)['state'] == 'sent', 'Shopify was told')
        person.open_record('shopify.order.binding', binding)
        person.screenshot(screenshots / 'order_deliveries.png')
        person.assert_content('the Shopify order')
    site.simulator.deliveries(NORTHWIND, hold=False)
    site.simulator.release(NORTHWIND)
    site.wait_idle()


def test_a_worker_says_that_the_goods_can_be_picked_up(browser, trading_site, screenshots):
    site = trading_site
    _number, _binding, _sale, transfer = brought(site, delivery='pickup')
    with somebody(browser, site.server, 'warehouse') as worker:
        worker.open_record('stock.picking', transfer)
        worker.press('action_shopify_tell_delivery')
        worker.page.wait_for_selector('.modal .o_form_view')
        worker.settle()
        assert 'ready for pickup' in worker.text('.modal [name=prepared]')
        worker.screenshot(screenshots / 'pickup_dialog.png', height=520)
        worker.page.click('.modal [name=prepared] button[name=action_confirm]')
        worker.page.wait_for_selector('.modal', state='detached')
        worker.assert_content('the transfer')
    wait_until(
        lambda: any('pickup' in notice['kind'].lower() for notice in site.simulator.state(NORTHWIND)['notices']),
        'the customer was told',
    )


def test_a_shop_user_sees_what_is_late_and_what_stands_in_the_way(browser, trading_site, screenshots):
    site = trading_site
    _number, _binding, sale, _transfer = brought(site)
    site.server.rows(
        "UPDATE stock_picking SET create_date = create_date - interval '4 days', "
        "scheduled_date = scheduled_date - interval '4 days' WHERE sale_id = %s RETURNING id",
        [sale],
    )
    with somebody(browser, site.server, 'shop') as person:
        person.enter('Shopify')
        assert 'late' in person.text('.o_kanban_record:has-text("Northwind")')
        person.screenshot(screenshots / 'stores_late.png', height=420)
        person.open('shopify-late-deliveries')
        assert 'Ready, not shipped' in person.text('.o_data_row')
        assert 'can be done' in person.text('.o_data_row')
        person.screenshot(screenshots / 'late_deliveries.png', height=420)
        person.page.click('.o_data_row .o_data_cell >> nth=0')
        person.page.wait_for_selector('.o_form_view')
        person.settle()
        person.assert_content('a late order')
        person.open_record('shopify.backend', site.stores[NORTHWIND])
        assert 'not shipped in time' in person.text('.alert-warning')
        person.assert_content('the store')


@pytest.mark.parametrize('login', ['admin', 'manager', 'shop'])
def test_who_has_a_role_opens_all_lists_of_deliveries(browser, told_site, login, screenshots):
    with somebody(browser, told_site.server, login) as person:
        for path in LISTS:
            person.open(path)
        person.open('shopify-fulfilments')
        person.open_first()
        person.screenshot(screenshots / 'fulfilment.png', height=620)
        person.open('shopify-delivery-steps')
        person.open_first()


def test_somebody_of_another_company_sees_none_of_it(browser, told_site):
    server = told_site.server
    company = server.call('res.company', 'create', {'name': 'Elsewhere'})
    groups = ['base.group_user', 'shopify_connector.group_shopify_user', 'stock.group_stock_user']
    server.admin.call(
        'res.users', 'create',
        {
            'name': 'Elsa Elsewhere', 'login': 'elsewhere', 'password': 'elsewhere', 'company_id': company,
            'company_ids': [(6, 0, [company])], 'group_ids': [(4, server.admin.ref(group)) for group in groups],
        },
        context={'no_reset_password': True},
    )  # fmt: skip
    with somebody(browser, server, 'elsewhere') as person:
        for path in LISTS:
            person.open(path)
            while person.sees('.o_facet_remove'):
                person.page.click('.o_facet_remove')
                person.settle()
            assert not person.sees('.o_data_row')


def test_a_worker_without_a_role_reads_none_of_the_records_by_a_script_either(trading_site):
    session = trading_site.server.session('warehouse')
    for model in ('shopify.delivery', 'shopify.delivery.step', 'shopify.fulfillment', 'shopify.late.delivery'):
        with pytest.raises(RpcError, match='AccessError|not allowed'):
            session.search_read(model)
