"""Credit notes: one for each refund, and one for what Shopify has taken off an order without a refund.

Units that the sales order has lost are credited by lines that are linked to it. Units that the customer keeps, and money
only, are credited beside it, so that Odoo does not want to invoice them again.
"""

from decimal import Decimal

from odoo import api, models

from ..entities import invoicing
from ..entities import refund as mapping
from ..shopify import errors, money


class ShopifySyncRefund(models.AbstractModel):
    _inherit = 'shopify.sync.refund'

    @api.model
    def _settle(self, binding, payload, credited):
        """Bring the credit notes up to the refunds. The ids of orders that got any go to ``credited``."""
        order, posted = binding.sale_order_id, self._posted(binding)
        if order.state not in ('sale', 'cancel') or not (posted or payload['refunds']):
            return None
        if binding._get_invoice_policy() == 'manual' or self.env['shopify.sync.invoice']._is_left_to_people(binding):
            binding.refund_ids.filtered(lambda row: row.state in ('new', 'waiting')).state = 'by_hand'
            return None
        before = len(binding.move_ids)
        refunds = mapping.read(payload, self._digits(binding))
        problem = self._settle_refunds(binding, refunds, payload)
        by_hand = 'by_hand' in binding.refund_ids.mapped('state')
        if posted and not (problem or by_hand or any(refund.waits for refund in refunds)):
            self._settle_rest(binding, refunds)
        if len(binding.move_ids) > before:
            credited.add(binding.id)
        return problem

    def _posted(self, binding):
        moves = binding.sale_order_id.order_line.invoice_lines.move_id
        return moves.filtered(lambda move: move.move_type == 'out_invoice' and move.state == 'posted')

    # === REFUNDS === #

    def _settle_refunds(self, binding, refunds, payload):
        """A credit note for each refund that has none; one that fails leaves the others alone. Returns the first error."""
        if not refunds:
            return None
        rows = {row.gid: row for row in binding.refund_ids}
        taxes, _trail = self.env['shopify.sync.tax']._resolve(binding.backend_id, mapping.tax_keys(payload))
        gone, failures = self._gone(refunds), {}
        for refund in refunds:
            with self.env['shopify.engine']._attempt(failures, refund.gid):
                self._settle_refund(
                    binding, rows[refund.gid], refund, (payload['taxesIncluded'], taxes, gone), failures
                )
        return next(iter(failures.values()), None)

    def _settle_refund(self, binding, row, refund, context, failures):
        if row.state == 'by_hand':
            return
        if row.move_ids.filtered(lambda move: move.state == 'posted'):
            state = 'credited'
        elif refund.waits:
            state = 'pending'
        elif refund.doubtful:
            state, failures[refund.gid] = 'by_hand', self._doubtful(binding, row)
        else:
            lines, state = self._lines(binding, refund, *context)
            if lines:
                self._credit_or_charge(binding, lines, row)
        if row.state != state:
            row.state = state

    def _doubtful(self, binding, row):
        return errors.GiveUpError(
            self.env._(
                "Shopify's figures of a refund of %(order)s contradict each other: goods and shipping %(lines)s, adjustment "
                "%(adjustment)s, paid back %(paid)s. Make its credit note by hand and skip this task.",
                order=binding.name,
                lines=f'{row.amount_lines:.2f}',
                adjustment=f'{row.amount_adjustment:.2f}',
                paid=f'{row.amount_paid:.2f}',
            ),
            code='doubtful_refund',
        )

    def _credit_or_charge(self, binding, lines, row):
        """Where more is kept than goes back, the goods are credited and what is kept is invoiced: Odoo posts no document
        whose total is negative."""
        total = sum(self._line_total(line) for line in lines)
        if total >= 0:
            self._credit(binding, lines, 'credited', row)
            return
        kept = [line for line in lines if self._line_total(line) < 0]
        goods = [line for line in lines if self._line_total(line) >= 0]
        if goods:
            self._credit(binding, goods, 'credited', row)
        self._credit(binding, [self._turned(line) for line in kept], 'kept', row, 'out_invoice')

    def _line_total(self, line):
        data = line.get('extra_tax_data')
        if data:
            return invoicing.forced_worth(data).total
        return money.parse(line['price_unit']) * money.parse(line['quantity'])

    def _turned(self, line):
        data = line.get('extra_tax_data')
        if not data:
            return {**line, 'price_unit': -line['price_unit']}
        included = self.env['account.tax'].browse(map(int, data['manual_tax_amounts'])).filtered('price_include').ids
        worth = -invoicing.forced_worth(data)
        return {**line, **invoicing.line_vals(worth, line['quantity'], included, data['currency_id'])}

    def _gone(self, refunds):
        """``{shipping line or duty: net that all refunds took of it}``."""
        gone = {}
        for part in (part for refund in refunds for part in refund.parts if part.kind != 'item'):
            gone[part.line] = gone.get(part.line, Decimal(0)) + part.net
        return gone

    def _lines(self, binding, refund, included, taxes, gone):
        """``(values of the credit note's lines, state of the refund)``."""
        lines = []
        for part in refund.parts:
            worth = self._worth(part, included, taxes)
            if part.kind == 'item':
                lines += self._item_lines(binding, part, worth)
            else:
                lines += self._amount_lines(binding, part, worth, part.whole - gone[part.line], included)
        invoiced = bool(self._posted(binding))
        if refund.adjustment and invoiced:
            lines.append(self._adjustment_line(binding, refund, included, taxes))
        if lines:
            return lines, 'credited'
        return [], 'waiting' if refund.adjustment and not invoiced else 'nothing'

    def _worth(self, part, included, taxes):
        amounts = {}
        for key, amount in part.taxes.items():
            amounts[taxes[key]] = amounts.get(taxes[key], Decimal(0)) + amount
        return invoicing.Worth(part.net - sum(amounts.values(), Decimal(0)) * included, amounts)

    def _item_lines(self, binding, part, worth):
        """Units that were never invoiced give nothing back: the order became smaller instead."""
        lines, done, digits = [], 0, self._digits(binding)
        sale_lines = self._sale_lines(binding, part.line)
        for line in sale_lines:
            units, booked = line._shopify_booked(posted_only=True)
            sold = self._units_sold(line)
            take = int(min(part.units - done, units - sold))
            if take > 0:
                piece = invoicing.between(worth, done, done + take, part.units, digits)
                lines.append(self._linked_line(line, take, self._exact(line, piece, booked, units - take)))
                done += take
        take = int(min(part.units - done, self._kept_units(binding, part, sale_lines)))
        if take > 0:
            piece = invoicing.between(worth, done, done + take, part.units, digits)
            lines.append(self._beside_line(sale_lines[:1], take, piece))
        return lines

    def _units_sold(self, line):
        return money.parse(0 if line.order_id.state == 'cancel' else line.product_uom_qty)

    def _exact(self, line, piece, booked, units):
        """Shopify tells a refunded line's taxes in one sum. When nothing but what the sales order has now remains
        invoiced, the difference says what each tax is; it counts as far as the sums are Shopify's."""
        if units != self._units_sold(line) or not line._shopify_is_exact():
            return piece
        rest = booked - (line._shopify_sold() if units else invoicing.Worth())
        same = rest.base == piece.base and rest.total == piece.total
        return rest if same else piece

    def _kept_units(self, binding, part, sale_lines):
        """Invoiced units that were refunded while the sales order keeps them, and are not credited yet."""
        sold = sum(self._units_sold(line) for line in sale_lines)
        invoiced = sum(line._shopify_booked(posted_only=True)[0] for line in sale_lines)
        credited = sum(money.parse(row.quantity) for row in self._beside(binding, part.line))
        return min(sold - part.left, invoiced) - credited

    def _beside(self, binding, gid):
        """Credit note lines of refunds that are not linked to the sales order."""
        return self.env['account.move.line'].search(
            [
                ('shopify_line_gid', '=', gid),
                ('sale_line_ids', '=', False),
                ('parent_state', '=', 'posted'),
                ('move_id.shopify_order_id', '=', binding.id),
                ('move_id.shopify_refund_id', '!=', False),
            ]
        )

    def _amount_lines(self, binding, part, worth, left, included):
        """A shipping line or a duty: as much of it as is invoiced beyond what Shopify still charges (``left``)."""
        line = self._sale_lines(binding, part.line)[:1]
        if not line:
            return []
        _units, booked = line._shopify_booked(posted_only=True)
        credited = invoicing.whole(row._shopify_worth() for row in self._beside(binding, part.line))
        rest = booked - credited
        if (rest.total if included else rest.base) - left < part.net:
            return []
        return [self._beside_line(line, 1, worth)] if worth else []

    def _linked_line(self, line, units, worth):
        return {**self.env['shopify.sync.invoice']._linked(line), **line._shopify_vals(worth, float(units))}

    def _beside_line(self, line, units, worth):
        return {
            'product_id': line.product_id.id,
            'product_uom_id': line.product_uom_id.id,
            'name': line.name,
            'shopify_line_gid': line.shopify_line_gid,
            'analytic_distribution': line.analytic_distribution,
            **line._shopify_vals(worth, float(units)),
        }

    def _adjustment_line(self, binding, refund, included, taxes):
        """Money that goes back for nothing in particular, or was kept: the only line that stands for no line of the
        order, and it says so. What Shopify calls tax of it is spread over the taxes of the refund, else of the order."""
        digits = self._digits(binding)
        source = invoicing.whole(self._worth(part, included, taxes) for part in refund.parts)
        if refund.tax and not source.taxes:
            source = invoicing.whole(line._shopify_sold() for line in binding.sale_order_id.order_line)
        spread = invoicing.spread(refund.tax, source.taxes, digits) if refund.tax else {}
        worth = invoicing.Worth(refund.adjustment - sum(spread.values(), Decimal(0)), spread)
        out_of_price = self.env['account.tax'].browse(spread).filtered('price_include').ids
        return {
            'product_id': self.env.ref('shopify_connector.product_refund_adjustment').id,
            'name': self.env._("Refunded amount") if refund.adjustment > 0 else self.env._("Kept of the refund"),
            **invoicing.line_vals(worth, 1.0, out_of_price, binding.sale_order_id.currency_id.id),
        }

    # === THE REST === #

    def _settle_rest(self, binding, refunds):
        """What posted invoices say more than the order, although no refund explains it: taken off by an edit, or by a
        cancellation that gave nothing back."""
        if binding.cancelled_at:
            lines = self._everything_left(binding)
        elif binding.sale_order_id.state == 'sale':
            left = {part.line: part.left for refund in refunds for part in refund.parts if part.kind == 'item'}
            lines = self.env['shopify.sync.invoice']._excess_lines(binding, self._credited_before(binding, left))
        else:
            lines = []
        if lines:
            self._credit(binding, lines, 'credited_rest')

    def _credited_before(self, binding, left):
        """``{Shopify line: units}`` that were credited as kept by the customer, although the sales order has lost them
        since: they came back later. ``left`` are the units that the order still has in Shopify."""
        credited = {}
        for gid, units in left.items():
            beside = sum((money.parse(row.quantity) for row in self._beside(binding, gid)), Decimal(0))
            sold = sum((self._units_sold(line) for line in self._sale_lines(binding, gid)), Decimal(0))
            credited[gid] = beside - max(sold - units, Decimal(0)) if beside else Decimal(0)
        return credited

    def _everything_left(self, binding):
        lines = []
        for line in binding.sale_order_id.order_line.filtered(
            lambda line: line.shopify_line_gid and line.invoice_lines
        ):
            units, booked = line._shopify_booked(posted_only=True)
            beside = self._beside(binding, line.shopify_line_gid)
            rest = booked - invoicing.whole(row._shopify_worth() for row in beside)
            if not rest:
                continue
            if units > 0 and line.order_id.state == 'cancel':
                lines.append(self._linked_line(line, int(units), rest))
            else:
                lines.append(self._beside_line(line, 1, rest))
        return lines

    # === POST === #

    def _credit(self, binding, lines, code, row=None, move_type='out_refund'):
        invoice = self.env['shopify.sync.invoice']
        invoice._require_journal(binding)
        moment = row.processed_at if row else binding.cancelled_at or binding.shopify_updated_at
        vals = {
            **binding.sale_order_id._prepare_invoice(),
            'move_type': move_type,
            'invoice_payment_term_id': False,
            'shopify_refund_id': row.id if row else False,
            'reversed_entry_id': self._posted(binding)[:1].id if move_type == 'out_refund' else False,
            'ref': self.env._("Refund of %(order)s", order=binding.name),
        }
        with self.env.cr.savepoint():
            move = invoice._post([invoice._vals(binding, vals, lines, binding.backend_id._shop_day(moment))])
        invoice._tell(binding, code, move)
