from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.shopify_connector.shopify.errors import GiveUpError
from odoo.exceptions import UserError, ValidationError

from tests.integration.stock_check_case import SKUS, StockCheckCase

SYNC = 'odoo.addons.shopify_connector.sync.stock_check'


class TestReconciliation(StockCheckCase):
    """All quantities of a store that is written to, compared."""

    def share(self):
        super().share()
        self.align()

    def test_equal_stores_have_nothing_to_decide(self):
        check = self.begin('action_compare_stock')
        self.assertEqual((check.state, check.difference_count), ('done', 0), check.line_ids.mapped('display_name'))
        self.assertEqual(self.mutations(), 0)

    def test_a_lost_change_is_found_and_says_why(self):
        self.lose_a_change()
        check = self.begin('action_compare_stock')
        line = self.line(check)
        self.assertEqual((line.cause, line.in_odoo, line.state), ('not_sent', 3, 'open'))
        self.assertEqual(check.open_count, 1)
        self.assertEqual(self.mutations(), 0)

    def lose_a_change(self, units=3, sku=SKUS[0]):
        self.count(units, sku)
        self.env['shopify.task'].search([('kind', '=', 'stock'), ('state', '=', 'pending')]).unlink()

    def test_one_difference_is_repaired_by_its_button(self):
        self.lose_a_change()
        self.lose_a_change(4, SKUS[1])
        check = self.begin('action_compare_stock')
        self.line(check).action_repair()
        self.go_on(check)
        self.assertEqual(self.line(check).state, 'done')
        self.assertEqual(self.shown(), 3)
        self.assertNotEqual(self.shown(SKUS[1]), 4)
        self.assertEqual(check.state, 'open')

    def test_all_differences_are_repaired_by_one_button(self):
        self.lose_a_change()
        self.lose_a_change(4, SKUS[1])
        check = self.begin('action_preview_push')
        self.assertEqual(check.line_ids.mapped('choice'), ['odoo', 'odoo'])
        self.confirm(check)
        self.assertEqual((check.state, check.done_count), ('done', 2))
        self.assertEqual([self.shown(SKUS[0]), self.shown(SKUS[1])], [3, 4])

    def test_shopifys_word_can_count_for_a_difference(self):
        shown = self.shown()
        self.lose_a_change()
        check = self.begin('action_compare_stock')
        self.line(check).action_choose_shopify()
        self.confirm(check)
        self.assertEqual(self.line(check).state, 'done', self.line(check).message)
        self.assertEqual((self.in_odoo(), self.shown()), (shown, shown))

    def test_the_nightly_comparison_repairs_by_itself(self):
        self.lose_a_change()
        check = self.go_on(self.env['shopify.stock.check']._begin(self.store, 'reconcile', source='poll'))
        self.assertEqual((check.state, self.line(check).state), ('done', 'done'))
        self.assertEqual(self.shown(), 3)

    def test_a_store_that_wants_to_be_asked_is_asked(self):
        self.store.reconcile_repair = False
        self.store.responsible_id = self.env.user
        self.lose_a_change()
        check = self.go_on(self.env['shopify.stock.check']._begin(self.store, 'reconcile', source='poll'))
        self.assertEqual((check.state, self.line(check).state), ('open', 'open'))
        self.assertNotEqual(self.shown(), 3)
        self.assertIn('differ', ' '.join(self.store.activity_ids.mapped('summary')))

    def test_what_a_person_has_left_is_left_at_night(self):
        self.lose_a_change()
        check = self.begin('action_compare_stock')
        self.line(check).action_choose_leave()
        self.confirm(check)
        check = self.go_on(self.env['shopify.stock.check']._begin(self.store, 'reconcile'))
        self.assertEqual((self.line(check).state, check.state), ('open', 'open'))
        self.assertNotEqual(self.shown(), 3)
        self.lose_a_change(5)
        self.go_on(self.env['shopify.stock.check']._begin(self.store, 'reconcile'))
        self.assertEqual(self.shown(), 5)

    def test_an_edit_by_hand_is_told_as_such_and_set_right(self):
        before = self.shown()
        self.edit(before + 30)
        check = self.go_on(self.env['shopify.stock.check']._begin(self.store, 'reconcile'))
        line = self.line(check)
        self.assertEqual((line.cause, line.in_shopify, line.in_odoo), ('edited', before + 30, before))
        self.assertEqual((self.shown(), line.state), (before, 'done'))

    def test_an_edit_by_hand_is_taken_over_when_the_store_says_so(self):
        self.store.edit_policy = 'shopify'
        before = self.shown()
        self.edit(before + 5)
        check = self.go_on(self.env['shopify.stock.check']._begin(self.store, 'reconcile'))
        line = self.line(check)
        self.assertEqual((line.cause, line.state), ('edited', 'done'))
        self.assertEqual((self.in_odoo(), self.shown()), (before + 5, before + 5))

    def test_an_edit_that_odoo_cannot_take_over_waits_for_a_person_and_is_decided_on_the_list(self):
        self.store.edit_policy = 'shopify'
        before = self.shown()
        self.edit(before + 5)
        refusing = patch.object(
            self.env.registry['shopify.sync.levels'], '_require_countable', side_effect=GiveUpError("Nobody can count it.")
        )
        with refusing:
            check = self.go_on(self.env['shopify.stock.check']._begin(self.store, 'reconcile'))
        line = self.line(check)
        self.assertEqual((line.cause, line.state), ('edited', 'open'))
        self.assertEqual(self.shown(), before + 5)
        line.action_choose_odoo()
        self.confirm(check)
        self.assertEqual((self.line(check).state, self.shown()), ('done', before))

    def test_a_sale_that_nobody_rang_for_is_told_as_such_and_not_undone(self):
        before = self.shown()
        self.placed(self.store, kind='plain', lines=[{'sku': SKUS[0], 'quantity': 2}])
        check = self.go_on(self.env['shopify.stock.check']._begin(self.store, 'reconcile'))
        line = self.line(check)
        self.assertEqual((line.cause, line.state), ('sale_unseen', 'done'))
        self.assertEqual(self.shown(), before - 2)

    def test_a_level_that_is_no_longer_stocked_ends_quietly(self):
        level = self.level()
        self.simulator.post(
            f'/shops/{self.domain}/inventory/stocked', sku=SKUS[0], stocked=False, location_id=self.location.gid
        )
        check = self.begin('action_compare_stock')
        self.assertTrue(level.ended_at)
        self.assertFalse(level.is_active)
        self.assertEqual(check.state, 'done')

    def test_only_what_differs_is_read_item_by_item(self):
        self.simulator.post(f'/shops/{self.domain}/stats/reset')
        with self.always_bulk():
            check = self.begin('action_compare_stock')
        self.assertEqual(check.state, 'done')
        operations = self.simulator.stats(self.domain)['by_operation']
        self.assertNotIn('LevelsOfItems', operations)
        self.assertEqual(self.mutations(), 1)

    def test_a_shop_that_breaks_off_is_tried_again(self):
        self.lose_a_change()
        self.simulator.fault(self.domain, 'http_500', count=1, match='LevelsAtLocation')
        check = self.begin('action_compare_stock')
        self.assertEqual((check.state, check.open_count), ('open', 1))

    def test_a_result_that_the_file_server_refuses_is_read_by_pages(self):
        self.lose_a_change()
        self.simulator.fault(self.domain, 'http_503', match='bulk result')
        self.simulator.fault(self.domain, 'http_403', count=100, match='bulk result')
        with self.always_bulk():
            check = self.begin('action_compare_stock')
        self.assertEqual((check.state, check.open_count, self.store.state), ('open', 1, 'connected'))
        self.assertIn('LevelsAtLocation', self.simulator.stats(self.domain)['by_operation'])

    def test_a_variant_that_is_gone_ends_quietly(self):
        self.lose_a_change()
        check = self.begin('action_compare_stock')
        self.variant().deleted_at = fields.Datetime.now()
        check.action_choose_odoo()
        self.confirm(check)
        self.assertEqual((self.line(check).state, check.state), ('gone', 'done'))

    def test_nothing_is_written_when_stock_export_was_switched_off_after_the_yes(self):
        shown = self.shown()
        self.lose_a_change()
        check = self.begin('action_compare_stock')
        self.line(check).action_repair()
        self.store.stock_export = False
        self.go_on(check)
        self.assertEqual((self.line(check).state, self.shown()), ('open', shown))
        self.assertIn("switched off", self.line(check).message)

    def test_a_comparison_that_was_given_up_goes_on_when_it_is_asked_for_again(self):
        check = self.env['shopify.stock.check']._begin(self.store, 'full')
        check._pending_tasks()._set_failed('broken', "It did not work.")
        self.assertEqual(self.begin('action_compare_stock'), check)
        self.assertEqual(check.state, 'done')

    def test_a_running_comparison_cannot_be_deleted(self):
        check = self.env['shopify.stock.check']._begin(self.store, 'full')
        with self.assertRaisesRegex(UserError, "under way"):
            check.unlink()


