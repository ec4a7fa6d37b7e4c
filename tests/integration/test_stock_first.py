from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from tests.integration.stock_check_case import READ, SKUS, StockCheckCase


class TestFirstComparison(StockCheckCase):
    """The store's stock and Odoo's side by side, before anything is written."""

    def test_pushing_before_it_is_switched_on_opens_the_comparison(self):
        action = self.store.action_push_stock()
        self.assertEqual(action['res_model'], 'shopify.stock.check')
        self.assertEqual(self.env['shopify.stock.check'].browse(action['res_id']).kind, 'first')
        self.assertFalse(self.store.stock_export)

    def test_both_sides_stand_next_to_each_other_and_nothing_is_written(self):
        self.count(7)
        before = self.mutations()
        check = self.begin()
        self.assertEqual(check.state, 'open')
        line = self.line(check)
        self.assertEqual((line.in_shopify, line.in_odoo, line.state), (self.shown(), 7, 'open'))
        self.assertFalse(line.becomes_zero)
        self.assertTrue(self.line(check, SKUS[1]).becomes_zero)
        self.assertEqual(check.level_count, len(self.variant().product_binding_id.variant_ids))
        self.assertEqual(self.mutations(), before)
        self.assertFalse(self.store.stock_export)
        self.assertIn('on hand', line.explanation)

    def test_a_bulk_operation_gives_what_pages_give(self):
        self.count(7)
        told = []
        for bulk in (False, True):
            with self.always_bulk() if bulk else patch(f'{READ}._FEW_LEVELS', 10**9):
                check = self.begin()
            self.assertEqual(check.state, 'open')
            told.append({(line.level_id.id, line.in_shopify, line.in_odoo, line.cause) for line in check.line_ids})
        self.assertTrue(told[0])
        self.assertEqual(told[0], told[1])
        self.assertIn('BulkRun', self.simulator.stats(self.domain)['by_operation'])

    def test_a_shop_that_refuses_bulk_operations_is_read_by_pages(self):
        with self.always_bulk(), patch(f'{READ}.inventory_bulk.QUERY', '{ shop { id } }'):
            check = self.begin()
        self.assertEqual((check.state, check.bulk_gid), ('open', False))

    def test_a_comparison_that_is_stopped_half_way_goes_on_where_it_was(self):
        with self.always_bulk(), patch(f'{READ}._LINES_A_TURN', 25):
            check = self.env['shopify.stock.check'].browse(self.store.action_switch_on_stock_export()['res_id'])
            engine = self.env.registry['shopify.engine']
            positions = []

            def stops(self, processed=1, remaining=None):
                self.env['ir.cron']._commit_progress(processed, remaining=remaining)
                positions.append(check.cursor)
                return False

            with patch.object(engine, '_is_time_left', stops):
                self.go_on(check)
        self.assertEqual(check.state, 'open')
        lines = [position['lines'] for position in positions if position and 'lines' in position]
        self.assertEqual(lines, sorted(lines))
        self.assertGreater(len(set(lines)), 2)
        levels = self.simulator.state(self.domain)['levels']
        self.assertEqual(check.read_count, sum(len(places) for places in levels.values()))

    def test_nothing_is_done_before_the_yes_and_nothing_without_a_choice(self):
        check = self.begin()
        action = check.action_confirm()
        wizard = self.env[action['res_model']].with_context(**action['context']).create({'switch_on': False})
        with self.assertRaisesRegex(UserError, "Nothing is chosen"):
            wizard.action_confirm()

    def test_a_list_that_has_changed_under_the_dialog_is_looked_at_again(self):
        check = self.begin()
        check.action_choose_leave()
        action = check.action_confirm()
        wizard = self.env[action['res_model']].with_context(**action['context']).create({})
        self.line(check).action_choose_odoo()
        with self.assertRaisesRegex(UserError, "The list has changed"):
            wizard.action_confirm()
        self.assertFalse(self.store.stock_export)

    def test_shopifys_quantity_is_taken_once_even_when_what_is_shown_does_not_follow(self):
        self.env['shopify.stock.rule'].create(
            {'backend_id': self.store.id, 'what': 'maximum', 'value': 1, 'product_id': self.variant().product_id.id}
        )
        check = self.begin('action_preview_take')
        line = self.line(check)
        self.confirm(check)
        self.assertEqual(line.state, 'open')
        self.assertTrue(line.message)
        taken = self.in_odoo()
        self.run_lane(self.store, 'stock')
        self.assertEqual(self.in_odoo(), taken)
        self.assertLessEqual(taken, self.shown())

    def test_odoos_quantities_are_written_after_the_yes(self):
        self.count(7)
        check = self.begin()
        check.action_choose_odoo()
        self.confirm(check)
        self.assertTrue(self.store.stock_export)
        self.assertEqual((check.state, check.open_count), ('done', 0))
        self.assertEqual([self.shown(sku) for sku in SKUS], [7, 0, 0])

    def test_shopifys_quantities_are_taken_after_the_yes_and_stock_export_stays_off(self):
        check = self.begin('action_preview_take')
        self.assertEqual(set(check.line_ids.filtered(lambda line: line.state == 'open').mapped('choice')), {'shopify'})
        before = self.mutations()
        self.confirm(check)
        self.assertEqual(check.state, 'done')
        self.assertFalse(self.store.stock_export)
        self.assertEqual([self.in_odoo(sku) for sku in SKUS], [self.shown(sku) for sku in SKUS])
        self.assertEqual(self.mutations(), before)

    def test_what_a_rule_keeps_odoo_from_showing_is_not_taken_and_never_twice(self):
        self.count(12)
        self.env['shopify.stock.rule'].create({'what': 'maximum', 'value': 10, 'backend_id': self.store.id})
        self.edit(13)
        check = self.begin('action_preview_take')
        line = self.line(check)
        (check.line_ids - line).choice = 'leave'
        self.confirm(check)
        self.assertEqual((self.in_odoo(), self.shown()), (12, 13))
        self.assertEqual(line.state, 'open')
        self.assertIn('would show 10 and not 13', line.message)

    def test_each_quantity_has_its_own_choice(self):
        self.count(7)
        shown = {sku: self.shown(sku) for sku in SKUS}
        check = self.begin()
        check.action_choose_leave()
        self.line(check, SKUS[0]).action_choose_odoo()
        self.line(check, SKUS[1]).action_choose_shopify()
        self.confirm(check)
        self.assertEqual([self.line(check, sku).state for sku in SKUS], ['done', 'done', 'left'])
        self.assertEqual(self.shown(SKUS[0]), 7)
        self.assertEqual(self.in_odoo(SKUS[1]), shown[SKUS[1]])
        self.assertEqual((self.shown(SKUS[2]), self.in_odoo(SKUS[2])), (shown[SKUS[2]], 0))

    def test_what_is_not_decided_stays_as_it_is(self):
        check = self.begin()
        self.line(check).action_choose_odoo()
        shown = self.shown(SKUS[1])
        self.confirm(check)
        self.assertEqual(check.state, 'open')
        self.assertEqual(self.shown(SKUS[0]), 0)
        self.assertEqual(self.shown(SKUS[1]), shown)

    def test_odoos_quantities_are_not_written_while_stock_export_stays_off(self):
        check = self.begin()
        check.action_choose_odoo()
        with self.assertRaisesRegex(UserError, "Stock export is off"):
            self.confirm(check, switch_on=False)

    def test_a_sale_between_the_list_and_the_yes_is_not_undone(self):
        self.count(self.shown())
        check = self.begin()
        self.count(self.shown() + 5)
        check = self.begin()
        check.action_choose_odoo()
        before = self.shown()
        self.placed(self.store, kind='plain', lines=[{'sku': SKUS[0], 'quantity': 2}])
        self.confirm(check)
        self.assertEqual(self.shown(), before + 5 - 2)

    def test_a_sale_that_odoo_had_not_seen_when_the_list_was_made_is_not_undone(self):
        before = self.shown()
        self.count(before)
        self.placed(self.store, kind='plain', lines=[{'sku': SKUS[0], 'quantity': 2}])
        check = self.env['shopify.stock.check'].browse(self.store.action_switch_on_stock_export()['res_id'])
        self.run_lane(self.store, 'stock')
        check.invalidate_recordset()
        self.assertEqual((self.line(check).in_shopify, self.line(check).in_odoo), (before - 2, before))
        self.assertGreaterEqual(check.missing_orders, 1)
        check.action_choose_odoo()
        self.confirm(check)
        self.assertEqual(self.shown(), before - 2)

    def test_variants_that_are_not_written_say_why(self):
        self.variant().sync_stock = False
        check = self.begin()
        line = self.line(check)
        self.assertEqual((line.cause, line.state), ('opted_out', 'left'))
        self.assertIn('Export Stock is off', line.explanation)

    def test_without_the_scope_the_switch_says_what_to_do(self):
        self.store.granted_scopes = 'read_products,read_inventory'
        check = self.begin()
        check.action_choose_odoo()
        with self.assertRaisesRegex(UserError, "write_inventory"):
            self.confirm(check)
        self.assertFalse(self.store.stock_export)

    def test_a_comparison_can_be_stopped(self):
        check = self.env['shopify.stock.check'].browse(self.store.action_switch_on_stock_export()['res_id'])
        check.action_stop()
        self.run_lane(self.store, 'stock')
        self.assertEqual(check.state, 'stopped')
        self.assertFalse(check.line_ids)
        self.assertFalse(self.env['shopify.task'].search([('kind', '=', 'stock_check'), ('state', '=', 'pending')]))

    def test_one_comparison_at_a_time(self):
        first = self.store.action_switch_on_stock_export()
        self.assertEqual(self.store.action_preview_take()['res_id'], first['res_id'])

    def test_a_newer_comparison_takes_the_place_of_an_open_one(self):
        old = self.begin()
        new = self.begin()
        self.assertEqual((old.state, new.state), ('done', 'open'))
        self.assertEqual(set(old.line_ids.mapped('state')), {'gone'})

    def test_beginning_anew_switches_off_and_shows_the_list_again(self):
        self.align()
        self.count(9)
        self.store.action_reset_stock()
        self.assertFalse(self.store.stock_export)
        check = self.go_on(self.store.stock_check_id)
        self.assertEqual((check.kind, self.line(check).in_odoo), ('first', 9))
        self.assertEqual(self.mutations(), 0)

    def test_a_store_without_a_mapped_location_says_so(self):
        self.store.location_ids.warehouse_id = False
        with self.assertRaisesRegex(UserError, "No location"):
            self.store.action_switch_on_stock_export()


