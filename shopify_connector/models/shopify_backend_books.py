from odoo import models


class ShopifyBackend(models.Model):
    """What keeps the whole store's orders out of the books."""

    _inherit = 'shopify.backend'

    def _get_books_obstacle(self):
        """The sentence that says why nothing can be booked for the store's company; '' when everything is there. It holds
        for every order alike, so that the store says it once and the orders wait."""
        self.ensure_one()
        wants_invoices = self.invoice_policy != 'manual'
        if not wants_invoices and not self.register_payments:
            return ''
        company = self.company_id
        accounts, journals = self.env['account.account'].sudo(), self.env['account.journal'].sudo()
        has_accounts = accounts.search_count(
            [*accounts._check_company_domain(company), ('account_type', '=', 'asset_receivable')], limit=1
        )
        has_journal = not wants_invoices or journals.search_count(
            [*journals._check_company_domain(company), ('type', '=', 'sale')], limit=1
        )
        if has_accounts and has_journal:
            return ''
        return self.env._(
            "%(company)s has no chart of accounts or no sales journal, so the orders of %(store)s are neither invoiced nor paid "
            "in Odoo. Choose a fiscal localization in the settings of Invoicing: the orders follow by themselves.",
            company=company.name,
            store=self.name,
        )

    def _is_attention_over(self):
        return super()._is_attention_over() and self.state_message != self._get_books_obstacle()
