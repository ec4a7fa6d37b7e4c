from odoo import api, fields, models
from odoo.tools import SQL

from ..entities import translation

_GROUP = 'shopify_connector.group_shopify_user'
TEXTS = {
    'name', 'shopify_description_html', 'shopify_seo_title', 'shopify_seo_description', 'website_meta_title',
    'website_meta_description',
}  # fmt: skip


class ShopifyTranslated(models.AbstractModel):
    """Records with texts that shops have in several languages.

    What is written in another language Odoo has in English too, until somebody translates it. When the other language
    moves on, that English text stays behind: it is remembered as what it is, so that no shop gets it for a translation."""

    _name = 'shopify.translated'
    _description = "Shopify Translated Record"

    shopify_untranslated = fields.Json(
        readonly=True,
        copy=False,
        groups=_GROUP,
        help="Marks of English texts, by field, that are what another language said before.",
    )

    @api.model
    def _shopify_get_translated(self, vals):
        return [
            name for name in vals if name in TEXTS and self._fields[name].store and self._fields[name].translate is True
        ]

    def _shopify_note_left_behind(self, vals):
        """To be called before ``vals`` are written in the language of the context."""
        columns = self._shopify_get_translated(vals)
        if not columns or not self.ids:
            return
        lang = self.env.lang or 'en_US'
        if lang == 'en_US':
            self._shopify_forget_left_behind({column: vals[column] for column in columns})
        elif self.env['res.lang']._get_data(code='en_US'):
            self._shopify_remember_left_behind(columns, lang)

    def _shopify_forget_left_behind(self, vals):
        """Whoever writes another English text means it."""
        for record in self.sudo():
            marks = record.shopify_untranslated or {}
            kept = {
                column: mark
                for column, mark in marks.items()
                if column not in vals or (record[column] or '') == (vals[column] or '')
            }
            if kept != marks:
                record.shopify_untranslated = kept or False

    def _shopify_remember_left_behind(self, columns, lang):
        records = self.sudo()
        for id_, texts in records._shopify_read_texts(columns).items():
            record = records.browse(id_)
            marks = record.shopify_untranslated or {}
            found = {
                column: translation.mark(by_lang['en_US'])
                for column, by_lang in texts.items()
                if by_lang and self._shopify_is_left_behind(by_lang, lang)
            }
            if found.items() - marks.items():
                record.shopify_untranslated = {**marks, **found}

    def _shopify_is_left_behind(self, by_lang, lang):
        """A text in English alone was shown for the other language too. Somebody who translates it writes the other one; a
        shop that has it in that language changes it."""
        english, own = by_lang.get('en_US'), by_lang.get(lang)
        return bool(english and (own == english or (own is None and self.env.context.get('shopify_catalog_pull'))))

    def _shopify_read_texts(self, columns):
        """``{id: {field: {language: text}}}`` as the database has it, without what Odoo shows in their stead."""
        self.flush_recordset(columns)
        names = SQL(', ').join(SQL.identifier(column) for column in columns)
        query = SQL("SELECT id, %s FROM %s WHERE id = ANY(%s)", names, SQL.identifier(self._table), list(self.ids))
        return {id_: dict(zip(columns, texts, strict=True)) for id_, *texts in self.env.execute_query(query)}

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=''):
        """Override: the dialog of translations writes past the field."""
        for lang, text in translations.items() if field_name in self._shopify_get_translated([field_name]) else ():
            if text and isinstance(text, str):
                self.with_context(lang=lang)._shopify_note_left_behind({field_name: text})
        return super()._update_field_translations(field_name, translations, digest, source_lang)


class ProductTemplate(models.Model):
    _name = 'product.template'
    _inherit = ['product.template', 'shopify.translated']

    def write(self, vals):
        """Override of `product`: stores that take texts in other languages from Odoo are told."""
        self._shopify_note_left_behind(vals)
        result = super().write(vals)
        if TEXTS & vals.keys():
            self.env['shopify.task'].sudo()._note_catalog({'translations'}, self)
        return result

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=''):
        """Override: the dialog of translations writes past the field, which keeps nothing but harmless HTML."""
        if field_name == 'shopify_description_html':
            field = self._fields[field_name]
            translations = {
                lang: str(field.convert_to_column(text, self)) if text else text for lang, text in translations.items()
            }
        return super()._update_field_translations(field_name, translations, digest, source_lang)


class ProductAttribute(models.Model):
    _name = 'product.attribute'
    _inherit = ['product.attribute', 'shopify.translated']

    def write(self, vals):
        """Override of `product`: options are called what their attributes are called, in every language."""
        self._shopify_note_left_behind(vals)
        result = super().write(vals)
        if 'name' in vals:
            templates = self.sudo().attribute_line_ids.product_tmpl_id
            self.env['shopify.task'].sudo()._note_catalog({'text', 'translations'}, templates)
        return result


class ProductAttributeValue(models.Model):
    _name = 'product.attribute.value'
    _inherit = ['product.attribute.value', 'shopify.translated']

    def write(self, vals):
        """Override of `product`: values of options are called what those of the attributes are called, in every language."""
        self._shopify_note_left_behind(vals)
        result = super().write(vals)
        if 'name' in vals:
            templates = self.sudo().pav_attribute_line_ids.product_tmpl_id
            self.env['shopify.task'].sudo()._note_catalog({'text', 'translations'}, templates)
        return result
