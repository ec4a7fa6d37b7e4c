"""Products and contacts that are merged in Odoo: what the stores know of them follows."""

from tests.integration.catalog_case import CatalogCase, product_payload, variant_payload


class TestMerged(CatalogCase):
    def merge(self, model, gone, kept):
        self.env.flush_all()
        self.env['base.partner.merge.automatic.wizard']._update_foreign_keys_generic(model, gone, kept)
        self.env.invalidate_all()
        gone.unlink()
        self.env.flush_all()

    def tasks(self, kind, backend=None):
        domain = [('backend_id', '=', (backend or self.backend).id), ('kind', '=', kind), ('state', '=', 'pending')]
        return set(self.env['shopify.task'].search(domain).mapped('key'))

    def test_the_links_of_a_merged_product_are_the_kept_ones_and_the_store_hears_of_it(self):
        gone, kept = self.storable('G6-GONE'), self.storable('G6-KEPT')
        binding = self.bind(product_payload(71), gone)
        self.backend.stock_export = True
        self.env['shopify.task'].search([]).unlink()
        self.merge('product.product', gone, kept)
        row = binding.variant_ids
        self.assertEqual((row.product_id, row.ended_at, row.message), (kept, False, False))
        self.assertEqual(binding.product_tmpl_id, kept.product_tmpl_id)
        self.assertEqual(self.tasks('stock'), {str(kept.id)})
        self.assertEqual(self.tasks('product'), {binding.gid})

    def test_a_merged_template_takes_its_store_along(self):
        gone, kept = self.storable('G6-GONE'), self.storable('G6-KEPT')
        binding = self.bind(product_payload(72), gone)
        # Two variants without attributes cannot both be sold in one template.
        gone.active = False
        self.merge('product.template', gone.product_tmpl_id, kept.product_tmpl_id)
        self.assertEqual(binding.product_tmpl_id, kept.product_tmpl_id)
        self.assertEqual(binding.variant_ids.product_id.product_tmpl_id, kept.product_tmpl_id)

    def test_two_variants_of_a_store_that_have_become_one_product_are_told(self):
        gone, kept = self.storable('G6-GONE'), self.storable('G6-KEPT')
        first = self.bind(product_payload(73), gone)
        second = self.bind(product_payload(74, [variant_payload(74)]), kept)
        self.merge('product.product', gone, kept)
        for row in (first | second).variant_ids:
            self.assertIn('several variants', row.message)

    def test_a_merged_contact_takes_its_customer_along(self):
        gone, kept = self.env['res.partner'].create([{'name': 'Ann'}, {'name': 'Ann A.', 'email': 'ann@example.com'}])
        customer = self.env['shopify.customer'].create(
            {'backend_id': self.backend.id, 'gid': 'gid://shopify/Customer/9', 'partner_id': gone.id, 'found_by': 'email'}
        )
        self.env.flush_all()
        self.env['base.partner.merge.automatic.wizard']._merge((gone | kept).ids, kept)
        self.assertEqual(customer.partner_id, kept)
