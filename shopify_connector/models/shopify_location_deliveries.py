from odoo import fields, models


class ShopifyLocation(models.Model):
    """Who ships from a location, and what becomes in Odoo of what Shopify ships there."""

    _inherit = 'shopify.location'

    shipper = fields.Selection(
        [('odoo', "Odoo"), ('shopify', "Shopify or a service")],
        "Shipped By",
        required=True,
        default='odoo',
        help="Shopify or a service: deliveries that are validated in Odoo for this location are not told to Shopify, which "
        "makes its fulfilments there itself. What is fulfilled in Shopify comes to Odoo either way.",
    )
    take_shipped = fields.Selection(
        [('validate', "Is delivered in Odoo"), ('ask', "Asks a person"), ('ignore', "Is ignored")],
        "Shipped There",
        required=True,
        default='validate',
        help="What becomes in Odoo of a fulfilment that was made in Shopify, by a service or at a till. Sales at a till are "
        "always delivered.",
    )
    missing_stock = fields.Selection(
        [('ask', "Ask a person"), ('negative', "Deliver all the same")],
        "Without Stock In Odoo",
        required=True,
        default='ask',
        help="When Shopify has shipped what Odoo does not have. Deliver all the same: Odoo's stock becomes negative until it is "
        "counted.",
    )
