from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.shopify_connector import const
from odoo.addons.shopify_connector.entities import inventory, stock_push
from odoo.addons.shopify_connector.shopify import errors
from odoo.addons.shopify_connector.shopify.client import Client

from tests.integration.pushing import PushCase


class TestIntents(PushCase):
    def test_what_is_written_is_on_record(self):
        self.change(40)
        self.run_lane(self.alpha, 'stock')
        push = self.pushes()[0]
        self.assertEqual((push.state, push.rows, push.row_count), ('done', [[self.level().id, 50, 40]], 1))
        self.assertFalse(push.variables)
        self.assertIn('50 → 40', push.summary)
        self.assertEqual(push.lines, push.summary)
        self.assertEqual(self.in_shop(self.products[0]), [40])

    def test_after_a_crash_the_very_same_request_is_sent_again(self):
        self.change(40)
        self.crash(done=True)
        push = self.pushes(state='open')
        variables = push.variables
        self.assertEqual(variables['key'], push.key)
        with patch.object(Client, 'mutate', autospec=True, side_effect=Client.mutate) as mutate:
            self.run_lane(self.alpha, 'stock')
        self.assertEqual(mutate.call_args_list[0].args[2], variables)
        self.assertEqual(push.state, 'done')
        self.assertEqual((self.level().known, self.in_shop(self.products[0])), (40, [40]))
        self.assertEqual(self.sent(), [(50, 40)])

    def test_a_request_that_never_left_is_sent_after_the_crash(self):
        self.change(40)
        self.crash(done=False)
        self.assertEqual(self.in_shop(self.products[0]), [50])
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.sent(), [(50, 40)])
        self.assertFalse(self.pushes(state='open'))

    def test_a_crash_with_many_rows_doubles_and_loses_nothing(self):
        wanted = list(range(30, 30 + len(self.products)))
        self.change(*wanted)
        with patch.object(inventory, 'LEVELS_PER_MUTATION', 4):
            self.crash(done=True)
            self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(), wanted)
        self.assertEqual(len(self.sent()), len(wanted))

    def test_when_odoo_wants_something_else_by_then_the_levels_are_read(self):
        for done in (True, False):
            with self.subTest(done=done):
                self.change(40)
                self.settle_stock()
                self.change(35)
                self.crash(done=done)
                self.change(30)
                self.run_lane(self.alpha, 'stock')
                self.settle_stock()
                self.assertEqual((self.in_shop(self.products[0]), self.level().known), ([30], 30))
                self.assertFalse(self.level().unexplained_since)
                self.assertEqual(self.pushes(state='unclear')[:1].variables, False)

    def test_a_sale_between_the_crash_and_the_next_run_is_kept(self):
        sku = self.bindings.filtered(lambda row: row.product_id == self.products[0]).sku
        self.change(40)
        self.crash(done=True)
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': sku, 'quantity': 3}])
        self.ring(self.alpha, 'order', gid)
        self.env.cr.flush()
        self.settle_stock()
        self.settle_stock()
        self.assertEqual((self.in_shop(self.products[0]), self.level().known), ([37], 37))

    def test_a_write_that_arrives_after_the_levels_were_read_is_nobodys_edit(self):
        self.change(40)
        self.crash(done=False)
        push = self.pushes(state='open')
        document, variables = stock_push.document('set', 1), push.variables
        self.change(50)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(push.state, 'unclear')
        self.alpha._get_client('stock').mutate(document, variables, idempotent=True)
        self.assertEqual(self.in_shop(self.products[0]), [40])
        item = self.level().variant_binding_id.inventory_item_gid
        self.ring(self.alpha, 'level', f'{item}|{self.location}')
        self.assertFalse(self.level().unexplained_since)
        self.settle_stock()
        self.change(49)
        self.settle_stock()
        self.assertEqual(self.in_shop(self.products[0]), [49])

    def test_an_intent_older_than_shopifys_memory_is_not_sent_again(self):
        self.change(40)
        self.crash(done=True)
        self.pushes(state='open').sent_at = fields.Datetime.now() - timedelta(hours=24)
        self.run_lane(self.alpha, 'stock')
        self.assertFalse(self.pushes(state='open'))
        self.assertEqual(self.asked(), 1)
        self.assertEqual(self.level().known, 40)

    def test_old_records_are_deleted_and_open_ones_are_kept(self):
        self.change(40)
        self.crash(done=True)
        self.pushes().sent_at = fields.Datetime.now() - timedelta(days=15)
        self.env.flush_all()
        self.env['shopify.stock.push']._gc_old()
        self.env.invalidate_all()
        self.assertEqual(self.pushes().mapped('state'), ['open'])


