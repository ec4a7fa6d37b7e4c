import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.shopify_connector.shopify import bulk, errors

from tests.integration.simulated import SimulatedCase

HISTORY = 'odoo.addons.shopify_connector.sync.history_products'


class CatalogueCase(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store()
        self.domain = self.backend.shop_domain

    def change(self, **values):
        """What a merchant does to a product by hand."""
        return self.simulator.post(f'/shops/{self.domain}/products', **values)

    def import_of(self, **values):
        return self.env['shopify.import'].create({'backend_id': self.backend.id, 'what': 'products', **values})

    def go_on(self, run, seconds=120):
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
        return patch(f'{HISTORY}._FEW_PRODUCTS', count)

    def test_a_second_import_writes_nothing(self):
        with self.patch_few(0):
            self.go(self.import_of())
            before = {(row.id, row.write_date) for row in self.bindings()}
            run = self.go(self.import_of())
        self.assertEqual((run.same_count, run.created_count, run.changed_count), (run.found_count, 0, 0))
        self.assertEqual({(row.id, row.write_date) for row in self.bindings()}, before)

    def test_a_dry_run_shows_what_would_come_and_leaves_nothing(self):
        templates = self.env['product.template'].search_count([])
        run = self.import_of(product_vendor='Peakline')
        run.action_dry_run()
        self.go_on(run)
        self.assertEqual(run.state, 'done', run.message)
        wanted = [row for row in self.simulator.state(self.domain)['products'] if row['vendor'] == 'Peakline']
        self.assertEqual((run.found_count, run.created_count), (len(wanted), len(wanted)))
        self.assertEqual(run.row_ids.mapped('outcome'), ['create'] * len(wanted))
        self.assertFalse(self.bindings())
        self.assertEqual(self.env['product.template'].search_count([]), templates)
        self.assertEqual(run.plan_count, sum(len(row['variant_ids']) for row in wanted))
        real = self.env['shopify.import'].browse(run.action_import_after_dry_run()['res_id'])
        self.go_on(real)
        self.assertEqual((real.what, real.created_count), ('products', len(wanted)))

    def test_a_shop_that_refuses_bulk_operations_is_read_in_parts(self):
        refused = errors.UserErrors([errors.UserError((), 'no', 'INVALID')])
        with self.patch_few(0), patch.object(bulk, 'run', side_effect=refused):
            run = self.go(self.import_of())
        self.assertEqual((run.state, run.created_count), ('done', run.found_count), run.message)
        self.assertIn('ProductsByIds', self.stats())

    def test_chosen_products_are_read_alone(self):
        gids = [self.gid(row) for row in self.simulator.state(self.domain)['products'][:3]]
        run = self.go(self.import_of(gids=gids))
        self.assertEqual(sorted(self.bindings().mapped('gid')), sorted(gids))
        self.assertEqual(run.selection_text, '3 chosen products')

    def test_products_are_chosen_by_sku_and_handle(self):
        by_handle, by_sku = self.simulator.state(self.domain)['products'][:2]
        variants = {row['id']: row for row in self.simulator.state(self.domain)['variants']}
        sku = variants[by_sku['variant_ids'][0]]['sku']
        run = self.go(self.import_of(product_codes=f"{sku.lower()}, no-such-thing\n{by_handle['handle']}"))
        self.assertEqual(run.created_count, 2)
        self.assertEqual(set(self.bindings().mapped('gid')), {self.gid(by_handle), self.gid(by_sku)})

    def test_a_sku_of_a_product_with_very_many_variants_is_found(self):
        variants = [{'sku': f'BIG-{number}', 'values': [f'V{number}']} for number in range(1, 252)]
        made = self.change(title='Big', options=['Code'], variants=variants)
        worker, client = self.env['shopify.sync.history.products'], self.backend._get_client('catalogue')
        for code in ('BIG-10', 'big-251'):
            self.assertEqual(worker._find_codes(client, [code]), [made['id']])

    def test_a_run_that_is_cut_off_anywhere_goes_on_there(self):
        engine = self.env.registry['shopify.engine']
        run = self.import_of()
        with self.patch_few(0), patch(f'{HISTORY}._PRODUCTS_PER_BATCH', 7):
            run.action_import()
            with patch.object(engine, '_is_time_left', return_value=False):
                while run.state != 'done':
                    count = run.done_count
                    run._tasks().filtered(lambda task: task.state == 'pending').due_at = fields.Datetime.now()
                    self.run_lane(self.backend, 'catalogue')
                    self.assertLessEqual(run.done_count - count, 7)
        self.assertEqual((run.created_count, run.done_count), (run.found_count, run.found_count))

    def test_what_the_whole_catalogue_does_not_have_is_marked_as_deleted(self):
        self.go(self.import_of())
        gone = self.bindings()[0]
        self.change(id=gone.gid, delete=True)
        template = gone.product_tmpl_id
        with self.patch_few(0):
            self.go(self.import_of())
        self.run_lane(self.backend, 'catalogue')
        self.assertTrue(gone.deleted_at)
        self.assertTrue(template.exists() and template.active)

    def test_the_sweep_of_an_unchanged_catalogue_is_one_request_and_no_write(self):
        self.go(self.import_of())
        self.backend.products_swept_at = False
        self.run_lane(self.backend, 'catalogue')
        before = {(row.id, row.write_date) for row in self.bindings()}
        self.backend.products_swept_at = False
        self.simulator.post(f'/shops/{self.domain}/stats/reset')
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual({name: row['requests'] for name, row in self.stats().items()}, {'ProductsChanged': 1})
        self.assertEqual({(row.id, row.write_date) for row in self.bindings()}, before)

    def look_for_changes(self):
        self.backend.products_swept_at = False
        self.run_lane(self.backend, 'catalogue')

    def test_the_same_import_again_asks_shopify_twice_and_waits_as_long_as_it_took_before(self):
        with self.patch_few(0):
            self.go(self.import_of()).bulk_seconds = 40
            self.simulator.post(f'/shops/{self.domain}/stats/reset')
            run = self.import_of()
            run.action_import()
            self.run_lane(self.backend, 'catalogue')
            self.assertGreater(run._tasks().due_at, fields.Datetime.now() + timedelta(seconds=40))
            time.sleep(0.5)
            self.go_on(run)
        asked = {name: row['requests'] for name, row in self.stats().items() if name != 'ProductsChanged'}
        self.assertEqual((run.same_count, asked), (run.found_count, {'BulkRun': 1, 'BulkStatus': 1}))

    def test_what_was_deleted_while_the_result_waited_stays_deleted(self):
        gids = [self.gid(row) for row in self.simulator.state(self.domain)['products']]
        known, unknown = gids[:2]
        self.go(self.import_of(gids=[known]))
        with self.patch_few(0):
            run = self.import_of()
            run.action_import()
            self.run_lane(self.backend, 'catalogue')
            time.sleep(0.5)
            for gid in (known, unknown):
                self.change(id=gid, delete=True)
            self.ring(self.backend, 'product', known, unknown)
            self.simulator.post(f'/shops/{self.domain}/stats/reset')
            self.go_on(run)
        self.assertEqual((run.state, run.found_count, run.skipped_count), ('done', len(gids), 2), run.message)
        self.assertEqual(self.bindings().filtered('deleted_at').mapped('gid'), [known])
        self.assertNotIn(unknown, self.bindings().mapped('gid'))
        self.assertEqual(self.stats()['ProductsByIds']['requests'], 1)

    def test_what_an_import_has_read_the_sweep_does_not_look_at_again(self):
        with self.patch_few(0):
            run = self.go(self.import_of())
        self.assertEqual(self.backend.products_settled_until, run.bulk_created_at)
        seen = self.backend.products_seen_until
        self.assertEqual(self.env['shopify.sync.product']._changed_since(self.backend, seen), run.bulk_created_at)

    def test_the_overlap_of_the_sweep_is_looked_at_until_shopifys_search_has_caught_up(self):
        sync = self.env['shopify.sync.product']
        self.go(self.import_of(gids=[self.gid(self.simulator.state(self.domain)['products'][0])]))
        self.look_for_changes()
        self.change(id=self.bindings()[0].gid, title='Renamed')
        self.look_for_changes()
        seen = self.backend.products_seen_until
        self.look_for_changes()
        self.assertEqual(sync._changed_since(self.backend, seen), seen - timedelta(minutes=10))
        self.backend.products_moved_at -= timedelta(minutes=10)
        self.look_for_changes()
        self.assertEqual(sync._changed_since(self.backend, seen), seen + timedelta(seconds=1))

    def test_a_change_that_shopifys_search_shows_hours_late_is_found_all_the_same(self):
        self.go(self.import_of(gids=[row['id'] for row in self.simulator.state(self.domain)['products'][:2]]))
        late = self.bindings()[0]
        self.look_for_changes()
        self.change(id=late.gid, title='Renamed')
        # The search has shown a later change long ago, and not this one: as if all until now were known.
        seen = fields.Datetime.now() + timedelta(minutes=1)
        past = fields.Datetime.now() - timedelta(minutes=30)
        self.backend.write(
            {
                'products_seen_until': seen,
                'products_settled_until': seen + timedelta(seconds=1),
                'products_moved_at': past,
                'products_wide_at': past,
            }
        )
        self.look_for_changes()
        self.assertNotEqual(late.name, 'Renamed')
        self.backend.products_wide_at = past - timedelta(minutes=30)
        self.look_for_changes()
        self.assertEqual(late.name, 'Renamed')
        self.assertGreater(self.backend.products_wide_at, past)

    def test_the_wide_look_ends_a_day_after_the_newest_change_and_does_not_read_an_import_again(self):
        sync, now = self.env['shopify.sync.product'], fields.Datetime.now()
        hours = timedelta(hours=1)
        self.backend.write({'products_seen_until': now, 'products_moved_at': now, 'products_wide_at': now})
        due = [step for step in range(30) if sync._is_wide_due(self.backend, now + step * hours)]
        self.assertEqual(due[0], 1)
        self.backend.products_wide_at = now + 24 * hours
        self.assertFalse(sync._is_wide_due(self.backend, now + 30 * hours))
        self.assertEqual(sync._changed_since(self.backend, now, True), now - 3 * hours)
        self.backend.products_read_until = now - hours
        self.assertEqual(sync._changed_since(self.backend, now, True), now - hours)

    def test_the_sweep_finds_what_no_webhook_has_told(self):
        self.go(self.import_of())
        binding = self.bindings()[0]
        self.change(id=binding.gid, title='Renamed')
        self.backend.products_swept_at = False
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(binding.name, 'Renamed')
