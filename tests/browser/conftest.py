"""What the browser tests share: a site with people, shops and orders, and a folder for screenshots."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from scripts.people import hire
from scripts.shops import add_store, connect, import_catalogue
from tests.browser.person import wait_until
from tests.support import servers

NORTHWIND, CONTOSO = 'northwind.myshopify.com', 'contoso.myshopify.com'
# Where screenshots are kept for people; unset, they go to pytest's temporary folder.
SCREENSHOTS = 'SHOPIFY_CONNECTOR_SCREENSHOTS'
ORDERS_EACH = 4


@dataclass
class Site:
    """An Odoo server (:class:`tests.support.servers.TestServer`) and the simulated shops that it can reach."""

    server: object
    simulator: object
    stores: dict

    def shop(self, domain):
        """What the simulator tells about a shop: its credentials among other things."""
        return next(shop for shop in self.simulator.shops() if shop['domain'] == domain)

    def wait_idle(self):
        """Wait until no task of any store is waiting to be done now; what is to be done later is not waited for."""
        waiting = [('state', '=', 'pending'), ('tries', '=', 0)]
        wait_until(
            lambda: not self.server.call('shopify.task', 'search_count', [*waiting, ('due_at', '<=', _soon())]),
            'no task is waiting',
        )


def _soon():
    return (datetime.now(timezone.utc) + timedelta(seconds=2)).strftime('%Y-%m-%d %H:%M:%S')


@pytest.fixture(scope='module')
def site(module_simulator, module_odoo_server):
    """A server without any store yet, whose people are hired."""
    return staffed(module_simulator, module_odoo_server)


def staffed(simulator, start):
    """A server that reaches the shops of ``simulator``; its people are hired."""
    server = start(endpoint=simulator.endpoint, workers=0, crons=2)
    hire(server.admin)
    return Site(server, simulator, {})


@pytest.fixture(scope='session')
def trading_site(odoo_env, request):
    """Two connected stores, their products, stock on its way to both, a few orders and one trouble: made once for all
    modules, so a test looks for what it has made itself, or for what was there first."""
    with servers.simulator() as simulator, servers.factory(odoo_env, request.node) as start:
        yield _trading(staffed(simulator, start))


def _trading(site):
    for domain, name, method in (
        (NORTHWIND, 'Northwind Outfitters', 'client_credentials'),
        (CONTOSO, 'Contoso Home', 'access_token'),
    ):
        store = add_store(site.server.admin, site.shop(domain), name, method)
        connect(site.server.admin, store)
        site.stores[domain] = store
    import_catalogue(site.server.admin, list(site.stores.values()), 50)
    site.wait_idle()
    for store in site.stores.values():
        site.server.call('shopify.backend', 'action_import_stock', [store])
        site.wait_idle()
        site.server.call('shopify.backend', 'write', [store], {'stock_export': True})
    for domain in site.stores:
        site.simulator.order(domain, count=ORDERS_EACH)
    expected = ORDERS_EACH * len(site.stores)
    wait_until(
        lambda: site.server.call('shopify.order.binding', 'search_count', []) >= expected, 'all orders are in Odoo'
    )
    site.wait_idle()
    return site


@pytest.fixture(scope='session')
def screenshots(tmp_path_factory):
    """The folder for screenshots."""
    folder = Path(os.environ.get(SCREENSHOTS) or tmp_path_factory.mktemp('screenshots'))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
