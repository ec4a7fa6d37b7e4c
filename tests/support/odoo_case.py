"""Base classes of tests that run inside Odoo.

Tests outside `odoo.addons` get no tags by themselves; without 'standard' Odoo leaves the network open to them.
"""
from odoo.tests import HttpCase, TransactionCase, tagged

QUIET = {'tracking_disable': True, 'mail_create_nosubscribe': True, 'mail_notrack': True, 'no_reset_password': True}


@tagged('standard', 'post_install', '-at_install')
class ShopifyCase(TransactionCase):
    """A test with real records, rolled back afterwards; nothing but 127.0.0.1 can be reached."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, **QUIET})


@tagged('standard', 'post_install', '-at_install')
class ShopifyHttpCase(HttpCase):
    """A test that talks to the controllers through Odoo's own HTTP server, seeing the test's transaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, **QUIET})
