from odoo.exceptions import AccessError
from odoo.tests import Form

from tests.integration.deliveries_told import ToldCase
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

    def test_an_undone_delivery_is_no_business_of_the_books(self):
        self.backend.invoice_policy = 'delivered'
        binding, picking = self.shipped()
        documents = self.documents(binding)
        self.undo(picking)
        self.settle()
        self.assertEqual(self.documents(binding), documents)
        self.deliver(binding)
        self.assertEqual(self.documents(binding), documents)
        self.assert_as_in_shopify(binding)

    def test_people_in_the_warehouse_undo_deliveries_without_a_role_in_shopify(self):
        person = self.env['res.users'].create(
            {
                'name': "Wilma",
                'login': 'wilma@undo.example',
                'group_ids': [(6, 0, self.env.ref('stock.group_stock_user').ids)],
                'company_ids': [(6, 0, self.backend.company_id.ids)],
                'company_id': self.backend.company_id.id,
            }
        )
        binding, picking = self.shipped()
        with self.assertRaises(AccessError):
            self.env['shopify.delivery'].with_user(person).search([])
        form = Form(
            self.env['stock.return.picking']
            .with_user(person)
            .with_context(active_id=picking.id, active_model='stock.picking')
        )
        self.assertTrue(form.shopify_is_order)
        form.shopify_purpose = 'cancel'
        back = self.env['stock.picking'].browse(form.save().action_shopify_undo()['res_id'])
        self.assertEqual((back.state, self.goods(binding).qty_delivered, self.waiting(binding)[1]), ('done', 0, 3))

    def shipped_lots(self):
        """One unit of lot A and two of lot B have left: ``(delivery, A, B)``."""
        binding = self.sell(lines=[{'sku': self.sku, 'quantity': 3, 'price': '17.33'}])
        product = self.goods(binding).product_id
        product.tracking = 'lot'
        lots = self.env['stock.lot'].create([{'name': name, 'product_id': product.id} for name in ('A', 'B')])
        picking, _units = self.waiting(binding)
        picking.move_ids.move_line_ids.unlink()
        values = picking.move_ids._prepare_move_line_vals(quantity=0)
        self.env['stock.move.line'].create(
            [{**values, 'lot_id': lot.id, 'quantity': units} for lot, units in zip(lots, (1, 2), strict=True)]
        )
        picking.move_ids.picked = True
        picking.with_context(skip_sms=True).button_validate()
        return picking, *lots

    def test_lots_that_never_left_are_back(self):
        picking, first, second = self.shipped_lots()
        back = self.undo(picking)
        self.assertEqual(back.state, 'done')
        self.assertEqual({line.lot_id: line.quantity for line in back.move_line_ids}, {first: 1, second: 2})

    def test_a_lot_that_is_back_does_not_come_back_again(self):
        picking, first, second = self.shipped_lots()
        parts = [self.undo(picking, units) for units in (1, 2)]
        self.assertEqual([part.state for part in parts], ['done', 'done'])
        found = [{line.lot_id: line.quantity for line in part.move_line_ids} for part in parts]
        self.assertEqual(found, [{second: 1}, {second: 1, first: 1}])

    def test_an_undone_delivery_in_two_steps_begins_with_its_first(self):
        warehouse = self.env['stock.warehouse'].search([('company_id', '=', self.backend.company_id.id)], limit=1)
        warehouse.delivery_steps = 'pick_ship'
        binding = self.sell(lines=[{'sku': self.sku, 'quantity': 3, 'price': '17.33'}])
        self.deliver(binding)
        self.deliver(binding)
        self.assertEqual(self.goods(binding).qty_delivered, 3)
        sent = binding.sale_order_id.picking_ids.filtered(lambda row: row.picking_type_code == 'outgoing')
        self.undo(sent)
        self.assertEqual(self.goods(binding).qty_delivered, 0)
        self.deliver(binding)
        self.deliver(binding)
        self.assertEqual((self.goods(binding).qty_delivered, self.waiting(binding)[1]), (3, 0))

    def test_what_the_customer_sends_back_is_not_planned_again(self):
        binding, picking = self.shipped()
        wizard = self.env['stock.return.picking'].create({'picking_id': picking.id, 'shopify_reason': 'style'})
        wizard.product_return_moves.filtered('move_id').quantity = 1
        back = wizard._create_return()
        self.assertEqual((back.shopify_purpose, back.shopify_reason), ('return', 'style'))
        back._shopify_receive()
        self.assertEqual((self.goods(binding).qty_delivered, self.waiting(binding)[1]), (2, 0))