class TestAnswers(PushCase):
    def test_a_key_that_is_still_being_worked_on_is_waited_for(self):
        self.change(40)
        busy = {'inventorySetQuantities': {'userErrors': [{'field': None, 'message': '', 'code': stock_push.REPEAT_LATER}]}}
        mutate = Client.mutate
        with patch.object(Client, 'mutate', lambda *args, **options: mutate(*args, **options) and busy):
            self.run_lane(self.alpha, 'stock')
        task = self.stock_tasks(self.alpha)
        self.assertEqual((task.error_code, task.tries), ('idempotency_concurrent_request', 0))
        self.assertTrue(self.pushes(state='open'))
        self.settle_stock()
        self.assertFalse(self.pushes(state='open'))
        self.assertEqual((self.level().known, self.sent()), (40, [(50, 40)]))

    def test_a_key_that_is_burnt_is_replaced_once_the_levels_are_read(self):
        self.change(40)
        self.simulator.fault(self.alpha.shop_domain, 'attempt_failed', match='SetAvailable')
        self.run_lane(self.alpha, 'stock')
        self.settle_stock()
        self.assertEqual(self.sent(), [(50, 40)])
        self.assertEqual(set(self.pushes().mapped('state')), {'done', 'unclear'})
        self.assertEqual(len(set(self.pushes().mapped('key'))), len(self.pushes()))

    def test_a_key_of_another_request_is_replaced_once_the_levels_are_read(self):
        self.change(40)
        self.crash(done=True)
        push = self.pushes(state='open')
        push.variables = {**push.variables, 'input': {**push.variables['input'], 'reason': 'other'}}
        self.run_lane(self.alpha, 'stock')
        self.settle_stock()
        self.assertEqual((push.state, self.level().known, self.in_shop(self.products[0])), ('unclear', 40, [40]))

    def test_what_was_throttled_never_ran_and_leaves_nothing_open(self):
        self.change(40)
        self.simulator.fault(self.alpha.shop_domain, 'throttled', count=20, match='SetAvailable')
        with patch.object(Client, '_wait', lambda *_args: None):
            self.run_lane(self.alpha, 'stock')
        self.assertFalse(self.pushes(state='open'))
        self.assertTrue(self.stock_tasks(self.alpha))

    def test_what_stood_in_the_way_of_many_products_is_told_of_each(self):
        self.change(40, 41)
        self.assertEqual(len(self.stock_tasks(self.alpha)), 1, "they are one row until the lane looks")
        self.simulator.fault(self.alpha.shop_domain, 'throttled', count=20, match='SetAvailable')
        with patch.object(Client, '_wait', lambda *_args: None):
            self.run_lane(self.alpha, 'stock')
        waiting = self.stock_tasks(self.alpha)
        self.assertEqual(set(waiting.mapped('key')), {str(product.id) for product in self.products[:2]})
        self.assertEqual(set(waiting.mapped('error_code')), {'throttled'})
        self.assertGreater(min(waiting.mapped('due_at')), fields.Datetime.now())

    def test_what_changes_at_once_while_others_are_written_is_written_as_it_is_by_then(self):
        self.change(40, 41, 42)
        mutate, changed = Client.mutate, []

        def meanwhile(client, *args, **kwargs):
            answer = mutate(client, *args, **kwargs)
            if not changed:
                changed.append(self.change(35, 36, products=self.products[1:3]))
            return answer

        with patch.object(inventory, 'LEVELS_PER_MUTATION', 1), patch.object(Client, 'mutate', meanwhile):
            self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.sent(), [(50, 40), (50, 35), (50, 36)])

    def test_an_outage_leaves_it_open_and_later_it_is_sent_once(self):
        self.change(40)
        self.simulator.fault(self.alpha.shop_domain, 'http_500_after', count=4, match='SetAvailable')
        with patch.object(Client, '_wait', lambda *_args: None):
            self.run_lane(self.alpha, 'stock')
        self.assertTrue(self.pushes(state='open'))
        self.settle_stock()
        self.assertFalse(self.pushes(state='open'))
        self.assertEqual(self.sent(), [(50, 40)])

    def test_nothing_is_written_that_is_not_compared(self):
        self.change(*range(20, 20 + len(self.products)))
        self.run_lane(self.alpha, 'stock')
        rows = [row for row in self.journal() if row['source'] == 'api']
        self.assertEqual([row['expected'] for row in rows], [row['before'] for row in rows])

    def test_the_whole_request_is_refused_when_shopify_names_no_row(self):
        self.change(40)
        problem = {'field': ['input', 'reason'], 'message': 'Bad reason.', 'code': 'INVALID_REASON'}
        with patch.object(Client, 'mutate', lambda *_a, **_k: {'inventorySetQuantities': {'userErrors': [problem]}}):
            self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.pushes()[0].state, 'refused')
        task = self.env['shopify.task'].search([('kind', '=', 'stock'), ('state', '=', 'failed')])
        self.assertIn('Bad reason', task.message)


