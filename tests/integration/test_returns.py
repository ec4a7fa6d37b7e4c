from decimal import Decimal

from odoo import fields

from tests.integration.simulated import SimulatedCase


class TestReturns(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store()
        self.backend.location_ids.missing_stock = 'negative'
        self.domain = self.backend.shop_domain

    def sold(self, **wishes):
        """A shipped order in Odoo: ``(gid, binding)``."""
        gid = self.placed(self.backend, kind='fulfilled', **wishes)
        self.ring(self.backend, 'order', gid)
        return gid, self.env['shopify.order.binding'].search([('gid', '=', gid)])

    def act(self, gid, action, **args):
        return self.simulator.act(self.domain, gid.rsplit('/', 1)[-1], action, **args)['order']

    def read(self, gid):
        self.ring(self.backend, 'order', gid)
        return self.env['shopify.return'].search([('order_binding_id.gid', '=', gid)], order='id')

    def test_a_return_keeps_its_reason_notes_and_units(self):
        gid, binding = self.sold()
        line = binding.sale_order_id.order_line.filtered(lambda line: line.product_id.is_storable)[:1]
        self.act(
            gid,
            'return',
            process=False,
            lines=[{'index': 0, 'quantity': 1, 'reason': 'OTHER', 'note': 'smells', 'customer_note': 'of fish'}],
        )
        found = self.read(gid)
        self.assertEqual((found.state, found.quantity, found.is_exchange), ('open', 1, False))
        row = found.line_ids
        self.assertEqual((row.reason, row.reason_note, row.customer_note), ('Other', 'smells', 'of fish'))
        self.assertEqual((row.quantity, row.processed, row.refunded), (1, 0, 0))
        self.assertEqual((row.sale_line_id, row.product_id), (line, line.product_id))
        self.assertEqual((found.sale_order_id, row.backend_id), (binding.sale_order_id, self.backend))

    def test_a_return_goes_through_its_states(self):
        gid, _binding = self.sold()
        self.act(gid, 'return', requested=True, lines=[{'index': 0, 'quantity': 1, 'reason': 'DEFECTIVE'}])
        found = self.read(gid)
        self.assertEqual(found.state, 'requested')
        for step, state in (('approve', 'open'), ('process', 'open'), ('close', 'closed'), ('reopen', 'open')):
            with self.subTest(step=step):
                self.act(gid, 'return_step', step=step)
                self.assertEqual(self.read(gid), found)
                self.assertEqual(found.state, state)
        self.assertTrue(found.approved_at)
        self.assertEqual((found.line_ids.processed, found.line_ids.refunded), (1, 1))

    def test_a_declined_and_a_cancelled_request_are_learnt_although_the_order_has_no_return_then(self):
        gid, _binding = self.sold()
        self.act(gid, 'return', requested=True, lines=[{'index': 0, 'quantity': 1, 'reason': 'STYLE'}])
        found = self.read(gid)
        self.act(gid, 'return_step', step='decline', reason='FINAL_SALE', note='As announced')
        self.read(gid)
        self.assertEqual(
            (found.state, found.decline_reason, found.decline_note), ('declined', 'Final sale', 'As announced')
        )
        self.act(gid, 'return', process=False, lines=[{'index': 0, 'quantity': 1, 'reason': 'STYLE'}])
        second = self.read(gid) - found
        self.act(gid, 'return_step', step='cancel')
        self.read(gid)
        self.assertEqual(second.state, 'cancelled')

    def test_a_return_that_a_webhook_names_alone_leads_to_its_order(self):
        gid, _binding = self.sold()
        self.act(gid, 'return', requested=True, lines=[{'index': 0, 'quantity': 1, 'reason': 'STYLE'}])
        found = self.read(gid)
        self.act(gid, 'return_step', step='approve')
        self.ring(self.backend, 'return', found.gid)
        self.ring(self.backend, 'return', 'gid://shopify/Return/1')
        self.assertEqual(found.state, 'open')
        tasks = self.env['shopify.task'].search([('backend_id', '=', self.backend.id), ('kind', '=', 'return')])
        self.assertEqual(set(tasks.mapped('state')), {'done'})

    def test_a_parcel_on_its_way_back_is_found_by_the_sweep(self):
        gid, _binding = self.sold()
        self.act(gid, 'return', process=False, lines=[{'index': 0, 'quantity': 1, 'reason': 'COLOR'}])
        found = self.read(gid)
        self.act(gid, 'return_step', step='send', number='1Z999', company='UPS', url='https://ups.example/1Z999')
        self.ring(self.backend, 'sweep', str(self.backend.id))
        self.assertEqual(found.state, 'open')
        found.read_at = fields.Datetime.subtract(fields.Datetime.now(), hours=7)
        self.ring(self.backend, 'sweep', str(self.backend.id))
        self.run_lane(self.backend, 'orders')
        self.assertEqual((found.state, found.tracking_number, found.carrier_name), ('in_transit', '1Z999', 'UPS'))
        self.act(gid, 'return_step', step='process')
        self.read(gid)
        self.assertEqual(found.state, 'open')

    def test_what_goes_out_instead_is_a_line_of_the_order_and_of_the_return(self):
        gid, binding = self.sold()
        sku = list(self.simulator.state(self.domain)['levels'])[-1]
        self.act(
            gid,
            'return',
            process=False,
            lines=[{'index': 0, 'quantity': 1, 'reason': 'SIZE_TOO_SMALL'}],
            exchange=[{'sku': sku, 'quantity': 1}],
        )
        found = self.read(gid)
        exchange = found.line_ids.filtered(lambda line: line.kind == 'exchange')
        self.assertEqual((found.is_exchange, found.quantity, exchange.processed), (True, 1, 0))
        lines = binding.sale_order_id.order_line
        shown = self.act(gid, 'return_step', step='process', refund=False)
        self.read(gid)
        added = binding.sale_order_id.order_line - lines
        self.assertEqual(added.product_id.default_code, sku)
        self.assertEqual((exchange.sale_line_id, exchange.product_id), (added, added.product_id))
        self.assertEqual((exchange.processed, exchange.name), (1, shown['lines'][-1]['name']))
        self.assertEqual(added.shopify_line_gid, shown['lines'][-1]['id'])
        price = Decimal(shown['lines'][-1]['discounted_total']['shop'])
        self.assertEqual(round(Decimal(str(added.price_subtotal)), 2), price)

    def test_orders_without_returns_cost_no_request(self):
        gid = self.placed(self.backend, kind='fulfilled')
        self.ring(self.backend, 'order', gid)
        operations = self.simulator.stats(self.domain)['by_operation']
        self.assertNotIn('ReturnsOfOrders', operations)

    def test_returns_of_many_orders_are_read_together_and_to_the_end(self):
        gids = []
        for _number in range(4):
            gid, _binding = self.sold(lines=[{'title': f'Item {n}', 'price': '3.00'} for n in range(1, 24)])
            gids.append(gid)
            self.act(gid, 'return', process=False)
            for _again in range(4 if _number == 0 else 0):
                self.act(gid, 'return_step', step='cancel')
                self.act(gid, 'return', process=False)
        self.ring(self.backend, 'order', *gids)
        counts = [self.env['shopify.return'].search_count([('order_binding_id.gid', '=', gid)]) for gid in gids]
        self.assertEqual(counts, [5, 1, 1, 1])
        last = self.env['shopify.return'].search([('order_binding_id.gid', '=', gids[-1])])
        self.assertEqual(len(last.line_ids), 23)
        asked = self.simulator.stats(self.domain)['by_operation']['ReturnsOfOrders']['requests']
        self.assertLessEqual(asked, 2)

    def test_without_the_scope_orders_go_on_and_returns_are_left_out(self):
        self.backend.granted_scopes = 'read_orders,read_products,read_inventory,read_locations,read_customers'
        gid, binding = self.sold()
        self.act(gid, 'return', process=False)
        tasks = self.ring(self.backend, 'order', gid)
        self.assertEqual(tasks.state, 'done')
        self.assertFalse(self.env['shopify.return'].search([('order_binding_id', '=', binding.id)]))
        self.assertNotIn('RETURNS_CLOSE', self.env['shopify.sync.connection']._topics(self.backend))

    def test_topics_of_returns_are_listened_to_and_lead_to_the_order(self):
        topics = {row['topic'] for row in self.subscriptions(self.backend)}
        self.assertIn('RETURNS_REQUEST', topics)
        gid, _binding = self.sold()
        self.act(gid, 'return', process=False)
        deliveries = self.simulator.get(f'/shops/{self.domain}/deliveries')['deliveries']
        body = next(row['body'] for row in deliveries if row['topic'] == 'returns/approve')
        self.assertIn(gid.rsplit('/', 1)[-1], body)

    def test_the_sales_order_leads_to_its_returns(self):
        gid, binding = self.sold()
        self.act(gid, 'return', process=False, lines=[{'index': 0, 'quantity': 1, 'reason': 'UNWANTED'}])
        found = self.read(gid)
        order = binding.sale_order_id
        self.assertEqual(order.shopify_return_count, 1)
        self.assertEqual(order.action_shopify_returns()['res_id'], found.id)

    def test_reasons_are_counted_by_product_and_store(self):
        gid, _binding = self.sold()
        self.act(gid, 'return', process=False, lines=[{'index': 0, 'quantity': 1, 'reason': 'DEFECTIVE'}])
        row = self.read(gid).line_ids
        groups = self.env['shopify.return.line'].formatted_read_group(
            [('backend_id', '=', self.backend.id)], ['product_id', 'reason'], ['quantity:sum']
        )
        self.assertEqual(
            [(group['product_id'][0], group['reason'], group['quantity:sum']) for group in groups],
            [(row.product_id.id, 'Damaged or defective', 1)],
        )
