"""Shopify's taxes -> account.tax: mapped, else found by rate and kind, else created; each of Shopify's its own."""

from odoo import api, models

from ..entities import order_lines


class ShopifySyncTax(models.AbstractModel):
    _name = 'shopify.sync.tax'
    _description = "Shopify Taxes"

    @api.model
    def _resolve(self, backend, keys):
        """``({tax key: tax id}, {tax key: trail entry})`` for keys of ``entities.order.tax_key``."""
        company = backend.company_id
        mappings = {
            (row.title or '', row.rate, row.included): row
            for row in self.env['shopify.tax.mapping'].search([('company_id', '=', company.id)])
        }
        trail = {}
        for key in sorted(keys):
            if key not in mappings:
                mappings[key] = self._learn(company, key, mappings.values())
                code = 'tax_created' if mappings[key].origin == 'created' else 'tax_found'
                trail[key] = (code, {'title': key[0], 'rate': key[1], 'tax': mappings[key].tax_id.name})
        return {key: mappings[key].tax_id.id for key in keys}, trail

    def _learn(self, company, key, known):
        """A tax that stands for another of Shopify's taxes already is not used twice: two taxes of one rate on one line
        (a state's and a county's) have to stay two."""
        title, rate, included = key
        taken = {row.tax_id.id for row in known if (row.title or '', row.rate, row.included) != key}
        candidates = self._candidates(company, title, float(rate), included).filtered(lambda tax: tax.id not in taken)
        named = candidates.filtered(
            lambda tax: (
                title and title.casefold() in ((tax.name or '').casefold(), (tax.invoice_label or '').casefold())
            )
        )
        tax = (named or candidates)[:1]
        origin = 'found' if tax else 'created'
        tax = tax or self._create(company, title, rate, included)
        return self.env['shopify.tax.mapping'].create(
            {
                'company_id': company.id,
                'title': title,
                'rate': rate,
                'included': included,
                'tax_id': tax.id,
                'origin': origin,
            }
        )

    def _candidates(self, company, title, rate, included):
        """The company's own taxes of that rate; none stands for what a marketplace owes."""
        if title.endswith(order_lines.REMITTED_BY_CHANNEL):
            return self.env['account.tax']
        taxes = self.env['account.tax'].search(
            [
                *self.env['account.tax']._check_company_domain(company),
                ('type_tax_use', '=', 'sale'),
                ('amount_type', '=', 'percent'),
                ('amount', '=', rate),
            ]
        )
        country = company.account_fiscal_country_id
        fitting = taxes.filtered(
            lambda tax: (
                tax.price_include == included
                and not tax.include_base_amount
                and (not country or tax.country_id == country)
            )
        )
        return fitting.sorted(lambda tax: (bool(tax.fiscal_position_ids), tax.sequence, tax.id))

    def _create(self, company, title, rate, included):
        """Booked where the company's usual sales tax is booked."""
        override = 'tax_included' if included else 'tax_excluded'
        values = {
            'name': self._free_name(company, title or self.env._("Tax"), rate, included),
            'invoice_label': f'{title} {rate}%'.strip(),
            'amount': float(rate),
            'price_include_override': override,
            'company_id': company.id,
            'active': True,
        }
        usual = company.account_sale_tax_id
        if usual and usual.amount_type == 'percent':
            return usual.copy({**values, 'fiscal_position_ids': False, 'original_tax_ids': False})
        country = company.account_fiscal_country_id or company.country_id or self.env.ref('base.us')
        return self.env['account.tax'].create(
            {**values, 'amount_type': 'percent', 'type_tax_use': 'sale', 'country_id': country.id}
        )

    def _free_name(self, company, title, rate, included):
        """Odoo wants names of taxes to be unique in a company."""
        name = base = f"{title} {rate}%{self.env._(' incl.') if included else ''}"
        number = 2
        while (
            self.env['account.tax']
            .with_context(active_test=False)
            .search_count(
                [('name', '=', name), ('company_id', '=', company.id), ('type_tax_use', '=', 'sale')], limit=1
            )
        ):
            name, number = f'{base} ({number})', number + 1
        return name
