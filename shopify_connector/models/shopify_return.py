from odoo import api, fields, models


class ShopifyReturn(models.Model):
    """A return of a Shopify order: how far it is, and what becomes of it."""

    _name = 'shopify.return'
    _description = "Shopify Return"
    _order = 'returned_at desc, id desc'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char("Return", readonly=True, index='trigram')
    order_binding_id = fields.Many2one(
        'shopify.order.binding', "Shopify Order", required=True, ondelete='cascade', index=True, readonly=True
    )
    sale_order_id = fields.Many2one(related='order_binding_id.sale_order_id', store=True, index='btree_not_null')
    partner_id = fields.Many2one(related='sale_order_id.partner_id', string="Customer", store=True)
    state = fields.Selection(
        [
            ('requested', "Requested"),
            ('open', "Open"),
            ('in_transit', "In Transit"),
            ('closed', "Closed"),
            ('declined', "Declined"),
            ('cancelled', "Cancelled"),
        ],
        required=True,
        default='open',
        readonly=True,
    )
    returned_at = fields.Datetime("Opened", readonly=True)
    approved_at = fields.Datetime("Approved", readonly=True)
    closed_at = fields.Datetime("Closed", readonly=True)
    read_at = fields.Datetime(readonly=True)
    decline_reason = fields.Char("Declined Because", readonly=True)
    decline_note = fields.Text(readonly=True)
    carrier_name = fields.Char("Carrier", readonly=True)
    tracking_number = fields.Char(readonly=True)
    tracking_url = fields.Char(readonly=True)
    line_ids = fields.One2many('shopify.return.line', 'return_id', "Lines", readonly=True)
    quantity = fields.Integer("Units", compute='_compute_quantity', store=True)
    is_exchange = fields.Boolean("Exchange", compute='_compute_quantity', store=True)

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This return is known already.")

    @api.depends('line_ids.quantity', 'line_ids.kind')
    def _compute_quantity(self):
        for record in self:
            returned = record.line_ids.filtered(lambda line: line.kind == 'return')
            record.quantity = sum(returned.mapped('quantity'))
            record.is_exchange = record.line_ids != returned

    def action_open_in_shopify(self):
        """The order's page in the Shopify admin, which shows its returns."""
        return self.order_binding_id.action_open_in_shopify()

    def action_refresh(self):
        """Read the orders of the returns again."""
        for binding in self.order_binding_id:
            binding.backend_id._enqueue('order', binding.gid)
