"""Parcels that Shopify, a till or a service has sent are delivered in Odoo, each once."""

import importlib.util
from pathlib import Path

from odoo import fields
from odoo.addons import shopify_connector as addon
from odoo.addons.shopify_connector.entities import fulfillment as reading
from odoo.exceptions import UserError

from tests.integration.taken_case import LATER, TakenCase, gid, parcel, work
from tests.support.orders import line


class TestTaken(TakenCase):
    def test_a_parcel_is_a_delivery_and_the_rest_stays_open(self):
        sale = self.sold()
        self.told(parcel(1, {1: 3}), works=[work(1, {1: 1})])
        self.assertFalse(self.failures)
        self.assertEqual(self.left(sale), {'done': 3, 'assigned': 1})
        self.assertEqual(self.parcels(sale).taken, 'done')
        self.assertEqual(self.parcels(sale).picking_ids.state, 'done')
        self.assertIn('parcel_taken', self.trail_codes(sale))

    def test_a_new_order_that_was_shipped_in_two_parcels_has_two_deliveries(self):
        sale = self.told(parcel(1, {1: 1}), parcel(2, {1: 3}))
        self.assertFalse(self.failures)
        self.assertEqual(self.left(sale), {'done': 4})
        self.assertEqual([len(row.picking_ids) for row in self.parcels(sale)], [1, 1])
        self.assertEqual(len(self.parcels(sale).picking_ids), 2)
        self.assertEqual(self.product.with_context(warehouse_id=self.warehouse.id).qty_available, 6)

    def test_what_is_added_and_leaves_before_odoo_hears_of_it_is_delivered(self):
        sale = self.sold()
        lines = [line(1, quantity=4), line(2, quantity=3)]
        self.told(parcel(1, {1: 4, 2: 1}), parcel(2, {2: 2}), lines=lines, edited=True)
        self.assertEqual((self.failures, self.delivered(sale), self.left(sale)), ({}, [4, 3], {'done': 7}))
        rows = self.parcels(sale)
        self.assertEqual((rows.mapped('taken'), all(rows.mapped('picking_ids.shopify_delivery_ids'))), (['done'] * 2, True))
        self.assertEqual(rows.line_ids.sale_line_id, sale.order_line)
        self.told(parcel(1, {1: 4, 2: 1}), parcel(2, {2: 2}), lines=lines, edited=True)
        self.assertEqual(self.left(sale), {'done': 7})

    def test_units_that_are_added_and_leave_before_odoo_hears_of_it_are_delivered(self):
        sale = self.sold()
        for parcels, units in (((parcel(1, {1: 6}),), 6), ((parcel(1, {1: 6}), parcel(2, {1: 2})), 8)):
            self.told(*parcels, lines=[line(1, quantity=units)], edited=True)
            self.assertEqual((self.failures, self.delivered(sale), self.left(sale)), ({}, [units], {'done': units}))
            self.assertEqual(set(self.parcels(sale).mapped('taken')), {'done'})

    def test_what_is_added_to_a_locked_order_and_leaves_is_delivered_once_it_is_on_it(self):
        sale = self.sold()
        sale.action_lock()
        lines = [line(1, quantity=4), line(2, quantity=1)]
        self.told(parcel(1, {1: 4, 2: 1}), lines=lines, edited=True)
        self.assertEqual(([error.code for error in self.failures.values()], self.delivered(sale)), (['changed_late'], [4]))
        sale.action_unlock()
        self.told(parcel(1, {1: 4, 2: 1}), lines=lines, edited=True)
        self.assertEqual((self.failures, self.delivered(sale), self.parcels(sale).taken), ({}, [4, 1], 'done'))

    def test_what_left_before_somebody_confirmed_the_order_is_asked_for(self):
        unpaid = {'displayFinancialStatus': 'PENDING'}
        task = [('backend_id', '=', self.backend.id), ('kind', '=', 'order'), ('state', '=', 'pending')]
        for number, parcels, is_asked in ((1, (), False), (2, (parcel(1, {1: 4}),), True)):
            self.sold(number=number, **unpaid)
            sale = self.told(*parcels, number=number, **unpaid)
            self.assertEqual((sale.state, self.env['shopify.task'].search_count(task)), ('draft', 0))
            sale.action_confirm()
            self.assertEqual(self.env['shopify.task'].search_count(task), int(is_asked))
        self.told(*parcels, number=2, **unpaid)
        self.assertEqual(self.delivered(sale), [4])

    def test_hearing_of_a_parcel_again_delivers_nothing(self):
        sale = self.sold()
        for _time in range(3):
            self.told(parcel(1, {1: 3}), works=[work(1, {1: 1})])
        self.assertEqual(self.delivered(sale), [3])
        self.assertEqual(len(sale.picking_ids), 2)

    def test_shopify_is_not_told_its_own_news(self):
        sale = self.sold()
        self.told(parcel(1, {1: 4}))
        delivery = self.env['shopify.delivery'].search([('sale_order_id', '=', sale.id)])
        self.assertEqual((delivery.origin, delivery.state, delivery.units), ('shopify', 'sent', {gid('LineItem', 1): 4}))
        self.assertEqual(delivery.fulfillment_ids, self.parcels(sale))
        tasks = self.env['shopify.task'].search([('kind', '=', 'delivery'), ('backend_id', '=', self.backend.id)])
        self.assertFalse(tasks)

    def test_a_parcel_leaves_from_the_warehouse_of_its_location(self):
        sale = self.sold(lines=[line(1, quantity=2)])
        works = [work(1, {1: 2}, place=2)]
        self.told(lines=[line(1, quantity=2)], works=works, status='UNFULFILLED')
        self.told(parcel(1, {1: 2}, place=2), lines=[line(1, quantity=2)])
        done = sale.picking_ids.filtered(lambda picking: picking.state == 'done')
        self.assertEqual(done.picking_type_id.warehouse_id, self.second)
        self.assertEqual(self.product.with_context(warehouse_id=self.second.id).qty_available, 8)
        self.assertEqual(self.product.with_context(warehouse_id=self.warehouse.id).qty_available, 10)

    def test_two_and_three_steps_are_gone_through(self):
        for number, steps in enumerate(('pick_ship', 'pick_pack_ship'), 1):
            self.warehouse.delivery_steps = steps
            lines = [line(number, quantity=4)]
            sale = self.sold(number=100 + number, lines=lines)
            self.told(parcel(number, {number: 1}), number=100 + number, works=[work(1, {number: 3})], lines=lines)
            self.assertEqual(self.delivered(sale), [1], steps)
            shipped = (parcel(number, {number: 1}), parcel(9 + number, {number: 3}))
            self.told(*shipped, number=100 + number, lines=lines)
            self.assertFalse(self.failures)
            self.assertEqual(self.delivered(sale), [4], steps)
            self.assertFalse(sale.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel')))

    def test_what_was_packed_already_goes_first(self):
        self.warehouse.delivery_steps = 'pick_ship'
        sale = self.sold()
        pick = sale.picking_ids
        pick.move_ids.write({'quantity': 2, 'picked': True})
        pick.with_context(skip_backorder=True).button_validate()
        self.told(parcel(1, {1: 3}), works=[work(1, {1: 1})])
        self.assertEqual(self.delivered(sale), [3])
        open_units = sum(sale.picking_ids.move_ids.filtered(lambda move: move.state == 'assigned').mapped('product_uom_qty'))
        self.assertEqual(open_units, 1)

    def test_transfers_that_give_up_the_rest_keep_it_all_the_same(self):
        self.warehouse.out_type_id.create_backorder = 'never'
        sale = self.sold()
        self.told(parcel(1, {1: 1}), works=[work(1, {1: 3})])
        self.assertEqual(self.left(sale), {'done': 1, 'assigned': 3})

    def test_a_held_delivery_that_has_left_has_left(self):
        sale = self.sold(risk={'recommendation': 'CANCEL', 'assessments': []})
        self.assertTrue(sale.shopify_hold_message)
        risk = {'recommendation': 'CANCEL', 'assessments': []}
        self.told(parcel(1, {1: 3}), works=[work(1, {1: 1})], risk=risk)
        self.assertFalse(self.failures)
        self.assertEqual(self.delivered(sale), [3])
        self.assertTrue(sale.shopify_hold_message)

    def test_carrier_numbers_stand_on_the_delivery(self):
        sale = self.sold()
        self.told(parcel(1, {1: 4}, tracking=[('UPS', '1Z1', None), ('UPS', '1Z2', None)]))
        self.assertEqual([row['number'] for row in self.parcels(sale).tracking], ['1Z1', '1Z2'])
        picking = self.parcels(sale).picking_ids
        name = 'carrier_tracking_ref' if 'carrier_tracking_ref' in picking._fields else 'shopify_tracking_ref'
        self.assertIn('1Z1', picking[name])
        self.assertIn('1Z2', picking[name])

    def test_a_number_that_changes_in_shopify_changes_on_the_delivery(self):
        sale = self.sold()
        self.told(parcel(1, {1: 4}, tracking=[('UPS', '1Z1', None)]))
        self.told(parcel(1, {1: 4}, tracking=[('UPS', '1Z3', None)]))
        picking = self.parcels(sale).picking_ids
        name = 'carrier_tracking_ref' if 'carrier_tracking_ref' in picking._fields else 'shopify_tracking_ref'
        self.assertEqual(picking[name], '1Z3')

    def test_what_was_refunded_since_it_left_had_left(self):
        sale = self.sold()
        self.told(parcel(1, {1: 4}), lines=[line(1, quantity=4, currentQuantity=1)])
        self.assertEqual(self.delivered(sale), [4])
        self.assertEqual(sale.order_line.product_uom_qty, 4)


class TestRecognised(TakenCase):
    """What Odoo has shipped itself is not shipped twice."""

    def ship(self, sale, units):
        picking = sale.picking_ids.filtered(lambda picking: picking.state == 'assigned')
        picking.move_ids.write({'quantity': units, 'picked': True})
        picking.with_context(skip_backorder=True).button_validate()
        return picking

    def test_shipped_by_hand_on_both_sides_is_one_parcel(self):
        self.backend.ship_export = False
        sale = self.sold()
        picking = self.ship(sale, 3)
        self.told(parcel(1, {1: 3}), works=[work(1, {1: 1})])
        self.assertEqual(self.delivered(sale), [3])
        self.assertEqual((self.parcels(sale).taken, self.parcels(sale).picking_ids), ('done', picking))

    def test_another_parcel_than_the_one_that_odoo_is_telling_is_delivered_as_well(self):
        self.backend.ship_export = True
        sale = self.sold()
        self.ship(sale, 1)
        self.assertEqual(self.env['shopify.delivery'].search([('sale_order_id', '=', sale.id)]).state, 'waiting')
        self.told(parcel(1, {1: 3}), works=[work(1, {1: 1})])
        self.assertEqual(self.delivered(sale), [4])

    def test_parcels_of_both_sides_that_cannot_all_be_different_ones_are_shared_out(self):
        """Odoo ships two of four and is going to tell; Shopify ships three: two of them Odoo did not know."""
        self.backend.ship_export = True
        sale = self.sold()
        picking = self.ship(sale, 2)
        self.told(parcel(1, {1: 3}), works=[work(1, {1: 1})])
        row = self.parcels(sale)
        self.assertFalse(self.failures)
        self.assertEqual((self.delivered(sale), row.taken), ([4], 'no'))
        self.assertEqual(row._get_untaken(), {gid('LineItem', 1): 1})
        row._add_taken({gid('LineItem', 1): 1}, picking)
        self.assertEqual((row.taken, len(row.picking_ids)), ('done', 2))
        self.told(parcel(1, {1: 3}), works=[work(1, {1: 1})])
        self.assertEqual(self.delivered(sale), [4])

    def test_what_was_adopted_of_a_parcel_is_not_delivered_again(self):
        self.backend.ship_export = True
        sale = self.sold()
        picking = self.ship(sale, 2)
        binding = sale.shopify_binding_ids
        state = reading.State(gid=binding.gid, fulfillments=(parcel(1, {1: 3}),))
        row = self.env['shopify.sync.fulfillment']._note(binding, state)
        row._add_taken({gid('LineItem', 1): 1}, picking)
        self.told(parcel(1, {1: 3}), works=[work(1, {1: 1})])
        self.assertEqual((self.delivered(sale), row.taken), ([4], 'done'))

    def test_a_fulfilment_that_odoo_has_made_is_known_by_its_step(self):
        self.backend.ship_export = True
        sale = self.sold()
        picking = self.ship(sale, 3)
        delivery = self.env['shopify.delivery'].search([('picking_id', '=', picking.id)])
        step = self.env['shopify.delivery.step']._plan(sale.shopify_binding_ids, 'create', {'input': 1}, delivery=delivery)
        step._set_done(gid('Fulfillment', 1))
        self.told(parcel(1, {1: 3}), works=[work(1, {1: 1})])
        row = self.parcels(sale)
        self.assertEqual((row.origin, row.taken, row.delivery_id, row.picking_ids), ('odoo', 'done', delivery, picking))
        self.assertEqual(self.delivered(sale), [3])

    def test_nothing_is_taken_while_a_delivery_may_just_have_made_it(self):
        sale = self.sold()
        step = self.env['shopify.delivery.step']._plan(sale.shopify_binding_ids, 'create', {'input': 1})
        step._set_sending()
        self.told(parcel(1, {1: 3}), works=[work(1, {1: 1})])
        self.assertEqual([error.code for error in self.failures.values()], ['unavailable'])
        self.assertEqual(self.delivered(sale), [0])
        step._set_missing()
        self.told(parcel(1, {1: 3}), works=[work(1, {1: 1})])
        self.assertEqual(self.delivered(sale), [3])

    def test_a_return_of_a_parcel_does_not_make_it_unshipped(self):
        sale = self.sold()
        self.told(parcel(1, {1: 4}))
        wizard = self.env['stock.return.picking'].create({'picking_id': sale.picking_ids.id})
        wizard.product_return_moves.write({'quantity': 2, 'to_refund': True})
        back = wizard._create_return()
        back.move_ids.picked = True
        back.with_context(shopify_from_shop=True).button_validate()
        self.assertEqual(self.delivered(sale), [2])
        self.told(parcel(1, {1: 4}))
        self.assertEqual(self.delivered(sale), [2])

    def test_what_left_before_the_store_was_connected_moves_no_stock(self):
        sale = self.sold()
        early = '2025-12-31T00:00:00Z'
        self.told(parcel(1, {1: 3}, shipped_at=early), works=[work(1, {1: 1})])
        self.assertEqual(self.left(sale), {'assigned': 1})
        self.assertEqual(self.product.with_context(warehouse_id=self.warehouse.id).qty_available, 10)
        lines = [line(1, quantity=6)]
        self.told(parcel(1, {1: 3}, shipped_at=early), works=[work(1, {1: 3})], lines=lines)
        self.assertEqual(self.left(sale), {'assigned': 3})


    def test_what_odoo_has_delivered_of_a_parcel_from_before_is_not_given_up_a_second_time(self):
        self.backend.ship_export = False
        lines = [line(1, quantity=5)]
        sale = self.sold(lines=lines)
        picking = self.ship(sale, 2)
        early = parcel(1, {1: 2}, shipped_at='2025-12-31T00:00:00Z')
        for _time in range(2):
            self.told(early, works=[work(1, {1: 3})], lines=lines)
            self.assertEqual(self.left(sale), {'done': 2, 'assigned': 3})
        self.assertEqual((self.parcels(sale).taken, self.parcels(sale).picking_ids), ('done', picking))

    def test_of_a_parcel_from_before_only_what_odoo_has_not_delivered_is_given_up(self):
        self.backend.ship_export = False
        lines = [line(1, quantity=5)]
        sale = self.sold(lines=lines)
        self.ship(sale, 1)
        early = parcel(1, {1: 2}, shipped_at='2025-12-31T00:00:00Z')
        for _time in range(2):
            self.told(early, works=[work(1, {1: 3})], lines=lines)
            self.assertEqual(self.left(sale), {'done': 1, 'assigned': 3})
        self.assertEqual(self.parcels(sale).taken, 'ignored')


class TestUpgraded(TakenCase):
    """Parcels from before the upgrade: as they were treated then, and nobody is asked about them."""

    def setUp(self):
        super().setUp()
        self.backend.take_since = '2026-11-20 14:30:00'

    def later(self, number, units):
        return parcel(number, units, shipped_at='2026-11-20T15:00:00Z')

    def test_the_upgrade_notes_its_moment(self):
        path = Path(addon.__path__[0]) / 'migrations/19.0.1.4.0/post-parcels.py'
        spec = importlib.util.spec_from_file_location('post_parcels', path)
        migration = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(migration)
        self.env.flush_all()
        migration.migrate(self.env.cr, '19.0.1.3.0')
        self.env.invalidate_all()
        self.assertLess(abs((fields.Datetime.now() - self.backend.take_since).total_seconds()), 3600)

    def test_a_new_store_takes_over_whatever_it_is_told(self):
        self.assertFalse(self.backend.copy({'name': 'New', 'shop_domain': 'new.myshopify.com'}).take_since)

    def test_what_odoo_has_no_transfer_for_is_nobodys_business_any_more(self):
        sale = self.sold()
        sale.picking_ids.action_cancel()
        self.here.take_shipped = 'ask'
        for _time in range(2):
            self.told(parcel(1, {1: 4}))
            self.assertFalse(self.failures)
        self.assertEqual((self.delivered(sale), self.parcels(sale).taken), ([0], 'ignored'))

    def test_a_part_of_an_order_moves_no_stock_until_all_of_it_has_left(self):
        sale = self.sold()
        self.told(parcel(1, {1: 1}), works=[work(1, {1: 3})])
        self.assertEqual((self.delivered(sale), self.parcels(sale).taken), ([0], 'no'))
        self.told(parcel(1, {1: 1}), self.later(2, {1: 2}), works=[work(1, {1: 1})])
        self.assertEqual((self.delivered(sale), self.parcels(sale).mapped('taken')), ([2], ['no', 'done']))
        self.told(parcel(1, {1: 1}), self.later(2, {1: 2}), self.later(3, {1: 1}))
        self.assertFalse(self.failures)
        self.assertEqual((self.delivered(sale), set(self.parcels(sale).mapped('taken'))), ([4], {'done'}))

    def test_what_was_delivered_by_hand_is_no_later_parcel(self):
        self.backend.ship_export = False
        sale = self.sold()
        sale.picking_ids.move_ids.write({'quantity': 1, 'picked': True})
        sale.picking_ids.with_context(skip_backorder=True).button_validate()
        self.told(parcel(1, {1: 1}), self.later(2, {1: 1}), works=[work(1, {1: 2})])
        self.assertEqual((self.delivered(sale), self.parcels(sale).mapped('taken')), ([2], ['done', 'done']))

    def test_an_order_that_has_left_is_delivered_whatever_the_stock_says(self):
        rare = self.storable('RARE-2', 1)
        lines = [line(7, quantity=3, sku='RARE-2')]
        sale = self.sold(lines=lines)
        self.told(parcel(1, {7: 3}), lines=lines)
        self.assertFalse(self.failures)
        self.assertEqual((self.delivered(sale), rare.qty_available), ([3], -2))


class TestTakenOff(TakenCase):
    """Parcels of orders of which something came back, or was taken off, before Odoo heard of the parcel."""

    def changed(self, quantity, current, unfulfilled):
        return [line(1, quantity=quantity, currentQuantity=current, unfulfilledQuantity=unfulfilled)]

    def test_what_came_back_first_is_not_delivered_and_the_rest_stays_open(self):
        lines = self.changed(4, 1, 1)
        sale = self.told(parcel(1, {1: 3}), works=[work(1, {1: 1})], lines=lines)
        self.assertFalse(self.failures)
        self.assertEqual((self.left(sale), self.parcels(sale).taken), ({'assigned': 1}, 'ignored'))
        self.told(parcel(1, {1: 3}), parcel(2, {1: 1}), lines=self.changed(4, 1, 0))
        self.assertEqual((self.left(sale), self.parcels(sale).mapped('taken')), ({'done': 1}, ['ignored', 'done']))

    def test_what_was_refunded_of_what_left_asks_nobody_while_the_rest_is_held(self):
        held = work(2, {1: 2}, status='ON_HOLD', holds=[('INCORRECT_ADDRESS', "Incorrect address")])
        sale = self.told(parcel(1, {1: 2}), works=[held], status='ON_HOLD', lines=self.changed(4, 4, 2))
        self.assertEqual(self.delivered(sale), [2])
        self.told(parcel(1, {1: 2}), works=[held], status='ON_HOLD', lines=self.changed(4, 3, 2))
        self.assertEqual((self.failures, sale.order_line.product_uom_qty), ({}, 4))

    def test_what_was_taken_off_hides_no_parcel_that_odoo_has_no_transfer_for(self):
        lines = self.changed(5, 4, 1)
        sale = self.sold(lines=lines)
        sale.picking_ids.action_cancel()
        self.told(parcel(1, {1: 3}), works=[work(1, {1: 1})], lines=lines)
        [error] = self.failures.values()
        self.assertEqual((error.code, self.parcels(sale).taken), ('not_shipped', 'no'))
        self.assertTrue(self.parcels(sale).proposal)


class TestProposals(TakenCase):
    """What Odoo cannot do is a task with a way out, and the order is not stuck."""

    def setUp(self):
        super().setUp()
        self.rare = self.storable('RARE-1', 1)
        self.lines = [line(7, quantity=3, sku='RARE-1')]

    def short(self, **values):
        sale = self.sold(lines=self.lines, **values)
        self.told(parcel(1, {7: 3}), lines=self.lines, **values)
        return sale

    def test_missing_stock_is_told_with_what_can_be_done(self):
        self.env['stock.quant']._update_available_quantity(self.rare, self.second.lot_stock_id, 5)
        sale = self.short()
        [error] = self.failures.values()
        self.assertEqual(error.code, 'not_shipped')
        self.assertIn('2 × [RARE-1]', error.message)
        row = self.parcels(sale)
        self.assertEqual((row.taken, self.delivered(sale)), ('no', [0]))
        self.assertIn('Second has 5', row.proposal)
        self.assertIn('Validate Anyway', row.proposal)

    def test_validate_anyway_lets_the_stock_become_negative(self):
        sale = self.short()
        self.parcels(sale).action_take_validate()
        self.told(parcel(1, {7: 3}), lines=self.lines)
        self.assertFalse(self.failures)
        self.assertEqual((self.delivered(sale), self.rare.qty_available), ([3], -2))
        self.assertFalse(self.parcels(sale).message or self.parcels(sale).proposal)

    def test_a_location_may_always_deliver(self):
        self.here.missing_stock = 'negative'
        sale = self.short()
        self.assertEqual(self.delivered(sale), [3])

    def test_goods_that_are_promised_to_another_order_have_left_all_the_same(self):
        self.env['stock.quant']._update_available_quantity(self.rare, self.warehouse.lot_stock_id, 2)
        other = self.sold(number=1002, lines=[line(8, quantity=3, sku='RARE-1')])
        sale = self.short()
        self.assertFalse(self.failures)
        self.assertEqual(self.delivered(sale), [3])
        self.assertEqual(other.picking_ids.state, 'confirmed')

    def test_a_till_has_sold_what_it_has_sold(self):
        sale = self.short(retailLocation={'id': gid('Location', 1)}, sourceName='pos')
        self.assertEqual(self.delivered(sale), [3])

    def test_what_a_till_sells_and_another_location_sends_follows_that_location(self):
        self.there.take_shipped = 'ignore'
        till = {'retailLocation': {'id': gid('Location', 1)}, 'sourceName': 'pos'}
        sale = self.sold(**till)
        self.told(parcel(1, {1: 4}, place=2), **till)
        self.assertEqual((self.parcels(sale).taken, self.delivered(sale)), ('ignored', [0]))

    def test_lots_that_nobody_knows_are_asked_for(self):
        lot = self.storable('LOT-1', tracking='lot')
        number = self.env['stock.lot'].create({'product_id': lot.id, 'name': 'L-77'})
        lines = [line(7, quantity=1, sku='LOT-1')]
        self.sold(lines=lines)
        self.here.missing_stock = 'negative'
        sale = self.told(parcel(1, {7: 1}), lines=lines)
        [error] = self.failures.values()
        self.assertIn('lots or serial numbers', error.message)
        self.env['stock.quant']._update_available_quantity(lot, self.warehouse.lot_stock_id, 4, lot_id=number)
        sale = self.told(parcel(1, {7: 1}), lines=lines)
        self.assertFalse(self.failures)
        self.assertEqual(sale.picking_ids.move_line_ids.lot_id, number)

    def test_a_location_that_asks_asks_and_one_that_is_ignored_is_ignored(self):
        self.here.take_shipped = 'ask'
        sale = self.sold()
        self.told(parcel(1, {1: 4}))
        self.assertEqual([error.code for error in self.failures.values()], ['not_shipped'])
        self.parcels(sale).action_take_validate()
        self.told(parcel(1, {1: 4}))
        self.assertEqual(self.delivered(sale), [4])
        self.here.take_shipped = 'ignore'
        other = self.sold(number=1002, lines=[line(2, quantity=4)])
        self.told(parcel(2, {2: 4}), number=1002, lines=[line(2, quantity=4)])
        self.assertFalse(self.failures)
        self.assertEqual((self.delivered(other), self.parcels(other).taken), ([0], 'ignored'))

    def test_a_person_may_take_it_over_or_leave_it(self):
        sale = self.short()
        row = self.parcels(sale)
        row.action_take_by_hand()
        self.told(parcel(1, {7: 3}), lines=self.lines)
        self.assertFalse(self.failures)
        row.action_take_ignore()
        self.assertEqual(row.taken, 'ignored')
        row.action_take_validate()
        self.told(parcel(1, {7: 3}), lines=self.lines)
        with self.assertRaises(UserError):
            row.action_take_ignore()

    def test_the_task_is_settled_with_the_parcel(self):
        sale = self.short()
        task = self.backend._enqueue('order', sale.shopify_binding_ids.gid)
        task._set_failed('not_shipped', 'x')
        self.env['stock.quant']._update_available_quantity(self.rare, self.warehouse.lot_stock_id, 2)
        self.told(parcel(1, {7: 3}), lines=self.lines)
        self.assertEqual((self.delivered(sale), task.state), ([3], 'skipped'))

    def test_one_parcel_that_odoo_cannot_deliver_holds_up_no_other(self):
        lines = [*self.lines, line(1, quantity=2)]
        sale = self.sold(lines=lines)
        self.told(parcel(1, {7: 3}), parcel(2, {1: 2}), lines=lines)
        self.assertEqual(self.delivered(sale), [0, 2])

    def test_a_delivery_that_somebody_has_cancelled_is_asked_for(self):
        sale = self.sold()
        sale.picking_ids.action_cancel()
        self.told(parcel(1, {1: 4}))
        [error] = self.failures.values()
        self.assertIn('no transfer', error.message)
        self.parcels(sale).action_take_ignore()
        self.told(parcel(1, {1: 4}))
        self.assertFalse(self.failures)

    def test_one_that_was_called_back_before_is_forgotten(self):
        sale = self.sold()
        self.told(parcel(1, {1: 4}, status='CANCELLED'), works=[work(1, {1: 4})], status='UNFULFILLED')
        self.assertEqual((self.delivered(sale), self.parcels(sale).taken), ([0], 'ignored'))


class TestPlaces(TakenCase):
    """Orders that ship from several places."""

    def units(self, sale):
        """``{warehouse: units}`` that are open."""
        found = {}
        for move in sale.picking_ids.move_ids.filtered(lambda move: move.state not in ('done', 'cancel')):
            found[move.warehouse_id] = found.get(move.warehouse_id, 0) + move.product_uom_qty
        return found

    def test_each_line_ships_from_where_shopify_says_and_so_does_each_unit(self):
        works = [work(1, {1: 3, 2: 1}), work(2, {1: 1}, place=2)]
        sale = self.told(works=works, lines=[line(1, quantity=4), line(2, quantity=1)], status='UNFULFILLED')
        self.assertFalse(self.failures)
        self.assertEqual(self.units(sale), {self.warehouse: 4, self.second: 1})
        self.assertEqual(sale.order_line.mapped('product_uom_qty'), [4, 1])
        self.assertIn('places', self.trail_codes(sale))
        self.told(parcel(1, {1: 3, 2: 1}), parcel(2, {1: 1}, place=2), lines=[line(1, quantity=4), line(2, quantity=1)])
        self.assertEqual(self.delivered(sale), [4, 1])
        here, there = self.parcels(sale)
        self.assertEqual(there.picking_ids.picking_type_id.warehouse_id, self.second)

    def test_parts_at_one_place_ship_from_its_warehouse(self):
        works = [work(1, {1: 3}, place=2), work(2, {1: 1}, place=2)]
        sale = self.told(works=works, status='UNFULFILLED')
        self.assertEqual(sale.warehouse_id, self.second)
        self.assertEqual(self.units(sale), {self.second: 4})

    def test_a_part_that_is_moved_before_it_was_picked_moves_in_odoo(self):
        sale = self.told(works=[work(1, {1: 4})], status='UNFULFILLED')
        self.told(works=[work(1, {1: 3}), work(2, {1: 1}, place=2)], status='UNFULFILLED')
        self.assertEqual(self.units(sale), {self.warehouse: 3, self.second: 1})
        self.assertIn('moved', self.trail_codes(sale))
        self.told(works=[work(2, {1: 4}, place=2)], status='UNFULFILLED')
        self.assertEqual(self.units(sale), {self.second: 4})
        self.told(works=[work(3, {1: 4})], status='UNFULFILLED')
        self.assertEqual(self.units(sale), {self.warehouse: 4})
        self.assertEqual(sale.order_line.product_uom_qty, 4)
        self.assertEqual(self.product.free_qty, 16)

    def test_steps_move_as_long_as_nobody_has_begun(self):
        self.warehouse.delivery_steps = self.second.delivery_steps = 'pick_ship'
        sale = self.told(works=[work(1, {1: 4})], status='UNFULFILLED')
        pick = sale.picking_ids
        pick.move_ids.write({'quantity': 1, 'picked': True})
        pick.with_context(skip_backorder=True).button_validate()
        self.told(works=[work(2, {1: 4}, place=2)], status='UNFULFILLED')
        self.assertEqual(self.units(sale), {self.warehouse: 1, self.second: 3})
        self.assertIn('moved_late', self.trail_codes(sale))
        self.told(parcel(1, {1: 4}, place=2))
        self.assertEqual(self.delivered(sale), [4])

    def test_more_and_fewer_units_find_their_place(self):
        self.told(works=[work(1, {1: 3}), work(2, {1: 1}, place=2)], status='UNFULFILLED')
        works = [work(1, {1: 3}), work(2, {1: 3}, place=2)]
        sale = self.told(works=works, lines=[line(1, quantity=6)], status='UNFULFILLED')
        self.assertEqual(self.units(sale), {self.warehouse: 3, self.second: 3})
        fewer = [line(1, quantity=6, currentQuantity=4)]
        self.told(works=[work(1, {1: 1}), work(2, {1: 3}, place=2)], lines=fewer, status='UNFULFILLED')
        self.assertEqual(self.units(sale), {self.warehouse: 1, self.second: 3})

    def test_a_line_that_is_added_ships_from_where_the_order_went(self):
        self.told(works=[work(1, {1: 4})], status='UNFULFILLED')
        self.told(works=[work(1, {1: 4}, place=2)], status='UNFULFILLED')
        lines = [line(1, quantity=4), line(2, quantity=1)]
        sale = self.told(works=[work(1, {1: 4, 2: 1}, place=2)], lines=lines, status='UNFULFILLED')
        self.assertEqual(self.units(sale), {self.second: 5})

    def test_a_warehouse_that_a_person_chose_stays(self):
        sale = self.told(works=[work(1, {1: 4})], status='UNFULFILLED', displayFinancialStatus='PENDING')
        sale.warehouse_id = self.second
        sale = self.told(works=[work(1, {1: 4})], status='UNFULFILLED')
        self.assertEqual(self.units(sale), {self.second: 4})

    def test_a_warehouse_that_a_person_chose_stays_when_units_change_and_lines_are_added(self):
        sale = self.told(works=[work(1, {1: 4})], status='UNFULFILLED', displayFinancialStatus='PENDING')
        sale.warehouse_id = self.second
        self.told(works=[work(1, {1: 4})], status='UNFULFILLED')
        fewer = [line(1, quantity=4, currentQuantity=3)]
        self.told(works=[work(1, {1: 3})], lines=fewer, status='UNFULFILLED')
        self.assertEqual(self.units(sale), {self.second: 3})
        self.told(works=[work(1, {1: 5})], lines=[line(1, quantity=5)], status='UNFULFILLED')
        self.assertEqual(self.units(sale), {self.second: 5})
        lines = [line(1, quantity=5), line(2, quantity=1)]
        self.told(works=[work(1, {1: 5, 2: 1})], lines=lines, status='UNFULFILLED')
        self.assertEqual(self.units(sale), {self.second: 6})
        works = [work(1, {1: 3, 2: 1}), work(2, {1: 2}, place=2)]
        self.told(works=works, lines=lines, status='UNFULFILLED')
        self.assertEqual(self.units(sale), {self.warehouse: 3, self.second: 3})

    def test_a_rule_for_all_has_its_warehouse(self):
        self.env['shopify.order.rule'].create(
            {'backend_id': self.backend.id, 'name': 'All', 'warehouse_id': self.second.id}
        )
        sale = self.told(works=[work(1, {1: 3}), work(2, {1: 1}, place=2)], status='UNFULFILLED')
        self.assertEqual(self.units(sale), {self.second: 4})

    def test_sales_are_taken_off_the_level_of_their_place(self):
        self.backend.stock_export = True
        self.told(works=[work(1, {1: 3}), work(2, {1: 1}, place=2)], status='UNFULFILLED')
        rows = self.env['shopify.level.sale'].search([('backend_id', '=', self.backend.id), ('quantity', '>', 0)])
        self.assertEqual(
            sorted((row.location_gid, row.quantity) for row in rows), [(gid('Location', 1), 3), (gid('Location', 2), 1)]
        )

    def test_a_quotation_holds_its_units_where_they_will_ship(self):
        unpaid = {'displayFinancialStatus': 'PENDING', 'status': 'UNFULFILLED'}
        self.told(works=[work(1, {1: 3}), work(2, {1: 1}, place=2)], **unpaid)
        quantity = self.env['shopify.sync.quantity']
        for warehouse, units in ((self.warehouse, 3), (self.second, 1)):
            self.assertEqual(quantity._get_held(self.product, warehouse), {self.product.id: units})


class TestHolds(TakenCase):
    REASONS = (('INCORRECT_ADDRESS', 'Incorrect address'),)

    def test_what_shopify_holds_is_held_and_let_go_with_it(self):
        sale = self.sold()
        self.told(works=[work(1, {1: 4}, status='ON_HOLD', holds=self.REASONS)], status='ON_HOLD')
        self.assertIn('Incorrect address', sale.picking_ids.shopify_hold_message)
        with self.assertRaisesRegex(UserError, 'held in Shopify'):
            sale.picking_ids.button_validate()
        self.told(works=[work(1, {1: 4})], status='UNFULFILLED')
        self.assertFalse(sale.picking_ids.shopify_hold_message)
        self.assertTrue(sale.picking_ids.button_validate())

    def test_a_part_that_is_held_holds_only_its_own_delivery(self):
        lines = [line(1, quantity=2), line(2, quantity=1)]
        works = [work(1, {1: 2}), work(2, {2: 1}, place=2, status='ON_HOLD', holds=self.REASONS)]
        sale = self.told(works=works, lines=lines, status='UNFULFILLED')
        held = {picking.picking_type_id.warehouse_id: bool(picking.shopify_hold_message) for picking in sale.picking_ids}
        self.assertEqual(held, {self.warehouse: False, self.second: True})

    def test_without_a_scope_for_its_parts_the_whole_order_says_so(self):
        sale = self.sold()
        self.bring_one(lines=[line(1, quantity=4)], displayFulfillmentStatus='ON_HOLD', updatedAt=LATER)
        self.assertTrue(sale.shopify_hold_message)
        self.bring_one(lines=[line(1, quantity=4)], displayFulfillmentStatus='UNFULFILLED', updatedAt=LATER)
        self.assertTrue(sale.shopify_hold_message)

    def test_a_hold_of_which_nobody_hears_the_end_is_looked_at_again(self):
        sale = self.sold()
        self.told(works=[work(1, {1: 4}, status='ON_HOLD', holds=self.REASONS)], status='ON_HOLD')
        binding = sale.shopify_binding_ids
        orders, tasks = self.backend.env['shopify.sync.order'], self.env['shopify.task']
        asked = [('kind', '=', 'order'), ('key', '=', binding.gid), ('state', '=', 'pending')]
        orders._look_again_at_holds(self.backend)
        self.assertFalse(tasks.search(asked))
        binding.held_at = '2026-01-01'
        orders._look_again_at_holds(self.backend)
        self.assertTrue(tasks.search(asked))
        self.assertEqual(orders._wanting_states(self.backend, [{'id': binding.gid}]), [binding.gid])

    def test_deliveries_that_waited_for_it_are_told_then(self):
        sale = self.sold()
        self.told(works=[work(1, {1: 4}, status='ON_HOLD', holds=self.REASONS)], status='ON_HOLD')
        self.env['shopify.delivery'].create(
            {
                'backend_id': self.backend.id,
                'order_binding_id': sale.shopify_binding_ids.id,
                'picking_id': sale.picking_ids.id,
                'state': 'held',
            }
        )
        self.told(works=[work(1, {1: 4})], status='UNFULFILLED')
        tasks = self.env['shopify.task'].search([('kind', '=', 'delivery'), ('key', '=', gid('Order', 1001))])
        self.assertEqual(len(tasks), 1)
