"""Kits that come back, or never left."""

from tests.apps.test_deliveries_apps import KitCase


class TestKitsBack(KitCase):
    def sent(self, quantity=2):
        sale = self.sell_kits(1, quantity)
        self.take(self.open(sale), FRAME=quantity, WHEEL=2 * quantity)
        row = sale.order_line.filtered('shopify_line_gid')
        self.assertEqual(row.qty_delivered, quantity)
        return sale, row

    def amounts(self, moves):
        return {move.product_id.default_code: move.product_uom_qty for move in moves}

    def test_an_undone_kit_is_planned_again_with_all_its_components(self):
        sale, row = self.sent()
        picking = sale.picking_ids
        wizard = self.env['stock.return.picking'].create({'picking_id': picking.id})
        back = self.env['stock.picking'].browse(wizard.action_shopify_undo()['res_id'])
        self.assertEqual((back.state, row.qty_delivered), ('done', 0))
        self.assertEqual(self.amounts(self.open(sale).move_ids), {'FRAME': 2, 'WHEEL': 4})
        self.take(self.open(sale), FRAME=2, WHEEL=4)
        self.assertEqual(row.qty_delivered, 2)

    def test_a_kit_comes_back_with_all_its_components_and_counts_as_one(self):
        sale, row = self.sent(3)
        goods = self.env['shopify.sync.goods']
        ((picking, quantities),) = goods._choose([(row, 1)]).items()
        back = goods._plan(picking, quantities, {'shopify_purpose': 'return'})
        self.assertEqual(self.amounts(back.move_ids), {'FRAME': 1, 'WHEEL': 2})
        self.assertEqual(goods._count(row, back.move_ids), 1)
        back._shopify_receive()
        self.assertEqual((row.qty_delivered, goods._count(row, back.move_ids)), (2, 1))
        self.assertFalse(self.open(sale))

    def test_the_receipt_of_a_kit_that_needs_a_part_of_a_unit_stays_the_same_and_counts(self):
        kilograms = self.env.ref('uom.product_uom_kgm')
        self.kit('SKU-4', (self.frame, 1), (self.storable('SAND', 50, uom_id=kilograms.id), 0.7))
        sale = self.sell_kits(1, 3, sku='SKU-4')
        self.take(self.open(sale), FRAME=3, SAND=2.1)
        row = sale.order_line.filtered('shopify_line_gid')
        self.assertEqual(row.qty_delivered, 3)
        record = self.env['shopify.return'].create(
            {
                'backend_id': self.backend.id,
                'gid': 'gid://shopify/Return/1',
                'name': '#1-R1',
                'state': 'open',
                'order_binding_id': sale.shopify_binding_ids.id,
                'returned_at': '2026-11-20 12:00:00',
                'line_ids': [(0, 0, {'gid': 'R1', 'kind': 'return', 'quantity': 1, 'sale_line_id': row.id})],
            }
        )
        take = self.env['shopify.sync.return.take']
        take._take(record)
        back = record.picking_ids
        take._take(record)
        self.assertEqual((record.picking_ids, back.state, record.expected), (back, 'assigned', {str(row.id): 1}))
        back._shopify_receive()
        take._take(record)
        self.assertEqual((record.picking_ids, row.qty_delivered), (back, 2))
