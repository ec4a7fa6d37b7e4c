from odoo import models


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    def write(self, vals):
        """Override of `product`: fields that a store has as metafields are news to it."""
        result = super().write(vals)
        if self.env['shopify.metafield.mapping']._get_columns('product') & vals.keys():
            self.env['shopify.task'].sudo()._note_catalog({'metafields'}, self)
        return result


class ProductProduct(models.Model):
    _inherit = 'product.product'

    def write(self, vals):
        """Override of `product`: fields that a store has as metafields are news to it."""
        result = super().write(vals)
        if self.env['shopify.metafield.mapping']._get_columns('variant') & vals.keys():
            self.env['shopify.task'].sudo()._note_catalog({'metafields'}, self.product_tmpl_id)
        return result


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def write(self, vals):
        """Override of `base`: fields that a store has as metafields of its customers are news to it."""
        result = super().write(vals)
        if self.env['shopify.metafield.mapping']._get_columns('customer') & vals.keys():
            self.env['shopify.task'].sudo()._note_customers(self)
        return result
