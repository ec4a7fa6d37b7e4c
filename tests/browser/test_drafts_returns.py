"""Drafts become quotations by themselves, returns are seen with their reasons: through real webhooks, looked at by people."""

import pytest

from tests.browser.conftest import NORTHWIND
from tests.browser.person import somebody, wait_until

LINES = [{'title': 'Installation', 'quantity': 2, 'price': '20.00'}]


def make_draft(site):
    """``(draft as the shop shows it, its row in Odoo)``, brought over by its webhook."""
    site.server.call('shopify.backend', 'write', [site.stores[NORTHWIND]], {'import_draft_orders': True})
    site.wait_idle()
    draft = site.simulator.post(f'/shops/{NORTHWIND}/drafts', lines=LINES)['drafts'][0]
    found = [('gid', '=', draft['id']), ('sale_order_id', '!=', False)]
    rows = wait_until(
        lambda: site.server.admin.search_read('shopify.draft.order', found, ['sale_order_id', 'name']), 'a quotation'
    )
    return draft, rows[0]


def returned_order(site):
    """The sales order of a shipped order of which something comes back, brought over by webhooks."""
    placed = site.simulator.order(NORTHWIND, kind='fulfilled')[0]
    binding = [('gid', '=', placed['admin_graphql_api_id']), ('sale_order_id', '!=', False)]
    wait_until(lambda: site.server.admin.search_read('shopify.order.binding', binding), 'the order is in Odoo')
    site.wait_idle()
    lines = [{'index': 0, 'quantity': 1, 'reason': 'DEFECTIVE', 'customer_note': 'came broken'}]
    site.simulator.act(NORTHWIND, placed['id'], 'return', requested=True, lines=lines)
    found = [('order_binding_id.gid', '=', placed['admin_graphql_api_id'])]
    wait_until(lambda: site.server.admin.search_read('shopify.return', found), 'the return is in Odoo')
    return site.server.admin.one('shopify.order.binding', binding, ['sale_order_id'])['sale_order_id'][0]


def test_a_draft_is_a_quotation_and_then_the_order(browser, trading_site, screenshots):
    draft, row = make_draft(trading_site)
    order = row['sale_order_id'][0]
    with somebody(browser, trading_site.server, 'shop') as person:
        person.open('shopify-drafts')
        assert draft['name'] in person.text('.o_list_view')
        person.screenshot(screenshots / 'drafts.png', height=420)
        person.open_first()
        person.open_record('sale.order', order)
        assert draft['name'] in person.text('button[name=action_shopify_draft]')
        person.press('action_shopify_draft')
        person.assert_content('the draft')
    trading_site.simulator.post(f'/shops/{NORTHWIND}/drafts/{draft["legacy_id"]}/complete')
    wait_until(
        lambda: trading_site.server.call('sale.order', 'read', [order], ['state'])[0]['state'] == 'sale',
        'the order has taken the quotation over',
    )
    trading_site.wait_idle()
    with somebody(browser, trading_site.server, 'shop') as person:
        person.open_record('sale.order', order)
        person.tab('shopify')
        assert 'its quotation became this sales order' in person.text('[name=shopify_trail_html]')


@pytest.mark.parametrize('login', ['manager', 'shop'])
def test_returns_are_listed_and_their_reasons_counted(browser, trading_site, screenshots, login):
    order = returned_order(trading_site)
    with somebody(browser, trading_site.server, login) as person:
        person.open('shopify-returns')
        assert 'Requested' in person.text('.o_list_view')
        person.open_first()
        assert 'came broken' in person.text('.o_form_view')
        person.screenshot(screenshots / 'return.png', height=620)
        person.open('shopify-returned-products')
        assert 'Damaged or defective' in person.text('.o_pivot_view')
        for view in ('graph', 'list'):
            person.page.click(f'.o_switch_view.o_{view}')
            person.page.wait_for_selector(f'.o_{view}_view')
            person.settle()
            person.assert_content(view)
        person.open_record('sale.order', order)
        person.press('action_shopify_returns')
        person.page.wait_for_selector('.o_form_view:has-text("came broken")')
        person.assert_content('the return')


def test_a_salesperson_sees_neither_drafts_nor_returns(browser, trading_site):
    order = returned_order(trading_site)
    with somebody(browser, trading_site.server, 'sales') as person:
        person.open_record('sale.order', order)
        assert not person.sees('button[name=action_shopify_returns]')
        assert not person.sees('button[name=action_shopify_draft]')
