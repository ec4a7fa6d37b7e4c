"""Quantities where other apps have a say: expiration dates, kits on their way."""

from datetime import timedelta

from odoo import fields

from tests.integration.quantities import QuantityCase
from tests.integration.test_stock_extras import ExtrasCase


class TestExpired(QuantityCase):
    def test_what_has_expired_is_not_offered(self):
        milk = self.storable('MILK', tracking='lot', use_expiration_date=True)
        lot = self.env['stock.lot'].create({'product_id': milk.id, 'name': 'L1'})
        self.env['stock.quant']._update_available_quantity(milk, self.stock, 6, lot_id=lot)
        variant = self.bound(milk)
        lot.removal_date = fields.Datetime.now() + timedelta(days=5)
        self.assertEqual(self.shown(variant), 6)
        self.settle()
        lot.removal_date = fields.Datetime.now() - timedelta(days=2)
        self.assertEqual(self.told(), {(self.backend, milk)})
        self.assertEqual(self.shown(variant), 0)
        self.assertEqual(self.sentence(variant), "6 on hand, 6 expired: 0")


class TestIncomingKits(ExtrasCase):
    def test_a_kit_comes_with_its_last_part(self):
        part = self.env['product.product'].create({'name': 'Part', 'is_storable': True})
        kit = self.product('MCS-S-BLA')
        self.env['mrp.bom'].create(
            {
                'product_tmpl_id': kit.product_tmpl_id.id,
                'product_id': kit.id,
                'type': 'phantom',
                'bom_line_ids': [(0, 0, {'product_id': part.id, 'product_qty': 2})],
            }
        )
        self.backend.show_incoming = True
        self.run_extras()
        day = fields.Datetime.now().replace(hour=12) + timedelta(days=2)
        stock = self.backend.warehouse_id.lot_stock_id
        move = self.env['stock.move'].create(
            {
                'product_id': part.id,
                'product_uom_qty': 10,
                'location_id': self.env.ref('stock.stock_location_suppliers').id,
                'location_dest_id': stock.id,
                'date': day,
            }
        )
        move._action_confirm()
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[1:], (day.date().isoformat(), '5'))
