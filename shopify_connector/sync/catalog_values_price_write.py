"""Shopify's prices and costs written to Odoo: to the store's own pricelists, which no other shop sells by."""

from odoo import api, models
from odoo.tools import float_compare

from .catalog_values_price import PriceBook


class ShopifySyncCatalogValues(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.values'

    @api.model
    def _write_odoo(self, backend, changes):
        """Override: prices, compare-at prices and costs."""
        written = super()._write_odoo(backend, changes)
        self = self.sudo().with_context(**self._get_context(backend), shopify_catalog_pull=backend.id)
        backend = backend.with_env(self.env)
        bindings = self.env['shopify.product.binding'].with_company(backend.company_id).browse(changes)
        rows = {row.gid: row for row in bindings.variant_ids if row.product_id}
        found = {
            rows[gid]: values
            for change in changes.values()
            for gid, values in change['variants'].items()
            if gid in rows
        }
        for name in ('price', 'compare_at_price'):
            wanted = {row: values[name] for row, values in found.items() if name in values}
            if wanted:
                self._write_prices(backend, name, wanted, written)
        for row, values in found.items():
            if values.get('cost'):
                self._write_cost(backend, row, values['cost'], written)
        return written

    def _write_prices(self, backend, name, wanted, written):
        pricelist = backend._get_catalog_pricelist(name)
        products = self.env['product.product'].union(*(row.product_id for row in wanted))
        book = PriceBook(backend, pricelist, products.with_company(backend.company_id))
        fresh = {}
        for row, text in wanted.items():
            product = row.product_id.with_company(backend.company_id)
            own = self._get_own_rule(book, product)
            if text is None:
                self._drop_price(row, name, own, book, product, written)
                continue
            price = book.to_odoo(product, float(text))
            if own:
                own.fixed_price = price
            elif self._needs_rule(name, book, product, price):
                fresh[product.id] = {
                    'pricelist_id': pricelist.id,
                    'applied_on': '0_product_variant',
                    'product_tmpl_id': product.product_tmpl_id.id,
                    'product_id': product.id,
                    'compute_price': 'fixed',
                    'fixed_price': price,
                }
        if fresh:
            self.env['product.pricelist.item'].create(list(fresh.values()))

    def _get_own_rule(self, book, product):
        """The plain price of that very variant, if it has one."""
        rule = book.rule(product)
        plain = (
            rule
            and rule.product_id == product
            and rule.compute_price == 'fixed'
            and rule.min_quantity <= 1
            and not rule.date_start
            and not rule.date_end
        )
        return rule if plain else None

    def _needs_rule(self, name, book, product, price):
        """What the pricelist says anyway needs no rule, unless it moves with a rate of exchange."""
        if name == 'compare_at_price' and not book.rule(product):
            return True
        known = book.price(product)
        return known is None or book.is_converted(product) or bool(float_compare(known, price, precision_digits=6))

    def _drop_price(self, row, name, own, book, product, written):
        if own:
            own.unlink()
        elif book.rule(product):
            written.refuse(
                row.product_binding_id.id,
                row.gid,
                name,
                self.env._(
                    "%(product)s has no price before discount in Shopify any more, but a rule of the pricelist %(pricelist)s "
                    "gives it one.",
                    product=product.display_name,
                    pricelist=book.pricelist.name,
                ),
            )

    def _write_cost(self, backend, row, text, written):
        """Odoo itself works out the cost of what it values at the average or by its receipts."""
        product, rate = row.product_id.with_company(backend.company_id), backend._get_shop_rate()
        place = (row.product_binding_id.id, row.gid, 'cost')
        if not rate:
            written.refuse(
                *place,
                self.env._(
                    "There is no rate of exchange of %(currency)s, so that the cost cannot be taken over. Enter one under "
                    "Accounting, Configuration, Currencies.",
                    currency=backend.currency_code,
                ),
            )
        elif 'cost_method' in product._fields and product.cost_method != 'standard' and self._has_moves(product):
            written.refuse(
                *place,
                self.env._(
                    "Odoo works out the cost of %(product)s from its receipts. Shopify's cost is not taken.",
                    product=product.display_name,
                ),
            )
        else:
            product.standard_price = round(float(text) / rate, 6)
