"""Tests inside Odoo against a simulated Shopify on 127.0.0.1: real HTTP, real records, rolled back afterwards."""

import os
import sys
from unittest.mock import patch

from scripts.simulator import Simulator
from tests.support.odoo_case import ShopifyCase

ODOO_URL = 'http://127.0.0.1:8069'


class SimulatedCase(ShopifyCase):
    """One simulator a class. Its webhooks go nowhere: what they would ring for, a test rings for itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulator = Simulator(sys.executable, name=f'simulator-{cls.__name__}').start()
        cls.addClassCleanup(cls.simulator.stop)
        cls.enterClassContext(patch.dict(os.environ, {'SHOPIFY_CONNECTOR_ENDPOINT': cls.simulator.endpoint}))

    def setUp(self):
        super().setUp()
        self.simulator.post('/reset')
        self.shops = {shop['domain'].split('.')[0]: shop for shop in self.simulator.shops()}
        self.env['ir.config_parameter'].sudo().set_param('web.base.url', ODOO_URL)

    def store(self, handle='northwind', **values):
        """A store with good credentials that is not connected yet."""
        shop = self.shops[handle]
        return self.env['shopify.backend'].create(
            {
                'name': shop['name'],
                'shop_domain': shop['domain'],
                'auth_method': 'access_token',
                'access_token': shop['access_token'],
                'client_secret': shop['client_secret'],
                **values,
            }
        )

    def connected_store(self, handle='northwind', **values):
        """A store that is connected, its deliveries held back by the shop."""
        backend = self.store(handle, **values)
        self.simulator.deliveries(backend.shop_domain, hold=True)
        backend.action_connect()
        return backend

    def run_lane(self, backend, lane):
        """Run a lane as its cron does, with its commits."""
        cron = backend.sudo().cron_ids.filtered(lambda cron: cron.shopify_lane == lane)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def ring(self, backend, kind, *keys):
        """Note work as a delivery does, and do it."""
        tasks = self.env['shopify.task']._add(backend, kind, keys, source='webhook')
        self.run_lane(backend, tasks[0].lane)
        return tasks

    def placed(self, backend, **wishes):
        """Place an order in the shop and return its gid."""
        placed = self.simulator.order(backend.shop_domain, **wishes)[0]['id']
        return str(placed) if str(placed).startswith('gid:') else f'gid://shopify/Order/{placed}'

    def subscriptions(self, backend):
        return self.simulator.state(backend.shop_domain)['subscriptions']
