from odoo import fields, models


class ShopifyReturnLine(models.Model):
    """Something that a customer sends back, with the reason; or what goes out instead."""

    _name = 'shopify.return.line'
    _description = "Shopify Returned Product"
    _order = 'returned_at desc, id desc'

    return_id = fields.Many2one('shopify.return', required=True, ondelete='cascade', index=True, readonly=True)
    backend_id = fields.Many2one(related='return_id.backend_id', store=True, string="Store")
    company_id = fields.Many2one(related='return_id.company_id', store=True)
    sale_order_id = fields.Many2one(related='return_id.sale_order_id', store=True, string="Sales Order")
    partner_id = fields.Many2one(related='return_id.partner_id', store=True, string="Customer")
    state = fields.Selection(related='return_id.state', store=True)
    returned_at = fields.Datetime(related='return_id.returned_at', store=True, string="Opened")
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    kind = fields.Selection(
        [('return', "Comes Back"), ('exchange', "Goes Out Instead")], required=True, default='return', readonly=True
    )
    name = fields.Char("Description", readonly=True)
    sale_line_id = fields.Many2one(
        'sale.order.line', "Order Line", ondelete='set null', index='btree_not_null', readonly=True
    )
    product_id = fields.Many2one('product.product', "Product", ondelete='set null', index=True, readonly=True)
    reason = fields.Char(readonly=True, help="As the store names it.")
    reason_handle = fields.Char(readonly=True)
    reason_note = fields.Char("Note On The Reason", readonly=True)
    customer_note = fields.Char("Customer's Note", readonly=True)
    quantity = fields.Integer("Units", readonly=True)
    processed = fields.Integer(readonly=True, help="Units that the shop has received and decided about.")
    restocked = fields.Integer(readonly=True, help="Units that the shop has put back on a shelf.")
    refunded = fields.Integer(readonly=True)

    _gid_uniq = models.Constraint('UNIQUE(return_id, gid)', "This line is known already.")

    def _get_notes(self):
        self.ensure_one()
        return [note for note in (self.reason_note, self.customer_note) if note]
