"""Deliveries and the fulfilment orders that Shopify has for them: places, holds, schedules, requests, what others have done."""

from datetime import timedelta

from odoo import fields

from tests.integration.deliveries_told import ToldCase

CREATE = 'FulfillmentCreate'


class TestPlaces(ToldCase):
    def order_work(self, binding, step, **arguments):
        """Do something to the order's fulfilment order as the merchant."""
        self.shop_act(binding, 'fulfillment_order', step=step, **arguments)

    def places(self, binding):
        return [row['location_id'] for row in self.shop_order(binding)['fulfillments']]

    # -- where ----------------------------------------------------------------------------------------------------------
    def test_what_leaves_from_another_warehouse_is_moved_to_its_location_first(self):
        binding = self.binding
        self.order_work(binding, 'move', location_id=self.store_place.gid)
        delivery = self.row(self.ship(binding))
        self.run_orders()
        self.assertEqual(delivery.state, 'sent', delivery.message)
        self.assertEqual(delivery.step_ids.sorted('id').mapped('kind'), ['move', 'create'])
        self.assertEqual(self.places(binding), [self.main.gid])

    def test_a_part_that_leaves_elsewhere_is_moved_alone(self):
        binding = self.binding
        self.order_work(binding, 'move', location_id=self.store_place.gid)
        delivery = self.row(self.ship(binding, 1, 0))
        self.run_orders()
        self.assertEqual(delivery.state, 'sent', delivery.message)
        self.assertEqual((sum(self.told(binding).values()), self.places(binding)), (1, [self.main.gid]))
        self.ship(binding)
        self.run_orders()
        self.assertEqual(self.told(binding), self.ordered(binding))

    def test_a_move_whose_answer_is_lost_is_looked_for(self):
        binding = self.binding
        self.order_work(binding, 'move', location_id=self.store_place.gid)
        delivery = self.row(self.ship(binding, 1, 0))
        self.simulator.fault(self.domain, 'disconnect_after', match='FulfillmentOrderMove')
        self.run_orders()
        self.assertEqual((delivery.step_ids.kind, delivery.step_ids.state), ('move', 'unclear'))
        self.pass_time()
        self.run_orders()
        self.assertEqual(delivery.state, 'sent', delivery.message)
        self.assertEqual(self.requests('FulfillmentOrderMove'), 1)

    def test_what_shopify_does_not_move_is_told_where_it_is_assigned(self):
        binding = self.binding
        self.order_work(binding, 'move', location_id=self.store_place.gid)
        self.order_work(binding, 'progress')
        delivery = self.row(self.ship(binding))
        self.run_orders()
        self.assertEqual((delivery.state, self.places(binding)), ('sent', [self.store_place.gid]), delivery.message)

    def test_a_store_that_moves_nothing_tells_where_it_is_assigned(self):
        self.backend.ship_move = 'assigned'
        binding = self.binding
        self.order_work(binding, 'move', location_id=self.store_place.gid)
        delivery = self.row(self.ship(binding))
        self.run_orders()
        self.assertEqual((delivery.state, self.places(binding)), ('sent', [self.store_place.gid]))
        self.assertEqual(self.requests('FulfillmentOrderMove'), 0)

    def test_what_the_customer_picks_up_is_told_where_it_is_picked_up(self):
        self.store_place.warehouse_id = False
        binding = self.sold(delivery='pickup', pickup_location_id=self.store_place.gid)
        self.assertEqual(self.pickings(binding).picking_type_id.warehouse_id, self.warehouse)
        for amounts in ((1, 0), ()):
            delivery = self.row(self.ship(binding, *amounts))
            self.run_orders()
            self.assertEqual((delivery.state, delivery.step_ids.kind), ('sent', 'create'), delivery.message)
        self.assertEqual(self.places(binding), [self.store_place.gid] * 2)
        self.assertEqual(self.told(binding), self.ordered(binding))
        self.assertEqual(self.requests('FulfillmentOrderMove'), 0)

    # -- not yet --------------------------------------------------------------------------------------------------------
    def test_what_shopify_holds_is_told_when_the_hold_is_released(self):
        binding = self.binding
        picking = self.ship(binding)
        self.order_work(binding, 'hold', notes="The customer moves house.")
        delivery = self.row(picking)
        self.run_orders()
        self.assertEqual((delivery.state, delivery.code), ('held', 'on_hold'))
        self.assertIn("The customer moves house.", delivery.message)
        self.assertEqual(self.task(binding).state, 'done')
        self.order_work(binding, 'release')
        self.env.flush_all()
        self.env.cr.execute("UPDATE shopify_delivery SET write_date = write_date - interval '2 hours'")
        self.run_orders()
        self.assertEqual(delivery.state, 'sent', delivery.message)

    def test_whoever_reads_that_a_hold_is_gone_has_the_delivery_told(self):
        binding = self.binding
        delivery = self.row(self.ship(binding))
        self.order_work(binding, 'hold')
        self.run_orders()
        self.order_work(binding, 'release')
        self.ring(self.backend, 'order', binding.gid)
        self.assertEqual(delivery.state, 'sent', delivery.message)

    def test_a_hold_is_released_on_request(self):
        binding = self.binding
        self.order_work(binding, 'hold')
        client = self.backend._get_client('orders')
        state = self.env['shopify.sync.delivery']._read_states(self.backend, client, [binding.gid])[binding.gid]
        order = state.orders[0]
        variables = {'id': order.gid, 'holdIds': [order.holds[0].gid]}
        step = self.env['shopify.delivery.step']._plan(binding, 'release', variables)
        self.run_orders()
        self.assertEqual(step.state, 'done', step.message)
        self.assertEqual(self.shop_order(binding)['fulfillment_orders'][0]['status'], 'OPEN')

    def test_what_a_person_has_released_is_told_at_once(self):
        binding = self.binding
        delivery = self.row(self.ship(binding))
        self.order_work(binding, 'hold')
        self.run_orders()
        self.assertEqual(delivery.state, 'held')
        order = self.shop_order(binding)['fulfillment_orders'][0]
        self.env['shopify.delivery.step']._plan(binding, 'release', {'id': order['id']})
        self.run_orders()
        self.assertEqual(delivery.state, 'sent', delivery.message)

    def test_what_is_scheduled_for_later_and_left_already_is_opened(self):
        binding = self.binding
        self.order_work(binding, 'schedule', at=(fields.Datetime.now() + timedelta(days=90)).isoformat() + 'Z')
        delivery = self.row(self.ship(binding))
        self.run_orders()
        self.assertEqual(delivery.state, 'sent', delivery.message)
        self.assertEqual(delivery.step_ids.sorted('id').mapped('kind'), ['open', 'create'])

    # -- others ---------------------------------------------------------------------------------------------------------
    def test_what_somebody_fulfilled_in_shopify_first_is_adopted(self):
        binding = self.binding
        picking = self.ship(binding)
        self.shop_act(binding, 'fulfill')
        delivery = self.row(picking)
        self.run_orders()
        self.assertEqual((delivery.state, delivery.code), ('sent', 'adopted'), delivery.message)
        self.assertEqual(self.requests(CREATE), 0)
        row = delivery.fulfillment_ids
        self.assertEqual((row.origin, row.taken, row.picking_ids), ('shopify', 'done', picking))
        self.assertEqual(self.told(binding), self.ordered(binding))

    def test_the_rest_of_a_parcel_that_was_adopted_in_part_is_taken_over(self):
        binding = self.binding
        self.main.missing_stock = 'negative'
        picking = self.ship(binding, 1, 0)
        self.shop_act(binding, 'fulfill')
        self.run_orders()
        self.assertEqual(self.row(picking).code, 'adopted', self.row(picking).message)
        self.run_orders()
        row = self.env['shopify.fulfillment'].search([('order_binding_id', '=', binding.id)])
        self.assertEqual((row.taken, row.message), ('done', False))
        self.assertIn(picking, row.picking_ids)
        self.assertFalse(self.pickings(binding))

    def test_one_parcel_of_the_shop_stands_for_two_deliveries_of_odoo(self):
        binding = self.binding
        pickings = self.ship(binding, 1, 0) | self.ship(binding)
        self.shop_act(binding, 'fulfill')
        self.run_orders()
        rows = [self.row(picking) for picking in pickings]
        self.assertEqual([row.code for row in rows], ['adopted', 'adopted'])
        self.assertEqual(rows[0].fulfillment_ids.picking_ids, pickings)

    def test_what_was_refunded_meanwhile_is_a_reason_with_a_way_out(self):
        binding = self.binding
        picking = self.ship(binding)
        self.shop_act(binding, 'cancel', restock=True, refund=True)
        delivery = self.row(picking)
        self.run_orders()
        self.assertEqual((delivery.state, delivery.code), ('failed', 'cancelled'))
        self.assertEqual(self.task(binding).state, 'failed')
        self.assertEqual(self.requests(CREATE), 0)

    def test_a_location_whose_parcels_shopify_tells_itself_is_left_alone(self):
        self.main.shipper = 'shopify'
        binding = self.binding
        delivery = self.row(self.ship(binding))
        self.run_orders()
        self.assertEqual((delivery.state, delivery.code), ('not_needed', 'told_by_shop'))
        self.assertEqual(self.requests(CREATE), 0)

    # -- services and pickup --------------------------------------------------------------------------------------------
    def service(self, binding, own):
        """A fulfilment service's location, which the order is routed to."""
        name = 'Own Service' if own else 'Far Away'
        made = self.simulator.post(f'/shops/{self.domain}/locations', name=name, service=name, own=own)
        for line in self.shop_order(binding)['lines']:
            self.simulator.post(
                f'/shops/{self.domain}/inventory/stocked', sku=line['sku'], location_id=made['id'], stocked=True
            )
        self.order_work(binding, 'move', location_id=made['id'])
        return self.env['shopify.location'].create(
            {
                'backend_id': self.backend.id,
                'gid': made['id'],
                'name': name,
                'is_fulfillment_service': True,
                'shipper': 'odoo' if own else 'shopify',
                'warehouse_id': self.warehouse.id if own else False,
            }
        )

    def test_a_request_to_our_own_service_is_accepted_before_it_is_fulfilled(self):
        binding = self.binding
        self.main.warehouse_id = False
        self.service(binding, own=True)
        self.order_work(binding, 'request')
        delivery = self.row(self.ship(binding))
        self.run_orders()
        self.assertEqual(delivery.state, 'sent', delivery.message)
        self.assertEqual(delivery.step_ids.sorted('id').mapped('kind'), ['accept', 'create'])

    def test_what_another_service_has_accepted_is_never_fulfilled_by_odoo(self):
        binding = self.binding
        self.service(binding, own=False)
        self.order_work(binding, 'request')
        self.order_work(binding, 'accept')
        delivery = self.row(self.ship(binding))
        self.run_orders()
        self.assertEqual((delivery.state, delivery.code), ('failed', 'service'), delivery.message)
        self.assertIn('Far Away', delivery.message)
        self.assertEqual(self.requests(CREATE), 0)

    def test_what_another_service_could_not_complete_is_told_from_where_odoo_ships_it(self):
        binding = self.binding
        self.service(binding, own=False)
        self.order_work(binding, 'request')
        self.order_work(binding, 'accept')
        delivery = self.row(self.ship(binding))
        self.run_orders()
        self.assertEqual((delivery.state, delivery.code), ('failed', 'service'), delivery.message)
        self.order_work(binding, 'fail')
        self.assertEqual(self.shop_order(binding)['fulfillment_orders'][-1]['status'], 'INCOMPLETE')
        self.ring(self.backend, 'order', binding.gid)
        self.run_orders()
        self.assertEqual(delivery.state, 'sent', delivery.message)
        self.assertEqual((self.told(binding), self.places(binding)), (self.ordered(binding), [self.main.gid]))
        self.assertFalse(self.task(binding).search([('key', '=', binding.gid), ('state', '=', 'failed')]))

    def test_a_service_is_asked_for_its_part_and_a_lost_answer_is_looked_for(self):
        binding = self.binding
        self.service(binding, own=False)
        order = self.shop_order(binding)['fulfillment_orders'][-1]
        step = self.env['shopify.delivery.step']._plan(binding, 'request', {'id': order['id'], 'message': "Please."})
        self.simulator.fault(self.domain, 'disconnect_after', match='SubmitFulfillmentRequest')
        self.run_orders()
        self.pass_time()
        self.run_orders()
        self.assertEqual((step.state, step.sends), ('done', 1), step.message)

    def test_a_message_that_shopify_shows_nowhere_is_not_sent_twice(self):
        binding = self.sold(delivery='pickup')
        order = self.shop_order(binding)['fulfillment_orders'][0]
        wanted = {'input': {'lineItemsByFulfillmentOrder': [{'fulfillmentOrderId': order['id']}]}}
        step = self.env['shopify.delivery.step']._plan(binding, 'prepared', wanted)
        self.simulator.fault(self.domain, 'disconnect_before', match='PreparedForPickup')
        self.run_orders()
        self.pass_time()
        self.run_orders()
        self.assertEqual((step.state, step.code, step.sends), ('failed', 'answer_lost', 1))
        self.assertEqual(self.task(binding).state, 'failed')
        delivery = self.row(self.ship(binding))
        self.run_orders()
        self.assertEqual(delivery.state, 'sent', delivery.message)

    # -- scopes ---------------------------------------------------------------------------------------------------------
    def test_without_a_scope_the_reason_names_it_and_the_store_works_on(self):
        binding = self.binding
        delivery = self.row(self.ship(binding))
        scopes = [scope for scope in self.backend.granted_scopes.split(',') if 'fulfillment_orders' not in scope]
        self.backend.granted_scopes = ','.join(scopes)
        self.run_orders()
        self.assertEqual((delivery.state, delivery.code), ('failed', 'no_scope'))
        self.assertIn('write_merchant_managed_fulfillment_orders', delivery.message)
        self.assertEqual(self.backend.state, 'connected')

    def test_a_scope_that_was_taken_away_without_a_word_fails_the_delivery_only(self):
        binding = self.binding
        delivery = self.row(self.ship(binding))
        scopes = [scope.strip().replace('write', 'read') for scope in self.backend.granted_scopes.split(',')]
        self.simulator.settings(self.domain, scopes=scopes)
        self.run_orders()
        self.assertEqual((delivery.state, delivery.code), ('failed', 'missing_scope'), delivery.message)
        self.assertEqual((self.backend.state, delivery.step_ids.state), ('connected', 'failed'))

    # -- forgotten ------------------------------------------------------------------------------------------------------
    def test_a_row_without_a_task_is_found(self):
        binding = self.binding
        delivery = self.row(self.ship(binding))
        self.env['shopify.task'].search([('kind', '=', 'delivery')]).unlink()
        self.env.flush_all()
        self.env.cr.execute("UPDATE shopify_delivery SET write_date = write_date - interval '5 minutes'")
        self.run_orders()
        self.assertEqual(delivery.state, 'sent', delivery.message)

    def test_a_transfer_that_was_never_noted_is_found(self):
        binding = self.binding
        picking = self.ship(binding)
        self.env['shopify.task'].search([('kind', '=', 'delivery')]).unlink()
        self.row(picking).unlink()
        self.backend.deliveries_swept_at = False
        self.backend.ship_since = fields.Datetime.now() - timedelta(days=1)
        self.run_orders()
        self.assertEqual(self.row(picking).state, 'sent')
        self.assertEqual(self.told(binding), self.ordered(binding))

    def test_a_return_that_was_never_noted_is_found_also_where_deliveries_are_not_told(self):
        picking = self.ship(self.binding)
        self.run_orders()
        self.backend.ship_export = False
        wizard = self.env['stock.return.picking'].create({'picking_id': picking.id})
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        back._shopify_receive()
        self.row(back).unlink()
        self.backend.write({'deliveries_swept_at': False, 'returns_since': fields.Datetime.now() - timedelta(days=1)})
        self.env['shopify.sync.delivery']._enqueue_when_due(self.backend)
        self.assertEqual((self.row(back).kind, self.row(back).state), ('return', 'waiting'))


