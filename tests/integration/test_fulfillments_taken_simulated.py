"""Parcels, holds and moves of a simulated shop, as its webhooks and readings tell of them."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.shopify_connector import const

from tests.integration.simulated import SimulatedCase

SCOPES = (
    'read_orders', 'read_products', 'read_inventory', 'read_locations', 'read_customers', 'read_fulfillments',
    'read_merchant_managed_fulfillment_orders',
)  # fmt: skip


class TestTakenFromAShop(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store()
        self.second = self.env['stock.warehouse'].create({'name': 'Second', 'code': 'SEC'})
        self.here, self.there = self.backend.location_ids.filtered('fulfills_online_orders')[:2]
        self.here.warehouse_id, self.there.warehouse_id = self.backend.warehouse_id, self.second
        self.backend.location_ids.missing_stock = 'negative'
        variants = self.simulator.state(self.backend.shop_domain)['variants']
        self.skus = [row['sku'] for row in variants if row['sku']][:2]

    def sale(self, gid):
        return self.env['shopify.order.binding'].search(
            [('backend_id', '=', self.backend.id), ('gid', '=', gid)]
        ).sale_order_id

    def order(self, *units, places=(), **wishes):
        """An order of so many units of the first SKUs, routed to ``places`` (a location for each line), brought over."""
        lines = [{'sku': sku, 'quantity': count} for sku, count in zip(self.skus, units, strict=False)]
        routes = [
            {'index': index, 'quantity': units[index], 'location_id': place.gid} for index, place in enumerate(places)
        ]
        gid = self.placed(self.backend, lines=lines, **({'routes': routes} if routes else {}), **wishes)
        self.ring(self.backend, 'order', gid)
        return gid

    def act(self, gid, verb, **arguments):
        return self.simulator.act(self.backend.shop_domain, gid.rsplit('/', 1)[-1], verb, **arguments)

    def in_shop(self, gid):
        orders = self.simulator.state(self.backend.shop_domain)['orders']
        return next(order for order in orders if order['id'] == gid)

    def requests_of(self, work):
        domain = self.backend.shop_domain
        self.simulator.post(f'/shops/{domain}/stats/reset')
        work()
        return self.simulator.get(f'/shops/{domain}/stats')['by_operation']

    def units(self, sale, *states):
        found = {}
        for move in sale.picking_ids.move_ids.filtered(lambda move: move.state in states):
            quantity = move.quantity if move.state == 'done' else move.product_uom_qty
            found[move.warehouse_id] = found.get(move.warehouse_id, 0) + quantity
        return found

    def test_parts_of_an_order_from_two_places_leave_both_warehouses(self):
        gid = self.order(2, 3, places=(self.here, self.there))
        sale = self.sale(gid)
        self.assertEqual(self.units(sale, 'assigned', 'confirmed'), {self.backend.warehouse_id: 2, self.second: 3})
        self.act(gid, 'fulfill', location_id=self.there.gid, tracking={'company': 'UPS', 'number': '1Z9'})
        self.ring(self.backend, 'order', gid)
        self.assertEqual(self.units(sale, 'done'), {self.second: 3})
        self.act(gid, 'fulfill')
        self.ring(self.backend, 'order', gid)
        self.assertEqual(sale.order_line.filtered('shopify_line_gid').mapped('qty_delivered')[:2], [2, 3])
        numbers = [row['number'] for parcel in sale.shopify_binding_ids.fulfillment_ids for row in parcel.tracking or []]
        self.assertEqual(numbers, ['1Z9'])

    def test_an_order_of_which_nothing_has_left_costs_no_request_more(self):
        gid = self.placed(self.backend, lines=[{'sku': self.skus[0], 'quantity': 1}])
        before = self.requests_of(lambda: self.ring(self.backend, 'order', gid))
        self.assertNotIn('DeliveryStates', before)
        self.act(gid, 'fulfill')
        after = self.requests_of(lambda: self.ring(self.backend, 'order', gid))
        self.assertEqual(after['DeliveryStates']['requests'], 1)

    def test_a_part_that_left_is_taken_although_all_of_the_rest_is_scheduled(self):
        gid = self.order(2, 3)
        sale = self.sale(gid)
        self.act(gid, 'fulfill', lines=[{'sku': self.skus[0], 'quantity': 2}])
        later = (fields.Datetime.now() + timedelta(days=30)).isoformat() + 'Z'
        self.act(gid, 'fulfillment_order', step='schedule', at=later)
        self.assertEqual(self.in_shop(gid)['fulfillment_status'], 'SCHEDULED')
        self.ring(self.backend, 'order', gid)
        self.assertEqual(sum(self.units(sale, 'done').values()), 2)
        self.assertEqual(sum(self.units(sale, 'assigned', 'confirmed', 'partially_available').values()), 3)

    def test_many_parcels_are_read_by_an_app_that_may_not_see_fulfilment_orders(self):
        gid = self.order(5)
        self.backend.granted_scopes = ','.join(SCOPES[:6])
        for _parcel in range(4):
            self.act(gid, 'fulfill', lines=[{'sku': self.skus[0], 'quantity': 1}])
        asked = self.requests_of(lambda: self.ring(self.backend, 'order', gid))
        self.assertEqual(asked['MoreFulfillments']['requests'], 1)
        self.assertEqual(len(self.sale(gid).shopify_binding_ids.fulfillment_ids), 4)
        self.assertEqual(sum(self.units(self.sale(gid), 'done').values()), 4)

    def test_parcels_that_shopify_does_not_show_are_not_asked_for_again_at_once(self):
        gid = self.order(2)
        self.act(gid, 'fulfill', lines=[{'sku': self.skus[0], 'quantity': 1}])
        self.env['shopify.task'].search([('kind', '=', 'order'), ('key', '=', gid)])._set_done()
        self.env['shopify.task']._add(self.backend, 'order', [gid]).tries = 1
        with patch.object(type(self.env['shopify.sync.delivery']), '_read_states', return_value={}) as asked:
            self.run_lane(self.backend, 'orders')
        self.assertEqual(asked.call_count, 1)

    def test_a_sale_at_a_till_arrives_delivered(self):
        gid = self.placed(self.backend, kind='pos')
        self.ring(self.backend, 'order', gid)
        sale = self.sale(gid)
        goods = sale.order_line.filtered(lambda line: line.product_id.type == 'consu')
        self.assertTrue(goods)
        self.assertEqual(goods.mapped('qty_delivered'), goods.mapped('product_uom_qty'))
        self.assertEqual(set(sale.picking_ids.mapped('state')), {'done'})

    def test_the_doorbell_of_a_fulfilment_order_reads_its_order(self):
        gid = self.order(2, 3, places=(self.here, self.here))
        sale = self.sale(gid)
        self.act(gid, 'fulfillment_order', step='move', location_id=self.there.gid, lines=[{'index': 1, 'quantity': 3}])
        rung = [row['id'] for row in self.in_shop(gid)['fulfillment_orders']]
        asked = self.requests_of(lambda: self.ring(self.backend, 'fulfillment_order', *rung))
        self.assertEqual(asked['FulfillmentOrdersRungFor']['requests'], 1)
        self.assertEqual(self.units(sale, 'assigned', 'confirmed'), {self.backend.warehouse_id: 2, self.second: 3})

    def test_a_hold_is_heard_of_and_so_is_its_release(self):
        gid = self.order(2)
        sale = self.sale(gid)
        self.act(gid, 'fulfillment_order', step='hold', reason='INCORRECT_ADDRESS', notes='Which flat?')
        rung = self.in_shop(gid)['fulfillment_orders'][-1]['id']
        self.ring(self.backend, 'fulfillment_order', rung)
        self.assertIn('Which flat?', sale.picking_ids.shopify_hold_message)
        self.act(gid, 'fulfillment_order', step='release')
        self.ring(self.backend, 'fulfillment_order', rung)
        self.assertFalse(sale.picking_ids.shopify_hold_message)

    def test_a_new_order_that_was_routed_as_odoo_has_it_is_not_read_again(self):
        gid = self.order(2, places=(self.there,))
        rung = self.in_shop(gid)['fulfillment_orders'][-1]['id']
        task = self.env['shopify.task'].create(
            {
                'backend_id': self.backend.id,
                'lane': 'orders',
                'kind': 'fulfillment_order',
                'key': rung,
                'topic': 'fulfillment_orders/order_routing_complete',
            }
        )
        self.env['shopify.task'].search([('kind', '=', 'order')])._set_done()
        self.run_lane(self.backend, 'orders')
        self.assertEqual(task.state, 'done')
        self.assertFalse(self.env['shopify.task'].search([('kind', '=', 'order'), ('state', '=', 'pending')]))

    def test_topics_are_listened_to_as_far_as_the_scopes_go(self):
        topics = self.env['shopify.sync.connection']._topics
        self.backend.granted_scopes = ','.join(SCOPES)
        self.assertLessEqual(const.FULFILLMENT_TOPICS, set(topics(self.backend)))
        self.backend.location_ids.warehouse_id = self.backend.warehouse_id
        self.assertNotIn('FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE', topics(self.backend))
        self.backend.granted_scopes = ','.join(SCOPES[:5])
        self.assertFalse(const.FULFILLMENT_TOPICS & set(topics(self.backend)))

    def test_levels_stay_exact_when_an_order_is_at_two_places(self):
        self.backend.stock_export = True
        product = self.env['product.product'].search([('default_code', '=', self.skus[0])], limit=1)
        self.assertFalse(product)  # the order brings it
        gid = self.order(2, 3, places=(self.here, self.there))
        rows = self.env['shopify.level.sale'].search([('backend_id', '=', self.backend.id), ('quantity', '>', 0)])
        found = {(row.product_id.default_code, row.location_gid): row.quantity for row in rows}
        self.assertEqual(found, {(self.skus[0], self.here.gid): 2, (self.skus[1], self.there.gid): 3}, gid)
