"""What new products and variants get at once, so that none of it has to be written to each of them afterwards."""

from odoo import api, models

_PLAIN = {'vendor': 'shopify_vendor', 'status': 'shopify_status', 'handle': 'shopify_handle'}


class ShopifySyncProduct(models.AbstractModel):
    _inherit = 'shopify.sync.product'

    @api.model
    def _get_creation_values(self, backend, payloads):
        """``{product gid: {'product': values of the template, 'variants': {variant gid: values of the product}}}``, by the
        same means as a later change is written. For whoever has more fields: call super, add to its result."""
        values = self.env['shopify.sync.catalog.values']
        values = values.sudo().with_context(**values._get_context(backend))
        shop = {payload['id']: values._get_shop_values(backend, payload) for payload in payloads}
        found = values._prepare_lookups(backend, shop)
        rate, unit = backend._get_shop_rate(), values._get_weight_unit()
        return {
            gid: {
                'product': self._prepare_new_template(values, read['product'], found),
                'variants': {
                    key: self._prepare_new_variant(values, variant, found, rate, unit)
                    for key, variant in read['variants'].items()
                },
            }
            for gid, read in shop.items()
        }

    def _prepare_new_template(self, values, read, found):
        template = self.env['product.template']
        vals = {column: read[name] for name, column in _PLAIN.items() if read.get(name)}
        title, description = values._get_seo_names()
        for name, column in (('seo_title', title), ('seo_description', description)):
            if read.get(name):
                vals[column] = read[name]
        if read.get('tags'):
            vals['product_tag_ids'] = [(6, 0, [found['tags'][name] for name in read['tags']])]
        if read.get('description'):
            vals |= values._prepare_description(template, read['description'])
        category = found['types'].get(read.get('product_type')) or found['nodes'].get(read.get('category'))
        if category:
            vals['categ_id'] = category.id
        vals['shopify_product_type'] = read.get('product_type') or False
        vals['shopify_taxonomy_gid'] = read.get('category') or False
        vals['shopify_taxonomy_name'] = read.get('_category') or False
        return vals

    def _prepare_new_variant(self, values, read, found, rate, unit):
        vals = {}
        if read.get('weight'):
            vals['weight'] = values._get_weight(read['weight'], unit)
        if read.get('cost') and rate:
            vals['standard_price'] = round(float(read['cost']) / rate, 6)
        if read.get('hs_code'):
            vals['shopify_hs_code'] = read['hs_code']
        if read.get('origin') in found['countries']:
            vals['shopify_origin_id'] = found['countries'][read['origin']]
        return vals
