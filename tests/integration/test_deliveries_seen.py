"""What people see of deliveries: the badge on the transfer, the lists, what is late, and the word to the responsible."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from tests.integration.common import StoreCase
from tests.support.orders import line


class SeenCase(StoreCase):
    """A store whose people are known, with a few deliveries of orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = new_test_user(cls.env, 'worker', 'stock.group_stock_user')
        cls.shop_user = new_test_user(cls.env, 'shopuser', 'shopify_connector.group_shopify_user')
        cls.backend.responsible_id = cls.shop_user
        cls.number = 2000

    def sale(self, units=1, **values):
        """A sales order of the store, confirmed unless ``values`` say otherwise."""
        type(self).number += 1
        return self.bring_one(number=self.number, lines=[line(self.number, quantity=units)], **values)

    def noted(self, sale, state='waiting', **values):
        """What the hook notes of the order's delivery, in the state that it has come to."""
        picking = sale.picking_ids[:1]
        binding = sale.shopify_binding_ids
        delivery = self.env['shopify.delivery'].search([('picking_id', '=', picking.id)])
        delivery = delivery or self.env['shopify.delivery'].create(
            {'backend_id': binding.backend_id.id, 'order_binding_id': binding.id, 'picking_id': picking.id}
        )
        delivery.write({'state': state, **values})
        return delivery

    def aged(self, sale, hours=50):
        """The order could be shipped since so many hours ago."""
        moment = fields.Datetime.now() - timedelta(hours=hours)
        self.env.cr.flush()
        self.env.cr.execute(
            'UPDATE stock_picking SET create_date = %s, scheduled_date = %s WHERE sale_id = %s',
            [moment, moment, sale.id],
        )
        self.env.invalidate_all()
        return sale

    def late(self, sale):
        return self.env['shopify.late.delivery'].search([('sale_order_id', '=', sale.id)])


class TestBadge(SeenCase):
    def badge(self, delivery):
        picking = delivery.picking_id.with_user(self.worker)
        picking.invalidate_recordset()
        return picking.shopify_delivery_state, picking.shopify_delivery_message

    def test_a_worker_without_a_role_sees_what_shopify_knows(self):
        delivery = self.noted(self.sale())
        self.assertEqual(self.badge(delivery), ('waiting', "Shopify is told of it within moments."))
        delivery._set_failed('boom', "Shopify says no: ask Sam.", 'req-1')
        self.assertEqual(self.badge(delivery), ('failed', "Shopify says no: ask Sam."))
        delivery._set_held('on_hold', "Shopify holds the order: fraud.")
        self.assertEqual(self.badge(delivery)[0], 'held')
        delivery._set_sent()
        state, message = self.badge(delivery)
        self.assertEqual(state, 'sent')
        self.assertIn("Shopify was told on", message)
        delivery.origin = 'shopify'
        self.assertEqual(self.badge(delivery)[0], 'taken')

    def test_a_worker_without_a_role_reads_nothing_else(self):
        picking = self.noted(self.sale()).picking_id.with_user(self.worker)
        for model in (
            'shopify.delivery',
            'shopify.delivery.step',
            'shopify.fulfillment',
            'shopify.fulfillment.line',
            'shopify.late.delivery',
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.worker).search([])
        self.assertNotIn('shopify_delivery_ids', picking.fields_get())

    def test_a_transfer_of_several_orders_says_the_worst(self):
        sale, other = self.sale(), self.sale()
        self.noted(sale, 'sent', sent_at=fields.Datetime.now())
        binding = other.shopify_binding_ids
        second = self.env['shopify.delivery'].create(
            {
                'backend_id': binding.backend_id.id,
                'order_binding_id': binding.id,
                'picking_id': sale.picking_ids.id,
                'state': 'failed',
                'message': "No.",
            }
        )
        self.assertEqual(self.badge(second), ('failed', "No."))

    def test_a_transfer_that_is_nothing_to_shopify_has_no_badge(self):
        picking = self.sale().picking_ids
        self.assertFalse(picking.shopify_delivery_state)
        self.assertFalse(picking.shopify_delivery_message)

    def test_transfers_are_found_by_the_badge(self):
        failed, sent, none = (self.sale() for _ in range(3))
        self.noted(failed, 'failed', message="No.")
        self.noted(sent, 'sent', sent_at=fields.Datetime.now())
        ours = (failed | sent | none).picking_ids
        Picking = self.env['stock.picking'].with_user(self.worker)

        def found(*domain):
            return Picking.search([('id', 'in', ours.ids), *domain]).sudo().sale_id

        self.assertEqual(found(('shopify_delivery_state', '=', 'failed')), failed)
        self.assertEqual(found(('shopify_delivery_state', 'in', ('sent', 'taken'))), sent)
        self.assertEqual(found(('shopify_delivery_state', '=', False)), none)
        self.assertEqual(found(('shopify_delivery_state', '!=', 'failed')), sent | none)

    def test_a_list_of_transfers_costs_one_query_more(self):
        sales = self.env['sale.order']
        for _ in range(6):
            sales |= self.sale()
            self.noted(sales[-1], 'failed', message="No.")
        self.env.flush_all()
        pickings = sales.picking_ids.with_user(self.worker)
        pickings.mapped('name')
        with self.assertQueryCount(1):
            self.assertEqual(set(pickings.mapped('shopify_delivery_state')), {'failed'})
            pickings.mapped('shopify_delivery_message')


