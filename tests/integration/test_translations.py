"""Texts of products in the languages of the shop, both ways, and what options are called."""

from odoo.addons.shopify_connector.entities import translation

from tests.integration.export_case import ExportCase

READ = """query($ids: [ID!]!, $locale: String!) { translatableResourcesByIds(first: 50, resourceIds: $ids) { nodes { resourceId
  translatableContent { key value digest } translations(locale: $locale) { key value } } } }"""
REGISTER = """mutation($id: ID!, $rows: [TranslationInput!]!) { translationsRegister(resourceId: $id, translations: $rows) {
  userErrors { message } } }"""
REMOVE = """mutation($id: ID!) { translationsRemove(resourceId: $id, translationKeys: ["title"], locales: ["fr"]) {
  userErrors { message } } }"""


class TranslatedCase(ExportCase):
    """Two shops that have a second and a third language, of which Odoo has the second."""

    def share(self):
        super().share()
        for shop in self.shops.values():
            self.simulator.post(f'/shops/{shop["domain"]}/locales', locales=['en', 'fr', 'de'])
        self.env['res.lang']._activate_lang('fr_FR')

    def setUp(self):
        super().setUp()
        self.domain = self.shop.shop_domain
        self.client = self.shop._get_client('catalogue')

    def own(self, owner, *groups):
        rows = self.shop.owner_ids.filtered(lambda row: row.group in (groups or ('translations',)))
        for row in rows:
            row.sudo()._switch(owner)
        self.carry()

    def carry(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.run_lane(self.shop, 'catalogue')

    def say(self, gid, locale='fr', **texts):
        """Somebody translates in the shop's admin."""
        nodes = self.client.query(READ, {'ids': [gid], 'locale': locale})['translatableResourcesByIds']['nodes']
        digests = translation.content_digests(nodes)
        rows = [
            {'key': key, 'locale': locale, 'value': text, 'translatableContentDigest': digests[gid, key]}
            for key, text in texts.items()
        ]
        answer = self.client.mutate(REGISTER, {'id': gid, 'rows': rows}, idempotent=True)
        self.assertEqual(answer['translationsRegister']['userErrors'], [])

    def said(self, gid, locale='fr'):
        """``{key: translated text}`` in the shop."""
        nodes = self.client.query(READ, {'ids': [gid], 'locale': locale})['translatableResourcesByIds']['nodes']
        return {row['key']: row['value'] for node in nodes for row in node['translations']}

    def shirt(self, option='Color'):
        """A product of the shop with options, brought over."""
        made = self.simulator.post(
            f'/shops/{self.domain}/products',
            title='Linen Shirt',
            description_html='<p>Made of linen</p>',
            seo_title='Linen',
            options=[option],
            variants=[{'values': [name], 'sku': f'G5-{name}', 'price': '40.00'} for name in ('Red', 'Blue')],
        )
        return made['id']

    def bring(self, gid):
        rung = self.ring(self.shop, 'product', gid)
        self.assertEqual(set(rung.mapped('state')), {'done'}, rung.mapped('message'))
        return self.env['shopify.product.binding'].search([('backend_id', '=', self.shop.id), ('gid', '=', gid)])

    def options(self, gid):
        """``{name: gid}`` of the options and values of a product."""
        text = 'query($id: ID!) { product(id: $id) { options { id name optionValues { id name } } } }'
        nodes = translation.option_nodes(self.client.query(text, {'id': gid})['product'])
        return {node['name']: node['id'] for node in nodes}

    def counted(self, name):
        return self.simulator.stats(self.domain)['by_operation'].get(name, {}).get('requests', 0)

    def in_french(self, record):
        return record.with_context(lang='fr_FR')


class TestTranslations(TranslatedCase):
    def test_nothing_is_read_or_sent_before_somebody_wants_translations(self):
        gid = self.shirt()
        self.say(gid, title='Chemise en lin')
        binding = self.bring(gid)
        self.assertEqual(self.shop._get_owner('translations'), 'none')
        self.assertFalse(self.shop.locale_ids)
        self.assertFalse(self.shop._get_translation_scopes())
        self.assertNotIn('translations', str(self.env['shopify.sync.product']._get_parts(self.shop)))
        self.assertEqual(self.in_french(binding.product_tmpl_id).name, 'Linen Shirt')
        self.shop.action_check_connection()
        self.assertNotIn('for translations', self.shop.connection_report)

    def test_the_texts_of_the_shop_come_over_and_are_followed(self):
        gid = self.shirt()
        names = self.options(gid)
        self.say(gid, title='Chemise en lin', body_html='<p>En lin</p>', meta_title='Lin')
        self.say(names['Color'], name='Couleur')
        self.say(names['Red'], name='Rouge')
        self.own('shopify')
        locales = {row.code: row.lang_id.code for row in self.shop.locale_ids}
        self.assertEqual(locales, {'en': False, 'fr': 'fr_FR', 'de': False})
        template = self.bring(gid).product_tmpl_id
        french = self.in_french(template)
        self.assertEqual((french.name, french.shopify_seo_title), ('Chemise en lin', 'Lin'))
        self.assertEqual(french.shopify_description_html, '<p>En lin</p>')
        self.assertEqual((template.name, template.shopify_description_html), ('Linen Shirt', '<p>Made of linen</p>'))
        line = french.attribute_line_ids
        self.assertEqual(line.attribute_id.name, 'Couleur')
        self.assertEqual(set(line.value_ids.mapped('name')), {'Rouge', 'Blue'})
        self.say(gid, title='Chemise')
        self.bring(gid)
        self.assertEqual(french.name, 'Chemise')
        self.client.mutate(REMOVE, {'id': gid}, idempotent=True)
        self.bring(gid)
        self.assertEqual(french.name, 'Linen Shirt')
        self.assertFalse(self.env['shopify.difference'].search([('backend_id', '=', self.shop.id)]))

    def test_the_texts_of_odoo_are_sent_many_a_request_and_their_echo_does_nothing(self):
        self.ask(self.mug | self.tee)
        self.in_french(self.mug).name = 'Tasse émaillée'
        self.in_french(self.tee).name = 'T-shirt bio'
        attribute = self.tee.attribute_line_ids.attribute_id
        self.in_french(attribute).name = 'Taille'
        self.forget()
        self.own('odoo')
        mug, tee = self.binding(self.mug), self.binding(self.tee)
        self.assertEqual(self.said(mug.gid), {'title': 'Tasse émaillée'})
        self.assertEqual(self.said(tee.gid), {'title': 'T-shirt bio'})
        self.assertEqual(self.said(self.options(tee.gid)['D5 Size']), {'name': 'Taille'})
        self.assertEqual(self.counted('TranslateProducts'), 1)
        self.forget()
        before = self.mug.write_date
        for binding in (mug, tee):
            self.bring(binding.gid)
        self.carry()
        self.assertEqual(self.counted('TranslateProducts'), 0)
        self.assertEqual(self.mug.write_date, before)
        self.assertFalse(self.env['shopify.difference'].search([('backend_id', '=', self.shop.id)]))

    def test_a_change_in_odoo_goes_out_by_itself_and_a_wiped_text_is_removed(self):
        self.ask(self.mug)
        self.own('odoo')
        gid = self.binding(self.mug).gid
        self.assertEqual(self.said(gid), {})
        self.in_french(self.mug).write({'name': 'Tasse', 'shopify_description_html': '<p>Belle</p>'})
        self.carry()
        self.assertEqual(self.said(gid), {'title': 'Tasse'})
        self.mug.shopify_description_html = '<p>Nice</p>'
        self.in_french(self.mug).shopify_description_html = '<p>Belle</p>'
        self.own('odoo', 'text')
        self.assertEqual(self.said(gid), {'title': 'Tasse', 'body_html': '<p>Belle</p>'})
        self.mug.update_field_translations('name', {'fr_FR': False})
        self.carry()
        self.assertEqual(self.said(gid), {'body_html': '<p>Belle</p>'})

    def test_a_language_that_the_shop_gives_up_holds_up_no_other(self):
        self.env['res.lang']._activate_lang('de_DE')
        self.ask(self.mug)
        self.own('odoo')
        binding = self.binding(self.mug)
        self.simulator.post(f'/shops/{self.domain}/locales', locales=['en', 'de'])
        self.shop.places_read_at = '2026-01-01 00:00:00'
        self.carry()
        self.assertEqual(sorted(self.shop.locale_ids.mapped('code')), ['de', 'en'])
        self.in_french(self.mug).name = 'Tasse'
        self.mug.with_context(lang='de_DE').name = 'Becher'
        self.carry()
        self.assertEqual(self.said(binding.gid, 'de'), {'title': 'Becher'})
        self.assertFalse(binding.export_message)

    def test_a_text_of_which_the_shop_has_no_original_is_left_out_and_said(self):
        self.ask(self.mug)
        self.own('odoo')
        binding = self.binding(self.mug)
        self.mug.shopify_description_html = '<p>Nice</p>'
        self.in_french(self.mug).write({'name': 'Tasse', 'shopify_description_html': '<p>Belle</p>'})
        self.carry()
        self.assertEqual(self.said(binding.gid), {'title': 'Tasse'})
        self.assertIn('no such text in its own language yet: Description (fr)', binding.export_message)
        self.own('odoo', 'text')
        self.assertEqual(self.said(binding.gid), {'title': 'Tasse', 'body_html': '<p>Belle</p>'})
        self.assertFalse(binding.export_message)

    def test_what_somebody_says_in_the_shop_is_not_overwritten_by_odoo(self):
        self.ask(self.mug)
        self.in_french(self.mug).name = 'Tasse'
        self.own('odoo')
        binding = self.binding(self.mug)
        self.say(binding.gid, title='Mug')
        self.in_french(self.mug).name = 'Gobelet'
        self.carry()
        self.assertEqual(self.said(binding.gid), {'title': 'Mug'})
        row = self.env['shopify.difference'].search([('backend_id', '=', self.shop.id)])
        self.assertEqual((row.kind, row.label, row.in_shopify, row.in_odoo), ('conflict', 'Title (fr)', 'Mug', 'Gobelet'))
        row.action_write_odoo()
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual(self.said(binding.gid), {'title': 'Gobelet'})

    def test_the_dialog_shows_what_a_new_owner_does_before_anything_is_read_by_itself(self):
        gid = self.shirt()
        self.say(gid, title='Chemise en lin')
        self.bring(gid)
        wizard = self.env['shopify.owner.switch'].create(
            {
                'backend_id': self.shop.id,
                'row_ids': [(6, 0, self.shop.owner_ids.filtered(lambda row: row.group == 'translations').ids)],
                'owner': 'shopify',
            }
        )
        wizard.action_preview()
        lines = [(line.label, line.in_shopify, line.becomes) for line in wizard.line_ids]
        self.assertEqual(lines, [('Title (fr)', 'Chemise en lin', 'pull')])

    def test_without_the_scope_the_store_says_so_and_the_rest_goes_on(self):
        scopes = [scope for scope in self.shop.granted_scopes.replace(' ', '').split(',') if 'translations' not in scope]
        self.simulator.settings(self.domain, scopes=scopes)
        self.shop.action_check_connection()
        self.own('odoo')
        self.assertIn('read_translations', self.shop.translations_note)
        self.ask(self.mug)
        self.assertEqual(self.one_in_shop(self.mug)['title'], 'Enamel Mug')
