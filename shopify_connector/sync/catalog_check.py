"""The catalogues of both sides as they are known here, checked: no request is made for it."""

from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..entities import catalog_check as checking


class ShopifyCatalogFinding(models.Model):
    _inherit = 'shopify.catalog.finding'

    @api.model
    def _check(self, backend, templates=None):
        """Look at all that the store sells, and at ``templates`` or all products that may be sold. Returns the findings
        that nobody has accepted."""
        findings = {}
        for side, (goods, describe) in (
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
                    **describe(key),
                }
        self._replace(backend, findings)
        return self.search([('backend_id', '=', backend.id), ('is_ignored', '=', False)])

    # === SHOPIFY === #

    def _shop_goods(self, backend):
        """``(Goods, function of a key to values of a finding)`` of what is imported and of what a dry run has seen.
        Weights and options are not known here, and Shopify keeps to its own limits."""
        goods, links = defaultdict(list), {}
        titles = {}
        for gid, binding in self._shop_variants(backend).items():
            product_gid, title, item, values = binding
            goods[product_gid].append(item)
            titles[product_gid] = title
            links[gid] = {**values, 'title': title, 'sku': item.sku, 'product_gid': product_gid}
            links.setdefault(product_gid, {'title': title, 'sku': False, 'product_gid': product_gid})
        return [checking.Goods(gid, titles[gid], tuple(items)) for gid, items in goods.items()], links.get

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
        """``(Goods, function of a key to values of a finding)`` of ``templates``, or of all that may be sold in the
        store's company. Read straight from the tables: most products are all right, and only what is found is described."""
        model = self.env['product.template'].with_company(backend.company_id)
        domain = [('sale_ok', '=', True), ('shopify_placeholder', '=', False)]
        domain = [*domain, *model._check_company_domain(backend.company_id)]
        ids = (model.search(domain) if templates is None else templates).ids
        self.env.flush_all()
        options = self._options(ids)
        titles, items = {}, defaultdict(list)
        for template_id, title, price, kind, *product in self._products(ids):
            titles[template_id] = title
            if product[0]:
                items[template_id].append(self._odoo_item(price, kind, product, options.get(product[0], ())))
        linked = self._linked(backend)
        goods = [
            checking.Goods(f'template:{id_}', title or '', tuple(items.get(id_, ()))) for id_, title in titles.items()
        ]
        return goods, lambda key: self._describe(key, linked)

    def _products(self, template_ids):
        return self.env.execute_query(
            SQL(
                """
            SELECT template.id, COALESCE(template.name->>%(lang)s, template.name->>'en_US'), template.list_price,
                   template.type, product.id, product.default_code, product.barcode, product.weight
              FROM product_template template
              LEFT JOIN product_product product ON product.product_tmpl_id = template.id AND product.active
             WHERE template.id = ANY(%(ids)s)
             ORDER BY template.id, product.id
            """,
                lang=self.env.lang or 'en_US',
                ids=template_ids,
            )
        )

    def _options(self, template_ids):
        """``{product id: [(attribute, value, extra price), …]}``."""
        rows = self.env.execute_query(
            SQL(
                """
            SELECT part.product_product_id, attribute.name->>'en_US', value.name->>'en_US', line_value.price_extra
              FROM product_variant_combination part
              JOIN product_template_attribute_value line_value
                ON line_value.id = part.product_template_attribute_value_id
              JOIN product_attribute_value value ON value.id = line_value.product_attribute_value_id
              JOIN product_attribute attribute ON attribute.id = line_value.attribute_id
             WHERE line_value.product_tmpl_id = ANY(%(ids)s)
             ORDER BY line_value.id
            """,
                ids=template_ids,
            )
        )
        found = defaultdict(list)
        for product_id, name, value, extra in rows:
            found[product_id].append((name or '', value or '', extra or 0.0))
        return found

    def _describe(self, key, linked):
        model, _colon, number = key.partition(':')
        if model == 'template':
            template = self.env['product.template'].browse(int(number))
            return {'title': template.name, 'sku': False, 'product_tmpl_id': template.id}
        product = self.env['product.product'].browse(int(number))
        return {
            'title': product.name,
            'variant_title': product.product_template_variant_value_ids._get_combination_name(),
            'sku': product.default_code,
            'product_tmpl_id': product.product_tmpl_id.id,
            'product_id': product.id,
            'variant_binding_id': linked.get(product.id, False),
        }

    def _linked(self, backend):
        rows = self.env['shopify.variant.binding'].search_fetch(
            [('backend_id', '=', backend.id), ('product_id', '!=', False), ('deleted_at', '=', False)], ['product_id']
        )
        return {row.product_id.id: row.id for row in rows}

    def _odoo_item(self, price, kind, product, options):
        """``product``: id, SKU, barcode and weight; ``options``: those of :meth:`_options`."""
        id_, sku, barcode, weight = product
        return checking.Item(
            f'product:{id_}',
            sku or '',
            barcode or '',
            f'{(price or 0.0) + sum(extra for _name, _value, extra in options):.6f}',
            weight or 0.0,
            kind == 'consu',
            tuple((name, value) for name, value, _extra in options),
        )
