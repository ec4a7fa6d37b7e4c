from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = 'account.payment'

    shopify_key = fields.Char(
        "Shopify Transaction",
        readonly=True,
        copy=False,
        help="The shop and the number of Shopify's transaction that this payment stands for: there is one for each.",
    )

    _shopify_key_uniq = models.UniqueIndex(
        '(shopify_key) WHERE shopify_key IS NOT NULL', "This Shopify transaction has a payment already."
    )
