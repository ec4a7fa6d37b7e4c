from odoo import models

TEXTS = {
    'name', 'shopify_description_html', 'shopify_seo_title', 'shopify_seo_description', 'website_meta_title',
    'website_meta_description',
}  # fmt: skip


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    def write(self, vals):
        """Override of `product`: stores that take texts in other languages from Odoo are told."""
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
    _inherit = 'product.attribute'

    def write(self, vals):
        """Override of `product`: options are called what their attributes are called, in every language."""
        result = super().write(vals)
        if 'name' in vals:
            templates = self.sudo().attribute_line_ids.product_tmpl_id
            self.env['shopify.task'].sudo()._note_catalog({'text', 'translations'}, templates)
        return result


class ProductAttributeValue(models.Model):
    _inherit = 'product.attribute.value'

    def write(self, vals):
        """Override of `product`: values of options are called what those of the attributes are called, in every language."""
        result = super().write(vals)
        if 'name' in vals:
            templates = self.sudo().pav_attribute_line_ids.product_tmpl_id
            self.env['shopify.task'].sudo()._note_catalog({'text', 'translations'}, templates)
        return result