class TestOtherAnswers(PushCase):
    """Answers that the schema allows beside those that were seen: rows written apart, and errors that name no row."""

    def edit(self, units):
        stale = self.level().variant_binding_id
        self.simulator.set_inventory(self.alpha.shop_domain, stale.sku, location_id=self.location, available=units)

    def failed(self):
        return self.env['shopify.task'].search([('backend_id', '=', self.alpha.id), ('state', '=', 'failed')])

    def assertSettled(self, wanted, times=1):
        """The edited level waits for who has edited it; of the others all is well."""
        self.settle_stock()
        others = self.env['shopify.inventory.level'].union(*(self.level(product) for product in self.products[1:]))
        self.assertEqual(self.in_shop(), wanted)
        self.assertEqual((others.mapped('known'), others.filtered('unexplained_since')), (wanted[1:], others.browse()))
        self.assertFalse(self.failed())
        self.assertEqual(len(self.sent()), times * (len(wanted) - 1), "each was written once")
        self.assertFalse(self.pushes(state='open'))

    def test_a_stale_row_that_is_not_named_is_found_by_reading(self):
        wanted = [45] + [30] * (len(self.products) - 1)
        self.edit(45)
        self.change(*[30] * len(wanted))
        self.simulator.fault(self.alpha.shop_domain, 'rows_unnamed', match='SetAvailable')
        self.run_lane(self.alpha, 'stock')
        self.assertSettled(wanted)
        self.assertTrue(self.level().unexplained_since)

    def test_what_was_written_beside_a_stale_row_is_ours(self):
        wanted = [45] + [30] * (len(self.products) - 1)
        self.edit(45)
        self.change(*[30] * len(wanted))
        self.simulator.fault(self.alpha.shop_domain, 'rows_apart', match='SetAvailable')
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.pushes()[0].state, 'unclear')
        self.assertSettled(wanted)
        self.assertTrue(self.level().unexplained_since)

    def test_what_was_written_beside_a_refused_row_is_ours_and_the_refusal_is_told(self):
        sku = self.level().variant_binding_id.sku
        other = self.level(self.products[1]).variant_binding_id.sku
        self.simulator.request('POST', f'/shops/{self.alpha.shop_domain}/products', {'sku': sku, 'components': {other: 1}})
        self.change(*[30] * len(self.products))
        self.simulator.fault(self.alpha.shop_domain, 'rows_apart', match='SetAvailable')
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.level().refused_code, 'bundle')
        self.assertSettled([50] + [30] * (len(self.products) - 1))

    def test_an_answer_that_was_lost_for_hours_says_what_was_written_too(self):
        wanted = [45] + [30] * (len(self.products) - 1)
        self.edit(45)
        self.change(*[30] * len(wanted))
        self.simulator.fault(self.alpha.shop_domain, 'rows_apart', match='SetAvailable')
        self.crash(done=True)
        self.pushes(state='open').sent_at = fields.Datetime.now() - timedelta(hours=5)
        self.run_lane(self.alpha, 'stock')
        self.assertSettled(wanted)


