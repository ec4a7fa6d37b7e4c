from odoo import fields, models


class ShopifyBackend(models.Model):
    """What a store wants done with its orders."""

    _inherit = 'shopify.backend'

    invoice_policy = fields.Selection(
        [('paid', "When paid"), ('delivered', "When delivered"), ('manual', "By hand")],
        string="Create Invoices",
        default='paid',
        required=True,
        tracking=True,
        help="What Odoo's own invoicing policy of a product does not allow yet is invoiced as soon as it does.",
    )
    register_payments = fields.Boolean(
        default=True,
        tracking=True,
        help="A payment in Odoo for every payment and refund that Shopify has taken or given, on Shopify's date.",
    )
    money_policy = fields.Selection(
        [('shop', "The shop's currency"), ('presentment', "The customer's currency")],
        string="Orders In",
        default='shop',
        required=True,
        tracking=True,
        help="The currency of sales orders, invoices and payments. The other amount is kept beside it.",
    )
    import_draft_orders = fields.Boolean(
        tracking=True, help="Draft orders become quotations; the order that completes one takes it over."
    )
