from datetime import timedelta

from odoo.addons.shopify_connector import const

from tests.integration.simulated import SimulatedCase

KINDS = ('plain', 'b2b', 'campaign', 'high_risk', 'pos', 'duties', 'gift_card_paid', 'fulfilled', 'cash_rounding', 'draft')


class TestLeastScopes(SimulatedCase):
    """An app that was given the required scopes and no others brings orders and their books over all the same."""

    def share(self):
        super().share()
        domain = self.shops['northwind']['domain']
        self.simulator.settings(domain, scopes=list(const.REQUIRED_SCOPES))
        self.backend = self.connected_store()
        # Odoo has no stock here of what the shop has shipped already.
        self.backend.location_ids.missing_stock = 'negative'

    def test_every_kind_of_order_comes_over_with_its_books(self):
        gids = [self.placed(self.backend, kind=kind) for kind in KINDS]
        self.ring(self.backend, 'order', *gids)
        self.run_lane(self.backend, 'books')
        bindings = self.env['shopify.order.binding'].search([('backend_id', '=', self.backend.id)])
        self.assertEqual(set(bindings.mapped('gid')), set(gids))
        self.assertTrue(all(binding.sale_order_id for binding in bindings))
        self.assertEqual(set(bindings.mapped('difference')), {0.0})
        failed = self.env['shopify.task'].search([('backend_id', '=', self.backend.id), ('state', '=', 'failed')])
        self.assertFalse(failed.mapped('message'))
        self.assertFalse(self.env['shopify.task'].search([('kind', '=', 'books'), ('state', '=', 'pending')]))

    def test_a_refund_is_read_too(self):
        gid = self.placed(self.backend, kind='two_lines')
        self.ring(self.backend, 'order', gid)
        self.run_lane(self.backend, 'books')
        self.simulator.act(self.backend.shop_domain, gid.rsplit('/', 1)[-1], 'refund', shipping=True)
        self.ring(self.backend, 'order', gid)
        self.run_lane(self.backend, 'books')
        binding = self.env['shopify.order.binding'].search([('gid', '=', gid)])
        self.assertEqual(binding.refund_ids.state, 'credited')

    def aged(self):
        """An order that came over 59 days after it was placed, two days later."""
        gid = self.placed(self.backend, days_ago=59)
        self.ring(self.backend, 'order', gid)
        binding = self.env['shopify.order.binding'].search([('gid', '=', gid)])
        self.assertEqual((binding.state, binding.sale_order_id.state), ('imported', 'sale'))
        binding.ordered_at -= timedelta(days=2)
        binding.books_choice = 'with'
        self.simulator.post('/clock', advance=2 * 24 * 3600)
        return binding

    def deleted(self, binding):
        tasks = self.env['shopify.task']._add(self.backend, 'order', [binding.gid], source='webhook')
        tasks.topic = 'orders/delete'
        self.run_lane(self.backend, 'orders')
        return tasks

    def test_an_order_that_shopify_shows_no_more_is_not_one_that_was_deleted(self):
        binding = self.aged()
        self.simulator.act(self.backend.shop_domain, binding.gid.rsplit('/', 1)[-1], 'refund', shipping=True)
        task = self.ring(self.backend, 'order', binding.gid)
        self.assertEqual((task.state, task.error_code), ('failed', 'order_hidden'))
        self.assertIn('read_all_orders', task.message)
        self.assertEqual(binding.state, 'imported')
        books = self.ring(self.backend, 'books', binding.gid)
        self.assertEqual((books.state, books.error_code), ('failed', 'order_hidden'))
        self.simulator.settings(self.backend.shop_domain, scopes=[*const.REQUIRED_SCOPES, 'read_all_orders'])
        self.backend.action_check_connection()
        (task | books).action_retry()
        self.run_lane(self.backend, 'orders')
        self.run_lane(self.backend, 'books')
        self.assertEqual(set((task | books).mapped('state')), {'done'}, (task | books).mapped('message'))
        self.assertTrue(binding.refund_ids)

    def test_an_old_order_that_was_deleted_is_deleted(self):
        binding = self.aged()
        hidden = self.ring(self.backend, 'order', binding.gid)
        self.assertEqual(self.deleted(binding).state, 'done')
        self.assertEqual((binding.state, hidden.state), ('deleted', 'skipped'))

    def test_nobody_waits_for_an_old_order_that_was_left_out(self):
        binding = self.aged()
        binding.write({'state': 'skipped', 'sale_order_id': False})
        self.assertEqual(self.ring(self.backend, 'order', binding.gid).state, 'done')
        self.assertEqual(binding.state, 'skipped')

    def test_a_young_order_that_is_not_shown_was_deleted(self):
        gid = self.placed(self.backend)
        self.ring(self.backend, 'order', gid)
        self.simulator.act(self.backend.shop_domain, gid.rsplit('/', 1)[-1], 'cancel')
        self.simulator.act(self.backend.shop_domain, gid.rsplit('/', 1)[-1], 'delete')
        self.assertEqual(self.ring(self.backend, 'order', gid).state, 'done')
        self.assertEqual(self.env['shopify.order.binding'].search([('gid', '=', gid)]).state, 'deleted')

    def test_the_check_says_what_else_could_be_granted(self):
        self.backend.action_check_connection()
        self.assertIn('write_orders (to mark as paid', self.backend.connection_report)
        self.assertIn('read_all_orders (for orders', self.backend.connection_report)

    def test_the_check_names_the_scopes_that_a_policy_asks_for(self):
        self.backend.action_check_connection()
        for report in (self.backend.connection_report, self.backend.deliveries_note):
            self.assertIn("lacks the scope write_merchant_managed_fulfillment_orders", report)
            self.assertIn("lacks the scope write_returns", report)
        self.assertNotIn("No scope is missing", self.backend.connection_report)

    def test_a_scope_for_other_locations_is_not_enough_for_the_shops_own(self):
        self.backend.granted_scopes += ',write_third_party_fulfillment_orders'
        self.assertIn("lacks the scope write_merchant_managed_fulfillment_orders", self.backend.deliveries_note)
        self.backend.location_ids.is_fulfillment_service = True
        self.assertNotIn("write_merchant_managed", self.backend.deliveries_note)

    def test_a_store_that_never_asked_gets_a_hint_only(self):
        self.backend.write({'ship_export': False, 'tell_returns': False})
        self.backend.action_check_connection()
        self.assertIn("No scope is missing", self.backend.connection_report)
        self.assertIn("write_merchant_managed_fulfillment_orders (to tell", self.backend.connection_report)
        self.assertIn("read_fulfillments (to hear", self.backend.connection_report)
        self.assertFalse(self.backend.deliveries_note)
