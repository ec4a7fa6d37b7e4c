"""A change that will not be tried any more leaves the order free for the next one."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from tests.integration.actions import MONEY, PENDING, USER, ActionCase


class TestGivenUp(ActionCase):
    def unclear(self):
        """A change whose answer is missing."""
        action = self.confirmed(self.brought(**PENDING), 'mark_paid')
        self.simulator.fault(self.domain, 'disconnect_before', match='OrderMarkAsPaid')
        self.run_orders()
        self.assertEqual(action.state, 'unclear')
        return action

    def assertFree(self, action):
        """The same change can be confirmed again, and is done."""
        self.assertEqual(action.state, 'failed')
        again = self.confirmed(action.binding_id, 'mark_paid')
        self.run_orders()
        self.assertNotEqual(again, action)
        self.assertEqual((again.state, action.state), ('done', 'failed'))

    def test_whoever_skips_the_task_gives_the_change_up(self):
        action = self.confirmed(self.brought(**PENDING), 'mark_paid')
        self.task(action).action_skip()
        self.assertIn('Nothing was changed in Shopify', action.message)
        self.assertIn(self.env.user.name, action.message)
        self.assertFalse(action.sent_at)
        self.assertFree(action)

    def test_what_was_sent_says_so(self):
        action = self.unclear()
        self.task(action).action_skip()
        self.assertIn("answer is missing", action.message)
        self.assertTrue(action.sent_at)
        self.assertFree(action)

    def test_what_can_never_be_done_has_failed(self):
        action = self.confirmed(self.brought(**PENDING), 'mark_paid')
        sync = type(self.env['shopify.sync.order.action'])
        with patch.object(sync, '_advance', side_effect=ValueError("No such thing")), mute_logger(
            'odoo.addons.shopify_connector.sync.engine'
        ):
            for _time in range(12):
                self.run_orders()
        self.assertEqual((self.task(action).state, action.message), ('failed', "No such thing"))
        self.assertFree(action)

    def test_a_manager_gives_a_change_up_with_a_button(self):
        action = self.unclear()
        seller = new_test_user(self.env, 'sid', groups=USER)
        with self.assertRaises(AccessError):
            action.with_user(seller).action_give_up()
        action.with_user(new_test_user(self.env, 'mia', groups=f'{USER},{MONEY}')).action_give_up()
        self.assertEqual(self.task(action).state, 'skipped')
        self.assertIn('mia', action.message)
        self.assertFree(action)

    def test_a_change_that_was_given_up_is_not_taken_up_beside_a_newer_one(self):
        action = self.unclear()
        self.task(action).action_skip()
        newer = self.confirmed(action.binding_id, 'mark_paid')
        self.task(action).action_retry()
        self.run_orders()
        self.assertEqual((action.state, newer.state), ('failed', 'done'))
        self.assertEqual(self.task(action).error_code, 'replaced')
