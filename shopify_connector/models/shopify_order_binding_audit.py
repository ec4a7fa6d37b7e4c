from odoo import fields, models


class ShopifyOrderBinding(models.Model):
    """Shopify's money beside Odoo's books: what was invoiced less credit notes, and what was paid less refunds."""

    _inherit = 'shopify.order.binding'

    amount_invoiced = fields.Monetary(
        "Invoiced", readonly=True, help="Posted invoices less credit notes, when the books were last looked at."
    )
    amount_booked = fields.Monetary(
        "Payments", readonly=True, help="Payments less refunds that were booked, when the books were last looked at."
    )
    books_state = fields.Selection(
        [
            ('nothing', "Nothing Booked"),
            ('waiting', "Not Complete Yet"),
            ('equal', "Equal"),
            ('differs', "Differs"),
        ],
        "Books",
        default='nothing',
        readonly=True,
        help="Whether invoices less credit notes, and payments less refunds, are what Shopify says.",
    )

    def _audit(self):
        """Compare the books of these orders with Shopify's money and keep the result, so that it can be searched."""
        by_binding = self._get_account_moves()
        for binding in self:
            moves = by_binding[binding]
            invoiced, booked = binding._sum_invoiced(moves), binding._sum_booked()
            values = {
                'amount_invoiced': invoiced,
                'amount_booked': booked,
                'books_state': binding._judge(moves, invoiced, booked),
            }
            changed = {name: value for name, value in values.items() if binding[name] != value}
            if changed:
                binding.write(changed)

    def _sum_invoiced(self, moves):
        self.ensure_one()
        signs = {'out_invoice': 1, 'out_refund': -1}
        posted = moves.filtered(lambda move: move.state == 'posted')
        return self.currency_id.round(sum(move.amount_total * signs.get(move.move_type, 0) for move in posted))

    def _sum_booked(self):
        self.ensure_one()
        payments = self.transaction_ids.payment_id.filtered(lambda payment: payment.state in ('in_process', 'paid'))
        signed = sum(payment.amount * (1 if payment.payment_type == 'inbound' else -1) for payment in payments)
        return self.currency_id.round(signed)

    def _judge(self, moves, invoiced, booked):
        """Money that waits at the provider, and goods that nobody may invoice yet, are no difference."""
        self.ensure_one()
        if not (moves or self.transaction_ids.payment_id):
            return 'nothing'
        order, currency = self.sale_order_id, self.currency_id
        waits = any(row.state == 'waiting' for row in self.transaction_ids) or any(
            refund.state in ('new', 'pending', 'waiting') for refund in self.refund_ids
        )
        lines = order.order_line.filtered('shopify_line_gid')
        left = any(line.qty_invoiced < line.product_uom_qty for line in lines) and order.state == 'sale'
        beside = sum(refund.amount_adjustment for refund in self.refund_ids if refund.state == 'credited')
        if waits or left:
            return 'waiting'
        is_invoiced = not currency.compare_amounts(invoiced, self.amount_shopify - beside)
        is_paid = not currency.compare_amounts(booked, self.amount_paid - self.amount_refunded)
        is_settled = currency.is_zero(self._get_apart_left())
        return 'equal' if is_invoiced and is_paid and is_settled else 'differs'
