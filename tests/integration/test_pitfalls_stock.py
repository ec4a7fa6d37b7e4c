"""What went wrong with stock elsewhere, one test for each: it does not happen here."""

import math
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.addons.shopify_connector.entities import inventory
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from tests.integration.test_stock import StockCase

PRODUCTS = 'shopify_connector.group_shopify_user'


class PitfallCase(StockCase):
    def location(self, backend):
        return backend.location_ids.filtered('warehouse_id')[:1]

    def level(self, backend):
        place = self.location(backend)
        return self.binding(backend).level_ids.filtered(lambda level: level.location_id == place)

    def requests(self, backend, name=None):
        """How many requests the shop has answered, of all kinds or of one."""
        operations = self.simulator.stats(backend.shop_domain)['by_operation']
        return sum(row['requests'] for operation, row in operations.items() if name in (None, operation))

    def forget_requests(self, backend):
        self.simulator.post(f'/shops/{backend.shop_domain}/stats/reset')

    def edit(self, backend, units):
        place = self.location(backend).gid
        self.simulator.set_inventory(backend.shop_domain, self.SKU, location_id=place, available=units)

    def ring_for_level(self, backend, value=None):
        """What ``inventory_levels/update`` rings for."""
        key = f'{self.binding(backend).inventory_item_gid}|{self.location(backend).gid}'
        task = self.env['shopify.task']._add(backend, 'level', [key], source='webhook')
        task.write({'has_value': value is not None, 'value': value or 0, 'due_at': fields.Datetime.now()})
        self.run_lane(backend, 'stock')

    def pass_time(self, *backends):
        """Let the moments pass that differences, checks and retries wait for."""
        for _round in range(3):
            for backend in backends:
                now = fields.Datetime.now()
                self.env['shopify.task'].search([('state', '=', 'pending')]).due_at = now
                levels = self.env['shopify.inventory.level'].search([('check_after', '!=', False)])
                levels.check_after = now
                levels.filtered('unexplained_since').unexplained_since = now - timedelta(minutes=5)
                self.env.flush_all()
                self.run_lane(backend, 'orders')
                self.run_lane(backend, 'stock')

    def sale(self, units, product=None, confirm=True):
        order = self.env['sale.order'].create(
            {
                'partner_id': self.env['res.partner'].create({'name': 'Walk-in'}).id,
                'order_line': [Command.create({'product_id': (product or self.product).id, 'product_uom_qty': units})],
            }
        )
        if confirm:
            order.action_confirm()
        self.env.cr.flush()
        return order


class TestRequests(PitfallCase):
    """Two requests and a job for every level."""

    def test_a_catalogue_is_read_in_pages_and_written_in_mutations_of_many_levels(self):
        self.ring(self.alpha, 'catalogue', str(self.alpha.id))
        bindings = self.env['shopify.variant.binding'].search([('backend_id', '=', self.alpha.id)])
        products = bindings.product_id.filtered('is_storable')
        for product in products:
            self.env['stock.quant']._update_available_quantity(product, self.place, 500)
        self.env['shopify.task'].search([('state', '=', 'pending')]).unlink()
        self.forget_requests(self.alpha)
        with patch.object(inventory, 'LEVELS_PER_MUTATION', 10):
            self.switch_on(self.alpha)
        self.assertGreater(len(products), 50)
        self.assertEqual(self.mutations(self.alpha), math.ceil(len(products) / 10))
        self.assertLess(self.requests(self.alpha) - self.mutations(self.alpha), 12)

    def test_a_quantity_that_is_right_costs_no_request(self):
        self.count(20)
        self.switch_on(self.alpha)
        self.forget_requests(self.alpha)
        self.count(21)
        self.count(20)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.requests(self.alpha), 0)


