from odoo import fields, models


class ShopifyProductBinding(models.Model):
    """What was agreed with the shop about a product, field by field."""

    _inherit = 'shopify.product.binding'

    agreed = fields.Json(
        readonly=True, copy=False, help="Each field's value when both sides last had the same one, as Shopify has it."
    )
    seen = fields.Json(readonly=True, copy=False, help="Shopify's values that are not the agreed ones, as last read.")
    origin = fields.Selection(
        [('shopify', "Shopify"), ('odoo', "Odoo")], "Was First In", readonly=True, default='odoo', copy=False
    )
    payload_digest = fields.Char(
        readonly=True, copy=False, help="Of Shopify's values as last settled: the same digest, nothing to look at."
    )
    option_links = fields.Json(
        readonly=True, copy=False, help="Which attribute each option is, and which value each of its values."
    )
    difference_ids = fields.One2many('shopify.difference', 'product_binding_id', "Differences")
