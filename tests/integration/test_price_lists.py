from unittest.mock import patch

from odoo.addons.shopify_connector.shopify import errors
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user

from tests.integration.simulated import SimulatedCase

CREATE = """
mutation($input: PriceListCreateInput!) { priceListCreate(input: $input) { priceList { id } userErrors { message } } }
"""
FIX = """
mutation($id: ID!, $rows: [PriceListPriceInput!]!) {
  priceListFixedPricesAdd(priceListId: $id, prices: $rows) { userErrors { message } }
}
"""
FIXED = """
query($id: ID!) { priceList(id: $id) { prices(first: 250, originType: FIXED) {
  nodes { variant { id } price { amount } compareAtPrice { amount } } } } }
"""
DELETE = 'mutation($id: ID!) { priceListDelete(id: $id) { userErrors { message } } }'


class TestPriceLists(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store()
        self.client = self.backend._get_client('catalogue')
        parent = {'adjustment': {'type': 'PERCENTAGE_DECREASE', 'value': 10.0}}
        answer = self.client.mutate(CREATE, {'input': {'name': 'Europe', 'currency': 'USD', 'parent': parent}})
        self.gid = answer['priceListCreate']['priceList']['id']
        run = self.env['shopify.import'].create({'backend_id': self.backend.id, 'what': 'products'})
        run.action_import()
        for _round in range(20):
            if run.state == 'done':
                break
            run._tasks().due_at = '2020-01-01 00:00:00'
            self.run_lane(self.backend, 'catalogue')
        self.assertEqual(run.state, 'done')
        self.bindings = self.env['shopify.variant.binding'].search(
            [('backend_id', '=', self.backend.id), ('product_id', '!=', False)], order='id'
        )
        currency = self.env['res.currency'].search([('name', '=', 'USD')])
        self.pricelist = self.env['product.pricelist'].create({'name': 'Europe', 'currency_id': currency.id})
        self.backend.action_read_price_lists()
        self.run_lane(self.backend, 'catalogue')
        self.price_list = self.env['shopify.price.list'].search([('gid', '=', self.gid)])

    def rule(self, binding, price):
        return self.env['product.pricelist.item'].create(
            {
                'pricelist_id': self.pricelist.id,
                'applied_on': '0_product_variant',
                'product_id': binding.product_id.id,
                'compute_price': 'fixed',
                'fixed_price': price,
            }
        )

    def in_shop(self):
        nodes = self.client.query(FIXED, {'id': self.gid})['priceList']['prices']['nodes']
        return {node['variant']['id']: float(node['price']['amount']) for node in nodes}

    def fix_in_shop(self, binding, amount, compare_at=None):
        rows = [{'variantId': binding.gid, 'price': {'amount': amount, 'currencyCode': 'USD'}}]
        if compare_at:
            rows[0]['compareAtPrice'] = {'amount': compare_at, 'currencyCode': 'USD'}
        answer = self.client.mutate(FIX, {'id': self.gid, 'rows': rows})
        self.assertFalse(answer['priceListFixedPricesAdd']['userErrors'])

    def settle(self):
        self.env.cr.precommit.run()
        self.run_lane(self.backend, 'catalogue')

    def switched_on(self):
        self.price_list.pricelist_id = self.pricelist
        self.price_list.action_compare()
        self.settle()
        self.price_list.action_send()
        self.settle()

    def mutations(self):
        return (
            self.simulator.stats(self.backend.shop_domain)['by_operation'].get('SetFixedPrices', {}).get('requests', 0)
        )

    def test_price_lists_are_read_with_what_shopify_does_without_a_price(self):
        row = self.price_list
        self.assertEqual((row.name, row.currency_code, row.adjustment, row.fixed_count), ('Europe', 'USD', -10.0, 0))

    def test_nothing_is_written_before_the_yes(self):
        self.rule(self.bindings[0], 12.5)
        self.price_list.pricelist_id = self.pricelist
        self.price_list.action_compare()
        self.settle()
        self.assertEqual((self.price_list.set_count, self.price_list.remove_count), (1, 0))
        self.assertIn('1 prices would be set', self.price_list.message)
        self.assertFalse(self.in_shop())

    def test_sending_needs_a_comparison_first(self):
        self.price_list.pricelist_id = self.pricelist
        with self.assertRaises(UserError):
            self.price_list.action_send()

    def test_only_what_a_rule_names_becomes_a_price_and_a_second_run_sends_nothing(self):
        self.rule(self.bindings[0], 12.5)
        self.switched_on()
        self.assertEqual(self.in_shop(), {self.bindings[0].gid: 12.5})
        before = self.mutations()
        self.price_list.action_compare()
        self.settle()
        self.assertEqual(self.mutations(), before)

    def test_a_changed_rule_follows_by_itself_and_a_deleted_one_takes_its_price_away(self):
        first, second = self.rule(self.bindings[0], 12.5), self.rule(self.bindings[1], 20)
        self.switched_on()
        first.fixed_price = 13
        self.settle()
        self.assertEqual(self.in_shop(), {self.bindings[0].gid: 13.0, self.bindings[1].gid: 20.0})
        second.unlink()
        self.settle()
        self.assertEqual(self.in_shop(), {self.bindings[0].gid: 13.0})

    def test_a_price_that_odoo_has_no_rule_for_is_left_alone(self):
        self.fix_in_shop(self.bindings[2], '7.00')
        self.rule(self.bindings[0], 12.5)
        self.switched_on()
        self.assertEqual(self.in_shop(), {self.bindings[0].gid: 12.5, self.bindings[2].gid: 7.0})
        item = self.price_list.item_ids.filtered(lambda item: item.variant_gid == self.bindings[2].gid)
        self.assertEqual((item.state, item.in_shopify), ('left', '7.00'))

    def test_what_a_price_was_before_its_discount_stays(self):
        def compare_at():
            [node] = self.client.query(FIXED, {'id': self.gid})['priceList']['prices']['nodes']
            return node['price']['amount'], node['compareAtPrice'] and node['compareAtPrice']['amount']

        self.fix_in_shop(self.bindings[0], '11.00', '20.00')
        rule = self.rule(self.bindings[0], 12.5)
        self.switched_on()
        self.assertEqual(compare_at(), ('12.5', '20.0'))
        self.fix_in_shop(self.bindings[0], '12.50', '18.00')
        self.env['shopify.price.list']._cron_compare()
        self.settle()
        rule.fixed_price = 13
        self.settle()
        self.assertEqual(compare_at(), ('13.0', '18.0'))

    def test_many_prices_go_250_a_call(self):
        self.env['product.pricelist.item'].create(
            {
                'pricelist_id': self.pricelist.id,
                'applied_on': '3_global',
                'compute_price': 'percentage',
                'percent_price': 50,
                'base': 'list_price',
            }
        )
        before = self.mutations()
        self.switched_on()
        count = len(self.bindings.filtered(lambda row: not row.deleted_at))
        self.assertEqual(len(self.in_shop()), count)
        self.assertEqual(self.mutations() - before, -(-count // 250))

    def test_the_sales_price_moves_what_is_made_of_it(self):
        self.env['product.pricelist.item'].create(
            {
                'pricelist_id': self.pricelist.id,
                'applied_on': '0_product_variant',
                'product_id': self.bindings[0].product_id.id,
                'compute_price': 'percentage',
                'percent_price': 50,
                'base': 'list_price',
            }
        )
        self.switched_on()
        self.bindings[0].product_id.product_tmpl_id.list_price = 80
        self.settle()
        self.assertEqual(self.in_shop()[self.bindings[0].gid], 40.0)

    def test_what_somebody_changes_in_the_shop_is_found_at_night(self):
        self.rule(self.bindings[0], 12.5)
        self.switched_on()
        self.fix_in_shop(self.bindings[0], '99.00')
        self.env['shopify.price.list']._cron_compare()
        self.settle()
        self.assertEqual(self.in_shop(), {self.bindings[0].gid: 12.5})

    def test_a_variant_that_is_gone_stops_no_other_price(self):
        self.rule(self.bindings[0], 12.5)
        self.rule(self.bindings[1], 20)
        self.bindings[1].gid = 'gid://shopify/ProductVariant/999999999'
        self.switched_on()
        self.assertEqual(self.in_shop(), {self.bindings[0].gid: 12.5})
        refused = self.price_list.item_ids.filtered(lambda item: item.state == 'refused')
        self.assertEqual(refused.variant_gid, self.bindings[1].gid)
        self.assertTrue(refused.message)

    def test_a_price_list_that_was_deleted_says_so_and_sends_no_more(self):
        self.rule(self.bindings[0], 12.5)
        self.switched_on()
        self.client.mutate(DELETE, {'id': self.gid})
        self.rule(self.bindings[1], 5)
        self.settle()
        self.assertTrue(self.price_list.deleted_at)
        self.assertFalse(self.price_list.is_sent)

    def test_another_currency_is_refused_with_a_way_out(self):
        euro = self.env['res.currency'].with_context(active_test=False).search([('name', '=', 'EUR')])
        euro.active = True
        wrong = self.env['product.pricelist'].create({'name': 'Euro', 'currency_id': euro.id})
        with self.assertRaisesRegex(ValidationError, 'Choose a pricelist in USD'):
            self.price_list.pricelist_id = wrong

    def test_a_pricelist_that_changes_its_currency_later_sends_no_more(self):
        rule = self.rule(self.bindings[0], 12.5)
        self.switched_on()
        euro = self.env['res.currency'].with_context(active_test=False).search([('name', '=', 'EUR')])
        euro.active = True
        self.pricelist.currency_id = euro
        rule.fixed_price = 120
        self.settle()
        self.assertEqual(self.in_shop(), {self.bindings[0].gid: 12.5})
        self.assertFalse(self.price_list.is_sent)
        self.assertIn('Choose a pricelist in USD', self.price_list.message)

    def test_what_was_refused_is_sent_again_once_its_cause_is_mended(self):
        self.rule(self.bindings[0], 12.5)
        gid, self.bindings[0].gid = self.bindings[0].gid, 'gid://shopify/ProductVariant/999999999'
        self.switched_on()
        item = self.price_list.item_ids
        self.assertEqual((item.state, self.in_shop()), ('refused', {}))
        self.bindings[0].gid = item.variant_gid = gid
        self.price_list.action_compare()
        self.settle()
        self.assertEqual((item.state, self.in_shop()), ('same', {gid: 12.5}))

    def test_one_list_that_is_refused_fails_no_other(self):
        other = self.price_list.copy({'gid': 'gid://shopify/PriceList/999', 'name': 'Other'})
        tasks = self.env['shopify.task']._add(self.backend, 'price_list', [str(other.id), str(self.price_list.id)])

        def refuse(records, client, price_list):
            if price_list == other:
                raise errors.UserErrors.of([{'message': 'No.'}])

        with patch.object(type(self.env['shopify.sync.price_list']), '_bring_up_to_date', refuse):
            self.run_lane(self.backend, 'catalogue')
        self.assertEqual(tasks.mapped('state'), ['failed', 'done'])

    def test_another_pricelist_is_agreed_to_anew(self):
        self.rule(self.bindings[0], 12.5)
        self.switched_on()
        self.price_list.pricelist_id = self.pricelist.copy()
        self.assertFalse(self.price_list.is_sent)

    def test_a_shop_user_looks_and_changes_nothing(self):
        user = new_test_user(self.env, 'pl_user', groups='shopify_connector.group_shopify_user')
        self.assertEqual(self.price_list.with_user(user).name, 'Europe')
        with self.assertRaises(AccessError):
            self.price_list.with_user(user).action_compare()

    def test_who_sells_without_a_shopify_role_changes_prices_as_before(self):
        self.rule(self.bindings[0], 12.5)
        self.switched_on()
        seller = new_test_user(
            self.env, 'pl_seller', groups='sales_team.group_sale_manager,product.group_product_manager'
        )
        self.pricelist.item_ids.with_user(seller).fixed_price = 11
        self.settle()
        self.assertEqual(self.in_shop(), {self.bindings[0].gid: 11.0})

    def test_another_company_sees_nothing_of_it(self):
        other = self.env['res.company'].create({'name': 'Another Company'})
        user = new_test_user(
            self.env,
            'pl_other',
            groups='shopify_connector.group_shopify_manager',
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.env['shopify.price.list'].with_user(user).search([]))
        self.assertFalse(self.env['shopify.price.list.item'].with_user(user).search([]))
