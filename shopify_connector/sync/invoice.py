"""Invoices: for every sold line exactly what Shopify charges, each tax by itself, also where a part is invoiced."""

from odoo import api, fields, models

from ..entities import invoicing
from ..shopify import errors, money, when

_PAID = {'paid', 'refunded'}
_IN_BOOKS = {'shopify_books': True}


class ShopifySyncInvoice(models.AbstractModel):
    _name = 'shopify.sync.invoice'
    _description = "Shopify Invoices"

    @api.model
    def _settle(self, bindings, payloads):
        """Create and post what is to be invoiced, of many orders at once; returns ``{order gid: error}``."""
        failures, wanted = {}, []
        for binding in bindings:
            with self.env['shopify.engine']._attempt(failures, binding.gid):
                vals = self._invoice_vals(binding, payloads[binding.gid])
                if vals:
                    wanted.append({'id': binding.gid, 'binding': binding, 'vals': vals})
        if wanted:
            self.env['shopify.sync.order']._by_halves(wanted, failures, self._create_and_post)
        return failures

    def _create_and_post(self, wanted):
        """``{order gid: invoice}``."""
        moves = self._post([row['vals'] for row in wanted])
        for row, move in zip(wanted, moves, strict=True):
            self._tell(row['binding'], 'invoiced', move)
        return dict(zip([row['id'] for row in wanted], moves, strict=True))

    @api.model
    def _post(self, vals_list):
        moves = self.env['account.move'].with_context(**_IN_BOOKS).create(vals_list)
        moves._post(soft=False)
        return moves

    @api.model
    def _tell(self, binding, code, move):
        digits = move.currency_id.decimal_places
        binding._add_trail(
            code, name=move.name, amount=f'{move.amount_total:.{digits}f}', day=str(move.invoice_date or move.date)
        )

    # === WHAT IS TO BE INVOICED === #

    def _invoice_vals(self, binding, payload):
        order = binding.sale_order_id
        policy = binding._get_invoice_policy()
        if policy == 'manual' or order.state != 'sale' or binding.cancelled_at:
            return None
        if policy == 'paid' and not self._is_paid(binding, payload):
            return None
        quantities = self._quantities(binding, policy)
        beside = self._price_rises(order, quantities)
        if not (quantities or beside) or self._is_left_to_people(binding):
            return None
        self._require_journal(binding)
        lines = [line._prepare_invoice_line(quantity=quantity) for line, quantity in quantities.items()] + beside
        day = self._day(binding, payload, policy)
        return self._vals(binding, order._prepare_invoice(), lines, day)

    @api.model
    def _vals(self, binding, vals, lines, day):
        """Values of a document with these lines, marked as ours."""
        for position, line in enumerate(lines):
            line['sequence'] = position
        journal = self.env['account.journal'].browse(vals.get('journal_id') or self._journal(binding).id)
        vals.update(
            invoice_line_ids=[(0, 0, line) for line in lines],
            invoice_date=binding._open_day(day, journal),
            journal_id=journal.id,
            shopify_order_id=binding.id,
        )
        return vals

    def _journal(self, binding):
        journals = self.env['account.journal']
        return journals.search([*journals._check_company_domain(binding.company_id), ('type', '=', 'sale')], limit=1)

    def _require_journal(self, binding):
        if not self._journal(binding):
            raise errors.GiveUpError(
                self.env._(
                    "%(company)s has no sales journal, so %(name)s is not invoiced. Make one, or choose a fiscal localization "
                    "in the settings of Invoicing, and retry.",
                    company=binding.company_id.name,
                    name=binding.name,
                ),
                code='no_journal',
            )

    @api.model
    def _is_left_to_people(self, binding):
        if not binding._is_by_hand():
            return False
        if not any(entry[1] == 'books_by_hand' for entry in binding.trail or []):
            binding._add_trail('books_by_hand')
        return True

    def _is_paid(self, binding, payload):
        """All of it; an order that costs nothing is."""
        return bool(payload.get('fullyPaid')) or binding.financial_status in _PAID

    def _quantities(self, binding, policy):
        """``{line: units}`` that Odoo's own invoicing policy of the product allows, and the store's. What had left before
        the store was connected is delivered, although no delivery of Odoo says so."""
        order = binding.sale_order_id
        if any(entry[1] == 'shipped_before' for entry in binding.trail or []):
            sold = order.order_line.filtered('shopify_line_gid')
            left = {line: line.product_uom_qty - line.qty_invoiced for line in sold}
            return {line: units for line, units in left.items() if units > 0}
        lines = order.order_line.filtered(lambda line: line.shopify_line_gid and line.qty_to_invoice > 0)
        if policy != 'delivered' or not lines:
            return {line: line.qty_to_invoice for line in lines}
        goods = order.order_line.filtered(
            lambda line: line.shopify_line_gid and line.product_id.type != 'service' and line.product_uom_qty
        )
        quantities = {line: min(line.qty_to_invoice, line.qty_delivered - line.qty_invoiced) for line in lines & goods}
        if not goods or any(line.qty_delivered for line in goods):
            quantities.update({line: line.qty_to_invoice for line in lines - goods})
        return {line: quantity for line, quantity in quantities.items() if quantity > 0}

    def _price_rises(self, order, quantities):
        """Invoice lines for what became dearer without becoming more."""
        rises = []
        for line in order.order_line.filtered(lambda line: line.shopify_line_gid and line.invoice_lines):
            if line not in quantities:
                gap = self._price_gap(line)
                if gap and gap.total > 0:
                    rises.append(self._beside(line, gap))
        return rises

    @api.model
    def _price_gap(self, line):
        """What a line that is invoiced to its last unit is worth more (or, negative, less) than its invoices say; None
        while units are missing or too many. After refunds a difference that is nothing but their rounding is none."""
        units, booked = line._shopify_booked()
        if units != money.parse(line.product_uom_qty) or not line._shopify_is_exact():
            return None
        gap = line._shopify_sold() - booked
        refunded = any(row.move_id.move_type == 'out_refund' for row in line._shopify_bookings())
        least = money.from_minor(1, line.currency_id.decimal_places)
        return None if not gap or (refunded and gap.largest <= least) else gap

    @api.model
    def _beside(self, line, worth):
        """An invoice line of money only, which counts no units of its sales order line."""
        name = self.env._("Price changed: %(line)s", line=(line.name or '').partition('\n')[0])
        return {
            'product_id': line.product_id.id,
            'name': name,
            'shopify_line_gid': line.shopify_line_gid,
            **line._shopify_vals(worth, 1.0),
        }

    # === WHEN === #

    def _day(self, binding, payload, policy):
        """The shop's day on which the money was taken, or the goods have left; else the order's."""
        moments = []
        if policy == 'delivered':
            pickings = binding.sale_order_id.picking_ids
            moments = [picking.date_done for picking in pickings if picking.state == 'done' and picking.date_done]
        if not moments:
            moments = [
                when.to_utc(row.get('processedAt') or row['createdAt'])
                for row in payload.get('transactions') or []
                if row['status'] == 'SUCCESS' and row['kind'] in ('SALE', 'CAPTURE')
            ]
        moment = max(moments) if moments else binding.ordered_at or fields.Datetime.now()
        return min(binding.backend_id._shop_day(moment), binding.backend_id._shop_day())

    # === WHAT WAS INVOICED TOO MUCH === #

    @api.model
    def _excess_lines(self, binding, explained):
        """Credit note lines for what the posted invoices say more than the sales order does. ``explained`` maps
        Shopify's lines to units that were credited beside the sales order already."""
        lines = []
        for line in binding.sale_order_id.order_line.filtered(
            lambda line: line.shopify_line_gid and line.invoice_lines
        ):
            sold = money.parse(line.product_uom_qty)
            units, booked = line._shopify_booked(posted_only=True)
            excess = units - sold - explained.get(line.shopify_line_gid, 0)
            if excess > 0:
                lines += self._credit_lines(line, excess, sold, units, booked)
            elif units == sold:
                gap = self._price_gap(line)
                if gap and gap.total < 0:
                    lines.append(self._beside(line, -gap))
        return lines

    def _credit_lines(self, line, excess, sold, units, booked):
        """Of a line that is gone altogether goes back what refunds have left of it."""
        if sold:
            digits = line.currency_id.decimal_places
            back = -invoicing.piece(line._shopify_sold(), sold, booked, units, -excess, digits)
        else:
            binding = line.order_id.shopify_binding_ids[:1]
            beside = self.env['shopify.sync.refund']._beside(binding, line.shopify_line_gid)
            back = booked - invoicing.whole(row._shopify_worth() for row in beside)
        return [{**self._linked(line), **line._shopify_vals(back, float(excess))}] if back else []

    @api.model
    def _linked(self, line):
        """What a credit note line shares with the sales order line whose units it takes back."""
        values = line._prepare_invoice_line(quantity=0.0, price_unit=0.0)
        values.pop('extra_tax_data', None)
        return values