class TestFullRequests(PushCase):
    def test_many_changes_of_many_moments_go_in_full_requests(self):
        wanted = list(range(30, 30 + len(self.products)))
        for product, units in zip(self.products, wanted, strict=True):
            self.change(units, products=product)
        self.forget()
        with patch.object(inventory, 'LEVELS_PER_MUTATION', 4), patch.object(const, 'TASKS_PER_ROUND', 2):
            self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.asked(), -(-len(wanted) // 4))
        self.assertEqual(self.in_shop(), wanted)

    def test_a_stale_row_keeps_no_other_waiting_and_costs_one_request_more(self):
        wanted = [30] * len(self.products)
        stale = self.level().variant_binding_id
        self.simulator.set_inventory(self.alpha.shop_domain, stale.sku, location_id=self.location, available=45)
        self.change(*wanted)
        self.forget()
        with patch.object(inventory, 'LEVELS_PER_MUTATION', 4):
            self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(), [45, *wanted[1:]])
        self.assertEqual(self.asked(), 1 + -(-(len(wanted) - 1) // 4))
        self.assertTrue(self.level().unexplained_since)

    def test_a_level_of_which_a_delivery_tells_something_else_waits_for_it(self):
        self.change(30, 31)
        binding = self.level().variant_binding_id
        self.simulator.set_inventory(self.alpha.shop_domain, binding.sku, location_id=self.location, available=45)
        bell = self.bell(45)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(*self.products[:2]), [45, 31])
        self.assertFalse([row for row in self.journal() if row['source'] == 'stale'])
        self.assertTrue(self.stock_tasks(self.alpha))
        self.settle_stock()
        self.assertEqual(bell.state, 'done')
        self.assertTrue(self.level().unexplained_since)
        self.assertEqual(self.in_shop(self.products[0]), [45])

    def test_the_echo_of_what_is_known_keeps_nothing_waiting(self):
        self.bell(50)
        self.change(30)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(self.products[0]), [30])

    def bell(self, value):
        item = self.level().variant_binding_id.inventory_item_gid
        task = self.env['shopify.task']._add(self.alpha, 'level', [f'{item}|{self.location}'], source='webhook')
        task.write({'value': value, 'has_value': True, 'due_at': fields.Datetime.now() + timedelta(seconds=5)})
        # The transaction of a test is older than everything in it; a delivery has one of its own.
        self.env.flush_all()
        self.env.cr.execute("UPDATE shopify_task SET create_date = clock_timestamp() AT TIME ZONE 'UTC' WHERE id = %s", [task.id])
        self.env.invalidate_all()
        return task

    def test_a_share_of_the_points_is_kept_for_the_orders(self):
        budget = self.alpha._get_budget()
        stock, orders = self.alpha._get_client('stock', max_wait=0.0), self.alpha._get_client('orders', max_wait=0.0)
        question = '{ shop { id } }'
        orders.query(question)
        status = {'maximumAvailable': 2000, 'currentlyAvailable': 500, 'restoreRate': 1}
        budget.settle(0.0, status)
        with self.assertRaises(errors.Throttled):
            stock.query(question)
        budget.settle(0.0, status)
        self.assertTrue(orders.query(question))


