from odoo import api, fields, models

OPEN = ('waiting', 'held', 'failed')


class ShopifyDelivery(models.Model):
    """What Odoo has done with goods of a Shopify order, and how far Shopify knows of it.

    Whoever validates a transfer inserts a row and nothing else: no lock of anybody is waited for. The store's lane does the
    rest.
    """

    _name = 'shopify.delivery'
    _description = "Delivery For Shopify"
    _order = 'id desc'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    order_binding_id = fields.Many2one(
        'shopify.order.binding', "Shopify Order", required=True, ondelete='cascade', index=True, readonly=True
    )
    sale_order_id = fields.Many2one(related='order_binding_id.sale_order_id', store=True, index='btree_not_null')
    picking_id = fields.Many2one(
        'stock.picking', "Transfer", ondelete='set null', index='btree_not_null', readonly=True
    )
    kind = fields.Selection(
        [('ship', "Shipped"), ('cancel', "Shipment Undone"), ('return', "Came Back")],
        required=True,
        default='ship',
        readonly=True,
    )
    origin = fields.Selection(
        [('odoo', "Odoo"), ('shopify', "Shopify")],
        required=True,
        default='odoo',
        readonly=True,
        help="Shopify: the transfer mirrors what Shopify has told, so there is nothing to tell back.",
    )
    state = fields.Selection(
        [
            ('waiting', "Waiting"),
            ('sent', "Told"),
            ('held', "Held In Shopify"),
            ('failed', "Failed"),
            ('not_needed', "Not Needed"),
        ],
        required=True,
        default='waiting',
        readonly=True,
    )
    code = fields.Char(readonly=True, help="Stands for the message, for programs.")
    message = fields.Text("What Happened", readonly=True)
    request_id = fields.Char("Shopify Request", readonly=True, help="Shopify's support asks for it.")
    units = fields.Json(readonly=True, help="Units by Shopify's order line, once they are decided.")
    adopted = fields.Json(readonly=True, help="Those of them that somebody had fulfilled in Shopify already.")
    refunded = fields.Json(readonly=True, help="Those of a return that were refunded before it came back.")
    notify = fields.Selection(
        [('store', "As the store says"), ('yes', "Yes"), ('no', "No")],
        "Tell The Customer",
        required=True,
        default='store',
        readonly=True,
    )
    noted_at = fields.Datetime("Noted", required=True, default=fields.Datetime.now, readonly=True)
    sent_at = fields.Datetime("Told", readonly=True)
    fulfillment_ids = fields.One2many('shopify.fulfillment', 'delivery_id', "Fulfilments", readonly=True)
    step_ids = fields.One2many('shopify.delivery.step', 'delivery_id', "Sent To Shopify", readonly=True)

    _picking_uniq = models.Constraint(
        'UNIQUE(picking_id, order_binding_id, kind)', "This transfer has been noted for Shopify already."
    )
    _open_idx = models.Index("(backend_id, state) WHERE state IN ('waiting', 'held', 'failed')")

    @api.depends('picking_id.name', 'order_binding_id.name')
    def _compute_display_name(self):
        for delivery in self:
            names = (delivery.order_binding_id.name, delivery.picking_id.sudo().name)
            delivery.display_name = ' · '.join(name for name in names if name)

    # === BUSINESS METHODS === #

    def _is_open(self):
        """Whether there is something left to tell."""
        return self.origin == 'odoo' and self.state in OPEN

    def _wants_notice(self):
        """Whether Shopify is to tell the customer."""
        return self.backend_id.notify_customers if self.notify == 'store' else self.notify == 'yes'

    def _set_sent(self, message=False, code=False):
        self.write(
            {'state': 'sent', 'code': code, 'message': message, 'request_id': False, 'sent_at': fields.Datetime.now()}
        )

    def _set_waiting(self, code=False, message=False, request_id=None):
        self.write({'state': 'waiting', 'code': code, 'message': message, 'request_id': request_id or False})

    def _set_held(self, code, message):
        self.write({'state': 'held', 'code': code, 'message': message, 'request_id': False})

    def _set_failed(self, code, message, request_id=None):
        self.write({'state': 'failed', 'code': code, 'message': message, 'request_id': request_id or False})

    def _set_not_needed(self, code, message):
        self.write({'state': 'not_needed', 'code': code, 'message': message, 'request_id': False})
