"""Metafields of products, variants and customers in fields of Odoo, both ways."""

from unittest.mock import patch

from odoo.addons.shopify_connector.entities import metafield
from odoo.addons.shopify_connector.shopify.client import Client

from tests.integration.simulated import SimulatedCase


class TestMetafields(SimulatedCase):
    def share(self):
        super().share()
        self.backend = self.connected_store('contoso')
        self.domain = self.backend.shop_domain

    def map(self, owner, model, field, key, **values):
        return self.env['shopify.metafield.mapping'].create(
            {
                'backend_id': self.backend.id,
                'owner_type': owner,
                'key': key,
                'field_id': self.env['ir.model.fields']._get(model, field).id,
                **values,
            }
        )

    def change(self, **values):
        """What a merchant does to a product by hand; gives its gid."""
        return self.simulator.post(f'/shops/{self.domain}/products', **values)['id']

    def bring(self, gid):
        rung = self.ring(self.backend, 'product', gid)
        self.assertEqual(set(rung.mapped('state')), {'done'}, rung.mapped('message'))
        return self.env['shopify.product.binding'].search([('backend_id', '=', self.backend.id), ('gid', '=', gid)])

    def lamp(self):
        return self.change(
            title='Desk Lamp',
            sku='I5-LAMP',
            price='20.00',
            metafields=[self.metafield('care', 'single_line_text_field', 'Wipe dry')],
            variant_metafields=[self.metafield('watts', 'number_decimal', '7.50')],
        )

    @staticmethod
    def metafield(key, kind, value):
        return {'namespace': 'custom', 'key': key, 'type': kind, 'value': value}

    def in_shop(self, gid):
        data = self.backend._get_client('catalogue').query(
            'query T($id: ID!) { product(id: $id) { metafield(namespace: "custom", key: "care") { type value } '
            'variants(first: 1) { nodes { metafield(namespace: "custom", key: "watts") { type value } } } } }',
            {'id': gid},
        )['product']
        found = [data['metafield'], data['variants']['nodes'][0]['metafield']]
        return [one and one['value'] for one in found]

    def mapped(self):
        self.map('product', 'product.template', 'description_sale', 'care')
        self.map('variant', 'product.product', 'volume', 'watts')

    def test_metafields_of_products_and_variants_come_over_and_are_followed(self):
        self.mapped()
        gid = self.lamp()
        binding = self.bring(gid)
        template = binding.product_tmpl_id
        self.assertEqual((template.description_sale, template.product_variant_id.volume), ('Wipe dry', 7.5))
        self.change(id=gid, metafields=[self.metafield('care', 'single_line_text_field', 'Dust off')])
        self.bring(gid)
        self.assertEqual(template.description_sale, 'Dust off')
        self.assertFalse(self.env['shopify.difference'].search([('product_binding_id', '=', binding.id)]))

    def test_what_odoo_owns_is_sent_and_its_echo_does_nothing(self):
        self.mapped()
        gid = self.lamp()
        binding = self.bring(gid)
        self.backend.owner_ids.filtered(lambda row: row.group == 'metafields').sudo().write({'owner': 'odoo'})
        template = binding.product_tmpl_id
        template.description_sale = 'Polish'
        template.product_variant_id.volume = 9.0
        self.env.cr.precommit.run()
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(self.in_shop(gid), ['Polish', '9'])
        requests = self.simulator.stats(self.domain)['by_operation']['SetMetafields']['requests']
        self.bring(gid)
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(self.simulator.stats(self.domain)['by_operation']['SetMetafields']['requests'], requests)
        template.description_sale = False
        self.env.cr.precommit.run()
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(self.in_shop(gid), [None, '9'])

    def owned(self):
        self.mapped()
        gid = self.lamp()
        binding = self.bring(gid)
        self.backend.owner_ids.filtered(lambda row: row.group == 'metafields').sudo().write({'owner': 'odoo'})
        binding.product_tmpl_id.description_sale = 'Polish'
        self.env.cr.precommit.run()
        return binding

    def carry(self):
        for _turn in range(2):
            self.env['shopify.task'].search([('state', '=', 'pending')]).due_at = '2026-01-01 00:00:00'
            self.run_lane(self.backend, 'catalogue')
        return self.env['shopify.task'].search([('kind', '=', 'product_export')])

    def test_a_lost_answer_is_no_refusal(self):
        binding = self.owned()
        self.simulator.fault(self.domain, 'disconnect_after', match='SetMetafields')
        tasks = self.carry()
        self.assertEqual(self.in_shop(binding.gid)[0], 'Polish')
        self.assertEqual(set(tasks.mapped('state')), {'done'}, tasks.mapped('message'))
        self.assertFalse(binding.export_message)
        self.assertFalse(self.env['shopify.difference'].search([('product_binding_id', '=', binding.id)]))

    def test_what_somebody_changes_while_it_is_sent_is_a_conflict_and_no_refusal(self):
        binding = self.owned()
        mutate = Client.mutate

        def change_before(client, document, *args, **options):
            if 'SetMetafields' in document:
                self.change(id=binding.gid, metafields=[self.metafield('care', 'single_line_text_field', 'Dust off')])
            return mutate(client, document, *args, **options)

        with patch.object(Client, 'mutate', change_before):
            self.run_lane(self.backend, 'catalogue')
        tasks = self.carry()
        self.assertEqual(self.in_shop(binding.gid)[0], 'Dust off')
        self.assertEqual(set(tasks.mapped('state')), {'done'}, tasks.mapped('message'))
        row = self.env['shopify.difference'].search([('product_binding_id', '=', binding.id)])
        self.assertEqual(row.kind, 'conflict')

    def test_what_a_field_cannot_hold_is_said(self):
        self.map('product', 'product.template', 'sequence', 'care')
        binding = self.bring(self.lamp())
        self.assertIn('custom.care', binding.message)

    def test_references_and_lists_become_records(self):
        self.map('product', 'product.template', 'optional_product_ids', 'goes_with')
        other = self.bring(self.change(title='Shade', sku='I5-SHADE', price='5.00'))
        gid = self.lamp()
        value = f'["{other.gid}"]'
        self.change(id=gid, metafields=[self.metafield('goes_with', 'list.product_reference', value)])
        binding = self.bring(gid)
        self.assertEqual(binding.product_tmpl_id.optional_product_ids, other.product_tmpl_id)

    def test_a_text_leads_to_the_one_record_of_that_name_that_the_company_may_use(self):
        company = self.env['res.company'].create({'name': 'Another Company'})
        category = self.map('product', 'product.template', 'categ_id', 'sort')
        seller = self.map('product', 'product.template', 'responsible_id', 'who')
        contact = self.map('customer', 'res.partner', 'parent_id', 'of')

        def found(mapping, text):
            return mapping._convert({'type': 'single_line_text_field', 'value': text})

        made = self.env['product.category'].create([{'name': '100 ml'}, {'name': 'Twice'}, {'name': 'Twice'}])
        for text in ('100%', '100_ml', 'Twice'):
            with self.assertRaises(metafield.Unfit):
                found(category, text)
        self.assertEqual(found(category, '100 ML'), made[0].id)
        admin = self.env.ref('base.user_admin')
        self.assertEqual(found(seller, admin.name), admin.id)
        theirs, ours = self.env['res.partner'].create(
            [{'name': 'Guild', 'company_id': company.id}, {'name': 'GUILD', 'company_id': self.backend.company_id.id}]
        )
        self.assertEqual(found(contact, 'guild'), ours.id)
        ours.unlink()
        with self.assertRaises(metafield.Unfit):
            found(contact, theirs.name)

    def test_metafields_of_customers_come_over(self):
        self.map('customer', 'res.partner', 'ref', 'number')
        made = self.simulator.post(
            f'/shops/{self.domain}/customers',
            first_name='Ida',
            email='ida.i5@example.com',
            metafields=[self.metafield('number', 'single_line_text_field', 'K-17')],
        )
        gid = made['id'] if str(made['id']).startswith('gid:') else f'gid://shopify/Customer/{made["id"]}'
        client = self.backend._get_client('catalogue')
        payloads, _missing = self.env['shopify.sync.customer']._read(self.backend, client, [gid])
        self.env['shopify.sync.customer']._upsert(self.backend, payloads)
        partner = self.env['res.partner'].search([('email', '=', 'ida.i5@example.com')])
        self.assertEqual(partner.ref, 'K-17')

    def test_what_the_shop_has_defined_is_there_to_choose_from_with_its_type(self):
        definitions = [
            {'ownerType': 'PRODUCT', 'namespace': 'custom', 'key': 'care', 'name': 'Care', 'type': 'multi_line_text_field'},
            {'ownerType': 'CUSTOMER', 'namespace': 'crm', 'key': 'number', 'name': 'Number', 'type': 'single_line_text_field'},
        ]
        self.simulator.post(f'/shops/{self.domain}/metafields', definitions=definitions)
        self.backend.action_check_connection()
        self.assertFalse(self.env['shopify.metafield.definition'].search([('backend_id', '=', self.backend.id)]))
        self.env['shopify.metafield.mapping'].action_read_definitions()
        found = self.env['shopify.metafield.definition'].search([('backend_id', '=', self.backend.id)])
        care = found.filtered(lambda row: (row.owner_type, row.key) == ('product', 'care'))
        self.assertEqual((care.display_name, care.value_type), ('Care (custom.care)', 'multi_line_text_field'))
        field = self.env['ir.model.fields']._get('product.template', 'description_sale')
        mapping = self.env['shopify.metafield.mapping'].create(
            {'backend_id': self.backend.id, 'owner_type': 'product', 'definition_id': care.id, 'field_id': field.id}
        )
        named = (mapping.namespace, mapping.key, mapping.value_type)
        self.assertEqual(named, ('custom', 'care', 'multi_line_text_field'))
        self.assertTrue(self.env['shopify.metafield.definition'].name_search('custom.number'))