class TestAllOfIt(PushCase):
    def test_a_full_push_reads_everything_and_writes_what_differs(self):
        self.simulator.set_inventory(self.alpha.shop_domain, self.sku(2), location_id=self.location, available=44)
        self.level(self.products[0]).write({'known': 50, 'pushed': 50})
        self.change(41, 42)
        self.stock_tasks(self.alpha)._set_done()
        self.ring(self.alpha, 'stock_full', str(self.alpha.id))
        self.assertEqual(self.in_shop(*self.products[:2]), [41, 42])
        self.assertTrue(self.level(self.products[2]).unexplained_since)

    def test_a_full_push_goes_on_where_it_was_stopped(self):
        self.change(*range(20, 20 + len(self.products)))
        self.stock_tasks(self.alpha)._set_done()
        task = self.env['shopify.task']._add(self.alpha, 'stock_full', [str(self.alpha.id)])
        engine = type(self.env['shopify.engine'])
        with patch.object(inventory, 'LEVELS_PER_PAGE', 5):
            with patch.object(engine, '_is_time_left', lambda *_args: False):
                self.run_lane(self.alpha, 'stock')
            self.assertEqual((task.state, self.asked('LevelsAtLocation')), ('pending', 1))
            self.assertTrue(task.cursor)
            self.run_lane(self.alpha, 'stock')
        self.assertEqual(task.state, 'done')
        self.assertEqual(self.in_shop(), list(range(20, 20 + len(self.products))))

    def test_a_push_that_runs_out_of_time_is_finished_by_the_next_run(self):
        wanted = list(range(20, 20 + len(self.products)))
        self.change(*wanted)
        engine = type(self.env['shopify.engine'])
        with patch.object(inventory, 'LEVELS_PER_MUTATION', 4):
            with patch.object(engine, '_is_time_left', lambda *_args: False):
                self.run_lane(self.alpha, 'stock')
            self.assertEqual(self.asked(), 1)
            self.assertEqual(len(self.stock_tasks(self.alpha)), len(wanted))
            self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(), wanted)
        self.assertEqual(self.asked(), -(-len(wanted) // 4))

    def sku(self, index):
        return self.bindings.filtered(lambda row: row.product_id == self.products[index]).sku


class TestLearning(PushCase):
    def forget_level(self):
        """As if the level had never been read, while Shopify has sold two units of which Odoo knows nothing."""
        sku = self.level().variant_binding_id.sku
        self.gid = self.placed(self.alpha, kind='plain', lines=[{'sku': sku, 'quantity': 2}])
        self.level().write({'is_known': False})
        self.change(60)
        self.forget()

    def test_what_was_only_just_read_is_not_raised_before_its_orders_are_read(self):
        self.forget_level()
        self.run_lane(self.alpha, 'stock')
        self.assertEqual((self.in_shop(self.products[0]), self.asked()), ([48], 0))
        self.assertIn('orders', self.level().message)
        sweep = self.env['shopify.task'].search([('kind', '=', 'sweep'), ('state', '=', 'pending')])
        self.assertTrue(sweep)
        self.ring(self.alpha, 'order', self.gid)
        self.env.cr.flush()
        self.level().learnt_at = fields.Datetime.now() - timedelta(seconds=30)
        self.hurry('sweep')
        self.run_lane(self.alpha, 'orders')
        self.settle_stock()
        self.assertEqual(self.in_shop(self.products[0]), [58])
        self.assertFalse(self.level().message)
        self.assertFalse(self.level().learnt_at)

    def test_what_was_only_just_read_may_be_lowered_at_once(self):
        self.forget_level()
        self.change(40)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(self.products[0]), [40])

    def test_orders_that_are_not_imported_yet_keep_it_waiting(self):
        self.forget_level()
        self.run_lane(self.alpha, 'stock')
        moment = fields.Datetime.now() - timedelta(seconds=60)
        self.level().learnt_at = moment
        self.alpha.swept_at = moment + timedelta(seconds=30)
        order = self.env['shopify.task']._add(self.alpha, 'order', ['gid://shopify/Order/1'])
        self.env.cr.execute("UPDATE shopify_task SET create_date = %s WHERE id = %s", [moment, order.id])
        self.settle_stock()
        self.assertEqual(self.in_shop(self.products[0]), [48])
        order._set_failed('odd', 'It cannot be imported.')
        self.settle_stock()
        self.assertEqual(self.in_shop(self.products[0]), [60])

    def test_a_level_that_a_sale_may_have_lowered_is_read_before_it_is_written(self):
        sku = self.level().variant_binding_id.sku
        self.simulator.set_inventory(self.alpha.shop_domain, sku, location_id=self.location, available=45)
        self.change(45)
        self.level().check_after = fields.Datetime.now() - timedelta(seconds=1)
        self.forget()
        self.run_lane(self.alpha, 'stock')
        self.assertEqual((self.asked('LevelsOfItems'), self.asked()), (1, 0))
        self.assertTrue(self.level().unexplained_since)
        self.assertFalse([row for row in self.journal() if row['source'] == 'stale'])


class TestRefused(PushCase):
    def product_call(self, **body):
        return self.simulator.request('POST', f'/shops/{self.alpha.shop_domain}/products', body)

    def sku(self, index):
        return self.bindings.filtered(lambda row: row.product_id == self.products[index]).sku

    def test_a_bundle_is_said_to_be_one_and_the_others_are_written(self):
        self.product_call(sku=self.sku(0), components={self.sku(1): 2})
        self.change(30, 31)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(self.products[1]), [31])
        self.assertTrue(self.level().variant_binding_id.is_bundle)
        self.assertIn('components', self.level().message)
        self.forget()
        self.change(29)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.asked(), 0)
        self.assertFalse(self.env['shopify.task'].search([('backend_id', '=', self.alpha.id), ('state', '=', 'failed')]))

    def test_a_bundle_is_known_from_the_product_and_written_again_when_it_is_none_any_more(self):
        self.product_call(sku=self.sku(0), components={self.sku(1): 2})
        gid = self.bindings.product_binding_id.gid
        self.ring(self.alpha, 'product', gid)
        self.assertTrue(self.level().variant_binding_id.is_bundle)
        self.change(30)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.asked(), 0)
        self.product_call(sku=self.sku(0), components={})
        self.ring(self.alpha, 'product', gid)
        self.assertFalse(self.level().variant_binding_id.is_bundle)
        self.change(29)
        self.settle_stock()
        self.assertEqual(self.in_shop(self.products[0]), [29])

    def test_a_variant_that_is_gone_is_told_once_and_its_product_is_read(self):
        sku, first = self.sku(0), self.products[0]
        self.product_call(sku=sku, delete_variant=True)
        self.change(30, 31)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(self.products[1]), [31])
        binding = self.bindings.filtered(lambda row: row.product_id == first)
        task = self.env['shopify.task'].search([('kind', '=', 'product'), ('state', '=', 'pending')])
        self.assertEqual(task.key, binding.product_binding_id.gid)
        self.forget()
        self.change(29)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.asked(), 0)

    def test_another_refusal_is_on_somebodys_list_and_tried_again_on_demand(self):
        mutate = Client.mutate
        bad = self.level().variant_binding_id.inventory_item_gid

        def refuse(client, document, variables, **options):
            rows = variables['input']['quantities']
            index = next((number for number, row in enumerate(rows) if row['inventoryItemId'] == bad), None)
            if index is None:
                return mutate(client, document, variables, **options)
            path = ['input', 'quantities', str(index), 'quantity']
            return {'inventorySetQuantities': {'userErrors': [{'field': path, 'message': 'Not so.', 'code': 'ODD'}]}}

        self.change(30, 31)
        with patch.object(Client, 'mutate', refuse):
            self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(*self.products[:2]), [50, 31])
        failed = self.env['shopify.task'].search([('kind', '=', 'stock'), ('state', '=', 'failed')])
        self.assertIn('Not so.', failed.message)
        self.forget()
        self.change(29)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.asked(), 0)
        failed.action_retry()
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(self.products[0]), [29])
        self.assertFalse(self.level().message)


