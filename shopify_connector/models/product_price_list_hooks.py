from odoo import api, models


class ProductPricelistItem(models.Model):
    _inherit = 'product.pricelist.item'

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `product`: price lists of the stores follow their pricelists."""
        items = super().create(vals_list)
        items._shopify_note_price_lists()
        return items

    def write(self, vals):
        """Override of `product`: see `create`."""
        self._shopify_note_price_lists()
        result = super().write(vals)
        if 'pricelist_id' in vals:
            self._shopify_note_price_lists()
        return result

    def unlink(self):
        """Override of `product`: see `create`."""
        self._shopify_note_price_lists()
        return super().unlink()

    def _shopify_note_price_lists(self):
        if self:
            self.env['shopify.task'].sudo()._note_price_lists(self.sudo().pricelist_id.ids)


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
