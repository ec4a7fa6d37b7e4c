from odoo.addons.shopify_connector.entities.catalog_fields import html_text

from tests.integration.export_case import ExportCase

OWNED = ('title', 'vendor', 'productType', 'tags')
VARIANT = ('sku', 'barcode', 'price', 'compareAtPrice', 'taxable')
ITEM = ('tracked', 'requiresShipping', 'harmonizedSystemCode', 'countryCodeOfOrigin')


class TestFromShopToShop(ExportCase):
    """What one shop has comes to Odoo, goes to another shop, and is the same there."""

    def share(self):
        super().share()
        self.first = self.connected_store('northwind')
        # Prices are compared as they are: both shops sell without taxes in them.
        self.shop.taxes_included = False

    def bring_over(self, count):
        products = self.simulator.state(self.first.shop_domain)['products'][:count]
        for product in products:
            self.env['shopify.task']._add(self.first, 'product', [product['id']], source='webhook')
        self.run_lane(self.first, 'catalogue')
        bindings = self.env['shopify.product.binding'].search(
            [('backend_id', '=', self.first.id), ('gid', 'in', [product['id'] for product in products])]
        )
        self.assertEqual(len(bindings), count)
        return bindings.product_tmpl_id

    def facts(self, backend, template):
        """What can be compared of a product of a shop."""
        payload = self.env['shopify.sync.product']._fetch(
            backend, backend._get_client('catalogue'), [self.binding(template, backend).gid]
        )[0]
        variants = {}
        for node in payload['variants']['nodes']:
            key = tuple((row['name'], row['value']) for row in node['selectedOptions'])
            item = node['inventoryItem']
            weight = self.env['shopify.sync.catalog.values']._get_shop_values(backend, payload)['variants'][node['id']]['weight']
            variants[key] = (
                *(node[name] for name in VARIANT),
                *(item[name] for name in ITEM),
                weight,
                (item['unitCost'] or {}).get('amount'),
            )
        return {name: payload[name] for name in OWNED} | {'html': html_text(payload['descriptionHtml'])}, variants

    def test_products_of_one_shop_are_the_same_in_another(self):
        for row in self.simulator.state(self.shop.shop_domain)['products']:
            self.simulator.post(f'/shops/{self.shop.shop_domain}/products', id=row['id'], delete=True)
        templates = self.bring_over(12)
        wishes = self.ask(templates, status='active')
        self.assertEqual(set(wishes.mapped('state')), {'done'}, wishes.mapped('message'))
        for template in templates:
            with self.subTest(template=template.name):
                self.assertEqual(self.facts(self.first, template), self.facts(self.shop, template))
        self.forget()
        wishes = self.ask(templates)
        self.assertEqual((self.sent(), set(wishes.mapped('state'))), (0, {'same'}), wishes.mapped('lines'))
