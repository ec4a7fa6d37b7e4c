from odoo import models


class ProductPricelistItem(models.Model):
    _inherit = 'product.pricelist.item'

    def _shopify_note_prices(self):
        """Override: price lists of the stores follow their pricelists."""
        result = super()._shopify_note_prices()
        if self:
            self.env['shopify.task'].sudo()._note_price_lists(self.sudo().pricelist_id.ids)
        return result


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    def write(self, vals):
        """Override of `product`: rules may start from the sales price; taxes say what a price means."""
        result = super().write(vals)
        if {'list_price', 'taxes_id', 'categ_id', 'uom_id', 'currency_id'} & vals.keys():
            self.env['shopify.task'].sudo()._note_price_lists(None)
        return result


class ProductProduct(models.Model):
    _inherit = 'product.product'

    def write(self, vals):
        """Override of `product`: rules may start from the cost."""
        result = super().write(vals)
        if {'standard_price', 'lst_price'} & vals.keys():
            self.env['shopify.task'].sudo()._note_price_lists(None)
        return result


class ProductTemplateAttributeValue(models.Model):
    _inherit = 'product.template.attribute.value'

    def write(self, vals):
        """Override of `product`: what a value costs extra is part of the price of its variants."""
        result = super().write(vals)
        if 'price_extra' in vals:
            self.env['shopify.task'].sudo()._note_price_lists(None)
        return result
