from odoo import fields, models
from odoo.exceptions import AccessError


class ShopifyTransaction(models.Model):
    """A movement of money that Shopify noted for an order, or an attempt at one, and the payment that stands for it."""

    _name = 'shopify.transaction'
    _description = "Shopify Transaction"
    _order = 'processed_at desc, id desc'
    _rec_name = 'reference'

    binding_id = fields.Many2one(
        'shopify.order.binding', "Shopify Order", required=True, ondelete='cascade', index=True, readonly=True
    )
    backend_id = fields.Many2one(related='binding_id.backend_id', string="Store", store=True)
    company_id = fields.Many2one(related='binding_id.company_id', store=True)
    order_name = fields.Char(related='binding_id.name', string="Shopify Order Number")
    sale_order_id = fields.Many2one(related='binding_id.sale_order_id')
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    kind = fields.Selection(
        [
            ('sale', "Payment"),
            ('authorization', "Authorisation"),
            ('emv_authorization', "Authorisation At The Terminal"),
            ('capture', "Capture"),
            ('change', "Change"),
            ('refund', "Refund"),
            ('suggested_refund', "Suggested Refund"),
            ('void', "Void"),
            ('other', "Other"),
        ],
        required=True,
        readonly=True,
    )
    status = fields.Selection(
        [
            ('success', "Success"),
            ('pending', "Pending"),
            ('awaiting_response', "Awaiting Response"),
            ('failure', "Failure"),
            ('error', "Error"),
            ('unknown', "Unknown"),
        ],
        required=True,
        readonly=True,
    )
    gateway = fields.Char(readonly=True, help="Shopify's technical name of the payment provider.")
    label = fields.Char("Provider", readonly=True)
    method = fields.Char(readonly=True, help="The card's brand or the local payment method.")
    reference = fields.Char("Payment Reference", readonly=True)
    parent_gid = fields.Char("Parent", readonly=True)
    is_test = fields.Boolean("Test", readonly=True)
    error_code = fields.Char("Error", readonly=True)
    processed_at = fields.Datetime("Date", readonly=True)
    expires_at = fields.Datetime("Authorised Until", readonly=True)
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    rounding = fields.Monetary("Cash Rounding", readonly=True, help="Part of the amount that only rounds cash.")
    apart = fields.Monetary(
        "Rounding Between Currencies",
        readonly=True,
        help="What this payment settles of the order beside its amount: Shopify converts lines and payments one by one.",
    )
    other_currency_id = fields.Many2one('res.currency', readonly=True)
    other_amount = fields.Monetary(
        "In The Other Currency",
        currency_field='other_currency_id',
        readonly=True,
        help="The same money in the customer's or the shop's currency, where the two differ.",
    )
    payment_id = fields.Many2one('account.payment', index='btree_not_null', ondelete='set null', readonly=True)
    has_payment = fields.Boolean(compute='_compute_has_payment')
    state = fields.Selection(
        [('waiting', "Waiting"), ('booked', "Booked"), ('none', "Nothing To Book")],
        "In Odoo",
        default='waiting',
        required=True,
        readonly=True,
    )
    reason = fields.Selection(
        [
            ('due', "Is booked next"),
            ('pending', "The provider has not decided yet"),
            ('no_order', "There is no sales order yet"),
            ('quotation', "The sales order is a quotation still"),
            ('switched_off', "The store registers no payments"),
            ('currency', "Its currency is not the sales order's"),
            ('error', "It could not be booked"),
            ('authorised', "Authorised only: no money has moved"),
            ('settled', "Another transaction has carried it out"),
            ('voided', "The authorisation was given up"),
            ('failed', "It failed at the provider"),
            ('no_money', "No money has moved"),
        ],
        readonly=True,
    )
    message = fields.Char(readonly=True)

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This transaction is known already.")

    def _compute_has_payment(self):
        for row in self:
            row.has_payment = bool(row.sudo().payment_id)

    def action_book_again(self):
        """Try once more what could not be booked, or whose payment a person has deleted."""
        if not self.env.user.has_groups('shopify_connector.group_shopify_manager,account.group_account_invoice'):
            raise AccessError(self.env._("Booking payments is for Shopify managers and for people in accounting."))
        self.check_access('read')
        for row in self.sudo().filtered(lambda row: row.state == 'waiting' or not row.payment_id):
            if row.state == 'booked':
                row.write({'state': 'waiting', 'reason': 'due'})
            row.backend_id._enqueue('books', row.binding_id.gid)

    def action_open_payment(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.payment',
            'res_id': self.payment_id.id,
            'view_mode': 'form',
        }
