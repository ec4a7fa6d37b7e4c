"""What a payment settles of an order beside its money: rounded cash, and cents between two currencies.

Shopify converts an order's lines and its transactions into the shop's currency one by one. The customer has paid exactly,
and yet the sums in the shop's currency are a cent or two apart.
"""

from decimal import Decimal

from odoo import models

from ..entities import transaction as mapping

# Every line of an order is rounded by itself; what is more than that is no rounding and stays open.
_UNITS = 5


class ShopifySyncPayment(models.AbstractModel):
    _inherit = 'shopify.sync.payment'

    def _note_apart(self, binding, payload):
        apart = float(mapping.apart(payload, self._currency_of(binding).name))
        if binding.amount_apart != apart:
            binding.amount_apart = apart

    def _apart_left(self, binding):
        """What no payment has settled yet of it; 0 for more than rounding explains."""
        digits = self._currency_of(binding).decimal_places
        left = Decimal(f'{binding._get_apart_left():.{digits}f}')
        most = (_UNITS + len(binding.sale_order_id.order_line)) * Decimal(1).scaleb(-digits)
        return left if abs(left) <= most else Decimal(0)

    def _apart_of(self, row):
        """What a payment that was found again had settled of it."""
        payment = row.payment_id
        lines = payment.move_id.line_ids.filtered(lambda line: line.account_id == payment.destination_account_id)
        sign = 1 if payment.payment_type == 'inbound' else -1
        return row.currency_id.round(-sum(lines.mapped('amount_currency')) - sign * (payment.amount - row.rounding))

    def _write_offs(self, row, booking, partner, day):
        """Lines of a payment's entry by which the invoice is settled by its own amount; the rest is gain or loss."""
        gateways, company = self.env['shopify.sync.gateway'], row.company_id
        sign = 1 if booking.outbound else -1
        apart = booking.apart
        cash = sign * (booking.amount - booking.settles) - apart
        return [
            {
                'name': name,
                'account_id': account(company, is_gain=amount < 0).id,
                'partner_id': partner.id,
                'currency_id': row.currency_id.id,
                'amount_currency': float(amount),
                'balance': row.currency_id._convert(float(amount), company.currency_id, company, day),
            }
            for name, amount, account in (
                (self.env._("Cash rounding"), cash, gateways._rounding_account),
                (self.env._("Rounding between currencies"), apart, gateways._exchange_account),
            )
            if amount
        ]
