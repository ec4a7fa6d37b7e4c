"""The catalogues of both sides as they are known here, checked: no request is made for it."""

from collections import defaultdict

from odoo import api, models

from ..entities import catalog_check as checking


class ShopifyCatalogFinding(models.Model):
    _inherit = 'shopify.catalog.finding'

    @api.model
    def _check(self, backend, templates=None):
        """Look at all that the store sells, and at ``templates`` or all products that may be sold. Returns the findings
        that nobody has accepted."""
        findings = {}
        for side, (goods, links) in (
            ('shopify', self._shop_goods(backend)),
            ('odoo', self._odoo_goods(backend, templates)),
        ):
            for finding in checking.check(goods):
                key = finding.item or finding.goods
                findings[side, finding.code, key] = {
                    'side': side,
                    'code': finding.code,
                    'key': key,
                    'detail': finding.detail,
                    **links[key],
                }
        self._replace(backend, findings)
        return self.search([('backend_id', '=', backend.id), ('is_ignored', '=', False)])

    # === SHOPIFY === #

    def _shop_goods(self, backend):
        """``(Goods, {key: values of a finding})`` of what is imported and of what a dry run has seen. Weights and options
        are not known here, and Shopify keeps to its own limits."""
        goods, links = defaultdict(list), {}
        titles = {}
        for gid, binding in self._shop_variants(backend).items():
            product_gid, title, item, values = binding
            goods[product_gid].append(item)
            titles[product_gid] = title
            links[gid] = {**values, 'title': title, 'sku': item.sku, 'product_gid': product_gid}
            links.setdefault(product_gid, {'title': title, 'sku': False, 'product_gid': product_gid})
        return [checking.Goods(gid, titles[gid], tuple(items)) for gid, items in goods.items()], links

    def _shop_variants(self, backend):
        found = {}
        bindings = self.env['shopify.variant.binding'].search_fetch(
            [('backend_id', '=', backend.id), ('deleted_at', '=', False), ('product_binding_id.deleted_at', '=', False)]
        )
        for row in bindings:
            product = row.product_binding_id
            name = row.name if row.name != 'Default Title' else ''
            item = self._shop_item(row.gid, row, name, str(row.price))
            values = {
                'variant_binding_id': row.id,
                'product_binding_id': product.id,
                'product_id': row.product_id.id,
                'product_tmpl_id': product.product_tmpl_id.id,
                'variant_title': name,
            }
            found[row.gid] = product.gid, product.name, item, values
        for row in self.env['shopify.match.row'].search_fetch([('backend_id', '=', backend.id)]):
            if row.variant_gid not in found:
                item = self._shop_item(row.variant_gid, row, row.variant_title, '1')
                values = {'variant_title': row.variant_title, 'product_id': row.product_id.id}
                found[row.variant_gid] = row.product_gid, row.title, item, values
        return found

    def _shop_item(self, gid, row, name, price):
        """The name stands for the options: it is what they are joined to."""
        options = (('', name),) if name else ()
        return checking.Item(gid, row.sku or '', row.barcode or '', price, weight=1.0, options=options)

    # === ODOO === #

    def _odoo_goods(self, backend, templates):
        """``(Goods, {key: values of a finding})`` of ``templates``, or of all that may be sold in the store's company."""
        model = self.env['product.template'].with_company(backend.company_id)
        if templates is None:
            mine = model._check_company_domain(backend.company_id)
            templates = model.search([('sale_ok', '=', True), ('shopify_placeholder', '=', False), *mine])
        linked = self._linked(backend)
        goods, links = [], {}
        for template in templates:
            products = template.product_variant_ids
            goods.append(
                checking.Goods(
                    f'template:{template.id}', template.name or '', tuple(self._odoo_item(row) for row in products)
                )
            )
            links[f'template:{template.id}'] = {
                'title': template.name,
                'sku': False,
                'product_tmpl_id': template.id,
            }
            for product in products:
                links[f'product:{product.id}'] = {
                    'title': template.name,
                    'variant_title': product.product_template_variant_value_ids._get_combination_name(),
                    'sku': product.default_code,
                    'product_tmpl_id': template.id,
                    'product_id': product.id,
                    'variant_binding_id': linked.get(product.id, False),
                }
        return goods, links

    def _linked(self, backend):
        rows = self.env['shopify.variant.binding'].search_fetch(
            [('backend_id', '=', backend.id), ('product_id', '!=', False), ('deleted_at', '=', False)], ['product_id']
        )
        return {row.product_id.id: row.id for row in rows}

    def _odoo_item(self, product):
        values = product.product_template_variant_value_ids
        return checking.Item(
            f'product:{product.id}',
            product.default_code or '',
            product.barcode or '',
            str(product.lst_price),
            product.weight,
            product.type == 'consu',
            tuple((value.attribute_id.name, value.name) for value in values),
        )
