from odoo import api, fields, models

_CHOICES = [('yes', "Yes"), ('no', "No")]


class ProductProduct(models.Model):
    _inherit = 'product.product'

    shopify_sell_when_empty = fields.Selection(
        _CHOICES,
        "Sell When Empty",
        # A copy is made by people who may not read this field.
        copy=False,
        groups='shopify_connector.group_shopify_user',
        help="Whether Shopify goes on selling when nothing is left, in the stores that take this from Odoo. Empty: as it is"
        " in Shopify.",
    )

    def write(self, vals):
        """Override: stores that take this from Odoo are told."""
        result = super().write(vals)
        if 'shopify_sell_when_empty' in vals:
            _shows, sells = self.env['shopify.backend']._extras_in_use()
            if sells:
                self.env['shopify.task'].sudo()._note_extras(self)
        return result


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    shopify_sell_when_empty = fields.Selection(
        _CHOICES,
        "Sell When Empty",
        compute='_compute_shopify_sell_when_empty',
        inverse='_inverse_shopify_sell_when_empty',
        groups='shopify_connector.group_shopify_user',
        help="Whether Shopify goes on selling when nothing is left, in the stores that take this from Odoo. Empty: as it is"
        " in Shopify, or not the same for all variants.",
    )

    @api.depends('product_variant_ids.shopify_sell_when_empty')
    def _compute_shopify_sell_when_empty(self):
        for template in self:
            values = set(template.product_variant_ids.mapped('shopify_sell_when_empty'))
            template.shopify_sell_when_empty = values.pop() if len(values) == 1 else False

    def _inverse_shopify_sell_when_empty(self):
        for template in self:
            template.product_variant_ids.shopify_sell_when_empty = template.shopify_sell_when_empty

    def _get_related_fields_variant_template(self):
        """Override of `product`: variants that are made after the template get its value."""
        return [*super()._get_related_fields_variant_template(), 'shopify_sell_when_empty']
