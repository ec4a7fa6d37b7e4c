"""A person compares a store's stock with Odoo's, decides, and looks at what the guard holds back, by clicking."""

import pytest

from scripts.shops import add_store, connect, import_catalogue
from tests.browser.conftest import NORTHWIND
from tests.browser.person import somebody, wait_until

SKU = 'MCS-S-BLA'


@pytest.fixture(scope='module')
def stocked_site(site):
    """A connected store whose products are known; stock export is off, and Odoo has nothing on its shelves."""
    store = add_store(site.server.admin, site.shop(NORTHWIND), 'Northwind Outfitters', 'access_token')
    connect(site.server.admin, store)
    site.stores[NORTHWIND] = store
    import_catalogue(site.server.admin, [store], 30)
    site.wait_idle()
    return site


def store_of(site):
    return site.stores[NORTHWIND]


def shown(site, sku=SKU):
    """What the shop shows at the location that is mapped."""
    place = site.server.admin.search_read(
        'shopify.location', [('backend_id', '=', store_of(site)), ('warehouse_id', '!=', False)], ['gid'], limit=1
    )[0]['gid']
    return site.simulator.state(NORTHWIND)['levels'][sku][place]['available']


def last_check(site, state=False):
    """The newest comparison, ``None`` unless it is in ``state``."""
    found = site.server.admin.search_read(
        'shopify.stock.check', [('backend_id', '=', store_of(site))], ['state', 'waiting_count'], limit=1
    )
    return found[0] if found and state in (False, found[0]['state']) else None


def open_stock_page(person, site):
    person.open_record('shopify.backend', store_of(site))
    person.tab('stock')


def count(site, sku, units):
    """Count a product in Odoo."""
    admin = site.server.admin
    variant = admin.search_read(
        'shopify.variant.binding', [('backend_id', '=', store_of(site)), ('sku', '=', sku)], ['product_id'], limit=1
    )[0]
    warehouse = admin.search_read('stock.warehouse', [], ['lot_stock_id'], limit=1)[0]
    quant = site.server.call(
        'stock.quant',
        'create',
        [
            {
                'product_id': variant['product_id'][0],
                'location_id': warehouse['lot_stock_id'][0],
                'inventory_quantity': units,
            }
        ],
        context={'inventory_mode': True},
    )
    site.server.call('stock.quant', 'action_apply_inventory', quant if isinstance(quant, list) else [quant])


def test_a_store_is_compared_decided_about_and_switched_on(browser, stocked_site, screenshots):
    count(stocked_site, SKU, 7)
    before = shown(stocked_site, 'MCS-M-BLA')
    with somebody(browser, stocked_site.server, 'manager') as manager:
        open_stock_page(manager, stocked_site)
        assert 'Stock export is off' in manager.text('.tab-pane.active')
        manager.screenshot(screenshots / 'stock-off.png')
        manager.press('action_switch_on_stock_export')
        wait_until(lambda: last_check(stocked_site, 'open'), 'the comparison is done')
        manager.open_record('shopify.stock.check', last_check(stocked_site)['id'])
        assert manager.sees('.oe_stat_button:has-text("Become Zero")')
        assert not manager.sees('button[name=action_repair]')
        manager.screenshot(screenshots / 'stock-compared.png')

        manager.press('action_choose_shopify')
        manager.page.click('.oe_stat_button:has-text("To Decide")')
        manager.page.wait_for_selector('.o_list_view')
        manager.search(SKU)
        manager.page.click('.o_data_row:first-child .o_list_record_selector input')
        manager.page.click('.o_control_panel button[name=action_choose_odoo]')
        manager.page.wait_for_selector('.o_data_row:has-text("Write Odoo\'s")')
        manager.screenshot(screenshots / 'stock-list.png')

        manager.open_record('shopify.stock.check', last_check(stocked_site)['id'])
        manager.press('action_confirm')
        manager.page.wait_for_selector('.modal .o_form_view')
        manager.settle()
        assert manager.text('.modal [name=write_count]') == '1'
        manager.screenshot(screenshots / 'stock-yes.png')
        manager.page.click('.modal button[name=action_confirm]:visible')
        manager.page.wait_for_selector('.modal', state='detached')
        wait_until(lambda: not last_check(stocked_site)['waiting_count'], 'everything is carried out', 120)
        assert (shown(stocked_site), shown(stocked_site, 'MCS-M-BLA')) == (7, before)
        manager.open_record('shopify.stock.check', last_check(stocked_site)['id'])
        manager.screenshot(screenshots / 'stock-done.png')
        open_stock_page(manager, stocked_site)
        assert 'Stock export is on' in manager.text('.tab-pane.active')
        manager.screenshot(screenshots / 'stock-on.png', 900)


def test_what_the_guard_holds_back_stands_on_the_store_and_waits_for_a_yes(browser, stocked_site, screenshots):
    stocked_site.wait_idle()
    stocked_site.server.call('shopify.backend', 'write', [store_of(stocked_site)], {'guard_minimum': 2})
    levels = stocked_site.server.admin.search_read(
        'shopify.inventory.level',
        [
            ('backend_id', '=', store_of(stocked_site)),
            ('known', '>', 0),
            ('location_id.warehouse_id', '!=', False),
            ('variant_binding_id.product_id.is_storable', '=', True),
        ],
        ['variant_binding_id'],
    )
    variants = [row['variant_binding_id'][0] for row in levels]
    skus = [
        row['sku'] for row in stocked_site.server.call('shopify.variant.binding', 'read', variants, ['sku']) if row['sku']
    ]
    for sku in skus:
        count(stocked_site, sku, 0)
    wait_until(
        lambda: stocked_site.server.admin.search_read(
            'shopify.stock.check', [('kind', '=', 'guard'), ('state', '=', 'open')], limit=1
        ),
        'the guard holds something back',
    )
    with somebody(browser, stocked_site.server, 'manager') as manager:
        open_stock_page(manager, stocked_site)
        assert 'held back by the guard' in manager.text('.tab-pane.active')
        manager.screenshot(screenshots / 'stock-held.png')
        manager.press('action_view_held')
        manager.page.wait_for_selector('button[name=action_confirm]')
        manager.screenshot(screenshots / 'stock-guard.png')


def test_a_shop_user_sees_comparisons_and_decides_nothing(browser, stocked_site):
    with somebody(browser, stocked_site.server, 'shop') as person:
        person.open('shopify-stock-checks')
        person.open_first()
        for name in ('action_confirm', 'action_choose_odoo', 'action_again', 'action_close'):
            assert not person.sees(f'button[name={name}]')
        open_stock_page(person, stocked_site)
        assert not person.sees('button[name=action_compare_stock]')


def test_a_warehouse_worker_sees_nothing_of_it(browser, stocked_site):
    with somebody(browser, stocked_site.server, 'warehouse') as person:
        assert 'Shopify' not in person.apps()
