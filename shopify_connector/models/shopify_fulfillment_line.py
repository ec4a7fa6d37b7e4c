from odoo import fields, models


class ShopifyFulfillmentLine(models.Model):
    """Units of an order line in a parcel."""

    _name = 'shopify.fulfillment.line'
    _description = "Shopify Fulfilment Line"

    fulfillment_id = fields.Many2one(
        'shopify.fulfillment', required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='fulfillment_id.company_id', store=True)
    gid = fields.Char("Shopify ID", readonly=True)
    line_gid = fields.Char("Shopify Line", readonly=True)
    sale_line_id = fields.Many2one(
        'sale.order.line', "Order Line", ondelete='set null', index='btree_not_null', readonly=True
    )
    quantity = fields.Integer("Units", readonly=True)
