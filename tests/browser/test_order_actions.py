"""A person changes an order in Shopify from its sales order, by clicking."""

from tests.browser.conftest import NORTHWIND
from tests.browser.person import somebody, wait_until


def order_of(site, **wishes):
    """``(binding id, sales order id, name in Shopify)`` of a new order, once it is in Odoo."""
    name = site.simulator.order(NORTHWIND, **wishes)[0]['name']
    rows = wait_until(
        lambda: site.server.admin.search_read(
            'shopify.order.binding', [('name', '=', name), ('sale_order_id', '!=', False)], ['sale_order_id'], limit=1
        ),
        'the order is in Odoo',
    )
    return rows[0]['id'], rows[0]['sale_order_id'][0], name


def in_shop(site, name):
    return next(row for row in site.simulator.state(NORTHWIND)['orders'] if row['name'] == name)


def change(person, label):
    person.page.click(f'.tab-pane button[name=action_shopify_change]:has-text("{label}")')
    person.page.wait_for_selector('.modal .o_form_view')
    person.settle()


def test_a_line_is_refunded_and_the_sales_order_tells_of_it(browser, trading_site, screenshots):
    binding, sale, name = order_of(trading_site, kind='two_lines', seed=11)
    with somebody(browser, trading_site.server, 'manager') as manager:
        manager.open_record('sale.order', sale)
        manager.tab('shopify')
        change(manager, 'Refund')
        manager.page.click('.modal [name=line_ids] .o_data_row >> nth=0 >> td[name=quantity]')
        manager.page.fill('.modal [name=line_ids] td[name=quantity] input', '1')
        manager.page.click('.modal [name=state_text]')
        manager.settle()
        assert 'Press Calculate' in manager.text('.modal [name=preview]')
        assert not manager.sees('.modal button[name=action_confirm]')
        manager.page.click('.modal button[name=action_suggest]')
        manager.page.wait_for_selector('.modal button[name=action_confirm]:visible')
        manager.settle()
        assert 'Shopify gives back' in manager.text('.modal [name=preview]')
        manager.screenshot(screenshots / 'refund.png')
        manager.page.click('.modal button[name=action_confirm]:visible')
        manager.page.wait_for_selector('.modal', state='detached')
        wait_until(lambda: in_shop(trading_site, name)['refunds'], 'the shop has the refund')
        trading_site.wait_idle()
        manager.open_record('sale.order', sale)
        manager.tab('shopify')
        assert 'Done' in manager.text('[name=shopify_action_ids]')
        manager.screenshot(screenshots / 'refunded.png')
        manager.open_record('shopify.order.binding', binding)
        manager.assert_content('the Shopify order')


def test_a_sales_order_cancelled_here_is_offered_to_be_cancelled_there(browser, trading_site, screenshots):
    _binding, sale, name = order_of(trading_site, kind='plain', seed=12)
    trading_site.server.call('sale.order', 'action_cancel', [sale])
    with somebody(browser, trading_site.server, 'manager') as manager:
        manager.open_record('sale.order', sale)
        manager.page.click('.alert button[name=action_shopify_change]:visible')
        manager.page.wait_for_selector('.modal .o_form_view')
        manager.settle()
        assert 'cannot be undone' in manager.text('.modal [name=preview]')
        manager.screenshot(screenshots / 'cancel.png')
        manager.page.click('.modal button[name=action_confirm]:visible')
        manager.page.wait_for_selector('.modal', state='detached')
        wait_until(lambda: in_shop(trading_site, name)['cancelled_at'], 'the shop has cancelled the order')


def test_who_may_not_move_money_changes_tags_only(browser, trading_site):
    _binding, sale, name = order_of(trading_site, kind='plain', seed=13)
    with somebody(browser, trading_site.server, 'shop') as person:
        person.open_record('sale.order', sale)
        person.tab('shopify')
        assert not person.sees('.tab-pane button[name=action_shopify_change]:has-text("Refund")')
        change(person, 'Tags')
        person.page.fill('.modal .o_field_widget[name=tags] input', 'seen')
        person.page.keyboard.press('Tab')
        person.settle()
        person.page.click('.modal button[name=action_confirm]:visible')
        person.page.wait_for_selector('.modal', state='detached')
        wait_until(lambda: 'seen' in in_shop(trading_site, name)['tags'], 'the shop has the tag')
