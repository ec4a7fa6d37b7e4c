"""The dialog about an order's delivery in Shopify: it says first what each button does, and does nothing by being opened."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from tests.integration.simulated import SimulatedCase


class TestDialog(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store()
        self.domain = self.backend.shop_domain
        self.worker = new_test_user(self.env, 'worker', 'stock.group_stock_user')
        self.shop_user = new_test_user(self.env, 'shopuser', 'shopify_connector.group_shopify_user')
        self.shipped, self.picked_up = self.brought(), self.brought(delivery='pickup')

    def brought(self, **wishes):
        gid = self.placed(self.backend, **({'kind': 'plain', 'seed': 7} | wishes))
        self.ring(self.backend, 'order', gid)
        return self.env['shopify.order.binding'].search([('gid', '=', gid)])

    def act(self, binding, action, **arguments):
        self.simulator.act(self.domain, binding.gid.rsplit('/', 1)[-1], action, **arguments)

    def dialog(self, records, user, method='action_tell_delivery'):
        records = records.with_user(user)
        return records.env['shopify.delivery.tell'].browse(getattr(records, method)()['res_id'])

    def offered(self, wizard):
        names = ('prepared', 'out_for_delivery', 'delivered', 'release', 'open', 'request')
        return {name for name in names if wizard[name]}

    def steps(self, binding):
        return self.env['shopify.delivery.step'].search([('order_binding_id', '=', binding.id)], order='id')

    def run_orders(self):
        self.env['shopify.task'].search([('state', '=', 'pending')]).due_at = '2026-01-01 00:00:00'
        self.run_lane(self.backend, 'orders')

    def test_an_order_with_nothing_to_do_says_how_it_stands(self):
        wizard = self.dialog(self.shipped, self.shop_user)
        self.assertEqual(self.offered(wizard), set())
        self.assertIn("To be shipped from", wizard.state_text)
        self.assertIn("nothing be done", wizard.nothing)
        self.assertFalse(self.steps(self.shipped))

    def test_a_worker_without_a_role_says_that_the_goods_are_ready(self):
        picking = self.picked_up.sale_order_id.picking_ids
        self.assertTrue(picking.with_user(self.worker).shopify_can_tell)
        wizard = self.dialog(picking, self.worker, 'action_shopify_tell_delivery')
        self.assertEqual(self.offered(wizard), {'prepared'})
        self.assertIn("tells the customer", wizard.prepared)
        wizard.read(['state_text', 'nothing', 'prepared', 'display_name'])
        with self.assertRaises(AccessError):
            wizard.read(['binding_id'])
        wizard.with_context(shopify_tell='prepared').action_confirm()
        step = self.steps(self.picked_up)
        self.assertEqual((step.kind, step.state, step.user_id), ('prepared', 'planned', self.worker))
        again = self.dialog(picking, self.worker, 'action_shopify_tell_delivery')
        self.assertEqual(self.offered(again), set())

    def test_a_click_twice_is_told_once(self):
        first, second = (self.dialog(self.picked_up, self.shop_user) for _ in range(2))
        for wizard in (first, second):
            wizard.with_context(shopify_tell='prepared').action_confirm()
        self.assertEqual(len(self.steps(self.picked_up)), 1)

    def test_a_hold_is_released_by_a_shop_user_only(self):
        self.act(self.shipped, 'fulfillment_order', step='hold', reason='OTHER', notes='Wait')
        picking = self.shipped.sale_order_id.picking_ids
        self.assertEqual(self.offered(self.dialog(picking, self.worker, 'action_shopify_tell_delivery')), set())
        wizard = self.dialog(self.shipped, self.shop_user)
        self.assertIn("on hold", wizard.state_text)
        self.assertIn("no longer holds", wizard.release)
        with self.assertRaises(UserError):
            wizard.with_user(self.worker).with_context(shopify_tell='release').action_confirm()
        wizard.with_context(shopify_tell='release').action_confirm()
        step = self.steps(self.shipped)
        self.assertEqual(step.kind, 'release')
        self.assertTrue(step.variables['holdIds'])

    def test_a_parcel_is_told_on_its_way_and_delivered(self):
        self.act(self.shipped, 'fulfill')
        wizard = self.dialog(self.shipped, self.shop_user)
        self.assertEqual(self.offered(wizard), {'out_for_delivery', 'delivered'})
        wizard.with_context(shopify_tell='delivered').action_confirm()
        step = self.steps(self.shipped)
        self.assertEqual(step.variables['fulfillmentEvent']['status'], 'DELIVERED')
        self.assertEqual(self.offered(self.dialog(self.shipped, self.shop_user)), {'out_for_delivery'})

    def test_a_shop_that_cannot_be_asked_is_said_and_nothing_is_written(self):
        self.simulator.post(f'/shops/{self.domain}/faults', kind='http_500', count=5)
        with self.assertRaisesRegex(UserError, "nothing was done"):
            self.dialog(self.picked_up, self.shop_user)
        self.assertFalse(self.steps(self.picked_up))

    def test_somebody_from_elsewhere_opens_nothing(self):
        stranger = new_test_user(self.env, 'stranger', 'base.group_user')
        with self.assertRaises(AccessError):
            self.env['shopify.delivery.tell'].with_user(stranger)._open(self.picked_up)
        elsewhere = self.env['res.company'].create({'name': 'Elsewhere'})
        worker = new_test_user(
            self.env, 'other', 'stock.group_stock_user', company_id=elsewhere.id, company_ids=[(6, 0, elsewhere.ids)]
        )
        with self.assertRaises(AccessError):
            self.env['shopify.delivery.tell'].with_user(worker)._open(self.picked_up)