class TestStocking(PushCase):
    def unstock(self, *products):
        for product in products:
            sku = self.bindings.filtered(lambda row, product=product: row.product_id == product).sku
            others = [gid for gid in self.simulator.state(self.alpha.shop_domain)['levels'][sku] if gid != self.location]
            if not others:
                self.skipTest("the shop has one location")
            for location, stocked in ((others[0], True), (self.location, False)):
                path = f'/shops/{self.alpha.shop_domain}/inventory/stocked'
                self.simulator.request('POST', path, {'sku': sku, 'location_id': location, 'stocked': stocked})
            # As if it had never been stocked: what somebody ends in the shop is not begun again by itself.
            self.level(product).unlink()
        self.forget()

    def test_items_that_are_not_stocked_are_stocked_with_their_quantity_in_one_request(self):
        first = self.products[:3]
        self.unstock(*first)
        self.change(7, 8, 9)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(*first), [7, 8, 9])
        self.assertEqual((self.asked('ActivateLevels'), self.asked()), (1, 0))
        self.assertEqual([self.level(product).is_active for product in first], [True] * 3)
        self.assertEqual([self.level(product).known for product in first], [7, 8, 9])

    def test_an_item_that_somebody_has_stocked_meanwhile_is_written_like_any_other(self):
        level = self.level()
        level.write({'is_active': False, 'known': 0})
        self.change(7)
        self.run_lane(self.alpha, 'stock')
        self.settle_stock()
        self.assertEqual(self.in_shop(self.products[0]), [7])
        self.assertFalse(level.message)

    def test_after_a_crash_it_is_stocked_once(self):
        first = self.products[:2]
        self.unstock(*first)
        self.change(7, 8)
        self.crash(done=True)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(*first), [7, 8])
        self.assertEqual([self.level(product).known for product in first], [7, 8])
