"""Against the simulated shop: an import agrees on everything, an echo does nothing, a change travels."""

from tests.integration.simulated import SimulatedCase


class TestCatalogueOfAShop(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store()
        tasks = self.env['shopify.task']._add(self.backend, 'catalogue', ['all'])
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(tasks.mapped('state'), ['done'], tasks.mapped('message'))
        self.bindings = self.env['shopify.product.binding'].search([('backend_id', '=', self.backend.id)])
        self.values = self.env['shopify.sync.catalog.values']

    def fetched(self, bindings):
        client = self.backend._get_client('catalogue')
        payloads = self.env['shopify.sync.product']._fetch(self.backend, client, bindings.mapped('gid'))
        by_gid = {payload['id']: payload for payload in payloads}
        return {binding: by_gid[binding.gid] for binding in bindings}

    def change(self, binding, **values):
        number = binding.gid.rsplit('/', 1)[-1]
        self.simulator.post(f'/shops/{self.backend.shop_domain}/products', id=int(number), **values)

    def test_after_an_import_both_sides_are_the_same_in_every_field(self):
        payloads = self.fetched(self.bindings)
        shop = {binding: self.values._get_shop_values(self.backend, payload) for binding, payload in payloads.items()}
        apart = {
            (binding.name, gid, name): figures
            for binding, plan in self.env['shopify.sync.catalog']._plan(self.backend, shop).items()
            for binding in self.bindings.browse(binding)
            for (gid, name), figures in plan.apart.items()
        }
        self.assertEqual(apart, {})
        self.assertEqual(set(self.bindings.mapped('origin')), {'shopify'})
        self.assertFalse(self.env['shopify.difference'].search([]))
        self.assertFalse(self.env['shopify.task'].search([('kind', '=', 'product_export')]))

    def test_a_delivery_that_tells_nothing_new_writes_nothing(self):
        self.env.cr.execute("SELECT max(write_date), count(*) FROM product_template")
        before = self.env.cr.fetchall()
        writes = self.bindings.mapped('write_date')
        self.ring(self.backend, 'product', *self.bindings[:3].mapped('gid'))
        self.env.cr.execute("SELECT max(write_date), count(*) FROM product_template")
        self.assertEqual(self.env.cr.fetchall(), before)
        self.assertEqual(self.bindings.mapped('write_date'), writes)

    def test_a_change_in_the_shop_comes_over_and_one_in_odoo_is_shown(self):
        one, other = self.bindings[0], self.bindings[1]
        self.change(one, title='Renamed There')
        other.product_tmpl_id.name = 'Renamed Here'
        self.ring(self.backend, 'product', one.gid, other.gid)
        self.assertEqual(one.product_tmpl_id.name, 'Renamed There')
        self.change(other, title='Renamed There Too')
        self.ring(self.backend, 'product', other.gid)
        self.assertEqual(other.product_tmpl_id.name, 'Renamed Here')
        row = self.env['shopify.difference'].search([('product_binding_id', '=', other.id)])
        self.assertEqual((row.kind, row.in_shopify, row.in_odoo), ('conflict', 'Renamed There Too', 'Renamed Here'))

    def test_the_lane_settles_all_products_after_a_change_of_owners(self):
        binding = self.bindings[0]
        name = binding.name
        binding.product_tmpl_id.name = 'Mine'
        rows = self.backend.owner_ids.filtered(lambda row: row.group == 'text').sudo()
        rows._switch('shopify')
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(binding.product_tmpl_id.name, name)
        task = self.env['shopify.task'].search([('kind', '=', 'catalog_settle')])
        self.assertEqual((task.state, task.value), ('done', len(self.bindings)))

    def test_settling_many_products_takes_few_queries(self):
        payloads = self.fetched(self.bindings)
        catalog = self.env['shopify.sync.catalog']
        catalog._settle(self.backend, payloads)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        catalog._settle(self.backend, payloads)
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 45)
