"""Whatever moves or promises stock tells the stores, in one statement before the commit."""

import time
from datetime import timedelta
from statistics import median

from odoo import fields

from tests.integration.quantities import QuantityCase


class HookCase(QuantityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.storable('SKU-2', 5)
        cls.bound(cls.second)

    def setUp(self):
        super().setUp()
        self.settle()

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
        kits = 2 if 'mrp.bom' in self.env else 0
        self.assertEqual(self.env.cr.sql_log_count - before, 2 + kits, "the tasks, and a call of the lane")

    def test_a_picking_of_a_hundred_lines_costs_a_few_milliseconds_more(self):
        """Time in our own methods while a picking of 100 lines is validated, all of them sold by three stores."""
        products = [self.storable(f'MANY-{number}', 10) for number in range(100)]
        stores = [self.backend, *(self.connected(name, stock_export=True) for name in ('beta', 'gamma'))]
        for product in products:
            for store in stores:
                self.bound(product, store)
        spent = [self._seconds_of_ours(products) for _round in range(3)]
        self.assertLess(median(spent), 0.1, f'{spent}')

    def _seconds_of_ours(self, products):
        picking = self.env['stock.picking'].create(
            {
                'picking_type_id': self.warehouse.out_type_id.id,
                'location_id': self.stock.id,
                'location_dest_id': self.env.ref('stock.stock_location_customers').id,
                'move_ids': [
                    (0, 0, {
                        'product_id': product.id, 'product_uom_qty': 1, 'location_id': self.stock.id,
                        'location_dest_id': self.env.ref('stock.stock_location_customers').id,
                    })
                    for product in products
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self.env.cr.flush()
        spent = 0.0
        tasks = type(self.env['shopify.task'])
        originals = {name: getattr(tasks, name) for name in ('_note_stock', '_flush_stock')}

        def timed(function):
            def call(records, *arguments):
                nonlocal spent
                started = time.perf_counter()
                try:
                    return function(records, *arguments)
                finally:
                    spent += time.perf_counter() - started

            return call

        for name, function in originals.items():
            self.patch(tasks, name, timed(function))
        picking.move_ids.picked = True
        self.assertIs(picking.button_validate(), True)
        self.env.cr.flush()
        for name, function in originals.items():
            setattr(tasks, name, function)
        self.assertGreaterEqual(fields.Datetime.now(), picking.date_done)
        return spent
