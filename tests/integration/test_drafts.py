from decimal import Decimal

from tests.integration.simulated import SimulatedCase

VAT = [{'title': 'VAT', 'rate': '0.19'}]
SERVICE = {'title': 'Installation', 'quantity': 2, 'price': '20.01', 'taxable': False, 'requires_shipping': False}
DISCOUNTS = [
    {'kind': 'manual', 'level': 'line', 'title': 'Service', 'percentage': 10, 'lines': [0], 'method': 'each'},
    {'kind': 'manual', 'level': 'order', 'title': 'Loyalty credit', 'amount': '5.00'},
]


class TestDrafts(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store(import_draft_orders=True)
        self.domain = self.backend.shop_domain
        self.lines = [SERVICE, {'sku': next(iter(self.simulator.state(self.domain)['levels'])), 'quantity': 3}]

    def draft(self, **wishes):
        """A draft in the shop, as the control API shows it."""
        spec = {'lines': self.lines, 'discounts': DISCOUNTS, 'taxes': VAT, **wishes}
        return self.simulator.post(f'/shops/{self.domain}/drafts', **spec)['drafts'][0]

    def act(self, draft, action, **args):
        return self.simulator.post(f'/shops/{self.domain}/drafts/{draft["legacy_id"]}/{action}', **args)['draft']

    def bring(self, draft):
        """Note the draft as a delivery does, and do the work."""
        tasks = self.ring(self.backend, 'draft', draft['id'])
        return tasks, self.binding(draft)

    def binding(self, draft):
        return self.env['shopify.draft.order'].search([('backend_id', '=', self.backend.id), ('gid', '=', draft['id'])])

    def order_of(self, draft):
        return self.env['shopify.order.binding'].search(
            [('backend_id', '=', self.backend.id), ('gid', '=', draft['order_id'])]
        )

    def amount(self, draft):
        return Decimal(draft['total']['shop'])

    def assertTotal(self, order, draft):
        decimals = order.currency_id.decimal_places
        self.assertEqual(round(Decimal(str(order.amount_total)), decimals), self.amount(draft))
        shown = draft['order']['taxes']
        self.assertEqual(
            round(Decimal(str(order.amount_tax)), decimals),
            sum((Decimal(row['amount']['shop']) for row in shown), Decimal(0)),
        )

    def test_a_draft_is_a_quotation_to_the_cent(self):
        for included in (False, True):
            with self.subTest(included=included):
                draft = self.draft(taxes_included=included)
                tasks, binding = self.bring(draft)
                self.assertEqual(tasks.mapped('state'), ['done'])
                order = binding.sale_order_id
                self.assertEqual((order.state, order.origin), ('draft', draft['name']))
                self.assertTotal(order, draft)
                self.assertEqual(binding.difference, 0)
                self.assertFalse(any(order.order_line.mapped('shopify_line_gid')))

    def test_drafts_of_every_currency_are_exact(self):
        self.env['res.currency'].with_context(active_test=False).search([('name', 'in', ('KWD', 'JPY'))]).active = True
        self.backend.money_policy = 'presentment'
        for currency, rate in (('KWD', '0.30712'), ('JPY', '151.37')):
            with self.subTest(currency=currency):
                draft = self.draft(presentment={'currency': currency, 'rate': rate})
                _tasks, binding = self.bring(draft)
                order = binding.sale_order_id
                self.assertEqual(order.currency_id.name, currency)
                self.assertAlmostEqual(order.amount_total, float(draft['total']['presentment']), 6)

    def test_a_draft_takes_nothing_off_what_is_for_sale(self):
        draft = self.draft()
        _tasks, binding = self.bring(draft)
        goods = binding.sale_order_id.order_line.product_id.filtered('is_storable')
        self.assertTrue(goods)
        held = self.env['shopify.sync.quantity']._get_held(goods, self.backend.warehouse_id)
        self.assertFalse(any(held.values()))

    def test_a_changed_draft_changes_the_quotation_and_leaves_what_a_person_added(self):
        draft = self.draft()
        _tasks, binding = self.bring(draft)
        order = binding.sale_order_id
        mine = self.env['sale.order.line'].create(
            {'order_id': order.id, 'display_type': 'line_note', 'name': 'Call first'}
        )
        kept = order.order_line.filtered(lambda line: line.name.startswith('Installation'))
        changed = self.act(draft, 'update', lines=[{**self.lines[0], 'quantity': 5}], discounts=[])
        self.bring(draft)
        self.assertTotal(order, changed)
        self.assertEqual((kept.exists().product_uom_qty, mine.exists()), (5, mine))
        self.assertEqual(self.binding(draft).sale_order_id, order)

    def test_a_draft_that_is_read_twice_is_left_alone(self):
        draft = self.draft()
        _tasks, binding = self.bring(draft)
        lines = binding.sale_order_id.order_line
        self.act(draft, 'invoice')
        self.bring(draft)
        self.assertEqual(binding.sale_order_id.order_line, lines)
        self.assertEqual(binding.state, 'invoice_sent')

    def test_a_deleted_draft_cancels_its_quotation(self):
        draft = self.draft()
        _tasks, binding = self.bring(draft)
        self.simulator.post(f'/shops/{self.domain}/drafts/{draft["legacy_id"]}/delete')
        tasks, _binding = self.bring(draft)
        self.assertEqual((binding.state, binding.sale_order_id.state), ('deleted', 'cancel'))
        self.assertEqual(tasks.state, 'done')

    def test_the_order_that_completes_a_draft_takes_its_quotation_over(self):
        draft = self.draft()
        _tasks, binding = self.bring(draft)
        order, lines = binding.sale_order_id, binding.sale_order_id.order_line
        done = self.act(draft, 'complete')
        self.bring(draft)
        self.run_lane(self.backend, 'orders')
        taken = self.order_of(done)
        self.assertEqual(taken.sale_order_id, order)
        self.assertEqual((order.state, order.origin, binding.state), ('sale', taken.name, 'completed'))
        self.assertEqual(order.order_line, lines)
        self.assertTotal(order, done)
        self.assertEqual(taken.difference, 0)
        self.assertIn('draft_adopted', [entry[1] for entry in taken.trail])
        self.assertEqual(self.env['sale.order'].search_count([('origin', '=', taken.name)]), 1)

    def test_the_quotation_is_taken_over_when_the_order_comes_before_its_draft(self):
        draft = self.draft()
        _tasks, binding = self.bring(draft)
        done = self.act(draft, 'complete')
        self.ring(self.backend, 'order', done['order_id'])
        taken = self.order_of(done)
        self.assertEqual(taken.sale_order_id, binding.sale_order_id)
        self.assertEqual(taken.sale_order_id.state, 'sale')
        self.bring(draft)
        self.assertEqual((binding.state, binding.sale_order_id.state), ('completed', 'sale'))

    def test_a_draft_that_changed_before_it_was_completed_is_right_in_the_end(self):
        draft = self.draft()
        _tasks, binding = self.bring(draft)
        self.act(
            draft,
            'update',
            lines=[self.lines[0], {**self.lines[1], 'quantity': 1}, {'title': 'Extra', 'price': '3.33'}],
        )
        done = self.act(draft, 'complete')
        self.ring(self.backend, 'order', done['order_id'])
        taken = self.order_of(done)
        self.assertEqual(taken.sale_order_id, binding.sale_order_id)
        self.assertTotal(taken.sale_order_id, done)
        self.assertEqual(taken.difference, 0)

    def test_a_quotation_that_was_confirmed_in_odoo_is_taken_over_too(self):
        draft = self.draft()
        _tasks, binding = self.bring(draft)
        order = binding.sale_order_id
        order.action_confirm()
        done = self.act(draft, 'complete')
        self.bring(draft)
        self.run_lane(self.backend, 'orders')
        self.assertEqual(self.order_of(done).sale_order_id, order)
        self.assertTotal(order, done)
        self.assertEqual(len(order.picking_ids.filtered(lambda picking: picking.state != 'cancel')), 1)

    def test_a_change_after_confirming_in_odoo_is_a_task_with_a_way_out(self):
        draft = self.draft()
        _tasks, binding = self.bring(draft)
        binding.sale_order_id.action_confirm()
        self.act(draft, 'update', lines=[self.lines[0]], discounts=[])
        tasks, _binding = self.bring(draft)
        self.assertEqual((tasks.state, tasks.error_code), ('failed', 'draft_changed_late'))
        self.assertTrue(binding.difference)

    def test_an_order_that_came_over_by_itself_leaves_no_second_sale(self):
        draft = self.draft()
        done = self.act(draft, 'complete')
        self.ring(self.backend, 'order', done['order_id'])
        self.bring(draft)
        self.assertFalse(self.binding(draft).sale_order_id)
        self.assertEqual(self.order_of(done).sale_order_id.state, 'sale')

    def test_a_draft_of_many_lines_is_read_to_the_end(self):
        draft = self.draft(
            lines=[{'title': f'Item {n}', 'price': f'{n}.37'} for n in range(1, 46)], discounts=DISCOUNTS[1:]
        )
        _tasks, binding = self.bring(draft)
        self.assertEqual(len(binding.sale_order_id.order_line.filtered(lambda line: line.sequence < 900)), 45)
        self.assertTotal(binding.sale_order_id, draft)

    def test_switching_the_policy_brings_over_what_is_open_and_subscribes(self):
        self.backend.import_draft_orders = False
        self.run_lane(self.backend, 'orders')
        draft = self.draft()
        self.assertFalse([row for row in self.subscriptions(self.backend) if row['topic'].startswith('DRAFT_ORDERS')])
        tasks, binding = self.bring(draft)
        self.assertFalse(binding)
        self.assertEqual(tasks.state, 'done')
        self.backend.import_draft_orders = True
        self.run_lane(self.backend, 'orders')
        self.assertEqual(self.binding(draft).sale_order_id.state, 'draft')
        self.assertEqual(
            len([row for row in self.subscriptions(self.backend) if row['topic'].startswith('DRAFT_ORDERS')]), 3
        )

    def test_a_missed_webhook_is_found_by_the_sweep(self):
        draft = self.draft()
        self.ring(self.backend, 'sweep', str(self.backend.id))
        self.run_lane(self.backend, 'orders')
        self.assertTrue(self.binding(draft).sale_order_id)

    def test_a_draft_of_a_company_is_the_companys_quotation(self):
        draft = self.draft(
            company={'name': 'Globex', 'location': 'North'}, payment_terms={'days': 30, 'name': 'Net 30'}
        )
        _tasks, binding = self.bring(draft)
        order = binding.sale_order_id
        self.assertIn('Globex', order.partner_id.commercial_partner_id.name)
        self.assertEqual(order.payment_term_id.line_ids.nb_days, 30)

    def test_an_order_that_takes_a_quotation_over_follows_the_stores_policies(self):
        self.backend.write({'order_naming': 'shopify', 'order_prefix': 'US-'})
        draft = self.draft(tags=['vip'])
        _tasks, binding = self.bring(draft)
        self.assertNotEqual(binding.sale_order_id.name[:3], 'US-')
        done = self.act(draft, 'complete')
        self.ring(self.backend, 'order', done['order_id'])
        taken = self.order_of(done)
        self.assertEqual(taken.sale_order_id.name, f"US-{taken.name.lstrip('#')}")
        self.assertEqual(binding.tags, 'vip')

    def test_a_deleted_quotation_comes_back_only_when_somebody_asks_for_it(self):
        draft = self.draft()
        _tasks, binding = self.bring(draft)
        binding.sale_order_id.unlink()
        self.act(draft, 'update', note='hurry')
        self.bring(draft)
        self.assertFalse(binding.sale_order_id)
        binding.action_refresh()
        self.run_lane(self.backend, 'orders')
        self.assertEqual(binding.sale_order_id.state, 'draft')

    def test_orders_come_over_when_the_scope_of_drafts_is_gone(self):
        draft = self.draft()
        _tasks, binding = self.bring(draft)
        done = self.act(draft, 'complete')
        shop = next(row for row in self.simulator.shops() if row['domain'] == self.domain)
        scopes = [scope for scope in shop['scopes'] if 'draft' not in scope]
        self.simulator.settings(self.domain, scopes=scopes)
        tasks = self.ring(self.backend, 'order', done['order_id'])
        self.assertEqual(tasks.state, 'done')
        self.assertNotEqual(self.order_of(done).sale_order_id, binding.sale_order_id)

    def test_the_quotation_leads_to_its_draft(self):
        draft = self.draft()
        _tasks, binding = self.bring(draft)
        order = binding.sale_order_id
        self.assertEqual(order.shopify_draft_name, draft['name'])
        self.assertEqual(order.action_shopify_draft()['res_id'], binding.id)

    def test_a_quotation_that_was_delivered_before_its_draft_changed_keeps_what_left(self):
        draft = self.draft(lines=[self.lines[1]], discounts=[])
        _tasks, binding = self.bring(draft)
        order = binding.sale_order_id
        order.action_confirm()
        order.action_lock()
        goods = order.order_line.filtered(lambda line: line.product_id.is_storable)
        self.env['stock.quant']._update_available_quantity(goods.product_id, self.backend.warehouse_id.lot_stock_id, 9)
        order.picking_ids.move_ids.write({'quantity': 3, 'picked': True})
        order.picking_ids.button_validate()
        self.act(draft, 'update', lines=[SERVICE], discounts=[])
        done = self.act(draft, 'complete')
        self.ring(self.backend, 'order', done['order_id'])
        self.assertEqual(self.order_of(done).sale_order_id, order)
        self.assertEqual((goods.product_uom_qty, goods.qty_delivered, order.locked), (3, 3, True))