class TestDeliveryList(SeenCase):
    def tasks(self, delivery):
        return self.env['shopify.task'].search(
            [('kind', '=', 'delivery'), ('key', '=', delivery.order_binding_id.gid), ('state', '=', 'pending')]
        )

    def test_a_shop_user_has_shopify_told_again(self):
        delivery = self.noted(self.sale(), 'failed', code='boom', message="No.", request_id='req-1')
        delivery.with_user(self.shop_user).action_retry()
        self.assertEqual((delivery.state, delivery.message), ('waiting', False))
        self.assertTrue(self.tasks(delivery))

    def test_a_shop_user_decides_that_shopify_is_not_told_and_changes_their_mind(self):
        delivery = self.noted(self.sale(), 'failed', message="No.")
        delivery.with_user(self.shop_user).action_give_up()
        self.assertEqual(delivery.state, 'not_needed')
        self.assertIn("shopuser", delivery.message)
        delivery.with_user(self.shop_user).action_retry()
        self.assertEqual(delivery.state, 'waiting')

    def test_what_shopify_knows_is_not_given_up(self):
        delivery = self.noted(self.sale(), 'sent')
        with self.assertRaisesRegex(UserError, "told already"):
            delivery.with_user(self.shop_user).action_give_up()
        delivery.with_user(self.shop_user).action_retry()
        self.assertEqual(delivery.state, 'sent')

    def test_a_worker_without_a_role_decides_nothing(self):
        delivery = self.noted(self.sale(), 'failed', message="No.").with_user(self.worker)
        for action in (delivery.action_retry, delivery.action_give_up):
            with self.assertRaises(AccessError):
                action()

    def test_a_parcel_shows_its_numbers_and_where_it_is(self):
        delivery = self.noted(self.sale(), 'sent')
        parcel = (
            self.env['shopify.fulfillment']
            .create(
                {
                    'backend_id': self.backend.id,
                    'order_binding_id': delivery.order_binding_id.id,
                    'delivery_id': delivery.id,
                    'gid': 'gid://shopify/Fulfillment/1',
                    'display_status': 'OUT_FOR_DELIVERY',
                    'tracking': [
                        {'company': 'UPS', 'number': '1Z1', 'url': 'https://ups.example/1Z1'},
                        {'company': 'UPS', 'number': '1Z2', 'url': 'javascript:alert(1)'},
                    ],
                }
            )
            .with_user(self.shop_user)
        )
        self.assertEqual(parcel.tracking_text, "UPS 1Z1, UPS 1Z2")
        self.assertIn('href="https://ups.example/1Z1"', parcel.tracking_html)
        self.assertNotIn('javascript', parcel.tracking_html)
        self.assertEqual(parcel.status_text, "Out for delivery")
        self.assertEqual(parcel.transfers, delivery.picking_id.name)


