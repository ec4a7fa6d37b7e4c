"""Payments: every transaction of Shopify a row, every successful movement of money a payment on Shopify's date."""

from collections import namedtuple
from datetime import timedelta
from decimal import Decimal

from psycopg2 import OperationalError

from odoo import api, models

from ..entities import transaction as mapping
from ..shopify import errors

_AMOUNTS = ('amount', 'rounding', 'other_amount')
_Row = namedtuple('_Row', ['id', 'gid', 'kind', 'parent_gid', 'gateway', 'amount', 'rounding', 'processed_at'])


class ShopifySyncPayment(models.AbstractModel):
    _name = 'shopify.sync.payment'
    _description = "Shopify Payments"

    # === NOTE === #

    @api.model
    def _note(self, binding, payload):
        """Keep what Shopify says about the money of an order; ``payload`` is a node of the mapping's DOCUMENT."""
        self._note_batch([(binding, payload)])

    @api.model
    def _note_batch(self, pairs):
        """The same for many orders: ``pairs`` of binding and payload."""
        gids = [row['id'] for _binding, payload in pairs for row in payload['transactions']]
        bindings = self.env['shopify.order.binding'].union(*(binding for binding, _payload in pairs))
        known = {
            (row.backend_id.id, row.gid): row
            for row in self.env['shopify.transaction'].search(
                [('backend_id', 'in', bindings.backend_id.ids), ('gid', 'in', gids)]
            )
        }
        currencies = {currency.name: currency.id for currency in self._currencies()}
        new = []
        for binding, payload in pairs:
            settled = mapping.settled(payload)
            for transaction in payload['transactions']:
                vals = self._row_vals(binding, transaction, currencies)
                if vals['reason'] == 'pending' and transaction['id'] in settled:
                    vals.update(state='none', reason='settled')
                row = known.get((binding.backend_id.id, transaction['id']))
                if row:
                    self._update(row, vals)
                else:
                    new.append({**vals, 'gid': transaction['id'], 'binding_id': binding.id})
            self._note_authorised(binding, payload)
            self._note_apart(binding, payload)
        self.env['shopify.transaction'].create(new)

    def _currencies(self):
        return self.env['res.currency'].with_context(active_test=False).search([('name', '!=', False)])

    def _row_vals(self, binding, transaction, currencies):
        vals = mapping.vals(transaction, self._currency_of(binding).name)
        unknown = vals['currency'] not in currencies
        reason = mapping.reason(vals['kind'], vals['status']) or ('no_money' if not vals['amount'] else '')
        return {
            **{name: value or False for name, value in vals.items() if name not in ('currency', 'other_currency')},
            **{name: float(vals[name]) for name in _AMOUNTS},
            'is_test': vals['is_test'],
            'currency_id': self._currency_of(binding).id if unknown else currencies[vals['currency']],
            'other_currency_id': currencies.get(vals['other_currency'], False),
            'state': 'waiting' if reason in ('', 'pending') else 'none',
            'reason': reason or 'due',
        }

    def _currency_of(self, binding):
        """The one in which all amounts of the order are kept."""
        return binding._get_money_currency()

    def _update(self, row, vals):
        """What was booked stays as it was booked; only Shopify's word about it may still change."""
        if row.state == 'booked':
            vals = {name: vals[name] for name in ('status', 'error_code', 'label', 'method')}
        elif row.reason not in (False, 'pending') and vals['reason'] == 'due':
            vals = {name: value for name, value in vals.items() if name != 'reason'}
        changed = {name: value for name, value in vals.items() if _plain(row[name]) != value}
        if changed:
            row.write(changed)

    def _note_authorised(self, binding, payload):
        currency = self._currency_of(binding)
        amount = float(mapping.capturable(payload, currency.name))
        holding = [
            mapping.vals(row, currency.name)
            for row in payload['transactions']
            if row['kind'] in mapping.HOLDING and row['status'] == 'SUCCESS'
        ]
        until = min((row['expires_at'] for row in holding if row['expires_at']), default=False) if amount else False
        if (binding.amount_authorized, binding.authorized_until) != (amount, until):
            binding.write({'amount_authorized': amount, 'authorized_until': until})

    # === SETTLE === #

    @api.model
    def _settle(self, binding):
        """Book what has moved and match it; returns the error that tells what is left for a person."""
        return self._settle_batch(binding).get(binding.gid)

    @api.model
    def _settle_batch(self, bindings):
        """The same for many orders together; returns ``{order gid: error}``."""
        failures = {}
        for backend, group in bindings.grouped('backend_id').items():
            company = backend.company_id
            env = self.env(context={**self.env.context, 'allowed_company_ids': company.ids})
            self.with_env(env)._settle_store(backend.with_env(env), group.with_env(env), failures)
        return failures

    def _settle_store(self, backend, bindings, failures):
        due = self.env['shopify.transaction'].search(
            [('binding_id', 'in', bindings.ids), ('state', '=', 'waiting'), ('reason', '!=', 'pending')]
        )
        due -= self._explain_waiting(backend, due)
        if due:
            self._by_halves(due.binding_id, failures, lambda part: self._book(backend, part, due))
            self._tell(due, failures)
        self._by_halves(bindings.filtered('sale_order_id'), failures, self._match)

    def _explain_waiting(self, backend, due):
        """The rows of ``due`` that cannot be booked now, each with its reason."""
        reasons = {}
        for row in due:
            order = row.binding_id.sale_order_id
            if not backend.register_payments:
                reason = 'switched_off'
            elif not order:
                reason = 'no_order'
            elif order.state not in ('sale', 'cancel'):
                reason = 'quotation'
            else:
                reason = 'currency' if row.currency_id != order.currency_id else 'due'
            reasons.setdefault(reason, []).append(row.id)
        for reason, ids in reasons.items():
            due.browse(ids).filtered(lambda row, reason=reason: row.reason != reason).write(
                {'reason': reason, 'message': False}
            )
        return due.filtered(lambda row: row.reason != 'due')

    def _by_halves(self, bindings, failures, work):
        """``work`` on all at once; what fails is taken apart until the order that fails stands alone."""
        if not bindings:
            return
        try:
            with self.env.cr.savepoint():
                work(bindings)
            return
        except (OperationalError, errors.WaitError):
            raise
        except Exception as error:
            self.env.invalidate_all()
            if len(bindings) == 1:
                failures[bindings.gid] = error
                return
        middle = len(bindings) // 2
        self._by_halves(bindings[:middle], failures, work)
        self._by_halves(bindings[middle:], failures, work)

    def _tell(self, due, failures):
        """The rows say themselves why they are not booked."""
        for gid, rows in (
            due.filtered(lambda row: row.state == 'waiting').grouped(lambda row: row.binding_id.gid).items()
        ):
            if gid in failures:
                _code, message, _id = self.env['shopify.engine']._explain(failures[gid])
                rows.write({'reason': 'error', 'message': message})

    # === BOOK === #

    def _book(self, backend, bindings, due):
        """Make and post the payments of these orders together."""
        rows = due.filtered(lambda row: row.binding_id in bindings)
        self.env['shopify.sync.gateway']._require_accounts(backend.company_id)
        self.env.cr.execute("SELECT id FROM shopify_transaction WHERE id IN %s FOR NO KEY UPDATE", [tuple(rows.ids)])
        rows = self._adopt(backend, rows)
        journals, learnt = self.env['shopify.sync.gateway']._resolve(backend, {row.gateway: row.label for row in rows})
        made = []
        for binding, own in rows.grouped('binding_id').items():
            partner = self._receivable(binding)
            bookings = mapping.bookings([_as_row(row) for row in own])
            for booking in mapping.settle_apart(bookings, self._apart_left(binding)):
                row = own.browse(booking.row.id)
                vals = self._payment_vals(row, booking, journals[row.gateway].journal_id, *partner)
                row.apart = float(booking.apart)
                made.append((row, own.browse([part.id for part in booking.change]), vals))
        payments = self.env['account.payment'].create([vals for _row, _change, vals in made])
        payments.action_post()
        for (row, change, _vals), payment in zip(made, payments, strict=True):
            (row + change).write({'payment_id': payment.id, 'state': 'booked', 'reason': False, 'message': False})
            if row.gateway in learnt:
                code, texts = learnt.pop(row.gateway)
                row.binding_id._add_trail(code, **texts)
        rest = rows.filtered(lambda row: row.state == 'waiting')
        rest.write({'state': 'none', 'reason': 'no_money'})

    def _key(self, backend, row):
        return f'{backend.shop_domain}/{row.gid.rsplit("/", 1)[-1]}'

    def _adopt(self, backend, rows):
        """The rows that need a payment: one that stood for a transaction before the store's record was deleted and made
        anew stands for it again."""
        by_key = {self._key(backend, row): row for row in rows}
        found = self.env['account.payment'].search([('shopify_key', 'in', list(by_key))])
        for payment in found:
            row = by_key[payment.shopify_key]
            row.write({'payment_id': payment.id, 'state': 'booked', 'reason': False, 'message': False})
            row.apart = self._apart_of(row)
            row.binding_id._add_trail('payment_adopted', reference=row.reference, payment=payment.display_name)
            rows -= row
        return rows

    def _receivable(self, binding):
        """``(partner, account)`` on which the order's invoices stand, or will."""
        invoice = binding.sale_order_id.invoice_ids.filtered(
            lambda move: move.state == 'posted' and move.move_type == 'out_invoice'
        )[:1]
        line = invoice.line_ids.filtered(lambda line: line.account_id.account_type == 'asset_receivable')[:1]
        partner = line.partner_id or binding.sale_order_id.partner_invoice_id.commercial_partner_id
        return partner, line.account_id or partner.with_company(binding.company_id).property_account_receivable_id

    def _payment_vals(self, row, booking, journal, partner, account):
        direction = 'outbound' if booking.outbound else 'inbound'
        line, outstanding = self.env['shopify.sync.gateway']._payment_line(journal, direction)
        vals = {
            'payment_type': direction,
            'partner_type': 'customer',
            'partner_id': partner.id,
            'amount': float(booking.amount),
            'currency_id': row.currency_id.id,
            'date': self._open_day(row, journal),
            'journal_id': journal.id,
            'company_id': row.company_id.id,
            'payment_method_line_id': line.id,
            'outstanding_account_id': outstanding.id,
            'destination_account_id': account.id,
            'memo': f'{row.binding_id.name} {row.reference}',
            'payment_reference': row.reference,
            'shopify_key': self._key(row.backend_id, row),
        }
        if booking.amount != booking.settles or booking.apart:
            vals['write_off_line_vals'] = self._write_offs(row, booking, partner, vals['date'])
        return vals

    def _open_day(self, row, journal):
        """Shopify's day in the shop's time zone, or the first one on which the books are open."""
        day = row.binding_id.backend_id._shop_day(row.processed_at)
        lock = row.company_id._get_user_fiscal_lock_date(journal)
        if day > lock:
            return day
        booked = lock + timedelta(days=1)
        row.binding_id._add_trail(
            'payment_moved', reference=row.reference, day=str(day), booked=str(booked), lock=str(lock)
        )
        return booked

    @api.model
    def _gift_card_product(self, backend):
        """The product that a gift card is sold as: what it brings is owed to whoever has the card."""
        return self.env['shopify.sync.gateway']._gift_card_product(backend.company_id)


def _plain(value):
    """A field's value as it is given to ``write``."""
    return value.id if isinstance(value, models.BaseModel) else value


def _as_row(row):
    digits = row.currency_id.decimal_places
    amount, rounding = (Decimal(f'{value:.{digits}f}') for value in (row.amount, row.rounding))
    return _Row(row.id, row.gid, row.kind, row.parent_gid or '', row.gateway, amount, rounding, row.processed_at)
