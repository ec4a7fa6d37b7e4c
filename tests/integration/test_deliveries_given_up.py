"""Goods that nobody in Odoo delivers any more while Shopify still waits for them stand among the late orders."""

from odoo import fields

from tests.integration.deliveries_told import ToldCase
from tests.integration.test_deliveries_seen import SeenCase
from tests.support.orders import line


class GivenUpCase:
    def late(self, sale):
        return self.env['shopify.late.delivery'].search([('sale_order_id', '=', sale.id)])

    def given_up(self, sale, hours=50):
        """The order's transfers were cancelled, or left something out, so many hours ago."""
        sale.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel')).action_cancel()
        return self.given_up_since(sale, hours)

    def given_up_since(self, sale, hours=50):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move SET write_date = now() AT TIME ZONE 'UTC' - %(hours)s * interval '1 hour',"
            " date = now() AT TIME ZONE 'UTC' - %(hours)s * interval '1 hour' WHERE sale_line_id IN %(lines)s",
            {'hours': hours, 'lines': tuple(sale.order_line.ids)},
        )
        self.env.cr.execute(
            "UPDATE sale_order SET write_date = now() AT TIME ZONE 'UTC' - %s * interval '1 hour' WHERE id = %s",
            [hours, sale.id],
        )
        self.env.invalidate_all()
        return sale


class TestGivenUp(GivenUpCase, SeenCase):
    def shipped(self, sale):
        sale.picking_ids.button_validate()
        self.assertEqual(sale.picking_ids.state, 'done')
        return sale.picking_ids

    def shipped_there(self, sale, units=1, **values):
        binding = sale.shopify_binding_ids
        return self.env['shopify.fulfillment'].create(
            {
                'backend_id': binding.backend_id.id,
                'order_binding_id': binding.id,
                'gid': f'gid://shopify/Fulfillment/{binding.id}',
                'taken': 'ignored',
                'line_ids': [(0, 0, {'line_gid': sale.order_line[:1].shopify_line_gid, 'quantity': units})],
                **values,
            }
        )

    def refunded_there(self, sale, units=1, restock='cancel'):
        line = {'line_gid': sale.order_line[:1].shopify_line_gid, 'kind': 'item', 'quantity': units, 'restock': restock}
        binding = sale.shopify_binding_ids
        values = {'binding_id': binding.id, 'gid': f'gid://shopify/Refund/{binding.id}', 'line_ids': [(0, 0, line)]}
        return self.env['shopify.refund'].create(values)

    def test_a_delivery_that_was_cancelled_in_odoo_while_shopify_waits_is_late_until_it_goes_on(self):
        sale = self.given_up(self.sale(units=2), hours=47)
        self.assertFalse(self.late(sale))
        self.given_up_since(sale, hours=50)
        late = self.late(sale)
        self.assertEqual((late.reason, late.order_binding_id), ('given_up', sale.shopify_binding_ids))
        self.assertAlmostEqual(late.late_days, 2 / 24, places=2)
        self.assertIn(f"{sale.picking_ids.name} leaves out 2 × [SKU-1] Product SKU-1", late.explanation)
        self.assertEqual(late.action_open()['res_id'], sale.id)
        again = sale.picking_ids.copy()
        again.action_confirm()
        self.assertFalse(self.late(sale))
        self.assertEqual(self.late(self.aged(sale)).reason, 'ready')
        again.button_validate()
        self.assertEqual(sale.order_line[:1].qty_delivered, 2)
        self.assertFalse(self.late(sale))

    def test_what_a_delivery_without_a_backorder_left_out_is_late(self):
        sale = self.sale(units=3)
        picking = sale.picking_ids
        picking.move_ids.quantity = 1
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=picking.ids).button_validate()
        self.assertEqual((picking.state, sale.picking_ids), ('done', picking))
        late = self.late(self.given_up_since(sale))
        self.assertEqual(late.reason, 'given_up')
        self.assertIn("2 × [SKU-1]", late.explanation)
        parcel = self.shipped_there(sale)
        self.assertIn("2 × [SKU-1]", late.explanation)
        parcel.line_ids.quantity = 2
        self.env.invalidate_all()
        self.assertIn("1 × [SKU-1]", self.late(sale).explanation)
        parcel.line_ids.quantity = 3
        self.assertFalse(self.late(sale))
        # One that was shipped came back and is off the order, and one of two still waits.
        self.refunded_there(sale, restock='return')
        sale.order_line[:1].product_uom_qty = 2
        self.env['stock.move'].search([('sale_line_id', '=', sale.order_line[:1].id), ('state', '!=', 'done')])._action_cancel()
        parcel.line_ids.quantity = 2
        self.assertIn("1 × [SKU-1]", self.late(self.given_up_since(sale)).explanation)

    def test_what_shopify_does_not_wait_for_is_not_late_however_it_was_given_up(self):
        def late(**values):
            sale = self.given_up(self.sale())
            self.assertTrue(self.late(sale))
            sale.shopify_binding_ids.write(values)
            return self.late(sale)

        for status in ('fulfilled', 'restocked', 'fulfillment_not_required', False):
            self.assertFalse(late(fulfillment_status=status), status)
        for status in ('refunded', 'voided', 'expired'):
            self.assertFalse(late(financial_status=status), status)
        self.assertFalse(late(cancelled_at=fields.Datetime.now()))
        self.assertFalse(late(state='deleted'))
        self.assertFalse(late(trail=[['2026-11-01 00:00:00', 'shipped_before', {}]]))
        self.assertTrue(late(trail=[['2026-11-01 00:00:00', 'confirmed', {'status': 'shipped_before'}]]))
        self.assertTrue(late(fulfillment_status='partially_fulfilled', financial_status='partially_refunded'))

    def test_what_was_removed_or_is_no_goods_is_not_late_and_a_cancelled_parcel_is_no_parcel(self):
        sale = self.given_up(self.sale())
        parcel = self.shipped_there(sale)
        self.assertFalse(self.late(sale))
        parcel.state = 'cancelled'
        self.assertEqual(self.late(sale).reason, 'given_up')
        sale.order_line[:1].product_uom_qty = 0
        self.assertFalse(self.late(self.given_up(sale)))
        other = self.given_up(self.sale())
        other.order_line[:1].shopify_line_gid = 'gid://shopify/ShippingLine/1'
        self.assertFalse(self.late(other))

    def test_a_return_that_was_cancelled_is_nothing_that_shopify_waits_for(self):
        self.backend.ship_export = False
        sale = self.sale(units=2)
        picking = self.shipped(sale)
        wizard = self.env['stock.return.picking'].create({'picking_id': picking.id})
        wizard.product_return_moves.write({'quantity': 1, 'to_refund': True})
        wizard._create_return()._shopify_receive()
        wizard = self.env['stock.return.picking'].create({'picking_id': picking.id})
        wizard.product_return_moves.write({'quantity': 1, 'to_refund': True})
        wizard._create_return().action_cancel()
        self.assertEqual(sale.order_line[:1].qty_delivered, 1)
        self.assertFalse(self.late(self.given_up_since(sale)))

    def test_an_order_that_was_cancelled_in_odoo_and_not_in_shopify_is_late(self):
        sale = self.sale(units=2)
        sale._action_cancel()
        late = self.late(self.given_up_since(sale))
        self.assertEqual(late.reason, 'given_up')
        self.assertIn(f"{sale.name} was cancelled in Odoo, but Shopify still waits for 2 × [SKU-1]", late.explanation)
        refund = self.refunded_there(sale)
        self.env.invalidate_all()
        self.assertIn("1 × [SKU-1]", self.late(sale).explanation)
        refund.line_ids.quantity = 2
        self.assertFalse(self.late(sale))

    def test_a_paid_quotation_that_was_cancelled_in_odoo_is_late_and_an_unpaid_one_is_not(self):
        self.backend.order_policy = 'never'
        for status, is_late in (('PAID', True), ('PENDING', False)):
            sale = self.sale(displayFinancialStatus=status)
            sale._action_cancel()
            self.assertEqual(bool(self.late(self.given_up_since(sale))), is_late, status)

    def test_an_order_of_which_something_is_on_its_way_is_late_once(self):
        sale = self.bring_one(number=2900, lines=[line(29001), line(29002, sku='SKU-2')])
        sale.picking_ids.move_ids[0]._action_cancel()
        self.assertFalse(self.late(self.given_up_since(sale)))
        self.assertEqual(self.late(self.aged(sale)).reason, 'goods')


