from odoo import fields, models


class ShopifyFulfillment(models.Model):
    """A parcel as Shopify knows it, and what stands for it in Odoo."""

    _name = 'shopify.fulfillment'
    _description = "Shopify Fulfilment"
    _order = 'shipped_at desc, id desc'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    order_binding_id = fields.Many2one(
        'shopify.order.binding', "Shopify Order", required=True, ondelete='cascade', index=True, readonly=True
    )
    sale_order_id = fields.Many2one(related='order_binding_id.sale_order_id', store=True, index='btree_not_null')
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char("Fulfilment", readonly=True)
    state = fields.Selection(
        [
            ('success', "Shipped"),
            ('pending', "Pending"),
            ('cancelled', "Cancelled"),
            ('error', "Error"),
            ('failure', "Failed"),
        ],
        required=True,
        default='success',
        readonly=True,
    )
    origin = fields.Selection(
        [('odoo', "Odoo"), ('shopify', "Shopify")], required=True, default='shopify', readonly=True
    )
    delivery_id = fields.Many2one(
        'shopify.delivery', "Delivery", ondelete='set null', index='btree_not_null', readonly=True
    )
    location_id = fields.Many2one(
        'shopify.location', "Location", ondelete='set null', index='btree_not_null', readonly=True
    )
    location_gid = fields.Char(readonly=True)
    tracking = fields.Json(readonly=True, help="Of each number: company, number, url.")
    display_status = fields.Char("Shown As", readonly=True)
    shipped_at = fields.Datetime("Shipped", readonly=True)
    in_transit_at = fields.Datetime("In Transit", readonly=True)
    delivered_at = fields.Datetime("Delivered", readonly=True)
    estimated_at = fields.Datetime("Expected", readonly=True)
    taken = fields.Selection(
        [
            ('no', "Not Yet"),
            ('done', "Done"),
            ('by_hand', "By Hand"),
            ('ignored', "Ignored"),
            ('undone', "Undone"),
        ],
        "In Odoo",
        required=True,
        default='no',
        readonly=True,
        help="What became of it in Odoo.",
    )
    message = fields.Text("What Happened", readonly=True)
    picking_ids = fields.Many2many(
        'stock.picking',
        'shopify_fulfillment_picking_rel',
        'fulfillment_id',
        'picking_id',
        "Transfers",
        readonly=True,
    )
    line_ids = fields.One2many('shopify.fulfillment.line', 'fulfillment_id', "Lines", readonly=True)

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This fulfilment is known already.")

    # === BUSINESS METHODS === #

    def _get_units(self):
        """``{order line gid: units}`` of all of them together."""
        found = {}
        for line in self.line_ids:
            found[line.line_gid] = found.get(line.line_gid, 0) + line.quantity
        return found
