from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from tests.integration.simulated import SimulatedCase

ENGINE_LOG = 'odoo.addons.shopify_connector.sync.engine'


class ConnectedCase(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store()


class TestLanes(ConnectedCase):
    def open_tasks(self, backend):
        return self.env['shopify.task'].search([('backend_id', '=', backend.id), ('state', '=', 'pending')])

    def test_many_deliveries_of_one_order_are_one_piece_of_work(self):
        backend = self.backend
        gid = self.placed(backend, kind='plain')
        self.simulator.post(f'/shops/{backend.shop_domain}/stats/reset')
        for _topic in range(4):
            self.env['shopify.task'].create(
                {'backend_id': backend.id, 'lane': 'orders', 'kind': 'order', 'key': gid, 'source': 'webhook'}
            )
        self.run_lane(backend, 'orders')
        self.assertEqual(self.env['shopify.order.binding'].search_count([('gid', '=', gid)]), 1)
        self.assertEqual(self.simulator.stats(backend.shop_domain)['by_operation']['OrdersByIds']['requests'], 1)
        self.assertFalse(self.open_tasks(backend).filtered(lambda task: task.lane == 'orders'))

    def test_books_that_are_in_hand_already_are_noted_once_more(self):
        """A task that waits may be one that another process is just about to end, having looked too early."""
        backend = self.backend
        for _round in range(2):
            self.env['shopify.task']._add(backend, 'books', ['gid://shopify/Order/1'], source='shopify')
        self.assertEqual(self.env['shopify.task'].search_count([('kind', '=', 'books'), ('state', '=', 'pending')]), 2)

    def test_many_orders_are_read_by_one_request(self):
        backend = self.backend
        gids = [self.placed(backend, kind='plain') for _number in range(8)]
        self.simulator.post(f'/shops/{backend.shop_domain}/stats/reset')
        self.ring(backend, 'order', *gids)
        self.assertEqual(self.simulator.stats(backend.shop_domain)['by_operation']['OrdersByIds']['requests'], 1)
        self.assertEqual(self.env['shopify.order.binding'].search_count([('gid', 'in', gids)]), 8)

    def test_an_order_that_does_not_exist_is_no_problem(self):
        backend = self.backend
        task = self.ring(backend, 'order', 'gid://shopify/Order/999999999')
        self.assertEqual((task.state, task.tries), ('pending', 1))
        for _try in range(2):
            task.due_at = fields.Datetime.now()
            self.run_lane(backend, 'orders')
        self.assertEqual(task.state, 'done')

    def test_an_outage_postpones_the_work_and_counts_as_no_try(self):
        backend = self.backend
        gid = self.placed(backend, kind='plain')
        self.simulator.fault(backend.shop_domain, 'http_500', count=20, match='OrdersByIds')
        with patch('time.sleep'):
            task = self.ring(backend, 'order', gid)
        self.assertEqual((task.state, task.tries), ('pending', 0))
        self.assertGreater(task.due_at, fields.Datetime.now())
        self.assertTrue(task.message and task.request_id)

    def test_what_failed_is_recorded_after_the_rollback_and_can_be_retried(self):
        backend = self.backend
        gid = self.placed(backend, kind='plain')
        order_model = self.env.registry['shopify.sync.order']
        with (
            mute_logger(ENGINE_LOG),
            patch.object(order_model, '_create_together', side_effect=ValueError("no such thing")),
        ):
            task = self.ring(backend, 'order', gid)
        self.assertEqual((task.state, task.tries, task.message), ('pending', 1, 'no such thing'))
        self.assertFalse(self.env['shopify.order.binding'].search_count([('gid', '=', gid)]))
        task.action_retry()
        self.run_lane(backend, 'orders')
        self.assertEqual(task.state, 'done')
        self.assertTrue(self.env['shopify.order.binding'].search([('gid', '=', gid)]).sale_order_id)

    def test_after_the_last_try_a_task_is_a_dead_letter_and_somebody_is_told(self):
        backend = self.backend
        task = self.env['shopify.task']._add(backend, 'order', ['gid://shopify/Order/1'])
        for _try in range(20):
            task._set_retry('boom', "It broke.")
        self.assertEqual((task.state, task.message), ('failed', "It broke."))
        self.assertEqual(backend.failed_count, 1)
        self.assertIn('need a person', backend.activity_ids.mapped('summary')[0])

    def test_waiting_longer_after_every_try(self):
        backend = self.backend
        task = self.env['shopify.task']._add(backend, 'order', ['gid://shopify/Order/1'])
        waits = []
        for _try in range(5):
            task._set_retry('boom', "It broke.")
            waits.append(task.due_at - fields.Datetime.now())
        self.assertEqual(waits, sorted(waits))
        self.assertGreater(waits[-1], timedelta(minutes=10))

    def test_tasks_that_wait_for_their_time_are_not_counted_as_work(self):
        backend = self.backend
        later = fields.Datetime.now() + timedelta(hours=1)
        self.env['shopify.task']._add(backend, 'order', ['gid://shopify/Order/1'], due_at=later)
        self.run_lane(backend, 'orders')
        self.assertEqual(self.env['shopify.task']._count_due(backend, 'orders'), 0)
        self.assertEqual(len(self.open_tasks(backend)), 1)

    def test_a_lane_of_a_disconnected_store_does_nothing(self):
        backend = self.backend
        gid = self.placed(backend, kind='plain')
        task = self.env['shopify.task']._add(backend, 'order', [gid])
        backend.state = 'draft'
        self.run_lane(backend, 'orders')
        self.assertEqual(task.state, 'pending')
        self.assertFalse(backend.cron_ids.filtered(lambda cron: cron.shopify_lane == 'orders' and cron.active))

    def test_a_revoked_token_asks_for_a_person_and_the_store_recovers_by_itself(self):
        backend = self.backend
        gid = self.placed(backend, kind='plain')
        good = self.shops['northwind']['access_token']
        backend.access_token = 'shpat_wrong'
        task = self.ring(backend, 'order', gid)
        self.assertEqual((backend.state, task.state), ('attention', 'pending'))
        self.assertTrue(backend.activity_ids)
        backend.access_token = good
        task.action_retry()
        self.run_lane(backend, 'orders')
        self.assertEqual((backend.state, task.state), ('connected', 'done'))

    def test_the_sweep_finds_what_no_webhook_has_told(self):
        backend = self.backend
        gid = self.placed(backend, kind='plain')
        backend.swept_at = '2026-01-01 00:00:00'
        self.run_lane(backend, 'orders')
        self.assertTrue(self.env['shopify.order.binding'].search([('gid', '=', gid)]))
        self.assertEqual(self.env['shopify.task'].search([('key', '=', gid), ('kind', '=', 'order')]).source, 'poll')

    def test_a_sweep_that_cannot_restore_subscriptions_still_finds_the_orders(self):
        backend = self.backend
        gid = self.placed(backend, kind='plain')
        backend.subscriptions_checked_at = '2026-01-01 00:00:00'
        self.simulator.settings(backend.shop_domain, scopes=['read_orders'])
        self.simulator.fault(backend.shop_domain, 'revoke_token', match='WebhookSubscriptions')
        self.ring(backend, 'sweep', str(backend.id))
        self.assertTrue(self.env['shopify.task'].search([('key', '=', gid)]))

    def test_one_poisonous_record_does_not_fail_the_others(self):
        backend = self.backend
        good, bad = self.placed(backend, kind='plain'), self.placed(backend, kind='plain')
        read = self.env.registry['shopify.sync.order']._complete

        def poisoned(model, client, order, *rest):
            if order['id'] == bad:
                raise KeyError('odd payload')
            return read(model, client, order, *rest)

        with mute_logger(ENGINE_LOG), patch.object(self.env.registry['shopify.sync.order'], '_complete', poisoned):
            tasks = self.ring(backend, 'order', good, bad)
        self.assertEqual({task.key: task.state for task in tasks}, {good: 'done', bad: 'pending'})

    def test_a_webhook_goes_before_what_was_found_in_an_import(self):
        backend = self.backend
        self.env['shopify.task']._add(backend, 'order', ['gid://shopify/Order/1'], source='poll')
        urgent = self.env['shopify.task']._add(backend, 'order', ['gid://shopify/Order/2'], source='webhook')
        self.assertEqual(self.env['shopify.task']._get_due(backend, 'orders', 1), urgent)

    def test_a_long_import_goes_on_where_it_stopped(self):
        backend = self.backend
        task = self.env['shopify.task']._add(backend, 'catalogue', [str(backend.id)], source='user')
        engine = self.env.registry['shopify.engine']
        with (
            patch('odoo.addons.shopify_connector.entities.product.PRODUCTS_PER_PAGE', 9),
            patch.object(engine, '_is_time_left', return_value=False),
        ):
            self.run_lane(backend, 'catalogue')
        self.assertEqual(task.state, 'pending')
        first = task.value
        self.assertTrue(task.cursor and first and backend.progress_message)
        with patch('odoo.addons.shopify_connector.entities.product.PRODUCTS_PER_PAGE', 9):
            self.run_lane(backend, 'catalogue')
        self.assertEqual(task.state, 'done')
        products = self.env['shopify.product.binding'].search_count([('backend_id', '=', backend.id)])
        self.assertEqual(task.value, products)

    def test_the_sweep_asks_for_nothing_twice(self):
        backend = self.backend
        gid = self.placed(backend, kind='plain')
        self.ring(backend, 'order', gid)
        self.ring(backend, 'sweep', str(backend.id))
        self.assertEqual(self.env['shopify.task'].search_count([('key', '=', gid), ('kind', '=', 'order')]), 1)

    def test_old_tasks_are_deleted_in_batches_and_failed_ones_stay(self):
        backend = self.backend
        tasks = self.env['shopify.task']._add(
            backend, 'order', [f'gid://shopify/Order/{number}' for number in range(6)]
        )
        tasks[:3]._set_done()
        tasks[3:4]._set_failed('boom', "It broke.")
        tasks.done_at = '2020-01-01 00:00:00'
        with patch('odoo.addons.shopify_connector.const.PRUNE_BATCH', 2), self.enter_registry_test_mode():
            self.env.ref('shopify_connector.cron_prune').method_direct_trigger()
        self.assertEqual(len(tasks.exists()), 3)


class TestOrdersOfTheShop(ConnectedCase):
    """Every kind of the simulator's zoo, brought over by the lane."""

    KINDS = (
        'plain',
        'two_lines',
        'discount_code',
        'order_discount',
        'shipping_discount',
        'buy_x_get_y',
        'taxes_state_county',
        'same_rate_taxes',
        'zero_tax',
        'tax_exempt',
        'included_taxes',
        'guest',
        'no_address',
        'same_addresses',
        'different_addresses',
        'unknown_sku',
        'deleted_product',
        'custom_line',
        'tip',
        'duties',
        'gift_card_sold',
        'gift_card_paid',
        'foreign_currency',
        'pending',
        'authorized',
        'returning_customer',
    )

    def test_every_kind_of_order_equals_shopifys_total(self):
        backend = self.backend
        placed = {self.placed(backend, kind=kind, seed=7): kind for kind in self.KINDS}
        self.ring(backend, 'order', *placed)
        for gid, kind in placed.items():
            with self.subTest(kind=kind):
                binding = self.env['shopify.order.binding'].search([('gid', '=', gid)])
                self.assertTrue(binding.sale_order_id)
                self.assertEqual(binding.difference, 0)
                self.assertAlmostEqual(binding.amount_odoo, binding.amount_shopify, places=2)

    def test_an_unknown_product_is_fetched_on_the_spot(self):
        backend = self.backend
        gid = self.placed(backend, kind='plain')
        self.ring(backend, 'order', gid)
        binding = self.env['shopify.order.binding'].search([('gid', '=', gid)])
        self.assertIn('product_fetched', [entry[1] for entry in binding.trail])
        self.assertFalse(any(binding.sale_order_id.order_line.product_id.mapped('shopify_placeholder')))
