from odoo import api, fields, models


class ShopifyRefund(models.Model):
    """A refund in Shopify, and what it has become in Odoo."""

    _name = 'shopify.refund'
    _description = "Shopify Refund"
    _order = 'processed_at desc, id desc'
    _rec_name = 'display_name'

    binding_id = fields.Many2one(
        'shopify.order.binding', "Order", required=True, ondelete='cascade', index=True, readonly=True
    )
    backend_id = fields.Many2one(related='binding_id.backend_id', store=True, index=True)
    company_id = fields.Many2one(related='binding_id.company_id', store=True)
    sale_order_id = fields.Many2one(related='binding_id.sale_order_id')
    currency_id = fields.Many2one(related='sale_order_id.currency_id')
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    processed_at = fields.Datetime("Refunded At", readonly=True)
    note = fields.Text("Reason", readonly=True)
    return_gid = fields.Char("Shopify Return", readonly=True)
    return_name = fields.Char("Return", readonly=True)
    state = fields.Selection(
        [
            ('new', "New"),
            ('pending', "Waits For The Gateway"),
            ('waiting', "Waits For An Invoice"),
            ('credited', "Credit Note"),
            ('nothing', "Nothing To Credit"),
            ('by_hand', "By Hand"),
        ],
        default='new',
        required=True,
        readonly=True,
        help="A refund of what was never invoiced needs no credit note: the sales order became smaller instead.",
    )
    amount_lines = fields.Monetary("Goods And Shipping", readonly=True, help="With taxes.")
    amount_adjustment = fields.Monetary(
        "Adjustment", readonly=True, help="Money that went back beside the goods; negative when some was kept."
    )
    amount_paid = fields.Monetary("Paid Back", readonly=True, help="What refund transactions have really given back.")
    is_order_asked = fields.Boolean(readonly=True)
    line_ids = fields.One2many('shopify.refund.line', 'refund_id', readonly=True)
    move_ids = fields.One2many('account.move', 'shopify_refund_id', "Credit Notes", readonly=True)
    picking_ids = fields.One2many('stock.picking', 'shopify_refund_id', "Returns", readonly=True)

    _gid_uniq = models.Constraint('UNIQUE(binding_id, gid)', "This refund is known already.")

    @api.depends('binding_id.name', 'gid')
    def _compute_display_name(self):
        for refund in self:
            refund.display_name = self.env._(
                "Refund %(number)s of %(order)s",
                number=(refund.gid or '').rsplit('/', 1)[-1],
                order=refund.binding_id.name,
            )

    def action_view_moves(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Credit Notes"),
            'res_model': 'account.move',
            'view_mode': 'list,form',
            'domain': [('id', 'in', self.move_ids.ids)],
        }

    def action_view_pickings(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Returns"),
            'res_model': 'stock.picking',
            'view_mode': 'list,form',
            'domain': [('id', 'in', self.picking_ids.ids)],
        }

    def action_settle(self):
        """Look at the order's books again."""
        for binding in self.binding_id:
            binding.backend_id._enqueue('books', binding.gid)


class ShopifyRefundLine(models.Model):
    _name = 'shopify.refund.line'
    _description = "Shopify Refund Line"

    refund_id = fields.Many2one('shopify.refund', required=True, ondelete='cascade', index=True, readonly=True)
    currency_id = fields.Many2one(related='refund_id.currency_id')
    gid = fields.Char("Shopify ID", readonly=True)
    line_gid = fields.Char("Shopify Line", readonly=True)
    kind = fields.Selection(
        [('item', "Item"), ('shipping', "Shipping"), ('duty', "Duty")], required=True, readonly=True
    )
    name = fields.Char("Description", readonly=True)
    quantity = fields.Integer(readonly=True)
    restock = fields.Selection(
        [
            ('cancel', "Not shipped yet"),
            ('return', "Came back"),
            ('no_restock', "Not put back"),
            ('legacy_restock', "Put back"),
        ],
        "Stock",
        readonly=True,
    )
    amount = fields.Monetary("Amount", readonly=True, help="Without taxes that come on top.")
    tax = fields.Monetary(readonly=True)
