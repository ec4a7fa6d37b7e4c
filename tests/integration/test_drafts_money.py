"""A draft's quotation keeps its currency, and so does the order that takes it over, whatever the store says later."""

from tests.integration.simulated import SimulatedCase

LINES = [{'title': 'Installation', 'quantity': 2, 'price': '20.01', 'taxable': False, 'requires_shipping': False}]


class TestDraftMoney(SimulatedCase):
    def share(self):
        super().share()
        self.env['res.currency'].with_context(active_test=False).search([('name', '=', 'KWD')]).active = True
        self.backend = self.connected_store(import_draft_orders=True)
        spec = {'lines': LINES, 'presentment': {'currency': 'KWD', 'rate': '0.30712'}}
        self.draft = self.simulator.post(f'/shops/{self.backend.shop_domain}/drafts', **spec)['drafts'][0]
        self.ring(self.backend, 'draft', self.draft['id'])
        self.binding = self.env['shopify.draft.order'].search([('gid', '=', self.draft['id'])])
        self.quotation = self.binding.sale_order_id

    def act(self, action, **args):
        path = f'/shops/{self.backend.shop_domain}/drafts/{self.draft["legacy_id"]}/{action}'
        return self.simulator.post(path, **args)['draft']

    def orders(self, done):
        return self.env['shopify.order.binding'].search([('gid', '=', done['order_id'])])

    def test_a_draft_keeps_its_currency_when_the_store_chooses_another(self):
        self.assertEqual(self.quotation.currency_id.name, 'USD')
        self.backend.money_policy = 'presentment'
        changed = self.act('update', lines=[{**LINES[0], 'quantity': 3}])
        self.ring(self.backend, 'draft', self.draft['id'])
        self.assertEqual((self.binding.money_policy, self.quotation.currency_id.name), ('shop', 'USD'))
        self.assertEqual((self.quotation.amount_total, self.binding.difference), (float(changed['total']['shop']), 0))

    def test_its_order_takes_the_quotation_over_in_that_currency_whichever_comes_first(self):
        self.backend.money_policy = 'presentment'
        done = self.act('complete')
        self.ring(self.backend, 'order', done['order_id'])
        taken = self.orders(done)
        self.assertEqual((taken.sale_order_id, taken.money_policy), (self.quotation, 'shop'))
        total = float(done['total']['shop'])
        self.assertEqual((self.quotation.state, self.quotation.amount_total, taken.difference), ('sale', total, 0))

    def test_a_confirmed_quotation_in_another_currency_is_not_sold_a_second_time(self):
        self.quotation.action_confirm()
        # As drafts of which nobody knows any more how they were read.
        self.binding.money_policy = False
        self.backend.money_policy = 'presentment'
        done = self.act('complete')
        task = self.ring(self.backend, 'order', done['order_id'])
        self.assertEqual((task.state, task.error_code), ('failed', 'draft_other_currency'))
        self.assertIn(self.quotation.name, task.message)
        self.assertFalse(self.orders(done))
        self.quotation._action_cancel()
        task.action_retry()
        self.run_lane(self.backend, 'orders')
        self.assertEqual((task.state, self.orders(done).sale_order_id.currency_id.name), ('done', 'KWD'))

    def test_an_order_that_came_by_itself_beside_a_confirmed_quotation_is_said(self):
        self.quotation.action_confirm()
        done = self.act('complete')
        self.env['shopify.order.binding'].create(
            {
                'backend_id': self.backend.id,
                'gid': done['order_id'],
                'name': '#77',
                'sale_order_id': self.quotation.copy().id,
            }
        )
        task = self.ring(self.backend, 'draft', self.draft['id'])
        self.assertEqual((task.state, task.error_code), ('failed', 'draft_sold_twice'))
        self.assertIn(self.quotation.name, task.message)
