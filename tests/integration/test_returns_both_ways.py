from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from tests.integration.deliveries_told import ToldCase
from tests.support.invoices import BooksCase


class ReturnedCase(BooksCase):
    """Orders of three units that have left Odoo's warehouse and Shopify's."""

    def shipped(self):
        binding = self.sell(lines=[{'sku': self.sku, 'quantity': 3, 'price': '17.33'}])
        self.act(binding, 'fulfill')
        self.assertEqual(self.goods(binding).qty_delivered, 3)
        return binding

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

    def test_the_books_are_as_in_shopify_after_a_return_that_was_received_in_odoo(self):
        self.backend.tell_returns = True
        binding = self.shipped()
        picking, _units = self.expected(self.returned(binding, 2))
        picking._shopify_receive()
        self.settle()
        self.settle()
        self.assertEqual(self.env['shopify.delivery'].search([('picking_id', '=', picking.id)]).state, 'sent')
        self.assertEqual(self.goods(binding).qty_delivered, 1)
        self.assert_as_in_shopify(binding)
        self.assertEqual(binding.refund_ids.picking_ids, picking)


class ToldBackCase(ToldCase):
    """Orders that Odoo has shipped and told; what comes back is received in Odoo."""

    def sent(self):
        binding = self.sold()
        picking = self.ship(binding)
        self.run_orders()
        self.assertEqual(self.row(picking).state, 'sent')
        return binding, picking

    def take_back(self, picking, *units, location=None, **values):
        wizard = self.env['stock.return.picking'].create({'picking_id': picking.id, **values})
        for line, count in zip(wizard.product_return_moves.sorted('move_id'), units, strict=False):
            line.quantity = count
        back = wizard._create_return()
        if location:
            back.location_dest_id = back.move_ids.location_dest_id = location
        back._shopify_receive()
        self.assertEqual(back.state, 'done')
        return back

    def returns(self, binding):
        return self.shop_order(binding)['returns']

    def records(self, binding):
        return self.env['shopify.return'].search([('order_binding_id', '=', binding.id)])

    def act(self, binding, action, **arguments):
        self.simulator.act(self.domain, binding.gid.rsplit('/', 1)[-1], action, **arguments)
        self.ring(self.backend, 'order', binding.gid)

    def units_back(self, binding):
        return [sum(line['processed'] for line in row['lines']) for row in self.returns(binding)]

    def delivered(self, binding):
        return [line.qty_delivered for line in binding.sale_order_id.order_line if line.product_id.type == 'consu']


