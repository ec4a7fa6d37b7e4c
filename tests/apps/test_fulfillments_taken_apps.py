"""Parcels that Shopify sends, beside kits, carriers and suppliers who ship themselves."""

from unittest.mock import patch

from odoo.exceptions import UserError

from tests.integration.taken_case import TakenCase, parcel, work
from tests.support.orders import line


class TestKitsTaken(TakenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.frame, cls.wheel = cls.storable('FRAME', 20), cls.storable('WHEEL', 40)
        for product, units in ((cls.frame, 20), (cls.wheel, 40)):
            cls.env['stock.quant']._update_available_quantity(product, cls.second.lot_stock_id, units)
        cls.bike = cls.storable('BIKE', is_storable=False)
        parts = [(0, 0, {'product_id': part.id, 'product_qty': count}) for part, count in ((cls.frame, 1), (cls.wheel, 2))]
        cls.env['mrp.bom'].create(
            {'product_tmpl_id': cls.bike.product_tmpl_id.id, 'type': 'phantom', 'bom_line_ids': parts}
        )
        cls.lines = [line(1, quantity=3, sku='BIKE')]

    def done(self, sale):
        moves = sale.picking_ids.move_ids.filtered(
            lambda move: move.state == 'done' and move.location_dest_id.usage == 'customer'
        )
        return {
            product.default_code: sum(some.mapped('quantity')) for product, some in moves.grouped('product_id').items()
        }

    def test_kits_leave_with_all_their_components(self):
        sale = self.sold(lines=self.lines)
        self.told(parcel(1, {1: 1}), works=[work(1, {1: 2})], lines=self.lines)
        self.assertFalse(self.failures)
        self.assertEqual(self.done(sale), {'FRAME': 1, 'WHEEL': 2})
        self.told(parcel(1, {1: 1}), parcel(2, {1: 2}), lines=self.lines)
        self.assertEqual(self.done(sale), {'FRAME': 3, 'WHEEL': 6})
        self.assertEqual(self.delivered(sale), [3])
        units = [list(row.units.values()) for row in self.env['shopify.delivery'].search([], order='id')]
        self.assertEqual(units, [[1], [2]])

    def test_a_component_that_left_before_does_not_leave_twice(self):
        sale = self.sold(lines=self.lines)
        frames = sale.picking_ids.move_ids.filtered(lambda move: move.product_id == self.frame)
        frames.write({'quantity': 2, 'picked': True})
        (sale.picking_ids.move_ids - frames).picked = False
        sale.picking_ids.with_context(skip_backorder=True).button_validate()
        self.told(parcel(1, {1: 2}), works=[work(1, {1: 1})], lines=self.lines)
        self.assertEqual(self.done(sale), {'FRAME': 2, 'WHEEL': 4})
        self.assertEqual(self.delivered(sale), [2])

    def test_kits_of_one_line_ship_from_two_places_and_move(self):
        sale = self.told(works=[work(1, {1: 2}), work(2, {1: 1}, place=2)], lines=self.lines, status='UNFULFILLED')
        self.assertEqual(self.open_frames(sale), {self.warehouse: 2, self.second: 1})
        self.told(works=[work(1, {1: 1}), work(2, {1: 2}, place=2)], lines=self.lines, status='UNFULFILLED')
        self.assertEqual(self.open_frames(sale), {self.warehouse: 1, self.second: 2})
        self.told(parcel(1, {1: 1}), parcel(2, {1: 2}, place=2), lines=self.lines)
        self.assertEqual(self.done(sale), {'FRAME': 3, 'WHEEL': 6})

    def open_frames(self, sale):
        found = {}
        for move in sale.picking_ids.move_ids.filtered(lambda move: move.state not in ('done', 'cancel')):
            if move.product_id == self.frame:
                found[move.warehouse_id] = found.get(move.warehouse_id, 0) + move.product_uom_qty
        return found

    def test_two_steps_carry_kits_too(self):
        self.warehouse.delivery_steps = 'pick_ship'
        sale = self.sold(lines=self.lines)
        self.told(parcel(1, {1: 2}), works=[work(1, {1: 1})], lines=self.lines)
        self.assertEqual((self.done(sale), self.delivered(sale)), ({'FRAME': 2, 'WHEEL': 4}, [2]))


class TestCarriersTaken(TakenCase):
    def test_the_number_stands_on_the_transfer_and_no_label_is_ordered(self):
        product = self.env['product.product'].create({'name': 'Post', 'type': 'service'})
        carrier = self.env['delivery.carrier'].create({'name': 'Standard', 'product_id': product.id})
        sale = self.sold()
        sale.carrier_id = sale.picking_ids.carrier_id = carrier
        carrier.integration_level = 'rate_and_ship'
        sale.picking_ids.picking_type_id.print_label = True
        with patch.object(type(self.env['stock.picking']), 'send_to_shipper', side_effect=UserError("sent twice")):
            self.told(parcel(1, {1: 3}, tracking=[(None, 'N-1', None)]), works=[work(1, {1: 1})])
        self.assertFalse(self.failures)
        done = sale.picking_ids.filtered(lambda picking: picking.state == 'done')
        rest = sale.picking_ids - done
        self.assertEqual((done.carrier_id, done.carrier_tracking_ref), (carrier, 'N-1'))
        self.assertEqual((rest.carrier_id, rest.carrier_tracking_ref, sale.carrier_id), (carrier, False, carrier))


class TestDropshipTaken(TakenCase):
    def test_a_supplier_who_ships_delivers_the_receipt_of_the_purchase(self):
        vendor = self.env['res.partner'].create({'name': 'Vendor'})
        route = self.env.ref('stock_dropshipping.route_drop_shipping')
        self.storable(
            'DROP', route_ids=[(6, 0, route.ids)], seller_ids=[(0, 0, {'partner_id': vendor.id, 'price': 1.0})]
        )
        lines = [line(1, quantity=3, sku='DROP')]
        sale = self.sold(lines=lines)
        order = self.env['purchase.order'].search([('partner_id', '=', vendor.id)])
        self.told(parcel(1, {1: 1}), works=[work(1, {1: 2})], lines=lines)
        [error] = self.failures.values()
        self.assertIn('Confirm the purchase', error.message)
        self.assertEqual(self.delivered(sale), [0])
        order.button_confirm()
        self.told(parcel(1, {1: 1}), works=[work(1, {1: 2})], lines=lines)
        self.assertEqual(self.delivered(sale), [1])
