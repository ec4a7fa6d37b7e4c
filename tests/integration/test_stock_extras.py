"""Beside the quantity: whether a variant sells when empty, and when the next units come."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user

from tests.integration.simulated import SimulatedCase

READ = """
query Variant($id: ID!, $app: String!) {
  productVariant(id: $id) {
    inventoryPolicy
    day: metafield(namespace: $app, key: "next_incoming_date") { type value }
    units: metafield(namespace: $app, key: "next_incoming_quantity") { type value }
  }
}
"""


class ExtrasCase(SimulatedCase):
    SKUS = ('MCS-S-BLA', 'MCS-M-BLA')

    def share(self):
        super().share()
        self.backend = self.connected_store()
        variants = self.simulator.state(self.backend.shop_domain)['variants']
        self.gids = {row['sku']: row['product_id'] for row in variants}
        self.bring(*self.SKUS)

    def bring(self, *skus):
        self.ring(self.backend, 'product', *sorted({self.gids[sku] for sku in skus}))

    def binding(self, sku):
        return self.env['shopify.variant.binding'].search([('backend_id', '=', self.backend.id), ('sku', '=', sku)])

    def product(self, sku):
        return self.binding(sku).product_id

    def run_extras(self):
        """Let the transaction end and the lane run."""
        self.env.cr.flush()
        self.run_lane(self.backend, 'catalogue')

    def in_shop(self, sku):
        """(policy, day, units) as the shop has them."""
        app = f"app--{self.shops['northwind']['client_id'][:8]}"
        row = self.backend._get_client().query(READ, {'id': self.binding(sku).gid, 'app': app})['productVariant']
        return row['inventoryPolicy'], (row['day'] or {}).get('value'), (row['units'] or {}).get('value')

    def requests(self, operation):
        operations = self.simulator.stats(self.backend.shop_domain)['by_operation']
        return operations.get(operation, {}).get('requests', 0)

    def tasks(self, state):
        return self.env['shopify.task'].search(
            [('backend_id', '=', self.backend.id), ('kind', '=', 'stock_extras'), ('state', '=', state)]
        )

    def without_scope(self):
        scopes = [scope for scope in self.shops['northwind']['scopes'] if scope != 'write_products']
        self.simulator.settings(self.backend.shop_domain, scopes=scopes)
        self.backend.action_check_connection()


class TestSellWhenEmpty(ExtrasCase):
    def switch_on(self):
        self.backend.sell_when_empty_policy = 'odoo'
        self.run_extras()

    def test_a_store_that_leaves_it_to_shopify_hears_nothing(self):
        self.product('MCS-S-BLA').shopify_sell_when_empty = 'yes'
        self.run_extras()
        self.assertFalse(self.tasks('done'))
        self.assertEqual(self.in_shop('MCS-S-BLA')[0], 'DENY')

    def test_switching_it_on_changes_nothing_that_odoo_has_no_word_on(self):
        self.switch_on()
        self.assertEqual(self.requests('SellWhenEmpty'), 0)

    def test_the_product_s_word_reaches_the_shop(self):
        self.switch_on()
        self.product('MCS-S-BLA').shopify_sell_when_empty = 'yes'
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[0], 'CONTINUE')
        self.assertEqual(self.in_shop('MCS-M-BLA')[0], 'DENY')
        self.assertTrue(self.binding('MCS-S-BLA').sell_when_empty)

    def test_what_is_right_already_is_not_sent_again(self):
        self.switch_on()
        self.product('MCS-S-BLA').shopify_sell_when_empty = 'yes'
        self.run_extras()
        self.product('MCS-S-BLA').shopify_sell_when_empty = 'yes'
        self.run_extras()
        self.assertEqual(self.requests('SellWhenEmpty'), 1)

    def test_what_was_said_before_is_sent_when_it_is_switched_on(self):
        self.product('MCS-M-BLA').shopify_sell_when_empty = 'yes'
        self.switch_on()
        self.assertEqual(self.in_shop('MCS-M-BLA')[0], 'CONTINUE')

    def test_the_word_can_be_taken_back(self):
        self.switch_on()
        product = self.product('MCS-S-BLA')
        product.shopify_sell_when_empty = 'yes'
        self.run_extras()
        product.shopify_sell_when_empty = 'no'
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[0], 'DENY')

    def test_somebody_s_change_in_shopify_is_undone(self):
        self.switch_on()
        self.product('MCS-S-BLA').shopify_sell_when_empty = 'no'
        self.run_extras()
        self.simulator.post(
            f'/shops/{self.backend.shop_domain}/products', sku='MCS-S-BLA', inventory_policy='CONTINUE'
        )
        self.bring('MCS-S-BLA')
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[0], 'DENY')

    def test_a_change_back_within_the_hour_is_told_and_not_fought_over(self):
        self.switch_on()
        self.product('MCS-S-BLA').shopify_sell_when_empty = 'yes'
        self.run_extras()
        self.simulator.post(f'/shops/{self.backend.shop_domain}/products', sku='MCS-S-BLA', inventory_policy='DENY')
        self.bring('MCS-S-BLA')
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[0], 'DENY')
        self.assertIn('changed it back', self.tasks('failed').message)
        self.binding('MCS-S-BLA').sell_sent_at -= timedelta(hours=2)
        self.tasks('failed').action_retry()
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[0], 'CONTINUE')
        self.assertFalse(self.binding('MCS-S-BLA').extras_message)

    def test_odoo_may_change_its_mind_within_the_hour(self):
        self.switch_on()
        for word, policy in (('yes', 'CONTINUE'), ('no', 'DENY'), ('yes', 'CONTINUE')):
            self.product('MCS-S-BLA').shopify_sell_when_empty = word
            self.run_extras()
            self.assertEqual(self.in_shop('MCS-S-BLA')[0], policy)
        self.assertFalse(self.tasks('failed'))

    def test_a_template_speaks_for_all_its_variants(self):
        self.switch_on()
        template = self.product('MCS-S-BLA').product_tmpl_id
        template.shopify_sell_when_empty = 'yes'
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[0], 'CONTINUE')
        self.assertEqual(self.in_shop('MCS-M-BLA')[0], 'CONTINUE')
        self.product('MCS-M-BLA').shopify_sell_when_empty = 'no'
        self.assertFalse(template.shopify_sell_when_empty)

    def test_a_new_template_gives_its_word_to_its_variant(self):
        template = self.env['product.template'].create({'name': 'New', 'shopify_sell_when_empty': 'yes'})
        self.assertEqual(template.product_variant_ids.shopify_sell_when_empty, 'yes')

    def test_many_products_go_out_in_one_request(self):
        self.ring(self.backend, 'catalogue', str(self.backend.id))
        bindings = self.env['shopify.variant.binding'].search([('backend_id', '=', self.backend.id)])
        chosen = bindings.product_binding_id[:20].variant_ids
        self.switch_on()
        chosen.product_id.shopify_sell_when_empty = 'yes'
        self.run_extras()
        self.assertGreater(len(chosen), 20)
        self.assertEqual(self.requests('SellWhenEmpty'), 1)
        variants = {row['id']: row for row in self.simulator.state(self.backend.shop_domain)['variants']}
        selling = {gid for gid, row in variants.items() if row['inventory_policy'] == 'CONTINUE'}
        self.assertEqual(selling, set(chosen.mapped('gid')))

    def test_a_variant_that_was_deleted_in_shopify_holds_up_no_other_one(self):
        self.bring('BCG')
        self.switch_on()
        products = self.product('MCS-S-BLA') + self.product('BCG')
        self.simulator.post(f'/shops/{self.backend.shop_domain}/products', sku='BCG', delete=True)
        products.shopify_sell_when_empty = 'yes'
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[0], 'CONTINUE')
        self.assertFalse(self.tasks('failed'))
        self.assertTrue(self.binding('BCG').product_binding_id.deleted_at)

    def test_a_lost_answer_does_no_harm(self):
        self.switch_on()
        self.product('MCS-S-BLA').shopify_sell_when_empty = 'yes'
        self.simulator.fault(self.backend.shop_domain, 'disconnect_after', match='SellWhenEmpty')
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[0], 'CONTINUE')
        self.assertFalse(self.tasks('failed'))

    def test_without_the_scope_the_store_says_so_once(self):
        self.without_scope()
        self.product('MCS-S-BLA').shopify_sell_when_empty = 'yes'
        self.switch_on()
        self.product('MCS-M-BLA').shopify_sell_when_empty = 'yes'
        self.run_extras()
        self.assertEqual(len(self.tasks('failed')), 1)
        self.assertIn('write_products', self.tasks('failed').message)
        self.assertIn('write_products', self.backend.extras_message)
        self.assertEqual(self.backend.state, 'connected')

    def test_when_the_scope_is_granted_everything_is_written(self):
        self.without_scope()
        self.product('MCS-S-BLA').shopify_sell_when_empty = 'yes'
        self.switch_on()
        self.simulator.settings(self.backend.shop_domain, scopes=self.shops['northwind']['scopes'])
        self.backend.action_check_connection()
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[0], 'CONTINUE')
        self.assertFalse(self.tasks('failed'))
        self.assertFalse(self.backend.extras_message)

    def test_a_scope_that_was_taken_away_unnoticed_is_said_too(self):
        self.switch_on()
        scopes = [scope for scope in self.shops['northwind']['scopes'] if scope != 'write_products']
        self.simulator.settings(self.backend.shop_domain, scopes=scopes)
        self.product('MCS-S-BLA').shopify_sell_when_empty = 'yes'
        self.run_extras()
        self.assertIn('write_products', self.tasks('failed').message)

    def test_people_without_the_role_keep_their_products_to_themselves(self):
        clerk = new_test_user(self.env, 'extras_clerk', groups='base.group_user,product.group_product_manager')
        product = self.env['product.product'].with_user(clerk).create({'name': 'Plain'})
        product.name = 'Plainer'
        product.copy()
        with self.assertRaises(AccessError):
            product.shopify_sell_when_empty = 'yes'
        self.assertNotIn('shopify_sell_when_empty', product.fields_get())
        with Form(product) as form:
            form.name = 'Plainest'
        self.assertEqual(product.name, 'Plainest')

    def test_the_shop_s_people_see_the_word_on_the_product(self):
        groups = 'base.group_user,product.group_product_manager,shopify_connector.group_shopify_user'
        seller = new_test_user(self.env, 'extras_seller', groups=groups)
        with Form(self.product('MCS-S-BLA').with_user(seller)) as form:
            form.shopify_sell_when_empty = 'yes'
        with Form(self.product('MCS-S-BLA').product_tmpl_id.with_user(seller)) as form:
            form.shopify_sell_when_empty = 'no'
        self.assertEqual(self.product('MCS-S-BLA').shopify_sell_when_empty, 'no')


class TestIncoming(ExtrasCase):
    def receipt(self, units, days, *skus):
        """Goods that a supplier is to deliver in ``days`` days, at noon."""
        warehouse = self.backend.warehouse_id
        picking_type = warehouse.in_type_id
        noon = fields.Datetime.now().replace(hour=12, minute=0, second=0)
        picking = self.env['stock.picking'].create(
            {
                'picking_type_id': picking_type.id,
                'scheduled_date': noon + timedelta(days=days),
                'location_id': self.env.ref('stock.stock_location_suppliers').id,
                'location_dest_id': warehouse.lot_stock_id.id,
                'move_ids': [
                    (
                        0,
                        0,
                        {
                            'product_id': self.product(sku).id,
                            'product_uom_qty': units,
                            'location_id': self.env.ref('stock.stock_location_suppliers').id,
                            'location_dest_id': warehouse.lot_stock_id.id,
                        },
                    )
                    for sku in skus or ('MCS-S-BLA',)
                ],
            }
        )
        picking.action_confirm()
        return picking

    def day(self, days):
        return (fields.Datetime.now().replace(hour=12) + timedelta(days=days)).date().isoformat()

    def switch_on(self):
        self.backend.timezone = 'UTC'
        self.backend.show_incoming = True
        self.run_extras()

    def test_a_store_that_shows_nothing_is_told_nothing(self):
        self.receipt(40, 5)
        self.run_extras()
        self.assertFalse(self.tasks('done'))

    def test_switching_it_on_shows_the_next_units_of_every_variant(self):
        self.receipt(40, 5, 'MCS-S-BLA', 'MCS-M-BLA')
        self.receipt(100, 9)
        self.switch_on()
        self.assertEqual(self.in_shop('MCS-S-BLA')[1:], (self.day(5), '40'))
        self.assertEqual(self.in_shop('MCS-M-BLA')[1:], (self.day(5), '40'))
        self.assertEqual(self.requests('SetIncoming'), 1)

    def test_the_metafields_have_definitions_that_themes_may_read(self):
        self.switch_on()
        query = '{ metafieldDefinitions(first: 9, ownerType: PRODUCTVARIANT) { nodes { key type { name } } } }'
        rows = self.backend._get_client().query(query)['metafieldDefinitions']['nodes']
        self.assertEqual(
            {row['key']: row['type']['name'] for row in rows},
            {'next_incoming_date': 'date', 'next_incoming_quantity': 'number_integer'},
        )
        self.backend.show_incoming = False
        self.run_extras()
        self.switch_on()
        self.assertFalse(self.tasks('failed'))

    def test_a_new_receipt_is_shown_at_once(self):
        self.switch_on()
        self.receipt(12, 3)
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[1:], (self.day(3), '12'))
        self.assertEqual(self.binding('MCS-S-BLA').incoming_sent, f'{self.day(3)}: 12')

    def test_another_date_is_shown(self):
        self.switch_on()
        picking = self.receipt(12, 3)
        self.run_extras()
        picking.scheduled_date += timedelta(days=4)
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[1:], (self.day(7), '12'))

    def test_what_is_shown_already_is_not_sent_again(self):
        self.switch_on()
        self.receipt(12, 3)
        self.run_extras()
        self.backend._enqueue_all_extras()
        self.run_extras()
        self.assertEqual(self.requests('SetIncoming'), 1)

    def test_what_has_arrived_is_not_expected_any_more(self):
        self.switch_on()
        picking = self.receipt(12, 3)
        self.run_extras()
        picking.move_ids.write({'quantity': 12, 'picked': True})
        picking.button_validate()
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[1:], (None, None))
        self.assertFalse(self.binding('MCS-S-BLA').incoming_sent)

    def test_a_cancelled_receipt_is_not_expected_any_more(self):
        self.switch_on()
        picking = self.receipt(12, 3)
        self.run_extras()
        picking.action_cancel()
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[1:], (None, None))

    def test_what_is_late_is_expected_today_and_every_day_anew(self):
        self.receipt(12, -3)
        self.switch_on()
        self.assertEqual(self.in_shop('MCS-S-BLA')[1:], (self.day(0), '12'))
        self.backend.incoming_day = fields.Date.today() - timedelta(days=1)
        self.binding('MCS-S-BLA').incoming_sent = f'{self.day(-1)}: 12'
        self.run_extras()
        self.assertEqual(self.binding('MCS-S-BLA').incoming_sent, f'{self.day(0)}: 12')
        self.assertEqual(self.requests('SetIncoming'), 2)

    def test_switching_it_off_takes_everything_back(self):
        self.receipt(12, 3)
        self.switch_on()
        self.backend.show_incoming = False
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[1:], (None, None))
        self.receipt(5, 1)
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[1:], (None, None))

    def test_only_the_warehouses_that_the_store_shows_count(self):
        self.receipt(12, 3)
        self.backend.location_ids.warehouse_id = False
        self.switch_on()
        self.assertEqual(self.in_shop('MCS-S-BLA')[1:], (None, None))

    def test_a_move_within_the_warehouse_brings_nothing(self):
        self.switch_on()
        shelf = self.env['stock.location'].create(
            {'name': 'Shelf', 'location_id': self.backend.warehouse_id.lot_stock_id.id}
        )
        move = self.env['stock.move'].create(
            {
                'product_id': self.product('MCS-S-BLA').id,
                'product_uom_qty': 4,
                'location_id': self.backend.warehouse_id.lot_stock_id.id,
                'location_dest_id': shelf.id,
            }
        )
        move._action_confirm()
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[1:], (None, None))

    def test_many_variants_go_out_in_few_requests(self):
        self.ring(self.backend, 'catalogue', str(self.backend.id))
        tracked = self.env['shopify.variant.binding'].search(
            [('backend_id', '=', self.backend.id), ('product_id.is_storable', '=', True), ('sku', '!=', False)]
        )
        skus = tracked[:100].mapped('sku')
        self.receipt(3, 2, *skus)
        self.switch_on()
        self.assertEqual(self.requests('SetIncoming'), 1)
        shown = tracked.filtered('incoming_sent')
        self.assertEqual(len(shown), len(skus))

    def test_a_variant_that_was_deleted_in_shopify_holds_up_no_other_one(self):
        self.bring('BCG')
        self.receipt(12, 3, 'MCS-S-BLA', 'BCG')
        self.simulator.post(f'/shops/{self.backend.shop_domain}/products', sku='BCG', delete=True)
        self.switch_on()
        self.assertEqual(self.in_shop('MCS-S-BLA')[1:], (self.day(3), '12'))
        self.assertFalse(self.tasks('failed'))

    def test_somebody_in_the_warehouse_without_the_role_tells_the_shop(self):
        self.switch_on()
        picking = self.receipt(12, 3)
        self.run_extras()
        keeper = new_test_user(self.env, 'extras_keeper', groups='base.group_user,stock.group_stock_user')
        picking.with_user(keeper).scheduled_date += timedelta(days=1)
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[1:], (self.day(4), '12'))
        picking.move_ids.with_user(keeper).write({'quantity': 12, 'picked': True})
        picking.with_user(keeper).button_validate()
        self.run_extras()
        self.assertEqual(self.in_shop('MCS-S-BLA')[1:], (None, None))

    def test_a_transaction_pays_three_statements_however_many_products(self):
        self.switch_on()
        products = self.env['product.product'].create([{'name': str(index)} for index in range(100)])
        self.env['shopify.task']._note_extras(products + self.product('MCS-S-BLA'))
        before = self.env.cr.sql_log_count
        self.env['shopify.task']._flush_extras()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 3)

    def test_no_store_that_shows_it_no_row(self):
        self.backend.show_incoming = False
        self.receipt(12, 3)
        self.assertFalse(self.env.cr.precommit.data.get('shopify.extras'))
