from odoo import api, fields, models


class ShopifyProductImage(models.Model):
    """A further picture of a product, where Odoo's e-commerce with a gallery of its own is not installed."""

    _name = 'shopify.product.image'
    _description = "Product Picture"
    _order = 'sequence, id'

    product_tmpl_id = fields.Many2one('product.template', "Product", required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='product_tmpl_id.company_id')
    name = fields.Char("Alternative Text", help="What the picture shows, for those who cannot see it.")
    sequence = fields.Integer(default=10)
    image_1920 = fields.Image("Picture", max_width=1920, max_height=1920, required=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Override: stores that take pictures from Odoo are told."""
        images = super().create(vals_list)
        self.env['shopify.task'].sudo()._note_catalog({'images'}, images.product_tmpl_id)
        return images

    def write(self, vals):
        """Override: stores that take pictures from Odoo are told."""
        result = super().write(vals)
        self.env['shopify.task'].sudo()._note_catalog({'images'}, self.product_tmpl_id)
        return result

    def unlink(self):
        """Override: stores that take pictures from Odoo are told."""
        self.env['shopify.task'].sudo()._note_catalog({'images'}, self.product_tmpl_id)
        return super().unlink()


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    shopify_image_alt = fields.Char(
        "Alternative Text", help="What the product's picture shows, for those who cannot see it."
    )
    shopify_image_ids = fields.One2many('shopify.product.image', 'product_tmpl_id', "Further Pictures", copy=True)

    def write(self, vals):
        """Override of `product`: stores that take pictures from Odoo are told."""
        result = super().write(vals)
        if {'image_1920', 'shopify_image_alt', 'product_template_image_ids'} & vals.keys():
            self.env['shopify.task'].sudo()._note_catalog({'images'}, self)
        return result


class ProductProduct(models.Model):
    _inherit = 'product.product'

    def write(self, vals):
        """Override of `product`: stores that take pictures from Odoo are told."""
        result = super().write(vals)
        if {'image_1920', 'image_variant_1920'} & vals.keys():
            self.env['shopify.task'].sudo()._note_catalog({'images'}, self.product_tmpl_id)
        return result
