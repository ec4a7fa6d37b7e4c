"""What the mappings can give is what the fields can hold, also where Shopify says something that nobody here knows."""

from odoo.addons.shopify_connector import const
from odoo.addons.shopify_connector.entities import (
    customer,
    draft_order,
    order_header,
    product,
    refund,
    returns,
    transaction,
)

from tests.integration.simulated import SimulatedCase


class TestNewWords(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store()

    def test_the_fields_hold_every_word_that_is_known(self):
        for model, field, words in (
            ('shopify.product.binding', 'status', product.STATUSES),
            ('product.template', 'shopify_status', product.STATUSES),
            ('shopify.transaction', 'kind', transaction.KINDS),
            ('shopify.transaction', 'status', transaction.STATUSES),
            ('shopify.refund.line', 'restock', refund.RESTOCKS),
            ('shopify.order.binding', 'financial_status', const.FINANCIAL_STATUSES),
            ('shopify.order.binding', 'fulfillment_status', const.FULFILLMENT_STATUSES),
            ('shopify.order.binding', 'risk_level', order_header.RISKS),
            ('shopify.customer', 'account_state', customer.STATES),
            ('shopify.customer', 'email_consent', customer.CONSENT_STATES),
            ('shopify.customer', 'sms_consent_level', customer.LEVELS),
            ('shopify.draft.order', 'state', draft_order.STATES.values()),
            ('shopify.return', 'state', returns.STATES.values()),
        ):
            with self.subTest(model=model, field=field):
                self.assertLessEqual(set(words), {code for code, _label in self.env[model]._fields[field].selection})

    def test_a_product_with_a_new_status_comes_over_and_stays_as_it_is_in_odoo(self):
        domain = self.backend.shop_domain
        gid = self.simulator.post(f'/shops/{domain}/products', title='Kettle', sku='KETTLE', price='30.00')['id']
        self.ring(self.backend, 'product', gid)
        binding = self.env['shopify.product.binding'].search([('backend_id', '=', self.backend.id), ('gid', '=', gid)])
        template, products = binding.product_tmpl_id, self.env['shopify.sync.product']
        self.assertEqual((binding.status, template.shopify_status), ('active', 'active'))
        [payload] = products._fetch(self.backend, self.backend._get_client('catalogue'), [gid])
        failures = products._upsert(self.backend, [{**payload, 'status': 'BRAND_NEW', 'title': 'Teapot'}])
        self.assertEqual(failures, {})
        self.assertEqual((binding.status, template.name), (False, 'Teapot'))
        self.assertEqual((template.shopify_status, template.active, binding.life), ('active', True, 'live'))
        self.assertFalse(self.env['shopify.difference'].search([('product_binding_id', '=', binding.id)]))
