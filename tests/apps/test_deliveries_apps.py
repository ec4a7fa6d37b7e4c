"""Kits, dropshipping, batches and carriers: what leaves by way of other apps is told like anything else."""

from unittest.mock import patch

from odoo.tests import new_test_user

from tests.integration.delivery_case import DeliveryCase
from tests.support.orders import line, order


class KitCase(DeliveryCase):
    """A bike of a frame and two wheels is sold as SKU-3."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.frame, cls.wheel = cls.storable('FRAME', 50), cls.storable('WHEEL', 50)
        cls.bike = cls.kit('SKU-3', (cls.frame, 1), (cls.wheel, 2))

    @classmethod
    def kit(cls, sku, *parts, **values):
        product = cls.storable(sku, is_storable=False)
        cls.env['mrp.bom'].create(
            {
                'product_tmpl_id': product.product_tmpl_id.id,
                'type': 'phantom',
                'bom_line_ids': [(0, 0, {'product_id': part.id, 'product_qty': units}) for part, units in parts],
                **values,
            }
        )
        return product

    def sell_kits(self, number, quantity, sku='SKU-3'):
        return self.bring_one(number=number, lines=[line(number, quantity=quantity, sku=sku)])

    def take(self, picking, **amounts):
        """Validate with ``amounts`` of the products with these SKUs, nothing of the others."""
        moves = picking.move_ids.filtered(lambda move: move.state not in ('done', 'cancel'))
        return self.ship(picking, *[amounts.get(move.product_id.default_code, 0) for move in moves])

    def open(self, sale):
        return sale.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel'))

    def counts(self, sale):
        """Units told by each delivery."""
        return [sum(sum(units.values()) for units in parcels) for parcels in self.units(sale)]


class TestKits(KitCase):
    def test_a_kit_is_told_when_its_last_component_leaves(self):
        sale = self.sell_kits(1, 3)
        self.take(self.open(sale), FRAME=2, WHEEL=3)
        self.take(self.open(sale), WHEEL=1)
        self.take(self.open(sale), FRAME=1, WHEEL=2)
        self.assertEqual(self.counts(sale), [1, 1, 1])
        self.assertEqual(sale.order_line.filtered('shopify_line_gid').qty_delivered, 3)

    def test_as_many_as_odoo_itself_counts_after_each_delivery(self):
        sale = self.sell_kits(1, 4)
        row = sale.order_line.filtered('shopify_line_gid')
        for amounts in ({'FRAME': 3}, {'WHEEL': 5}, {'FRAME': 1, 'WHEEL': 1}, {'WHEEL': 2}):
            self.take(self.open(sale), **amounts)
            self.assertEqual(sum(self.counts(sale)), row.qty_delivered)
        self.assertEqual(row.qty_delivered, 4)

    def test_kits_in_kits_and_kits_of_several(self):
        self.kit('BUNDLE', (self.bike, 2), (self.storable('LOCK', 50), 1))
        self.kit('DOZEN', (self.wheel, 3), product_qty=12)
        bundle = self.sell_kits(1, 2, 'BUNDLE')
        self.take(self.open(bundle), FRAME=2, WHEEL=4, LOCK=2)
        self.take(self.open(bundle), FRAME=2, WHEEL=4)
        self.assertEqual(self.counts(bundle), [1, 1])
        dozen = self.sell_kits(2, 24, 'DOZEN')
        self.take(self.open(dozen), WHEEL=3)
        self.take(self.open(dozen), WHEEL=3)
        self.assertEqual(self.counts(dozen), [12, 12])

    def test_kits_that_leave_in_steps_are_told_with_the_last(self):
        self.warehouse.delivery_steps = 'pick_ship'
        sale = self.sell_kits(1, 2)
        self.take(self.open(sale), FRAME=2, WHEEL=2)
        self.assertFalse(self.rows(sale))
        for picking in self.open(sale).sorted('id'):
            self.ship(picking)
        for picking in self.open(sale):
            self.ship(picking)
        self.assertEqual(sum(self.counts(sale)), 2)

    def test_a_kit_that_was_sold_before_its_bill_changed_is_told_with_the_last_goods(self):
        sale = self.sell_kits(1, 2)
        self.take(self.open(sale), FRAME=2, WHEEL=2)
        bill = self.env['mrp.bom'].search([('product_tmpl_id', '=', self.bike.product_tmpl_id.id)])
        bill.bom_line_ids.filtered(lambda row: row.product_id == self.wheel).unlink()
        bill.bom_line_ids = [(0, 0, {'product_id': self.storable('LOCK').id, 'product_qty': 1})]
        self.take(self.open(sale), WHEEL=2)
        self.assertEqual(self.counts(sale), [0, 2])

    def test_half_a_kit_is_nothing_and_whole_kits_come_back(self):
        sale = self.sell_kits(1, 2)
        picking = self.ship(self.open(sale))
        wizard = self.env['stock.return.picking'].with_context(active_id=picking.id, active_model='stock.picking').create({})
        for row in wizard.product_return_moves:
            row.quantity = 1 if row.product_id == self.frame else 3
        back = self.env['stock.picking'].browse(wizard.action_create_returns()['res_id'])
        self.ship(back)
        self.assertEqual(self.units(back), [[{'gid://shopify/LineItem/1': 1}]])

    def test_half_a_kit_that_left_before_the_order_was_cancelled_is_said_until_it_is_back(self):
        sale = self.sell_kits(1, 1)
        self.take(self.open(sale), FRAME=1)
        gone = order(1, lines=[line(1, sku='SKU-3', currentQuantity=0)], cancelledAt='2026-11-20T12:00:00Z')
        failures = self.env['shopify.sync.order']._upsert(self.backend, [gone])
        self.assertEqual([error.code for error in failures.values()], ['cancelled_late'])
        self.assertEqual(self.open(sale).move_ids.mapped('location_dest_id.usage'), ['internal'])
        self.ship(self.open(sale))
        self.assertFalse(self.env['shopify.sync.order']._upsert(self.backend, [gone]))
        self.assertEqual((sale.state, self.frame.qty_available), ('cancel', 50))

    def test_the_numbers_of_a_kit_in_two_boxes_go_together(self):
        sale = self.sell_kits(1, 1)
        boxes = self.env['stock.package'].create(
            [{'name': "BOX1", 'shopify_tracking_ref': 'B1'}, {'name': "BOX2", 'shopify_tracking_ref': 'B2'}]
        )
        for move, box in zip(self.open(sale).move_ids, boxes, strict=True):
            move.move_line_ids.result_package_id = box
        self.ship(self.open(sale))
        (parcel,) = self.parcels(self.rows(sale))[0]
        self.assertEqual([row.number for row in parcel.tracking], ['B1', 'B2'])


class TestDropship(KitCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor = cls.env['res.partner'].create({'name': "Vendor"})
        cls.route = cls.env.ref('stock_dropshipping.route_drop_shipping')
        cls.dropped(cls.second)

    @classmethod
    def dropped(cls, products):
        products.write(
            {'route_ids': [(6, 0, cls.route.ids)], 'seller_ids': [(0, 0, {'partner_id': cls.vendor.id, 'price': 1.0})]}
        )

    def order_goods(self, sale):
        sale._get_purchase_orders().button_confirm()
        return sale.picking_ids.filtered(lambda picking: picking.is_dropship and picking.state not in ('done', 'cancel'))

    def test_what_the_supplier_ships_is_told_where_shopify_assigned_it(self):
        sale = self.sell(1, 1, 3)
        drop = self.order_goods(sale)
        self.ship(drop, 2)
        self.ship(self.open(sale).filtered('is_dropship'), 1)
        self.ship(self.open(sale))
        self.assertEqual(
            self.units(sale), [[{self.gid(1, 2): 2}], [{self.gid(1, 2): 1}], [{self.gid(1): 1}]]
        )
        places = [parcels[0].places for parcels in self.parcels(*self.rows(sale))]
        self.assertEqual(places, [(), (), (self.place.gid,)])

    def test_services_wait_for_goods_that_are_not_ordered_from_the_supplier_yet(self):
        self.storable('SKU-9', type='service', is_storable=False, invoice_policy='order')
        sale = self.bring_one(
            number=1, lines=[line(11, sku='SKU-1'), line(12, sku='SKU-2'), line(19, sku='SKU-9')]
        )
        self.ship(self.open(sale))
        self.assertEqual(self.units(sale), [[{self.gid(1): 1}]])
        self.ship(self.order_goods(sale))
        self.assertEqual(self.units(sale)[1], [{self.gid(1, 2): 1, self.gid(1, 9): 1}])

    def test_a_kit_from_the_supplier_is_told_when_it_is_complete(self):
        self.dropped(self.frame | self.wheel)
        sale = self.sell_kits(1, 2)
        self.take(self.order_goods(sale), FRAME=2, WHEEL=2)
        self.assertEqual(self.counts(sale), [1])
        self.take(self.open(sale), WHEEL=2)
        self.assertEqual(self.counts(sale), [1, 1])


class TestBatches(KitCase):
    def test_a_batch_notes_each_of_its_deliveries_in_one_statement(self):
        sales = self.sell(1, 1) | self.sell(2, 2) | self.sell(3, 1, 1)
        batch = self.env['stock.picking.batch'].create(
            {'picking_ids': [(6, 0, sales.picking_ids.ids)], 'picking_type_id': self.warehouse.out_type_id.id}
        )
        batch.action_confirm()
        for move in batch.move_ids:
            move.write({'quantity': move.product_uom_qty, 'picked': True})
        noted = []
        query = type(batch.picking_ids)._shopify_note_query
        with patch.object(
            type(batch.picking_ids), '_shopify_note_query', lambda self: noted.append(len(self)) or query(self)
        ):
            batch.with_context(skip_sms=True).action_done()
        self.assertEqual(batch.state, 'done')
        self.assertEqual(noted, [3])
        self.assertEqual(len(self.rows(sales)), 3)
        self.assertEqual([sum(sum(units.values()) for units in parcels) for parcels in self.units(sales)], [1, 2, 2])

    def test_a_wave_tells_the_lines_it_took_and_the_transfers_they_came_from_the_others(self):
        sales = self.sell(1, 2, 3) | self.sell(2, 1)
        first, second = sales.picking_ids
        lines = (first | second).move_line_ids.filtered(lambda row: row.product_id == self.product)
        lines._add_to_wave()
        wave = lines.picking_id.batch_id
        self.assertTrue(wave.is_wave)
        wave.action_confirm()
        wave.move_ids.picked = True
        wave.with_context(skip_sms=True).action_done()
        self.assertEqual((wave.state, first.state), ('done', 'assigned'))
        self.assertEqual([self.units(sale) for sale in sales], [[[{self.gid(1): 2}]], [[{self.gid(2): 1}]]])
        self.ship(first)
        self.assertEqual(self.units(sales[0]), [[{self.gid(1): 2}], [{self.gid(1, 2): 3}]])


class TestCarriers(KitCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        product = cls.storable('DELIVERY', type='service', is_storable=False)
        cls.ups, cls.van = cls.env['delivery.carrier'].create(
            [
                {'name': "UPS Ground", 'product_id': product.id},
                {
                    'name': "Our Van",
                    'product_id': product.id,
                    'tracking_url': 'https://van.example/<shipmenttrackingnumber>',
                },
            ]
        )

    def tracking(self, sale):
        return [
            (row.company, row.number, row.url)
            for parcels in self.parcels(*self.rows(sale))
            for parcel in parcels
            for row in parcel.tracking
        ]

    def test_the_delivery_method_is_shopify_s_company(self):
        sale = self.sell(1, 1)
        sale.picking_ids.write({'carrier_id': self.ups.id, 'carrier_tracking_ref': '1Z1,1Z2'})
        self.ship(sale.picking_ids)
        self.assertEqual(self.tracking(sale), [('UPS', '1Z1', None), ('UPS', '1Z2', None)])

    def test_another_one_s_link_is_odoo_s(self):
        sale = self.sell(1, 1)
        sale.picking_ids.write({'carrier_id': self.van.id, 'carrier_tracking_ref': 'V1, V2'})
        self.ship(sale.picking_ids)
        self.assertEqual(
            self.tracking(sale),
            [('Our Van', 'V1', 'https://van.example/V1'), ('Our Van', 'V2', 'https://van.example/V2')],
        )
        mapping = self.env['shopify.carrier.mapping'].search([('backend_id', '=', self.backend.id)])
        self.assertEqual((mapping.carrier_key, mapping.origin), (str(self.van.id), 'learnt'))
        self.van.name = "Our Lorry"
        self.assertEqual(self.tracking(sale)[0][0], "Our Lorry")

    def test_a_carrier_s_service_that_fails_costs_the_link_only(self):
        sale = self.sell(1, 1)
        self.van.tracking_url = False
        sale.picking_ids.write({'carrier_id': self.van.id, 'carrier_tracking_ref': 'V1'})
        self.ship(sale.picking_ids)
        with (
            patch.object(type(self.van), 'get_tracking_link', side_effect=ValueError("no answer")),
            self.assertLogs('odoo.addons.shopify_connector.sync.delivery_units_tracking', 'WARNING'),
        ):
            self.env.invalidate_all()
            self.assertEqual(self.tracking(sale), [('Our Van', 'V1', None)])

    def test_a_number_that_comes_later_is_a_task(self):
        sale = self.sell(1, 1)
        self.ship(sale.picking_ids)
        worker = new_test_user(self.env, 'worker', groups='stock.group_stock_user')
        sale.picking_ids.with_user(worker).carrier_tracking_ref = 'LATE'
        self.assertEqual(len(self.tasks()), 2)

    def test_what_shopify_knows_of_a_parcel_becomes_carrier_and_number(self):
        picking = self.ship(self.sell(1, 1).picking_ids)
        picking._shopify_take_tracking([{'company': 'UPS', 'number': '1Z1', 'url': 'https://ups.example/1Z1'}])
        self.assertEqual((picking.carrier_id, picking.carrier_tracking_ref), (self.ups, '1Z1'))
        other = self.ship(self.sell(2, 1).picking_ids)
        other._shopify_take_tracking([{'company': 'Nobody', 'number': 'N1', 'url': None}])
        self.assertEqual((other.carrier_id.id, other.carrier_tracking_ref), (False, 'N1'))
        self.assertEqual(other.shopify_tracking_company, 'Nobody')
