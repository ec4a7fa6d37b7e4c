"""What integration tests share: a connected store and its orders, brought over without HTTP."""

from tests.support.odoo_case import ShopifyCase
from tests.support.orders import order

ENGINE_CONTEXT = {
    'tracking_disable': True,
    'mail_create_nosubscribe': True,
    'mail_create_nolog': True,
    'mail_notrack': True,
}


class StoreCase(ShopifyCase):
    """A connected store in the main company, and one storable product with ten units."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend = cls.connected('alpha')
        cls.warehouse = cls.backend.warehouse_id
        cls.product = cls.storable('SKU-1', 10)

    @classmethod
    def connected(cls, handle, **values):
        backend = cls.env['shopify.backend'].create(
            {
                'name': handle.title(),
                'shop_domain': f'{handle}.myshopify.com',
                'auth_method': 'access_token',
                'access_token': 'shpat_secret',
                'client_secret': 'signing-secret',
                **values,
            }
        )
        backend.write(
            {
                'state': 'connected',
                'connected_at': '2026-01-01 00:00:00',
                'swept_at': '2026-01-01 00:00:00',
                'connected_database': cls.env['ir.config_parameter'].sudo().get_param('database.uuid'),
            }
        )
        return backend.with_context(**ENGINE_CONTEXT)

    @classmethod
    def storable(cls, sku, units=0, **values):
        product = cls.env['product.product'].create(
            {
                'name': f'Product {sku}',
                'default_code': sku,
                'type': 'consu',
                'is_storable': True,
                'list_price': 99.0,
                **values,
            }
        )
        if units:
            cls.env['stock.quant']._update_available_quantity(product, cls.backend.warehouse_id.lot_stock_id, units)
        return product

    def bring(self, *payloads, backend=None):
        """Bring orders over; fails with the first error of any."""
        backend = backend or self.backend
        failures = backend.env['shopify.sync.order']._upsert(backend, list(payloads))
        for error in failures.values():
            raise error
        return self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', [payload['id'] for payload in payloads])], order='id'
        )

    def bring_one(self, backend=None, **values):
        return self.bring(order(**values), backend=backend).sale_order_id

    def trail_codes(self, sale_order):
        return [entry[1] for entry in sale_order.shopify_binding_ids.trail]
