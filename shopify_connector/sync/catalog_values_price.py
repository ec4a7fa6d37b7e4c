"""Prices and costs of products in the shop's currency and tax treatment, and back without a drift."""

from collections import defaultdict

from odoo import api, models
from odoo.tools import float_compare

from ..entities import catalog_fields
from ..shopify import money
from .catalog_values import Known


class PriceBook:
    """The prices of many products on one pricelist of a store (or none: Odoo's sales prices), in the shop's currency.

    ``price(product)`` is Odoo's price as the pricelist has it; ``to_shop`` and ``to_odoo`` translate between the tax
    treatments. None where nobody has entered an exchange rate.
    """

    def __init__(self, backend, pricelist, products):
        self.backend, self.pricelist, self.products = backend, pricelist, products
        self.currency = backend._get_shop_currency()
        self.digits = money.decimals(self.currency.name)
        # Units of the shop's currency for one of the company's; 0.0 when nobody knows.
        self.rate = backend._get_shop_rate()
        self.rules = self._pick_rules(products) if pricelist else {}
        self.precision = backend.env['decimal.precision'].precision_get('Product Price')

    def _pick_rules(self, products):
        """``{product id: rule}``. As Odoo picks them, but every product looks at the rules that name it only."""
        rules = self.pricelist._get_applicable_rules(products, products.env.cr.now())
        places = defaultdict(list)
        for index, rule in enumerate(rules):
            place = rule.product_id or rule.product_tmpl_id or rule.browse()
            places[place._name if place else None, place.id if place else None].append((index, rule))
        picked = {}
        for product in products:
            found = sorted(
                places[product._name, product.id]
                + places['product.template', product.product_tmpl_id.id]
                + places[None, None],
                key=lambda pair: pair[0],
            )
            picked[product.id] = next((rule for _i, rule in found if rule._is_applicable_for(product, 1.0)), None)
        return picked

    def rule(self, product):
        return self.rules.get(product.id)

    def is_converted(self, product):
        """Whether the price moves with a rate of exchange."""
        rule = self.rule(product)
        return self.currency != self.backend.company_id.currency_id and not (rule and rule.compute_price == 'fixed')

    def price(self, product):
        if self.is_converted(product) and not self.rate:
            return None
        return self._price_in(product, self.currency)

    def _price_in(self, product, currency):
        rule = self.rule(product) or product.env['product.pricelist.item']
        return rule._compute_price(product, 1.0, product.uom_id, product.env.cr.now(), currency)

    # === TAXES === #

    def _taxes(self, product):
        """Those of the store's company, one by one."""
        domain = product.env['account.tax']._check_company_domain(self.backend.company_id)
        return product.taxes_id.filtered_domain(domain).flatten_taxes_hierarchy()

    def _is_alike(self, taxes):
        """Whether the figure means the same on both sides."""
        return all(tax.price_include == self.backend.taxes_included for tax in taxes)

    def to_shop(self, product, price):
        taxes = self._taxes(product)
        if self._is_alike(taxes):
            return price
        details = self._details(taxes, product, price, False)
        return details['total_included' if self.backend.taxes_included else 'total_excluded']

    def to_odoo(self, product, price, taxes=None):
        """Not rounded to cents: Odoo keeps all digits, so that the way back gives the same cents. ``taxes``: of a product
        that is still to be made."""
        taxes = self._taxes(product) if taxes is None else taxes.flatten_taxes_hierarchy()
        if self._is_alike(taxes):
            return price
        mode = 'total_included' if self.backend.taxes_included else 'total_excluded'
        details = self._details(taxes, product, price, mode)
        inside = sum(row['tax_amount'] for row in details['taxes_data'] if row['tax'].price_include)
        return round(details['total_excluded'] + inside, 6)

    def _details(self, taxes, product, price, mode):
        return taxes._get_tax_details(price, 1.0, rounding_method='round_globally', product=product, special_mode=mode)

    # === CANONICAL === #

    def mark(self, product):
        """Odoo's own figure behind a price: before it is converted, for rates move and prices do not move with them."""
        own = self.backend.company_id.currency_id
        price = self._price_in(product, own if self.is_converted(product) else self.currency)
        taxes = ','.join(map(str, sorted(self._taxes(product).ids)))
        return f'{price:.6f}|{taxes}|{self.backend.taxes_included}'

    def text(self, product, price):
        return None if price is None else catalog_fields.money_text(self.to_shop(product, price), self.digits)

    def fits(self, product, price, text):
        """Whether ``text`` of the shop is what Odoo's price stands for, to the digits that Odoo shows."""
        if price is None:
            return False
        return not float_compare(self.to_odoo(product, float(text)), price, precision_digits=self.precision)


class ShopifySyncCatalogValues(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.values'

    @api.model
    def _get_values_of(self, backend, shapes):
        """Override: prices, compare-at prices and costs."""
        result = super()._get_values_of(backend, shapes)
        _templates, products = self._get_records(backend, shapes)
        everything = self.env['product.product'].union(*products.values()) if products else self.env['product.product']
        if not everything:
            return result
        book = PriceBook(backend.sudo(), backend.sudo().catalog_pricelist_id, everything)
        before = PriceBook(backend.sudo(), backend.sudo().compare_pricelist_id, everything)
        for shape in shapes:
            known = Known(shape)
            for key, product in shape.variants.items():
                product = products[product.id]
                values = result[shape.key]['variants'][key]
                self._put_price(values, 'price', book, product, known, key)
                self._put_price(values, 'compare_at_price', before, product, known, key)
                self._put_cost(values, book, product, known, key)
        return result

    def _put_price(self, values, name, book, product, known, key):
        """A product has a price before the discount only where a rule of that pricelist says so. A sales price of nothing
        was never entered: what is given away has a rule that says so."""
        named = name == 'price' or book.rule(product)
        price, mark = (book.price(product), book.mark(product)) if named else (None, '')
        values[f'_{name}'] = mark
        values[name] = known.value(
            key,
            name,
            mark,
            lambda: book.text(product, price) if price or book.rule(product) else None,
            lambda text: book.fits(product, price, text),
        )

    def _put_cost(self, values, book, product, known, key):
        """In the shop's currency by today's rate, unless Odoo's cost is the one that was agreed on: rates move, costs do
        not move with them."""
        cost, rate = product.standard_price, book.rate
        mark = f'{cost:.6f}'
        values['_cost'] = mark
        values['cost'] = known.value(
            key,
            'cost',
            mark,
            lambda: catalog_fields.money_text(cost * rate, book.digits) if cost and rate else None,
            lambda text: rate and not float_compare(float(text) / rate, cost, precision_digits=2),
        )
