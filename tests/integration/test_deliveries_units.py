"""What a validated delivery is for Shopify: noted with the validation, in whole units and parcels, whatever the route."""

import importlib.util
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from unittest.mock import patch

from odoo import fields
from odoo.addons import shopify_connector as addon
from odoo.tests import new_test_user

from tests.integration.delivery_case import DeliveryCase
from tests.support.orders import line


class TestNoted(DeliveryCase):
    def test_a_validated_delivery_is_noted_with_a_task(self):
        sale = self.sell(1, 2)
        self.assertFalse(self.rows(sale))
        picking = self.ship(sale.picking_ids)
        row = self.rows(sale)
        self.assertEqual(
            (row.backend_id, row.order_binding_id, row.picking_id, row.company_id, row.kind, row.origin, row.state),
            (self.backend, sale.shopify_binding_ids, picking, sale.company_id, 'ship', 'odoo', 'waiting'),
        )
        self.assertEqual(self.tasks().mapped('key'), [sale.shopify_binding_ids.gid])
        self.assertEqual(self.tasks().lane, 'orders')

    def test_noting_again_changes_nothing(self):
        picking = self.ship(self.sell(1, 2).picking_ids)
        picking._shopify_note_deliveries()
        self.assertEqual(len(self.rows(picking)), 1)
        self.assertEqual(len(self.tasks()), 1)

    def test_what_shopify_has_told_is_not_told_back(self):
        picking = self.ship(self.sell(1, 2).picking_ids, shopify_from_shop=True)
        self.assertEqual(picking.state, 'done')
        self.assertFalse(self.rows(picking))

    def test_a_store_that_tells_nothing_notes_nothing(self):
        self.backend.ship_export = False
        self.assertFalse(self.rows(self.ship(self.sell(1, 2).picking_ids)))
        self.backend.ship_since = False
        self.backend.ship_export = True
        self.assertTrue(self.backend.ship_since)

    def test_what_left_before_the_store_told_anything_is_not_told_for_a_correction(self):
        self.backend.ship_export = False
        picking = self.ship(self.sell(1, 2).picking_ids, 1)
        picking.move_ids.date = '2026-02-01 00:00:00'
        self.backend.ship_export = True
        picking.move_line_ids.quantity = 2
        self.assertFalse(self.rows(picking))
        self.backend.ship_since = '2026-01-01 00:00:00'
        picking.move_line_ids.quantity = 1
        self.assertEqual(len(self.rows(picking)), 1)

    def test_what_came_back_before_returns_were_told_stays_untold(self):
        self.backend.tell_returns = False
        picking = self.ship(self.sell(1, 2).picking_ids)
        wizard = self.env['stock.return.picking'].create({'picking_id': picking.id})
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        back.move_ids.picked = True
        back.with_context(skip_backorder=True).button_validate()
        back.move_ids.date = fields.Datetime.now() - timedelta(hours=1)
        self.backend.tell_returns = True
        self.backend.deliveries_swept_at = False
        self.env['shopify.sync.delivery']._note_forgotten_pickings(self.backend)
        self.assertFalse(self.rows(back))
        self.backend.write({'returns_since': '2026-01-01 00:00:00', 'deliveries_swept_at': False})
        self.env['shopify.sync.delivery']._note_forgotten_pickings(self.backend)
        self.assertEqual(self.rows(back).kind, 'return')

    def test_other_orders_are_nobodys_business(self):
        sale = self.env['sale.order'].create(
            {
                'partner_id': self.env['res.partner'].create({'name': "Somebody"}).id,
                'order_line': [(0, 0, {'product_id': self.product.id, 'product_uom_qty': 1})],
            }
        )
        sale.action_confirm()
        self.assertFalse(self.rows(self.ship(sale.picking_ids)))

    def test_a_worker_without_any_role_notes_and_sees_nothing_else(self):
        picking = self.sell(1, 2).picking_ids
        worker = new_test_user(self.env, 'worker', groups='stock.group_stock_user')
        self.ship(picking.with_user(worker))
        self.assertEqual(len(self.rows(picking)), 1)
        picking.with_user(worker).shopify_tracking_ref = '1Z999'
        self.assertEqual(len(self.tasks()), 2)
        self.assertFalse(self.env['shopify.delivery'].with_user(worker).has_access('read'))

    def test_a_problem_of_ours_stops_nobody(self):
        picking = self.sell(1, 2).picking_ids
        with (
            patch.object(type(picking), '_shopify_note_query', lambda *_args: "SELECT 1/0"),
            self.assertLogs('odoo.addons.shopify_connector.models.stock_picking_delivery', 'ERROR'),
            patch('odoo.sql_db._logger'),
        ):
            self.ship(picking)
        self.assertEqual(picking.state, 'done')
        self.assertFalse(self.rows(picking))
        picking._shopify_note_deliveries()
        self.assertEqual(len(self.rows(picking)), 1)

    def test_whether_the_customer_is_told_is_the_delivery_s_choice(self):
        sale = self.sell(1, 3)
        self.ship(sale.picking_ids, 1)
        rest = sale.picking_ids.filtered(lambda picking: picking.state != 'done')
        rest.shopify_notify = 'no'
        self.ship(rest)
        self.assertEqual(self.rows(sale).mapped('notify'), ['store', 'no'])


