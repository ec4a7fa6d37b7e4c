"""What tests of exporting products share: two connected stores, products of Odoo, crashes, and what the shops show."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.shopify_connector.shopify.client import Client

from tests.integration.simulated import SimulatedCase

GROUPS = ['text', 'codes', 'price', 'cost', 'logistics', 'tax', 'category', 'tags', 'seo', 'images', 'collections', 'metafields']


class Crash(BaseException):
    """The process ends here."""


class ExportCase(SimulatedCase):
    def share(self):
        super().share()
        self.shop = self.connected_store('contoso')
        self.mug = self.env['product.template'].create(
            {
                'name': 'Enamel Mug',
                'default_code': 'D5-MUG',
                'barcode': '4006381333931',
                'list_price': 12.5,
                'standard_price': 5.0,
                'weight': 0.25,
                'type': 'consu',
                'is_storable': True,
                'sale_ok': True,
                'taxes_id': False,
            }
        )
        self.tee = self.with_sizes('Organic Tee', 'D5-TEE', 'S', 'M', 'L')

    def with_sizes(self, name, sku, *sizes, attribute='D5 Size', **values):
        """A product with a variant for each size."""
        attribute = self.env['product.attribute'].create(
            {
                'name': attribute,
                'create_variant': 'always',
                'value_ids': [(0, 0, {'name': size, 'sequence': place}) for place, size in enumerate(sizes)],
            }
        )
        template = self.env['product.template'].create(
            {
                'name': name,
                'type': 'consu',
                'list_price': 20.0,
                'taxes_id': False,
                'attribute_line_ids': [
                    (0, 0, {'attribute_id': attribute.id, 'value_ids': [(6, 0, attribute.value_ids.ids)]})
                ],
                **values,
            }
        )
        for product in template.product_variant_ids:
            value = product.product_template_attribute_value_ids.name
            product.default_code = f'{sku}-{value}'
        return template

    def batch(self, count):
        return self.env['product.template'].create(
            [
                {'name': f'D5 Batch {number}', 'default_code': f'D5-B{number}', 'list_price': 3.0, 'taxes_id': False}
                for number in range(count)
            ]
        )

    def ask(self, templates, backend=None, run=True, **options):
        """A person has said yes to the export; the lane does it."""
        backend = backend or self.shop
        wishes = self.env['shopify.product.export']._ask(
            backend, templates, {'groups': GROUPS, 'status': 'draft', **options}
        )
        self.env.flush_all()
        if run:
            self.run_lane(backend, 'catalogue')
        return wishes

    def product(self, template, value):
        return template.product_variant_ids.filtered(
            lambda product: value in product.product_template_attribute_value_ids.mapped('name')
        )

    def binding(self, template, backend=None):
        return self.env['shopify.product.binding'].search(
            [('product_tmpl_id', '=', template.id), ('backend_id', '=', (backend or self.shop).id)]
        )

    def in_shop(self, template, backend=None):
        """The products of the shop of that title, as its state shows them, with their variants."""
        backend = backend or self.shop
        state = self.simulator.state(backend.shop_domain)
        items = {row['id']: row for row in state['inventory_items']}
        found = []
        for product in state['products']:
            if product['title'] == template.name:
                variants = [row for row in state['variants'] if row['product_id'] == product['id']]
                variants = [{**row, 'item': items[row['inventory_item_id']]} for row in variants]
                found.append({**product, 'variants': sorted(variants, key=lambda row: row['position'])})
        return found

    def one_in_shop(self, template, backend=None):
        found = self.in_shop(template, backend)
        self.assertEqual(len(found), 1, found)
        return found[0]

    def forget(self, backend=None):
        self.simulator.post(f'/shops/{(backend or self.shop).shop_domain}/stats/reset')

    def sent(self, backend=None):
        """How many requests changed something since the last :meth:`forget`."""
        operations = self.simulator.stats((backend or self.shop).shop_domain)['by_operation']
        return sum(operations.get(name, {}).get('requests', 0) for name in ('MakeProducts', 'ChangeProducts'))

    def asked(self, backend=None):
        return self.simulator.stats((backend or self.shop).shop_domain)['requests']

    @contextmanager
    def crashing(self, done, at='MakeProducts'):
        """The process ends at a write: before it leaves, or with ``done`` as soon as Shopify has done it."""
        mutate = Client.mutate

        def crash(client, document, *args, **kwargs):
            if at not in document:
                return mutate(client, document, *args, **kwargs)
            if done:
                mutate(client, document, *args, **kwargs)
            raise Crash

        with patch.object(Client, 'mutate', crash):
            yield

    def crash(self, done, at='MakeProducts', backend=None):
        # Not assertRaises: Odoo's rolls back to where it began, and with it what was committed.
        try:
            with self.crashing(done, at):
                self.run_lane(backend or self.shop, 'catalogue')
        except Crash:
            self.env.invalidate_all()
        else:
            self.fail("nothing was written")

    def hurry(self, backend=None):
        """Let what waits be due."""
        tasks = self.env['shopify.task'].search(
            [('backend_id', '=', (backend or self.shop).id), ('state', '=', 'pending')]
        )
        tasks.due_at = '2026-01-01 00:00:00'
        self.env.flush_all()
