"""Tests inside Odoo against a simulated Shopify on 127.0.0.1: real HTTP, real records, rolled back afterwards."""

import os
from unittest.mock import patch

from odoo.addons.shopify_connector.models import shopify_backend_client

from tests.support import shared_simulator
from tests.support.odoo_case import ShopifyCase

ODOO_URL = 'http://127.0.0.1:8069'
BEGINNING = 'beginning of a class'  # the snapshot of the shops that every test of a class begins with


class SimulatedCase(ShopifyCase):
    """Two simulated shops. Their webhooks go nowhere: what they would ring for, a test rings for itself.

    What all tests of a class begin with is made once, by :meth:`share`; each test finds Odoo and the shops as they were
    then.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulator = shared_simulator.shared()
        cls.enterClassContext(patch.dict(os.environ, {'SHOPIFY_CONNECTOR_ENDPOINT': cls.simulator.endpoint}))
        cls.shops = {shop['domain'].split('.')[0]: shop for shop in cls.simulator.shops()}
        cls.env['ir.config_parameter'].sudo().set_param('web.base.url', ODOO_URL)
        cls._share()
        cls.simulator.post('/snapshot', name=BEGINNING)

    @classmethod
    def _share(cls):
        """What :meth:`share` of an instance sets, every instance has."""
        first = cls('share')
        own = set(vars(first))
        cls.addClassCleanup(first.doCleanups)
        first.share()
        cls.env.cr.flush()
        cls.env.invalidate_all()
        for name in vars(first).keys() - own:
            setattr(cls, name, vars(first)[name])

    def share(self):
        """Connect stores and so on, and keep them in attributes of ``self``: once a class, before its first test.

        A class that needs more calls ``super().share()`` first. What a test changes in records and shops is undone after
        it; lists and dictionaries in attributes are not.
        """

    def setUp(self):
        super().setUp()
        self.simulator.post('/restore', name=BEGINNING)
        # What a test before has learnt of a shop's rate limit is not true of the restored one.
        shopify_backend_client._budgets.clear()

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

    def goods(self, binding):
        """The lines of an order's sales order that are stored."""
        return binding.sale_order_id.order_line.filtered(lambda line: line.product_id.is_storable)

    def levels_in_shop(self, backend):
        """``{SKU: {location's gid: {available, committed, on_hand, …}}}``; much less than all that the shop knows."""
        return self.simulator.get(f'/shops/{backend.shop_domain}/levels')

    def subscriptions(self, backend):
        return self.simulator.state(backend.shop_domain)['subscriptions']
