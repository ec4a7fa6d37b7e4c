from odoo import fields, models


class ShopifyOrderBinding(models.Model):
    _inherit = 'shopify.order.binding'

    level_units = fields.Json(
        readonly=True, help="Units of each product that the order has taken off Shopify's levels, as last read."
    )