class TestUnits(DeliveryCase):
    def test_backorders_are_parcels_of_their_own(self):
        sale = self.sell(1, 3, 2)
        self.ship(sale.picking_ids, 1, 2)
        self.ship(sale.picking_ids.filtered(lambda picking: picking.state != 'done'))
        self.assertEqual(self.units(sale), [[{self.gid(1): 1, self.gid(1, 2): 2}], [{self.gid(1): 2}]])

    def test_two_and_three_steps_are_told_with_the_last(self):
        for steps, number in (('pick_ship', 1), ('pick_pack_ship', 2)):
            self.warehouse.delivery_steps = steps
            sale = self.sell(number, 2)
            for _step in range(number):
                self.ship(sale.picking_ids.filtered(lambda picking: picking.state == 'assigned'))
                self.assertFalse(self.rows(sale))
            self.ship(sale.picking_ids.filtered(lambda picking: picking.state == 'assigned'))
            self.assertEqual(self.units(sale), [[{self.gid(number): 2}]])
            self.assertEqual(self.parcels(self.rows(sale))[0][0].places, (self.place.gid,))

    def test_a_delivery_of_two_orders_is_noted_for_each(self):
        sales = self.sell(1, 2) | self.sell(2, 1, 1)
        first, second = sales.picking_ids.sorted('id')
        second.move_ids.write({'picking_id': first.id})
        self.ship(first)
        self.assertEqual(
            {row.sale_order_id: [dict(parcel.units) for parcel in self.parcels(row)[0]] for row in self.rows(first)},
            {sales[0]: [{self.gid(1): 2}], sales[1]: [{self.gid(2): 1, self.gid(2, 2): 1}]},
        )

    def test_packs_are_told_when_they_are_full(self):
        dozen = self.env.ref('uom.product_uom_dozen')
        dozen.active = True
        self.env['stock.quant']._update_available_quantity(self.product, self.warehouse.lot_stock_id, 50)
        sale = self.sell(1, 1)
        sale.order_line.filtered('shopify_line_gid').write({'product_uom_id': dozen.id, 'product_uom_qty': 2})
        sale.picking_ids.move_ids._action_cancel()
        sale.order_line.filtered('shopify_line_gid')._action_launch_stock_rule()
        picking = sale.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel'))
        self.ship(picking, 18)
        self.ship(sale.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel')), 6)
        self.assertEqual(self.units(sale), [[{self.gid(1): 1}], [{self.gid(1): 1}]])

    def test_what_came_back_is_told_as_such_and_can_leave_again(self):
        sale = self.sell(1, 2)
        picking = self.ship(sale.picking_ids)
        wizard = (
            self.env['stock.return.picking'].with_context(active_id=picking.id, active_model='stock.picking').create({})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env['stock.picking'].browse(wizard.action_create_returns()['res_id'])
        self.ship(back)
        self.assertEqual(self.rows(back).kind, 'return')
        self.assertEqual(self.units(sale), [[{self.gid(1): 2}], [{self.gid(1): 1}]])
        self.assertEqual(self.parcels(self.rows(back))[0][0].places, (self.place.gid,))

    def test_what_was_said_stands_although_moves_are_corrected(self):
        sale = self.sell(1, 3)
        first = self.ship(sale.picking_ids, 2)
        self.rows(first).write({'units': {self.gid(1): 2}, 'state': 'sent'})
        first.move_ids.quantity = 1
        self.ship(sale.picking_ids - first)
        self.assertEqual(self.units(sale)[1], [])


class TestCorrected(DeliveryCase):
    def test_two_sales_lines_of_one_line_in_shopify_share_what_was_told(self):
        sale = self.sell(1, 2)
        gid = sale.order_line.shopify_line_gid
        sale.order_line.copy({'order_id': sale.id, 'product_uom_qty': 3, 'shopify_line_gid': gid})
        first = self.ship(sale.picking_ids, 1, 2)
        row = self.rows(first)
        self.assertEqual(self.units(first), [[{gid: 3}]])
        row.units = {gid: 3}
        row._set_sent()
        second = self.ship(sale.picking_ids - first)
        self.assertEqual((self.units(first), self.units(second)), ([[{gid: 3}]], [[{gid: 2}]]))

    def corrected(self):
        return self.tasks().filtered(lambda task: task.topic == 'corrected')

    def test_more_goods_in_a_delivery_that_was_told_open_it_again(self):
        sale = self.sell(1, 3)
        picking = self.ship(sale.picking_ids, 1)
        self.assertFalse(self.corrected())
        row = self.rows(picking)
        row.write({'units': {self.gid(1): 1}, 'state': 'sent'})
        picking.move_ids.quantity = 2
        self.assertEqual(set(self.corrected().mapped('key')), set(sale.shopify_binding_ids.mapped('gid')))
        self.env['shopify.sync.delivery']._reopen_corrected(self.backend, self.corrected().mapped('key'))
        self.assertEqual(row.state, 'waiting')
        self.assertEqual(self.units(picking), [[{self.gid(1): 2}]])

    def test_what_was_added_afterwards_left_with_the_first(self):
        sale = self.sell(1, 3)
        first = self.ship(sale.picking_ids, 1)
        second = self.ship(sale.picking_ids - first, 1)
        first.move_ids.date = second.move_ids.date = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        first.move_ids.copy(
            {'picking_id': first.id, 'product_uom_qty': 1, 'quantity': 1, 'picked': True}
        )._action_done()
        self.assertEqual(len(first.move_ids), 2)
        self.rows(sale).write({'state': 'sent'})
        for row, count in zip(self.rows(sale), (1, 1), strict=True):
            row.units = {self.gid(1): count}
        self.assertEqual(self.units(sale), [[{self.gid(1): 2}], [{self.gid(1): 1}]])

    def test_fewer_leave_it_as_it_was_told(self):
        picking = self.ship(self.sell(1, 3).picking_ids, 2)
        row = self.rows(picking)
        row.write({'units': {self.gid(1): 2}, 'state': 'sent'})
        picking.move_ids.quantity = 1
        self.env['shopify.sync.delivery']._reopen_corrected(self.backend, self.corrected().mapped('key'))
        self.assertEqual(row.state, 'sent')


class TestPlaces(DeliveryCase):
    def test_the_narrowest_location_that_holds_the_goods_comes_first(self):
        shelf = self.env['stock.location'].create({'name': "Shelf", 'location_id': self.warehouse.lot_stock_id.id})
        self.env['stock.quant']._update_available_quantity(self.second, shelf, 5)
        narrow = self.place.copy(
            {'gid': 'gid://shopify/Location/2', 'name': "Shelf", 'source_ids': [(6, 0, shelf.ids)]}
        )
        self.warehouse.delivery_steps = 'pick_ship'
        sale = self.sell(1, 1, 1)
        pick = sale.picking_ids.filtered(lambda picking: picking.state == 'assigned')
        pick.move_ids[1].move_line_ids.location_id = shelf
        self.ship(pick)
        self.ship(sale.picking_ids - pick)
        self.assertEqual(self.parcels(self.rows(sale))[0][0].places, (narrow.gid, self.place.gid))

    def test_a_warehouse_that_no_location_shows_leaves_it_to_shopify(self):
        self.place.warehouse_id = False
        sale = self.sell(1, 1)
        self.ship(sale.picking_ids)
        self.assertEqual(self.parcels(self.rows(sale))[0][0].places, ())


class TestTracking(DeliveryCase):
    def tracking(self, records):
        return [
            [[(row.company, row.number, row.url) for row in parcel.tracking] for parcel in parcels]
            for parcels in self.parcels(*self.rows(records))
        ]

    def test_numbers_company_and_link_go_with_the_parcel(self):
        sale = self.sell(1, 1)
        sale.picking_ids.write({'shopify_tracking_ref': '1Z1, 1Z2', 'shopify_tracking_company': 'ups'})
        self.ship(sale.picking_ids)
        self.assertEqual(self.tracking(sale), [[[('UPS', '1Z1', None), ('UPS', '1Z2', None)]]])
        mapping = self.env['shopify.carrier.mapping'].search([('backend_id', '=', self.backend.id)])
        self.assertEqual((mapping.name, mapping.tracking_company, mapping.origin), ('ups', 'UPS', 'found'))
        mapping.write({'tracking_company': 'other', 'other_name': "Our Van", 'url': 'https://van.example/{number}'})
        self.assertEqual(self.tracking(sale)[0][0][0], ('Our Van', '1Z1', 'https://van.example/1Z1'))
        self.assertEqual(mapping.origin, 'manual')

    def test_a_carrier_that_shopify_does_not_know_keeps_its_name_and_link(self):
        sale = self.sell(1, 1)
        sale.picking_ids.write(
            {
                'shopify_tracking_ref': 'N1',
                'shopify_tracking_company': "Bob's Bikes",
                'shopify_tracking_url': 'https://bob.example/{number}',
            }
        )
        self.ship(sale.picking_ids)
        self.assertEqual(self.tracking(sale), [[[("Bob's Bikes", 'N1', 'https://bob.example/N1')]]])

    def test_a_typed_link_needs_no_number_unless_it_names_it(self):
        sale = self.sell(1, 1)
        sale.picking_ids.write({'shopify_tracking_company': 'ups', 'shopify_tracking_url': 'https://bob.example/van/7'})
        self.ship(sale.picking_ids)
        self.assertEqual(self.tracking(sale), [[[('UPS', None, 'https://bob.example/van/7')]]])
        sale.picking_ids.shopify_tracking_company = False
        self.assertEqual(self.tracking(sale), [[[(None, None, 'https://bob.example/van/7')]]])
        for template in ('https://bob.example/{number}', 'https://bob.example/<shipmenttrackingnumber>', ' ', False):
            sale.picking_ids.shopify_tracking_url = template
            self.assertEqual(self.tracking(sale), [[[]]])

    def test_the_link_of_a_carrier_is_not_told_without_a_number(self):
        sale = self.sell(1, 1)
        sale.picking_ids.shopify_tracking_company = "Our Van"
        self.ship(sale.picking_ids)
        self.parcels(self.rows(sale))
        mapping = self.env['shopify.carrier.mapping'].search([('backend_id', '=', self.backend.id)])
        mapping.write({'tracking_company': 'other', 'other_name': "Our Van", 'url': 'https://van.example/'})
        self.assertEqual(self.tracking(sale), [[[]]])

    def test_packages_with_numbers_are_parcels_of_their_own(self):
        sale = self.sell(1, 3)
        move = sale.picking_ids.move_ids
        boxes = self.env['stock.package'].create([{'name': "BOX1"}, {'name': "BOX2"}, {'name': "BOX3"}])
        move.move_line_ids.write({'quantity': 1, 'result_package_id': boxes[0].id})
        for box in boxes[1:]:
            move.move_line_ids[:1].copy({'result_package_id': box.id, 'quantity': 1})
        move.picked = True
        boxes[0].shopify_tracking_ref = 'B1'
        boxes[1].shopify_tracking_ref = 'B2'
        sale.picking_ids.shopify_tracking_ref = 'B1,ALL'
        self.ship(sale.picking_ids, 3)
        self.assertEqual(self.units(sale), [[{self.gid(1): 1}] * 3])
        self.assertEqual([[row[1] for row in rows] for rows in self.tracking(sale)[0]], [['B1'], ['B2'], ['ALL']])
        before = len(self.tasks())
        boxes[2].shopify_tracking_ref = 'B3'
        self.assertEqual(len(self.tasks()), before + 1)
        self.assertEqual([[row[1] for row in rows] for rows in self.tracking(sale)[0]], [['B1'], ['B2'], ['B3', 'ALL']])

    def test_the_next_number_of_a_package_is_not_that_of_the_parcel_before(self):
        box = self.env['stock.package'].create({'name': "CRATE", 'shopify_tracking_ref': 'B1'})
        first, second = self.sell(1, 1), self.sell(2, 1)
        for sale in (first, second):
            sale.picking_ids.move_ids.move_line_ids.result_package_id = box
            self.ship(sale.picking_ids)
            sale.picking_ids.move_ids.move_line_ids.result_package_id = box
        first.picking_ids.move_line_ids.date = '2026-02-01 00:00:00'
        before = self.tasks()
        box.shopify_tracking_ref = 'B2'
        self.assertEqual((self.tasks() - before).mapped('key'), second.shopify_binding_ids.mapped('gid'))
        self.assertEqual([[row[1] for row in rows] for rows in self.tracking(second)[0]], [['B2']])
        self.assertEqual(self.tracking(first)[0], [[]])

    def test_a_number_that_comes_or_changes_later_is_a_task(self):
        sale = self.sell(1, 1)
        sale.picking_ids.shopify_tracking_ref = 'EARLY'
        self.assertFalse(self.tasks())
        self.ship(sale.picking_ids)
        self.assertEqual(len(self.tasks()), 1)
        for number, tasks in (('EARLY', 1), ('LATE', 2), (False, 3)):
            sale.picking_ids.shopify_tracking_ref = number
            self.assertEqual(len(self.tasks()), tasks)
        sale.picking_ids.with_context(shopify_from_shop=True).shopify_tracking_ref = 'THEIRS'
        self.assertEqual(len(self.tasks()), 3)

    def test_what_shopify_knows_of_a_parcel_is_filled_in(self):
        picking = self.ship(self.sell(1, 1).picking_ids)
        before = len(self.tasks())
        picking._shopify_take_tracking([{'company': 'UPS', 'number': '1Z1', 'url': 'https://ups.example/1Z1'}])
        picking._shopify_take_tracking([{'company': 'UPS', 'number': '1Z2', 'url': None}])
        self.assertEqual(picking._shopify_numbers(), ['1Z1', '1Z2'])
        self.assertEqual(len(self.tasks()), before)


class TestServices(DeliveryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.storable('SKU-3', type='service', is_storable=False, invoice_policy='order')

    def test_they_go_with_the_last_goods(self):
        sale = self.sell(1, 2, 1, 1)
        self.ship(sale.picking_ids, 1, 1)
        self.assertEqual(self.units(sale), [[{self.gid(1): 1, self.gid(1, 2): 1}]])
        self.rows(sale).units = {self.gid(1): 1, self.gid(1, 2): 1}
        self.ship(sale.picking_ids.filtered(lambda picking: picking.state != 'done'))
        self.assertEqual(self.units(sale)[1], [{self.gid(1): 1, self.gid(1, 3): 1}])

    def test_an_order_without_goods_is_told_once_it_is_confirmed_and_paid(self):
        sku = [line(13, quantity=2, sku='SKU-3')]
        sale = self.bring_one(number=1, lines=sku)
        self.assertEqual(self.units(sale), [[{self.gid(1, 3): 2}]])
        self.assertFalse(self.rows(sale).picking_id)
        self.bring_one(number=1, lines=sku, updatedAt='2026-11-20T11:00:00Z', note="Hello")
        self.assertEqual(len(self.rows(sale)), 1)
        pending = self.bring_one(number=2, lines=[line(23, sku='SKU-3')], displayFinancialStatus='PENDING')
        pending.action_confirm()
        self.assertFalse(self.rows(pending))

    def test_what_is_held_waits_until_it_is_released(self):
        sale = self.bring_one(number=1, lines=[line(13, sku='SKU-3')], displayFinancialStatus='PENDING')
        binding = sale.shopify_binding_ids
        binding.write({'hold_state': 'held', 'financial_status': 'paid'})
        sale.action_confirm()
        self.assertFalse(self.rows(sale))
        sale.action_shopify_release()
        self.assertEqual(self.units(sale), [[{self.gid(1, 3): 1}]])

    def test_when_the_rest_of_the_goods_is_cancelled_they_are_told_alone(self):
        sale = self.sell(1, 2, 0, 1)
        self.ship(sale.picking_ids.filtered('move_ids'), *([1] + [0] * (len(sale.picking_ids.move_ids) - 1)))
        self.rows(sale).write({'units': {self.gid(1): 1}, 'state': 'sent'})
        sale.picking_ids.filtered(lambda picking: picking.state != 'done').action_cancel()
        self.env['shopify.sync.delivery.services']._note(sale)
        self.assertEqual(self.units(sale)[1], [{self.gid(1, 3): 1}])

    def test_those_that_are_marked_by_hand_are_told_as_often_as_they_are(self):
        self.backend.ship_services = 'delivered'
        sale = self.sell(1, 1, 1, 3)
        self.ship(sale.picking_ids)
        self.assertEqual(self.units(sale), [[{self.gid(1): 1, self.gid(1, 2): 1}]])
        service = sale.order_line.filtered(lambda line: line.product_id == self.service)
        for delivered, expected in ((1, 1), (3, 2)):
            service.qty_delivered = delivered
            row = self.rows(sale)[-1]
            self.assertEqual([dict(parcel.units) for parcel in self.parcels(row)[0]], [{self.gid(1, 3): expected}])
            row.write({'units': {self.gid(1, 3): expected}, 'state': 'sent'})

    def test_a_store_may_leave_them_alone(self):
        self.backend.ship_services = 'never'
        sale = self.sell(1, 1, 0, 1)
        self.ship(sale.picking_ids)
        self.assertNotIn(self.gid(1, 3), self.units(sale)[0][0])


class TestCheap(DeliveryCase):
    def test_the_note_of_a_hundred_lines_takes_milliseconds(self):
        lines = [line(1000 + number, sku='SKU-2') for number in range(100)]
        sale = self.bring_one(number=9, lines=lines)
        picking = self.ship(sale.picking_ids)
        self.env.flush_all()
        seconds = []
        for _try in range(5):
            self.rows(picking).unlink()
            self.env.flush_all()
            began = time.process_time()
            with self.assertQueryCount(6):
                picking._shopify_note_deliveries()
            seconds.append(time.process_time() - began)
        self.assertEqual(len(self.rows(picking)), 1)
        self.assertLess(median(seconds), 0.05)
        began = fields.Datetime.now()
        self.assertEqual(sum(self.units(picking)[0][0].values()), 100)
        self.assertLess((fields.Datetime.now() - began).total_seconds(), 5)

    def test_many_deliveries_are_looked_at_together(self):
        sales = self.env['sale.order']
        for number in range(1, 9):
            sales |= self.sell(number, 1, 1)
        sales.picking_ids.write({'shopify_tracking_ref': 'N1', 'shopify_tracking_company': 'UPS'})
        for picking in sales.picking_ids:
            self.ship(picking)
        self.env.flush_all()
        counts = []
        for rows in (self.rows(sales)[:2], self.rows(sales)):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.parcels(*rows)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 10, counts)


class TestUpgrade(DeliveryCase):
    def test_stores_from_before_tell_nothing_until_somebody_chooses(self):
        path = Path(addon.__path__[0]) / 'migrations/19.0.1.4.0/post-deliveries.py'
        spec = importlib.util.spec_from_file_location('post_deliveries', path)
        migration = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(migration)
        self.env.flush_all()
        migration.migrate(self.env.cr, '19.0.1.3.0')
        self.env.invalidate_all()
        self.assertEqual(
            (
                self.backend.ship_export,
                self.backend.tell_returns,
                self.backend.take_cancelled,
                self.backend.take_returns,
            ),
            (False, False, 'ask', 'none'),
        )
        self.ship(self.sell(1, 1).picking_ids)
        self.assertFalse(self.env['shopify.delivery'].search([('backend_id', '=', self.backend.id)]))
