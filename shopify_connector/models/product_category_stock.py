from odoo import models
from odoo.tools import SQL


class ProductCategory(models.Model):
    _inherit = 'product.category'

    def write(self, vals):
        """Override of `product`: the rules of the new parent reach the products of a category that moves."""
        result = super().write(vals)
        if 'parent_id' in vals and self.env['shopify.stock.rule'].sudo().search_count(
            [('categ_id', '!=', False)], limit=1
        ):
            tasks = self.env['shopify.task'].sudo()
            for category in self:
                tasks._insert_stock_tasks(
                    SQL(
                        "binding.product_id IN (SELECT product.id FROM product_product product"
                        " JOIN product_template template ON template.id = product.product_tmpl_id"
                        " JOIN product_category category ON category.id = template.categ_id"
                        " WHERE category.parent_path LIKE %s)",
                        f'{category.parent_path}%',
                    )
                )
        return result