class TestTheClock(StockCheckCase):
    def begun_at(self, now):
        """Whether the lane begins a comparison at a moment (UTC)."""
        checks = self.env['shopify.stock.check'].search([('backend_id', '=', self.store.id)])
        with patch(f'{SYNC}.fields.Datetime.now', return_value=now):
            self.env['shopify.sync.stock.check']._enqueue_when_due(self.store)
        return bool(self.env['shopify.stock.check'].search([('backend_id', '=', self.store.id)]) - checks)

    def test_every_night_at_the_hour_of_the_shop(self):
        self.store.write(
            {
                'stock_export': True,
                'timezone': 'America/New_York',
                'reconcile_hour': 3.5,
                'connected_at': datetime(2026, 1, 1),
            }
        )
        check = self.env['shopify.stock.check'].create(
            {'backend_id': self.store.id, 'kind': 'reconcile', 'started_at': datetime(2026, 7, 1, 8, 0), 'state': 'done'}
        )
        self.assertFalse(self.begun_at(datetime(2026, 7, 2, 7, 29)))
        self.assertTrue(self.begun_at(datetime(2026, 7, 2, 7, 31)))
        self.assertFalse(self.begun_at(datetime(2026, 7, 2, 7, 36)))
        self.assertEqual(check.state, 'done')

    def test_never_while_stock_export_is_off_or_the_store_does_not_want_it(self):
        self.store.connected_at = datetime(2026, 1, 1)
        self.assertFalse(self.begun_at(datetime(2026, 7, 2, 7, 31)))
        self.store.write({'stock_export': True, 'reconcile_nightly': False})
        self.assertFalse(self.begun_at(datetime(2026, 7, 2, 7, 31)))

    def test_a_store_that_was_just_connected_waits_for_its_first_night(self):
        self.store.stock_export = True
        self.assertFalse(self.begun_at(fields.Datetime.now() + timedelta(minutes=1)))

    def test_the_lane_begins_it_and_the_guard_watches_what_it_repairs(self):
        self.store.write({'stock_export': True, 'connected_at': datetime(2026, 1, 1), 'guard_minimum': 2})
        shown = self.shown()
        self.run_lane(self.store, 'stock')
        self.assertEqual(set(self.store.stock_check_ids.mapped('kind')), {'reconcile', 'guard'})
        self.assertEqual(self.shown(), shown)
        night = self.store.stock_check_ids.filtered(lambda check: check.kind == 'reconcile')
        self.assertEqual((self.line(night).cause, self.line(night).state), ('held', 'left'))

    def test_an_hour_is_an_hour(self):
        with self.assertRaises(ValidationError):
            self.store.reconcile_hour = 24