class TestSalesThatOdooHasNotSeen(PitfallCase):
    """Compare-and-set against what was read a moment ago: a sale is undone, 9 becomes 10 again."""

    def test_a_write_is_compared_with_what_was_known_and_the_order_comes_first(self):
        self.count(10)
        self.switch_on(self.alpha)
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 1}])
        self.count(12)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.shown(self.alpha), 9)
        self.run_lane(self.alpha, 'orders')
        self.assertTrue(self.env['shopify.order.binding'].search([('gid', '=', gid)]).sale_order_id)
        self.pass_time(self.alpha)
        self.assertEqual(self.shown(self.alpha), 11)

    def test_reading_the_level_first_does_not_make_the_sale_an_old_one(self):
        self.count(10)
        self.switch_on(self.alpha)
        self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 1}])
        self.ring_for_level(self.alpha, 9)
        self.count(12)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.shown(self.alpha), 9)

    def test_a_sale_is_not_taken_for_seen_because_odoo_wants_the_same_number_by_chance(self):
        self.count(10)
        self.switch_on(self.alpha)
        self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 3}])
        self.count(7)
        self.run_lane(self.alpha, 'stock')
        self.ring_for_level(self.alpha, 7)
        self.count(20)
        self.run_lane(self.alpha, 'stock')
        self.assertLessEqual(self.shown(self.alpha), 17)
        self.pass_time(self.alpha)
        self.assertEqual(self.shown(self.alpha), 17)

    def test_a_stopped_order_keeps_its_units(self):
        """An order that cannot be brought over is still sold."""
        self.count(10)
        self.switch_on(self.alpha)
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 4}])
        task = self.env['shopify.task']._add(self.alpha, 'order', [gid])
        task._set_failed('boom', "It cannot be brought over.")
        self.alpha.swept_at = fields.Datetime.now() + timedelta(minutes=1)
        self.count(11)
        self.run_lane(self.alpha, 'stock')
        self.ring_for_level(self.alpha, 6)
        levels = self.level(self.alpha)
        levels.unexplained_since = fields.Datetime.now() - timedelta(minutes=5)
        levels.check_after = fields.Datetime.now()
        self.env.flush_all()
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.shown(self.alpha), 6)


class TestBothWays(PitfallCase):
    """A sale is counted twice, and a late echo is believed."""

    def share(self):
        super().share()
        self.count(20)
        self.switch_on(self.alpha, self.beta)
        (self.alpha | self.beta).edit_policy = 'shopify'

    def on_hand(self):
        self.product.invalidate_recordset()
        return self.product.with_context(location=self.place.id).qty_available

    def test_a_sale_is_counted_once_whatever_is_heard_first(self):
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 3}])
        self.ring_for_level(self.alpha, 17)
        self.ring(self.alpha, 'order', gid)
        self.ring_for_level(self.alpha, 17)
        self.pass_time(self.alpha, self.beta)
        self.assertEqual((self.on_hand(), self.product.free_qty), (20, 17))
        self.assertEqual((self.shown(self.alpha), self.shown(self.beta)), (17, 17))

    def test_a_late_echo_of_an_own_write_changes_nothing(self):
        self.count(15)
        self.run_lane(self.alpha, 'stock')
        self.count(12)
        self.run_lane(self.alpha, 'stock')
        self.ring_for_level(self.alpha, 15)
        self.pass_time(self.alpha, self.beta)
        self.assertEqual((self.on_hand(), self.shown(self.alpha), self.shown(self.beta)), (12, 12, 12))

    def test_what_no_order_explains_is_a_valued_move_with_its_reason(self):
        self.edit(self.alpha, 26)
        self.ring_for_level(self.alpha, 26)
        self.pass_time(self.alpha, self.beta)
        move = self.env['stock.move'].search([('product_id', '=', self.product.id)], order='id desc', limit=1)
        self.assertEqual((move.state, move.quantity, move.location_id.usage), ('done', 6, 'inventory'))
        self.assertIn(self.alpha.name, move.reference)
        self.assertEqual((self.on_hand(), self.shown(self.beta)), (26, 26))

    def test_a_restocked_refund_is_no_edit(self):
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 3}])
        self.ring(self.alpha, 'order', gid)
        self.simulator.act(self.alpha.shop_domain, gid.rsplit('/', 1)[-1], 'cancel', restock=True)
        self.ring_for_level(self.alpha, 20)
        self.ring(self.alpha, 'order', gid)
        self.pass_time(self.alpha, self.beta)
        self.assertEqual((self.on_hand(), self.shown(self.alpha), self.shown(self.beta)), (20, 20, 20))