class CalledBackCase(ToldCase):
    """Orders whose delivery was validated in Odoo and told to Shopify."""

    def sent(self, **wishes):
        binding = self.sold(**wishes)
        picking = self.ship(binding)
        self.run_orders()
        self.assertEqual(self.row(picking).state, 'sent')
        return binding, picking

    def undo(self, picking, *units):
        """Undo a delivery, or so many units of its moves."""
        wizard = self.env['stock.return.picking'].create({'picking_id': picking.id})
        for line, count in zip(wizard.product_return_moves.sorted('move_id'), units, strict=False):
            line.quantity = count
        return self.env['stock.picking'].browse(wizard.action_shopify_undo()['res_id'])

    def undo_without_answers(self, picking, *units):
        """Undo while the answers to what Odoo tells Shopify of it are lost, until that is settled."""
        for operation in ('fulfillmentCancel', 'fulfillmentCreate'):
            self.simulator.fault(self.domain, 'disconnect_after', match=operation)
        back = self.undo(picking, *units)
        for _run in range(8):
            self.run_orders()
            self.pass_time()
        self.assertEqual(self.row(back).state, 'sent')

    def notices(self):
        return [row['kind'] for row in self.simulator.state(self.domain)['notices']]

    def states(self, binding):
        return [row['status'] for row in self.shop_order(binding)['fulfillments']]

    def shop_cancels(self, binding, index=0):
        number = binding.gid.rsplit('/', 1)[-1]
        self.simulator.act(self.domain, number, 'fulfillment', step='cancel', index=index)
        self.ring(self.backend, 'order', binding.gid)

    def in_two_parcels(self):
        """One transfer whose two parcels, of two units of one line each, have been told."""
        binding = self.sold(lines=[{'sku': 'MCS-S-BLA', 'quantity': 4}])
        picking = self.pickings(binding)
        boxes = self.env['stock.package'].create([{'name': "BOX1"}, {'name': "BOX2"}])
        move = picking.move_ids
        move.quantity = 4
        move.move_line_ids.write({'quantity': 2, 'result_package_id': boxes[0].id})
        move.move_line_ids[:1].copy({'result_package_id': boxes[1].id, 'quantity': 2})
        for box in boxes:
            box.shopify_tracking_ref = f'N-{box.name}'
        move.picked = True
        picking.with_context(skip_sms=True).button_validate()
        self.run_orders()
        self.assertEqual((self.row(picking).state, self.states(binding)), ('sent', ['SUCCESS', 'SUCCESS']))
        return binding, picking

    def open_units(self, binding):
        return sum(self.pickings(binding).move_ids.mapped('product_uom_qty'))


class TestCalledBack(CalledBackCase):
    def test_an_undone_delivery_is_cancelled_in_shopify_and_may_be_sent_again(self):
        binding, picking = self.sent()
        back = self.undo(picking)
        self.run_orders()
        self.assertEqual((self.row(back).kind, self.row(back).state), ('cancel', 'sent'))
        self.assertEqual((self.states(binding), +self.told(binding)), (['CANCELLED'], {}))
        self.assertEqual((self.row(picking).code, picking.shopify_delivery_state), ('called_back', 'called_back'))
        self.assertIn('called back since', picking.shopify_delivery_message)
        found = self.env['stock.picking'].search([('shopify_delivery_state', '=', 'called_back')])
        self.assertEqual(found, picking)
        self.assertNotIn(picking, found.search([('shopify_delivery_state', 'in', ('sent', 'taken'))]))
        again = self.ship(binding)
        self.run_orders()
        self.assertEqual(self.row(again).state, 'sent')
        self.assertEqual(self.told(binding), self.ordered(binding))

    def test_a_part_that_never_left_is_fulfilled_again_without_it_and_without_a_word_to_the_customer(self):
        binding, picking = self.sent()
        before = self.told(binding)
        notices = self.notices()
        back = self.undo(picking, 1)
        self.run_orders()
        self.assertEqual(self.row(back).state, 'sent')
        self.assertEqual(self.states(binding), ['CANCELLED', 'SUCCESS'])
        self.assertEqual(picking.shopify_delivery_state, 'sent')
        self.assertEqual(sum(self.told(binding).values()), sum(before.values()) - 1)
        self.assertEqual(self.notices(), notices)
        rows = self.env['shopify.fulfillment'].search([('order_binding_id', '=', binding.id)], order='id')
        self.assertEqual(rows.mapped('taken'), ['undone', 'done'])
        self.assertEqual(rows.picking_ids, picking)
        self.ring(self.backend, 'order', binding.gid)
        self.assertEqual(self.open_units(binding), 1)

    def test_what_was_undone_before_shopify_was_told_is_never_told(self):
        binding = self.sold()
        picking = self.ship(binding)
        back = self.undo(picking)
        self.run_orders()
        self.assertEqual((self.row(picking).state, self.row(back).state), ('not_needed', 'not_needed'))
        self.assertFalse(self.states(binding))
        self.assertFalse(self.notices())

    def test_an_order_that_was_cancelled_meanwhile_is_not_delivered_again(self):
        binding = self.sold()
        picking = self.ship(binding)
        self.simulator.act(self.domain, binding.gid.rsplit('/', 1)[-1], 'cancel')
        self.ring(self.backend, 'order', binding.gid)
        self.assertEqual((bool(binding.cancelled_at), binding.sale_order_id.state), (True, 'sale'))
        self.undo(picking)
        self.assertFalse(self.pickings(binding))
        self.run_orders()
        self.assertEqual(binding.sale_order_id.state, 'cancel')
        self.assertFalse(self.states(binding))

    def test_a_part_that_was_undone_before_is_told_in_the_end(self):
        binding = self.sold()
        picking = self.ship(binding)
        back = self.undo(picking, 1)
        self.run_orders()
        self.assertEqual((self.row(picking).state, self.row(back).state), ('sent', 'sent'))
        self.assertEqual(sum(self.told(binding).values()), sum(self.ordered(binding).values()) - 1)

    def test_a_lost_answer_cancels_nothing_twice_and_makes_the_rest_once(self):
        binding, picking = self.sent()
        self.undo_without_answers(picking, 1)
        self.assertEqual(self.states(binding), ['CANCELLED', 'SUCCESS'])
        self.assertEqual(sum(self.told(binding).values()), sum(self.ordered(binding).values()) - 1)


