"""Customers of a simulated shop, through the lane of the catalogue: deliveries, sweep, import, merge, export."""

import time
from unittest.mock import patch

from odoo.addons.shopify_connector.shopify import bulk, errors

from tests.integration.simulated import SimulatedCase

IMPORT = 'odoo.addons.shopify_connector.sync.customer_import'


class ShopCase(SimulatedCase):
    def shop(self, **body):
        """Make or change a customer in the shop, as a merchant does; its gid."""
        answer = self.simulator.post(f'/shops/{self.backend.shop_domain}/customers', **body)
        found = answer.get('id') or answer['customers'][0]['id']
        return str(found) if str(found).startswith('gid:') else f'gid://shopify/Customer/{found}'

    def share(self):
        super().share()
        self.backend = self.connected_store()

    def ring(self, backend, kind, *keys):
        tasks = super().ring(backend, kind, *keys)
        self.assertEqual(set(tasks.mapped('state')), {'done'}, tasks.mapped('message'))
        return tasks

    def row(self, gid):
        return self.env['shopify.customer'].search([('backend_id', '=', self.backend.id), ('gid', '=', gid)])

    def jane(self, **values):
        return self.shop(first_name='Jane', last_name='Doe', email='jane@example.com', **values)


class TestLane(ShopCase):
    def test_a_customer_who_has_not_ordered_comes_when_the_store_wants_all(self):
        gid = self.jane()
        self.ring(self.backend, 'customer', gid)
        self.assertFalse(self.row(gid))
        self.backend.customer_policy = 'all'
        self.ring(self.backend, 'customer', gid)
        self.assertEqual(self.row(gid).partner_id.email, 'jane@example.com')

    def test_changes_tags_and_consents_follow(self):
        gid = self.jane(tags=['VIP'])
        self.backend.write({'customer_policy': 'all', 'customer_tags': 'create'})
        self.ring(self.backend, 'customer', gid)
        self.shop(id=gid, first_name='Janet', tags=['VIP', 'B2B'], consent={
            'email': {'state': 'SUBSCRIBED', 'level': 'CONFIRMED_OPT_IN', 'at': '2026-05-01T10:00:00Z'}})  # fmt: skip
        self.ring(self.backend, 'customer', gid)
        row = self.row(gid)
        self.assertEqual(row.partner_id.name, 'Janet Doe')
        self.assertEqual(sorted(row.partner_id.category_id.mapped('name')), ['B2B', 'VIP'])
        self.assertEqual((row.email_consent, str(row.email_consent_at)), ('subscribed', '2026-05-01 10:00:00'))

    def test_a_deleted_customer_is_noted(self):
        gid = self.jane()
        self.backend.customer_policy = 'all'
        self.ring(self.backend, 'customer', gid)
        self.shop(id=gid, delete=True)
        task = self.ring(self.backend, 'customer', gid)
        self.assertEqual(task.state, 'done')
        self.assertTrue(self.row(gid).deleted_at and self.row(gid).partner_id.active)

    def test_merged_customers_are_one_from_then_on(self):
        self.backend.customer_policy = 'all'
        one, other = self.jane(), self.shop(first_name='Jane', last_name='Old', email='old@example.com')
        self.ring(self.backend, 'customer', one, other)
        self.simulator.post(f'/shops/{self.backend.shop_domain}/customers/merge', one=one, two=other, keep=one)
        self.ring(self.backend, 'customer_merge', f'{one}|{other}')
        self.assertEqual(self.row(other).merged_into_id, self.row(one))
        self.assertTrue(self.row(other).deleted_at)
        self.assertIn('Took over', self.row(one).trail_html)

    def test_what_no_webhook_told_is_found_by_the_sweep(self):
        self.backend.customer_policy = 'all'
        gid = self.jane()
        self.run_lane(self.backend, 'catalogue')
        self.run_lane(self.backend, 'catalogue')
        self.assertTrue(self.row(gid))
        self.simulator.post(f'/shops/{self.backend.shop_domain}/stats/reset')
        self.backend.customers_swept_at = False
        self.run_lane(self.backend, 'catalogue')
        requests = self.simulator.stats(self.backend.shop_domain)['by_operation']
        self.assertEqual(requests.get('CustomersByIds', {}).get('requests', 0), 0)
        self.assertEqual(requests['CustomersChanged']['requests'], 1)

    def test_a_metafield_of_the_shop_fills_the_tax_number(self):
        self.backend.write({'customer_policy': 'all', 'customer_vat_metafield': 'custom.vat_number'})
        gid = self.jane(metafields=[
            {'namespace': 'custom', 'key': 'vat_number', 'type': 'single_line_text_field', 'value': 'US12345'}])  # fmt: skip
        self.ring(self.backend, 'customer', gid)
        self.assertEqual(self.row(gid).partner_id.vat, 'US12345')

    def test_all_topics_of_customers_are_subscribed(self):
        topics = {row['topic'] for row in self.subscriptions(self.backend)}
        self.assertLessEqual({'CUSTOMERS_CREATE', 'CUSTOMERS_DELETE', 'CUSTOMERS_MERGE', 'CUSTOMER_TAGS_ADDED'}, topics)

    def test_more_addresses_than_a_page_holds_all_come(self):
        places = [{'address1': f'{number} Side St', 'city': 'Albany', 'zip': '12207', 'country_code': 'US'}
                  for number in range(1, 15)]  # fmt: skip
        gid = self.jane(addresses=places)
        self.backend.customer_policy = 'all'
        self.ring(self.backend, 'customer', gid)
        self.assertEqual(len(self.row(gid).address_ids), 14)

    def test_an_import_of_all_customers_goes_page_by_page(self):
        for number in range(30):
            self.shop(first_name='Guest', last_name=str(number), email=f'guest{number}@example.com')
        self.backend.action_import_customers()
        self.run_lane(self.backend, 'catalogue')
        found = self.env['shopify.customer'].search([('email', '=like', 'guest%@example.com')])
        self.assertEqual(len(found.partner_id), 30)

    def test_a_whole_import_goes_through_a_bulk_operation_after_a_dry_run(self):
        self.backend.customer_tags = 'create'
        for number in range(60):
            self.shop(
                first_name='Guest',
                last_name=str(number),
                email=f'guest{number}@example.com',
                tags=['bulk'],
                addresses=[{'address1': f'{number} Main St', 'city': 'Albany', 'zip': '12207', 'country_code': 'US'}],
            )
        known = self.env['res.partner'].create({'name': 'Known', 'email': 'guest7@example.com'})
        run = self.env['shopify.import'].create({'backend_id': self.backend.id, 'what': 'customers'})
        run.action_dry_run()
        self.go_on(run)
        self.assertEqual(run.state, 'done', run.message)
        self.assertFalse(self.env['shopify.customer'].search_count([('backend_id', '=', self.backend.id)]))
        rows = {row.name: row for row in run.row_ids}
        self.assertEqual((rows['Guest 7'].outcome, rows['Guest 8'].outcome), ('link', 'create'))
        self.assertIn('guest7@example.com', rows['Guest 7'].sentence)
        second = self.env['shopify.import'].browse(run.action_import_after_dry_run()['res_id'])
        self.go_on(second)
        self.assertEqual((second.state, second.failed_count), ('done', 0), second.message)
        found = self.env['shopify.customer'].search([('email', '=like', 'guest%@example.com')])
        self.assertEqual(len(found.partner_id), 60)
        self.assertIn(known, found.partner_id)
        self.assertEqual(set(found.partner_id.category_id.mapped('name')), {'bulk'})
        self.assertEqual(len(found.address_ids), 60)
        third = second.copy({'mode': 'import'})
        third.action_import()
        self.go_on(third)
        self.assertEqual(third.same_count, third.found_count)

    def test_a_shop_without_a_result_of_a_bulk_operation_is_read_in_parts(self):
        gids = {self.shop(first_name=name, email=f'{name}@example.com') for name in 'ab'}
        refused = errors.UserErrors([errors.UserError((), 'no', 'INVALID')])
        failed = bulk.Status('gid://shopify/BulkOperation/1', 'FAILED', 'ACCESS_DENIED', 0, None, None, None, None)
        for name, answer in (('run', {'side_effect': refused}), ('status', {'return_value': failed})):
            self.env['shopify.customer'].search([('backend_id', '=', self.backend.id)]).unlink()
            run = self.env['shopify.import'].create({'backend_id': self.backend.id, 'what': 'customers'})
            with patch(f'{IMPORT}._FEW_CUSTOMERS', 0), patch.object(bulk, name, **answer):
                run.action_import()
                self.go_on(run)
            self.assertEqual((run.state, run.failed_count), ('done', 0), run.message)
            known = self.env['shopify.customer'].search([('backend_id', '=', self.backend.id)])
            self.assertLessEqual(gids, set(known.mapped('gid')))

    def test_who_was_deleted_while_the_result_waited_stays_deleted(self):
        usual, known = self.backend.customer_policy, self.jane()
        self.backend.customer_policy = 'all'
        self.ring(self.backend, 'customer', known)
        self.backend.customer_policy = usual
        unknown, merged, kept = (self.shop(first_name=name, email=f'{name}@example.com') for name in 'abc')
        run = self.env['shopify.import'].create({'backend_id': self.backend.id, 'what': 'customers'})
        with patch(f'{IMPORT}._FEW_CUSTOMERS', 0):
            run.action_import()
            self.run_lane(self.backend, 'catalogue')
        time.sleep(0.5)
        for gid in (known, unknown):
            self.shop(id=gid, delete=True)
        self.simulator.post(f'/shops/{self.backend.shop_domain}/customers/merge', one=kept, two=merged, keep=kept)
        self.ring(self.backend, 'customer', known, unknown)
        self.ring(self.backend, 'customer_merge', f'{kept}|{merged}')
        self.go_on(run)
        self.assertEqual((run.state, run.skipped_count), ('done', 3), run.message)
        self.assertTrue(self.row(known).deleted_at)
        self.assertFalse(self.row(unknown) or self.row(merged))
        self.assertFalse(self.row(kept).deleted_at)

    def go_on(self, run):
        """Run the lane until Shopify has put the result together."""
        for _round in range(20):
            self.env['shopify.task'].search([('kind', '=', 'history'), ('state', '=', 'pending')]).due_at = '2026-01-01'
            self.run_lane(self.backend, 'catalogue')
            if run.state in ('done', 'failed'):
                return
            time.sleep(0.2)
