"""Connecting the simulated shops in Odoo, through the same fields and buttons that a person uses."""
import time

from scripts.progress import SetupError, step

BINDING_SECONDS = 180


def add_store(admin, shop, name, method):
    """Create the store's record; ``shop`` is what the simulator tells about it.

    :param method: 'access_token' or 'client_credentials'.
    :return: id of the record.
    """
    secrets = {
        'access_token': {'access_token': shop['access_token'], 'client_secret': shop['client_secret']},
        'client_credentials': {'client_id': shop['client_id'], 'client_secret': shop['client_secret']},
    }[method]
    warehouse = admin.search_read('stock.warehouse', [], limit=1)[0]['id']
    company = admin.search_read('res.company', [], limit=1)[0]['id']
    return admin.call('shopify.backend', 'create', {
        'name': name, 'shop_domain': shop['domain'], 'auth_method': method, **secrets,
        'company_id': company, 'warehouse_id': warehouse,
    })


def connect(admin, store):
    """Check the connection and connect.

    :raise SetupError: the store did not become connected; the text has what the check found.
    """
    for action in ('action_check_connection', 'action_connect'):
        admin.call('shopify.backend', action, [store])
    found = admin.call('shopify.backend', 'read', [store], ['name', 'state', 'connection_report'])[0]
    if found['state'] != 'connected':
        raise SetupError(f'{found["name"]} is {found["state"]}:\n{found["connection_report"]}')


def import_catalogue(admin, stores, expected, seconds=BINDING_SECONDS):
    """Import the products of the stores and wait until ``expected`` variants are bound.

    :raise SetupError: they were not all bound in time.
    """
    for store in stores:
        admin.call('shopify.backend', 'action_import_products', [store])
    wait_until(lambda: admin.call('shopify.variant.binding', 'search_count', [('backend_id', 'in', stores)]) >= expected,
               f'{expected} variants are bound', seconds)


def take_stock(admin, stores, seconds=BINDING_SECONDS):
    """Take the shops' stock into Odoo once, then let Odoo write stock to the shops."""
    for store in stores:
        admin.call('shopify.backend', 'action_import_stock', [store])
    idle = [('backend_id', 'in', stores), ('state', '=', 'pending')]
    wait_until(lambda: not admin.call('shopify.task', 'search_count', idle), 'the stock is taken into Odoo', seconds)
    admin.call('shopify.backend', 'write', stores, {'stock_export': True})


def wait_until(condition, what, seconds):
    """Wait for ``condition()`` to be true.

    :raise SetupError: it did not become true in time.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SetupError(f'after {seconds} s it is still not true that {what}')
        time.sleep(0.5)
    step(what)
