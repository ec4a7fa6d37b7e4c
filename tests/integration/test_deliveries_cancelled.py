from tests.support.invoices import BooksCase


class UndoneCase(BooksCase):
    """Orders of three units whose delivery was validated in Odoo, and then not sent after all."""

    def shipped(self, units=3, **wishes):
        binding = self.sell(lines=[{'sku': self.sku, 'quantity': 3, 'price': '17.33'}], **wishes)
        self.deliver(binding, units)
        return binding, binding.sale_order_id.picking_ids.filtered(lambda picking: picking.state == 'done')

    def undo(self, picking, units=None, user=None):
        wizard = self.env['stock.return.picking'].with_user(user or self.env.user).create({'picking_id': picking.id})
        if units:
            wizard.product_return_moves.filtered('move_id').quantity = units
        return self.env['stock.picking'].browse(wizard.action_shopify_undo()['res_id'])

    def goods(self, binding):
        return binding.sale_order_id.order_line.filtered(lambda line: line.product_id.is_storable)

    def waiting(self, binding):
        pickings = binding.sale_order_id.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel'))
        return pickings, sum(pickings.move_ids.mapped('product_uom_qty'))


class TestUndoneInOdoo(UndoneCase):
    def test_an_undone_delivery_is_on_the_shelf_and_planned_again(self):
        binding, picking = self.shipped()
        before = self.goods(binding).product_id.qty_available
        back = self.undo(picking)
        self.assertEqual((back.state, back.shopify_purpose), ('done', 'cancel'))
        self.assertEqual(self.goods(binding).product_id.qty_available, before + 3)
        self.assertEqual(self.goods(binding).qty_delivered, 0)
        planned, units = self.waiting(binding)
        self.assertEqual((len(planned), units, planned.picking_type_code), (1, 3, 'outgoing'))
        self.deliver(binding)
        self.assertEqual(self.goods(binding).qty_delivered, 3)
        self.assertEqual(self.waiting(binding)[1], 0)

    def test_a_part_that_never_left_is_planned_again(self):
        binding, picking = self.shipped()
        self.undo(picking, 1)
        self.assertEqual((self.goods(binding).qty_delivered, self.waiting(binding)[1]), (2, 1))

    def test_a_part_of_a_part_joins_what_is_still_to_be_delivered(self):
        binding, picking = self.shipped(2)
        self.undo(picking)
        self.assertEqual((self.goods(binding).qty_delivered, self.waiting(binding)[1]), (0, 3))

    def test_what_the_customer_sends_back_is_not_planned_again(self):
        binding, picking = self.shipped()
        wizard = self.env['stock.return.picking'].create({'picking_id': picking.id, 'shopify_reason': 'style'})
        wizard.product_return_moves.filtered('move_id').quantity = 1
        back = wizard._create_return()
        self.assertEqual((back.shopify_purpose, back.shopify_reason), ('return', 'style'))
        back._shopify_receive()
        self.assertEqual((self.goods(binding).qty_delivered, self.waiting(binding)[1]), (2, 0))
