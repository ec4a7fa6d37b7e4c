from odoo import api, models

# What somebody changes in Odoo, and which fields of a shop that concerns.
TEMPLATE = {
    'name': 'text', 'shopify_description_html': 'text', 'description_ecommerce': 'text',
    'shopify_vendor': 'category', 'shopify_product_type': 'category', 'shopify_taxonomy_gid': 'category',
    'categ_id': 'category', 'product_tag_ids': 'tags', 'shopify_status': 'status', 'active': 'status',
    'shopify_seo_title': 'seo', 'shopify_seo_description': 'seo', 'shopify_handle': 'seo', 'website_meta_title': 'seo',
    'website_meta_description': 'seo', 'list_price': 'price', 'uom_id': 'price', 'taxes_id': 'tax', 'type': 'logistics',
    'is_storable': 'logistics', 'hs_code': 'logistics', 'country_of_origin': 'logistics',
}  # fmt: skip
VARIANT = {
    'default_code': 'codes', 'barcode': 'codes', 'standard_price': 'cost', 'weight': 'logistics', 'active': 'status',
    'shopify_hs_code': 'logistics', 'shopify_origin_id': 'logistics',
}  # fmt: skip


def _groups(vals, table):
    found = {table[name] for name in vals if name in table}
    return found | {'price'} if 'tax' in found else found


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    def write(self, vals):
        """Override of `product`: stores that take these fields from Odoo are told."""
        result = super().write(vals)
        if groups := _groups(vals, TEMPLATE):
            self.env['shopify.task'].sudo()._note_catalog(groups, self)
        return result


class ProductProduct(models.Model):
    _inherit = 'product.product'

    def write(self, vals):
        """Override of `product`: stores that take these fields from Odoo are told."""
        result = super().write(vals)
        if groups := _groups(vals, VARIANT):
            self.env['shopify.task'].sudo()._note_catalog(groups, self.product_tmpl_id)
        return result


class ProductTemplateAttributeValue(models.Model):
    _inherit = 'product.template.attribute.value'

    def write(self, vals):
        """Override of `product`: what a value costs extra is part of the price of its variants."""
        result = super().write(vals)
        if 'price_extra' in vals:
            self.env['shopify.task'].sudo()._note_catalog({'price'}, self.product_tmpl_id)
        return result


class ProductTag(models.Model):
    _inherit = 'product.tag'

    def write(self, vals):
        """Override of `product`: a tag's name is what the shops have of it."""
        result = super().write(vals)
        if {'name', 'product_template_ids'} & vals.keys():
            self.env['shopify.task'].sudo()._note_catalog({'tags'}, self.product_template_ids)
        return result

    @api.ondelete(at_uninstall=False)
    def _shopify_note_unlink(self):
        self.env['shopify.task'].sudo()._note_catalog({'tags'}, self.product_template_ids)


class ProductPricelistItem(models.Model):
    _inherit = 'product.pricelist.item'

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `product`: a rule is a price of the products that it names, or of all."""
        items = super().create(vals_list)
        items._shopify_note_prices()
        return items

    def write(self, vals):
        """Override of `product`: it was a price of the products before as well."""
        self._shopify_note_prices()
        result = super().write(vals)
        self._shopify_note_prices()
        return result

    @api.ondelete(at_uninstall=False)
    def _shopify_note_unlink(self):
        self._shopify_note_prices()

    def _shopify_note_prices(self):
        tasks, rules = self.env['shopify.task'].sudo(), self.sudo()
        tasks._note_catalog({'price'}, rules.product_tmpl_id | rules.product_id.product_tmpl_id)
        wide = rules.filtered(lambda rule: not rule.product_tmpl_id and not rule.product_id)
        tasks._note_pricelists(wide.pricelist_id)