class TestLate(SeenCase):
    def test_an_order_is_late_after_the_hours_of_its_store(self):
        sale = self.aged(self.sale(), hours=47)
        self.assertFalse(self.late(sale))
        self.aged(sale, hours=50)
        late = self.late(sale)
        self.assertEqual(late.order_binding_id, sale.shopify_binding_ids)
        self.assertAlmostEqual(late.late_days, 2 / 24, places=2)
        self.backend.late_hours = 0
        self.assertFalse(self.late(sale))

    def test_it_says_what_stands_in_the_way(self):
        ready = self.aged(self.sale())
        self.assertEqual(self.late(ready).reason, 'ready')
        self.assertEqual(self.late(ready).explanation, f"{ready.picking_ids.name} can be done.")
        short = self.aged(self.sale(units=400))
        self.assertEqual(self.late(short).reason, 'goods')
        self.assertIn("× [SKU-1] Product SKU-1", self.late(short).explanation)
        held = self.aged(self.sale())
        held.shopify_binding_ids.write({'hold_state': 'held', 'hold_reason': 'risk'})
        self.assertEqual(self.late(held).reason, 'held')
        self.assertIn("risk of fraud", self.late(held).explanation)

    def test_what_shopify_ships_itself_waits_for_shopify(self):
        self.env['shopify.location'].create(
            {
                'backend_id': self.backend.id,
                'gid': 'gid://shopify/Location/9',
                'name': "A service",
                'warehouse_id': self.warehouse.id,
                'shipper': 'shopify',
            }
        )
        sale = self.aged(self.sale())
        self.assertEqual(self.late(sale).reason, 'shop')
        self.assertIn("waits until Shopify tells", self.late(sale).explanation)

    def test_a_failed_task_or_a_parcel_to_be_seen_to_waits_for_a_person(self):
        sale = self.aged(self.sale())
        binding = sale.shopify_binding_ids
        task = self.env['shopify.task']._add(self.backend, 'order', [binding.gid])
        task._set_failed('locked', "The order is locked: unlock it.")
        self.assertEqual(self.late(sale).reason, 'person')
        self.assertEqual(self.late(sale).explanation, "The order is locked: unlock it.")
        task.action_skip()
        parcel = self.env['shopify.fulfillment'].create(
            {
                'backend_id': self.backend.id,
                'order_binding_id': binding.id,
                'gid': 'gid://shopify/Fulfillment/7',
                'taken': 'by_hand',
                'message': "There is no stock of it.",
            }
        )
        self.env.invalidate_all()
        self.assertEqual(self.late(sale).explanation, "There is no stock of it.")
        parcel.write({'taken': 'no', 'proposal': "Count it, then try again."})
        task._set_failed('not_shipped', "There is no stock of it. Count it, then try again.")
        self.env.invalidate_all()
        self.assertEqual(self.late(sale).action_open()['res_id'], parcel.id)

    def test_an_order_that_is_paid_and_still_a_quotation_waits_for_a_person(self):
        self.backend.order_policy = 'never'
        sale = self.sale(displayFinancialStatus='PAID')
        sale.shopify_binding_ids.ordered_at = fields.Datetime.now() - timedelta(days=3)
        self.assertEqual(sale.state, 'draft')
        self.assertIn("confirm it", self.late(sale).explanation)
        sale.action_confirm()
        self.assertFalse(self.late(sale))

    def test_what_is_shipped_cancelled_or_promised_for_later_is_not_late(self):
        shipped, cancelled, promised = (self.aged(self.sale()) for _ in range(3))
        self.assertTrue(all(self.late(sale) for sale in (shipped, cancelled, promised)))
        shipped.picking_ids.button_validate()
        cancelled.picking_ids.action_cancel()
        promised.picking_ids.scheduled_date = fields.Datetime.now() + timedelta(days=3)
        self.assertFalse(any(self.late(sale) for sale in (shipped, cancelled, promised)))

    def test_a_backorder_is_late_since_the_first_delivery(self):
        sale = self.sale(units=3)
        picking = sale.picking_ids
        picking.move_ids.quantity = 1
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=[]).button_validate()
        rest = sale.picking_ids - picking
        self.assertTrue(rest)
        self.aged(sale)
        self.env.cr.execute('UPDATE stock_picking SET create_date = now() WHERE id = %s', [rest.id])
        self.assertTrue(self.late(sale))

    def test_a_delivery_in_two_steps_is_ready_with_its_first_step(self):
        self.warehouse.delivery_steps = 'pick_ship'
        sale = self.aged(self.sale())
        self.assertEqual(self.late(sale).reason, 'ready')
        self.assertIn('PICK', self.late(sale).explanation)

    def test_goods_that_come_back_are_not_late(self):
        sale = self.sale()
        picking = sale.picking_ids
        picking.button_validate()
        wizard = self.env['stock.return.picking'].create({'picking_id': picking.id})
        wizard.product_return_moves.quantity = 1
        wizard.action_create_returns()
        self.assertFalse(self.late(self.aged(sale)))

    def test_a_shop_user_sees_the_late_ones_of_their_companies(self):
        mine = self.aged(self.sale())
        elsewhere = self.env['res.company'].create({'name': 'Elsewhere'})
        self.env.user.company_ids |= elsewhere
        other = self.connected('beta', company_id=elsewhere.id)
        theirs = self.env['shopify.order.binding'].create(
            {
                'backend_id': other.id,
                'gid': 'gid://shopify/Order/1',
                'financial_status': 'paid',
                'ordered_at': fields.Datetime.now() - timedelta(days=9),
                'sale_order_id': self.env['sale.order']
                .create(
                    {
                        'partner_id': mine.partner_id.id,
                        'company_id': elsewhere.id,
                        'warehouse_id': other.warehouse_id.id,
                    }
                )
                .id,
            }
        )
        self.assertTrue(self.late(theirs.sale_order_id))
        seen = self.env['shopify.late.delivery'].with_user(self.shop_user).search([])
        self.assertIn(mine.shopify_binding_ids, seen.order_binding_id)
        self.assertNotIn(theirs.id, seen.ids)
        self.assertTrue(all(late.explanation for late in seen))
        self.assertEqual(seen[0].action_open()['res_model'], 'shopify.order.binding')


