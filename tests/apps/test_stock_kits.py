"""Kits follow their components, whatever way these change."""

from tests.integration.quantities import QuantityCase
from tests.support.orders import line


class KitCase(QuantityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.frame = cls.storable('FRAME', 9)
        cls.wheel = cls.storable('WHEEL', 11)
        cls.bike = cls.kit('BIKE', (cls.frame, 1), (cls.wheel, 2))
        cls.wheel_variant = cls.bound(cls.wheel)
        cls.bike_variant = cls.bound(cls.bike)

    @classmethod
    def kit(cls, sku, *parts, stored=False, **values):
        product = cls.storable(sku, is_storable=stored)
        cls.env['mrp.bom'].create(
            {
                'product_tmpl_id': product.product_tmpl_id.id,
                'type': 'phantom',
                'bom_line_ids': [(0, 0, {'product_id': part.id, 'product_qty': units}) for part, units in parts],
                **values,
            }
        )
        return product

    def setUp(self):
        super().setUp()
        self.settle()

    def assertTold(self, *products):
        self.assertEqual(self.told(), {(self.backend, product) for product in products})
        self.settle()


class TestKitQuantities(KitCase):
    def test_as_many_as_the_scarcest_component_allows(self):
        self.assertEqual(self.shown(self.bike_variant), 5)
        self.assertEqual(self.sentence(self.bike_variant), "5 kits, limited by [WHEEL] Product WHEEL: 5")
        self.leaving(self.frame, 7)
        self.assertEqual(self.shown(self.bike_variant), 2)

    def test_promises_that_are_not_reserved_count(self):
        self.leaving(self.wheel, 6, reserve=False)
        self.assertEqual(self.shown(self.bike_variant), 2)

    def test_kits_in_kits_and_kits_of_several(self):
        bundle = self.kit('BUNDLE', (self.bike, 2), (self.storable('LOCK', 3), 1))
        dozen = self.kit('DOZEN', (self.wheel, 3), product_qty=12)
        self.assertEqual(self.shown(self.bound(bundle)), 2)
        self.assertEqual(self.shown(self.bound(dozen)), 44)

    def test_units_of_the_bill_are_converted(self):
        dozen = self.env.ref('uom.product_uom_dozen')
        kit = self.kit('SET', (self.wheel, 1))
        self.env['mrp.bom'].search([('product_tmpl_id', '=', kit.product_tmpl_id.id)]).bom_line_ids.write(
            {'product_uom_id': dozen.id, 'product_qty': 0.5}
        )
        self.assertEqual(self.shown(self.bound(kit)), 1)

    def test_what_is_not_stored_limits_no_kit(self):
        kit = self.kit('SERVICED', (self.wheel, 1), (self.storable('GREASE', is_storable=False), 5))
        self.assertEqual(self.shown(self.bound(kit)), 11)
        empty = self.bound(self.kit('AIR', (self.storable('SMOKE', is_storable=False), 1)))
        self.assertIsNone(self.shown(empty))
        self.assertIn("Track Inventory", self.sentence(empty))

    def test_each_basis_counts_for_the_components(self):
        self.leaving(self.frame, 7)
        self.arriving(self.wheel, 3, days=2)
        self.place.basis = 'on_hand'
        self.assertEqual(self.shown(self.bike_variant), 5)
        self.place.write({'basis': 'forecast', 'forecast_days': 5})
        self.assertEqual(self.shown(self.bike_variant), 2)
        self.put(self.frame, 10)
        self.assertEqual(self.shown(self.bike_variant), 7)

    def test_rules_hold_for_the_kit(self):
        self.env['shopify.stock.rule'].create({'what': 'safety', 'value': 2, 'product_id': self.bike.id})
        self.assertEqual(self.shown(self.bike_variant), 3)
        self.assertEqual(self.shown(self.wheel_variant), 11)

    def test_a_kit_on_a_quotation_holds_its_components_and_their_other_kits(self):
        other = self.bound(self.kit('TRAILER', (self.wheel, 2)))
        self.settle()
        self.quotation(self.bike, 4)
        self.assertEqual(self.shown(self.wheel_variant), 3)
        self.assertEqual((self.shown(self.bike_variant), self.shown(other)), (1, 1))

    def test_a_sold_kit_takes_its_components(self):
        sale = self.quotation(self.bike, 2)
        sale.action_confirm()
        self.assertEqual((self.shown(self.wheel_variant), self.shown(self.bike_variant)), (7, 3))
        self.place.basis = 'on_hand'
        self.assertEqual((self.shown(self.wheel_variant), self.shown(self.bike_variant)), (7, 3))

    def test_a_bound_kit_is_written_although_odoo_does_not_store_it(self):
        bindings = self.env['shopify.sync.quantity']._bindings(self.backend, self.bike | self.wheel)
        self.assertEqual(bindings, self.bike_variant | self.wheel_variant)


class TestKitHooks(KitCase):
    def test_a_component_that_moves_tells_of_its_kits(self):
        bundle = self.kit('BUNDLE', (self.bike, 2))
        self.bound(bundle)
        self.settle()
        self.leaving(self.wheel, 1)
        self.assertTold(self.wheel, self.bike, bundle)
        self.leaving(self.frame, 1)
        self.assertTold(self.bike, bundle)

    def test_an_order_of_a_kit_tells_of_the_components_and_their_kits(self):
        trailer = self.kit('TRAILER', (self.wheel, 2))
        self.bound(trailer)
        self.settle()
        self.bring_one(
            displayFinancialStatus='PENDING', lines=[line(sku='BIKE', quantity=1)]
        )
        self.assertTold(self.wheel, self.bike, trailer)

    def test_a_sold_kit_has_lowered_its_own_level_in_the_shop(self):
        level = self.level(self.bike_variant)
        level.write({'known': 5, 'is_known': True, 'is_active': True, 'known_at': '2020-01-01'})
        self.bring_one(lines=[line(sku='BIKE', quantity=2)])
        self.env['shopify.sync.levels']._take_sales(self.backend)
        self.assertEqual((level.known, level.committed, level.wanted), (3, 2, 3))

    def test_a_bill_that_changes_tells_of_its_kit(self):
        bom = self.env['mrp.bom'].search([('product_tmpl_id', '=', self.bike.product_tmpl_id.id)])
        bom.bom_line_ids[0].product_qty = 3
        self.assertIn((self.backend, self.bike), self.told())
        self.settle()
        extra = self.env['mrp.bom.line'].create({'bom_id': bom.id, 'product_id': self.storable('BELL', 1).id})
        self.assertIn((self.backend, self.bike), self.told())
        self.assertEqual(self.shown(self.bike_variant), 1)
        self.settle()
        extra.unlink()
        self.assertIn((self.backend, self.bike), self.told())
        self.settle()
        bom.active = False
        self.assertIn((self.backend, self.bike), self.told())
        self.assertIsNone(self.shown(self.bike_variant))

    def test_a_new_bill_and_a_bill_that_goes_tell_of_their_kit(self):
        self.bike.is_storable = True
        self.settle()
        bom = self.env['mrp.bom'].search([('product_tmpl_id', '=', self.bike.product_tmpl_id.id)])
        bom.unlink()
        self.assertIn((self.backend, self.bike), self.told())
        self.assertEqual(self.shown(self.bike_variant), 0)
        self.settle()
        self.env['mrp.bom'].create(
            {
                'product_tmpl_id': self.bike.product_tmpl_id.id,
                'type': 'phantom',
                'bom_line_ids': [(0, 0, {'product_id': self.wheel.id, 'product_qty': 1})],
            }
        )
        self.assertIn((self.backend, self.bike), self.told())
        self.assertEqual(self.shown(self.bike_variant), 11)

    def test_the_bill_of_one_variant_is_no_bill_of_another(self):
        attribute = self.env['product.attribute'].create(
            {'name': 'Size', 'value_ids': [(0, 0, {'name': 'S'}), (0, 0, {'name': 'L'})]}
        )
        template = self.env['product.template'].create(
            {
                'name': 'Sized',
                'type': 'consu',
                'is_storable': True,
                'attribute_line_ids': [
                    (0, 0, {'attribute_id': attribute.id, 'value_ids': [(6, 0, attribute.value_ids.ids)]})
                ],
            }
        )
        small, large = template.product_variant_ids
        self.put(large, 4)
        self.env['mrp.bom'].create(
            {
                'product_tmpl_id': template.id,
                'product_id': small.id,
                'type': 'phantom',
                'bom_line_ids': [(0, 0, {'product_id': self.wheel.id, 'product_qty': 5})],
            }
        )
        self.assertEqual((self.shown(self.bound(small)), self.shown(self.bound(large))), (2, 4))
        self.settle()
        self.leaving(self.wheel, 1)
        self.assertTold(self.wheel, self.bike, small)

    def test_a_manufactured_component_tells_of_its_kits(self):
        order = self.env['mrp.production'].create({'product_id': self.wheel.id, 'product_qty': 2})
        order.action_confirm()
        self.settle()
        order.qty_producing = 2
        order.move_finished_ids.quantity = 2
        order.button_mark_done()
        self.assertEqual(self.wheel.qty_available, 13)
        self.assertTold(self.wheel, self.bike)