class TestGuardList(StockCheckCase):
    """What is held back, until somebody decides."""

    def share(self):
        super().share()
        self.align()
        self.store.responsible_id = self.env.user
        self.guard = self.env['shopify.stock.check']

    def hold(self, *rows):
        return self.guard._hold(self.store, [(self.level(sku), shown, wanted) for sku, shown, wanted in rows])

    def test_one_list_a_store_and_its_person_is_told_once(self):
        check = self.hold((SKUS[0], 10, 0))
        self.assertEqual(self.hold((SKUS[0], 10, 1), (SKUS[1], 5, 0)), check)
        self.assertEqual(check.line_ids.mapped('in_odoo'), [1, 0])
        self.assertEqual((check.kind, check.open_count, self.store.stock_held_count), ('guard', 2, 2))
        self.assertEqual(len(self.store.activity_ids), 1)
        self.store.action_check_connection()
        self.assertEqual((self.store.state, self.store.has_lost_connection), ('attention', False))
        self.assertEqual(self.guard._held_levels(self.store), self.level(SKUS[0]) | self.level(SKUS[1]))

    def test_only_a_lost_connection_is_to_be_connected_again(self):
        self.store._note_attention("The token was refused.")
        self.assertTrue(self.store.has_lost_connection)
        self.store.state = 'connected'
        self.assertFalse(self.store.has_lost_connection)

    def test_held_quantities_are_not_written_until_the_yes(self):
        shown = self.shown()
        self.hold((SKUS[0], shown, 3))
        self.count(3)
        self.run_lane(self.store, 'stock')
        self.assertEqual(self.shown(), shown)
        check = self.guard._open_guard(self.store)
        with self.assertRaisesRegex(UserError, "Choose first"):
            check.line_ids.action_repair()
        check.action_choose_odoo()
        self.confirm(check)
        self.assertEqual((self.shown(), check.state), (3, 'done'))
        self.assertFalse(self.guard._held_levels(self.store))

    def test_what_is_right_again_needs_no_decision(self):
        check = self.hold((SKUS[0], 10, 0), (SKUS[1], 10, 0))
        self.guard._release(self.store, self.level(SKUS[0]))
        self.assertEqual((self.line(check).state, check.state), ('gone', 'open'))
        self.guard._release(self.store, self.level(SKUS[1]))
        self.assertEqual(check.state, 'done')

    def test_a_list_with_held_quantities_cannot_be_deleted(self):
        check = self.hold((SKUS[0], 10, 0))
        with self.assertRaisesRegex(UserError, "guard holds"):
            check.unlink()
        check.action_close()
        self.assertEqual(check.state, 'done')
        check.unlink()

    def test_the_nightly_comparison_leaves_what_is_held_to_the_guards_list(self):
        self.hold((SKUS[0], self.shown(), 3))
        self.count(3)
        check = self.go_on(self.guard._begin(self.store, 'reconcile'))
        self.assertEqual((self.line(check).cause, self.line(check).state, check.state), ('held', 'left', 'done'))

    def test_a_decision_on_another_list_is_not_held_anew(self):
        self.hold((SKUS[1], 10, 0))
        check = self.guard.create({'backend_id': self.store.id, 'kind': 'full', 'state': 'open'})
        check._note_differences([(self.level(), 10, 0, 'not_sent')])
        check.line_ids.write({'state': 'waiting', 'choice': 'odoo'})
        self.hold((SKUS[0], 10, 0))
        self.assertFalse(self.line(self.guard._open_guard(self.store)))

    def test_a_surprise_of_the_whole_shop_is_held_back(self):
        self.store.guard_minimum = 2
        variants = self.env['shopify.variant.binding'].search([('backend_id', '=', self.store.id)])
        selling = variants.filtered(lambda variant: self.shown(variant.sku) > 0)
        for variant in selling:
            self.count(0, variant.sku)
        self.run_lane(self.store, 'stock')
        self.assertTrue(all(self.shown(variant.sku) > 0 for variant in selling))
        self.assertEqual(self.store.stock_held_count, len(selling))
        self.assertEqual(self.mutations(), 0)
        action = self.store.action_view_held()
        check = self.guard.browse(action['res_id'])
        self.assertEqual(check.zero_count, len(selling))
        check.action_choose_shopify()
        self.confirm(check)
        self.assertEqual(check.state, 'done', check.line_ids.mapped('message'))
        self.assertEqual([self.in_odoo(variant.sku) for variant in selling], [self.shown(v.sku) for v in selling])