class TestReturnsOfOdoo(ToldBackCase):
    def test_what_came_back_is_a_closed_return_restocked_where_it_is_and_no_money_moves(self):
        binding, picking = self.sent()
        paid = self.shop_order(binding)['totals']['net_payment']
        back = self.take_back(picking, 1, shopify_reason='defective', shopify_return_note='a seam is open')
        self.run_orders()
        self.assertEqual((self.row(back).kind, self.row(back).state), ('return', 'sent'), self.row(back).message)
        (shown,) = self.returns(binding)
        self.assertEqual((shown['status'], self.units_back(binding)), ('CLOSED', [1]))
        self.assertEqual(self.shop_order(binding)['totals']['net_payment'], paid)
        self.run_orders()
        record = self.records(binding)
        self.assertEqual(
            (record.state, record.line_ids.reason, record.line_ids.restocked), ('closed', 'Damaged or defective', 1)
        )
        self.assertIn(back.name, record.line_ids.reason_note)
        delivered = self.delivered(binding)
        self.ring(self.backend, 'order', binding.gid)
        self.assertEqual((len(picking.return_ids), self.delivered(binding)), (1, delivered))

    def test_goods_that_nobody_sells_are_not_restocked(self):
        binding, picking = self.sent()
        place = self.env['stock.location'].search(
            [('usage', '=', 'inventory'), ('company_id', '=', self.backend.company_id.id)], limit=1
        )
        back = self.take_back(picking, 1, location=place)
        self.run_orders()
        self.assertEqual(self.row(back).state, 'sent', self.row(back).message)
        self.run_orders()
        self.assertEqual((self.records(binding).line_ids.processed, self.records(binding).line_ids.restocked), (1, 0))

    def test_a_return_that_shopify_expects_is_received_there_in_parts_and_no_second_one_is_opened(self):
        binding, picking = self.sent()
        self.act(binding, 'return', process=False, lines=[{'index': 0, 'quantity': 2, 'reason': 'STYLE'}])
        record = self.records(binding)
        back = record.picking_ids
        self.assertEqual(sum(back.move_ids.mapped('product_uom_qty')), 2)
        back.move_ids.write({'quantity': 1, 'picked': True})
        back._shopify_receive()
        self.run_orders()
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [1]), self.row(back).message)
        self.run_orders()
        rest = record.picking_ids - back
        self.assertEqual((rest.state, sum(rest.move_ids.mapped('product_uom_qty'))), ('assigned', 1))
        self.assertEqual(self.pickings(binding), rest, "the order became smaller, and nothing is delivered again")
        rest._shopify_receive()
        self.run_orders()
        self.run_orders()
        self.assertEqual((record.state, self.units_back(binding)), ('closed', [2]))
        self.assertEqual(len(record.picking_ids), 2)

    def test_goods_of_a_request_that_nobody_has_answered_approve_it(self):
        binding, picking = self.sent()
        self.act(binding, 'return', requested=True, lines=[{'index': 0, 'quantity': 1, 'reason': 'STYLE'}])
        back = self.take_back(picking, 1)
        self.run_orders()
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [1]), self.row(back).message)
        self.run_orders()
        self.assertEqual(self.records(binding).state, 'closed')
        self.assertFalse(self.records(binding).picking_ids)

    def test_what_was_refunded_already_is_not_told_again(self):
        binding, picking = self.sent()
        sku = self.shop_order(binding)['lines'][0]['sku']
        units = self.shop_order(binding)['lines'][0]['quantity']
        self.act(binding, 'refund', lines=[{'sku': sku, 'quantity': units, 'restock_type': 'NO_RESTOCK'}])
        back = self.take_back(picking, units)
        self.run_orders()
        self.assertEqual((self.row(back).state, self.row(back).code), ('not_needed', 'refunded'))
        self.assertFalse(self.returns(binding))

    def test_what_the_shop_has_put_back_is_received_also_where_nobody_keeps_books(self):
        binding, picking = self.sent()
        units = sum(self.delivered(binding))
        self.act(binding, 'return', lines=[{'index': 0, 'quantity': 1, 'reason': 'STYLE'}])
        back = self.records(binding).picking_ids
        self.assertEqual((back.state, self.row(back).origin, self.row(back).state), ('done', 'shopify', 'sent'))
        self.assertEqual((sum(self.delivered(binding)), picking.return_ids), (units - 1, back))
        self.run_orders()
        self.ring(self.backend, 'order', binding.gid)
        self.assertEqual((sum(self.delivered(binding)), len(self.returns(binding))), (units - 1, 1))

    def test_what_was_refunded_and_put_back_without_a_return_is_received_where_nobody_keeps_books(self):
        binding = self.sold(lines=[{'sku': 'MCS-S-BLA', 'quantity': 3}])
        picking = self.ship(binding)
        self.run_orders()
        lines = [{'sku': 'MCS-S-BLA', 'quantity': 1, 'restock_type': 'RETURN'}]
        self.act(binding, 'refund', lines=lines)
        back = picking.return_ids
        self.assertEqual((back.state, self.delivered(binding)), ('done', [2]))
        self.assertEqual(back.shopify_refund_id, binding.refund_ids)
        self.run_orders()
        self.ring(self.backend, 'order', binding.gid)
        self.assertEqual((picking.return_ids, self.returns(binding), self.row(back)), (back, [], self.row(back)[:0]))
        self.assertEqual(binding.sale_order_id.order_line.filtered('shopify_line_gid')[:1].product_uom_qty, 2)
        self.assertFalse(self.pickings(binding))
        requests = self.requests('RefundsOfOrders')
        self.ring(self.backend, 'order', binding.gid)
        self.assertEqual(self.requests('RefundsOfOrders'), requests, "what agrees is not read again")
        lines[0]['restock_type'] = 'NO_RESTOCK'
        self.act(binding, 'refund', lines=lines)
        self.assertEqual((picking.return_ids, self.delivered(binding)), (back, [2]))

    def test_what_a_person_had_received_before_the_shop_said_so_is_not_received_again(self):
        binding, picking = self.sent()
        self.backend.tell_returns = False
        self.take_back(picking, 1)
        units = sum(self.delivered(binding))
        self.act(binding, 'return', lines=[{'index': 0, 'quantity': 1, 'reason': 'STYLE'}])
        self.assertEqual(sum(self.delivered(binding)), units)
        self.assertFalse(self.records(binding).picking_ids)

    def test_what_the_shop_and_a_person_receive_at_the_same_time_is_told_once(self):
        binding = self.sold(lines=[{'sku': 'MCS-S-BLA', 'quantity': 6}])
        self.ship(binding)
        self.run_orders()
        for received, shown in ((1, [1]), (2, [1, 1, 1])):
            with self.subTest(received=received):
                self.act(binding, 'return', process=False, lines=[{'index': 0, 'quantity': 1, 'reason': 'STYLE'}])
                back = self.records(binding)[:1].picking_ids
                # The shop is faster, and Odoo has not heard of it yet.
                self.shop_act(binding, 'return_step', step='process', index=len(self.returns(binding)) - 1)
                back.move_ids.write({'quantity': received, 'picked': True})
                back._shopify_receive()
                self.run_orders()
                self.run_orders()
                self.assertEqual(self.units_back(binding), shown)
                self.assertEqual(list(self.row(back).adopted.values()), [1])
                self.assertEqual(self.delivered(binding), [6 - sum(shown)])

    def test_a_receipt_that_asked_for_lots_is_no_second_return(self):
        binding, picking = self.sent()
        product = picking.move_ids.sorted('id')[:1].product_id
        product.tracking = 'lot'
        self.act(binding, 'return', lines=[{'index': 0, 'quantity': 1, 'reason': 'STYLE'}])
        back = self.records(binding).picking_ids
        self.assertNotEqual(back.state, 'done')
        lot = self.env['stock.lot'].create({'name': 'A', 'product_id': product.id})
        back.move_ids.move_line_ids.lot_id = lot
        back._shopify_receive()
        self.run_orders()
        self.run_orders()
        self.assertEqual((back.state, self.units_back(binding)), ('done', [1]))
        self.assertFalse(self.row(back), "it stands for the refund that the return is settled with")
        self.assertEqual(back.shopify_refund_id, binding.refund_ids)

    def test_what_came_back_of_an_order_that_was_cancelled_before_it_was_told_waits_for_nothing(self):
        binding = self.sold(lines=[{'sku': 'MCS-S-BLA', 'quantity': 3}])
        picking = self.ship(binding)
        self.act(binding, 'cancel')
        self.run_orders()
        self.assertEqual((self.row(picking).state, binding.sale_order_id.state), ('failed', 'sale'))
        back = self.take_back(picking, 3)
        self.run_orders()
        self.assertEqual((self.row(back).state, self.row(back).code), ('not_needed', 'refunded'))

    def test_a_return_is_told_after_the_delivery_that_it_is_of(self):
        binding = self.sold()
        back = self.take_back(self.ship(binding), 1)
        self.run_orders()
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [1]), self.row(back).message)

    def test_lost_answers_open_and_receive_nothing_twice(self):
        binding, picking = self.sent()
        for operation in ('returnCreate', 'returnProcess', 'returnClose'):
            self.simulator.fault(self.domain, 'disconnect_after', match=operation)
        back = self.take_back(picking, 1)
        for _run in range(12):
            self.run_orders()
            self.pass_time()
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [1]), self.row(back).message)
        self.assertEqual([row['status'] for row in self.returns(binding)], ['CLOSED'])

    def test_requests_are_answered_from_odoo(self):
        binding, _picking = self.sent()
        for answer, state in (('approve', 'open'), ('decline', 'declined')):
            self.act(binding, 'return', requested=True, lines=[{'index': 0, 'quantity': 1, 'reason': 'STYLE'}])
            record = self.records(binding).filtered(lambda row: row.state == 'requested')
            if answer == 'approve':
                record.action_approve()
                with self.assertRaisesRegex(UserError, 'has been answered'):
                    record.action_approve()
            else:
                wizard = self.env['shopify.return.decline'].with_context(record.action_decline()['context'])
                wizard.create({'reason': 'FINAL_SALE', 'note': 'As announced'}).action_confirm()
            self.run_orders()
            self.run_orders()
            self.assertEqual(record.state, state)
            with self.assertRaisesRegex(UserError, 'no open request'):
                record.action_approve()
        self.assertEqual(record.decline_note, 'As announced')

    def test_a_store_that_tells_no_returns_and_one_without_the_scope_say_so(self):
        binding, picking = self.sent()
        self.backend.granted_scopes = ', '.join(
            scope for scope in self.backend.granted_scopes.split(', ') if scope != 'write_returns'
        )
        back = self.take_back(picking, 1)
        self.run_orders()
        self.assertEqual((self.row(back).state, self.row(back).code), ('failed', 'missing_scope'))
        self.backend.tell_returns = False
        self.assertFalse(self.row(self.take_back(picking, 1)))
        back = self.take_back(self.sent()[1], 1)
        self.assertFalse(self.row(back))
        self.backend.tell_returns = True
        back._shopify_note_deliveries()
        self.backend.tell_returns = False
        self.run_orders()
        self.assertEqual((self.row(back).state, self.row(back).code), ('not_needed', 'export_off'))

    def test_a_return_that_the_shop_closes_at_the_same_moment_is_closed(self):
        binding, picking = self.sent()
        back = self.take_back(picking, 1)
        model = type(self.env['shopify.sync.delivery.steps'])
        perform = model._perform

        def close_first(engine, backend, client, steps):
            if steps.kind == 'return_close':
                self.shop_act(binding, 'return_step', step='close')
            return perform(engine, backend, client, steps)

        with patch.object(model, '_perform', close_first):
            self.run_orders()
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [1]), self.row(back).message)

    def three_sent(self):
        binding = self.sold(lines=[{'sku': 'MCS-S-BLA', 'quantity': 3}])
        picking = self.ship(binding)
        self.run_orders()
        return binding, picking

    def correct(self, back, units):
        """Somebody enters what was overlooked, or counted too much, in a receipt that is done."""
        back.move_ids.move_line_ids[:1].quantity = units
        self.run_orders()
        self.run_orders()

    def test_what_is_added_to_a_return_that_was_told_is_told_as_well(self):
        binding, picking = self.three_sent()
        back = self.take_back(picking, 1)
        self.run_orders()
        self.correct(back, 2)
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [1, 1]), self.row(back).message)
        self.assertEqual([row['status'] for row in self.returns(binding)], ['CLOSED', 'CLOSED'])
        self.ring(self.backend, 'order', binding.gid)
        self.run_orders()
        self.assertEqual((self.units_back(binding), picking.return_ids, self.delivered(binding)), ([1, 1], back, [1]))

    def test_what_is_taken_off_a_return_that_was_told_stays_told(self):
        binding, picking = self.three_sent()
        back = self.take_back(picking, 2)
        self.run_orders()
        self.correct(back, 1)
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [2]))
        self.correct(back, 2)
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [2]))
        self.correct(back, 3)
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [2, 1]))

    def test_what_is_added_to_a_return_is_not_told_where_the_store_tells_none(self):
        binding, picking = self.three_sent()
        back = self.take_back(picking, 1)
        self.run_orders()
        self.backend.tell_returns = False
        tasks = self.env['shopify.task'].search_count([('kind', '=', 'delivery')])
        self.correct(back, 2)
        self.assertEqual(self.env['shopify.task'].search_count([('kind', '=', 'delivery')]), tasks)
        # What makes the delivery's own goods be looked at again opens no return either.
        picking._shopify_note_tracking(picking.CORRECTED)
        self.run_orders()
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [1]))

    def test_what_is_added_to_a_return_of_the_shop_is_not_told_back(self):
        binding, _picking = self.three_sent()
        self.act(binding, 'return', lines=[{'index': 0, 'quantity': 1, 'reason': 'STYLE'}])
        back = self.records(binding).picking_ids
        self.assertEqual((back.state, self.row(back).origin), ('done', 'shopify'))
        self.correct(back, 2)
        self.assertEqual((self.row(back).origin, self.units_back(binding)), ('shopify', [1]))

    def test_what_is_added_to_a_return_in_another_place_is_told_alone(self):
        binding, picking = self.three_sent()
        place = self.main.warehouse_id
        self.main.warehouse_id = False
        back = self.take_back(picking, 1)
        self.run_orders()
        self.assertEqual(self.row(back).state, 'sent', self.row(back).message)
        self.main.warehouse_id = place
        self.correct(back, 2)
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [1, 1]), self.row(back).message)

    def test_an_order_that_breaks_takes_no_other_return_along(self):
        pickings = [self.sent()[1] for _number in range(2)]
        broken, back = (self.take_back(picking, 1) for picking in pickings)
        model = type(self.env['shopify.sync.delivery.units'])
        parcels = model._get_parcels

        def break_one(units, deliveries):
            if broken in deliveries.filtered(lambda row: row.kind == 'return').picking_id:
                raise ValueError("A line of it is gone")
            return parcels(units, deliveries)

        with patch.object(model, '_get_parcels', break_one), mute_logger('odoo.addons.shopify_connector.sync.engine'):
            self.run_orders()
        self.assertEqual((self.row(broken).state, self.row(back).state), ('failed', 'sent'))
