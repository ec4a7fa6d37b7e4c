from odoo import api, fields, models
from odoo.tools import SQL

from ..shopify import when


class ShopifyOrderBinding(models.Model):
    """The books of a Shopify order: its refunds, invoices and credit notes."""

    _inherit = 'shopify.order.binding'

    refund_ids = fields.One2many('shopify.refund', 'binding_id', "Refunds", readonly=True)
    move_ids = fields.One2many('account.move', 'shopify_order_id', "Invoices", readonly=True)

    books_choice = fields.Selection(
        [('with', "With Invoices And Payments"), ('without', "Without")],
        "Import Chose",
        readonly=True,
        help="What the import of past orders that brought the order over said about its books.",
    )

    # === BUSINESS METHODS === #

    def _wants_books(self, transactions):
        """Whether the order is to be invoiced and paid in Odoo. What was paid before the store was connected is in the
        books already, unless an import has decided.

        :param transactions: Shopify's transactions of the order.
        """
        self.ensure_one()
        since = self.backend_id.books_since
        if self.books_choice:
            return self.books_choice == 'with'
        if not since or not self.ordered_at or self.backend_id._shop_day(self.ordered_at) >= since:
            return True
        moved = [
            when.to_utc(row.get('processedAt') or row['createdAt'])
            for row in transactions
            if row['status'] == 'SUCCESS' and row['kind'] in ('SALE', 'CAPTURE')
        ]
        return bool(moved) and self.backend_id._shop_day(min(moved)) >= since

    @api.model
    def _note_books(self, orders):
        """Have the books of these sales orders looked at; before the commit one statement tells all their stores."""
        if not orders:
            return
        noted = self.env.cr.precommit.data.setdefault('shopify.books', set())
        if not noted:
            self.env.cr.precommit.add(self.env['shopify.order.binding'].sudo()._flush_books)
        noted.update(orders.ids)

    @api.model
    def _flush_books(self):
        """Insert-only, so that who delivers or posts never waits for a lane."""
        orders = self.env.cr.precommit.data.pop('shopify.books', None)
        if not orders:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO shopify_task (backend_id, lane, kind, key, source, state, due_at, tries, create_date, create_uid)
            SELECT DISTINCT backend.id, 'books', 'books', binding.gid, 'odoo', 'pending', now() AT TIME ZONE 'UTC', 0,
                   now() AT TIME ZONE 'UTC', %(uid)s
              FROM shopify_order_binding binding
              JOIN shopify_backend backend ON backend.id = binding.backend_id
             WHERE binding.sale_order_id = ANY(%(orders)s) AND binding.state = 'imported' AND backend.active
               AND backend.state != 'draft' AND (backend.invoice_policy != 'manual' OR backend.register_payments
                    OR binding.invoice_policy IN ('paid', 'delivered'))
            RETURNING backend_id
            """,
                orders=list(orders),
                uid=self.env.uid,
            )
        )
        backends = {row[0] for row in self.env.cr.fetchall()}
        if backends:
            self.env['shopify.task']._wake_lanes(backends, 'books')

    def _is_behind(self, updated_at):
        """Whether Shopify's order has changed (ISO text) since it was last brought over."""
        self.ensure_one()
        return bool(updated_at and self.shopify_updated_at) and when.to_utc(updated_at) > self.shopify_updated_at

    def _open_day(self, day, journal):
        """``day``, or the first that the company's lock dates leave open; said in the trail when it is another."""
        self.ensure_one()
        locks = self.company_id._get_violated_lock_dates(day, True, journal)
        if not locks:
            return day
        opened = fields.Date.add(locks[-1][0], days=1)
        told = {'day': str(day), 'opened': str(opened)}
        if not any(entry[1:] == ['books_locked', told] for entry in self.trail or []):
            self._add_trail('books_locked', **told)
        return opened

    def _tell_refunds(self, refunds):
        """Put refunds that were made since the store books into the trail, for nothing books them; the day of the last that
        was not there yet, '' when there is none, or an import has left the order out on purpose."""
        self.ensure_one()
        since = self.backend_id.books_since
        if not since or self.books_choice == 'without':
            return ''
        told = {entry[2].get('refund') for entry in self.trail or [] if entry[1] == 'refund_elsewhere'}
        days = {
            node['id']: str(self.backend_id._shop_day(when.to_utc(node.get('processedAt') or node['createdAt'])))
            for node in refunds
        }
        late = {gid: day for gid, day in days.items() if day >= str(since) and gid not in told}
        for gid, day in late.items():
            self._add_trail('refund_elsewhere', refund=gid, day=day)
        return max(late.values(), default='')

    def _tell_left_out(self):
        """Why an order has no invoice, once."""
        for binding in self:
            if not any(entry[1] == 'books_before' for entry in binding.trail or []):
                binding._add_trail('books_before')

    def _is_by_hand(self):
        """Whether a person has taken over the invoices: ours was cancelled, or credited by a credit note of theirs, or
        part of the order was invoiced in advance."""
        self.ensure_one()
        if any(self.sale_order_id.order_line.mapped('is_downpayment')):
            return True
        moves = self.sale_order_id.order_line.invoice_lines.move_id | self.move_ids
        ours, theirs = moves & self.move_ids, moves - self.move_ids
        return any(move.state == 'cancel' for move in ours) or any(
            move.move_type == 'out_refund' and move.state == 'posted' for move in theirs
        )

    def _done_sentences(self):
        return {**super()._done_sentences(), **self._books_sentences()}

    def _books_sentences(self):
        return {
            'invoiced': self.env._("Invoice %(name)s over %(amount)s was posted, dated %(day)s."),
            'credited': self.env._("Credit note %(name)s over %(amount)s was posted, dated %(day)s."),
            'kept': self.env._(
                "Invoice %(name)s over %(amount)s was posted: a refund has kept more than the goods were worth."
            ),
            'credited_rest': self.env._(
                "Credit note %(name)s over %(amount)s was posted: Shopify has taken this off the order without a refund."
            ),
            'returned': self.env._("Refunded and put back on the shelf in Shopify: return %(name)s was validated."),
            'refund_elsewhere': self.env._(
                "A refund was made in Shopify on %(day)s. The order is not in Odoo's books, so it is booked where the order was."
            ),
            'books_locked': self.env._("The books are closed on %(day)s, so %(opened)s was used."),
            'books_by_hand': self.env._(
                "A person has cancelled or credited an invoice of this order, or invoiced a down payment: its invoices and "
                "credit notes are left to people."
            ),
            'books_before': self.env._(
                "No invoices and payments: the order is older than the store's Book Orders Since, or its import said so."
            ),
        }
