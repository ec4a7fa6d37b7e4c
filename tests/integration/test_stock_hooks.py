"""Whatever moves or promises stock tells the stores, in one statement before the commit."""

import time
from contextlib import ExitStack, suppress
from datetime import timedelta
from statistics import median
from unittest.mock import patch

from odoo import fields
from odoo.addons.shopify_connector.models import shopify_task_stock

from tests.integration.quantities import QuantityCase


class HookCase(QuantityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.storable('SKU-2', 5)
        cls.second_variant = cls.bound(cls.second)

    def setUp(self):
        super().setUp()
        self.settle()

    def picking_values(self, products):
        """A delivery of one unit of each."""
        places = {
            'location_id': self.stock.id,
            'location_dest_id': self.env.ref('stock.stock_location_customers').id,
        }
        moves = [(0, 0, {'product_id': product.id, 'product_uom_qty': 1, **places}) for product in products]
        return {'picking_type_id': self.warehouse.out_type_id.id, **places, 'move_ids': moves}

    def assertTold(self, *products):
        self.assertEqual(self.told(), {(self.backend, product) for product in products})
        self.settle()


class TestDocuments(HookCase):
    def test_a_receipt_and_a_delivery(self):
        for make in (lambda: self.arriving(self.product, 3, days=0), lambda: self.leaving(self.product, 2)):
            move = make()
            self.assertTold(self.product)
            move.quantity = move.product_uom_qty
            move.picked = True
            move._action_done()
            self.assertTold(self.product)

    def test_a_promise_that_cannot_be_reserved(self):
        move = self.leaving(self.product, 50, reserve=False)
        self.assertTold(self.product)
        move.product_uom_qty = 60
        self.assertTold(self.product)
        move._action_cancel()
        self.assertTold(self.product)

    def test_a_draft_promises_nothing(self):
        self.move(self.product, 2, self.stock, self.env.ref('stock.stock_location_customers'), confirm=False)
        self.assertTold()

    def test_a_move_that_is_made_confirmed(self):
        self.move(
            self.product, 2, self.stock, self.env.ref('stock.stock_location_customers'), confirm=False, state='confirmed'
        )
        self.assertTold(self.product)

    def test_a_receipt_that_is_planned_for_another_day(self):
        move = self.arriving(self.product, 3, days=4)
        self.settle()
        move.date += timedelta(days=5)
        self.assertTold(self.product)

    def test_a_move_that_goes_elsewhere_or_is_of_something_else(self):
        move = self.leaving(self.product, 2)
        self.settle()
        move.location_final_id = self.shelf('Shelf')
        self.assertTold(self.product)
        other = self.move(self.product, 2, self.stock, self.shelf('Other'), confirm=False)
        self.settle()
        other.product_id = self.second
        self.assertTold(self.product, self.second)

    def test_a_count_a_scrap_and_a_transfer(self):
        quant = (
            self.env['stock.quant']
            .with_context(inventory_mode=True)
            .create({'product_id': self.product.id, 'location_id': self.stock.id, 'inventory_quantity': 33})
        )
        quant.action_apply_inventory()
        self.assertTold(self.product)
        self.env['stock.scrap'].create({'product_id': self.second.id, 'scrap_qty': 1}).do_scrap()
        self.assertTold(self.second)
        move = self.move(self.product, 2, self.stock, self.shelf('Shelf'))
        move._action_assign()
        move.picked = True
        move._action_done()
        self.assertTold(self.product)

    def test_a_place_that_moves_takes_its_units_along(self):
        shelf = self.shelf('Shelf')
        self.put(self.second, 4, shelf)
        self.settle()
        shelf.name = 'Renamed'
        self.assertTold()
        shelf.location_id = self.warehouse.view_location_id
        self.assertTold(self.second)

    def test_a_product_that_is_archived_or_no_longer_tracked(self):
        self.product.active = False
        self.assertTold(self.product)
        self.product.active = True
        self.assertTold(self.product)
        self.second.product_tmpl_id.is_storable = False
        self.assertTold(self.second)

    def test_a_variant_that_is_tracked_again(self):
        self.variant.tracked = False
        self.settle()
        self.variant.write({'tracked': True, 'message': 'same'})
        self.assertTold(self.product)
        self.variant.write({'tracked': True, 'deleted_at': False})
        self.assertTold()

    def test_a_quotation_whose_parcels_have_left(self):
        binding = self.quotation(self.product, 2).shopify_binding_ids
        self.settle()
        binding.fulfillment_status = 'unfulfilled'
        self.settle()
        binding.fulfillment_status = 'fulfilled'
        self.assertTold(self.product)
        self.assertEqual(self.shown(), 10)

    def test_a_quotation_that_is_cancelled_and_taken_up_again(self):
        sale = self.quotation(self.product, 2)
        self.settle()
        sale.action_cancel()
        self.assertTold(self.product)
        self.assertEqual(self.shown(), 10)
        sale.action_draft()
        self.assertTold(self.product)
        self.assertEqual(self.shown(), 8)

    def test_the_day_brings_a_receipt_near_enough(self):
        self.arriving(self.product, 3, days=7)
        self.arriving(self.second, 3, days=17)
        self.settle()
        self.env['shopify.task']._cron_stock_of_the_day()
        self.assertTold()
        self.place.write({'basis': 'forecast', 'forecast_days': 7})
        self.settle()
        self.env['shopify.task']._cron_stock_of_the_day()
        self.assertTold(self.product)


class TestNothingIsLost(HookCase):
    """Only ids are remembered until the commit: what is gone or different by then is told all the same."""

    def quant(self, product, units=3, location=None):
        return self.env['stock.quant'].create(
            {'product_id': product.id, 'location_id': (location or self.stock).id, 'quantity': units}
        )

    def test_a_quant_that_is_deleted(self):
        quant = self.quant(self.second, location=self.shelf('Shelf'))
        self.settle()
        quant.unlink()
        self.assertTold(self.second)

    def test_a_quant_that_is_made_changed_and_deleted_at_once(self):
        quant = self.quant(self.second, location=self.shelf('Shelf'))
        quant.quantity = 8
        quant.unlink()
        self.quant(self.product)
        self.assertTold(self.product, self.second)

    def test_a_quant_that_is_merged_into_another(self):
        self.put(self.second, 4)
        self.settle()
        added = self.quant(self.second)
        self.env['stock.quant']._merge_quants()
        self.assertFalse(added.exists())
        self.assertTold(self.second)
        self.assertEqual(self.shown(self.second_variant), 12)

    def test_a_quant_of_something_else(self):
        quant = self.quant(self.product, location=self.shelf('Shelf'))
        self.settle()
        quant.product_id = self.second
        self.assertTold(self.product, self.second)

    def test_a_quant_that_runs_empty_and_is_cleared_away(self):
        shelf = self.shelf('Shelf')
        self.put(self.second, 4, shelf)
        self.settle()
        self.put(self.second, -4, shelf)
        self.env['stock.quant']._quant_tasks()
        self.assertFalse(self.env['stock.quant'].search([('location_id', '=', shelf.id)]))
        self.assertTold(self.second)

    def test_a_move_that_is_cancelled_and_deleted_at_once(self):
        move = self.leaving(self.second, 50, reserve=False)
        self.settle()
        with patch.object(type(self.env.cr), 'flush', lambda cursor: None):
            move._action_cancel()
            move.unlink()
        self.assertFalse(move.exists())
        self.assertTold(self.second)

    def test_a_move_whose_product_changes_twice(self):
        third = self.storable('SKU-3', 5)
        self.bound(third)
        move = self.move(self.product, 2, self.stock, self.shelf('Shelf'), confirm=False)
        self.settle()
        move.product_id = self.second
        move.product_id = third
        self.assertTold(self.product, self.second, third)

    def test_a_picking_that_is_cancelled(self):
        picking = self.env['stock.picking'].create(self.picking_values([self.product, self.second]))
        picking.action_confirm()
        self.settle()
        picking.action_cancel()
        self.assertTold(self.product, self.second)

    def test_what_was_taken_back_tells_nothing_and_what_follows_is_told(self):
        for flush in (True, False):
            with suppress(ZeroDivisionError), self.env.cr.savepoint(flush=flush):
                self.quant(self.second, location=self.shelf('Shelf'))
                raise ZeroDivisionError
            self.env.invalidate_all()
            self.quant(self.product)
            self.assertTold(self.product)

    def test_what_came_before_something_that_is_taken_back(self):
        self.quant(self.second)
        with suppress(ZeroDivisionError), self.env.cr.savepoint():
            self.quant(self.product)
            raise ZeroDivisionError
        self.assertTold(self.second)


class TestManyAtOnce(HookCase):
    def rows(self, backend=None):
        self.env.cr.flush()
        return self.env['shopify.task'].search(
            [('kind', '=', 'stock'), ('backend_id', '=', (backend or self.backend).id)], order='id'
        )

    def test_many_products_are_one_row_of_each_store(self):
        other = self.connected('beta', stock_export=True)
        self.bound(self.second, other)
        self.settle()
        (self.product | self.second).active = False
        self.assertEqual(self.rows().mapped('key'), [f'{self.product.id},{self.second.id}'])
        self.assertEqual(self.rows(other).mapped('key'), [str(self.second.id)])

    def test_a_row_holds_no_more_than_an_index_takes(self):
        products = self.env['product.product'].union(*(self.storable(f'MANY-{number}') for number in range(5)))
        for product in products:
            self.bound(product)
        self.settle()
        with patch.object(shopify_task_stock, '_PRODUCTS_PER_ROW', 2):
            self.env['shopify.task']._note_stock(products)
            found = self.rows().mapped('key')
        self.assertEqual([key.count(',') for key in found], [1, 1, 0])
        self.assertTold(*products)

    def test_the_lane_makes_a_task_of_each_once(self):
        other = self.connected('beta', stock_export=True)
        for product in (self.product, self.second):
            self.bound(product, other)
        self.settle()
        tasks = self.env['shopify.task']
        for _change in range(2):
            tasks._note_stock(self.product | self.second)
            self.env.cr.flush()
        self.assertTrue(tasks._unfold_stock(self.backend))
        self.assertEqual(self.rows().mapped('key'), [str(self.product.id), str(self.second.id)])
        self.assertEqual(set(self.rows().mapped('state')), {'pending'})
        self.assertFalse(tasks._unfold_stock(self.backend))
        self.assertEqual(len(self.rows(other)), 2, "the other store's are its own lane's")

    def test_it_is_called_by_its_first_and_the_number_of_the_others(self):
        (self.product | self.second).active = False
        self.assertEqual(self.rows().display_name, f'Quantities {self.product.id} + 1')


class TestCost(HookCase):
    def test_a_store_that_does_not_export_is_told_nothing(self):
        self.backend.stock_export = False
        self.leaving(self.product, 2)
        self.assertTold()

    def test_many_changes_of_many_products_are_one_statement(self):
        self.leaving(self.product, 2)
        self.leaving(self.second, 1)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.env['shopify.task']._flush_stock()
        kits = 3 if 'mrp.bom' in self.env else 0
        self.assertEqual(self.env.cr.sql_log_count - before, 2 + kits, "the tasks, and a call of the lane")

    def test_a_picking_of_a_hundred_lines_costs_a_few_milliseconds_more(self):
        """Time in our own methods while a picking of 100 lines is validated, all of them sold by three stores."""
        products = [self.storable(f'MANY-{number}', 10) for number in range(100)]
        stores = [self.backend, *(self.connected(name, stock_export=True) for name in ('beta', 'gamma'))]
        for product in products:
            for store in stores:
                self.bound(product, store)
        spent = [self._seconds_of_ours(products) for _round in range(3)]
        self.assertLess(median(spent), 0.05, f'{spent}')

    def _seconds_of_ours(self, products):
        picking = self.env['stock.picking'].create(self.picking_values(products))
        picking.action_confirm()
        picking.action_assign()
        self.env.cr.flush()
        spent = 0.0
        ours = (
            ('stock.quant', '_shopify_note_change'),
            ('stock.quant', '_shopify_note_products'),
            ('stock.move', '_shopify_note_change'),
            ('stock.move', '_shopify_note_products'),
            ('shopify.task', '_flush_stock'),
        )

        def timed(function):
            def call(records, *arguments):
                nonlocal spent
                started = time.perf_counter()
                try:
                    return function(records, *arguments)
                finally:
                    spent += time.perf_counter() - started

            return call

        with ExitStack() as stack:
            for model, name in ours:
                owner = type(self.env[model])
                stack.enter_context(patch.object(owner, name, timed(getattr(owner, name))))
            picking.move_ids.picked = True
            self.assertIs(picking.button_validate(), True)
            self.env.cr.flush()
        self.assertGreaterEqual(fields.Datetime.now(), picking.date_done)
        return spent