class TestTracking(ToldCase):
    def share(self):
        super().share()
        self.picking = self.ship(self.binding)
        self.delivery = self.row(self.picking)

    def numbers(self):
        return [row['number'] for parcel in self.shop_order(self.binding)['fulfillments'] for row in parcel['tracking']]

    def notices(self):
        rows = self.simulator.state(self.domain)['notices']
        return [row['kind'] for row in rows if row['order_id'] == self.binding.gid]

    def type(self, numbers):
        self.picking.shopify_tracking_ref = numbers

    def test_a_number_that_comes_later_is_told_and_the_customer_hears_of_it(self):
        self.run_orders()
        self.assertEqual((self.numbers(), self.notices()), ([], ['shipping_confirmation']))
        self.type('1Z1, 1Z2')
        self.run_orders()
        self.assertEqual(self.numbers(), ['1Z1', '1Z2'])
        self.assertEqual(self.notices(), ['shipping_confirmation', 'shipping_update'])
        self.env['shopify.task']._add(self.backend, 'delivery', [self.binding.gid])
        self.run_orders()
        self.assertEqual(self.requests('FulfillmentTrackingInfoUpdate'), 1)

    def test_a_number_that_is_there_goes_along(self):
        self.type('1Z1')
        self.run_orders()
        self.assertEqual((self.numbers(), self.requests('FulfillmentTrackingInfoUpdate')), (['1Z1'], 0))

    def test_a_lost_update_is_looked_for_and_nobody_hears_twice(self):
        self.run_orders()
        self.type('1Z1')
        self.simulator.fault(self.domain, 'disconnect_after', match='FulfillmentTrackingInfoUpdate')
        self.run_orders()
        self.pass_time()
        self.run_orders()
        self.assertEqual(self.delivery.step_ids.mapped('state'), ['done', 'done'])
        self.assertEqual(self.notices(), ['shipping_confirmation', 'shipping_update'])
        self.assertEqual(self.numbers(), ['1Z1'])

    def test_what_somebody_typed_in_shopify_stays_until_odoo_has_another(self):
        self.run_orders()
        parcel = self.shop_order(self.binding)['fulfillments'][0]
        self.shop_act(self.binding, 'fulfillment', id=parcel['id'], step='tracking', tracking={'number': 'SHOP'})
        self.env['shopify.task']._add(self.backend, 'delivery', [self.binding.gid])
        self.run_orders()
        self.assertEqual(self.numbers(), ['SHOP'])
        self.type('1Z1')
        self.run_orders()
        self.assertEqual(self.numbers(), ['1Z1'])

    def test_a_number_that_is_removed_in_odoo_is_said_to_stand_in_shopify(self):
        self.type('1Z1')
        self.run_orders()
        self.type(False)
        self.run_orders()
        self.assertEqual((self.delivery.state, self.delivery.code, self.numbers()), ('sent', 'number_removed', ['1Z1']))
        self.assertIn("removed in Odoo", self.delivery.message)
        self.type('1Z2')
        self.run_orders()
        self.assertEqual((self.delivery.state, self.delivery.code, self.numbers()), ('sent', False, ['1Z2']))

    def links(self):
        rows = [row for parcel in self.shop_order(self.binding)['fulfillments'] for row in parcel['tracking']]
        return [(row['company'], row['number'], row['url']) for row in rows]

    def test_a_typed_link_without_a_number_is_told_once_and_again_when_it_changes(self):
        self.picking.write({'shopify_tracking_company': "Bob's Bikes", 'shopify_tracking_url': 'https://bob.example/7'})
        self.run_orders()
        self.assertEqual(self.links(), [("Bob's Bikes", None, 'https://bob.example/7')])
        self.assertEqual(self.requests('FulfillmentTrackingInfoUpdate'), 0)
        self.picking.shopify_tracking_url = 'https://bob.example/8'
        self.run_orders()
        self.assertEqual(self.links(), [("Bob's Bikes", None, 'https://bob.example/8')])
        self.ring(self.backend, 'order', self.binding.gid)
        self.assertIn('https://bob.example/8', self.delivery.fulfillment_ids.tracking_html)
        for _again in range(2):
            self.env['shopify.task']._add(self.backend, 'delivery', [self.binding.gid])
            self.run_orders()
        self.assertEqual(self.requests('FulfillmentTrackingInfoUpdate'), 1)
        self.assertEqual((self.delivery.state, self.delivery.code), ('sent', False))

    def test_a_link_that_is_typed_later_is_told_unless_it_waits_for_a_number(self):
        self.run_orders()
        self.picking.shopify_tracking_url = 'https://bob.example/{number}'
        self.run_orders()
        self.assertEqual((self.links(), self.requests('FulfillmentTrackingInfoUpdate')), ([], 0))
        self.picking.shopify_tracking_url = 'https://bob.example/van'
        self.simulator.fault(self.domain, 'disconnect_after', match='FulfillmentTrackingInfoUpdate')
        self.run_orders()
        self.pass_time()
        self.run_orders()
        self.assertEqual(self.links(), [(None, None, 'https://bob.example/van')])
        self.assertEqual(self.notices(), ['shipping_confirmation', 'shipping_update'])
        self.type('1Z1')
        self.run_orders()
        self.assertEqual(self.links(), [(None, '1Z1', 'https://bob.example/van')])

    def test_a_number_that_is_removed_beside_a_link_stands_in_shopify(self):
        self.picking.write({'shopify_tracking_ref': '1Z1', 'shopify_tracking_url': 'https://bob.example/van'})
        self.run_orders()
        self.type(False)
        self.run_orders()
        self.assertEqual((self.delivery.code, self.numbers()), ('number_removed', ['1Z1']))
        self.picking.shopify_tracking_url = 'https://bob.example/bike'
        self.run_orders()
        self.assertEqual((self.delivery.code, self.links()), (False, [(None, None, 'https://bob.example/bike')]))

    def test_a_store_may_keep_it_from_customers(self):
        self.backend.write({'notify_customers': False})
        self.run_orders()
        self.type('1Z1')
        self.run_orders()
        self.assertEqual((self.numbers(), self.notices()), (['1Z1'], []))

    def test_an_event_is_told_once(self):
        self.run_orders()
        given = {
            'fulfillmentId': self.delivery.fulfillment_ids.gid,
            'status': 'OUT_FOR_DELIVERY',
            'happenedAt': '2026-11-21T10:00:00Z',
        }
        step = self.env['shopify.delivery.step']._plan(self.binding, 'event', {'fulfillmentEvent': given})
        self.simulator.fault(self.domain, 'disconnect_after', match='FulfillmentEventCreate')
        self.run_orders()
        self.assertEqual(step.state, 'unclear')
        self.pass_time()
        self.run_orders()
        self.assertEqual((step.state, self.requests('FulfillmentEventCreate')), ('done', 1))
        self.assertEqual(self.notices(), ['shipping_confirmation', 'out_for_delivery'])
