import time
from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.addons.shopify_connector import const
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from tests.integration.simulated import SimulatedCase

HISTORY = 'odoo.addons.shopify_connector.sync.history_find'
ENGINE_LOG = 'odoo.addons.shopify_connector.sync.engine'
# What the zoo has besides: long orders, and what is a mixture of the others.
LEFT_OUT = {'many_lines', 'random', 'returning_customer'}


class HistoryCase(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store()
        self.domain = self.backend.shop_domain

    def import_of(self, **values):
        return self.env['shopify.import'].create({'backend_id': self.backend.id, **values})

    def orders(self, count, **wishes):
        """Place orders; their gids in the order of placing."""
        placed = self.simulator.order(self.domain, count=count, **{'kind': 'plain', **wishes})
        return [f'gid://shopify/Order/{row["id"]}' for row in placed]

    def go_on(self, run, seconds=120):
        """Let the lane work until the run needs nobody any more, or waits for a later time."""
        deadline = time.monotonic() + seconds
        while run._is_running() and time.monotonic() < deadline:
            run._tasks().filtered(lambda task: task.state == 'pending').due_at = fields.Datetime.now()
            self.run_lane(self.backend, 'catalogue')
            self.assertFalse(run.state != 'failed' and run.problem)
            time.sleep(0.1)
        return run

    def go(self, run):
        run.action_import()
        return self.go_on(run)

    @contextmanager
    def always_bulk(self, batch=None):
        with patch(f'{HISTORY}._FEW_ORDERS', 0), patch(f'{HISTORY}._FEW_NUMBERS', 0):
            if batch is None:
                yield
            else:
                with patch('odoo.addons.shopify_connector.const.ORDERS_PER_BATCH', batch):
                    yield

    def bindings(self, gids):
        return self.env['shopify.order.binding'].search([('backend_id', '=', self.backend.id), ('gid', 'in', gids)])

    def stats(self):
        return self.simulator.stats(self.domain)['by_operation']


class TestHistory(HistoryCase):
    def test_a_bulk_import_gives_what_reading_single_orders_gives(self):
        self.backend.import_test_orders = True
        self.simulator.settings(self.domain, bulk_shuffle=1)
        kinds = sorted(set(self.simulator.get(f'/shops/{self.domain}/zoo')['kinds']) - LEFT_OUT)
        gids = [gid for kind in kinds for gid in self.orders(1, kind=kind)]
        for policy in ('shop', 'presentment'):
            with self.subTest(policy=policy):
                self.backend.money_policy = policy
                self.bindings(gids).sale_order_id.order_line.shopify_line_gid = False
                self.bindings(gids).unlink()
                with self.always_bulk():
                    run = self.go(self.import_of())
                self.assertEqual((run.state, run.created_count), ('done', len(gids)), run.row_ids.mapped('sentence'))
                bindings = self.bindings(gids)
                self.assertEqual(len(bindings.sale_order_id), len(gids))
                self.assertFalse([row.name for row in bindings if row.difference])
                self.assert_lines_are_in_the_shops_order(bindings)
                told = {row.gid: (row.trail, row.signature, row.sale_order_id.amount_total) for row in bindings}
                self.ring(self.backend, 'order', *gids)
                again = {row.gid: (row.trail, row.signature, row.sale_order_id.amount_total) for row in bindings}
                self.assertEqual(again, told)

    def assert_lines_are_in_the_shops_order(self, bindings):
        client = self.backend._get_client('orders')
        payloads, _missing = self.env['shopify.sync.order']._read(self.backend, client, bindings.mapped('gid'))
        for payload in payloads:
            order = bindings.filtered(lambda row, gid=payload['id']: row.gid == gid).sale_order_id
            here = [gid for gid in order.order_line.mapped('shopify_line_gid') if gid]
            there = [line['id'] for line in payload['lineItems']['nodes']]
            self.assertEqual([gid for gid in here if gid in there], [gid for gid in there if gid in here], payload['name'])

    def test_no_order_is_read_one_by_one_for_a_bulk_import(self):
        self.orders(3)
        self.simulator.post(f'/shops/{self.domain}/stats/reset')
        with self.always_bulk():
            run = self.go(self.import_of())
        self.assertEqual(run.created_count, 3)
        self.assertNotIn('OrdersByIds', self.stats())
        self.assertLess(run.requests, 30)
        self.assertGreater(run.points, 10)

    def test_orders_come_oldest_first(self):
        newer, older = self.orders(1, days_ago=1)[0], self.orders(1, days_ago=9)[0]
        with self.always_bulk():
            self.go(self.import_of())
        self.assertLess(self.bindings([older]).id, self.bindings([newer]).id)

    def test_days_and_statuses_choose(self):
        self.orders(2, days_ago=20)
        wanted = self.orders(1, days_ago=10)
        self.orders(1, days_ago=10, payment='pending')
        self.orders(1, days_ago=3)
        today = fields.Date.today()
        values = {
            'created_from': fields.Date.subtract(today, days=12),
            'created_to': fields.Date.subtract(today, days=8),
            'financial_status': 'paid',
        }
        self.assertEqual(self.go(self.import_of(**values)).created_count, 1)
        self.assertEqual(self.bindings(wanted).state, 'imported')
        with self.always_bulk():
            run = self.go(self.import_of(**values))
        self.assertEqual((run.found_count, run.same_count), (1, 1))

    def test_numbers_choose_directly_and_through_a_bulk_operation(self):
        self.orders(6)
        names = [row['name'] for row in self.simulator.state(self.domain)['orders']]
        numbers = sorted(int(name.lstrip('#')) for name in names)[-6:]
        text = f'{numbers[0]}, #{numbers[2]}-{numbers[4]}'
        run = self.go(self.import_of(order_numbers=text))
        self.assertEqual((run.found_count, run.created_count), (4, 4))
        with self.always_bulk():
            run = self.go(self.import_of(order_numbers=text))
        self.assertEqual((run.found_count, run.same_count), (4, 4))
        self.assertFalse(self.env['shopify.order.binding'].search_count([('name', '=', f'#{numbers[1]}')]))

    def test_orders_that_are_older_than_the_stores_date_come_when_they_are_asked_for(self):
        self.backend.orders_since = fields.Date.today()
        gid = self.orders(1, days_ago=30)[0]
        self.ring(self.backend, 'order', gid)
        self.assertEqual(self.bindings([gid]).state, 'skipped')
        run = self.go(self.import_of())
        self.assertEqual((run.created_count, self.bindings([gid]).state), (1, 'imported'))

    def test_what_had_left_before_the_store_was_connected_moves_no_stock(self):
        shipped = self.orders(2, kind='fulfilled', days_ago=30)
        waiting = self.orders(1, days_ago=30)
        run = self.go(self.import_of())
        self.assertEqual((run.created_count, run.failed_count), (3, 0))
        orders = self.bindings(shipped).sale_order_id
        self.assertEqual(set(orders.mapped('state')), {'sale'})
        self.assertFalse(orders.picking_ids)
        self.assertTrue(self.bindings(waiting).sale_order_id.picking_ids)
        for binding in self.bindings(shipped):
            self.assertEqual([entry[1] for entry in binding.trail].count('shipped_before'), 1)

    def test_an_order_that_cannot_be_brought_over_is_a_task_and_the_others_come(self):
        self.backend.orders_since = fields.Date.today()
        gids = self.orders(4, days_ago=5)
        method = type(self.env['shopify.sync.order'])._create_together

        def failing(model, backend, payloads, prepared):
            if gids[1] in [payload['id'] for payload in payloads]:
                raise UserError("No such thing")
            return method(model, backend, payloads, prepared)

        with patch.object(type(self.env['shopify.sync.order']), '_create_together', failing):
            run = self.go(self.import_of())
        self.assertEqual((run.state, run.created_count, run.failed_count), ('done', 3, 1))
        self.assertEqual((run.row_ids.outcome, run.row_ids.gid), ('problem', gids[1]))
        self.assertIn("No such thing", run.row_ids.sentence)
        task = self.env['shopify.task'].search([('kind', '=', 'order'), ('key', '=', gids[1])])
        task.action_retry()
        self.run_lane(self.backend, 'orders')
        self.assertEqual((task.state, self.bindings([gids[1]]).state), ('done', 'imported'))

    def test_what_changed_after_the_bulk_operation_is_not_undone_by_its_result(self):
        gid = self.orders(1, payment='pending')[0]
        self.orders(1)
        with self.always_bulk():
            run = self.import_of()
            run.action_import()
            self.run_lane(self.backend, 'catalogue')
            time.sleep(1.1)
            self.simulator.act(self.domain, gid.rsplit('/', 1)[1], 'pay')
            self.ring(self.backend, 'order', gid)
            self.assertEqual(self.bindings([gid]).financial_status, 'paid')
            self.go_on(run)
        self.assertEqual((self.bindings([gid]).financial_status, run.state), ('paid', 'done'))

    def test_nothing_found_is_an_end_too(self):
        with self.always_bulk():
            run = self.go(self.import_of(created_to='2001-01-01'))
        self.assertEqual((run.state, run.found_count, run.progress), ('done', 0, 100.0))


class TestHistoryInterrupted(HistoryCase):
    def test_a_crash_at_any_point_loses_and_doubles_nothing(self):
        gids = self.orders(12)
        places = ['_upsert', '_fetch_products', '_note_books']
        with self.always_bulk(batch=3):
            run = self.import_of()
            run.action_import()
            for number, name in enumerate(places):
                model = type(self.env['shopify.sync.order'])
                method, calls = getattr(model, name), []

                def crashing(model, *arguments, method=method, calls=calls):
                    calls.append(1)
                    result = method(model, *arguments)
                    if len(calls) == 2:
                        raise RuntimeError("crash")
                    return result

                with patch.object(model, name, crashing), mute_logger(ENGINE_LOG):
                    deadline = time.monotonic() + 120
                    while len(calls) < 2 and time.monotonic() < deadline:
                        run._tasks().due_at = fields.Datetime.now()
                        self.run_lane(self.backend, 'catalogue')
                self.assertEqual(run.done_count, 3 * (number + 1), name)
            self.go_on(run)
        self.assertEqual((run.state, run.done_count, run.created_count), ('done', 12, 12))
        self.assertEqual(len(self.bindings(gids).sale_order_id), 12)

    def test_a_stop_takes_effect_at_the_next_batch_and_a_pause_goes_on(self):
        gids = self.orders(9)
        model = type(self.env['shopify.sync.order'])
        method = model._upsert
        for action, state in (('action_pause', 'paused'), ('action_stop', 'stopped')):
            run = self.import_of(gids=gids)

            def interrupted(model, *arguments, number=run.id, action=action):
                result = method(model, *arguments)
                getattr(model.env['shopify.import'].browse(number), action)()
                return result

            with patch('odoo.addons.shopify_connector.const.ORDERS_PER_BATCH', 3), patch.object(model, '_upsert', interrupted):
                run.action_import()
                self.run_lane(self.backend, 'catalogue')
            self.assertEqual((run.state, run.done_count), (state, 3))
            self.run_lane(self.backend, 'catalogue')
            self.assertFalse(run._tasks())
            if state == 'paused':
                run.action_resume()
                self.go_on(run)
                self.assertEqual((run.state, run.done_count), ('done', 9))
                self.assertEqual(len(self.bindings(gids).sale_order_id), 9)

    def test_a_stop_while_shopify_works_ends_the_operation_there(self):
        self.orders(2)
        self.simulator.settings(self.domain, bulk_seconds=30)
        with self.always_bulk():
            run = self.import_of()
            run.action_import()
            self.run_lane(self.backend, 'catalogue')
            self.assertEqual(run.state, 'waiting')
            run.action_stop()
            self.run_lane(self.backend, 'catalogue')
        self.assertIn('BulkCancel', self.stats())
        self.assertEqual(run.state, 'stopped')

    def test_a_result_that_is_gone_is_asked_for_again(self):
        gids = self.orders(4)
        with self.always_bulk(batch=2):
            run = self.import_of()
            run.action_import()
            run.write({'bulk_gid': 'gid://shopify/BulkOperation/999999', 'connections': []})
            self.go_on(run)
        self.assertEqual((run.state, run.created_count), ('done', 4))
        self.assertEqual(len(self.bindings(gids).sale_order_id), 4)

    def test_a_result_that_the_file_server_refuses_is_made_again_and_not_for_ever(self):
        self.orders(2)
        self.simulator.fault(self.domain, 'http_403', count=100, match='bulk result')
        with self.always_bulk():
            run = self.import_of()
            run.action_import()
            self.work_on(run, until=lambda: run.problem)
            self.assertEqual((run.state, run._tasks().tries, self.stats()['BulkRun']['requests']), ('waiting', 2, 2))
            self.assertIn('status 403', run.problem)
            run._tasks().tries = len(const.RETRY_DELAYS)
            self.work_on(run, until=lambda: run.state == 'failed')
            self.assertEqual((run.state, run._tasks().state, self.backend.state), ('failed', 'failed', 'connected'))
            self.simulator.request('POST', f'/shops/{self.domain}/faults', {'clear': True})
            self.simulator.fault(self.domain, 'http_403', match='bulk result')
            run.action_resume()
            self.go_on(run)
        self.assertEqual((run.state, run.created_count), ('done', 2))

    def work_on(self, run, until):
        """Let the lane work, whatever waits, until something is so."""
        deadline = time.monotonic() + 60
        while not until() and time.monotonic() < deadline:
            run._tasks().filtered(lambda task: task.state == 'pending').due_at = fields.Datetime.now()
            self.run_lane(self.backend, 'catalogue')
            time.sleep(0.1)
        self.assertTrue(until())

    def test_five_other_operations_are_waited_for(self):
        self.orders(1)
        self.simulator.settings(self.domain, bulk_seconds=60)
        with self.always_bulk():
            runs = [self.import_of() for _number in range(6)]
            for run in runs:
                run.action_import()
            self.run_lane(self.backend, 'catalogue')
        last = runs[-1]
        self.assertEqual((last.state, last.bulk_gid), ('waiting', False))
        self.assertIn("Five other", last.problem)

    def test_an_operation_that_fails_says_so_and_can_be_resumed(self):
        self.orders(1)
        with self.always_bulk():
            run = self.import_of()
            run.action_import()
            self.run_lane(self.backend, 'catalogue')
            status = 'odoo.addons.shopify_connector.shopify.bulk.status'
            from odoo.addons.shopify_connector.shopify import bulk

            failed = bulk.Status(run.bulk_gid, 'FAILED', 'TIMEOUT', 0, None, None, None, None)
            with patch(status, return_value=failed):
                self.go_on(run)
            self.assertEqual(run.state, 'failed')
            self.assertIn('timeout', run.message)
            run.action_resume()
            self.go_on(run)
        self.assertEqual((run.state, run.created_count), ('done', 1))


class TestDryRun(HistoryCase):
    MODELS = (
        'sale.order', 'res.partner', 'product.product', 'account.tax', 'stock.picking', 'shopify.order.binding',
        'shopify.variant.binding', 'shopify.tax.mapping', 'shopify.binding', 'shopify.customer', 'ir.cron.trigger',
    )

    def counts(self):
        tasks = self.env['shopify.task'].search_count([('kind', 'not in', ('history', 'customers_sweep', 'catalogue_sweep'))])
        return {name: self.env[name].with_context(active_test=False).search_count([]) for name in self.MODELS[:-1]}, tasks

    def rehearse(self, **values):
        run = self.import_of(**values)
        run.action_dry_run()
        return self.go_on(run)

    def next_number(self):
        sequence = self.env['ir.sequence'].search([('code', '=', 'sale.order')], limit=1)
        return sequence.number_next_actual

    def test_a_dry_run_shows_everything_and_leaves_nothing(self):
        gids = self.orders(2) + self.orders(1, payment='pending') + self.orders(1, test=True)
        self.backend.write({'is_test_store': False})
        before, number = self.counts(), self.next_number()
        with self.always_bulk():
            run = self.rehearse()
        self.assertEqual(run.state, 'done', run.message)
        self.assertEqual((self.counts(), self.next_number()), (before, number))
        self.assertEqual((run.created_count, run.skipped_count), (3, 1))
        rows = {row.gid: row for row in run.row_ids}
        self.assertEqual([rows[gid].outcome for gid in gids], ['create', 'create', 'create', 'skip'])
        self.assertEqual([rows[gid].result for gid in gids], ['sale', 'sale', 'quotation', False])
        first = rows[gids[0]]
        self.assertTrue(first.customer_is_new and first.customer and first.products_new)
        self.assertEqual(first.amount_odoo, first.amount_shopify)
        self.assertIn("Confirmed", first.sentence)
        self.assertIn("test order", rows[gids[3]].sentence)

    def test_an_import_after_the_dry_run_does_what_was_shown(self):
        self.orders(3)
        run = self.rehearse()
        action = run.action_import_after_dry_run()
        after = self.env['shopify.import'].browse(action['res_id'])
        self.go_on(after)
        self.assertEqual((after.created_count, after.mode), (run.created_count, 'import'))

    def test_a_dry_run_of_orders_that_are_here_shows_what_reading_them_again_would_change(self):
        gids = self.orders(2, payment='pending')
        self.ring(self.backend, 'order', *gids)
        time.sleep(1.1)
        self.simulator.act(self.domain, gids[0].rsplit('/', 1)[1], 'pay')
        bindings = self.bindings(gids)
        action = bindings.action_dry_run()
        run = self.go_on(self.env['shopify.import'].browse(action['res_id']))
        rows = {row.gid: row for row in run.row_ids}
        self.assertEqual((rows[gids[0]].outcome, rows[gids[0]].result), ('change', 'sale'))
        self.assertEqual(rows[gids[1]].outcome, 'same')
        self.assertEqual(bindings.sale_order_id.mapped('state'), ['draft', 'draft'])

    def test_what_stands_in_the_way_is_said(self):
        gid = self.orders(1)[0]
        with patch.object(
            type(self.env['shopify.sync.order']), '_create_together', side_effect=UserError("There is no pricelist.")
        ):
            run = self.rehearse(gids=[gid, 'gid://shopify/Order/404404'])
        self.assertEqual((run.state, run.failed_count), ('done', 2))
        self.assertIn("There is no pricelist.", run.row_ids.filtered(lambda row: row.gid == gid).sentence)
        self.assertIn("does not show this order", run.row_ids.filtered(lambda row: row.gid != gid).sentence)
        self.assertFalse(self.env['shopify.task'].search_count([('kind', '=', 'order'), ('key', '=', gid)]))

    def test_a_store_finds_its_orders_again(self):
        gid = self.orders(1)[0]
        self.ring(self.backend, 'order', gid)
        self.bindings([gid]).unlink()
        run = self.rehearse(gids=[gid])
        self.assertEqual((run.row_ids.outcome, run.linked_count), ('link', 1))


class TestHistoryForm(HistoryCase):
    def test_what_will_be_missing_is_said_before_anything_starts(self):
        self.backend.granted_scopes = 'read_orders, read_products'
        run = self.import_of()
        self.assertIn('read_all_orders', run.warning)
        run.created_from = fields.Date.subtract(fields.Date.today(), days=59)
        self.assertFalse(run.warning)
        run.created_from = fields.Date.subtract(fields.Date.today(), days=61)
        self.assertTrue(run.warning)
        self.backend.granted_scopes = 'read_all_orders, read_orders'
        run.invalidate_recordset(['warning'])
        self.assertFalse(run.warning)

    def test_a_selection_that_cannot_be_is_refused(self):
        with self.assertRaisesRegex(ValidationError, 'no order number'):
            self.import_of(order_numbers='1001, all of them')
        with self.assertRaises(ValidationError):
            self.import_of(created_from='2026-02-01', created_to='2026-01-01')

    def test_a_user_sees_imports_and_a_manager_runs_them(self):
        user = new_test_user(self.env, 'h_user', groups='shopify_connector.group_shopify_user')
        manager = new_test_user(self.env, 'h_manager', groups='shopify_connector.group_shopify_manager')
        run = self.import_of()
        self.assertTrue(run.with_user(user).selection_text)
        with self.assertRaises(AccessError):
            run.with_user(user).action_import()
        run.with_user(manager).action_import()
        self.assertEqual(run.state, 'waiting')
        for action in ('action_pause', 'action_resume', 'action_stop'):
            with self.assertRaises(AccessError):
                getattr(run.with_user(user), action)()
            getattr(run.with_user(manager), action)()
        self.assertEqual(run.state, 'stopped')

    def test_a_run_that_runs_is_not_deleted_and_not_started_twice(self):
        run = self.import_of()
        run.action_import()
        with self.assertRaises(UserError):
            run.action_dry_run()
        with self.assertRaises(UserError):
            run.unlink()
