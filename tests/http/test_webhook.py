import base64
import hashlib
import hmac
import json

from odoo.addons.shopify_connector import const
from odoo.tools import mute_logger

from tests.support.odoo_case import ShopifyHttpCase

SECRET = 'signing-secret'
PATH = '/shopify/webhook'


class TestWebhook(ShopifyHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alpha = cls.connected('alpha', SECRET)
        cls.beta = cls.connected('beta', 'another-secret')

    @classmethod
    def connected(cls, handle, secret):
        backend = cls.env['shopify.backend'].create(
            {
                'name': handle.title(),
                'shop_domain': f'{handle}.myshopify.com',
                'auth_method': 'access_token',
                'access_token': 'shpat_x',
                'client_secret': secret,
            }
        )
        backend.write(
            {
                'state': 'connected',
                'connected_database': cls.env['ir.config_parameter'].sudo().get_param('database.uuid'),
            }
        )
        cls.env['shopify.sync.connection']._switch_lanes(backend, True)
        return backend

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger('odoo.addons.shopify_connector.controllers.webhook'))
        from odoo.addons.shopify_connector.controllers import webhook

        webhook.rejections.__init__()
        self.env.registry.clear_cache()
        self.env.flush_all()

    def deliver(self, payload=None, *, body=None, secret=SECRET, **headers):
        body = json.dumps({'id': 7001} if payload is None else payload).encode() if body is None else body
        signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
        sent = {
            'X-Shopify-Topic': 'orders/create',
            'X-Shopify-Shop-Domain': 'alpha.myshopify.com',
            'X-Shopify-Webhook-Id': 'd-1',
            'X-Shopify-Hmac-Sha256': signature,
            'Content-Type': 'application/json',
            **{f"X-Shopify-{name.replace('_', '-')}": value for name, value in headers.items()},
        }
        return self.url_open(
            PATH, data=body, headers={name: value for name, value in sent.items() if value is not None}
        )

    def tasks(self, backend=None):
        self.env.invalidate_all()
        return self.env['shopify.task'].search([('backend_id', '=', (backend or self.alpha).id)])

    def test_a_signed_delivery_is_a_task_and_wakes_its_lane(self):
        cron = self.alpha.cron_ids.filtered(lambda cron: cron.shopify_lane == 'orders')
        before = self.env['ir.cron.trigger'].search_count([('cron_id', '=', cron.id)])
        self.assertEqual(self.deliver().status_code, 200)
        task = self.tasks()
        self.assertEqual(
            (task.kind, task.key, task.state, task.source, task.lane),
            ('order', 'gid://shopify/Order/7001', 'pending', 'webhook', 'orders'),
        )
        self.assertEqual(self.env['ir.cron.trigger'].search_count([('cron_id', '=', cron.id)]), before + 1)

    def test_the_same_delivery_again_is_answered_and_forgotten(self):
        for _time in range(3):
            self.assertEqual(self.deliver().status_code, 200)
        self.assertEqual(len(self.tasks()), 1)

    def test_nothing_of_the_payload_but_ids_is_kept(self):
        self.deliver({'id': 7001, 'email': 'jane@example.com', 'customer': {'first_name': 'Jane'}})
        row = self.tasks().read()[0]
        self.assertNotIn('jane', str(row).lower())

    def test_every_topic_about_an_order_rings_for_that_order(self):
        self.deliver({'id': 1, 'order_id': 7001}, Topic='refunds/create', Webhook_Id='d-2')
        self.assertEqual(self.tasks().key, 'gid://shopify/Order/7001')

    def test_a_level_waits_a_moment_and_keeps_the_quantity_told(self):
        self.deliver({'inventory_item_id': 5, 'location_id': 6, 'available': 3}, Topic='inventory_levels/update')
        task = self.tasks()
        self.assertEqual((task.lane, task.value, task.has_value), ('stock', 3, True))
        self.assertGreater(task.due_at, task.create_date)

    def test_levels_that_change_together_are_one_run_of_the_lane(self):
        cron = self.alpha.cron_ids.filtered(lambda cron: cron.shopify_lane == 'stock')
        before = self.env['ir.cron.trigger'].search([('cron_id', '=', cron.id)])
        for number in range(12):
            self.deliver({'inventory_item_id': number, 'location_id': 6, 'available': 3}, Topic='inventory_levels/update',
                         Webhook_Id=f'l-{number}')
        moments = {task.due_at for task in self.tasks()}
        triggers = self.env['ir.cron.trigger'].search([('cron_id', '=', cron.id)]) - before
        self.assertEqual(len(self.tasks()), 12)
        self.assertLessEqual(len(moments), 2, 'they came within one round, or over its end')
        self.assertEqual({trigger.call_at for trigger in triggers}, moments)
        self.assertGreaterEqual((min(moments) - min(self.tasks().mapped('create_date'))).total_seconds(), 4)

    def test_a_wrong_signature_is_refused(self):
        self.assertEqual(self.deliver(secret='guessed').status_code, 401)
        self.assertFalse(self.tasks())

    def test_a_missing_signature_is_refused(self):
        self.assertEqual(self.deliver(Hmac_Sha256=None).status_code, 401)

    def test_an_unknown_shop_is_refused(self):
        self.assertEqual(self.deliver(Shop_Domain='gamma.myshopify.com').status_code, 401)

    def test_the_secret_of_one_shop_does_not_open_another(self):
        self.assertEqual(self.deliver(Shop_Domain='beta.myshopify.com').status_code, 401)
        self.assertFalse(self.tasks(self.beta))

    def test_a_store_without_a_secret_accepts_nothing(self):
        self.env['shopify.credentials']._of(self.alpha).write({'client_secret': False, 'previous_secret': False})
        self.env.flush_all()
        self.env.registry.clear_cache()
        self.assertEqual(self.deliver(secret='').status_code, 401)

    def test_the_previous_secret_is_good_until_its_end(self):
        self.alpha.client_secret = 'rotated'
        self.env.flush_all()
        self.assertEqual(self.deliver().status_code, 200)
        self.env['shopify.credentials']._of(self.alpha).previous_until = '2020-01-01 00:00:00'
        self.env.flush_all()
        self.env.registry.clear_cache()
        self.assertEqual(self.deliver(Webhook_Id='d-9').status_code, 401)

    def test_missing_headers_are_a_bad_request(self):
        for name in ('Topic', 'Webhook_Id'):
            with self.subTest(header=name):
                self.assertEqual(self.deliver(**{name: None}).status_code, 400)

    def test_what_shopify_signed_and_does_not_name_its_record_is_looked_for(self):
        bodies = (b'not json', b'[1, 2]', b'{}', b'\xff\xfe', b'{"id": "x"}', b'[' * 100_000)
        for number, body in enumerate(bodies):
            with self.subTest(body=body[:20]):
                self.assertEqual(self.deliver(body=body, Webhook_Id=f'n-{number}').status_code, 200)
        self.assertEqual(self.deliver(body=b'{}', Webhook_Id='n-0').status_code, 200, 'a repeated one')
        found = {(task.kind, task.key, task.lane, task.source) for task in self.tasks()}
        self.assertEqual(found, {('sweep', str(self.alpha.id), 'orders', 'webhook')})
        notes = self.env['shopify.sync.log'].search([('backend_id', '=', self.alpha.id), ('operation', '=', 'webhook')])
        self.assertEqual((len(notes), set(notes.mapped('outcome'))), (len(bodies), {'warning'}))
        self.assertIn('orders/create', notes[0].message)

    def test_what_looks_for_a_record_is_what_knows_its_kind(self):
        for topic, kind, key in (
            ('products/update', 'catalogue_sweep', str(self.alpha.id)),
            ('customers/update', 'customers_sweep', str(self.alpha.id)),
            ('fulfillment_orders/split', 'sweep', str(self.alpha.id)),
            ('draft_orders/update', 'draft', const.ALL_DRAFTS),
            ('app/uninstalled', 'app', 'app/uninstalled'),
            ('customers/redact', 'privacy', 'customers/redact'),
        ):
            with self.subTest(topic=topic):
                self.assertEqual(self.deliver(body=b'[]', Topic=topic, Webhook_Id=topic).status_code, 200)
                self.assertEqual((self.tasks()[0].kind, self.tasks()[0].key), (kind, key))

    def test_a_return_that_names_itself_only_is_read_by_its_id(self):
        gid = 'gid://shopify/Return/1'
        self.assertEqual(self.deliver({'admin_graphql_api_id': gid}, Topic='returns/update').status_code, 200)
        self.assertEqual((self.tasks().kind, self.tasks().key, self.tasks().lane), ('return', gid, 'orders'))

    def test_too_large_a_body_is_refused(self):
        self.assertEqual(self.deliver({'id': 7001, 'pad': 'x' * 1_100_000}).status_code, 413)

    def test_a_disconnected_store_accepts_nothing(self):
        self.alpha.state = 'draft'
        self.env.flush_all()
        self.assertEqual(self.deliver().status_code, 401)

    def test_a_topic_that_nobody_handles_is_answered_and_dropped(self):
        self.assertEqual(self.deliver({'id': 5}, Topic='collections/update').status_code, 200)
        self.assertEqual(self.deliver({'id': 5}, Topic='carts/update', Webhook_Id='d-3').status_code, 200)
        self.assertFalse(self.tasks())

    def test_many_refusals_from_one_address_are_slowed_down_but_a_good_delivery_passes(self):
        statuses = [self.deliver(secret='guessed').status_code for _time in range(65)]
        self.assertEqual((statuses[0], statuses[-1]), (401, 429))
        self.assertEqual(self.deliver().status_code, 200)
        self.assertEqual(len(self.tasks()), 1)

    def test_refusals_leave_nothing_in_the_database(self):
        before = self.env['shopify.sync.log'].search_count([])
        self.deliver(secret='guessed')
        self.assertEqual(self.env['shopify.sync.log'].search_count([]), before)

    def test_privacy_requests_are_kept_for_a_person(self):
        response = self.deliver({'shop_id': 1, 'customer': {'id': 9}}, Topic='customers/redact')
        self.assertEqual(response.status_code, 200)
        self.assertEqual((self.tasks().kind, self.tasks().key), ('privacy', 'gid://shopify/Customer/9'))