class TestFanOut(PitfallCase):
    """Store B is not told what store A has sold until the night."""

    def test_a_sale_of_one_store_calls_the_lane_of_the_other_in_the_same_transaction(self):
        self.count(20)
        self.switch_on(self.alpha, self.beta)
        self.env['ir.cron.trigger'].search([]).unlink()
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 3}])
        self.ring(self.alpha, 'order', gid)
        tasks = self.stock_tasks(self.beta)
        self.assertEqual(set(tasks.mapped('key')), {str(self.product.id)})
        self.assertLessEqual(min(tasks.mapped('due_at')), fields.Datetime.now())
        lane = self.beta.sudo().cron_ids.filtered(lambda cron: cron.shopify_lane == 'stock')
        called = self.env['ir.cron.trigger'].search([('cron_id', '=', lane.id)])
        self.assertLessEqual(min(called.mapped('call_at')), fields.Datetime.now())


class TestFirstTime(PitfallCase):
    """The first nightly run writes 0 over the whole shop, because Odoo had no stock yet."""

    def test_nothing_is_written_before_somebody_has_said_yes(self):
        shown = self.shown(self.alpha)
        self.ring(self.alpha, 'stock_full', str(self.alpha.id))
        self.count(0)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual((self.shown(self.alpha), self.mutations(self.alpha)), (shown, 0))

    def test_a_store_that_would_be_emptied_waits_for_a_yes(self):
        self.ring(self.alpha, 'catalogue', str(self.alpha.id))
        before = self.simulator.state(self.alpha.shop_domain)['levels']
        self.switch_on(self.alpha)
        self.assertEqual(self.simulator.state(self.alpha.shop_domain)['levels'], before)
        check = self.env['shopify.stock.check'].search([('backend_id', '=', self.alpha.id), ('kind', '=', 'guard')])
        self.assertEqual(check.state, 'open')
        self.assertGreater(len(check.line_ids), 50)


class TestWhatIsNotSent(PitfallCase):
    """Stock sync is off without a word."""

    def test_what_shopify_tracks_is_storable_in_odoo(self):
        self.ring(self.alpha, 'catalogue', str(self.alpha.id))
        bindings = self.env['shopify.variant.binding'].search([('backend_id', '=', self.alpha.id)])
        odd = bindings.filtered(lambda row: row.tracked != row.product_id.is_storable)
        self.assertFalse(odd.mapped('sku'))

    def test_what_is_not_sent_says_why(self):
        self.count(20)
        self.switch_on(self.alpha)
        level, binding = self.level(self.alpha), self.binding(self.alpha)
        said = set()
        for values in ({'sync_stock': False}, {'sync_stock': True, 'tracked': False}):
            binding.write(values)
            level.invalidate_recordset()
            self.assertTrue(level.explanation)
            said.add(level.explanation)
        self.assertEqual(len(said), 2)

    def test_a_product_that_is_not_storable_says_so(self):
        self.switch_on(self.alpha)
        product = self.env['product.product'].create({'name': 'Not kept', 'type': 'consu', 'is_storable': False})
        self.binding(self.alpha).product_id = product
        level = self.level(self.alpha)
        level.invalidate_recordset()
        self.assertTrue(level.explanation)
        self.assertNotIn('on hand', level.explanation)


