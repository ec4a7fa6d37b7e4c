"""Deliveries that are held, and let go."""

from odoo.exceptions import UserError

from tests.integration.policies import PolicyCase
from tests.support.orders import line, money, order


class TestHold(PolicyCase):
    def risk(self, level, recommendation='NONE'):
        return {'risk': {'recommendation': recommendation, 'assessments': [{'riskLevel': level}]}}

    def again(self, **values):
        return self.bring_one(updatedAt='2026-11-20T13:00:00Z', **values)

    def test_a_risky_order_is_sold_and_reserved_but_its_delivery_is_held(self):
        sale = self.bring_one(**self.risk('HIGH'))
        self.assertEqual((sale.state, sale.picking_ids.state), ('sale', 'assigned'))
        with self.assertRaisesRegex(UserError, 'Release Delivery'):
            sale.picking_ids.button_validate()
        with self.assertRaises(UserError):
            sale.picking_ids._action_done()
        self.assertIn('held_risk', self.trail_codes(sale))
        self.assertEqual(len(sale.activity_ids), 1)

    def test_a_recommendation_to_cancel_is_a_high_risk(self):
        self.assertTrue(self.bring_one(**self.risk('LOW', 'CANCEL')).shopify_hold_message)

    def test_the_store_says_which_risk_is_too_high(self):
        for number, (policy, level, held) in enumerate((
            ('high', 'MEDIUM', False), ('medium', 'MEDIUM', True), ('medium', 'LOW', False), ('never', 'HIGH', False),
            ('high', 'PENDING', False), ('high', 'NONE', False),
        )):  # fmt: skip
            self.backend.risk_policy = policy
            sale = self.bring_one(number=100 + number, **self.risk(level))
            self.assertEqual(bool(sale.shopify_hold_message), held, (policy, level))

    def test_a_person_with_the_role_releases_it_and_it_is_never_held_again(self):
        sale = self.bring_one(**self.risk('HIGH'))
        sale.action_shopify_release()
        self.assertFalse(sale.shopify_hold_message or sale.activity_ids)
        self.assertIn('released by', sale.message_ids[0].body)
        self.again(**self.risk('LOW'))
        self.again(**self.risk('HIGH', 'CANCEL'))
        self.assertEqual(sale.shopify_binding_ids.hold_state, 'released')
        self.assertTrue(sale.picking_ids.button_validate())
        self.assertEqual(sale.picking_ids.state, 'done')

    def test_a_risk_that_falls_releases_by_itself_and_one_that_rises_again_holds(self):
        sale = self.bring_one(**self.risk('HIGH'))
        self.again(**self.risk('LOW', 'ACCEPT'))
        self.assertFalse(sale.shopify_hold_message)
        self.assertIn('hold_lifted', self.trail_codes(sale))
        self.again(**self.risk('HIGH'))
        self.assertTrue(sale.shopify_hold_message)

    def test_a_risk_that_is_known_when_goods_are_on_their_way_back_holds_nothing(self):
        sale = self.bring_one(**self.risk('PENDING'))
        sale.picking_ids.button_validate()
        wizard = self.env['stock.return.picking'].create({'picking_id': sale.picking_ids.id})
        back = self.env['stock.picking'].browse(wizard.action_create_returns_all()['res_id'])
        self.again(**self.risk('HIGH'))
        self.assertEqual((back.state, sale.shopify_binding_ids.hold_state), ('assigned', False))
        self.assertFalse(sale.shopify_hold_message or sale.activity_ids)

    def test_a_risk_that_is_known_late_holds_what_has_not_left(self):
        sale = self.bring_one(**self.risk('PENDING'))
        self.again(**self.risk('HIGH'))
        self.assertTrue(sale.picking_ids.shopify_hold_message)
        gone = self.bring_one(number=2, **self.risk('PENDING'))
        gone.picking_ids.button_validate()
        self.bring_one(number=2, updatedAt='2026-11-20T13:00:00Z', **self.risk('HIGH'))
        self.assertFalse(gone.shopify_hold_message)

    def test_an_answer_without_the_risk_changes_nothing(self):
        sale = self.bring_one(**self.risk('HIGH'))
        self.again()
        self.assertTrue(sale.shopify_hold_message)
        self.assertEqual(sale.shopify_binding_ids.risk_level, 'high')

    def test_what_shopify_has_shipped_is_held_no_more(self):
        sale = self.bring_one(**self.risk('HIGH'))
        self.again(displayFulfillmentStatus='FULFILLED', **self.risk('HIGH'))
        self.assertEqual(sale.picking_ids.state, 'done')
        self.assertIn('hold_shipped', self.trail_codes(sale))

    def test_a_rule_holds_until_it_fits_no_more(self):
        self.rule("Wait for the money", financial_statuses='pending', action='confirm', hold=True)
        sale = self.bring_one(displayFinancialStatus='PENDING')
        self.assertEqual(sale.state, 'sale')
        self.assertIn('the rule “Wait for the money”', sale.shopify_hold_message)
        self.again()
        self.assertFalse(sale.shopify_hold_message)
        self.assertTrue(sale.picking_ids.button_validate())

    def test_people_without_a_role_read_why_and_cannot_release(self):
        sale = self.bring_one(**self.risk('HIGH'))
        keeper, seller = (
            self.env['res.users'].create({
                'name': login, 'login': login, 'group_ids': [(6, 0, [self.env.ref(group).id])],
            })  # fmt: skip
            for login, group in (('keeper', 'stock.group_stock_user'), ('seller', 'sales_team.group_sale_salesman_all_leads'))
        )
        picking = sale.picking_ids.with_user(keeper)
        self.assertIn('is held', picking.shopify_hold_message)
        with self.assertRaisesRegex(UserError, 'is held'):
            picking.button_validate()
        self.assertIn('is held', sale.with_user(seller).shopify_hold_message)
        with self.assertRaisesRegex(UserError, 'Shopify User'):
            sale.with_user(seller).action_shopify_release()

    def test_an_order_that_was_cancelled_in_odoo_is_held_no_more(self):
        sale = self.bring_one(**self.risk('HIGH'))
        sale._action_cancel()
        self.assertFalse(sale.shopify_hold_message)

    def test_goods_that_come_back_are_never_held(self):
        sale = self.bring_one(lines=[line(quantity=2)])
        sale.picking_ids.button_validate()
        wizard = self.env['stock.return.picking'].with_context(
            active_id=sale.picking_ids.id, active_model='stock.picking'
        ).create({})  # fmt: skip
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        sale.shopify_binding_ids.write({'hold_state': 'held', 'hold_reason': 'risk'})
        self.assertFalse(back.shopify_hold_message)

    def test_the_total_of_a_held_order_is_shopifys(self):
        payload = order(lines=[line(quantity=2, price='3.33')], **self.risk('HIGH'))
        self.assertEqual(payload['currentTotalPriceSet'], money('6.66'))
        self.assertEqual(self.bring(payload).sale_order_id.amount_total, 6.66)
