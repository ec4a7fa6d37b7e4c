"""From a dry run over a person's choices to an import, against a simulated shop."""

from odoo import fields

from tests.integration.test_catalogue_import import CatalogueCase


class TestMatchPlan(CatalogueCase):
    def setUp(self):
        super().setUp()
        # The store's own sweep would bring what was just made in the shop before the plan is looked at.
        self.backend.products_swept_at = fields.Datetime.now()

    def test_a_plan_is_looked_at_decided_and_carried_out(self):
        self.change(title='Known', sku='M-KNOWN', price='5.00')
        self.change(title='Twin', sku='M-TWIN', price='6.00')
        self.change(title='Contradiction', sku='M-COPY', price='7.00')
        self.change(sku='M-COPY', new_sku='M-KNOWN')
        self.change(title='Fresh', sku='M-FRESH', price='8.00')
        products = self.env['product.product'].create(
            [{'name': 'Known', 'default_code': 'm-known'}, *({'name': name, 'default_code': 'M-TWIN'} for name in 'AB')]
        )
        other = products[2]
        run = self.import_of()
        run.action_dry_run()
        self.go_on(run)
        self.assertEqual(run.state, 'done', run.message)
        rows = self.env['shopify.match.row'].search([('sku', '=like', 'M-%')]).grouped('title')
        verdicts = {title: row.verdict for title, row in rows.items()}
        known, copy = rows['Known'], rows['Contradiction']
        self.assertEqual({known.verdict, copy.verdict}, {'link', 'ambiguous'})
        self.assertEqual((verdicts['Twin'], verdicts['Fresh']), ('ambiguous', 'create'))
        rows['Twin'].product_id = other
        (known + copy).filtered(lambda row: row.state == 'open').action_create_new()
        rows['Fresh'].action_leave_out()
        self.assertFalse(self.backend.match_open_count)
        real = self.env['shopify.import'].browse(run.action_import_after_dry_run()['res_id'])
        self.go_on(real)
        self.assertEqual(real.state, 'done', real.message)
        found = {
            row.product_binding_id.name: row.product_id
            for row in self.env['shopify.variant.binding'].search([('sku', '=like', 'M-%')])
        }
        self.assertEqual(found['Twin'], other)
        self.assertFalse(found['Fresh'])
        self.assertIn(products[0], found['Known'] + found['Contradiction'])
        self.assertEqual(len(found['Known'] + found['Contradiction']), 2)
        self.assertEqual(self.backend.match_open_count, 0)

    def test_a_choice_made_after_the_import_is_carried_out_by_the_lane(self):
        twins = self.env['product.product'].create([{'name': name, 'default_code': 'M-TWIN'} for name in 'AB'])
        self.change(title='Twin', sku='M-TWIN', price='6.00')
        self.go(self.import_of())
        row = self.env['shopify.match.row'].search([('sku', '=', 'M-TWIN')])
        self.assertEqual((row.state, self.backend.match_open_count), ('open', 1))
        row._choose('link', twins[1])
        self.run_lane(self.backend, 'catalogue')
        bound = self.env['shopify.variant.binding'].search([('sku', '=', 'M-TWIN')])
        self.assertEqual((bound.product_id, row.state), (twins[1], 'done'))
        self.assertEqual(bound.product_binding_id.product_tmpl_id, twins[1].product_tmpl_id)

    def test_nobody_is_asked_about_what_the_shop_has_deleted(self):
        self.env['product.product'].create([{'name': name, 'default_code': 'M-TWIN'} for name in 'AB'])
        self.change(title='Twin', sku='M-TWIN', price='6.00')
        self.go(self.import_of())
        row = self.env['shopify.match.row'].search([('sku', '=', 'M-TWIN')])
        gid = row.product_gid
        self.change(id=int(gid.rsplit('/', 1)[-1]), delete=True)
        self.ring(self.backend, 'product', gid)
        self.assertFalse(row.exists())

    def test_an_unmatched_variant_is_found_as_soon_as_odoo_has_its_product(self):
        self.backend.product_policy = 'match'
        self.change(title='Later', sku='M-LATER', price='6.00')
        self.go(self.import_of())
        row = self.env['shopify.match.row'].search([('sku', '=', 'M-LATER')])
        self.assertEqual(row.reason, 'map_only')
        product = self.env['product.product'].create({'name': 'Later', 'default_code': 'M-LATER'})
        self.go(self.import_of())
        bound = self.env['shopify.variant.binding'].search([('sku', '=', 'M-LATER')])
        self.assertEqual((bound.product_id, row.state), (product, 'done'))