class TestCancelledInShopify(CalledBackCase):
    def test_goods_of_a_cancelled_fulfilment_are_back_and_a_new_delivery_is_planned(self):
        binding, picking = self.sent()
        requests = self.requests('FulfillmentCancel')
        self.shop_cancels(binding)
        self.assertEqual(sum(binding.sale_order_id.order_line.mapped('qty_delivered')), 0)
        self.assertEqual(self.open_units(binding), sum(self.ordered(binding).values()))
        back = picking.return_ids
        self.assertEqual((back.state, self.row(back).origin, self.row(back).state), ('done', 'shopify', 'sent'))
        self.run_orders()
        self.assertEqual(self.requests('FulfillmentCancel'), requests)
        self.ring(self.backend, 'order', binding.gid)
        self.assertEqual(len(picking.return_ids), 1)
        self.assertEqual(self.row(self.ship(binding)).state, 'waiting')
        self.run_orders()
        self.assertEqual(self.told(binding), self.ordered(binding))

    def test_a_store_may_have_it_planned_or_asked(self):
        self.backend.take_cancelled = 'return'
        binding, picking = self.sent()
        self.shop_cancels(binding)
        back = picking.return_ids
        self.assertEqual((back.shopify_purpose, back.state), ('cancel', 'assigned'))
        self.assertIn('Validate this transfer', back.shopify_delivery_message)
        back._shopify_receive()
        self.run_orders()
        self.assertEqual((back.state, self.row(back).origin, self.row(back).state), ('done', 'shopify', 'sent'))
        self.assertEqual(self.open_units(binding), sum(self.ordered(binding).values()))
        self.backend.take_cancelled = 'ask'
        binding, picking = self.sent()
        self.shop_cancels(binding)
        self.assertFalse(picking.return_ids)
        task = self.env['shopify.task'].search([('key', '=', binding.gid), ('state', '=', 'failed')])
        self.assertIn('was cancelled in Shopify', task.message)

    def test_what_a_person_has_undone_before_odoo_hears_of_it_is_called_back(self):
        for policy in ('undo', 'return', 'ask'):
            with self.subTest(policy=policy):
                self.backend.take_cancelled = policy
                binding, picking = self.sent()
                self.undo(picking)
                self.shop_cancels(binding)
                self.run_orders()
                row = self.env['shopify.fulfillment'].search([('order_binding_id', '=', binding.id)])
                self.assertEqual((row.taken, row.message), ('undone', False))
                self.assertEqual((self.row(picking).code, picking.shopify_delivery_state), ('called_back', 'called_back'))
                self.assertEqual((len(picking.return_ids), self.requests('FulfillmentCancel')), (1, 0))

    def test_a_person_is_asked_once_and_what_they_undo_is_settled(self):
        self.backend.take_cancelled = 'ask'
        binding, picking = self.sent()
        self.shop_cancels(binding)
        failed = [('key', '=', binding.gid), ('state', '=', 'failed')]
        task = self.env['shopify.task'].search(failed)
        self.ring(self.backend, 'order', binding.gid)
        self.assertFalse(task.search(failed) - task)
        self.undo(picking)
        self.run_orders()
        self.assertFalse(task.search(failed))
        row = self.env['shopify.fulfillment'].search([('order_binding_id', '=', binding.id)])
        self.assertEqual((row.taken, self.row(picking).code), ('undone', 'called_back'))
        self.backend.take_cancelled = 'undo'
        self.ring(self.backend, 'order', binding.gid)
        self.assertEqual((len(picking.return_ids), self.open_units(binding)), (1, sum(self.ordered(binding).values())))

    def test_what_brings_a_parcel_back_that_the_shop_has_cancelled_calls_no_other_parcel_back(self):
        for policy in ('return', 'ask', 'undo'):
            with self.subTest(policy=policy):
                self.backend.take_cancelled = policy
                binding, picking = self.in_two_parcels()
                self.shop_cancels(binding)
                if policy == 'return':
                    picking.return_ids._shopify_receive()
                elif policy == 'ask':
                    self.undo(picking, 2)
                self.run_orders()
                self.assertEqual(picking.return_ids.state, 'done')
                self.assertEqual(self.states(binding), ['CANCELLED', 'SUCCESS'])
                self.undo(picking, 2)
                self.run_orders()
                self.assertEqual(self.states(binding), ['CANCELLED', 'CANCELLED'])
                self.assertEqual(self.open_units(binding), 4)
