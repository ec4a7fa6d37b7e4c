from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError

from tests.integration.pushing import PushCase


class GuardCase(PushCase):
    def share(self):
        super().share()
        self.alpha.write({'guard_zero_percent': 30, 'guard_minimum': 2})
        self.limit = len(self.products) * 3 // 10
        self.pushes().sent_at = fields.Datetime.now() - timedelta(hours=2)

    def guard(self):
        return self.env['shopify.stock.check'].search([('backend_id', '=', self.alpha.id), ('kind', '=', 'guard')])

    def held(self):
        return self.guard().line_ids.filtered(lambda line: line.state == 'open').level_id

    def confirm(self, levels):
        """Write them as a person has said yes to, in a transaction that may be committed."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = self.env(cr=cr)
            env['shopify.sync.stock']._push_levels(self.alpha.with_env(env), levels.with_env(env), confirmed=True)
        self.env.invalidate_all()

    def empty(self, *products):
        for product in products:
            self.change(0, products=product)
        self.run_lane(self.alpha, 'stock')


class TestEmptying(GuardCase):
    def test_emptying_a_large_share_waits_for_a_yes_and_the_others_are_written(self):
        emptied, other = self.products[: self.limit + 1], self.products[self.limit + 1]
        self.change(20, products=other)
        self.empty(*emptied)
        self.assertEqual(self.in_shop(*emptied), [50] * len(emptied))
        self.assertEqual(self.in_shop(other), [20])
        self.assertEqual(self.held(), self.env['shopify.inventory.level'].union(*map(self.level, emptied)))
        self.assertIn('guard', self.level(emptied[0]).message)
        self.assertEqual(self.guard().line_ids[0].in_odoo, 0)

    def test_a_smaller_share_is_written(self):
        emptied = self.products[: self.limit]
        self.empty(*emptied)
        self.assertEqual(self.in_shop(*emptied), [0] * len(emptied))
        self.assertFalse(self.guard())

    def test_fewer_than_the_minimum_are_written_whatever_their_share(self):
        self.alpha.guard_minimum = len(self.products) + 1
        self.empty(*self.products)
        self.assertEqual(self.in_shop(), [0] * len(self.products))

    def test_zero_percent_asks_nobody(self):
        self.alpha.guard_zero_percent = 0
        self.empty(*self.products)
        self.assertEqual(self.in_shop(), [0] * len(self.products))

    def test_what_is_empty_already_does_not_count(self):
        self.alpha.guard_zero_percent = 0
        self.empty(*self.products[:-2])
        self.alpha.guard_zero_percent = 60
        self.pushes().sent_at = fields.Datetime.now() - timedelta(hours=2)
        self.empty(self.products[-1])
        self.assertEqual(self.in_shop(self.products[-1]), [0])
        self.empty(self.products[-2])
        self.assertEqual(self.in_shop(self.products[-2]), [50])

    def test_many_small_pushes_within_an_hour_are_a_large_one(self):
        for product in self.products[: self.limit + 2]:
            self.empty(product)
        self.assertEqual(self.in_shop(*self.products[: self.limit]), [0] * self.limit)
        self.assertEqual(self.in_shop(*self.products[self.limit : self.limit + 2]), [50, 50])
        self.assertEqual(len(self.held()), 2)

    def test_what_was_written_more_than_an_hour_ago_does_not_count(self):
        self.empty(*self.products[: self.limit])
        self.pushes().sent_at = fields.Datetime.now() - timedelta(minutes=61)
        self.empty(self.products[self.limit])
        self.assertEqual(self.in_shop(self.products[self.limit]), [0])

    def test_what_has_stock_again_does_not_count(self):
        for product in self.products[: self.limit + 2]:
            self.empty(product)
            self.change(5, products=product)
            self.run_lane(self.alpha, 'stock')
        self.assertFalse(self.guard())

    def test_a_bad_share_is_refused(self):
        with self.assertRaises(ValidationError):
            self.alpha.guard_zero_percent = 101
        with self.assertRaises(ValidationError):
            self.alpha.guard_minimum = -1


class TestHeld(GuardCase):
    def share(self):
        super().share()
        self.emptied = self.products[: self.limit + 1]
        self.empty(*self.emptied)

    def test_a_level_that_is_held_stays_so_however_small_the_next_push_is(self):
        self.env['shopify.task']._add(self.alpha, 'stock', [str(self.emptied[0].id)])
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(self.emptied[0]), [50])
        self.assertEqual(len(self.guard().line_ids), len(self.emptied))

    def test_a_level_that_would_not_be_emptied_any_more_is_free(self):
        self.change(7, products=self.emptied[0])
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(self.emptied[0]), [7])
        self.assertNotIn(self.level(self.emptied[0]), self.held())
        self.assertFalse(self.level(self.emptied[0]).message)

    def test_a_yes_writes_it_and_does_not_count_afterwards(self):
        self.confirm(self.held())
        self.assertEqual(self.in_shop(*self.emptied), [0] * len(self.emptied))
        self.assertTrue(self.pushes()[0].confirmed)
        other = self.products - self.emptied
        self.empty(other[0])
        self.assertEqual(self.in_shop(other[0]), [0])

    def test_an_intent_of_a_crash_is_not_repeated_past_the_guard(self):
        product = (self.products - self.emptied)[0]
        self.change(30, products=product)
        self.crash(done=False)
        push = self.pushes(state='open')
        self.env['shopify.stock.check']._hold(self.alpha, [(self.level(product), 50, 30)])
        self.settle_stock()
        self.assertEqual((push.state, self.in_shop(product)), ('unclear', [50]))


class TestChanging(GuardCase):
    def test_changing_a_large_share_waits_for_a_yes_when_the_store_says_so(self):
        self.change(*[40] * len(self.products))
        self.alpha.guard_change_percent = 50
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(), [50] * len(self.products))
        self.assertEqual(len(self.held()), len(self.products))

    def test_other_changes_of_what_is_held_are_held_too(self):
        self.change(*[40] * len(self.products))
        self.alpha.guard_change_percent = 50
        self.run_lane(self.alpha, 'stock')
        self.change(39)
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(self.products[0]), [50])
        line = self.guard().line_ids.filtered(lambda line: line.level_id == self.level())
        self.assertEqual(line.in_odoo, 39)

    def test_by_default_changes_are_written(self):
        self.change(*[40] * len(self.products))
        self.run_lane(self.alpha, 'stock')
        self.assertEqual(self.in_shop(), [40] * len(self.products))


class TestPeople(GuardCase):
    def test_the_shop_team_reads_what_was_sent_and_nobody_edits_it(self):
        self.empty(self.products[0])
        user = self.env['res.users'].create(
            {
                'name': "Shop",
                'login': 'shop-pushes',
                'group_ids': [(6, 0, [self.env.ref('shopify_connector.group_shopify_user').id])],
            }
        )
        pushes = self.pushes().with_user(user)
        self.assertTrue(pushes[0].row_count)
        self.assertTrue(pushes.has_access('read'))
        self.assertFalse(pushes.has_access('write'))
        user.group_ids = [(6, 0, [self.env.ref('stock.group_stock_user').id])]
        self.assertFalse(pushes.has_access('read'))

    def test_another_companys_people_do_not_see_it(self):
        self.empty(self.products[0])
        company = self.env['res.company'].create({'name': "Elsewhere"})
        user = self.env['res.users'].create(
            {
                'name': "Else",
                'login': 'else-pushes',
                'company_id': company.id,
                'company_ids': [(6, 0, company.ids)],
                'group_ids': [(6, 0, [self.env.ref('shopify_connector.group_shopify_user').id])],
            }
        )
        self.assertFalse(self.env['shopify.stock.push'].with_user(user).search([]))
