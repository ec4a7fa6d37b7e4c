from odoo import fields, models


class ShopifyProductBinding(models.Model):
    """Where the product stands in the shop, and what became of the last export."""

    _inherit = 'shopify.product.binding'

    export_message = fields.Text("Export", readonly=True, copy=False, help="What Shopify did not take, and why.")
    exported_at = fields.Datetime("Last Export", readonly=True, copy=False)
    collection_ids = fields.Many2many(
        'shopify.collection',
        string="Collections",
        domain="[('backend_id', '=', backend_id), ('is_smart', '=', False)]",
        help="Smart collections choose their products themselves.",
    )
    publication_ids = fields.Many2many(
        'shopify.publication', string="Sales Channels", domain="[('backend_id', '=', backend_id)]"
    )
    export_ids = fields.One2many('shopify.product.export', 'binding_id')
