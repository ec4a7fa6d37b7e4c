"""What a new product gets with its creation, so that nothing is left to be written to it one by one."""

from odoo import api, models

from ..entities import product as mapping
from .catalog_values_price import PriceBook

_PLAIN = {'vendor': 'shopify_vendor', 'status': 'shopify_status', 'handle': 'shopify_handle'}
_GROUPS = {
    'vendor': 'category', 'product_type': 'category', 'category': 'category', 'status': 'status', 'handle': 'seo',
    'seo_title': 'seo', 'seo_description': 'seo', 'tags': 'tags', 'description': 'text', 'cost': 'cost',
    'hs_code': 'logistics', 'origin': 'logistics', 'weight': 'logistics', 'taxable': 'tax',
}  # fmt: skip


class ShopifySyncProduct(models.AbstractModel):
    _inherit = 'shopify.sync.product'

    @api.model
    def _get_creation_values(self, backend, payloads):
        """``{product gid: {'product': values of the template, 'variants': {variant gid: values of the product}}}``, by the
        same means as a later change is written: everything of the catalogue that a new record can have at once, where
        somebody owns it. For whoever has more fields: call super, add to its result."""
        values = self.env['shopify.sync.catalog.values'].sudo().with_company(backend.company_id)
        values = values.with_context(**values._get_context(backend))
        shop = {payload['id']: values._get_shop_values(backend, payload) for payload in payloads}
        kept = {gid: self._drop_unowned(backend, found) for gid, found in shop.items()}
        found = values._prepare_lookups(backend, kept)
        book = PriceBook(backend.sudo(), backend.env['product.pricelist'], self.env['product.product'])
        unit = values._get_weight_unit()
        result = {}
        for payload in payloads:
            own = kept[payload['id']]
            made = result[payload['id']] = {'product': {}, 'variants': {}}
            made['product'] |= self._prepare_new_template(backend, payload, own, found, book)
            alone = len(own['variants']) == 1
            for gid, variant in own['variants'].items():
                customs = self._prepare_new_customs(variant, found, alone)
                made['product'] |= customs.pop('template', {})
                made['variants'][gid] = {**customs, **self._prepare_new_cost(book, variant)}
                if variant.get('weight'):
                    made['variants'][gid]['weight'] = values._get_weight(variant['weight'], unit)
        return result

    def _drop_unowned(self, backend, shop):
        """Without the groups that nobody owns."""

        def owned(values):
            return {
                name: value
                for name, value in values.items()
                if value is not None and backend._get_owner(_GROUPS.get(name.lstrip('_'), 'codes')) != 'none'
            }

        return {
            'product': owned(shop['product']),
            'variants': {gid: owned(values) for gid, values in shop['variants'].items()},
        }

    def _prepare_new_template(self, backend, payload, values, found, book):
        product = values['product']
        vals = {column: product[name] for name, column in _PLAIN.items() if name in product}
        title, description = self.env['shopify.sync.catalog.values']._get_seo_names()
        for name, column in (('seo_title', title), ('seo_description', description)):
            if name in product:
                vals[column] = product[name]
        texts, category = self.env['shopify.sync.catalog.values']._prepare_category_texts(product, found)
        vals |= texts
        if category:
            vals['categ_id'] = category.id
        if 'tags' in product:
            vals['product_tag_ids'] = [(6, 0, [found['tags'][name] for name in product['tags']])]
        if 'description' in product:
            template = self.env['product.template']
            vals |= self.env['shopify.sync.catalog.values']._prepare_description(template, product['description'])
        return {**vals, **self._prepare_new_price(backend, payload, values, book)}

    def _prepare_new_price(self, backend, payload, values, book):
        """The sales price as Odoo has it, without the taxes where Odoo adds them; no tax where Shopify takes none."""
        taxable = {variant.get('taxable') for variant in values['variants'].values()}
        taxes = backend.company_id.sudo().account_sale_tax_id if taxable != {False} else self.env['account.tax']
        vals = {'taxes_id': [(6, 0, [])]} if taxable == {False} else {}
        rate, nodes = book.rate, mapping.variant_nodes(payload)
        if nodes and rate:
            price = float(nodes[0]['price'] or 0)
            vals['list_price'] = book.to_odoo(None, price if rate == 1.0 else round(price / rate, 2), taxes)
        return vals

    def _prepare_new_customs(self, variant, found, alone):
        """On the product where Odoo has a field for it and the product has one variant."""
        columns = self.env['product.template']._fields
        vals = {}
        for name, theirs, ours, value in (
            ('hs_code', 'hs_code', 'shopify_hs_code', variant.get('hs_code')),
            ('origin', 'country_of_origin', 'shopify_origin_id', found['countries'].get(variant.get('origin'))),
        ):
            if value and alone and theirs in columns:
                vals.setdefault('template', {})[theirs] = value
            elif value and name in variant:
                vals[ours] = value
        return vals

    def _prepare_new_cost(self, book, variant):
        if not variant.get('cost') or not book.rate:
            return {}
        return {'standard_price': round(float(variant['cost']) / book.rate, 6)}
