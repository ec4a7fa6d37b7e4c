"""What tests of the catalogue share: products of a shop as payloads, bound to products of Odoo."""

from tests.integration.common import StoreCase


def variant_payload(number=1, **values):
    item = {
        'id': f'gid://shopify/InventoryItem/{number}',
        'tracked': True,
        'requiresShipping': True,
        'unitCost': {'amount': '4.0', 'currencyCode': 'USD'},
        'measurement': {'weight': {'value': 0.5, 'unit': 'KILOGRAMS'}},
        'harmonizedSystemCode': '940171',
        'countryCodeOfOrigin': 'IT',
        **values.pop('item', {}),
    }
    return {
        'id': f'gid://shopify/ProductVariant/{number}',
        'title': 'Default Title',
        'sku': f'SKU-{number}',
        'barcode': None,
        'price': '10.00',
        'compareAtPrice': None,
        'position': 1,
        'taxable': True,
        'inventoryPolicy': 'DENY',
        'selectedOptions': [{'name': 'Title', 'value': 'Default Title'}],
        'inventoryItem': item,
        **values,
    }


def product_payload(number=1, variants=None, **values):
    return {
        'id': f'gid://shopify/Product/{number}',
        'title': f'Chair {number}',
        'descriptionHtml': '<p>Sit <b>well</b></p>',
        'vendor': 'Acme',
        'productType': 'Seats',
        'category': {'id': 'gid://shopify/TaxonomyCategory/fu-7', 'fullName': 'Furniture > Chairs'},
        'tags': ['oak', 'Sale'],
        'status': 'ACTIVE',
        'handle': f'chair-{number}',
        'seo': {'title': 'A chair', 'description': None},
        'updatedAt': '2026-05-01T10:00:00Z',
        'isGiftCard': False,
        'hasOnlyDefaultVariant': True,
        'options': [],
        'variants': {'nodes': variants or [variant_payload(number)], 'pageInfo': {'hasNextPage': False}},
        **values,
    }


class CatalogCase(StoreCase):
    """A store in the company's currency, and products that are bound by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend.sudo().write({'currency_code': cls.env.company.currency_id.name})
        cls.tax = cls.env.company.account_sale_tax_id
        cls.catalog = cls.env['shopify.sync.catalog']

    def own(self, owner, *groups, backend=None):
        """Set the owner of groups, all of them when none is named, as the dialog does."""
        rows = (backend or self.backend).sudo().owner_ids
        rows.filtered(lambda row: not groups or row.group in groups).sudo().write({'owner': owner})

    def bind(self, payload, products=None, backend=None, origin='odoo'):
        """A binding of a payload; ``products`` one for each variant, made when there are none."""
        backend = backend or self.backend
        nodes = payload['variants']['nodes']
        products = products or [self.storable(f'{backend.id}-{node["id"][-3:]}') for node in nodes]
        templates = self.env['product.product'].union(*products).product_tmpl_id
        return self.env['shopify.product.binding'].create(
            {
                'backend_id': backend.id,
                'gid': payload['id'],
                'name': payload['title'],
                'origin': origin,
                'product_tmpl_id': templates.id if len(templates) == 1 else False,
                'variant_ids': [
                    (0, 0, {'backend_id': backend.id, 'gid': node['id'], 'product_id': product.id})
                    for node, product in zip(nodes, products, strict=True)
                ],
            }
        )

    def settle(self, binding, payload, created=False):
        notes = self.catalog._settle(binding.backend_id, {binding: payload}, created)
        self.env.flush_all()
        return notes.get(binding.id, [])

    def rows(self, binding):
        """``{field: (kind, in Shopify, in Odoo)}`` of what waits for a person."""
        return {
            row.field: (row.kind, row.in_shopify, row.in_odoo)
            for row in self.env['shopify.difference'].search([('product_binding_id', '=', binding.id)])
        }

    def exports(self, binding):
        return self.env['shopify.task'].search(
            [('kind', '=', 'product_export'), ('key', '=', str(binding.id)), ('state', '=', 'pending')]
        )
