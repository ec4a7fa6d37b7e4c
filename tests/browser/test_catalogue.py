"""A manager brings over what a shop has, and sends one product to a second store, by clicking; others look."""

import pytest

from scripts.shops import add_store, connect
from tests.browser.conftest import CONTOSO, NORTHWIND
from tests.browser.person import somebody, wait_until


@pytest.fixture(scope='module')
def new_site(site):
    """Two connected stores of which nothing but a few orders has been brought over."""
    site.simulator.order(NORTHWIND, kind='plain', count=2)
    for domain, name in ((NORTHWIND, 'Northwind Outfitters'), (CONTOSO, 'Contoso Home')):
        store = add_store(site.server.admin, site.shop(domain), name, 'access_token')
        connect(site.server.admin, store)
        site.stores[domain] = store
    site.wait_idle()
    return site


def initial_import(site, state):
    """The initial import once it is in ``state``."""

    def found():
        return site.server.admin.search_read('shopify.initial.import', [('state', '=', state)], ['reasons'], limit=1)

    return wait_until(found, f'the initial import is {state}', 120)[0]


def only_in_northwind(site):
    """A product of Odoo that was brought over from Northwind and that Contoso does not have: ``(id, name)``."""
    contoso = {row['sku'] for row in site.simulator.state(CONTOSO)['variants']}
    for product in site.server.admin.search_read(
        'product.template', [('shopify_binding_ids', '!=', False)], ['name', 'product_variant_ids']
    ):
        variants = site.server.call('product.product', 'read', product['product_variant_ids'], ['default_code'])
        skus = {variant['default_code'] for variant in variants}
        if all(skus) and not skus & contoso:
            return product['id'], product['name']
    return None


def titles_in_contoso(site):
    return [product['title'] for product in site.simulator.state(CONTOSO)['products']]


def test_what_a_shop_has_is_looked_at_and_brought_over(browser, new_site, screenshots):
    with somebody(browser, new_site.server, 'manager') as manager:
        manager.open_record('shopify.backend', new_site.stores[NORTHWIND])
        manager.tab('imports')
        manager.press('action_initial_import')
        manager.page.wait_for_selector('button[name=action_start]')
        manager.screenshot(screenshots / 'initial-new.png')
        manager.press('action_start')
        run = initial_import(new_site, 'review')
        manager.open_record('shopify.initial.import', run['id'])
        manager.screenshot(screenshots / 'initial-plan.png')
        manager.press('action_view_plan')
        manager.page.wait_for_selector('.o_data_cell[name=verdict]')
        manager.assert_content('the match plan')
        manager.screenshot(screenshots / 'initial-match.png')
        assert not new_site.server.call('shopify.product.binding', 'search_count', [])

        manager.open_record('shopify.initial.import', run['id'])
        manager.press('action_go_on')
        run = initial_import(new_site, 'done')
        manager.open_record('shopify.initial.import', run['id'])
        for step in ('Customers', 'Products', 'Orders'):
            assert manager.sees(f'.o_data_row:has-text("{step}"):has-text("Done")')
        for reason in run['reasons'] or []:
            assert reason['sentence'] in manager.text('[name=reasons_html]')
        manager.screenshot(screenshots / 'initial-report.png')


def test_a_product_is_sent_to_a_second_store_after_a_look(browser, new_site, screenshots):
    template, name = only_in_northwind(new_site)
    with somebody(browser, new_site.server, 'manager') as manager:
        manager.open_record('product.template', template)
        manager.page.click('.o_cp_action_menus button:has(.fa-cog)')
        manager.page.click('.o-dropdown--menu .o_menu_item:has-text("Export To Shopify")')
        manager.page.wait_for_selector('.modal .o_field_widget[name=backend_ids] input')
        manager.page.fill('.modal .o_field_widget[name=backend_ids] input', 'Contoso')
        manager.page.click('.o-autocomplete--dropdown-item:has-text("Contoso Home")')
        manager.screenshot(screenshots / 'export-choose.png')
        manager.page.click('.modal button[name=action_preview]:visible')
        manager.page.wait_for_selector(f'.modal .o_data_row:has-text("{name}"):has-text("New")')
        manager.settle()
        manager.screenshot(screenshots / 'export-look.png')
        assert name not in titles_in_contoso(new_site)
        manager.page.click('.modal button[name=action_export]:visible')
        manager.page.wait_for_selector('.modal', state='detached')
        wait_until(lambda: name in titles_in_contoso(new_site), 'the product is in the second store')
        new_site.wait_idle()
        manager.open('shopify-exports')
        manager.page.wait_for_selector(f'.o_data_row:has-text("{name}"):has-text("Written")')
        manager.screenshot(screenshots / 'exports.png')
        manager.page.click(f'.o_data_row .o_data_cell[name=name]:has-text("{name}")')
        manager.page.wait_for_selector('.o_form_view')
        manager.settle()
        manager.assert_content('the export')
        assert 'Status: draft' in manager.text('[name=lines]')
        manager.screenshot(screenshots / 'export.png')


def test_a_shop_user_sees_all_of_it_and_changes_nothing(browser, new_site):
    with somebody(browser, new_site.server, 'shop') as person:
        for path in ('shopify-matches', 'shopify-exports', 'shopify-differences', 'shopify-customer-exports'):
            person.open(path)
            assert not person.sees('.o_control_panel .o_list_button_add')
        run = initial_import(new_site, 'done')
        person.open_record('shopify.initial.import', run['id'])
        assert person.sees('.o_data_row:has-text("Products")')
        assert not person.sees('button[name=action_start]')
        person.open_record('shopify.backend', new_site.stores[NORTHWIND])
        person.tab('imports')
        for button in ('action_initial_import', 'action_import_products', 'action_open_product_import'):
            assert not person.sees(f'button[name={button}]')
        person.tab('catalog')
        for button in ('action_change_owners', 'action_change', 'action_check_catalogue'):
            assert not person.sees(f'button[name={button}]')
