from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.addons.shopify_connector import const
from odoo.addons.shopify_connector.entities import webhook_subscription
from odoo.addons.shopify_connector.shopify import errors
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from tests.integration.simulated import ODOO_URL, SimulatedCase


class TestStore(SimulatedCase):
    def test_a_pasted_link_is_understood_as_the_shops_domain(self):
        backend = self.env['shopify.backend'].create(
            {'name': 'S', 'shop_domain': 'https://My-Shop.myshopify.com/admin/orders'}
        )
        self.assertEqual(backend.shop_domain, 'my-shop.myshopify.com')
        backend.shop_domain = 'https://admin.shopify.com/store/other-shop/products'
        self.assertEqual(backend.shop_domain, 'other-shop.myshopify.com')

    def test_anything_but_a_myshopify_domain_is_refused(self):
        for text in (
            'example.com',
            'https://evil.com/x.myshopify.com',
            'x.myshopify.com.evil.com',
            'user@x.myshopify.com',
            'a b',
        ):
            with self.subTest(text=text), self.assertRaises(ValidationError):
                self.env['shopify.backend'].create({'name': 'S', 'shop_domain': text})

    def test_one_shop_is_connected_once(self):
        self.store()
        with mute_logger('odoo.sql_db'), self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.store()

    def test_secrets_are_never_read_back_and_never_stored_in_the_clear(self):
        backend = self.store()
        self.assertEqual(backend.read(['access_token', 'client_secret'])[0]['access_token'], False)
        self.assertFalse(backend.client_secret)
        self.assertTrue(backend.has_access_token and backend.has_client_secret)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT row_to_json(c)::text FROM shopify_credentials c WHERE backend_id = %s", [backend.id]
        )
        stored = self.env.cr.fetchone()[0]
        self.assertNotIn(self.shops['northwind']['access_token'], stored)
        self.assertNotIn(self.shops['northwind']['client_secret'], stored)

    def test_a_form_that_is_saved_gets_no_secret_back(self):
        backend = self.store()
        answer = backend.web_save({'access_token': 'shpat_new'}, {'access_token': {}, 'client_secret': {}})
        self.assertEqual((answer[0]['access_token'], answer[0]['client_secret']), (False, False))
        self.assertEqual(backend._get_token(), 'shpat_new')

    def test_a_changed_secret_leaves_the_old_one_valid_for_a_while(self):
        backend = self.store()
        backend.client_secret = 'rotated'
        secrets = self.env['shopify.credentials']._of(backend)._get_dated_secrets()
        self.assertEqual([secret for secret, _until in secrets], ['rotated', self.shops['northwind']['client_secret']])
        self.assertEqual([until is None for _secret, until in secrets], [True, False])

    def test_credentials_of_another_servers_key_are_asked_for_anew(self):
        backend = self.store()
        with patch.dict('os.environ', {'SHOPIFY_CONNECTOR_KEY': 'another key'}):
            backend.action_check_connection()
        self.assertFalse(backend.connection_ok)
        self.assertIn('key', backend.connection_report)


class TestCheck(SimulatedCase):
    def check(self, backend):
        backend.action_check_connection()
        return backend.connection_report

    def test_it_tells_what_it_found(self):
        report = self.check(self.store())
        for text in ('Northwind', 'Plus', 'USD', 'read_orders', 'Main Warehouse', '2026-10', '2027-10-01', '20000'):
            self.assertIn(text, report)

    def test_missing_scopes_are_named(self):
        self.simulator.settings('contoso.myshopify.com', scopes=['read_products', 'read_inventory', 'read_locations'])
        report = self.check(self.store('contoso'))
        self.assertIn('read_orders', report)
        self.assertIn('read_customers', report)

    def test_each_way_to_fail_has_its_own_sentence(self):
        sentences = {
            'token': self.check(self.store(access_token='shpat_wrong')),
            'domain': self.check(
                self.env['shopify.backend'].create(
                    {
                        'name': 'S',
                        'shop_domain': 'nobody-is-here.myshopify.com',
                        'auth_method': 'access_token',
                        'access_token': 'shpat_x',
                    }
                )
            ),
            'client': self.check(
                self.store(
                    'contoso',
                    auth_method='client_credentials',
                    client_id='wrong',
                    client_secret='wrong',
                    access_token=False,
                )
            ),
            'nothing': self.check(
                self.env['shopify.backend'].create({'name': 'S', 'shop_domain': 'empty.myshopify.com'})
            ),
        }
        self.assertEqual(len(set(sentences.values())), len(sentences), sentences)
        self.assertIn('nobody-is-here.myshopify.com', sentences['domain'])
        self.assertIn('token', sentences['token'])
        self.assertIn('client id', sentences['client'])

    def test_a_frozen_and_a_locked_shop_are_told_apart(self):
        backend = self.store()
        self.simulator.fault(backend.shop_domain, 'frozen')
        frozen = self.check(backend)
        self.simulator.fault(backend.shop_domain, 'locked')
        self.assertNotEqual(frozen, self.check(backend))

    def test_no_network_is_said(self):
        backend = self.store()
        with patch.dict('os.environ', {'SHOPIFY_CONNECTOR_ENDPOINT': 'http://127.0.0.1:9'}):
            self.assertIn('network', self.check(backend))

    def test_a_failed_check_leaves_the_store_connected(self):
        backend = self.connected_store()
        self.simulator.fault(backend.shop_domain, 'frozen')
        self.check(backend)
        self.assertEqual(backend.state, 'connected')


