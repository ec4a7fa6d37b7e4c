"""A manager decides whose word counts, and about fields that differ, by clicking; others look."""

import pytest

from scripts.shops import add_store, connect, import_catalogue
from tests.browser.conftest import NORTHWIND
from tests.browser.person import somebody, wait_until


@pytest.fixture(scope='module')
def known_site(site):
    """A connected store whose products were imported; one of them was then renamed in Odoo."""
    store = add_store(site.server.admin, site.shop(NORTHWIND), 'Northwind Outfitters', 'access_token')
    connect(site.server.admin, store)
    site.stores[NORTHWIND] = store
    import_catalogue(site.server.admin, [store], 30)
    site.wait_idle()
    binding = site.server.admin.search_read(
        'shopify.product.binding', [('backend_id', '=', store)], ['product_tmpl_id', 'gid'], limit=1
    )[0]
    site.server.call('product.template', 'write', [binding['product_tmpl_id'][0]], {'name': 'Renamed Here'})
    site.binding = binding
    return site


def owner_of(site, group):
    rows = site.server.admin.search_read(
        'shopify.owner', [('backend_id', '=', site.stores[NORTHWIND]), ('group', '=', group)], ['owner']
    )
    return rows[0]['owner']


def open_catalogue(person, site):
    person.open_record('shopify.backend', site.stores[NORTHWIND])
    person.tab('catalog')


def test_a_manager_looks_at_what_a_new_owner_does_and_says_yes(browser, known_site, screenshots):
    with somebody(browser, known_site.server, 'manager') as manager:
        open_catalogue(manager, known_site)
        manager.screenshot(screenshots / 'catalogue-page.png', 1000)
        manager.page.click('.o_data_row:has-text("Title and description") button[name=action_change]')
        manager.page.wait_for_selector('.modal .o_form_view')
        manager.page.click('.modal label:has-text("Odoo")')
        manager.screenshot(screenshots / 'owner-choose.png')
        manager.page.click('.modal button[name=action_preview]:visible')
        manager.page.wait_for_selector('.modal .o_data_row:has-text("Renamed Here")')
        manager.settle()
        manager.screenshot(screenshots / 'owner-preview.png')
        manager.page.click('.modal button:has-text("Cancel"):visible')
        manager.page.wait_for_selector('.modal', state='detached')
        assert owner_of(known_site, 'text') == 'first'

        manager.press('action_change_owners')
        manager.page.wait_for_selector('.modal .o_form_view')
        manager.settle()
        manager.assert_content('the dialog of owners')
        manager.page.click('.modal button:has-text("Cancel"):visible')


def test_a_difference_is_shown_side_by_side_and_shopifys_value_is_taken(browser, known_site, screenshots):
    known_site.server.call('shopify.product.binding', 'write', [known_site.binding['id']], {'payload_digest': False})
    known_site.server.call('shopify.product.binding', 'action_refresh', [known_site.binding['id']])
    rows = wait_until(
        lambda: known_site.server.admin.search_read('shopify.difference', [], ['label', 'in_odoo', 'in_shopify']),
        'the difference is found',
    )
    assert [(row['label'], row['in_odoo']) for row in rows] == [('Title', 'Renamed Here')]
    with somebody(browser, known_site.server, 'shop') as user:
        open_catalogue(user, known_site)
        assert not user.sees('button[name=action_change]')
        user.open('shopify-differences')
        assert user.sees('.o_data_row:has-text("Renamed Here")')
        assert not user.sees('button[name=action_take_shopify]')
    with somebody(browser, known_site.server, 'manager') as manager:
        open_catalogue(manager, known_site)
        manager.screenshot(screenshots / 'catalogue-differs.png')
        manager.press('action_view_differences')
        manager.page.wait_for_selector('.o_data_row:has-text("Renamed Here")')
        manager.screenshot(screenshots / 'differences.png')
        manager.open_first()
        manager.screenshot(screenshots / 'difference.png')
        manager.press('action_take_shopify')
        wait_until(
            lambda: not known_site.server.admin.search_read('shopify.difference', [], ['id']), 'the value is taken'
        )
        manager.open_record('product.template', known_site.binding['product_tmpl_id'][0])
        manager.tab('shopify')
        manager.screenshot(screenshots / 'product-shopify.png')
        manager.open('shopify-categories')
        manager.screenshot(screenshots / 'categories.png')