class TestWhoDecides(StockCheckCase):
    def person(self, *groups):
        return new_test_user(self.env, f'person{len(groups)}{groups[0][-6:]}', ','.join(groups))

    def test_a_user_sees_the_list_and_cannot_decide(self):
        check = self.begin()
        user = self.person('shopify_connector.group_shopify_user')
        check = check.with_user(user)
        self.assertTrue(check.line_ids.mapped('in_shopify'))
        for act in (check.action_choose_odoo, check.action_confirm, check.action_close):
            with self.assertRaises(AccessError):
                act()
        with self.assertRaises(AccessError):
            self.store.with_user(user).action_switch_on_stock_export()
        with self.assertRaises(AccessError):
            check.line_ids[0].choice = 'odoo'

    def test_a_manager_without_stock_rights_decides(self):
        manager = self.person('shopify_connector.group_shopify_manager')
        store = self.store.with_user(manager)
        check = self.env['shopify.stock.check'].browse(store.action_switch_on_stock_export()['res_id'])
        self.go_on(check)
        check = check.with_user(manager)
        check.line_ids[0].choice = 'leave'
        check.action_choose_odoo()
        action = check.action_confirm()
        wizard = self.env[action['res_model']].with_user(manager).with_context(**action['context']).create({})
        self.assertEqual(wizard.write_count, check.open_count)
        wizard.action_confirm()
        self.assertTrue(self.store.stock_export)
        self.go_on(check.sudo())
        self.assertEqual(check.state, 'done')
        with self.assertRaisesRegex(UserError, "decided already"):
            check.line_ids[0].choice = 'odoo'

    def test_a_warehouse_worker_without_a_role_sees_nothing(self):
        check = self.begin()
        worker = self.person('stock.group_stock_manager')
        with self.assertRaises(AccessError):
            check.with_user(worker).line_ids.mapped('in_odoo')

    def test_another_company_sees_nothing(self):
        self.begin()
        company = self.env['res.company'].create({'name': 'Elsewhere'})
        manager = self.person('shopify_connector.group_shopify_manager')
        manager.write({'company_ids': [(6, 0, company.ids)], 'company_id': company.id})
        self.assertFalse(self.env['shopify.stock.check'].with_user(manager).search([]))
        self.assertFalse(self.env['shopify.stock.difference'].with_user(manager).search([]))

    def test_the_time_stands_on_the_comparison(self):
        check = self.begin()
        self.assertLessEqual(check.started_at, fields.Datetime.now())
        self.assertTrue(check.finished_at)
