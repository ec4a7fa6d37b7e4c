from tests.support.invoices import BooksCase


class ReturnedCase(BooksCase):
    """Orders of three units that have left Odoo's warehouse and Shopify's."""

    def setUp(self):
        super().setUp()
        self.backend.location_ids.missing_stock = 'negative'

    def shipped(self):
        binding = self.sell(lines=[{'sku': self.sku, 'quantity': 3, 'price': '17.33'}])
        self.act(binding, 'fulfill')
        self.assertEqual(self.goods(binding).qty_delivered, 3)
        return binding

    def goods(self, binding):
        return binding.sale_order_id.order_line.filtered(lambda line: line.product_id.is_storable)

    def returned(self, binding, units=1, **arguments):
        rows = [{'index': 0, 'quantity': units, 'reason': 'SIZE_TOO_SMALL', 'customer_note': 'pinches'}]
        self.act(binding, 'return', lines=rows, process=False, **arguments)
        return self.env['shopify.return'].search([('order_binding_id', '=', binding.id)], order='id desc', limit=1)

    def step(self, binding, step, **arguments):
        self.act(binding, 'return_step', step=step, **arguments)

    def expected(self, record):
        pickings = record.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel'))
        return pickings, sum(pickings.move_ids.mapped('product_uom_qty'))


class TestReturnsOfShopify(ReturnedCase):
    def test_an_approved_return_is_a_receipt_with_its_reason(self):
        binding = self.shipped()
        record = self.returned(binding, 2)
        picking, units = self.expected(record)
        self.assertEqual((len(picking), units, picking.picking_type_code), (1, 2, 'incoming'))
        self.assertEqual((picking.shopify_purpose, picking.shopify_reason), ('return', 'size_too_small'))
        self.assertIn('Too small – pinches', picking.shopify_return_note)
        self.bring(binding.gid)
        self.assertEqual(self.expected(record), (picking, 2))

    def test_a_request_is_no_receipt_before_it_is_approved_and_none_after_it_was_cancelled(self):
        binding = self.shipped()
        record = self.returned(binding, requested=True)
        self.assertFalse(record.picking_ids)
        self.step(binding, 'approve')
        self.assertEqual(self.expected(record)[1], 1)
        self.step(binding, 'cancel')
        self.assertEqual(record.picking_ids.mapped('state'), ['cancel'])

    def test_a_return_that_was_closed_is_not_waited_for_until_it_is_opened_again(self):
        binding = self.shipped()
        record = self.returned(binding)
        self.step(binding, 'close')
        self.assertEqual(self.expected(record)[1], 0)
        self.step(binding, 'reopen')
        self.assertEqual(self.expected(record)[1], 1)

    def test_what_the_shop_has_put_on_its_shelf_is_received_with_the_planned_receipt_and_once(self):
        binding = self.shipped()
        before = self.goods(binding).product_id.qty_available
        record = self.returned(binding, 2)
        picking, _units = self.expected(record)
        self.step(binding, 'process')
        self.step(binding, 'close')
        self.assertEqual(picking.state, 'done')
        self.assertEqual(picking, binding.refund_ids.picking_ids)
        self.assertEqual(self.goods(binding).product_id.qty_available, before + 2)
        self.assertEqual(self.expected(record)[1], 0)
        self.assert_as_in_shopify(binding)
        self.bring(binding.gid)
        self.assertEqual(self.goods(binding).qty_delivered, 1)

    def test_what_the_shop_does_not_put_back_is_not_waited_for(self):
        binding = self.shipped()
        record = self.returned(binding, 2)
        self.step(binding, 'process', restock=False)
        self.assertEqual(self.expected(record)[1], 0)
        self.assertEqual(self.goods(binding).qty_delivered, 3)
        self.assert_as_in_shopify(binding)

    def test_a_receipt_that_a_person_made_smaller_stays_as_it_is(self):
        binding = self.shipped()
        record = self.returned(binding, 2)
        picking, _units = self.expected(record)
        picking.move_ids.product_uom_qty = 1
        self.bring(binding.gid)
        self.assertEqual(self.expected(record), (picking, 1))

    def test_a_store_that_plans_no_receipts_has_none(self):
        self.backend.take_returns = 'none'
        self.assertFalse(self.returned(self.shipped()).picking_ids)
