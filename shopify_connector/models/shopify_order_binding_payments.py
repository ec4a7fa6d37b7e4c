from odoo import api, fields, models


class ShopifyOrderBinding(models.Model):
    """The money of an order: what was authorised, paid and given back."""

    _inherit = 'shopify.order.binding'

    transaction_ids = fields.One2many('shopify.transaction', 'binding_id', readonly=True)
    amount_authorized = fields.Monetary(
        "Authorised", readonly=True, help="Reserved on the customer's card and not captured yet."
    )
    authorized_until = fields.Datetime(readonly=True, help="When the earliest authorisation that is still open ends.")
    amount_apart = fields.Monetary(
        "Rounded Apart",
        readonly=True,
        help="By how much the order's amounts are above its payments though the customer, in another currency, has paid "
        "exactly.",
    )
    amount_paid = fields.Monetary("Paid", compute='_compute_amounts_moved', help="Change taken off.")
    amount_refunded = fields.Monetary("Refunded", compute='_compute_amounts_moved')

    @api.depends(
        'transaction_ids.amount', 'transaction_ids.status', 'transaction_ids.kind', 'transaction_ids.currency_id'
    )
    def _compute_amounts_moved(self):
        for binding in self:
            moved = {'sale': 0.0, 'capture': 0.0, 'change': 0.0, 'refund': 0.0}
            for row in binding.transaction_ids:
                # Money of another currency than the order's cannot be added to it; its row says so.
                if row.status == 'success' and row.kind in moved and row.currency_id == binding._get_money_currency():
                    moved[row.kind] += row.amount
            binding.amount_paid = moved['sale'] + moved['capture'] - moved['change']
            binding.amount_refunded = moved['refund']

    def _get_money_currency(self):
        """The currency in which everything of the order's money is kept."""
        self.ensure_one()
        return self.sudo().sale_order_id.currency_id or self.currency_id or self.company_id.currency_id

    def _get_apart_left(self):
        """What is rounded apart and no payment has settled."""
        self.ensure_one()
        return self.currency_id.round(self.amount_apart - sum(self.transaction_ids.mapped('apart')))

    def _get_account_moves(self):
        """``{order: its invoices and credit notes}``, also the credit notes of amounts that belong to no line."""
        own = {binding: binding.sale_order_id.invoice_ids | binding.move_ids for binding in self}
        invoices = self.env['account.move'].union(*own.values())
        notes = self.env['account.move'].search([('reversed_entry_id', 'in', invoices.ids)])
        by_invoice = notes.grouped('reversed_entry_id')
        return {
            binding: moves.union(*(by_invoice[move] for move in moves if move in by_invoice))
            for binding, moves in own.items()
        }

    def _done_sentences(self):
        """Override of what was done with an order, by code: its payments."""
        return {
            **super()._done_sentences(),
            'gateway_found': self.env._("Payment provider: %(label)s is booked in the journal %(journal)s."),
            'gateway_created': self.env._(
                "Payment provider: %(label)s was new; the journal %(journal)s was created for it."
            ),
            'payment_moved': self.env._(
                "Payment %(reference)s of %(day)s was booked on %(booked)s: the books are closed until %(lock)s."
            ),
            'payment_adopted': self.env._("Payment %(reference)s: %(payment)s stood for it already."),
        }
