"""Stores from before there were books, risks and warehouses by location: they get the lane of the books, and go on as
they did until somebody asks for more."""

from datetime import date

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {'active_test': False})
    backends = env['shopify.backend'].search([])
    backends.write(
        {
            'invoice_policy': 'manual',
            'register_payments': False,
            'books_since': date.today(),
            'risk_policy': 'never',
            'warehouse_by_location': False,
        }
    )
    for backend in backends.filtered(lambda backend: backend.state != 'draft'):
        env['shopify.sync.connection']._switch_lanes(backend, True)
