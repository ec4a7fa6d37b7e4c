"""Prices of very many products: read and written by one bulk operation each."""

import time
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.shopify_connector import const
from odoo.addons.shopify_connector.shopify import bulk

from tests.integration.test_export_owned import OwnedCase


class TestPricesInBulk(OwnedCase):
    GROUPS = ('price',)

    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(const, 'PRICES_IN_BULK', 5))
        self.many = self.batch(6)
        self.ask(self.many)
        self.forget()

    def finish(self, until=lambda task: task.state != 'pending'):
        """The lane looks again and again, as time passes."""
        for _turn in range(40):
            self.hurry()
            self.run_lane(self.shop, 'catalogue')
            task = self.env['shopify.task'].search([('kind', '=', 'price_bulk')], order='id desc', limit=1)
            if until(task):
                return task
            time.sleep(0.2)
        self.fail(task.message)

    def prices(self, templates):
        state = self.simulator.state(self.shop.shop_domain)
        found = {row['sku']: row['price'] for row in state['variants']}
        return [float(found[template.default_code]) for template in templates]

    def test_a_change_of_very_many_prices_is_two_operations_whatever_their_number(self):
        self.many.list_price = 7.5
        self.note()
        self.assertEqual(self.tasks(state='pending').mapped('key'), ['prices'])
        task = self.finish()
        self.assertEqual((task.state, task.message), ('done', '6 prices written.'))
        self.assertEqual(self.prices(self.many), [7.5] * 6)
        operations = self.simulator.stats(self.shop.shop_domain)['by_operation']
        self.assertEqual((self.sent(), operations['BulkRun']['requests'], operations['BulkMutate']['requests']), (0, 1, 1))
        export = self.env['shopify.product.export'].search([('binding_id', '=', self.binding(self.many[0]).id)], limit=1)
        self.assertEqual(export.rows, [[self.many[0].default_code, 'Price', '3.00', '7.50']])
        self.forget()
        self.ring(self.shop, 'product', *[self.binding(template).gid for template in self.many])
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual(self.sent(), 0)
        self.assertFalse(self.env['shopify.difference'].search([('backend_id', '=', self.shop.id)]))

    def test_what_somebody_changed_in_the_shop_is_not_overwritten(self):
        self.change_in_shop(self.many[0], price='99.00')
        self.many.list_price = 7.5
        self.note()
        self.finish()
        self.assertEqual(self.prices(self.many), [99.0] + [7.5] * 5)
        row = self.env['shopify.difference'].search([('backend_id', '=', self.shop.id)])
        self.assertEqual((row.kind, row.in_shopify, row.in_odoo), ('conflict', '99.00', '7.50'))

    def begin(self):
        """The task of new prices that are being written."""
        self.many.list_price = 7.5
        self.note()
        self.run_lane(self.shop, 'catalogue')
        task = self.env['shopify.task'].search([('kind', '=', 'price_bulk')])
        for _turn in range(20):
            if 'write' in (task.cursor or ''):
                break
            time.sleep(0.2)
            self.hurry()
            self.run_lane(self.shop, 'catalogue')
        self.assertEqual(task.state, 'pending', task.message)
        return task

    def test_new_prices_wait_for_the_end_of_those_that_are_being_written(self):
        first = self.begin()
        first.due_at = fields.Datetime.now() + timedelta(minutes=1)
        self.many.list_price = 9.0
        self.note()
        self.run_lane(self.shop, 'catalogue')
        second = self.env['shopify.task'].search([('kind', '=', 'price_bulk'), ('id', '!=', first.id)])
        self.assertEqual((second.state, second.error_code, second.cursor), ('pending', 'bulk_busy', False))
        operations = self.simulator.stats(self.shop.shop_domain)['by_operation']
        self.assertEqual((operations['BulkRun']['requests'], operations['BulkMutate']['requests']), (1, 1))
        self.finish()
        self.assertEqual((first.state, self.prices(self.many)), ('done', [9.0] * 6))

    def test_an_answer_of_fewer_lines_than_objects_is_settled(self):
        task, status = self.begin(), bulk.status
        with patch.object(bulk, 'status', lambda *args: replace(status(*args), objects=100)):
            self.assertEqual(self.finish(), task)
        self.assertEqual((task.state, task.message), ('done', '6 prices written.'))

    def test_files_that_are_refused_are_made_again_a_limited_number_of_times(self):
        self.many.list_price = 7.5
        self.note()
        # Refused are the read prices, the upload of the new ones, and in the end the answer to it.
        for name in ('bulk result', 'staged upload'):
            self.simulator.fault(self.shop.shop_domain, 'http_403', match=name)
        task = self.finish(until=lambda task: task.tries == 2 and 'write' in (task.cursor or ''))
        self.simulator.fault(self.shop.shop_domain, 'http_403', match='bulk result')
        self.assertEqual(self.finish(), task)
        self.assertEqual((task.state, task.tries, self.prices(self.many)), ('done', 3, [7.5] * 6))
        self.assertFalse(self.env['shopify.difference'].search([('backend_id', '=', self.shop.id)]))

    def test_what_changes_in_odoo_while_it_is_written_is_sent_afterwards(self):
        self.begin()
        self.many[0].list_price = 8.0
        self.note()
        self.finish()
        self.hurry()
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual(self.prices(self.many), [8.0] + [7.5] * 5)
