"""A variant that is a pack: sold as one in the shop, counted in single units in Odoo."""

from odoo.exceptions import ValidationError

from tests.integration.quantities import QuantityCase
from tests.support.orders import line
from tests.support.products import product, variant


class PackCase(QuantityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls.env.ref('uom.product_uom_unit')
        cls.dozen = cls.env.ref('uom.product_uom_dozen')
        cls.dozen.active = True
        cls.box = cls.bound(cls.product, sku='BOX', pack_uom_id=cls.dozen.id)
        cls.put(cls, cls.product, 30)

    def bring_box(self, number=1, quantity=2, **values):
        variant_id = self.box.gid.rsplit('/', 1)[-1]
        return self.bring_one(
            number=number, lines=[line(1, quantity=quantity, price='100.00', sku='BOX', variant=variant_id)], **values
        )


class TestPacksInOrders(PackCase):
    def test_an_order_of_two_boxes_takes_twenty_four_units(self):
        sale = self.bring_box()
        row = sale.order_line.filtered('shopify_line_gid')
        self.assertEqual(
            (row.product_id, row.product_uom_id, row.product_uom_qty, row.price_unit), (self.product, self.dozen, 2, 100)
        )
        self.assertEqual(sale.amount_untaxed, 200.0)
        self.assertEqual(sum(move.product_qty for move in sale.picking_ids.move_ids), 24)
        self.assertEqual(self.product.free_qty, 16)

    def test_the_order_equals_shopifys_to_the_cent(self):
        binding = self.bring_box().shopify_binding_ids
        self.assertEqual(binding.difference, 0)

    def test_boxes_and_singles_stand_on_one_order(self):
        single = self.variant.gid.rsplit('/', 1)[-1]
        box = self.box.gid.rsplit('/', 1)[-1]
        sale = self.bring_one(
            lines=[line(1, sku='SKU-1', variant=single, quantity=3), line(2, sku='BOX', variant=box, price='90.00')]
        )
        self.assertEqual(sale.order_line.mapped('product_uom_id'), self.unit + self.dozen)
        self.assertEqual(sum(move.product_qty for move in sale.picking_ids.move_ids), 15)

    def test_fewer_boxes_after_an_edit_are_fewer_boxes(self):
        sale = self.bring_box(quantity=2)
        variant_id = self.box.gid.rsplit('/', 1)[-1]
        again = line(1, quantity=2, price='100.00', sku='BOX', variant=variant_id, currentQuantity=1)
        self.bring_one(number=1, lines=[again], updatedAt='2026-11-20T11:00:00Z', edited=True)
        row = sale.order_line.filtered('shopify_line_gid')
        self.assertEqual((row.product_uom_qty, row.product_uom_id), (1, self.dozen))
        open_moves = sale.picking_ids.move_ids.filtered(lambda move: move.state not in ('done', 'cancel'))
        self.assertEqual(sum(open_moves.mapped('product_qty')), 12)

    def test_a_line_keeps_its_unit_when_its_variant_becomes_a_pack_later(self):
        self.box.pack_uom_id = False
        sale = self.bring_box(quantity=1)
        self.box.pack_uom_id = self.dozen
        variant_id = self.box.gid.rsplit('/', 1)[-1]
        more = line(1, quantity=2, price='100.00', sku='BOX', variant=variant_id)
        self.bring_one(number=1, lines=[more], updatedAt='2026-11-20T11:00:00Z')
        row = sale.order_line.filtered('shopify_line_gid')
        self.assertEqual((row.product_uom_id, row.product_uom_qty), (self.unit, 2))

    def test_a_delivered_box_is_one_delivered_box(self):
        sale = self.bring_box(quantity=1)
        sale.picking_ids.move_ids.picked = True
        sale.picking_ids.button_validate()
        self.assertEqual(sale.order_line.filtered('shopify_line_gid').qty_delivered, 1)


class TestPacksInStock(PackCase):
    def test_the_shop_shows_full_packs_and_the_single_variant_all_units(self):
        self.assertEqual(self.shown(), 40)
        self.assertEqual(self.shown(self.box), 3)
        self.assertIn('full packs of 12', self.sentence(self.box))

    def test_a_sold_box_is_gone_from_both_variants(self):
        self.bring_box(quantity=1)
        self.assertEqual((self.shown(), self.shown(self.box)), (28, 2))

    def test_boxes_on_open_orders_that_odoo_does_not_have_hold_their_units(self):
        self.env['shopify.unseen.sale']._set_units(self.backend, {'gid://shopify/Order/9': ('#9', {self.box.gid: 2})})
        self.assertEqual((self.shown(), self.shown(self.box)), (16, 1))

    def test_who_makes_a_variant_a_pack_has_its_quantity_written_anew(self):
        before = self.env['shopify.task'].search_count([('kind', '=', 'stock'), ('key', '=', str(self.product.id))])
        self.box.pack_uom_id = False
        after = self.env['shopify.task'].search_count([('kind', '=', 'stock'), ('key', '=', str(self.product.id))])
        self.assertGreater(after, before)
        self.assertEqual(self.shown(self.box), 40)

    def test_shopifys_quantity_of_packs_is_not_taken_for_single_units(self):
        refused = {}
        levels = self.env['shopify.sync.levels']
        try:
            levels._plan(self.level(self.box), 1)
        except Exception as error:
            refused['code'] = error.code
        self.assertEqual(refused, {'code': 'not_countable'})

    def test_a_first_count_takes_the_single_units_or_the_packs_times_their_size(self):
        levels = self.env['shopify.sync.levels']
        self.assertEqual(levels._countable(self.variant + self.box), self.variant)
        self.assertEqual(levels._countable(self.box), self.box)


class TestPacks(PackCase):
    def test_a_unit_of_another_kind_is_refused_with_a_way_out(self):
        with self.assertRaises(ValidationError):
            self.box.pack_uom_id = self.env.ref('uom.product_uom_hour')

    def test_another_product_is_not_sold_in_the_packs_of_the_first(self):
        self.box.product_id = self.storable('OTHER')
        self.assertFalse(self.box.pack_uom_id)

    def test_a_packagings_barcode_makes_the_variant_a_pack(self):
        self.env['product.uom'].create(
            {'product_id': self.product.id, 'uom_id': self.dozen.id, 'barcode': '10012345678902'}
        )
        payload = product(50, variant(50, sku='CARTON', barcode='10012345678902'), title='Carton')
        self.assertFalse(self.backend.env['shopify.sync.product']._upsert(self.backend, [payload]))
        found = self.env['shopify.variant.binding'].search([('gid', '=', 'gid://shopify/ProductVariant/50')])
        self.assertEqual((found.product_id, found.pack_uom_id), (self.product, self.dozen))
        self.assertFalse(self.env['shopify.match.row'].search([('variant_gid', '=', found.gid)]))

    def test_a_pack_leaves_the_products_values_alone(self):
        payload = product(
            60, variant(60, sku='BOX-60', price='99.00', barcode='4006381333931'), title='Box of Product SKU-1'
        )
        self.env['shopify.match.row']._plan(self.backend, self.env['shopify.import'], [payload])
        row = self.env['shopify.match.row'].search([('variant_gid', '=', 'gid://shopify/ProductVariant/60')])
        row.write({'pack_uom_id': self.dozen.id})
        row.product_id = self.product
        before = (self.product.default_code, self.product.barcode, self.product.lst_price)
        self.assertFalse(self.backend.env['shopify.sync.product']._upsert(self.backend, [payload]))
        found = self.env['shopify.variant.binding'].search([('gid', '=', 'gid://shopify/ProductVariant/60')])
        self.assertEqual((found.product_id, found.pack_uom_id), (self.product, self.dozen))
        self.product.invalidate_recordset()
        self.assertEqual((self.product.default_code, self.product.barcode, self.product.lst_price), before)