class TestInTheShop(GivenUpCase, ToldCase):
    """As the simulated shop says it."""

    def test_what_was_cancelled_in_odoo_is_late_until_the_shop_takes_it_off_the_order(self):
        binding = self.sold(lines=[{'sku': 'MCS-S-BLA', 'quantity': 3}])
        sale = binding.sale_order_id
        self.ship(binding, 1)
        self.run_orders()
        self.given_up(sale)
        self.assertIn("leaves out 2 × ", self.late(sale).explanation)
        self.ring(self.backend, 'order', binding.gid)
        self.assertEqual(self.late(self.given_up_since(sale)).reason, 'given_up')
        lines = [{'sku': 'MCS-S-BLA', 'quantity': 2, 'restock_type': 'CANCEL'}]
        self.shop_act(binding, 'refund', lines=lines)
        self.ring(self.backend, 'order', binding.gid)
        self.assertFalse(self.late(self.given_up_since(sale)))
        self.assertFalse(self.pickings(binding))

    def test_what_was_cancelled_in_odoo_and_shipped_by_the_shop_is_not_late(self):
        binding = self.sold(lines=[{'sku': 'MCS-S-BLA', 'quantity': 3}])
        sale = self.given_up(binding.sale_order_id)
        self.assertEqual(self.late(sale).reason, 'given_up')
        self.shop_act(binding, 'fulfill')
        self.run_orders()
        self.ring(self.backend, 'order', binding.gid)
        self.assertNotEqual(self.late(self.given_up_since(sale)).reason, 'given_up')

    def test_an_order_that_was_cancelled_in_odoo_is_late_until_it_is_cancelled_in_shopify(self):
        sale = self.binding.sale_order_id
        sale._action_cancel()
        self.assertEqual(self.late(self.given_up_since(sale)).reason, 'given_up')
        self.shop_act(self.binding, 'cancel', restock=True, refund=True)
        self.ring(self.backend, 'order', self.binding.gid)
        self.assertFalse(self.late(self.given_up_since(sale)))
