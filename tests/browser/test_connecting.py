"""A manager connects a first store by clicking, as somebody would who has never seen it before."""

from tests.browser.conftest import NORTHWIND
from tests.browser.person import somebody, wait_until

PASTED = 'https://admin.shopify.com/store/northwind/orders?status=open'


def test_a_store_is_created_checked_and_connected_by_clicking(browser, site, screenshots):
    shop = site.shop(NORTHWIND)
    with somebody(browser, site.server, 'manager') as manager:
        manager.open('shopify-stores')
        assert 'Connect your first Shopify store' in manager.text('.o_view_nocontent')
        manager.page.click('.o-kanban-button-new')
        manager.page.wait_for_selector('.o_form_view')
        manager.fill('name', 'Northwind Outfitters')
        manager.fill('shop_domain', PASTED)
        manager.fill('client_id', shop['client_id'])
        manager.fill('client_secret', 'shpss_not_the_right_one')
        manager.press('action_check_connection')
        manager.page.wait_for_selector('.alert-danger .o_field_widget[name=connection_report]')
        assert 'does not know this client id and secret' in manager.text('.o_field_widget[name=connection_report]')
        assert manager.value('shop_domain') == NORTHWIND
        manager.dismiss()

        manager.fill('client_secret', shop['client_secret'])
        manager.press('action_check_connection')
        manager.page.wait_for_selector('.alert-success .o_field_widget[name=connection_report]')
        report = manager.text('.o_field_widget[name=connection_report]')
        assert 'Northwind Outfitters' in report
        assert 'USD' in report
        assert manager.value('client_secret') == '', "A stored secret is never shown again."
        manager.screenshot(screenshots / 'connection.png')

        manager.press('action_connect', confirm=True)
        manager.page.wait_for_selector('.o_arrow_button_current:has-text("Connected")')
        manager.tab('imports')
        manager.press('action_import_products')
        wait_until(
            lambda: site.server.call('shopify.product.binding', 'search_count', []) > 20, 'products are imported'
        )
        manager.open('shopify-stores')
        card = manager.text('.o_kanban_record:has-text("Northwind")')
        assert 'Connected' in card
        assert NORTHWIND in card
        manager.assert_content('the stores')


def test_another_address_than_one_of_shopify_is_refused_with_a_sentence(browser, site):
    with somebody(browser, site.server, 'manager') as manager:
        manager.open('shopify-stores')
        manager.page.click('.o-kanban-button-new')
        manager.page.wait_for_selector('.o_form_view')
        manager.fill('name', 'Somewhere')
        manager.fill('shop_domain', 'https://shop.example.com')
        manager.fill('client_id', 'any')
        manager.page.click('.o_form_button_save')
        manager.page.wait_for_selector('.modal')
        assert 'ends in .myshopify.com' in manager.text('.modal-body')
