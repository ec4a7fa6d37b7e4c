"""Shops whose own language is not English, while Odoo keeps a text in English wherever nobody has translated it."""

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