class TestConnect(SimulatedCase):
    def test_it_subscribes_to_ids_only_at_its_own_address(self):
        backend = self.connected_store()
        self.assertEqual(backend.state, 'connected')
        subscriptions = self.subscriptions(backend)
        self.assertEqual({row['uri'] for row in subscriptions}, {f'{ODOO_URL}/shopify/webhook'})
        known = {
            'id',
            'admin_graphql_api_id',
            'updated_at',
            'order_id',
            'order',
            'admin_graphql_api_order_id',
            'inventory_item_id',
            'location_id',
            'available',
            'status',
            'customer_id',
            'customerId',
            'admin_graphql_api_customer_kept_id',
            'admin_graphql_api_customer_deleted_id',
            *const.FULFILLMENT_ORDER_FIELDS,
        }
        for row in subscriptions:
            fields = row.get('include_fields') or row.get('includeFields')
            self.assertTrue(fields and set(fields) <= known, row)

    def test_it_fetches_the_locations_and_maps_one_to_the_warehouse(self):
        backend = self.connected_store()
        self.assertEqual(backend.location_ids.filtered('warehouse_id').warehouse_id, backend.warehouse_id)
        self.assertEqual(len(backend.location_ids.filtered('warehouse_id')), 1)

    def test_it_switches_a_cron_on_for_each_lane(self):
        backend = self.connected_store()
        self.assertEqual(
            sorted(backend.cron_ids.filtered('active').mapped('shopify_lane')), ['books', 'catalogue', 'orders', 'stock']
        )

    def test_connecting_twice_subscribes_once(self):
        backend = self.connected_store()
        count = len(self.subscriptions(backend))
        backend.action_connect()
        self.assertEqual(len(self.subscriptions(backend)), count)

    def test_a_subscription_of_an_older_version_is_told_what_to_send_by_now(self):
        backend = self.connected_store()
        row = next(row for row in self.subscriptions(backend) if row['topic'] == 'RETURNS_UPDATE')
        client, older = backend._get_client(), webhook_subscription.payload(backend.webhook_uri, ['id', 'order'])
        client.mutate(webhook_subscription.UPDATE, {'id': row['id'], 'subscription': older})
        self.env['shopify.sync.connection']._restore_subscriptions(backend)
        after = next(row for row in self.subscriptions(backend) if row['topic'] == 'RETURNS_UPDATE')
        self.assertEqual(after['id'], row['id'])
        self.assertIn('order_id', after['include_fields'])

    def test_an_address_without_https_is_refused_except_for_trials_on_this_machine(self):
        backend = self.store(public_url='http://erp.example.com')
        with self.assertRaisesRegex(UserError, 'https'):
            backend.action_connect()

    def test_a_trial_that_shopify_cannot_call_lives_from_the_sweep(self):
        backend = self.store()
        model = self.env.registry['shopify.sync.connection']
        refusal = {'message': "Address protocol http:// is not supported", 'field': ['webhookSubscription', 'callbackUrl']}
        error = errors.UserErrors.of([refusal])
        with patch.object(model, '_create_subscription', side_effect=error):
            action = backend.action_connect()
            self.assertIn('every 5 minutes', action['params']['message'])
            backend.public_url = 'https://erp.example.com'
            with self.assertRaises(UserError):
                backend.action_connect()
        self.assertEqual(backend.state, 'connected')

    def test_connecting_without_the_apps_secret_is_refused(self):
        backend = self.env['shopify.backend'].create(
            {
                'name': 'S',
                'shop_domain': 'northwind.myshopify.com',
                'auth_method': 'access_token',
                'access_token': self.shops['northwind']['access_token'],
            }
        )
        with self.assertRaisesRegex(UserError, 'secret'):
            backend.action_connect()

    def test_disconnecting_removes_our_subscriptions_and_nobody_elses(self):
        backend = self.connected_store()
        other = self.store_of_another_system(backend)
        backend.action_disconnect()
        self.assertEqual([row['uri'] for row in self.subscriptions(backend)], [other])
        self.assertEqual(backend.state, 'draft')
        self.assertFalse(backend.cron_ids.filtered('active'))
        self.assertFalse(backend.stock_export)

    def store_of_another_system(self, backend):
        """A second system on the same app."""
        uri = 'https://staging.example.com/shopify/webhook'
        self.env['shopify.sync.connection']._create_subscription(
            backend._get_client(), 'ORDERS_CREATE', {'uri': uri, 'format': 'JSON'}
        )
        return uri

    def test_archiving_deleting_and_copying_leave_nothing_that_talks_to_the_shop(self):
        backend = self.connected_store()
        copied = backend.copy()
        self.assertEqual((copied.state, copied.shop_domain, copied.has_access_token), ('draft', False, False))
        backend.action_archive()
        self.assertEqual(self.subscriptions(backend), [])
        backend.action_unarchive()
        backend.action_connect()
        self.assertTrue(self.subscriptions(backend))
        domain, crons = backend.shop_domain, backend.cron_ids
        backend.unlink()
        self.assertEqual(self.simulator.state(domain)['subscriptions'], [])
        self.assertFalse(crons.exists())

    def test_a_copied_database_does_nothing_even_when_nobody_has_neutralised_it(self):
        backend = self.connected_store()
        self.env['ir.config_parameter'].sudo().set_param('database.uuid', 'another database')
        self.env.registry.clear_cache()
        self.assertFalse(backend._is_live())
        self.assertIsNone(self.env['shopify.backend']._get_webhook_accounts().get(backend.shop_domain))
        self.assertTrue(self.subscriptions(backend))
        backend.action_disconnect()
        self.assertTrue(self.subscriptions(backend), "the original's subscriptions are not the copy's to remove")

    def test_neutralising_wipes_the_credentials(self):
        from odoo.modules import get_module_path

        backend = self.connected_store()
        self.env.flush_all()
        with open(f"{get_module_path('shopify_connector')}/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertEqual((backend.state, backend.has_access_token, backend.has_client_secret), ('draft', False, False))
        self.assertFalse(backend.cron_ids.filtered('active'))

    def test_a_subscription_that_shopify_has_removed_is_restored(self):
        backend = self.connected_store()
        count = len(self.subscriptions(backend))
        client = backend._get_client()
        gid = next(row['id'] for row in self.subscriptions(backend))
        client.mutate(
            'mutation D($id: ID!) { webhookSubscriptionDelete(id: $id) { userErrors { message } } }', {'id': gid}
        )
        backend.subscriptions_checked_at = '2026-01-01 00:00:00'
        self.ring(backend, 'sweep', str(backend.id))
        self.assertEqual(len(self.subscriptions(backend)), count)

    def test_an_uninstalled_app_is_said_and_loses_nothing(self):
        backend = self.connected_store()
        self.ring(backend, 'app', '')
        self.assertEqual(backend.state, 'attention')
        self.assertIn('uninstalled', backend.state_message)


class TestSignIn(SimulatedCase):
    def client_store(self):
        shop = self.shops['contoso']
        return self.store('contoso', auth_method='client_credentials', access_token=False, client_id=shop['client_id'])

    def token_requests(self):
        requests = self.simulator.state('contoso.myshopify.com')['token_requests']
        return len(requests) if isinstance(requests, list) else requests

    def test_a_dev_dashboard_app_signs_in_once_for_many_requests(self):
        backend = self.client_store()
        before = self.token_requests()
        with self.enter_registry_test_mode():
            for _turn in range(3):
                backend.action_check_connection()
        self.assertTrue(backend.connection_ok, backend.connection_report)
        self.assertEqual(self.token_requests() - before, 1)

    def test_a_token_is_renewed_before_it_expires(self):
        backend = self.client_store()
        with self.enter_registry_test_mode():
            first = backend._get_token()
            self.env['shopify.credentials']._of(backend).expires_at = '2020-01-01 00:00:00'
            self.env.flush_all()
            self.assertNotEqual(backend._get_token(), first)

    def test_a_revoked_token_is_renewed_once_and_the_work_goes_on(self):
        backend = self.client_store()
        with self.enter_registry_test_mode():
            backend._get_token()
            before = self.token_requests()
            self.simulator.fault(backend.shop_domain, 'revoke_token')
            backend.action_check_connection()
        self.assertTrue(backend.connection_ok, backend.connection_report)
        self.assertEqual(self.token_requests() - before, 1)
