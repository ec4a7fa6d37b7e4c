"""Shops whose own language is not English, while Odoo keeps a text in English wherever nobody has translated it."""

import importlib.util
from pathlib import Path

from odoo.addons import shopify_connector

from tests.integration.test_translations import TranslatedCase


class TestTranslationsOfGerman(TranslatedCase):
    def share(self):
        super().share()
        self.simulator.post(f'/shops/{self.shop.shop_domain}/locales', locales=['de', 'en'])
        self.env['res.lang']._activate_lang('de_DE')
        self.shop.catalog_lang_id = self.env['res.lang']._get_data(code='de_DE').id

    def say(self, gid, locale='en', **texts):
        super().say(gid, locale=locale, **texts)

    def said(self, gid, locale='en'):
        return super().said(gid, locale)

    def in_german(self, record):
        return record.with_context(lang='de_DE')

    def texts(self, record, field='name'):
        return record._fields[field]._get_stored_translations(record)

    def test_the_english_of_the_shop_leaves_the_text_of_its_own_language_alone(self):
        self.mug.shopify_description_html = '<p>Schön</p>'
        self.assertEqual(self.texts(self.mug), {'en_US': 'Enamel Mug'})
        self.ask(self.mug)
        gid = self.binding(self.mug).gid
        self.say(gid, title='Mug', body_html='<p>Nice</p>')
        self.own('odoo', 'text')
        self.own('shopify')
        self.bring(gid)
        self.assertEqual(self.texts(self.mug), {'en_US': 'Mug', 'de_DE': 'Enamel Mug'})
        self.assertEqual(self.in_german(self.mug).shopify_description_html, '<p>Schön</p>')
        self.assertEqual(self.mug.with_context(lang='en_US').shopify_description_html, '<p>Nice</p>')
        self.carry()
        shown = self.one_in_shop(self.in_german(self.mug))
        self.assertEqual((shown['title'], self.said(gid)['title']), ('Enamel Mug', 'Mug'))
        self.assertFalse(self.env['shopify.difference'].search([('backend_id', '=', self.shop.id)]))

    def test_what_english_kept_of_a_text_that_odoo_changes_is_no_translation(self):
        template = self.mug.with_context(lang='de_DE').create(
            {'name': 'Hemd', 'shopify_description_html': '<p>Leinen</p>', 'taxes_id': False}
        )
        self.assertEqual(self.texts(template), {'en_US': 'Hemd', 'de_DE': 'Hemd'})
        self.ask(template)
        self.own('odoo', 'text', 'translations')
        gid = self.binding(template).gid
        self.say(gid, title='Shirt')
        self.bring(gid)
        for name in ('Hemd blau', 'Hemd rot'):
            template.write({'name': name, 'shopify_description_html': f'<p>{name}</p>'})
            self.carry()
            self.assertEqual(self.one_in_shop(template)['title'], name)
            self.assertEqual(self.said(gid), {'title': 'Shirt'})
        self.assertEqual(self.texts(template), {'en_US': 'Hemd', 'de_DE': 'Hemd rot'})
        # Whoever says it in English means it, be it the same word.
        english = template.with_context(lang='en_US')
        english.shopify_description_html = '<p>Fine</p>'
        english.shopify_description_html = '<p>Leinen</p>'
        self.carry()
        self.assertEqual(self.said(gid), {'title': 'Shirt', 'body_html': '<p>Leinen</p>'})

    def test_what_english_kept_of_a_text_that_the_shop_changes_is_no_translation(self):
        gid = self.shirt('Farbe')
        template = self.in_german(self.bring(gid).product_tmpl_id)
        self.own('shopify', 'text')
        self.own('odoo')
        self.say(gid, title='Shirt')
        self.simulator.post(f'/shops/{self.domain}/products', id=gid, title='Hemd', description_html='<p>Neu</p>')
        self.bring(gid)
        template.attribute_line_ids.value_ids[0].update_field_translations('name', {'de_DE': 'Rot'})
        self.carry()
        self.assertEqual(self.texts(template), {'en_US': 'Linen Shirt', 'de_DE': 'Hemd'})
        self.assertEqual(self.said(gid), {'title': 'Shirt'})
        self.assertEqual(self.said(self.options(gid)['Red']), {})
        rows = self.env['shopify.difference'].search(
            [('backend_id', '=', self.shop.id), ('field', 'like', 'translation:')]
        )
        self.assertEqual(rows.mapped('in_odoo'), [False])

    def test_descriptions_from_before_are_the_text_of_the_shops_own_language(self):
        self.mug.shopify_description_html = '<p>Becher</p>'
        self.ask(self.mug)
        self.env.flush_all()
        path = Path(shopify_connector.__file__).parent / 'migrations' / '19.0.1.4.0' / 'post-descriptions.py'
        spec = importlib.util.spec_from_file_location('descriptions', path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, '19.0.1.3.0')
        self.env.invalidate_all()
        found = self.texts(self.mug, 'shopify_description_html')
        self.assertEqual(found, {'en_US': '<p>Becher</p>', 'de_DE': '<p>Becher</p>'})
        self.assertEqual(self.texts(self.tee, 'shopify_description_html'), None)
