"""Payments meet invoices and credit notes; what meets nothing stays the customer's credit."""

from odoo import models

# The oldest first in each: money in pays invoices and money out credit notes. What is left of money out is money in that
# was given back, and a credit note lowers what is open of an invoice.
_STAGES = (('in', 'invoice'), ('out', 'credit'), ('out', 'in'), ('credit', 'invoice'))


class ShopifySyncPayment(models.AbstractModel):
    _inherit = 'shopify.sync.payment'

    def _match(self, bindings):
        """Match what is open of these orders, all of them together."""
        moves = bindings._get_account_moves()
        open_lines = self._open_lines(bindings, moves)
        sides = [self._sides(binding, moves[binding], open_lines) for binding in bindings if len(open_lines) > 1]
        for first, second in _STAGES:
            plan = []
            for side in sides:
                left, right = (side[name].filtered(lambda line: not line.reconciled) for name in (first, second))
                for account in left.account_id & right.account_id:
                    plan.append((left + right).filtered(lambda line, account=account: line.account_id == account))
            if plan:
                self.env['account.move.line']._reconcile_plan(plan)

    def _open_lines(self, bindings, moves):
        """``{move: its journal items on the customers' account that are open}`` of all documents of these orders."""
        documents = self.env['account.move'].union(*moves.values(), bindings.transaction_ids.payment_id.move_id)
        lines = self.env['account.move.line'].search(
            [
                ('move_id', 'in', documents.ids),
                ('parent_state', '=', 'posted'),
                ('account_id.account_type', '=', 'asset_receivable'),
                ('reconciled', '=', False),
            ]
        )
        return lines.grouped('move_id')

    def _sides(self, binding, moves, open_lines):
        """``{in, out, invoice, credit: open journal items}`` of one order."""
        payments = binding.transaction_ids.payment_id
        documents = {
            'invoice': moves.filtered(lambda move: move.move_type == 'out_invoice'),
            'credit': moves.filtered(lambda move: move.move_type == 'out_refund'),
            'in': payments.filtered(lambda payment: payment.payment_type == 'inbound').move_id,
            'out': payments.filtered(lambda payment: payment.payment_type == 'outbound').move_id,
        }
        empty = self.env['account.move.line']
        return {
            name: empty.union(*(open_lines[move] for move in found if move in open_lines))
            for name, found in documents.items()
        }
