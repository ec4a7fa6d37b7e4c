"""Open orders of a shop that are not in Odoo: their units are in the shop, and promised."""

from unittest.mock import patch

from odoo.exceptions import UserError

from tests.integration.test_stock import StockCase


class TestUnseenOrders(StockCase):
    def place_old(self, **wishes):
        """An open order from before the store's date, as the shop has it when it is connected."""
        return self.placed(
            self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 3}], created_at='2026-01-05T10:00:00Z', **wishes
        )

    def share(self):
        super().share()
        self.alpha.orders_since = '2026-02-01'

    def sentence(self, backend):
        level = self.binding(backend).level_ids.filtered(lambda level: level.location_id.warehouse_id)
        level.invalidate_recordset()
        return level.explanation

    def test_the_first_push_leaves_their_units_to_them_in_every_store(self):
        self.place_old()
        self.count(20)
        self.switch_on(self.alpha, self.beta)
        self.run_lane(self.beta, 'stock')
        self.assertEqual((self.shown(self.alpha), self.shown(self.beta)), (17, 17))
        self.assertEqual(
            self.sentence(self.beta), "20 on hand, 3 on open Shopify orders that are not in Odoo: 17"
        )

    def test_an_order_that_was_cancelled_meanwhile_gives_them_back(self):
        gid = self.place_old()
        self.count(20)
        self.switch_on(self.alpha)
        self.simulator.act(self.alpha.shop_domain, gid.rsplit('/', 1)[-1], 'cancel', restock=True)
        self.ring(self.alpha, 'order', gid)
        self.assertEqual(self.sentence(self.alpha), "20 on hand: 20")

    def test_an_order_that_cannot_be_brought_over_holds_its_units_until_it_can(self):
        self.count(20)
        self.switch_on(self.alpha, self.beta)
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 3}])

        def refuse(_records, _vals_list):
            raise UserError("Choose an analytic account.")

        with patch.object(self.registry['sale.order'], 'create', refuse):
            self.ring(self.alpha, 'order', gid)
        self.assertFalse(self.env['shopify.order.binding'].search([('gid', '=', gid)]))
        self.assertIn("3 on open Shopify orders that are not in Odoo: 17", self.sentence(self.beta))
        self.env['shopify.sync.quantity']._read_unseen(self.alpha)
        self.assertIn("3 on open Shopify orders that are not in Odoo: 17", self.sentence(self.beta))
        self.ring(self.alpha, 'order', gid)
        self.assertNotIn("not in Odoo", self.sentence(self.beta))
        self.assertFalse(self.env['shopify.unseen.sale'].search([('order_gid', '=', gid)]))

    def test_a_test_order_sells_nothing(self):
        self.count(20)
        self.switch_on(self.alpha, self.beta)
        gid = self.placed(self.alpha, kind='test_order', lines=[{'sku': self.SKU, 'quantity': 3}])
        self.ring(self.alpha, 'order', gid)
        self.env['shopify.sync.quantity']._read_unseen(self.alpha)
        self.assertEqual(self.sentence(self.beta), "20 on hand: 20")

    def test_an_order_that_odoo_has_is_not_counted_twice(self):
        self.alpha.orders_since = '2026-01-01'
        gid = self.place_old()
        self.ring(self.alpha, 'order', gid)
        self.count(20)
        self.alpha.orders_since = '2026-02-01'
        self.switch_on(self.alpha)
        self.assertIn("reserved: 17", self.sentence(self.alpha))

    def test_reading_them_again_changes_nothing_and_tells_nobody(self):
        self.place_old()
        self.count(20)
        self.switch_on(self.alpha)
        self.env['shopify.task'].search([('kind', '=', 'stock')]).unlink()
        before = self.env['shopify.unseen.sale'].search([])
        self.env['shopify.sync.quantity']._read_unseen(self.alpha)
        self.env.cr.flush()
        self.assertEqual(self.env['shopify.unseen.sale'].search([]), before)
        self.assertEqual(len(before), 1)
        self.assertFalse(self.stock_tasks(self.alpha))
