"""Payment providers -> journals: mapped, else suggested by name, else created with a clearing account."""

import re

from odoo import api, fields, models

from ..entities import transaction as mapping
from ..shopify import errors

_CASH = {'cash'}
_BANK = {'bank_deposit', 'bank_transfer', 'wire_transfer'}
_SHORTEST_WORD = 5


class ShopifySyncGateway(models.AbstractModel):
    _name = 'shopify.sync.gateway'
    _description = "Shopify Payment Providers"

    @api.model
    def _require_accounts(self, company):
        """Without a chart of accounts nothing can be booked; that is said once and plainly."""
        accounts = self.env['account.account'].sudo()
        if not accounts.search_count(
            [*accounts._check_company_domain(company), ('account_type', '=', 'asset_receivable')], limit=1
        ):
            raise errors.GiveUpError(
                self.env._(
                    "%(company)s has no chart of accounts, so payments cannot be booked. Choose one in the settings of "
                    "Invoicing (Fiscal Localization) and retry.",
                    company=company.name,
                ),
                code='no_chart',
            )

    @api.model
    def _resolve(self, backend, gateways):
        """``({gateway: mapping row}, {gateway: trail entry})``; ``gateways`` is ``{technical name: label}``."""
        Mapping = self.env['shopify.gateway.mapping']
        known = {row.gateway: row for row in Mapping.search([('backend_id', '=', backend.id)])}
        trail = {}
        for gateway in sorted(gateways.keys() - known.keys()):
            journal, origin = self._learn(backend.company_id, gateway, gateways[gateway])
            known[gateway] = Mapping.create(
                {
                    'backend_id': backend.id,
                    'gateway': gateway,
                    'label': gateways[gateway],
                    'journal_id': journal.id,
                    'origin': origin,
                }
            )
            trail[gateway] = (f'gateway_{origin}', {'label': gateways[gateway], 'journal': journal.name})
            self._ask_to_check(backend, known[gateway])
        return known, trail

    def _ask_to_check(self, backend, row):
        """Somebody may want another journal; nothing waits for the answer."""
        if backend.responsible_id:
            backend.activity_schedule(
                'mail.mail_activity_data_todo',
                fields.Date.context_today(self),
                summary=self.env._("Shopify: new payment provider %(label)s", label=row.label),
                note=self.env._(
                    "Payments through %(label)s are booked in the journal %(journal)s from now on. If your accountant "
                    "wants another one, choose it in Shopify, Configuration, Payment Providers.",
                    label=row.label,
                    journal=row.journal_id.display_name,
                ),
                user_id=backend.responsible_id.id,
            )

    def _learn(self, company, gateway, label):
        journals = self.env['account.journal'].search(
            [
                *self.env['account.journal']._check_company_domain(company),
                ('type', 'in', ('bank', 'cash', 'credit')),
                ('currency_id', 'in', (False, company.currency_id.id)),
            ]
        )
        account = self._owed_account(company, gateway)
        if account:
            found = journals.filtered(
                lambda journal: account in journal.inbound_payment_method_line_ids.payment_account_id
            )
        else:
            found = self._named(journals, gateway, label)
        if found:
            return found[0], 'found'
        return self._create_journal(company, gateway, label), 'created'

    def _named(self, journals, gateway, label):
        """The journals whose name is the provider's or holds it; cash and bank transfers have theirs by their kind."""
        names = {_plain(label), _plain(gateway), _plain(self._journal_name(label))} - {''}
        same = journals.filtered(lambda journal: _plain(journal.name) in names)
        words = [name for name in (_plain(label), _plain(gateway)) if len(name) >= _SHORTEST_WORD and name != 'manual']
        alike = journals.filtered(lambda journal: any(word in _plain(journal.name) for word in words))
        if same or alike:
            return same or alike
        kind = 'cash' if gateway in _CASH else 'bank' if gateway in _BANK else False
        mapped = self.env['shopify.gateway.mapping'].sudo().search([('journal_id', 'in', journals.ids)]).journal_id
        only = journals.filtered(lambda journal: journal.type == kind) - mapped
        return only if len(only) == 1 else journals.browse()

    def _journal_name(self, label):
        return label if label.casefold().startswith('shopify') else f'Shopify {label}'

    def _create_journal(self, company, gateway, label):
        """With an account between, on which payments wait for the money to arrive: without one Odoo would make no
        entry. What is paid with a gift card or store credit comes out of what the shop owes instead."""
        name = self._journal_name(label)
        owed = self._owed_account(company, gateway)
        account = owed or self._clearing_account(company, name)
        values = {
            'name': name,
            'type': 'cash' if gateway in _CASH else 'bank',
            'code': self._free_journal_code(company),
            'company_id': company.id,
        }
        if owed:
            values['default_account_id'] = owed.id
        journal = self.env['account.journal'].with_company(company).create(values)
        lines = journal.inbound_payment_method_line_ids + journal.outbound_payment_method_line_ids
        lines.payment_account_id = account
        return journal

    def _free_journal_code(self, company):
        taken = set(
            self.env['account.journal']
            .with_context(active_test=False)
            .search([*self.env['account.journal']._check_company_domain(company)])
            .mapped('code')
        )
        return next(code for number in range(1, 9999) if (code := f'S{number:03d}'[:5]) not in taken)

    def _clearing_account(self, company, name):
        usual = self._usual_outstanding(company, 'inbound')
        code = usual.with_company(company).code or (company.bank_account_code_prefix or '1014').ljust(6, '0')
        return self._create_account(
            company, self.env._("%(journal)s: clearing", journal=name), 'asset_current', code, reconcile=True
        )

    def _create_account(self, company, name, kind, start_code, **values):
        accounts = self.env['account.account'].with_company(company)
        return accounts.create(
            {
                'name': name,
                'account_type': kind,
                'code': accounts._search_new_account_code(start_code),
                'company_ids': [(6, 0, company.ids)],
                **values,
            }
        )

    def _usual_outstanding(self, company, payment_type):
        """The chart's account for payments that are on their way."""
        name = 'debit' if payment_type == 'inbound' else 'credit'
        charts = self.env['account.chart.template'].with_context(allowed_company_ids=company.root_id.ids)
        account = charts.ref(f'account_journal_payment_{name}_account_id', raise_if_not_found=False)
        return account or company.transfer_account_id

    @api.model
    def _payment_line(self, journal, payment_type):
        """``(payment method line, outstanding account)`` of a payment in ``journal``: with an account in any case, for
        a journal that a person has chosen may have none."""
        lines = journal._get_available_payment_method_lines(payment_type)
        line = (lines.filtered(lambda line: line.code == 'manual') or lines)[:1]
        if not line:
            raise errors.GiveUpError(
                self.env._(
                    "The journal %(journal)s has no payment method. Add Manual Payment to its incoming and outgoing "
                    "payments, or choose another journal for the payment provider, and retry.",
                    journal=journal.display_name,
                ),
                code='no_payment_method',
            )
        company = journal.company_id
        account = line.payment_account_id or self._usual_outstanding(company, payment_type)
        if not account:
            line.payment_account_id = account = self._clearing_account(company, journal.name)
        return line, account

    # === GIFT CARDS AND STORE CREDIT === #

    def _owed_account(self, company, gateway):
        """The account of what the shop owes and this provider pays with; none for real money."""
        accounts = self.env['account.account'].with_company(company)
        if gateway == mapping.GIFT_CARD_GATEWAY:
            return self._gift_card_account(company)
        if gateway != mapping.STORE_CREDIT_GATEWAY:
            return accounts
        name = self.env._("Store credit (Shopify)")
        found = accounts.search(
            [
                *accounts._check_company_domain(company),
                ('account_type', '=', 'liability_current'),
                ('name', '=', name),
            ],
            limit=1,
        )
        return found or self._create_liability(company, name)

    def _create_liability(self, company, name):
        accounts = self.env['account.account'].with_company(company)
        usual = accounts.search(
            [*accounts._check_company_domain(company), ('account_type', '=', 'liability_current')], limit=1
        )
        return self._create_account(company, name, 'liability_current', usual.code or '201000', reconcile=False)

    @api.model
    def _gift_card_product(self, company):
        product = self.env.ref('shopify_connector.product_gift_card').with_company(company)
        if not product.property_account_income_id and self._has_liabilities(company):
            self._gift_card_account(company)
        return product

    def _has_liabilities(self, company):
        accounts = self.env['account.account']
        return accounts.search_count(
            [*accounts._check_company_domain(company), ('account_type', '=', 'liability_current')], limit=1
        )

    @api.model
    def _gift_card_account(self, company):
        """What the shop owes the owners of its gift cards. It stands on the product, where a person may change it."""
        product = self.env.ref('shopify_connector.product_gift_card').with_company(company)
        if not product.property_account_income_id:
            product.property_account_income_id = self._create_liability(company, self.env._("Gift cards (Shopify)"))
        return product.property_account_income_id

    @api.model
    def _rounding_account(self, company, is_gain):
        """Where cash rounding goes: the company's own accounts for differences of cash, else a new one."""
        account = (
            company.default_cash_difference_income_account_id
            if is_gain
            else company.default_cash_difference_expense_account_id
        )
        if account:
            return account
        kind = 'income_other' if is_gain else 'expense'
        name = self.env._("Cash rounding gain (Shopify)") if is_gain else self.env._("Cash rounding loss (Shopify)")
        accounts = self.env['account.account'].with_company(company)
        found = accounts.search(
            [*accounts._check_company_domain(company), ('account_type', '=', kind), ('name', '=', name)], limit=1
        )
        return found or self._create_account(company, name, kind, '450000' if is_gain else '650000')

    @api.model
    def _exchange_account(self, company, is_gain):
        """Where differences between currencies go."""
        account = (
            company.income_currency_exchange_account_id if is_gain else company.expense_currency_exchange_account_id
        )
        return account or self._rounding_account(company, is_gain)


def _plain(name):
    return re.sub(r'[\W_]+', '', (name or '').casefold())