class TestLocations(PitfallCase):
    """A location without a level is refused; one that is switched off breaks every later refresh."""

    def test_a_level_that_shopify_does_not_stock_is_activated(self):
        self.count(20)
        place = self.location(self.alpha).gid
        self.simulator.request(
            'POST',
            f'/shops/{self.alpha.shop_domain}/inventory/stocked',
            {'sku': self.SKU, 'location_id': place, 'stocked': False},
        )
        self.switch_on(self.alpha)
        level = self.simulator.state(self.alpha.shop_domain)['levels'][self.SKU][place]
        self.assertEqual((level['is_active'], level['available']), (True, 20))

    def test_a_closed_location_keeps_its_levels_and_breaks_nothing(self):
        self.count(20)
        self.switch_on(self.alpha)
        main = self.location(self.alpha)
        other = self.alpha.location_ids - main
        other.warehouse_id = self.env['stock.warehouse'].create({'name': 'Pitfall Annex', 'code': 'PITX'})
        self.run_lane(self.alpha, 'stock')
        levels = self.env['shopify.inventory.level'].search([('location_id', '=', other.id)])
        self.assertTrue(levels)
        number = other.gid.rsplit('/', 1)[-1]
        self.simulator.request(
            'POST',
            f'/shops/{self.alpha.shop_domain}/locations',
            {'id': number, 'active': False, 'destination': main.gid},
        )
        self.ring(self.alpha, 'location', other.gid)
        self.assertFalse(other.active)
        self.assertTrue(other.warehouse_id)
        self.assertEqual(levels.exists(), levels)
        self.count(9)
        self.pass_time(self.alpha)
        self.assertEqual(self.shown(self.alpha), 9)
        failed = self.env['shopify.task'].search([('backend_id', '=', self.alpha.id), ('state', '=', 'failed')])
        self.assertFalse(failed.mapped('message'))


class TestFigures(PitfallCase):
    def test_half_a_unit_is_none(self):
        self.switch_on(self.alpha)
        self.env['stock.quant']._update_available_quantity(self.product, self.place, 3.5)
        self.env.cr.flush()
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.shown(self.alpha), 3)

    def test_what_is_promised_beyond_the_stock_shows_nothing_and_never_less(self):
        self.count(5)
        self.switch_on(self.alpha)
        self.sale(8)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.shown(self.alpha), 0)
        self.count(6)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.shown(self.alpha), 0)

    def test_a_place_whose_number_begins_alike_is_no_parent(self):
        """'1/5/' is in '11/5/', and yet no parent of it."""
        places = self.env['stock.location'].create(
            [{'name': f'Aisle {number}', 'location_id': self.place.id, 'usage': 'internal'} for number in range(12)]
        )
        pairs = [(one, two) for one in places for two in places if one != two and str(two.id).startswith(str(one.id))]
        one, two = pairs[0] if pairs else (places[0], places[1])
        inner = self.env['stock.location'].create({'name': 'Shelf', 'location_id': two.id, 'usage': 'internal'})
        # The path of the wrong one as text in that of the right one, as it happens with ids of two lengths.
        self.env.cr.execute(
            'UPDATE stock_location SET parent_path = %s WHERE id = %s', [f'9{one.parent_path}{inner.id}/', inner.id]
        )
        self.env.invalidate_all()
        self.count(0)
        self.switch_on(self.alpha)
        self.location(self.alpha).source_ids = one
        self.env['stock.quant']._update_available_quantity(self.product, inner, 40)
        self.env['stock.quant']._update_available_quantity(self.product, one, 3)
        self.env.cr.flush()
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.shown(self.alpha), 3)

    def test_the_quantity_is_read_when_it_is_sent_and_not_when_it_changed(self):
        """A slower job with an older number wins."""
        self.count(20)
        self.switch_on(self.alpha)
        self.forget_requests(self.alpha)
        for units in (19, 3, 11):
            self.count(units)
        self.assertEqual(len(self.stock_tasks(self.alpha)), 3)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual((self.shown(self.alpha), self.mutations(self.alpha)), (11, 1))
        self.assertFalse(self.stock_tasks(self.alpha))

    def test_a_store_has_one_worker_for_its_stock(self):
        lanes = self.alpha.sudo().cron_ids.filtered(lambda cron: cron.shopify_lane == 'stock')
        self.assertEqual(len(lanes), 1)