class TestWordToTheResponsible(SeenCase):
    def activities(self):
        return self.env['mail.activity'].search(
            [
                ('res_model', '=', 'shopify.backend'),
                ('res_id', '=', self.backend.id),
                ('activity_type_id', '=', self.env.ref('shopify_connector.mail_activity_late_deliveries').id),
            ]
        )

    def tell(self):
        self.env['shopify.backend']._cron_late()

    def test_one_activity_a_day_a_store_however_much_is_late(self):
        self.aged(self.sale())
        self.aged(self.sale())
        self.tell()
        self.assertEqual(self.activities().user_id, self.shop_user)
        self.assertIn("2 × Ready, not shipped", self.activities().note)
        self.assertNotIn("Cancelled in Odoo", self.activities().note)
        given_up = self.sale()
        given_up.picking_ids.action_cancel()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move SET write_date = write_date - interval '3 days' WHERE sale_line_id = %s",
            [given_up.order_line[:1].id],
        )
        self.tell()
        self.assertIn("1 × Cancelled in Odoo", self.activities().note)
        self.noted(self.sale(), 'failed', message="No.")
        self.tell()
        self.assertEqual(len(self.activities()), 1)
        self.assertIn("Deliveries that Shopify does not know of: 1", self.activities().note)
        self.activities().action_done()
        self.tell()
        self.assertFalse(self.activities(), "told once today")
        for zone in ('Pacific/Kiritimati', 'Etc/GMT+12'):
            self.backend.timezone = zone
            self.backend.late_told_on = self.backend._shop_day()
            self.tell()
            self.assertFalse(self.activities(), f"told once today in {zone}")
        self.backend.late_told_on = self.backend._shop_day() - timedelta(days=1)
        self.tell()
        self.assertEqual(len(self.activities()), 1)

    def test_a_store_whose_person_cannot_be_told_keeps_no_other_from_it(self):
        other = self.connected('beta', responsible_id=self.shop_user.id)
        told = []

        def tell(backend):
            if backend == self.backend:
                raise AccessError("Not for you.")
            told.append(backend)

        model = self.env.registry['shopify.backend']
        with patch.object(model, '_tell_late', tell), patch.object(model, 'search', lambda *_a: self.backend | other):
            self.tell()
        self.assertEqual(told, [other])

    def test_it_goes_when_nothing_is_late_any_more(self):
        sale = self.aged(self.sale())
        self.tell()
        self.assertTrue(self.activities())
        sale.picking_ids.button_validate()
        self.env['shopify.delivery'].search([('sale_order_id', '=', sale.id)])._set_sent()
        self.tell()
        self.assertFalse(self.activities())

    def test_a_delivery_that_waits_longer_than_the_store_allows_is_told(self):
        delivery = self.noted(self.sale())
        delivery.noted_at = fields.Datetime.now() - timedelta(minutes=20)
        self.assertEqual(self.backend.untold_count, 0)
        self.tell()
        self.assertFalse(self.activities())
        delivery.noted_at = fields.Datetime.now() - timedelta(minutes=40)
        self.backend.invalidate_recordset()
        self.assertEqual(self.backend.untold_count, 1)
        self.tell()
        self.assertTrue(self.activities())
        found = self.env['shopify.delivery'].search(self.backend.action_view_untold()['domain'])
        self.assertEqual(found, delivery)

    def test_the_store_counts_what_is_late(self):
        self.aged(self.sale())
        self.assertEqual(self.backend.with_user(self.shop_user).late_count, 1)
        found = self.env['shopify.late.delivery'].search(self.backend.action_view_late()['domain'])
        self.assertEqual(len(found), 1)
