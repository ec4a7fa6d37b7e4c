import time

from odoo import fields

from tests.integration.simulated import SimulatedCase

HISTORY = 'odoo.addons.shopify_connector.sync.history_products'


class CatalogueCase(SimulatedCase):
    def setUp(self):
        super().setUp()
        self.backend = self.connected_store()
        self.domain = self.backend.shop_domain

    def import_of(self, **values):
        return self.env['shopify.import'].create({'backend_id': self.backend.id, 'what': 'products', **values})

    def go_on(self, run, seconds=60):
        """Let the lane work until the run needs nobody any more, or waits for a later time."""
        deadline = time.monotonic() + seconds
        while run._is_running() and time.monotonic() < deadline:
            run._tasks().filtered(lambda task: task.state == 'pending').due_at = fields.Datetime.now()
            self.run_lane(self.backend, 'catalogue')
            self.assertFalse(run.state != 'failed' and run.problem)
            time.sleep(0.05)
        return run

    def go(self, run):
        run.action_import()
        return self.go_on(run)

    def bindings(self):
        return self.env['shopify.product.binding'].search([('backend_id', '=', self.backend.id)])

    def stats(self):
        return self.simulator.stats(self.domain)['by_operation']


class TestCatalogueImport(CatalogueCase):
    def test_the_whole_catalogue_comes_through_one_bulk_operation(self):
        few = self.patch_few(0)
        with few:
            run = self.go(self.import_of())
        self.assertEqual(run.state, 'done', run.message)
        products = self.simulator.state(self.domain)['products']
        self.assertEqual((run.found_count, run.created_count), (len(products), len(products)))
        self.assertEqual(set(self.bindings().mapped('gid')), {self.gid(row) for row in products})
        self.assertNotIn('ProductsByIds', self.stats())
        self.assertFalse(self.bindings().variant_ids.filtered(lambda row: not row.product_id))

    @staticmethod
    def gid(row):
        return str(row['id']) if str(row['id']).startswith('gid:') else f'gid://shopify/Product/{row["id"]}'

    @staticmethod
    def patch_few(count):
        from unittest.mock import patch

        return patch(f'{HISTORY}._FEW_PRODUCTS', count)

    def test_a_second_import_writes_nothing(self):
        with self.patch_few(0):
            self.go(self.import_of())
            before = {(row.id, row.write_date) for row in self.bindings()}
            run = self.go(self.import_of())
        self.assertEqual((run.same_count, run.created_count, run.changed_count), (run.found_count, 0, 0))
        self.assertEqual({(row.id, row.write_date) for row in self.bindings()}, before)