class TestPeopleAndStock(PitfallCase):
    """As each kind of person, and in a second company."""

    def share(self):
        super().share()
        self.count(20)
        self.switch_on(self.alpha, self.beta)
        self.seller = new_test_user(self.env, 'seller', 'sales_team.group_sale_salesman_all_leads')
        self.worker = new_test_user(self.env, 'worker', 'stock.group_stock_user')
        self.shop_user = new_test_user(self.env, 'shopuser', f'{PRODUCTS},stock.group_stock_user')
        self.manager = new_test_user(self.env, 'manager', 'shopify_connector.group_shopify_manager')

    def test_a_worker_without_a_role_ships_counts_scraps_and_receives(self):
        picking = self.sale(4).picking_ids.with_user(self.worker)
        self.assertIs(picking.button_validate(), True)
        quant = self.env['stock.quant'].with_user(self.worker).with_context(inventory_mode=True)
        quant.create(
            {'product_id': self.product.id, 'location_id': self.place.id, 'inventory_quantity': 9}
        ).action_apply_inventory()
        scrap = self.env['stock.scrap'].with_user(self.worker)
        scrap.create({'product_id': self.product.id, 'scrap_qty': 2, 'location_id': self.place.id}).action_validate()
        self.env.cr.flush()
        for backend in (self.alpha, self.beta):
            self.run_lane(backend, 'stock')
            self.assertEqual(self.shown(backend), 7)

    def test_a_salesperson_without_a_role_sells_and_opens_the_product(self):
        order = self.sale(4, confirm=False).with_user(self.seller)
        order.action_confirm()
        self.env.cr.flush()
        self.product.with_user(self.seller).read(['name', 'qty_available'])
        self.product.product_tmpl_id.with_user(self.seller).get_views([(False, 'form')])
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.shown(self.alpha), 16)

    def test_people_without_a_role_see_nothing_of_the_stores_stock(self):
        for user in (self.seller, self.worker):
            for model in (
                'shopify.inventory.level',
                'shopify.inventory.level.edit',
                'shopify.location',
                'shopify.stock.rule',
                'shopify.stock.check',
                'shopify.stock.difference',
                'shopify.stock.push',
            ):
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    def test_a_shop_user_reads_how_a_number_came_about_and_changes_no_rule(self):
        level = self.level(self.alpha).with_user(self.shop_user)
        self.assertEqual(level.wanted, 20)
        self.assertIn('20', level.explanation)
        with self.assertRaises(AccessError):
            self.env['shopify.stock.rule'].with_user(self.shop_user).create({'what': 'safety', 'value': 2})
        with self.assertRaises(AccessError):
            self.alpha.with_user(self.shop_user).stock_export = False

    def test_a_manager_without_stock_rights_makes_a_rule_that_is_sent(self):
        self.env['shopify.stock.rule'].with_user(self.manager).create(
            {'what': 'safety', 'value': 2, 'backend_id': self.alpha.id}
        )
        self.env.cr.flush()
        for backend in (self.alpha, self.beta):
            self.run_lane(backend, 'stock')
        self.assertEqual((self.shown(self.alpha), self.shown(self.beta)), (18, 20))

    def test_the_stock_of_another_company_is_not_for_sale_here(self):
        company = self.env['res.company'].create({'name': 'Second Company'})
        warehouse = self.env['stock.warehouse'].search([('company_id', '=', company.id)], limit=1)
        self.product.product_tmpl_id.company_id = False
        self.env['stock.quant']._update_available_quantity(self.product, warehouse.lot_stock_id, 70)
        self.env.cr.flush()
        for backend in (self.alpha, self.beta):
            self.run_lane(backend, 'stock')
        self.assertEqual((self.shown(self.alpha), self.shown(self.beta)), (20, 20))

    def test_people_of_another_company_see_no_level_check_or_rule_of_this_one(self):
        company = self.env['res.company'].create({'name': 'Second Company'})
        self.env['shopify.stock.rule'].create({'what': 'safety', 'value': 0, 'backend_id': self.alpha.id})
        self.env['shopify.stock.check']._hold(self.alpha, [(self.level(self.alpha), 20, 0)])
        stranger = new_test_user(
            self.env,
            'stranger',
            'shopify_connector.group_shopify_manager',
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        for model in (
            'shopify.inventory.level',
            'shopify.location',
            'shopify.stock.rule',
            'shopify.stock.check',
            'shopify.stock.difference',
            'shopify.stock.push',
        ):
            with self.subTest(model=model):
                self.assertTrue(self.env[model].search_count([]))
                self.assertFalse(self.env[model].with_user(stranger).search([]))
