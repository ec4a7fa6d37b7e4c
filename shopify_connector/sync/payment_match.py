"""Payments meet invoices and credit notes; what meets nothing stays the customer's credit."""

from odoo import models


class ShopifySyncPayment(models.AbstractModel):
    _inherit = 'shopify.sync.payment'

    def _match(self, bindings):
        """Money in pays invoices and money out credit notes, the oldest first. What is left over of money out is money
        in that was given back, and a credit note lowers what is open of an invoice."""
        for first, second in (('in', 'invoice'), ('out', 'credit'), ('out', 'in'), ('credit', 'invoice')):
            plan = []
            for binding in bindings:
                open_lines = self._open_lines(binding)
                for account in open_lines[first].account_id & open_lines[second].account_id:
                    lines = open_lines[first] + open_lines[second]
                    plan.append(lines.filtered(lambda line, account=account: line.account_id == account))
            if plan:
                self.env['account.move.line']._reconcile_plan(plan)

    def _open_lines(self, binding):
        """``{in, out, invoice, credit: journal items on the customer's account that are open still}``."""
        moves = binding._get_account_moves()
        payments = binding.transaction_ids.payment_id
        found = {
            'invoice': moves.filtered(lambda move: move.move_type == 'out_invoice'),
            'credit': moves.filtered(lambda move: move.move_type == 'out_refund'),
            'in': payments.filtered(lambda payment: payment.payment_type == 'inbound').move_id,
            'out': payments.filtered(lambda payment: payment.payment_type == 'outbound').move_id,
        }
        return {
            name: moves.line_ids.filtered(
                lambda line: (
                    line.account_id.account_type == 'asset_receivable'
                    and line.parent_state == 'posted'
                    and not line.reconciled
                )
            )
            for name, moves in found.items()
        }
