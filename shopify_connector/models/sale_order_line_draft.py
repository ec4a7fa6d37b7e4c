from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    shopify_draft_key = fields.Char(
        "Shopify Draft Line",
        copy=False,
        readonly=True,
        help="What the line is of in the draft order that it came with.",
    )
