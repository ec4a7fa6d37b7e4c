"""Shopify's shipping methods are Odoo's delivery methods."""

from unittest.mock import patch

from odoo.exceptions import UserError

from tests.integration import test_shipping_methods as methods


class TestDeliveryMethods(methods.TestCarriers):
    """As with those that stand for them elsewhere, and what they do to a delivery."""

    model, field = 'delivery.carrier', 'carrier_id'

    @classmethod
    def new_carrier(cls, name, **values):
        product = cls.env['product.product'].create({'name': name, 'type': 'service'})
        return cls.env['delivery.carrier'].create({'name': name, 'product_id': product.id, **values})

    def test_a_carrier_that_charges_what_it_costs_is_not_offered(self):
        self.carrier.invoice_policy = 'real'
        self.assertFalse(self.bring(self.order_of(1)).sale_order_id.carrier_id)
        self.assertNotIn(str(self.carrier.id), dict(self.env['shopify.shipping.mapping']._carrier_choices()))

    def test_the_delivery_has_it(self):
        self.assertEqual(self.bring(self.order_of(1)).sale_order_id.picking_ids.carrier_id, self.carrier)

    def test_what_was_shipped_in_shopify_is_not_sent_to_the_carrier_again(self):
        sale = self.bring(self.order_of(1)).sale_order_id
        with patch.object(type(self.env['stock.picking']), 'send_to_shipper', side_effect=UserError("sent twice")):
            self.carrier.integration_level = 'rate_and_ship'
            sale.picking_ids.picking_type_id.print_label = True
            self.bring(self.order_of(1, displayFulfillmentStatus='FULFILLED', updatedAt=methods.LATER))
        self.assertEqual((sale.picking_ids.state, sale.carrier_id), ('done', self.carrier))
