from odoo import fields, models


class ShopifyVariantBinding(models.Model):
    """What was agreed with the shop about a variant, field by field."""

    _inherit = 'shopify.variant.binding'

    agreed = fields.Json(
        readonly=True, copy=False, help="Each field's value when both sides last had the same one, as Shopify has it."
    )
    seen = fields.Json(readonly=True, copy=False, help="Shopify's values that are not the agreed ones, as last read.")
